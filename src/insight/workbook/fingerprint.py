"""What a stage's results hang on, as facts that can be compared one by one, and why a stage must run.

Outputs, prose and comments do not count; inputs, parameters, code cells, the package's syntax trees, the lock and
Python's minor version do. A fact is a short text, so that the first difference can be told in words.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from insight import atomic, paths
from insight.errors import InsightError, ParamsError
from insight.params import LoadedParams
from insight.published import ledger
from insight.published.replication import needed_files
from insight.sources.mapping.model import file_of
from insight.sources.mapping.model import read as read_mapping
from insight.sources.standing import MANIFEST, TRUTH, file_digest
from insight.stages.base import Declaration

Facts = dict[str, str]
BESIDE_RESULTS = {
    "cli",
    "nbguard.py",
    "councils",
    "demo",
    "release",
    "report",
    "scaffolds",
    "workbook",
}
"""Parts of the package that no stage's result hangs on."""


def digest(value: Any) -> str:
    """Return a short digest of plain values."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return sha256(text.encode()).hexdigest()[:16]


def notebook_digest(path: Path) -> str:
    """Return a digest of a notebook's code cells and their tags.

    Raises:
        InsightError: the notebook is not there or not a notebook.
    """
    if not path.exists():
        raise InsightError(f"{paths.shown(path)} is not there. Fix: restore it from version control")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return digest(
        [
            ("".join(cell["source"]), sorted(cell["metadata"].get("tags", [])))
            for cell in cells
            if cell["cell_type"] == "code"
        ]
    )


TREES = Path(__file__).parent / "__pycache__" / "trees.json"
"""Digests of syntax trees by content of the file, kept beside Python's bytecode: parsing is most of an idle run."""


@cache
def _known_trees() -> dict[str, str]:
    try:
        return dict(json.loads(TREES.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _keep_trees() -> None:
    if not sys.dont_write_bytecode:
        with suppress(OSError):
            atomic.write_json(TREES, _known_trees())


@cache
def _tree(path: Path) -> str:
    content = f"{sys.version_info.major}.{sys.version_info.minor} {file_digest(path)}"
    known = _known_trees()
    if content not in known:
        text = path.read_text(encoding="utf-8")
        known[content] = sha256(ast.dump(ast.parse(text)).encode()).hexdigest()[:16]
    return known[content]


def package_files(stage: str) -> list[Path]:
    """Return the package's files that a stage's results may hang on."""
    root = Path(__file__).parent.parent
    found = []
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix not in {".py", ".js", ".css"} or parts[0] in BESIDE_RESULTS:
            continue
        if parts[0] == "stages" and parts[1] not in {stage, "__init__.py", "base.py"}:
            continue
        found.append(path)
    return found


def package_digest(stage: str, folder: Path | None = None) -> str:
    """Return a digest of the package as syntax trees, so that comments and layout do not count.

    ``folder`` holds the code of a stage outside this package, which counts too.
    """
    files = package_files(stage) + (sorted(folder.rglob("*.py")) if folder is not None else [])
    before = len(_known_trees())
    found = digest([(path.name, _tree(path) if path.suffix == ".py" else file_digest(path)) for path in files])
    if len(_known_trees()) > before:
        _keep_trees()
    return found


def _folder(folder: Path) -> str:
    files = sorted(path for path in folder.glob("*") if path.is_file())
    return digest([(path.name, file_digest(path)) for path in files])


def _input(path: Path) -> str:
    if not path.is_file():
        return "absent"
    beside = [path.parent / name for name in (MANIFEST, TRUTH)]
    return digest([file_digest(path), *(file_digest(extra) for extra in beside if extra.exists())])


def _mapping(loaded: LoadedParams, name: str) -> Facts:
    """Return what an input's mapping adds: its text, and the tables that values are joined from."""
    file = file_of(loaded, name)
    if not file.exists():
        return {}
    found = {f"mapping {name}": file_digest(file)[:16]}
    # a mapping that cannot be read is told when the stage loads it
    with suppress(ParamsError):
        for joined in read_mapping(file).joined_files():
            path = paths.root() / joined
            found[f"table {joined} of mapping {name}"] = file_digest(path)[:16] if path.exists() else "absent"
    return found


def facts_of(stage: Declaration, loaded: LoadedParams, upstream: Mapping[str, str]) -> Facts:
    """Return every fact that a stage's results hang on.

    Args:
        stage: the stage's declaration.
        loaded: the council's params.
        upstream: digest of what each needed stage left.
    """
    found: Facts = {
        "notebook": notebook_digest(stage.source),
        "package": package_digest(stage.name, stage.folder),
        "lock": file_digest(paths.root() / "requirements.lock")[:16],
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "ledger": _folder(paths.published_dir(loaded.ledger)),
        "council": digest(loaded.council.model_dump()),
        "disclosure": digest(loaded.disclosure.model_dump()),
    }
    for key, value in loaded.stages[stage.name].items():
        found[f"param {key}"] = digest(value)
    for name in (*stage.inputs, *stage.optional):
        path = loaded.input_path(name)
        found[f"input {name}"] = "not supplied" if path is None else _input(path)
        if path is not None:
            found |= _mapping(loaded, name)
    for path in needed_files(ledger.load(loaded.ledger), stage.name, loaded.council):
        found[f"open data {path.name}"] = file_digest(path)[:16]
    for name in stage.references:
        path = paths.reference(name)
        found[f"reference {name}"] = _folder(path) if path.is_dir() else file_digest(path)[:16]
    return found | {f"upstream {name}": upstream.get(name, "nothing") for name in stage.needs}


def first_difference(now: Facts, then: Mapping[str, str]) -> str | None:
    """Return the first fact that differs, in words; ``None`` where all agree."""
    for key in sorted(now.keys() | then.keys()):
        if key not in then:
            return f"{key} is new"
        if key not in now:
            return f"{key} is gone"
        if now[key] != then[key]:
            return f"{key} changed"
    return None


def changed_output(folder: Path, outputs: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return what is wrong with the files that a stage left, in words; ``None`` where all are as recorded."""
    for name, known in outputs.items():
        path = folder / name
        if not path.exists():
            return f"{name} is missing"
        if file_digest(path) != known["sha256"]:
            return f"{name} was edited after the run"
    return None


def outputs_digest(outputs: Iterable[tuple[str, str]]) -> str:
    """Return one digest of a stage's outputs, as later stages see them; the notebook itself does not count."""
    return digest(sorted((name, value) for name, value in outputs if not name.endswith(".ipynb")))
