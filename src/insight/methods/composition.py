"""What an area is made of: its commonest category with what that hides, and location quotients.

Source: location quotient, Isard (1960). State the unit beside every result: households, postcodes and output areas give
different answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from insight.methods.intervals import wilson

HUNDRED = 100
"""Index of a category whose share is the reference's."""


def predominant(
    counts: pd.DataFrame, *, area: str, category: str, count: str, tiebreak: str | None = None
) -> pd.DataFrame:
    """Return each area's commonest category, with what it hides.

    Args:
        counts: one row an area and category.
        area: column of area codes.
        category: column of categories.
        count: column of counts (households, postcodes or output areas: say which beside every result).
        tiebreak: column by which equals are parted, larger first; then the category's own order.

    Returns:
        One row an area in order of code: area, category and count under the names given, then ``total, share,
        runner_up, runner_up_share, is_tied``.
        An area whose counts are all 0 has no category; a runner-up with a count of 0 is none.
    """
    keys = [area, count, *([tiebreak] if tiebreak else []), category]
    ordered = counts.sort_values(keys, ascending=[True, False, *([False] if tiebreak else []), True], kind="stable")
    rows: list[dict[str, Any]] = []
    for code, rows_here in ordered.groupby(area, sort=True):
        values, names = rows_here[count].to_numpy(), rows_here[category].to_numpy(dtype=object)
        total = values.sum()
        second = values[1] if len(values) > 1 else 0
        rows.append(
            {
                area: code,
                category: names[0] if total else None,
                count: values[0],
                "total": total,
                "share": values[0] / total if total else np.nan,
                "runner_up": names[1] if second else None,
                "runner_up_share": second / total if total else np.nan,
                "is_tied": bool(total and second == values[0]),
            }
        )
    # Columns of names are made one by one, since a frame of records would turn None into not-a-number.
    names_of = {key: pd.Series([row.pop(key) for row in rows], dtype=object) for key in (area, category, "runner_up")}
    found = pd.DataFrame(rows).assign(**names_of)
    return found[[area, category, count, "total", "share", "runner_up", "runner_up_share", "is_tied"]]


def location_quotients(
    counts: Mapping[Any, float] | pd.Series, reference: Mapping[Any, float] | pd.Series, *, level: float = 0.95
) -> pd.DataFrame:
    """Return each category's share in an area over its share in the reference.

    Args:
        counts: count of each category in the area (a dict or a series).
        reference: count (or share) of each category in the reference, taken as known without error.
        level: confidence level of Wilson's limits for the area's share; a full count has no sampling error, and then
            the limits say only how far a count this small could move.

    Returns:
        One row a category of the reference: ``category, count, n, share, reference_share, lq, lower, upper``. A count
        of 0 gives 0, not a blank; a reference share of 0 gives a missing quotient.

    Raises:
        ValueError: nothing counted, or a counted category that the reference lacks.
    """
    counts, reference = dict(counts), dict(reference)
    unknown = sorted(str(key) for key in counts if key not in reference)
    total, reference_total = sum(counts.values()), sum(reference.values())
    if unknown or not total or not reference_total:
        raise ValueError(
            f"no quotient: {'categories absent from the reference: ' + ', '.join(unknown) if unknown else 'nothing'}"
            " counted. Fix: use one list of categories, with counts, on both sides"
        )
    rows = []
    for name, against in reference.items():
        share, standard = wilson(counts.get(name, 0), total, level=level), against / reference_total
        values = [share.estimate, share.lower, share.upper]
        lq, lower, upper = (value / standard if standard and value is not None else np.nan for value in values)
        rows.append((name, counts.get(name, 0), total, share.estimate, standard, lq, lower, upper))
    columns = ["category", "count", "n", "share", "reference_share", "lq", "lower", "upper"]
    return pd.DataFrame(rows, columns=columns).astype({"category": object})


def margins(found: pd.DataFrame, *, large: float) -> pd.DataFrame:
    """Return how clearly each area's commonest category leads, and whether a large minority stands behind it.

    Args:
        found: as from :func:`predominant`.
        large: share outside the commonest category from which that minority is large.

    Returns:
        The rows with ``margin`` (share of the commonest minus share of the runner-up), ``outside_share`` and
        ``is_large_minority``; an area without a category has none of them.
    """
    outside = 1 - found["share"]
    return found.assign(
        margin=found["share"] - found["runner_up_share"].fillna(0.0),
        outside_share=outside,
        is_large_minority=(outside >= large) & found["share"].notna(),
    )


def representation(
    counts: pd.Series,
    *,
    total: float,
    reference: pd.DataFrame,
    index_margin: float,
    points_margin: float,
) -> pd.DataFrame:
    """Return a full count's shares against a reference known to its rounding only, and which differences matter.

    A full count has no sampling error. What is open is the rounding of the reference, and a difference counts only
    beyond a practical margin, both as an index and in points.

    Args:
        counts: count of each category.
        total: count of all, unclassified ones too: shares are of it and are never rescaled to add up to one.
        reference: by category ``share``, and its limits of rounding ``low`` and ``high``.
        index_margin: index (reference = 100) from which more counts as more; its mirror image (100 squared over it)
            is that for less.
        points_margin: difference in shares (0 to 1) that is needed as well.

    Returns:
        One row a category of ``counts``: ``count, share, reference_share, difference, difference_low, difference_high,
        index, index_low, index_high, stands`` (``over``, ``under``, ``no practical difference``, ``open within
        rounding`` or ``no reference``).

    Raises:
        ValueError: nothing counted, or more counted than there is.
    """
    if total <= 0 or counts.sum() > total:
        raise ValueError(f"{counts.sum():g} counted of {total:g}. Fix: count each unit once, and give the whole count")
    against = reference.reindex(counts.index)
    share = counts / total
    with np.errstate(divide="ignore", invalid="ignore"):
        frame = pd.DataFrame(
            {
                "count": counts,
                "share": share,
                "reference_share": against["share"],
                "difference": share - against["share"],
                "difference_low": share - against["high"],
                "difference_high": share - against["low"],
                "index": HUNDRED * share / against["share"],
                "index_low": HUNDRED * share / against["high"],
                "index_high": HUNDRED * share / against["low"],
            }
        )
    frame["stands"] = [_stands(row, index_margin, points_margin) for row in frame.itertuples()]
    return frame


def _stands(row: Any, index_margin: float, points_margin: float) -> str:
    if np.isnan(row.reference_share):
        return "no reference"
    low_margin = HUNDRED**2 / index_margin
    if row.index_low >= index_margin and row.difference_low >= points_margin:
        return "over"
    if row.index_high <= low_margin and row.difference_high <= -points_margin:
        return "under"
    could_be_over = row.index_high >= index_margin and row.difference_high >= points_margin
    could_be_under = row.index_low <= low_margin and row.difference_low <= -points_margin
    return "open within rounding" if could_be_over or could_be_under else "no practical difference"
