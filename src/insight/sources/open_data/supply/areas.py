"""Areas of open data as inputs: the look-up with its counts, nested outlines, open classes, housing by tenure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from insight import paths
from insight.errors import InputError, Problem
from insight.methods.spatial import NATIONAL_GRID, snapped
from insight.methods.vintages import joined
from insight.params import Council
from insight.sources.contracts.place import BESIDE
from insight.sources.mapping.applying import slug
from insight.sources.open_data.tables import OpenTables

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

LOOKUP_SOURCES = ("oa_lookup_2011", "oa_ward")
COUNTS = {
    # column of the look-up: source by output area, source by LSOA
    "households": ("census_2011_oa_tenure", "census_2011_households"),
    "persons": ("census_2011_oa_persons", "census_2011_persons"),
    "children_0_4": ("census_2011_oa_ages", "census_2011_ages"),
}
OUTLINES, CLASSES = "oa_outlines_2011", "output_area_classes"
DEGREES = 4326
DECIMALS = 7
"""Of degrees: about a centimetre, so that corners come back to the same 0.1 m."""
TENURES = {"owned": "owned", "social rented": "social_rented", "private rented": "private_rented"}
EVERYONE = ("all households", "all categories")
SHARED_OUT = "counts of LSOAs are shared out evenly over their output areas"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One input as made: its table, the sources behind it, and what a user should know of it."""

    table: pd.DataFrame
    sources: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())


def of_district(tables: OpenTables, name: str, council: Council) -> pd.DataFrame:
    """Return the rows of a table that lie in the council's district."""
    frame = tables.table(name)
    return frame[frame["district"] == council.lad_code].reset_index(drop=True)


def count_source(tables: OpenTables, column: str) -> str | None:
    """Return the best source that is there for a count of the look-up: output areas, else LSOAs."""
    return next((name for name in COUNTS[column] if tables.has(name)), None)


def tenure_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Return households by output area: ``all`` and each tenure, from the census's cells by name.

    A tenure's total is taken where the census gives one, else its parts are added up.
    """
    words = frame["cell"].str.casefold().str.strip()
    by_area = frame.assign(words=words).pivot_table(index="oa", columns="words", values="households", aggfunc="sum")
    found = {"all": by_area[[name for name in by_area if name.startswith(EVERYONE)]].max(axis=1)}
    for start, measure in TENURES.items():
        whole = [name for name in by_area if name in {start, f"{start}: total"}]
        parts = [name for name in by_area if name.startswith(f"{start}:") and name not in whole]
        found[measure] = by_area[whole[0]] if whole else by_area[parts].sum(axis=1)
    import pandas as pd

    return pd.DataFrame(found)


def shared_evenly(counts: pd.Series, parts: pd.Series) -> np.ndarray:
    """Return whole numbers by part that add up to the count of each larger area, as even as can be.

    Args:
        counts: count by code of the larger area.
        parts: code of the larger area of each part, in the order of the parts.
    """
    size, place = parts.map(parts.value_counts()), parts.groupby(parts).cumcount()
    whole = parts.map(counts).fillna(0).round().astype(int)
    return (whole // size + (place < whole % size)).to_numpy(dtype=int)


def _counts(tables: OpenTables, areas: pd.DataFrame, column: str) -> tuple[np.ndarray, str, str]:
    """Return a count by output area, its source, and a note where it is not the output areas' own."""
    import pandas as pd

    name = count_source(tables, column)
    if name is None:
        raise InputError([_lacking(tables, column)])
    frame = tables.table(name)
    if name == COUNTS[column][0]:
        by_area = tenure_cells(frame)["all"] if "cell" in frame else frame.set_index("oa")[column]
        return areas["oa"].map(by_area).fillna(0).astype(int).to_numpy(), name, ""
    value = column if column in frame else "value"
    note = f"{column}: {SHARED_OUT}"
    if "year" in frame:
        year = frame["year"].min()
        frame, note = frame[frame["year"] == year], f"{note}; they are of {year:.0f}"
    elif value not in frame:
        value = str(frame.columns.difference(["lsoa", "vintage", "edition"])[0])
    counts = pd.Series(frame[value].to_numpy(), index=frame["lsoa"])
    return shared_evenly(counts, areas["lsoa"]), name, note


def _lacking(tables: OpenTables, column: str) -> Problem:
    names = " or ".join(COUNTS[column])
    return Problem(
        file=paths.shown(tables.place), rule=f"{column} of areas must be there", fix=f"insight fetch PARAMS {names}"
    )


def ward_codes(tables: OpenTables, council: Council) -> pd.DataFrame:
    """Return ``oa, ward, ward_name, ward_gss``: wards named by slug, as params and ledgers name them."""
    frame = of_district(tables, "oa_ward", council)
    return frame.assign(ward_gss=frame["ward_code"], ward_name=frame["ward"], ward=frame["ward"].map(slug))[
        ["oa", "ward", "ward_name", "ward_gss", "vintage"]
    ]


def _ward_year(tables: OpenTables) -> int | None:
    """Return the year in the name of the column that holds ward codes, which a derived copy may have of its own."""
    name = tables.column("oa_ward", "ward_code")
    found = re.search(r"wd(\d\d)", name.casefold()) if name else None
    return 2000 + int(found[1]) if found else None


def lookup(tables: OpenTables, council: Council) -> Part:
    """Return the area look-up: output areas of 2011 with LSOA, ward, district and counts."""
    areas = of_district(tables, "oa_lookup_2011", council).drop_duplicates("oa").sort_values("oa", ignore_index=True)
    wards = ward_codes(tables, council).drop(columns="ward_gss")
    own = joined(areas[["oa", "lsoa", "vintage"]].astype({"vintage": int}), wards, on="oa", what="oa_ward")
    lost = own.loc[own["ward"].isna(), "oa"].tolist()
    if lost:
        rule, fix = "every output area must be in a ward", "insight fetch PARAMS oa_ward --again"
        found = f"{len(lost)} without, such as {lost[0]}"
        raise InputError([Problem(file=paths.shown(tables.place), rule=rule, fix=fix, found=found)])
    made = own.assign(neighbourhood="", neighbourhood_name="", borough=council.slug, ward_year=_ward_year(tables))
    sources, notes = list(LOOKUP_SOURCES), ["no neighbourhoods: fill in two columns, or let profiling propose them"]
    for column in COUNTS:
        made[column], name, note = _counts(tables, made, column)
        sources.append(name)
        notes += [note] if note else []
    # Census counts are perturbed cell by cell, so that children of a small area may outnumber its residents.
    made["children_0_4"] = np.minimum(made["children_0_4"], made["persons"])
    order = [*("oa", "lsoa", "neighbourhood", "neighbourhood_name", "ward", "ward_name", "borough")]
    order += [*COUNTS, "vintage", "ward_year"]
    return Part(table=made[order], sources=tuple(sources), notes=tuple(notes))


def known_areas(tables: OpenTables, others: Sequence[OpenTables]) -> pd.DataFrame:
    """Return ``oa, lsoa, district, vintage`` of the council's output areas and of those that others have fetched."""
    import pandas as pd

    frames = [one.table("oa_lookup_2011") for one in (tables, *others)]
    known = pd.concat(frames, ignore_index=True).drop_duplicates("oa").sort_values("oa", ignore_index=True)
    return known[["oa", "lsoa", "district", "vintage"]].astype({"vintage": int})


def of_outlines(tables: OpenTables, others: Sequence[OpenTables] = ()) -> gpd.GeoDataFrame:
    """Return ``oa`` and outline on the National Grid, of every district that was fetched."""
    import geopandas as gpd
    import pandas as pd

    frames = [one.table(OUTLINES)[["oa", "geometry"]].to_crs(NATIONAL_GRID) for one in (tables, *others)]
    together = pd.concat(frames, ignore_index=True).drop_duplicates("oa", ignore_index=True)
    return gpd.GeoDataFrame(together, geometry="geometry", crs=NATIONAL_GRID)


def boundaries(tables: OpenTables, council: Council, areas: pd.DataFrame, *, others: Sequence[OpenTables] = ()) -> Part:
    """Return outlines of output areas, LSOAs, wards and the borough, the larger ones dissolved from the smallest.

    So all levels cover the same ground and share their borders, and wards are of the look-up's year. Output areas of
    other districts stand there too, on a level of their own.
    """
    import geopandas as gpd
    import pandas as pd
    import shapely

    shapes = of_outlines(tables, others)
    here = shapes[shapes["oa"].isin(areas["oa"])]
    if lost := sorted(set(areas["oa"]) - set(here["oa"])):
        found = f"{len(lost)} without, such as {lost[0]}"
        fix = f"insight fetch PARAMS {OUTLINES} --again"
        rule = "every output area of the look-up must have an outline"
        raise InputError([Problem(file=paths.shown(tables.place), rule=rule, fix=fix, found=found)])
    small = snapped(here.set_index("oa").loc[areas["oa"]].reset_index())
    outline = small.geometry.to_numpy()
    vintage = int(areas["vintage"].iloc[0])
    parts = [pd.DataFrame({"level": "oa", "code": areas["oa"], "name": areas["oa"], "geometry": outline})]
    for level, name in (("lsoa", "lsoa"), ("ward", "ward_name"), ("borough", "borough")):
        names = areas.drop_duplicates(level).set_index(level, drop=False)[name]
        # Which rows belong to each larger area; a union of shapes that share their borders is exact.
        rows = areas.groupby(level, sort=True).indices
        unions = [shapely.coverage_union_all(outline[places]) for places in rows.values()]
        codes = [str(code) for code in rows]
        one = pd.DataFrame({"level": level, "code": codes, "name": [names[code] for code in rows], "geometry": unions})
        parts.append(one.assign(name=council.name) if level == "borough" else one)
    known = known_areas(tables, others)["oa"]
    beside = snapped(shapes[shapes["oa"].isin(known) & ~shapes["oa"].isin(areas["oa"])])
    about = {"level": BESIDE, "code": beside["oa"], "name": beside["oa"], "geometry": beside.geometry.to_numpy()}
    parts.append(pd.DataFrame(about).sort_values("code"))
    frame = pd.concat(parts, ignore_index=True).assign(vintage=vintage)
    ward_year = areas["ward_year"].iloc[0]
    if pd.notna(ward_year):
        frame.loc[frame["level"] == "ward", "vintage"] = int(ward_year)
    made = gpd.GeoDataFrame(frame, geometry="geometry", crs=NATIONAL_GRID).to_crs(DEGREES)
    notes = ("LSOAs, wards and the borough are dissolved from output areas by the look-up",)
    return Part(table=made, sources=(OUTLINES, *LOOKUP_SOURCES), notes=notes)


def classes(tables: OpenTables, council: Council, *, others: Sequence[OpenTables] = ()) -> Part:
    """Return the open classification of the output areas that look-ups of areas know, other districts' too."""
    import pandas as pd

    about = known_areas(tables, others)
    found = tables.table(CLASSES)
    found = found.assign(postcodes=found.get("postcodes"))
    wanted = ["oa", "subgroup", "postcodes", "vintage", "edition"]
    table = joined(about, found.drop_duplicates("oa")[wanted], on="oa", what=CLASSES)
    table = table.dropna(subset=["subgroup"])
    districts = pd.read_csv(paths.reference("greater_manchester_districts.csv"), dtype=str)
    names = districts.set_index("lad_code")["name"].to_dict() | {council.lad_code: council.name}
    name = table["district"].map(names).fillna(table["district"])
    own = table["district"] == council.lad_code
    made = table.assign(
        borough=name.map(slug).where(~own, council.slug),
        borough_name=name,
        supergroup=table["subgroup"].str[0],
        postcodes=table["postcodes"].astype("Int64"),
    )
    columns = ["oa", "lsoa", "borough", "borough_name", "edition", "supergroup", "subgroup", "postcodes", "vintage"]
    return Part(table=made.sort_values("oa")[columns], sources=(CLASSES, "oa_lookup_2011"))


def housing(tables: OpenTables, areas: pd.DataFrame) -> Part:
    """Return households by tenure of each output area, census 2011."""
    cells = tenure_cells(tables.table("census_2011_oa_tenure")).reindex(areas["oa"])
    kept = cells[cells["all"] > 0]
    long = kept.drop(columns="all").rename_axis("area").melt(ignore_index=False, var_name="measure", value_name="count")
    made = long.reset_index().assign(denominator=lambda frame: frame["area"].map(kept["all"]))
    made = made.assign(
        count=made["count"].clip(upper=made["denominator"]).astype(int),
        denominator=made["denominator"].astype(int),
        period="2011",
        source="Census 2011, table KS402EW",
        vintage=int(areas["vintage"].iloc[0]),
    )
    return Part(table=made.sort_values(["area", "measure"]), sources=("census_2011_oa_tenure",))


def as_geojson(shapes: gpd.GeoDataFrame) -> str:
    """Return outlines as GeoJSON text, a feature a line."""
    import json

    import shapely

    text = shapely.to_geojson(shapely.set_precision(shapes.geometry.to_numpy(), 10.0**-DECIMALS))
    rows = shapes.drop(columns="geometry").to_dict("records")
    features = [
        json.dumps({"type": "Feature", "properties": row}, ensure_ascii=False)[:-1] + f', "geometry": {shape}}}'
        for row, shape in zip(rows, text, strict=True)
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"
