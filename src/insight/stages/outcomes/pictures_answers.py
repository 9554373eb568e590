"""Pictures and tables of families' own answers, and of the family form against the form before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.outcomes.analysis import Results
from insight.stages.outcomes.families import SECONDARY
from insight.stages.outcomes.pictures import PERCENT, SURE, absent

if TYPE_CHECKING:
    import pandas as pd

    from insight.display.standard import Note


def caf_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return, by criterion, the share of families who rose less the share who fell."""
    found = results.answers
    if found is None:
        return absent(inputs, "families' answers before and after")
    frame = found.criteria
    better = int(((frame["p_holm"] < SURE) & (frame["estimate"] > 0)).sum())
    title = f"Families rate themselves higher at the close on {better} of {len(frame)} criteria"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="criterion",
            estimate="estimate",
            lower="lower",
            upper="upper",
            reference=0.0,
            x_label="Share that rose less share that fell",
        ),
        name="caf-change",
        title=title,
        alt=f"Dots with 95 % intervals, one row a criterion, with a dashed line at no change. {title}.",
        caption="Families asked twice only; sign test with Holm's correction. No comparison group: families enter in "
        "crisis, and some rise would come anyway.",
        source="Family CAF forms",
        n=found.paired,
        data=_criteria(frame),
        standing=inputs.standing("caf_assessments"),
    )


def _criteria(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["criterion", "paired", "improved", "same", "worse", "estimate", "lower", "upper", "status"]]


def caf_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return answers by criterion: who was lost, who rose, stayed and fell, medians and tests."""
    found = results.answers
    if found is None:
        return absent(inputs, "families' answers before and after")
    return display.Table(
        found.criteria.drop(columns=list(SECONDARY)),
        name="caf",
        title=f"{found.paired} of {found.families} families were asked twice",
        caption="The highest point is best. p_sign: exact sign test, ties dropped; p_holm: after Holm's correction.",
        source="Family CAF forms",
        n=found.families,
        standing=inputs.standing("caf_assessments"),
        formats={**PERCENT, "p_sign": "{:.3f}", "p_holm": "{:.3f}"},
    )


def answers_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return all answers at the start by answers at the close."""
    found = results.answers
    if found is None:
        return absent(inputs, "families' answers before and after")
    wide = found.moves.pivot_table(index="before", columns="after", values="answers", dropna=False, aggfunc="first")
    wide.columns = [f"close_{point}" for point in wide.columns]
    return display.Table(
        wide.reset_index().rename(columns={"before": "start"}),
        name="answers",
        title="Answers at the start by answers at the close, all criteria together",
        caption="Answers, not families: each family answers every criterion. Empty cells are small counts.",
        source="Family CAF forms",
        n=found.paired,
        standing=inputs.standing("caf_assessments"),
    )


def forms_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the family form against the child form."""
    found = results.forms
    if found is None or found.rows.empty:
        return absent(inputs, "plans on both forms")
    return display.Table(
        found.rows,
        name="forms",
        title="Goals, actions and needs met on the family form against the former child form",
        caption="Families are clusters: the limits allow for several goals of one family. The forms followed each "
        "other, so whatever else changed between them is part of the difference.",
        source="CAF plans and needs sheets",
        n=int(found.rows["n"].max()),
        standing=inputs.standing("caf_plans"),
        formats=PERCENT,
    )
