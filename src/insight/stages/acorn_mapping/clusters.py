"""Estimates on households that come in clusters: all households of a postcode share one type, and often habits too.

Source: the linearised variance of a ratio with clusters as the units drawn (Kish and Frankel 1974; Cochran 1977,
section 11). A list of all households is no sample: the limits say how far a figure could move if the town's clusters
had been drawn from a larger world of such clusters. No finite-population correction is taken.
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
    """Which cluster each household is in, as numbers from 0, and what the clusters are."""

    codes: np.ndarray
    unit: str

    def sums(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return sums by cluster over the chosen rows, clusters without a chosen row left out."""
        codes = self.codes[rows]
        size = int(codes.max()) + 1
        return np.bincount(codes, values, size)[np.bincount(codes, minlength=size) > 0]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A ratio ``sum(top) / sum(base)`` over chosen rows, such as a share (0/1 over 1/1) or a mean."""

    top: np.ndarray
    rows: np.ndarray

    @property
    def value(self) -> float:
        """The ratio."""
        return float(self.top[self.rows].mean()) if len(self.rows) else math.nan


def ratio(top: np.ndarray, among: np.ndarray | None = None) -> Ratio:
    """Return the mean of ``top`` (flags give a share) over the rows flagged in ``among``, or over all rows."""
    rows = np.arange(len(top)) if among is None else np.flatnonzero(among)
    return Ratio(top=top.astype(float), rows=rows)


def _spread(sums: np.ndarray) -> float:
    count = len(sums)
    return math.sqrt(count / (count - 1) * float((sums**2).sum())) if count >= FEWEST else math.inf


def share(of: Ratio, clusters: Clusters, *, level: float = 0.95) -> tuple[Estimate, float]:
    """Return a share with Wilson's limits on the effective number of households, and the design effect.

    The design effect is taken as at least 1, and as the mean size of a cluster where the share is 0 or 1.
    """
    n, value = len(of.rows), of.value
    sums = clusters.sums(of.top[of.rows] - value, of.rows)
    simple = value * (1 - value) / n
    effect = max(1.0, (_spread(sums) / n) ** 2 / simple) if simple > 0 else n / len(sums)
    effect = min(effect, float(n))
    found = wilson_effective(value, n, n / effect, level=level)
    words = f"Wilson on effective n, clusters: {clusters.unit}"
    return Estimate(estimate=value, lower=found.lower, upper=found.upper, n=n, method=words, level=level), effect


def gap(first: Ratio, second: Ratio | None, clusters: Clusters, *, less: float = 0.0, level: float = 0.95) -> Estimate:
    """Return first ratio minus second (or minus nothing), less a number known without error.

    The two may overlap or share clusters: their covariance is in the linearised sums.
    """
    size = int(clusters.codes.max()) + 1
    total, used = np.zeros(size), np.zeros(size, dtype=bool)
    for one, sign in ((first, 1.0), *(((second, -1.0),) if second is not None else ())):
        codes = clusters.codes[one.rows]
        total += np.bincount(codes, sign * (one.top[one.rows] - one.value) / len(one.rows), size)
        used[codes] = True
    value = first.value - (second.value if second is not None else 0.0) - less
    half = z_value(level) * _spread(total[used])
    words = METHOD if second is not None else "mean, linearised, clusters as units"
    n = len(first.rows) if second is None else len(np.union1d(first.rows, second.rows))
    return Estimate(
        estimate=value, lower=value - half, upper=value + half, n=n, method=f"{words}: {clusters.unit}", level=level
    )
