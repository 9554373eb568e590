"""Whoever has every published file of a run learns no small count: each file, each sum, both thresholds, each page."""

import base64
import csv
import dataclasses
import html
import io
import json
import re

import numpy as np
import pandas as pd
import pytest

from insight import paths
from insight.privacy.disclosure import printed, release
from insight.privacy.disclosure.gate import PATTERNS, PERSON_COLUMNS
from insight.release import cells
from insight.sources.contracts.records import SHOWN_NAMES
from insight.workbook import record, registry

COUNTS = ("known", "missed", "registered", "unreached", "respondents", "interviews", "hard_pressed", "count")
CODES = {name: code for code, name in SHOWN_NAMES.items()}
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
    keys = ["threshold", "service", "definition", "level", "area"]
    both = tables["profiling", "known"].merge(
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


DOWNLOAD = re.compile(r'download="([^"]+)\.csv"[^>]*href="data:text/csv;charset=utf-8;base64,([^"]+)"')
MAP = re.compile(r"insightMap\(map_insight, (\{.*?\})\);", re.DOTALL)
LAYER = {"title", "classes", "texts", "colours", "labels", "missing"}


def embedded(build):
    """Every table that a page or an executed notebook carries for its pictures, tables and maps, by where it is."""
    found = {}
    for path in sorted((build / "oldham").rglob("*")):
        if path.suffix == ".ipynb":
            text = "".join(
                "".join(output.get("data", {}).get("text/html", []))
                for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
                for output in cell.get("outputs", [])
            )
        elif path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
        else:
            continue
        for number, (name, data) in enumerate(DOWNLOAD.findall(text)):
            rows = base64.b64decode(data).decode()
            found[path.relative_to(build), name, number] = pd.read_csv(io.StringIO(rows))
    return found


@pytest.fixture(scope="module")
def carried(run_once):
    return embedded(run_once[0])


def alike(values):
    """Return names as they are compared, however a picture words them."""
    return values.astype(str).replace(CODES).str.replace("_", " ").str.casefold()


def hidden_cells(build, stage):
    """Yield the counts that a stage hid: table, its naming columns, count columns, hidden rows."""
    done = json.loads((build / "oldham" / stage / "disclosure.json").read_text(encoding="utf-8"))["tables"]
    for entry in done:
        path = build / "oldham" / stage / "tables" / f"{entry['table']}.csv"
        if entry["table"] and path.exists():
            frame = pd.read_csv(path)
            counts = [name for name in entry["columns"] if name in frame.columns]
            hidden = frame[frame["status"] == "c"] if "status" in frame.columns else frame.iloc[:0]
            if counts and len(hidden):
                texts = [name for name in frame.columns if frame[name].dtype.kind not in "iufb" and name != "status"]
                yield entry["table"], texts, counts, hidden


def test_no_picture_table_or_map_carries_a_count_that_a_file_hides(build, carried):
    """The data behind each picture are an edition of the saved tables, attacked row by row by the names they share."""
    assert len(carried) > 100
    met = 0
    for stage in registry.stages():
        for table, texts, counts, hidden in hidden_cells(build, stage):
            for (path, name, _), frame in carried.items():
                shared = [one for one in texts if one in frame.columns]
                shown = [one for one in counts if one in frame.columns]
                if stage not in str(path) or not shown or set(shared) != set(texts):
                    continue
                if frame.duplicated(shared).any():
                    continue  # its rows are of finer things, which the names that it shares do not tell apart
                met += 1
                rows = frame[[*shared, *shown]].assign(**{one: alike(frame[one]) for one in shared})
                keys = hidden[shared].assign(**{one: alike(hidden[one]) for one in shared})
                both = keys.merge(rows, on=shared)
                assert both[shown].isna().all(axis=None), (stage, table, name)
    assert met >= 3


def test_what_pages_carry_passes_the_gate_and_hidden_rows_hold_no_small_count(carried):
    for where, frame in carried.items():
        release(frame, what=str(where))
        if "status" in frame.columns:
            hidden = frame[frame["status"] == "c"]
            for column in [one for one in COUNTS if one in frame.columns]:
                values = pd.to_numeric(hidden[column], errors="coerce")
                assert not values.between(1, 4).any(), (where, column)


def test_maps_carry_texts_and_classes_and_nothing_of_hidden_areas(build):
    maps = []
    for path in sorted((build / "oldham").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                text = html.unescape("".join(output.get("data", {}).get("text/html", [])))
                maps += [(path.name, json.loads(found)) for found in MAP.findall(text)]
    assert len(maps) >= 2
    hidden = 0
    for name, payload in maps:
        assert set(payload) == {"topology", "object", "names", "layers", "outlines", "lines", "label", "note"}, name
        for shape in payload["topology"]["objects"]["areas"]["geometries"]:
            assert set(shape["properties"]) <= {"i"}, name
        for layer in payload["layers"]:
            assert set(layer) == LAYER, name
            for kind, text in zip(layer["classes"], layer["texts"], strict=True):
                assert (kind is None) == (text in layer["missing"]), name
                hidden += text.startswith("[c]")
    assert hidden, "a map with hidden areas was attacked"


def test_an_earlier_release_that_showed_a_hidden_count_is_told_and_the_same_release_is_not(build):
    stage = record.StageRecord(**json.loads((build / "oldham" / "run.json").read_text())["stages"]["profiling"])
    new = cells.of_stage(build / "oldham" / "profiling", stage, stage="profiling", release="new")
    hidden = [cell for cell in new if cell.is_hidden]
    assert hidden
    same = [dataclasses.replace(cell, release="old") for cell in new]
    assert cells.attack(new, same) == []
    told = [dataclasses.replace(cell, value="3") if cell == same[new.index(hidden[0])] else cell for cell in same]
    found = cells.attack(new, told)
    assert [leak.key for leak in found if leak.how.startswith("hidden in one")] == [hidden[0].key]


def test_each_printed_cell_stands_in_a_table_of_its_stage(build):
    """In the demonstration world every printed cell is met, so none of the file's names is a slip."""
    with (paths.published_dir("oldham") / "cells.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["stage"] for row in rows} == {"acorn_mapping", "profiling", "outcomes", "service_mapping"}
    lost = []
    for cell in printed.of_ledger("oldham"):
        tables = (build / "oldham" / cell.stage / "tables").glob("*.csv")
        if not any(cell.flags(pd.read_csv(file, dtype={"period": str})).any() for file in tables):
            lost.append(cell.figure)
    assert lost == []


def told_within(rest, cells, *, lowest=1):
    """Return how closely one of several hidden counts can be told that come to a rest together."""
    return rest - cells * lowest if cells > 1 else 0


def test_no_area_tells_a_kind_of_home_by_its_total(build):
    """Shares of kinds and the total stand in one row: the rest of the total is what the hidden kinds have together."""
    areas = pd.read_csv(build / "oldham" / "acorn_mapping" / "tables" / "areas.csv")
    kinds = [name for name in areas.columns if name.endswith("_share") and name != "outside_share"]
    attacked = 0
    for row in areas[areas["status"] == "c"].to_dict("records"):
        shares = np.array([row[name] for name in kinds])
        hidden = int(np.isnan(shares).sum())
        assert hidden
        if np.isnan(row["all_households"]):
            continue
        assert row["all_households"] >= 5, row["oa"]
        rest = round(row["all_households"] * (1 - np.nansum(shares)))
        attacked += 1
        # where no other kind lives there, all that is there is hidden, and each is as open as the mark leaves it
        least = 5 if (shares[~np.isnan(shares)] > 0).any() else 3
        assert told_within(rest, hidden) >= least, row["oa"]
    assert attacked > 100


def test_no_theme_tells_how_few_were_prompted(build):
    tables = published(build)
    themes, analysed = tables["ethnography", "themes"], int(tables["ethnography", "coverage"]["of"].iloc[0])
    states = themes[["raised", "prompted", "not_covered"]]
    hidden = states.isna().sum(axis=1)
    assert (hidden > 0).any()
    for parts, shown in zip(hidden, states.sum(axis=1), strict=True):
        assert not parts or parts == 3 or told_within(analysed - int(shown), parts) >= 5


def test_no_group_of_values_is_the_sum_of_its_modes_with_one_left_out(build):
    """Groups add to everyone, modes to their group: wherever the sum is shown, one hidden part alone would be told."""
    rows = published(build)["values_modes", "shares_by"]
    modes = published(build)["values_modes", "modes"].set_index("mode")["group"]
    rows = rows.assign(group=rows["category"].map(modes).fillna(rows["category"]).str.lower())
    place = ["dimension", "domain"]
    three = rows[rows["outcome"] == "three groups"]
    assert not (three["share"].isna().groupby([three[one] for one in place]).sum() == 1).any()
    twelve = rows[rows["outcome"] == "twelve modes"]
    parts = (
        twelve["share"].isna().groupby([twelve[one] for one in (*place, "group")]).sum().rename("hidden").reset_index()
    )
    both = parts.merge(three[[*place, "group", "share"]], on=[*place, "group"], validate="one_to_one")
    assert len(both) == len(parts)
    assert not ((both["hidden"] == 1) & both["share"].notna()).any()
    assert not ((both["hidden"] == 0) & both["share"].isna()).any(), "a hidden group is the sum of its modes"
    assert rows["share"].isna().any()
