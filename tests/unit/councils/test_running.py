"""Councils in worker processes: what ran, exit codes, a process that is ended from outside."""

import sys
from pathlib import Path

import pytest

import workers
from insight.councils import running
from insight.workbook.runner import Options


def ran(**values):
    return running.Ran(council="A", **values)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([ran(done=9), ran(done=9)], 0),
        ([ran(done=9), ran(code=4, not_supplied=9)], 0),
        ([ran(code=4, not_supplied=9), ran(code=4, not_supplied=9)], 4),
        ([ran(code=4, failed=1), ran(done=9)], 4),
        ([ran(done=9), ran(code=1, failed=1)], 1),
    ],
)
def test_the_exit_code_is_the_first_failures_and_nothing_supplied_is_none(rows, code):
    assert running.exit_code(rows) == code


def test_the_table_of_what_ran_has_a_line_for_each_council():
    lines = running.table([ran(done=2, seconds=3.0, report="x.html"), ran(failed=1, code=4, note="why")]).splitlines()
    assert lines[0].split()[:2] == ["council", "done"]
    assert lines[1].endswith("x.html")
    assert lines[2].endswith("why")


def together(monkeypatch, names, *, keep_going, jobs):
    monkeypatch.setattr(running, "run_council", workers.run_council)
    told = []
    rows = running.run_together(
        [Path(f"{name}.yml") for name in names],
        Options(),
        jobs=jobs,
        keep_going=keep_going,
        with_report=False,
        telling=told.append,
    )
    return rows, told


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on Windows")
def test_a_process_that_is_ended_from_outside_is_named_and_the_others_finish(monkeypatch):
    rows, told = together(monkeypatch, ["a", "lost", "b", "c"], keep_going=True, jobs=2)
    assert [(row.council, row.done, row.failed) for row in rows] == [
        ("a", 9, 0),
        ("lost", 0, 1),
        ("b", 9, 0),
        ("c", 9, 0),
    ]
    assert sorted(row.council for row in told) == ["a", "b", "c", "lost"]
    assert "its process was ended from outside" in rows[1].note
    assert "insight run lost.yml" in rows[1].note
    assert running.exit_code(rows) == 1


def test_without_keep_going_councils_that_have_not_started_are_left_out(monkeypatch):
    rows, _ = together(monkeypatch, ["failed", "a"], keep_going=False, jobs=1)
    assert [row.note for row in rows] == ["", "not started: another council failed"]
    assert running.exit_code(rows) == 4
