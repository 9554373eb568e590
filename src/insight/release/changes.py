"""What changed between two releases, and what kind of change each is.

A difference between two years may be the world's, or ours: other people counted (revised), another definition, other
boundaries, another method. Only what is left is tested against its limits. In this order the first that applies names
the change: re-bounded, redefined, method changed, revised, then real or no change shown, or *no limits* where nothing
beside the value says how far chance reaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.methods.intervals import difference, z_value
from insight.release.opening import Opened
from insight.release.rows import Column, Row, columns_of, key_columns, rows_of

Kind = Literal[
    "real", "no change shown", "no limits", "revised", "re-bounded", "redefined", "method changed", "new", "gone"
]
CODE = ("package", "notebook", "lock", "python")
ROLLS = ("_year", "_as_of", "_base", "_projected", "_period", "_from", "_to", "_on", "_day")
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
    same = _same_time(stage, before, after, first, second)
    return ("revised", f"the same {same}, from other inputs") if same else ("real", "")


def _same_time(stage: str, one: Row, two: Row, first: Opened, second: Opened) -> str:
    """Return the period that two rows share, else nothing.

    Where a table names no period, the params that set the stage's time decide, if it has some.
    """
    if one.period or two.period:
        return f"period, {two.period}" if one.period == two.period else ""
    before, after = (dict(one.facts.get(stage, {}).get("params", {})) for one in (first, second))
    times = [name for name in sorted(before.keys() | after.keys()) if name.endswith(ROLLS)]
    if not times or any(before.get(name) != after.get(name) for name in times):
        return ""
    return ", ".join(f"{name} {after[name]}" for name in times)


def _judged(change: Change, before: Estimate, after: Estimate, *, pairs: int) -> Change:
    """Return a change of the world with the limits of the difference, which hold for all pairs of the table."""
    if before.lower is None or after.lower is None:
        gap_only = f"difference {after.estimate - before.estimate:.4g}; nothing beside it says how far chance reaches"
        return replace(change, kind="no limits", why=gap_only)
    wider = z_value(bonferroni(0.95, pairs)) / z_value(0.95)
    gap = difference(_widened(after, wider), _widened(before, wider))
    lower, upper = float(gap.lower or 0), float(gap.upper or 0)
    is_real = lower > 0 or upper < 0
    basis = "full counts as Poisson counts, " if "full count" in after.method else ""
    why = f"difference {gap.estimate:.4g} ({lower:.4g} to {upper:.4g}), {basis}{pairs} pairs together"
    return replace(change, kind="real" if is_real else "no change shown", why=why, lower=lower, upper=upper)


def _widened(one: Estimate, factor: float) -> Estimate:
    low, high = one.lower or 0.0, one.upper or 0.0
    return replace(
        one, lower=one.estimate - factor * (one.estimate - low), upper=one.estimate + factor * (high - one.estimate)
    )


def _pairs(before: Mapping[Any, Row], after: Mapping[Any, Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield rows of the same period, and where the periods moved on, the last of each series in either release."""
    for key, row in before.items():
        if key in after:
            yield row, after[key]
    last = [{series: held[series, period] for series, period in sorted(held)} for held in (before, after)]
    for series in dict.fromkeys((*last[0], *last[1])):
        one, two = last[0].get(series), last[1].get(series)
        if one is None or two is None or one.period != two.period:
            yield one, two


def _is_same(one: Estimate, two: Estimate) -> bool:
    pairs = ((one.estimate, two.estimate), (one.lower, two.lower), (one.upper, two.upper))
    return all(
        a is b if a is None or b is None else bool(np.isclose(float(a), float(b), rtol=SAME, atol=0)) for a, b in pairs
    )


def of_table(stage: str, table: str, first: Opened, second: Opened, bridge: Opened | None = None) -> list[Change]:
    """Return the changes of one table."""
    left, right = first.tables[stage, table], second.tables[stage, table]
    names = key_columns(left, right)
    found: list[Change] = []
    for column in columns_of(left, first.disclosure.get((stage, table))):
        if not column.names <= set(right.columns):
            continue
        before, after = rows_of(left, names, column), rows_of(right, names, column)
        between = _bridge_rows(bridge, (stage, table), names, column)
        pending: list[tuple[Change, Estimate, Estimate]] = []
        for one, two in _pairs(before, after):
            change = _one(stage, table, column.value, one, two, first, second, between)
            if change is None:
                continue
            if change.kind == "real" and one is not None and two is not None:
                pending.append((change, one.estimate, two.estimate))
            else:
                found.append(change)
        tested = sum(one.lower is not None and two.lower is not None for _, one, two in pending)
        found += [_judged(change, one, two, pairs=max(1, tested)) for change, one, two in pending]
    return found


def _bridge_rows(bridge: Opened | None, place: tuple[str, str], names: list[str], column: Column) -> dict[Any, Row]:
    if bridge is None or place not in bridge.tables or not {*names, *column.names} <= set(bridge.tables[place].columns):
        return {}
    return rows_of(bridge.tables[place], names, column)


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
    places = {**first.areas, **second.areas}
    named = dict.fromkeys(places.get(text, {}).get("name", text) for _, text in row.names if text not in {"nan", ""})
    key = ", ".join([*named, *([periods] if periods else [])])
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
    """Return every value that differs between two releases, with the kind of change.

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


def lines(found: Sequence[Change]) -> list[str]:
    """Return changes as lines to read: tested ones singly, real ones first; the others as one line a table and reason.

    Args:
        found: changes, as from :func:`compare`.
    """
    order = list(get_args(Kind))
    groups: dict[tuple[str, ...], list[Change]] = {}
    for one in sorted(found, key=lambda change: order.index(change.kind)):
        alone = (one.key, one.value) if one.kind in {"real", "no change shown"} else ()
        why = "" if alone or one.kind == "no limits" else one.why
        groups.setdefault((one.kind, one.stage, one.table, why, *alone), []).append(one)
    made = []
    for (kind, stage, table, why, *_), held in groups.items():
        first = held[0]
        if len(held) > 1:
            made.append(f"{kind}: {stage}, {table}: {len(held)} values, such as {first.key}. {why}".rstrip())
        else:
            moved = f"{first.value} {_number(first.before)} to {_number(first.after)}"
            made.append(f"{kind}: {stage}, {table}, {first.key}: {moved}. {first.why}")
    return made


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


def claims(first: Opened, second: Opened) -> list[dict[str, str]]:
    """Return claims whose outcome differs."""
    before = {row["id"]: row for row in first.findings}
    return [
        {"claim": row["claim"], "before": before[row["id"]]["outcome"], "after": row["outcome"]}
        for row in second.findings
        if row["id"] in before and before[row["id"]]["outcome"] != row["outcome"]
    ]
