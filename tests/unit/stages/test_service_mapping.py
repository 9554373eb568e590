"""Service mapping: both accounts matched, journeys that name nobody, figures that move, claims on planted worlds."""

import dataclasses

import pandas as pd
import pytest

import worlds
from insight import params as council_params
from insight import paths
from insight.demo.world import World
from insight.errors import InputError, ParamsError
from insight.privacy.disclosure import PERSON_COLUMNS
from insight.privacy.protected import Protected
from insight.stages import service_mapping as stage
from insight.stages.service_mapping import analysis, claims, reach, shares
from insight.stages.service_mapping import contacts as steps

SECTION = council_params.load(paths.root() / "params" / "oldham.yml").stages["service_mapping"]
PARAMS = stage.Params.build(**SECTION)
COUNTS_ONLY = dataclasses.replace(PARAMS, journeys_agreed=False)
NAMES = ("service_contacts", "referrals", "workshops", "caf_plans", "interviews", "codings")
DATES = {"service_contacts": ("child_born", "start", "end"), "referrals": ("date",), "workshops": ("date",)}


def typed(inputs):
    frames = dict(inputs.frames)
    for name, columns in DATES.items():
        if name not in frames:
            continue
        frame = frames[name].rows() if isinstance(frames[name], Protected) else frames[name]
        frame = frame.assign(**{column: pd.to_datetime(frame[column]) for column in columns})
        frames[name] = Protected(name, frame) if isinstance(frames[name], Protected) else frame
    return dataclasses.replace(inputs, frames=frames)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return tmp_path


@pytest.fixture
def given(folder):
    return typed(worlds.inputs(NAMES, worlds.world(), folder))


def altered(inputs, name, change):
    frame = change(inputs.frames[name].rows() if isinstance(inputs.frames[name], Protected) else inputs.frames[name])
    kept = Protected(name, frame) if isinstance(inputs.frames[name], Protected) else frame
    return dataclasses.replace(inputs, frames={**inputs.frames, name: kept})


def verdicts(inputs, params=PARAMS):
    results = stage.analyse(inputs, params)
    return {check.id: check.verdict for check in stage.figures(inputs, results, params)}


def outcomes(inputs, params=PARAMS):
    results = stage.analyse(inputs, params)
    return {row.id: row.outcome for row in stage.findings(inputs, results, params)}


def account(day, precision="day"):
    rows = [(pd.Timestamp(day), precision)]
    return pd.DataFrame(rows, columns=["start", "date_precision"])


@pytest.mark.parametrize(
    ("told", "precision", "recorded", "is_same"),
    [
        ("2010-03-01", "day", "2010-03-11", True),
        ("2010-03-01", "day", "2010-03-12", False),
        ("2010-03-01", "month", "2010-03-31", True),
        ("2010-03-01", "month", "2010-04-10", True),
        ("2010-03-01", "month", "2010-02-10", False),
        ("2010-01-01", "year", "2010-11-20", True),
        ("2010-01-01", "year", "2011-02-01", False),
    ],
)
def test_accounts_match_within_precision_and_window(told, precision, recorded, is_same):
    found = steps.matched(account(told, precision), account(recorded), days=10)
    assert (found == {0: 0}) is is_same


def test_each_record_is_matched_once_and_the_nearest_first():
    told = pd.concat([account("2010-03-01"), account("2010-03-09")], ignore_index=True)
    recorded = account("2010-03-08")
    assert steps.matched(told, recorded, days=30) == {1: 0}


def test_contacts_are_counted_once_whoever_told_of_them(given):
    rows = steps.grouped(given.people("service_contacts"), PARAMS, file="f.csv")
    single = steps.contacts(rows, days=PARAMS.matching_days)
    both = int((single["view"] == "both").sum())
    assert len(single) + both == len(rows)
    assert (single["view"] == "both").mean() > 0.5
    assert single.groupby("family_id")["day"].is_monotonic_increasing.all()


def test_a_service_without_a_group_is_refused(given):
    changed = altered(given, "service_contacts", lambda frame: frame.assign(service="chemist"))
    with pytest.raises(InputError, match=r"column service.*chemist.*service_groups"):
        stage.analyse(changed, PARAMS)


def test_figures_on_the_demonstration_world(given):
    found = verdicts(given)
    assert found["service_mapping.oldham.families_count"] == "reproduces"
    assert found["caf.service_mapping.families_through_count"] == "reproduces"
    assert found["workshops.practitioner.attendees_count"] == "reproduces"
    assert len(found) == 8


def one_more_caf(frame):
    through = set(frame.loc[frame["service"] == "caf", "family_id"])
    place = frame.index[~frame["family_id"].isin(through)][0]
    frame.loc[place, ["service", "agency"]] = ["caf", "social_care"]
    return frame


@pytest.mark.parametrize(
    ("name", "change", "figure"),
    [
        ("service_contacts", one_more_caf, "caf.service_mapping.families_through_count"),
        (
            "service_contacts",
            lambda frame: frame.assign(family_id=frame["family_id"].where(frame.index != 0, "F99")),
            "service_mapping.oldham.families_count",
        ),
        (
            "workshops",
            lambda frame: frame.drop(frame.index[frame["kind"] == "practitioner"][0]),
            "workshops.practitioner.attendees_count",
        ),
    ],
)
def test_one_record_moves_its_figure(given, name, change, figure):
    assert verdicts(altered(given, name, change))[figure] == "differs"


def test_figures_of_the_null_world_differ(folder):
    found = verdicts(typed(worlds.inputs(NAMES, worlds.world(null=True), folder)))
    assert {name: verdict for name, verdict in found.items() if verdict != "differs"} == {}


PLANTED = (
    "centres_and_health_prominent",
    "interventions_early",
    "early_intervention_followed",
    "disjointedness_falling",
    "four_of_six_caf",
    "caf_not_owned",
    "caf_outcomes_misaligned",
    "interviews_raise_no_problem",
)


def test_planted_claims_are_detected(given):
    found = outcomes(given)
    assert {name: found[name] for name in PLANTED} == dict.fromkeys(PLANTED, "detected")
    assert found["monitor_unreached"] == "not testable here"
    assert found["high_need_not_reached"] == "not testable here"


def test_the_null_world_raises_no_alarm(folder):
    found = outcomes(typed(worlds.inputs(NAMES, worlds.world(null=True), folder)))
    assert set(found.values()) <= {"not shown", "refuted", "not testable here"}


def test_without_optional_inputs_the_stage_still_runs(folder):
    inputs = typed(worlds.inputs(("service_contacts", "referrals"), worlds.world(), folder))
    results = stage.analyse(inputs, PARAMS)
    assert stage.goals_table(inputs, results) is None
    assert stage.reach_picture(inputs, results) is None
    assert verdicts(inputs)["workshops.practitioner.attendees_count"] == "not_tested"
    stage.save(inputs, results)


def test_no_table_points_at_a_person(given):
    days = given.people("service_contacts")["start"].dt.strftime("%Y-%m-%d")
    for name, frame in analysis.tables(stage.analyse(given, PARAMS)).items():
        if stage.DECLARATION.tables[name] == "restricted":
            continue
        assert not set(frame.columns) & {*PERSON_COLUMNS, "family_id", "need"}, name
        text = frame.to_csv(index=False)
        assert not any(code in text for code in ("F1,", "F6,", *days.head(20))), name


def test_labels_do_not_follow_the_codes(given):
    rows = steps.grouped(given.people("service_contacts"), PARAMS, file="f.csv")
    found = steps.labels(steps.contacts(rows, days=PARAMS.matching_days))
    assert sorted(found.values()) == [f"Family {number}" for number in range(1, 7)]
    assert [found[code] for code in sorted(found)] != sorted(found.values())


def test_ages_of_journeys_are_rounded(given):
    found = stage.analyse(given, PARAMS).journeys
    assert (found["age_months"] % PARAMS.age_step_months == 0).all()


def test_without_agreement_only_counts_remain(given):
    results = stage.analyse(given, COUNTS_ONLY)
    assert results.journeys.empty
    assert results.early["journey"].tolist() == ["All families"]
    assert results.caf_families is None
    for name, count in (("prominence", "contacts"), ("views", "recorded"), ("handovers", "handovers")):
        frame = getattr(results, name)
        hidden = frame["status"] == "c"
        assert hidden.any(), name
        assert frame.loc[hidden, [count, "families"]].isna().all().all(), name
        assert (frame.loc[~hidden, "families"] >= 5).all(), name
    found = outcomes(given, COUNTS_ONLY)
    assert found["four_of_six_caf"] == found["caf_not_owned"] == "not testable here"
    assert verdicts(given, COUNTS_ONLY)["caf.service_mapping.families_through_count"] == "not_tested"


def test_small_counts_of_referrals_are_suppressed(given):
    few = altered(given, "referrals", lambda frame: frame.head(9))
    results = stage.analyse(few, PARAMS)
    assert results.referrals_to.loc[results.referrals_to["acted_on"].between(1, 4)].empty
    assert (results.referrals_to["status"] == "c").any()


ANALYSED: dict[bool, stage.Results] = {}
PICTURES = [name for name in stage.__all__ if name.endswith(("_picture", "_table"))]


@pytest.mark.parametrize("params", [PARAMS, COUNTS_ONLY], ids=["agreed", "counts only"])
@pytest.mark.parametrize("name", PICTURES)
def test_pictures_carry_the_label(given, name, params):
    if params.journeys_agreed not in ANALYSED:  # the demonstration world is the same each time
        ANALYSED[params.journeys_agreed] = stage.analyse(given, params)
    results = ANALYSED[params.journeys_agreed]
    shown = getattr(stage, name)(given, results)
    if shown is None:
        assert name.startswith(("reach", "firsts"))
        return
    html = shown.html()
    assert "Demonstration data" in html
    assert "family_id" not in html


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("matching_days", -1, "matching_days"),
        ("compare_from", "2011", "year-month-day"),
        ("journeys_agreed", "yes", "true or false"),
        ("age_step", 3, "age_step_months"),
    ],
)
def test_bad_params_are_refused(key, value, words):
    with pytest.raises(ParamsError, match=words):
        stage.Params.build(**{**SECTION, key: value})


def test_means_over_families_are_students():
    found = shares.over_families([0.5, 0.6, 0.7])
    assert found.estimate == pytest.approx(0.6)
    assert (found.lower, found.upper) == pytest.approx((0.3516, 0.8484), abs=1e-4)
    alike = shares.over_families([1.0] * 6)
    assert alike.lower == pytest.approx(0.610, abs=1e-3)
    assert shares.over_families([0.5]) is None


def test_clusters_of_copies_count_once():
    cases = pd.Series([True, False] * 5).repeat(4).reset_index(drop=True)
    cluster = pd.Series(range(10)).repeat(4).reset_index(drop=True)
    wide, narrow = shares.clustered_share(cases, cluster), shares.clustered_share(cases, pd.Series(range(40)))
    assert wide.upper - wide.lower > 1.6 * (narrow.upper - narrow.lower)
    alone = shares.clustered_share(pd.Series([True] * 40), cluster)
    assert alone.lower == pytest.approx(0.722, abs=1e-3)


def areas_of(reached, fifth):
    rows = [(f"A{n}", None, 20, count, count, 0, fifth) for n, count in enumerate(reached)]
    return pd.DataFrame(
        rows, columns=["oa", "neighbourhood", "children_0_4", "registered", "using", "on_benefit", "fifth"]
    )


def test_use_by_the_neediest_is_held_against_all_others():
    frame = pd.concat([areas_of([6, 7, 8, 7], 1), areas_of([12, 13, 12, 11], 3)])
    (gap,) = reach.estimates(frame)["high_need_not_reached"]
    assert gap.estimate == pytest.approx(-0.25)
    assert gap.upper < 0
    assert reach.estimates(frame)["centres_miss_most_disadvantaged"] == (None,)


def test_children_who_outgrew_the_centre_do_not_count():
    lookup = pd.DataFrame({"oa": ["A", "B"], "neighbourhood": [None, "n"], "children_0_4": [10, 10]})
    day = pd.Timestamp(PARAMS.reach_on)
    born = [day - pd.DateOffset(months=months) for months in (61, 59, 10)]
    roster = pd.DataFrame({"oa": ["B"] * 3, "birth_month": born, "registered": [day] * 3, "contacts": [1, 0, 2]})
    benefits = pd.DataFrame({"oa": ["B"], "children_0_4": [30]})
    found = reach.areas(roster, benefits, lookup, PARAMS).set_index("oa").loc["B"]
    assert (found["registered"], found["using"], found["on_benefit"], found["fifth"]) == (2, 1, 10, 1)


@pytest.mark.parametrize("null", [False, True])
def test_reach_on_whole_worlds(folder, null):
    made = World(seed=3, is_null=null)
    inputs = typed(worlds.inputs((*NAMES, "roster_childrens_centre", "roster_benefits", "lookup"), made, folder))
    for name, columns in {"roster_childrens_centre": ("birth_month", "registered")}.items():
        frame = inputs.frames[name].rows()
        frame = frame.assign(**{column: pd.to_datetime(frame[column]) for column in columns})
        inputs = dataclasses.replace(inputs, frames={**inputs.frames, name: Protected(name, frame)})
    found = outcomes(inputs)
    expected = {"not shown", "refuted"} if null else {"detected"}
    assert {found["centres_miss_most_disadvantaged"], found["high_need_not_reached"]} <= expected
    results = stage.analyse(inputs, PARAMS)
    assert "Demonstration data" in stage.reach_picture(inputs, results).html()


def test_interviews_elsewhere_or_withdrawn_are_left_out():
    log = pd.DataFrame({"interview_id": list("abcd"), "ward": ["w", "w", None, "w"]})
    coded = pd.DataFrame(
        {
            "interview_id": list("abcd"),
            "theme": "health_advice",
            "status": ["raised", "prompted", "raised", "raised"],
            "sentiment": "negative",
        }
    )
    consent = pd.DataFrame({"interview_id": ["d", "a"], "scope": ["analysis", "quote_public"], "withdrawn": True})
    rows = claims.problem_rows(log, coded, consent)
    (found,) = claims.problem_estimates(rows, ["health_advice"])["interviews_raise_no_problem"]
    assert (found.estimate, found.n) == (0.5, 2)


def test_a_lone_hidden_agency_takes_another_with_it(given):
    found = stage.analyse(given, PARAMS).referrals_to
    assert (found["status"] == "c").sum() != 1


def test_contacts_that_two_families_make_up_are_hidden_where_counts_alone_may_be_told():
    single = pd.DataFrame(
        {"group": ["Health"] * 13 + ["Police"] * 12, "family_id": [*"abcdefabcdefa", *"ababababab", "c", "d"]}
    )
    frame = pd.DataFrame({"service": ["Health", "Police", "None"], "families": [6, 6, 0], "contacts": [13, 12, 0]})
    flagged = analysis._with_few(frame, single.assign(stage="early"), 5, by={"service": "group"})
    assert flagged["few"].tolist() == [False, False, False]
    sharper = pd.concat([single, single[single["family_id"].isin(["a", "b"]) & single["group"].eq("Police")]])
    flagged = analysis._with_few(frame, sharper, 5, by={"service": "group"})
    assert flagged["few"].tolist() == [False, True, False]
    shown = analysis._shown(flagged, "families", threshold=5, also=("contacts",))
    assert shown["contacts"].isna().tolist() == [False, True, False]


def test_dominance_holds_for_every_table_of_contacts_that_families_did_not_agree_to_show(given):
    """Ages, views, handovers and rules too: each contact of a cell is counted by family before it is shown."""
    rows = pd.DataFrame(
        {"from": ["a"] * 20 + ["b"] * 12, "to": ["b"] * 32, "family_id": ["f"] * 19 + ["g", *"abcdefabcdef"]}
    )
    frame = pd.DataFrame(
        {"from_service": ["a", "b"], "to_service": ["b", "b"], "families": [2, 6], "handovers": [20, 12]}
    )
    flagged = analysis._with_few(frame, rows, 5, by={"from_service": "from", "to_service": "to"})
    assert flagged["few"].tolist() == [True, False]
    single = stage.analyse(given, dataclasses.replace(PARAMS, journeys_agreed=False))
    for table in (single.contacts_by_age, single.views, single.handovers, single.rules):
        assert analysis.FEW not in table
        assert "status" in table
