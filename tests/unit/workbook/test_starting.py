"""Laying a council out, and bringing it up to date after the project grew: added is said, nothing is overwritten."""

import re
import shutil

import pytest
import yaml

from insight import paths
from insight.errors import ParamsError
from insight.workbook import starting, updating

REAL = paths.root()


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A clone without data."""
    (tmp_path / "data" / "reference").mkdir(parents=True)
    (tmp_path / "params").mkdir()
    (tmp_path / "pyproject.toml").touch()
    shutil.copy(REAL / "data" / "reference" / starting.DISTRICTS, tmp_path / "data" / "reference")
    shutil.copy(REAL / "params" / "wigan.yml", tmp_path / "params")
    monkeypatch.setenv("INSIGHT_ROOT", str(tmp_path))
    return tmp_path


@pytest.fixture
def laid(root):
    """A council laid out by an earlier release, with its own edits: fewer inputs, settings and a template less."""
    starting.start("Bury")
    params, folder = root / "params" / "bury.yml", root / "data" / "bury"
    text = params.read_text(encoding="utf-8")
    text = text.replace("births: not_supplied # data/bury/births.csv", "births: data/bury/mine.csv # my own")
    text = re.sub(r"(?m)^  (deaths|effort_log|roster_library):.*\n", "", text)
    text = re.sub(r"(?m)^    (seed: 9|least_skills: 2|marked_ward: .*)\n", "", text)
    text = re.sub(r"(?ms)^  values_modes:\n.*?(?=^  social_networks)", "", text)
    params.write_text("# our own remark\n" + text, encoding="utf-8")
    (folder / "templates" / "deaths.csv").unlink()
    short = folder / "templates" / "births.csv"
    short.write_text(short.read_text(encoding="utf-8").replace("month", "period"), encoding="utf-8")
    for name in ("README.md", "sharing.yml"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(one for one in lines if "roster_library" not in one), encoding="utf-8")
    return root


def everything(root):
    return {path: path.read_text(encoding="utf-8") for path in root.rglob("*") if path.is_file()}


def test_an_update_adds_what_is_missing_and_overwrites_nothing(laid):
    before = everything(laid)
    added = starting.update("Bury")
    after = everything(laid)
    text, params = after[laid / "params" / "bury.yml"], laid / "params" / "bury.yml"
    held, fresh = yaml.safe_load(text), yaml.safe_load(starting.params_text("Bury", "bury", "E08000002"))
    assert held["inputs"] == {**fresh["inputs"], "births": "data/bury/mine.csv"}
    assert held["stages"] == fresh["stages"]
    assert [line for line in before[params].splitlines() if line not in text.splitlines()] == []
    assert "deaths: not_supplied # data/bury/deaths.csv" in text
    for name in ("README.md", "sharing.yml"):
        assert after[laid / "data" / "bury" / name].startswith(before[laid / "data" / "bury" / name].rstrip("\n"))
        assert "roster_library" in after[laid / "data" / "bury" / name]
    assert added.written == [laid / "data" / "bury" / "templates" / "deaths.csv"]
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert changed == {"bury.yml", "README.md", "sharing.yml", "deaths.csv"}
    said = "\n".join(added.said)
    for words in (
        "inputs.deaths added, not supplied",
        "stages.values_modes added",
        "stages.synthesis.seed added, set as in the case study: review it",
        "README.md: 3 lines added",
        "sharing.yml",
        "births.csv: now also month; no longer period. It stays",
    ):
        assert words in said, words


def test_a_second_update_has_nothing_to_add_but_what_a_person_must_do(laid):
    starting.update("Bury")
    before = everything(laid)
    again = starting.update("bury")
    assert (again.written, len(again.said)) == ([], 1)
    assert everything(laid) == before


def test_laying_out_again_is_refused_with_the_fix(root):
    written, _ = starting.start("Bury")
    assert root / "params" / "bury.yml" in written
    with pytest.raises(ParamsError, match="insight init bury --update"):
        starting.start("bury")


def test_a_fresh_council_needs_no_update(root):
    starting.start("Bury")
    assert starting.update("Bury") == updating.Added()


@pytest.mark.parametrize(
    "old",
    [
        "inputs: {births: x}\nstages: {}\n",
        "council: {}\n",
        "inputs:\n  births: x\nstages:\n",
        "inputs:\n  births: x\n",
    ],
)
def test_params_in_another_layout_are_refused_whole(old):
    model = "inputs:\n  births: not_supplied\n  deaths: not_supplied\ndisclosure:\n  x: 5\nstages:\n  a:\n    b: 1\n"
    with pytest.raises(ParamsError, match="Fix: add by hand"):
        updating.params_with_new(old, model, file="params/x.yml")


def test_settings_of_several_lines_and_their_comments_come_whole():
    model = (
        "inputs:\n  births: not_supplied\ndisclosure:\n  policy: x\n\nstages:\n  a:\n    one: 1\n"
        "    # why\n    rows:\n      - {x: 1}\n      # and\n      - {x: 2}\n  b:\n    c: [1,\n      2]\n"
    )
    old = "inputs:\n  births: y # mine\n\ndisclosure:\n  policy: z\nstages:\n  # own words\n  a:\n    one: 5\n"
    made, names = updating.params_with_new(old, model, file="x")
    assert names == ["stages.b", "stages.a.rows"]
    assert (
        made == old + "    # why\n    rows:\n      - {x: 1}\n      # and\n      - {x: 2}\n  b:\n    c: [1,\n      2]\n"
    )
