"""One normal form for the source notebooks, so that a diff shows code, prose and figure lines and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from insight import atomic, paths
from insight.workbook import registry

CHECKED = "nbval-check-output"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _outputs(cell: dict[str, Any], count: int) -> list[dict[str, Any]]:
    if CHECKED not in cell["metadata"].get("tags", []):
        return []
    kept = []
    for output in cell.get("outputs", []):
        if output.get("output_type") == "execute_result":
            output = {**output, "execution_count": count}  # noqa: PLW2901 - a corrected copy
        kept.append(output)
    return kept


def _cell(cell: dict[str, Any], place: int, count: int) -> dict[str, Any]:
    tags = sorted(cell["metadata"].get("tags", []))
    source = "".join(cell["source"]).rstrip("\n")
    tidy: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        "id": cell.get("id") or f"cell-{place}",
        "metadata": {"tags": tags} if tags else {},
        "source": source.splitlines(keepends=True),
    }
    if cell["cell_type"] == "code":
        tidy |= {"execution_count": count, "outputs": _outputs(cell, count)}
    return tidy


def tidied(text: str) -> str:
    """Return a notebook in normal form: outputs in check cells only, counts from 1, known kernel, stable order."""
    raw = json.loads(text)
    cells, count = [], 0
    for place, cell in enumerate(raw["cells"], start=1):
        count += cell["cell_type"] == "code"
        cells.append(_cell(cell, place, count))
    notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return re.sub(r"[ \t]+\n", "\n", json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)) + "\n"


def sources() -> list[Path]:
    """Return the source notebooks: the workbook's, then those of a council's own stages."""
    own = [one.source for one in registry.stages().values() if one.folder is not None]
    return [*sorted(paths.notebooks().glob("*.ipynb")), *own]


def tidy(*, is_check: bool = False) -> list[Path]:
    """Bring the source notebooks into normal form; return those that were not (untouched when only checking)."""
    changed = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        wanted = tidied(text)
        if text != wanted:
            changed.append(path)
            if not is_check:
                atomic.write_text(path, wanted)
    return changed
