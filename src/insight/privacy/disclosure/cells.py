"""Cells of one or more tables and the sums that tie them: what an attacker can add and subtract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array

CellKey = frozenset[tuple[str, Any]]
"""Which cell: its category in each dimension; a dimension left out is a total over it."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Counts with the sums that hold between them.

    Args:
        values: the counts, one a cell.
        lines: one a sum: the cells that add to zero with their coefficients (parts 1, total -1).
        unit: number of the row that a cell stands in; the cells of one row are hidden together.
        is_open: cells that stay shown: printed already, or known to everyone.
        keys: names of the cells, where there are any.
    """

    values: np.ndarray
    lines: tuple[tuple[tuple[int, float], ...], ...]
    unit: np.ndarray
    is_open: np.ndarray
    keys: tuple[CellKey, ...] = ()

    def matrix(self) -> csr_array:
        """Return the sums as a matrix of lines by cells."""
        from scipy.sparse import csr_array

        rows = [number for number, line in enumerate(self.lines) for _ in line]
        columns = [cell for line in self.lines for cell, _ in line]
        numbers = [weight for line in self.lines for _, weight in line]
        return csr_array((numbers, (rows, columns)), shape=(len(self.lines), len(self.values)), dtype=float)


@dataclass
class Builder:
    """Collects tables; the same cell in two tables (a ward's total, say) is one cell, which links them."""

    _values: dict[CellKey, float] = field(default_factory=dict)
    _lines: list[tuple[CellKey, tuple[CellKey, ...]]] = field(default_factory=list)
    _open: set[CellKey] = field(default_factory=set)

    def table(self, frame: pd.DataFrame, *, dimensions: Sequence[str], count: str) -> Builder:
        """Add a table with every total over its dimensions.

        Args:
            frame: one row a cell; absent combinations count nothing and are no cells.
            dimensions: columns that name the cell.
            count: column of unweighted counts.

        Raises:
            ValueError: a total that differs from the one another table gave.
        """
        for size in range(len(dimensions) + 1):
            for kept in combinations(dimensions, size):
                sums = frame.groupby(list(kept), sort=False)[count].sum() if kept else {(): frame[count].sum()}
                for names, value in sums.items():
                    values = names if isinstance(names, tuple) else (names,)
                    self._put(frozenset(zip(kept, values, strict=True)), float(value))
        self._tie(frame, dimensions)
        return self

    def _put(self, key: CellKey, value: float) -> None:
        known = self._values.setdefault(key, value)
        if known != value:
            raise ValueError(
                f"{dict(sorted(key)) or 'the grand total'}: two tables give {known:g} and {value:g}. "
                "Fix: count both from the same rows"
            )

    def _tie(self, frame: pd.DataFrame, dimensions: Sequence[str]) -> None:
        own = [key for key in self._values if {name for name, _ in key} <= set(dimensions)]
        for dimension in dimensions:
            levels = set(frame[dimension])
            parts: dict[CellKey, list[CellKey]] = {}
            for key in own:
                found = dict(key)
                if dimension in found and found[dimension] in levels:
                    parts.setdefault(key - {(dimension, found[dimension])}, []).append(key)
            self._lines += [(total, tuple(those)) for total, those in parts.items()]

    def line(self, total: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> Builder:
        """Add a sum that no table holds, such as a ward from its neighbourhoods.

        Raises:
            KeyError: a cell that no table has.
        """
        keys = [frozenset(one.items()) for one in (total, *parts)]
        for key in keys:
            if key not in self._values:
                raise KeyError(f"no cell {dict(sorted(key))}")
        self._lines.append((keys[0], tuple(keys[1:])))
        return self

    def published(self, *cells: Mapping[str, Any]) -> Builder:
        """Mark cells as printed already: they stay shown and everyone knows them."""
        self._open |= {frozenset(one.items()) for one in cells}
        return self

    def build(self) -> Cells:
        """Return the cells."""
        keys = tuple(self._values)
        place = {key: number for number, key in enumerate(keys)}
        lines = dict.fromkeys(
            (*((place[part], 1.0) for part in parts), (place[total], -1.0)) for total, parts in self._lines
        )
        return Cells(
            values=np.array([self._values[key] for key in keys]),
            lines=tuple(lines),
            unit=np.arange(len(keys)),
            is_open=np.array([key in self._open for key in keys], dtype=bool),
            keys=keys,
        )
