"""Who stays in a family CAF: families not yet lost by days since the start, at marks that point at no single family."""

from __future__ import annotations

import pandas as pd

from insight.methods.retention import kaplan_meier

MARK_DAYS = 30
RETENTION = ["days", "still_watched", "lost", "estimate", "lower", "upper"]


def families(assessments: pd.DataFrame) -> pd.DataFrame:
    """Return one row a family: start, close and loss, empty where it did not come to that."""
    given = assessments if "lost" in assessments else assessments.assign(lost=pd.NaT)
    return given.groupby("family_id")[["started", "closed", "lost"]].first()


def is_identifiable(rows: pd.DataFrame) -> bool:
    """Return whether the days tell who was lost and when.

    They do where a day of loss is given, or where every family came to its close. Families without either day may be
    lost or still there: if no day of loss is ever given, nobody can tell which.
    """
    return bool(len(rows)) and bool(rows["lost"].notna().any() or rows["closed"].notna().all())


def retention(assessments: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return the share of families not yet lost at marks a month apart, with limits (Kaplan-Meier).

    Families that closed, or were still there on the last day that the file knows of, are watched no longer from then
    on. A mark is left out where it would point at fewer than ``threshold`` families: still watched, lost or closed
    since the mark before, or lost later; they are carried to the next mark.
    """
    nothing = pd.DataFrame(columns=RETENTION)
    rows = nothing if assessments is None else families(assessments)
    if assessments is None or not is_identifiable(rows):
        return nothing
    last = rows[["started", "closed", "lost"]].max().max()
    end = rows["closed"].fillna(rows["lost"]).fillna(last)
    days, is_lost = (end - rows["started"]).dt.days.to_numpy(), rows["lost"].notna().to_numpy()
    curve = kaplan_meier(days, is_lost)
    found: list[dict[str, float | None]] = [
        {"days": 0, "still_watched": len(rows), "lost": 0, "estimate": 1.0, "lower": None, "upper": None}
    ]
    for mark in range(MARK_DAYS, int(days.max()) + 1, MARK_DAYS):
        lost, there = int((is_lost & (days <= mark)).sum()), int((days > mark).sum())
        before = found[-1]
        fresh, left = lost - int(before["lost"] or 0), int(before["still_watched"] or 0) - there
        later = int(is_lost.sum()) - lost
        if there < threshold or any(0 < few < threshold for few in (fresh, left - fresh, later)):
            continue
        steps = curve[curve["days"] <= mark]
        limits = {name: None if steps.empty else steps[name].iloc[-1] for name in ("lower", "upper")}
        share = 1.0 if steps.empty else steps["estimate"].iloc[-1]
        found.append({"days": mark, "still_watched": there, "lost": lost, "estimate": share, **limits})
    return pd.DataFrame(found, columns=RETENTION).astype({"lower": "float64", "upper": "float64"})
