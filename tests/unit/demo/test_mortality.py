"""Demonstration residents, deaths and open indicators: they add up, hold to contracts, and plant what they say."""

import numpy as np
import pandas as pd
import pytest

import worlds
from insight.demo.mortality import AGES, PERIOD, YEARS
from insight.demo.world import World
from insight.sources.contracts import contract
from insight.sources.contracts.checking import check
from insight.sources.contracts.services import THEMES


@pytest.mark.parametrize("name", ["population", "deaths", "indicator_catalogue"])
@pytest.mark.parametrize("null", [False, True])
def test_frames_hold_to_their_contracts(name, null):
    frame, agreed = worlds.world(null=null).frame(name), contract(name)
    assert list(frame.columns) == [
        column.name for column in agreed.columns if not column.may_be_absent or column.name in frame.columns
    ]
    if agreed.key:
        assert not frame.duplicated(list(agreed.key)).any()
    for rule in agreed.rules:
        assert not rule.broken(frame).any(), rule.rule


def test_residents_of_the_last_year_are_those_of_the_look_up():
    made = worlds.world()
    lookup, people = made.frame("lookup"), made.frame("population")
    last = people[people["year"] == YEARS[-1]]
    wards = last[last["area"] != "england"].groupby("area")["persons"].sum()
    assert wards.to_dict() == lookup.groupby("ward")["persons"].sum().to_dict()
    young = last[(last["age_from"] < 5) & (last["area"] == "coldhurst")]["persons"].sum()
    assert abs(young - lookup.loc[lookup["ward"] == "coldhurst", "children_0_4"].sum()) <= 2


def test_a_council_gets_the_same_deaths_whatever_else_is_made():
    alone = World(seed=5).frame("deaths")
    together = World(seed=5)
    together.frame("roster_library")
    pd.testing.assert_frame_equal(alone, together.frame("deaths"))
    assert set(alone["period"]) == {PERIOD}
    assert sorted(alone["age_from"].unique()) == list(AGES)


def test_own_catalogue_names_what_no_national_list_does():
    rows = worlds.world().frame("indicator_catalogue")
    assert set(rows["theme"]) <= set(THEMES)
    assert set(rows["polarity"]) <= {"higher_better", "lower_better", "none"}


def broken(name, change, tmp_path):
    """The problems of a file with one change, as a user would read them."""
    cells = worlds.world().frame(name).copy().astype("object")
    cells = change(cells)
    return check, contract(name), cells.astype("string").fillna(""), tmp_path / f"{name}.csv"


def set_cell(row, column, value):
    def change(cells):
        cells.loc[row, column] = value
        return cells

    return change


def drop_row(cells):
    return cells.drop(index=cells.index[3]).reset_index(drop=True)


CASES = [
    ("deaths", drop_row, "same age bands"),
    ("population", drop_row, "same age bands"),
    ("deaths", set_cell(0, "period", "2006 to 2010"), "last two digits"),
    ("deaths", set_cell(0, "deaths", -1), "at least 0"),
    ("population", set_cell(0, "sex", "all"), "one of male, female"),
    ("indicator_catalogue", set_cell(0, "polarity", "up"), "one of higher_better"),
    ("indicator_catalogue", set_cell(1, "indicator", "money_problems"), "stand twice"),
    ("indicators", set_cell(0, "value", ""), "empty exactly where"),
    ("indicators", set_cell(0, "status", "c"), "empty exactly where"),
    ("indicators", set_cell(0, "status", "secret"), "one of c, x, z"),
]


@pytest.mark.parametrize(("name", "change", "said"), CASES)
def test_broken_files_are_refused_with_rule_and_fix(name, change, said, tmp_path):
    from insight.errors import InputError

    run, agreed, cells, path = broken(name, change, tmp_path)
    with pytest.raises(InputError, match=said) as told:
        run(agreed, cells, path)
    assert "Fix" in str(told.value)


def test_a_suppressed_value_with_counts_beside_it_is_refused(tmp_path):
    from insight.errors import InputError

    def change(cells):
        cells.loc[0, ["value", "status"]] = ["", "c"]
        return cells

    run, agreed, cells, path = broken("indicators", change, tmp_path)
    with pytest.raises(InputError, match="no counts beside it"):
        run(agreed, cells, path)


def test_open_indicators_follow_deprivation_where_planted_and_not_in_the_null_world():
    gaps = []
    for null in (False, True):
        made = worlds.world(null=null)
        table, lookup = made.frame("indicators"), made.frame("lookup").set_index("oa")
        rows = table[(table["indicator"] == "children_low_income") & table["area"].isin(lookup.index)]
        score = table[table["indicator"] == "deprivation_score"].set_index("area")["value"]
        gaps.append(np.corrcoef(rows["value"].astype(float), rows["area"].map(score).astype(float))[0, 1])
    assert gaps[0] > 0.5
    assert abs(gaps[1]) < 0.12


def test_the_source_s_small_counts_are_blank_and_its_borough_is_not():
    table = worlds.world().frame("indicators")
    rows = table[table["indicator"] == "under_18_conceptions"].set_index("area")
    hidden = rows[rows["status"] == "c"]
    assert len(hidden) >= 2
    assert hidden[["value", "numerator", "denominator"]].isna().all().all()
    shown = rows.drop(hidden.index)
    assert shown.loc["oldham", "numerator"] > shown.drop(index=["oldham", "england"])["numerator"].sum()
    assert (shown.drop(index=["oldham", "england"])["numerator"] >= 5).all()
