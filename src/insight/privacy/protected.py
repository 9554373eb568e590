"""Frames of people that show only their name, rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Protected:
    """Rows about people, for package functions to aggregate; a notebook that shows it shows no row.

    ``rows()`` is called by analysis functions only; a test reads the notebooks and refuses the call there.
    """

    name: str
    _frame: pd.DataFrame

    def rows(self) -> pd.DataFrame:
        """Return a copy of the rows, for aggregation inside the package."""
        return self._frame.copy()

    def __len__(self) -> int:
        return len(self._frame)

    def __repr__(self) -> str:
        return f"Protected {self.name}: {len(self._frame):,} rows; columns {', '.join(self._frame.columns)}"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>"

    def __getstate__(self) -> object:
        raise TypeError(f"{self.name}: rows about people are not written out. Fix: save an aggregate instead")
