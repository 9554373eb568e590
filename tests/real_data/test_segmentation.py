"""Stage 02 on the open classification of real Oldham and real Rochdale: the path of a council without a licence."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import yaml

from insight import params, paths
from insight.methods.composition import predominant
from insight.privacy.loading import Inputs
from insight.sources.reading import read_input
from insight.sources.standing import OPEN
from insight.stages import acorn_mapping as stage

FOLDER = Path(os.environ.get("INSIGHT_REAL_DATA") or paths.root().parent / "shared" / "data")
TOWNS = {"oldham": "E08000004", "rochdale": "E08000005"}
SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"][
    "acorn_mapping"
]
QUEEN = stage.Params.build(**{**SECTION, "contiguity": "queen", "permutations": 999})

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"no real data at {FOLDER}: set INSIGHT_REAL_DATA to the folder that holds them"
    ),
]


def areas() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "oa11_lookup_oac11.csv").sort_values("oa11cd", ignore_index=True)


def lookup(town: str) -> pd.DataFrame:
    """Households are known by LSOA alone: each output area is given an equal part of them."""
    own = areas().query("ladcd == @TOWNS[@town]").reset_index(drop=True)
    census = pd.read_csv(FOLDER / "census2011_lsoa11.csv").set_index("lsoa11cd")[["households", "persons"]]
    size = own.groupby("lsoa11cd")["oa11cd"].transform("size")
    parts = census.reindex(own["lsoa11cd"]).reset_index(drop=True)
    return pd.DataFrame(
        {
            "oa": own["oa11cd"],
            "lsoa": own["lsoa11cd"],
            "neighbourhood": "",
            "neighbourhood_name": "",
            "ward": own["wd13cd"],
            "ward_name": own["wd13nm"],
            "borough": town,
            "households": (parts["households"] / size).round().astype(int),
            "persons": (parts["persons"] / size).round().astype(int),
            "children_0_4": 0,
            "vintage": 2011,
        }
    )


def classes() -> pd.DataFrame:
    every = areas()
    return pd.DataFrame(
        {
            "oa": every["oa11cd"],
            "lsoa": every["lsoa11cd"],
            "borough": every["ladnm"].str.lower(),
            "borough_name": every["ladnm"],
            "edition": "2011",
            "supergroup": every["oac11"].str[0],
            "subgroup": every["oac11"],
            "postcodes": every["n_postcodes"],
            "vintage": 2011,
        }
    )


def outlines() -> gpd.GeoDataFrame:
    shapes = gpd.read_file(FOLDER / "boundaries_bgc.gpkg", layer="oa11")
    found = gpd.GeoDataFrame(
        {"level": "oa", "code": shapes["OA11CD"], "name": shapes["OA11CD"], "vintage": 2011},
        geometry=shapes.geometry,
        crs=shapes.crs,
    )
    return found.to_crs(4326)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Inputs of both towns, written as a council would hold them and read by their contracts."""
    folder = tmp_path_factory.mktemp("real")
    classes().to_csv(folder / "oa_classification.csv", index=False)
    (folder / "boundaries.geojson").write_text(outlines().to_json(), encoding="utf-8")
    shared = {
        "oa_classification": read_input("oa_classification", folder / "oa_classification.csv"),
        "boundaries": read_input("boundaries", folder / "boundaries.geojson"),
    }
    found = {}
    for town in TOWNS:
        file = folder / f"{town}.csv"
        lookup(town).to_csv(file, index=False)
        frames = {"lookup": read_input("lookup", file), **shared}
        found[town] = Inputs(
            council=params.load(paths.root() / "params" / f"{town}.yml"),
            frames=frames,
            standings=dict.fromkeys(frames, OPEN),
            files=dict.fromkeys(frames, file),
        )
    return found


@pytest.fixture(scope="module")
def results(made):
    return {town: stage.analyse(inputs, QUEEN) for town, inputs in made.items()}


@pytest.fixture(autouse=True)
def build(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))


def shares(found, unit):
    return found.shares[found.shares["unit"] == unit].set_index("category")


def test_oldhams_classes_against_the_country(results):
    own = shares(results["oldham"], "output areas")
    keys = ["rural_residents", "multicultural_metropolitans", "urbanites", "suburbanites", "hard_pressed_living"]
    assert (own.loc[keys, "index"] / 100).tolist() == pytest.approx([0.14, 2.03, 0.68, 1.16, 1.51], abs=0.006)
    assert own.loc["cosmopolitans", ["count", "index"]].tolist() == [0, 0]
    assert set(own.index[own["stands"] == "over"]) == {
        "multicultural_metropolitans",
        "suburbanites",
        "hard_pressed_living",
    }
    near = own.loc["constrained_city_dwellers"]
    assert (near["stands"], round(near["index"], 1)) == ("no practical difference", 109.9), "in index just not enough"


def test_the_unit_moves_the_share(results):
    key = "multicultural_metropolitans"
    by_unit = {unit: shares(results["oldham"], unit).loc[key, "share"] for unit in ("postcodes", "output areas")}
    assert by_unit["output areas"] == pytest.approx(0.205, abs=0.0005)
    assert by_unit["postcodes"] == pytest.approx(0.289, abs=0.002)


def test_the_two_wards_are_of_one_kind(results):
    cells = results["oldham"].found.cells
    names = results["oldham"].wards.drop_duplicates("ward").set_index("ward_name")["ward"]
    for ward, part in (("Coldhurst", 0.676), ("St Mary's", 0.75)):
        here = cells[cells["ward"] == names[ward]]
        assert (here["category"] == "multicultural_metropolitans").mean() == pytest.approx(part, abs=0.0005)
        row = results["oldham"].wards.query("ward_name == @ward and category == 'multicultural_metropolitans'").iloc[0]
        assert row["stands"] == "over"


def test_joins_are_those_that_another_library_found(results):
    joins = results["oldham"].own.joins
    assert (joins.joins, joins.p) == (1026, 0.001)
    assert joins.expected == pytest.approx(436.9, abs=0.05)
    told = results["oldham"].clumping.set_index("category")["joins"]
    names = ["Multicultural metropolitans", "Suburbanites", "Hard-pressed living"]
    assert told[names].tolist() == [337, 241, 284]


def test_each_town_stands_beside_the_other_and_both_clump_beyond_random_allocation(results):
    here, there = (results[town].clumping_beside.set_index("place") for town in TOWNS)
    assert set(here.index) == set(there.index) == {"Oldham", "Rochdale"}
    assert here.loc["Rochdale", "areas"] == 677
    same = ["joins", "expected", "dissimilarity", "zones", "pairs"]
    assert here.loc["Rochdale", same].tolist() == pytest.approx(there.loc["Rochdale", same].tolist())
    for table in (here, there):
        assert (table["ratio"] > 1.5).all()
        assert (table["dissimilarity"] > table["random_high"]).all()


@pytest.mark.parametrize("town", TOWNS)
def test_clumping_is_supported_on_open_data_and_no_claim_on_acorn_is(made, results, town):
    found = {row.id: row for row in stage.findings(made[town], results[town], QUEEN)}
    assert (found["households_clumped"].outcome, found["households_clumped"].data) == ("supported", "open")
    assert found["urban_prosperity_in_saddleworth"].outcome == "not testable here"
    assert found["largest_types_order"].outcome == "not testable here"


@pytest.mark.parametrize("town", TOWNS)
def test_the_map_of_real_output_areas_is_offline_and_under_700_kb(made, results, town):
    drawn = stage.areas_map(made[town], results[town])
    assert len(drawn.data) == len(made[town].table("lookup"))
    assert len(drawn.page.encode()) < 700_000
    assert "Demonstration" not in drawn.html()


@pytest.mark.parametrize("town", TOWNS)
def test_the_stage_writes_every_table_of_a_real_town(made, results, town):
    stage.save(made[town], results[town])
    stage.figures(made[town], results[town], QUEEN)
    folder = paths.stage_dir(town, "acorn_mapping") / "tables"
    assert {file.stem for file in folder.glob("*.csv")} == set(stage.DECLARATION.tables)


def test_lsoas_without_a_single_commonest_class_are_flagged():
    counts = areas().query("ladcd == 'E08000004'")
    counts = counts.assign(supergroup=counts["oac11"].str[0]).groupby(["lsoa11cd", "supergroup"])
    table = counts.agg(n=("oa11cd", "size"), postcodes=("n_postcodes", "sum")).reset_index()
    found = predominant(table, area="lsoa11cd", category="supergroup", count="n", tiebreak="postcodes")
    assert found["is_tied"].sum() == 21
