"""A new council begins: templates left as they are, and a council outside the ten (the whole way: tests/real_data)."""

import json
import shutil

import pytest
import yaml

from commands import insight
from insight import paths

pytestmark = pytest.mark.end_to_end
ROOT = paths.root()


def bare_root(folder):
    """A root as another council clones it: no data but references and the publication, no params but two."""
    for name in ("notebooks", "data/reference", "data/published"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "params").mkdir()
    for name in ("pyproject.toml", "requirements.lock", "params/wigan.yml", "params/oldham.yml"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


def test_a_template_that_is_left_as_it_is_is_refused(tmp_path):
    root = bare_root(tmp_path / "root")
    done = insight("init", "Bury", build=tmp_path / "build", INSIGHT_ROOT=str(root))
    assert done.returncode == 0, done.stderr
    params = root / "params" / "bury.yml"
    text = params.read_text(encoding="utf-8")
    params.write_text(
        text.replace("births: not_supplied #", "births: data/bury/templates/births.csv #"), encoding="utf-8"
    )
    done = insight("check", params, "--json", build=tmp_path / "build", INSIGHT_ROOT=str(root))
    assert done.returncode == 4
    (births,) = [one for one in json.loads(done.stdout) if one["name"] == "births"]
    assert [(one["row"], "template" in one["rule"]) for one in births["problems"]] == [(2, True), (3, True)]
    again = insight("init", "Bury", build=tmp_path / "build", INSIGHT_ROOT=str(root))
    assert again.returncode == 2
    assert "insight init bury --update" in again.stderr
    again = insight("init", "bury", "--update", build=tmp_path / "build", INSIGHT_ROOT=str(root))
    assert again.stdout == "nothing to add: params/bury.yml and data/bury are up to date\n"
    assert "births: data/bury/templates/births.csv" in params.read_text(encoding="utf-8")


def test_a_council_outside_the_ten_gives_its_code(tmp_path):
    root = bare_root(tmp_path / "root")
    done = insight("init", "Blackburn with Darwen", build=tmp_path / "b", INSIGHT_ROOT=str(root))
    assert done.returncode == 2
    assert "--lad-code" in done.stderr
    done = insight(
        "init", "Blackburn with Darwen", "--lad-code", "E06000008", build=tmp_path / "b", INSIGHT_ROOT=str(root)
    )
    assert done.returncode == 0, done.stderr
    made = yaml.safe_load((root / "params" / "blackburn_with_darwen.yml").read_text(encoding="utf-8"))
    assert made["council"] == {
        "name": "Blackburn with Darwen",
        "slug": "blackburn_with_darwen",
        "lad_code": "E06000008",
    }
