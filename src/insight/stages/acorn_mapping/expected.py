"""What the segments of a neighbourhood let one expect of its homes: a synthetic estimate of media and digital habits.

Nobody of the neighbourhood was asked. The share of each habit in a segment of the borough is weighted by the segments
of the homes there. Only shown rows enter, so that nothing hidden can be worked back.
"""

from __future__ import annotations

import pandas as pd

from insight.stages.acorn_mapping.habits import ACCEPTED, WORDS

KEYS = ["neighbourhood", "neighbourhood_name"]
EXPECTED = [*KEYS, "kind", "way", "share", "lower", "upper", "covered"]
MEDIA_KIND, DIGITAL_KIND = "media", "digital"
SHOWN = {MEDIA_KIND: ACCEPTED, DIGITAL_KIND: ("online", "social_network_use")}
"""Habits told of a neighbourhood, by kind."""
VALUES = ["share", "lower", "upper"]


def expected(neighbourhoods: pd.DataFrame, channels: pd.DataFrame, digital: pd.DataFrame) -> pd.DataFrame:
    """Return the expected share of homes with each habit, by neighbourhood, most first.

    Args:
        neighbourhoods: share of homes by segment and neighbourhood, small numbers hidden.
        channels: share of homes that accept each medium, by segment, with limits.
        digital: share of homes with each digital habit, by segment, with limits.

    Returns:
        Columns neighbourhood, neighbourhood_name, kind, way, share, lower, upper (would hold were all segments off the
        same way), covered (share of homes there whose segment is shown and has habits).
    """
    habits = [
        frame[frame["habit"].isin([WORDS[item] for item in SHOWN[kind]])].assign(kind=kind)
        for kind, frame in ((MEDIA_KIND, channels), (DIGITAL_KIND, digital))
    ]
    known = pd.concat([frame for frame in habits if len(frame)] or habits, ignore_index=True).dropna(subset=["share"])
    weights = neighbourhoods.dropna(subset=["share"])[[*KEYS, "category_name", "share"]]
    weights = weights[weights["category_name"].isin(known["category_name"])].rename(columns={"share": "weight"})
    if known.empty or weights.empty:
        return pd.DataFrame(columns=EXPECTED)
    covered = weights.groupby(KEYS)["weight"].sum().rename("covered").reset_index()
    pairs = weights.merge(known.rename(columns={"habit": "way"}), on="category_name")
    pairs[VALUES] = pairs[VALUES].mul(pairs["weight"], axis=0)
    sums = pairs.groupby([*KEYS, "kind", "way"])[["weight", *VALUES]].sum()
    found = sums[VALUES].div(sums["weight"], axis=0).reset_index().merge(covered, on=KEYS)
    order = found["kind"].map([MEDIA_KIND, DIGITAL_KIND].index)
    found = found.assign(order=order).sort_values(
        [*KEYS, "order", "share", "way"], ascending=[True, True, True, False, True], ignore_index=True
    )
    return found[EXPECTED]
