"""Outlines, lines and points as councils hold them: GeoPackage, GeoJSON or shapefile, in any projection.

Everything is brought to the British National Grid; outlines are made valid and snapped to 0.1 m, since public layers
share their vertices only to rounding, and contiguity on them finds no neighbours without a word. Layers of the Office
for National Statistics are read as they come: their code field says level and vintage (``LSOA11CD``, ``WD13CD``).
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from insight import paths
from insight.errors import InputError, Problem
from insight.methods.spatial import NATIONAL_GRID, contiguity, snapped
from insight.methods.vintages import VINTAGE
from insight.sources.contracts.place import BESIDE

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

FORMATS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GeoPackage", ".shp": "shapefile", ".zip": "shapefile"}
SIDECARS = {".shx": "index", ".dbf": "table", ".prj": "projection"}
KINDS = {"Polygon": {"Polygon", "MultiPolygon"}, "Line": {"LineString", "MultiLineString"}, "Point": {"Point"}}
OFFICIAL = re.compile(r"^(OA|LSOA|WD|LAD)(\d\d)(CD|NM)$", re.IGNORECASE)
LEVELS = {"OA": "oa", "LSOA": "lsoa", "WD": "ward", "LAD": "borough"}
"""Official prefixes, smallest area first: a layer of output areas also carries the codes of larger ones."""
CENTURY = 2000
GRID_M = (0.0, 0.0, 700_000.0, 1_300_000.0)
"""The extent of the British National Grid, in metres."""
LEAST_M2 = 1.0
KM_M = 1e3
WARD_YEAR, OUTLINES = "ward_year", "boundaries"
YEARS_MATTER = {OUTLINES, "indicators", "area_housing"}
"""Inputs about the council's own areas that state their year; classes of areas have a check of their own."""
WHOLE_LEVELS = ("oa", "lsoa", "ward")
"""Levels whose areas cover a council in one piece."""
AREA_SLACK = 0.01
"""Share by which two levels of the same council may differ in area: layers are generalised each by itself."""
NAMED = 5


def _problem(path: Path, rule: str, fix: str, *, found: str | None = None, row: int | None = None) -> Problem:
    return Problem(file=paths.shown(path), rule=rule, fix=fix, found=found, row=row)


def _refused(path: Path, rule: str, fix: str, found: str | None = None) -> InputError:
    return InputError([_problem(path, rule, fix, found=found)])


def _listed(codes: Sequence[object]) -> str:
    more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
    return ", ".join(str(code) for code in list(codes)[:NAMED]) + more


def _check_files(path: Path, *, needs_projection: bool) -> None:
    if path.suffix.lower() not in FORMATS:
        raise _refused(
            path, "shapes must be GeoPackage, GeoJSON or shapefile", "export again as GeoPackage", path.suffix
        )
    if path.suffix.lower() == ".shp":
        wanted = [end for end in SIDECARS if needs_projection or end != ".prj"]
        lost = [f"{path.stem}{end}" for end in wanted if not path.with_suffix(end).exists()]
        if lost:
            raise _refused(path, f"a shapefile needs {', '.join(lost)} beside it", "copy all its files, or zip them")
    if FORMATS[path.suffix.lower()] == "GeoJSON":
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise _refused(
                path, "the file must be GeoJSON in UTF-8", "export it again as GeoJSON", str(error)
            ) from None


def layers_of(path: Path, *, needs_projection: bool = True) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a file that hold shapes, by name.

    Without ``needs_projection`` a shapefile may lack the file that states it: its mapping does.

    Raises:
        InputError: of no known format, or not readable.
    """
    import geopandas as gpd
    import pyogrio

    _check_files(path, needs_projection=needs_projection)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = [name for name, kind in pyogrio.list_layers(path) if kind is not None]
            return {str(name): gpd.read_file(path, layer=name) for name in names}
    except Exception as error:
        kind = FORMATS[path.suffix.lower()]
        raise _refused(
            path, f"the file must be readable {kind}", f"export it again as {kind}", str(error).splitlines()[0]
        ) from None


@dataclass(frozen=True, kw_only=True)
class OfficialFields:
    """What the names of an official layer's fields say: level and year, and which field is code and which name."""

    level: str
    vintage: int
    code: str
    name: str


def official_fields(columns: Iterable[object]) -> OfficialFields | None:
    """Return what official names among a layer's columns say; ``None`` where none is an official code."""
    fields = {match.group(0): match for name in columns if (match := OFFICIAL.match(str(name)))}
    codes = [match for match in fields.values() if match.group(3).upper() == "CD"]
    if not codes:
        return None
    chosen = min(codes, key=lambda match: list(LEVELS).index(match.group(1).upper()))
    prefix, year = chosen.group(1).upper(), chosen.group(2)
    named = [name for name in fields if name.upper() == f"{prefix}{year}NM"]
    code = chosen.group(0)
    return OfficialFields(
        level=LEVELS[prefix], vintage=CENTURY + int(year), code=code, name=named[0] if named else code
    )


def official(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Return an official layer as ``level, code, name, vintage``; ``None`` where no field is an official code."""
    found = official_fields(layer.columns)
    if found is None:
        return None
    made = layer.assign(level=found.level, code=layer[found.code], name=layer[found.name], vintage=found.vintage)
    return made[["level", "code", "name", "vintage", "geometry"]]


def _chosen(path: Path, layers: list[gpd.GeoDataFrame], columns: Sequence[str]) -> list[gpd.GeoDataFrame]:
    """Return the layers with the columns wanted, else those with official codes, else a single layer as it is."""
    exact = [layer for layer in layers if set(columns) <= set(layer.columns)]
    if exact:
        return exact
    known = [made for layer in layers if "code" in columns and (made := official(layer)) is not None]
    if known:
        return known
    if len(layers) != 1:
        rule = f"one layer must hold the columns {', '.join(columns)}"
        raise _refused(path, rule, "name the columns so, or export that layer alone", f"{len(layers)} layers")
    return layers


def _labels(layer: gpd.GeoDataFrame) -> list[str]:
    for column in ("code", "feature", "place"):
        if column in layer.columns:
            return [str(one) for one in layer[column]]
    return [f"feature {place}" for place in range(1, len(layer) + 1)]


def _on_grid(path: Path, layer: gpd.GeoDataFrame, geometry: str) -> gpd.GeoDataFrame:
    """Return a layer on the National Grid, two-dimensional; refuse what cannot be placed, naming the areas."""
    import shapely

    if layer.crs is None:
        raise _refused(
            path, "the layer must say its coordinate reference system", "set it (EPSG:27700 or EPSG:4326), export again"
        )
    labels, shapes = np.array(_labels(layer), dtype=object), layer.geometry.to_numpy()
    blank = np.array([shape is None or shape.is_empty for shape in shapes], dtype=bool)
    if blank.any():
        raise _refused(path, "each record must have a shape", "export the layer again", _listed(labels[blank]))
    kinds = set(layer.geometry.geom_type)
    if geometry in KINDS and not kinds <= KINDS[geometry]:
        raise _refused(path, f"shapes must be {geometry.lower()}s", "export that layer alone", ", ".join(sorted(kinds)))
    bounds = layer.total_bounds
    if layer.crs.is_geographic and (np.abs(bounds[[0, 2]]).max() > 180 or np.abs(bounds[[1, 3]]).max() > 90):  # noqa: PLR2004 - degrees
        raise _refused(
            path,
            "coordinates must fit the coordinate reference system",
            "the numbers look like metres: set EPSG:27700, export again",
            f"{layer.crs.name}, up to {np.abs(bounds).max():,.0f}",
        )
    grid = layer.set_geometry(shapely.force_2d(shapes), crs=layer.crs).to_crs(NATIONAL_GRID)
    box = grid.geometry.bounds.to_numpy()
    outside = (
        ~np.isfinite(box).all(axis=1) | (box[:, :2] < GRID_M[:2]).any(axis=1) | (box[:, 2:] > GRID_M[2:]).any(axis=1)
    )
    if outside.any():
        fix = "check the projection, and that longitude comes before latitude"
        raise _refused(path, "shapes must lie in Great Britain", fix, _listed(labels[outside]))
    return grid


def _solid(path: Path, grid: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return valid outlines snapped to 0.1 m, without the lines that mending may leave."""
    import shapely

    shapes = snapped(grid).geometry.to_numpy()
    mixed = ~np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    for place in np.flatnonzero(mixed):
        parts = [part for part in shapely.get_parts(shapes[place]) if part.geom_type in KINDS["Polygon"]]
        shapes[place] = shapely.union_all(parts)
    small = shapely.area(shapes) < LEAST_M2
    if small.any():
        found = _listed(np.array(_labels(grid), dtype=object)[small])
        raise _refused(path, "each outline must cover a square metre or more", "export the layer again", found)
    return grid.set_geometry(shapes, crs=grid.crs)


def placed(path: Path, layer: gpd.GeoDataFrame, geometry: str, *, labels: list[str] | None = None) -> gpd.GeoDataFrame:
    """Return a layer on the National Grid, outlines valid and snapped to 0.1 m.

    Args:
        path: the file, for messages.
        layer: shapes with their coordinate reference system.
        geometry: ``Polygon``, ``Line``, ``Point`` or ``Any``.
        labels: names of the shapes in messages; their own codes without.

    Raises:
        InputError: no reference system, shapes that are absent, of another kind, or not in Great Britain.
    """
    grid = _on_grid(path, layer if labels is None else layer.assign(code=labels), geometry)
    return _solid(path, grid) if set(grid.geometry.geom_type) <= KINDS["Polygon"] else grid


def read_shapes(path: Path, *, columns: Sequence[str], geometry: str) -> gpd.GeoDataFrame:
    """Read shapes of any of the formats.

    Args:
        path: ``.gpkg``, ``.geojson``, ``.json``, ``.shp`` (with its other files) or ``.zip`` (of a shapefile).
        columns: the columns that the contract wants; layers with official codes are translated into them.
        geometry: ``Polygon``, ``Line``, ``Point`` or ``Any``.

    Returns:
        All layers that fit as one frame in EPSG:27700; outlines valid and snapped to 0.1 m.

    Raises:
        InputError: what is wrong with the file, the shapes named, with the fix.
    """
    import geopandas as gpd
    import pandas as pd

    solid = [placed(path, one, geometry) for one in _chosen(path, list(layers_of(path).values()), columns) if len(one)]
    if not solid:
        raise _refused(path, "the file holds no shapes", "export it again with its records")
    together = pd.concat(solid, ignore_index=True)
    return gpd.GeoDataFrame(together, geometry="geometry", crs=NATIONAL_GRID)


def _level_problems(path: Path, level: str, shapes: gpd.GeoDataFrame) -> list[Problem]:
    import shapely

    fix = "clean gaps, overlaps and borders whose vertices differ from their neighbour's, then export again"
    outlines = shapes.geometry.to_numpy()
    broken = ~shapely.is_empty(shapely.coverage_invalid_edges(outlines))
    if broken.any():
        rule = f"outlines of level {level} must meet without overlap or gap"
        return [_problem(path, rule, fix, found=_listed(shapes["code"].to_numpy()[broken]))]
    if level not in WHOLE_LEVELS or len(shapes) == 1:
        return []
    near = contiguity(shapes, code="code", components=None)
    if near.isolates:
        rule = f"each area of level {level} must border another"
        return [_problem(path, rule, fix, found=f"{len(near.isolates)} of {len(shapes)}: {_listed(near.isolates)}")]
    if near.components > 1:
        sizes = np.bincount(near.component)
        apart = [code for code, part in zip(near.areas, near.component, strict=True) if part != sizes.argmax()]
        rule = f"areas of level {level} must hang together"
        return [_problem(path, rule, fix, found=f"{near.components} parts; apart: {_listed(apart)}")]
    return []


def _count_problems(path: Path, shapes: gpd.GeoDataFrame, codes: dict[str, set[str]]) -> list[Problem]:
    found = []
    for level, wanted in codes.items():
        here = set(shapes.loc[shapes["level"] == level, "code"])
        if (shapes["level"] == level).any() and (lost := sorted(wanted - here)):
            rule = f"every {level} of the look-up must have an outline ({len(wanted)} are wanted)"
            fix = "export the layer whole, in the vintage of the look-up"
            found.append(_problem(path, rule, fix, found=f"{len(lost)} without: {_listed(lost)}"))
    return found


def _area_problems(path: Path, shapes: gpd.GeoDataFrame) -> list[Problem]:
    whole = shapes[shapes["level"].isin((*WHOLE_LEVELS, "borough"))]
    sums = whole.geometry.area.groupby(whole["level"]).sum()
    if len(sums) <= 1 or sums.max() - sums.min() <= AREA_SLACK * sums.max():
        return []
    found = ", ".join(f"{level} {area / KM_M**2:,.2f} km²" for level, area in sums.items())
    return [_problem(path, "levels of one council must cover the same area", "export each layer whole", found=found)]


def checked_boundaries(shapes: gpd.GeoDataFrame, path: Path, areas: dict[str, set[str]]) -> gpd.GeoDataFrame:
    """Return the council's outlines once they are known to be whole.

    Args:
        shapes: ``level, code, name, vintage`` and outline, in EPSG:27700.
        path: the file, for messages.
        areas: codes of the council's look-up by level; outlines of other areas are left out. Empty: all are kept.

    Raises:
        InputError: areas without an outline, overlaps and gaps, areas that border no other, parts that do not hang
            together, levels that cover different areas; each with the areas.
    """
    codes = {level: areas[level] for level in (*LEVELS.values(), "neighbourhood") if areas.get(level)}
    known = shapes
    if codes:
        inside = [
            level not in codes or code in codes[level]
            for level, code in zip(shapes["level"], shapes["code"], strict=True)
        ]
        known = shapes[inside].reset_index(drop=True)
    problems = _count_problems(path, shapes, codes)
    if not problems:
        for level, part in known.groupby("level", sort=True):
            problems += _level_problems(path, str(level), part)
        problems += _area_problems(path, known)
    if known.empty:
        fix = "export the council's areas, in the vintage of the look-up"
        problems = [_problem(path, "no outline has a code of the look-up", fix, found=_listed(list(shapes["code"])))]
    if problems:
        raise InputError(problems)
    return known


def vintage_problems(lookup: pd.DataFrame, shapes: pd.DataFrame, file: Path, lookup_file: Path) -> list[Problem]:
    """Return what is wrong where outlines are of another census year than the look-up, by level."""
    wanted = set(lookup["vintage"])
    found = []
    for level in ("oa", "lsoa", BESIDE):
        years = set(shapes.loc[shapes["level"] == level, "vintage"]) - wanted
        if years:
            rule = f"outlines of level {level} must be of the look-up's vintage ({_listed(sorted(wanted))})"
            fix = f"use outlines of that year, or bring {paths.shown(lookup_file)} over by an official look-up"
            found.append(_problem(file, rule, fix, found=_listed(sorted(years))))
    stated = set(lookup[WARD_YEAR].dropna().astype(int)) if WARD_YEAR in lookup.columns else set()
    odd = set(shapes.loc[shapes["level"] == "ward", "vintage"].astype(int)) - stated
    if stated and odd:
        rule = f"outlines of wards must be of the look-up's ward year ({_listed(sorted(stated))})"
        fix = f"use ward outlines of that year, or give {paths.shown(lookup_file)} the wards of the other"
        found.append(_problem(file, rule, fix, found=_listed(sorted(odd))))
    return found


def table_vintage_problems(lookup: pd.DataFrame, table: pd.DataFrame, file: Path) -> list[Problem]:
    """Return what is wrong where a table of output areas is of another census year than the look-up.

    Rows without a year (wards, or a table without the column) are not judged.
    """
    if VINTAGE not in table.columns:
        return []
    wanted = set(lookup[VINTAGE].dropna().astype(int))
    odd = set(table[VINTAGE].dropna().astype(int)) - wanted
    if not odd:
        return []
    rule = f"areas must be of the look-up's vintage ({_listed(sorted(wanted))})"
    fix = "bring it over by the official look-up between the two years, or take the table of that year"
    return [_problem(file, rule, fix, found=_listed(sorted(odd)))]


def year_problems(
    name: str, table: pd.DataFrame, file: Path, *, lookup: pd.DataFrame, lookup_file: Path
) -> list[Problem]:
    """Return what is wrong with the years of an input's areas; inputs that state none are not judged."""
    if name == OUTLINES:
        return vintage_problems(lookup, table, file, lookup_file)
    return table_vintage_problems(lookup, table, file) if name in YEARS_MATTER else []
