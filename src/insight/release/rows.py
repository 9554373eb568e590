"""Values of a released table that two releases can be compared on: what names each, and the limits that it has.

A value has the limits that stand beside it. A full count has none, as nothing was sampled: it is taken as a Poisson
count (Byar's limits), the usual reading of counts of people or events from year to year, and where the policy rounds,
the limits are those of the counts that would have been rounded to it. What is neither has no limits, and no change of
it is tested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import byar
from insight.privacy.disclosure import POLICIES
from insight.release.cells import PERIODS

if TYPE_CHECKING:
    import pandas as pd

VALUES = ("estimate", "share", "value", "reach", "slope", "rate", "same_group", "present_value_gbp")
LIMITS = (
    ("lower", "upper", VALUES),
    ("index_low", "index_high", ("index",)),
    ("index_lower", "index_upper", ("index",)),
    ("e_i_lower", "e_i_upper", ("e_i",)),
    ("lower_gbp", "upper_gbp", ("present_value_gbp",)),
)
"""Columns of limits, and the column they are limits of: the first that the table has."""
COUNTS = ("count", "households", "persons", "residents", "children_0_4", "deaths", "known", "registered")
"""Full counts by name, beside those that disclosure control treated as counts."""
DEFINES = ("definition_version", "definition", "unit", "threshold_points")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column that is compared: with its columns of limits, as a full count, or neither."""

    value: str
    lower: str = ""
    upper: str = ""
    is_count: bool = False
    base: int = 0
    """Base to which disclosure control rounded the counts; 0 where it did not."""

    @property
    def names(self) -> set[str]:
        """The columns that a table must have."""
        return {self.value, self.lower, self.upper} - {""}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value of a release, with what names it; without limits where it has none."""

    names: tuple[tuple[str, str], ...]
    period: str
    defines: tuple[tuple[str, str], ...]
    estimate: Estimate


def columns_of(frame: pd.DataFrame, treated: Mapping[str, Any] | None = None) -> list[Column]:
    """Return the columns of a table that are compared: those with limits, else full counts, else a value alone.

    Args:
        frame: the table.
        treated: what disclosure control did to it: ``columns`` (the counts) and ``policy``.
    """
    from pandas.api.types import is_numeric_dtype

    found = list(_with_limits(frame))
    if found:
        return found
    entry = treated or {}
    base = POLICIES[entry["policy"]].round_base or 0 if entry else 0
    counts = dict.fromkeys((*entry.get("columns", ()), *COUNTS))
    numbers = [str(name) for name in frame.columns if is_numeric_dtype(frame[name])]
    found = [Column(value=name, is_count=True, base=base) for name in counts if name in numbers]
    return found or [Column(value=name) for name in VALUES if name in numbers][:1]


def _with_limits(frame: pd.DataFrame) -> Iterator[Column]:
    for lower, upper, values in LIMITS:
        if lower in frame.columns and upper in frame.columns:
            found = next((name for name in values if name in frame.columns), None)
            if found is not None:
                yield Column(value=found, lower=lower, upper=upper)


def key_columns(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    """Return the fewest columns from the left that name each row in both tables: texts and periods."""
    from pandas.api.types import is_numeric_dtype

    chosen: list[str] = []
    shared = [
        str(name)
        for name in first.columns
        if name in second.columns
        and name != "status"
        and name not in DEFINES
        and (name in PERIODS or not is_numeric_dtype(first[name]))
    ]
    for name in shared:
        chosen.append(name)
        if not first.duplicated(chosen).any() and not second.duplicated(chosen).any():
            break
    return chosen + [name for name in PERIODS if name in shared and name not in chosen]


def _estimate(row: Mapping[str, Any], column: Column) -> Estimate | None:
    """Return a row's value with its limits, without them where it has none; ``None`` where there is no value."""
    point = float(row[column.value])
    if not np.isfinite(point):
        return None
    if column.is_count:
        half = column.base / 2
        low, high = byar(max(0, round(point - half)), 1.0), byar(round(point + half), 1.0)
        return Estimate(estimate=point, lower=low.lower, upper=high.upper, n=round(point), method="Byar, full count")
    ends = [float(row[name]) for name in (column.lower, column.upper) if name]
    if not ends or not np.isfinite(ends).all():
        return Estimate(estimate=point, lower=None, upper=None, n=0, method="as released, no limits")
    return Estimate(estimate=point, lower=ends[0], upper=ends[1], n=0, method="as released")


def rows_of(frame: pd.DataFrame, names: list[str], column: Column) -> dict[tuple[Any, str], Row]:
    """Return the rows of a table that have a value, by what names them and period, in the table's order."""
    found = {}
    for row in frame.to_dict("records"):
        estimate = _estimate(row, column)
        if estimate is None:
            continue
        series = tuple((name, str(row[name])) for name in names if name not in PERIODS)
        periods = [str(row[name]) for name in names if name in PERIODS]
        period = " ".join(text for text in periods if text != "nan")
        found[series, period] = Row(
            names=series,
            period=period,
            defines=tuple((name, str(row[name])) for name in DEFINES if name in row),
            estimate=estimate,
        )
    return found
