"""The guard bites: a printed value is altered in a copy, and nbval and ``insight figures`` both say so."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest

from commands import insight
from insight import paths

pytestmark = pytest.mark.end_to_end
FIGURE = "governance.steering_group.meetings_per_year"
STAGE = "synthesis"
NOTEBOOK = "09_synthesis.ipynb"


@pytest.fixture
def copy(tmp_path):
    """A copy of the project's data, params and notebooks, with one printed value altered."""
    root = tmp_path / "project"
    for part in ("data/published", "data/reference", "data/demo", "params", "notebooks"):
        shutil.copytree(paths.root() / part, root / part)
    for part in ("pyproject.toml", "requirements.lock"):
        shutil.copy2(paths.root() / part, root / part)
    return root


def alter(root):
    file = root / "data" / "published" / "oldham" / "figures.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    (row,) = [one for one in rows if one["id"] == FIGURE]
    row["value"] = str(int(row["value"]) + 1)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def nbval(root, build):
    command = [sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", "-p", "insight.nbguard", "--nbval-lax"]
    environment = {**os.environ, "INSIGHT_ROOT": str(root), "INSIGHT_BUILD": str(build)}
    return subprocess.run(
        [*command, "--nbval-current-env", str(root / "notebooks" / NOTEBOOK)],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env=environment,
    )


def test_nbval_passes_as_printed_and_fails_once_altered(copy, tmp_path):
    assert nbval(copy, tmp_path / "first").returncode == 0
    alter(copy)
    done = nbval(copy, tmp_path / "second")
    assert done.returncode == 1
    assert f"{FIGURE}  published 5" in done.stdout


def test_nbval_refuses_a_check_cell_that_stores_nothing(copy, tmp_path):
    file = copy / "notebooks" / NOTEBOOK
    notebook = json.loads(file.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    file.write_text(json.dumps(notebook), encoding="utf-8")
    done = nbval(copy, tmp_path / "build")
    assert done.returncode == 1
    assert "stores no printed text" in done.stdout


def test_insight_figures_says_that_it_differs(copy, build):
    alter(copy)
    root = {"INSIGHT_ROOT": str(copy)}
    ran = insight("run", copy / "params" / "oldham.yml", "--stage", STAGE, "--no-report", build=build, **root)
    assert ran.returncode == 0, ran.stderr
    assert "differ" in ran.stderr
    done = insight("figures", copy / "params" / "oldham.yml", "--json", build=build, **root)
    assert done.returncode == 3
    (row,) = [one for one in json.loads(done.stdout) if one["id"] == FIGURE]
    assert (row["verdict"], row["published"]) == ("differs", "5")
