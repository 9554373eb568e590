"""Real Oldham and real Rochdale as councils would hold them: inputs made of open data, and notebooks run on them.

Housing and places are added for Oldham, as a council would add them, so that the division and the walks run on real
shapes; rivers come from the open map by the step that users take. Everything is read from the folder of open data that
the tests are given; nothing of it is kept.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import yaml

from insight import paths
from insight.params import Council
from insight.sources.open_data import registry
from insight.sources.open_data.supply import Made, supply
from insight.sources.open_data.tables import OpenTables

FOLDER = Path(os.environ.get("INSIGHT_REAL_DATA") or paths.root().parent / "shared" / "data")
STAGES = {"profiling": "01_profiling.ipynb", "acorn_mapping": "02_acorn_mapping.ipynb"}

TOWNS = {
    "Oldham": ("E08000004", {"coldhurst": 5, "st_marys": 4}),
    "Rochdale": ("E08000005", {"milkstone_and_deeplish": 4, "smallbridge_and_firgrove": 4}),
}
HOUSING = {
    "semi_detached": ["ts0440003"],
    "terraced": ["ts0440004"],
    "flat": ["ts0440005", "ts0440006", "ts0440007"],
    "owned": ["ts0540002"],
    "social_rented": ["ts0540007"],
    "private_rented": ["ts0540010"],
}


@dataclass(frozen=True)
class Ran:
    """What the cells of a notebook gave: objects by the call that made them, and the names that were left."""

    shown: dict[str, object]
    names: dict[str, object]


def _area_housing(lookup):
    """Census 2021 shares on output areas that kept their code; the others take the mean of their LSOA."""
    table = pd.read_parquet(FOLDER / "oldham_oa21_ts044_ts045_ts054.parquet")
    shares = pd.DataFrame({name: table[cells].sum(axis=1) / table["ts0440001"] for name, cells in HOUSING.items()})
    lsoa = lookup.set_index("oa")["lsoa"]
    known = shares[shares.index.isin(lsoa.index)]
    means = known.groupby(lsoa.reindex(known.index)).mean()
    filled = known.reindex(lsoa.index).fillna(means.reindex(lsoa).set_axis(lsoa.index))
    long = filled.rename_axis("area").melt(ignore_index=False, var_name="measure", value_name="share").reset_index()
    homes = lookup.set_index("oa")["households"].clip(lower=1)
    return long.assign(
        denominator=long["area"].map(homes),
        count=(long["share"] * long["area"].map(homes)).round().astype(int),
        period="2021",
        source="Census 2021 on output areas that kept their code, LSOA means elsewhere",
        vintage=2011,
    ).drop(columns="share")


def _places(outlines):
    areas = outlines[outlines["level"] == "oa"].to_crs(27700)
    parts = []
    for layer, kind in (("libraries", "library"), ("pharmacies", "shops"), ("dentists", "health_centre")):
        points = gpd.read_file(FOLDER / "oldham_pois.gpkg", layer=layer).to_crs(27700)
        inside = points.sjoin(areas[["code", "geometry"]], predicate="within")
        parts.append(gpd.GeoDataFrame({"name": kind, "kind": kind, "oa": inside["code"]}, geometry=inside.geometry))
    # No list of children's centres can be had: libraries stand in, to see that walks run on real shapes.
    parts.append(parts[0].assign(kind="childrens_centre"))
    found = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(found.assign(place=[f"P{row}" for row in range(len(found))]), crs=27700)


def _census_rows(lookup):
    """Ward counts of the census, an LSOA given to the ward with most of its homes."""
    census = pd.read_csv(FOLDER / "census2011_lsoa11.csv").set_index("lsoa11cd")
    best = lookup.groupby(["lsoa", "ward"])["households"].sum().reset_index().sort_values("households")
    ward = best.drop_duplicates("lsoa", keep="last").set_index("lsoa")["ward"]
    sums = census.reindex(ward.index).groupby(ward)[["social_rented_hh", "households"]].sum()
    return pd.DataFrame(
        {
            "theme": "housing_amenities",
            "indicator": "social_rented",
            "area": sums.index,
            "period": "2011",
            "value": sums["social_rented_hh"] / sums["households"],
            "numerator": sums["social_rented_hh"],
            "denominator": sums["households"],
            "unit": "share",
            "source": "Census 2011",
            "definition_version": "census_2011",
            "status": "",
        }
    )


def _params(town, folder, named):
    """Return a params file as a council would leave it: Oldham's settings, its own wards, its own files."""
    lad, wards = TOWNS[town]
    made = yaml.safe_load((paths.root() / "params" / "rochdale.yml").read_text(encoding="utf-8"))
    made["council"] = {"name": town, "slug": town.lower(), "lad_code": lad}
    made["inputs"] = {name: named.get(name, "not_supplied") for name in made["inputs"]}
    made["stages"]["acorn_mapping"] |= {
        "contiguity": "queen",
        "permutations": 999,
        "concentrated_ward": next(iter(wards)),
    }
    made["stages"]["profiling"] |= {
        "focus_wards": list(wards),
        "neighbourhoods_by_ward": wards,
        "barrier_tolerance_m": 25.0,
        "neighbourhood_households": 400,
        "funnel_indicator": "social_rented",
    }
    file = folder / f"{town.lower()}.yml"
    file.write_text(yaml.safe_dump(made, sort_keys=False), encoding="utf-8")
    return file, made


def _run(notebook, settings, council):
    """Run a notebook's cells in this process, in order; each call's outcome by the text of the call."""
    cells = json.loads((paths.root() / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    names, shown = {}, {}
    for cell in [one for one in cells if one["cell_type"] == "code"]:
        source = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", []):
            names |= settings | {"council": council}
            continue
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, notebook, "exec"), names)  # noqa: S102 - the project's own notebook
        if last is not None:
            shown[ast.unparse(last)] = eval(compile(ast.Expression(last.value), notebook, "eval"), names)  # noqa: S307
    return Ran(shown, names)


@dataclass(frozen=True)
class Town:
    """One district: what was made of open data, and its stages as they ran."""

    made: list[Made]
    stages: dict[str, Ran]
    build: Path


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ |= values
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def run_town(name: str, folder: Path) -> Town:
    """Make the inputs of a district of open data, add what a council would, and run both notebooks over them."""
    council = Council(name=name, slug=name.lower(), lad_code=TOWNS[name][0])
    made = supply(council, OpenTables(registry.load(), FOLDER), out=folder)
    named = {one.input: str(one.file) for one in made if one.state == "made"}
    lookup = pd.read_csv(named["lookup"])
    own = pd.concat([pd.read_csv(named["indicators"]), _census_rows(lookup)], ignore_index=True)
    own.to_csv(folder / "own.csv", index=False)
    more = {"indicators": str(folder / "own.csv")}
    if name == "Oldham":
        _area_housing(lookup).to_csv(folder / "housing.csv", index=False)
        _places(gpd.read_file(named["boundaries"])).to_file(folder / "places.gpkg")
        more |= {"area_housing": str(folder / "housing.csv"), "places": str(folder / "places.gpkg")}
    file, whole = _params(name, folder, {**named, **more})
    build = folder / "build"
    where = {"INSIGHT_PARAMS": str(file), "INSIGHT_BUILD": str(build), "INSIGHT_OPEN_DATA": str(FOLDER)}
    with _environment(where):
        ran = {stage: _run(notebook, whole["stages"][stage], council.slug) for stage, notebook in STAGES.items()}
    return Town(made=made, stages=ran, build=build / council.slug)
