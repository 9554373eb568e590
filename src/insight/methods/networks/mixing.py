"""Ties by group against random mixing given local composition: observed over expected, Coleman's index, shuffles.

What is at hand for a respondent of group g is (N_g - 1) / (N - 1) among the residents of the place, or N_g / N where it
is large.

Sources: Coleman (1958); Krackhardt (1988) for permutations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.networks.clustered import cluster_totals, jackknife
from insight.methods.networks.indices import coleman

TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Mixing:
    """Ties by group of the respondent against what is at hand.

    ``available`` is the share of one's own group at hand; ``excess`` the pooled same-group share less what chance
    would give; ``ratio`` the ties within the group, and ``crossing`` those beyond it, for each that chance would give;
    ``homophily`` Coleman's index of all ties together.
    """

    available: Mapping[str, float]
    excess: Estimate
    ratio: Estimate
    crossing: Estimate
    homophily: Estimate


def mixing(
    groups: np.ndarray,
    internal: np.ndarray,
    external: np.ndarray,
    clusters: np.ndarray,
    *,
    population: Mapping[str, float] | None = None,
) -> Mixing:
    """Return how far ties keep to the group, against the shares at hand.

    Args:
        groups: the group of each respondent.
        internal: each respondent's ties within the group.
        external: each respondent's ties beyond it; ties of unknown group are in neither.
        clusters: the household (or household and session) of each respondent.
        population: shares of residents by group, taken as known; without them the respondents' own shares count,
            and their error is in the limits.

    Raises:
        ValueError: a group of the respondents has no share of the population, or nobody has ties beyond chance.
    """
    names = list(np.unique(np.asarray(groups, dtype=str)))
    if population and set(names) - set(population):
        missing = ", ".join(sorted(set(names) - set(population)))
        raise ValueError(f"no population share for {missing}. Fix: give a share for each group of the respondents")
    member = np.asarray(groups, dtype=str)[:, None] == np.array(names)
    ties = np.asarray(internal, dtype=float) + np.asarray(external, dtype=float)
    columns = np.hstack([member * np.asarray(internal, dtype=float)[:, None], member * ties[:, None], member * 1.0])
    totals, count = cluster_totals(columns, clusters), len(names)

    def at_hand(sums: np.ndarray) -> np.ndarray:
        if population:
            return np.broadcast_to([population[name] for name in names], (len(sums), count))
        people = sums[:, 2 * count :]
        return (people - 1) / (people.sum(axis=1, keepdims=True) - 1)

    def excess(sums: np.ndarray) -> np.ndarray:
        same, of = sums[:, :count], sums[:, count : 2 * count]
        return (same.sum(axis=1) - (of * at_hand(sums)).sum(axis=1)) / of.sum(axis=1)

    def crossing(sums: np.ndarray) -> np.ndarray:
        same, of = sums[:, :count], sums[:, count : 2 * count]
        return (of - same).sum(axis=1) / (of * (1 - at_hand(sums))).sum(axis=1)

    def ratio(sums: np.ndarray) -> np.ndarray:
        same, of = sums[:, :count], sums[:, count : 2 * count]
        return same.sum(axis=1) / (of * at_hand(sums)).sum(axis=1)

    def homophily(sums: np.ndarray) -> np.ndarray:
        same, of = sums[:, :count], sums[:, count : 2 * count]
        ties, chance = of.sum(axis=1), (of * at_hand(sums)).sum(axis=1)
        pairs = zip(same.sum(axis=1) / ties, chance / ties, strict=True)
        return np.array([coleman(float(one), float(other)) for one, other in pairs])

    whole = totals.sum(axis=0)[None, :]
    if not whole[0, count : 2 * count].sum() or not (whole[:, count : 2 * count] * (1 - at_hand(whole))).sum():
        raise ValueError("no ties, or nobody of another group at hand. Fix: leave the comparison out")
    n = len(member)
    return Mixing(
        available=dict(zip(names, map(float, at_hand(whole)[0]), strict=True)),
        excess=jackknife(totals, excess, n=n, what="same-group share less the share at hand"),
        ratio=jackknife(totals, ratio, n=n, what="ties within the group over those at hand"),
        crossing=jackknife(totals, crossing, n=n, what="ties beyond the group over those at hand"),
        homophily=jackknife(totals, homophily, n=n, what="Coleman's index of all ties"),
    )


@dataclass(frozen=True, kw_only=True)
class Permuted:
    """E-I of a whole network against shuffled labels: observed, mean and limits of the shuffles, two-sided p."""

    observed: float
    mean: float
    lower: float
    upper: float
    p: float
    permutations: int


def _shuffled(labels: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return shuffled labels, one column a shuffle, so that the ends of a tie are whole rows to gather.

    Only the nodes outside the largest group are dealt to places (the first steps of Fisher and Yates, many shuffles at
    a time); all other places are the largest group's.
    """
    most = np.bincount(labels).argmax()
    few = labels[labels != most]
    n, dealt = labels.size, few.size
    step = np.arange(dealt)[:, None]
    drawn = (step + rng.random((dealt, size)) * (n - step)).astype(np.int64) * size + np.arange(size)
    place = np.repeat(np.arange(n, dtype=np.int32), size)
    for number, at in enumerate(drawn):
        row = place[number * size : (number + 1) * size]
        kept = place[at]
        place[at] = row
        row[:] = kept
    out = np.full(n * size, most, dtype=labels.dtype)
    out[place[: dealt * size].astype(np.int64) * size + np.tile(np.arange(size), dealt)] = np.repeat(few, size)
    return out.reshape(n, size)


def permutation_test(
    labels: np.ndarray, a: np.ndarray, b: np.ndarray, *, permutations: int = 10_000, seed: int = 1, chunk: int = 500
) -> Permuted:
    """Return E-I of a whole network against labels shuffled over its nodes, ties held fixed.

    For whole networks only: shuffling the labels of respondents says nothing of contacts who were not asked
    (:func:`insight.methods.networks.draws.availability_test` is for those).

    Args:
        labels: the group of each node, as whole numbers from 0.
        a: node at one end of each tie, as places in ``labels``.
        b: node at the other end; ties of a node with itself are left out.
        permutations: how many shuffles.
        seed: of the shuffles.
        chunk: shuffles made at a time.

    Raises:
        ValueError: no ties.
    """
    labels, a, b = np.asarray(labels), np.asarray(a), np.asarray(b)
    a, b = a[a != b], b[a != b]
    if not len(a):
        raise ValueError("no ties between nodes. Fix: leave the test out")
    labels = labels.astype(np.int8) if labels.max() < np.iinfo(np.int8).max else labels
    observed = 2 * float((labels[a] != labels[b]).mean()) - 1
    rng, found = np.random.default_rng(seed), np.empty(permutations)
    for start in range(0, permutations, chunk):
        size = min(chunk, permutations - start)
        many = _shuffled(labels, size, rng)
        external = (many[a] != many[b]).sum(axis=0, dtype=np.int32)
        found[start : start + size] = 2 * external / len(a) - 1
    mean = float(found.mean())
    far = (np.abs(found - mean) >= abs(observed - mean) - 1e-12).sum()
    low, high = np.quantile(found, [0.025, 0.975])
    return Permuted(
        observed=observed,
        mean=mean,
        lower=float(low),
        upper=float(high),
        p=float((far + 1) / (permutations + 1)),
        permutations=permutations,
    )
