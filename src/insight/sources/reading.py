"""Reading one input file by its contract, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources import outlines
from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.base import Contract
from insight.sources.contracts.checking import check, read_text_table
from insight.sources.in_place import is_big
from insight.sources.mapping.applying import mapped_table
from insight.sources.mapping.in_place import mapped_rows
from insight.sources.mapping.model import Mapping
from insight.sources.mapping.outside import within
from insight.sources.mapping.shapes import mapped_shapes
from insight.sources.qualitative.segments import codings_table
from insight.sources.untidy.bodies import Table
from insight.sources.untidy.cells import read_cells
from insight.sources.untidy.changes import Change
from insight.sources.untidy.dates import OF_A_COLUMN
from insight.sources.untidy.tables import read_by_contract

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An input as read: typed rows, and what was changed on the way."""

    frame: pd.DataFrame
    changes: tuple[Change, ...] = ()


def _refuse(path: Path, rule: str, fix: str, found: str | None = None) -> InputError:
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, found=found)])


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise _refuse(path, "an input is a file; this is a folder", "name the file in it", path.name)


def _present(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        read_text_table(path)


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    _present(path)
    try:
        return pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _refuse(
            path, "the file must be Parquet", "export it again as Parquet", str(error).splitlines()[0]
        ) from None


def _frame_of(agreed: Contract, path: Path) -> pd.DataFrame | None:
    """Return the cells of a file that is read as it stands: Parquet, coded interviews, inputs of millions of rows.

    ``None`` for any other. Large inputs are aggregated where they lie, so their files have the contract's own layout.
    """
    if path.suffix == ".parquet":
        return _read_parquet(path)
    if agreed.kind.large:
        return read_text_table(path)
    if agreed.input == "codings":
        return codings_table(path)
    return None


def _placed(problem: Problem, table: Table) -> Problem:
    """Return a problem of the contract with sheet and cell, where the file is not the contract's own layout."""
    if table.letters is None or problem.row is None or problem.column not in table.letters:
        return replace(problem, sheet=problem.sheet or table.sheet)
    place = table.place(problem.row, problem.column)
    return replace(problem, sheet=table.sheet, row=table.row(problem.row), cell=place)


def _held(agreed: Contract, table: Table, areas: dict[str, set[str]] | None, mapping: Mapping | None = None) -> Reading:
    """Read a table's cells and hold it to its contract; every problem of both at once, each cell once."""
    if mapping is not None and areas is not None:
        table = within(table, mapping, areas)
    table, unclear = read_cells(table, agreed)
    told = {(one.row, one.column, one.cell) for one in unclear}
    whole = {one.column for one in unclear if one.rule in OF_A_COLUMN}
    problems = list(unclear)
    try:
        frame = check(agreed, table.frame, table.path, areas=areas)
    except InputError as error:
        placed = [_placed(one, table) for one in error.problems]
        fresh = [one for one in placed if (one.row, one.column, one.cell) not in told]
        problems += [one for one in fresh if one.column not in whole]
    if problems:
        raise InputError(problems)
    return Reading(frame=frame.reset_index(drop=True), changes=table.changes)


def _shapes(agreed: Contract, path: Path, mapping: Mapping | None, areas: dict[str, set[str]] | None) -> Reading:
    """Read shapes with the contract's own columns, official codes, or by a mapping of their columns."""
    import geopandas as gpd

    _present(path)
    if mapping is None:
        columns = [column.name for column in agreed.columns]
        shapes = outlines.read_shapes(path, columns=columns, geometry=agreed.geometry)
        read = Reading(frame=check(agreed, shapes.drop(columns="geometry"), path, areas=areas))
    else:
        shapes, table = mapped_shapes(path, mapping)
        read = _held(agreed, table, areas)
    placed = gpd.GeoDataFrame(read.frame, geometry=shapes.geometry.to_numpy(), crs=shapes.crs)
    whole = outlines.checked_boundaries(placed, path, areas or {}) if agreed.input == "boundaries" else placed
    return Reading(frame=whole, changes=read.changes)


def read_told(
    name: str, path: Path, *, areas: dict[str, set[str]] | None = None, mapping: Mapping | None = None
) -> Reading:
    """Read and check one input, and say what was changed on reading.

    Args:
        name: the input's name in the catalogue.
        path: the file: CSV, a workbook, Parquet or GeoJSON by its ending; codings also as REFI-QDA or Taguette export
            them.
        areas: codes of the look-up by level, for area columns.
        mapping: how the file's columns and codes read in the contract's, from its adoption; without it the file has the
            contract's own columns.

    Raises:
        InputError: all problems of the file, each with file, sheet, cell or row, column, rule and fix.
    """
    agreed = contract_of(name)
    _require_file(path)
    if mapping is not None and agreed.geometry:
        return _shapes(agreed, path, mapping, areas)
    if mapping is not None and is_big(path):
        return _held(agreed, mapped_rows(path, mapping), areas, mapping)
    if mapping is not None:
        table, unfit = mapped_table(path, mapping)
        if unfit:
            raise InputError(unfit)
        return _held(agreed, table, areas, mapping)
    if agreed.geometry and path.suffix != ".parquet":
        return _shapes(agreed, path, None, areas)
    frame = _frame_of(agreed, path)
    if frame is not None:
        return Reading(frame=check(agreed, frame, path, areas=areas))
    return _held(agreed, read_by_contract(path, agreed), areas)


def read_input(
    name: str, path: Path, *, areas: dict[str, set[str]] | None = None, mapping: Mapping | None = None
) -> pd.DataFrame:
    """Read and check one input; as :func:`read_told`, without what was changed.

    Returns:
        Typed frame with the contract's columns; a GeoDataFrame in EPSG:27700 for shapes.
    """
    return read_told(name, path, areas=areas, mapping=mapping).frame


def area_codes(lookup: pd.DataFrame) -> dict[str, set[str]]:
    """Return the codes of a look-up by level (oa, neighbourhood, ward, borough, nation)."""
    return {
        "oa": set(lookup["oa"]),
        "neighbourhood": set(lookup["neighbourhood"].dropna()),
        "ward": set(lookup["ward"].dropna()),
        "borough": set(lookup["borough"].dropna()),
        "wider": {"england", "uk", "greater_manchester", "north_west"},
    }
