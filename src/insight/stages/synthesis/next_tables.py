"""Tables of the next 1,000 pounds: undecided findings, and assumptions of schemes."""

from __future__ import annotations

from insight import display
from insight.privacy.disclosure import STATUS
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED
from insight.stages.synthesis.analysis import Results
from insight.stages.synthesis.pictures import _standing
from insight.stages.synthesis.prices import SPEND

SHOWN = [
    "claim",
    "data_that_would_decide",
    "n_more",
    "unit",
    "cost_gbp",
    "value_of_sample_gbp",
    "value_of_knowing_gbp",
    "ranked_by",
    "rank",
    "remark",
    STATUS,
]
NOT_SHOWN = ["low", "high", "unit", "cost_each_gbp", "bought_by_the_next_spend", "rank"]
"""In the table's file alone: the page would be too wide to read."""
POUNDS, PENCE = "{:,.0f}", "{:,.2f}"


def next_findings_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return what data would decide each undecided finding, in the order in which they would be bought."""
    frame = results.next_findings
    if frame.empty:
        return display.note("No finding of this run is undecided.", PUBLISHED)
    first = frame.iloc[0]
    ranked = int(frame["rank"].notna().sum())
    words = f"first by {first['ranked_by']}: {first['claim']}" if ranked else "none has a price or a number"
    return display.Table(
        frame[SHOWN],
        name="next-findings",
        title=f"{len(frame)} findings are undecided; data for {ranked} can be ranked, {words}",
        caption=f"Where money hangs on a finding: the expected value, in pounds, of the records that {SPEND:,.0f} "
        "pounds buy at the study's own cost of one, and of knowing for certain; n_more then gives four fifths of "
        "that. Where none does: ranked by the cost of the records that would show the estimate as it stands with a "
        "power of 80 per cent, then by their number. More records of the same kind shrink chance, not bias.",
        source="Findings of the other stages; spending lines; stage benefits",
        n=len(frame),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(
            ("n_more", "rank", "cost_gbp", "value_of_sample_gbp", "value_of_knowing_gbp"),
            POUNDS,
        ),
    )


def next_assumptions_table(inputs: Inputs, results: Results) -> display.Table | display.Note:
    """Return what learning about each assumption of a scheme would be worth, and what it would cost."""
    frame = results.next_assumptions
    if frame.empty:
        return display.note("No scheme of this run has an assumption with a range.", PUBLISHED)
    best = frame.iloc[0]
    value = best["value_of_sample_gbp"]
    if value > 0:
        most = "" if best["cost"] == "known" else "at most "
        title = (
            f"{SPEND:,.0f} pounds of records on {best['scheme']}, {str(best['assumption']).lower()}, would be worth "
            f"{most}{value:,.0f} pounds"
        )
    else:
        title = "No records on an assumption, known within its range, would turn a choice"
    return display.Table(
        frame.drop(columns=NOT_SHOWN),
        name="next-assumptions",
        title=title,
        caption="One assumption at a time, the others at their central values. Shares: beta with mean and variance of "
        "the range, a record says yes or no (what a family gained was due to the scheme, or not). Means and rates: "
        "normal, where the params state how much single records differ; else uniform, ceiling only. Where a cost is "
        "not known it is taken as what the scheme is expected to give, where the choice is widest open: the value is "
        "then the most that it can be. records_planned: four fifths of the ceiling.",
        source="Stage benefits: sensitivity and switching values; spending lines",
        n=len(frame),
        standing=_standing(inputs, results),
        formats=dict.fromkeys(("central", "switching_value"), PENCE)
        | dict.fromkeys(
            ("value_of_knowing_gbp", "value_of_sample_gbp", "records_planned", "cost_planned_gbp"),
            POUNDS,
        ),
    )
