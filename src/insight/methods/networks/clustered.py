"""Shares, means and differences of clustered cases, with limits that respect the clusters.

Sources: Korn and Graubard (1998) for shares of clustered cases; Quenouille and Tukey for the jackknife; Liang and
Zeger (1986) for the clustered sandwich.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson_effective, z_value

FEWEST_CLUSTERS = 2
Statistic = Callable[[np.ndarray], np.ndarray]
"""From cluster totals (columns on the last axis) to one value a row."""


def shifted(estimate: Estimate, by: float) -> Estimate:
    """Return an estimate and its limits less a constant."""
    lower, upper = estimate.lower, estimate.upper
    return replace(
        estimate,
        estimate=estimate.estimate - by,
        lower=None if lower is None else lower - by,
        upper=None if upper is None else upper - by,
    )


@cache
def t_value(clusters: int, level: float) -> float:
    """Return the two-sided quantile of Student's t with one degree of freedom less than there are clusters."""
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 2, clusters - 1))


def joint_clusters(*labels: Sequence[object] | np.ndarray) -> np.ndarray:
    """Return clusters within which cases share any of several labels, such as household or interviewer session.

    Cases linked through a chain of shared labels fall into one cluster (a component of the graph of labels), so that
    limits over these clusters allow for likeness within every label at once; they are never narrower in design than
    those over one label alone.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size, rows, columns, start = len(labels[0]), [], [], len(labels[0])
    for one in labels:
        names, place = np.unique(np.asarray(one, dtype=str), return_inverse=True)
        rows.append(np.arange(size))
        columns.append(place + start)
        start += len(names)
    at = (np.concatenate(rows), np.concatenate(columns))
    _, found = connected_components(coo_array((np.ones(len(at[0])), at), shape=(start, start)), directed=False)
    return np.asarray(found[:size])


def cluster_totals(columns: np.ndarray, clusters: Sequence[object] | np.ndarray) -> np.ndarray:
    """Return the sums of each column by cluster.

    Raises:
        ValueError: fewer than two clusters, which say nothing of their spread.
    """
    names, place = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    if len(names) < FEWEST_CLUSTERS:
        raise ValueError("limits need two clusters or more. Fix: leave the estimate out")
    wide = np.asarray(columns, dtype=float).reshape(len(place), -1)
    totals = np.zeros((len(names), wide.shape[1]))
    np.add.at(totals, place, wide)
    return totals


def jackknife(totals: np.ndarray, statistic: Statistic, *, n: int, what: str, level: float = 0.95) -> Estimate:
    """Return a smooth function of totals with limits from leaving out one cluster at a time.

    Args:
        totals: one row a cluster, as from :func:`cluster_totals`.
        statistic: function of the totals' sum; called on one row a left-out cluster.
        n: cases behind the estimate.
        what: name of the statistic, for the method's words.
        level: of confidence.
    """
    count, total = len(totals), totals.sum(axis=0)
    value = float(statistic(total[None, :])[0])
    without = statistic(total - totals)
    spread = math.sqrt((count - 1) / count * float(((without - without.mean()) ** 2).sum()))
    half = t_value(count, level) * spread
    return Estimate(
        estimate=value,
        lower=value - half,
        upper=value + half,
        n=n,
        method=f"{what}, jackknife over {count} clusters",
        level=level,
    )


def clustered_share(
    successes: np.ndarray, cases: np.ndarray, clusters: Sequence[object] | np.ndarray, *, level: float = 0.95
) -> Estimate:
    """Return a share of clustered cases with Wilson's interval on the effective number of cases.

    The effective number is never above the cases; it is the number of clusters where all cases are alike.

    Raises:
        ValueError: no cases, or cases in fewer than two clusters.
    """
    held = np.asarray(cases, dtype=float) > 0
    columns = np.column_stack([np.asarray(successes, dtype=float)[held], np.asarray(cases, dtype=float)[held]])
    totals = cluster_totals(columns, np.asarray(clusters, dtype=str)[held])
    count, (hits, n) = len(totals), totals.sum(axis=0)
    share = float(hits / n)
    variance = count / (count - 1) * float(((totals[:, 0] - share * totals[:, 1]) ** 2).sum()) / n**2
    effective = float(count)
    if variance > 0:
        effective = share * (1 - share) / variance * (z_value(level) / t_value(count, level)) ** 2
    made = wilson_effective(share, round(n), min(effective, float(n)), level=level)
    return replace(made, method=f"Wilson on effective n, {count} clusters")


def clustered_mean(values: np.ndarray, clusters: Sequence[object] | np.ndarray, *, what: str = "mean") -> Estimate:
    """Return a mean (of scores, of paired differences) with limits that respect clusters."""
    values = np.asarray(values, dtype=float)
    totals = cluster_totals(np.column_stack([values, np.ones(len(values))]), clusters)
    return jackknife(totals, lambda sums: sums[:, 0] / sums[:, 1], n=len(values), what=what)


def clustered_correlation(
    first: np.ndarray, second: np.ndarray, clusters: Sequence[object] | np.ndarray, *, level: float = 0.95
) -> Estimate:
    """Return Pearson's correlation, limits on Fisher's scale by the jackknife over clusters.

    Raises:
        ValueError: one of the two does not vary.
    """
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError("a correlation needs two things that vary. Fix: leave it out")
    x, y = x - x.mean(), y - y.mean()
    totals = cluster_totals(np.column_stack([np.ones(len(x)), x, y, x * x, y * y, x * y]), clusters)

    def fisher(sums: np.ndarray) -> np.ndarray:
        n, a, b, aa, bb, ab = sums.T
        r = (ab - a * b / n) / np.sqrt((aa - a * a / n) * (bb - b * b / n))
        return np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))

    found = jackknife(totals, fisher, n=len(x), what="Pearson's r on Fisher's scale", level=level)
    limits = [math.tanh(value) for value in (found.estimate, found.lower or 0.0, found.upper or 0.0)]
    return replace(found, estimate=limits[0], lower=limits[1], upper=limits[2])


def adjusted_differences(
    successes: np.ndarray,
    cases: np.ndarray,
    design: np.ndarray,
    clusters: np.ndarray,
    *,
    names: Sequence[str],
    level: float = 0.95,
) -> dict[str, Estimate]:
    """Return differences of shares adjusted for one another: a linear model of the share, a weight of one a case.

    Args:
        successes: cases that count, a respondent.
        cases: all cases, a respondent; respondents without cases are left out.
        design: columns of 0 and 1, one a name; the constant is added here.
        clusters: the household of each respondent.
        names: of the design's columns.
        level: of confidence.
    """
    weight = np.asarray(cases, dtype=float)
    held = weight > 0
    weight, y = weight[held], np.asarray(successes, dtype=float)[held] / weight[held]
    x = np.column_stack([np.ones(held.sum()), np.asarray(design, dtype=float)[held]])
    inverse = np.linalg.pinv((x * weight[:, None]).T @ x)
    slopes = inverse @ (x * weight[:, None]).T @ y
    scores = cluster_totals(x * (weight * (y - x @ slopes))[:, None], np.asarray(clusters, dtype=str)[held])
    count, n, terms = len(scores), len(y), x.shape[1]
    if n <= terms:
        raise ValueError(f"{n} respondents for {terms} terms. Fix: leave the adjustment out")
    variance = inverse @ (scores.T @ scores) @ inverse * count / (count - 1) * (n - 1) / (n - terms)
    half = t_value(count, level) * np.sqrt(np.diag(variance))
    return {
        name: Estimate(
            estimate=float(slopes[place]),
            lower=float(slopes[place] - half[place]),
            upper=float(slopes[place] + half[place]),
            n=n,
            method=f"linear model of the share, sandwich over {count} clusters",
            level=level,
        )
        for place, name in enumerate(names, start=1)
    }
