"""Folders are swapped whole, kills between the renames are mended, and two runs do not meet."""

import subprocess
import sys

import pytest

from insight import atomic
from insight.errors import InsightError
from insight.workbook.runner import council_lock, recover


def folder(path, text):
    path.mkdir(parents=True)
    (path / "file").write_text(text)
    return path


def test_swap_puts_the_new_folder_in_place(tmp_path):
    target = folder(tmp_path / "stage", "old")
    atomic.swap_folder(folder(tmp_path / ".new", "new"), target)
    assert (target / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["stage"]


def test_a_kill_between_the_renames_keeps_the_old_results(tmp_path):
    old = folder(tmp_path / "stage", "old").rename(tmp_path / ".stage.old")
    assert old.exists()
    atomic.recover_folder(tmp_path / "stage")
    assert (tmp_path / "stage" / "file").read_text() == "old"


def test_a_kill_after_the_renames_drops_the_old_results(tmp_path):
    folder(tmp_path / ".stage.old", "old")
    folder(tmp_path / "stage", "new")
    atomic.recover_folder(tmp_path / "stage")
    assert (tmp_path / "stage" / "file").read_text() == "new"
    assert not (tmp_path / ".stage.old").exists()


def test_recover_mends_every_stage_of_a_council(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    folder(tmp_path / "oldham" / ".profiling.old", "old")
    recover("oldham")
    assert (tmp_path / "oldham" / "profiling" / "file").read_text() == "old"


HOLD = """
import sys
from insight.workbook.runner import council_lock
with council_lock("oldham"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_refused_and_a_killed_one_frees_the_lock(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InsightError, match="another run is at work"), council_lock("oldham"):
            pass
        other.kill()
        other.wait()
    with council_lock("oldham"), pytest.raises(InsightError, match="another run is at work"), council_lock("oldham"):
        pass
