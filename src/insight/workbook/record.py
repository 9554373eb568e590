"""The record of a council's run, ``build/<council>/run.json``: what ran, on what, with what, and what it left."""

from __future__ import annotations

import json
import platform
import subprocess
import tomllib
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from re import match
from typing import Any, Literal

from insight import atomic, paths
from insight.errors import InsightError
from insight.params import LoadedParams
from insight.sources.standing import file_digest

RUN_FILE = "run.json"
FORMAT = 1
Status = Literal["done", "failed", "not_supplied"]


@dataclass(kw_only=True)
class StageRecord:
    """What is known of one stage's last run."""

    status: Status
    why: str
    started: str = ""
    seconds: float = 0.0
    cells: dict[str, float] = field(default_factory=dict)
    """Seconds by cell id."""
    facts: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: str = ""


@dataclass(kw_only=True)
class RunRecord:
    """All that is known of a council's last run."""

    council: str
    params_file: str
    params_sha256: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    stages: dict[str, StageRecord] = field(default_factory=dict)
    report: str = ""
    """Digest of what the report was built from."""
    format: int = FORMAT


def file_of(council: str) -> Path:
    """Return where a council's record is."""
    return paths.build_dir(council) / RUN_FILE


def parse(path: Path) -> RunRecord:
    """Read a record.

    Raises:
        InsightError: the file is not a record, or of another format.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        stages = {name: StageRecord(**stage) for name, stage in raw.pop("stages").items()}
        found = RunRecord(**raw, stages=stages)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InsightError(f"{paths.shown(path)} is no record of a run. Fix: delete it and run again") from None
    if found.format != FORMAT:
        raise InsightError(f"{paths.shown(path)} has another format. Fix: delete it and run again")
    return found


def read(loaded: LoadedParams) -> RunRecord:
    """Return a council's record, an empty one where it never ran."""
    file = file_of(loaded.council.slug)
    if file.exists():
        return parse(file)
    return RunRecord(council=loaded.council.slug, params_file=paths.shown(loaded.path))


def write(record: RunRecord) -> None:
    """Write a council's record, atomically."""
    atomic.write_json(file_of(record.council), asdict(record))


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *arguments],  # noqa: S607 - git as the user has it
            cwd=paths.root(),
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _packages() -> dict[str, str]:
    project = tomllib.loads((paths.root() / "pyproject.toml").read_text(encoding="utf-8"))
    names = [match(r"[A-Za-z0-9_.-]+", text)[0] for text in project["project"]["dependencies"]]  # type: ignore[index]
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def describe(record: RunRecord, loaded: LoadedParams) -> None:
    """Fill in what the run was made with: params, code revision, Python, packages."""
    state = _git("status", "--porcelain")
    record.params_file = paths.shown(loaded.path)
    record.params_sha256 = file_digest(loaded.path)
    record.params = {
        "council": loaded.council.model_dump(),
        "inputs": dict(loaded.inputs),
        "disclosure": loaded.disclosure.model_dump(),
        "stages": {name: dict(values) for name, values in loaded.stages.items()},
    }
    record.about = {
        "git_revision": _git("rev-parse", "HEAD"),
        "git_dirty": None if state is None else bool(state),
        "python": platform.python_version(),
        "system": platform.system(),
        "packages": _packages(),
    }
