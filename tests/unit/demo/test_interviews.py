"""Demonstration interviews: totals of the print, invented words, effects found in most worlds."""

import dataclasses
from collections import Counter

import pandas as pd
import pytest

import worlds
from insight import params, paths
from insight.demo import interviews, quoting
from insight.demo.world import World
from insight.privacy.loading import Inputs
from insight.privacy.protected import Protected
from insight.published.findings import decide_part, load_claims
from insight.stages import ethnography as stage
from insight.stages.ethnography import analysis

NAMES = ("interviews", "codings", "quotes", "consent")
MORE = ("interviewees", "quote_reviews", "research_framework", "session_notes", "double_codings")
LOADED = params.load(paths.root() / "params" / "oldham.yml")
PARAMS = stage.Params.build(**{**LOADED.stages["ethnography"], "draws": 400})
PLANTED_WORLDS, NULL_WORLDS = 20, 20


def frames(made):
    found = {}
    for name in NAMES:
        frame = made.frame(name).copy()
        for column in {"date", "gained_on"} & set(frame.columns):
            frame[column] = pd.to_datetime(frame[column])
        found[name] = Protected(name, frame)
    return found | {"workshop_actions": made.frame("workshop_actions")}


def supported(*, count, null):
    claims, found = load_claims("oldham"), Counter()
    for seed in range(1, count + 1):
        inputs = Inputs(council=LOADED, frames=frames(World(seed=seed, is_null=null)), standings={}, files={})
        for claim, parts in analysis.estimates(inputs, PARAMS).items():
            rules = zip(claims[claim].rules, claims[claim].thresholds, parts, strict=True)
            found[claim] += all(decide_part(*rule) == "supported" for rule in rules)
    return {claim: found[claim] / count for claim in interviews.PLANTED}


def test_totals_are_those_of_the_print():
    log = worlds.world().frame("interviews")
    assert log["borough"].value_counts().to_dict() == {"oldham": 46, "wigan": 43}
    assert (log["setting"] == "home").sum() == 4
    assert log.groupby("borough")["date"].nunique().tolist() == [7, 7]
    assert (log["minutes"].min(), log["minutes"].max(), log["child_age_months"].max()) == (20, 180, 47)


def test_null_totals_are_not():
    log = worlds.world(null=True).frame("interviews")
    assert len(log) != 89
    assert (log["setting"] == "home").sum() != 4
    assert 7 not in log.groupby("borough")["date"].nunique().tolist()
    assert 20 < log["minutes"].min() < log["minutes"].max() < 180
    assert log["child_age_months"].max() >= 48


def test_every_interview_is_coded_on_every_theme_of_the_params():
    made = worlds.world()
    coded = made.frame("codings")
    assert set(coded["theme"]) == set(PARAMS.themes)
    assert len(coded) == len(made.frame("interviews")) * len(PARAMS.themes)


def test_every_quote_says_that_it_is_invented():
    assert all(text.startswith("Invented for demonstration: ") for _, text, _ in quoting._words())


def test_truths_cover_every_claim_of_the_stage():
    own = {name for name, claim in load_claims("oldham").items() if claim.stage == "ethnography"}
    assert {row.finding for row in interviews.plant(worlds.world())} == own
    assert all(row.is_true for row in interviews.plant(worlds.world()))
    assert not any(row.is_true for row in interviews.plant(dataclasses.replace(World(), is_null=True)))


def test_planted_effects_are_found_in_most_worlds():
    rates = supported(count=PLANTED_WORLDS, null=False)
    assert {claim: rate for claim, rate in rates.items() if rate < 0.6} == {}


def test_false_alarms_are_rare():
    rates = supported(count=NULL_WORLDS, null=True)
    assert {claim: rate for claim, rate in rates.items() if rate > 0.15} == {}


@pytest.mark.parametrize("name", [*NAMES, *MORE])
def test_a_part_is_the_same_made_alone_or_after_others(name):
    alone, after = World(seed=3), World(seed=3)
    for other in [*NAMES, *MORE][::-1]:
        after.frame(other)
    pd.testing.assert_frame_equal(alone.frame(name), after.frame(name))


@pytest.mark.parametrize("null", [False, True])
def test_no_quote_is_from_somebody_who_withdrew(null):
    for seed in range(1, 11):
        made = World(seed=seed, is_null=null)
        register = made.frame("consent")
        gone = set(register.loc[register["withdrawn"], "interview_id"])
        assert not gone & set(made.frame("quotes")["interview_id"])


def test_records_of_the_sessions_fit_the_log():
    made = worlds.world()
    log, notes = made.frame("interviews"), made.frame("session_notes")
    assert set(notes.loc[notes["kind"] == "note", "interview_id"]) == set(log["interview_id"])
    assert (notes["kind"] == "debrief").sum() == 14
    assert (notes["kind"] == "compilation").sum() == 1
    assert not (notes["interviewer"].notna() & (notes["interviewer"] == notes["note_taker"])).any()


def test_two_coders_differ_seldom_and_on_the_same_units():
    twice = worlds.world().frame("double_codings")
    wide = twice.pivot_table(index=["interview_id", "theme"], columns="coder", values="status", aggfunc="first")
    assert len(wide) == 15 * 25
    assert 0.02 < (wide["coder_a"] != wide["coder_b"]).mean() < 0.16
