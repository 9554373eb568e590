"""Life expectancy from an abridged life table.

Sources: Chiang (1984), second method, as the national tools for small areas use it (deaths under one fall a tenth of
the way through the year, others half-way through their band); Silcocks, Jenner and Reza (2001) for the variance, which
counts the last, open band too; Eayres and Williams (2004) for the smallest population.
"""

from __future__ import annotations

import math

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value

FEWEST_PERSON_YEARS = 5000
"""Below so many person-years the limits no longer hold (Eayres and Williams 2004)."""
INFANT_FRACTION, FRACTION = 0.1, 0.5
"""Part of the band lived by those who die in it: under one, and at other ages."""
INFANT_WIDTH = 1.0


def _checked(deaths: np.ndarray, persons: np.ndarray, starts: np.ndarray) -> None:
    if not len(deaths) == len(persons) == len(starts) > 1:
        raise ValueError("deaths, persons and ages need one value an age band. Fix: align the bands")
    if starts[0] != 0 or (np.diff(starts) <= 0).any():
        raise ValueError("age bands start at 0 and rise. Fix: sort them, and add the missing ones")
    if (persons <= 0).any() or (deaths < 0).any() or (deaths > persons).any():
        raise ValueError("a band has no persons, a negative count, or more deaths than persons. Fix: correct the file")
    if deaths[-1] == 0:
        raise ValueError("no death in the last, open age band. Fix: pool years or areas, or end with an earlier band")
    if persons.sum() < FEWEST_PERSON_YEARS:
        raise ValueError(f"fewer than {FEWEST_PERSON_YEARS} person-years. Fix: pool years or areas")


def chiang(deaths: np.ndarray, *, persons: np.ndarray, starts: np.ndarray, level: float = 0.95) -> Estimate:
    """Return life expectancy at birth, in years, with Silcocks' limits.

    Args:
        deaths: deaths by age band, youngest first; the last band is open.
        persons: person-years by age band.
        starts: first age of each band, 0 first.
        level: level of the limits.

    Raises:
        ValueError: bands that do not match or do not rise, a band without persons, more deaths than persons, no death
            in the last band, or fewer than 5,000 person-years.
    """
    counts, exposed, ages = (np.asarray(one, dtype=float) for one in (deaths, persons, starts))
    _checked(counts, exposed, ages)
    widths = np.diff(ages)
    lived = np.where(widths == INFANT_WIDTH, INFANT_FRACTION, FRACTION)
    rates = counts / exposed
    dying = widths * rates[:-1] / (1 + widths * (1 - lived) * rates[:-1])
    alive = np.concatenate([[1.0], np.cumprod(1 - dying)])
    years = np.append(widths * (alive[1:] + lived * (alive[:-1] - alive[1:])), alive[-1] / rates[-1])
    later = np.cumsum(years[::-1])[::-1]
    ahead = later / alive
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(counts[:-1] > 0, dying**2 * (1 - dying) / counts[:-1], 0.0)
    closed = float((alive[:-1] ** 2 * ((1 - lived) * widths + ahead[1:]) ** 2 * variance).sum())
    opened = float(alive[-1] ** 2 / (counts[-1] * rates[-1] ** 2))
    half = z_value(level) * math.sqrt(closed + opened)
    return Estimate(
        estimate=float(ahead[0]),
        lower=float(ahead[0]) - half,
        upper=float(ahead[0]) + half,
        n=round(float(counts.sum())),
        method="Chiang II, Silcocks limits",
        level=level,
    )
