"""The demonstration geography: invented areas in real outlines, exact sums, neighbourhoods that keep to borders."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
import shapely

import worlds
from insight.demo import divisions
from insight.demo.geography import geography, lsoa_shapes, to_metres
from insight.demo.place import housing_surface
from insight.demo.world import World
from insight.demo.writer import write_world
from insight.methods.spatial import contiguity
from insight.sources import geography as carried
from insight.sources.reading import area_codes, read_input

NAMES = ("boundaries", "lookup", "barriers", "places")

SNAPPED_M = 0.2


@pytest.fixture(scope="module")
def lookup():
    return worlds.world().frame("lookup")


@pytest.fixture(scope="module")
def areas():
    outlines = worlds.world().frame("boundaries")
    return outlines[outlines["level"] == "oa"].reset_index(drop=True)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place")
    write_world(folder, only=NAMES)
    return folder


def test_there_are_712_areas_with_codes_that_nobody_takes_for_official_ones(lookup):
    assert len(lookup) == 712
    assert lookup["oa"].is_unique
    assert all(re.fullmatch(r"DEMO-D\d{5}", code) for code in lookup["oa"])
    invented = {*lookup["oa"], *lookup["neighbourhood"].dropna(), *lookup["ward"]}
    assert not [code for code in invented if re.match(r"[EWSN]0\d", code)]


def test_the_areas_are_a_valid_coverage_in_one_piece(areas):
    outlines = areas.geometry.to_numpy()
    assert shapely.is_valid(outlines).all()
    assert {shape.geom_type for shape in outlines} == {"Polygon"}
    assert shapely.coverage_is_valid(outlines)
    assert shapely.is_ccw(shapely.get_exterior_ring(outlines)).all()
    found = contiguity(areas, code="code")
    assert found.components == 1
    assert not found.isolates
    assert {tuple(pair) for pair in found.pairs.tolist()} == set(geography().borders)


def test_each_area_lies_in_its_real_lsoa(areas, lookup):
    real = lsoa_shapes()
    for code, members in lookup.groupby("lsoa").indices.items():
        union = shapely.transform(shapely.union_all(areas.geometry.to_numpy()[members]), to_metres)
        assert shapely.symmetric_difference(union, real[code]).area < 0.003 * real[code].area


def test_the_wards_are_twenty_connected_groups_of_whole_lsoas(lookup):
    assert lookup["ward"].nunique() == 20
    assert lookup.groupby("lsoa")["ward"].nunique().max() == 1
    neighbours = geography().neighbours()
    for ward, members in lookup.groupby("ward").indices.items():
        assert divisions.connected(set(members.tolist()), neighbours), ward
    centres = pd.Series(geography().centres()[:, 0]).groupby(lookup["ward"]).mean()
    assert centres.idxmax() == "saddleworth"


def test_sums_by_lsoa_are_those_of_the_census(lookup):
    census = carried.census_counts().set_index("lsoa")
    sums = lookup.groupby("lsoa")[["households", "persons"]].sum()
    assert sums.to_dict() == census[["households", "persons"]].to_dict()
    assert lookup["households"].sum() == 89_703
    assert lookup["persons"].sum() == 224_897
    assert lookup.groupby("ward")["households"].sum()[["coldhurst", "st_marys"]].tolist() == [4278, 4275]
    assert (lookup["households"] > 40).all()
    assert (lookup["children_0_4"] < lookup["persons"] / 4).all()


def test_the_nine_neighbourhoods_hang_together_and_cross_no_ward_and_no_barrier(lookup):
    planted = lookup.dropna(subset=["neighbourhood"])
    assert planted["neighbourhood"].nunique() == 9
    assert set(planted["ward"]) == set(divisions.FOCUS_WARDS)
    assert planted.groupby("neighbourhood")["ward"].nunique().max() == 1
    assert planted.groupby("neighbourhood").size().min() >= 5
    names = lookup.drop_duplicates("neighbourhood").set_index("neighbourhood")
    assert names.loc["roundthorn_salem", "ward"] == "coldhurst"
    assert names.loc["west_street_estate", "ward"] == "coldhurst"
    cut = geography().neighbours()
    label = lookup["neighbourhood"].to_numpy()
    for pairs in divisions.barrier_borders().values():
        assert pairs
        for one, other in pairs:
            assert label[one] is None or label[one] != label[other]
            cut[one].discard(other)
            cut[other].discard(one)
    for code, members in planted.groupby("neighbourhood").groups.items():
        assert divisions.connected(set(members), cut), code


@pytest.fixture(scope="module")
def shared(areas):
    """Shared borders of all neighbouring pairs in metres of the national grid."""
    borders = shapely.set_precision(shapely.boundary(areas.to_crs(27700).geometry.to_numpy()), 0.1)
    pairs = np.array(list(geography().borders))
    return pairs, shapely.intersection(borders[pairs[:, 0]], borders[pairs[:, 1]])


@pytest.mark.parametrize(("metres", "spare"), [(1, 0), (5, 3)])
def test_barriers_run_along_borders_so_that_the_cut_rule_finds_their_pairs(shared, metres, spare):
    lines = worlds.world().frame("barriers").to_crs(27700)
    pairs, borders = shared
    extra = set()
    for code, planted in divisions.barrier_borders().items():
        line = lines.loc[(lines["barrier"] == code) & (lines["role"] == "barrier"), "geometry"].item()
        along = shapely.length(shapely.intersection(borders, line.buffer(metres))) >= 0.5 * shapely.length(borders)
        found = {tuple(pair) for pair in pairs[along].tolist()}
        assert found >= set(planted)
        extra |= found - set(planted)
    # A border of a few metres that ends at a barrier lies within five metres of it; a wider rule would cut more.
    assert len(extra) <= spare
    assert all(shapely.length(borders[(pairs == pair).all(axis=1)]).item() < 15 for pair in extra)


def test_each_barrier_can_be_crossed_at_some_points_on_it():
    lines = worlds.world().frame("barriers").to_crs(27700)
    for _, features in lines.groupby("barrier"):
        crossings = features.loc[features["role"] == "crossing", "geometry"]
        assert len(crossings) >= 3
        assert (crossings.distance(features.loc[features["role"] == "barrier", "geometry"].item()) < 0.2).all()


def test_places_lie_in_their_area(areas):
    places = worlds.world().frame("places")
    home = areas.set_index("code").geometry.loc[places["oa"]].to_numpy()
    assert shapely.within(places.geometry.to_numpy(), home).all()
    assert not places.geometry.duplicated().any()
    assert places["name"].str.startswith("Demonstration").all()


@pytest.mark.parametrize("name", NAMES)
def test_written_files_meet_their_contract_and_read_back_the_same(files, name):
    path = next(files.glob(f"{name}.*"))
    made = worlds.world().frame(name)
    read = read_input(name, path, areas=area_codes(worlds.world().frame("lookup")))
    columns = [column for column in made.columns if column != "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(made)[columns], pd.DataFrame(read)[columns], check_dtype=False)
    if name == "lookup":
        assert not {column for column in columns if read[column].dtype != made[column].dtype}
    else:
        # Reading brings shapes to the National Grid and snaps outlines to 0.1 m.
        on_grid = made.to_crs(read.crs).geometry.to_numpy()
        assert shapely.hausdorff_distance(on_grid, read.geometry.to_numpy()).max() < SNAPPED_M
        assert json.loads(path.read_text(encoding="utf-8"))["demonstration"] is True


def test_the_written_outlines_still_cover_without_gaps(files):
    shapes = read_input("boundaries", files / "boundaries.geojson")
    for _, outlines in shapes.groupby("level"):
        if outlines["level"].iloc[0] != "neighbourhood":
            assert shapely.coverage_is_valid(outlines.geometry.to_numpy())
    assert len(contiguity(shapes[shapes["level"] == "oa"], code="code").pairs) == len(geography().borders)


def test_the_geography_is_the_same_for_every_seed_and_its_null_variant_has_one_neighbourhood_fewer(lookup):
    pd.testing.assert_frame_equal(World(seed=3).frame("lookup"), lookup)
    null = World(is_null=True).frame("lookup")
    assert null["neighbourhood"].nunique() == 8
    pd.testing.assert_frame_equal(
        null.drop(columns=["neighbourhood", "neighbourhood_name"]),
        lookup.drop(columns=["neighbourhood", "neighbourhood_name"]),
    )


def share_between(surface: pd.DataFrame) -> float:
    values = surface.drop(columns=["oa", "neighbourhood"])
    means = values.groupby(surface["neighbourhood"]).transform("mean")
    return float(((means - values.mean()) ** 2).to_numpy().sum() / ((values - values.mean()) ** 2).to_numpy().sum())


def test_housing_is_alike_within_neighbourhoods_and_not_in_the_null_variant():
    # Nine groups of 69 areas explain 8/68 of pure noise by chance alone.
    planted = [share_between(housing_surface(World(seed=seed))) for seed in range(10)]
    null = [share_between(housing_surface(World(seed=seed, is_null=True))) for seed in range(10)]
    assert min(planted) > 0.4
    assert max(null) < 0.3


def test_regions_below_the_floor_are_refused():
    neighbours = [{1}, {0, 2}, {1, 3}, {2}]
    centres = np.array([[0.0, 0], [1, 0], [2, 0], [3, 0]])
    assert divisions.grow({0, 1, 2, 3}, neighbours, centres, 2, floor=2) == [{0, 1}, {2, 3}]
    with pytest.raises(ValueError, match="below the floor"):
        divisions.grow({0, 1, 2, 3}, neighbours, centres, 2, floor=3)
