"""What a barrier does to neighbours: pairs of areas whose shared border it follows are parted, crossings join them.

Rule: a pair is parted when at least a given share of its shared border lies within a tolerance of a barrier. The
tolerance belongs to the outlines: about 25 m for borders generalised to 20 m, 10 m for full resolution, 5 m where a
barrier was drawn along the borders themselves. A straight line between middles is another rule, for ways on foot
(:mod:`insight.methods.access`): it would part areas that a river only clips.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.methods.spatial import NATIONAL_GRID, Contiguity, connected_parts, snapped

if TYPE_CHECKING:
    import geopandas as gpd

TOLERANCE_M = 25.0
LEAST_SHARE = 0.5
EDGE = ["one", "other"]


@dataclass(frozen=True, kw_only=True)
class Barriers:
    """What parts areas, and when a border counts as following it.

    Args:
        lines: roads, rivers and the like (or shapes, such as a park), in any projection.
        crossings: points; a pair whose shared border has one within the tolerance stays joined.
        tolerance_m: how near, in metres, a border must run to a barrier to follow it.
        least_share: share of the shared border, above 0 and at most 1, that must follow it.

    Raises:
        ValueError: tolerance or share out of range, or no coordinate reference system.
    """

    lines: gpd.GeoDataFrame
    crossings: gpd.GeoDataFrame | None = None
    tolerance_m: float = TOLERANCE_M
    least_share: float = LEAST_SHARE

    def __post_init__(self) -> None:
        if self.tolerance_m <= 0 or not 0 < self.least_share <= 1:
            raise ValueError("tolerance must be above 0 m, the share above 0 and at most 1. Fix: correct them")
        for shapes in (self.lines, self.crossings):
            if shapes is not None and not shapes.empty and shapes.crs is None:
                raise ValueError("barriers have no coordinate reference system. Fix: set it, then read them again")

    def near(self, shapes: gpd.GeoDataFrame | None) -> np.ndarray | None:
        """Return all that lies within the tolerance of some shapes, as a prepared array of one; ``None`` for none."""
        import shapely

        if shapes is None or shapes.empty:
            return None
        known = shapes.to_crs(NATIONAL_GRID).geometry.to_numpy()
        united = np.array([shapely.union_all(shapely.buffer(known, self.tolerance_m))])
        shapely.prepare(united)
        return united


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Contiguity once barriers are drawn in.

    ``kept`` are the neighbours that remain; ``parted`` (m x 2) the positions of those that a barrier parts,
    ``restored`` of those that it follows but a crossing joins again.
    """

    kept: Contiguity
    parted: np.ndarray
    restored: np.ndarray

    def table(self) -> pd.DataFrame:
        """Return pairs that a barrier follows: ``one``, ``other`` (codes) and ``is_joined`` by a crossing."""
        names = np.array(self.kept.areas, dtype=object)
        both = np.vstack([self.parted, self.restored]).astype(int)
        joined = np.arange(len(both)) >= len(self.parted)
        found = pd.DataFrame(names[both], columns=EDGE, dtype=object)
        return found.assign(is_joined=joined).sort_values(EDGE, ignore_index=True)


def without(found: Contiguity, dropped: np.ndarray) -> Contiguity:
    """Return the same areas in the same order without some of the pairs; ``dropped`` flags them."""
    pairs, lengths = found.pairs[~dropped], found.lengths_m[~dropped]
    return replace(found, pairs=pairs, lengths_m=lengths, component=connected_parts(len(found.areas), pairs))


def within(found: Contiguity, groups: np.ndarray) -> Contiguity:
    """Return only neighbours of the same group, such as the same ward; ``groups`` is in the order of the areas."""
    if len(groups) != len(found.areas):
        raise ValueError("groups and areas differ in number. Fix: give one group an area, in the same order")
    return without(found, groups[found.pairs[:, 0]] != groups[found.pairs[:, 1]])


def cut(found: Contiguity, shapes: gpd.GeoDataFrame, *, code: str, barriers: Barriers | None) -> Cut:
    """Part neighbours along barriers.

    Args:
        found: rook contiguity of the shapes.
        shapes: the outlines, one row an area, in the order of the contiguity.
        code: column with the areas' codes.
        barriers: what parts them; ``None`` parts nothing.

    Raises:
        ValueError: shapes in another order, or pairs that meet at a corner only.
    """
    import shapely

    found.require_order(list(shapes[code]))
    if (found.lengths_m <= 0).any():
        raise ValueError("some pairs meet at a corner only. Fix: use rook contiguity where barriers matter")
    wall = None if barriers is None else barriers.near(barriers.lines)
    if barriers is None or wall is None or not len(found.pairs):
        none = np.empty((0, 2), dtype=int)
        return Cut(kept=found, parted=none, restored=none)
    borders = shapely.boundary(snapped(shapes).geometry.to_numpy())
    shared = shapely.intersection(borders[found.pairs[:, 0]], borders[found.pairs[:, 1]])
    along = np.zeros(len(shared))
    touched = shapely.intersects(wall, shared)
    along[touched] = shapely.length(shapely.intersection(shared[touched], wall)) / found.lengths_m[touched]
    follows, bridge = along >= barriers.least_share, barriers.near(barriers.crossings)
    joined = follows & (shapely.intersects(bridge, shared) if bridge is not None else False)
    dropped = follows & ~joined
    return Cut(kept=without(found, dropped), parted=found.pairs[dropped], restored=found.pairs[joined])
