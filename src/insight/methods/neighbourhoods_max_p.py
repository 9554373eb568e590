"""As many regions as a least number of households allows, alike within (max-p; Duque, Anselin and Rey, 2012).

Regions grow from random starts by the nearest neighbour in features until they hold enough households, what is left
over joins the most similar region beside it, and border areas then move while that lowers the variance within. Written
here because the annealing of spopt's version never returns when no border area may move.
"""

from __future__ import annotations

import numpy as np

TRIES = 40


def _near(size: int, pairs: np.ndarray) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in range(size)]
    for one, other in pairs.tolist():
        found[one].add(other)
        found[other].add(one)
    return found


def _nearest(candidates: set[int], middle: np.ndarray, features: np.ndarray) -> int:
    return min(sorted(candidates), key=lambda area: float(((features[area] - middle) ** 2).sum()))


def _grown(
    order: np.ndarray, near: list[set[int]], features: np.ndarray, sizes: np.ndarray, least: float
) -> np.ndarray:
    """Return regions grown in this order; -1 for areas left over."""
    labels, count = np.full(len(sizes), -1), 0
    free = set(range(len(sizes)))
    for start in order.tolist():
        if sizes[sorted(free)].sum() < least:
            break
        if start not in free:
            continue
        region = [start]
        while sizes[region].sum() < least:
            edge = set().union(*(near[area] for area in region)) & (free - set(region))
            if not edge:
                break
            region.append(_nearest(edge, features[region].mean(axis=0), features))
        if sizes[region].sum() >= least:
            labels[region] = count
            free -= set(region)
            count += 1
    return labels


def _joined(labels: np.ndarray, near: list[set[int]], features: np.ndarray) -> None:
    """Give each area left over to the most similar region beside it, in place."""
    while (labels < 0).any():
        for area in np.flatnonzero(labels < 0).tolist():
            beside = {int(labels[other]) for other in near[area] if labels[other] >= 0}
            if beside:
                labels[area] = min(
                    sorted(beside),
                    key=lambda one: float(((features[area] - features[labels == one].mean(axis=0)) ** 2).sum()),
                )


def _is_whole(members: set[int], near: list[set[int]]) -> bool:
    reached, waiting = set(), [min(members)]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(near[here] & members - reached)
    return len(reached) == len(members)


def _gain(area: int, own: np.ndarray, other: np.ndarray, features: np.ndarray) -> float:
    """Return by how much the sum of squares falls when an area leaves ``own`` for ``other`` (both flags)."""
    leaves = ((features[area] - features[own].mean(axis=0)) ** 2).sum() * own.sum() / (own.sum() - 1)
    joins = ((features[area] - features[other].mean(axis=0)) ** 2).sum() * other.sum() / (other.sum() + 1)
    return float(leaves - joins)


def _improve(labels: np.ndarray, near: list[set[int]], features: np.ndarray, sizes: np.ndarray, least: float) -> bool:
    """Make the first move of a border area that lowers the sum of squares, in place; return whether there was one."""
    for area in range(len(labels)):
        own = labels == labels[area]
        beside = sorted({int(labels[other]) for other in near[area]} - {int(labels[area])})
        if not beside or own.sum() == 1 or sizes[own].sum() - sizes[area] < least:
            continue
        gains = [_gain(area, own, labels == one, features) for one in beside]
        chosen = int(np.argmax(gains))
        if gains[chosen] > 0 and _is_whole(set(np.flatnonzero(own).tolist()) - {area}, near):
            labels[area] = beside[chosen]
            return True
    return False


def max_p(features: np.ndarray, pairs: np.ndarray, sizes: np.ndarray, *, least: float, seed: int) -> np.ndarray:
    """Divide one connected graph into as many regions of at least ``least`` households as can be found.

    Args:
        features: n x p, standardised.
        pairs: positions of neighbours (m x 2).
        sizes: households of each area (n).
        least: least households of a region.
        seed: seed of the random starts.

    Returns:
        The region of each area, 0 to p - 1; one region where the whole holds too few for two.
    """
    near, rng = _near(len(sizes), pairs), np.random.default_rng(seed)
    best, best_key = np.zeros(len(sizes), dtype=int), (1, 0.0)
    if sizes.sum() < 2 * least:
        return best
    for _ in range(TRIES):
        labels = _grown(rng.permutation(len(sizes)), near, features, sizes, least)
        count = int(labels.max()) + 1
        if count <= 1 or count < best_key[0]:
            continue
        _joined(labels, near, features)
        spread = sum(float(features[labels == one].var(axis=0).sum() * (labels == one).sum()) for one in range(count))
        if best_key[0] == 1 or (count, -spread) > best_key:
            best, best_key = labels, (count, -spread)
    while _improve(best, near, features, sizes, least):
        pass
    return best
