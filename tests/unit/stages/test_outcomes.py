"""Outcomes: figures that move with their records, effects found where planted, small cells, comparisons refused."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import yaml

import worlds
from insight import paths
from insight.errors import InputError, ParamsError
from insight.privacy.protected import Protected
from insight.stages import outcomes as stage
from insight.stages.outcomes import attainment, checklists, families, shares

GIVEN = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["outcomes"]
PARAMS = stage.Params.build(**GIVEN)
REQUIRED = ("engagement_visits", "eyfs_counts")
NAMES = (
    *REQUIRED,
    *("lookup", "births", "eyfs_children", "caf_assessments", "caf_covers", "caf_needs", "caf_plans", "feedback"),
    *("service_directory", "workshops"),
)
PLANTED = (
    "checklist_evidence",
    "pilot_promising",
    "below_threshold_more_issues",
    "environment_drives_readiness",
    "insight_broadened_thinking",
    "attainment_marks_environment",
    "caf_shares_ethos",
    "supports_to_self_help",
    "whole_family_better",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demonstration inputs, made once for all who change nothing in them."""
    return worlds.dated(worlds.inputs(NAMES, worlds.world(), tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
def results(demo):
    """What the stage makes of them."""
    return stage.analyse(demo, PARAMS)


@pytest.fixture
def given(demo, tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return demo


def shown(name, given, results):
    more = (PARAMS,) if name in {"lexis_picture", "cohorts_table"} else ()
    return getattr(stage, name)(given, results, *more)


def changed(given, name, frame):
    kept = Protected(name, frame) if isinstance(given.frames[name], Protected) else frame
    return dataclasses.replace(given, frames={**given.frames, name: kept})


def verdicts(given):
    results = stage.analyse(given, PARAMS)
    return {check.id: check for check in stage.figures(given, results, PARAMS)}


def outcomes(given):
    results = stage.analyse(given, PARAMS)
    return {decision.id: decision for decision in stage.findings(given, results, PARAMS)}


def test_figures_on_the_demonstration_world(given):
    found = verdicts(given)
    for number in range(1, 8):
        assert found[f"engagement.ep{number}.visits_count"].verdict == "reproduces"
        assert found[f"engagement.ep{number}.visits_count"].evidence == "recovered"
        assert found[f"engagement.ep{number}.age"].verdict == "not_tested"
    assert found["workshops.brainstorm.months"].verdict == "reproduces"
    assert found["workshops.final.date"].verdict == "reproduces"
    assert found["workshops.community_budget.attendees_count"].verdict == "reproduces"
    assert found["costs.oldham.unnecessary_ae_gbp_per_year"].verdict == "not_computable"
    assert "differs" not in {check.verdict for check in found.values()}


def test_a_transcribed_age_equals_the_print(given):
    found = verdicts(given)
    for number in range(1, 8):
        check = found[f"engagement.ep{number}.age"]
        assert str(check.computed).removesuffix(".0") == check.published


def test_one_visit_less_moves_its_figure(given):
    visits = given.people("engagement_visits")
    fewer = changed(given, "engagement_visits", visits.drop(visits.index[visits["point"] == "ep3"][0]))
    assert verdicts(fewer)["engagement.ep3.visits_count"].verdict == "differs"
    assert verdicts(fewer)["engagement.ep4.visits_count"].verdict == "reproduces"


def test_findings_on_the_default_world(given):
    found = outcomes(given)
    assert sum(found[name].outcome == "detected" for name in PLANTED) >= len(PLANTED) - 2
    assert found["visits_shape"].outcome == "supported"
    assert found["visits_shape"].data == "published"
    assert found["priorities_four"].outcome == "consistent with"
    assert found["ae_cost"].outcome == "not testable here"


def test_nothing_is_found_where_nothing_was_planted(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    alarms = 0
    for seed in (1, 2, 3, 4):
        found = outcomes(worlds.dated(worlds.inputs(NAMES, worlds.world(seed, null=True), tmp_path)))
        assert "detected" not in {found[name].outcome for name in PLANTED}
        alarms += sum(found[name].outcome == "false alarm" for name in PLANTED)
    assert alarms <= 3


def test_a_council_with_two_inputs_still_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    given = worlds.dated(worlds.inputs(REQUIRED, worlds.world(), tmp_path))
    results = stage.analyse(given, PARAMS)
    assert results.readiness is None
    assert results.answers is None
    decided = {row.id: row.outcome for row in stage.findings(given, results, PARAMS)}
    assert decided["environment_drives_readiness"] == "not testable here"
    for show in (
        stage.issues_picture,
        stage.readiness_table,
        stage.caf_picture,
        stage.answers_table,
        stage.forms_table,
    ):
        assert "not supplied" in show(given, results).html()
    stage.save(given, results)
    assert (tmp_path / "build" / "oldham" / "outcomes" / "tables" / "caf.csv").exists()


def test_pictures_and_tables_say_what_was_found(given, results):
    for name in stage.__all__:
        if name.endswith(("_picture", "_table")):
            html = shown(name, given, results).html()
            expected = "Published figures" if name == "unidentified_table" else "Demonstration data"
            assert expected in html, name


def test_saved_tables_hide_small_counts_and_name_nobody(given, tmp_path, results):
    stage.save(given, results)
    folder = tmp_path / "build" / "oldham" / "outcomes" / "tables"
    assert {file.stem for file in folder.glob("*.csv")} == set(stage.DECLARATION.tables)
    recorded = pd.read_csv(folder / "recorded.csv")
    shown = recorded[recorded["status"] != "c"]
    assert not shown["count"].between(1, 4).any()
    assert not (shown["n"] - shown["count"]).between(1, 4).any()
    hidden = recorded[recorded["status"] == "c"]
    assert len(hidden) > 0
    assert hidden[["count", "n", "estimate", "lower", "upper"]].isna().all(axis=None)
    for name in ("issues", "themes", "answers"):
        frame = pd.read_csv(folder / f"{name}.csv")
        column = "answers" if name == "answers" else "count"
        assert not frame[column].between(1, 4).any()


def test_one_small_point_hides_a_second_so_that_subtraction_tells_nothing(given):
    visits = given.people("engagement_visits")
    last = visits.index[visits["point"] == "ep7"][3:]
    table = checklists.by_point(visits.drop(last), PARAMS, threshold=5)
    assert table.loc[table["status"] == "c", "point"].tolist() == ["ep5", "ep7"]


def test_the_pilot_table_says_which_change_was_exact(given, results):
    results = results.attainment
    assert results.pilot_change.estimate == pytest.approx(36 / 493)
    rows = attainment.pilot_rows(results).set_index("measure")["estimate"]
    assert rows["difference of the two changes"] == pytest.approx(
        rows["change in the pilot wards"] - rows["change in all other wards"]
    )
    assert results.effect.lower == pytest.approx(results.effect_wald.lower, abs=0.005)
    assert results.by_regression > 0
    assert results.set_rank[1] == math.comb(20, 2)


def test_years_of_different_versions_are_refused(given):
    counts = given.table("eyfs_counts")
    mixed = counts.assign(
        definition_version=counts["definition_version"].mask(counts["year"] == PARAMS.after_year, "eyfs_2013")
    )
    with pytest.raises(InputError, match=r"definition_version.*one version"):
        stage.analyse(changed(given, "eyfs_counts", mixed), PARAMS)


def test_an_absent_year_or_pilot_ward_is_refused(given):
    counts = given.table("eyfs_counts")
    with pytest.raises(InputError, match="holds 2012"):
        stage.analyse(changed(given, "eyfs_counts", counts[counts["year"] != PARAMS.after_year]), PARAMS)
    with pytest.raises(InputError, match="no coldhurst"):
        stage.analyse(changed(given, "eyfs_counts", counts[counts["area"] != "coldhurst"]), PARAMS)


def test_answers_beyond_the_scale_are_refused(given):
    own = given.people("caf_assessments")
    with pytest.raises(InputError, match="points of the scale"):
        stage.analyse(changed(given, "caf_assessments", own.assign(before=7)), PARAMS)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("pilot_wards", [], "pilot_wards"),
        ("before_year", "2010", "before_year"),
        ("poor_grade", 1, "poor_grade"),
        ("engagement_points", [{"code": "ep1", "label": "a", "stated_age": "3", "from_days": 9, "to_days": 3}], "days"),
        ("benchmarks", "england", "benchmark"),
    ],
)
def test_bad_params_are_refused(key, value, says):
    with pytest.raises(ParamsError, match=says):
        stage.Params.build(**{**GIVEN, key: value})


def test_a_checklist_counts_when_point_age_and_themes_fit():
    visits = pd.DataFrame(
        {
            "point": ["ep1", "ep1", "ep3", "ep3", "ep3", "ep9"],
            "is_pregnant": [True, False, False, False, False, False],
            "age_days": pd.array([pd.NA, 5, 90, 400, 90, 90], dtype="Int64"),
            "themes": ["none", "money", "sleep", "sleep", None, "money"],
        }
    )
    assert checklists.is_countable(visits, PARAMS).tolist() == [True, False, True, False, False, False]


def test_one_stratum_gives_the_plain_difference():
    found = shares.stratified_difference(*(np.array([value]) for value in (30, 100, 20, 100)))
    assert found.estimate == pytest.approx(0.1)
    wald = 1.959964 * math.sqrt(0.3 * 0.7 / 100 + 0.2 * 0.8 / 100)
    assert found.upper - found.lower == pytest.approx(2 * wald, rel=0.02)


def test_strata_undo_a_difference_that_comes_from_them():
    hits, cases = np.array([80, 5]), np.array([100, 50])
    other_hits, others = np.array([40, 20]), np.array([50, 200])
    plain = hits.sum() / cases.sum() - other_hits.sum() / others.sum()
    assert plain > 0.3
    assert shares.stratified_difference(hits, cases, other_hits, others).estimate == pytest.approx(0)
    with pytest.raises(ValueError, match="no stratum"):
        shares.stratified_difference(*(np.array([value]) for value in (1, 2, 0, 0)))


def test_goals_of_one_family_widen_the_limits():
    alone = shares.clustered_share(np.tile([1.0, 0.0], 100), np.ones(200))
    together = shares.clustered_share(np.tile([4.0, 0.0], 25), np.full(50, 4.0))
    assert alone.estimate == together.estimate == 0.5
    assert (together.upper - together.lower) > 1.8 * (alone.upper - alone.lower)


def test_linear_effects_match_differences_of_means():
    flag = np.tile([0.0, 0.0, 1.0, 1.0, 1.0], 20)
    outcome = np.tile([0.0, 1.0, 1.0, 1.0, 0.0], 20)
    beta, covariance = shares.linear_effects(outcome, pd.DataFrame({"flag": flag}))
    assert beta[1] == pytest.approx(outcome[flag == 1].mean() - outcome[flag == 0].mean())
    spread = math.sqrt(0.25 / 40 + (2 / 9) / 60)
    assert math.sqrt(covariance[1, 1]) == pytest.approx(spread, rel=0.02)
    with pytest.raises(ValueError, match="told apart"):
        shares.linear_effects(outcome, pd.DataFrame({"one": flag, "two": flag}))


def test_needs_of_families_with_both_forms_are_left_out():
    plans = pd.DataFrame(
        {
            "family_id": ["a", "b", "c", "d", "e", "e"],
            "form": ["child", "child", "family", "family", "child", "family"],
            "goal_set_by": ["parent", "agency"] * 3,
            "action_owner": ["family", "agency"] * 3,
        }
    )
    needs = pd.DataFrame({"family_id": list("abcde"), "is_resolved": [True, False, True, True, True]})
    found = families.forms(plans, needs, threshold=1)
    assert found.needs.n == 4


def test_unidentified_figures_come_from_the_ledger(given, results):
    table = results.unidentified.set_index("figure")
    assert "cohort" in table.loc["outcomes.both_wards.eyfs_increase_pct", "missing"]
    assert "implies" in table.loc["outcomes.both_wards.eyfs_increase_children_count", "what_the_ledger_says"]
    assert set(table["standing"]) == {"not identifiable"}
