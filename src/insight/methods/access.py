"""Walking to services with a pram, on a graph of areas that knows barriers and crossings.

Areas that share a border are joined middle to middle unless that line meets a barrier; at a crossing the areas around
it are joined through it. Lengths are straight lines times a detour factor, since no street network is assumed. Shortest
ways by Dijkstra's algorithm (scipy), from all places at once. What cannot be reached is ``inf`` and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.methods.spatial import NATIONAL_GRID, contiguity, snapped

if TYPE_CHECKING:
    import geopandas as gpd

DETOUR = 1.3
"""Length of a way in a town over its straight line (a common factor for British streets; an assumption)."""
CROSSING_M = 30.0
"""How near an area must lie to a crossing to use it, in metres."""
METRES_PER_KM, MINUTES_PER_HOUR = 1000.0, 60.0
WITHIN, BEYOND, UNREACHABLE = "within", "beyond", "unreachable"


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Metres on foot from each area to its nearest place, barriers heeded and not; ``inf`` where there is no way."""

    areas: tuple[str, ...]
    metres: np.ndarray
    metres_without_barriers: np.ndarray

    def minutes(self, *, speed_kmh: float) -> pd.DataFrame:
        """Return ``area, minutes, minutes_without_barriers`` at a walking speed.

        Raises:
            ValueError: a speed of 0 or below.
        """
        if speed_kmh <= 0:
            raise ValueError(f"a walking speed of {speed_kmh} km/h leads nowhere. Fix: give one above 0")
        per_metre = MINUTES_PER_HOUR / (speed_kmh * METRES_PER_KM)
        return pd.DataFrame(
            {
                "area": pd.Series(list(self.areas), dtype=object),
                "minutes": self.metres * per_metre,
                "minutes_without_barriers": self.metres_without_barriers * per_metre,
            }
        )


def _points(shapes: gpd.GeoDataFrame | None) -> np.ndarray:
    import shapely

    if shapes is None or shapes.empty:
        return np.empty((0, 2))
    return shapely.get_coordinates(shapely.centroid(shapes.to_crs(NATIONAL_GRID).geometry.to_numpy()))


def _open(starts: np.ndarray, ends: np.ndarray, wall: np.ndarray | None) -> np.ndarray:
    """Return which straight ways meet no barrier."""
    import shapely

    if wall is None or not len(starts):
        return np.ones(len(starts), dtype=bool)
    return ~shapely.intersects(wall, shapely.linestrings(np.stack([starts, ends], axis=1)))


def _shortest(nodes: np.ndarray, edges: np.ndarray, sources: np.ndarray, detour: float) -> np.ndarray:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    lengths = np.hypot(*(nodes[edges[:, 0]] - nodes[edges[:, 1]]).T) * detour
    # A way of no length would be read as no way.
    links = coo_matrix((np.maximum(lengths, 1e-6), edges.T), shape=(len(nodes), len(nodes))).tocsr()
    return dijkstra(links, directed=False, indices=sources, min_only=True)


def ways(
    areas: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    code: str,
    barriers: gpd.GeoDataFrame | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    detour: float = DETOUR,
    crossing_m: float = CROSSING_M,
) -> Ways:
    """Return the way on foot from the middle of each area to its nearest place.

    Args:
        areas: outlines, one row an area; in any projection.
        places: points to reach, at least one, each within an area.
        code: column with the areas' codes.
        barriers: lines that cannot be walked over.
        crossings: points where they can; with none, areas behind a barrier may be unreachable.
        detour: length of a way over its straight line, at least 1.
        crossing_m: how near an area must lie to a crossing to use it.

    Raises:
        ValueError: no place, a place in no area, a detour below 1, broken outlines.
    """
    import shapely

    if len(places) == 0:
        raise ValueError("no place to go to. Fix: leave the analysis out")
    if detour < 1:
        raise ValueError(f"a way cannot be shorter than its straight line (detour {detour}). Fix: give 1 or more")
    near = contiguity(areas, code=code, components=None)
    outlines = snapped(areas).geometry.to_numpy()
    middles = shapely.get_coordinates(shapely.point_on_surface(outlines))
    goals, bridges = _points(places), _points(crossings)
    nodes = np.vstack([middles, bridges, goals])
    tree = shapely.STRtree(outlines)
    goal, home = tree.query(shapely.points(goals), predicate="dwithin", distance=1.0)
    lost = sorted(set(range(len(goals))) - set(goal.tolist()))
    if lost:
        raise ValueError(f"{len(lost)} places lie in no area (row {lost[0] + 1} first). Fix: check their coordinates")
    bridge, bank = tree.query(shapely.points(bridges), predicate="dwithin", distance=crossing_m)
    over = np.column_stack([bank, len(middles) + bridge])
    plain = np.vstack([near.pairs, np.column_stack([home, len(middles) + len(bridges) + goal])])
    wall = None
    if barriers is not None and not barriers.empty:
        wall = shapely.union_all(barriers.to_crs(NATIONAL_GRID).geometry.to_numpy())
        shapely.prepare(wall)
    sources = len(middles) + len(bridges) + np.arange(len(goals))
    free = _open(nodes[plain[:, 0]], nodes[plain[:, 1]], wall)
    heeded = _shortest(nodes, np.vstack([plain[free], over]), sources, detour)
    unheeded = _shortest(nodes, np.vstack([plain, over]), sources, detour)
    return Ways(areas=near.areas, metres=heeded[: len(middles)], metres_without_barriers=unheeded[: len(middles)])


def status(minutes: np.ndarray, *, limit: float) -> np.ndarray:
    """Return ``within``, ``beyond`` or ``unreachable`` for each number of minutes."""
    return np.where(np.isinf(minutes), UNREACHABLE, np.where(minutes <= limit, WITHIN, BEYOND)).astype(object)


def reached(minutes: pd.DataFrame, children: pd.Series, groups: pd.Series, *, limit: float) -> pd.DataFrame:
    """Return the share of children within a walk, by group.

    Args:
        minutes: from :meth:`Ways.minutes`.
        children: children by area (index: code).
        groups: group by area (index: code), such as the ward; areas without one are left out.
        limit: minutes on foot.

    Returns:
        ``group, children, within, beyond, unreachable, share, share_without_barriers, difference``: children counted
        in three parts, the share within the limit, the same were there no barriers, and what these take away.

    Raises:
        ValueError: an area without a number of children.
    """
    counted = minutes.assign(children=minutes["area"].map(children), group=minutes["area"].map(groups))
    if counted["children"].isna().any():
        shown = ", ".join(map(str, counted.loc[counted["children"].isna(), "area"].head(5)))
        raise ValueError(f"no number of children for: {shown}. Fix: use the look-up of the same areas")
    rows = []
    for group, part in counted.dropna(subset=["group"]).groupby("group", sort=True):
        weight = part["children"].to_numpy(dtype=float)
        is_in = status(part["minutes"].to_numpy(), limit=limit)
        total = weight.sum()
        share = weight[is_in == WITHIN].sum() / total if total else np.nan
        free = weight[part["minutes_without_barriers"].to_numpy() <= limit].sum() / total if total else np.nan
        rows.append(
            {
                "group": group,
                "children": total,
                **{name: weight[is_in == name].sum() for name in (WITHIN, BEYOND, UNREACHABLE)},
                "share": share,
                "share_without_barriers": free,
                "difference": share - free,
            }
        )
    return pd.DataFrame(rows)
