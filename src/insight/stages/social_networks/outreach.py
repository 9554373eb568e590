"""Where people can be met: which places reach whom, and the fewest that reach the least connected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from insight.methods import networks
from insight.privacy.disclosure import Merge, merged_apart
from insight.stages.social_networks.counted import LIMITS, hide, share_row
from insight.stages.social_networks.declaration import Params

GROUPS = {"ethnic_group": "Ethnic group", "values_group": "Values", "work": "Work"}
GROUP_COLUMNS = ["place", "who", "value", "count", "respondents", *LIMITS]
CURVE_COLUMNS = ["places", "place", "added", "reach"]


FOLDS = 10


@dataclass(frozen=True, kw_only=True)
class Outreach:
    """The fewest places for the least connected, in sample and held out, with the greedy curve behind them.

    ``people`` counts the least connected; ``held_out`` is the reach of as many places chosen without those reached.
    """

    curve: pd.DataFrame
    fewest: networks.Fewest | None
    held_out: float | None
    people: int


def place_groups(people: pd.DataFrame, places: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return the share of each group that goes to each place; groups with missing values leave those people out."""
    if places is None or places.empty:
        return pd.DataFrame(columns=[*GROUP_COLUMNS, "status"])

    def made(name: str, merge: Merge) -> pd.DataFrame:
        rows, known = [], people[people[name].notna()]
        groups = merge.named(known[name]).to_numpy(dtype=object)
        for place, named in places.groupby("place", sort=True):
            goes = people["respondent_id"].isin(set(named["respondent_id"]))
            for value, own in known.groupby(groups, sort=True):
                words = {"place": place, "who": GROUPS[name], "value": str(value).replace("_", " ").capitalize()}
                rows.append({**words, **share_row(goes.loc[own.index], own["cluster"])})
        frame, counts = pd.DataFrame(rows, columns=GROUP_COLUMNS), ["count", "respondents"]
        return hide(frame, counts, threshold=threshold, also=LIMITS, within=["place", "who"])

    found = merged_apart(
        {name: partial(made, name) for name in GROUPS},
        hierarchies={"ethnic_group": "ethnic_group"},
        categories={"ethnic_group": sorted(people["ethnic_group"].dropna().astype(str).unique())},
    )
    return found.sort_values("place", kind="stable", ignore_index=True)


def least_connected(people: pd.DataFrame) -> pd.DataFrame:
    """Return the respondents who are not connected socially, those who named no one among them."""
    return people[people["social"] == 0]


def outreach(people: pd.DataFrame, places: pd.DataFrame | None, params: Params, *, threshold: int) -> Outreach:
    """Return the fewest places that reach the share of the least connected that the params want.

    Steps of the curve that add fewer people than the threshold are left out, since their gain would count them.
    """
    few, empty = least_connected(people), pd.DataFrame(columns=[*CURVE_COLUMNS, "status"])
    if places is None or places.empty or len(few) < max(threshold, 2):
        return Outreach(curve=empty, fewest=None, held_out=None, people=len(few))
    weights = pd.Series(1.0, index=few["respondent_id"])
    edges = places[["respondent_id", "place"]]
    curve = networks.reach_curve(edges, weights=weights)
    added = (curve["gain"] * len(few)).round().astype(int)
    shown = np.logical_and.accumulate((added >= threshold).to_numpy())
    made = curve.assign(added=added)[CURVE_COLUMNS][shown].assign(status="")
    fewest = networks.fewest_places(edges, share=params.reach_share, weights=weights)
    held_out = None
    clusters = dict(zip(few["respondent_id"], few["cluster"], strict=True))
    folds = min(FOLDS, len(set(clusters.values())))
    if fewest.is_possible and folds > 1:
        held_out = networks.held_out_reach(edges, clusters, places=len(fewest.places), folds=folds)
    return Outreach(curve=made.reset_index(drop=True), fewest=fewest, held_out=held_out, people=len(few))
