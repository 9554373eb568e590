"""Demonstration inputs about places: area look-up, outlines, barriers with crossings, places that families use.

Only the LSOA outlines and the census totals of LSOAs are real; how they fall on the smaller, invented areas is not, nor
are children aged 0 to 4, wards other than the two named ones, barriers and places.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight import paths
from insight.demo import divisions
from insight.demo.geography import geography
from insight.demo.world import Maker, Planted, World
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    import geopandas as gpd

VINTAGE = 2011
CHILDREN_SHARE = {"focus": 0.0905, "other": 0.071}
"""Invented share of residents aged 0 to 4; that of the focus wards fits the year group that the print implies."""
HOUSEHOLD_SPREAD, SIZE_SPREAD = 0.18, 0.06
CROSSING_EVERY = 5
HOUSING = ("detached", "semi_detached", "terraced", "flat", "social_rented", "owned")
ACCOMMODATION = {"detached": 0.06, "semi_detached": 0.27, "terraced": 0.47, "flat": 0.2}
TENURES = {"owned": 0.5, "social_rented": 0.34, "private_rented": 0.16}
"""Invented shares of an average area."""
HOUSING_PULL = 0.5
"""How far a unit of the planted surface moves the logarithm of a kind's odds."""
PLACE_KINDS = (
    ("childrens_centre", "children's centre", 3, 1),
    ("health_centre", "health centre", 2, 1),
    ("library", "library", 1, 1),
    ("nursery", "nursery", 3, 1),
    ("primary_school", "primary school", 4, 2),
    ("community_centre", "community centre", 3, 1),
    ("shops", "parade of shops", 4, 1),
    ("park", "park", 3, 1),
)
"""Kind, words, how many in a focus ward, how many in any other."""


def _split(total: int, weights: np.ndarray) -> np.ndarray:
    """Divide a whole number by weights; the parts add up to it (largest remainder)."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(int)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: total - parts.sum()]] += 1
    return parts


@cache
def _counts() -> dict[str, np.ndarray]:
    """Return households, persons and children by output area; sums by LSOA are those of the census."""
    made, wards = geography(), divisions.lsoa_wards()
    census = pd.read_csv(paths.reference("geography/census_2011.csv")).set_index("lsoa")
    lsoas = np.array(made.lsoas)
    counts = {name: np.zeros(len(lsoas), dtype="int64") for name in ("households", "persons", "children_0_4")}
    for number, code in enumerate(sorted(set(made.lsoas))):
        rng = np.random.default_rng([VINTAGE, number])
        here = np.flatnonzero(lsoas == code)
        group = "focus" if wards[code] in divisions.FOCUS_WARDS else "other"
        households = _split(int(census.loc[code, "households"]), rng.normal(1, HOUSEHOLD_SPREAD, len(here)).clip(0.6))
        persons = _split(int(census.loc[code, "persons"]), households * rng.normal(1, SIZE_SPREAD, len(here)))
        children = round(census.loc[code, "persons"] * CHILDREN_SHARE[group])
        counts["households"][here], counts["persons"][here] = households, persons
        counts["children_0_4"][here] = _split(children, persons * rng.normal(1, SIZE_SPREAD, len(here)))
    return counts


def _neighbourhoods(world: World) -> list[str | None]:
    merges = divisions.NULL_MERGES if world.is_null else {}
    return [merges.get(code or "", code) for code in divisions.neighbourhoods()]


def lookup(world: World) -> pd.DataFrame:
    """Return one row an output area, the same for every seed (the null variant has one neighbourhood fewer)."""
    made, names, wards = geography(), divisions.neighbourhood_names(), divisions.ward_names()
    places = _neighbourhoods(world)
    columns = {
        "oa": made.codes,
        "lsoa": made.lsoas,
        "neighbourhood": places,
        "neighbourhood_name": [names.get(code or "") for code in places],
        "ward": divisions.area_wards(),
        "ward_name": [wards[ward] for ward in divisions.area_wards()],
        "borough": [divisions.BOROUGH] * len(made.codes),
    }
    text = {name: pd.Series(list(cells), dtype=object) for name, cells in columns.items()}
    return pd.DataFrame({**text, **_counts(), "vintage": VINTAGE})


def _names(areas: pd.DataFrame, level: str) -> dict[str, str]:
    if level == "oa":
        return {code: f"Demonstration area {code}" for code in areas["oa"]}
    if level == "borough":
        return {divisions.BOROUGH: divisions.BOROUGH_NAME}
    if level == "lsoa":
        census = pd.read_csv(paths.reference("geography/census_2011.csv"))
        return dict(zip(census["lsoa"], census["name"], strict=True))
    known = areas.dropna(subset=[level])
    return dict(zip(known[level], known[f"{level}_name"], strict=True))


def boundaries(world: World) -> gpd.GeoDataFrame:
    """Return outlines of output areas, LSOAs, neighbourhoods, wards and borough; larger ones are unions of smaller."""
    import geopandas as gpd
    import shapely

    areas, outlines = world.frame("lookup"), np.array(geography().outlines)
    rows: list[dict[str, Any]] = []
    for level in ("oa", "lsoa", "neighbourhood", "ward", "borough"):
        names = _names(areas, level)
        places = areas.groupby(level, sort=True).indices
        rows += [
            {
                "level": level,
                "code": code,
                "name": names[code],
                "vintage": VINTAGE,
                "geometry": outlines[members[0]]
                if len(members) == 1
                else shapely.normalize(shapely.coverage_union_all(outlines[members])),
            }
            for code, members in places.items()
        ]
    made = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    # GeoJSON wants outer rings counter-clockwise; some map libraries fill the rest of the world otherwise.
    return made.set_geometry(shapely.orient_polygons(made.geometry.to_numpy()), crs=made.crs)


def barriers(_world: World) -> gpd.GeoDataFrame:
    """Return barriers along borders of output areas, and crossings in the middle of every few; alike in every world."""
    import geopandas as gpd
    import shapely

    borders = geography().borders
    rows: list[dict[str, Any]] = []
    for line in divisions.lines():
        pairs = divisions.barrier_borders()[line.code]
        about = {"barrier": line.code, "kind": line.kind, "name": line.name}
        shared = {
            pair: shapely.line_merge(shapely.multilinestrings([list(s) for s in borders[pair]])) for pair in pairs
        }
        whole = shapely.normalize(shapely.line_merge(shapely.union_all(list(shared.values()))))
        rows.append({"feature": line.code, "role": "barrier", **about, "geometry": whole})
        rows += [
            {
                "feature": f"{line.code}_crossing_{number}",
                "role": "crossing",
                **about,
                "geometry": max(shapely.get_parts(shared[pair]), key=lambda part: part.length).interpolate(
                    0.5, normalized=True
                ),
            }
            for number, pair in enumerate(pairs[CROSSING_EVERY // 2 :: CROSSING_EVERY], start=1)
        ]
    made = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    made["geometry"] = shapely.transform(made.geometry.to_numpy(), lambda xy: xy.round(6))
    return made


@cache
def _places() -> pd.DataFrame:
    """Return invented places, spread over each ward's areas: as far apart as its list of kinds allows."""
    wards, codes = np.array(divisions.area_wards()), np.array(geography().codes, dtype=object)
    rng = np.random.default_rng([VINTAGE, 0])
    rows = []
    for ward in sorted(set(wards)):
        here = np.flatnonzero(wards == ward)
        for kind, words, focus, other in PLACE_KINDS:
            wanted = focus if ward in divisions.FOCUS_WARDS else other
            rows += [(kind, words, area) for area in rng.choice(here, wanted, replace=False)]
    frame = pd.DataFrame(rows, columns=["kind", "words", "area"])
    frame["number"] = frame.groupby("kind").cumcount() + 1
    frame["name"] = [
        f"Demonstration {words} {number:02d}" for words, number in zip(frame["words"], frame["number"], strict=True)
    ]
    frame["oa"] = codes[frame["area"].to_numpy()]
    frame["place"] = [f"{DEMO}P{number:03d}" for number in range(1, len(frame) + 1)]
    return frame


def places(_world: World) -> gpd.GeoDataFrame:
    """Return invented places, each at a point inside its output area; the same in every world."""
    import geopandas as gpd
    import shapely

    frame = _places()
    outlines = np.array(geography().outlines)[frame["area"].to_numpy()]
    inside = shapely.point_on_surface(outlines)
    # Several places may share an area: a step of their number keeps their points apart and inside.
    centres = shapely.get_coordinates(inside)
    middle = shapely.get_coordinates(shapely.centroid(outlines))
    step = (frame.groupby("oa").cumcount().to_numpy() % 4)[:, None] * 0.2
    points = shapely.points((centres + step * (middle - centres)).round(6))
    points = np.where(shapely.within(points, outlines), points, shapely.points(centres.round(6)))
    return gpd.GeoDataFrame(frame[["place", "name", "kind", "oa"]], geometry=points, crs="EPSG:4326")


def housing_surface(world: World, *, noise: float = 0.6) -> pd.DataFrame:
    """Return invented housing shares as z-like scores by output area, alike within each planted neighbourhood.

    Args:
        world: its seed draws the surface; in the null variant neighbourhoods have no common level.
        noise: spread of output areas around their neighbourhood's level, whose own spread is 1.

    Returns:
        One row an output area of the focus wards: ``oa``, ``neighbourhood`` and one column a housing feature.
    """
    areas = world.frame("lookup").dropna(subset=["neighbourhood"])
    rng = world.rng("housing_surface")
    codes, place = np.unique(areas["neighbourhood"].to_numpy(dtype=str), return_inverse=True)
    level = np.zeros((len(codes), len(HOUSING))) if world.is_null else rng.normal(size=(len(codes), len(HOUSING)))
    values = level[place] + rng.normal(scale=noise, size=(len(areas), len(HOUSING)))
    found = areas[["oa", "neighbourhood"]].reset_index(drop=True)
    return found.join(pd.DataFrame(values, columns=list(HOUSING)))


def _shared_out(rng: np.random.Generator, leanings: np.ndarray, households: np.ndarray) -> np.ndarray:
    """Draw households of each area over kinds, by the exponentials of its leanings."""
    chances = np.exp(leanings)
    return rng.multinomial(households, chances / chances.sum(axis=1, keepdims=True))


def area_housing(world: World) -> pd.DataFrame:
    """Return households of each output area by accommodation and tenure.

    In the focus wards they lean as the planted surface says, alike within a neighbourhood; elsewhere, and in the null
    variant, each area leans for itself. Social renting follows the indicator of the same name only in tendency.
    """
    areas, rng = world.frame("lookup"), world.rng("area_housing")
    surface = housing_surface(world).set_index("oa")[list(HOUSING)]
    noise = pd.DataFrame(rng.normal(size=(len(areas), len(HOUSING))), index=areas["oa"], columns=list(HOUSING))
    leaning = surface.reindex(areas["oa"]).fillna(noise) * HOUSING_PULL
    households, rows = areas["households"].to_numpy(), []
    for usual in (ACCOMMODATION, TENURES):
        levels = np.log(np.array(list(usual.values())))
        pull = leaning.reindex(columns=list(usual), fill_value=0.0).to_numpy()
        counts = _shared_out(rng, levels + pull, households)
        rows.append(
            pd.DataFrame(counts, columns=list(usual)).assign(area=areas["oa"].to_numpy(), denominator=households)
        )
    long = pd.concat([part.melt(["area", "denominator"], var_name="measure", value_name="count") for part in rows])
    long = long[long["denominator"] > 0].assign(period=str(VINTAGE), source="demonstration", vintage=VINTAGE)
    columns = ["area", "measure", "count", "denominator", "period", "source", "vintage"]
    return long.sort_values(["area", "measure"], ignore_index=True)[columns]


MAKES: dict[str, Maker] = {
    "boundaries": boundaries,
    "lookup": lookup,
    "barriers": barriers,
    "places": places,
    "area_housing": area_housing,
}


def plant(_world: World) -> list[Planted]:
    """Return no truth: claims about places are planted by the parts whose stage tests them."""
    return []
