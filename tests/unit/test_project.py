"""Promises that the project's own files make to each other."""

import ast
import csv
import hashlib
import json
import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from insight import paths

ROOT = paths.root()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]


def pins(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, flags=re.MULTILINE):
        found.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_were_made_from_the_present_dependency_list(lock):
    seal = hashlib.sha256(repr([CORE, EXTRAS, GROUPS]).encode()).hexdigest()
    assert f"# dependencies sha256: {seal}" in (ROOT / lock).read_text(encoding="utf-8").splitlines()[1]


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [("requirements.lock", CORE), ("requirements-dev.lock", [*CORE, *EXTRAS["lab"], *GROUPS["dev"]])],
)
def test_each_direct_dependency_is_pinned_inside_its_range(lock, wanted):
    found = pins(lock)
    for text in wanted:
        need = Requirement(text)
        versions = found[need.name.lower().replace("_", "-")]
        assert all(need.specifier.contains(Version(version)) for version in versions), text


def test_shared_pins_of_both_locks_agree():
    core, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert core.items() <= dev.items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_hold_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert len(re.findall(r"--hash=sha256:", text)) >= len(pins(lock))


def test_environment_file_holds_python_pip_and_the_dev_lock():
    import yaml

    text = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert text["dependencies"] == ["python=3.11", "pip", {"pip": ["-r requirements-dev.lock"]}]


RUN = "python3 -m pip install nox && python3 -m nox -s run"
TESTS = "python3 -m pip install nox && python3 -m nox -s tests"


def test_readme_gives_the_commands_and_ci_types_the_same():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\n{RUN}\n" in readme
    assert f"\n{TESTS}\n" in readme
    assert "python3 -m venv .venv && . .venv/bin/activate" in readme
    assert TESTS in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_sessions_are_those_that_are_promised():
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    assert {"run", "tests", "figures", "lab", "lint", "lock", "bench"} <= sessions


def test_reference_pages_are_current():
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "make_reference.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_reference_file_states_source_and_licence():
    """Each row of a benchmark names its source and licence; LICENSE-DATA.md points there."""
    assert "other files of `data/reference/`" in (ROOT / "LICENSE-DATA.md").read_text(encoding="utf-8")
    for file in sorted((ROOT / "data" / "reference").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                assert row["source"], file.name
                assert row["licence"], file.name


TEXT_ENDINGS = {".py", ".md", ".yml", ".csv", ".toml", ".ipynb", ".json", ".j2", ".css", ".html"}


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


@pytest.mark.real_data
def test_no_ten_words_of_the_publication_stand_anywhere():
    print_text = ROOT.parent / "shared" / "case-study" / "oldham-case-study.txt"
    if not print_text.exists():
        pytest.skip("the publication's text is not beside the project")
    printed = words(print_text.read_text(encoding="utf-8"))
    runs = {tuple(printed[at : at + 10]) for at in range(len(printed) - 9)}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in listed:
        file = ROOT / name
        if file.suffix not in TEXT_ENDINGS or not file.exists() or file.stat().st_size > 3_000_000:
            continue
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        own = words(text)
        for at in range(len(own) - 9):
            assert tuple(own[at : at + 10]) not in runs, f"{name}: {' '.join(own[at : at + 10])}"
