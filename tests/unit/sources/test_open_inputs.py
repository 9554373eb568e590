"""A council's first inputs from fetched open data: what is shared out, what is left out, what stays as it is."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from insight import params, paths
from insight.errors import NotSuppliedError, ParamsError
from insight.params import NOT_SUPPLIED
from insight.sources.open_data import inputs
from insight.sources.open_data.store import FOLDER_VARIABLE
from insight.sources.standing import of_file
from insight.stages.base import require_wards
from insight.workbook import open_inputs

BURY = "E08000002"
AREAS = pd.DataFrame(
    {
        "oa11cd": ["E1", "E2", "E3", "E4", "E9"],
        "lsoa11cd": ["L1", "L1", "L1", "L2", "L9"],
        "msoa11cd": "M",
        "ladcd": [BURY] * 4 + ["E08000010"],
        "wd13cd": ["W1", "W1", "W2", "W2", "W9"],
        "wd13nm": ["North", "North", "South", "South", "Other"],
        "oac11": ["1A1", "1A1", "8B2", "4C1", "2A1"],
    }
)
CENSUS = pd.DataFrame(
    {
        "lsoa11cd": ["L1", "L2"],
        "persons": [100, 40],
        "households": [41, 20],
        "pop0_4_my17": [7, 3],
        "pop0_4_my19": [9, 9],
    }
)


@pytest.fixture
def council(tmp_path, monkeypatch):
    """A root with Bury's params and the open data of four output areas."""
    root, place = tmp_path / "root", tmp_path / "root" / "data" / "bury" / "open"
    place.mkdir(parents=True)
    (root / "params").mkdir()
    text = (paths.root() / "params" / "bury.yml").read_text(encoding="utf-8")
    (root / "params" / "bury.yml").write_text(text, encoding="utf-8")
    (root / "data" / "reference").symlink_to(paths.root() / "data" / "reference")
    AREAS.to_csv(place / "oa11_lookup_oac11.csv", index=False)
    CENSUS.to_csv(place / "census2011_lsoa11.csv", index=False)
    shapes = gpd.GeoDataFrame(
        {"OA11CD": AREAS["oa11cd"]}, geometry=[box(x, 0, x + 100, 100) for x in range(0, 500, 100)], crs=27700
    )
    shapes.to_file(place / "boundaries_bgc.gpkg", layer="oa11")
    pd.DataFrame({"lsoa11_code": ["L1", "L2"], "IMD_score": [30.0, 10.0], "IMD_rank": [1, 2]}).to_csv(
        place / "imd2015_lsoa11.csv", index=False
    )
    pd.DataFrame({"lsoa01_code": ["A1", "A2"], "IMD_score": [50.0, 20.0], "IMD_rank": [1, 2]}).to_csv(
        place / "imd2010_lsoa01.csv", index=False
    )
    pd.DataFrame({"lsoa01_code": ["A1", "A2"], "lsoa11_code": ["L1", "L2"], "change_code": ["U", "S"]}).to_csv(
        place / "lsoa01_lsoa11.csv", index=False
    )
    monkeypatch.setenv("INSIGHT_ROOT", str(root))
    monkeypatch.delenv(FOLDER_VARIABLE)
    return root


def loaded(root):
    return params.load(root / "params" / "bury.yml")


def test_four_inputs_are_made_named_and_stand_as_open_data(council):
    made = open_inputs.make(loaded(council))
    assert [(one.name, one.is_written) for one in made] == [
        ("lookup", True),
        ("boundaries", True),
        ("oa_classification", True),
        ("indicators", True),
    ]
    named = loaded(council)
    for one in made:
        path = named.input_path(one.name)
        assert path == council / one.file
        assert of_file(path).kind == "open"
    (council / "data/bury/lookup.csv").write_text("altered")
    assert of_file(council / "data/bury/lookup.csv").kind == "supplied"


def test_what_is_known_by_lsoa_is_shared_out_whole(council):
    open_inputs.make(loaded(council))
    lookup = pd.read_csv(council / "data/bury/lookup.csv")
    assert lookup["oa"].tolist() == ["E1", "E2", "E3", "E4"]
    assert lookup["persons"].tolist() == [34, 33, 33, 40]
    assert lookup["households"].tolist() == [14, 14, 13, 20]
    assert lookup["children_0_4"].tolist() == [3, 2, 2, 3]
    assert set(lookup["ward_year"]) == {2013}
    assert set(lookup["borough"]) == {BURY}
    assert lookup.set_index("oa").loc["E3", ["ward", "ward_name"]].tolist() == ["W2", "South"]


def test_outlines_of_larger_areas_are_dissolved_from_output_areas(council):
    open_inputs.make(loaded(council))
    shapes = gpd.read_file(council / "data/bury/boundaries.gpkg").set_index(["level", "code"])
    assert shapes.loc["oa"].index.tolist() == ["E1", "E2", "E3", "E4"]
    assert shapes.loc[("ward", "W1"), "geometry"].area == pytest.approx(20_000)
    assert shapes.loc[("borough", BURY), "geometry"].area == pytest.approx(40_000)
    assert shapes.loc[("ward", "W1"), "vintage"] == 2013


def test_deprivation_of_2010_leaves_out_areas_that_changed(council):
    open_inputs.make(loaded(council))
    frame = pd.read_csv(council / "data/bury/indicators.csv", dtype={"period": str})
    scores = frame[frame["indicator"].eq("deprivation_score")].set_index(["period", "area"])["value"]
    assert scores["2010"].to_dict() == {"E1": 50.0, "E2": 50.0, "E3": 50.0, "W1": 50.0, "W2": 50.0, BURY: 50.0}
    # South has E3 of the first LSOA and E4 of the second, 33 and 40 residents
    assert scores["2015", "W2"] == pytest.approx((30 * 33 + 10 * 40) / 73, abs=0.001)


def test_what_is_there_or_named_stays(council):
    own = council / "data" / "bury" / "oa_classification.csv"
    own.write_text("mine")
    file = council / "params" / "bury.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("indicators: not_supplied #", "indicators: data/bury/mine.csv #"), encoding="utf-8")
    made = {one.name: one for one in open_inputs.make(loaded(council))}
    assert made["oa_classification"].note == "is there already, and stays"
    assert made["indicators"].note == "the params file names another, which stays"
    assert own.read_text() == "mine"
    assert loaded(council).inputs["oa_classification"] == NOT_SUPPLIED
    assert loaded(council).inputs["indicators"] == "data/bury/mine.csv"


def test_what_was_not_fetched_is_told_with_the_command(council):
    (council / "data/bury/open/boundaries_bgc.gpkg").unlink()
    made = {one.name: one for one in open_inputs.make(loaded(council))}
    assert not made["boundaries"].is_written
    assert "insight fetch params/bury.yml oa_outlines_2011" in made["boundaries"].note
    (council / "data/bury/lookup.csv").unlink()
    (council / "data/bury/open/census2011_lsoa11.csv").unlink()
    with pytest.raises(NotSuppliedError, match=r"insight fetch params/bury\.yml census_2011_persons census_2011_ages"):
        open_inputs.make(loaded(council))


def test_a_look_up_of_another_district_is_refused(council):
    AREAS.assign(ladcd="E08000010").to_csv(council / "data/bury/open/oa11_lookup_oac11.csv", index=False)
    with pytest.raises(NotSuppliedError, match=f"no output area of {BURY}"):
        open_inputs.make(loaded(council))


def test_households_of_a_real_fetch_are_the_total_of_the_tenure_table(council):
    place = council / "data/bury/open"
    (place / "census2011_lsoa11.csv").unlink()
    answer = {"GEOGRAPHY_CODE": ["L1", "L2"], "OBS_VALUE": [100, 40], "CELL_NAME": "All categories"}
    pd.DataFrame(answer).to_csv(place / "census_2011_persons.csv", index=False)
    pd.DataFrame({**answer, "OBS_VALUE": [7, 3]}).to_csv(place / "census_2011_ages.csv", index=False)
    with pytest.raises(NotSuppliedError, match="insight fetch PARAMS census_2011_tenure"):
        open_inputs.make(loaded(council))
    rows = [("L1", "All households", 41), ("L1", "Owned", 30), ("L2", "All households", 20), ("L2", "Owned", 1)]
    pd.DataFrame(rows, columns=["GEOGRAPHY_CODE", "CELL_NAME", "OBS_VALUE"]).to_csv(
        place / "census_2011_tenure.csv", index=False
    )
    assert open_inputs.make(loaded(council))[0].note.startswith("4 output areas, 2 wards")
    assert pd.read_csv(council / "data/bury/lookup.csv")["households"].sum() == 61


def test_shares_of_a_count_add_up_to_it():
    areas = pd.Series({"c": "X", "a": "X", "b": "X", "d": "Y"})
    assert inputs.shared_equally({"X": 8, "Y": 0}, areas).to_dict() == {"c": 2, "a": 3, "b": 3, "d": 0}


def test_wards_of_the_params_are_held_to_the_look_up():
    lookup = pd.DataFrame({"ward": ["W1", "W2"], "ward_name": ["North", "South"]})
    require_wards(lookup, ["W2"], what="stages.x.wards")
    with pytest.raises(ParamsError, match=r"stages.x.wards: coldhurst not in .* Fix: .*W1 \(North\), W2"):
        require_wards(lookup, ["W1", "coldhurst"], what="stages.x.wards")
