"""How unevenly categories are spread over zones: dissimilarity and isolation, beside what random allocation gives.

Chance alone makes small zones differ, so an index means nothing without its value under random allocation. What is
allocated is whole units (output areas, postcodes): households of one unit stay together, as a segmentation that is
given to units leaves them. Source: Duncan and Duncan (1955); Massey and Denton (1988); Cortese, Falk and Cohen (1976)
for the value under random allocation; Sakoda (1981) and Reardon and Firebaugh (2002) for several categories at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PERMUTATIONS, TAIL = 999, 0.025


@dataclass(frozen=True, kw_only=True)
class Segregation:
    """Dissimilarity over all categories, against whole units shuffled over the zones.

    ``categories`` has one row a category: ``category, count, dissimilarity, random_dissimilarity, isolation,
    random_isolation, p`` (of the dissimilarity, greater).
    """

    dissimilarity: float
    random: float
    usual_low: float
    usual_high: float
    p: float
    units: int
    zones: int
    permutations: int
    seed: int
    categories: pd.DataFrame


def dissimilarity(counts: np.ndarray) -> np.ndarray:
    """Return, for each category, the share that would have to move for every zone to have the same mix.

    Args:
        counts: zones x categories, on the last two axes.
    """
    rest = counts.sum(axis=-1, keepdims=True) - counts
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.abs(counts / counts.sum(axis=-2, keepdims=True) - rest / rest.sum(axis=-2, keepdims=True))
    return gaps.sum(axis=-2) / 2


def isolation(counts: np.ndarray) -> np.ndarray:
    """Return, for each category, the mean share of its own kind in the zones of its members."""
    with np.errstate(divide="ignore", invalid="ignore"):
        own = counts / counts.sum(axis=-1, keepdims=True)
        return np.nansum(counts * own, axis=-2) / counts.sum(axis=-2)


def overall(counts: np.ndarray) -> np.ndarray:
    """Return the dissimilarity of all categories together: 0 for the same mix everywhere, 1 for no zone shared."""
    size = counts.sum(axis=-1, keepdims=True)
    whole = size.sum(axis=-2, keepdims=True)
    mix = counts.sum(axis=-2, keepdims=True) / whole
    gaps = np.abs(counts - size * mix).sum(axis=(-2, -1))
    return gaps / (2 * whole[..., 0, 0] * (mix * (1 - mix)).sum(axis=(-2, -1)))


def segregation(
    counts: np.ndarray,
    zones: Sequence[Any],
    *,
    categories: Sequence[Any],
    seed: int,
    permutations: int = PERMUTATIONS,
) -> Segregation:
    """Return dissimilarity and isolation of categories over zones, and their values under random allocation.

    Args:
        counts: units x categories: households (or units) of each category in each unit.
        zones: zone of each unit.
        categories: name of each column of ``counts``.
        seed: seed of the shuffles.
        permutations: number of shuffles.

    Raises:
        ValueError: fewer than two zones or categories with anything in them, or fewer units than zones would need.
    """
    counts = np.asarray(counts, dtype=float)
    place, names = pd.factorize(pd.Series(list(zones), dtype=object), sort=True)
    if len(names) <= 1 or (counts.sum(axis=0) > 0).sum() <= 1 or len(names) >= len(counts):
        raise ValueError(
            f"{len(counts)} units in {len(names)} zones with {int((counts.sum(axis=0) > 0).sum())} categories cannot "
            "be unevenly spread. Fix: give smaller units, or larger zones, and at least two categories"
        )
    rng = np.random.default_rng(seed)

    def summed(order: np.ndarray) -> np.ndarray:
        # Zones lie in the order of the names, so that one pass adds up the units of each.
        return np.add.reduceat(counts[order], starts, axis=0)

    by_zone = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[by_zone], np.arange(len(names)))
    seen = summed(by_zone)
    shuffled = np.stack([summed(rng.permutation(len(counts))) for _ in range(permutations)])
    whole, each, alone = overall(shuffled), dissimilarity(shuffled), isolation(shuffled)
    found = overall(seen)
    return Segregation(
        dissimilarity=float(found),
        random=float(whole.mean()),
        usual_low=float(np.quantile(whole, TAIL)),
        usual_high=float(np.quantile(whole, 1 - TAIL)),
        p=float((1 + (whole >= found).sum()) / (1 + permutations)),
        units=len(counts),
        zones=len(names),
        permutations=permutations,
        seed=seed,
        categories=pd.DataFrame(
            {
                "category": pd.Series(list(categories), dtype=object),
                "count": counts.sum(axis=0),
                "dissimilarity": dissimilarity(seen),
                "random_dissimilarity": each.mean(axis=0),
                "isolation": isolation(seen),
                "random_isolation": alone.mean(axis=0),
                "p": (1 + (each >= dissimilarity(seen)).sum(axis=0)) / (1 + permutations),
            }
        ),
    )
