"""Copies of demonstration data whose marks were taken off are known by their columns; other data never are."""

import json
import os
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from insight import paths
from insight.sources.likeness import COLUMNS, like_demonstration, signature
from insight.sources.standing import LIKE, SUPPLIED, of_file

DEMO = paths.root() / "data" / "demo" / "oldham"
REAL = Path(os.environ.get("INSIGHT_REAL_DATA") or paths.root().parent / "shared" / "data")
FILES = ("roster_library", "roster_benefits", "values_survey", "network_egos", "engagement_visits", "caf_covers")


def frame_of(name):
    return pd.read_csv(DEMO / f"{name}.csv", dtype=str, keep_default_na=False)


def without_marks(name):
    """A copy as another system would hold it: other codes and spellings, columns renamed, rows in another order."""
    frame = frame_of(name)
    marked = [column for column in frame if frame[column].str.contains("DEMO-|ZZ|demo|invented").any()]
    for column in marked:
        frame[column] = "K" + frame[column].astype("category").cat.codes.astype(str)
    for column in frame:
        if frame[column].str.fullmatch(r"\d{4}-\d\d-\d\d").all():
            frame[column] = frame[column].map(lambda day: "/".join(reversed(day.split("-"))))
    made = frame.sample(frac=1, random_state=1)
    return made.set_axis([f"Field {at}" for at, _ in enumerate(made.columns)], axis=1).iloc[:, ::-1]


def as_text(frame, path):
    text = "Extract of all records\n\n" + frame.to_csv(index=False) + "Total" + "," * (frame.shape[1] - 1) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def as_workbook(frame, path):
    book = openpyxl.Workbook()
    book.active.append(["Extract"])
    for row in [list(frame.columns), *frame.to_numpy().tolist()]:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("name", FILES)
def test_a_copy_without_marks_is_demonstration_data_all_the_same(tmp_path, name):
    standing = of_file(as_text(without_marks(name), tmp_path / "export.csv"))
    assert standing.is_demonstration
    assert standing.mark == f"{LIKE} {name}.csv"
    # somebody else's rows may stand among them, so that registers and keys treat it as the council's
    assert not standing.is_generated


def test_a_workbook_with_columns_dropped_is_known_too(tmp_path):
    copy = without_marks("network_egos").iloc[:, 1:-2]
    assert like_demonstration(as_workbook(copy, tmp_path / "export.xlsx")) == "network_egos.csv"
    copy.to_parquet(tmp_path / "export.parquet")
    assert like_demonstration(tmp_path / "export.parquet") == "network_egos.csv"


@pytest.mark.parametrize("name", FILES)
def test_other_people_of_the_same_kind_and_number_are_not(tmp_path, name):
    """Rows drawn again with replacement: as many, from the same distribution, as a second survey would be."""
    copy = without_marks(name)
    drawn = np.random.default_rng(5).integers(0, len(copy), len(copy))
    assert of_file(as_text(copy.iloc[drawn], tmp_path / "export.csv")) == SUPPLIED


def test_the_same_few_columns_alone_are_not(tmp_path):
    copy = without_marks("values_survey").iloc[:, :3]
    assert like_demonstration(as_text(copy, tmp_path / "export.csv")) == ""


def test_a_design_tells_nothing():
    """Quotas, full crossings and codes that stand once have the same counts wherever the design is the same."""
    assert signature(str(at) for at in range(500)).bits == 0
    assert signature(["a", "b"] * 250).bits == 0
    assert signature(["a"] * 500).bits == 0
    assert signature(["", "", "a", "b"]) == signature(["x", "y"])
    assert signature(["a"] * 130 + ["b"] * 210 + ["c"] * 160).bits > 5
    assert signature(["b"] * 130 + ["a"] * 210 + ["d"] * 160) == signature(["a"] * 130 + ["b"] * 210 + ["c"] * 160)


def test_what_is_damaged_is_left_to_its_reader(tmp_path):
    for name, content in (("x.csv", b"\x81\x90\n" * 1438), ("x.xlsx", b"PK"), ("x.parquet", b"no"), ("x.txt", b"")):
        (tmp_path / name).write_bytes(content)
        assert like_demonstration(tmp_path / name) == ""
    assert like_demonstration(tmp_path) == ""


def test_signatures_are_kept_for_people_s_rows_alone():
    files = json.loads((DEMO / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert COLUMNS not in files["indicators.csv"]
    assert len(files["values_survey.csv"][COLUMNS]) > 20


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason=f"no real data at {REAL}: set INSIGHT_REAL_DATA to the folder")
def test_real_files_are_never_taken_for_it():
    for file in sorted(REAL.iterdir()):
        assert like_demonstration(file) == "", file.name
