"""Small inferences of the profiling stage: likeness within neighbourhoods, trend of counts, overrun of hours."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate

FEWEST = 3


def likeness(values: np.ndarray, groups: np.ndarray, *, level: float = 0.95) -> Estimate | None:
    """Return the intraclass correlation of areas within groups, with the F limits of a one-way analysis of variance.

    Source: Searle, Casella and McCulloch (1992), with the mean group size of unequal groups. ``None`` when there are
    fewer than two groups, or no spread within them.
    """
    from scipy.stats import f

    frame = pd.DataFrame({"value": values, "group": groups})
    sizes = frame.groupby("group").size()
    count, total = len(sizes), int(sizes.sum())
    if count < FEWEST - 1 or total <= count:
        return None
    means = frame.groupby("group")["value"].transform("mean")
    within = float(((frame["value"] - means) ** 2).sum()) / (total - count)
    between = float(((means - frame["value"].mean()) ** 2).sum()) / (count - 1)
    if within <= 0:
        return None
    size = (total - float((sizes**2).sum()) / total) / (count - 1)
    ratio, tail = between / within, (1 - level) / 2

    def correlation(one: float) -> float:
        return (one - 1) / (one + size - 1)

    return Estimate(
        estimate=correlation(ratio),
        lower=correlation(ratio / float(f.ppf(1 - tail, count - 1, total - count))),
        upper=correlation(ratio / float(f.ppf(tail, count - 1, total - count))),
        n=total,
        method="intraclass correlation, F limits",
        level=level,
    )


def yearly_change(years: np.ndarray, counts: np.ndarray, *, level: float = 0.95) -> Estimate | None:
    """Return the mean yearly change of a count as a share, from the slope of its logarithm, with t limits."""
    from scipy.stats import t

    if len(years) < FEWEST or (counts <= 0).any():
        return None
    x, y = years - years.mean(), np.log(counts)
    slope = float((x * y).sum() / (x * x).sum())
    left = y - y.mean() - slope * x
    error = math.sqrt(float((left**2).sum()) / (len(x) - 2) / float((x * x).sum()))
    half = float(t.ppf(0.5 + level / 2, len(x) - 2)) * error
    return Estimate(
        estimate=math.expm1(slope),
        lower=math.expm1(slope - half),
        upper=math.expm1(slope + half),
        n=len(x),
        method="slope of the log count by year, t limits",
        caveats=("years are taken as independent of each other",),
        level=level,
    )


def overrun(planned: np.ndarray, actual: np.ndarray, *, level: float = 0.95) -> Estimate | None:
    """Return the mean logarithm of actual over planned hours, with t limits; 0 means that plans held."""
    from scipy.stats import t

    is_known = (planned > 0) & (actual > 0)
    logs = np.log(actual[is_known] / planned[is_known])
    if len(logs) < FEWEST:
        return None
    half = float(t.ppf(0.5 + level / 2, len(logs) - 1)) * float(np.std(logs, ddof=1)) / math.sqrt(len(logs))
    mean = float(logs.mean())
    return Estimate(
        estimate=mean,
        lower=mean - half,
        upper=mean + half,
        n=len(logs),
        method="mean log ratio of actual to planned hours, t limits",
        level=level,
    )
