"""The marks that invented data carry in their own cells, and how a file of any format is searched for them.

A manifest or a digest is lost as soon as a file is saved again under another name, as a workbook, or with its columns
renamed. Marks are part of the values: codes of people, homes and areas that begin with ``DEMO-``, wards of the
demonstration, words such as "invented for demonstration", postcodes of no postal area. A file that holds one is
demonstration data whatever became of the rest of it.
"""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import IO

PREFIX = "DEMO-"
"""Begins every invented code of a person, home, record or output area."""
INVENTED = "Invented for demonstration"
COPIED = "(demonstration copy)"
"""Stands behind names of things whose amounts are the print's, so that they are not taken for a council's own."""
CODES = re.compile(rb"(?<![A-Za-z0-9])DEMO-[A-Z]{1,2}\d{2,}(?![A-Za-z0-9])")
WORDS = re.compile(
    rb"demo_ward_\d{2}|demo_street_\d{2}|demonstration ward \d{2}|demonstration (?:road|river) [a-z]\b|"
    rb"(?:demonstration data: generated)|invented for (?:the )?demonstration|\(demonstration copy\)",
    re.IGNORECASE,
)
"""Only what nobody writes by chance: a "cookery demonstration" or a "demo suite" is no mark."""
POSTCODES = re.compile(rb"(?<![A-Za-z0-9])([A-Za-z]{1,2})\d[A-Za-z0-9]? ?\d[A-Za-z]{2}(?![A-Za-z0-9])")
NO_AREA = b"ZZ"
FEWEST = 20
"""Postcodes of no postal area that make a list an invented one, if they are most of its postcodes: some systems write
a few for homes abroad or of no fixed address."""
BLOCK, OVERLAP = 1 << 22, 64
PACKED = {".xlsx", ".xlsm", ".xlsb", ".ods", ".zip", ".qdpx", ".qdc", ".kmz"}
DATABASES = {".gpkg", ".sqlite"}
TEXT_TYPES = {"string", "large_string", "string_view"}


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream in blocks that overlap; text of two bytes a letter comes out as one."""
    tail = b""
    while block := stream.read(BLOCK):
        block = block.replace(b"\0", b"") if block.count(b"\0") else block
        yield tail + block
        tail = block[-OVERLAP:]


def _parquet_blocks(path: Path) -> Iterator[bytes]:
    """Yield what a Parquet file says about itself, and the bytes of its text columns."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    yield b" ".join(value for value in (file.schema_arrow.metadata or {}).values())
    texts = [one.name for one in file.schema_arrow if str(one.type) in TEXT_TYPES]
    for batch in file.iter_batches(columns=texts):
        for column in batch.columns:
            distinct = column.unique().to_pylist()
            yield "\n".join(str(one) for one in distinct).encode()


def _packed_blocks(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as stream:
                yield from _blocks(stream)


def _database_blocks(path: Path) -> Iterator[bytes]:
    """Yield the texts of a GeoPackage, whose cells lie side by side in the file."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        base.text_factory = bytes
        tables = [name.decode() for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            quoted = table.replace('"', '""')
            for row in base.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - a name of the file's own
                yield b"\n".join(cell for cell in row if isinstance(cell, bytes))


def _shape_blocks(path: Path) -> Iterator[bytes]:
    import pyogrio

    table = pyogrio.read_dataframe(path, read_geometry=False)
    yield table.to_csv(index=False).encode()


def _pieces(path: Path) -> Iterator[bytes]:
    if path.suffix.lower() in DATABASES:
        yield from _database_blocks(path)
    elif path.suffix.lower() == ".shp":
        yield from _shape_blocks(path)
    elif path.suffix.lower() == ".parquet":
        yield from _parquet_blocks(path)
    elif path.suffix.lower() in PACKED and zipfile.is_zipfile(path):
        yield from _packed_blocks(path)
    else:
        with path.open("rb") as stream:
            yield from _blocks(stream)


def _found(pieces: Iterator[bytes]) -> str:
    seen = without_area = 0
    for piece in pieces:
        if found := CODES.search(piece) or WORDS.search(piece):
            return found[0].decode("ascii")
        areas = [one.upper() for one in POSTCODES.findall(piece)] if NO_AREA in piece.upper() else []
        seen, without_area = seen + len(areas), without_area + areas.count(NO_AREA)
    return "postcodes that begin with ZZ" if without_area >= max(FEWEST, seen // 2 + 1) else ""


@lru_cache(maxsize=1024)
def _mark(path: Path, size: int, changed: int) -> str:  # noqa: ARG001 - a file that changed is searched again
    try:
        return _found(_pieces(path))
    except (OSError, ValueError, sqlite3.Error, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        # a broken or locked file is told where it is read
        return ""


def mark_of(path: Path) -> str:
    """Return the first mark of invented data that a file holds; empty where it holds none, or cannot be read.

    Any format is searched: text in whatever encoding, workbooks, projects and other packed files, shapes, Parquet.
    """
    if not path.is_file():
        return ""
    about = path.stat()
    return _mark(path, about.st_size, about.st_mtime_ns)
