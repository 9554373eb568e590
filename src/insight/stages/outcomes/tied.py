"""Odds ratios of the issues said to go with falling below the level: crude, and common to wards and years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni, odds_ratio
from insight.methods.intervals import holm
from insight.methods.stratified import CommonOdds, mantel_haenszel
from insight.stages.outcomes.shares import LIMITS, hide, limits

STRATA = ["ward", "year"]
STRATIFIED = [f"stratified_{name}" for name in LIMITS]
P_VALUES = {"p_value": "p_holm", "p_stratified": "p_stratified_holm", "p_same": "p_same_holm"}
"""Columns of p-values, and where they stand after Holm's correction over the issues."""


def _common(rows: pd.DataFrame, flag: pd.Series, *, level: float) -> CommonOdds | None:
    """Return the odds ratio common to the strata; ``None`` where they give none."""
    below = rows["is_below"]
    marked = rows[STRATA].assign(a=flag & below, n=below, c=flag & ~below, m=~below)
    cells = marked.groupby(STRATA)[["a", "n", "c", "m"]].sum().to_numpy()
    try:
        return mantel_haenszel(cells, level=level)
    except ValueError:
        return None


def _row(rows: pd.DataFrame, code: str, flag: pd.Series, *, level: float, is_recorded: bool) -> dict[str, Any]:
    below = rows["is_below"]
    hit, cases = int((flag & below).sum()), int(below.sum())
    other, others = int((flag & ~below).sum()), int((~below).sum())
    crude = odds_ratio(hit, cases, other, others, level=level) if is_recorded else None
    common = _common(rows, flag, level=level) if is_recorded else None
    pooled = dict.fromkeys(LIMITS) if common is None else limits(common.estimate)
    return {
        "issue": code.replace("_", " "),
        "below_count": hit,
        "below_n": cases,
        "above_count": other,
        "above_n": others,
        **(dict.fromkeys(LIMITS) if crude is None else limits(crude.estimate)),
        "p_value": None if crude is None else crude.p_value,
        **{f"stratified_{name}": value for name, value in pooled.items()},
        "p_stratified": None if common is None else common.p_value,
        "p_same": None if common is None else common.p_same,
        "strata": 0 if common is None else common.strata,
        "is_recorded": is_recorded,
    }


def odds(rows: pd.DataFrame, codes: list[str], *, threshold: int) -> pd.DataFrame:
    """Return the odds ratio of each named issue, children below the level against the others, crude and stratified.

    The stratified ratio is the one common to wards and years (Mantel-Haenszel); ``p_same`` is small where they do not
    share it (Breslow-Day, Tarone). Limits hold together over all named issues (Bonferroni), p-values are corrected by
    Holm; an issue that no child's record names says so.

    Args:
        rows: children with is_below, issues (codes separated by spaces), ward, year.
        codes: the named issues.
        threshold: smallest count shown.
    """
    level = bonferroni(0.95, len(codes))
    lists = rows["issues"].str.split()
    known = set(lists.explode().dropna())
    frame = pd.DataFrame(
        [
            _row(rows, code, lists.map(lambda one, code=code: code in one), level=level, is_recorded=code in known)
            for code in codes
        ]
    )
    numbers = [*LIMITS, *STRATIFIED, *P_VALUES]
    frame[numbers] = frame[numbers].astype("float64")
    for name, corrected in P_VALUES.items():
        has = frame[name].notna()
        frame[corrected] = np.nan
        frame.loc[has, corrected] = holm(list(frame.loc[has, name]))
    also = (*numbers, *P_VALUES.values())
    return hide(frame, ["below_count", "above_count"], threshold=threshold, also=also)


def both(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the ratios one below the other for a picture: issue, ratio (crude or common), limits."""
    crude = frame[["issue", *LIMITS]].assign(ratio="crude")
    common = (
        frame[["issue", *STRATIFIED]].set_axis(["issue", *LIMITS], axis=1).assign(ratio="common to wards and years")
    )
    return pd.concat([crude, common], ignore_index=True)
