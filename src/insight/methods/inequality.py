"""Inequality of an outcome along a ranking of areas, such as from most to least deprived.

Sources: Low and Low (2004) and the public-health practice in England for the slope index; Kakwani, Wagstaff and van
Doorslaer (1997) for the concentration index of grouped data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value

FEWEST_AREAS = 3


def midpoints(persons: Sequence[float]) -> np.ndarray:
    """Return where each area's middle lies on the line of all persons, 0 to 1, in the order given."""
    sizes = np.asarray(persons, dtype=float)
    if len(sizes) == 0 or (sizes <= 0).any():
        raise ValueError("each area needs persons. Fix: leave out areas without residents")
    shares = sizes / sizes.sum()
    return np.cumsum(shares) - shares / 2


def _standard_errors(estimates: Sequence[Estimate]) -> np.ndarray:
    if any(one.lower is None or one.upper is None for one in estimates):
        raise ValueError("an index of inequality needs limits of every area. Fix: leave out areas without")
    return np.array(
        [((one.upper or 0.0) - (one.lower or 0.0)) / (2 * z_value(one.level)) for one in estimates], dtype=float
    )


def slope_index(estimates: Sequence[Estimate], *, persons: Sequence[float], level: float = 0.95) -> Estimate:
    """Return the slope index of inequality: the value at the last end of the ranking minus that at the first.

    A line is fitted to the areas' values over their midpoints, weighted by persons. As it is a weighted sum of the
    values, its variance follows from theirs without simulation; that areas scatter about the line is not in the limits.

    Args:
        estimates: value and limits by area, most deprived first.
        persons: persons by area.
        level: level of the limits.

    Raises:
        ValueError: fewer than three areas, areas without persons, or a value without limits.
    """
    if len(estimates) < FEWEST_AREAS or len(estimates) != len(persons):
        raise ValueError("a slope needs three areas, each with persons. Fix: leave it out")
    places, sizes = midpoints(persons), np.asarray(persons, dtype=float)
    values = np.array([one.estimate for one in estimates])
    centred = places - (sizes * places).sum() / sizes.sum()
    parts = sizes * centred / (sizes * centred**2).sum()
    slope = float((parts * values).sum())
    half = z_value(level) * math.sqrt(float((parts**2 * _standard_errors(estimates) ** 2).sum()))
    return Estimate(
        estimate=slope,
        lower=slope - half,
        upper=slope + half,
        n=len(estimates),
        method="slope index of inequality, limits from those of the areas",
        caveats=("scatter of areas about the line is not in the limits",),
        level=level,
    )


def concentration_index(values: Sequence[float], *, persons: Sequence[float]) -> float:
    """Return the concentration index of grouped data, -1 to 1; below 0 when the first areas have more of it.

    Raises:
        ValueError: no areas, areas without persons, or a mean of 0.
    """
    places, sizes = midpoints(persons), np.asarray(persons, dtype=float)
    amounts = np.asarray(values, dtype=float)
    mean = float((sizes * amounts).sum() / sizes.sum())
    if mean == 0:
        raise ValueError("nothing is concentrated where the mean is 0. Fix: leave the index out")
    return float(2 * (sizes * amounts * places).sum() / (sizes.sum() * mean) - 1)
