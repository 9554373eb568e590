"""Difference in differences of four independent shares.

Sources: Wald limits from four binomial variances; MOVER, Zou and Donner (2008), on Newcombe's (1998) limits of each
change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from insight.methods.estimate import Estimate
from insight.methods.intervals.shares import difference, newcombe_difference, z_value

Counts = tuple[float, float]
"""Successes and cases."""


@dataclass(frozen=True, kw_only=True)
class DifferenceInDifferences:
    """One difference of two changes with its standard error, both intervals, and the two-sided Wald p-value."""

    estimate: float
    se: float
    wald: Estimate
    mover: Estimate
    p_value: float


def difference_in_differences(
    treated_before: Counts,
    treated_after: Counts,
    comparator_before: Counts,
    comparator_after: Counts,
    *,
    level: float = 0.95,
) -> DifferenceInDifferences:
    """Return the change of the treated less the change of the comparator, from four independent cohorts.

    Each argument is a pair (successes, cases). ``se`` is the root of four binomial variances and gives ``wald`` and
    ``p_value``; ``mover`` combines Newcombe's limits of both changes, so it stays honest near 0 and 1.

    Raises:
        ValueError: a pair that is no share.
    """
    treated = newcombe_difference(*treated_after, *treated_before, level=level)
    comparator = newcombe_difference(*comparator_after, *comparator_before, level=level)
    found = difference(treated, comparator)
    pairs = (treated_before, treated_after, comparator_before, comparator_after)
    se = math.sqrt(sum(x / n * (1 - x / n) / n for x, n in pairs))
    half = z_value(level) * se

    def interval(lower: float | None, upper: float | None, name: str) -> Estimate:
        method = f"difference in differences, {name}"
        return Estimate(estimate=found.estimate, lower=lower, upper=upper, n=found.n, method=method, level=level)

    return DifferenceInDifferences(
        estimate=found.estimate,
        se=se,
        wald=interval(found.estimate - half, found.estimate + half, "Wald"),
        mover=interval(found.lower, found.upper, "MOVER on Newcombe"),
        p_value=_two_sided(found.estimate, se),
    )


def log_ratio(x1: float, n1: float, x0: float, n0: float, *, level: float = 0.95) -> Estimate:
    """Return the logarithm of the ratio of two independent shares, x1 of n1 over x0 of n0: a relative change.

    Limits: Katz and others (1978), on the logarithm; none where a count is 0. Two of them are compared by
    :func:`difference`, which on symmetric limits is the Wald interval of the ratio of ratios.

    Raises:
        ValueError: a pair that is no share, or a share before of 0.
    """
    if not (0 < x0 <= n0 and 0 <= x1 <= n1):
        raise ValueError("a relative change needs shares, and one before above 0. Fix: compare in points instead")
    n = int(n1 + n0)
    if x1 == 0:
        return Estimate(estimate=-math.inf, lower=None, upper=None, n=n, method="nobody afterwards", level=level)
    value = math.log((x1 / n1) / (x0 / n0))
    half = z_value(level) * math.sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0)
    return Estimate(
        estimate=value, lower=value - half, upper=value + half, n=n, method="Katz, on the logarithm", level=level
    )


def _two_sided(value: float, se: float) -> float:
    if se == 0:
        return 1.0 if value == 0 else 0.0
    return 2 * NormalDist().cdf(-abs(value) / se)
