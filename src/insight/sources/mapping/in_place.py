"""Applying a mapping to a file too large for a frame: distinct cells are read in Python, every row in SQL.

Columns of codes, flags, dates and numbers hold few distinct cells. Those are read by the very functions that read small
exports, so that both spell and refuse alike; rows are then joined to what their cells became. Columns of names and
codes that stand once a row are only trimmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from insight.errors import InputError, ParamsError, Problem
from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.base import Column, Contract
from insight.sources.contracts.checking import FIRST_DATA_ROW
from insight.sources.contracts.in_sql import quoted
from insight.sources.in_place import Layout, connection, head_grid, layout_of, literal, raw_cells
from insight.sources.mapping.applying import missing_columns, read_column, unused_columns
from insight.sources.mapping.model import ColumnRule, Mapping
from insight.sources.untidy.bodies import Table, records, table_of
from insight.sources.untidy.cells import LOST, read_cells
from insight.sources.untidy.changes import Change, change
from insight.sources.untidy.headers import find, normal

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

FEW_CELLS = 200
"""Distinct cells of a column up to which what they became is written into the query."""
Cells = tuple[str, dict[str, str], tuple[Change, ...]]


@dataclass(frozen=True, kw_only=True)
class Head:
    """The first rows of an export as a table, and how its text lies."""

    table: Table
    layout: Layout | None


@dataclass(frozen=True, kw_only=True)
class _Pass:
    """One reading of one file: its connection, the query of its raw cells, and its first rows."""

    made: duckdb.DuckDBPyConnection
    source: str
    table: Table


def head_of(path: Path, wanted: Sequence[str]) -> Head:
    """Return the first rows of an export that is read where it lies, below the header that holds most wanted names.

    Raises:
        InputError: no header holds a wanted name, columns that share a name, or a file of neither format.
    """
    grid, header, said = find([head_grid(path)], wanted, path, sheet=None)
    table = table_of(grid, header, wanted, path)
    known = {place: name for name, letters in (table.letters or {}).items() for place in [_place(letters)]}
    names = [known.get(place, f"column {place + 1}") for place in range(len(header.names))]
    table = records(replace(table, changes=(*said, *table.changes)))
    return Head(table=table, layout=layout_of(path, header, names))


def _place(letters: str) -> int:
    """Return the place from 0 of a column's letter."""
    found = 0
    for one in letters:
        found = found * 26 + ord(one) - ord("A") + 1
    return found - 1


def _text(name: str) -> str:
    return f"nullif(trim(CAST({quoted(name)} AS VARCHAR)), '')"


def distinct(made: duckdb.DuckDBPyConnection, source: str, name: str) -> Table:
    """Return the distinct cells of a column as a table in the order of the rows where each stands first."""
    query = (
        f"SELECT coalesce({_text(name)}, '') AS cell, min(row) AS first, count(*) AS often "  # noqa: S608 - quoted names
        f"FROM ({source}) GROUP BY 1 ORDER BY 2"
    )
    found = made.execute(query).df()
    frame = found[["cell"]].astype("string").rename(columns={"cell": name})
    frame.index = found["first"].astype(int) - FIRST_DATA_ROW
    frame.attrs["often"] = dict(zip(frame.index, found["often"].astype(int), strict=True))
    return Table(frame=frame, path=Path())


def _is_plain(column: Column, rule: ColumnRule, *, spells: bool) -> bool:
    """Whether a column's cells are taken as they stand, or as postcodes; such columns may hold a value a row."""
    is_text = column.type == "text" and column.name != "period"
    return (is_text or not spells) and not rule.codes and rule.lookup is None and rule.reads in ("", "postcode")


def _plain(column: Column, rule: ColumnRule, one: _Pass) -> tuple[str, list[Change], list[Problem]]:
    source = str(rule.source)
    text, said = _text(source), []
    if rule.reads:
        text = rf"regexp_replace(upper({text}), '\s+', '', 'g')"
        said = [Change(what=f"`{source}` read as {column.name}: {rule.reads}")]
    if column.type != "text":
        return text, said, []
    query = (
        f"SELECT min(row), any_value({text}) FROM ({one.source}) "  # noqa: S608 - quoted names
        f"WHERE regexp_full_match({text}, {literal(LOST.pattern)})"
    )
    row, found = one.made.execute(query).fetchone() or (None, None)
    if row is None:
        return text, said, []
    rule_text, fix = "a spreadsheet has cut the digits of a code", "format the column as text and export it again"
    return text, said, [replace(one.table, letters=None).problem(int(row), column.name, rule_text, fix, str(found))]


def _spelt(
    column: Column, rule: ColumnRule, one: _Pass, agreed: Contract, *, spells: bool
) -> tuple[str, list[Change], list[Problem]]:
    """Return the expression of a column whose distinct cells are read in Python."""
    import pandas as pd

    source = str(rule.source)
    held = replace(distinct(one.made, one.source, source), path=one.table.path)
    cells, said, problems = read_column(column, rule, held)
    made = Table(frame=pd.DataFrame({column.name: cells}, index=held.frame.index), path=held.path)
    trial = replace(agreed, columns=(column,), key=(), rules=())
    table, unclear = read_cells(made, trial) if spells else (made, [])
    told = {problem.row for problem in problems}
    problems += [problem for problem in unclear if problem.row not in told]
    often = pd.Series(held.frame.attrs["often"])
    changed = table.frame[column.name].ne(cells)
    said += [Change(what=kind.what, count=int(often[changed].sum())) for kind in table.changes[:1]]
    return _joined(column, source, held.frame[source], table.frame[column.name], one), said, problems


def _joined(column: Column, source: str, raw: pd.Series, made: pd.Series, one: _Pass) -> str:
    """Return the expression that gives for each cell what it became: choices where they are few, else a join."""
    import pandas as pd

    cell = f"coalesce({_text(source)}, '')"
    if len(raw) <= FEW_CELLS:
        pairs = zip(raw, made, strict=True)
        choices = " ".join(f"WHEN {literal(str(was))} THEN {literal(str(now))}" for was, now in pairs if now)
        return f"CASE {cell} {choices} END" if choices else "NULL"
    name = f"made_{column.name}"
    one.made.register(f"{name}_frame", pd.DataFrame({"raw": raw, "made": made}))
    one.made.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM {quoted(name + '_frame')}")  # noqa: S608
    one.made.unregister(f"{name}_frame")
    return f"nullif((SELECT any_value(made) FROM {quoted(name)} WHERE raw = {cell}), '')"  # noqa: S608


def _kept(mapping: Mapping, one: _Pass) -> tuple[str, list[Change]]:
    """Return the condition of the rows that are kept, and how many are left out."""
    conditions, said = [], []
    for column, values in mapping.keep.items():
        wanted = {normal(value) for value in values}
        cells = distinct(one.made, one.source, column).frame
        good = [literal(str(cell)) for cell in cells[column] if normal(str(cell)) in wanted]
        conditions.append(f"coalesce({_text(column)}, '') IN ({', '.join(good) or 'NULL'})")
        often = cells.attrs["often"]
        out = sum(often[at] for at, cell in cells[column].items() if normal(str(cell)) not in wanted)
        if out:
            said.append(Change(what=f"rows left out whose {column} is not {' or '.join(values)}", count=out))
    return " AND ".join(conditions) or "true", said


def mapped_cells(made: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, *, spells: bool = True) -> Cells:
    """Return the query of the contract's columns as text out of an export, with their row; types; what was changed.

    Args:
        made: connection; the distinct cells of columns are kept on it as tables.
        path: Parquet or UTF-8 text.
        mapping: how it reads.
        spells: whether cells are brought to the spelling of their type here; else whoever takes the rows does.

    Raises:
        ParamsError: a mapping that turns columns into rows, or joins the export to itself.
        InputError: what of the mapping no longer fits, and cells that may mean two things.
    """
    alone = any((one.lookup and not one.lookup.file) or one.reads == "by_unit" for one in mapping.columns.values())
    if mapping.unpivot is not None or alone:
        raise ParamsError(
            f"{mapping.input}: columns are not turned into rows, values not read by their unit, nor a file joined to "
            "itself, in a file of this size. Fix: export it one row a record, in parts"
        )
    agreed, head = contract_of(mapping.input), head_of(path, mapping.sources())
    if problems := missing_columns(mapping, head.table):
        raise InputError(problems)
    source, _ = raw_cells(made, path, head.layout)
    one = _Pass(made=made, source=source, table=head.table)
    kept, said = _kept(mapping, one)
    columns: list[str] = []
    for column in agreed.columns:
        rule = mapping.columns.get(column.name, ColumnRule())
        if rule.source is None:
            text: str = literal(rule.constant) if rule.constant else "NULL"
        else:
            is_plain = _is_plain(column, rule, spells=spells)
            make = _plain(column, rule, one) if is_plain else _spelt(column, rule, one, agreed, spells=spells)
            text, more, wrong = make
            said, problems = said + more, problems + wrong
        columns.append(f"CAST({text} AS VARCHAR) AS {quoted(column.name)}")
    if problems:
        raise InputError(problems)
    said += change("column of the export not taken in", unused_columns(head.table, mapping))
    above = [kind for kind in head.table.changes if "above the header" in kind.what or "joined" in kind.what]
    query = f"SELECT {', '.join(columns)}, row FROM ({source}) WHERE {kept}"  # noqa: S608 - quoted names
    return query, dict.fromkeys((column.name for column in agreed.columns), "VARCHAR"), (*above, *said)


def mapped_rows(path: Path, mapping: Mapping) -> Table:
    """Return the contract's columns as text cells out of an export that is too large to hold as cells before.

    Raises:
        ParamsError, InputError: as :func:`mapped_cells`.
    """
    made = connection()
    query, _, changes = mapped_cells(made, path, mapping, spells=False)
    frame = made.execute(f"SELECT * FROM ({query}) ORDER BY row").df()  # noqa: S608 - as it was made above
    index = frame.pop("row").astype(int) - FIRST_DATA_ROW
    return Table(frame=frame.astype("string").fillna("").set_index(index), path=path, changes=changes)
