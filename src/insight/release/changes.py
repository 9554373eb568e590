"""What changed between two releases, and what kind of change each is.

A difference between two years may be the world's, or ours: other people counted (revised), another definition, other
boundaries, another method. Only what is left is tested against its limits. In this order the first that applies names
the change: re-bounded, redefined, method changed, revised, then real or no change shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.methods.intervals import difference, z_value
from insight.release.cells import PERIODS
from insight.release.opening import Opened

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["re-bounded", "redefined", "method changed", "revised", "real", "no change shown", "new", "gone"]
LIMITS = (
    ("lower", "upper", ("estimate", "share", "value", "reach", "slope", "rate", "same_group", "present_value_gbp")),
    ("index_low", "index_high", ("index",)),
    ("index_lower", "index_upper", ("index",)),
    ("e_i_lower", "e_i_upper", ("e_i",)),
    ("lower_gbp", "upper_gbp", ("present_value_gbp",)),
)
"""Columns of limits, and the column they are limits of: the first that the table has."""
DEFINES = ("definition_version", "definition", "unit", "threshold_points")
CODE = ("package", "notebook", "lock", "python")
ROLLS = ("_year", "_as_of", "_base", "_projected", "_period", "_from", "_to", "_on")
"""Ends of the names of params that move with the years and define nothing."""
SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value in two releases; ``lower`` and ``upper`` are the difference's limits, for a table's pairs together."""

    stage: str
    table: str
    key: str
    value: str
    kind: Kind
    why: str
    before: float | None = None
    after: float | None = None
    lower: float | None = None
    upper: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain values."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One estimate of a release, with what names it."""

    names: tuple[tuple[str, str], ...]
    period: str
    defines: tuple[tuple[str, str], ...]
    estimate: Estimate


def _limits(frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for lower, upper, values in LIMITS:
        if lower in frame.columns and upper in frame.columns:
            found = next((name for name in values if name in frame.columns), None)
            if found is not None:
                yield found, lower, upper


def _key_columns(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
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


def _rows(frame: pd.DataFrame, names: list[str], limits: tuple[str, str, str]) -> dict[tuple[Any, str], Row]:
    found = {}
    for row in frame.to_dict("records"):
        point, lower, upper = (row[name] for name in limits)
        if not np.isfinite([float(point), float(lower), float(upper)]).all():
            continue
        series = tuple((name, str(row[name])) for name in names if name not in PERIODS)
        period = " ".join(str(row[name]) for name in names if name in PERIODS)
        found[series, period] = Row(
            names=series,
            period=period,
            defines=tuple((name, str(row[name])) for name in DEFINES if name in row),
            estimate=Estimate(estimate=float(point), lower=float(lower), upper=float(upper), n=0, method="as released"),
        )
    return found


def _changed_params(stage: str, first: Opened, second: Opened) -> list[str]:
    before, after = (dict(one.facts.get(stage, {}).get("params", {})) for one in (first, second))
    return sorted(
        name
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name) and not name.endswith(ROLLS)
    )


def _changed_code(stage: str, first: Opened, second: Opened) -> list[str]:
    return [name for name in CODE if first.fact(stage, name) != second.fact(stage, name)]


def _rebounded(row: Row, first: Opened, second: Opened) -> str:
    """Return which area of the row is made of other output areas than before, or is in one release only."""
    said = {value for _, value in row.names}
    for code in first.areas.keys() | second.areas.keys():
        before, after = first.areas.get(code), second.areas.get(code)
        named = {code, *(one["name"] for one in (before, after) if one)}
        if not named & said or (before and after and before["parts"] == after["parts"]):
            continue
        how = "made of other output areas" if before and after else "in one release only"
        return f"{(after or before or {}).get('name', code)}: {how}"
    return ""


def _label(
    stage: str, before: Row, after: Row, first: Opened, second: Opened, *, same_method: bool
) -> tuple[Kind, str]:
    """Return what kind of change a row saw, as far as it can be told without its limits."""
    if where := _rebounded(after, first, second):
        return "re-bounded", where
    if before.defines != after.defines:
        changed = [
            f"{name} {dict(before.defines).get(name)} to {value}"
            for name, value in after.defines
            if dict(before.defines).get(name) != value
        ]
        return "redefined", "; ".join(changed)
    if params := _changed_params(stage, first, second):
        return "redefined", f"params changed: {', '.join(params)}"
    code = _changed_code(stage, first, second)
    if code and not same_method:
        return "method changed", f"changed: {', '.join(code)}; a bridge (old data, new code) would tell more"
    if before.period and before.period == after.period:
        return "revised", f"the same period, {after.period}, from other inputs"
    return "real", ""


def _judged(change: Change, before: Estimate, after: Estimate, *, pairs: int) -> Change:
    """Return a change of the world with the limits of the difference, which hold for all pairs of the table."""
    wider = z_value(bonferroni(0.95, pairs)) / z_value(0.95)
    gap = difference(_widened(after, wider), _widened(before, wider))
    lower, upper = float(gap.lower or 0), float(gap.upper or 0)
    is_real = lower > 0 or upper < 0
    why = f"difference {gap.estimate:.4g} ({lower:.4g} to {upper:.4g}), {pairs} pairs together"
    return replace(change, kind="real" if is_real else "no change shown", why=why, lower=lower, upper=upper)


def _widened(one: Estimate, factor: float) -> Estimate:
    low, high = one.lower or 0.0, one.upper or 0.0
    return replace(
        one, lower=one.estimate - factor * (one.estimate - low), upper=one.estimate + factor * (high - one.estimate)
    )


def _pairs(before: Mapping[Any, Row], after: Mapping[Any, Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield rows of the same period, and where the periods moved on, the last of each series in either release."""
    for key in before.keys() & after.keys():
        yield before[key], after[key]
    last = [{series: held[series, period] for series, period in sorted(held)} for held in (before, after)]
    for series in dict.fromkeys((*last[0], *last[1])):
        one, two = last[0].get(series), last[1].get(series)
        if one is None or two is None or one.period != two.period:
            yield one, two


def _is_same(one: Estimate, two: Estimate) -> bool:
    pairs = ((one.estimate, two.estimate), (one.lower, two.lower), (one.upper, two.upper))
    return all(bool(np.isclose(float(a or 0), float(b or 0), rtol=SAME, atol=0)) for a, b in pairs)


def of_table(stage: str, table: str, first: Opened, second: Opened, bridge: Opened | None = None) -> list[Change]:
    """Return the changes of one table."""
    left, right = first.tables[stage, table], second.tables[stage, table]
    names = _key_columns(left, right)
    found: list[Change] = []
    for limits in _limits(left):
        if not set(limits) <= set(right.columns):
            continue
        before, after = _rows(left, names, limits), _rows(right, names, limits)
        between = _bridge_rows(bridge, (stage, table), names, limits)
        pending: list[tuple[Change, Estimate, Estimate]] = []
        for one, two in _pairs(before, after):
            change = _one(stage, table, limits[0], one, two, first, second, between)
            if change is None:
                continue
            if change.kind == "real" and one is not None and two is not None:
                pending.append((change, one.estimate, two.estimate))
            else:
                found.append(change)
        found += [_judged(change, one, two, pairs=len(pending)) for change, one, two in pending]
    return found


def _bridge_rows(
    bridge: Opened | None, place: tuple[str, str], names: list[str], limits: tuple[str, str, str]
) -> dict[Any, Row]:
    if bridge is None or place not in bridge.tables or not {*names, *limits} <= set(bridge.tables[place].columns):
        return {}
    return _rows(bridge.tables[place], names, limits)


def _one(
    stage: str,
    table: str,
    value: str,
    one: Row | None,
    two: Row | None,
    first: Opened,
    second: Opened,
    between: Mapping[Any, Row],
) -> Change | None:
    row = two or one
    if row is None or (one and two and one.period == two.period and _is_same(one.estimate, two.estimate)):
        return None
    periods = " to ".join(dict.fromkeys(each.period for each in (one, two) if each and each.period))
    key = ", ".join([*(text for _, text in row.names), *([periods] if periods else [])])
    made = Change(
        stage=stage,
        table=table,
        key=key,
        value=value,
        kind="new" if one is None else "gone",
        why="in one release only",
        before=one.estimate.estimate if one else None,
        after=two.estimate.estimate if two else None,
    )
    if one is None or two is None:
        where = _rebounded(row, first, second)
        return replace(made, kind="re-bounded", why=where) if where else made
    bridged = between.get((one.names, one.period))
    same_method = bridged is not None and _is_same(bridged.estimate, one.estimate)
    kind, why = _label(stage, one, two, first, second, same_method=same_method)
    return replace(made, kind=kind, why=why)


def compare(first: Opened, second: Opened, *, bridge: Opened | None = None) -> list[Change]:
    """Return every value with limits that differs between two releases, with the kind of change.

    Args:
        first: the earlier release.
        second: the later one.
        bridge: a release of the earlier data made with the later code. Where it gives the earlier value the method
            changed nothing, and the change is judged by what is left.
    """
    found: list[Change] = []
    for stage, table in first.tables:
        if (stage, table) in second.tables:
            found += of_table(stage, table, first, second, bridge)
    return found


def claims(first: Opened, second: Opened) -> list[dict[str, str]]:
    """Return claims whose outcome differs."""
    before = {row["id"]: row for row in first.findings}
    return [
        {"claim": row["claim"], "before": before[row["id"]]["outcome"], "after": row["outcome"]}
        for row in second.findings
        if row["id"] in before and before[row["id"]]["outcome"] != row["outcome"]
    ]
