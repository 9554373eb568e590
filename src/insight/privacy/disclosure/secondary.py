"""Which further cells to hide so that no sum gives a small one away: integer programming, checked by the audit.

Binary choice a row, least sum of hidden counts, no sum with exactly one hidden cell. That condition is necessary, not
sufficient: whenever the audit finds a range too narrow, the dual prices of the attacker's two linear programs give an
inequality that every safe choice meets (Fischetti and Salazar-Gonzalez 2001), and the choice is made again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight.errors import DisclosureError
from insight.privacy.disclosure.audit import Audit, audit
from insight.privacy.disclosure.cells import Cells

ROUNDS = 60
TINY = 1e-7
EARLIER = 1e-4
Cuts = list[tuple[np.ndarray, float]]
"""Inequalities on the choice: a price a row, and what their sum must reach."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is hidden: flags by cell, the audit of it, and whether each small cell is safe."""

    hidden: np.ndarray
    small: np.ndarray
    audit: Audit
    is_safe: bool
    is_all: bool
    """Whether everything that may be hidden is."""
    rounds: int


def _flat(rows: list[dict[int, float]], size: int) -> np.ndarray:
    matrix = np.zeros((len(rows), size))
    for number, row in enumerate(rows):
        for place, value in row.items():
            matrix[number, place] += value
    return matrix


def _pairs(cells: Cells, units: int) -> np.ndarray:
    """Return, for each sum and each row in it, that a sum with a hidden cell has two."""
    rows = []
    for line in cells.lines:
        inside: dict[int, float] = {}
        for cell, _ in line:
            inside[int(cells.unit[cell])] = inside.get(int(cells.unit[cell]), 0.0) + 1
        rows += [{**inside, one: inside[one] - 2} for one in sorted(inside)]
    return _flat(rows, units)


def _solve(cost: np.ndarray, low: np.ndarray, high: np.ndarray, pairs: np.ndarray, cuts: Cuts) -> np.ndarray:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    limits = []
    if len(pairs):
        limits.append(LinearConstraint(csr_array(pairs), lb=0))
    if cuts:
        limits.append(LinearConstraint(np.array([row for row, _ in cuts]), lb=np.array([need for _, need in cuts])))
    found = milp(cost, integrality=np.ones(len(cost)), bounds=Bounds(low, high), constraints=limits)
    if found.x is None:
        return high > 0
    return found.x > 0.5  # noqa: PLR2004 - binary


def _prices(cells: Cells, hidden: np.ndarray, cell: int, *, lowest: float, most: float) -> np.ndarray:
    """Return what hiding each cell may add to the range of one: the dual prices of the attacker's programs."""
    from scipy.optimize import linprog

    down = np.maximum(cells.values - np.minimum(lowest, cells.values), 0)
    up = np.full(len(cells.values), most)
    low, high = np.where(hidden, -down, 0.0), np.where(hidden, up, 0.0)
    price = np.zeros(len(cells.values))
    sums, zero = cells.matrix(), np.zeros(len(cells.lines))
    for sign in (1.0, -1.0):
        aim = np.zeros(len(cells.values))
        aim[cell] = sign
        found = linprog(aim, A_eq=sums, b_eq=zero, bounds=np.column_stack([low, high]), method="highs")
        price += np.maximum(found.lower.marginals, 0) * down + np.maximum(-found.upper.marginals, 0) * up
    return price


def _greedy(cells: Cells, hidden: np.ndarray) -> np.ndarray:
    """Hide the smallest row that shares a sum with any hidden cell."""
    near = {other for line in cells.lines if any(hidden[one] for one, _ in line) for other, _ in line}
    free = sorted(
        (one for one in near if not hidden[one] and not cells.is_open[one]), key=lambda one: cells.values[one]
    )
    more = hidden.copy()
    if free:
        more |= cells.unit == cells.unit[free[0]]
    return more


def _narrow(cells: Cells, hidden: np.ndarray, small: np.ndarray, *, protection: float, lowest: float) -> list[int]:
    found = audit(cells, hidden, lowest=lowest, only=small)
    return [int(cell) for cell in np.flatnonzero(small) if found.width[cell] < protection - TINY]


def choose(
    cells: Cells, small: np.ndarray, *, protection: float, lowest: float = 0.0, dear: np.ndarray | None = None
) -> Choice:
    """Return which cells to hide.

    Args:
        cells: counts and sums. Cells that are ``is_open`` are never hidden.
        small: flags of the cells that must not be told.
        protection: least width of the range in which each of them may be told.
        lowest: least value that an attacker holds possible.
        dear: flags of cells that readers need most, hidden only where nothing else protects the small ones.

    Returns:
        The choice of least cost that is safe; ``is_safe`` is false where no choice is, because of open cells: then
        everything that may be hidden is.
    """
    units = int(cells.unit.max()) + 1 if len(cells.unit) else 0
    cost, low, high = np.zeros(units), np.zeros(units), np.ones(units)
    np.add.at(cost, cells.unit, cells.values + 1)
    # Of equals the first is hidden, whatever the solver's version.
    cost += np.arange(units) * EARLIER
    if dear is not None:
        cost[np.unique(cells.unit[dear])] += cost.sum()
    np.maximum.at(low, cells.unit, small.astype(float))
    np.minimum.at(high, cells.unit, (~cells.is_open).astype(float))
    if (low > high).any():
        raise DisclosureError("a small cell is marked as printed already. Fix: take it out of the small ones")
    most = float(cells.values.sum()) + protection
    cuts: Cuts = []
    pairs, rounds = _pairs(cells, units), 0
    hidden = (low > 0)[cells.unit]
    narrow: list[int] = []
    while rounds < ROUNDS:
        rounds += 1
        hidden = _solve(cost, low, high, pairs, cuts)[cells.unit]
        narrow = _narrow(cells, hidden, small, protection=protection, lowest=lowest)
        if not narrow or hidden[~cells.is_open].all():
            break
        for cell in narrow:
            price = np.zeros(units)
            np.add.at(price, cells.unit, _prices(cells, hidden, cell, lowest=lowest, most=most))
            cuts.append((np.minimum(price, protection), protection))
    while narrow:
        more = _greedy(cells, hidden)
        if (more == hidden).all():
            break
        hidden = more
        narrow = _narrow(cells, hidden, small, protection=protection, lowest=lowest)
    return Choice(
        hidden=hidden,
        small=small,
        audit=audit(cells, hidden, lowest=lowest),
        is_safe=not narrow,
        is_all=bool(hidden[~cells.is_open].all()),
        rounds=rounds,
    )
