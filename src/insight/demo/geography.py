"""The demonstration geography: invented output areas nested in real LSOA outlines, with barriers between some.

It is the same in every world, since places do not change with a survey's luck: nothing here takes the world's seed.
Work is done in metres on a local plane whose scale is two constants, and seeds are rounded at every step, so that a
projection library's last digits cannot move an area.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from insight import paths
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

ORIGIN = (-2.1, 53.55)
METRES = (111_320 * math.cos(math.radians(ORIGIN[1])), 111_195.0)
"""Metres to one degree of longitude and of latitude at the origin."""
DECIMALS = 6
STREAM = 712
ROUNDS, TRIES, SEED_GRID = 12, 40, 2
MIN_CELL_SHARE = 0.25
"""Smallest cell allowed, as a share of the mean cell of its LSOA; else the seeds are drawn again."""


@dataclass(frozen=True)
class Geography:
    """Output areas in order of code: outline in degrees, parent LSOA, and which areas share how long a border."""

    outlines: tuple[BaseGeometry, ...]
    lsoas: tuple[str, ...]
    borders: dict[tuple[int, int], list[tuple[tuple[float, float], tuple[float, float]]]]

    @property
    def codes(self) -> list[str]:
        """Invented codes, which nobody takes for those of the statistics office."""
        return [f"{DEMO}D{number:05d}" for number in range(1, len(self.outlines) + 1)]

    def centres(self) -> np.ndarray:
        """Return centroids in metres on the local plane, one row an area."""
        import shapely

        return to_metres(shapely.get_coordinates(shapely.centroid(np.array(self.outlines))))

    def neighbours(self) -> list[set[int]]:
        """Return, for each area, those with which it shares a border."""
        found: list[set[int]] = [set() for _ in self.outlines]
        for one, other in self.borders:
            found[one].add(other)
            found[other].add(one)
        return found


def to_metres(degrees: np.ndarray) -> np.ndarray:
    """Turn longitude and latitude into metres on the local plane."""
    return (degrees - np.array(ORIGIN)) * np.array(METRES)


def to_degrees(metres: np.ndarray) -> np.ndarray:
    """Turn metres on the local plane into longitude and latitude of six decimals."""
    return (metres / np.array(METRES) + np.array(ORIGIN)).round(DECIMALS)


def _read_json(name: str) -> dict[str, Any]:
    return json.loads(paths.reference(f"geography/{name}").read_text(encoding="utf-8"))


def lsoa_shapes() -> dict[str, BaseGeometry]:
    """Return the real outlines by LSOA code, on the local plane."""
    import shapely

    features = _read_json("lsoa_2011.geojson")["features"]
    shapes = {item["properties"]["lsoa"]: shapely.geometry.shape(item["geometry"]) for item in features}
    return {code: shapely.transform(shapes[code], to_metres) for code in sorted(shapes)}


def _points_in(area: BaseGeometry, count: int, rng: np.random.Generator) -> np.ndarray:
    import shapely

    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < count:
        drawn = rng.uniform((west, south), (east, north), (8 * count, 2)).round(SEED_GRID)
        found = np.vstack([found, drawn[shapely.contains_xy(area, drawn)]])
    return found[:count]


def _relaxed(area: BaseGeometry, seeds: np.ndarray) -> np.ndarray:
    import shapely

    cells = np.array([area])
    for _ in range(ROUNDS):
        diagram = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=area, ordered=True)
        cells = shapely.intersection(shapely.get_parts(diagram), area)
        seeds = shapely.get_coordinates(shapely.centroid(cells)).round(SEED_GRID)
    return cells


def cells_in(area: BaseGeometry, count: int, rng: np.random.Generator) -> np.ndarray:
    """Divide an area into ``count`` relaxed Voronoi cells, each in one piece and none a sliver."""
    import shapely

    if count == 1:
        return np.array([area])
    for _ in range(TRIES):
        cells = _relaxed(area, _points_in(area, count, rng))
        whole = all(kind == "Polygon" for kind in (cell.geom_type for cell in cells))
        if whole and shapely.area(cells).min() >= MIN_CELL_SHARE * area.area / count:
            return cells
    return _mended(area, cells)


def _mended(area: BaseGeometry, cells: np.ndarray) -> np.ndarray:
    """Give each stray piece of a cell to the neighbour with which it shares the longest border."""
    import shapely

    pieces = [max(shapely.get_parts(cell), key=lambda part: part.area) for cell in cells]
    strays = [
        part for cell, kept in zip(cells, pieces, strict=True) for part in shapely.get_parts(cell) if part != kept
    ]
    for stray in strays:
        shared = [shapely.length(shapely.intersection(stray.boundary, piece.boundary)) for piece in pieces]
        chosen = int(np.argmax(shared))
        pieces[chosen] = shapely.union(pieces[chosen], stray)
    if not all(piece.geom_type == "Polygon" for piece in pieces):
        raise ValueError(f"an area of {area.area:.0f} square metres cannot be divided into whole cells")
    return np.array(pieces)


def _output_area_counts() -> dict[str, int]:
    import pandas as pd

    counts = pd.read_csv(paths.reference("geography/oac_2011.csv"))
    return counts.groupby("lsoa")["output_areas"].sum().astype(int).to_dict()


def _shared_borders(outlines: list[BaseGeometry]) -> dict[tuple[int, int], list[Any]]:
    """Return the border segments that each pair of areas shares: exact, since a coverage repeats its vertices."""
    import shapely

    owner: dict[tuple[Any, Any], int] = {}
    borders = defaultdict(list)
    for place, outline in enumerate(outlines):
        ring = [tuple(point) for point in shapely.get_coordinates(outline.exterior).tolist()]
        for start, end in pairwise(ring):
            segment = (start, end) if start < end else (end, start)
            if segment in owner:
                borders[(owner.pop(segment), place)].append(segment)
            else:
                owner[segment] = place
    return dict(sorted(borders.items()))


@cache
def geography() -> Geography:
    """Make the output areas (once a process)."""
    import shapely

    counts = _output_area_counts()
    cells: list[BaseGeometry] = []
    lsoas: list[str] = []
    for number, (code, area) in enumerate(lsoa_shapes().items()):
        made = cells_in(area, counts[code], np.random.default_rng([STREAM, number]))
        # West to east, so that codes do not hang on the order in which a library returns cells.
        order = np.lexsort(shapely.get_coordinates(shapely.centroid(made)).round().T[::-1])
        cells.extend(made[order])
        lsoas.extend([code] * len(made))
    # Cells made one LSOA at a time leave T-junctions on LSOA borders; contiguity would miss those neighbours silently.
    clean = shapely.coverage_clean(np.array(cells))
    outlines = [shapely.normalize(cell) for cell in shapely.transform(clean, to_degrees)]
    return Geography(tuple(outlines), tuple(lsoas), _shared_borders(outlines))
