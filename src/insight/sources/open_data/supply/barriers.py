"""Rivers, canals and main roads of open maps as barriers, and where other roads cross them.

A barrier is what a parent with a pram cannot step over: a river or canal, a motorway, an A road. It is crossed where a
road that people walk along meets it: the bridge over a river, the junction with a main road. Brooks, railways, parks
and hills are not in these maps as barriers; a council adds them by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.methods.spatial import NATIONAL_GRID
from insight.sources.mapping.applying import slug
from insight.sources.open_data.supply.areas import DEGREES, OUTLINES, Part, of_outlines
from insight.sources.open_data.tables import OpenTables

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

RIVERS, ROADS = "rivers", "roads"
AROUND_M = 250.0
"""How far beyond the council's outline lines are kept, so that one along its border is whole."""
APART_M = 20.0
"""Crossings of one barrier nearer than this are one."""
MOTORWAY, MAIN = "motorway", "a road"
RIVER = re.compile(r"\b(?:river|canal)\b", re.IGNORECASE)
COLUMNS = ["feature", "role", "barrier", "kind", "name", "geometry"]


def _plain(values: pd.Series) -> pd.Series:
    return values.fillna("").astype(str).str.strip()


def _water(tables: OpenTables, bounds: Sequence[float]) -> gpd.GeoDataFrame:
    """Return ``barrier, kind, name, geometry`` of named rivers and canals."""
    lines = tables.shapes(RIVERS, bounds).to_crs(NATIONAL_GRID)
    name, form = _plain(lines["name"]), _plain(lines["form"]).str.casefold()
    is_canal = form.str.contains("canal") | name.str.contains("canal", case=False)
    wanted = (name != "") & (name.str.contains(RIVER) | is_canal)
    kind = is_canal.map({True: "canal", False: "river"})
    return lines.assign(name=name, kind=kind, barrier=name.map(slug))[wanted][["barrier", "kind", "name", "geometry"]]


def _roads(tables: OpenTables, bounds: Sequence[float]) -> gpd.GeoDataFrame:
    lines = tables.shapes(ROADS, bounds).to_crs(NATIONAL_GRID)
    number = _plain(lines["number"])
    named = number.where(number != "", _plain(lines["name"]))
    return lines.assign(level=_plain(lines["classification"]).str.casefold(), name=named)[["level", "name", "geometry"]]


def _main(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    own = roads[roads["level"].isin([MOTORWAY, MAIN]) & (roads["name"] != "")]
    return own.assign(kind="road", barrier=own["name"].map(slug))[["barrier", "kind", "name", "geometry"]]


def _merged(lines: gpd.GeoDataFrame, within: object) -> gpd.GeoDataFrame:
    """Return one row an unbroken line of each barrier, cut at the edge of what is looked at."""
    import geopandas as gpd
    import shapely

    rows = []
    for (barrier, kind, name), own in lines.groupby(["barrier", "kind", "name"], sort=True):
        whole = shapely.line_merge(shapely.intersection(shapely.union_all(own.geometry.to_numpy()), within))
        parts = [part for part in shapely.get_parts(whole) if part.geom_type == "LineString" and part.length > 0]
        rows += [(f"{barrier}_{place}", "barrier", barrier, kind, name, part) for place, part in enumerate(parts, 1)]
    return gpd.GeoDataFrame(rows, columns=COLUMNS, geometry="geometry", crs=NATIONAL_GRID)


def _crossings(barriers: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a point where a road that people walk along meets a barrier; main roads cross water, not one another."""
    import geopandas as gpd
    import numpy as np
    import shapely

    rows = []
    for barrier, own in barriers.groupby("barrier", sort=True):
        is_road = own["kind"].iloc[0] == "road"
        walked = roads[~roads["level"].isin([MOTORWAY, MAIN] if is_road else [MOTORWAY])]
        line = shapely.union_all(own.geometry.to_numpy())
        near = walked.iloc[walked.sindex.query(line, predicate="intersects")].geometry.to_numpy()
        met = shapely.intersection(near, line)
        points = shapely.get_coordinates(shapely.point_on_surface(shapely.get_parts(met)))
        _, first = np.unique(np.round(points / APART_M), axis=0, return_index=True)
        kind, name = own["kind"].iloc[0], own["name"].iloc[0]
        rows += [
            (f"{barrier}_crossing_{place}", "crossing", barrier, kind, name, shapely.Point(points[row]))
            for place, row in enumerate(sorted(first), 1)
        ]
    return gpd.GeoDataFrame(rows, columns=COLUMNS, geometry="geometry", crs=NATIONAL_GRID)


def barriers(tables: OpenTables, areas: pd.DataFrame) -> Part:
    """Return barriers and crossings in and around the council's output areas.

    Raises:
        InputError: the fetched maps hold no river, canal or main road there.
    """
    import geopandas as gpd
    import pandas as pd
    import shapely

    shapes = of_outlines(tables)
    here = shapely.union_all(shapes[shapes["oa"].isin(areas["oa"])].geometry.to_numpy()).buffer(AROUND_M)
    roads = _roads(tables, here.bounds) if tables.has(ROADS) else None
    lines = [_water(tables, here.bounds)] if tables.has(RIVERS) else []
    lines += [] if roads is None else [_main(roads)]
    found = _merged(gpd.GeoDataFrame(pd.concat(lines, ignore_index=True), crs=NATIONAL_GRID), here)
    sources = (*(name for name in (RIVERS, ROADS) if tables.has(name)), OUTLINES)
    if found.empty:
        rule = "must hold a river, canal or main road in the council's area"
        fix = f"insight fetch PARAMS {' '.join(sources[:-1])} --again"
        raise InputError([Problem(file=paths.shown(tables.place), rule=rule, fix=fix)])
    notes = ["brooks, railways, parks and hills are not among them: add those that part neighbours"]
    if roads is None:
        notes.append("no crossings, so that no river is crossed on foot: fetch roads")
    else:
        found = gpd.GeoDataFrame(pd.concat([found, _crossings(found, roads)], ignore_index=True), crs=NATIONAL_GRID)
        notes.append("crossings: where other roads meet a barrier; paths and steps are not in the map")
    if not tables.has(RIVERS):
        notes.append("no rivers: fetch rivers")
    return Part(table=found.to_crs(DEGREES), sources=sources, notes=tuple(notes))
