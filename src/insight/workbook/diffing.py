"""What differs between two builds: params, inputs, figures, findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from insight import paths
from insight.errors import NotSuppliedError
from insight.stages.base import FIGURES_FILE, FINDINGS_FILE
from insight.workbook import record

Difference = dict[str, Any]


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for key, inner in value.items():
            found |= _flat(inner, f"{prefix}.{key}" if prefix else str(key))
        return found
    return {prefix: value}


def _rows(folder: Path, name: str, column: str) -> dict[str, Any]:
    file = folder / name
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return {row["id"]: row[column] for row in rows}


def _facts(folder: Path) -> dict[str, dict[str, Any]]:
    file = folder / record.RUN_FILE
    if not file.exists():
        raise NotSuppliedError(f"{paths.shown(folder)} holds no run. Fix: name a folder such as build/oldham")
    known = record.parse(file)
    inputs = {
        f"{stage}.{name}": given["sha256"] for stage, one in known.stages.items() for name, given in one.inputs.items()
    }
    return {
        "params": _flat(known.params),
        "inputs": inputs,
        "packages": dict(known.about.get("packages", {})),
        "figures": _rows(folder, FIGURES_FILE, "computed"),
        "verdicts": _rows(folder, FIGURES_FILE, "verdict"),
        "findings": _rows(folder, FINDINGS_FILE, "outcome"),
    }


def compare(first: Path, second: Path) -> list[Difference]:
    """Return every difference between two build folders: part, key, first, second.

    Raises:
        NotSuppliedError: a folder without a run.
    """
    left, right = _facts(first), _facts(second)
    found = []
    for part in left:
        for key in sorted(left[part].keys() | right[part].keys()):
            before, after = left[part].get(key), right[part].get(key)
            if before != after:
                found.append({"part": part, "key": key, "first": before, "second": after})
    return found
