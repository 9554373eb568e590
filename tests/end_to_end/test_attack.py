"""Whoever has every published file of a run learns no small count: each file, each sum, both thresholds, each page."""

import csv
import re

import numpy as np
import pandas as pd
import pytest

from insight.privacy.disclosure.gate import PATTERNS, PERSON_COLUMNS
from insight.workbook import registry

COUNTS = ("known", "missed", "registered", "unreached", "respondents", "interviews", "hard_pressed", "count")
SECRET_FILES = ("records_childrens_centre", "records_health_visiting", "roster_childrens_centre", "linkage_truth")

pytestmark = pytest.mark.end_to_end


def published(build):
    """Every table that a run publishes, by stage and name."""
    found = {}
    for declaration in registry.stages().values():
        for name, level in declaration.tables.items():
            path = build / "oldham" / declaration.name / "tables" / f"{name}.csv"
            if level == "publishable" and path.exists():
                found[declaration.name, name] = pd.read_csv(path)
    return found


def test_there_is_something_to_attack(build):
    tables = published(build)
    assert ("profiling", "reach") in tables
    assert ("profiling", "known") in tables


def test_hidden_rows_hold_nothing_that_tells_the_count(build):
    for name, table in published(build).items():
        if "status" not in table.columns:
            continue
        hidden = table[table["status"] == "c"]
        for column in [one for one in COUNTS if one in table.columns and len(hidden)]:
            still = hidden[column].notna().any()
            # A column that the stage did not hide must be no small count.
            assert not still or not hidden[column].between(1, 4).any(), (name, column)


SHARES = {
    ("profiling", "known"): ("share", "children"),
    ("profiling", "reach"): ("reach", "children_0_4"),
    ("service_mapping", "reach_definitions"): ("share", "children"),
    ("service_mapping", "unreached"): ("share", "children"),
    ("service_mapping", "unreached_monthly"): ("share", "children"),
}


def test_no_published_share_and_base_give_a_small_count(build):
    tables = published(build)
    for name, (share, base) in SHARES.items():
        frame = tables[name]
        told = (frame[share] * frame[base]).dropna().round()
        assert len(told), name
        assert not told.between(1, 4).any(), name
        assert not (frame.loc[told.index, base] - told).between(1, 4).any(), name


def test_what_one_stage_hides_no_other_stage_shows(build):
    tables = published(build)
    keys = ["threshold", "definition", "level", "area"]
    known = tables["profiling", "known"]
    both = known[known["service"] == "childrens_centre"].merge(
        tables["service_mapping", "unreached"], on=keys, suffixes=("_01", "_06"), validate="one_to_one"
    )
    assert len(both) > 20
    assert not (both["missed_01"].isna() & both["missed_06"].notna()).any()
    apart = (both["missed_01"] - both["missed_06"]).dropna()
    assert (apart == 0).all()


def test_no_sum_of_shown_rows_leaves_a_small_rest(build):
    """Subtract all shown rows of a level from the whole that another row or table gives."""
    frame = published(build)["profiling", "known"]
    whole = frame[frame["level"] == "all"].set_index(["threshold", "service", "definition"])["known"]
    for key, rows in frame[frame["level"] == "neighbourhood"].groupby(["threshold", "service", "definition"]):
        hidden = int(rows["known"].isna().sum())
        if hidden == 1:
            pytest.fail(f"{key}: one hidden neighbourhood in a sum that is shown")
        if hidden and not np.isnan(whole.get(key, np.nan)):
            rest = whole[key] - rows["known"].sum()
            assert rest - (hidden - 1) >= 5, key


def test_the_log_says_what_was_done_and_that_nothing_is_unprotected(build):
    import json

    for path in sorted((build / "oldham").glob("*/disclosure.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        assert told["policy"]["rule"]
        assert all(row["unprotected"] == 0 for row in told["tables"]), path.parent.name


def secrets(root):
    """Codes, and first name with surname, of everyone in the records."""
    codes, names = set(), set()
    for name in SECRET_FILES:
        with (root / "data" / "demo" / "oldham" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                codes |= {row[key] for key in ("record_id", "child_id", "person") if row.get(key)}
                if row.get("surname") and row.get("first_name"):
                    names.add(f"{row['first_name']} {row['surname']}")
    return codes, names


def test_no_page_or_published_file_holds_a_code_a_name_a_pseudonym_or_the_key(build):
    from insight import paths

    codes, names = secrets(paths.root())
    key = (paths.root() / "data/demo/oldham/demo.key").read_text().strip().removeprefix("1:")
    restricted = {build / "oldham" / "profiling" / "tables" / "linked.csv"}
    files = [p for p in (build / "oldham").rglob("*") if p.suffix in {".csv", ".json", ".html", ".ipynb"}]
    assert len(files) > 20
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert key not in text, path
        if path in restricted:
            assert not set(re.findall(r"\b[A-Z]{1,2}\d{5,6}\b", text)) & codes
            continue
        assert not PATTERNS["a pseudonym"].search(text), path
        assert not set(re.findall(r"\b[A-Z]{1,2}\d{5,6}\b", text)) & codes, path
        if path.suffix == ".csv":
            assert not set(PERSON_COLUMNS) & set(text.split("\n", 1)[0].split(",")), path
            assert not any(name in text for name in names), path
