"""Reach of children's centres by how needy an area is: registered and using children among those who live there."""

from __future__ import annotations

import math

import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import difference, wilson_effective
from insight.privacy.loading import Inputs
from insight.stages.service_mapping.declaration import Params
from insight.stages.service_mapping.shares import columns

NEEDED = ("roster_childrens_centre", "roster_benefits", "lookup")
FIFTHS = 5
FEWEST = 2
"""Areas below which there is no spread between areas."""


def areas(registered: pd.DataFrame, benefits: pd.DataFrame, lookup: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return output areas with children, those registered and using, and their fifth by need (1 is the neediest).

    Need is the share of an area's young children whose home is on a benefit. Children who have outgrown the centres on
    the day of the params do not count. Rosters may hold more children than the census; reach is then taken as full.
    """
    day = pd.Timestamp(params.reach_on)
    oldest = day - pd.DateOffset(months=params.under_months)
    is_young = (registered["birth_month"] > oldest) & (registered["birth_month"] <= day)
    own = registered[is_young & (registered["registered"] <= day)]
    frame = lookup.loc[lookup["children_0_4"] > 0, ["oa", "neighbourhood", "children_0_4"]].set_index("oa")
    children = frame["children_0_4"]
    for name, counts in {
        "registered": own.groupby("oa").size(),
        "using": own[own["contacts"] > 0].groupby("oa").size(),
        "on_benefit": benefits.groupby("oa")["children_0_4"].sum(),
    }.items():
        frame[name] = counts.reindex(frame.index).fillna(0).clip(upper=children).astype(int)
    rank = (-frame["on_benefit"] / children).rank(method="first")
    frame["fifth"] = ((rank - 1) * FIFTHS // len(frame)).astype(int) + 1
    return frame.reset_index()


def reached(own: pd.DataFrame, count: str) -> Estimate | None:
    """Return a share of children over areas, with Wilson's limits on what clustering in areas leaves."""
    n = int(own["children_0_4"].sum())
    if n == 0 or len(own) < FEWEST:
        return None
    share = float(own[count].sum() / n)
    simple = share * (1 - share)
    if math.isclose(simple, 0.0):
        return wilson_effective(share, n, float(len(own)))
    rest = own[count] - share * own["children_0_4"]
    between = float((rest**2).sum()) / n * len(own) / (len(own) - 1)
    return wilson_effective(share, n, n / max(1.0, between / simple))


def reach_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return children, registered and using by fifth of need."""
    rows = []
    for fifth, own in frame.groupby("fifth", sort=True):
        for words, count in (("registered", "registered"), ("in touch within the year", "using")):
            found = reached(own, count)
            rows.append(
                {
                    "areas_by_need": {1: "neediest fifth", FIFTHS: "least needy fifth"}.get(
                        int(fifth), f"fifth {fifth}"
                    ),
                    "measure": words,
                    "children": int(own["children_0_4"].sum()),
                    "count": int(own[count].sum()),
                    **columns(found),
                }
            )
    return pd.DataFrame(rows, columns=["areas_by_need", "measure", "children", "count", "share", "lower", "upper"])


def neighbourhood_table(frame: pd.DataFrame | None) -> pd.DataFrame:
    """Return children and those in touch within the year by neighbourhood; no rows without areas."""
    rows = []
    if frame is not None:
        for place, own in frame.dropna(subset=["neighbourhood"]).groupby("neighbourhood", sort=True):
            one = {"neighbourhood": place, "children": int(own["children_0_4"].sum())}
            rows.append(one | {"in_touch": int(own["using"].sum()), **columns(reached(own, "using"))})
    return pd.DataFrame(rows, columns=["neighbourhood", "children", "in_touch", "share", "lower", "upper"])


def estimates(frame: pd.DataFrame) -> dict[str, tuple[Estimate | None, ...]]:
    """Return reach of the neediest in the project's wards, and use by the neediest against all others."""
    neediest, rest = frame[frame["fifth"] == 1], frame[frame["fifth"] != 1]
    using, others = reached(neediest, "using"), reached(rest, "using")
    found = difference(using, others) if using is not None and others is not None else None
    here = neediest[neediest["neighbourhood"].notna()]
    return {
        "centres_miss_most_disadvantaged": (reached(here, "registered"),),
        "high_need_not_reached": (found,),
    }


def of_inputs(inputs: Inputs, params: Params) -> pd.DataFrame | None:
    """Return the areas of :func:`areas`, or nothing where a roster or the look-up was not supplied."""
    if not all(inputs.has(name) for name in NEEDED):
        return None
    registered, benefits = inputs.people(NEEDED[0]), inputs.people(NEEDED[1])
    return areas(registered, benefits, inputs.table(NEEDED[2]), params)
