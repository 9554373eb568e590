"""Change of a share between two cohorts, beyond its trend, where it stops standing out, and its rank among placebos.

Sources: Newcombe (1998); ranks of a treated area among untreated ones as in Abadie, Diamond and Hainmueller (2010).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from insight.methods.estimate import Estimate
from insight.methods.intervals import Counts, newcombe_difference, z_value

FEWEST_TIMES = 2
"""Earlier times that a line needs."""


def change(before: Counts, after: Counts, *, level: float = 0.95) -> Estimate:
    """Return the change of a share between two independent cohorts, after minus before (Newcombe, method 10)."""
    return newcombe_difference(*after, *before, level=level)


def turning_change(before: Counts, after: Counts, *, other_n: float, level: float = 0.95) -> float:
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


def beyond_trend(
    times: Sequence[float],
    values: Sequence[float],
    variances: Sequence[float],
    *,
    time: float,
    value: float,
    variance: float,
    level: float = 0.95,
) -> Estimate:
    """Return by how much a later value lies above the straight line through earlier ones, with normal limits.

    The line is weighted least squares (weights: one over the variance); the variance of its value at ``time`` and that
    of the later value add up.

    Args:
        times: earlier times, two different ones or more.
        values: earlier values, such as shares.
        variances: their sampling variances, all above 0.
        time: the later time.
        value: the later value.
        variance: its sampling variance.
        level: level of the limits.

    Raises:
        ValueError: fewer than two earlier times, or a variance that is not above 0.
    """
    if len(set(times)) < FEWEST_TIMES:
        raise ValueError("a line needs two earlier times. Fix: supply another earlier year")
    if min(variances) <= 0:
        raise ValueError("a share of 0 or 1 gives no weight. Fix: pool areas or years")
    weights = [1 / one for one in variances]
    total = sum(weights)
    middle = sum(w * t for w, t in zip(weights, times, strict=True)) / total
    spread = sum(w * (t - middle) ** 2 for w, t in zip(weights, times, strict=True))
    centre = sum(w * v for w, v in zip(weights, values, strict=True)) / total
    slope = sum(w * (t - middle) * v for w, t, v in zip(weights, times, values, strict=True)) / spread
    gap = value - centre - slope * (time - middle)
    half = z_value(level) * math.sqrt(variance + 1 / total + (time - middle) ** 2 / spread)
    return Estimate(
        estimate=gap,
        lower=gap - half,
        upper=gap + half,
        n=len(times),
        method=f"beyond the weighted line of {len(times)} earlier times, normal limits",
        level=level,
    )


def least_detectable(se: float, *, power: float = 0.8, level: float = 0.95) -> float:
    """Return the smallest true difference that a two-sided test finds with the given chance, from a standard error."""
    return (z_value(level) + NormalDist().inv_cdf(power)) * se
