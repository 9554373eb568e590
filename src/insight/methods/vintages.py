"""Joining tables of areas: only within one vintage, or through a look-up between two.

Codes of areas that did not change are the same in two census years, so that a plain join across years seems to work
and loses, or mislabels, those that did.
"""

from __future__ import annotations

import pandas as pd

VINTAGE = "vintage"


def vintage_of(table: pd.DataFrame, *, what: str) -> int:
    """Return the one vintage of a table of areas.

    Raises:
        ValueError: no column ``vintage``, or several in one table.
    """
    if VINTAGE not in table.columns:
        raise ValueError(f"{what} has no column {VINTAGE}. Fix: add the census year of its area codes")
    found = sorted(set(table[VINTAGE].dropna().astype(int)))
    if len(found) != 1 or table[VINTAGE].isna().any():
        shown = ", ".join(map(str, found)) or "none"
        raise ValueError(f"{what} must be of one vintage, not {shown}. Fix: split it by year")
    return found[0]


def joined(
    areas: pd.DataFrame,
    other: pd.DataFrame,
    *,
    on: str,
    what: str = "the other table",
    between: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Join a table to areas by code, in the order of the areas; every area keeps its row.

    Args:
        areas: table with ``on`` and ``vintage``, one row an area.
        other: table with ``on`` and ``vintage``, one row an area.
        on: column with the code, in both.
        what: the other table in words, for messages.
        between: look-up with columns ``here`` and ``there`` (codes of ``areas`` and of ``other``) where the vintages
            differ; only areas that did not split or merge.

    Returns:
        ``areas`` with the columns of ``other`` (its vintage left out); missing where there is no match.

    Raises:
        ValueError: other vintages without a look-up, a code twice, areas that split or merge.
    """
    here, there = vintage_of(areas, what="the table of areas"), vintage_of(other, what=what)
    right = other.drop(columns=VINTAGE)
    if here != there:
        if between is None:
            raise ValueError(
                f"{what} has areas of {there}, the council's are of {here}. "
                "Fix: give the official look-up between the two years"
            )
        for side in ("here", "there"):
            if twice := sorted(set(between.loc[between[side].duplicated(keep=False), side].astype(str))):
                raise ValueError(
                    f"areas split or merge between {there} and {here}: {', '.join(twice[:5])}. "
                    "Fix: leave them out of the look-up, or share their counts out by households"
                )
        right = right.merge(between, left_on=on, right_on="there").drop(columns=[on, "there"])
        right = right.rename(columns={"here": on})
    if twice := sorted(set(right.loc[right[on].duplicated(), on].astype(str))):
        raise ValueError(f"{what} names areas twice: {', '.join(twice[:5])}. Fix: keep one row an area")
    return areas.merge(right, on=on, how="left", validate="many_to_one")
