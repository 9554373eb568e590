"""Do areas of a category lie together: joins, Moran's I and dissimilarity, beside other districts where supplied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.methods.clumping import local_joins, moran
from insight.methods.estimate import Estimate
from insight.methods.segregation import Segregation, segregation
from insight.methods.spatial import Contiguity, JoinCount, contiguity, join_count
from insight.privacy.loading import Inputs
from insight.sources.contracts.place import BESIDE
from insight.stages.acorn_mapping.codes import open_codes
from insight.stages.acorn_mapping.declaration import Params
from insight.stages.acorn_mapping.segments import Segments, own_classes

if TYPE_CHECKING:
    import geopandas as gpd

Parts = tuple[Estimate, ...]
SMALLEST_TOWN = 20
"""Output areas below which a district is not set beside the council's own."""


@dataclass(frozen=True, kw_only=True)
class Clumps:
    """Joins of one town's areas and the dissimilarity of their households over zones.

    ``near`` has the areas' order and neighbours, ``table`` one row a category.
    """

    place: str
    classification: str
    joins: JoinCount
    spread: Segregation
    near: Contiguity = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    weights: str
    spread_unit: str


def parts_of(found: Clumps) -> Parts:
    """Return the two parts of the finding: joins over those of shuffled labels, dissimilarity above random allocation.

    Limits from the middle 95 % of the shuffles. Households of one area share a segment as it is delivered, so whole
    areas are shuffled: chance within an area is no clumping of areas.
    """
    return of_joins(found.joins), above_random(found.spread)


def of_joins(joins: JoinCount) -> Estimate:
    """Return joins of like areas over those of shuffled labels."""
    words = f"joins of like areas over joins when labels are shuffled ({joins.permutations} times)"
    lower, upper = joins.joins / joins.usual_high, joins.joins / max(joins.usual_low, 1)
    return Estimate(estimate=joins.ratio, lower=min(lower, joins.ratio), upper=upper, n=joins.areas, method=words)


def above_random(spread: Segregation) -> Estimate:
    """Return dissimilarity over zones minus its value when whole areas are allocated at random."""
    words = f"dissimilarity over {spread.zones} zones minus that of areas allocated at random"
    return Estimate(
        estimate=spread.dissimilarity - spread.random,
        lower=spread.dissimilarity - spread.usual_high,
        upper=spread.dissimilarity - spread.usual_low,
        n=spread.units,
        method=f"{words} ({spread.permutations} times)",
    )


def neighbours(outlines: gpd.GeoDataFrame, areas: Sequence[str], params: Params) -> Contiguity:
    """Return which of these output areas are neighbours, in order of their codes."""
    own = outlines[(outlines["level"] == "oa") & outlines["code"].isin(list(areas))].sort_values("code")
    return contiguity(own, code="code", components=None, is_corner_enough=params.contiguity == "queen")


def clumps(
    counts: pd.DataFrame,
    labels: pd.Series,
    zones: pd.Series,
    near: Contiguity,
    params: Params,
    *,
    place: str,
    classification: str,
    spread_unit: str = "output areas",
) -> Clumps:
    """Return the clumping of one town.

    Args:
        counts: households by area (index) and category (columns).
        labels: commonest category by area.
        zones: zone by area.
        near: neighbours; values are put into its order here.
        params: permutations, seed, contiguity.
        place: name of the town.
        classification: name of the segmentation.
        spread_unit: what ``counts`` counts.

    Raises:
        ValueError: no two areas are neighbours, or fewer than two categories.
    """
    order = list(near.areas)
    held, ordered = counts.reindex(order), labels.reindex(order)
    near.require_order(held.index)
    joins = join_count(ordered.tolist(), near.pairs, seed=params.seed, permutations=params.permutations)
    names = [name for name in counts.columns if counts[name].sum()]
    spread = segregation(
        held[names].to_numpy(),
        zones.reindex(order).tolist(),
        categories=names,
        seed=params.seed,
        permutations=params.permutations,
    )
    return Clumps(
        place=place,
        classification=classification,
        joins=joins,
        spread=spread,
        near=near,
        table=_table(joins, spread, held, ordered, near, params),
        weights=f"{params.contiguity}, binary",
        spread_unit=spread_unit,
    )


def _table(
    joins: JoinCount, spread: Segregation, held: pd.DataFrame, labels: pd.Series, near: Contiguity, params: Params
) -> pd.DataFrame:
    local = local_joins(labels.tolist(), near.pairs, seed=params.seed, permutations=params.permutations)
    cores = local.groupby("category")["is_core"].sum()
    shares, rows = held.div(held.sum(axis=1).clip(lower=1), axis=0), []
    for name in spread.categories["category"]:
        values = shares[name].fillna(0.0).to_numpy()
        found = moran(values, near.pairs, seed=params.seed, permutations=params.permutations) if values.std() else None
        rows.append((name, found.value, found.usual_high, found.p) if found else (name, np.nan, np.nan, np.nan))
    share = pd.DataFrame(rows, columns=["category", "moran_i", "moran_usual_high", "moran_p"])
    frame = joins.categories.merge(spread.categories.drop(columns="count"), on="category", suffixes=("", "_spread"))
    frame["core_areas"] = frame["category"].map(cores).fillna(0).astype(int)
    return frame.merge(share, on="category").rename(columns={"p_spread": "dissimilarity_p", "p": "joins_p"})


def of_segments(found: Segments, inputs: Inputs, params: Params) -> Clumps:
    """Return the clumping of the council's own segmentation; zones are lower-layer super output areas.

    Of ACORN households are spread over the zones; of the open classification whole output areas, as it classes these.
    """
    labels = found.leading.set_index("oa")["category"]
    counts = found.cells.pivot_table(index="oa", columns="category", values="households", aggfunc="sum", fill_value=0)
    if not found.is_acorn:
        counts = pd.get_dummies(labels).astype(int)
    near = neighbours(inputs.table("boundaries"), found.leading["oa"].tolist(), params)
    return clumps(
        counts,
        labels,
        inputs.table("lookup").set_index("oa")["lsoa"],
        near,
        params,
        place=inputs.council.council.name,
        classification=found.codes.title,
        spread_unit="households" if found.is_acorn else "output areas",
    )


def beside(inputs: Inputs, params: Params) -> list[Clumps]:
    """Return the clumping of the open classification in every district that is supplied with classes and outlines."""
    if not inputs.has("oa_classification"):
        return []
    own_classes(inputs)
    classes, found = inputs.table("oa_classification"), []
    outlines = inputs.table("boundaries")
    outlines = outlines.assign(level=outlines["level"].replace(BESIDE, "oa"))
    codes = open_codes(classes["edition"].iloc[0])
    drawn = set(outlines.loc[outlines["level"] == "oa", "code"])
    for (_, name), rows in classes[classes["oa"].isin(drawn)].groupby(["borough", "borough_name"], sort=True):
        if len(rows) < SMALLEST_TOWN:
            continue
        labels = rows.set_index("oa")["supergroup"].map(codes.keys)
        near = neighbours(outlines, labels.index.tolist(), params)
        counts, zones = pd.get_dummies(labels).astype(int), rows.set_index("oa")["lsoa"]
        found.append(clumps(counts, labels, zones, near, params, place=str(name), classification=codes.title))
    return found


def table_beside(own: Clumps, others: Sequence[Clumps]) -> pd.DataFrame:
    """Return one row a town and classification: joins against chance, dissimilarity against random allocation."""
    rows = [
        {
            "place": one.place,
            "classification": one.classification,
            "areas": one.joins.areas,
            "neighbours": one.weights,
            "pairs": one.joins.pairs,
            "joins": one.joins.joins,
            "expected": one.joins.expected,
            "ratio": one.joins.ratio,
            "joins_p": one.joins.p,
            "zones": one.spread.zones,
            "unit_spread": one.spread_unit,
            "dissimilarity": one.spread.dissimilarity,
            "random": one.spread.random,
            "random_high": one.spread.usual_high,
            "above_random": one.spread.dissimilarity - one.spread.random,
            "permutations": one.joins.permutations,
            "seed": one.joins.seed,
        }
        for one in (own, *(one for one in others if _key(one) != _key(own)))
    ]
    return pd.DataFrame(rows)


def _key(one: Clumps) -> tuple[str, tuple[str, ...]]:
    return one.classification, one.near.areas
