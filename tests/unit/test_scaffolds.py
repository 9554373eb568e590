"""Scaffolds: names that are taken or none, folders that are there, and a notebook in normal form."""

import json
from types import SimpleNamespace

import pytest

from insight.errors import ParamsError
from insight.scaffolds import making
from insight.workbook import registry, tidying


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("outcomes", "stage `outcomes` exists"),
        ("Housing Moves", "small letters, digits and _ wanted"),
        ("class", "small letters, digits and _ wanted"),
    ],
)
def test_names_that_are_taken_or_none_are_refused(tmp_path, name, words):
    with pytest.raises(ParamsError, match=words):
        making.new_stage(name, folder=tmp_path / "own")
    assert not (tmp_path / "own").exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "own").mkdir()
    with pytest.raises(ParamsError, match="is there already"):
        making.new_stage("moves", folder=tmp_path / "own")
    assert list((tmp_path / "own").iterdir()) == []


def test_the_notebook_comes_in_normal_form_and_holds_what_its_check_prints(tmp_path):
    folder = making.new_stage("moves", folder=tmp_path / "own")
    (file,) = (folder / "src" / "insight_moves").glob("*.ipynb")
    text = file.read_text(encoding="utf-8")
    assert tidying.tidied(text) == text
    stored = [cell for cell in json.loads(text)["cells"] if tidying.CHECKED in cell["metadata"].get("tags", [])]
    assert [output["text"] for cell in stored for output in cell["outputs"]] == [
        ["This council has no ledger of printed figures; nothing to check.\n"]
    ]


def test_tidy_brings_the_notebook_of_an_own_stage_into_normal_form(tmp_path, monkeypatch):
    folder = making.new_stage("moves", folder=tmp_path / "own")
    (file,) = (folder / "src" / "insight_moves").glob("*.ipynb")
    wanted = file.read_text(encoding="utf-8")
    file.write_text(json.dumps(json.loads(wanted)), encoding="utf-8")
    own = SimpleNamespace(folder=file.parent, source=file)
    monkeypatch.setattr(registry, "stages", lambda: {"moves": own})
    assert tidying.tidy(is_check=True) == [file]
    assert tidying.tidy() == [file]
    assert file.read_text(encoding="utf-8") == wanted
