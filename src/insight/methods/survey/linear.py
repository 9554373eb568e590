"""Survey estimates that respect weights and interviewers' shifts: shares, differences, ranks, shares of variance.

Sources: Kish (1965) for the effective n of weights; Taylor linearisation with replacement of clusters within strata;
Rao and Scott (1984) for the first-order correction of tables; delete-a-cluster jackknife (Rust and Rao 1996).
Quota samples have no design weights: what is computed here holds if, given the weights, who answered is chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson_effective, z_value

ROUNDING = 1e-12
"""Variance, beside a mean squared, that is rounding of a constant."""
FEWEST = 2
"""Clusters of a stratum below which it has no spread of its own."""


def kish(weights: np.ndarray) -> float:
    """Return Kish's effective n: the sum of weights squared over the sum of squared weights."""
    return float(weights.sum() ** 2 / (weights**2).sum())


@dataclass(frozen=True, kw_only=True)
class Design:
    """Weights, clusters (interviewers' shifts) and strata (places, all covered), one entry a respondent."""

    weights: np.ndarray
    clusters: np.ndarray
    strata: np.ndarray

    def __post_init__(self) -> None:
        sizes = {len(self.weights), len(self.clusters), len(self.strata)}
        if len(sizes) != 1 or not len(self.weights):
            raise ValueError("weights, clusters and strata differ in length, or are empty. Fix: give one a respondent")
        if not np.isfinite(self.weights).all() or (self.weights <= 0).any():
            raise ValueError("a weight is missing, 0 or less. Fix: weights are positive")

    @cached_property
    def shifts(self) -> tuple[np.ndarray, np.ndarray]:
        """Number of each respondent's cluster, and of each cluster's stratum."""
        _, stratum = np.unique(self.strata, return_inverse=True)
        _, cluster = np.unique(self.clusters, return_inverse=True)
        pairs, places = np.unique(np.column_stack([stratum, cluster]), axis=0, return_inverse=True)
        return places.reshape(-1), pairs[:, 0]

    @property
    def freedom(self) -> int:
        """Degrees of freedom: clusters less strata, at least 1."""
        _, stratum = self.shifts
        return max(1, len(stratum) - len(set(stratum)))

    def only(self, chosen: np.ndarray) -> Design:
        """Return the design of some respondents."""
        return Design(weights=self.weights[chosen], clusters=self.clusters[chosen], strata=self.strata[chosen])

    def variance(self, parts: np.ndarray) -> np.ndarray:
        """Return the variance of the totals of linearised contributions, one column a statistic."""
        table = parts if parts.ndim == FEWEST else parts[:, None]
        places, stratum = self.shifts
        sums = np.column_stack([np.bincount(places, column, minlength=len(stratum)) for column in table.T])
        total = np.zeros(table.shape[1])
        for one in range(int(stratum.max()) + 1):
            here = sums[stratum == one]
            if len(here) < FEWEST:  # a lone shift: its distance from zero, the mean of all contributions
                total += (here**2).sum(axis=0)
            else:
                total += len(here) / (len(here) - 1) * ((here - here.mean(axis=0)) ** 2).sum(axis=0)
        return total if parts.ndim == FEWEST else total[0]

    def centred(self, parts: np.ndarray) -> np.ndarray:
        """Return sums of contributions by cluster, so centred and scaled that their crossproducts are covariances."""
        places, stratum = self.shifts
        sums = np.zeros((len(stratum), parts.shape[1]))
        np.add.at(sums, places, parts)
        for one in range(int(stratum.max()) + 1):
            here = stratum == one
            count = int(here.sum())
            if count >= FEWEST:
                sums[here] = math.sqrt(count / (count - 1)) * (sums[here] - sums[here].mean(axis=0))
        return sums

    def covariance(self, parts: np.ndarray) -> np.ndarray:
        """Return the covariance of the totals of linearised contributions, one column a statistic."""
        sums = self.centred(parts)
        return sums.T @ sums


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """A weighted share, its n, and the n of a simple sample that would be as exact."""

    share: float
    n: int
    n_effective: float

    def interval(self, level: float = 0.95) -> Estimate:
        """Return the share with Wilson's limits on the effective n."""
        return wilson_effective(self.share, self.n, self.n_effective, level=level)


def proportion(design: Design, holds: np.ndarray, within: np.ndarray | None = None) -> Proportion:
    """Return the weighted share of respondents for whom something holds, among those within a domain.

    The effective n is the smaller of Kish's and that from the linearised variance: few shifts may show less spread
    than there is.

    Raises:
        ValueError: nobody within the domain.
    """
    inside = np.ones(len(holds), dtype=bool) if within is None else within.astype(bool)
    if not inside.any():
        raise ValueError("a share needs at least one respondent. Fix: leave it out")
    weight = np.where(inside, design.weights, 0.0)
    share = float(np.clip((weight * holds).sum() / weight.sum(), 0, 1))
    spread = float(design.variance(weight * (holds - share) / weight.sum()))
    most = kish(design.weights[inside])
    effective = most if spread <= 0 or share in {0.0, 1.0} else min(most, share * (1 - share) / spread)
    return Proportion(share=share, n=int(inside.sum()), n_effective=max(1.0, effective))


def mean(design: Design, values: np.ndarray, *, level: float = 0.95) -> Estimate:
    """Return a weighted mean with limits from the linearised variance and Student's t."""
    from scipy.stats import t

    weight = design.weights / design.weights.sum()
    middle = float((weight * values).sum())
    half = float(t.ppf(0.5 + level / 2, design.freedom) * math.sqrt(design.variance(weight * (values - middle))))
    return Estimate(
        estimate=middle,
        lower=middle - half,
        upper=middle + half,
        n=len(values),
        method="weighted mean, linearised",
        level=level,
    )


def rank_of(leads: Sequence[Estimate], *, n: int) -> Estimate:
    """Return a rank (1 is first) from leads over each rival, whose limits hold together.

    The interval counts rivals surely above and rivals not surely below (Mohammad and others 2022).
    """
    above = sum(1 for lead in leads if lead.upper is not None and lead.upper < 0)
    below = sum(1 for lead in leads if lead.lower is not None and lead.lower > 0)
    return Estimate(
        estimate=1 + sum(1 for lead in leads if lead.estimate < 0),
        lower=1 + above,
        upper=1 + len(leads) - below,
        n=n,
        method=f"rank among {len(leads) + 1}, simultaneous (Bonferroni)",
    )


def variance_explained(values: np.ndarray, groups: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return, a column, the share of variance that lies between groups (eta squared)."""
    weight = weights / weights.sum()
    centred = values - weight @ values
    between = np.zeros(values.shape[1])
    for group in np.unique(groups):
        own = np.where(groups == group, weight, 0.0)
        between += (own @ centred) ** 2 / own.sum()
    total = weight @ centred**2
    has_spread = total > ROUNDING * (1 + (weight @ values) ** 2)
    return np.divide(between, total, out=np.zeros_like(total), where=has_spread)


def jackknife(
    design: Design, statistic: Callable[[np.ndarray], float], *, method: str, level: float = 0.95
) -> Estimate:
    """Return a statistic with limits from leaving out one cluster at a time.

    Args:
        design: the design.
        statistic: from a flag a respondent (kept or not) to a number.
        method: words for the estimate.
        level: confidence level.
    """
    full = statistic(np.ones(len(design.weights), dtype=bool))
    spread = 0.0
    for stratum in np.unique(design.strata):
        here = np.unique(design.clusters[design.strata == stratum])
        if len(here) < FEWEST:
            continue
        left = [statistic(~((design.strata == stratum) & (design.clusters == one))) for one in here]
        spread += (len(here) - 1) / len(here) * sum((value - full) ** 2 for value in left)
    half = z_value(level) * math.sqrt(spread)
    return Estimate(
        estimate=full,
        lower=full - half,
        upper=full + half,
        n=len(design.weights),
        method=f"{method}, jackknife over shifts",
        level=level,
    )
