"""Paired answers on an ordered scale: how many rose and fell, tests of direction, and sizes of the move.

Sources: exact sign test, Conover (1999); signed ranks, Wilcoxon (1945), with the exact distribution under random signs
of the midranks; matched-pairs rank-biserial correlation, Kerby (2014); Hodges and Lehmann (1963); exact McNemar test;
Bowker (1948); Stuart (1955) and Maxwell (1970). Never a test for independent groups, never a mean of means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals.shares import wilson, z_value

Answers = np.ndarray | Sequence[int]
SIGNED_RANK = "Wilcoxon, ties between answers dropped, exact distribution over all signs of the midranks"


@dataclass(frozen=True, kw_only=True)
class SignTest:
    """Rises, falls and ties, and the two-sided exact p-value of as many rises as falls (ties dropped)."""

    rises: int
    falls: int
    ties: int
    p_value: float


@dataclass(frozen=True, kw_only=True)
class PairedOrdinal:
    """What paired answers say. Higher answers are better.

    ``transitions``: square table, before down and after across. ``net``: share that rose less share that fell.
    ``probability_of_improvement``: share that rose plus half the share that stayed, over all pairs. ``hodges_lehmann``:
    median of the Walsh averages, in points of the scale. ``rank_biserial``: from -1 to 1 over the pairs that moved,
    ``None`` where none did. ``p_bowker`` (symmetry) and ``p_stuart_maxwell`` (equal margins) are ``None`` where no pair
    moved.
    """

    transitions: pd.DataFrame
    improved: int
    same: int
    worse: int
    net: Estimate
    sign: SignTest
    p_signed_rank: float
    signed_rank_method: str
    rank_biserial: float | None
    probability_of_improvement: Estimate
    hodges_lehmann: Estimate
    p_bowker: float | None
    p_stuart_maxwell: float | None


def _pairs(before: Answers, after: Answers) -> tuple[np.ndarray, np.ndarray]:
    first, last = np.asarray(before), np.asarray(after)
    if first.shape != last.shape or first.ndim != 1 or len(first) == 0:
        raise ValueError("paired answers need the same people twice. Fix: drop those without a second answer")
    if pd.isna(first).any() or pd.isna(last).any():
        raise ValueError("paired answers may not be missing. Fix: drop those without a second answer")
    return first.astype(int), last.astype(int)


def sign_test(before: Answers, after: Answers) -> SignTest:
    """Return the two-sided exact sign test of paired answers; ties are dropped.

    Raises:
        ValueError: the two differ in length, are empty, or have missing answers.
    """
    first, last = _pairs(before, after)
    rises, falls = int((last > first).sum()), int((last < first).sum())
    return SignTest(rises=rises, falls=falls, ties=len(first) - rises - falls, p_value=two_sided_binomial(rises, falls))


def two_sided_binomial(one: int, other: int) -> float:
    """Return the two-sided exact p-value that two counts come from a fair coin."""
    total = one + other
    if total == 0:
        return 1.0
    tail = sum(math.comb(total, k) for k in range(min(one, other) + 1))
    return min(1.0, 2 * tail / 2**total)


def mcnemar(before: Answers, after: Answers, *, threshold: int) -> float:
    """Return the exact McNemar p-value for reaching ``threshold`` or more."""
    first, last = _pairs(before, after)
    up = int(((first < threshold) & (last >= threshold)).sum())
    down = int(((first >= threshold) & (last < threshold)).sum())
    return two_sided_binomial(up, down)


def transitions(before: Answers, after: Answers, *, points: int) -> pd.DataFrame:
    """Return the square table of answers before (rows) by answers after (columns), points from 1."""
    first, last = _pairs(before, after)
    table = np.zeros((points, points), dtype=int)
    np.add.at(table, (first - 1, last - 1), 1)
    labels = list(range(1, points + 1))
    return pd.DataFrame(table, index=pd.Index(labels, name="before"), columns=pd.Index(labels, name="after"))


def _exclusive(up: Estimate, down: Estimate, *, below: bool) -> float:
    """Return one half-width of a difference of two shares of one sample that exclude each other."""
    limits = [float(limit or 0.0) for limit in (up.lower, up.upper, down.lower, down.upper)]
    one = up.estimate - limits[0] if below else limits[1] - up.estimate
    two = limits[3] - down.estimate if below else down.estimate - limits[2]
    spread = math.sqrt(up.estimate * (1 - up.estimate) * down.estimate * (1 - down.estimate))
    correlation = -up.estimate * down.estimate / spread if spread > 0 else 0.0
    return math.sqrt(max(0.0, one**2 + two**2 - 2 * correlation * one * two))


def _net(improved: int, worse: int, n: int, level: float) -> Estimate:
    up, down = wilson(improved, n, level=level), wilson(worse, n, level=level)
    gap = up.estimate - down.estimate
    return Estimate(
        estimate=gap,
        lower=gap - _exclusive(up, down, below=True),
        upper=gap + _exclusive(up, down, below=False),
        n=n,
        method="share that rose minus share that fell, MOVER for exclusive shares",
        level=level,
    )


def _signed_rank(steps: np.ndarray) -> tuple[float, float | None]:
    """Return the exact two-sided p-value of the signed ranks of steps that are not 0, and the rank-biserial."""
    from scipy.stats import rankdata

    if len(steps) == 0:
        return 1.0, None
    doubled = np.rint(2 * rankdata(np.abs(steps))).astype(int)
    total, plus = int(doubled.sum()), int(doubled[steps > 0].sum())
    chances = np.zeros(total + 1)
    chances[0] = 1.0
    for rank in doubled:
        moved = np.zeros_like(chances)
        moved[rank:] = chances[:-rank]
        chances = (chances + moved) / 2
    low = min(plus, total - plus)
    return min(1.0, 2 * float(chances[: low + 1].sum())), (2 * plus - total) / total


def _hodges_lehmann(steps: np.ndarray, level: float) -> Estimate:
    """Return the median of the Walsh averages; limits by their order, which ties only make wider in coverage."""
    n = len(steps)
    rows, columns = np.triu_indices(n)
    walsh = np.sort((steps[rows] + steps[columns]) / 2)
    spread = z_value(level) * math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    cut = math.floor(n * (n + 1) / 4 - spread)
    is_known = cut >= 1
    return Estimate(
        estimate=float(np.median(walsh)),
        lower=float(walsh[cut - 1]) if is_known else None,
        upper=float(walsh[-cut]) if is_known else None,
        n=n,
        method="Hodges-Lehmann, limits by order of Walsh averages"
        if is_known
        else "Hodges-Lehmann, too few for limits",
        level=level,
    )


def _symmetry(table: np.ndarray) -> tuple[float | None, float | None]:
    """Return the p-values of Bowker's symmetry test and of the Stuart-Maxwell test of equal margins."""
    from scipy.stats import chi2

    above = np.triu_indices(len(table), 1)
    up, down = table[above].astype(float), table.T[above].astype(float)
    moved = up + down > 0
    if not moved.any():
        return None, None
    bowker = float((((up - down) ** 2)[moved] / (up + down)[moved]).sum())
    gaps = (table.sum(axis=1) - table.sum(axis=0)).astype(float)
    spread = np.diag((table.sum(axis=1) + table.sum(axis=0)).astype(float)) - table - table.T
    used = np.flatnonzero(table.sum(axis=1) + table.sum(axis=0) > 2 * np.diag(table))
    kept = np.ix_(used, used)
    rank = int(np.linalg.matrix_rank(spread[kept]))
    statistic = float(gaps[used] @ np.linalg.pinv(spread[kept]) @ gaps[used])
    return float(chi2.sf(bowker, int(moved.sum()))), float(chi2.sf(statistic, rank))


def paired_ordinal(before: Answers, after: Answers, *, points: int | None = None, level: float = 0.95) -> PairedOrdinal:
    """Return rises, ties and falls of paired ordinal answers, with tests of direction and sizes of the move.

    The sign test is the primary one: it needs no distances between points. The signed-rank test, the rank-biserial and
    the Hodges-Lehmann shift take steps of the scale as comparable.

    Args:
        before: answers at the start, whole numbers from 1, one a person.
        after: answers at the close, same people in the same order; higher is better.
        points: points of the scale; the highest answer given where not said.
        level: level of the limits.

    Raises:
        ValueError: the two differ in length, are empty, have missing answers, or leave the scale.
    """
    first, last = _pairs(before, after)
    highest = int(max(first.max(), last.max())) if points is None else points
    if min(first.min(), last.min()) < 1 or max(first.max(), last.max()) > highest:
        raise ValueError(f"answers must lie from 1 to {highest}. Fix: correct the answer or the points of the scale")
    n, sign = len(first), sign_test(first, last)
    steps = (last - first).astype(float)
    p_signed_rank, biserial = _signed_rank(steps[steps != 0])
    table = transitions(first, last, points=highest)
    net = _net(sign.rises, sign.falls, n, level)
    p_bowker, p_margins = _symmetry(table.to_numpy())
    return PairedOrdinal(
        transitions=table,
        improved=sign.rises,
        same=sign.ties,
        worse=sign.falls,
        net=net,
        sign=sign,
        p_signed_rank=p_signed_rank,
        signed_rank_method=SIGNED_RANK,
        rank_biserial=biserial,
        probability_of_improvement=Estimate(
            estimate=(1 + net.estimate) / 2,
            lower=(1 + float(net.lower or 0.0)) / 2,
            upper=(1 + float(net.upper or 0.0)) / 2,
            n=n,
            method="share that rose plus half the share that stayed, limits of the net share",
            level=level,
        ),
        hodges_lehmann=_hodges_lehmann(steps, level),
        p_bowker=p_bowker,
        p_stuart_maxwell=p_margins,
    )
