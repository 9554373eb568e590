"""Odds ratios, families of intervals that hold together, and means of two groups.

Sources: Woolf (1955) with the half of Gart (1966) for odds ratios; Bonferroni for families of intervals; Welch (1947)
for means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value

FEWEST = 2
"""Cases below which a mean has no spread."""


@dataclass(frozen=True, kw_only=True)
class OddsRatio:
    """An odds ratio with its limits and two-sided p-value of no association."""

    estimate: Estimate
    p_value: float


def odds_ratio(exposed_cases: int, cases: int, exposed_others: int, others: int, *, level: float = 0.95) -> OddsRatio:
    """Return the odds ratio of exposure, cases against others.

    Half a child is added to each of the four cells (Gart), so that an empty cell gives a finite estimate.

    Raises:
        ValueError: no cases or no others, or more exposed than there are.
    """
    if min(cases, others) <= 0 or not (0 <= exposed_cases <= cases and 0 <= exposed_others <= others):
        raise ValueError("an odds ratio needs cases and others, and no more exposed than there are. Fix: check counts")
    cells = [exposed_cases, cases - exposed_cases, exposed_others, others - exposed_others]
    a, b, c, d = (cell + 0.5 for cell in cells)
    log_ratio, spread = math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    half = z_value(level) * spread
    estimate = Estimate(
        estimate=math.exp(log_ratio),
        lower=math.exp(log_ratio - half),
        upper=math.exp(log_ratio + half),
        n=cases + others,
        method="odds ratio, Woolf limits with Gart's half",
        level=level,
    )
    return OddsRatio(estimate=estimate, p_value=2 * NormalDist().cdf(-abs(log_ratio) / spread))


def smallest(estimates: Sequence[Estimate]) -> Estimate:
    """Return the smallest of several estimates; its limits are the smallest of simultaneous limits.

    Hand in estimates whose limits hold together (such as at ``bonferroni(0.95, k)``): then the smallest truth lies
    between the smallest lower and the smallest upper limit at the family's level.
    """
    lowers = [one.lower for one in estimates]
    uppers = [one.upper for one in estimates]
    if not estimates or None in lowers or None in uppers:
        raise ValueError("the smallest of several needs at least one estimate with limits. Fix: leave it out")
    return Estimate(
        estimate=min(one.estimate for one in estimates),
        lower=min(value for value in lowers if value is not None),
        upper=min(value for value in uppers if value is not None),
        n=max(one.n for one in estimates),
        method=f"smallest of {len(estimates)}, {estimates[0].method}, simultaneous (Bonferroni)",
    )


def bonferroni(level: float, count: int) -> float:
    """Return the level of each of ``count`` intervals that hold together at ``level``."""
    return 1 - (1 - level) / max(1, count)


def welch(first: np.ndarray, second: np.ndarray, *, level: float = 0.95) -> Estimate:
    """Return the difference of two means, first minus second, with Welch's limits.

    Raises:
        ValueError: fewer than two cases on a side.
    """
    from scipy.stats import t

    if min(len(first), len(second)) < FEWEST:
        raise ValueError("a difference of means needs two cases on each side. Fix: leave it out")
    parts = [float(np.var(side, ddof=1)) / len(side) for side in (first, second)]
    gap, spread = float(np.mean(first) - np.mean(second)), math.sqrt(sum(parts))
    half = 0.0
    if spread > 0:
        freedom = sum(parts) ** 2 / sum(
            part**2 / (len(side) - 1) for part, side in zip(parts, (first, second), strict=True)
        )
        half = float(t.ppf(0.5 + level / 2, freedom)) * spread
    return Estimate(
        estimate=gap, lower=gap - half, upper=gap + half, n=len(first) + len(second), method="Welch", level=level
    )
