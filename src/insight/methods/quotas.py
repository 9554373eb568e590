"""Interviews planned against interviews achieved, quota by quota."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

NEAR = 0.10
"""How far from its target a quota may end and count as met, as a part of the target."""
COLUMNS = ("variable", "level", "target", "achieved", "met", "gap", "is_met")


def against_targets(targets: pd.DataFrame, counted: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return each quota's target beside what was achieved, in the order of the targets.

    A variable that the survey does not hold has missing achievements; a level with a target and nobody in it has 0.

    Args:
        targets: ``variable, level, target``.
        counted: by variable, the level of each respondent.

    Returns:
        ``variable, level, target, achieved, met`` (achieved over target), ``gap`` (achieved less target), ``is_met``.
    """
    import pandas as pd

    rows = []
    for variable, level, target in targets[["variable", "level", "target"]].itertuples(index=False):
        known = counted.get(variable)
        achieved = None if known is None else int((known.astype(str) == str(level)).sum())
        rows.append((variable, level, int(target), achieved))
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:4])).astype({"achieved": "float64"})
    met = frame["achieved"] / frame["target"]
    near = (met - 1).abs() <= NEAR
    return frame.assign(met=met, gap=frame["achieved"] - frame["target"], is_met=near.where(met.notna()))[list(COLUMNS)]


def merged_targets(
    targets: pd.DataFrame,
    counted: Mapping[str, pd.Series],
    *,
    variable: str,
    merged: Callable[[pd.Series], pd.Series],
) -> pd.DataFrame:
    """Return :func:`against_targets` of one variable, its levels merged before they are counted.

    Args:
        targets: ``variable, level, target``.
        counted: by variable, the level of each respondent.
        variable: which.
        merged: returns the merged level of each level.
    """
    own = targets[targets["variable"] == variable]
    levels = merged(own["level"].astype(str))
    sums = own.assign(level=levels).groupby("level", sort=False, as_index=False)["target"].sum()
    known = {variable: merged(counted[variable].astype(str))} if variable in counted else {}
    return against_targets(sums.assign(variable=variable), known)
