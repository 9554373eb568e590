"""The severity card that stands beside a stage's findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from insight.display.table import Table
from insight.methods.estimate import Estimate
from insight.published import severity
from insight.published.findings import load_claims
from insight.sources.standing import Standing


def severity_table(
    stage: str, tests: Mapping[str, Sequence[Estimate]], *, standing: Standing, ledger: str = "oldham"
) -> Table:
    """Return how often each finding would be detected if true and raised if false, and what this n could see.

    Args:
        stage: the stage's name.
        tests: estimates by claim, one a declared part, as the stage's results hold them.
        standing: what the data are.
        ledger: the list of claims; councils without one of their own are asked Oldham's.
    """
    claims = load_claims(ledger) or load_claims("oldham")
    frame = severity.card(stage, claims, tests)
    worlds = severity.rates(stage)
    known = frame["if_false"].str.contains("%").sum()
    return Table(
        frame,
        name="severity",
        title=f"How severe the tests are: {known} of {len(frame)} findings calibrated where true and where false",
        caption="Shares of simulated worlds in which the rule supports the claim, with 95 % binomial bands; claims of "
        "sameness are tried at the very margin. Smallest visible, by part: the distance from the threshold at "
        "which the rule supports the claim in four of five calibrated worlds (their estimates moved alike), brought to "
        "this run's n by the root of n; for sameness the smallest margin within which it would be shown. A dash where "
        "the rule is a rank or an exact count, or nothing was calibrated. Claims with several parts "
        "are supported only if all are.",
        source=f"data/reference/severity/{stage}.csv and {stage}.effects.csv, kept by nox -s calibrate",
        n=0 if worlds is None else int(worlds["worlds"].sum()),
        standing=standing,
    )
