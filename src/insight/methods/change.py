"""Change between two moments: difference in differences, placebo rank, and paired answers on a scale.

Sources: MOVER, Zou and Donner (2008), on Newcombe's limits (1998); exact sign test, Conover (1999); ranks of a treated
area among untreated ones as in Abadie, Diamond and Hainmueller (2010).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import difference, newcombe, wilson, z_value

Counts = tuple[int, int]
"""Successes and cases."""


def change(before: Counts, after: Counts, *, level: float = 0.95) -> Estimate:
    """Return the change of a share between two independent cohorts, after minus before (Newcombe, method 10)."""
    return newcombe(*after, *before, level=level)


def difference_in_differences(
    before: Counts, after: Counts, other_before: Counts, other_after: Counts, *, level: float = 0.95
) -> Estimate:
    """Return the change of one group minus the change of another, MOVER on Newcombe's limits of each change."""
    found = difference(change(before, after, level=level), change(other_before, other_after, level=level))
    return Estimate(
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        n=found.n,
        method="difference in differences, MOVER on Newcombe",
        level=level,
    )


def difference_in_differences_wald(
    before: Counts, after: Counts, other_before: Counts, other_after: Counts, *, level: float = 0.95
) -> Estimate:
    """Return the same difference with the Wald limits of four binomial variances, as a check on MOVER."""
    shares = [successes / n for successes, n in (before, after, other_before, other_after)]
    sizes = [n for _, n in (before, after, other_before, other_after)]
    gap = (shares[1] - shares[0]) - (shares[3] - shares[2])
    half = z_value(level) * math.sqrt(sum(p * (1 - p) / n for p, n in zip(shares, sizes, strict=True)))
    return Estimate(
        estimate=gap,
        lower=gap - half,
        upper=gap + half,
        n=sum(sizes),
        method="difference in differences, Wald",
        level=level,
    )


def turning_change(before: Counts, after: Counts, *, other_n: int, level: float = 0.95) -> float:
    """Return the largest change of the comparison group at which the treated change still stands out.

    The comparison group is taken to have ``other_n`` cases in each year and a share of a half, its widest case.
    """
    own = change(before, after, level=level)
    if own.lower is None:
        raise ValueError("a change without limits has no turning point. Fix: leave it out")
    half = z_value(level) * math.sqrt(0.5 / other_n)
    return own.estimate - math.hypot(own.estimate - own.lower, half)


def placebo_rank(treated: float, others: Sequence[float]) -> tuple[int, int]:
    """Return the rank of a treated change among all (1 is largest) and how many there are.

    Ties count against the treated one.
    """
    return 1 + sum(other >= treated for other in others), 1 + len(others)


@dataclass(frozen=True, kw_only=True)
class PairedAnswers:
    """What paired answers on an ordered scale say: shares that rose, stayed and fell, and the exact sign test."""

    improved: int
    same: int
    worse: int
    net: Estimate
    p_value: float


def sign_test(improved: int, worse: int) -> float:
    """Return the two-sided exact p-value of as many rises as falls; ties are dropped beforehand."""
    total = improved + worse
    if total == 0:
        return 1.0
    tail = sum(math.comb(total, k) for k in range(min(improved, worse) + 1))
    return min(1.0, 2 * tail / 2**total)


def paired_answers(before: np.ndarray, after: np.ndarray, *, level: float = 0.95) -> PairedAnswers:
    """Return rises, ties and falls of paired ordinal answers (higher is better).

    ``net`` is the share that rose minus the share that fell, with the limits of Newcombe's (1998) paired difference
    taken from Wilson limits and the correlation that exclusive outcomes have.

    Raises:
        ValueError: the two arrays differ in length or are empty.
    """
    if len(before) != len(after) or len(before) == 0:
        raise ValueError("paired answers need the same people twice. Fix: drop those without a second answer")
    n = len(before)
    improved, worse = int((after > before).sum()), int((after < before).sum())
    up, down = wilson(improved, n, level=level), wilson(worse, n, level=level)
    gap = up.estimate - down.estimate
    return PairedAnswers(
        improved=improved,
        same=n - improved - worse,
        worse=worse,
        net=Estimate(
            estimate=gap,
            lower=gap - _exclusive(up, down, below=True),
            upper=gap + _exclusive(up, down, below=False),
            n=n,
            method="share that rose minus share that fell, MOVER for exclusive shares",
            level=level,
        ),
        p_value=sign_test(improved, worse),
    )


def _exclusive(up: Estimate, down: Estimate, *, below: bool) -> float:
    """Return one half-width of a difference of two shares of one sample that exclude each other."""
    if up.lower is None or up.upper is None or down.lower is None or down.upper is None:
        raise ValueError("a net share needs both intervals. Fix: give estimates with limits")
    one = up.estimate - up.lower if below else up.upper - up.estimate
    two = down.upper - down.estimate if below else down.estimate - down.lower
    spread = math.sqrt(up.estimate * (1 - up.estimate) * down.estimate * (1 - down.estimate))
    correlation = -up.estimate * down.estimate / spread if spread > 0 else 0.0
    return math.sqrt(max(0.0, one**2 + two**2 - 2 * correlation * one * two))


def transitions(before: np.ndarray, after: np.ndarray, *, points: int) -> pd.DataFrame:
    """Return the square table of answers before (rows) by answers after (columns), points from 1."""
    table = np.zeros((points, points), dtype=int)
    np.add.at(table, (before.astype(int) - 1, after.astype(int) - 1), 1)
    labels = list(range(1, points + 1))
    return pd.DataFrame(table, index=pd.Index(labels, name="before"), columns=pd.Index(labels, name="after"))
