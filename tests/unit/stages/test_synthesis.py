"""Synthesis: convergence, the front of decisions, and figures that move with their records."""

import dataclasses

import pandas as pd
import pytest
import yaml

import worlds
from insight import paths
from insight.errors import InputError
from insight.stages import synthesis as stage
from insight.stages.synthesis import coding, strands
from insight.stages.synthesis.analysis import priorities
from insight.stages.synthesis.register import decisions_register

OLDHAM = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["synthesis"]
PARAMS = stage.Params.build(**OLDHAM)
NAMES = ("workshops", "workshop_actions", "funding", "governance", "lookup")
JUDGED = ("confidence_judgements", "convergence_codings")


def typed(inputs):
    frames = dict(inputs.frames)
    for name in ("workshops", "governance"):
        frames[name] = frames[name].assign(date=pd.to_datetime(frames[name]["date"]))
    return dataclasses.replace(inputs, frames=frames)


@pytest.fixture
def given(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return typed(worlds.inputs((*NAMES, *JUDGED), worlds.world(), tmp_path))


def row(finding, outcome, data="published", stage_name="profiling"):
    return {"id": finding, "stage": stage_name, "claim": "c", "kind": "k", "outcome": outcome, "data": data, "why": ""}


TOPICS = pd.DataFrame(
    [("t", "Topic", "profiling", "a"), ("t", "Topic", "profiling", "b"), ("t", "Topic", "outcomes", "c")],
    columns=["topic", "label", "strand", "finding"],
)


def codes(*cells):
    return pd.DataFrame(cells, columns=["topic", "strand", "coder", "cell"])


MATRIX = pd.DataFrame(
    [("t", "profiling", "agreement"), ("t", "outcomes", "silence"), ("u", "outcomes", "partial")],
    columns=["topic", "strand", "cell"],
)


def test_coders_are_compared_with_each_other_and_with_the_rule_cell_by_cell():
    given = codes(
        ("t", "profiling", "a", "agreement"),
        ("t", "profiling", "b", "agreement"),
        ("t", "outcomes", "a", "silence"),
        ("t", "outcomes", "b", "dissonance"),
        ("u", "outcomes", "a", "partial"),
    )
    found = coding.agreement(given, MATRIX, seed=1).set_index(["first", "second"])
    assert found.loc[("a", "b"), ["cells", "same"]].tolist() == [2, 1]
    assert found.loc[("a", "b"), "where_they_differ"] == "t, outcomes: silence or dissonance"
    assert found.loc[("a", coding.RULE), "share_same"] == 1
    assert found.loc[("a", coding.RULE), "alpha"] == pytest.approx(1)
    assert found.loc[("b", coding.RULE), "where_they_differ"] == "t, outcomes: dissonance or silence"
    alike = codes(("t", "profiling", "a", "agreement"), ("t", "profiling", "b", "agreement"))
    assert coding.agreement(alike, MATRIX, seed=1)["alpha"].isna().all()
    with pytest.raises(InputError, match=r"x.csv, row 3, column topic, strand: .*found v, outcomes"):
        coding.check(codes(("t", "outcomes", "a", "silence"), ("v", "outcomes", "a", "silence")), MATRIX, file="x.csv")


@pytest.mark.parametrize(
    ("outcomes", "cells", "share", "torn"),
    [
        (("supported", "supported", "supported"), ["agreement", "agreement"], 1.0, False),
        (("supported", "not shown", "not testable here"), ["partial", "silence"], 0.5, False),
        (("supported", "not testable here", "missed"), ["agreement", "silence"], 1.0, False),
        (("partly", "partly", "consistent with"), ["partial", "partial"], 0.5, False),
        (("supported", "partly", "supported"), ["partial", "agreement"], 0.75, False),
        (("supported", "supported", "refuted"), ["agreement", "dissonance"], 0.5, True),
        (("not shown", "missed", "not shown"), ["silence", "silence"], None, False),
    ],
)
def test_silence_is_not_disagreement_and_dissonance_is_flagged(outcomes, cells, share, torn):
    decided = pd.DataFrame([row(name, outcome) for name, outcome in zip("abc", outcomes, strict=True)])
    matrix = strands.convergence(decided, TOPICS)
    assert matrix["cell"].tolist() == cells
    could = [one != "not testable here" for one in outcomes]
    assert matrix["tested"].tolist() == [sum(could[:2]), could[2]]
    assert (matrix["shown"] <= matrix["tested"]).all()
    (found,) = strands.agreement(matrix).to_dict("records")
    assert found["agreement_share"] == share or (share is None and pd.isna(found["agreement_share"]))
    assert found["has_dissonance"] is torn


def test_demonstration_outcomes_never_count_as_decided():
    decided = pd.DataFrame(
        [row("a", "detected", "demonstration"), row("b", "supported"), row("c", "missed", "demonstration")]
    )
    (counts,) = strands.outcomes_by_strand(decided).to_dict("records")
    assert (counts["supported"], counts["tried_on_demonstration"], counts["detected"]) == (1, 2, 1)


def actions(*entries):
    columns = ["action", "kind", "text", "priority_area", "owner", "impact", "effort", "findings"]
    return pd.DataFrame([(f"A{n}", "start", "x", "p", "o", *entry) for n, entry in enumerate(entries)], columns=columns)


def test_front_holds_what_no_other_entry_beats():
    register = decisions_register(
        actions(("high", "low", "a"), ("high", "high", "a"), ("medium", "low", "a"), ("high", "low", "a")),
        pd.DataFrame([row("a", "supported")]),
        {"a"},
        file="f.csv",
    )
    assert register["is_on_front"].tolist() == [True, False, False, True]
    assert register["resting_on"].tolist() == ["a: supported"] * 4


def test_a_decision_that_rests_on_nothing_known_is_refused():
    with pytest.raises(InputError, match=r"f\.csv.*unknown finding.*nonsense"):
        decisions_register(
            actions(("high", "low", "nonsense")), pd.DataFrame([row("a", "supported")]), {"a"}, file="f.csv"
        )


def test_priorities_are_ranked_by_votes():
    frame = pd.DataFrame(
        {"kind": ["priority"] * 3, "priority_area": list("abc"), "text": list("abc"), "votes": [1, 3, 2]}
    )
    assert priorities(frame, chosen=2)["is_chosen"].tolist() == [True, True, False]
    assert priorities(frame, chosen=2)["priority_area"].tolist() == ["b", "c", "a"]


def verdicts(given):
    results = stage.analyse(given, PARAMS)
    return {check.id: check for check in stage.figures(given, results, PARAMS)}


def test_figures_on_the_demonstration_world(given):
    found = verdicts(given)
    assert found["context.greater_manchester.districts_count"].evidence == "replicated"
    assert found["context.greater_manchester.districts_count"].verdict == "reproduces"
    assert found["governance.steering_group.meetings_per_year"].verdict == "reproduces"
    assert found["context.focus_wards_count"].verdict == "reproduces"
    assert found["funding.oldham.workshops_gbp"].verdict == "not_tested"
    assert found["funding.oldham.total_gbp"].verdict == "reproduces"


def test_one_meeting_less_moves_the_figure(given):
    governance = given.frames["governance"]
    fewer = governance.drop(governance.index[governance["kind"] == "meeting"][0])
    changed = dataclasses.replace(given, frames={**given.frames, "governance": fewer})
    assert verdicts(changed)["governance.steering_group.meetings_per_year"].verdict == "differs"


def test_pictures_say_what_was_found(given):
    results = stage.analyse(given, PARAMS)
    for picture in (stage.priorities_picture, stage.funding_picture):
        html = picture(given, results).html()
        assert "Demonstration data" in html
        assert "%" in html


def test_alone_it_says_so_and_still_hands_on_its_tables(given):
    results = stage.analyse(given, PARAMS)
    for shown in (stage.outcomes_table, stage.convergence_picture):
        assert "No other stage" in shown(given, results).html()
    stage.save(given, results)
