"""What was fetched becomes inputs in one step: exact where counts of output areas came, said where they did not."""

import json
import shutil
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from insight import paths
from insight.cli import app
from insight.params import Council
from insight.sources.open_data import fetching, registry, store
from insight.sources.open_data.supply import areas
from insight.sources.open_data.tables import OpenTables
from insight.sources.standing import of_file
from open_services import registry_at, serving, square

BURY = Council(name="Bury", slug="bury", lad_code="E08000002")
OAS = [f"E0000000{place}" for place in range(6)]
LSOAS = ["E01000001"] * 3 + ["E01000002"] * 3
WARDS = ["St Mary's"] * 2 + ["Moor & Side"] * 4
CELLS = {"All households": 100, "Owned: Owned outright": 40, "Owned: Owned with a mortgage or loan": 20}
CELLS |= {"Social rented: Total": 25, "Social rented: Other": 10, "Private rented: Total": 15, "Living rent free": 0}
LARGE = ["oa_lookup_2011", "oa_ward", "oa_outlines_2011", "census_2011_persons", "census_2011_households"]
EXACT = ["census_2011_oa_persons", "census_2011_oa_ages", "census_2011_oa_tenure"]
CARS = {"All categories: Car or van availability": 100, "No cars or vans in household": 40, "1 car or van": 60}
ENGLAND = "E92000001"


def rows(counts):
    return [{"GEOGRAPHY_CODE": code, "CELL_NAME": cell, "OBS_VALUE": str(value)} for code, cell, value in counts]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """Everything a small district can fetch, brought once from a server that answers as the services do."""
    folder = tmp_path_factory.mktemp("bury")
    with pytest.MonkeyPatch.context() as patch, serving() as services:
        patch.setenv(store.FOLDER_VARIABLE, str(folder / "open"))
        patch.setenv("INSIGHT_FETCH_BACKOFF", "0.01")
        attributes = [
            {"OA11CD": oa, "LSOA11CD": lsoa, "MSOA11CD": "E02000001", "LAD11CD": BURY.lad_code}
            for oa, lsoa in zip(OAS, LSOAS, strict=True)
        ]
        services.layers["OA11_LSOA11_MSOA11_LAD11_EW_LUv2"] = [{"attributes": one} for one in attributes]
        services.layers["OA11_WD18_LAD18_EW_LUv2"] = [
            {"attributes": {"OA11CD": oa, "WD18CD": f"E0500{ward[0]}", "WD18NM": ward, "LAD18CD": BURY.lad_code}}
            for oa, ward in zip(OAS, WARDS, strict=True)
        ]
        services.layers["Output_Areas_Dec_2011_Boundaries_EW_BGC_2022"] = [
            {"attributes": {"OA11CD": oa}, "geometry": square(place)} for place, oa in enumerate(OAS)
        ]
        services.nomis_rows["NM_144_1"] = rows(
            [(code, "All usual residents", 1000) for code in set(LSOAS)]
            + [(oa, "All usual residents", 300 + place) for place, oa in enumerate(OAS)]
        )
        services.nomis_rows["NM_145_1"] = rows([(oa, "Age 0 to 4", 30) for oa in OAS])
        services.nomis_rows["NM_619_1"] = rows(
            [(oa, cell, value) for oa in OAS for cell, value in CELLS.items()]
            + [(code, "All households", 401) for code in set(LSOAS)]
        )
        services.nomis_rows["NM_621_1"] = rows([(oa, cell, value) for oa in OAS for cell, value in CARS.items()])
        services.nomis_rows["NM_621_1"] += rows([(ENGLAND, cell, 10 * value) for cell, value in CARS.items()])
        known = registry.load(registry_at(services.base, folder))
        classes = pd.DataFrame({"OA11CD": OAS, "OAC11CD": ["4B2", "8A1"] * 3})
        (folder / "open").mkdir()
        classes.to_csv(folder / "open" / "output_area_classes.csv", index=False)
        done = fetching.fetch(BURY, [*LARGE, *EXACT, "census_2011_oa_cars"], registry=known)
        assert {one.state for one in done} == {"fetched"}, [one.why for one in done]
    return folder / "open"


@pytest.fixture
def council(fetched, tmp_path, monkeypatch):
    """A council's params file in which nothing is supplied, and its own copy of what was fetched."""
    place = tmp_path / "open"
    shutil.copytree(fetched, place)
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(place))
    file = tmp_path / "bury.yml"
    shutil.copy(paths.root() / "params" / "bury.yml", file)
    return file


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def table(council, name):
    return pd.read_csv(council.parent / "open" / "inputs" / name, keep_default_na=False)


def test_one_step_makes_inputs_names_them_and_the_check_is_content(council):
    before = run("check", council)
    assert "make lookup, boundaries, oa_classification, area_housing, indicators of the open data" in before.stdout
    done = run("supply", council)
    assert done.exit_code == 0, done.output
    after = json.loads(run("check", council, "--json").stdout)
    supplied = {one["name"]: (one["state"], one["standing"]) for one in after if one["state"] != "not_supplied"}
    assert supplied == dict.fromkeys(
        ("indicators", "boundaries", "lookup", "area_housing", "oa_classification"), ("ok", "open")
    )
    assert "insight supply" not in run("check", council).stdout


def test_counts_of_output_areas_are_taken_as_they_are(council):
    run("supply", council)
    lookup = table(council, "lookup.csv")
    assert lookup["persons"].tolist() == [300, 301, 302, 303, 304, 305]
    assert (lookup["households"] == 100).all()
    assert (lookup["children_0_4"] == 30).all()
    assert lookup["ward"].unique().tolist() == ["st_marys", "moor_and_side"]
    assert lookup["ward_name"].unique().tolist() == ["St Mary's", "Moor & Side"]
    assert (lookup["ward_year"] == 2018).all()


def test_tenures_are_totals_where_given_and_sums_of_their_parts_where_not(council):
    run("supply", council)
    housing = table(council, "area_housing.csv").query("area == @OAS[0]").set_index("measure")["count"]
    assert housing.to_dict() == {"owned": 60, "social_rented": 25, "private_rented": 15}
    indicators = table(council, "indicators.csv")
    rented = indicators.query("indicator == 'social_rented'")
    assert (rented["value"] == 0.25).all()
    young = indicators.query("indicator == 'children_0_4_share'").set_index("area")
    assert young.loc["st_marys", ["numerator", "denominator"]].astype(int).tolist() == [60, 601]


def counted(council, source, cells, column="CELL_NAME"):
    made = pd.DataFrame([(area, cell, value) for area in [*OAS, ENGLAND] for cell, value in cells.items()])
    made.columns = ["GEOGRAPHY_CODE", column, "OBS_VALUE"]
    made.to_csv(council.parent / "open" / f"{source}.csv", index=False)


def test_a_table_of_cells_becomes_indicators_of_areas_and_the_nation_by_the_registry_alone(council):
    qualified = {"All categories: Highest level of qualification": 50, "No qualifications": 20}
    counted(council, "census_2011_oa_qualifications", qualified | {"Level 4 qualifications and above": 5})
    active = {"Economically active: Employee: Part-time": 10, "Economically active: Employee: Full-time": 20}
    active |= {"Economically active: Self-employed": 5, "Economically active: Unemployed": 5}
    counted(council, "census_2011_oa_activity", active | {"Economically active: Full-time student": 0, "Retired": 60})
    beds = {"All categories: Occupancy rating bedrooms": 80, "Occupancy rating (bedrooms) of -1": 6}
    beds |= {"Occupancy rating (bedrooms) of -2 or less": 2, "Occupancy rating (bedrooms) of 0": 72}
    counted(council, "census_2011_oa_bedrooms", beds, column="OCCRATBROOM_NAME")
    told = run("supply", council)
    assert told.exit_code == 0, told.output
    made = table(council, "indicators.csv")
    expected = {"no_car_households": 0.4, "no_qualification": 0.4, "degree": 0.1, "unemployed": 0.125}
    for indicator, value in (expected | {"overcrowded_households": 0.1}).items():
        own = made[made["indicator"] == indicator]
        assert own["area"].tolist() == [*OAS, "england"], indicator
        assert own["value"].tolist() == pytest.approx([value] * 7), indicator
    assert made.set_index("indicator").loc["unemployed", "theme"].unique().tolist() == [
        "economic_activity_qualifications"
    ]


def test_what_comes_ready_made_by_ward_is_read_with_its_counts(council):
    rows = [
        ("E0500S", "2017/18 - 19/20", "", 40, 200),
        ("E0500M", "2017/18 - 19/20", "", 30, 100),
        ("E05009999", "2017/18 - 19/20", "", 1, 100),
        ("E92000001", "2017/18 - 19/20", "Most deprived decile", 900, 1000),
        ("E92000001", "2017/18 - 19/20", "", 250, 1000),
        (BURY.lad_code, "2017/18 - 19/20", "", None, None),
    ]
    made = pd.DataFrame(rows, columns=["Area Code", "Time period", "Category", "Count", "Denominator"])
    made = made.assign(**{"Area Name": "x", "Value": 1})
    made.to_csv(council.parent / "open" / "child_obesity_wards.csv", index=False)
    one = made.assign(**{"Time period": "2013/14", "Category": ""}).drop(columns="Category")
    one.iloc[:2].to_csv(council.parent / "open" / "early_years_wards.csv", index=False)
    assert run("supply", council).exit_code == 0
    found = table(council, "indicators.csv").set_index("indicator")
    obese = found.loc["obese_year_6"].set_index("area")
    assert obese["value"].astype(float).to_dict() == {"st_marys": 0.2, "moor_and_side": 0.3, "england": 0.25}
    assert obese["period"].unique().tolist() == ["2017-19"]
    assert obese["definition_version"].unique().tolist() == ["age_10-11"], "as councils' own rows have it"
    assert obese["theme"].unique().tolist() == ["health_care"]
    assert found.loc["eyfs_good_level", "period"].unique().tolist() == ["2013"]
    assert (obese["vintage"] == "").all(), "rows of wards say no census year of their codes"


def test_a_table_without_the_cells_is_refused_and_what_else_was_made_stays(council):
    counted(council, "census_2011_oa_work", {"All households": 5, "Nobody in work": 2})
    told = run("supply", council)
    assert told.exit_code != 0
    words = " ".join(told.output.split())
    assert "must hold the cells of workless_households_children" in words
    assert "add the names of its cells to `shares` of census_2011_oa_work" in words
    assert "nobody in work" in words
    assert (council.parent / "open" / "inputs" / "lookup.csv").exists()


def test_every_share_of_the_registry_is_an_indicator_of_the_catalogue_that_names_its_source():
    catalogue = pd.read_csv(paths.reference("indicator_catalogue.csv"), dtype=str).set_index("indicator")
    named = {one: name for name, source in registry.load().sources.items() for one in source.shares}
    assert len(named) > 10
    for indicator, source in named.items():
        assert source in catalogue.loc[indicator, "registry"].split("; "), indicator


def national(folder, name, member, layer, rows):
    """A national map as its publisher packs it: lines on the National Grid in a GeoPackage in a zip."""
    file = folder / member
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=27700)
    frame.to_file(file, layer=layer)
    with zipfile.ZipFile(folder / "open" / f"{name}.zip", "w") as archive:
        archive.write(file, f"Data/{member}")


def lines_of(west, south, rows):
    return [
        {**about, "geometry": shapely.LineString([(west + x, south + y) for x, y in points])} for about, points in rows
    ]


def water(name, form, points):
    return {"watercourse_name": name, "form": form}, points


def road(classification, number, points):
    return {"road_classification": classification, "road_classification_number": number, "name_1": None}, points


def test_open_maps_become_barriers_and_crossings_of_the_area_alone(council):
    west, south, _, _ = gpd.GeoSeries([shapely.geometry.shape(square(0))], crs=4326).to_crs(27700).total_bounds
    rivers = [
        water("River Roach", "inlandRiver", [(-100, 50), (150, 50)]),
        water("River Roach", "inlandRiver", [(150, 50), (300, 50)]),
        water("Nameless Brook", "inlandRiver", [(0, 10), (300, 10)]),
        water(None, "inlandRiver", [(0, 20), (300, 20)]),
        water("Bury Cut", "canal", [(0, 90), (300, 90)]),
        water("River Elsewhere", "inlandRiver", [(90_000, 0), (90_100, 0)]),
    ]
    roads = [
        road("A Road", "A58", [(100, -100), (100, 50), (100, 200)]),
        road("Unclassified", None, [(200, 0), (200, 70)]),
        road("Unclassified", None, [(60, 70), (100, 70)]),
        road("Motorway", "M66", [(250, -50), (250, 200)]),
    ]
    national(council.parent, "rivers", "oprvrs_gb.gpkg", "watercourse_link", lines_of(west, south, rivers))
    without = run("supply", council)
    assert "no crossings, so that no river is crossed on foot: fetch roads" in without.stdout
    national(council.parent, "roads", "oproad_gb.gpkg", "road_link", lines_of(west, south, roads))
    told = run("supply", council, "--replace")
    assert told.exit_code == 0, told.output
    made = gpd.read_file(council.parent / "open" / "inputs" / "barriers.geojson").to_crs(27700)
    own = made[made["role"] == "barrier"].set_index("barrier")
    kinds = {"river_roach": "river", "bury_cut": "canal", "a58": "road", "m66": "road"}
    assert own["kind"].to_dict() == kinds, "two links are one line, brooks and what lies far away are none"
    assert own.loc["river_roach", "geometry"].length == pytest.approx(400, abs=0.5)
    across = made[made["role"] == "crossing"]
    at = {
        barrier: sorted((round(p.x - west), round(p.y - south)) for p in points)
        for barrier, points in across.groupby("barrier")["geometry"]
    }
    # A road and lane cross the river, the motorway is no way on foot; where a lane meets the A road one can cross it.
    assert at == {"river_roach": [(100, 50), (200, 50)], "bury_cut": [(100, 90)], "a58": [(100, 70)]}
    assert of_file(council.parent / "open" / "inputs" / "barriers.geojson").kind == "open"


def test_maps_without_any_barrier_in_the_area_are_refused_by_name(council):
    far = [water("River Elsewhere", "inlandRiver", [(90_000, 0), (90_100, 0)])]
    national(council.parent, "rivers", "oprvrs_gb.gpkg", "watercourse_link", lines_of(380_000, 400_000, far))
    told = " ".join(run("supply", council).output.split())
    assert "must hold a river, canal or main road in the council's area" in told
    assert not (council.parent / "open" / "inputs" / "barriers.geojson").exists()


def test_without_counts_of_output_areas_those_of_lsoas_are_shared_out_and_it_is_said(council):
    for name in EXACT:
        (council.parent / "open" / f"{name}.csv").unlink()
    told = run("supply", council)
    assert "lookup             not made: fetch census_2011_oa_ages or census_2011_ages" in told.stdout
    ages = pd.DataFrame({"GEOGRAPHY_CODE": sorted(set(LSOAS)), "OBS_VALUE": [31, 32]})
    ages.to_csv(council.parent / "open" / "census_2011_ages.csv", index=False)
    told = run("supply", council)
    assert told.exit_code == 0
    assert "households: counts of LSOAs are shared out evenly over their output areas" in told.stdout
    lookup = table(council, "lookup.csv")
    assert lookup.groupby("lsoa")[["persons", "households", "children_0_4"]].sum().to_numpy().tolist() == [
        [1000, 401, 31],
        [1000, 401, 32],
    ]
    assert lookup.groupby("lsoa")["persons"].agg(lambda parts: parts.max() - parts.min()).max() <= 1


def test_a_file_of_the_councils_own_stays_and_so_does_one_it_amended(council):
    text = council.read_text(encoding="utf-8")
    council.write_text(text.replace("  indicators: not_supplied", "  indicators: own.csv"), encoding="utf-8")
    (council.parent / "own.csv").write_text("theme\n", encoding="utf-8")
    told = run("supply", council).stdout
    assert "a file of the council's own for indicators, which stays" in told
    assert "indicators: own.csv" in council.read_text(encoding="utf-8")
    lookup = council.parent / "open" / "inputs" / "lookup.csv"
    assert of_file(lookup).kind == "open"
    lookup.write_text(lookup.read_text(encoding="utf-8").replace(",,,", ",north,North,", 1), encoding="utf-8")
    amended = lookup.read_bytes()
    assert of_file(lookup).kind == "supplied", "an amended list is the council's own work"
    assert "edited since it was made, so it stays" in run("supply", council).stdout
    assert lookup.read_bytes() == amended
    assert "6 rows of oa_lookup_2011" in run("supply", council, "--replace").stdout
    assert lookup.read_bytes() != amended


def test_nothing_fetched_is_told_with_what_to_fetch_and_nothing_is_written(council):
    shutil.rmtree(council.parent / "open")
    before = council.read_bytes()
    told = run("supply", council)
    assert told.exit_code == 4
    assert "lookup             not made: fetch oa_lookup_2011, oa_ward" in told.stdout
    assert council.read_bytes() == before
    assert not (council.parent / "open").exists()
    assert "insight fetch" in run("check", council).stdout


def test_an_output_area_without_an_outline_is_refused_and_the_earlier_file_stays(council):
    run("supply", council)
    file = council.parent / "open" / "inputs" / "boundaries.geojson"
    before = file.read_bytes()
    fetched = council.parent / "open" / "oa_outlines_2011.geojson"
    whole = json.loads(fetched.read_text(encoding="utf-8"))
    whole["features"] = whole["features"][1:]
    fetched.write_text(json.dumps(whole), encoding="utf-8")
    store.sidecar(fetched).unlink()
    told = run("supply", council)
    assert told.exit_code == 4
    assert "1 without, such as E00000000" in told.stdout
    assert file.read_bytes() == before


def test_outlines_nest_and_another_district_stands_beside(council, tmp_path):
    made = areas.boundaries(*_with_neighbour(council))
    by_level = made.table.to_crs(27700).assign(m2=lambda frame: frame.geometry.area).groupby("level")["m2"].sum()
    assert by_level["lsoa"] == pytest.approx(by_level["oa"])
    assert by_level["ward"] == pytest.approx(by_level["borough"])
    assert made.table.loc[made.table["level"] == "oa_beside", "code"].tolist() == ["E00000005"]
    assert set(made.table.loc[made.table["level"] == "ward", "vintage"]) == {2018}


def _with_neighbour(council):
    """The last output area given to another district, as a folder with two districts holds them."""
    file = council.parent / "open" / "oa_lookup_2011.csv"
    store.sidecar(file).unlink()
    frame = pd.read_csv(file)
    frame.loc[frame["OA11CD"] == OAS[-1], "LAD11CD"] = "E08000003"
    frame.to_csv(file, index=False)
    tables = OpenTables(registry.load(), council.parent / "open")
    return tables, BURY, areas.lookup(tables, BURY).table


def test_even_shares_add_up():
    counts = pd.Series({"a": 10, "b": 0})
    assert areas.shared_evenly(counts, pd.Series(["a", "b", "a", "a"])).tolist() == [4, 0, 3, 3]
