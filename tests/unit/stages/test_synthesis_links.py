"""Links of the synthesis: no orphans, references that resolve, confidence held to its ceiling, ranks under weights."""

import csv
import importlib
import json
import re

import numpy as np
import pandas as pd
import pytest

from insight import paths
from insight.errors import InputError
from insight.published.findings import load_claims
from insight.stages.synthesis import answers, judging, register, tracing

CLAIMS = load_claims("oldham")
FOLDER = paths.published_dir("oldham")


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


SYSTEMS = rows("systems.csv")


def headings(notebook):
    cells = json.loads((paths.root() / notebook).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)


def resolves(reference):
    """A function (module:name), a notebook's section (file#heading), a module, or a file."""
    if "#" in reference:
        notebook, _, heading = reference.partition("#")
        return heading in headings(notebook)
    if "/" in reference:
        return (paths.root() / reference).is_file()
    module, _, name = reference.partition(":")
    try:
        found = importlib.import_module(module)
    except ImportError:
        return False
    return not name or callable(getattr(found, name, None))


def test_every_system_of_the_case_study_is_there_once():
    assert len({row["system"] for row in SYSTEMS}) == len(SYSTEMS) == 106


@pytest.mark.parametrize("row", SYSTEMS, ids=lambda row: row["system"])
def test_each_system_has_a_status_and_a_reference_that_resolves(row):
    assert row["status"] in {"built", "record only", "out of scope"}
    assert resolves(row["reference"]), row["reference"]
    assert bool(row["why"]) is (row["status"] != "built")


@pytest.mark.parametrize(
    "reference", ["notebooks/09_synthesis.ipynb#No such section", "docs/nowhere.md", "insight.stages.synthesis:nothing"]
)
def test_a_reference_that_leads_nowhere_is_seen(reference):
    assert not resolves(reference)


def test_traces_topics_and_lessons_name_what_exists():
    for name in ("traces.csv", "topics.csv"):
        for row in rows(name):
            assert CLAIMS[row["finding"]].stage == row["strand"], row
    assert {row["kind"] for row in rows("traces.csv")} == {"aim", "priority", "programme"}
    assert len({row["code"] for row in rows("traces.csv") if row["kind"] == "aim"}) == 6
    assert len({row["code"] for row in rows("traces.csv") if row["kind"] == "priority"}) == 4


def entries(*cited):
    frame = pd.DataFrame({"findings": cited})
    return frame.assign(
        action=[f"A{place}" for place in range(len(cited))],
        kind="start",
        text=[f"t{place}" for place in range(len(cited))],
        priority_area="p",
        owner="o",
        impact="high",
        effort="low",
    )


DECIDED = pd.DataFrame({"id": ["a", "b"], "outcome": ["supported", "detected"]})


@pytest.mark.parametrize(
    ("cited", "calling", "aside", "words"),
    [
        (("a",), ("b",), {}, "calls for action.*b"),
        (("nonsense",), (), {}, "unknown finding.*nonsense"),
        ((None,), (), {}, "rests on no finding"),
        (("a",), (), {"a": "why"}, "set aside and cited"),
    ],
)
def test_an_orphan_at_either_end_ends_the_stage(cited, calling, aside, words):
    with pytest.raises(InputError, match=words):
        register.decisions_register(
            entries(*cited), DECIDED, {"a", "b"}, file="f.csv", calling=calling, set_aside=aside
        )


def test_all_orphans_are_told_at_once_and_a_reason_sets_one_aside():
    with pytest.raises(InputError) as raised:
        register.decisions_register(entries("x", "y"), DECIDED, {"a", "b"}, file="f.csv", calling=("a", "b"))
    assert len(raised.value.problems) == 4
    kept = register.decisions_register(
        entries("a"), DECIDED, {"a", "b"}, file="f.csv", calling=("a", "b"), set_aside={"b": "no money"}
    )
    assert kept["evidence"].tolist() == ["high"]


def test_demonstration_lends_no_evidence_and_links_run_back():
    made = register.decisions_register(entries("a", "b"), DECIDED, {"a", "b"}, file="f.csv")
    assert made["evidence"].tolist() == ["high", "low"]
    assert register.actions_by_finding(entries("a b", "b")) == {"a": ["t0"], "b": ["t0", "t1"]}


def test_rank_under_random_weights():
    best = np.array([[3, 3, 3], [2, 2, 2], [1, 1, 1], [1, 1, 1]], dtype=float)
    assert register.share_in_first(best, draws=2000, seed=1, first=2).tolist() == [1, 1, 0, 0]
    tied = register.share_in_first(np.ones((4, 3)), draws=100, seed=1, first=3)
    assert tied.tolist() == pytest.approx([0.75] * 4)
    # Two criteria, one row best on each: by symmetry each comes first under half of all weights.
    cross = register.share_in_first(np.array([[3, 1], [1, 3]], dtype=float), draws=20_000, seed=1, first=1)
    assert cross.tolist() == pytest.approx([0.5, 0.5], abs=0.02)
    assert cross.sum() == pytest.approx(1)


def test_trace_names_where_a_line_breaks():
    traces = pd.DataFrame(
        [("aim", "x", "X", "profiling", "a"), ("aim", "y", "Y", "profiling", "c"), ("aim", "z", "Z", "synthesis", "d")],
        columns=["kind", "code", "label", "strand", "finding"],
    )
    made = tracing.trace(traces, DECIDED, dict.fromkeys("abcd", "claim"), {"a": ["do it"], "d": ["do that"]})
    assert made["gap"].tolist() == ["", "its strand has not run; no action rests on it", ""]
    assert made["outcome"].tolist() == ["supported", "not run", "not testable here"]
    assert tracing.unmet(made) == ["Y"]


@pytest.mark.parametrize(
    ("concerns", "highest"),
    [
        ("none minor minor moderate", "high"),
        ("minor minor moderate moderate", "moderate"),
        ("moderate moderate moderate minor", "moderate"),
        ("moderate moderate moderate moderate", "low"),
        ("serious minor minor minor", "moderate"),
        ("serious moderate moderate moderate", "moderate"),
        ("serious serious minor minor", "low"),
        ("serious serious serious minor", "very low"),
    ],
)
def test_ceiling_of_confidence(concerns, highest):
    assert judging.ceiling(concerns.split()) == highest


def judgement(**changed):
    given = {"finding": "a", **dict.fromkeys(judging.COMPONENTS, "minor"), "final": "high", "reason": "r"}
    return pd.DataFrame([given | {"assessor": "lead"} | changed])


def test_judgements_are_held_to_their_ceiling_and_to_qualitative_strands():
    stages, claims = {"a": "ethnography", "q": "values_modes"}, {"a": "A", "q": "Q"}
    made = judging.judged(judgement(), stages, claims, file="f.csv")
    assert made[["ceiling", "final"]].to_numpy().tolist() == [["high", "high"]]
    bad = pd.concat([judgement(methods="serious"), judgement(finding="q"), judgement(finding="x")])
    with pytest.raises(InputError, match="above what the concerns allow") as raised:
        judging.judged(bad, stages, claims, file="f.csv")
    assert [problem.row for problem in raised.value.problems] == [2, 3, 4]


def test_lines_of_report_in_a_circle_are_not_drawn():
    assert set(answers._cycle({"a": "b", "b": "a", "c": "d"})) == {"a", "b"}
    assert answers._depths({"a": "b", "b": "c", "x": "c"}) == {"a": 0, "b": 1, "x": 0, "c": 2}
