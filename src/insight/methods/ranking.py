"""Ranks with their uncertainty, and what stands apart from a comparator.

Source: simultaneous confidence intervals for ranks from pairwise comparisons (Mohamad, Goeman and van Zwet 2019, in
the conservative Bonferroni form); differences by MOVER (Zou and Donner 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight.methods.estimate import Estimate

ORDINALS = {1: "st", 2: "nd", 3: "rd"}
TEENS = range(11, 14)


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """Ranks from the highest, 1, and the ranks that cannot be ruled out."""

    rank: np.ndarray
    best: np.ndarray
    worst: np.ndarray


def rank_ranges(estimates: Sequence[Estimate]) -> Ranks:
    """Return ranks from the highest value, each with the range that the intervals leave.

    An area's best rank is one more than the number of areas clearly above it, its worst one less the number clearly
    below. Hand in limits at the level that all pairwise comparisons of one area leave (``bonferroni(0.95, k - 1)`` for
    the ranks of one area). Values without limits leave every rank open.
    """
    values = np.array([one.estimate for one in estimates], dtype=float)
    count = len(values)
    lower = np.array([-np.inf if one.lower is None else one.lower for one in estimates])
    upper = np.array([np.inf if one.upper is None else one.upper for one in estimates])
    down, up = values - lower, upper - values
    gap = values[:, None] - values[None, :]
    is_above = gap - np.hypot(down[:, None], up[None, :]) > 0
    rank = 1 + (values[None, :] > values[:, None]).sum(axis=1)
    return Ranks(rank=rank, best=1 + is_above.sum(axis=0), worst=count - is_above.sum(axis=1))


def ordinal(number: int) -> str:
    """Return a number as 1st, 2nd, 3rd, 4th."""
    suffix = "th" if number % 100 in TEENS else ORDINALS.get(number % 10, "th")
    return f"{number}{suffix}"


def rank_in_words(rank: int, count: int, *, what: str, tied: int = 1) -> str:
    """Return a rank from the highest in words, such as `2nd highest of 20 wards`.

    ``tied`` areas share the rank; `joint` then stands before it.
    """
    if tied > 1:
        return f"joint {ordinal(rank)} highest of {count} {what}"
    if count == 1:
        return f"the only one of {what}"
    if rank == 1:
        return f"highest of {count} {what}"
    if rank == count:
        return f"lowest of {count} {what}"
    from_below = count - rank + 1
    if from_below < rank:
        return f"{ordinal(from_below)} lowest of {count} {what}"
    return f"{ordinal(rank)} highest of {count} {what}"
