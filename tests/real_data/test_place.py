"""Stages 01 and 02 on real Oldham and real Rochdale, with inputs made of open data by the step that users take."""

from __future__ import annotations

import pandas as pd
import pytest

from insight import display
from insight.methods.composition import predominant
from insight.stages import acorn_mapping as stage
from insight.stages import profiling
from real_place import FOLDER, TOWNS, run_town

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"no real data at {FOLDER}: set INSIGHT_REAL_DATA to the folder that holds them"
    ),
]


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """Both districts, each run once."""
    return {town: run_town(town, tmp_path_factory.mktemp(town)) for town in TOWNS}


@pytest.fixture(scope="module")
def results(towns):
    """What stage 02 found in each."""
    return {town: found.stages["acorn_mapping"].names["results"] for town, found in towns.items()}


def areas() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "oa11_lookup_oac11.csv").sort_values("oa11cd", ignore_index=True)


def shown(town):
    """Whatever both notebooks show, by the call that made it."""
    return town.stages["profiling"].shown | town.stages["acorn_mapping"].shown


def drawn(town, call):
    return next(one for text, one in shown(town).items() if text.startswith(f"stage.{call}("))


@pytest.mark.parametrize("town", TOWNS)
def test_fetched_files_become_inputs_that_stand_as_open_data(towns, town):
    states = {one.input: one.state for one in towns[town].made}
    assert states == dict.fromkeys(("lookup", "boundaries", "oa_classification", "indicators", "barriers"), "made") | {
        "area_housing": "lacking"
    }
    inputs = towns[town].stages["acorn_mapping"].names["inputs"]
    assert {one.kind for one in inputs.standings.values()} == {"open"}
    lookup, census = inputs.table("lookup"), pd.read_csv(FOLDER / "census2011_lsoa11.csv").query("ladnm == @town")
    # Shared out over output areas, no resident is lost.
    assert lookup[["persons", "households"]].sum().tolist() == census[["persons", "households"]].sum().tolist()
    assert (lookup["ward_year"].unique().tolist(), lookup["vintage"].unique().tolist()) == ([2013], [2011])


@pytest.mark.parametrize("town", TOWNS)
def test_profiling_of_a_real_town_shows_what_can_be_known_and_says_what_cannot(towns, town):
    found = towns[town]
    assert isinstance(drawn(found, "deprivation_picture"), display.Figure)
    assert isinstance(drawn(found, "needs_picture"), display.Figure)
    for call in ("reach_picture", "life_picture", "themes_picture", "mortality_table", "neighbourhood_map"):
        assert isinstance(drawn(found, call), display.Note), call
    # What the method can do is shown on the demonstration areas, and says so; all else is of the place.
    invented = {
        call
        for call, one in shown(found).items()
        if isinstance(one, display.Figure | display.MapFigure | display.Table) and one.about.standing.is_demonstration
    }
    assert invented == {"stage.recovery_picture()"}


def test_real_oldham_is_divided_into_nine_and_walked_between_real_rivers(towns):
    results = towns["Oldham"].stages["profiling"].names["results"]
    methods = results.neighbourhood_methods.set_index("method")
    chosen = methods[methods["is_chosen"].astype(bool)].iloc[0]
    assert (chosen["neighbourhoods"], chosen["pieces"], chosen["over_barriers"]) == (9, 9, 0)
    assert chosen["r2"] > 0.5
    assert len(results.neighbourhood_division) == 73
    walks = results.access_areas
    # Rivers without crossings leave some areas with no way at all, which is a status and no number.
    lost = walks[walks["status"] == "unreachable"]
    assert len(lost) > 0
    assert lost["minutes"].isna().all()
    assert walks.loc[walks["status"] != "unreachable", "minutes"].min() >= 0
    told = drawn(towns["Oldham"], "access_map").data
    minutes = told[[name for name in told.columns if name.startswith("Minutes")]]
    assert (minutes == "No way on foot").sum().sum() == len(lost), "no gap in the data, and said so"


def test_where_nothing_was_added_the_division_says_what_it_needs(towns):
    assert "area_housing" in drawn(towns["Rochdale"], "division_map").text
    assert "walks need" in drawn(towns["Rochdale"], "access_map").text


def test_oldhams_most_deprived_ward_of_2015_is_that_of_a_plain_computation(towns):
    scores = pd.read_csv(FOLDER / "imd2015_lsoa11.csv").set_index("lsoa11_code")["IMD_score"]
    lookup = towns["Oldham"].stages["profiling"].names["inputs"].table("lookup")
    weighted = (lookup["lsoa"].map(scores) * lookup["persons"]).groupby(lookup["ward"]).sum()
    plain = (weighted / lookup.groupby("ward")["persons"].sum()).sort_values(ascending=False)
    table = towns["Oldham"].stages["profiling"].names["results"].deprivation
    assert table["area"].tolist() == plain.index.tolist()
    assert table["score"].tolist() == pytest.approx(plain.tolist())


def shares(found, unit):
    return found.shares[found.shares["unit"] == unit].set_index("category")


def test_oldhams_classes_against_the_country(results):
    own = shares(results["Oldham"], "output areas")
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
    by_unit = {unit: shares(results["Oldham"], unit).loc[key, "share"] for unit in ("postcodes", "output areas")}
    assert by_unit["output areas"] == pytest.approx(0.205, abs=0.0005)
    assert by_unit["postcodes"] == pytest.approx(0.289, abs=0.002)


def test_the_two_wards_are_of_one_kind(results):
    cells = results["Oldham"].found.cells
    names = results["Oldham"].wards.drop_duplicates("ward").set_index("ward_name")["ward"]
    for ward, part in (("Coldhurst", 0.676), ("St Mary's", 0.75)):
        here = cells[cells["ward"] == names[ward]]
        assert (here["category"] == "multicultural_metropolitans").mean() == pytest.approx(part, abs=0.0005)
        row = results["Oldham"].wards.query("ward_name == @ward and category == 'multicultural_metropolitans'").iloc[0]
        assert row["stands"] == "over"


def test_joins_are_those_that_another_library_found(results):
    joins = results["Oldham"].own.joins
    assert (joins.joins, joins.p) == (1026, 0.001)
    assert joins.expected == pytest.approx(436.9, abs=0.05)
    told = results["Oldham"].clumping.set_index("category")["joins"]
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
def test_clumping_is_supported_on_open_data_and_no_claim_on_acorn_is(towns, town):
    names = towns[town].stages["acorn_mapping"].names
    found = {row.id: row for row in stage.findings(names["inputs"], names["results"], names["params"])}
    assert (found["households_clumped"].outcome, found["households_clumped"].data) == ("supported", "open")
    assert found["urban_prosperity_in_saddleworth"].outcome == "not testable here"
    assert found["largest_types_order"].outcome == "not testable here"


@pytest.mark.parametrize("town", TOWNS)
def test_maps_of_real_output_areas_are_offline_and_under_700_kb(towns, town):
    drawn = [one for one in shown(towns[town]).values() if isinstance(one, display.MapFigure)]
    assert {"areas"} <= {one.about.name for one in drawn}
    for one in drawn:
        assert len(one.page.encode()) < 700_000
        assert "Demonstration" not in one.html()
        assert "invented" not in one.about.caption


@pytest.mark.parametrize("town", TOWNS)
def test_both_stages_write_every_table_of_a_real_town(towns, town):
    for one in (profiling, stage):
        folder = towns[town].build / one.DECLARATION.name / "tables"
        assert {file.stem for file in folder.glob("*.csv")} == set(one.DECLARATION.tables)


def test_lsoas_without_a_single_commonest_class_are_flagged():
    counts = areas().query("ladcd == 'E08000004'")
    counts = counts.assign(supergroup=counts["oac11"].str[0]).groupby(["lsoa11cd", "supergroup"])
    table = counts.agg(n=("oa11cd", "size"), postcodes=("n_postcodes", "sum")).reset_index()
    found = predominant(table, area="lsoa11cd", category="supergroup", count="n", tiebreak="postcodes")
    assert found["is_tied"].sum() == 21
