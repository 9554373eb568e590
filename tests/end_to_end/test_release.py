"""Sign-off and release as a council does them: drafts, signatures that a change voids, the zip, and what is refused."""

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date

import pytest

import crates
import projects
from commands import insight
from insight import params
from insight.params import STAGES
from insight.sources.standing import LABEL
from insight.workbook import signing

pytestmark = pytest.mark.end_to_end
PEOPLE = {"analyst": "Ada Byron", "peer": "Per Lind", "data-protection": "Dee Powell", "owner": "Olu Ade"}


@pytest.fixture
def root(tmp_path):
    return projects.project(tmp_path / "project")


@pytest.fixture
def call(build, root):
    projects.as_if_clean(build)
    own = {"params/oldham.yml": root / "params" / "oldham.yml"}
    return lambda *given: insight(*(own.get(one, one) for one in given), build=build, INSIGHT_ROOT=str(root))


@pytest.fixture
def sign_all(build, root, monkeypatch):
    """Sign stages in this process; the command itself is typed in one test."""
    projects.as_if_clean(build)
    monkeypatch.setenv("INSIGHT_ROOT", str(root))
    monkeypatch.setenv("INSIGHT_BUILD", str(build))

    def sign(stages=STAGES):
        loaded = params.load(root / "params" / "oldham.yml")
        for role, name in PEOPLE.items():
            signing.sign(loaded, stages, role=role, name=name, on=date(2026, 6, 30))

    return sign


def draft_of(build, page):
    html = (build / "oldham" / "report" / page).read_text()
    found = re.search(r'<p class="draft banner">(.*?)</p>', html)
    return found[1] if found else None


def test_pages_are_drafts_until_all_roles_have_signed_and_again_when_prose_changes(call, build, root, sign_all):
    assert draft_of(build, "outcomes.html") == "DRAFT: not signed by analyst, peer, data-protection, owner"
    assert draft_of(build, "index.html").endswith(f"all {len(STAGES)}")
    sign_all(stages=["outcomes"])
    assert call("report", "params/oldham.yml").returncode == 0
    assert draft_of(build, "outcomes.html") is None
    assert draft_of(build, "profiling.html") is not None
    listed = draft_of(build, "index.html").partition("all roles: ")[2].split(", ")
    assert sorted(listed) == sorted(name.replace("_", " ") for name in STAGES if name != "outcomes")
    file = root / "notebooks" / "07_outcomes.ipynb"
    notebook = json.loads(file.read_text())
    next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")["source"] = ["# Other words"]
    file.write_text(json.dumps(notebook))
    rows = json.loads(call("sign", "params/oldham.yml", "--json").stdout)
    assert {row["state"] for row in rows if row["stage"] == "outcomes"} == {"void"}
    assert {row["state"] for row in rows if row["stage"] == "profiling"} == {"missing"}


def test_the_analyst_signs_in_no_second_role_and_edited_results_void_signatures(call, build):
    first = call("sign", "params/oldham.yml", "benefits", "--role", "analyst", "--name", "Ada Byron")
    assert first.returncode == 0, first.stderr
    assert "benefits: signed by Ada Byron as analyst" in first.stdout
    again = call("sign", "params/oldham.yml", "benefits", "--role", "peer", "--name", "ada  byron")
    assert again.returncode == 1
    assert "holds no second role" in again.stderr
    assert call("sign", "params/oldham.yml", "benefits", "--role", "boss", "--name", "A B").returncode == 2
    with (build / "oldham" / "benefits" / "tables" / "totals.csv").open("a") as stream:
        stream.write("\n")
    refused = call("sign", "params/oldham.yml", "benefits", "--role", "peer", "--name", "Per Lind")
    assert refused.returncode == 1
    assert "tables/totals.csv was edited after the run" in refused.stderr
    rows = json.loads(call("sign", "params/oldham.yml", "--json").stdout)
    assert {row["role"]: row["state"] for row in rows if row["stage"] == "benefits"}["analyst"] == "void"


def test_a_release_is_refused_with_every_reason_at_once(call, root):
    (root / "params" / "notes.txt").write_text("not committed")
    done = call("release", "params/oldham.yml", "--edition", "2026-1")
    assert done.returncode == 3
    assert "1 uncommitted changes (params/notes.txt)" in done.stderr
    assert all(f"{stage}: still a draft" in done.stderr for stage in STAGES)
    assert not (root / "releases").exists()


def _files_beside_the_tables_are_linked(content):
    for stage, name in (("outcomes", "green_book.html"), ("benefits", "appraisal.xlsx")):
        assert content[f"report/files/{stage}/{name}"]
        assert f'href="files/{stage}/{name}"'.encode() in content[f"report/{stage}.html"]
    assert LABEL.encode() in content["report/files/outcomes/green_book.html"]
    crate = {one["@id"]: one for one in json.loads(content["ro-crate-metadata.json"])["@graph"]}
    assert "spreadsheet" in crate["report/files/benefits/appraisal.xlsx"]["encodingFormat"]


@pytest.fixture
def released(call, root, sign_all):
    sign_all()
    done = call("release", "params/oldham.yml", "--edition", "2026-1", "--date", "2026-07-01")
    assert done.returncode == 0, done.stderr
    return root / "releases" / "oldham" / "oldham-2026-1.zip"


def test_a_release_holds_report_tables_and_provenance_and_is_never_changed(call, root, build, released):
    assert released.stat().st_mode & 0o222 == 0
    with zipfile.ZipFile(released) as packed:
        names = packed.namelist()
        content = {name: packed.read(name) for name in names}
    _every_file_is_summed(content)
    _nothing_above_publishable(content, build)
    _demonstration_is_labelled(content)
    _files_beside_the_tables_are_linked(content)
    _is_a_workflow_run_crate(content)
    before = released.read_bytes()
    again = call("release", "params/oldham.yml", "--edition", "2026-1", "--date", "2026-07-01")
    assert again.returncode == 0, again.stderr
    assert "released before, unchanged" in again.stdout
    other = call("release", "params/oldham.yml", "--edition", "2026-1", "--date", "2026-07-02")
    assert other.returncode == 3
    assert "never changed" in other.stderr
    assert released.read_bytes() == before
    same = call("compare", released, released, "--bridge", released)
    assert same.returncode == 0, same.stderr
    assert same.stdout.splitlines() == [LABEL, "0 values changed: none; 0 claims"]
    _an_earlier_release_that_gives_a_count_away_stops_the_next(call, root)


def _every_file_is_summed(content):
    lines = content["SHA256SUMS"].decode().splitlines()
    summed = dict(reversed(line.split("  ", 1)) for line in lines)
    assert set(summed) == set(content) - {"SHA256SUMS"}
    assert all(hashlib.sha256(content[name]).hexdigest() == value for name, value in summed.items())


def _nothing_above_publishable(content, build):
    record = json.loads((build / "oldham" / "run.json").read_text())
    allowed = {
        f"tables/{stage}/demonstration-{name.removeprefix('tables/')}"
        for stage, one in record["stages"].items()
        for name, known in one["outputs"].items()
        if name.startswith("tables/") and known["level"] == "publishable"
    }
    tables = {name for name in content if name.startswith("tables/")}
    assert tables
    assert tables == allowed | {name for name in tables if "demonstration-" not in name}
    held = {hashlib.sha256(value).hexdigest() for value in content.values()}
    kept_back = [
        known["sha256"]
        for one in record["stages"].values()
        for known in (*one["outputs"].values(), *(given for given in one["inputs"].values() if given["people"]))
        if known.get("level", "restricted") != "publishable"
    ]
    assert kept_back
    assert not held & set(kept_back)


def _demonstration_is_labelled(content):
    assert LABEL in content["report/outcomes.html"].decode()
    assert LABEL in content["README.md"].decode()
    crate = json.loads(content["ro-crate-metadata.json"])
    described = {one["@id"]: one for one in crate["@graph"]}
    assert LABEL in described["./"]["description"]
    assert all(LABEL in described[name]["description"] for name in content if "demonstration-" in name)


def _is_a_workflow_run_crate(content):
    """Hold the metadata to every MUST of RO-Crate 1.1 and of the profiles, and to what this project says beyond."""
    crate = json.loads(content["ro-crate-metadata.json"])
    assert crates.broken(crate, set(content)) == []
    graph = crates.Graph(crate, set(content))
    files = {one["@id"] for one in graph.of("File")}
    assert files == set(content) - {"SHA256SUMS", "ro-crate-metadata.json"}
    actions = graph.of("CreateAction")
    assert set(graph.ids(graph.root, "mentions")) == {one["@id"] for one in actions}
    assert len(actions) == 1 + len(STAGES)
    for action in actions:
        assert {"instrument", "object", "result", "agent", "startTime", "endTime", "description"} <= set(action)
        assert action["startTime"] <= action["endTime"]


def _an_earlier_release_that_gives_a_count_away_stops_the_next(call, root):
    ledger = root / "releases" / "oldham" / "cells.csv"
    rows = list(csv.DictReader(io.StringIO(ledger.read_text())))
    hidden = next(row for row in rows if row["value"] == "")
    hidden["value"] = "3"
    with ledger.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    done = call("release", "params/oldham.yml", "--edition", "2026-2", "--date", "2026-08-01")
    assert done.returncode == 3
    assert f"{hidden['stage']}, table {hidden['table']}" in done.stderr
    assert "hidden in one release and shown in the other (2026-2, 2026-1)" in done.stderr
    assert not (root / "releases" / "oldham" / "oldham-2026-2.zip").exists()
