"""Demonstration data are known by their cells, whatever a copy was saved as; real files are never taken for them."""

import shutil
import sqlite3

import geopandas as gpd
import pandas as pd
import pytest

from insight import paths
from insight.catalogue import CATALOGUE
from insight.demo.world import World
from insight.sources.marks import mark_of
from insight.sources.standing import SUPPLIED, of_file
from insight.workbook import registry
from untidy_files import write_ods

DEMO = paths.root() / "data" / "demo" / "oldham"
WITHOUT_A_PLACE = {"survey_quotas": {"values_survey", "network_egos"}}
"""Inputs of codes and whole numbers alone, where no mark can stand, and the surveys that always stand beside them."""
ROWS = 24
"""Rows of a copy: some of a file carry its marks, not one row alone."""


@pytest.fixture(scope="module")
def inputs():
    """Some rows of every committed demonstration input, shuffled, with their columns renamed and turned round."""
    found = {}
    for kind in CATALOGUE:
        path = DEMO / kind.file
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
        elif path.suffix == ".geojson":
            frame = gpd.read_file(path).drop(columns="geometry")
        else:
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame = frame.sample(min(ROWS, len(frame)), random_state=1)
        found[kind.name] = frame.set_axis([f"Field {at}" for at, _ in enumerate(frame.columns)], axis=1).iloc[:, ::-1]
    return found


def titled(frame):
    return [["Extract for the research team"], [], list(frame.columns), *frame.astype(object).to_numpy().tolist()]


def as_xlsx(frame, path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Notes of the export"])
    sheet = book.create_sheet("Data")
    for row in titled(frame):
        sheet.append([None if pd.isna(cell) else str(cell) for cell in row])
    book.save(path)


def as_ods(frame, path):
    write_ods(path, [[None if pd.isna(cell) else str(cell) for cell in row] for row in titled(frame)])


def as_utf16(frame, path):
    path.write_text(frame.to_csv(index=False, sep="\t"), encoding="utf-16")


def as_windows_text(frame, path):
    text = "Café, all areas\r\n" + frame.to_csv(index=False, sep=";").replace("\n", "\r\n")
    path.write_bytes(text.encode("cp1252", "replace"))


def as_parquet(frame, path):
    frame.astype(str).to_parquet(path)


def as_database(frame, path):
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA synchronous = OFF")
        frame.astype(str).to_sql("export", base)
    base.close()


FORMS = {
    "export.xlsx": as_xlsx,
    "export.ods": as_ods,
    "export.txt": as_utf16,
    "export.csv": as_windows_text,
    "export.parquet": as_parquet,
    "export.gpkg": as_database,
}


@pytest.mark.parametrize("name", FORMS)
def test_every_demonstration_input_is_known_in_every_form(name, inputs, tmp_path):
    missed = []
    for one, frame in inputs.items():
        path = tmp_path / f"{one}-{name}"
        FORMS[name](frame, path)
        standing = of_file(path)
        if not (standing.is_demonstration and standing.mark and standing.folder is None and not standing.is_generated):
            missed.append(one)
    assert missed == list(WITHOUT_A_PLACE)


@pytest.mark.parametrize("name", WITHOUT_A_PLACE)
def test_an_input_that_can_carry_no_mark_is_never_read_without_one_that_does(name):
    stages = [one for one in registry.stages().values() if name in (*one.inputs, *one.optional)]
    assert stages
    assert all(WITHOUT_A_PLACE[name] & set(one.inputs) for one in stages)


@pytest.mark.parametrize("name", ["workshops", "funding", "effort_log", "interviews"])
def test_other_seeds_and_the_null_variant_are_known(name, tmp_path):
    for world in (World(seed=7), World(seed=8, is_null=True)):
        path = tmp_path / "export.csv"
        world.frame(name).to_csv(path, index=False)
        assert of_file(path).is_demonstration


REAL = {
    "words": "activity,venue\nCookery demonstration,Demo Suite\nDEMO,Demonstration kitchen\n",
    "codes near the marks": "id,ref,area\nDEMO001,D00001,E00027001\nDEMO-A,XDEMO-A01,demo_ward\nDEMO-A1,DEMO-A01b,x\n",
    "a few of no fixed address": "postcode\n" + "ZZ99 3VZ\n" * 30 + "OL1 1AA\n" * 40,
    "pseudo-postcodes alone, few": "postcode\n" + "ZZ99 3VZ\n" * 19,
    "empty": "",
}


@pytest.mark.parametrize("case", REAL)
def test_real_files_are_not_taken_for_demonstration(case, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(REAL[case])
    assert (mark_of(path), of_file(path)) == ("", SUPPLIED)


def test_files_that_cannot_be_read_carry_no_mark(tmp_path):
    for name in ("broken.parquet", "broken.xlsx"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 broken")
        assert mark_of(tmp_path / name) == ""
    assert mark_of(tmp_path / "absent.csv") == ""


def test_a_copy_beside_its_truth_file_keeps_it_and_an_edit_is_seen(tmp_path):
    shutil.copy(DEMO / "truth.csv", tmp_path)
    path = tmp_path / "own.csv"
    path.write_text("id\nDEMO-V0001\n")
    assert of_file(path).folder == tmp_path
    path.write_text("id\nV0001\nV0002\n")
    assert of_file(path) == SUPPLIED


def test_a_mark_over_the_edge_of_a_block_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("insight.sources.marks.BLOCK", 8)
    path = tmp_path / "own.csv"
    path.write_text("abcde,DEMO-V0001\n")
    assert mark_of(path) == "DEMO-V0001"
