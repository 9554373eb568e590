"""Pictures and tables of the specification curve: what was tried, what it touched, and what turns each headline."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.choices import specification
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED
from insight.stages.synthesis.analysis import Results
from insight.stages.synthesis.answers import STRANDS, _standing
from insight.stages.synthesis.reruns import SEPARATOR
from insight.stages.synthesis.universes import ABSENT, DECLARED, levels

UNTOUCHED, NOT_RERUN = "\u2013", "lacks tables"


def curve_picture(inputs: Inputs, results: Results) -> display.Figure | display.Note:
    """Return the share of choices under which each headline holds."""
    frame = results.curve.sort_values("share_held", ascending=False, kind="stable", ignore_index=True)
    if frame.empty:
        return display.note("No headline can be rerun: the strands' tables are not in this run.", PUBLISHED)
    torn = int(frame["share_held"].between(0, 1, inclusive="neither").sum())
    title = f"{torn} of {len(frame)} headlines hold under some choices and not under others"
    turned = frame["turning_choice"].map(lambda name: "" if name == "none" else f" (turned by: {name})")
    turns = "; ".join(f"{row.headline}: {row.turning_choice}" for row in frame.itertuples())
    return display.Figure(
        display.charts.bars(
            frame.assign(bar=frame["headline"] + turned),
            label="bar",
            value="share_held",
            x_label="Share of choices that keep it",
        ),
        name="specification-curve",
        title=title,
        alt=f"Bars of the share of choices under which a headline holds. The choice that turns each: {turns}.",
        caption=f"Every combination of the choices that the strands' tables allow; a description of choices, not a "
        f"probability. Left out for want of tables: {', '.join(results.absent) or 'none'}.",
        source=STRANDS,
        n=len(results.universes),
        data=frame,
        standing=_standing(inputs, results),
    )


def choices_grid(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return headlines against declared choices: at how many levels each was rerun, or that it cannot touch it."""
    declared = results.choices[results.choices["choice"].isin(list(DECLARED)) & (results.choices["remark"] != "")]
    declared = declared[declared["headline"].isin(results.curve["headline"])]
    if declared.empty:
        return display.note("No headline can be rerun: the strands' tables are not in this run.", PUBLISHED)
    levels_tried = declared["levels"].map(lambda words: len(words.split(SEPARATOR)) if words else 0)
    marked = declared.assign(
        cell=[
            f"{count} levels" if count > 1 else "one level" if count else NOT_RERUN if remark == ABSENT else UNTOUCHED
            for count, remark in zip(levels_tried, declared["remark"], strict=True)
        ]
    )
    rows = [
        {"headline": headline} | dict(zip(own["choice"], own["cell"], strict=True))
        for headline, own in marked.groupby("headline", sort=False)
    ]
    frame = pd.DataFrame(rows, columns=["headline", *DECLARED])
    tried = int((levels_tried > 0).sum())
    lacking = int((declared["remark"] == ABSENT).sum())
    return display.Table(
        frame,
        name="choices-grid",
        title=f"{tried} of {len(declared)} pairs of a headline and a declared choice were rerun, {lacking} for want of "
        f"tables not; in {len(declared) - tried - lacking} the choice cannot touch the headline",
        caption=f"{UNTOUCHED}: the choice cannot touch the headline; why stands in the next table.",
        source=STRANDS,
        n=len(declared),
        standing=_standing(inputs, results),
    )


def choices_table(inputs: Inputs, results: Results) -> display.Table:
    """Return which choices each headline was rerun over, at which levels, and why a declared one cannot touch it."""
    frame = results.choices
    rerun = sorted(set(frame.loc[frame["universes"] > 0, "choice"]) & set(DECLARED))
    is_tried = frame["universes"] > 0
    rest = frame[~is_tried].groupby(["choice", "remark"], sort=False, as_index=False)
    together = rest.agg(
        headline=("headline", SEPARATOR.join), levels=("levels", "first"), universes=("universes", "sum")
    )
    return display.Table(
        pd.concat([frame[is_tried], together[list(frame.columns)]], ignore_index=True),
        name="choices",
        title=f"{len(rerun)} of {len(DECLARED)} declared choices were rerun, {frame['choice'].nunique()} in all",
        caption="A headline is rerun over every combination of the choices that touch it; none is left out of the "
        "share of universes. Last: which headlines a declared choice cannot touch, and why.",
        source=STRANDS,
        n=len(frame),
        standing=_standing(inputs, results),
    )


def universes_picture(inputs: Inputs, results: Results) -> display.Figure | display.Note:
    """Return the specification curve of the headline that most choices bear on."""
    torn = results.curve[results.curve["share_held"].between(0, 1, inclusive="neither")]
    if torn.empty:
        return display.note("No headline turns with a choice, so there is no curve to draw.", PUBLISHED)
    one = torn.sort_values("universes", ascending=False, kind="stable").iloc[0]
    own = results.universes[results.universes["headline"] == one["headline"]].reset_index(drop=True)
    made = levels(own)
    frame = own.assign(**made)
    return display.Figure(
        specification(
            frame,
            estimate="estimate",
            lower="lower",
            upper="upper",
            held="is_held",
            choices=list(made),
            y_label="Estimate",
        ),
        name="universes-of-one",
        title=f"{one['headline']}: held in {one['held']} of {one['universes']} universes, turned by "
        f"{one['turning_choice']}",
        alt=f"Dots of {len(frame)} estimates in order, above rows that mark the choices behind each. By what turns it: "
        f"{one['at_its_levels']}.",
        caption="One column a universe, in order of its estimate; dashed line: no difference. Shape and colour tell "
        "whether the headline holds there.",
        source=STRANDS,
        n=len(frame),
        data=frame[["choices", "estimate", "lower", "upper", "is_held"]],
        standing=_standing(inputs, results),
    )


def universes_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return every universe."""
    if results.universes.empty:
        return display.note("No headline can be rerun: the strands' tables are not in this run.", PUBLISHED)
    return display.Table(
        results.universes,
        name="universes",
        title=f"{len(results.universes)} universes of {len(results.curve)} headlines",
        caption="Limits are empty where the number follows by arithmetic or has none.",
        source=STRANDS,
        n=len(results.universes),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(("estimate", "lower", "upper"), "{:,.3f}"),
    )
