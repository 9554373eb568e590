"""Measures over interviews: bootstrap of ratios of sums, paired differences of shares, agreement of two orders.

Sources: Efron (1979), percentile limits; Agresti and Min (2005), paired shares; Berger (1982), intersection-union;
Kendall (1945), tau-b.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value

Statistic = Callable[[np.ndarray], np.ndarray]
"""From sums over interviews (one row a draw, one column a measure) to one value a draw."""


def resampled(measures: np.ndarray, statistic: Statistic, *, draws: int, seed: int, level: float = 0.95) -> Estimate:
    """Return a statistic of sums over interviews with percentile limits from resampling whole interviews.

    Args:
        measures: one row an interview, one column a measure.
        statistic: from column sums to the value.
        draws: bootstrap samples.
        seed: seed of the draws.
        level: confidence level.

    Raises:
        ValueError: the statistic does not exist on these interviews.
    """
    n = len(measures)
    point = float(statistic(measures.sum(axis=0, keepdims=True).astype(float))[0]) if n else math.nan
    if math.isnan(point):
        raise ValueError("the statistic has no value on these interviews. Fix: leave it out")
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    values = statistic(weights @ measures.astype(float))
    tail = (1 - level) / 2
    lower, upper = np.nanquantile(values, [tail, 1 - tail])
    return Estimate(
        estimate=point,
        lower=float(min(lower, point)),
        upper=float(max(upper, point)),
        n=n,
        method="bootstrap over interviews, percentile limits",
        level=level,
    )


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def ratio(sums: np.ndarray) -> np.ndarray:
    """Return first over second sum."""
    return _divided(sums[:, 0], sums[:, 1])


def difference_of_ratios(sums: np.ndarray) -> np.ndarray:
    """Return first over second sum, minus third over fourth."""
    return _divided(sums[:, 0], sums[:, 1]) - _divided(sums[:, 2], sums[:, 3])


def tau(order: Sequence[float]) -> Statistic:
    """Return Kendall's tau-b between an order (1 first) and sums (most first): 1 where the two agree wholly."""
    first, second = np.triu_indices(len(order), k=1)
    ranks = -np.asarray(order, dtype=float)
    signs = np.sign(ranks[first] - ranks[second])

    def statistic(sums: np.ndarray) -> np.ndarray:
        found = np.sign(sums[:, first] - sums[:, second])
        return _divided(found @ signs, np.sqrt((signs != 0).sum() * (found != 0).sum(axis=1)))

    return statistic


def paired(first: np.ndarray, second: np.ndarray, *, level: float = 0.95) -> Estimate:
    """Return the share of ``first`` minus that of ``second`` among the same interviews (Agresti and Min)."""
    n = len(first)
    more, less = int((first & ~second).sum()), int((~first & second).sum())
    size, up, down = n + 2, more + 0.5, less + 0.5
    centre = (up - down) / size
    half = z_value(level) * math.sqrt(up + down - (up - down) ** 2 / size) / size
    return Estimate(
        estimate=(more - less) / n,
        lower=max(-1.0, min(centre - half, (more - less) / n)),
        upper=min(1.0, max(centre + half, (more - less) / n)),
        n=n,
        method="Agresti-Min, paired",
        level=level,
    )


def least_lead(flags: pd.DataFrame, leaders: Sequence[str]) -> Estimate:
    """Return the least lead of any of ``leaders`` over any other column of flags.

    All leaders lead only if each pair does: an intersection-union test, so the least of the pairs' limits needs no
    allowance for their number. One pair alone refutes, so the upper limit allows for their number (Bonferroni).
    """
    others = [name for name in flags.columns if name not in leaders]
    columns = [(flags[one].to_numpy(bool), flags[other].to_numpy(bool)) for one in leaders for other in others]
    if not columns:
        raise ValueError("no other theme to lead. Fix: name fewer leaders")
    pairs = [paired(first, second) for first, second in columns]
    wide = [paired(first, second, level=bonferroni(0.95, len(columns))) for first, second in columns]
    return Estimate(
        estimate=min(one.estimate for one in pairs),
        lower=min(one.lower for one in pairs if one.lower is not None),
        upper=min(one.upper for one in wide if one.upper is not None),
        n=len(flags),
        method=f"least of {len(pairs)} paired differences, Agresti-Min, intersection-union",
    )
