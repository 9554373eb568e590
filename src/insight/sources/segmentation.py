"""Opening a file of households or addresses where it lies: DuckDB over Parquet or CSV, never a frame of its rows.

Cells come out as the contract types them, with ``row``, the row as a spreadsheet counts. A file in another layout is
read by its mapping, in the same pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.base import Contract
from insight.sources.contracts.checking import FIRST_DATA_ROW
from insight.sources.contracts.in_sql import check_in_sql, quoted, typed
from insight.sources.in_place import connection, raw_cells, refused
from insight.sources.mapping.in_place import mapped_cells
from insight.sources.mapping.model import Mapping
from insight.sources.untidy.changes import Change

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

CELLS = "cells"
"""View of the typed columns and ``row``."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open file: its connection with the view :data:`CELLS`, its contract, and how many records it holds."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    records: int
    changes: tuple[Change, ...] = ()
    """What was changed on reading, where the file was read by a mapping."""


def _view(made: duckdb.DuckDBPyConnection, agreed: Contract, source: str, types: dict[str, str]) -> None:
    made.execute(f"CREATE VIEW raw AS {source}")
    kept = [column for column in agreed.columns if column.name in types]
    cells = ", ".join(f"{typed(column, types[column.name])} AS {quoted(column.name)}" for column in kept)
    made.execute(f"CREATE VIEW {CELLS} AS SELECT {cells}{', ' if cells else ''}row FROM raw")  # noqa: S608 - names of the contract


def open_table(
    name: str, path: Path, *, areas: dict[str, set[str]] | None = None, mapping: Mapping | None = None
) -> Opened:
    """Open an input where it lies and hold every record to its contract.

    Args:
        name: the input's name in the catalogue.
        path: the file (CSV or Parquet by its ending).
        areas: codes of the look-up by level, for area columns.
        mapping: how the file's columns and codes read, from its adoption.

    Raises:
        InputError: all problems of the file, each with row, column, rule and fix, as :func:`read_input` tells them.
    """
    import duckdb

    agreed, made = contract_of(name), connection()
    try:
        if mapping is None:
            changes: tuple[Change, ...] = ()
            source, types = raw_cells(made, path)
        else:
            source, types, changes = mapped_cells(made, path, mapping)
        _view(made, agreed, source, types)
        records = check_in_sql(made, agreed, types, path, areas=areas)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        rule, found = "rows must have as many cells as the header", str(error).splitlines()[0]
        raise refused(path, rule, "look for stray commas or quotes", found) from None
    return Opened(connection=made, contract=agreed, records=records, changes=changes)


def of_frame(name: str, frame: pd.DataFrame) -> Opened:
    """Open rows that are a frame already, such as a demonstration world in memory; they are taken as checked."""
    agreed, made = contract_of(name), connection()
    held: Any = frame.assign(row=range(FIRST_DATA_ROW, FIRST_DATA_ROW + len(frame)))
    made.register("held", held)
    columns = ", ".join(quoted(column.name) for column in agreed.columns if column.name in frame.columns)
    made.execute(f"CREATE VIEW {CELLS} AS SELECT {columns}, row FROM held")  # noqa: S608 - names of the contract
    return Opened(connection=made, contract=agreed, records=len(frame))
