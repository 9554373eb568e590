"""ACORN's groups, between categories and types: households of each, hidden where they would give a type away."""

from __future__ import annotations

import pandas as pd

from insight.privacy.disclosure import CONFIDENTIAL, STATUS, log
from insight.stages.acorn_mapping.segments import Segments

COLUMNS = ["rank", "acorn_group", "group_name", "category_name", "types", "households", "share", "share_of_category"]
KEPT = ("rank", "households", "share", "share_of_category")


def _gives_away(hidden: pd.Series, threshold: int) -> bool:
    """Whether the total of a group would tell its hidden types: one alone, or few households in all."""
    return bool(len(hidden)) and (len(hidden) == 1 or hidden.sum() < threshold)


def groups(found: Segments, types: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return ACORN groups by size: rank, households, share of all and of their category; groups without homes too.

    A group's total is hidden where it would tell a type that is hidden; with it go the totals of all other groups of
    the category that hold a hidden type, since the category's own total is known.

    Args:
        found: the segmentation.
        types: as from :func:`tabulate.types`, its small cells hidden.
        threshold: counts from 1 to one below it are small.
    """
    if not found.is_acorn:
        return pd.DataFrame(columns=[*COLUMNS, STATUS])
    book = found.codes.types
    counts = found.types.reindex(book["acorn_type"], fill_value=0)
    held = book.assign(households=counts.to_numpy())
    shut = set(types.loc[types[STATUS] == CONFIDENTIAL, "acorn_type"])
    frame = (
        held.groupby(["acorn_group", "category_name"], sort=True)
        .agg(types=("acorn_type", "size"), households=("households", "sum"), group_name=("group_name", "first"))
        .reset_index()
    )
    inside = held[held["acorn_type"].isin(shut)].groupby("acorn_group")["households"]
    is_unsafe = {str(group): _gives_away(hidden, threshold) for group, hidden in inside}
    worst = frame["acorn_group"].map(is_unsafe).eq(True).groupby(frame["category_name"]).transform("any")  # noqa: FBT003
    is_hidden = frame["acorn_group"].isin(is_unsafe) & worst
    frame["share"] = frame["households"] / found.households
    whole = frame.groupby("category_name")["households"].transform("sum")
    frame["share_of_category"] = (frame["households"] / whole.where(whole > 0)).fillna(0.0)
    frame["rank"] = frame["households"].rank(ascending=False, method="min")
    frame[STATUS] = is_hidden.map({True: CONFIDENTIAL, False: ""})
    frame[list(KEPT)] = frame[list(KEPT)].astype(float).mask(is_hidden)
    ordered = frame.sort_values(["households", "acorn_group"], ascending=[False, True], ignore_index=True)
    return log.follow(ordered[[*COLUMNS, STATUS]].copy(), ["households", "share"], of="types")
