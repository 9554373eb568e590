"""The command line as a user runs it: first run, second run, reasons, failures, kills, two at once."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest
import yaml

from commands import INSIGHT, events, insight
from insight import paths
from insight.params import STAGES
from insight.sources.standing import file_digest
from insight.stages.synthesis import universes
from insight.stages.synthesis.reruns import HEADLINES
from insight.workbook import results

pytestmark = pytest.mark.end_to_end
ROOT = paths.root()


def files(folder):
    skip = {".lock", "run.json"}
    return {
        path.relative_to(folder).as_posix(): file_digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in skip and ".running" not in path.as_posix()
    }


def test_every_headline_can_be_rerun_from_the_tables_of_a_whole_run(run_once):
    found, absent = universes.universes(run_once[0] / "oldham", None)
    assert absent == []
    assert found["headline"].nunique() > len(HEADLINES)


def test_first_run_leaves_nine_stages_figures_findings_and_a_report(run_once):
    build, done = run_once
    assert done.returncode == 0, done.stderr
    assert [one["stage"] for one in events(done) if one["event"] == "done"] == list(STAGES)
    folder = build / "oldham"
    record = json.loads((folder / "run.json").read_text())
    assert {one["status"] for one in record["stages"].values()} == {"done"}
    assert len(json.loads((folder / "figures.json").read_text())) == 204
    assert len(json.loads((folder / "findings.json").read_text())) == 131
    assert (folder / "report" / "index.html").exists()
    for stage, one in record["stages"].items():
        assert one["facts"]
        assert one["cells"]
        assert all(known["sha256"] == file_digest(folder / stage / name) for name, known in one["outputs"].items())
        assert all(known["sha256"] and known["rows"] for known in one["inputs"].values())
    assert set(record["about"]) == {"git_revision", "git_dirty", "python", "system", "packages"}


def test_executed_notebooks_hold_no_machine_path(run_once):
    build, _ = run_once
    for stage in STAGES:
        text = (build / "oldham" / stage / "notebook.ipynb").read_text()
        assert str(build) not in text
        assert str(ROOT) not in text


def test_figures_and_findings_as_promised(build):
    figures = json.loads(insight("figures", "params/oldham.yml", "--json", build=build).stdout)
    assert len(figures) == 204
    assert set(figures[0]) == {
        *("id", "stage", "area", "measure", "published", "unit", "qualifier"),
        *("computed", "evidence", "verdict", "repeat_of", "note"),
    }
    done = insight("findings", "params/oldham.yml", "--json", build=build)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert len(found) == 131
    assert not [row["id"] for row in found if row["data"] == "demonstration" and row["outcome"] == "supported"]
    assert sum(row["data"] in {"published", "open"} for row in found) >= 14
    assert sum(row["data"] == "demonstration" for row in found) >= 55
    assert all(row["why"] for row in found)


def test_recomputed_figures_are_counted_as_the_arithmetic_gives(build):
    figures = json.loads((build / "oldham" / "figures.json").read_text())
    score = {(line["evidence"], line["verdict"]): line["figures"] for line in results.scorecard(figures, "oldham")}
    recomputed = {verdict: count for (evidence, verdict), count in score.items() if evidence == "recomputed"}
    assert recomputed == {
        "reproduces": 9,
        "consistent_within_rounding": 2,
        "inconsistent_in_source": 2,
        "not_comparable": 1,
    }
    assert score["recomputed (count of printed items)", "reproduces"] == 12


def test_no_input_contradicts_the_print(build):
    done = insight("figures", "params/oldham.yml", build=build)
    assert done.returncode == 0, done.stdout
    assert "163 distinct" in done.stdout


def test_second_run_skips_all_nine_and_changes_nothing(build):
    before = files(build)
    done = insight("run", "params/oldham.yml", "--json", build=build)
    assert done.returncode == 0, done.stderr
    assert [one["stage"] for one in events(done) if one["event"] == "skipped"] == list(STAGES)
    assert not [one for one in events(done) if one["event"] in {"started", "done"}]
    assert files(build) == before


def params_copy(tmp_path, change):
    content = yaml.safe_load((ROOT / "params" / "oldham.yml").read_text(encoding="utf-8"))
    content["inputs"] = {
        name: value if value == "not_supplied" else str(ROOT / value) for name, value in content["inputs"].items()
    }
    change(content)
    file = tmp_path / "params.yml"
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return file


def test_a_changed_parameter_is_named_as_the_reason(build, tmp_path):
    def change(content):
        content["stages"]["synthesis"]["priorities_chosen"] = 3

    file = params_copy(tmp_path, change)
    assert "run (param priorities_chosen changed)" in insight("why", file, "synthesis", build=build).stdout
    assert "skip (up to date)" in insight("why", file, "profiling", build=build).stdout
    status = json.loads(insight("status", file, "--json", build=build).stdout)
    assert [row["next"] for row in status] == ["skip"] * 8 + ["run"]


def test_an_edited_output_runs_its_stage_again(build):
    table = next((build / "oldham" / "synthesis" / "tables").glob("*.csv"))
    table.write_text("edited\n")
    assert f"tables/{table.name} was edited" in insight("why", "params/oldham.yml", "synthesis", build=build).stdout
    done = insight("run", "params/oldham.yml", "--no-report", "--json", build=build)
    assert [one["stage"] for one in events(done) if one["event"] == "done"] == ["synthesis"]
    assert table.read_text() != "edited\n"


def test_a_stage_without_input_is_marked_and_the_rest_run(build, tmp_path):
    def change(content):
        content["inputs"]["funding"] = "not_supplied"

    done = insight("run", params_copy(tmp_path, change), "--json", build=build)
    assert done.returncode == 0, done.stderr
    (marked,) = [one for one in events(done) if one["event"] == "not_supplied"]
    assert marked["stage"] in {"synthesis", "benefits"}
    page = (build / "oldham" / "report" / f"{marked['stage']}.html").read_text()
    assert "not supplied: funding" in page


def test_a_named_file_that_is_absent_is_an_input_error(build, tmp_path):
    def change(content):
        content["inputs"]["funding"] = str(tmp_path / "nowhere.csv")

    before = files(build / "oldham")
    done = insight("run", params_copy(tmp_path, change), build=build)
    assert done.returncode == 4
    assert "named but not there: funding" in done.stderr
    assert files(build / "oldham") == before


def test_diff_tells_what_changed(build, tmp_path):
    other = shutil.copytree(build / "oldham", tmp_path / "other")
    same = insight("diff", build / "oldham", other, build=build)
    assert (same.returncode, same.stdout.startswith("no difference")) == (0, True)
    rows = json.loads((other / "figures.json").read_text())
    rows[0]["verdict"] = "differs"
    (other / "figures.json").write_text(json.dumps(rows))
    done = insight("diff", build / "oldham", other, "--json", build=build)
    assert done.returncode == 3
    (row,) = json.loads(done.stdout)
    assert (row["part"], row["key"], row["second"]) == ("verdicts", rows[0]["id"], "differs")


@pytest.mark.parametrize("moment", [0.3, 1.5, 2.5, 4.0])
def test_a_killed_run_leaves_earlier_results_and_the_next_goes_on(build, moment):
    before = files(build)
    command = [*INSIGHT, "run", "params/oldham.yml", "--stage", "synthesis", "--force", "--no-report"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "INSIGHT_BUILD": str(build)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:
        time.sleep(moment)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    left = files(build)
    assert {name: left.get(name) for name in before} == before or running.returncode == 0
    done = insight("run", "params/oldham.yml", "--no-report", "--json", build=build)
    assert done.returncode == 0, done.stderr
    assert not list((build / "oldham").glob(".*.running"))
    status = json.loads(insight("status", "params/oldham.yml", "--json", build=build).stdout)
    assert {row["next"] for row in status} == {"skip"}


def test_a_second_run_on_the_same_council_is_refused(build):
    command = [*INSIGHT, "run", "params/oldham.yml", "--stage", "synthesis", "--force", "--no-report", "--json"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "INSIGHT_BUILD": str(build)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as first:
        assert json.loads(first.stdout.readline())["event"] == "started"
        second = insight("run", "params/oldham.yml", "--no-report", build=build)
        first.communicate()
        assert first.returncode == 0
    assert second.returncode == 1
    assert "another run is at work" in second.stderr


def test_strict_run_needs_nothing_undeclared(build):
    done = insight("run", "params/oldham.yml", "--stage", "outcomes", "--force", "--strict", "--no-report", build=build)
    assert done.returncode == 0, done.stderr


def test_two_jobs_give_the_same_figures(build):
    before = (build / "oldham" / "figures.json").read_bytes()
    stages = ("--stage", "benefits", "--stage", "outcomes", "--force", "--no-report")
    done = insight("run", "params/oldham.yml", "--jobs", "2", *stages, build=build)
    assert done.returncode == 0, done.stderr
    assert (build / "oldham" / "figures.json").read_bytes() == before
