"""Reach of services: which areas a barrier parts from the nearest place, and how contacts follow deprivation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

METRES = 27700
FEWEST_AREAS = 3
"""Areas below which their spread says nothing."""


def bands(need: pd.Series, count: int) -> pd.Series:
    """Return the band of each area by need, 1 the neediest, in bands of equal numbers of areas; missing without need.

    Args:
        need: need by area, greatest first; ties keep their order.
        count: number of bands.
    """
    return np.ceil(need.rank(ascending=False, method="first") / need.notna().sum() * count)


def rate_over_areas(contacts: np.ndarray, children: np.ndarray) -> Estimate:
    """Return contacts a child as a ratio of sums, with Student's limits from the spread between areas.

    Source: Cochran 1977, section 6.4 (ratio estimator, areas as clusters).

    Raises:
        ValueError: fewer than three areas, or no children.
    """
    from scipy.stats import t

    n, whole = len(children), float(children.sum())
    if n < FEWEST_AREAS or whole <= 0:
        raise ValueError("a rate over areas needs three of them, with children. Fix: leave it out")
    ratio = float(contacts.sum()) / whole
    error = float(np.sqrt(n / (n - 1) * ((contacts - ratio * children) ** 2).sum())) / whole
    half = float(t.ppf(0.5 + 0.95 / 2, n - 1)) * error
    return Estimate(
        estimate=ratio,
        lower=max(0.0, ratio - half),
        upper=ratio + half,
        n=round(whole),
        method="ratio over areas, Student",
    )


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


def concentration(contacts: np.ndarray, children: np.ndarray, need: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the concentration curve: cumulative shares of children and of contacts, the neediest area first.

    Args:
        contacts: contacts by area.
        children: children by area, all above zero.
        need: need by area, greatest first.

    Returns:
        Two arrays that start at 0 and end at 1.

    Raises:
        ValueError: an area without children, or no contact at all.
    """
    if (children <= 0).any() or contacts.sum() <= 0:
        raise ValueError("a concentration curve needs children in each area and a contact. Fix: leave the others out")
    order = np.argsort(-need, kind="stable")
    return (
        np.concatenate([[0.0], np.cumsum(children[order]) / children.sum()]),
        np.concatenate([[0.0], np.cumsum(contacts[order]) / contacts.sum()]),
    )


def concentration_index(contacts: np.ndarray, children: np.ndarray, need: np.ndarray) -> Estimate:
    """Return the concentration index of contacts over areas ranked by need, the neediest first.

    Twice the area between the diagonal and the curve: below 0 contacts favour the neediest, above 0 the least needy.
    Limits by the jackknife over areas.

    Source: Kakwani, Wagstaff and van Doorslaer 1997, Journal of Econometrics 77.

    Raises:
        ValueError: as :func:`concentration`, or fewer than three areas.
    """
    n = len(children)
    if n < FEWEST_AREAS:
        raise ValueError("an index over areas needs three of them. Fix: leave it out")

    def index(kept: np.ndarray) -> float:
        across, up = concentration(contacts[kept], children[kept], need[kept])
        return float(1 - 2 * np.trapezoid(up, across))

    every = np.arange(n)
    point = index(every)
    left = np.array([index(np.delete(every, one)) for one in every])
    error = float(np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum()))
    half = z_value() * error
    return Estimate(
        estimate=point, lower=point - half, upper=point + half, n=n, method="concentration index, jackknife over areas"
    )
