"""Digital habits and ways to reach households, for the borough against the country and by category."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from insight.privacy.disclosure import STATUS, Merge, least_merged, log, suppress
from insight.stages.acorn_mapping.clusters import Ratio, gap, share
from insight.stages.acorn_mapping.homes import ANSWERED, MEDIA, Homes

PER_CENT = 100
HIERARCHY = "acorn"
DIGITAL = ("online", "transacts_online", "social_network_use", "community_group")
WORDS = {
    "online": "Online at home",
    "transacts_online": "Pays or buys online, of those online",
    "social_network_use": "Uses social network sites",
    "community_group": "Takes part in a community group",
    "no_marketing": "Accepts no marketing",
    "responded_marketing": "Answered press or leaflets in a year",
    **{f"accepts_{medium}": f"Accepts marketing by {medium}" for medium in MEDIA},
    **{f"responded_{medium}": f"Answered marketing by {medium}" for medium in ANSWERED},
}
ACCEPTED = ("no_marketing", *(f"accepts_{medium}" for medium in MEDIA))
HABITS = [
    "item",
    "habit",
    "households",
    "share",
    "lower",
    "upper",
    "design_effect",
    "uk_share",
    "difference",
    "difference_lower",
    "difference_upper",
]
BY_CATEGORY = ["category_name", "habit", "asked", "households", "share", "lower", "upper"]


def item_ratio(homes: Homes, item: str, among: np.ndarray | None = None) -> Ratio:
    """Return the share with an item, among some rows; payments online are asked of those online."""
    return homes.having(item, among, asked="online" if item == "transacts_online" else "n")


def uk_share(indices: pd.DataFrame | None, item: str) -> float | None:
    """Return the country's share with an item from the lifestyle indices, ``None`` where they lack it."""
    if indices is None:
        return None
    found = indices.loc[indices["item"] == item, "uk_pct"].unique()
    return float(found[0]) / PER_CENT if len(found) == 1 else None


def against_uk(homes: Homes | None, indices: pd.DataFrame | None) -> pd.DataFrame:
    """Return each habit in the borough: share with limits, the country's share, difference with limits."""
    rows: list[tuple[object, ...]] = []
    if homes is None:
        return pd.DataFrame(columns=HABITS)
    for item, words in WORDS.items():
        here = item_ratio(homes, item)
        if not here.n:
            continue
        found, effect = share(here, homes.posts)
        uk = uk_share(indices, item)
        difference = None if uk is None else gap(here, None, homes.posts, less=uk)
        limits = (difference.estimate, difference.lower, difference.upper) if difference else (math.nan,) * 3
        known = (math.nan if uk is None else uk, *limits)
        rows.append((item, words, here.n, found.estimate, found.lower, found.upper, effect, *known))
    return pd.DataFrame(rows, columns=HABITS)


def _rows(
    homes: Homes, names: Mapping[str, str], asked: Mapping[str, tuple[str, str]], *, threshold: int
) -> pd.DataFrame:
    """Return shares by category; ``asked`` maps words to the columns of who has it and who was asked.

    Categories are merged by their hierarchy where more than half of a habit's would be hidden.
    """

    def made(merge: Merge) -> pd.DataFrame:
        joined: dict[str, list[str]] = {}
        for key, name in names.items():
            joined.setdefault(merge.names.get(merge.to.get(key, ""), name), []).append(key)
        rows = []
        for name, keys in joined.items():
            for words, (column, base) in asked.items():
                here = homes.having(column, homes.in_category(*keys), asked=base)
                if not here.n:
                    continue
                found, _ = share(here, homes.posts)
                rows.append((name, words, here.n, here.count, found.estimate, found.lower, found.upper))
        frame = pd.DataFrame(rows, columns=BY_CATEGORY)
        return suppress(frame, "households", threshold=threshold, also=("share", "lower", "upper"), within=("habit",))

    return least_merged(made, hierarchy=HIERARCHY, categories=list(names))


def by_category(homes: Homes | None, names: Mapping[str, str], items: Sequence[str], *, threshold: int) -> pd.DataFrame:
    """Return habits by category with limits, small counts hidden; empty without a household file."""
    if homes is None:
        return pd.DataFrame(columns=[*BY_CATEGORY, STATUS])
    asked = {WORDS[item]: (item, "online" if item == "transacts_online" else "n") for item in items}
    return _rows(homes, names, asked, threshold=threshold)


def channels(homes: Homes | None, names: Mapping[str, str], *, threshold: int) -> pd.DataFrame:
    """Return media by category: who accepts each, and who of those answered where that is known."""
    accepted = by_category(homes, names, ACCEPTED, threshold=threshold)
    if homes is None:
        return accepted
    asked = {
        f"Answered {medium}, of those who accept it": (f"responded_{medium}", f"accepts_{medium}")
        for medium in ANSWERED
    }
    parts = [accepted, _rows(homes, names, asked, threshold=threshold)]
    return log.join(pd.concat(parts, ignore_index=True), parts)
