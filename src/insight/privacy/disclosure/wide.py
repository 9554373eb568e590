"""Tables with one sum a row: places by rows, kinds by columns, each place's total known to everyone.

Such a row is a system of one equation, so that its attack has a closed form and needs no programming: of hidden cells
that come to ``s`` together, each at least ``l``, one of ``k`` can be told to lie between ``l`` and ``s - (k - 1) l``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.privacy.disclosure import log
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS


def _widths(counts: np.ndarray, hidden: np.ndarray, *, lowest: float) -> np.ndarray:
    """Return, by row, within what range a hidden cell can be told; infinite where none is hidden."""
    cells = hidden.sum(axis=1)
    behind = np.where(hidden, counts, 0.0).sum(axis=1)
    return np.where(cells > 0, np.where(cells > 1, behind - cells * lowest, 0.0), np.inf)


def is_small_place(totals: np.ndarray, *, threshold: int) -> np.ndarray:
    """Return which places have so few that their total is not shown either, so that it tells nothing of its parts."""
    least = log.policy_for(threshold).threshold
    return np.asarray((totals >= 1) & (totals < least))


def hidden_in_rows(
    counts: np.ndarray, small: np.ndarray, is_open: np.ndarray, *, protection: float, lowest: float = 1.0
) -> np.ndarray:
    """Return which cells to hide: small ones, and in each row the next smallest until none can be told too closely.

    Args:
        counts: places by kinds, of places whose totals are shown.
        small: flags of cells that must not be told.
        is_open: flags of cells that stay.
        protection: least width of the range in which a small cell may be told.
        lowest: least value that an attacker holds possible.
    """
    hidden = small.copy()
    while True:
        free = np.where(hidden | is_open, np.inf, counts)
        todo = (_widths(counts, hidden, lowest=lowest) < protection) & np.isfinite(free.min(axis=1))
        if not todo.any():
            return hidden
        rows = np.flatnonzero(todo)
        hidden[rows, free[rows].argmin(axis=1)] = True


def suppress_in_rows(frame: pd.DataFrame, counts: Sequence[str], *, threshold: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Hide small counts within rows whose totals are known, and what would give them away.

    Args:
        frame: one row a place.
        counts: columns of unweighted counts that add to the place's total; the caller hides totals of
            :func:`is_small_place`.
        threshold: the council's; counts from 1 to one below it are hidden.

    Returns:
        A copy with hidden cells missing, ``status`` of ``c`` in rows that have any, and its log entry in ``attrs``; and
        the flags of hidden cells, for what is computed from them.
    """
    policy = log.policy_for(threshold)
    shown = frame.copy()
    given = shown[list(counts)].to_numpy(dtype=float)
    printed = log.already_published(shown)
    small = (given >= 1) & (given < policy.threshold)
    if policy.zeros_are_disclosive:
        small |= (given == 0) | (given == given.sum(axis=1, keepdims=True))
    small &= ~printed[:, None]
    # Where zeros stay shown, everyone knows that a hidden count is one or more, and no zero can hide one.
    lowest = 0.0 if policy.zeros_are_disclosive else 1.0
    is_open = printed[:, None] | ((given == 0) & ~small)
    told = ~is_small_place(given.sum(axis=1), threshold=threshold)
    hidden = small.copy()
    hidden[told] = hidden_in_rows(given[told], small[told], is_open[told], protection=policy.protection, lowest=lowest)
    widths = np.where(told, _widths(given, hidden, lowest=lowest), np.inf)
    # Where all is hidden a count need only be as open as the mark itself leaves it.
    is_all = (hidden | is_open).all(axis=1)
    least = np.where(is_all, min(policy.protection, policy.threshold - 2), policy.protection)
    if policy.round_base:
        given = (given / policy.round_base).round() * policy.round_base
    shown[list(counts)] = np.where(hidden, np.nan, given)
    any_hidden = hidden.any(axis=1)
    shown[STATUS] = np.where(any_hidden, CONFIDENTIAL, "")
    entry = log.Entry(
        columns=(),
        within=(),
        policy=policy.name,
        threshold=policy.threshold,
        cells=hidden.size,
        small=int(small.sum()),
        secondary=int((hidden & ~small).sum()),
        narrowest=float(widths.min()) if np.isfinite(widths).any() else None,
        unprotected=int((any_hidden & (widths < least)).sum()),
        published=int(printed.sum()),
    )
    log.record(entry)
    shown.attrs[log.ATTRIBUTE] = entry.as_dict()
    return shown, hidden
