"""Extending the workbook as a council does: a stage of its own outside the project, an indicator as rows to fill."""

import csv
import os
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml

import projects
from commands import insight
from insight import paths
from insight.sources.standing import LABEL

pytestmark = pytest.mark.end_to_end
OLDHAM = paths.root() / "params" / "oldham.yml"


def installed(package, folder):
    """What an installer leaves of a package: its modules on the path, and metadata with its entry points."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
    ]
    (about / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return os.pathsep.join([str(folder), str(package / "src")])


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """What the command writes, made once."""
    base = tmp_path_factory.mktemp("typed")
    done = insight("new", "stage", "housing_moves", "--title", "Housing moves", "--out", base / "own", build=base)
    assert done.returncode == 0, done.stderr
    return base / "own"


@pytest.fixture
def scaffolded(typed, tmp_path):
    package = shutil.copytree(typed, tmp_path / "own")
    return package, installed(package, tmp_path / "site")


def with_section(tmp_path, package):
    """Oldham's params with absolute paths and the section of the new stage."""
    raw = yaml.safe_load(OLDHAM.read_text(encoding="utf-8"))
    raw["inputs"] = {name: str(paths.root() / value) for name, value in raw["inputs"].items()}
    raw["stages"] |= yaml.safe_load((package / "params-section.yml").read_text(encoding="utf-8"))
    file = tmp_path / "params.yml"
    file.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    return file


def test_a_scaffolded_stage_runs_is_reported_and_its_own_test_passes(build, tmp_path, scaffolded):
    package, path = scaffolded
    params = with_section(tmp_path, package)
    done = insight("run", params, "--stage", "housing_moves", build=build, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    with (build / "oldham" / "housing_moves" / "tables" / "wards.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 10
    assert all(float(row["lower"]) < float(row["share"]) < float(row["upper"]) for row in rows if not row["status"])
    page = (build / "oldham" / "report" / "housing_moves.html").read_text()
    assert "Residents under five: from" in page
    assert LABEL in page
    assert "10 of 10 stages have results" in (build / "oldham" / "report" / "index.html").read_text()
    again = insight("why", params, "housing_moves", build=build, PYTHONPATH=path)
    assert again.stdout.strip() == "housing_moves: skip (up to date)"
    code = package / "src" / "insight_housing_moves" / "analysis.py"
    code.write_text(code.read_text().replace("Return the share", "Return a share").replace('"share"', '"part"'))
    assert "package changed" in insight("why", params, "housing_moves", build=build, PYTHONPATH=path).stdout
    untouched = insight("status", OLDHAM, "--json", build=build, PYTHONPATH=path)
    assert "housing_moves" not in untouched.stdout


def test_the_scaffolds_own_tests_and_its_stored_check_pass(scaffolded, tmp_path):
    package, path = scaffolded
    environment = {**os.environ, "PYTHONPATH": path, "INSIGHT_BUILD": str(tmp_path / "build")}
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "insight.nbguard")
    nbval = ("--nbval-lax", "--nbval-current-env", "src/insight_housing_moves")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests", *nbval],
        capture_output=True,
        text=True,
        check=False,
        cwd=package,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # two tests, and every code cell of the notebook
    assert "12 passed" in done.stdout


def test_a_stage_that_cannot_be_loaded_is_told_with_its_package(tmp_path, scaffolded):
    package, path = scaffolded
    (package / "src" / "insight_housing_moves" / "declaration.py").write_text("raise RuntimeError('half written')\n")
    done = insight("status", OLDHAM, build=tmp_path, PYTHONPATH=path)
    assert done.returncode == 1
    assert "stage housing_moves (insight_housing_moves:DECLARATION) cannot be loaded: half written" in done.stderr


INDICATOR = (
    *("--label", "Free school meals", "--definition", "Pupils eligible, of all pupils", "--polarity", "lower_better"),
    *("--unit", "share", "--source", "School census", "--licence", "Open Government Licence v3.0"),
)


def test_a_new_indicator_is_a_row_of_the_councils_catalogue_and_an_empty_file(tmp_path):
    root = projects.project(tmp_path / "project")
    (root / "data").unlink()
    (root / "data").mkdir()
    for name in ("published", "reference", "demo"):
        (root / "data" / name).symlink_to(paths.root() / "data" / name)
    wigan = root / "params" / "wigan.yml"

    def call(*more):
        return insight("new", "indicator", wigan, *more, build=tmp_path, INSIGHT_ROOT=str(root))

    refused = call("free_meals", "--theme", "weather", *INDICATOR)
    assert refused.returncode == 2
    assert "theme `weather`: one of" in refused.stderr
    done = call("free_meals", "--theme", "incomes", *INDICATOR)
    assert done.returncode == 0, done.stderr
    with (root / "data" / "wigan" / "indicator_catalogue.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["indicator"], row["label"], row["verified"]) for row in rows] == [
        ("free_meals", "Free school meals", "no")
    ]
    assert (root / "data" / "wigan" / "indicator-free_meals.csv").read_text().startswith("theme,indicator,area,")
    assert call("free_meals", "--theme", "incomes", *INDICATOR).returncode == 2
