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
