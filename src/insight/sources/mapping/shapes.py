"""Shapes in a council's own layout: the columns beside them read by a mapping, the shapes as any others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from insight.errors import InputError
from insight.sources import outlines
from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.checking import FIRST_DATA_ROW
from insight.sources.mapping.applying import mapped
from insight.sources.mapping.model import OPEN, Mapping
from insight.sources.untidy.bodies import Table
from insight.sources.untidy.grids import refuse, text_of

if TYPE_CHECKING:
    import geopandas as gpd

GRID, DEGREES = "EPSG:27700", "EPSG:4326"
BRITAIN_DEGREES = (-9.0, 49.0, 2.5, 61.5)
"""Longitudes and latitudes of Great Britain."""


def _layer(path: Path, name: str | None) -> tuple[str, gpd.GeoDataFrame]:
    """Return the layer of a file that holds shapes: the named one, or the only one.

    Raises:
        InputError: as :func:`outlines.layers_of`; no such layer; several, and none is named.
    """
    layers = outlines.layers_of(path, needs_projection=False)
    if name is not None and name in layers:
        return name, layers[name]
    if len(layers) != 1:
        rule = "one layer must be named" if name is None else f"the layer {name} is not there"
        raise refuse(path, rule, f"name one with --sheet: {', '.join(layers)}", f"{len(layers)} layers")
    return next(iter(layers.items()))


def _table(path: Path, name: str, layer: gpd.GeoDataFrame) -> Table:
    """Return the columns beside the shapes as text cells; the first feature counts as row 2, below its names."""
    import pandas as pd

    columns = layer.drop(columns=layer.geometry.name)
    cells = {str(one): [text_of(None if pd.isna(cell) else cell) for cell in columns[one]] for one in columns}
    frame = pd.DataFrame(cells, index=range(len(layer)), dtype="string")
    return Table(frame=frame, path=path, sheet=name)


def attributes(path: Path, *, layer: str | None = None) -> Table:
    """Return the columns beside the shapes of a file as a table of text cells, its ``sheet`` the layer.

    Raises:
        InputError: not readable, no shapes, or several layers and none named.
    """
    name, found = _layer(path, layer)
    if found.empty:
        raise refuse(path, "the file holds no shapes", "export it again with its records")
    return _table(path, name, found)


def likely_system(path: Path, *, layer: str | None = None) -> str:
    """Return the system that a file without one is likely in, ``?`` where its numbers fit none; empty where it says.

    Metres of the National Grid and degrees of Great Britain do not overlap, so the numbers tell one from the other.
    """
    _, found = _layer(path, layer)
    if found.crs is not None:
        return ""
    bounds = found.total_bounds
    for system, (west, south, east, north) in ((DEGREES, BRITAIN_DEGREES), (GRID, outlines.GRID_M)):
        low, high = np.array([west, south, west, south]), np.array([east, north, east, north])
        if ((bounds >= low) & (bounds <= high)).all():
            return system
    return OPEN


def mapped_shapes(path: Path, mapping: Mapping) -> tuple[gpd.GeoDataFrame, Table]:
    """Return a layer's shapes on the National Grid, and the contract's columns as text cells, row by row.

    Raises:
        InputError: shapes that cannot be placed, or what of the mapping no longer fits.
    """
    name, layer = _layer(path, mapping.sheet)
    if layer.crs is None and mapping.crs:
        layer = layer.set_crs(mapping.crs)
    table, problems = mapped(_table(path, name, layer), mapping)
    if problems:
        raise InputError(problems)
    kept = layer.loc[layer.index[table.frame.index.to_numpy()]]
    labels = [f"row {int(row) + FIRST_DATA_ROW}" for row in table.frame.index]
    return outlines.placed(path, kept, contract_of(mapping.input).geometry or "Any", labels=labels), table
