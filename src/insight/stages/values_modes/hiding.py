"""Small cells of tables whose sums are shown elsewhere: hidden, with more until subtraction tells nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.privacy.disclosure import CONFIDENTIAL, STATUS


def hidden(counts: np.ndarray, lines: Sequence[np.ndarray], *, threshold: int) -> np.ndarray:
    """Return which cells to hide: small ones, and the next smallest of every line that would have a lone hidden one.

    Args:
        counts: people in each cell; zeros are shown.
        lines: places of the cells that add to a sum which is shown.
        threshold: counts from 1 to one below it are small.
    """
    marks = (counts >= 1) & (counts < threshold)
    while True:
        before = int(marks.sum())
        for line in lines:
            others = line[~marks[line] & (counts[line] > 0)]
            if marks[line].sum() == 1 and len(others):
                marks[others[counts[others].argmin()]] = True
        if int(marks.sum()) == before:
            return marks


def hide(
    frame: pd.DataFrame, *, count: str, sums: Sequence[Sequence[str]], keep: Sequence[str], threshold: int
) -> pd.DataFrame:
    """Return a table with small cells and whatever would give them away blanked, and ``status`` saying so.

    Args:
        frame: one row a cell.
        count: column of people in the cell.
        sums: columns that name each kind of shown sum, such as ``["place"]`` where a place's total is shown.
        keep: columns that name the cell and stay.
        threshold: counts from 1 to one below it are small.
    """
    ordered = frame.reset_index(drop=True)
    lines = [
        np.asarray(places)
        for names in sums
        for places in ordered.groupby(list(names), sort=False, observed=True).indices.values()
    ]
    marks = hidden(ordered[count].to_numpy(dtype=float), lines, threshold=threshold)
    shown = ordered.assign(**{STATUS: np.where(marks, CONFIDENTIAL, "")})
    for name in ordered.columns.difference(list(keep)):
        shown[name] = shown[name].astype("float64").mask(marks)
    return shown
