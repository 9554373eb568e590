"""Pictures of the research framework, and of the gap between families and practitioners."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.published.findings import Decision
from insight.stages.ethnography.analysis import Results
from insight.stages.ethnography.coding import RAISED
from insight.stages.ethnography.gap import SILENT, SURPRISE
from insight.stages.ethnography.pictures.shared import CODINGS, COUNTED, MARKED, words

FRAMEWORK = "Research framework; codings of the interviews"
WORKSHOP = "Practitioner workshop; codings of the interviews"
FIRST = 3


def coverage_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the share of interviews that covered each topic of the framework."""
    frame = results.coverage.assign(topic=results.coverage["topic"].map(words))
    least = frame.dropna(subset=["share"])
    title = (
        f"{least.iloc[-1]['topic']} was covered least of the framework's topics" if len(least) else "Counts too small"
    )
    if 0 < len(least) < len(frame):
        title = (
            f"{least.iloc[-1]['topic']} was covered least of the {len(least)} topics of {len(frame)} that may be shown"
        )
    return display.Figure(
        display.charts.bars(frame, label="topic", value="share", x_label="Share of interviews that covered it"),
        name="framework-coverage",
        title=title,
        alt=f"Bars of shares, one row a topic of the research framework. {title}.",
        caption=f"A topic counts as covered if any of its themes was raised or prompted. {COUNTED} {MARKED}",
        source=CODINGS,
        n=results.analysed,
        data=frame,
        standing=inputs.standing("interviews", "codings"),
    )


def coverage_table(inputs: Inputs, results: Results) -> display.Table:
    """Return coverage by topic of the framework."""
    return display.Table(
        results.coverage.assign(topic=results.coverage["topic"].map(words)),
        name="framework-coverage-table",
        title="Topics of the research framework and how many interviews covered them",
        caption="Open interviews follow the family, so gaps are to be expected.",
        source=CODINGS,
        n=results.analysed,
        standing=inputs.standing("interviews", "codings"),
        formats={"covered": "{:.0f}", "share": "{:.0%}"},
    )


def questions_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share of interviews that covered each question, one borough beside the other."""
    frame = results.questions
    standing = inputs.standing("interviews", "codings")
    if frame.empty or frame["share"].isna().all():
        return display.note("No research framework was supplied, or counts too small to be shown.", standing)
    frame = frame.assign(borough=frame["borough"].map(words))
    wide = frame.pivot_table(index="question", columns="borough", values="share", aggfunc="first").dropna()
    title = f"{frame['question'].nunique()} questions were put; how far each was covered"
    if wide.shape[1] > 1 and len(wide):
        gap = (wide.max(axis=1) - wide.min(axis=1)).max()
        title = f"Of questions put in both boroughs, coverage differs by {100 * gap:.0f} percentage points at most"
    return display.Figure(
        display.charts.bars(
            frame, label="question", value="share", group="borough", x_label="Share of interviews that covered it"
        ),
        name="framework-questions",
        title=title,
        alt=f"Bars by question of the research framework, boroughs side by side. {title}.",
        caption=f"A question has no bar where a borough did not put it. {COUNTED} {MARKED}",
        source=FRAMEWORK,
        n=int(frame.drop_duplicates("borough")["of"].sum()),
        data=frame,
        standing=inputs.standing("interviews", "codings", "research_framework"),
    )


def answers_table(inputs: Inputs, results: Results, decisions: Sequence[Decision] = ()) -> display.Table | Note:
    """Return which claims answer which question, with what was decided of each."""
    if results.answers.empty:
        return display.note("No research framework was supplied.", inputs.standing())
    outcomes = {row.id: row.outcome for row in decisions}
    frame = results.answers.rename(columns={"claim": "id", "claim_words": "claim"})
    frame["outcome"] = [outcomes.get(name, "") for name in frame["id"]]
    questions = frame[frame["topic"] != "none"]
    open_ones = questions.groupby("question")["id"].max().eq("").sum()
    return display.Table(
        frame.drop(columns="id"),
        name="framework-answers",
        title=f"{int(open_ones)} of {questions['question'].nunique()} questions are answered by no printed claim",
        caption="Claims that answer no question are about the method, or came up from the interviews themselves.",
        source="Research framework; ledger of claims",
        n=int(questions["question"].nunique()),
        standing=inputs.standing("research_framework"),
    )


def gap_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return needs by how often families raised them, marked by whether practitioners expected them."""
    frame = results.gaps
    if frame.empty or frame[RAISED].isna().all():
        return display.note(
            "No list of practitioners, or no count that may be shown; no gap to show.", inputs.standing()
        )
    surprises, silent = int((frame["kind"] == SURPRISE).sum()), int((frame["kind"] == SILENT).sum())
    title = f"{surprises} needs often raised were not expected; {silent} that were expected were seldom raised"
    ranks = frame["staff_rank"].map(lambda rank: "" if pd.isna(rank) else f"{rank:.0f}. ")
    shown = frame.assign(need=ranks + frame["label"])
    return display.Figure(
        display.charts.bars(
            shown, label="need", value=RAISED, group="kind", x_label="Interviews that raised it", percent=False
        ),
        name="gap",
        title=title,
        alt=f"Bars of {len(frame)} needs in four groups by whether they were expected and often raised. {title}.",
        caption=f"A number before a need is practitioners' rank, 1 first. {COUNTED} {MARKED}",
        source=WORKSHOP,
        n=results.analysed,
        data=shown.drop(columns="theme"),
        standing=inputs.standing("interviews", "codings", "workshop_actions"),
    )


def gap_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the gap need by need."""
    if results.gaps.empty:
        return display.note("No list of the practitioners' issues was supplied.", inputs.standing())
    return display.Table(
        results.gaps.drop(columns="theme"),
        name="gap-table",
        title="What families raised against what practitioners expected, need by need",
        caption="Blank rank: practitioners did not name the need. Expected: among their first; often raised: by the "
        "share of interviews that the params fix.",
        source=WORKSHOP,
        n=results.analysed,
        standing=inputs.standing("interviews", "codings", "workshop_actions"),
        formats=dict.fromkeys(("staff_rank", "families_rank", RAISED), "{:.0f}") | {"of_all": "{:.0%}"},
    )


def staff_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return staff's issues in staff's order with the share of interviews that raised each."""
    frame = results.staff_and_families
    shown = frame.dropna(subset=["families_rank"])
    if shown.empty:
        return display.note("No staff list, or no count that may be shown; nothing to compare.", inputs.standing())
    last = shown["staff_rank"] > frame["staff_rank"].median()
    first = shown.nsmallest(FIRST, "families_rank")
    title = f"{int(last[first.index].sum())} of the {len(first)} issues families raise most are in staff's lower half"
    frame = frame.assign(
        issue=[f"{rank}. {label}" for rank, label in zip(frame["staff_rank"], frame["label"], strict=True)]
    )
    return display.Figure(
        display.charts.bars(frame, label="issue", value="of_all", x_label="Share of interviews that raised it"),
        name="staff-against-families",
        title=title,
        alt=f"Bars of shares, {len(frame)} issues in the order in which staff put them, first on top. {title}.",
        caption=f"Numbers are staff's ranks, 1 first. {COUNTED} {MARKED}",
        source=WORKSHOP,
        n=results.analysed,
        data=frame[["issue", "staff_rank", "families_rank", "of_all", "status"]],
        standing=inputs.standing("interviews", "codings", "workshop_actions"),
    )
