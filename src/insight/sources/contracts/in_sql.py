"""Holding a file too large for a frame to its contract: the same rules and the same words, worked out in SQL.

One scan counts what is wrong with every column; only where something is, the first rows are fetched. A test breaks
files in every way and holds what is told here to what :mod:`insight.sources.contracts.checking` tells.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.contracts.base import Column, Contract
from insight.sources.contracts.checking import SHOWN_PER_RULE, the_rest

if TYPE_CHECKING:
    import duckdb

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
NUMERIC = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL", "HUGEINT")


def quoted(name: str) -> str:
    """Return a column's name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def _text(column: Column) -> str:
    return f"nullif(trim(CAST({quoted(column.name)} AS VARCHAR)), '')"


def _value(column: Column, kind: str) -> str:
    """Return a cell as number, flag, date or text, missing where it is not one."""
    name, text = quoted(column.name), _text(column)
    if column.type == "text":
        return text
    if column.type == "flag":
        return name if kind == "BOOLEAN" else f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    if column.type == "date":
        return f"CAST(try_strptime({text}, '%Y-%m-%d') AS DATE)"
    if _is_whole(kind):
        return name
    if kind.startswith(NUMERIC):
        return f"CASE WHEN isnan(CAST({name} AS DOUBLE)) THEN NULL ELSE CAST({name} AS DOUBLE) END"
    return f"CASE WHEN regexp_matches({text}, '{NUMBER}') THEN TRY_CAST({text} AS DOUBLE) END"


def typed(column: Column, kind: str) -> str:
    """Return the expression of a column's typed cell.

    Args:
        column: as agreed.
        kind: DuckDB's type of the column as it lies.
    """
    value = _value(column, kind)
    return f"TRY_CAST({value} AS BIGINT)" if column.type == "integer" else value


def _is_whole(kind: str) -> bool:
    return kind.endswith(("BIGINT", "INTEGER", "SMALLINT", "TINYINT"))


def _empty(column: Column, kind: str) -> str:
    number = kind.startswith(("DOUBLE", "FLOAT"))
    if kind == "BOOLEAN" or _is_whole(kind):
        return f"({quoted(column.name)} IS NULL)"
    return f"({_text(column)} IS NULL" + (f" OR isnan({quoted(column.name)}))" if number else ")")


def _bad(column: Column, kind: str) -> str:
    """Return the condition that a cell is there but not of its type."""
    if column.type == "text" or (kind == "BOOLEAN" and column.type == "flag"):
        return "false"
    if column.type in ("integer", "number") and _is_whole(kind):
        return "false"
    value = _value(column, kind)
    whole = f" OR {value} % 1 <> 0" if column.type == "integer" else ""
    return f"(NOT {_empty(column, kind)} AND ({value} IS NULL{whole}))"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _out_of_rule(column: Column, kind: str) -> str:
    """Return the condition that a cell of the right type is empty, not allowed, or beyond a limit."""
    value, conditions = _value(column, kind), []
    if not column.optional:
        conditions.append(_empty(column, kind))
    if column.allowed:
        listed = ", ".join(_literal(one) for one in column.allowed)
        conditions.append(f"({value} IS NOT NULL AND {value} NOT IN ({listed}))")
    if column.minimum is not None:
        conditions.append(f"coalesce({value} < {column.minimum!r}, false)")
    if column.maximum is not None:
        conditions.append(f"coalesce({value} > {column.maximum!r}, false)")
    if not conditions:
        return "false"
    return f"(({' OR '.join(conditions)}) AND NOT coalesce({_bad(column, kind)}, false))"


def _first(made: duckdb.DuckDBPyConnection, column: Column, where: str) -> list[tuple[int, str | None]]:
    query = f"SELECT row, {_text(column)} FROM raw WHERE {where} ORDER BY row LIMIT {SHOWN_PER_RULE}"  # noqa: S608
    return [(int(row), found) for row, found in made.execute(query).fetchall()]


def _told(column: Column, rows: list[tuple[int, str | None]], count: int, file: str, fix: str) -> list[Problem]:
    rule = column.rule()
    problems = [
        Problem(file=file, row=row, column=column.name, rule=rule, found="empty" if found is None else found, fix=fix)
        for row, found in rows
    ]
    return problems + the_rest(column.name, rule, count, file)


def _missing(agreed: Contract, types: dict[str, str], file: str) -> list[Problem]:
    problems = []
    for column in agreed.columns:
        if column.name not in types:
            near = difflib.get_close_matches(column.name, list(types), n=1)
            hint = f"rename `{near[0]}`" if near else f"add it ({column.meaning})"
            problems.append(Problem(file=file, column=column.name, rule="the column must be there", fix=hint))
    return problems


def _cells(
    made: duckdb.DuckDBPyConnection, columns: list[Column], types: dict[str, str], file: str
) -> tuple[int, list[Problem]]:
    """Return the number of records, and what is wrong with single cells."""
    wrong = [(column, make(column, types[column.name])) for make in (_bad, _out_of_rule) for column in columns]
    counts = ", ".join(f"count(*) FILTER (WHERE {where})" for _, where in wrong)
    query = f"SELECT count(*){', ' if counts else ''}{counts} FROM raw"  # noqa: S608 - names of the contract
    records, *found = made.execute(query).fetchone() or (0,)
    problems: list[Problem] = []
    for (column, where), count in zip(wrong, found, strict=True):
        if count:
            problems += _told(column, _first(made, column, where), int(count), file, "correct the cell")
    return int(records), problems


def _repeated(made: duckdb.DuckDBPyConnection, names: tuple[str, ...], file: str) -> list[Problem]:
    """Return records that share a value which may stand once; hashes are looked at first, since they are small."""
    listed = ", ".join(quoted(name) for name in names)
    present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)
    quick = f"SELECT 1 FROM cells WHERE {present} GROUP BY hash({listed}) HAVING count(*) > 1 LIMIT 1"  # noqa: S608
    if made.execute(quick).fetchone() is None:
        return []
    inner = f"SELECT {listed} FROM cells WHERE {present} GROUP BY ALL HAVING count(*) > 1"  # noqa: S608
    query = (
        f"SELECT row, {quoted(names[0])}, count(*) OVER () FROM cells SEMI JOIN ({inner}) USING ({listed}) ORDER BY row"  # noqa: S608
    )
    rows = made.execute(f"{query} LIMIT {SHOWN_PER_RULE}").fetchall()
    shown, problems = ", ".join(names), []
    rule = f"no value of {shown} may stand twice"
    for row, found, _ in rows:
        fix = "remove or renumber the repeated record"
        problems.append(Problem(file=file, row=int(row), column=shown, rule=rule, found=str(found), fix=fix))
    return problems + the_rest(shown, rule, rows[0][2] if rows else 0, file)


def _areas(
    made: duckdb.DuckDBPyConnection, columns: list[Column], areas: dict[str, set[str]], file: str
) -> list[Problem]:
    problems: list[Problem] = []
    for column in columns:
        if column.area is None or not areas:
            continue
        allowed = set().union(*areas.values()) if column.area == "any" else areas.get(column.area, set())
        made.execute("CREATE OR REPLACE TEMP TABLE codes AS SELECT unnest($1::VARCHAR[]) AS code", [sorted(allowed)])
        name = quoted(column.name)
        query = (
            f"SELECT row, {name}, count(*) OVER () FROM cells "  # noqa: S608
            f"WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT code FROM codes) "
            f"ORDER BY row LIMIT {SHOWN_PER_RULE}"
        )
        rows = made.execute(query).fetchall()
        for row, found, _ in rows:
            near = difflib.get_close_matches(str(found), sorted(allowed), n=1)
            hint = f"did you mean {near[0]}?" if near else "use a code of the council's look-up"
            rule = "unknown area code"
            problems.append(Problem(file=file, row=int(row), column=column.name, rule=rule, found=str(found), fix=hint))
        problems += the_rest(column.name, "unknown area code", rows[0][2] if rows else 0, file)
    return problems


def _rules(made: duckdb.DuckDBPyConnection, agreed: Contract, types: dict[str, str], file: str) -> list[Problem]:
    problems: list[Problem] = []
    for rule in agreed.rules:
        if any(name not in types for name in rule.columns):
            continue
        if not rule.sql:
            raise ValueError(f"{agreed.input}: rule `{rule.rule}` has no SQL form. Fix: give it one")
        if rule.groups:
            same = " OR ".join(
                f"min({quoted(name)}) <> max({quoted(name)})" for name in rule.columns if name != rule.groups
            )
            quick = f"SELECT 1 FROM cells GROUP BY {quoted(rule.groups)} HAVING {same} LIMIT 1"  # noqa: S608
            if made.execute(quick).fetchone() is None:
                continue
        chosen = f"SELECT row FROM cells {'QUALIFY' if rule.groups else 'WHERE'} {rule.sql}"  # noqa: S608
        query = f"SELECT row, count(*) OVER () FROM ({chosen}) ORDER BY row LIMIT {SHOWN_PER_RULE}"  # noqa: S608
        rows, columns = made.execute(query).fetchall(), ", ".join(rule.columns)
        problems += [Problem(file=file, row=int(row), column=columns, rule=rule.rule, fix=rule.fix) for row, _ in rows]
        problems += the_rest(columns, rule.rule, rows[0][1] if rows else 0, file)
    return problems


def check_in_sql(
    made: duckdb.DuckDBPyConnection,
    agreed: Contract,
    types: dict[str, str],
    path: Path,
    *,
    areas: dict[str, set[str]] | None = None,
) -> int:
    """Hold the views ``raw`` and ``cells`` of a connection to a contract; return the number of records.

    Args:
        made: connection with both views.
        agreed: what the input must be.
        types: the file's columns and DuckDB's type of each.
        path: where they came from, for messages.
        areas: codes of the council's look-up by level; area columns are checked when given.

    Raises:
        InputError: every problem of the file at once.
    """
    file = paths.shown(path)
    present = [column for column in agreed.columns if column.name in types]
    records, problems = _cells(made, present, types, file)
    if not records:
        rule, fix = "the file holds no records", "export it again with its records"
        raise InputError([Problem(file=file, rule=rule, fix=fix)])
    problems = _missing(agreed, types, file) + problems
    unique = [(column.name,) for column in present if column.unique]
    keyed = [agreed.key] if agreed.key and all(name in types for name in agreed.key) else []
    for names in (*unique, *keyed):
        problems += _repeated(made, names, file)
    problems += _areas(made, present, areas or {}, file)
    if not problems:
        problems += _rules(made, agreed, types, file)
    if problems:
        raise InputError(problems)
    return records
