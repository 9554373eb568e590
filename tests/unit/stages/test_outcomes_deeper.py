"""Who was due, which cohort can be counted, change beyond trend, evidence levels, CAF forms, green book."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import yaml

import worlds
from insight import display, paths
from insight.errors import InputError
from insight.methods import change
from insight.methods.estimate import Estimate
from insight.privacy.protected import Protected
from insight.sources.standing import Standing
from insight.stages import outcomes as stage
from insight.stages.outcomes import attainment, directory, due, identified, pack, retention, sheets, tied, voices

GIVEN = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["outcomes"]
PARAMS = stage.Params.build(**GIVEN)
NAMES = (
    *("engagement_visits", "eyfs_counts", "lookup", "births", "eyfs_children", "caf_assessments", "caf_covers"),
    *("caf_needs", "caf_plans", "feedback", "service_directory"),
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


def changed(given, name, frame):
    kept = Protected(name, frame) if isinstance(given.frames[name], Protected) else frame
    return dataclasses.replace(given, frames={**given.frames, name: kept})


def day(text):
    return pd.Timestamp(text)


POINT = PARAMS.engagement_points[3]


def monthly(first, last, births=10):
    months = pd.period_range(first, last, freq="M").astype(str)
    return pd.DataFrame({"area": "coldhurst", "month": [f"{month}-01" for month in months], "births": births})


def test_children_due_are_the_births_of_the_months_they_come_from():
    births = monthly("2009-01", "2012-12", births=30)
    middle = round((POINT.from_days + POINT.to_days) / 2)
    first, last = day("2011-04-01"), day("2011-06-30")
    found = due.due_children(births, POINT, first, last)
    by_day = sum(
        30 / day(str(one)).days_in_month
        for one in pd.date_range(first - pd.Timedelta(days=middle), last - pd.Timedelta(days=middle))
    )
    assert found == pytest.approx(by_day)


def test_births_that_do_not_cover_the_months_give_no_share(given):
    births = given.table("births")
    short = changed(given, "births", births[births["month"].astype(str) >= "2011-01-01"])
    uptake = stage.analyse(short, PARAMS).due.uptake.set_index("label")
    assert pd.isna(uptake.loc["at 42 months", "estimate"])
    assert uptake.loc["at 42 months", "status"] == "x"
    assert uptake.loc["at 10 to 14 days", "estimate"] == uptake.loc["at 10 to 14 days", "estimate"]


def test_more_seen_than_due_is_no_share():
    visits = pd.DataFrame(
        {
            "point": ["ep4"] * 40,
            "child_id": [f"C{one}" for one in range(40)],
            "date": pd.date_range("2011-04-01", periods=40),
        }
    )
    births = monthly("2009-01", "2012-12", births=3)
    found = due.uptake(visits, births, dataclasses.replace(PARAMS, engagement_points=[POINT]), threshold=5)
    assert found["status"].tolist() == ["x"]


@pytest.mark.parametrize(
    ("born", "summer"), [("2006-09-01", 2012), ("2007-08-31", 2012), ("2007-09-01", 2013), ("2006-08-31", 2011)]
)
def test_cohorts_follow_the_school_year(born, summer):
    assert due.cohort_summer(day(born)) == summer
    first, last = due.cohort_births(summer)
    assert first <= day(born) <= last


def test_no_child_seen_in_the_pilot_is_in_the_cohort_counted_and_one_older_would_be(given, results):
    assert results.due.counted_after == 0
    assert stage.lexis_picture(given, results, PARAMS).about.title.startswith("No visited child")
    visits = given.people("engagement_visits")
    late = visits.index[visits["point"] == "ep7"][0]
    older = changed(
        given,
        "engagement_visits",
        visits.assign(
            age_days=visits["age_days"].where(visits.index != late, 1325),
            date=visits["date"].where(visits.index != late, day("2011-04-06")),
        ),
    )
    found = stage.analyse(older, PARAMS)
    assert found.due.counted_after == 1
    assert "Only a few" in stage.lexis_picture(older, found, PARAMS).about.title


def test_beyond_trend_is_zero_on_a_line_and_the_step_off_it():
    years, values = [2008, 2009, 2010], [0.30, 0.31, 0.32]
    flat = change.beyond_trend(years, values, [1e-4] * 3, time=2012, value=0.34, variance=1e-4)
    step = change.beyond_trend(years, values, [1e-4] * 3, time=2012, value=0.44, variance=1e-4)
    assert flat.estimate == pytest.approx(0)
    assert step.estimate == pytest.approx(0.10)
    assert flat.lower < 0 < flat.upper
    with pytest.raises(ValueError, match="two earlier times"):
        change.beyond_trend([2010], [0.3], [1e-4], time=2012, value=0.3, variance=1e-4)


def test_beyond_trend_against_weighted_least_squares():
    years, values, variances = np.array([1, 2, 3, 5]), np.array([0.2, 0.24, 0.22, 0.3]), np.array([4, 1, 2, 3]) * 1e-4
    found = change.beyond_trend(years, values, variances, time=7, value=0.4, variance=2e-4)
    design = np.column_stack([np.ones(4), years])
    covariance = np.linalg.inv(design.T @ np.diag(1 / variances) @ design)
    line = covariance @ design.T @ (values / variances)
    at = np.array([1, 7])
    assert found.estimate == pytest.approx(0.4 - at @ line)
    assert found.upper - found.estimate == pytest.approx(1.959964 * (2e-4 + at @ covariance @ at) ** 0.5, rel=1e-6)


def test_beyond_trend_covers_at_its_level():
    rng, inside = np.random.default_rng(3), 0
    for _ in range(400):
        noisy = 0.3 + rng.normal(0, 0.02, 4)
        found = change.beyond_trend([1, 2, 3], noisy[:3], [4e-4] * 3, time=5, value=noisy[3], variance=4e-4)
        inside += found.lower <= 0 <= found.upper
    assert 0.92 < inside / 400 < 0.98


def test_a_true_difference_of_the_detectable_size_is_found_four_times_in_five():
    rng, se = np.random.default_rng(5), 0.03
    drawn = rng.normal(change.least_detectable(se), se, 4000)
    assert np.mean(np.abs(drawn) > 1.959964 * se) == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    ("lower", "upper", "alike"), [(-0.01, 0.01, True), (-0.06, 0.06, False), (0.045, 0.08, False), (None, None, None)]
)
def test_paths_are_alike_only_when_shown_to_be(lower, upper, alike):
    middle = 0.0 if lower is None else (lower + upper) / 2
    earlier = Estimate(estimate=middle, lower=lower, upper=upper, n=1, method="x")
    assert identified.are_alike(earlier, 0.05) is alike
    assert identified.are_alike(None, 0.05) is None


@pytest.mark.parametrize(
    ("has_comparison", "alike", "maryland", "nesta"),
    [(False, None, "1", "2"), (True, None, "2", "2"), (True, False, "2", "2"), (True, True, "3", "3 at best")],
)
def test_levels_follow_the_design_alone(has_comparison, alike, maryland, nesta):
    found = identified.levels(has_comparison=has_comparison, alike=alike, margin=0.05)
    assert found["level"].tolist()[:2] == [maryland, nesta]


def test_pilot_wards_alone_stand_at_level_one(given):
    counts = given.table("eyfs_counts")
    alone = changed(given, "eyfs_counts", counts[counts["area"].isin(PARAMS.pilot_wards)])
    found = stage.analyse(alone, PARAMS).attainment
    assert found.identified.levels["level"].iloc[0] == "1"
    assert found.identified.beyond_gap is None
    assert found.identified.beyond_own is not None


def test_null_world_shows_no_change_beyond_trend():
    outside = 0
    for seed in (1, 2, 3, 4, 5, 6):
        counts = worlds.world(seed, null=True).frame("eyfs_counts")
        found = attainment.describe(counts, PARAMS, {}, file="x", threshold=5).identified.beyond_gap
        outside += not found.lower <= 0 <= found.upper
    assert outside <= 1


def test_odds_of_an_issue_that_nobody_has_say_so():
    issues = ["dental"] * 15 + [""] * 5 + ["dental"] * 5 + [""] * 15
    rows = pd.DataFrame({"is_below": [True] * 20 + [False] * 20, "issues": issues, "ward": "w", "year": 2010})
    found = tied.odds(rows, ["dental", "looked_after"], threshold=3).set_index("issue")
    assert found.loc["dental", "estimate"] == pytest.approx((15.5 * 15.5) / (5.5 * 5.5))
    assert not found.loc["looked after", "is_recorded"]
    assert pd.isna(found.loc["looked after", "estimate"])
    assert found.loc["looked after", "strata"] == 0
    assert found.loc["dental", "stratified_estimate"] == pytest.approx(9)
    assert pd.isna(found.loc["dental", "p_same"])


def children(ward, year, below, hit, above, other):
    issues = ["dental"] * hit + [""] * (below - hit) + ["dental"] * other + [""] * (above - other)
    return pd.DataFrame({"is_below": [True] * below + [False] * above, "issues": issues, "ward": ward, "year": year})


def test_a_ratio_that_is_only_the_wards_vanishes_when_they_are_held_apart():
    rows = pd.concat([children("a", 2010, 80, 64, 20, 16), children("b", 2010, 20, 4, 80, 16)])
    (row,) = tied.odds(rows, ["dental"], threshold=3).to_dict("records")
    assert row["lower"] > 1
    assert row["stratified_estimate"] == pytest.approx(1)
    assert row["p_same"] > 0.9
    apart = pd.concat([children("a", 2010, 60, 45, 60, 15), children("a", 2011, 60, 15, 60, 45)])
    (row,) = tied.odds(apart, ["dental"], threshold=3).to_dict("records")
    assert row["strata"] == 2
    assert row["p_same_holm"] < 0.001


def test_attrition_tells_lost_from_asked_again(given, results):
    found = results.sheets.attrition.set_index("state")
    rows = given.people("caf_assessments")
    asked = rows[rows["after"].notna()]["family_id"].nunique()
    assert found.loc["asked again at the close", "count"] == asked
    assert found.loc["lost", "count"] == rows[rows["lost"].notna()]["family_id"].nunique()
    assert found["count"].sum() == rows["family_id"].nunique()
    untold = sheets.attrition(rows.drop(columns="lost"), threshold=5).set_index("state")
    assert untold.loc["still open, or lost", "count"] == rows["family_id"].nunique() - asked


def watched(closed, lost, still):
    """Families, one row each, by days from their start to close or loss."""
    days = [*((one, None) for one in closed), *((None, one) for one in lost), *((None, None) for _ in range(still))]
    start = day("2011-04-01")
    frame = pd.DataFrame(days, columns=["closed", "lost"]).map(
        lambda one: pd.NaT if pd.isna(one) else start + pd.Timedelta(days=one)
    )
    return frame.assign(family_id=[f"F{place}" for place in range(len(days))], started=start, criterion="warmth")


def test_retention_counts_closing_as_no_loss_and_shows_no_single_family():
    found = retention.retention(watched(closed=[100] * 50, lost=[20] * 10 + [40] * 2 + [70] * 8, still=30), threshold=5)
    found = found.set_index("days")
    assert found.loc[0, "still_watched"] == 100
    assert found.loc[30, "estimate"] == pytest.approx(0.9)
    assert found.loc[30, "lower"] < 0.9 < found.loc[30, "upper"]
    assert 60 not in found.index  # two families alone were lost since the mark before
    assert found.loc[90, "estimate"] == pytest.approx(0.8)
    late = retention.retention(watched(closed=[100] * 50, lost=[20] * 10 + [70] * 3, still=30), threshold=5)
    assert late["lost"].max() in {0, 13}  # ten shown would give away three, as the table of attrition has all thirteen
    assert found["lost"].diff().dropna().isin([0, 1, 2, 3, 4]).sum() == found["lost"].diff().eq(0).sum()


def test_retention_needs_days_of_loss():
    rows = watched(closed=[100] * 20, lost=[], still=20)
    assert retention.retention(rows, threshold=5).empty
    assert retention.retention(rows.drop(columns="lost"), threshold=5).empty
    assert retention.retention(None, threshold=5).empty
    everybody = retention.retention(watched(closed=[50] * 20 + [80] * 20, lost=[], still=0), threshold=5)
    assert everybody["estimate"].eq(1).all()


def test_retention_is_drawn_or_said_to_be_unknown(given, results):
    assert "were not lost in the first" in stage.retention_picture(given, results).about.title
    rows = given.people("caf_assessments")
    untold = changed(given, "caf_assessments", rows.assign(lost=pd.NaT))
    assert "not identifiable" in stage.retention_picture(untold, stage.analyse(untold, PARAMS)).text


def test_a_family_counts_once_a_need():
    rows = pd.DataFrame(
        {
            "family_id": ["F1"] * 3 + [f"F{one}" for one in range(2, 13)],
            "person": ["child"] * 14,
            "need": ["speech"] * 3 + ["sleep"] * 5 + ["speech"] * 6,
            "is_resolved": [True] * 14,
        }
    )
    found = sheets.needs(rows, threshold=2).set_index("need")
    assert found.loc["speech", "count"] == 7
    assert found.loc["speech", "n"] == 12


def test_short_runs_have_no_limits_and_no_signals(given):
    plans = given.people("caf_plans")
    short = changed(given, "caf_plans", plans[plans["form"] == "family"])
    results = stage.analyse(short, PARAMS)
    assert not results.sheets.limits.can_chart
    assert set(results.sheets.starts["signal"]) == {""}
    assert "too few for limits" in stage.starts_picture(short, results).about.title
    with pytest.raises(ValueError, match="limits need 13 points"):
        display.time_charts.run_chart(
            results.sheets.starts, time="month", value="plans", y_label="x", centre=1, lower=0, upper=2
        )


def test_directory_names_gaps_and_prints_without_outside_files(given, results):
    gaps = set(results.voices.coverage.loc[results.voices.coverage["is_gap"], "need"])
    assert "relationships" in gaps
    assert "housing" not in gaps
    stage.save(given, results)
    page = (paths.stage_dir("oldham", "outcomes") / "green_book.html").read_text(encoding="utf-8")
    assert "Demonstration data" in page
    assert page.count("<section>") == results.voices.directory["need"].nunique()
    assert "http" not in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("childcare_place", "childcare"),
        ("Behaviour ", "behaviour"),
        ("sleep_and_routine", "sleep"),
        ("speach", "speech"),
        ("school_attendance", None),
        ("child_health", None),
        ("work_or_skills", None),
    ],
)
def test_codes_that_may_be_the_same_need_are_found(code, other):
    listed = ["behaviour", "childcare", "mental_health", "sleep", "speech"]
    assert directory.like(code, listed) == other


def test_needs_named_otherwise_than_in_the_directory_are_refused_until_somebody_says_which(given, results):
    silent = dataclasses.replace(PARAMS, needs_as={"sleep_and_routine": "none", "debt": "nonsense"})
    with pytest.raises(InputError) as caught:
        stage.analyse(given, silent)
    told = str(caught.value)
    row = given.table("service_directory").index[given.table("service_directory")["need"] == "childcare"][0] + 2
    assert f"row {row}, column need: codes of needs are those of" in told
    assert "childcare here, childcare_place there" in told
    assert "needs_as `childcare_place: childcare`" in told
    assert "leads `debt` to a need of the directory (found nonsense)" in told
    assert "sleep_and_routine there" not in told
    found = results.voices.coverage.set_index("need")
    assert not found.loc["childcare", "is_gap"]
    assert "childcare place" not in found.index
    apart = dataclasses.replace(PARAMS, needs_as={"childcare_place": "none", "sleep_and_routine": "sleep"})
    assert stage.analyse(given, apart).voices.coverage.set_index("need").loc["childcare place", "is_gap"]


@pytest.mark.parametrize(
    ("months", "words"), [(0, "birth"), (1, "1 month"), (18, "18 months"), (24, "2 years"), (30, "30 months")]
)
def test_ages_are_in_parents_words(months, words):
    assert directory.age_in_words(months) == words


def test_pages_escape_what_entries_hold():
    row = {"need": "money", "service": "<b>x</b>", "provider": "p", "kind": "universal", "area": "all wards"}
    entries = pd.DataFrame([row | {"ages": "0 to 60 months", "how_to_reach": "a & b", "checked": "2011-01-01"}])
    page = pack.page(entries, council="X", standing=Standing(kind="supplied"))
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "A &amp; b" in page


def test_few_answers_of_a_tone_hide_another_of_the_same_theme():
    rows = pd.DataFrame(
        {"kind": "staff", "topic": "joint", "sentiment": ["positive"] * 20 + ["mixed"] * 8 + ["negative"] * 2}
    )
    found = voices.feedback(rows, threshold=5).set_index("tone")
    assert pd.isna(found.loc["negative", "count"])
    assert found["count"].isna().sum() == 2
