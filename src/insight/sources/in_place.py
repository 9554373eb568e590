"""Files too large for a frame, read where they lie: their raw cells as a DuckDB query over Parquet or CSV.

Nothing is copied: each query reads the file again, and what does not fit the memory limit spills to the system's
temporary folder.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.contracts.checking import FIRST_DATA_ROW, read_text_table
from insight.sources.untidy.grids import TEXTS, Grid, delimiter_of, text_of
from insight.sources.untidy.headers import Header

if TYPE_CHECKING:
    import duckdb

MEMORY_VARIABLE, MEMORY_DEFAULT = "INSIGHT_MEMORY", "1GB"
"""Environment variable with the most memory that DuckDB may take, and what it takes without one."""
BLOCK = 1 << 20
BIG = 1 << 26
"""Bytes of a text file from which an export is not held as cells in memory."""
HEAD = 2_000
"""Rows of a large file that a proposal is judged by."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the text of an export lies: names of its columns, rows above the records, and what parts its cells."""

    names: tuple[str, ...]
    above: int = 1
    delimiter: str = ","


def refused(path: Path, rule: str, fix: str, found: str | None = None, row: int | None = None) -> InputError:
    """Return the error of a file that cannot be read as it is."""
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, found=found, row=row)])


def connection() -> duckdb.DuckDBPyConnection:
    """Return a connection in memory, with its limit of memory and a place to spill to."""
    import duckdb

    made = duckdb.connect()
    made.execute(f"SET memory_limit = '{os.environ.get(MEMORY_VARIABLE) or MEMORY_DEFAULT}'")
    spill = Path(tempfile.gettempdir()) / f"insight-{os.getpid()}"
    # A notebook without widgets has no bar, and refuses to be told so.
    with contextlib.suppress(duckdb.Error):
        made.execute("SET enable_progress_bar = false")
    made.execute(f"SET temp_directory = {literal(str(spill))}")
    return made


def literal(text: str) -> str:
    """Return text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"


def _require_utf8(path: Path) -> None:
    """Read the file once in blocks, and tell the row of the first byte that is not UTF-8."""
    decoder, row = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                row += block[: max(error.start - held, 0)].count(b"\n")
                found = f"byte {error.object[error.start]:#04x}"
                raise refused(path, "text must be UTF-8", "save the file as CSV UTF-8", found, row) from None
            row += block.count(b"\n")


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        names = [name.strip() for name in next(csv.reader(stream), [])]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        fix = "rename or drop the repeated columns"
        raise refused(path, "each column name may stand once", fix, ", ".join(repeated))
    return names


def raw_cells(made: duckdb.DuckDBPyConnection, path: Path, layout: Layout | None = None) -> tuple[str, dict[str, str]]:
    """Return the query of a file's raw cells with their row, and each column's type.

    Args:
        made: the connection.
        path: the file.
        layout: of an adopted text file; without it the first row is the header, and commas part cells.

    Raises:
        InputError: absent, empty, neither Parquet nor UTF-8 text, or a column name that stands twice.
    """
    import duckdb

    if path.is_dir():
        raise refused(path, "an input is a file; this is a folder", "name the file in it")
    if not path.exists() or path.stat().st_size == 0:
        read_text_table(path)
    place = literal(str(path))
    if path.suffix == ".parquet":
        reader = f"read_parquet({place}, file_row_number = true)"
        try:
            about = made.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()  # noqa: S608 - the path is a literal
        except duckdb.Error as error:
            fix = "export it again as Parquet"
            raise refused(path, "the file must be Parquet", fix, str(error).splitlines()[0]) from None
        types = {str(row[0]): str(row[1]) for row in about if row[0] != "file_row_number"}
        return f"SELECT *, file_row_number + {FIRST_DATA_ROW} AS row FROM {reader}", types  # noqa: S608 - as above
    _require_utf8(path)
    layout = layout or Layout(names=tuple(_header(path)))
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in layout.names)
    reader = (
        f"read_csv({place}, header = false, skip = {layout.above}, auto_detect = false, "
        f"delim = {literal(layout.delimiter)}, quote = '\"', escape = '\"', "
        f"columns = {{{columns}}}, strict_mode = true, null_padding = false)"
    )
    ordered = f"row_number() OVER () + {layout.above} AS row"
    return f"SELECT *, {ordered} FROM {reader}", dict.fromkeys(layout.names, "VARCHAR")  # noqa: S608 - as above


def is_text(path: Path) -> bool:
    """Whether a file is text by its ending, so that it can be read where it lies."""
    return path.suffix.lower() in TEXTS


def is_big(path: Path) -> bool:
    """Whether an export is Parquet, or a text file too large to hold as cells in memory."""
    if path.suffix == ".parquet":
        return True
    return is_text(path) and path.exists() and path.stat().st_size > BIG


def head_grid(path: Path) -> Grid:
    """Return the first rows of a file that is read where it lies.

    Raises:
        InputError: absent, empty, or neither Parquet nor UTF-8 text.
    """
    if path.suffix == ".parquet":
        made = connection()
        query, types = raw_cells(made, path)
        rows = made.execute(f"SELECT * EXCLUDE (row) FROM ({query}) LIMIT {HEAD}").fetchall()  # noqa: S608 - as above
        return Grid(rows=[list(types), *([text_of(cell) for cell in row] for row in rows)])
    if not path.exists() or path.stat().st_size == 0:
        read_text_table(path)
    _require_utf8(path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(islice(stream, HEAD))
    cells = csv.reader(lines, delimiter=delimiter_of(lines))
    return Grid(rows=[[cell.replace("\xa0", " ").strip() for cell in row] for row in cells])


def layout_of(path: Path, header: Header, names: Sequence[str]) -> Layout | None:
    """Return how an export's text lies below its header; ``None`` for Parquet, which says so itself."""
    if path.suffix == ".parquet":
        return None
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(islice(stream, HEAD))
    return Layout(names=tuple(names), above=header.below, delimiter=delimiter_of(lines))
