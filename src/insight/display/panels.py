"""Small maps side by side, one a column, on one scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from insight.display import missing, palette
from insight.display.charts import wrapped
from insight.privacy.disclosure import STATUS

if TYPE_CHECKING:
    import geopandas as gpd
    import matplotlib.figure
    import pandas as pd
    import shapely
    from matplotlib.path import Path

METRES = 27700
COLUMNS, SIDE = 3, 2.6


def _paths(shapes: gpd.GeoDataFrame) -> list[Path]:
    """Return one path a shape in metres, holes and parts within it."""
    import shapely
    from matplotlib.path import Path

    found = []
    for shape in shapes.to_crs(METRES).geometry:
        polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        rings = [Path(shapely.get_coordinates(ring), closed=True) for part in polygons for ring in _rings(part)]
        found.append(Path.make_compound_path(*rings))
    return found


def _rings(polygon: shapely.Polygon) -> list[shapely.LinearRing]:
    return [polygon.exterior, *polygon.interiors]


def map_panels(
    areas: gpd.GeoDataFrame,
    values: pd.DataFrame,
    *,
    outlines: gpd.GeoDataFrame | None = None,
    status: pd.Series | None = None,
) -> matplotlib.figure.Figure:
    """Return one small map a column of shares (0 to 1), all on one scale.

    Args:
        areas: geometry, one row an area.
        values: one column a panel, named as it is to be read, rows in the order of ``areas``; missing ones stay pale.
        outlines: borders drawn on top, such as wards.
        status: why an area's values are missing, rows in the order of ``areas``; not available when absent.

    Raises:
        ValueError: values and areas differ in length.
    """
    import matplotlib as mpl
    from matplotlib.cm import ScalarMappable
    from matplotlib.collections import PathCollection
    from matplotlib.colors import ListedColormap, Normalize, to_hex
    from matplotlib.ticker import PercentFormatter

    if len(values) != len(areas):
        raise ValueError(f"{len(values)} values for {len(areas)} areas. Fix: one row an area, in the same order")
    mpl.use("agg")
    import matplotlib.pyplot as plt

    # Paths are made once and shared by all panels: making them is what costs.
    paths, edges = _paths(areas), [] if outlines is None else _paths(outlines)
    west, south, east, north = areas.to_crs(METRES).total_bounds
    count, high = len(values.columns), max(float(values.max().max()), 1e-9)
    columns, shades = min(COLUMNS, count), ListedColormap(palette.SEQUENTIAL)
    rows, scale = math.ceil(count / columns), Normalize(0, high)
    fig, axes = plt.subplots(rows, columns, figsize=(SIDE * columns, SIDE * rows), layout="constrained", squeeze=False)
    for place, panel in enumerate(axes.ravel()):
        panel.set_axis_off()
        if place >= count:
            continue
        name = values.columns[place]
        shares = values[name].to_numpy(dtype=float)
        colours = [palette.NO_DATA if math.isnan(one) else to_hex(shades(scale(one))) for one in shares]
        # Thousands of outlines as vectors would weigh megabytes, so the areas alone are drawn as an image.
        panel.add_collection(PathCollection(paths, facecolors=colours, edgecolors="none", rasterized=True))
        panel.add_collection(
            PathCollection(edges, facecolors="none", edgecolors=palette.INK, linewidths=0.5, rasterized=True)
        )
        panel.set(xlim=(west, east), ylim=(south, north), aspect="equal")
        panel.set_title(wrapped(name), fontsize=9)
    bar = fig.colorbar(ScalarMappable(scale, shades), ax=axes, shrink=0.5, format=PercentFormatter(1, decimals=0))
    bar.set_label("Share of households in the area", fontsize=8)
    bar.ax.tick_params(labelsize=8)
    import pandas as pd

    rows_of = pd.DataFrame({STATUS: [""] * len(values) if status is None else list(status)})
    whys = missing.reasons(rows_of, "share")
    pale = dict.fromkeys(why for why, lacks in zip(whys, values.isna().any(axis=1), strict=True) if lacks)
    if pale:
        # Laid out with the panels, since the stamp of demonstration data stands below the figure.
        fig.supxlabel(f"Pale: {'; '.join(map(missing.words, pale))}", fontsize=8, x=0.01, ha="left")
    return fig
