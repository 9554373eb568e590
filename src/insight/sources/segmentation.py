"""Opening a file of households or addresses where it lies: DuckDB over Parquet or CSV, never a frame of its rows.

Cells come out as the contract types them, with ``row``, the row as a spreadsheet counts. Nothing is copied: each query
reads the file again, and what does not fit the memory limit spills to the system's temporary folder.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.base import Contract
from insight.sources.contracts.checking import FIRST_DATA_ROW, read_text_table
from insight.sources.contracts.in_sql import check_in_sql, quoted, typed

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

MEMORY_VARIABLE, MEMORY_DEFAULT = "INSIGHT_MEMORY", "1GB"
"""Environment variable with the most memory that DuckDB may take, and what it takes without one."""
BLOCK = 1 << 20
CELLS = "cells"
"""View of the typed columns and ``row``."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open file: its connection with the view :data:`CELLS`, its contract, and how many records it holds."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    records: int


def _refuse(path: Path, rule: str, fix: str, found: str | None = None, row: int | None = None) -> InputError:
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
    made.execute(f"SET temp_directory = {_literal(str(spill))}")
    return made


def _literal(text: str) -> str:
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
                raise _refuse(path, "text must be UTF-8", "save the file as CSV UTF-8", found, row) from None
            row += block.count(b"\n")


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        names = [name.strip() for name in next(csv.reader(stream), [])]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        fix = "rename or drop the repeated columns"
        raise _refuse(path, "each column name may stand once", fix, ", ".join(repeated))
    return names


def _source(made: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, dict[str, str]]:
    """Return the query of the raw cells with their row, and each column's type."""
    import duckdb

    if not path.exists() or path.stat().st_size == 0:
        read_text_table(path)
    place = _literal(str(path))
    if path.suffix == ".parquet":
        reader = f"read_parquet({place}, file_row_number = true)"
        try:
            about = made.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()  # noqa: S608 - the path is a literal
        except duckdb.Error as error:
            fix = "export it again as Parquet"
            raise _refuse(path, "the file must be Parquet", fix, str(error).splitlines()[0]) from None
        types = {str(row[0]): str(row[1]) for row in about if row[0] != "file_row_number"}
        return f"SELECT *, file_row_number + {FIRST_DATA_ROW} AS row FROM {reader}", types  # noqa: S608 - as above
    _require_utf8(path)
    names = _header(path)
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
    reader = (
        f"read_csv({place}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"columns = {{{columns}}}, strict_mode = true, null_padding = false)"
    )
    ordered = f"row_number() OVER () + {FIRST_DATA_ROW - 1} AS row"
    return f"SELECT *, {ordered} FROM {reader}", dict.fromkeys(names, "VARCHAR")  # noqa: S608 - as above


def _view(made: duckdb.DuckDBPyConnection, agreed: Contract, source: str, types: dict[str, str]) -> None:
    made.execute(f"CREATE VIEW raw AS {source}")
    kept = [column for column in agreed.columns if column.name in types]
    cells = ", ".join(f"{typed(column, types[column.name])} AS {quoted(column.name)}" for column in kept)
    made.execute(f"CREATE VIEW {CELLS} AS SELECT {cells}{', ' if cells else ''}row FROM raw")  # noqa: S608 - names of the contract


def open_table(name: str, path: Path, *, areas: dict[str, set[str]] | None = None) -> Opened:
    """Open an input where it lies and hold every record to its contract.

    Args:
        name: the input's name in the catalogue.
        path: the file (CSV or Parquet by its ending).
        areas: codes of the look-up by level, for area columns.

    Raises:
        InputError: all problems of the file, each with row, column, rule and fix, as :func:`read_input` tells them.
    """
    import duckdb

    agreed, made = contract_of(name), connection()
    source, types = _source(made, path)
    _view(made, agreed, source, types)
    try:
        records = check_in_sql(made, agreed, types, path, areas=areas)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        rule, found = "rows must have as many cells as the header", str(error).splitlines()[0]
        raise _refuse(path, rule, "look for stray commas or quotes", found) from None
    return Opened(connection=made, contract=agreed, records=records)


def of_frame(name: str, frame: pd.DataFrame) -> Opened:
    """Open rows that are a frame already, such as a demonstration world in memory; they are taken as checked."""
    agreed, made = contract_of(name), connection()
    held: Any = frame.assign(row=range(FIRST_DATA_ROW, FIRST_DATA_ROW + len(frame)))
    made.register("held", held)
    columns = ", ".join(quoted(column.name) for column in agreed.columns if column.name in frame.columns)
    made.execute(f"CREATE VIEW {CELLS} AS SELECT {columns}, row FROM held")  # noqa: S608 - names of the contract
    return Opened(connection=made, contract=agreed, records=len(frame))
