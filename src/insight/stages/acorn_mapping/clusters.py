"""Estimates on households that come in clusters, from sums by cluster: no household is looked at singly.

All households of a postcode share one type, and often habits too. A list of all households is no sample; what it says
of habits rests on surveys and models of the supplier, so limits say how far a figure could move if the town's clusters
had been drawn from a larger world of such clusters. Segments themselves are a full count and get no such limits.

Source: the linearised variance of a ratio with clusters as the units drawn (Kish and Frankel 1974; Cochran 1977,
section 11). No finite-population correction is taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson_effective, z_value

METHOD = "difference of ratios, linearised, clusters as units"
FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """Which cluster each row of sums is in, as numbers from 0, and what the clusters are."""

    codes: np.ndarray
    unit: str

    @property
    def count(self) -> int:
        """Number of clusters."""
        return int(self.codes.max()) + 1


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A ratio ``sum(top) / sum(base)`` of sums by row, such as a share (who has it, who was asked) or a mean."""

    top: np.ndarray
    base: np.ndarray

    @property
    def n(self) -> int:
        """How many it is among."""
        return int(self.base.sum())

    @property
    def count(self) -> int:
        """How many have it."""
        return int(self.top.sum())

    @property
    def value(self) -> float:
        """The ratio; not a number where nobody was asked."""
        return float(self.top.sum() / self.base.sum()) if self.base.sum() else math.nan


def ratio(top: np.ndarray, base: np.ndarray, among: np.ndarray | None = None) -> Ratio:
    """Return the ratio of two columns of sums over the rows flagged in ``among``, or over all rows."""
    chosen = np.ones(len(base), dtype=bool) if among is None else among
    return Ratio(top=np.where(chosen, top, 0.0).astype(float), base=np.where(chosen, base, 0.0).astype(float))


def _spread(sums: np.ndarray) -> float:
    count = len(sums)
    return math.sqrt(count / (count - 1) * float((sums**2).sum())) if count >= FEWEST else math.inf


def _residuals(of: Ratio, clusters: Clusters) -> tuple[np.ndarray, np.ndarray]:
    """Return the residual of each cluster, and which clusters have anyone asked."""
    size = clusters.count
    sums = np.bincount(clusters.codes, of.top - of.value * of.base, size)
    return sums, np.bincount(clusters.codes, of.base, size) > 0


def share(of: Ratio, clusters: Clusters, *, level: float = 0.95) -> tuple[Estimate, float]:
    """Return a share with Wilson's limits on the effective number of households, and the design effect.

    The design effect is taken as at least 1, and as the mean size of a cluster where the share is 0 or 1.
    """
    n, value = of.n, of.value
    sums, used = _residuals(of, clusters)
    simple = value * (1 - value) / n
    effect = max(1.0, (_spread(sums[used]) / n) ** 2 / simple) if simple > 0 else n / int(used.sum())
    effect = min(effect, float(n))
    found = wilson_effective(value, n, n / effect, level=level)
    words = f"Wilson on effective n, clusters: {clusters.unit}"
    return Estimate(estimate=value, lower=found.lower, upper=found.upper, n=n, method=words, level=level), effect


def gap(first: Ratio, second: Ratio | None, clusters: Clusters, *, less: float = 0.0, level: float = 0.95) -> Estimate:
    """Return first ratio minus second (or minus nothing), less a number known without error.

    The two may overlap or share clusters: their covariance is in the linearised sums. ``n`` is that of the larger of
    two that overlap in a row, and the sum of two that do not.
    """
    total, used = np.zeros(clusters.count), np.zeros(clusters.count, dtype=bool)
    for one, sign in ((first, 1.0), *(((second, -1.0),) if second is not None else ())):
        sums, here = _residuals(one, clusters)
        total += sign * sums / one.n
        used |= here
    value = first.value - (second.value if second is not None else 0.0) - less
    half = z_value(level) * _spread(total[used])
    words = METHOD if second is not None else "mean, linearised, clusters as units"
    return Estimate(
        estimate=value,
        lower=value - half,
        upper=value + half,
        n=_asked(first, second),
        method=f"{words}: {clusters.unit}",
        level=level,
    )


def _asked(first: Ratio, second: Ratio | None) -> int:
    if second is None:
        return first.n
    overlap = bool(((first.base > 0) & (second.base > 0)).any())
    return max(first.n, second.n) if overlap else first.n + second.n
