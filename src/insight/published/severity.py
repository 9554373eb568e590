"""Severity of the findings' tests, as stored by calibration, and what a council's own n could see.

A test is severe if it would very probably have failed the claim, were the claim false (Mayo 2018). Rates come from
``data/reference/severity``; the smallest visible effect from the interval of the run itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

from insight import paths
from insight.methods.estimate import Estimate
from insight.published.findings import Claim

if TYPE_CHECKING:
    import pandas as pd

LETTERS = {"supported": "s", "consistent with": "s", "partly": "p", "not shown": "n", "refuted": "r"}
"""How an outcome is kept, a letter a world."""
POWER = 0.8
FOLDER = "severity"
BOTH_WAYS = "equivalent"


def summary_file(stage: str) -> Path:
    """Return the file of a stage's rates."""
    return paths.reference(f"{FOLDER}/{stage}.csv")


def seeds_file(stage: str) -> Path:
    """Return the file of a stage's outcomes by seed."""
    return paths.reference(f"{FOLDER}/{stage}.seeds.csv")


def _read(file: Path) -> pd.DataFrame | None:
    import pandas as pd

    if not file.exists():
        return None
    # nothing is missing in these files: a world may well be called "null"
    return pd.read_csv(file, keep_default_na=False)


def rates(stage: str) -> pd.DataFrame | None:
    """Return a stage's rates, a row a claim and kind of world; ``None`` where it was never calibrated."""
    return _read(summary_file(stage))


def seeds(stage: str) -> pd.DataFrame | None:
    """Return a stage's outcomes by variant and seed, a letter a claim; ``None`` where it was never calibrated."""
    return _read(seeds_file(stage))


def smallest_visible(rule: str, estimate: Estimate) -> float | None:
    """Return about the smallest distance from the threshold that this design and n would see four times in five.

    From the estimate's own interval: its half-width towards the threshold as so many standard errors. ``None`` for
    ranks and exact values, which have no such distance, and where a limit is missing.
    """
    sides = {"greater": (estimate.lower,), "less": (estimate.upper,), BOTH_WAYS: (estimate.lower, estimate.upper)}
    limits = sides.get(rule, (None,))
    widths = [abs(limit - estimate.estimate) for limit in limits if limit is not None]
    if not widths or len(widths) < len(limits):
        return None
    normal = NormalDist()
    sure = normal.inv_cdf(0.5 + estimate.level / 2)
    power = normal.inv_cdf(0.5 + POWER / 2) if rule == BOTH_WAYS else normal.inv_cdf(POWER)
    return max(widths) * (sure + power) / sure


def _rate(stored: pd.DataFrame | None, *, is_true: bool) -> str:
    if stored is None:
        return "never calibrated"
    rows = stored[stored["is_true"].astype(str).str.lower() == str(is_true).lower()]
    return "; ".join(
        f"{row.rate:.0%} ({row.lower:.0%} to {row.upper:.0%}) of {row.worlds:,}: {row.effect}"
        for row in rows.itertuples()
    )


def card(stage: str, claims: Mapping[str, Claim], tests: Mapping[str, Sequence[Estimate]]) -> pd.DataFrame:
    """Return the severity card of a stage's tested claims, a row a claim.

    Columns: ``finding, claim, if_true, if_false, calibrated_n, n, smallest_visible`` (one value a part).
    """
    import pandas as pd

    stored = rates(stage)
    rows = []
    for name, parts in tests.items():
        if name not in claims:
            continue
        own = None if stored is None else stored[stored["finding"] == name]
        seen = [smallest_visible(rule, part) for rule, part in zip(claims[name].rules, parts, strict=True)]
        rows.append(
            {
                "finding": name,
                "claim": claims[name].claim,
                "if_true": _rate(own, is_true=True),
                "if_false": _rate(own, is_true=False),
                "calibrated_n": None if own is None or own.empty else int(own["n"].max()),
                "n": max(part.n for part in parts),
                "smallest_visible": "; ".join("-" if one is None else f"{one:.3f}" for one in seen),
            }
        )
    return pd.DataFrame(
        rows, columns=["finding", "claim", "if_true", "if_false", "calibrated_n", "n", "smallest_visible"]
    )
