"""From linked records to people: who lives here, who knows them, under which definition they are reached."""

from __future__ import annotations

import pandas as pd

from insight.privacy.linkage.linking import Linkage
from insight.privacy.linkage.records import KEYS

UNIVERSAL = "health_visiting"
"""The service that sees every family, whose particulars win and whose list is a denominator."""


def people(linkage: Linkage, *, method: str, day: str, months: int) -> pd.DataFrame:
    """Return one row a young resident child as the records of all services describe it.

    Children who moved away by the day, by any service's word, and those who are not below the age are left out.

    Args:
        linkage: as :func:`insight.privacy.linkage.link` gives it.
        method: ``strict``, ``lax`` or ``deterministic``.
        day: the day to hold age and moves against.
        months: age limit, in months.

    Returns:
        Index the cluster; columns ``oa``, ``ethnic_group``, and one flag a source that knows the child.
    """
    records = linkage.records.assign(is_first=linkage.records["source"] == UNIVERSAL)
    records = records.sort_values("is_first", ascending=False, kind="stable")
    by = records.groupby(method, sort=True)
    frame = by.agg(oa=("oa", "first"), ethnic_group=("ethnic_group", "first"), born=("birth_date", "first"))
    moved = pd.to_datetime(records["moved_out"]).groupby(records[method]).min()
    end = pd.Timestamp(day)
    born = pd.to_datetime(frame["born"])
    is_young = born.isna() | ((born > end - pd.DateOffset(months=months)) & (born <= end))
    has_moved = moved.reindex(frame.index) <= end
    knows = pd.crosstab(records[method], records["source"]) > 0
    kept = frame.join(knows)[is_young & ~has_moved]
    return kept.drop(columns="born")


def reached_by(
    linkage: Linkage, contacts: pd.DataFrame, *, method: str, since: str, until: str, source: str | None = None
) -> pd.Series:
    """Return how many contacts each person had in a period, over all records of that person.

    Args:
        linkage: as :func:`insight.privacy.linkage.link` gives it.
        contacts: source, record_id, day; one row a contact.
        method: which clusters are people.
        since: first day.
        until: last day.
        source: the service; all services together when absent.
    """
    own = contacts if source is None else contacts[contacts["source"] == source]
    own = own[pd.to_datetime(own["day"]).between(pd.Timestamp(since), pd.Timestamp(until))]
    keys = linkage.records[[*KEYS, method]].astype(dict.fromkeys(KEYS, str))
    person = own[KEYS].astype(str).merge(keys, on=KEYS)[method]
    return person.astype(int).value_counts().sort_index()


def near(areas: pd.DataFrame, homes: pd.Series) -> pd.DataFrame:
    """Return the areas of the neighbourhoods that records come from.

    Args:
        areas: one row an output area, with ``oa`` and ``neighbourhood``.
        homes: output areas of the people.
    """
    covered = areas.loc[areas["oa"].isin(homes), "neighbourhood"].dropna()
    return areas[areas["neighbourhood"].isin(covered)]
