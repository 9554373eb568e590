"""Where each service's clients live: their shares by fifth of deprivation, beside those of all young children."""

from __future__ import annotations

import pandas as pd

from insight.methods.intervals import wilson
from insight.privacy.disclosure import CONFIDENTIAL, STATUS

COLUMNS = ["service", "fifth", "clients", "all_clients", "share", "lower", "upper", "share_of_children", STATUS]


def by_fifth(reach: pd.DataFrame) -> pd.DataFrame:
    """Return, by service, the share of its clients who live in each band of deprivation.

    Args:
        reach: reach by area after disclosure control (:func:`insight.stages.profiling.services.shown`); bands hidden
            there are hidden here.

    Returns:
        One row a service and band; no rows of a service whose total is hidden, as shares of it would tell it.
    """
    rows = []
    for service, own in reach.groupby("service", sort=False):
        bands = own[own["level"] == "band"]
        whole = own.loc[own["level"] == "borough", "registered"].sum()
        children = float(bands["children_0_4"].sum())
        for band in bands.to_dict("records") if whole > 0 else ():
            is_shown = band[STATUS] != CONFIDENTIAL
            # A child whose area has no score counts in the borough and in no band.
            found = wilson(min(band["registered"], whole), float(whole)) if is_shown else None
            limits = (None,) * 3 if found is None else (found.estimate, found.lower, found.upper)
            count = band["registered"] if is_shown else None
            rows.append((service, band["name"], count, whole, *limits, band["children_0_4"] / children, band[STATUS]))
    found_rows = pd.DataFrame(rows, columns=COLUMNS)
    return found_rows.astype(dict.fromkeys(("clients", "share", "lower", "upper"), "float64"))
