"""Where each service's clients live: their shares by fifth of deprivation, beside those of all young children."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from insight.methods.intervals import wilson
from insight.privacy.disclosure import CONFIDENTIAL, STATUS, log
from insight.stages.profiling.linking import ALL, DEFINITIONS, LOCAL

COLUMNS = ["service", "fifth", "clients", "all_clients", "share", "lower", "upper", "share_of_children", STATUS]


def by_fifth(reach: pd.DataFrame) -> pd.DataFrame:
    """Return, by service, the share of its clients who live in each band of deprivation.

    Args:
        reach: reach by area after disclosure control (:func:`insight.stages.profiling.services.shown`); bands hidden
            there are hidden here.

    Returns:
        One row a service and band; no rows of a service whose total is hidden, as shares of it would tell it.
    """
    return _shared_out(
        {
            str(service): (own[own["level"] == "band"], own.loc[own["level"] == "borough", "registered"].sum())
            for service, own in reach.groupby("service", sort=False)
        },
        of="reach",
    )


def by_local_fifth(known: pd.DataFrame) -> pd.DataFrame:
    """Return, by linked service, the share of the children on its list who live in each fifth of the linked areas.

    Args:
        known: whom services know, after disclosure control (:func:`insight.stages.profiling.linking.known`); the
            higher threshold and the widest definition count here. Fifths hidden there are hidden here.
    """
    rows = known[(known["threshold"] == "higher") & (known["definition"] == DEFINITIONS[0])]
    rows = rows.rename(columns={"area": "name", "known": "registered", "children": "children_0_4"})
    return _shared_out(
        {
            str(service): (own[own["level"] == LOCAL], own.loc[own["level"] == ALL, "registered"].sum())
            for service, own in rows.groupby("service", sort=False)
        },
        of="known",
    )


def _shared_out(services: Mapping[str, tuple[pd.DataFrame, float]], *, of: str) -> pd.DataFrame:
    rows = []
    for service, (bands, whole) in services.items():
        children = float(bands["children_0_4"].sum())
        for band in bands.to_dict("records") if whole > 0 else ():
            is_shown = band[STATUS] != CONFIDENTIAL
            # A child whose area has no score counts in the borough and in no band.
            found = wilson(min(band["registered"], whole), float(whole)) if is_shown else None
            limits = (None,) * 3 if found is None else (found.estimate, found.lower, found.upper)
            count = band["registered"] if is_shown else None
            rows.append((service, band["name"], count, whole, *limits, band["children_0_4"] / children, band[STATUS]))
    found_rows = pd.DataFrame(rows, columns=COLUMNS)
    typed = found_rows.astype(dict.fromkeys(("clients", "share", "lower", "upper"), "float64"))
    return log.follow(typed, ["clients", "share"], of=of)
