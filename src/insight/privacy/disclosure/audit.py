"""The attack: within what range each hidden count can be told from everything that is shown.

For each hidden cell its least and greatest value are found by linear programming, given the shown cells and all sums
(the feasibility audit of statistical disclosure control; Hundepool et al. 2012, section 4.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight.privacy.disclosure.cells import Cells

SLACK = 1e-6


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Range of each hidden cell; ``lower`` and ``upper`` equal the count where a cell is shown."""

    lower: np.ndarray
    upper: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """How far apart the least and the greatest value are."""
        return self.upper - self.lower


def _parts(sums: np.ndarray) -> list[np.ndarray]:
    """Return the hidden cells in groups that no shared sum ties together."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ties = csr_array((sums != 0).astype(float))
    count, label = connected_components(ties.T @ ties, directed=False)
    return [np.flatnonzero(label == number) for number in range(count)]


def audit(cells: Cells, hidden: np.ndarray, *, lowest: float = 0.0, only: np.ndarray | None = None) -> Audit:
    """Return the range in which each hidden cell can be told.

    Args:
        cells: counts and sums.
        hidden: flag a cell.
        lowest: least value that an attacker holds possible (1 where zeros are always shown).
        only: flags of the cells asked for; all hidden ones when absent.

    Returns:
        Ranges of whole counts; ``inf`` where nothing bounds a cell.
    """
    from scipy.optimize import linprog

    lower, upper = cells.values.astype(float).copy(), cells.values.astype(float).copy()
    places = np.flatnonzero(hidden)
    if not len(places):
        return Audit(lower=lower, upper=upper)
    sums = cells.matrix()
    known = -(sums[:, np.flatnonzero(~hidden)] @ cells.values[~hidden])
    unknown = sums[:, places].toarray()
    least = np.minimum(lowest, cells.values[places])
    for part in _parts(unknown):
        used = np.flatnonzero((unknown[:, part] != 0).any(axis=1))
        equal = (unknown[np.ix_(used, part)], known[used]) if len(used) else (None, None)
        bounds = [(low, None) for low in least[part]]
        for number, cell in enumerate(places[part]):
            if only is not None and not only[cell]:
                continue
            aim = np.zeros(len(part))
            for sign, ends in ((1.0, lower), (-1.0, upper)):
                aim[number] = sign
                found = linprog(aim, A_eq=equal[0], b_eq=equal[1], bounds=bounds, method="highs")
                ends[cell] = sign * found.fun if found.status == 0 else -sign * np.inf
    finite = np.isfinite(upper)
    lower = np.ceil(lower - SLACK)
    upper[finite] = np.floor(upper[finite] + SLACK)
    return Audit(lower=np.maximum(lower, 0), upper=upper)
