"""A council's first inputs as tables made of open data: look-up, outlines, open classification, deprivation.

What open data hold by LSOA only is shared out alike among its output areas; each table comes with a note that says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from insight.errors import NotSuppliedError
from insight.params import Council
from insight.sources.open_data import store
from insight.sources.open_data.tables import OpenTables, joined

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

CENTURY = 2000
AREAS = ("oa_lookup_2011", "oa_ward")
COUNTS = ("census_2011_persons", "census_2011_ages")
TENURE, OUTLINES, CLASSES = "census_2011_tenure", "oa_outlines_2011", "output_area_classes"
DEPRIVATION, CHANGES = ("deprivation_2010", "deprivation_2015"), "lsoa_2001_2011"
UNCHANGED = "U"
WARD_CODE = re.compile(r"^WD(\d\d)CD$", re.IGNORECASE)


def vintage_of(tables: OpenTables) -> int:
    """Return the census year of the output areas that all is made of."""
    return int(tables.source(AREAS[0]).vintage)


def _ward_year(tables: OpenTables) -> int | None:
    """Return the year of the ward codes, which the column's own name says."""
    import pandas as pd

    source = tables.source("oa_ward")
    path = store.found(source, tables.place)
    names = [] if path is None else list(pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns)
    years = [int(match.group(1)) for name in names if (match := WARD_CODE.match(str(name)))]
    return CENTURY + years[0] if years else None


def _households(tables: OpenTables) -> pd.Series:
    """Return households by LSOA: the total of the tenure table, else what stands beside the residents."""
    if tables.has(TENURE):
        tenure = tables.table(TENURE)
        total = tenure[tenure["cell"].str.casefold().str.startswith("all")]
        return total.set_index("lsoa")["households"]
    people = tables.table("census_2011_persons")
    if "households" not in people.columns:
        raise NotSuppliedError(f"no households by LSOA. Fix: insight fetch PARAMS {TENURE}")
    return people.set_index("lsoa")["households"]


def _children(tables: OpenTables) -> tuple[pd.Series, int]:
    """Return residents under five by LSOA, of the earliest year that is there, and that year."""
    ages = tables.table("census_2011_ages")
    year = int(ages["year"].min())
    return ages[ages["year"].eq(year)].set_index("lsoa")["value"], year


def shared_equally(totals: Mapping[str, float], areas: pd.Series) -> pd.Series:
    """Share whole counts of larger areas out among the smaller ones in them, alike; the first ones take the rest.

    Args:
        totals: count by larger area.
        areas: code of the larger area by code of the smaller one.

    Returns:
        Count by smaller area, in the order of ``areas``; the counts of a larger area add up to its total.
    """
    import pandas as pd

    found: dict[Any, int] = {}
    for code, inside in areas.groupby(areas):
        names = sorted(inside.index)
        each, rest = divmod(round(float(totals[str(code)])), len(names))
        found |= {name: each + (place < rest) for place, name in enumerate(names)}
    return pd.Series(found).reindex(areas.index)


def lookup(tables: OpenTables, council: Council) -> tuple[pd.DataFrame, str]:
    """Return the area look-up of a council, and a note.

    Raises:
        NotSuppliedError: the fetched look-up holds no area of the council, or households are not there.
    """
    here = tables.table("oa_lookup_2011").query("district == @council.lad_code")
    if here.empty:
        raise NotSuppliedError(
            f"no output area of {council.lad_code} in {tables.source('oa_lookup_2011').file}. "
            "Fix: insight fetch PARAMS oa_lookup_2011 --again --replace"
        )
    wards = tables.table("oa_ward")[["oa", "ward_code", "ward", "vintage"]]
    frame = joined(here[["oa", "lsoa", "vintage"]], wards, on="oa", vintage=here["vintage"].iloc[0]).sort_values("oa")
    children, year = _children(tables)
    lsoa = frame.set_index("oa")["lsoa"]
    persons = tables.table("census_2011_persons").set_index("lsoa")["persons"]
    counts = {"households": _households(tables), "persons": persons, "children_0_4": children}
    made = frame.assign(
        neighbourhood="",
        neighbourhood_name="",
        ward_name=frame["ward"],
        ward=frame["ward_code"],
        borough=council.lad_code,
        vintage=vintage_of(tables),
        ward_year=_ward_year(tables),
        **{name: shared_equally(values, lsoa).to_numpy() for name, values in counts.items()},
    )
    columns = ["oa", "lsoa", "neighbourhood", "neighbourhood_name", "ward", "ward_name", "borough"]
    note = (
        f"{len(made)} output areas, {made['ward'].nunique()} wards; residents and households of the census of 2011 and "
        f"children under five of {year} are known by LSOA and shared out alike among its output areas"
    )
    return made[[*columns, *counts, "vintage", "ward_year"]], note


def outlines(tables: OpenTables, areas: pd.DataFrame) -> tuple[gpd.GeoDataFrame, str]:
    """Return output areas, and LSOAs, wards and borough made of them, so that all levels agree."""
    import pandas as pd

    from insight.methods.spatial import snapped

    frame = tables.table(OUTLINES)[["oa", "geometry"]].merge(areas, on="oa")
    frame = snapped(frame.set_geometry("geometry"))
    parts = [frame[["oa", "geometry"]].rename(columns={"oa": "code"}).assign(level="oa", name=frame["oa"])]
    for level, name in (("lsoa", "lsoa"), ("ward", "ward_name"), ("borough", "borough")):
        columns = dict.fromkeys([level, name])
        whole = frame[[*columns, "geometry"]].dissolve(by=list(columns), as_index=False)
        parts.append(
            whole.assign(code=whole[level], name=whole[name], level=level)[["level", "code", "name", "geometry"]]
        )
    years = {"ward": areas["ward_year"].iloc[0]}
    made = pd.concat(parts, ignore_index=True)
    made["vintage"] = [int(years.get(level) or vintage_of(tables)) for level in made["level"]]
    lost = len(areas) - len(frame)
    note = f"{len(frame)} output areas; LSOAs, wards and borough are dissolved from them"
    return made[["level", "code", "name", "vintage", "geometry"]], note + (f"; {lost} lack an outline" if lost else "")


def classes(tables: OpenTables, areas: pd.DataFrame, council: Council) -> tuple[pd.DataFrame, str]:
    """Return the class of each output area in the open classification, and a note."""
    frame = areas[["oa", "lsoa", "borough"]].merge(tables.table(CLASSES)[["oa", "subgroup"]], on="oa")
    frame = frame.assign(
        borough_name=council.name,
        edition=str(vintage_of(tables)),
        supergroup=frame["subgroup"].astype(str).str[0].astype(int),
        postcodes="",
        vintage=vintage_of(tables),
    )
    columns = ["oa", "lsoa", "borough", "borough_name", "edition", "supergroup", "subgroup", "postcodes", "vintage"]
    return frame[columns], f"{len(frame)} of {len(areas)} output areas classified"


def _scores(tables: OpenTables, name: str) -> pd.DataFrame | None:
    """Return ``lsoa, score`` on LSOAs of 2011, or ``None`` where scores, or the look-up they need, are not there."""
    if not tables.has(name):
        return None
    frame = tables.table(name)[["lsoa", "score", "vintage"]]
    if tables.source(name).vintage == str(vintage_of(tables)):
        return frame[["lsoa", "score"]]
    if not tables.has(CHANGES):
        return None
    changes = tables.table(CHANGES)
    same = changes[changes["change"].eq(UNCHANGED)].rename(columns={"lsoa_2001": "lsoa"})
    found = joined(frame, same, on="lsoa", vintage="2001")
    return found[["lsoa_2011", "score"]].rename(columns={"lsoa_2011": "lsoa"})


def indicators(tables: OpenTables, areas: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return residents by ward and borough, deprivation by output area too, each edition that is there; and a note."""
    import pandas as pd

    rows = []
    for level in ("ward", "borough"):
        sums = areas.groupby(level)["persons"].sum()
        rows += [_row("population_families", "population", area, "2011", n, "count") for area, n in sums.items()]
    for name in DEPRIVATION:
        scores = _scores(tables, name)
        if scores is None:
            continue
        period = tables.source(name).edition
        known = areas.merge(scores, on="lsoa", how="inner").dropna(subset=["score"])
        rows += [_row("incomes", "deprivation_score", one.oa, period, one.score, "score") for one in known.itertuples()]
        for level in ("ward", "borough"):
            weighted = (known["score"] * known["persons"]).groupby(known[level]).sum()
            means = weighted / known.groupby(level)["persons"].sum()
            rows += [_row("incomes", "deprivation_score", area, period, v, "score") for area, v in means.items()]
    made = pd.DataFrame(rows)
    small = set(areas["oa"])
    made["vintage"] = [str(vintage_of(tables)) if area in small else "" for area in made["area"]]
    note = f"{made['indicator'].nunique()} indicators; deprivation of wards is the mean of LSOAs by residents"
    return made, note + ("; of 2010, LSOAs that changed by 2011 are left out" if "2010" in set(made["period"]) else "")


def _row(theme: str, indicator: str, area: object, period: str, value: float, unit: str) -> dict[str, Any]:
    text = f"{value:.0f}" if unit == "count" else f"{value:.3f}"
    source = "Census 2011" if unit == "count" else f"English Indices of Deprivation {period}"
    return {
        "theme": theme,
        "indicator": indicator,
        "area": area,
        "period": period,
        "value": text,
        "numerator": "",
        "denominator": "",
        "unit": unit,
        "source": source,
        "definition_version": "1",
        "status": "",
    }
