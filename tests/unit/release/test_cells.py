"""The attack over releases: what two editions give away together though each alone does not."""

import pandas as pd
import pytest

from insight.release import cells

ENTRY = {"table": "visits", "columns": ["count"], "within": ["ward"], "policy": "suppress5", "threshold": 5}


def edition(name, counts, *, inputs="a", year=None, entry=ENTRY):
    """One table of one ward; ``None`` is a hidden count."""
    frame = pd.DataFrame(
        {"ward": "Alder", "group": list(counts), "count": [float("nan") if v is None else v for v in counts.values()]}
    )
    frame["status"] = ["c" if value is None else "" for value in counts.values()]
    if year is not None:
        frame["year"] = year
    return cells.of_table(frame, entry, release=name, stage="outcomes", inputs=inputs)


FULL = {"a": 20, "b": 30, "c": 40, "d": 7}
CASES = [
    ("same cells hidden", {"a": 20, "b": None, "c": None, "d": 7}, {"a": 20, "b": None, "c": None, "d": 7}, set()),
    ("shown later", {"a": 20, "b": None, "c": None, "d": 7}, {**FULL, "b": 3}, {"b", "c"}),
    ("shown before", {**FULL, "d": 3}, {"a": None, "b": 30, "c": 40, "d": None}, {"a", "d"}),
]


@pytest.mark.parametrize(("what", "before", "after", "told"), CASES, ids=[case[0] for case in CASES])
def test_a_cell_hidden_in_one_edition_and_shown_in_another_is_told(what, before, after, told):
    leaks = cells.attack(edition("2", after), edition("1", before))
    assert {leak.key.split('"')[3] for leak in leaks} == told
    assert all("hidden in one release and shown in the other" in leak.how for leak in leaks)


def test_two_patterns_of_hiding_tell_by_subtraction_what_neither_tells_alone():
    entry = {**ENTRY, "within": ["total"]}

    def with_total(name, counts):
        frame = pd.DataFrame({"total": 60, "group": list(counts), "count": list(counts.values())}, dtype=object)
        frame["count"] = frame["count"].astype(float)
        frame["status"] = ["c" if pd.isna(value) else "" for value in frame["count"]]
        return cells.of_table(frame, entry, release=name, stage="outcomes", inputs="a")

    nan = float("nan")
    first = with_total("1", {"a": nan, "b": nan, "c": 20, "d": 15})
    second = with_total("2", {"a": nan, "b": 22, "c": nan, "d": 15})
    leaks = cells.attack(second, first)
    subtracted = [leak for leak in leaks if "subtraction" in leak.how]
    assert ['"a"' in leak.key for leak in subtracted] == [True]
    assert not cells.attack(first, [])
    assert "3" not in subtracted[0].how


@pytest.mark.parametrize(
    ("now", "then", "is_told"),
    [
        ({"inputs": "a"}, {"inputs": "b"}, False),
        ({"inputs": "a", "year": 2011}, {"inputs": "b", "year": 2011}, True),
        ({"inputs": "a", "year": 2012}, {"inputs": "b", "year": 2011}, False),
        ({"inputs": "a"}, {"inputs": "a"}, True),
    ],
)
def test_editions_are_put_together_only_where_they_count_the_same_people(now, then, is_told):
    leaks = cells.attack(edition("2", {**FULL, "d": None}, **now), edition("1", FULL, **then))
    assert bool(leaks) is is_told


def test_rounded_counts_do_not_add_up_so_sums_tell_nothing():
    entry = {**ENTRY, "policy": "nhsd_1_7_r5", "threshold": 8}
    first = edition("1", {"a": 20, "b": None, "c": 40}, entry=entry)
    second = edition("2", {"a": None, "b": None, "c": 40}, entry=entry)
    assert {leak.how for leak in cells.attack(second, first)} == {"hidden in one release and shown in the other"}


def test_the_ledger_reads_back_and_holds_no_hidden_number(tmp_path):
    made = edition("1", {"a": 20, "b": None})
    (tmp_path / "cells.csv").write_text(cells.as_text(made), encoding="utf-8")
    assert cells.read(tmp_path / "cells.csv") == made
    assert [cell.value for cell in made] == ["20", ""]
    assert cells.read(tmp_path / "absent.csv") == []


def test_rows_of_one_name_are_kept_apart_and_absent_values_are_no_cells():
    frame = pd.DataFrame({"ward": "Alder", "group": ["a", "a", "b"], "count": [9.0, 8.0, float("nan")], "status": ""})
    found = cells.of_table(frame, ENTRY, release="1", stage="outcomes", inputs="a")
    assert [cell.value for cell in found] == ["9", "8"]
    assert len({cell.key for cell in found}) == 2
