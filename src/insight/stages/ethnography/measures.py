"""Measures over interviews that were chosen, not drawn: counts, and how far they would move were a few others held.

Purposive interviews have no sampling distribution, so there is no p-value and no confidence interval. In their place
stands a range of another kind: the value if any few of the interviews had been replaced by the most contrary ones held.
A claim counts as shown only where so few could not have turned it. The number is a share of the interviews that the
params fix beforehand.

Sources: Broderick, Giordano and Meager (2020), removal of the most influential records; Kendall (1945), tau-b.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate

Statistic = Callable[[np.ndarray], np.ndarray]
"""From sums over interviews (one row a set of interviews, one column a measure) to one value a set."""


def _extreme(measures: np.ndarray, statistic: Statistic, *, swaps: int, strata: np.ndarray, sign: int) -> float:
    """Return the value after the swaps that move it furthest, each the best at its step.

    For a share, or any other statistic that is linear in the sums, no set of swaps moves it further; for ratios whose
    base moves too it may fall a little short of the furthest.
    """
    kept = measures.copy()
    fixed = np.zeros(len(measures), dtype=bool)
    best = float(statistic(kept.sum(axis=0, keepdims=True))[0])
    kinds, of = np.unique(np.column_stack([strata, measures]), axis=0, return_index=True)
    for _ in range(swaps):
        sums = kept.sum(axis=0)[None, None, :] - kept[:, None, :] + measures[of][None, :, :]
        values = sign * statistic(sums.reshape(-1, measures.shape[1])).reshape(len(kept), len(of))
        values[fixed] = -np.inf
        values[strata[:, None] != kinds[None, :, 0]] = -np.inf
        values[np.isnan(values)] = -np.inf
        out, into = np.unravel_index(int(values.argmax()), values.shape)
        if values[out, into] <= sign * best:
            break
        kept[out], fixed[out], best = measures[of[into]], True, sign * float(values[out, into])
    return best


def swapped(
    measures: np.ndarray, statistic: Statistic, *, share: float, strata: Sequence[int] | None = None
) -> Estimate:
    """Return a statistic of sums over interviews, with its range were a few interviews the most contrary ones held.

    Args:
        measures: one row an interview, one column a measure.
        statistic: from column sums to the value.
        share: share of the interviews that are swapped, rounded up.
        strata: label of each interview; a swap stays within one.

    Raises:
        ValueError: the statistic does not exist on these interviews.
    """
    n = len(measures)
    values = measures.astype(float)
    point = float(statistic(values.sum(axis=0, keepdims=True))[0]) if n else math.nan
    if math.isnan(point):
        raise ValueError("the statistic has no value on these interviews. Fix: leave it out")
    labels = np.zeros(n) if strata is None else np.asarray(strata, dtype=float)
    swaps = math.ceil(share * n)
    lower, upper = (_extreme(values, statistic, swaps=swaps, strata=labels, sign=sign) for sign in (-1, 1))
    return Estimate(
        estimate=point,
        lower=min(lower, point),
        upper=max(upper, point),
        n=n,
        method=f"counted; range if any {swaps} interviews had been the most contrary ones held",
        caveats=("the range is no confidence interval: the interviews were chosen, not drawn",),
        level=1.0,
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


def least_lead(flags: pd.DataFrame, leaders: Sequence[str], *, share: float) -> Estimate:
    """Return the least lead, as a share of interviews, of any of ``leaders`` over any other column of flags.

    Raises:
        ValueError: no other column to lead.
    """
    others = [name for name in flags.columns if name not in leaders]
    if not others or not leaders:
        raise ValueError("no other theme to lead. Fix: name fewer leaders")
    head, n = len(leaders), len(flags)

    def statistic(sums: np.ndarray) -> np.ndarray:
        return (sums[:, :head].min(axis=1) - sums[:, head:].max(axis=1)) / n

    return swapped(flags[[*leaders, *others]].to_numpy(dtype=float), statistic, share=share)
