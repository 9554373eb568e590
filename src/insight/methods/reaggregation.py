"""Bringing counts from one set of areas to another: sums over a list, weights of smaller pieces, weights of area.

Order of preference: add smaller areas over a list (exact); share a count out by the households of smaller pieces
(dasymetric; Eicher and Brewer, 2001); share it out by area (Goodchild and Lam, 1980). Rules differ by as much as a
sixth of a ward's residents, so :func:`compared` sets them side by side. Every rule here keeps the total, or says what
lay outside the targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

NATIONAL_GRID = 27700
RELATIVE_SLACK = 1e-9
"""Share of a total that may be lost to floating point."""
RESERVED = {"target", "least", "most", "spread"}
SLIVER_M2 = 1.0
"""Overlaps below this are drawing error of two layers that mean the same border."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Counts on their new areas.

    ``totals`` has one value a target (index: its code), in the order of the codes; ``outside`` is the part of the
    counts that lies in no target; ``rule`` says in words how they came there.
    """

    totals: pd.Series
    outside: float
    rule: str


def _codes_once(index: pd.Index, what: str) -> None:
    twice = index[index.duplicated()].unique()
    if len(twice):
        shown = ", ".join(map(str, twice[:5]))
        raise ValueError(f"{what} stand more than once: {shown}. Fix: keep one row an area")


def _numbers(values: pd.Series, what: str) -> pd.Series:
    _codes_once(values.index, "areas with a count")
    numbers = values.astype(float)
    bad = numbers.index[~np.isfinite(numbers) | (numbers < 0)]
    if len(bad):
        shown = ", ".join(map(str, bad[:5]))
        raise ValueError(f"{what} is missing or below 0 in {len(bad)} areas: {shown}. Fix: leave suppressed areas out")
    return numbers


def summed(values: pd.Series, targets: pd.Series) -> Moved:
    """Add up counts of smaller areas over a list that says to which target each belongs.

    Args:
        values: counts, one an area (index: its code).
        targets: code of the target by code of the smaller area; missing where it belongs to none.

    Raises:
        ValueError: an area twice, a missing or negative count, or an area with a count that the list lacks.
    """
    numbers = _numbers(values, "the count")
    _codes_once(targets.index, "areas of the list")
    unknown = numbers.index.difference(targets.index)
    if len(unknown):
        shown = ", ".join(map(str, unknown[:5]))
        raise ValueError(f"the list lacks {len(unknown)} areas: {shown}. Fix: use the look-up of the same vintage")
    found = numbers.groupby(targets.reindex(numbers.index)).sum().sort_index()
    return _kept(numbers, found, "sum over a list of smaller areas")


def piece_weights(pieces: pd.DataFrame, *, source: str, target: str, by: str) -> pd.DataFrame:
    """Return what share of each source falls to each target, by a count of the pieces of which both are made.

    Args:
        pieces: one row a piece, such as an output area.
        source: column with the code of the area that holds the counts.
        target: column with the code of the area wanted; missing where the piece belongs to none.
        by: column with what counts are shared out by, such as households; 0 everywhere in a source is refused.

    Returns:
        ``source, target, weight``; the weights of a source add up to 1 (``target`` missing for what lies outside).
    """
    if (pieces[by] < 0).any() or pieces[by].isna().any():
        raise ValueError(f"a piece has no {by}, or fewer than 0. Fix: give every piece a count")
    sums = pieces.groupby(source)[by].transform("sum")
    if (sums == 0).any():
        empty = ", ".join(map(str, pieces.loc[sums == 0, source].unique()[:5]))
        raise ValueError(f"no {by} in any piece of {empty}. Fix: share these areas out by another count")
    frame = pd.DataFrame({"source": pieces[source], "target": pieces[target], "weight": pieces[by] / sums})
    return frame.groupby(["source", "target"], dropna=False, sort=True)["weight"].sum().reset_index()


def area_weights(
    sources: gpd.GeoDataFrame, targets: gpd.GeoDataFrame, *, source: str, target: str, is_covered: bool = False
) -> pd.DataFrame:
    """Return what share of each source's area lies in each target.

    Args:
        sources: outlines of the areas that hold the counts, in any projection.
        targets: outlines of the areas wanted, in any projection; they may not overlap.
        source: column with the code of a source.
        target: column with the code of a target.
        is_covered: whether targets are known to cover every source (wards of one borough, its LSOAs), so that what the
            drawn outlines leave out is drawing error and is shared over the targets of its source.

    Returns:
        As :func:`piece_weights`.

    Raises:
        ValueError: targets overlap by more than a sliver, so that counts would be doubled.
    """
    import shapely

    shapes = shapely.make_valid(sources.to_crs(NATIONAL_GRID).geometry.to_numpy())
    wanted = shapely.make_valid(targets.to_crs(NATIONAL_GRID).geometry.to_numpy())
    first, second = shapely.STRtree(wanted).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[first], wanted[second]))
    frame = pd.DataFrame(
        {
            "source": sources[source].to_numpy()[first],
            "target": targets[target].to_numpy()[second],
            "weight": shared / shapely.area(shapes)[first],
            "m2": shared,
        }
    )
    frame = frame[frame["m2"] > SLIVER_M2]
    inside = frame.groupby("source")["weight"].sum().reindex(sources[source], fill_value=0.0)
    slack = SLIVER_M2 * len(wanted) / shapely.area(shapes)
    doubled = inside.index[inside.to_numpy() > 1 + slack]
    if len(doubled):
        shown = ", ".join(map(str, doubled[:5]))
        raise ValueError(f"targets overlap in {shown}, so that counts would be doubled. Fix: use one layer of targets")
    left = (1 - inside).clip(lower=0)
    outside = pd.DataFrame({"source": left.index, "target": None, "weight": left.to_numpy()})
    # Slivers are dropped, so what is left of a source that lies within the targets is drawing error, not people.
    outside = outside[outside["weight"].to_numpy() > slack]
    kept = frame[["source", "target", "weight"]]
    if is_covered and len(lost := inside.index[inside.to_numpy() == 0]):
        raise ValueError(f"no target covers {', '.join(map(str, lost[:5]))}. Fix: use targets of the same place")
    return _to_one(kept if is_covered else pd.concat([kept, outside], ignore_index=True))


def _to_one(weights: pd.DataFrame) -> pd.DataFrame:
    sums = weights.groupby("source")["weight"].transform("sum")
    return weights.assign(weight=weights["weight"] / sums).sort_values(["source", "target"], ignore_index=True)


def shared_out(values: pd.Series, weights: pd.DataFrame, *, rule: str) -> Moved:
    """Share counts out by weights.

    Args:
        values: counts, one a source (index: its code).
        weights: ``source, target, weight`` from :func:`piece_weights` or :func:`area_weights`.
        rule: the rule in words, for tables.

    Raises:
        ValueError: a source twice, a missing count, or a source without weights.
    """
    numbers = _numbers(values, "the count")
    used = weights[weights["source"].isin(numbers.index)]
    unknown = numbers.index.difference(used["source"])
    if len(unknown):
        shown = ", ".join(map(str, unknown[:5]))
        raise ValueError(f"{len(unknown)} areas have no weight: {shown}. Fix: use areas of the same vintage")
    parts = used["weight"].to_numpy() * numbers.reindex(used["source"]).to_numpy()
    found = pd.Series(parts, index=used.index).groupby(used["target"]).sum().sort_index()
    return _kept(numbers, found, rule)


def _kept(numbers: pd.Series, found: pd.Series, rule: str) -> Moved:
    """Return the totals once they are known not to exceed what was there."""
    whole, moved = float(numbers.sum()), float(found.sum())
    outside = whole - moved
    if outside < -RELATIVE_SLACK * max(whole, 1.0):
        raise ValueError(f"{moved:,.1f} came of {whole:,.1f}. Fix: weights of an area must add up to 1")
    return Moved(
        totals=found.rename(None), outside=0.0 if abs(outside) < RELATIVE_SLACK * whole else outside, rule=rule
    )


def compared(by_rule: Mapping[str, Moved]) -> pd.DataFrame:
    """Set the totals of several rules side by side.

    Args:
        by_rule: what each rule gave, the preferred one first; at least two.

    Returns:
        One row a target: ``target`` (its code), a column a rule, ``least``, ``most``, and ``spread``: (most - least)
        over the first rule's total (``inf`` where that is 0 and another is not).

    Raises:
        ValueError: fewer than two rules, or a rule named like one of the other columns.
    """
    if len(by_rule) <= 1:
        raise ValueError("a comparison needs two rules. Fix: add another way of bringing the counts over")
    if taken := RESERVED & set(by_rule):
        raise ValueError(f"a rule is named {', '.join(sorted(taken))}, as a column is. Fix: give it another name")
    table = pd.DataFrame({name: moved.totals for name, moved in by_rule.items()}).fillna(0.0).sort_index()
    least, most = table.min(axis=1), table.max(axis=1)
    first = table.iloc[:, 0].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(most == least, 0.0, (most - least).to_numpy() / first)
    return table.assign(least=least, most=most, spread=spread).rename_axis("target").reset_index()
