"""Stage 01 on places: the proposed division beside the council's list, and walks with a pram."""

import dataclasses

import pandas as pd
import pytest
import shapely
import yaml

import worlds
from insight import paths
from insight.demo.world import World
from insight.errors import InputError, ParamsError
from insight.stages import profiling as stage
from insight.stages.profiling import access, neighbourhoods

SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["profiling"]
PARAMS = stage.Params.build(**SECTION)
NAMES = ("lookup", "indicators", "boundaries", "barriers", "places", "area_housing")
OAS, WARDS, PLANTED = 69, {"coldhurst": 5, "st_marys": 4}, 9


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return worlds.inputs(NAMES, worlds.world(), tmp_path_factory.mktemp("places"))


@pytest.fixture(scope="module")
def found(given):
    return neighbourhoods.propose(given, PARAMS)


def replaced(given, **frames):
    return dataclasses.replace(given, frames={**given.frames, **frames})


def without(given, *names):
    return dataclasses.replace(given, frames={name: frame for name, frame in given.frames.items() if name not in names})


def test_the_proposal_is_nine_whole_areas_within_wards_and_the_list_stands_beside_it(found):
    table = found.areas
    assert len(table) == OAS
    assert table.groupby("ward")["proposed"].nunique().to_dict() == WARDS
    assert table.groupby("proposed")["ward"].nunique().max() == 1
    assert table.groupby("proposed").size().min() >= PARAMS.neighbourhood_floor
    methods = found.methods.set_index("method")
    assert list(methods.index) == ["own list", "SKATER", "Ward", "AZP", "max-p"]
    assert methods["is_chosen"].to_dict()["own list"]
    assert not methods.loc["SKATER", "is_chosen"]
    assert (methods.loc[["own list", "SKATER"], "pieces"] == PLANTED).all()
    assert (methods["over_groups"] == 0).all()
    assert found.agreement == methods.loc["own list", "agreement"]


def test_the_planted_nine_are_recovered_over_seeds_and_mean_nothing_in_the_null_variant(tmp_path):
    def of(seed, *, null=False):
        made = worlds.inputs(NAMES, World(seed=seed, is_null=null), tmp_path)
        one = neighbourhoods.propose(made, PARAMS)
        return one.agreement, one.methods.set_index("method").loc["own list"]

    planted = [of(seed) for seed in (1, 2)]
    assert all(0.6 < index < 1 for index, _ in planted)
    assert all(own["beats_chance"] and own["r2"] > 0.4 for _, own in planted)
    index, own = of(1, null=True)
    assert not own["beats_chance"]
    assert own["r2"] < 0.25
    assert index < min(index for index, _ in planted)


def test_the_numbers_of_proposal_and_list_are_matched(found):
    frame = neighbourhoods.numbered(found.areas)
    assert (frame["same"] == "Same").mean() > 0.8
    near = neighbourhoods.by_proposed(found.areas)
    assert near["households"].sum() == found.areas["households"].sum()
    assert len(near) == PLANTED
    assert (near["share"] > 0.5).all()


def test_without_a_list_of_its_own_the_proposal_stands_alone(given):
    lookup = given.table("lookup").assign(neighbourhood=None, neighbourhood_name=None)
    one = neighbourhoods.propose(replaced(given, lookup=lookup), PARAMS)
    assert not one.has_own
    assert one.agreement is None
    assert one.methods["method"].tolist()[0] == "SKATER"
    assert set(neighbourhoods.numbered(one.areas)["proposed_number"]) == {"1", "2", "3", "4", "5"}


@pytest.mark.parametrize("name", ["area_housing", "boundaries"])
def test_what_is_missing_is_said(given, name):
    one = neighbourhoods.propose(without(given, name), PARAMS)
    assert one.division is None
    assert name in one.why_not
    assert list(one.areas.columns) == neighbourhoods.DIVISION_COLUMNS


def test_housing_that_lacks_areas_or_is_of_another_vintage_is_refused(given):
    table = given.table("area_housing")
    areas = given.table("lookup").query("ward == 'coldhurst'")["oa"]
    lost = table[~((table["measure"] == "flat") & (table["area"] == areas.iloc[0]))]
    with pytest.raises(InputError, match=f"flat must be given .*1 without, such as {areas.iloc[0]}"):
        neighbourhoods.propose(replaced(given, area_housing=lost), PARAMS)
    with pytest.raises(InputError, match=r"2021.*2011.*look-up between the two years"):
        neighbourhoods.propose(replaced(given, area_housing=table.assign(vintage=2021)), PARAMS)


def test_the_last_period_of_a_measure_counts(given):
    table, areas = given.table("area_housing"), given.table("lookup")["oa"]
    older = table.assign(period="2001", count=0)
    both = neighbourhoods.housing(replaced(given, area_housing=pd.concat([older, table])), areas)
    pd.testing.assert_frame_equal(both, neighbourhoods.housing(given, areas))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"neighbourhoods_by_ward": {"coldhurst": 0}}, "neighbourhoods_by_ward"),
        ({"pram_speed_kmh": 0.0}, "pram_speed_kmh"),
        ({"barrier_tolerance_m": -1.0}, "barrier_tolerance_m"),
    ],
)
def test_params_out_of_range_are_refused(change, words):
    with pytest.raises(ParamsError, match=words):
        stage.Params.build(**{**SECTION, **change})


def test_walks_count_every_child_once_and_barriers_only_take_away(given):
    walked = access.walks(given, PARAMS)
    table = access.by_area(given, PARAMS, walked)
    assert (table[["within", "beyond", "unreachable"]].sum(axis=1) == table["children_0_4"]).all()
    assert (table["difference"] <= 0).all()
    assert (table["difference"] < 0).any()
    children = given.table("lookup")["children_0_4"].sum()
    sums = table[table["level"].isin(["ward", "borough"])].groupby(["service", "level"])["children_0_4"].sum()
    assert (sums == children).all()
    assert set(table["level"]) == {"neighbourhood", "ward", "borough"}


def test_a_faster_walk_reaches_no_fewer(given):
    shares = []
    for speed in (3.0, 5.0):
        params = dataclasses.replace(PARAMS, pram_speed_kmh=speed)
        table = access.by_area(given, params, access.walks(given, params))
        shares.append(table["share"])
    assert (shares[1] >= shares[0]).all()
    assert (shares[1] > shares[0]).any()


def test_an_area_walled_in_is_unreachable_and_neither_zero_nor_far(given):
    barriers, lookup = given.table("barriers"), given.table("lookup")
    outlines = given.table("boundaries")
    home = set(given.table("places")["oa"])
    inner = next(one for one in lookup["oa"] if one not in home)
    shape = outlines[outlines["code"] == inner].geometry.iloc[0]
    wall = barriers.head(1).assign(feature="wall", role="barrier", geometry=[shapely.boundary(shape)])
    closed = pd.concat([barriers, wall], ignore_index=True).query("role == 'barrier'")
    walked = access.walks(replaced(given, barriers=closed), PARAMS)
    rows = walked[walked["oa"] == inner]
    assert set(rows["status"]) == {"unreachable"}
    shown = access.shown_walks(walked).set_index("oa").loc[[inner]]
    assert shown["minutes"].isna().all()
    assert shown["minutes_without_barriers"].notna().all()
    table = access.by_area(replaced(given, barriers=closed), PARAMS, walked)
    ward = lookup.set_index("oa").loc[inner, "ward"]
    young = int(lookup.set_index("oa").loc[inner, "children_0_4"])
    assert (table[(table["level"] == "ward") & (table["area"] == ward)]["unreachable"] >= young).all()


def test_without_places_there_are_no_walks_and_the_division_still_stands(given):
    bare = without(given, "places")
    assert access.walks(bare, PARAMS).empty
    assert access.by_area(bare, PARAMS, access.walks(bare, PARAMS)).empty
    areas, features = neighbourhoods.studied(bare, PARAMS)
    assert len(areas) == OAS
    assert neighbourhoods.NEARNESS not in features
    assert neighbourhoods.DENSITY in features


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("boundaries", {"vintage": 2021}, "outlines of level oa must be of the look-up's vintage (2011)"),
        ("indicators", {"vintage": 2021}, "areas must be of the look-up's vintage (2011)"),
        ("area_housing", {"vintage": 2021}, "areas must be of the look-up's vintage (2011)"),
        ("lookup", {"ward_year": 2018}, "outlines of wards must be of the look-up's ward year (2018)"),
    ],
)
def test_tables_of_areas_of_another_year_are_refused_before_they_are_joined(given, name, change, said):
    with pytest.raises(InputError) as refused:
        stage.analyse(replaced(given, **{name: given.table(name).assign(**change)}), PARAMS)
    assert said in str(refused.value)
    assert "Fix:" in str(refused.value)
