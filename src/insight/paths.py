"""Where things are. The only module that turns names into absolute paths.

Papermill runs a notebook in its caller's folder, nbval and JupyterLab in the notebook's own: no relative path suits all
three, so notebooks ask here.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from insight.errors import InsightError

ROOT_VARIABLE = "INSIGHT_ROOT"
PARAMS_VARIABLE = "INSIGHT_PARAMS"
BUILD_VARIABLE = "INSIGHT_BUILD"
READING_VARIABLE = "INSIGHT_READING"
"""File into which a run writes what was changed on reading its inputs."""


@cache
def _root_above(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        project = folder / "pyproject.toml"
        if project.exists() and (folder / "src" / "insight").is_dir():
            return folder
    return None


def root() -> Path:
    """Return the project's root folder.

    ``INSIGHT_ROOT`` wins; else the nearest folder that holds the project, above the working folder or this file.

    Raises:
        InsightError: when no project is found.
    """
    if named := os.environ.get(ROOT_VARIABLE):
        return Path(named).resolve()
    found = _root_above(Path.cwd().resolve()) or _root_above(Path(__file__).resolve())
    if found is None:
        raise InsightError(
            f"no insight project at or above {Path.cwd()}. "
            f"Fix: run inside the clone, or set {ROOT_VARIABLE} to its folder"
        )
    return found


def params_file(council: str) -> Path:
    """Return the params file of a council: the one the runner named, else ``params/<council>.yml``."""
    if named := os.environ.get(PARAMS_VARIABLE):
        return Path(named).resolve()
    return root() / "params" / f"{council}.yml"


def build_root() -> Path:
    """Return the folder under which all results are written (``INSIGHT_BUILD`` moves it)."""
    if named := os.environ.get(BUILD_VARIABLE):
        return Path(named).resolve()
    return root() / "build"


def build_dir(council: str) -> Path:
    """Return ``build/<council>``."""
    return build_root() / council


def stage_dir(council: str, stage: str) -> Path:
    """Return ``build/<council>/<stage>``."""
    return build_dir(council) / stage


def published_dir(ledger: str) -> Path:
    """Return the folder of a publication's ledger, ``data/published/<ledger>``."""
    return root() / "data" / "published" / ledger


def reference(name: str) -> Path:
    """Return a file of ``data/reference``: benchmarks, schedules, geography under open licences."""
    return root() / "data" / "reference" / name


def notebooks() -> Path:
    """Return the folder of the source notebooks."""
    return root() / "notebooks"


def shown(path: Path) -> str:
    """Return a path as users should read it: relative to the project or the working folder, with forward slashes."""
    for base in (root(), Path.cwd()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()
