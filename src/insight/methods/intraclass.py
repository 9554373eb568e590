"""Likeness within interviewers' sessions: the intraclass correlation by analysis of variance, with jackknife limits.

Sources: Fisher's analysis-of-variance estimator with unequal clusters (Donner 1986), used for shares as for means;
Quenouille and Tukey for the jackknife over whole clusters (Ukoumunne 2002 compares its limits with others).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.networks.clustered import t_value

if TYPE_CHECKING:
    import pandas as pd

FEWEST_CLUSTERS = 3
COLUMNS = ("what", "correlation", "lower", "upper", "sessions", "mean_size", "design_effect", "respondents")


def intraclass(
    values: Sequence[float] | np.ndarray,
    clusters: Sequence[object] | np.ndarray,
    *,
    strata: Sequence[object] | np.ndarray | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return the intraclass correlation of cases within clusters, beyond any difference between strata.

    Below 0 where clusters are more alike than chance would have them. Missing values are left out.

    Args:
        values: one a case; 0 and 1 for a share.
        clusters: the session of each case.
        strata: in which clusters lie, such as neighbourhoods; their own differences are taken out first.
        level: of confidence.

    Raises:
        ValueError: fewer than three clusters, no cluster with two cases, or values that do not vary.
    """
    y = np.asarray(values, dtype=float)
    held = np.isfinite(y)
    y = y[held]
    names, cluster = np.unique(np.asarray(clusters, dtype=str)[held], return_inverse=True)
    place = np.zeros(len(names), dtype=int)
    if strata is not None:
        place[cluster] = np.unique(np.asarray(strata, dtype=str)[held], return_inverse=True)[1]
    if len(names) < FEWEST_CLUSTERS or len(names) == len(y) or np.ptp(y) == 0:
        raise ValueError(
            "an intraclass correlation needs three sessions, some with several cases, and values that vary. "
            "Fix: leave it out, or record the session of each interview"
        )
    size = np.bincount(cluster).astype(float)
    total, square = np.bincount(cluster, weights=y), np.bincount(cluster, weights=y * y)
    sums = np.column_stack([np.ones(len(names)), size, size**2, total, square, total**2 / size])
    by_stratum = np.zeros((place.max() + 1, sums.shape[1]))
    np.add.at(by_stratum, place, sums)
    value = _correlation(by_stratum)
    without = np.empty(len(names))
    for number, own in enumerate(place):
        rest = by_stratum.copy()
        rest[own] -= sums[number]
        without[number] = _correlation(rest)
    without = without[np.isfinite(without)]
    count = len(without)
    spread = float(np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum()))
    half = t_value(count, level) * spread
    return Estimate(
        estimate=value,
        lower=max(-1.0, value - half),
        upper=min(1.0, value + half),
        n=len(y),
        method=f"analysis of variance, jackknife over {len(names)} sessions",
        level=level,
    )


def _correlation(sums: np.ndarray) -> float:
    """Return the correlation from sums by stratum: clusters, cases, squares of sizes, total, squares, squared means."""
    used = sums[:, 0] > 0
    count, size, sizes, total, square, between = sums[used].T
    clusters, cases, strata = count.sum(), size.sum(), float(used.sum())
    if clusters <= strata or cases <= clusters:
        return float("nan")
    within = (square - between).sum() / (cases - clusters)
    among = (between - total**2 / size).sum() / (clusters - strata)
    usual = (cases - (sizes / size).sum()) / (clusters - strata)
    whole = among + (usual - 1) * within
    return float((among - within) / whole) if whole > 0 else float("nan")


def design_effect(correlation: float, sizes: Sequence[float] | np.ndarray) -> float:
    """Return what clusters of these sizes do to the variance of a mean: 1 + (weighted mean size - 1) correlation.

    Source: Kish (1965), with the size met by the average case in place of the plain mean.
    """
    given = np.asarray(sizes, dtype=float)
    return float(1 + ((given**2).sum() / given.sum() - 1) * correlation)


def intraclass_rows(
    measures: Mapping[str, Sequence[float] | np.ndarray | pd.Series],
    clusters: np.ndarray,
    *,
    strata: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return a row a measure: its correlation within sessions with limits, and what that does to a mean.

    A measure that does not vary, or sessions too few, give no row.

    Returns:
        ``what, correlation, lower, upper, sessions, mean_size, design_effect, respondents``.
    """
    import pandas as pd

    rows = []
    for what, values in measures.items():
        given = np.asarray(values, dtype=float)
        try:
            found = intraclass(given, clusters, strata=strata)
        except ValueError:
            continue
        sizes = np.unique(clusters[np.isfinite(given)], return_counts=True)[1]
        effect = design_effect(found.estimate, sizes)
        limits = (found.estimate, found.lower, found.upper)
        rows.append((what, *limits, len(sizes), float(sizes.mean()), effect, found.n))
    return pd.DataFrame(rows, columns=list(COLUMNS))
