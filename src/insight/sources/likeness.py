"""How copies of demonstration data are known whose marks were taken off: by how often the values of columns stand.

Marks (:mod:`insight.sources.marks`) stand in codes and names. Who gives people other codes, or drops such columns,
keeps the rest: dates, answers, counts. For each column the counts of its values, the largest first, hang on no name,
order of rows or spelling. One column may agree by chance or by design, such as a quota; half of a file's do not.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError
from insight.sources.untidy.grids import TEXTS, WORKBOOKS, read_grids

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = "columns"
"""Key of a manifest's file under which the signatures of its columns stand."""
MOST_BITS, FEWEST_BITS, FEWEST_COLUMNS = 20.0, 30.0, 2
"""Bits that one column may count for; bits and columns that must agree. 30 bits are one chance in 10 to the 9th, and
the number of records must be the same too."""
ABOVE = 60
"""Lines of titles, notes and totals that a copy may have more than records."""
HEADERS = 2
BIGGEST = 1 << 25
"""Bytes beyond which a file is no copy of the demonstration's."""


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Counts of a column's values as a digest, and how unlikely it is that another column has the same, in bits."""

    digest: str
    bits: float


def _bits(counts: Sequence[int]) -> float:
    """Return -log2 of about the chance that a second sample of the same size has the same sorted counts.

    Few values, each often: each count varies by its root (Stirling's form of the multinomial), whatever its label. Many
    values, each seldom: what varies is how many values stand once, twice and so on. Counts that are all alike are a
    design, and tell nothing.
    """
    levels = Counter(counts)
    if len(levels) < 2:  # noqa: PLR2004 - one level: all alike
        return 0.0
    root = [math.log2(2 * math.pi * one) / 2 for one in counts]
    few = sum(root) - math.log2(2 * math.pi * sum(counts)) / 2 - math.lgamma(len(counts) + 1) / math.log(2)
    parts = sorted(math.log2(2 * math.pi * one) / 2 for one in levels.values())
    return max(0.0, min(MOST_BITS, max(few, sum(parts[:-1]))))


def signature(cells: Iterable[str]) -> Signature:
    """Return the signature of a column; empty cells do not count."""
    counts = sorted(Counter(cell for cell in cells if cell).values(), reverse=True)
    digest = blake2b(json.dumps(counts).encode(), digest_size=8).hexdigest()
    return Signature(digest=digest, bits=round(_bits(counts), 1))


def signatures(frame: pd.DataFrame) -> dict[str, dict[str, str | float]]:
    """Return the signatures of a frame's columns as a manifest keeps them; those that tell nothing are left out."""
    made = {str(name): signature(_texts(frame[name])) for name in frame.columns}
    return {name: vars(one) for name, one in made.items() if one.bits}


def _texts(cells: pd.Series) -> Iterator[str]:
    return ("" if missing else str(cell) for cell, missing in zip(cells, cells.isna(), strict=True))


@lru_cache(maxsize=8)
def _known(manifest: Path, changed: int) -> dict[str, dict[str, object]]:  # noqa: ARG001 - read again when it changed
    files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    return {name: entry for name, entry in files.items() if entry.get(COLUMNS)}


def _sheets(path: Path, sizes: set[int]) -> Iterator[list[list[str]]]:
    """Yield the rows of each sheet that are filled as records are; none of a file whose size is no copy's."""
    kind = path.suffix.lower()
    if kind == ".parquet":
        import pyarrow.parquet as pq

        if pq.ParquetFile(path).metadata.num_rows in sizes:
            frame = pq.read_table(path).to_pandas()
            yield [list(row) for row in zip(*(_texts(frame[name]) for name in frame.columns), strict=True)]
        return
    if kind in TEXTS:
        lines = path.read_bytes().count(b"\n")
        if not any(size <= lines + 1 <= size + ABOVE for size in sizes):
            return
    elif kind not in WORKBOOKS:
        return
    for grid in read_grids(path, is_adopted=True):
        filled = [sum(map(bool, row)) for row in grid.rows]
        usual = sorted(filled)[len(filled) // 2] if filled else 0
        yield [row for row, count in zip(grid.rows, filled, strict=True) if 2 * count > usual]


def _is_alike(rows: list[list[str]], entry: dict[str, dict[str, str | float]]) -> bool:
    width = max(map(len, rows))
    columns = ((row[at] if at < len(row) else "" for row in rows) for at in range(width))
    held = Counter(signature(cells).digest for cells in columns)
    bits = []
    for known in entry.values():
        if held[str(known["digest"])]:
            held[str(known["digest"])] -= 1
            bits.append(float(known["bits"]))
    return len(bits) >= max(FEWEST_COLUMNS, len(entry) / 2) and sum(bits) >= FEWEST_BITS


@lru_cache(maxsize=1024)
def _like(path: Path, size: int, changed: int, manifests: tuple[tuple[Path, int], ...]) -> str:  # noqa: ARG001
    known = [(name, entry) for at in manifests for name, entry in _known(*at).items()]
    try:
        for rows in _sheets(path, {int(str(entry["rows"])) for _, entry in known}):
            for name, entry in known:
                records = int(str(entry["rows"]))
                if 0 <= len(rows) - records <= HEADERS and _is_alike(rows[-records:], entry[COLUMNS]):  # type: ignore[arg-type]
                    return name
    except (InputError, OSError, ValueError):
        # a broken file is told where it is read
        return ""
    return ""


def like_demonstration(path: Path) -> str:
    """Return the committed demonstration file that a file is a copy of, by its columns; empty where it is none.

    A copy of whole records is known by any names, order, format and spelling, with other codes of people, and with up
    to half of its columns dropped. A part of the records is not.
    """
    if not path.is_file() or path.stat().st_size > BIGGEST:
        return ""
    found = sorted((paths.root() / "data" / "demo").glob("*/manifest.json"))
    about = path.stat()
    return _like(path, about.st_size, about.st_mtime_ns, tuple((one, one.stat().st_mtime_ns) for one in found))
