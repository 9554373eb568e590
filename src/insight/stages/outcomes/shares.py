"""Counts with shares and limits as table rows, small cells hidden on either side, and shares that adjust or cluster."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson, wilson_effective, z_value
from insight.privacy.disclosure import suppress

LIMITS = ("estimate", "lower", "upper")
LEAST = 2
"""Clusters below which nothing can be said of their spread."""


def limits(estimate: Estimate) -> dict[str, float | None]:
    """Return estimate and limits as cells of a row."""
    return {"estimate": estimate.estimate, "lower": estimate.lower, "upper": estimate.upper}


def share_row(count: int, n: int) -> dict[str, float | None]:
    """Return count, n, share and Wilson limits as cells of a row; no share of nobody."""
    if n == 0:
        return {"count": 0, "n": 0, "estimate": None, "lower": None, "upper": None}
    return {"count": count, "n": n, **limits(wilson(count, n))}


def hide(
    frame: pd.DataFrame,
    cells: Sequence[str],
    *,
    threshold: int,
    of: str | None = None,
    also: Sequence[str] = (),
    within: Sequence[str] = (),
) -> pd.DataFrame:
    """Blank rows in which a count, or the rest of ``of`` beyond it, is small; the count and what follows from it go.

    Args:
        frame: one row a cell of the table.
        cells: columns of counts of people.
        threshold: counts from 1 to one below it are hidden.
        of: column of the totals from which the counts are taken; a small rest is hidden too.
        also: further columns blanked with the counts.
        within: columns naming groups whose total is shown.
    """
    if frame.empty:
        return frame
    counts = [frame[cell] for cell in cells]
    if of is not None:
        counts += [frame[of] - frame[cell] for cell in cells]
    smallest = pd.concat([count.where(count > 0) for count in counts], axis=1).min(axis=1).fillna(0)
    hidden = suppress(
        frame.assign(smallest=smallest), "smallest", threshold=threshold, also=(*cells, *also), within=within
    )
    return hidden.drop(columns="smallest")


def clustered_share(hits: np.ndarray, sizes: np.ndarray) -> Estimate:
    """Return a share of items that come in clusters (goals of families), with Wilson limits on the effective n.

    Args:
        hits: items counted, by cluster.
        sizes: items in all, by cluster.

    Raises:
        ValueError: fewer than two clusters.
    """
    clusters, total = len(sizes), int(sizes.sum())
    if clusters < LEAST:
        raise ValueError("a share of clustered items needs two clusters. Fix: leave it out")
    share = float(hits.sum() / total)
    variance = clusters / (clusters - 1) * float(((hits - share * sizes) ** 2).sum()) / total**2
    effective = share * (1 - share) / variance if variance > 0 else float(clusters)
    found = wilson_effective(share, total, effective)
    return Estimate(
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        n=total,
        method=f"Wilson on effective n, {clusters} families as clusters",
    )


def stratified_difference(
    hits: np.ndarray, cases: np.ndarray, other_hits: np.ndarray, others: np.ndarray, *, level: float = 0.95
) -> Estimate:
    """Return the Mantel-Haenszel difference of two shares over strata, with Sato's (1989) limits.

    Args:
        hits: cases with the property, by stratum.
        cases: cases, by stratum.
        other_hits: others with the property, by stratum.
        others: others, by stratum.
        level: of the limits.

    Raises:
        ValueError: no stratum holds both cases and others.
    """
    a, n, c, m = (np.asarray(part, dtype=float) for part in (hits, cases, other_hits, others))
    total = n + m
    usable = (n > 0) & (m > 0)
    if not usable.any():
        raise ValueError("no stratum has both groups. Fix: use fewer strata")
    a, n, c, m, total = (part[usable] for part in (a, n, c, m, total))
    weight = float((n * m / total).sum())
    gap = float(((a * m - c * n) / total).sum()) / weight
    first = (n**2 * c - m**2 * a + n * m * (m - n) / 2) / total**2
    second = (a * (m - c) + c * (n - a)) / (2 * total)
    variance = (gap * float(first.sum()) + float(second.sum())) / weight**2
    half = z_value(level) * math.sqrt(max(0.0, variance))
    return Estimate(
        estimate=gap,
        lower=gap - half,
        upper=gap + half,
        n=int(total.sum()),
        method=f"Mantel-Haenszel difference over {int(usable.sum())} strata, Sato",
        level=level,
    )


def linear_effects(outcome: np.ndarray, terms: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and their HC1 covariance of a linear probability model with a constant (placed first).

    Raises:
        ValueError: terms that repeat each other, or fewer cases than terms.
    """
    design = np.column_stack([np.ones(len(terms)), terms.to_numpy(dtype=float)])
    cases, width = design.shape
    if cases <= width or np.linalg.matrix_rank(design) < width:
        raise ValueError("effects cannot be told apart. Fix: drop terms that repeat each other")
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ outcome
    scaled = design * (outcome - design @ beta)[:, None]
    return beta, inverse @ (scaled.T @ scaled) @ inverse * cases / (cases - width)


def contrast(weights: np.ndarray, beta: np.ndarray, covariance: np.ndarray, *, n: int, method: str) -> Estimate:
    """Return a weighted sum of coefficients with normal 95 % limits."""
    value, half = float(weights @ beta), z_value() * math.sqrt(float(weights @ covariance @ weights))
    return Estimate(estimate=value, lower=value - half, upper=value + half, n=n, method=method)
