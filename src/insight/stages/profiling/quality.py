"""Quality of the data, source by source: complete, recent, countable, comparable, documented; red, amber or green."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from insight.stages.profiling import measures
from insight.stages.profiling.catalogue import Entry
from insight.stages.profiling.directions import years_of

GREEN, AMBER, RED = "Green", "Amber", "Red"
ORDER = (GREEN, AMBER, RED)


@dataclass(frozen=True, kw_only=True)
class Grade:
    """One dimension of quality: from which value on it is green or amber; ``is_low_good`` turns the order."""

    column: str
    title: str
    green: float
    amber: float
    is_low_good: bool = False

    def of(self, value: float) -> str:
        """Return the grade of a value; a dimension that does not apply is green."""
        if pd.isna(value):
            return GREEN
        if self.is_low_good:
            return GREEN if value <= self.green else AMBER if value <= self.amber else RED
        return GREEN if value >= self.green else AMBER if value >= self.amber else RED

    def words(self, form: str) -> str:
        """Return the rule in words."""
        side = "at most" if self.is_low_good else "at least"
        return f"{self.title}: green {side} {form.format(self.green)}, amber {side} {form.format(self.amber)}"


GRADES = (
    Grade(column="wards_with_value", title="wards with a value", green=0.95, amber=0.8),
    Grade(column="suppressed", title="cells suppressed", green=0.02, amber=0.1, is_low_good=True),
    Grade(column="counted", title="values with counts behind them", green=0.95, amber=0.5),
    Grade(column="documented", title="indicators in the catalogue", green=1.0, amber=0.8),
    Grade(column="years_old", title="age in years", green=2.0, amber=5.0, is_low_good=True),
)
RULES = "; ".join(grade.words("{:g}" if grade.column == "years_old" else "{:.0%}") for grade in GRADES)


def _facts(rows: pd.DataFrame, entries: Mapping[str, Entry], wards: int, year: int) -> dict[str, Any]:
    local = rows[rows["level"] == "ward"]
    local = local[local["indicator"].map(lambda name: not name.endswith(measures.LIMITS))]
    last = measures.latest(local)
    names = list(rows["indicator"].unique())
    given = last[last["status"] == ""]
    by_indicator = given.groupby("indicator")["area"].nunique() / wards if wards else pd.Series(dtype=float)
    newest = max((years_of(period)[1] for period in rows["period"]), default=0)
    rates = rows[rows["unit"].isin(["share", "per_1000"]) & (rows["status"] == "")]
    versions = rows.groupby("indicator")["definition_version"].nunique()
    return {
        "indicators": len(names),
        "records": int(rows["records"].sum()),
        "latest_period": str(rows["period"].max()),
        "wards_with_value": float(by_indicator.mean()) if len(last) else float("nan"),
        "suppressed": float((last["status"] == "c").mean()) if len(last) else float("nan"),
        "counted": float(rates["method"].isin(["Wilson", "Byar"]).mean()) if len(rates) else float("nan"),
        "documented": sum(entries[name].is_known for name in names) / len(names),
        "years_old": float(max(0, year - newest)),
        "definition_changes": int((versions - 1).sum()),
        "insight_fetch": ", ".join(dict.fromkeys(one for name in names for one in entries[name].registry)),
    }


def by_source(found: pd.DataFrame, entries: Mapping[str, Entry], *, wards: int, year: int) -> pd.DataFrame:
    """Return one row a source of indicators: what it holds, a grade for each dimension, and the worst as its own.

    Args:
        found: estimates as they are, suppressed values with their status.
        entries: the catalogue.
        wards: number of wards.
        year: year against which data are old or recent.
    """
    rows = []
    for source, group in found.groupby("source", sort=True):
        facts = _facts(group, entries, wards, year)
        grades = {f"{grade.column}_rag": grade.of(facts[grade.column]) for grade in GRADES}
        rows.append({"source": source, "rag": max(grades.values(), key=ORDER.index), **facts, **grades})
    return pd.DataFrame(rows)
