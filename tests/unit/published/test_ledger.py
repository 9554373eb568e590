"""The ledger as data, and the verdicts that follow from it alone."""

import csv
import dataclasses
from collections import Counter

import pytest

from insight import paths
from insight.errors import PublishedError
from insight.published import ledger as ledgers
from insight.published.comparison import compare, reading_if_exact, recovered, replicated, text_lines, transcribed

PILOT = "benefits.eyfs_cost_avoided_gbp"
CHILDREN = "outcomes.both_wards.eyfs_increase_children_count"


@pytest.fixture(scope="module")
def book():
    return ledgers.load("oldham")


def all_rows(book, computed=None):
    stages = dict.fromkeys(figure.stage for figure in book)
    given = computed or {}
    return {
        row.id: row
        for stage in stages
        for row in compare(book, stage, {k: v for k, v in given.items() if book.figures[k].stage == stage})
    }


def changed(book, name, value):
    figure = dataclasses.replace(book.figures[name], value=value)
    return dataclasses.replace(book, figures={**book.figures, name: figure})


def test_every_printed_figure_is_there_once(book):
    assert len(book.figures) == 204
    assert sum(not figure.repeat_of for figure in book) == 163


def test_every_figure_belongs_to_one_of_nine_stages(book):
    from insight.params import STAGES

    assert {figure.stage for figure in book} == set(STAGES)


def test_the_ledger_holds_no_derived_value_and_no_verdict():
    with (paths.published_dir("oldham") / "figures.csv").open(encoding="utf-8") as stream:
        header = next(csv.reader(stream))
    assert not {"verdict", "derived_value", "computed", "expected"} & set(header)


def test_verdicts_of_recomputed_figures_are_as_expected(book):
    rows = all_rows(book)
    with (paths.root() / "tests" / "expected_verdicts.csv").open(encoding="utf-8", newline="") as stream:
        expected = {row["id"]: row["verdict"] for row in csv.DictReader(stream)}
    assert {name: row.verdict for name, row in rows.items() if name in expected} == expected
    recomputed = [name for name, row in rows.items() if row.evidence == "recomputed" and row.repeat_of is None]
    assert set(recomputed) <= set(expected)


def test_arithmetic_lists_and_pairs_are_counted_apart(book):
    rows = [row for row in all_rows(book).values() if row.evidence == "recomputed" and row.repeat_of is None]
    counted = [row for row in rows if book.figures[row.id].formula.startswith("count:")]
    arithmetic = [row for row in rows if row not in counted and row.id != "ethnography.all.team_size"]
    assert len(counted) == 11
    assert Counter(row.verdict for row in arithmetic) == {
        "reproduces": 9,
        "consistent_within_rounding": 2,
        "inconsistent_in_source": 2,
        "not_comparable": 1,
    }


def test_both_readings_of_the_rounded_children(book):
    assert all_rows(book)[PILOT].verdict == "consistent_within_rounding"
    assert reading_if_exact(book, PILOT, CHILDREN) == "inconsistent_in_source"


@pytest.mark.parametrize(
    "name", ["population.oldham.growth_pct", PILOT, "funding.oldham.total_gbp", "caf.oldham.cost_saved_gbp"]
)
def test_own_printed_value_never_enters_what_is_computed(book, name):
    before = all_rows(book)[name]
    after = all_rows(changed(book, name, "12"))[name]
    assert after.computed == before.computed
    assert after.verdict == "inconsistent_in_source"


def test_an_altered_operand_moves_value_and_verdict(book):
    before = all_rows(book)["funding.oldham.total_gbp"]
    after = all_rows(changed(book, "funding.oldham.workshops_gbp", "4600"))["funding.oldham.total_gbp"]
    assert after.computed == before.computed + 100
    assert (before.verdict, after.verdict) == ("reproduces", "inconsistent_in_source")


def test_a_known_erratum_that_starts_to_add_up_is_seen(book):
    mended = changed(book, "life_expectancy.st_marys.gap_female_years", "5.4")
    assert all_rows(mended)["life_expectancy.st_marys.gap_female_years"].verdict == "reproduces"


def test_repeats_take_the_verdict_of_their_first_printing(book):
    rows = all_rows(book)
    for row in rows.values():
        if row.repeat_of:
            assert (row.verdict, row.evidence) == (rows[row.repeat_of].verdict, rows[row.repeat_of].evidence)


def test_not_computable_figures_say_what_they_imply(book):
    rows = [row for row in all_rows(book).values() if row.verdict == "not_computable" and row.repeat_of is None]
    assert len(rows) == 6
    assert all("Not printed:" in row.note for row in rows)
    assert "493" in all_rows(book)[CHILDREN].note


@pytest.mark.parametrize(
    ("computed", "verdict"),
    [
        (recovered(1438, records=1438), "reproduces"),
        (recovered(1437, records=1437), "differs"),
        (transcribed(1438), "not_tested"),
        (transcribed(1), "not_tested"),
        (replicated(1438, records=9), "reproduces"),
    ],
)
def test_verdict_of_what_inputs_give(book, computed, verdict):
    assert (
        all_rows(book, {"values_modes.both_wards.respondents_count": computed})[
            "values_modes.both_wards.respondents_count"
        ].verdict
        == verdict
    )


def test_text_compares_as_exact_string(book):
    name = "values_modes.both_wards.fieldwork_month"
    assert all_rows(book, {name: recovered("2011-06", records=5)})[name].verdict == "reproduces"
    assert all_rows(book, {name: recovered("2011-6", records=5)})[name].verdict == "differs"


def test_one_cell_is_never_recovered():
    with pytest.raises(PublishedError, match="two or more records"):
        recovered(5, records=1)


@pytest.mark.parametrize("name", ["nonsense", "population.oldham.growth_pct", "context.focus_wards_count_l590"])
def test_only_own_first_and_underived_figures_may_be_reported(book, name):
    with pytest.raises(PublishedError, match="Fix:"):
        compare(book, "profiling", {name: transcribed(1)})


def test_check_lines_are_fixed_text(book):
    text = text_lines(compare(book, "values_modes", {}))
    assert "values_modes.method.main_groups_count  published 3  computed 3  recomputed  reproduces" in text
    assert "_l207" not in text


def test_a_council_without_ledger_has_none():
    assert ledgers.load("wigan") is None
