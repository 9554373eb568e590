"""Ties within the group against draws of contacts from those at hand.

Two respondents of one group differ in more than chance, so draws let each respondent's own chance vary (beta-binomial
around what is at hand): a Poisson-binomial with overdispersion. Respondents of one household or session may lean
together; then the draws' total spreads wider by the root of what that adds to its variance.

Sources: Williams (1982) for the moment estimate of overdispersion; Rao and Scott (1992) for allowing for clusters by
the factor that they put on a variance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Ties within the group as observed, and as draws of contacts from those at hand would have them.

    ``p`` is the chance of a draw at least as far from the expected as the observed number; ``overdispersion`` the
    likeness of one respondent's ties beyond chance, ``clustering`` that of the ties of two respondents of one cluster
    (0: none); ``widening`` the factor that clusters put on the spread of the draws.
    """

    observed: float
    expected: float
    lower: float
    upper: float
    p: float
    overdispersion: float
    clustering: float
    widening: float


def overdispersion(same: np.ndarray, ties: np.ndarray, groups: np.ndarray) -> float:
    """Return the intra-respondent correlation of ties within the group, by moments.

    Shares are centred on those of the respondent's own group, so that a leaning of whole groups to their own is not
    taken for variation between respondents.

    Args:
        same: ties within the group, by respondent.
        ties: ties of known group, by respondent.
        groups: the group of each respondent (or anything that tells groups apart, such as what is at hand).
    """
    held = ties > 0
    same, ties = np.asarray(same, dtype=float)[held], np.asarray(ties, dtype=float)[held]
    _, place = np.unique(np.asarray(groups)[held], return_inverse=True)
    share = (np.bincount(place, weights=same) / np.bincount(place, weights=ties))[place]
    spread = ties * share * (1 - share)
    more = float((spread * (ties - 1)).sum())
    extra = float(((same - ties * share) ** 2 - spread).sum()) / more if more > 0 else 0.0
    return float(np.clip(extra, 0.0, 0.99))


def clustering(same: np.ndarray, ties: np.ndarray, groups: np.ndarray, clusters: np.ndarray) -> float:
    """Return the correlation of ties within the group between two respondents of one cluster, by moments.

    Centred on shares by group, as :func:`overdispersion` is; 0 where no cluster holds two respondents with ties.

    Args:
        same: ties within the group, by respondent.
        ties: ties of known group, by respondent.
        groups: the group of each respondent (or anything that tells groups apart).
        clusters: the household or session of each respondent.
    """
    held = np.asarray(ties, dtype=float) > 0
    same, ties = np.asarray(same, dtype=float)[held], np.asarray(ties, dtype=float)[held]
    _, place = np.unique(np.asarray(groups)[held], return_inverse=True)
    share = (np.bincount(place, weights=same) / np.bincount(place, weights=ties))[place]
    rest, scale = same - ties * share, ties * np.sqrt(share * (1 - share))
    pairs = _pairs(np.column_stack([rest, scale]), np.asarray(clusters)[held])
    return float(np.clip(pairs[0] / pairs[1], 0.0, 0.99)) if pairs[1] > 0 else 0.0


def _pairs(columns: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Return for each column the sum of products over ordered pairs of different respondents of one cluster."""
    _, place = np.unique(clusters.astype(str), return_inverse=True)
    totals = np.zeros((place.max() + 1, columns.shape[1]))
    np.add.at(totals, place, columns)
    return np.asarray((totals**2).sum(axis=0) - (columns**2).sum(axis=0))


def _beta_binomial(n: int, chance: float, rho: float) -> np.ndarray:
    """Return the chances of 0 to ``n`` ties within the group for one respondent."""
    from scipy.special import betaln, gammaln

    k = np.arange(n + 1)
    chosen = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    if rho <= 0:
        return np.exp(chosen + k * math.log(chance) + (n - k) * math.log1p(-chance))
    a, b = chance * (1 - rho) / rho, (1 - chance) * (1 - rho) / rho
    return np.exp(chosen + betaln(k + a, n - k + b) - betaln(a, b))


def availability_test(
    same: np.ndarray,
    ties: np.ndarray,
    chance: np.ndarray,
    *,
    clusters: np.ndarray | None = None,
    rho: float | None = None,
    level: float = 0.95,
) -> Drawn:
    """Return ties within the group against draws of each respondent's contacts from those at hand.

    In personal networks the contacts are drawn, not the labels of respondents shuffled: respondents were not one
    another's choice. The distribution of the draws' total is worked out whole (a Poisson-binomial, with overdispersion
    a sum of beta-binomials), as any number of draws would have it. With clusters, its spread around the expected is
    widened by the root of one plus what the likeness between respondents of a cluster adds to the variance.

    Args:
        same: ties within the group, by respondent.
        ties: ties of known group, by respondent, whole numbers.
        chance: share of the own group at hand, by respondent.
        clusters: the household or session of each respondent; without them respondents are taken as drawn apart.
        rho: overdispersion between respondents; estimated from the data when absent, 0 gives the Poisson-binomial.
        level: of the limits of the draws.

    Raises:
        ValueError: no ties at all.
    """
    same, ties, chance = (np.asarray(one, dtype=float) for one in (same, ties, chance))
    if not ties.sum():
        raise ValueError("no ties of known group. Fix: leave the comparison out")
    held = ties > 0
    same, ties, chance, observed = same[held], ties[held], np.clip(chance[held], 1e-9, 1 - 1e-9), float(same.sum())
    rho = overdispersion(same, ties, chance) if rho is None else rho
    together, widening = 0.0, 1.0
    if clusters is not None:
        own = np.asarray(clusters)[held]
        together = clustering(same, ties, chance, own)
        spread = np.sqrt(chance * (1 - chance))
        alone = float((ties * spread**2 * (1 + (ties - 1) * rho)).sum())
        widening = math.sqrt(1 + together * float(_pairs((ties * spread)[:, None], own)[0]) / alone)
    mass, known = np.ones(1), dict[tuple[float, float], np.ndarray]()
    for pair in zip(ties.tolist(), chance.tolist(), strict=True):
        if pair not in known:
            known[pair] = _beta_binomial(round(pair[0]), pair[1], rho)
        mass = np.convolve(mass, known[pair])
    expected, tail = float((ties * chance).sum()), (1 - level) / 2
    totals = expected + (np.arange(len(mass)) - expected) * widening
    below = mass.cumsum() / mass.sum()
    far = np.abs(totals - expected) >= abs(observed - expected) - TINY
    return Drawn(
        observed=observed,
        expected=expected,
        lower=float(totals[np.searchsorted(below, tail)]),
        upper=float(totals[np.searchsorted(below, 1 - tail)]),
        p=float(min(1.0, mass[far].sum() / mass.sum())),
        overdispersion=rho,
        clustering=together,
        widening=widening,
    )
