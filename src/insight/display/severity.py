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
        "sameness are tried at the very margin. Smallest visible: about the distance from the threshold that this "
        "design would see four times in five, by part, from this run's own intervals; a dash where the rule is a rank "
        "or an exact count. Claims with several parts are supported only if all are.",
        source=f"data/reference/severity/{stage}.csv, kept by nox -s calibrate",
        n=0 if worlds is None else int(worlds["worlds"].sum()),
        standing=standing,
    )
