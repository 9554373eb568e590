"""Friends of one's own group beside national figures: picture and table."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.friendship import OWN
from insight.stages.social_networks.pictures.common import (
    HIDDEN,
    LIMITS_OVER,
    SHARES,
    SOURCE,
    absent,
    shown,
    standing,
)


def friendship_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how many have friends of their own group alone, beside national figures that decide nothing."""
    frame = results.friendship
    known = shown(frame, "share")
    if known.empty:
        return absent(inputs, "Friends of known group")
    own = known[known["evidence"] == OWN].iloc[0]
    title = (
        f"{own['share']:.0%} name friends of their own ethnic group alone; no open figure tells whether that is usual"
    )
    data = frame.assign(row=frame["measure"] + ": " + frame["who"] + frame["year"].map(_year))
    return display.Figure(
        display.charts.dot_interval(
            data,
            label="row",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share whose friends are of their own ethnic group",
            group="evidence",
        ),
        name="friendship",
        title=title,
        alt=f"Dots with intervals for {len(data)} rows, national figures told apart by shape. {title}.",
        caption="All friends, or most (more than half), of those with friends of known group. National figures are of "
        "all adults, from other questions, read at second hand and not verified: they stand beside and decide nothing. "
        "What would decide: rates by ethnic group for comparable urban areas from one instrument. "
        f"{LIMITS_OVER} {HIDDEN}",
        source=f"{SOURCE}; data/reference/friendship_comparators.csv",
        n=int(own["respondents"]),
        data=data.drop(columns="row"),
        standing=standing(inputs, "network_contacts"),
    )


def _year(year: object) -> str:
    return "" if pd.isna(year) else f", {year}"


def friendship_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return friends of one's own group with national figures and why they are no test."""
    if results.friendship.empty:
        return absent(inputs, "Friends of known group")
    return display.Table(
        results.friendship,
        name="friendship-table",
        title="Friends of one's own ethnic group, beside national figures that are no test",
        caption=f"Of respondents who named a friend of known group. {LIMITS_OVER} {HIDDEN}",
        source=f"{SOURCE}; data/reference/friendship_comparators.csv",
        n=int(results.friendship["respondents"].max()),
        standing=standing(inputs, "network_contacts"),
        formats={**SHARES, "respondents": "{:.0f}"},
    )
