"""Areas and their neighbours: who borders whom, and do areas of one category lie together.

Sources: join counts, Cliff and Ord (1981), summed over several categories, with labels shuffled for the p-value. Public
outlines agree only to rounding: without snapping, contiguity finds no neighbours and statistics turn to nonsense
without a word, so everything here snaps first and refuses what looks broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd
    from libpysal.graph import Graph

NATIONAL_GRID = 27700
GRID_M = 0.1
"""Public boundaries are snapped to this many metres before they are compared."""
PERMUTATIONS = 999


@dataclass(frozen=True, kw_only=True)
class Contiguity:
    """Which areas share a border.

    ``areas`` gives the order of the rows; ``pairs`` (m x 2) holds their positions, lower first; ``lengths_m`` (m) the
    shared border of each pair in metres; ``component`` (n) the number of the connected part in which each area lies.
    """

    areas: tuple[str, ...]
    pairs: np.ndarray
    lengths_m: np.ndarray
    component: np.ndarray

    @property
    def components(self) -> int:
        """Number of connected parts (an area without neighbours is one)."""
        return len(set(self.component.tolist()))

    @property
    def isolates(self) -> tuple[str, ...]:
        """Areas without any neighbour."""
        joined = set(self.pairs.ravel().tolist())
        return tuple(area for place, area in enumerate(self.areas) if place not in joined)

    def require_order(self, areas: Sequence[str]) -> None:
        """Refuse values that are not in the order of these areas.

        Raises:
            ValueError: another order or other areas; statistics read by position would be wrong without a word.
        """
        if tuple(areas) != self.areas:
            raise ValueError("values are not in the order of the areas. Fix: reindex them by the contiguity's areas")

    def to_graph(self) -> Graph:
        """Return a libpysal graph with the same areas in the same order (isolates are kept)."""
        from libpysal.graph import Graph

        lone = [place for place, area in enumerate(self.areas) if area in set(self.isolates)]
        first = np.r_[self.pairs[:, 0], self.pairs[:, 1], lone].astype(int)
        second = np.r_[self.pairs[:, 1], self.pairs[:, 0], lone].astype(int)
        weight = np.r_[np.ones(2 * len(self.pairs)), np.zeros(len(lone))]
        row, names = np.lexsort((second, first)), np.array(self.areas, dtype=object)
        return Graph.from_arrays(names[first[row]], names[second[row]], weight[row])


def snapped(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return shapes in the British National Grid, valid and snapped to 0.1 m.

    Raises:
        ValueError: no coordinate reference system, or an empty shape.
    """
    import shapely

    if shapes.crs is None:
        raise ValueError("the outlines have no coordinate reference system. Fix: set it, then read them again")
    if shapes.geometry.isna().any() or shapes.geometry.is_empty.any():
        raise ValueError("an area has no outline. Fix: export the layer again")
    grid = shapes.to_crs(NATIONAL_GRID)
    return grid.set_geometry(shapely.set_precision(shapely.make_valid(grid.geometry.to_numpy()), GRID_M), crs=grid.crs)


def connected_parts(count: int, pairs: np.ndarray) -> np.ndarray:
    """Return the number of the connected part in which each of ``count`` areas lies; ``pairs`` hold positions."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return connected_components(links, directed=False)[1]


def contiguity(
    shapes: gpd.GeoDataFrame, *, code: str, components: int | None = 1, is_corner_enough: bool = False
) -> Contiguity:
    """Return which areas share a border of some length (rook contiguity).

    Args:
        shapes: one row an area; in any coordinate reference system, projected and snapped here.
        code: column with the areas' codes.
        components: number of connected parts expected; ``None`` accepts any, and areas without neighbours too.
        is_corner_enough: whether areas that touch at a point alone are neighbours too (queen contiguity).

    Raises:
        ValueError: a code twice, another number of connected parts, or areas without neighbours; with their codes.
    """
    import shapely

    areas = tuple(shapes[code])
    if len(set(areas)) < len(areas):
        raise ValueError(f"a {code} stands twice. Fix: keep one row an area")
    outlines = snapped(shapes).geometry.to_numpy()
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    first, second = first[first < second], second[first < second]
    borders = shapely.boundary(outlines)
    lengths = shapely.length(shapely.intersection(borders[first], borders[second]))
    shared = (lengths > 0) | is_corner_enough
    pairs = np.column_stack([first[shared], second[shared]])
    order = np.lexsort(pairs.T[::-1])
    pairs, lengths = pairs[order], lengths[shared][order]
    found = Contiguity(areas=areas, pairs=pairs, lengths_m=lengths, component=connected_parts(len(areas), pairs))
    if components is not None:
        _require_parts(found, components)
    return found


def _require_parts(found: Contiguity, components: int) -> None:
    fix = "Fix: clean the coverage (gaps, overlaps, vertices on one side only), or say how many parts are expected"
    if found.isolates and len(found.areas) > components:
        shown = ", ".join(map(str, found.isolates[:5]))
        raise ValueError(f"{len(found.isolates)} areas border no other: {shown}. {fix}")
    if found.components != components:
        raise ValueError(
            f"{len(found.areas)} areas fall into {found.components} parts, not {components}, with {len(found.pairs)} "
            f"shared borders. {fix}"
        )


def dissolve(shapes: gpd.GeoDataFrame, *, by: str) -> gpd.GeoDataFrame:
    """Return one outline for each value of a column: the union of a valid coverage.

    Rows whose value is missing are left out; rows come out in the order of the values, in the shapes' own
    coordinate reference system.

    Raises:
        ValueError: outlines overlap or leave hairline gaps, where a union would keep slivers.
    """
    import geopandas as gpd
    import shapely

    known = shapes[shapes[by].notna()]
    if not shapely.coverage_is_valid(known.geometry.to_numpy()):
        raise ValueError("the outlines are no valid coverage. Fix: clean overlaps and gaps before dissolving")
    groups = known.groupby(by, sort=True)
    unions = [shapely.coverage_union_all(group.geometry.to_numpy()) for _, group in groups]
    return gpd.GeoDataFrame(
        {by: list(groups.groups), "areas": groups.size().to_numpy()}, geometry=unions, crs=shapes.crs
    )


@dataclass(frozen=True, kw_only=True)
class JoinCount:
    """How many neighbouring pairs share a category, against labels shuffled over the same areas.

    ``expected`` is exact under complete randomness; ``usual_low`` and ``usual_high`` hold the middle 95 % of
    the shuffled counts. ``categories`` has one row a category: areas, joins, expected, ratio, p.
    """

    joins: int
    expected: float
    pairs: int
    areas: int
    usual_low: float
    usual_high: float
    p: float
    permutations: int
    seed: int
    categories: pd.DataFrame

    @property
    def ratio(self) -> float:
        """Observed over expected joins: any town rejects complete randomness, so size matters more than p."""
        return self.joins / self.expected


def join_count(labels: Sequence[Any], pairs: np.ndarray, *, seed: int, permutations: int = PERMUTATIONS) -> JoinCount:
    """Count neighbouring pairs of the same category, over all categories and for each.

    Args:
        labels: category of each area, in the order of the contiguity's areas.
        pairs: positions of neighbours (m x 2), each pair once.
        seed: seed of the shuffling.
        permutations: number of shuffles; p is (1 + shuffles with as many joins or more) / (1 + shuffles).

    Raises:
        ValueError: no neighbours, a missing label, fewer than two categories.
    """
    codes, names = pd.factorize(pd.Series(list(labels), dtype=object), sort=True)
    if (codes < 0).any():
        raise ValueError(f"{int((codes < 0).sum())} areas have no category. Fix: leave them out of the areas first")
    if len(pairs) == 0 or len(names) <= 1:
        raise ValueError("join counts need neighbours and at least two categories. Fix: check outlines and labels")
    if pairs.max() >= len(codes):
        raise ValueError("the neighbours point beyond the labels. Fix: give one label an area, in the same order")
    observed, rng = _joins(codes, pairs, len(names)), np.random.default_rng(seed)
    shuffled = np.array([_joins(rng.permutation(codes), pairs, len(names)) for _ in range(permutations)])
    sizes, areas = np.bincount(codes, minlength=len(names)), len(codes)
    expected = len(pairs) * sizes * (sizes - 1) / (areas * (areas - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = observed / expected
    totals = shuffled.sum(axis=1)
    return JoinCount(
        joins=int(observed.sum()),
        expected=float(expected.sum()),
        pairs=len(pairs),
        areas=areas,
        usual_low=float(np.quantile(totals, 0.025)),
        usual_high=float(np.quantile(totals, 0.975)),
        p=float((1 + (totals >= observed.sum()).sum()) / (1 + permutations)),
        permutations=permutations,
        seed=seed,
        categories=pd.DataFrame(
            {
                "category": pd.Series(list(names), dtype=object),
                "areas": sizes,
                "joins": observed,
                "expected": expected,
                "ratio": ratio,
                "p": (1 + (shuffled >= observed).sum(axis=0)) / (1 + permutations),
            }
        ),
    )


def _joins(codes: np.ndarray, pairs: np.ndarray, categories: int) -> np.ndarray:
    ends = codes[pairs]
    return np.bincount(ends[ends[:, 0] == ends[:, 1], 0], minlength=categories)
