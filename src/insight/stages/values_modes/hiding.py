"""Small cells of tables whose sums are shown elsewhere: hidden, with more until subtraction tells nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from insight.privacy.disclosure import suppress_both_ways


def hide(
    frame: pd.DataFrame,
    *,
    count: str,
    sums: Sequence[Sequence[str]],
    keep: Sequence[str],
    threshold: int,
    nests: tuple[str, str] | None = None,
) -> pd.DataFrame:
    """Return a table with small cells and whatever would give them away blanked, and ``status`` saying so.

    Args:
        frame: one row a cell.
        count: column of people in the cell.
        sums: columns that name each kind of shown sum, such as ``["place"]`` where a place's total is shown.
        keep: columns that name the cell and stay.
        threshold: the council's; counts from 1 to one below it are small.
        nests: column that names each row, and column with the name of the row that it is a part of; both are dropped.
    """
    numbers = [name for name in frame.columns if name not in (*keep, *(nests or ()), count)]
    typed = frame.astype(dict.fromkeys(numbers, "float64"))
    return suppress_both_ways(typed, count, keys=sums, threshold=threshold, also=numbers, nests=nests)
