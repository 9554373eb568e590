"""What a file holds, for the record: digest, size, rows and columns."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from insight.sources.standing import file_digest


def shape_of(path: Path) -> tuple[int | None, int | None]:
    """Return rows and columns of a table file; ``None`` where the format has none or the file is broken.

    A broken file is told where it is read by its contract; here it only has no shape.
    """
    try:
        return _shape(path)
    except (ValueError, csv.Error):
        return None, None


def _shape(path: Path) -> tuple[int | None, int | None]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
            rows = csv.reader(stream)
            header = next(rows, [])
            return sum(1 for row in rows if row), len(header)
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        about = pq.read_metadata(path)
        return about.num_rows, about.num_columns
    if path.suffix in {".json", ".geojson"}:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = found.get("features", []) if isinstance(found, dict) else found
        return len(rows), None
    return None, None


def describe_file(path: Path, level: str | None = None) -> dict[str, Any]:
    """Return digest, bytes, rows and columns of a file, and its disclosure level where it has one."""
    rows, columns = shape_of(path)
    found: dict[str, Any] = {
        "sha256": file_digest(path),
        "bytes": path.stat().st_size,
        "rows": rows,
        "columns": columns,
    }
    return found if level is None else {"level": level, **found}
