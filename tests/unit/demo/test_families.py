"""Demonstration families: totals, contracts, and effects that honest tests find in most worlds and not in null ones."""

from functools import cache

import pytest

from insight.catalogue import BY_NAME
from insight.demo import families
from insight.demo.world import World
from insight.methods.intervals import newcombe_difference, wilson
from insight.sources.contracts.families import CONTRACTS
from insight.sources.reading import read_input

SEEDS = range(1, 21)


@cache
def made(name, seed=2011, *, null=False):
    return families.MAKES[name](World(seed=seed, is_null=null))


@pytest.mark.parametrize("name", families.MAKES)
@pytest.mark.parametrize("null", [False, True])
def test_files_meet_their_contract(name, null, tmp_path):
    path = tmp_path / BY_NAME[name].file
    frame = made(name, null=null)
    assert list(frame.columns) == [column.name for column in CONTRACTS[name].columns]
    flags = frame.select_dtypes(["bool", "object", "str"]).columns
    cells = frame.assign(**{column: frame[column].replace({True: "true", False: "false"}) for column in flags})
    cells.to_csv(path, index=False)
    assert len(read_input(name, path)) == len(frame)


def test_number_of_families_is_the_printed_one_unless_null():
    assert made("caf_assessments")["family_id"].nunique() == 335
    assert made("caf_assessments", null=True)["family_id"].nunique() == 287


def test_families_of_the_forms_are_the_same_in_plans_and_needs():
    plans, needs = made("caf_plans"), made("caf_needs")
    assert set(plans["family_id"]) == set(needs["family_id"])
    assert set(plans.loc[plans["form"] == "family", "family_id"]) == set(made("caf_assessments")["family_id"])


def test_parts_come_out_the_same_alone_and_in_any_order():
    first = World(seed=5)
    families.caf_plans(first)
    assert families.feedback(first).equals(families.feedback(World(seed=5)))


def test_answers_rise_unless_null():
    for null, low, high in ((False, 0.2, 0.45), (True, -0.05, 0.05)):
        frame = made("caf_assessments", null=null).dropna(subset=["after"])
        gain = (frame["after"] > frame["before"]).mean() - (frame["after"] < frame["before"]).mean()
        assert low < gain < high


def above(flags, other):
    return newcombe_difference(int(flags.sum()), len(flags), int(other.sum()), len(other)).lower > 0


def over_half(flags):
    return wilson(int(flags.sum()), len(flags)).lower > 0.5


def plans_differ(column, values):
    def decides(seed, *, null):
        plans = made("caf_plans", seed, null=null)
        flags = plans[column].isin(values)
        return above(flags[plans["form"] == "family"], flags[plans["form"] == "child"])

    return decides


def needs_differ(seed, *, null):
    needs = made("caf_needs", seed, null=null)
    is_family_form = needs["family_id"].str.startswith("DEMO-F")
    return above(needs.loc[is_family_form, "is_resolved"], needs.loc[~is_family_form, "is_resolved"])


def staff_see(topic):
    def decides(seed, *, null):
        rows = made("feedback", seed, null=null)
        return over_half(rows.loc[rows["topic"] == topic, "sentiment"] == "positive")

    return decides


def new_parents_helped(seed, *, null):
    rows = made("feedback", seed, null=null)
    rows = rows[rows["topic"].isin(["visits", "booklet"])].assign(good=lambda frame: frame["sentiment"] == "positive")
    each = rows.groupby("respondent_id")[["good", "is_first_child", "has_family_support"]].min().astype(bool)
    first, alone = each["is_first_child"], ~each["has_family_support"]
    return all(above(each.loc[flag, "good"], each.loc[~flag, "good"]) for flag in (first, alone))


EFFECTS = {
    "caf_shares_ethos": plans_differ("goal_set_by", ["parent"]),
    "caf_shares_ethos, or both": plans_differ("goal_set_by", ["parent", "both"]),
    "supports_to_self_help": plans_differ("action_owner", ["family", "both"]),
    "supports_to_self_help, family alone": plans_differ("action_owner", ["family"]),
    "whole_family_better": needs_differ,
    "feedback_positive": staff_see("visits"),
    "staff_see_value_nursery": staff_see("sharing_findings"),
    "visits_help_new_parents": new_parents_helped,
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_planted_effects_are_found_in_most_worlds_and_hardly_in_null_ones(effect):
    decides = EFFECTS[effect]
    assert sum(decides(seed, null=False) for seed in SEEDS) / len(SEEDS) >= 0.6
    assert sum(decides(seed, null=True) for seed in SEEDS) / len(SEEDS) <= 0.15


def test_truths_turn_in_the_null_variant():
    truths = {row.finding: row.is_true for row in families.plant(World())}
    assert all(truths.values())
    assert {row.finding: row.is_true for row in families.plant(World(is_null=True))} == dict.fromkeys(truths, False)
