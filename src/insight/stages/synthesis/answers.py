"""Pictures and tables of what follows: links, confidence, rank, universes, and what to find out next."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.flow import flow
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED, Standing, weakest
from insight.stages.synthesis.analysis import Results

STRANDS = "Findings and tables of the eight other stages of this run"
POUNDS = "{:,.0f}"


def _standing(inputs: Inputs, results: Results) -> Standing:
    is_invented = bool(results.convergence["is_demonstration"].any())
    return inputs.standing() if is_invented else weakest([PUBLISHED, inputs.standing()])


def stability_picture(inputs: Inputs, results: Results) -> display.Figure | display.Note:
    """Return how often each decision ranks among the first three, whatever impact, effort and evidence weigh."""
    frame = results.decisions
    if frame.empty:
        return display.note("The register holds nothing to start, stop or change.", inputs.standing("workshop_actions"))
    ranked = frame.sort_values("share_in_first_three", ascending=False, kind="stable", ignore_index=True)
    ranked = ranked.assign(bar=ranked["kind"].str.capitalize() + ": " + ranked["text"])
    firm = int((ranked["share_in_first_three"] > 1 / 2).sum())
    title = f"{firm} of {len(ranked)} entries rank among the first three under more than half of all weights"
    return display.Figure(
        display.charts.bars(ranked, label="bar", value="share_in_first_three", x_label="Share of weights"),
        name="rank-stability",
        title=title,
        alt=f"Bars of the share of weights that put an entry in the first three: {'; '.join(ranked['bar'].head(3))}.",
        caption="Weights of impact, effort and evidence drawn at random, each mix as likely; ties share a place. The "
        "front, which needs no weights, stands in the table.",
        source="Workshop register; findings of the other stages",
        n=len(ranked),
        data=ranked[["kind", "text", "impact", "effort", "evidence", "is_on_front", "share_in_first_three"]],
        standing=_standing(inputs, results),
    )


def trace_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the line from each aim to strand, finding and action."""
    unmet = len(results.unmet)
    aims = results.traces["aim"].nunique()
    return display.Table(
        results.traces,
        name="traces",
        title=f"{aims - unmet} of {aims} aims, priorities and programmes lead by way of a finding to an action",
        caption=f"No action by way of any finding: {'; '.join(results.unmet) or 'none'}. Outcomes on demonstration "
        "data test the method only.",
        source="Aims and priorities of the publication, in our words; findings of this run; workshop register",
        n=len(results.traces),
        standing=_standing(inputs, results),
    )


def confidence_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return judgements of confidence in qualitative findings."""
    if results.confidence.empty:
        return display.note("No judgements of confidence in qualitative findings were supplied.", inputs.standing())
    high = int((results.confidence["final"] == "high").sum())
    return display.Table(
        results.confidence,
        name="confidence",
        title=f"{high} of {len(results.confidence)} qualitative findings judged were given high confidence",
        caption="GRADE-CERQual: concerns about methods, coherence, adequacy, relevance. The ceiling is the workbook's "
        "rule; the final word is the assessor's, never above it. Quantitative strands carry intervals instead.",
        source="Judgements of the project",
        n=len(results.confidence),
        standing=inputs.standing("confidence_judgements"),
    )


def lessons_table(results: Results) -> display.Table:
    """Return lessons with the stage that each concerns and what of it this workbook holds."""
    stages = results.lessons["stage"].nunique()
    return display.Table(
        results.lessons[["label", "stage", "here"]],
        name="lessons",
        title=f"{len(results.lessons)} lessons, on {stages} stages",
        caption="Lessons as the publication draws them, in our words, and where the workbook takes each up.",
        source="The case study",
        n=len(results.lessons),
        standing=PUBLISHED,
    )


def _depths(lines: dict[str, str]) -> dict[str, int]:
    """Return for each group how many lines lie below it at most."""
    depth = dict.fromkeys([*lines, *lines.values()], 0)
    for _ in lines:
        for below, above in lines.items():
            depth[above] = max(depth[above], depth[below] + 1)
    return depth


def governance_picture(inputs: Inputs, results: Results) -> display.Figure | display.Note:
    """Return the lines of report, with the roles of a group below its name."""
    linked = results.governance.dropna(subset=["reports_to"])
    lines = dict(zip(linked["group"], linked["reports_to"], strict=True))
    if not lines or set(_cycle(lines)):
        return display.note("No lines of report that lead upward were supplied.", inputs.standing("governance"))
    depth = _depths(lines)
    roles = results.roles.groupby("group")["role"].agg(", ".join).to_dict()
    arrows = pd.DataFrame(
        [
            {
                "start": below,
                "start_layer": depth[below],
                "start_detail": roles.get(below, ""),
                "end": above,
                "end_layer": depth[above],
                "end_detail": roles.get(above, ""),
            }
            for below, above in lines.items()
        ]
    )
    alone = sorted(set(results.governance["group"]) - set(depth))
    tops = sorted(set(lines.values()) - set(lines))
    title = f"Lines of report end in {len(tops)} bodies: {', '.join(tops)}"
    return display.Figure(
        flow(arrows),
        name="governance-lines",
        title=title,
        alt=f"Boxes joined by arrows from each group to the one it reports to; {len(lines)} lines.",
        caption=f"Small text: roles of members. Without a line: {', '.join(alone) or 'none'}.",
        source="Minutes",
        n=len(lines),
        data=arrows[["start", "end", "start_detail"]],
        standing=inputs.standing("governance"),
    )


def _cycle(lines: dict[str, str]) -> list[str]:
    found = []
    for group in lines:
        here, seen = group, set()
        while here in lines and here not in seen:
            seen.add(here)
            here = lines[here]
        if here in seen:
            found.append(group)
    return found
