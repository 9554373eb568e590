"""What it is worth to learn a share or a mean before choosing: perfect information, and a sample of so many records.

Source: Raiffa and Schlaifer (1961). The choice is between going on and leaving off; the gain of going on is linear in
one quantity, 0 at its switching value. A share has a beta distribution with the mean and the variance of its range;
each record tells yes or no, so what n records would say is known before they are bought (beta-binomial). A mean or a
rate has a normal distribution with the same two moments, and records of a stated standard deviation (normal-normal).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, kw_only=True)
class Prior:
    """Beta distribution of a share before more is known."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Expected share."""
        return self.a / (self.a + self.b)


def prior_of_range(low: float, central: float, high: float) -> Prior:
    """Return the beta distribution with mean and variance of the triangle from low over central to high.

    Raises:
        ValueError: a range without width, or not within 0 and 1.
    """
    if not 0 <= low <= central <= high <= 1 or low == high:
        raise ValueError("a share to learn about needs a range within 0 and 1. Fix: its low, central and high")
    mean = (low + central + high) / 3
    variance = _variance(low, central, high)
    total = mean * (1 - mean) / variance - 1
    return Prior(a=mean * total, b=(1 - mean) * total)


@dataclass(frozen=True, kw_only=True)
class MeanPrior:
    """Normal distribution of a mean or a rate before more is known, and how much single records differ."""

    mean: float
    sd: float
    record_sd: float


def mean_prior_of_range(low: float, central: float, high: float, *, record_sd: float) -> MeanPrior:
    """Return the normal distribution with mean and variance of the triangle from low over central to high.

    Args:
        low: least value.
        central: likeliest value.
        high: greatest value.
        record_sd: standard deviation of single records about their mean, in the same unit.

    Raises:
        ValueError: a range without width or out of order, or records that do not differ.
    """
    if not low <= central <= high or low == high:
        raise ValueError("a mean to learn about needs a range. Fix: its low, central and high")
    if not record_sd > 0:
        raise ValueError("a spread of single records is above 0. Fix: state their standard deviation")
    return MeanPrior(mean=(low + central + high) / 3, sd=math.sqrt(_variance(low, central, high)), record_sd=record_sd)


def _variance(low: float, central: float, high: float) -> float:
    return (low**2 + central**2 + high**2 - low * central - low * high - central * high) / 18


def _normal_gain(mean: float, sd: float, *, slope: float, switch: float) -> float:
    """Return what a signal of the mean, normal with ``sd``, adds to choosing at once (unit normal loss)."""
    if sd == 0 or slope == 0:
        return 0.0
    distance = abs(mean - switch) / sd
    normal = NormalDist()
    return abs(slope) * sd * (normal.pdf(distance) - distance * normal.cdf(-distance))


def perfect_information(prior: Prior | MeanPrior, *, slope: float, switch: float) -> float:
    """Return the expected value, in the slope's unit, of knowing the share or the mean before choosing.

    Args:
        prior: distribution of the share or of the mean.
        slope: gain of going on for each whole of the share, or for one unit of the mean.
        switch: value at which going on gains nothing; it may lie outside the possible.
    """
    if isinstance(prior, MeanPrior):
        return _normal_gain(prior.mean, prior.sd, slope=slope, switch=switch)
    from scipy.special import betainc

    t = min(max(switch, 0.0), 1.0)
    above = prior.mean * (1 - betainc(prior.a + 1, prior.b, t)) - switch * (1 - betainc(prior.a, prior.b, t))
    if slope < 0:
        above -= prior.mean - switch  # what is gained below the switching value
    without = max(0.0, slope * (prior.mean - switch))
    return max(0.0, abs(slope) * float(above) - without)


def sample_information(prior: Prior | MeanPrior, *, slope: float, switch: float, records: int) -> float:
    """Return the expected value, in the slope's unit, of ``records`` more records before choosing.

    Never below 0, never above :func:`perfect_information`, and it grows with the records.

    Raises:
        ValueError: fewer than no records.
    """
    if records < 0:
        raise ValueError("records cannot be fewer than none. Fix: 0 or more")
    if records == 0:
        return 0.0
    if isinstance(prior, MeanPrior):
        told = prior.sd / math.sqrt(1 + prior.record_sd**2 / (records * prior.sd**2))
        return _normal_gain(prior.mean, told, slope=slope, switch=switch)
    import numpy as np
    from scipy.stats import betabinom

    yes = np.arange(records + 1)
    after = (prior.a + yes) / (prior.a + prior.b + records)
    gains = np.maximum(0.0, slope * (after - switch))
    expected = float(gains @ betabinom.pmf(yes, records, prior.a, prior.b))
    return max(0.0, expected - max(0.0, slope * (prior.mean - switch)))


def records_for(prior: Prior | MeanPrior, *, slope: float, switch: float, part: float, most: int) -> int | None:
    """Return the fewest records that give ``part`` of what perfect information is worth; ``None`` beyond ``most``."""
    wanted = part * perfect_information(prior, slope=slope, switch=switch)
    if wanted <= 0:
        return None
    low, high = 1, most

    def worth(count: int) -> float:
        return sample_information(prior, slope=slope, switch=switch, records=count)

    if worth(high) < wanted:
        return None
    while low < high:
        middle = math.floor((low + high) / 2)
        low, high = (low, middle) if worth(middle) >= wanted else (middle + 1, high)
    return low
