"""Direction of travel: the last run of comparable periods, tested for trend; never over a change of definition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from insight.methods.intervals import difference
from insight.methods.trends import FEWEST_POINTS, trend_of_rates, trend_of_shares
from insight.privacy.disclosure import CONFIDENTIAL, STATUS, log
from insight.privacy.disclosure.markers import UNAVAILABLE
from insight.stages.profiling import compare
from insight.stages.profiling.catalogue import Entry

LATEST_POINTS = 5
"""Points of the last run that are tested, as profiles in England do."""
ALPHA = 0.05
CENTURY = 100
NO_CHANGE, NOT_TESTED = "No clear change", "Not tested"
COLUMNS = [
    *("level", "area", "name", "indicator", "label", "first_period", "last_period", "points", "first", "last"),
    *("p_value", "direction", "test", "break_before", STATUS),
]


def years_of(period: str) -> tuple[int, int]:
    """Return first and last year of `2010` or `2008-10`."""
    match = re.match(r"(\d{4})(?:-(\d{2}))?", period)
    if match is None:
        return 0, 0
    first = int(match[1])
    if match[2] is None:
        return first, first
    last = first // CENTURY * CENTURY + int(match[2])
    return first, last if last >= first else last + CENTURY


def middle_of(period: str) -> float:
    """Return the middle of a period as a year."""
    return sum(years_of(period)) / 2


def run_key(period: str, version: str, breaks: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Return what two periods must share to be comparable: version, and the same side of every known change."""
    first, last = years_of(period)
    sides = ["before" if last < year else "after" if first >= year else "astride" for year, _ in breaks]
    return (version, *sides)


def with_runs(frame: pd.DataFrame, breaks: Sequence[tuple[int, str]]) -> pd.DataFrame:
    """Return the periods of one indicator and area in order, with a number for each run of comparable ones."""
    ordered = frame.sort_values(["period", "definition_version"])
    keys = [
        run_key(period, version, breaks)
        for period, version in zip(ordered["period"], ordered["definition_version"], strict=True)
    ]
    numbers, number = [], 0
    for place, key in enumerate(keys):
        number += place > 0 and key != keys[place - 1]
        numbers.append(number)
    return ordered.assign(run=numbers, x=ordered["period"].map(middle_of))


def last_run(frame: pd.DataFrame, breaks: Sequence[tuple[int, str]]) -> pd.DataFrame:
    """Return the last run of comparable periods of one indicator and area."""
    runs = with_runs(frame, breaks)
    return runs[runs["run"] == runs["run"].max()] if len(runs) else runs


def _words(is_rising: bool, sign: int) -> str:  # noqa: FBT001 - a private word list
    if sign == 0:
        return "Increasing" if is_rising else "Decreasing"
    return "Improving" if is_rising == (sign > 0) else "Worsening"


def _tested(run: pd.DataFrame, sign: int) -> dict[str, Any]:
    """Return direction, p-value and test of one run."""
    rows = list(run.itertuples(index=False))
    if len(rows) == 1 or any(row.method not in compare.COUNTED for row in rows):
        return {"direction": NOT_TESTED, "test": "one period" if len(rows) == 1 else "no counts behind it"}
    if len(rows) < FEWEST_POINTS:
        gap = difference(*(compare.at_level(row, 1 - ALPHA) for row in (rows[1], rows[0])))
        is_clear = gap.lower is not None and gap.upper is not None and not gap.lower <= 0 <= gap.upper
        words = _words(gap.estimate > 0, sign) if is_clear else NO_CHANGE
        return {"direction": words, "test": "difference of two periods"}
    test = trend_of_shares if rows[0].method == "Wilson" else trend_of_rates
    z, p_value = test(list(run["x"]), list(run["numerator"]), list(run["denominator"]))
    words = _words(z > 0, sign) if p_value < ALPHA else NO_CHANGE
    return {"direction": words, "p_value": p_value, "test": "chi-square for trend"}


def directions(
    found: pd.DataFrame, shown: pd.DataFrame, entries: Mapping[str, Entry], names: Mapping[str, str]
) -> pd.DataFrame:
    """Return direction of travel by indicator and area of the borough that has more than one period.

    Args:
        found: estimates as they are.
        shown: the same after disclosure control; a run with a blanked period is left out.
        entries: the catalogue, with known changes of definition.
        names: names of areas.
    """
    frame = found.assign(cell=shown["status"])
    key = ["indicator", "level", "area"]
    is_series = frame.groupby(key)["period"].transform("nunique") > 1
    frame = frame[is_series & frame["level"].isin(list(compare.LEVELS))]
    rows = []
    for (indicator, level, area), group in frame.groupby(key, sort=False):
        entry = entries[str(indicator)]
        runs = with_runs(group, entry.breaks)
        run = runs[runs["run"] == runs["run"].max()].tail(LATEST_POINTS)
        one = {"level": level, "area": area, "name": names.get(str(area), str(area)), "indicator": indicator}
        one |= {"label": entry.label, "first_period": run["period"].iloc[0], "last_period": run["period"].iloc[-1]}
        one |= {"points": len(run), "break_before": bool(runs["run"].max() > 0)}
        if (run["cell"] != "").any() or run["estimate"].isna().any():
            hidden = (run["cell"] == CONFIDENTIAL).any()
            one |= {STATUS: CONFIDENTIAL if hidden else UNAVAILABLE}
            rows.append(one | {"direction": NOT_TESTED, "test": "a period is not shown"})
            continue
        one |= {STATUS: "", "first": run["estimate"].iloc[0], "last": run["estimate"].iloc[-1]}
        rows.append(one | _tested(run, entry.sign))
    return log.follow(pd.DataFrame(rows, columns=COLUMNS), ["first", "last", "p_value"], of="indicators")


def series(found: pd.DataFrame, shown: pd.DataFrame, entry: Entry, areas: Sequence[str]) -> pd.DataFrame:
    """Return all periods of one indicator for some areas, runs numbered, blanked cells left out."""
    frame = found.assign(cell=shown["status"])
    frame = frame[(frame["indicator"] == entry.indicator) & frame["area"].isin(areas) & (frame["cell"] == "")]
    parts = [with_runs(group, entry.breaks) for _, group in frame.groupby("area", sort=False)]
    return pd.concat(parts, ignore_index=True) if parts else frame.assign(run=0, x=0.0)
