"""Ethnography: figures move with records, small counts stay hidden, quotes only with standing public consent."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

import worlds
from insight import params, paths
from insight.errors import InputError, ParamsError
from insight.privacy.protected import Protected
from insight.stages import ethnography as stage
from insight.stages.ethnography import analysis, coding, measures

SECTION = dict(params.load(paths.root() / "params" / "oldham.yml").stages["ethnography"])
PARAMS = stage.Params.build(**{**SECTION, "draws": 400})
NAMES = ("interviews", "codings", "quotes", "consent", "workshop_actions")
THRESHOLD = 5


def made(folder, *, null=False):
    inputs = worlds.inputs(NAMES, worlds.world(null=null), folder)
    frames = dict(inputs.frames)
    for name, column in (("interviews", "date"), ("consent", "gained_on")):
        rows = frames[name].rows()
        frames[name] = Protected(name, rows.assign(**{column: pd.to_datetime(rows[column])}))
    return dataclasses.replace(inputs, frames=frames)


@pytest.fixture
def given(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return made(tmp_path)


def altered(given, name, change):
    return dataclasses.replace(given, frames={**given.frames, name: Protected(name, change(given.frames[name].rows()))})


def without(given, *names):
    return dataclasses.replace(given, frames={name: one for name, one in given.frames.items() if name not in names})


def verdicts(given):
    results = stage.analyse(given, PARAMS)
    return {row.id: row.verdict for row in stage.figures(given, results, PARAMS)}


def outcomes(given):
    results = stage.analyse(given, PARAMS)
    return {row.id: row.outcome for row in stage.findings(given, results, PARAMS)}


def test_every_figure_reproduces_on_the_planted_world(given):
    assert set(verdicts(given).values()) == {"reproduces"}
    assert len(verdicts(given)) == 12


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        ("ethnography.oldham_and_wigan.interviews_count", lambda rows: rows.iloc[:-1]),
        ("ethnography.oldham.interviews_count", lambda rows: rows.iloc[1:]),
        (
            "ethnography.oldham_and_wigan.at_home_interviews_count",
            lambda rows: rows.drop(rows.index[rows["setting"] == "home"][0]),
        ),
        ("ethnography.all.interview_min_minutes", lambda rows: rows[rows["minutes"] > rows["minutes"].min()]),
        ("ethnography.all.interview_max_hours", lambda rows: rows[rows["minutes"] < rows["minutes"].max()]),
        ("ethnography.each_borough.fieldwork_days", lambda rows: rows[rows["date"] > rows["date"].min()]),
        ("ethnography.all.note_takers_per_team", lambda rows: rows.assign(note_takers=[2, *rows["note_takers"][1:]])),
        (
            "scope.ethnography.child_age_under_years",
            lambda rows: rows.assign(child_age_months=[48, *rows["child_age_months"][1:]]),
        ),
    ],
)
def test_one_altered_record_moves_its_figure(given, figure, change):
    assert verdicts(altered(given, "interviews", change))[figure] == "differs"


def test_planted_claims_are_mostly_detected(given):
    found = list(outcomes(given).values())
    assert len(found) == 17
    assert set(found) <= {"detected", "missed"}
    assert found.count("detected") >= 14


def test_null_world_raises_few_alarms_and_no_figure_of_records_reproduces(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    given = made(tmp_path, null=True)
    found = list(outcomes(given).values())
    assert "detected" not in found
    assert found.count("false alarm") <= 1
    results = stage.analyse(given, PARAMS)
    rows = stage.figures(given, results, PARAMS)
    assert {row.verdict for row in rows if row.evidence == "recovered"} == {"differs"}


def test_without_optional_inputs_the_stage_runs(given):
    fewer = without(given, "quotes", "consent", "workshop_actions")
    results = stage.analyse(fewer, PARAMS)
    stage.save(fewer, results)
    assert results.quotes.empty
    assert results.analysed == 46
    found = {row.id: row.outcome for row in stage.findings(fewer, results, PARAMS)}
    assert found["consent_at_outset"] == found["families_and_staff_disagree"] == "not testable here"
    for name in ("staff_picture", "staff_table", "consent_picture", "consent_table", "quotes_table"):
        assert getattr(stage, name)(fewer, results) is not None


def test_few_interviews_give_counts_and_no_tests(given):
    few = altered(given, "interviews", lambda rows: rows.iloc[:15])
    assert stage.analyse(few, PARAMS).estimates == {}


def test_quotes_need_standing_public_consent(given):
    shown = stage.analyse(given, PARAMS).quotes
    assert len(shown) > 0
    nobody = altered(given, "consent", lambda rows: rows.assign(withdrawn=rows["scope"] == "quote_public"))
    assert stage.analyse(nobody, PARAMS).quotes.empty
    internal = altered(given, "consent", lambda rows: rows[rows["scope"] != "quote_public"])
    assert stage.analyse(internal, PARAMS).quotes.empty
    unasked = stage.analyse(without(given, "consent"), PARAMS)
    assert unasked.quotes.empty
    assert unasked.quotes_withheld == len(given.frames["quotes"])


def test_withdrawn_consent_to_analysis_leaves_the_interview_out(given):
    taken_back = altered(
        given, "consent", lambda rows: rows.assign(withdrawn=rows["withdrawn"] | (rows["interview_id"] == "I001"))
    )
    results = stage.analyse(taken_back, PARAMS)
    assert (results.analysed, results.without_consent) == (45, 1)


@pytest.mark.parametrize(
    "words", ["write to me at one@example.org", "we live at OL1 3AB now", "ring 0161 496 0000", "it is AB 12 34 56 C"]
)
def test_words_that_look_personal_are_withheld(given, words):
    public = coding.agreed(given, "quote_public")
    code = next(code for code in given.people("interviews")["interview_id"] if code in public.index)
    own = pd.DataFrame([("Q1", code, "housing", words)], columns=["quote_id", "interview_id", "theme", "text"])
    results = stage.analyse(altered(given, "quotes", lambda _: own), PARAMS)
    assert results.quotes.empty
    assert results.quotes_withheld == 1


def test_quotes_are_escaped(given):
    html = stage.quotes_table(given, stage.analyse(given, PARAMS)).html()
    rows = html[: html.index("</table>")]
    assert "<b>Tuesday" not in rows
    assert "&lt;b&gt;Tuesday" in rows


def test_no_small_count_of_interviews_is_shown_or_given_away(given):
    results = stage.analyse(given, PARAMS)
    for frame, count in ((results.settings, "interviews"), (results.together, "both"), (results.coverage, "covered")):
        assert not frame[count].between(1, THRESHOLD - 1).any()
    states = results.themes[["raised", "prompted", "not_covered"]]
    assert not states.isin(range(1, THRESHOLD)).any(axis=None)
    assert not (states.isna().sum(axis=1) == 1).any()
    assert results.themes.loc[states["prompted"].isna(), "of_covered"].isna().all()
    said = results.statements.dropna(subset=["said"])
    assert not (said["of"] - said["said"]).between(1, THRESHOLD - 1).any()
    assert not (results.analysed - said["of"]).between(1, THRESHOLD - 1).any()


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"raised": 20, "prompted": 3, "not_covered": 23}, {"prompted", "not_covered"}),
        ({"raised": 3, "prompted": 20, "not_covered": 23}, {"raised", "prompted"}),
        ({"raised": 20, "prompted": 26, "not_covered": 0}, set()),
        ({"raised": 43, "prompted": 3, "not_covered": 0}, {"raised", "prompted"}),
        ({"raised": 43, "prompted": 2, "not_covered": 1}, {"raised", "prompted", "not_covered"}),
        ({"raised": 2, "prompted": 2, "not_covered": 42}, {"raised", "prompted"}),
    ],
)
def test_a_small_count_takes_another_with_it(counts, hidden):
    shown = analysis._blanked(counts, THRESHOLD)
    assert {name for name, count in shown.items() if count is None} == hidden


def test_saved_themes_are_what_stage_09_reads(given):
    stage.save(given, stage.analyse(given, PARAMS))
    folder = paths.stage_dir("oldham", "ethnography") / "tables"
    themes = pd.read_csv(folder / "themes.csv")
    assert {"theme", "raised"} <= set(themes.columns)
    assert themes["theme"].is_unique
    for file in folder.glob("*.csv"):
        assert not any(column.endswith("_id") for column in pd.read_csv(file).columns)


def test_codes_that_fit_nothing_are_told_together(given):
    odd = altered(given, "codings", lambda rows: rows.assign(theme=["weather", *rows["theme"][1:]]))
    odd = altered(odd, "quotes", lambda rows: rows.assign(interview_id=["I999", *rows["interview_id"][1:]]))
    with pytest.raises(InputError, match=r"(?s)weather.*I999"):
        coding.check_codes(odd, list(PARAMS.themes))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("early_years", ["weather"], "weather"),
        ("early_years", ["housing"], "one of early_years and other_needs"),
        ("staff_first", 0, "staff_first"),
        ("draws", "many", "whole number"),
        ("colour", "blue", "unexpected key"),
        ("framework", {"home": ["weather"]}, "weather"),
    ],
)
def test_wrong_params_are_refused(key, value, words):
    with pytest.raises(ParamsError, match=words):
        stage.Params.build(**{**SECTION, key: value})


def test_tau_is_that_of_scipy():
    from scipy.stats import kendalltau

    order, counts = [1, 2, 3, 4, 5, 6], np.array([9, 3, 3, 7, 1, 0])
    found = measures.tau(order)(counts[None, :].astype(float))[0]
    assert found == pytest.approx(kendalltau([-one for one in order], counts).statistic)


def test_paired_difference_by_hand():
    first, second = np.array([True] * 30 + [False] * 20), np.array([True] * 10 + [False] * 35 + [True] * 5)
    found = measures.paired(first, second)
    size, up, down = 52, 20.5, 5.5
    half = 1.959964 * math.sqrt(up + down - (up - down) ** 2 / size) / size
    assert found.estimate == pytest.approx(0.3)
    assert (found.lower, found.upper) == pytest.approx(((up - down) / size - half, (up - down) / size + half), abs=1e-6)


def test_bootstrap_limits_are_near_the_normal_ones_and_repeat():
    rng = np.random.default_rng(1)
    values = np.column_stack([rng.random(200) < 0.4, np.ones(200)])
    first, again = (measures.resampled(values, measures.ratio, draws=2000, seed=4) for _ in range(2))
    half = 1.96 * math.sqrt(first.estimate * (1 - first.estimate) / 200)
    assert first == again
    assert first.upper - first.estimate == pytest.approx(half, abs=0.01)


def test_least_lead_needs_every_pair():
    flags = pd.DataFrame(
        {"a": [True] * 40 + [False] * 10, "b": [True] * 15 + [False] * 35, "c": [True] * 5 + [False] * 45}
    )
    assert measures.least_lead(flags, ["a"]).lower > 0
    assert measures.least_lead(flags, ["a", "c"]).lower < 0
    with pytest.raises(ValueError, match="lead"):
        measures.least_lead(flags[["a"]], ["a"])


def test_pictures_say_what_was_found(given):
    results = stage.analyse(given, PARAMS)
    for name in (one for one in stage.__all__ if one.endswith(("_picture", "_table"))):
        html = getattr(stage, name)(given, results).html()
        assert "Demonstration data" in html
        assert "I001" not in html
