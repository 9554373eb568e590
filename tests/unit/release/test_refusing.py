"""What stops a release, each planted alone, and that nothing stops a clean one."""

import json
from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest

import projects
from insight import atomic, params, paths
from insight.release import refusing
from insight.release.gathering import MARK, Item
from insight.sources.standing import LABEL, file_digest
from insight.workbook import planning, registry, signing
from insight.workbook.record import RunRecord, StageRecord

COUNCIL = "oldham"
TABLE = Item(
    path=f"tables/outcomes/{MARK}visits.csv",
    content=b"label,estimate\nat 3 months,0.4\n",
    title="Table visits",
    stage="outcomes",
    is_demonstration=True,
)
PAGE = Item(path="report/outcomes.html", content=f"<p>{LABEL}</p>".encode(), title="Page", stage="outcomes")
LOG = Item(
    path="disclosure/outcomes.json",
    content=json.dumps({"tables": [{"table": "visits", "columns": ["known"]}]}).encode(),
    title="Log",
    stage="outcomes",
)
UNLABELLED = b'<figure data-standing="demonstration"></figure>'
INTERNAL = b'<figure data-level="internal"><svg></svg></figure>'


def record(**more):
    return RunRecord(council=COUNCIL, params_file="params/oldham.yml", about={"git_dirty": False}, **more)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small project under version control, nothing uncommitted."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    monkeypatch.setenv("INSIGHT_ROOT", str(folder))
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return folder


def in_git(root):
    projects.git(root, "init", "-q")
    projects.commit(root)
    return root


def test_a_project_without_version_control_is_refused(root):
    assert "not under git" in refusing.dirty_tree(record())[0]


def test_a_clean_tree_passes_and_the_register_of_releases_does_not_make_it_dirty(root):
    in_git(root)
    (root / "releases").mkdir()
    (root / "releases" / "cells.csv").write_text("")
    assert refusing.dirty_tree(record()) == []


def test_uncommitted_changes_now_or_at_the_run_are_refused(root):
    in_git(root)
    was_dirty = record()
    was_dirty.about["git_dirty"] = True
    assert refusing.dirty_tree(was_dirty) == [
        "the run was made with uncommitted changes. Fix: insight run PARAMS --force"
    ]
    (root / "notes.txt").write_text("new")
    (root / "pyproject.toml").write_text("changed")
    assert refusing.dirty_tree(record()) == [
        "2 uncommitted changes (pyproject.toml, notes.txt). Fix: commit or undo them, then run again"
    ]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of one stage with one output, signed by nobody."""
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    folder = paths.stage_dir(COUNCIL, "outcomes")
    (folder / "tables").mkdir(parents=True)
    (folder / "notebook.ipynb").write_text("{}")
    (folder / "tables" / "visits.csv").write_bytes(TABLE.content)
    outputs = {"tables/visits.csv": {"sha256": file_digest(folder / "tables" / "visits.csv"), "level": "publishable"}}
    known = record(
        stages={"outcomes": StageRecord(status="done", why="never run", facts={"package": "p"}, outputs=outputs)}
    )
    loaded = params.load(paths.root() / "params" / "oldham.yml")
    stages = {"outcomes": registry.stages()["outcomes"]}
    return SimpleNamespace(loaded=loaded, known=known, stages=stages, has_results=lambda name: name in stages)


def sign(run, *, roles=signing.ROLES):
    seal = signing.seal("outcomes", run.known.stages["outcomes"])
    rows = [
        asdict(signing.Signature(stage="outcomes", role=role, name=role, date="2026-06-30", sha256=seal))
        for role in roles
    ]
    atomic.write_json(paths.build_dir(COUNCIL) / signing.FILE, rows)


def test_roles_that_have_not_signed_are_named(run):
    assert refusing.unsigned(run)[0].startswith(
        "outcomes: still a draft, not signed by analyst, peer, data-protection, owner. Fix: insight sign"
    )
    sign(run, roles=("analyst", "peer", "data-protection"))
    assert "not signed by owner." in refusing.unsigned(run)[0]
    sign(run)
    assert refusing.unsigned(run) == []


@pytest.mark.parametrize("what", ["output", "input", "code"])
def test_whatever_changes_after_the_signatures_voids_them(run, what):
    sign(run)
    stage = run.known.stages["outcomes"]
    if what == "output":
        (paths.stage_dir(COUNCIL, "outcomes") / "tables" / "visits.csv").write_text("edited\n")
    elif what == "input":
        stage.inputs["lookup"] = {"sha256": "other"}
    else:
        stage.facts["package"] = "q"
    assert (
        "not signed by analyst (void), peer (void), data-protection (void), owner (void)" in refusing.unsigned(run)[0]
    )


@pytest.mark.parametrize(
    ("action", "is_refused"), [("run", True), ("absent", True), ("skip", False), ("not_supplied", False)]
)
def test_results_that_are_not_up_to_date_are_refused(run, monkeypatch, action, is_refused):
    plan = SimpleNamespace(action=action, why="input lookup changed")
    monkeypatch.setattr(planning, "plan_stage", lambda *_: plan)
    found = refusing.out_of_date(run.loaded, run.known)
    assert bool(found) == is_refused
    assert all("not up to date (input lookup changed). Fix: insight run params/oldham.yml" in one for one in found)


ABOVE = [
    ("a table of another level", replace(TABLE, level="internal"), "level internal"),
    ("a restricted file", replace(TABLE, path="tables/profiling/linked.csv", level="restricted"), "level restricted"),
    ("an internal picture on a page", replace(PAGE, content=INTERNAL), "holds an output of level internal"),
    ("a table with a pseudonym's column", replace(TABLE, content=b"pseudonym,n\nx,9\n"), "pseudonym"),
    (
        "a hidden row with its count",
        replace(TABLE, content=b"area,known,status\na,3,c\n"),
        "hidden rows still hold known",
    ),
]


@pytest.mark.parametrize(("what", "item", "words"), ABOVE, ids=[case[0] for case in ABOVE])
def test_nothing_above_publishable_goes_out(what, item, words):
    (found,) = refusing.above_publishable([TABLE, PAGE, LOG, item])
    assert words in found
    assert item.path in found


SYNTHETIC = [
    (
        "a table without the mark in its name",
        replace(TABLE, path="tables/outcomes/visits.csv"),
        f"name it {MARK}visits.csv",
    ),
    ("a table that does not describe itself so", replace(TABLE, is_demonstration=False), "without the label"),
    ("a page without the label", replace(PAGE, content=b"<p>words</p>"), "report/outcomes.html"),
    ("a page of no stage that shows such data", replace(PAGE, stage="", content=UNLABELLED), "without the label"),
]


@pytest.mark.parametrize(("what", "item", "words"), SYNTHETIC, ids=[case[0] for case in SYNTHETIC])
def test_demonstration_data_never_go_out_without_their_label(run, what, item, words):
    run.known.stages["outcomes"].inputs["eyfs_counts"] = {"sha256": "x"}
    (found,) = refusing.synthetic_without_label(run, [TABLE, PAGE, item])
    assert words in found


def test_supplied_data_need_no_label(run):
    bare = [
        replace(TABLE, path="tables/outcomes/visits.csv", is_demonstration=False),
        replace(PAGE, content=b"<p></p>"),
    ]
    assert refusing.synthetic_without_label(run, bare) == []


def test_a_page_that_was_built_before_the_signatures_is_refused():
    draft = replace(PAGE, content=b'<p class="draft banner">DRAFT</p>')
    assert refusing.drafts([PAGE, draft]) == ["report/outcomes.html: says DRAFT. Fix: insight report PARAMS"]
