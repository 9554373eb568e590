"""What data may be evidence for follows the file, wherever it is copied."""

import json
import shutil

from insight import paths
from insight.sources.standing import OPEN, PUBLISHED, SUPPLIED, Standing, of_file, planted_truths, weakest

DEMO = paths.root() / "data" / "demo" / "oldham"


def test_committed_demonstration_files_are_demonstration():
    assert of_file(DEMO / "funding.csv").is_demonstration


def test_a_copied_demonstration_file_stays_demonstration(tmp_path):
    copy = tmp_path / "spending.csv"
    shutil.copy(DEMO / "funding.csv", copy)
    assert of_file(copy).is_demonstration


def test_a_file_listed_in_a_manifest_stays_demonstration_after_an_edit(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"files": {"a.csv": {"sha256": "0"}}}))
    (tmp_path / "a.csv").write_text("edited\n")
    assert of_file(tmp_path / "a.csv").is_demonstration


def test_own_files_are_supplied_and_reference_files_open(tmp_path):
    own = tmp_path / "a.csv"
    own.write_text("x\n1\n")
    assert of_file(own) == SUPPLIED
    assert of_file(paths.reference("greater_manchester_districts.csv")) == OPEN
    assert of_file(paths.published_dir("oldham") / "figures.csv") == PUBLISHED


def test_one_demonstration_input_makes_all_of_it_demonstration():
    demo = Standing(kind="demonstration", folder=DEMO)
    assert weakest([OPEN, demo]) == demo
    assert weakest([OPEN, demo, SUPPLIED]).is_demonstration
    assert weakest([OPEN, PUBLISHED]) == OPEN


def test_nobody_may_read_a_councils_rows_because_invented_ones_lie_beside_them():
    demo = Standing(kind="demonstration", folder=DEMO)
    copy = Standing(kind="demonstration", mark="DEMO-V0001")
    assert demo.is_generated
    assert not weakest([demo, SUPPLIED]).is_generated
    assert weakest([demo, copy]) == copy
    assert not copy.is_generated


def test_truths_are_read_as_flags():
    truths = planted_truths(DEMO)
    assert truths
    assert set(truths.values()) <= {True, False}
