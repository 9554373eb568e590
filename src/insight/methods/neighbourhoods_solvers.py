"""Algorithms that divide areas into contiguous regions, on positions 0 to n - 1 and one connected graph at a time.

SKATER and AZP are those of spopt, Ward's is scikit-learn's. What each is known to do wrong is fenced in here: text ids,
a generator shared by the whole process, graphs in several parts, areas that are exactly alike.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from insight.methods import neighbourhoods_max_p
from insight.methods.spatial import connected_parts

if TYPE_CHECKING:
    import pandas as pd
    from libpysal.weights import W

STARTS = 4
"""Random starts of AZP, whose result hangs on its start; the best by variance is kept."""
ALIKE = 1e-9
"""Added to every dissimilarity: spopt takes 0 for "no link", so that identical neighbours would fall apart."""
BINARY = 2


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One graph to divide: standardised features (n x p), pairs of neighbours (m x 2), sizes (n), floor in areas."""

    features: np.ndarray
    pairs: np.ndarray
    households: np.ndarray
    floor: int

    @property
    def size(self) -> int:
        """Number of areas."""
        return len(self.features)

    def parts(self) -> np.ndarray:
        """Return the connected part of each area."""
        return connected_parts(self.size, self.pairs)

    def weights(self) -> W:
        """Return libpysal weights on integer ids: with text ids two of spopt's algorithms fail or never return."""
        from libpysal.weights import W

        near: dict[int, list[int]] = {place: [] for place in range(self.size)}
        for one, other in self.pairs.tolist():
            near[one].append(other)
            near[other].append(one)
        return W(near, silence_warnings=True)

    def frame(self) -> pd.DataFrame:
        """Return features as ``f0, f1, ...`` in a frame with integer rows."""
        import pandas as pd

        return pd.DataFrame(self.features, columns=[f"f{place}" for place in range(self.features.shape[1])])

    def take(self, members: np.ndarray) -> Piece:
        """Return the graph of some areas alone."""
        place = np.full(self.size, -1)
        place[members] = np.arange(len(members))
        pairs = place[self.pairs]
        return Piece(
            features=self.features[members],
            pairs=pairs[(pairs >= 0).all(axis=1)],
            households=self.households[members],
            floor=self.floor,
        )


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed both global generators for a while, then put them back: spopt draws from no other."""
    kept, kept_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - spopt draws from numpy's own
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(kept)
        np.random.set_state(kept_numpy)  # noqa: NPY002


def _manhattan(one: np.ndarray, other: np.ndarray | None) -> np.ndarray:
    """Return city-block distances: bare arithmetic, since spopt asks for thousands of small ones."""
    if other is None:
        from scipy.spatial.distance import cdist

        return cdist(one, one, "cityblock") + ALIKE
    return np.abs(one - other).sum(axis=1)


def within_squares(features: np.ndarray, labels: np.ndarray) -> float:
    """Return the sum of squares of features around the means of their regions."""
    codes = np.unique(labels, return_inverse=True)[1]
    sizes = np.bincount(codes)
    sums = np.zeros((len(sizes), features.shape[1]))
    np.add.at(sums, codes, features)
    return float(((features - (sums / sizes[:, None])[codes]) ** 2).sum())


def skater(piece: Piece, k: int) -> np.ndarray:
    """Divide by pruning the minimum spanning forest (Assunção et al., 2006); each region has ``floor`` areas or more.

    Raises:
        ValueError: parts of the graph are smaller than the floor, or the floor leaves no cut for so many regions.
    """
    import spopt  # noqa: F401 - imported first, so that its own warnings come once
    from spopt.region.skater import SpanningForest

    with _seeded(0):
        model = SpanningForest(dissimilarity=_manhattan)
        model.fit(k, piece.weights(), data=piece.features, quorum=piece.floor, islands="ignore")
    labels = np.asarray(model.current_labels_)
    found = len(set(labels.tolist()))
    if found != k:
        raise ValueError(
            f"{piece.size} areas divide into {found} regions of {piece.floor} areas or more, not {k}. "
            "Fix: lower the floor or the number of regions"
        )
    return labels


def _tree(piece: Piece, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Ward's regions of one connected graph, and the heights of its merges."""
    from scipy.sparse import coo_matrix
    from sklearn.cluster import AgglomerativeClustering

    if piece.size < BINARY:
        return np.zeros(piece.size, dtype=int), np.empty(0)
    links = coo_matrix((np.ones(len(piece.pairs)), piece.pairs.T), shape=(piece.size, piece.size))
    model = AgglomerativeClustering(n_clusters=k, connectivity=links + links.T, compute_distances=True)
    return model.fit(piece.features).labels_, model.distances_


def _members(piece: Piece) -> list[np.ndarray]:
    parts = piece.parts()
    return [np.flatnonzero(parts == part) for part in range(parts.max() + 1)]


def allotted(piece: Piece, k: int) -> list[int]:
    """Return how many regions each connected part gets: the highest merges of Ward's trees are undone first.

    Raises:
        ValueError: fewer regions than parts, or more than areas.
    """
    members = _members(piece)
    if not len(members) <= k <= piece.size:
        raise ValueError(
            f"{k} regions cannot be made of {piece.size} areas in {len(members)} parts. "
            "Fix: choose at least one a part and at most one an area"
        )
    heights = [(height, part) for part, one in enumerate(members) for height in _tree(piece.take(one), 1)[1]]
    split = sorted(heights, key=lambda pair: (-pair[0], pair[1]))[: k - len(members)]
    return [1 + sum(part == place for _, part in split) for place in range(len(members))]


def _by_part(piece: Piece, k: int, solve: Callable[[Piece, int], np.ndarray]) -> np.ndarray:
    labels, last = np.zeros(piece.size, dtype=int), 0
    for one, count in zip(_members(piece), allotted(piece, k), strict=True):
        found = (
            np.zeros(len(one), dtype=int)
            if count == 1
            else np.unique(solve(piece.take(one), count), return_inverse=True)[1]
        )
        labels[one] = found + last
        last = int(labels[one].max()) + 1
    return labels


def ward(piece: Piece, k: int) -> np.ndarray:
    """Divide by Ward's method, one connected part at a time: on the whole it would join parts without a word."""
    return _by_part(piece, k, lambda part, count: _tree(part, count)[0])


def _azp_once(part: Piece, k: int, start: int) -> np.ndarray:
    from spopt.region import AZP

    frame = part.frame()
    with _seeded(start):
        model = AZP(frame, part.weights(), list(frame.columns), n_clusters=k, random_state=start)
        model.solve()
    return np.asarray(model.labels_)


def azp(piece: Piece, k: int, *, seed: int, starts: int = STARTS) -> list[np.ndarray]:
    """Divide by the automatic zoning procedure (Openshaw and Rao, 1995) from several starts, the best first."""
    found = [_by_part(piece, k, partial(_azp_once, start=seed + place)) for place in range(starts)]
    return sorted(found, key=lambda labels: within_squares(piece.features, labels))


def max_p(piece: Piece, *, least_households: float, seed: int) -> np.ndarray:
    """Divide into as many regions as a least number of households allows, one connected part at a time.

    A connected part with fewer households than two regions need stays one.
    """
    labels, last = np.zeros(piece.size, dtype=int), 0
    for one in _members(piece):
        part = piece.take(one)
        found = neighbourhoods_max_p.max_p(
            part.features, part.pairs, part.households, least=least_households, seed=seed
        )
        labels[one] = found + last
        last = int(labels[one].max()) + 1
    return labels
