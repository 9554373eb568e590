"""Do like areas lie together: joins by category here and there, and Moran's I of a category's share.

Weights are binary throughout: each pair of neighbours counts once, whatever the length of their border; say beside a
result whether corners were enough to be neighbours. Every p-value comes from labels or values shuffled over the same
areas with a stated seed. Any town rejects complete randomness, so a finding rests on the size, not on p.

Sources: Cliff and Ord (1981); local join counts of Anselin and Li (2019); Benjamini and Hochberg (1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PERMUTATIONS = 999
TAIL = 0.025


def require_edges(pairs: np.ndarray, areas: int) -> None:
    """Refuse a graph on which no statistic of neighbours means anything.

    Raises:
        ValueError: no edges (unsnapped outlines give that without a word), or edges beyond the areas.
    """
    if len(pairs) == 0:
        raise ValueError("no two areas are neighbours. Fix: snap the outlines, or check that they share their borders")
    if pairs.max() >= areas:
        raise ValueError("the neighbours point beyond the areas. Fix: give one value an area, in the same order")


@dataclass(frozen=True, kw_only=True)
class Moran:
    """Moran's I with the middle 95 % and the p-value (greater) of values shuffled over the areas."""

    value: float
    expected: float
    usual_low: float
    usual_high: float
    p: float
    permutations: int
    seed: int


def moran(values: Sequence[float] | np.ndarray, pairs: np.ndarray, *, seed: int, permutations: int = 999) -> Moran:
    """Return Moran's I of a number by area (such as the share of a category), binary weights.

    Args:
        values: one number an area, in the order of the contiguity's areas.
        pairs: positions of neighbours (m x 2), each pair once.
        seed: seed of the shuffles.
        permutations: number of shuffles.

    Raises:
        ValueError: no neighbours, a missing value, or the same value everywhere.
    """
    given = np.asarray(values, dtype=float)
    require_edges(pairs, len(given))
    if not np.isfinite(given).all():
        raise ValueError(f"{int((~np.isfinite(given)).sum())} areas have no value. Fix: leave them out of the areas")
    z = given - given.mean()
    if not z.any():
        raise ValueError("every area has the same value, so nothing can clump. Fix: leave the statistic out")
    scale, rng = len(z) / (len(pairs) * float((z**2).sum())), np.random.default_rng(seed)

    def of(order: np.ndarray) -> float:
        return float((order[pairs[:, 0]] * order[pairs[:, 1]]).sum()) * scale

    seen, shuffled = of(z), np.array([of(rng.permutation(z)) for _ in range(permutations)])
    return Moran(
        value=seen,
        expected=-1 / (len(z) - 1),
        usual_low=float(np.quantile(shuffled, TAIL)),
        usual_high=float(np.quantile(shuffled, 1 - TAIL)),
        p=float((1 + (shuffled >= seen).sum()) / (1 + permutations)),
        permutations=permutations,
        seed=seed,
    )


def local_joins(
    labels: Sequence[Any], pairs: np.ndarray, *, seed: int, permutations: int = PERMUTATIONS, level: float = 0.05
) -> pd.DataFrame:
    """Return, for each area, how many neighbours share its category, and whether that is more than chance gives.

    Chance: the area keeps its label and the other labels are shuffled over the other areas.

    Args:
        labels: category of each area, in the order of the contiguity's areas.
        pairs: positions of neighbours (m x 2), each pair once.
        seed: seed of the shuffles.
        permutations: number of shuffles.
        level: false discovery rate over the areas that have neighbours.

    Returns:
        One row an area: ``category, neighbours, joins, p, is_core``. An area without neighbours has no p and is no
        core of a clump.

    Raises:
        ValueError: no neighbours, or a missing label.
    """
    codes, names = pd.factorize(pd.Series(list(labels), dtype=object), sort=True)
    require_edges(pairs, len(codes))
    if (codes < 0).any():
        raise ValueError(f"{int((codes < 0).sum())} areas have no category. Fix: leave them out of the areas first")
    count, rng = len(codes), np.random.default_rng(seed)
    neighbours = np.bincount(pairs.ravel(), minlength=count)
    first, second = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    joins = np.bincount(first[codes[first] == codes[second]], minlength=count)
    # Given an area's own label, the number of like neighbours is drawn without replacement from the other labels.
    sizes = np.bincount(codes)[codes]
    like = np.where(neighbours > 0, sizes - 1, 0)
    drawn = rng.hypergeometric(like, count - 1 - like, neighbours, size=(permutations, count))
    p = (1 + (drawn >= joins).sum(axis=0)) / (1 + permutations)
    p = np.where(neighbours > 0, p, np.nan)
    return pd.DataFrame(
        {
            "category": pd.Series(names[codes], dtype=object),
            "neighbours": neighbours,
            "joins": joins,
            "p": p,
            "is_core": false_discovery(p, level=level),
        }
    )


def false_discovery(p: np.ndarray, *, level: float = 0.05) -> np.ndarray:
    """Return which p-values pass Benjamini and Hochberg's step-up rule; missing ones are left out of it."""
    found, known = np.zeros(len(p), dtype=bool), np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    passes = np.flatnonzero(p[order] <= level * np.arange(1, len(order) + 1) / max(len(order), 1))
    if len(passes):
        found[order[: passes[-1] + 1]] = True
    return found
