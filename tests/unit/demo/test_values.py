"""The demonstration survey: what is planted is there, can be found, and is absent from the null variant."""

import pandas as pd
import pytest

from insight.demo import values
from insight.demo.world import World
from insight.methods import equivalence
from insight.methods.survey import SurveyDesign


def frame(seed, null=False):
    return values.values_survey(World(seed=seed, is_null=null))


def alike(rows, by="ethnic_group"):
    """Both limits of sameness on the three groups, worked from the rows alone."""
    own = rows[rows["ethnic_group"] != "Other"].assign(group=rows["mode"].map(values.GROUP_OF)).reset_index(drop=True)
    design = SurveyDesign(own, weights="weight", strata="neighbourhood", psu="session")
    return equivalence.association(design, row=by, column="group")


@pytest.mark.parametrize("null", [False, True])
def test_rows_add_up(null):
    rows = frame(2011, null)
    assert len(rows) == (values.RESPONDENTS_IF_NULL if null else values.RESPONDENTS)
    assert rows["respondent_id"].is_unique
    assert rows.groupby("session")["neighbourhood"].nunique().max() == 1
    assert set(rows["ward"]) == {"coldhurst", "st_marys"}
    assert rows["neighbourhood"].nunique() == (8 if null else 9)
    assert pd.to_datetime(rows["date"]).dt.to_period("M").nunique() == (3 if null else 1)


def test_a_world_comes_out_the_same_twice():
    pd.testing.assert_frame_equal(frame(5), frame(5))
    assert not frame(5)["mode"].equals(frame(6)["mode"])


def test_translation_goes_with_language():
    rows = frame(3)
    assert (rows["is_translated"] == (rows["language"] != "english")).all()
    assert rows.loc[rows["ethnic_group"] == "White", "language"].eq("english").all()


def test_sameness_is_found_in_planted_worlds_and_in_no_null_world():
    planted = [alike(frame(seed), "ward") for seed in range(1, 16)]
    assert 0.6 <= sum(one.verdict == "equivalent" for one in planted) / len(planted) <= 1.0
    for by in ("ethnic_group", "ward", "neighbourhood"):
        null = [alike(frame(seed, null=True), by) for seed in range(1, 6)]
        assert {one.verdict for one in null} == {"different"}
        assert sum(one.v.estimate for one in null) / len(null) == pytest.approx(0.20, abs=0.03), by


@pytest.mark.parametrize("null", [False, True])
def test_one_mode_leads_only_where_it_was_planted(null):
    firsts = [frame(seed, null)["mode"].value_counts().index[0] for seed in range(1, 21)]
    share = firsts.count(values.LEADER) / len(firsts)
    assert share <= 0.25 if null else share >= 0.9


def test_planted_answers_differ_and_null_ones_do_not():
    rows, none = frame(2), frame(2, null=True)

    def gap(made, item):
        agrees = made[f"item_{item}"] >= 4
        leads = made["mode"] == values.LEADER
        return agrees[leads].mean() - agrees[~leads].mean()

    for item in ("hope", "competitive", "status"):
        assert gap(rows, item) > 0.05
        assert abs(gap(none, item)) < 0.15


def test_truths_turn_with_the_variant():
    planted, null = values.plant(World()), values.plant(World(is_null=True))
    assert all(row.is_true for row in planted)
    assert not any(row.is_true for row in null)
    assert [row.finding for row in planted] == [row.finding for row in null]
