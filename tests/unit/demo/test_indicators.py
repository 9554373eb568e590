"""Demonstration indicators: printed totals, counts that agree with values, effects found at the planned rate."""

import pytest

import worlds
from insight.demo.indicators import SHARES, TRUTHS, plant, share_rows
from insight.demo.world import World
from insight.methods.intervals import difference, newcombe_difference, wilson
from insight.sources.contracts.services import CONTRACTS

PRINTED = {
    ("white", "2012"): 0.806,
    ("white", "2022"): 0.754,
    ("pakistani_heritage", "2022"): 0.102,
    ("bangladeshi_heritage", "2022"): 0.092,
    ("degree", "2011"): 0.25,
    ("no_qualification", "2011"): 0.30,
    ("smokes", "2011"): 0.25,
    ("tooth_decay_under_5", "2011"): 0.40,
}


def counts(world, indicator, period, areas="wards"):
    table = world.frame("indicators")
    rows = table[(table["indicator"] == indicator) & (table["period"] == period)]
    inside = rows["area"].isin(set(world.frame("lookup")["ward"]))
    chosen = rows[inside] if areas == "wards" else rows[rows["area"] == areas]
    return chosen["numerator"].sum(), chosen["denominator"].sum()


@pytest.mark.parametrize("seed", [1, 2])
def test_wards_add_up_to_the_print_in_every_planted_world(seed):
    made = World(seed=seed)
    for (indicator, period), share in PRINTED.items():
        count, cases = counts(made, indicator, period)
        assert abs(count / cases - share) < 0.0005, indicator
    for year, total in (("2010", 219_800), ("2022", 229_700)):
        assert counts(made, "population", year)[0] == total


def test_frame_holds_to_its_contract():
    for null in (False, True):
        frame = worlds.world(null=null).frame("indicators")
        agreed = CONTRACTS["indicators"]
        assert list(frame.columns) == [column.name for column in agreed.columns if not column.may_be_absent]
        assert not frame.duplicated(list(agreed.key)).any()
        for rule in agreed.rules:
            assert not rule.broken(frame).any(), rule.rule


def rows_of(world, indicator):
    (spec,) = (spec for spec in SHARES if spec.indicator == indicator)
    rows = share_rows(world, spec)
    wider = rows["area"].isin(["england", "north_west"])
    england = rows[rows["area"] == "england"]
    return tuple((part["numerator"].sum(), part["denominator"].sum()) for part in (rows[~wider], england))


def below_england(world):
    own, england = rows_of(world, "breastfed_6_8_weeks")
    return newcombe_difference(*own, *england).upper < 0


def above_england(world):
    own, england = rows_of(world, "poor_or_very_poor_health")
    return newcombe_difference(*own, *england).lower > 0


def young_differ(world):
    young, grown = (wilson(*rows_of(world, f"heritage_age_{band}")[0]) for band in ("0_15", "16_over"))
    return difference(young, grown).lower > 0


@pytest.mark.parametrize("null", [False, True])
def test_gaps_are_found_as_often_as_planned(null):
    made = [World(seed=seed, is_null=null) for seed in range(1, 21)]
    for decides in (below_england, above_england, young_differ):
        rate = sum(map(decides, made)) / len(made)
        assert rate <= 0.15 if null else rate >= 0.6, decides.__name__


def test_every_truth_flips_in_the_null_variant():
    assert {row.finding for row in plant(worlds.world())} == set(TRUTHS)
    assert all(row.is_true for row in plant(worlds.world()))
    assert not any(row.is_true for row in plant(worlds.world(null=True)))


def test_no_share_is_planned_twice():
    names = [(spec.indicator, spec.period) for spec in SHARES]
    assert len(names) == len(set(names))
