"""A monitor of the unreached, month by month: young children without a contact in the days before."""

from __future__ import annotations

import pandas as pd

from insight.methods.intervals import wilson
from insight.privacy import linkage
from insight.privacy.disclosure import suppress
from insight.sources.contracts.records import CENTRE
from insight.stages.service_mapping.declaration import Params
from insight.stages.service_mapping.whom.unreached import THRESHOLDS

COLUMNS = ["month", "threshold", "measure", "children", "unreached", "share", "lower", "upper"]
NO_CENTRE, NO_SERVICE = "not seen by a children's centre", "not seen by any service"
SHORTEST_MONTH = 28


def ends_of_months(params: Params) -> list[pd.Timestamp]:
    """Return the days to which months are counted that have the whole look-back in the window, the last one last."""
    last = pd.Timestamp(params.reach_on)
    first = last - pd.Timedelta(days=params.reach_period_days - params.monitor_days)
    ends = [last - pd.DateOffset(months=back) for back in range(params.reach_period_days // SHORTEST_MONTH)]
    return sorted(end for end in ends if end >= first)


def monthly(found: linkage.Linkage, meetings: pd.DataFrame, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return, by month, children whom no contact reached in the look-back, at both thresholds of linkage.

    Children are those whom the service that sees every family lists, born by that day, below the age and not moved
    away: a count of residents of one day would not fit the other months. Empty where that service supplied no list.
    """
    rows = []
    for method, words in THRESHOLDS.items():
        for end in ends_of_months(params):
            day, before = end.date().isoformat(), end - pd.Timedelta(days=params.monitor_days)
            people = linkage.people(found, method=method, day=day, months=params.under_months)
            listed = people[people[linkage.UNIVERSAL]] if linkage.UNIVERSAL in people.columns else people.iloc[:0]
            if listed.empty:
                continue
            for measure, source in ((NO_CENTRE, CENTRE), (NO_SERVICE, None)):
                counts = linkage.reached_by(
                    found, meetings, method=method, since=before.date().isoformat(), until=day, source=source
                )
                missed = int((counts.reindex(listed.index, fill_value=0) == 0).sum())
                one = wilson(missed, len(listed))
                month = f"{end - pd.Timedelta(days=1):%Y-%m}"
                rows.append((month, words, measure, len(listed), missed, one.estimate, one.lower, one.upper))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    if frame.empty:
        return frame
    return suppress(frame, "unreached", threshold=threshold, also=("share", "lower", "upper"), base="children")
