"""Directly standardised rates.

Sources: Dobson, Kuulasmaa, Eberle and Scherer (1991) for the limits, on Byar's limits of the total count; the standard
population is handed in (European Standard Population 2013 in ``data/reference``). The fewest events are those of the
technical guide of public-health profiles in England.
"""

from __future__ import annotations

import math

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import byar

FEWEST_EVENTS = 10
"""Below so many events a standardised rate says more about chance than about the area."""


def directly_standardised(
    events: np.ndarray, *, persons: np.ndarray, standard: np.ndarray, per: float, level: float = 0.95
) -> Estimate:
    """Return a directly standardised rate with Dobson's limits.

    Args:
        events: events by age band.
        persons: person-years by age band, all above 0.
        standard: standard population by age band.
        per: persons that the rate is for, such as 100000.
        level: level of the limits.

    Raises:
        ValueError: bands do not match, an age band without persons, negative counts, or fewer than ten events.
    """
    counts, exposed, weights = (np.asarray(one, dtype=float) for one in (events, persons, standard))
    if not len(counts) == len(exposed) == len(weights) > 0:
        raise ValueError("events, persons and standard need one value an age band. Fix: align the bands")
    if (exposed <= 0).any() or (counts < 0).any() or weights.sum() <= 0:
        raise ValueError("an age band has no persons or a negative count. Fix: join age bands, or correct the file")
    total = counts.sum()
    if total < FEWEST_EVENTS:
        raise ValueError(f"{total:g} events are too few to standardise. Fix: pool years or areas")
    shares = weights / weights.sum()
    rate = float((shares * counts / exposed).sum())
    spread = float((shares**2 * counts / exposed**2).sum())
    crude = byar(round(total), 1.0, level=level)
    scale = math.sqrt(spread / total)
    lower = rate + scale * ((crude.lower or 0.0) - total)
    upper = rate + scale * ((crude.upper or 0.0) - total)
    return Estimate(
        estimate=per * rate,
        lower=per * lower,
        upper=per * upper,
        n=round(total),
        method="directly standardised, Dobson limits on Byar's",
        level=level,
    )
