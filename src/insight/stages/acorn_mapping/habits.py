"""Digital habits and ways to reach households, for the borough against the country and by category."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from insight.privacy.disclosure import suppress
from insight.stages.acorn_mapping.clusters import Ratio, gap, ratio, share
from insight.stages.acorn_mapping.homes import PER_CENT, Homes

MEDIA = ("press", "leaflet", "post", "email", "text", "telephone")
ANSWERED = ("press", "leaflet")
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
ITEMS = tuple(WORDS)


def having(homes: Homes, item: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Return who has an item and among whom it is asked (``None``: all households)."""
    if item == "responded_marketing":
        return homes.flags("responded_press") | homes.flags("responded_leaflet"), None
    return homes.flags(item), homes.flags("online") if item == "transacts_online" else None


def item_ratio(homes: Homes, item: str, among: np.ndarray | None = None) -> Ratio:
    """Return the share with an item, among some households."""
    found, base = having(homes, item)
    if among is not None:
        base = among if base is None else base & among
    return ratio(found, base)


def uk_share(indices: pd.DataFrame | None, item: str) -> float | None:
    """Return the country's share with an item from the lifestyle indices, ``None`` where they lack it."""
    if indices is None:
        return None
    found = indices.loc[indices["item"] == item, "uk_pct"].unique()
    return float(found[0]) / PER_CENT if len(found) == 1 else None


def against_uk(homes: Homes, indices: pd.DataFrame | None) -> pd.DataFrame:
    """Return each habit in the borough: share with limits, the country's share, difference with limits."""
    rows = []
    for item, words in WORDS.items():
        here = item_ratio(homes, item)
        found, effect = share(here, homes.posts)
        uk = uk_share(indices, item)
        difference = None if uk is None else gap(here, None, homes.posts, less=uk)
        rows.append(
            {
                "item": item,
                "habit": words,
                "households": len(here.rows),
                "share": found.estimate,
                "lower": found.lower,
                "upper": found.upper,
                "design_effect": effect,
                "uk_share": math.nan if uk is None else uk,
                "difference": math.nan if difference is None else difference.estimate,
                "difference_lower": math.nan if difference is None else difference.lower,
                "difference_upper": math.nan if difference is None else difference.upper,
            }
        )
    return pd.DataFrame(rows)


def by_category(homes: Homes, items: tuple[str, ...], *, threshold: int) -> pd.DataFrame:
    """Return habits by category with limits, small counts hidden."""
    rows = []
    for key, name in homes.names.items():
        for item in items:
            here = item_ratio(homes, item, homes.in_category(key))
            if not len(here.rows):
                continue
            found, _ = share(here, homes.posts)
            count = int(here.top[here.rows].sum())
            rows.append((name, WORDS[item], len(here.rows), count, found.estimate, found.lower, found.upper))
    columns = ["category_name", "habit", "asked", "households", "share", "lower", "upper"]
    frame = pd.DataFrame(rows, columns=columns)
    return suppress(frame, "households", threshold=threshold, also=("share", "lower", "upper"), within=("habit",))


def channels(homes: Homes, *, threshold: int) -> pd.DataFrame:
    """Return media by category: who accepts each, and who of those answered where that is known."""
    accepted = by_category(homes, ("no_marketing", *(f"accepts_{medium}" for medium in MEDIA)), threshold=threshold)
    rows = []
    for key, name in homes.names.items():
        for medium in ANSWERED:
            among = homes.in_category(key) & homes.flags(f"accepts_{medium}")
            here = ratio(homes.flags(f"responded_{medium}"), among)
            if not len(here.rows):
                continue
            found, _ = share(here, homes.posts)
            words = f"Answered {medium}, of those who accept it"
            count = int(here.top[here.rows].sum())
            rows.append((name, words, len(here.rows), count, found.estimate, found.lower, found.upper))
    answered = pd.DataFrame(rows, columns=list(accepted.columns.drop("status")))
    hidden = suppress(answered, "households", threshold=threshold, also=("share", "lower", "upper"), within=("habit",))
    return pd.concat([accepted, hidden], ignore_index=True)
