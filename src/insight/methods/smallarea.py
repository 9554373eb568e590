"""Shares of small areas: shrinkage towards their common distribution, and how far they differ beyond chance.

Sources: beta-binomial empirical Bayes (Griffin and Krutchkoff 1971; Kleinman 1973), with the uncertainty of its two
parameters integrated over a grid (Kass and Steffey 1989), since plugging them in leaves intervals short; Spiegelhalter
(2005) for multiplicative overdispersion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from insight.methods.estimate import Estimate

FEWEST_AREAS = 5
"""Areas below which a common distribution cannot be told."""
GRID_SHARES, GRID_SIZES, SPAN = 15, 25, 3.5
"""Steps of the grid over mean and precision, and how many standard errors of the mean it spans."""
SMALLEST, LARGEST = math.log(0.5), math.log(20_000.0)
"""Bounds of the prior number of cases (a + b), on the log scale; at the upper one areas hardly differ."""
NEGLIGIBLE = 5e-4
STEPS = 18
WINSORISED = 0.1


@dataclass(frozen=True, kw_only=True)
class Shrinkage:
    """Shares drawn towards their common distribution Beta(a, b), one estimate an area."""

    a: float
    b: float
    estimates: tuple[Estimate, ...]

    @property
    def prior_cases(self) -> float:
        """How many cases of its own an area needs to count as much as all others together."""
        return self.a + self.b


def _checked(successes: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counts, cases = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    if len(counts) != len(cases) or len(counts) < FEWEST_AREAS:
        raise ValueError(f"a common distribution needs {FEWEST_AREAS} areas. Fix: show raw shares")
    if (cases <= 0).any() or (counts < 0).any() or (counts > cases).any():
        raise ValueError("a share needs cases, and no more of them than there are. Fix: check the counts")
    return counts, cases


def _likelihood(counts: np.ndarray, cases: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the beta-binomial log likelihood at each pair of a and b (both of one shape), summed over areas."""
    from scipy.special import betaln

    wide = (slice(None), *([None] * a.ndim))
    found = betaln(counts[wide] + a, (cases - counts)[wide] + b) - betaln(a, b)
    return np.asarray(found.sum(axis=0))


def fit_beta(successes: np.ndarray, n: np.ndarray) -> tuple[float, float]:
    """Return the a and b of maximum likelihood of ``successes`` ~ BetaBinomial(n, a, b).

    Raises:
        ValueError: fewer than five areas, or counts that are no shares.
    """
    from scipy.optimize import minimize

    counts, cases = _checked(successes, n)
    mean = float(np.clip(counts.sum() / cases.sum(), 1e-4, 1 - 1e-4))

    def loss(point: np.ndarray) -> float:
        share, size = 1 / (1 + math.exp(-point[0])), math.exp(point[1])
        return -float(_likelihood(counts, cases, np.array(share * size), np.array((1 - share) * size)))

    start = np.array([math.log(mean / (1 - mean)), math.log(50.0)])
    found = minimize(loss, start, method="L-BFGS-B", bounds=[(-12, 12), (SMALLEST, LARGEST)])
    share, size = 1 / (1 + math.exp(-found.x[0])), math.exp(found.x[1])
    return float(share * size), float((1 - share) * size)


def _grid(counts: np.ndarray, cases: np.ndarray, a: float, b: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a, b and weight of the points of a grid around the fit, flat in log odds of the mean and log precision."""
    share, size = a / (a + b), a + b
    spread = share * (1 - share) * (1 / cases + 1 / (size + 1)).mean() / len(cases)
    reach = max(0.05, SPAN * math.sqrt(spread) / (share * (1 - share)))
    middle = math.log(share / (1 - share))
    means = 1 / (1 + np.exp(-np.linspace(middle - reach, middle + reach, GRID_SHARES)))
    sizes = np.exp(np.linspace(SMALLEST, LARGEST, GRID_SIZES))
    mesh, precision = np.meshgrid(means, sizes, indexing="ij")
    first, second = (mesh * precision).ravel(), ((1 - mesh) * precision).ravel()
    logs = _likelihood(counts, cases, first, second)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    kept = weights > NEGLIGIBLE
    return first[kept], second[kept], weights[kept] / weights[kept].sum()


def _mixture_quantile(a: np.ndarray, b: np.ndarray, weights: np.ndarray, level: float) -> np.ndarray:
    """Return, by area, a quantile of the mixture of Beta(a, b): areas down, grid points across; by bisection."""
    from scipy.special import betainc

    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(STEPS):
        middle = (low + high) / 2
        is_below = betainc(a, b, middle[:, None]) @ weights < level
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return (low + high) / 2


def shrink(successes: np.ndarray, n: np.ndarray, *, level: float = 0.95) -> Shrinkage:
    """Return shares of small areas drawn towards their common distribution.

    The estimate is (k + a) / (n + a + b) at the a and b of maximum likelihood; the limits are those of the mixture of
    Beta(k + a, n - k + b) over all a and b that the areas allow, so that their uncertainty is in the interval.

    Args:
        successes: cases with the attribute, by area.
        n: all cases, by area.
        level: level of the limits.

    Raises:
        ValueError: fewer than five areas, or counts that are no shares.
    """
    counts, cases = _checked(successes, n)
    a, b = fit_beta(counts, cases)
    first, second, weights = _grid(counts, cases, a, b)
    tail = (1 - level) / 2
    post_a, post_b = counts[:, None] + first, (cases - counts)[:, None] + second
    lower = _mixture_quantile(post_a, post_b, weights, tail)
    upper = _mixture_quantile(post_a, post_b, weights, 1 - tail)
    points = (counts + a) / (cases + a + b)
    return Shrinkage(
        a=a,
        b=b,
        estimates=tuple(
            Estimate(
                estimate=float(point),
                lower=float(min(low, point)),
                upper=float(max(high, point)),
                n=round(size),
                method="beta-binomial shrinkage, limits with a and b integrated out",
                level=level,
            )
            for point, low, high, size in zip(points, lower, upper, cases, strict=True)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Overdispersion:
    """How much areas differ beyond chance: ``phi`` is 1 where chance alone explains them."""

    phi: float
    p_value: float
    is_present: bool


def beyond_chance(scores: np.ndarray, *, level: float) -> Overdispersion:
    """Return the multiplicative overdispersion of z-scores of areas around their common value.

    ``phi`` is the mean square with a tenth of the areas pulled in at either end, and at least 1; whether it is present
    is decided by the chi-square of the scores as they are.
    """
    from scipy.stats import chi2

    p_value = float(chi2.sf((scores**2).sum(), len(scores) - 1))
    inner = np.clip(scores, *np.quantile(scores, [WINSORISED, 1 - WINSORISED]))
    is_present = p_value < 1 - level
    phi = max(1.0, float((inner**2).mean())) if is_present else 1.0
    return Overdispersion(phi=phi, p_value=p_value, is_present=bool(is_present))


def overdispersion(successes: np.ndarray, n: np.ndarray, *, level: float = 0.95) -> Overdispersion:
    """Return the multiplicative overdispersion of areas around their common share.

    Raises:
        ValueError: fewer than five areas, counts that are no shares, or a common share of 0 or 1.
    """
    counts, cases = _checked(successes, n)
    common = counts.sum() / cases.sum()
    if common in {0.0, 1.0}:
        raise ValueError("a common share of 0 or 1 has no spread. Fix: leave the funnel out")
    return beyond_chance((counts / cases - common) / np.sqrt(common * (1 - common) / cases), level=level)
