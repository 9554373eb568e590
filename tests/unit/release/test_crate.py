"""The crate of a release: a whole one breaks no MUST of its profiles, and each MUST broken alone is seen."""

import copy
import json
from datetime import date
from types import SimpleNamespace

import pytest

import crates
from insight.release import crate
from insight.release.gathering import Item
from insight.workbook.record import StageRecord

HELD = {
    "README.md": "# Read me",
    "report/index.html": "<p>front</p>",
    "report/outcomes.html": "<p>page</p>",
    "results/figures.json": "[]",
    "results/findings.json": "[]",
    "tables/outcomes/visits.csv": "a,b\n",
    "workflow/workflow.json": "{}",
    "workflow/params.yml": "council: {}",
    "workflow/notebooks/07_outcomes.ipynb": "{}",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crate")
    items = [
        Item(path=path, content=text.encode(), title=path, stage="outcomes" if "outcomes" in path else "")
        for path, text in HELD.items()
    ]
    done = StageRecord(
        status="done",
        why="never run",
        started="2026-06-30T10:00:00+00:00",
        seconds=12.5,
        inputs={"engagement_visits": {"sha256": "a" * 64, "people": True, "rows": 9}},
    )
    run = SimpleNamespace(
        council="Oldham",
        stages=["outcomes"],
        known=SimpleNamespace(stages={"outcomes": done}),
        has_results=lambda _: True,
    )
    crate.write(folder, items, run, edition="1", on=date(2026, 7, 1), licence="https://example.org/l", revision="abc")
    return json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))


def test_a_whole_crate_breaks_no_must(made):
    assert crates.broken(made, set(HELD)) == []


def test_people_are_named_by_hash_and_never_in_the_payload(made):
    graph = {one["@id"]: one for one in made["@graph"]}
    given = graph["#input-engagement_visits"]
    assert given["identifier"] == f"sha256:{'a' * 64}"
    assert "not in this release" in given["description"]
    assert graph["#run"]["endTime"] == "2026-06-30T10:00:12+00:00"
    assert graph["#run-outcomes"]["description"] == "Ran because: never run."
    assert graph["workflow/workflow.json"]["version"] == "abc"


def entity(graph, name):
    return next(one for one in graph["@graph"] if one["@id"] == name)


def drop(name, *keys):
    def change(graph):
        for key in keys:
            del entity(graph, name)[key]

    return change


def put(name, key, value):
    return lambda graph: entity(graph, name).__setitem__(key, value)


WORKFLOW, MAIN = "workflow/workflow.json", "workflow: the main entity is a file, source code and workflow"
BREAKS = [
    ("ro: the context is that of the specification", lambda graph: graph.__setitem__("@context", "https://schema.org")),
    ("ro: every entity has an id and a type", drop("#council", "@type")),
    ("ro: no id stands twice", lambda graph: graph["@graph"].append({"@id": "#council", "@type": "Thing"})),
    ("ro: the descriptor is a CreativeWork", put("ro-crate-metadata.json", "@type", "Thing")),
    ("ro: the descriptor conforms to the specification", drop("ro-crate-metadata.json", "conformsTo")),
    ("ro: the descriptor is about the root", drop("ro-crate-metadata.json", "about")),
    ("ro: the root is a Dataset", put("./", "@type", "Thing")),
    ("ro: the root has name and description", drop("./", "description")),
    ("ro: the root has a date of publication", put("./", "datePublished", "last summer")),
    ("ro: the root has a licence", drop("./", "license")),
    ("ro: every data entity is part of the root", put("./", "hasPart", [{"@id": WORKFLOW}])),
    ("ro: every file is in the payload", lambda graph: graph["@graph"].append({"@id": "lost.csv", "@type": "File"})),
    ("ro: references lead to an entity or an address", put("#run", "agent", {"@id": "#nobody"})),
    ("workflow: the root has a main entity", drop("./", "mainEntity")),
    (MAIN, put(WORKFLOW, "@type", ["File", "SoftwareSourceCode"])),
    ("workflow: the main workflow has a language", drop(WORKFLOW, "programmingLanguage")),
    ("process: the root conforms to the profile", put("https://w3id.org/ro/wfrun/process/0.5", "@type", "Thing")),
    ("process: every action has the tool that was run", drop("#run-outcomes", "instrument")),
    ("run: the root conforms to the profile", put("https://w3id.org/ro/wfrun/workflow/0.5", "@type", "Thing")),
    ("run: an action ran the main workflow", put("#run", "instrument", {"@id": "urn:insight-workbook:abc"})),
    ("run: what the workflow takes and leaves are formal parameters", put(WORKFLOW, "input", {"@id": "#council"})),
    ("run: a formal parameter has an additional type", drop("#parameter-params", "additionalType")),
    (
        "run: a formal parameter has a file or value as example",
        put("#parameter-report", "workExample", {"@id": "#run"}),
    ),
]


def test_every_must_is_broken_once():
    assert {name for name, _ in BREAKS} == set(crates.MUST)


@pytest.mark.parametrize(("must", "change"), BREAKS, ids=[name for name, _ in BREAKS])
def test_each_must_that_is_broken_is_seen(made, must, change):
    changed = copy.deepcopy(made)
    change(changed)
    assert must in crates.broken(changed, set(HELD))
