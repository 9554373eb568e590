"""Cells that the case study printed: ``already published``, so they stay, and everyone is taken to know them.

``data/published/<ledger>/cells.csv`` says which printed figure is which cell of which table. A cell is the printed one
only where its value lies in the printed figure's interval: a council's newer count of the same thing was never printed
and is treated as any other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from insight import paths
from insight.errors import PublishedError
from insight.published import ledger
from insight.published.intervals import Interval

if TYPE_CHECKING:
    import pandas as pd

FILE = "cells.csv"
PER_CENT = 100.0


@dataclass(frozen=True, kw_only=True)
class PrintedCell:
    """One printed figure as a cell of a table.

    Args:
        figure: its id in the ledger.
        stage: the stage whose table holds it.
        column: column in which the printed value stands.
        cell: columns that name the row, each with its value as text.
        interval: of the printed value, in the column's unit (shares are 0 to 1).
    """

    figure: str
    stage: str
    column: str
    cell: Mapping[str, str]
    interval: Interval

    def flags(self, frame: pd.DataFrame) -> np.ndarray:
        """Return which rows of a table are this cell with the printed value."""
        if self.column not in frame.columns or not set(self.cell) <= set(frame.columns):
            return np.zeros(len(frame), dtype=bool)
        found = np.ones(len(frame), dtype=bool)
        for column, value in self.cell.items():
            found &= frame[column].astype(str).eq(value).to_numpy(dtype=bool)
        for place in np.flatnonzero(found):
            value = frame[self.column].iloc[place]
            found[place] = bool(value == value) and self.interval.holds(float(value))  # noqa: PLR0124 - no NaN
        return found


def _cell(text: str, *, place: str) -> dict[str, str]:
    parts = [part.partition("=") for part in text.split(";")]
    if not all(name.strip() and sign and value.strip() for name, sign, value in parts):
        raise PublishedError(f"{place}: cell `{text}`. Fix: write column=value, several with semicolons between")
    return {name.strip(): value.strip() for name, _, value in parts}


def of_ledger(name: str) -> tuple[PrintedCell, ...]:
    """Return the printed cells of a council's ledger; none where it has no ledger or names no cells.

    Raises:
        PublishedError: a figure that the ledger does not hold, or a cell that names no column and value.
    """
    book, file = ledger.load(name), paths.published_dir(name) / FILE
    if book is None or not file.exists():
        return ()
    found = []
    with file.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            place = f"{paths.shown(file)}, line {line}"
            if row["figure"] not in book.figures:
                raise PublishedError(f"{place}: the ledger has no figure `{row['figure']}`. Fix: correct the id")
            figure = book.figures[row["figure"]]
            printed = figure.interval
            if figure.unit == "percent":
                printed = Interval(printed.lower / PER_CENT, printed.upper / PER_CENT)
            found.append(
                PrintedCell(
                    figure=figure.id,
                    stage=row["stage"],
                    column=row["column"],
                    cell=_cell(row["cell"], place=place),
                    interval=printed,
                )
            )
    return tuple(found)


def flags(frame: pd.DataFrame, cells: Iterable[PrintedCell]) -> np.ndarray:
    """Return which rows of a table were printed already."""
    found = np.zeros(len(frame), dtype=bool)
    for cell in cells:
        found |= cell.flags(frame)
    return found
