"""Real Oldham and Rochdale: deprivation order of wards, clumping of classes, neighbours of real output areas."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from insight import paths
from insight.demo.divisions import FOCUS_WARDS
from insight.methods.composition import location_quotients
from insight.methods.reaggregation import area_weights, compared, piece_weights, shared_out, summed
from insight.methods.spatial import contiguity, join_count
from insight.sources import geography

FOLDER = Path(os.environ.get("INSIGHT_REAL_DATA") or paths.root().parent / "shared" / "data")
OLDHAM, ROCHDALE = "E08000004", "E08000005"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"no real data at {FOLDER}: set INSIGHT_REAL_DATA to the folder that holds them"
    ),
]


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name)


@pytest.fixture(scope="module")
def output_areas():
    return gpd.read_file(FOLDER / "boundaries_bgc.gpkg", layer="oa11")


@pytest.fixture(scope="module")
def classes():
    return table("oa11_lookup_oac11.csv").set_index("oa11cd")


def test_coldhurst_is_the_most_deprived_ward_and_st_marys_the_second():
    # Deprivation of 2010 is on areas of 2001: only those unchanged by 2011 join, through the look-up.
    unchanged = table("lsoa01_lsoa11.csv").query("change_code == 'U'")
    people = table("census2011_lsoa11.csv").query("lad == @OLDHAM")
    joined = (
        people.merge(unchanged, left_on="lsoa11cd", right_on="lsoa11_code")
        .merge(table("imd2010_lsoa01.csv"), on="lsoa01_code")
        .merge(table("lsoa11_ward17_bestfit.csv"), on="lsoa11cd")
    )
    assert len(joined) == 134
    weighted = (joined["IMD_score"] * joined["persons"]).groupby(joined["wd17nm"]).sum()
    mean = (weighted / joined.groupby("wd17nm")["persons"].sum()).sort_values(ascending=False)
    assert mean.index[:2].tolist() == ["Coldhurst", "St Mary's"]
    assert mean.iloc[:3].tolist() == pytest.approx([55.9, 53.1, 50.2], abs=0.05)


@pytest.mark.parametrize(
    ("district", "areas", "rook", "queen"), [(OLDHAM, 712, 2045, 2110), (ROCHDALE, 677, 1952, 2001)]
)
def test_real_output_areas_have_the_neighbours_that_two_other_libraries_found(
    output_areas, district, areas, rook, queen
):
    here = output_areas[output_areas["LAD11CD"] == district]
    assert len(here) == areas
    assert len(contiguity(here, code="OA11CD").pairs) == rook
    assert len(contiguity(here, code="OA11CD", is_corner_enough=True).pairs) == queen


def test_classes_of_oldham_lie_together_as_the_print_says_of_segments(output_areas, classes):
    here = output_areas[output_areas["LAD11CD"] == OLDHAM]
    found = contiguity(here, code="OA11CD", is_corner_enough=True)
    labels = classes["oac11"].str[0].reindex(list(found.areas))
    joins = join_count(labels, found.pairs, seed=2011)
    assert joins.joins == 1026
    assert joins.expected == pytest.approx(436.9, abs=0.05)
    assert joins.p == 0.001
    by_class = joins.categories.set_index("category")
    assert by_class.loc[["4", "6", "8"], "joins"].tolist() == [337, 241, 284]
    # The other library's expectations are means of its shuffles, so they agree to its noise only.
    assert by_class.loc[["4", "6", "8"], "expected"].tolist() == pytest.approx([88.7, 115.6, 170.8], rel=0.01)


def test_carried_class_counts_equal_the_independent_copy(classes):
    here = classes[classes["ladcd"] == OLDHAM]
    independent = here.groupby(["lsoa11cd", here["oac11"].str[0]]).size()
    carried = geography.oac_counts().set_index(["lsoa", "supergroup"])["output_areas"]
    assert carried[carried > 0].sort_index().to_dict() == independent.sort_index().to_dict()


def test_carried_census_equals_the_independent_copy():
    independent = table("census2011_lsoa11.csv").set_index("lsoa11cd")
    carried = geography.census_counts().set_index("lsoa")
    same = independent.loc[carried.index]
    assert (carried["persons"] == same["persons"]).all()
    assert (carried["households"] == same["households"]).all()


def test_the_focus_wards_are_those_lsoas_of_the_official_best_fit():
    wards = table("lsoa11_ward17_bestfit.csv").groupby("wd17nm")["lsoa11cd"].apply(set)
    for name, lsoas in FOCUS_WARDS.values():
        assert set(lsoas) == wards[name]


def test_rules_of_reaggregation_move_a_wards_residents_as_measured():
    outlines = {
        layer: gpd.read_file(FOLDER / "boundaries_bgc.gpkg", layer=layer).query("LAD == @OLDHAM")
        for layer in ("lsoa11", "ward13")
    }
    persons = table("census2011_lsoa11.csv").query("lad == @OLDHAM").set_index("lsoa11cd")["persons"]
    pieces = table("oa11_lookup_oac11.csv").query("ladcd == @OLDHAM").assign(one=1)
    by_area = area_weights(outlines["lsoa11"], outlines["ward13"], source="LSOA11CD", target="WD13NM", is_covered=True)
    weights = {
        name: piece_weights(pieces, source="lsoa11cd", target="wd13nm", by=by)
        for name, by in {"output areas alike": "one", "postcodes": "n_postcodes"}.items()
    }
    found = compared(
        {
            "best fit": summed(persons, table("lsoa11_ward17_bestfit.csv").set_index("lsoa11cd")["wd17nm"]),
            "area": shared_out(persons, by_area, rule="area"),
            **{name: shared_out(persons, one, rule=name) for name, one in weights.items()},
        }
    ).set_index("target")
    shown = found[["area", "best fit", "output areas alike", "postcodes"]]
    assert shown.loc["Coldhurst"].tolist() == pytest.approx([14_091, 13_201, 14_100, 14_869], abs=1)
    assert shown.loc["Alexandra"].tolist() == pytest.approx([9_739, 11_139, 11_516, 10_643], abs=1)
    assert shown.sum().tolist() == pytest.approx([224_897] * 4)


def test_location_quotients_against_the_country():
    counts = geography.oac_counts().groupby("supergroup")["output_areas"].sum()
    reference = geography.oac_reference().set_index("supergroup")["output_areas"]
    found = location_quotients(counts, reference).set_index("category")["lq"]
    assert found[["1", "4", "5", "6", "8"]].tolist() == pytest.approx([0.14, 2.03, 0.68, 1.16, 1.51], abs=0.01)
