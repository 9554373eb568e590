"""Rates of small areas: shrinkage towards their common distribution, exact funnels, and spread beyond chance.

The counterpart of :mod:`insight.methods.smallarea` for events in person-time. Sources: gamma-Poisson empirical Bayes
(Clayton and Kaldor 1987), the uncertainty of its two parameters integrated over a grid (Kass and Steffey 1989);
Spiegelhalter (2005) for exact funnels and multiplicative overdispersion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value
from insight.methods.smallarea import FEWEST_AREAS, Overdispersion, beyond_chance

GRID_MEANS, GRID_SHAPES, SPAN = 15, 25, 3.5
"""Steps of the grid over mean and shape, and how many standard errors of the mean it spans."""
SMALLEST, LARGEST = math.log(0.2), math.log(20_000.0)
"""Bounds of the shape on the log scale; at the upper one areas hardly differ."""
NEGLIGIBLE = 5e-4
STEPS = 40


@dataclass(frozen=True, kw_only=True)
class RateShrinkage:
    """Rates drawn towards their common distribution Gamma(shape, rate), one estimate an area."""

    shape: float
    rate: float
    estimates: tuple[Estimate, ...]

    @property
    def prior_time(self) -> float:
        """How much person-time of its own an area needs to count as much as all others together."""
        return self.rate


def _checked(events: np.ndarray, person_time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counts, time = np.asarray(events, dtype=float), np.asarray(person_time, dtype=float)
    if len(counts) != len(time) or len(counts) < FEWEST_AREAS:
        raise ValueError(f"a common distribution needs {FEWEST_AREAS} areas. Fix: show raw rates")
    if (time <= 0).any() or (counts < 0).any() or counts.sum() == 0:
        raise ValueError("a rate needs person-time above 0, and some events. Fix: check the counts")
    return counts, time


def _likelihood(counts: np.ndarray, time: np.ndarray, shape: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Return the negative binomial log likelihood at each pair of shape and rate, summed over areas."""
    from scipy.special import gammaln

    wide = (slice(None), *([None] * shape.ndim))
    k, t = counts[wide], time[wide]
    found = gammaln(k + shape) - gammaln(shape) + shape * np.log(rate / (rate + t)) + k * np.log(t / (rate + t))
    return np.asarray(found.sum(axis=0))


def fit_gamma(events: np.ndarray, person_time: np.ndarray) -> tuple[float, float]:
    """Return shape and rate of maximum likelihood of ``events`` ~ Poisson(person_time * Gamma(shape, rate)).

    Raises:
        ValueError: fewer than five areas, no person-time, or no event at all.
    """
    from scipy.optimize import minimize

    counts, time = _checked(events, person_time)
    mean = counts.sum() / time.sum()

    def loss(point: np.ndarray) -> float:
        shape, average = math.exp(point[1]), mean * math.exp(point[0])
        return -float(_likelihood(counts, time, np.array(shape), np.array(shape / average)))

    found = minimize(loss, np.array([0.0, math.log(10.0)]), method="L-BFGS-B", bounds=[(-5, 5), (SMALLEST, LARGEST)])
    shape = math.exp(found.x[1])
    return shape, shape / (mean * math.exp(found.x[0]))


def _grid(counts: np.ndarray, time: np.ndarray, shape: float, rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return shape, rate and weight of the points of a grid around the fit, flat in log mean and log shape."""
    mean = shape / rate
    # Relative variance of the mean of all areas: chance in each, and the spread between them.
    spread = float((1 / (mean * time) + 1 / shape).mean()) / len(counts)
    reach = max(0.02, SPAN * math.sqrt(spread))
    means = mean * np.exp(np.linspace(-reach, reach, GRID_MEANS))
    average, shapes = np.meshgrid(means, np.exp(np.linspace(SMALLEST, LARGEST, GRID_SHAPES)), indexing="ij")
    first, second = shapes.ravel(), (shapes / average).ravel()
    logs = _likelihood(counts, time, first, second)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    kept = weights > NEGLIGIBLE
    return first[kept], second[kept], weights[kept] / weights[kept].sum()


def _mixture_quantile(shape: np.ndarray, rate: np.ndarray, weights: np.ndarray, level: float) -> np.ndarray:
    """Return, by area, a quantile of the mixture of Gamma(shape, rate): areas down, grid points across."""
    from scipy.special import gammainc, gammaincinv

    ends = gammaincinv(shape, level) / rate
    # The quantile of a mixture lies between the least and the greatest of its parts.
    low, high = ends.min(axis=1), ends.max(axis=1)
    for _ in range(STEPS):
        middle = (low + high) / 2
        is_below = gammainc(shape, rate * middle[:, None]) @ weights < level
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return (low + high) / 2


def shrink_rates(events: np.ndarray, person_time: np.ndarray, *, level: float = 0.95) -> RateShrinkage:
    """Return rates of small areas drawn towards their common distribution.

    The estimate is (k + shape) / (t + rate) at the parameters of maximum likelihood; the limits are those of the
    mixture of Gamma(k + shape, t + rate) over all parameters that the areas allow.

    Args:
        events: events by area.
        person_time: person-time by area; rates are per unit of it.
        level: level of the limits.

    Raises:
        ValueError: fewer than five areas, no person-time, or no event at all.
    """
    counts, time = _checked(events, person_time)
    shape, rate = fit_gamma(counts, time)
    first, second, weights = _grid(counts, time, shape, rate)
    tail, post = (1 - level) / 2, (counts[:, None] + first, time[:, None] + second)
    lower, upper = (_mixture_quantile(*post, weights, at) for at in (tail, 1 - tail))
    points = (counts + shape) / (time + rate)
    estimates = tuple(
        Estimate(
            estimate=float(point),
            lower=float(min(low, point)),
            upper=float(max(high, point)),
            n=round(count),
            method="gamma-Poisson shrinkage, limits with both parameters integrated out",
            level=level,
        )
        for point, low, high, count in zip(points, lower, upper, counts, strict=True)
    )
    return RateShrinkage(shape=shape, rate=rate, estimates=estimates)


def rate_funnel_limits(
    common: float, person_time: np.ndarray, *, level: float = 0.95, phi: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper limits of a funnel around a common rate.

    Exact Poisson limits: an area at the common rate lies beyond either with no more than the promised chance. With an
    overdispersion above 1 they are normal and widened by its root, since exact limits have no overdispersed form.

    Raises:
        ValueError: a rate of 0 or below, or no person-time.
    """
    time = np.asarray(person_time, dtype=float)
    if common <= 0 or (time <= 0).any():
        raise ValueError("a funnel needs a rate and person-time above 0. Fix: leave areas without person-time out")
    if phi > 1:
        half = z_value(level) * np.sqrt(phi * common / time)
        return np.maximum(common - half, 0), common + half
    from scipy.stats import poisson

    tail = (1 - level) / 2
    return poisson.ppf(tail, common * time) / time, poisson.ppf(1 - tail, common * time) / time


def rate_overdispersion(events: np.ndarray, person_time: np.ndarray, *, level: float = 0.95) -> Overdispersion:
    """Return the multiplicative overdispersion of areas around their common rate, as for shares.

    Raises:
        ValueError: fewer than five areas, no person-time, or no event at all.
    """
    counts, time = _checked(events, person_time)
    common = counts.sum() / time.sum()
    return beyond_chance((counts / time - common) / np.sqrt(common / time), level=level)
