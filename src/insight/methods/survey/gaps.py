"""Gaps between groups in every category at once: shares, their linearised variances, and limits of each gap.

Limits of a gap are put together from Wilson limits of its two shares on their effective n (MOVER, Zou and Donner 2008),
with the correlation that groups met in the same clusters have.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np

from insight.methods.survey.linear import Design


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares of categories (columns) in groups (rows), effective n of each, and respondents by group.

    ``influence`` holds sums of linearised contributions by cluster, centred: clusters by groups by categories.
    """

    groups: tuple[str, ...]
    categories: tuple[str, ...]
    share: np.ndarray
    effective: np.ndarray
    n: np.ndarray
    influence: np.ndarray


def shares(design: Design, rows: np.ndarray, columns: np.ndarray) -> Shares:
    """Return shares of the categories of ``columns`` within the groups of ``rows``.

    The effective n is the smaller of Kish's and that of the linearised variance: few clusters may show less spread than
    there is.
    """
    groups, row_codes = np.unique(rows, return_inverse=True)
    categories, column_codes = np.unique(columns, return_inverse=True)
    g, c = len(groups), len(categories)
    weight = design.weights
    totals = np.bincount(row_codes, weight, minlength=g)
    share = np.bincount(row_codes * c + column_codes, weight, minlength=g * c).reshape(g, c) / totals[:, None]
    parts = np.zeros((len(rows), g, c))
    everyone = np.arange(len(rows))
    scaled = weight / totals[row_codes]
    parts[everyone, row_codes] = -scaled[:, None] * share[row_codes]
    parts[everyone, row_codes, column_codes] += scaled
    influence = design.centred(parts.reshape(len(rows), g * c)).reshape(-1, g, c)
    variance = (influence**2).sum(axis=0)
    most = totals**2 / np.bincount(row_codes, weight**2, minlength=g)
    spread = share * (1 - share)
    linear = np.divide(spread, variance, out=np.full((g, c), np.inf), where=(variance > 0) & (spread > 0))
    return Shares(
        groups=tuple(str(one) for one in groups),
        categories=tuple(str(one) for one in categories),
        share=share,
        effective=np.maximum(1.0, np.minimum(most[:, None], linear)),
        n=np.bincount(row_codes, minlength=g),
        influence=influence,
    )


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """Gaps of every category between every two groups, first less second, with limits at one level."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    categories: tuple[str, ...]
    gap: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def _wilson(share: np.ndarray, n: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def gaps(found: Shares, *, level: float) -> Gaps:
    """Return gaps of every pair of groups with two-sided limits at ``level``, each for itself."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    low, high = _wilson(found.share, found.effective, z)
    pairs = list(combinations(range(len(found.groups)), 2))
    one, other = np.array([a for a, _ in pairs], dtype=int), np.array([b for _, b in pairs], dtype=int)
    spread = np.sqrt((found.influence**2).sum(axis=0))
    both = spread[one] * spread[other]
    joint = (found.influence[:, one] * found.influence[:, other]).sum(axis=0)
    correlation = np.clip(np.divide(joint, both, out=np.zeros_like(joint), where=both > 0), -1, 1)
    gap = found.share[one] - found.share[other]

    def reach(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum(0.0, first**2 + second**2 - 2 * correlation * first * second))

    return Gaps(
        first=tuple(found.groups[place] for place in one),
        second=tuple(found.groups[place] for place in other),
        categories=found.categories,
        gap=gap,
        lower=gap - reach(found.share[one] - low[one], high[other] - found.share[other]),
        upper=gap + reach(high[one] - found.share[one], found.share[other] - low[other]),
    )
