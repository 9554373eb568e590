"""Severity of the findings' tests, as stored by calibration, and what a council's own n could see.

A test is severe if it would very probably have failed the claim, were the claim false (Mayo 2018). Rates come from
``data/reference/severity``, and so does the smallest effect seen in four worlds of five, brought to a council's n.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
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


def effects_file(stage: str) -> Path:
    """Return the file of the smallest effects that a stage's designs see."""
    return paths.reference(f"{FOLDER}/{stage}.effects.csv")


def effects(stage: str) -> pd.DataFrame | None:
    """Return the smallest effect seen, a row a claim and part; ``None`` where it was never calibrated."""
    return _read(effects_file(stage))


def smallest_visible(kept: pd.DataFrame | None, finding: str, part: int, *, n: int) -> float | None:
    """Return the smallest effect that a council's own n would show in four worlds of five.

    The calibrated effect, over the root of the council's cases for each calibrated one: an error falls with the root of
    n. ``None`` for ranks and exact values, which have none, and where nothing was calibrated.

    Args:
        kept: as from :func:`effects`.
        finding: id of the claim.
        part: place of the part in the claim.
        n: the council's own cases.
    """
    if kept is None or n <= 0:
        return None
    own = kept[(kept["finding"] == finding) & (kept["part"] == part)]
    if own.empty:
        return None
    return float(own["smallest"].iloc[0]) * math.sqrt(float(own["n"].iloc[0]) / n)


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

    stored, kept = rates(stage), effects(stage)
    rows = []
    for name, parts in tests.items():
        if name not in claims:
            continue
        own = None if stored is None else stored[stored["finding"] == name]
        seen = [smallest_visible(kept, name, place, n=part.n) for place, part in enumerate(parts)]
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
