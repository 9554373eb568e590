"""From what families told and agencies recorded to single contacts, and from contacts to journeys."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pandas as pd

from insight.errors import InputError, Problem
from insight.stages.service_mapping.declaration import Params

SPAN = {"day": 0, "month": 30, "year": 365}
"""Days that a date of each precision may lie after the day written down."""
MONTH_DAYS = 365.25 / 12
JOURNEY = "Family {number}"
TOLD = {"both": "both", "family": "family only", "agency": "agency only"}


def grouped(rows: pd.DataFrame, params: Params, *, file: str) -> pd.DataFrame:
    """Return the rows with the group of their service.

    Raises:
        InputError: services that the params put into no group.
    """
    known = {**params.service_groups}
    unknown = sorted(set(rows["service"]) - set(known))
    if unknown:
        rule = "every service has a group in the params (service_groups)"
        fix = "add the service to service_groups, or correct the cell"
        raise InputError([Problem(file=file, column="service", rule=rule, found=name, fix=fix) for name in unknown])
    return rows.assign(group=rows["service"].map(known))


def _apart(own: pd.DataFrame, other: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return days between the possible dates of two lists of contacts, and days between the dates as written."""
    first = own["start"].to_numpy(dtype="datetime64[D]").astype("int64")[:, None]
    second = other["start"].to_numpy(dtype="datetime64[D]").astype("int64")[None, :]
    first_span = own["date_precision"].map(SPAN).to_numpy(dtype="int64")[:, None]
    second_span = other["date_precision"].map(SPAN).to_numpy(dtype="int64")[None, :]
    apart = np.maximum(0, np.maximum(first - second - second_span, second - first - first_span))
    return apart, np.abs(first - second)


def matched(told: pd.DataFrame, recorded: pd.DataFrame, *, days: int) -> dict[int, int]:
    """Return which told contact (by index label) is which recorded one: nearest pairs first, each used once.

    Args:
        told: contacts of one family with one service, as the family told them.
        recorded: the same as the agency recorded them.
        days: greatest distance of the possible dates.
    """
    apart, written = _apart(told, recorded)
    near = [(apart[a, b], written[a, b], a, b) for a, b in zip(*np.nonzero(apart <= days), strict=True)]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, a, b in sorted(near):
        one, other = int(told.index[a]), int(recorded.index[b])
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)
    return pairs


def contacts(rows: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Return one row a contact, told by both sides or by one, in order of family and time.

    A matched pair keeps the agency's row, whose dates are the closer ones.
    """
    pairs: dict[int, int] = {}
    for _, both in rows.groupby(["family_id", "service"], sort=False):
        told, recorded = both[both["source"] == "family"], both[both["source"] == "agency"]
        if len(told) and len(recorded):
            pairs |= matched(told, recorded, days=days)
    view = rows["source"].where(~rows.index.isin(list(pairs.values())), "both")
    single = rows.assign(view=view).drop(index=list(pairs))
    # A date of coarser precision stands in the middle of the time that it may mean.
    day = single["start"] + pd.to_timedelta(single["date_precision"].map(SPAN) // 2, unit="D")
    age = (day - single["child_born"]).dt.days / MONTH_DAYS
    last = single["end"].fillna(day).where(single["end"].isna() | (single["end"] >= day), day)
    return (
        single.assign(day=day, age=age, end_age=(last - single["child_born"]).dt.days / MONTH_DAYS)
        .sort_values(["family_id", "day", "contact_id"], kind="stable")
        .reset_index(drop=True)
    )


def labels(single: pd.DataFrame) -> dict[str, str]:
    """Return a label for each family, in an order that nobody without the records themselves can work out."""

    def digest(family: str) -> str:
        own = single.loc[single["family_id"] == family, ["day", "service", "stage", "need"]]
        return sha256(own.to_csv(index=False).encode()).hexdigest()

    ranked = sorted(single["family_id"].unique(), key=digest)
    return {family: JOURNEY.format(number=number) for number, family in enumerate(ranked, start=1)}


def journeys(single: pd.DataFrame, *, step: int) -> pd.DataFrame:
    """Return contacts by label and rounded age of the child: no dates, no codes, no needs."""
    rounded = {name: (single[name] / step).round() * step for name in ("age", "end_age")}
    frame = pd.DataFrame(
        {
            "journey": single["family_id"].map(labels(single)),
            "age_months": rounded["age"].astype(int),
            "until_months": rounded["end_age"].astype(int),
            "service": single["group"],
            "stage": single["stage"],
            "told_by": single["view"].map(TOLD),
        }
    )
    return frame.sort_values(["journey", "age_months", "service"], kind="stable").reset_index(drop=True)


def dated(single: pd.DataFrame) -> pd.DataFrame:
    """Return contacts by family and date, in years; single families, for the restricted map by calendar alone."""

    def years(days: pd.Series) -> pd.Series:
        return days.dt.year + (days.dt.day_of_year - 1) / (12 * MONTH_DAYS)

    last = single["end"].fillna(single["day"])
    return pd.DataFrame(
        {
            "family": single["family_id"],
            "service": single["group"],
            "from_year": years(single["day"]),
            "to_year": years(last.where(last >= single["day"], single["day"])),
            "stage": single["stage"],
            "told_by": single["view"].map(TOLD),
        }
    )


def first_of_need(single: pd.DataFrame) -> pd.DataFrame:
    """Return the first contact about each need of each family."""
    return single.drop_duplicates(["family_id", "need"])


def moves(single: pd.DataFrame) -> pd.DataFrame:
    """Return each step of a family from one contact to the next: groups, whether the agency changed, days between."""
    following = single.groupby("family_id", sort=False)[["group", "agency", "day"]].shift(-1)
    steps = pd.DataFrame(
        {
            "family_id": single["family_id"],
            "from_service": single["group"],
            "to_service": following["group"],
            "is_handover": single["agency"] != following["agency"],
            "days": (following["day"] - single["day"]).dt.days,
        }
    )
    return steps[steps["to_service"].notna()].reset_index(drop=True)
