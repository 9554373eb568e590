"""Barriers and crossings as maps draw them: dashed lines and open circles, each with its kind and name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.privacy.loading import Inputs

if TYPE_CHECKING:
    import geopandas as gpd

EDGE_M = 50.0
LINED = "Dashed: barriers; open circles: crossings on foot. "


def barrier_lines(inputs: Inputs) -> gpd.GeoDataFrame | None:
    """Return barriers and crossings with words for each; ``None`` where none were supplied."""
    if not inputs.has("barriers"):
        return None
    table = inputs.table("barriers")
    kind = table["kind"].str.replace("_", " ").str.capitalize()
    told = kind.where(table["role"] == "barrier", "Crossing of the " + kind.str.lower()) + ": " + table["name"]
    return table.assign(what=told)[["what", "geometry"]]


def near_lines(lines: gpd.GeoDataFrame | None, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Return what lies within some areas, or just beyond their border, which may itself follow a barrier."""
    if lines is None:
        return None
    inside = lines.clip(areas.to_crs(lines.crs).geometry.union_all().buffer(EDGE_M))
    return inside[~inside.geometry.is_empty]


def lined(inputs: Inputs) -> str:
    """Return the words that explain the lines, empty where there are none."""
    return LINED if inputs.has("barriers") else ""
