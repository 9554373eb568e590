"""Which areas a barrier parts from the nearest place: straight lines on a plane, no street network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd

METRES = 27700


def parted(areas: gpd.GeoDataFrame, places: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame) -> np.ndarray:
    """Return, for each area, whether the straight line from its middle to the nearest place meets a barrier.

    Args:
        areas: outlines; the middle is a point inside.
        places: points, at least one.
        barriers: lines.

    Returns:
        One flag an area, in the order given.

    Raises:
        ValueError: no place at all.
    """
    import shapely

    if len(places) == 0:
        raise ValueError("no place to go to. Fix: leave the analysis out")
    starts = shapely.point_on_surface(areas.to_crs(METRES).geometry.to_numpy())
    ends = places.to_crs(METRES).geometry.to_numpy()
    tree = shapely.STRtree(ends)
    nearest = ends[tree.nearest(starts)]
    ways = shapely.linestrings(np.stack([shapely.get_coordinates(starts), shapely.get_coordinates(nearest)], axis=1))
    walls = shapely.union_all(barriers.to_crs(METRES).geometry.to_numpy())
    shapely.prepare(walls)
    return np.asarray(shapely.intersects(walls, ways))
