"""Who was reached: the sample, its spread over time slots, and doors with and without a flyer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.methods import networks
from insight.methods.estimate import Estimate
from insight.methods.intervals import difference, wilson
from insight.stages.social_networks.counted import LIMITS, hide, share_row, try_share
from insight.stages.social_networks.declaration import Params
from insight.stages.social_networks.drivers import NO_QUALIFICATION

HALF = 0.5
FLYER_COLUMNS = ["street_had", "streets", "doors", "surveys", *LIMITS]
WITH, WITHOUT = "a flyer beforehand", "no flyer"


def _flags(egos: pd.DataFrame, params: Params) -> dict[str, pd.Series]:
    return {
        "women": egos["sex"] == "female",
        "in work": egos["in_work"].astype(bool),
        f"{params.majority_group.replace('_', ' ')}": egos["ethnic_group"] == params.majority_group,
        "without qualifications": egos["qualification"] == NO_QUALIFICATION,
    }


def several(egos: pd.DataFrame) -> Estimate:
    """Return the share of households in which more than one person was surveyed."""
    sizes = egos.groupby("household_id").size()
    return wilson(int((sizes > 1).sum()), len(sizes))


def sample(egos: pd.DataFrame, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return who was surveyed: shares of respondents, where they were met, and households with several of them."""
    rows = [
        {"what": f"Respondents: {name}", **share_row(flag, egos["cluster"])}
        for name, flag in _flags(egos, params).items()
    ]
    met = sorted(egos["recruited_at"].unique())
    at = [
        {"what": f"Met at: {place.replace('_', ' ')}", **share_row(egos["recruited_at"] == place, egos["cluster"])}
        for place in met
    ]
    shared = several(egos)
    home = {
        "what": "Households with several respondents",
        "count": round(shared.estimate * shared.n),
        "respondents": shared.n,
        "share": shared.estimate,
        "lower": shared.lower,
        "upper": shared.upper,
    }
    counts = ["count", "respondents"]
    parts = [
        hide(pd.DataFrame(rows), counts, threshold=threshold, also=LIMITS, within=["what"]),
        hide(pd.DataFrame(at), counts, threshold=threshold, also=LIMITS),
        hide(pd.DataFrame([home]), counts, threshold=threshold, also=LIMITS, within=["what"]),
    ]
    return pd.concat(parts, ignore_index=True).rename(columns={"respondents": "of"})


def slots(egos: pd.DataFrame, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return the composition of the respondents of each time slot."""
    rows = []
    for slot, own in egos.groupby("slot", sort=False):
        for name, flag in _flags(own, params).items():
            words = {"slot": str(slot).replace("_", " "), "characteristic": name}
            rows.append({**words, **share_row(flag, own["cluster"])})
    frame = pd.DataFrame(rows).sort_values(["characteristic", "slot"], ignore_index=True)
    return hide(frame, ["count", "respondents"], threshold=threshold, also=LIMITS, within=["characteristic"])


def work_by_slot(egos: pd.DataFrame, params: Params) -> Estimate | None:
    """Return the share in work of those met in weekday daytime less that of all others.

    Whether somebody works is what the hour of a visit would bias most.
    """
    works, homes = egos["in_work"].astype(float).to_numpy(), egos["cluster"].to_numpy()
    is_day = (egos["slot"] == params.daytime_slot).to_numpy()
    day = try_share(works[is_day], np.ones(int(is_day.sum())), homes[is_day])
    rest = try_share(works[~is_day], np.ones(int((~is_day).sum())), homes[~is_day])
    return None if day is None or rest is None else difference(day, rest)


def women(egos: pd.DataFrame) -> Estimate | None:
    """Return the share of women less one half."""
    share = try_share((egos["sex"] == "female").to_numpy(dtype=float), np.ones(len(egos)), egos["cluster"].to_numpy())
    return None if share is None else networks.shifted(share, HALF)


def _by_street(log: pd.DataFrame) -> pd.DataFrame:
    doors = log.assign(surveys=log["doors"] * (log["outcome"] == "completed"))
    return doors.groupby(["street", "flyer_dropped"], as_index=False)[["doors", "surveys"]].sum()


def flyers(log: pd.DataFrame | None, *, threshold: int) -> tuple[pd.DataFrame, Estimate | None]:
    """Return doors and surveys with and without a flyer, and the difference of their shares; streets are clusters."""
    empty = pd.DataFrame(columns=[*FLYER_COLUMNS, "status"])
    if log is None or log.empty:
        return empty, None
    rows, shares = [], {}
    for words, has in ((WITH, True), (WITHOUT, False)):
        streets = _by_street(log)
        own = streets[streets["flyer_dropped"].astype(bool) == has]
        share = try_share(own["surveys"].to_numpy(), own["doors"].to_numpy(), own["street"].to_numpy())
        if share is None:
            continue
        shares[has] = share
        rows.append(
            {
                "street_had": words,
                "streets": len(own),
                "doors": int(own["doors"].sum()),
                "surveys": int(own["surveys"].sum()),
                "share": share.estimate,
                "lower": share.lower,
                "upper": share.upper,
            }
        )
    gap = difference(shares[True], shares[False]) if len(rows) > 1 else None
    table = hide(pd.DataFrame(rows, columns=FLYER_COLUMNS), ["surveys", "doors"], threshold=threshold, also=LIMITS)
    return table, gap
