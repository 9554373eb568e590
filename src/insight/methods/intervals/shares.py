"""Intervals for shares, rates and their differences, in plain mathematics.

Sources: Wilson (1927); Newcombe (1998), method 10; Goodman (1965) for shares of several categories; Clopper and Pearson
(1934); Byar (Breslow and Day 1987).
``math`` alone, because importing a statistics library costs more than any stage that needs only these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from insight.methods.estimate import Estimate

FEWEST_KINDS = 2


def z_value(level: float = 0.95) -> float:
    """Return the two-sided normal quantile of a confidence level."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def _counts(x: float, n: float) -> None:
    if n <= 0:
        raise ValueError("a share needs at least one case. Fix: leave the estimate out where n is 0")
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is no share. Fix: check numerator and denominator")


def wilson(x: float, n: float, *, level: float = 0.95) -> Estimate:
    """Return a share with Wilson's score interval (``x`` of ``n``)."""
    _counts(x, n)
    z = z_value(level)
    share = x / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    lower = 0.0 if x == 0 else max(0.0, centre - half)
    upper = 1.0 if x == n else min(1.0, centre + half)
    return Estimate(estimate=share, lower=lower, upper=upper, n=round(n), method="Wilson", level=level)


def wilson_effective(share: float, n: int, n_effective: float, *, level: float = 0.95) -> Estimate:
    """Return a share with Wilson's interval on an effective sample size (``n`` divided by the design effect)."""
    base = wilson(share * n_effective, n_effective, level=level)
    return Estimate(
        estimate=share, lower=base.lower, upper=base.upper, n=n, method="Wilson on effective n", level=level
    )


def newcombe_difference(x1: float, n1: float, x0: float, n0: float, *, level: float = 0.95) -> Estimate:
    """Return the difference of two independent shares, ``x1`` of ``n1`` less ``x0`` of ``n0`` (Newcombe, method 10)."""
    return difference(wilson(x1, n1, level=level), wilson(x0, n0, level=level))


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Return the difference of two independent estimates from their own limits: MOVER, Zou and Donner 2008."""
    if first.lower is None or first.upper is None or second.lower is None or second.upper is None:
        raise ValueError("a difference needs both intervals. Fix: give estimates with limits")
    gap = first.estimate - second.estimate
    lower = gap - math.hypot(first.estimate - first.lower, second.upper - second.estimate)
    upper = gap + math.hypot(first.upper - first.estimate, second.estimate - second.lower)
    return Estimate(
        estimate=gap, lower=lower, upper=upper, n=first.n + second.n, method="Newcombe 10 (MOVER)", level=first.level
    )


def clopper_pearson(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """Return a share with the exact binomial interval."""
    from scipy.stats import beta

    _counts(successes, n)
    tail = (1 - level) / 2
    lower = 0.0 if successes == 0 else float(beta.ppf(tail, successes, n - successes + 1))
    upper = 1.0 if successes == n else float(beta.ppf(1 - tail, successes + 1, n - successes))
    return Estimate(estimate=successes / n, lower=lower, upper=upper, n=n, method="Clopper-Pearson", level=level)


def byar(count: int, person_time: float, *, level: float = 0.95) -> Estimate:
    """Return a rate (``count`` per unit of ``person_time``) with Byar's interval for a Poisson count."""
    if person_time <= 0 or count < 0:
        raise ValueError("a rate needs positive person-time and a count of 0 or more. Fix: check the denominators")
    z = z_value(level)
    lower = 0.0 if count == 0 else count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    more = count + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
    return Estimate(
        estimate=count / person_time,
        lower=lower / person_time,
        upper=upper / person_time,
        n=count,
        method="Byar",
        level=level,
    )


def goodman(counts: Sequence[int], *, level: float = 0.95) -> list[Estimate]:
    """Return shares of categories with Goodman's simultaneous limits.

    Raises:
        ValueError: fewer than two categories, or no cases.
    """
    total, kinds = sum(counts), len(counts)
    if kinds < FEWEST_KINDS or total <= 0:
        raise ValueError("shares of categories need two categories and one case. Fix: leave them out")
    z = NormalDist().inv_cdf(1 - (1 - level) / (2 * kinds))
    a = z * z
    found = []
    for count in counts:
        half = math.sqrt(a * (a + 4 * count * (total - count) / total))
        found.append(
            Estimate(
                estimate=count / total,
                lower=max(0.0, (a + 2 * count - half) / (2 * (total + a))),
                upper=min(1.0, (a + 2 * count + half) / (2 * (total + a))),
                n=total,
                method="Goodman, simultaneous",
                level=level,
            )
        )
    return found


def holm(p_values: list[float]) -> list[float]:
    """Return Holm-adjusted p-values, in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, running = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = running
    return adjusted


def index_design(
    share: float,
    se: float,
    *,
    df: int,
    n: int,
    n_eff: float,
    reference: float,
    reference_se: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return an index (reference = 100) of a survey share, its limits from the logarithm and Student's t.

    The variance of the log index is the sum of both relative variances; without ``reference_se`` the second is left out
    and a caveat says so. A share of 0 gives the index 0, with an upper limit from Clopper and Pearson on n_eff.

    Raises:
        ValueError: a reference of 0.
    """
    from scipy.stats import t

    if reference <= 0:
        raise ValueError("no index against a reference of 0. Fix: leave the index out")
    caveats = () if reference_se is not None else ("this survey's error only: the reference's n is unpublished",)
    index = 100 * share / reference
    if share == 0:
        upper = clopper_pearson(0, max(1, int(n_eff)), level=level).upper
        limits = (0.0, 100 * float(upper or 0) / reference)
    else:
        spread = math.sqrt((se / share) ** 2 + ((reference_se or 0.0) / reference) ** 2)
        half = float(t.ppf(0.5 + level / 2, max(1, df))) * spread
        limits = (index * math.exp(-half), index * math.exp(half))
    return Estimate(
        estimate=index,
        lower=limits[0],
        upper=limits[1],
        n=n,
        method="index, log limits from the design",
        caveats=caveats,
        level=level,
    )
