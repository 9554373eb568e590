"""Areas against others: the rest of the borough, the nation, statistical neighbours; ranks with their range.

A ward is part of its borough, so it is held against the rest of it: the two are then independent. `Similar` says that
limits of the difference contain 0, no more: sameness would need an equivalence test.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.methods.intervals import byar, difference, wilson, z_value
from insight.methods.ranking import rank_in_words, rank_ranges
from insight.privacy.disclosure import log
from insight.privacy.disclosure.markers import INAPPLICABLE, status_of
from insight.stages.profiling import measures
from insight.stages.profiling.catalogue import Entry

LEVEL, STRICT_LEVEL = 0.95, 0.998
"""Levels at which areas are told apart: one in twenty, and one in five hundred, as profiles in England show them."""
NOT_COMPARED, SIMILAR = "Not compared", "Similar"
COUNTED = ("Wilson", "Byar")
LEVELS = {"ward": "wards", "neighbourhood": "neighbourhoods", "borough": "boroughs"}
COLUMNS = [
    *("level", "area", "name", "theme", "indicator", "label", "polarity", "period", "unit", "value", "count", "cases"),
    *("lower", "upper", "status", "rest", "rest_comparison", "is_clear", "nation", "nation_comparison", "region"),
    *("neighbours", "neighbours_comparison", "borough", "rank", "rank_of", "rank_words", "rank_best", "rank_worst"),
]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Against whom areas are held."""

    borough: str
    region: str
    nation: str
    neighbours: tuple[str, ...]
    names: Mapping[str, str]


def at_level(row: Any, level: float) -> Estimate:
    """Return a row of the estimates with limits of a given level; supplied limits are stretched as normal ones."""
    if row.method == "Wilson":
        return wilson(row.numerator, row.denominator, level=level)
    if row.method == "Byar":
        return byar(round(row.numerator), row.denominator / measures.THOUSAND, level=level)
    lower = upper = None
    if not pd.isna(row.lower):
        stretch = z_value(level) / z_value(LEVEL)
        lower = row.estimate - stretch * (row.estimate - row.lower)
        upper = row.estimate + stretch * (row.upper - row.estimate)
    return Estimate(estimate=row.estimate, lower=lower, upper=upper, n=int(row.n), method=row.method, level=level)


def rest_of(row: Any, whole: Any, level: float) -> Estimate | None:
    """Return the borough without one of its areas, where both are counted."""
    if whole is None or row.method not in COUNTED or whole.method != row.method:
        return None
    count, cases = whole.numerator - row.numerator, whole.denominator - row.denominator
    if not (cases > 0 and count >= 0):
        return None
    if row.method == "Byar":
        return byar(round(count), cases / measures.THOUSAND, level=level)
    return wilson(count, cases, level=level) if count <= cases else None


def mean_of(rows: list[Any], level: float) -> Estimate | None:
    """Return the plain mean of several areas, with limits where each has some."""
    if not rows:
        return None
    parts = [at_level(row, level) for row in rows]
    point = sum(one.estimate for one in parts) / len(parts)
    lower = upper = None
    if all(one.lower is not None and one.upper is not None for one in parts):
        lower = point - math.hypot(*(one.estimate - (one.lower or 0.0) for one in parts)) / len(parts)
        upper = point + math.hypot(*((one.upper or 0.0) - one.estimate for one in parts)) / len(parts)
    return Estimate(estimate=point, lower=lower, upper=upper, n=len(parts), method="mean of neighbours", level=level)


def category(own: Estimate, other: Estimate | None, *, sign: int) -> str:
    """Return how one area stands to another: Better, Similar or Worse, or Higher, Similar or Lower without polarity.

    A comparator without limits is taken as known; an area without limits is not compared.
    """
    if other is None or own.lower is None or own.upper is None:
        return NOT_COMPARED
    known = other
    if other.lower is None or other.upper is None:
        known = Estimate(
            estimate=other.estimate, lower=other.estimate, upper=other.estimate, n=other.n, method=other.method
        )
    gap = difference(own, known)
    if gap.lower is None or gap.upper is None or gap.lower <= 0 <= gap.upper:
        return SIMILAR
    is_higher = gap.lower > 0
    if sign == 0:
        return "Higher" if is_higher else "Lower"
    return "Better" if is_higher == (sign > 0) else "Worse"


def _ranked(rows: list[Any], level: str) -> dict[str, dict[str, Any]]:
    """Return rank, range and words by area, among the areas of one level whose value may be shown."""
    if len(rows) <= 1:
        return {}
    strict = bonferroni(LEVEL, len(rows) - 1)
    found = rank_ranges([at_level(row, strict) for row in rows])
    ties = Counter(found.rank.tolist())
    ranked = {}
    for place, row in enumerate(rows):
        rank = int(found.rank[place])
        words = rank_in_words(rank, len(rows), what=LEVELS[level], tied=ties[rank])
        ranked[row.area] = {"rank": rank, "rank_of": len(rows), "rank_words": words}
        if not pd.isna(row.lower):
            ranked[row.area] |= {"rank_best": int(found.best[place]), "rank_worst": int(found.worst[place])}
    return ranked


def _against(row: Any, by_area: Mapping[str, Any], setting: Setting, sign: int) -> dict[str, Any]:
    whole, nation = by_area.get(setting.borough), by_area.get(setting.nation)
    near = [by_area[code] for code in setting.neighbours if code in by_area]
    own, strict = at_level(row, LEVEL), at_level(row, STRICT_LEVEL)
    rest = None if row.area == setting.borough else rest_of(row, whole, LEVEL)
    stricter = None if row.area == setting.borough else rest_of(row, whole, STRICT_LEVEL)
    rest_words = category(own, rest, sign=sign)
    mean = mean_of(near, LEVEL)
    region = by_area.get(setting.region)
    return {
        "rest": None if rest is None else rest.estimate,
        "rest_comparison": rest_words,
        "is_clear": rest_words not in {SIMILAR, NOT_COMPARED} and category(strict, stricter, sign=sign) == rest_words,
        "nation": None if nation is None else nation.estimate,
        "nation_comparison": category(own, None if nation is None else at_level(nation, LEVEL), sign=sign),
        "region": None if region is None else region.estimate,
        "neighbours": None if mean is None else mean.estimate,
        "neighbours_comparison": category(own, mean, sign=sign) if row.level == "borough" else NOT_COMPARED,
        "borough": None if whole is None else whole.estimate,
    }


def _one_indicator(frame: pd.DataFrame, entry: Entry, setting: Setting) -> list[dict[str, Any]]:
    rows = list(frame.itertuples(index=False))
    by_area = {row.area: row for row in rows if not pd.isna(row.estimate)}
    ranks: dict[str, dict[str, Any]] = {}
    for level in ("ward", "neighbourhood"):
        ranks |= _ranked([row for row in rows if row.level == level and row.cell == ""], level)
    found = []
    for row in rows:
        if row.level not in LEVELS:
            continue
        one = {"level": row.level, "area": row.area, "name": setting.names.get(row.area, row.area)}
        one |= {"theme": row.theme, "indicator": row.indicator, "label": entry.label, "polarity": entry.polarity}
        one |= {"period": row.period, "unit": row.unit, "status": row.cell}
        if row.cell == "":
            one |= {"value": row.estimate, "count": row.numerator, "cases": row.denominator}
            one |= {"lower": row.lower, "upper": row.upper}
            one |= _against(row, by_area, setting, entry.sign) | ranks.get(row.area, {})
        found.append(one)
    return found


def compared(found: pd.DataFrame, shown: pd.DataFrame, entries: Mapping[str, Entry], setting: Setting) -> pd.DataFrame:
    """Return one row an indicator (its last period) and area of the borough: value, comparisons, rank.

    Args:
        found: estimates as they are.
        shown: the same after disclosure control; cells blanked there are blank here, their comparisons too.
        entries: the catalogue.
        setting: against whom.
    """
    frame = measures.latest(found.assign(cell=shown["status"]))
    rows: list[dict[str, Any]] = []
    for indicator, group in frame.groupby("indicator", sort=False):
        rows += _one_indicator(group, entries[str(indicator)], setting)
    made = pd.DataFrame(rows, columns=COLUMNS)
    # the borough has no rest to be held against
    made[status_of("rest")] = np.where(made["level"].eq("borough"), INAPPLICABLE, "")
    return log.follow(made, ["value", "count"], of="indicators")
