"""Visits at engagement points: seven cross-sections, not a funnel, since all ages were enrolled at once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import goodman, wilson
from insight.stages.outcomes.declaration import Params
from insight.stages.outcomes.shares import LIMITS, hide, share_row

MEASURES = {
    "has_child_aspiration": "hopes for the child written down",
    "has_parent_aspiration": "parent's own hopes written down",
    "attends_centre": "goes to a children's centre",
    "led_to_caf": "a CAF followed",
}
NOTHING = "none"


@dataclass(frozen=True, kw_only=True)
class Visits:
    """Visits by point, what checklists recorded, themes and barriers, and how many checklists can be counted."""

    by_point: pd.DataFrame
    recorded: pd.DataFrame
    themes: pd.DataFrame
    countable: Estimate
    total: int


def _words(code: object) -> str:
    return str(code).replace("_", " ")


def by_point(visits: pd.DataFrame, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return visits by engagement point with simultaneous limits of their shares."""
    points = params.engagement_points
    counts = [int((visits["point"] == point.code).sum()) for point in points]
    shares = goodman(counts) if len(counts) > 1 and sum(counts) > 0 else [None] * len(counts)
    rows = [
        {
            "point": point.code,
            "label": point.label,
            "visits": count,
            "estimate": None if share is None else share.estimate,
            "lower": None if share is None else share.lower,
            "upper": None if share is None else share.upper,
        }
        for point, count, share in zip(points, counts, shares, strict=True)
    ]
    frame = pd.DataFrame(rows).assign(total=sum(counts))
    return hide(frame, ["visits"], threshold=threshold, also=LIMITS, within=["total"])


def is_countable(visits: pd.DataFrame, params: Params) -> pd.Series:
    """Return, by visit, whether its checklist gives a known point, an age that fits it, and themes."""
    known = {point.code: point for point in params.engagement_points}
    fits = []
    for code, is_pregnant, age in visits[["point", "is_pregnant", "age_days"]].itertuples(index=False):
        point = known.get(code)
        if point is None or bool(is_pregnant) != point.is_pregnant:
            fits.append(False)
        else:
            fits.append(point.is_pregnant or point.from_days <= int(age) <= point.to_days)
    return pd.Series(fits, index=visits.index) & visits["themes"].notna()


def recorded(visits: pd.DataFrame, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return shares of visits with aspirations, attendance and a CAF that followed, by engagement point."""
    rows = []
    for point in params.engagement_points:
        group = visits[visits["point"] == point.code]
        rows += [
            {"label": point.label, "measure": words, **share_row(int(group[column].sum()), len(group))}
            for column, words in MEASURES.items()
        ]
    return hide(pd.DataFrame(rows), ["count", "n"], threshold=threshold, of="n", also=LIMITS)


def themes(visits: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return shares of visits that raised each theme (of those that noted themes), and barriers to the centre."""
    noted = visits["themes"].dropna().str.split()
    raised = noted.explode()
    counts = raised[raised != NOTHING].value_counts()
    rows = [
        {"kind": "theme raised", "label": _words(code), **share_row(int(count), len(noted))}
        for code, count in counts.items()
    ]
    away = visits.loc[~visits["attends_centre"].astype(bool), "centre_barrier"]
    rows += [
        {"kind": "barrier to the centre", "label": _words(code), **share_row(int(count), len(away))}
        for code, count in away.value_counts().items()
    ]
    columns = ["kind", "label", "count", "n", *LIMITS]
    return hide(pd.DataFrame(rows, columns=columns), ["count"], threshold=threshold, of="n", also=LIMITS)


def describe(visits: pd.DataFrame, params: Params, *, threshold: int) -> Visits:
    """Count visits and what their checklists say."""
    counted = is_countable(visits, params)
    return Visits(
        by_point=by_point(visits, params, threshold=threshold),
        recorded=recorded(visits, params, threshold=threshold),
        themes=themes(visits, threshold=threshold),
        countable=wilson(int(counted.sum()), len(counted)),
        total=len(visits),
    )
