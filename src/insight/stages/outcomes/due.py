"""Children due at each engagement point, uptake, and which cohort of the assessment a visited child belongs to.

A school year's cohort of the assessment at five: children born from 1 September six years before the summer in which
they are assessed to 31 August five years before it (admission rules of schools in England).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson
from insight.stages.outcomes.declaration import EngagementPoint, Params
from insight.stages.outcomes.shares import LIMITS, hide, limits

BEFORE_BIRTH = (180, 0)
"""Days before birth within which a family is due in pregnancy: from the twelfth week or so on."""
FIRST_SCHOOL_MONTH = 9
YEARS_BEFORE = 6
"""Years from the September in which a cohort's oldest children are born to the summer of their assessment, less one."""
MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True, kw_only=True)
class Due:
    """Uptake by point, and the cohorts of the assessment that the points could reach.

    ``windows`` has one row a point: birth months that could be seen there in the pilot and the summers of assessment.
    """

    uptake: pd.DataFrame
    windows: pd.DataFrame
    cohorts: pd.DataFrame
    first: pd.Timestamp
    last: pd.Timestamp
    counted_after: int
    """Visited children who belong to the cohort counted after the pilot."""


def span(point: EngagementPoint) -> tuple[int, int]:
    """Return the ages in days at which a child is due, negative before birth."""
    if point.is_pregnant:
        return -BEFORE_BIRTH[0], -BEFORE_BIRTH[1]
    return point.from_days, point.to_days


def cohort_summer(born: pd.Timestamp) -> int:
    """Return the summer in which a child of that birth is assessed at the end of its reception year."""
    return int(born.year) + YEARS_BEFORE - (0 if born.month >= FIRST_SCHOOL_MONTH else 1)


def cohort_births(summer: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last day of birth of the cohort assessed in a summer."""
    start = pd.Timestamp(year=summer - YEARS_BEFORE, month=FIRST_SCHOOL_MONTH, day=1)
    return start, start + pd.DateOffset(years=1) - pd.Timedelta(days=1)


def due_children(births: pd.DataFrame, point: EngagementPoint, first: pd.Timestamp, last: pd.Timestamp) -> float | None:
    """Return how many children reach the middle of a point's ages between two days; ``None`` where births lack months.

    Births of a month are spread evenly over its days.
    """
    low, high = span(point)
    middle = pd.Timedelta(days=round((low + high) / 2))
    start, end = first - middle, last - middle
    wanted = pd.period_range(start, end, freq="M")
    months = births.assign(month=pd.to_datetime(births["month"]).dt.to_period("M")).groupby("month")["births"].sum()
    if not set(wanted) <= set(months.index):
        return None
    total = 0.0
    for month in wanted:
        opened = max(start, month.start_time.normalize())
        closed = min(end, month.end_time.normalize())
        total += float(months[month]) * ((closed - opened).days + 1) / month.days_in_month
    return total


def _uptake(count: int, due: float | None) -> Estimate | None:
    if due is None or round(due) < max(1, count):
        return None
    return wilson(count, round(due))


def uptake(visits: pd.DataFrame, births: pd.DataFrame | None, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return children visited against children due by point; empty shares where births do not cover a point."""
    first, last = visits["date"].min(), visits["date"].max()
    wards = None if births is None else births[births["area"].isin(params.pilot_wards)]
    cells = []
    for point in params.engagement_points:
        count = int(visits.loc[visits["point"] == point.code, "child_id"].nunique())
        due = None if wards is None or wards.empty else due_children(wards, point, first, last)
        found = _uptake(count, due)
        shares = dict.fromkeys(LIMITS) if found is None else limits(found)
        cells.append({"label": point.label, "children_seen": count, "children_due": due, **shares})
    frame = pd.DataFrame(cells).assign(total="all")
    frame["children_due"] = frame["children_due"].astype("float64").round()
    frame["estimate"] = frame["estimate"].astype("float64")
    hidden = hide(frame, ["children_seen"], threshold=threshold, also=LIMITS, within=["total"]).drop(columns="total")
    unknown = (hidden["status"] == "") & hidden["estimate"].isna()
    return hidden.assign(status=hidden["status"].mask(unknown, "x"))


def windows(params: Params, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Return, by point, the births that can be seen there between two days, and when they are assessed."""
    rows = []
    for point in params.engagement_points:
        low, high = span(point)
        born, until = first - pd.Timedelta(days=high), last - pd.Timedelta(days=low)
        summers = (cohort_summer(born), cohort_summer(until))
        rows.append(
            {
                "label": point.label,
                "from_age_years": round(low / 365.25, 2),
                "to_age_years": round(high / 365.25, 2),
                "born_from": f"{born:%Y-%m}",
                "born_to": f"{until:%Y-%m}",
                "first_assessed": summers[0],
                "last_assessed": summers[1],
                "may_touch_counted_cohort": summers[0] <= params.after_year <= summers[1],
            }
        )
    return pd.DataFrame(rows)


def cohorts(visits: pd.DataFrame, params: Params, *, threshold: int) -> tuple[pd.DataFrame, int]:
    """Return visited children by summer of assessment, and how many are of the cohort counted after the pilot.

    Children whose recorded age fits their point; the unborn are those of the pregnancy point.
    """
    spans = {point.code: span(point) for point in params.engagement_points if not point.is_pregnant}
    known = visits[visits["point"].isin(spans) & visits["age_days"].notna()]
    ages = known["age_days"].astype(int)
    fits = [spans[code][0] <= age <= spans[code][1] for code, age in zip(known["point"], ages, strict=True)]
    born = (known["date"] - pd.to_timedelta(ages, unit="D"))[fits]
    single = pd.DataFrame({"child_id": known["child_id"][fits], "born": born}).drop_duplicates("child_id")
    summers = single["born"].map(cohort_summer)
    counts = summers.value_counts().sort_index()
    frame = pd.DataFrame({"assessed_in": counts.index.astype(int), "children_seen": counts.to_numpy(dtype=int)})
    shown = hide(frame.assign(whole="all"), ["children_seen"], threshold=threshold, within=["whole"])
    return shown.drop(columns="whole"), int((summers == params.after_year).sum())


def describe(visits: pd.DataFrame, births: pd.DataFrame | None, params: Params, *, threshold: int) -> Due:
    """Return uptake and cohorts of the pilot's visits."""
    first, last = visits["date"].min(), visits["date"].max()
    by_summer, counted = cohorts(visits, params, threshold=threshold)
    return Due(
        uptake=uptake(visits, births, params, threshold=threshold),
        windows=windows(params, first, last),
        cohorts=by_summer,
        first=first.to_period("M").to_timestamp(),
        last=last.to_period("M").to_timestamp(how="end").normalize(),
        counted_after=counted,
    )
