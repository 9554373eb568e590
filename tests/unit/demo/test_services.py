"""Demonstration rosters and births: children of their areas, reach as planted, codes shared between rosters."""

import pandas as pd

import worlds
from insight.demo.services import REACH_BY_FIFTH, REFERENCE, plant
from insight.demo.world import World
from insight.sources.contracts.services import CONTRACTS

ROSTERS = ("roster_childrens_centre", "roster_library", "roster_benefits", "births")


def test_frames_hold_to_their_contracts():
    made = worlds.world()
    for name in ROSTERS:
        frame, agreed = made.frame(name), CONTRACTS[name]
        assert list(frame.columns) == [column.name for column in agreed.columns]
        for column in agreed.columns:
            assert not (column.unique and frame[column.name].duplicated().any())
            assert frame[column.name].notna().all()


def test_no_area_has_more_registered_than_residents():
    made = worlds.world()
    children = made.frame("lookup").set_index("oa")["children_0_4"]
    roster = made.frame("roster_childrens_centre")
    young = roster[pd.to_datetime(roster["birth_month"]) > pd.Timestamp(REFERENCE) - pd.DateOffset(years=5)]
    assert (young.groupby("oa").size().reindex(children.index).fillna(0) <= children).all()
    assert 7500 < len(roster) < 9500
    assert (roster["registered"] <= REFERENCE).all()
    assert (roster["registered"] >= roster["birth_month"]).all()


def test_rosters_share_codes_of_children():
    made = worlds.world()
    both = set(made.frame("roster_childrens_centre")["child_id"]) & set(made.frame("roster_library")["child_id"])
    assert len(both) > 1000


def reach(world):
    children = world.frame("lookup")["children_0_4"].sum()
    return len(world.frame("roster_childrens_centre")) / children


def test_reach_is_as_planted_and_nearly_full_if_null():
    assert min(REACH_BY_FIFTH) < reach(World(seed=1)) < max(REACH_BY_FIFTH)
    assert reach(World(seed=1, is_null=True)) > 0.9


def test_a_part_comes_out_the_same_alone_or_after_others():
    alone = World(seed=5).frame("roster_library")
    after = World(seed=5)
    after.frame("roster_childrens_centre")
    pd.testing.assert_frame_equal(alone, after.frame("roster_library"))


def test_truths_flip():
    assert all(row.is_true for row in plant(worlds.world()))
    assert not any(row.is_true for row in plant(worlds.world(null=True)))
