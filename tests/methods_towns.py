"""A small invented town for tests: Voronoi cells, two wards, a road and a river, nine planted neighbourhoods."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from insight.methods.spatial import contiguity, dissolve

CELLS, SIDE, ROUNDS = 120, 3000, 8
WEST, SOUTH = 390_000, 403_000
FEATURES = tuple(f"share_{number}" for number in range(6))


def _cells(rng: np.random.Generator) -> np.ndarray:
    frame = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    seeds = rng.uniform((WEST, SOUTH), (WEST + SIDE, SOUTH + SIDE), (CELLS, 2))
    for _ in range(ROUNDS):
        drawn = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=frame, ordered=True)
        cells = shapely.intersection(shapely.get_parts(drawn), frame)
        seeds = shapely.get_coordinates(shapely.centroid(cells))
    return cells


@cache
def town(seed: int = 1) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return areas (``code, quarter, neighbourhood, households``) and barriers, which follow the areas' borders.

    A road runs north to south, a river west to east, so that four quarters of about 30 cells arise; they hold 3, 2, 2
    and 2 neighbourhoods, made by nearness to seeds and checked to be of five cells at least, each in one piece.
    """
    rng = np.random.default_rng(seed)
    cells = _cells(rng)
    middles = shapely.get_coordinates(shapely.centroid(cells))
    east, north = middles[:, 0] > WEST + SIDE / 2, middles[:, 1] > SOUTH + SIDE / 2
    quarter = east.astype(int) + 2 * north
    areas = gpd.GeoDataFrame(
        {"code": [f"C{number:03d}" for number in range(CELLS)], "quarter": quarter}, geometry=cells, crs=27700
    )
    areas["neighbourhood"] = _planted(areas, middles, quarter)
    areas["households"] = rng.integers(90, 160, CELLS)
    areas["ward"] = np.where(east, "east", "west")
    sides = dissolve(areas.assign(side=quarter), by="side").geometry.to_numpy()
    lines = [
        shapely.intersection(shapely.union_all(sides[[0, 2]]), shapely.union_all(sides[[1, 3]])),
        shapely.intersection(shapely.union_all(sides[[0, 1]]), shapely.union_all(sides[[2, 3]])),
    ]
    return areas, gpd.GeoDataFrame({"kind": ["road", "river"]}, geometry=lines, crs=27700)


def _planted(areas: gpd.GeoDataFrame, middles: np.ndarray, quarter: np.ndarray) -> list[str]:
    found = np.full(CELLS, "", dtype=object)
    for place, count in enumerate((3, 2, 2, 2)):
        members = np.flatnonzero(quarter == place)
        order = np.argsort(middles[members] @ np.array([0.7, 1.3]))
        for number, part in enumerate(np.array_split(members[order], count)):
            found[part] = f"q{place}_{number}"
    for _, one in areas.groupby(found):
        contiguity(one, code="code")
    return found.tolist()


def with_features(areas: gpd.GeoDataFrame, *, noise: float, seed: int, is_null: bool = False) -> gpd.GeoDataFrame:
    """Return the areas with six features: a level of each neighbourhood (none in the null variant) and noise."""
    rng = np.random.default_rng([seed, 7])
    codes = pd.factorize(areas["neighbourhood"])[0]
    level = rng.normal(size=(codes.max() + 1, len(FEATURES))) * (not is_null)
    values = level[codes] + rng.normal(scale=noise, size=(len(areas), len(FEATURES)))
    return areas.assign(**dict(zip(FEATURES, values.T, strict=True)))
