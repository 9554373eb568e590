"""What a contract is, and how a file is held to it.

A contract is a list of columns, each with type, rule and meaning. It builds a pandera schema; what pandera finds is
retold as file, row, column, rule, found, fix, all problems of a file at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from insight import paths
from insight.catalogue import BY_NAME, InputKind
from insight.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

Type = Literal["text", "integer", "number", "date", "flag"]
FIRST_DATA_ROW = 2
"""Row of the first record as a spreadsheet counts: the header is row 1."""
SHOWN_PER_RULE = 20
"""Problems of one rule and column that are listed singly; the rest are counted in a last line."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it holds and what is allowed.

    ``flag`` columns hold ``true`` or ``false``; ``date`` columns ISO dates. ``area`` says that values must be codes of the
    council's look-up at that level.
    """

    name: str
    type: Type
    meaning: str
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    """Whether cells may be empty (the column itself must be there)."""
    unique: bool = False
    area: Literal["oa", "neighbourhood", "ward", "any"] | None = None

    def rule(self) -> str:
        """Return the column's rule in words."""
        parts = [
            {
                "text": "text",
                "integer": "whole number",
                "number": "number",
                "date": "date as year-month-day",
                "flag": "true or false",
            }[self.type]
        ]
        if self.allowed:
            parts.append("one of " + ", ".join(self.allowed))
        if self.minimum is not None:
            parts.append(f"at least {self.minimum:g}")
        if self.maximum is not None:
            parts.append(f"at most {self.maximum:g}")
        if self.unique:
            parts.append("no value twice")
        if self.area:
            parts.append("an area code of the look-up" if self.area == "any" else f"a {self.area} of the look-up")
        parts.append("may be empty" if self.optional else "never empty")
        return "; ".join(parts)


@dataclass(frozen=True, kw_only=True)
class FrameRule:
    """A rule over several columns: ``broken`` returns a flag per row."""

    columns: tuple[str, ...]
    rule: str
    fix: str
    broken: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The contract of one input: columns, key, cross-column rules, and what its absence costs."""

    input: str
    describes: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that together name a record once."""
    rules: tuple[FrameRule, ...] = ()
    source_hint: str = ""
    """Where a council usually gets it."""
    geometry: Literal["", "Polygon", "Line", "Point", "Any"] = ""
    kind: InputKind = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", BY_NAME[self.input])

    def schema(self) -> pa.DataFrameSchema:
        """Return the pandera schema of the parsed frame."""
        import pandera.pandas as pa

        columns = {}
        for column in self.columns:
            checks = []
            if column.allowed:
                checks.append(pa.Check.isin(list(column.allowed), error="allowed"))
            if column.minimum is not None:
                checks.append(pa.Check.ge(column.minimum, error="minimum"))
            if column.maximum is not None:
                checks.append(pa.Check.le(column.maximum, error="maximum"))
            columns[column.name] = pa.Column(nullable=column.optional, unique=column.unique, checks=checks)
        return pa.DataFrameSchema(columns, strict=False, unique=list(self.key) or None)


def _file_problem(path: Path, rule: str, fix: str, **more: str) -> InputError:
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, **more)])


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a CSV as text cells, with nothing guessed.

    Raises:
        InputError: absent, empty, not UTF-8, ragged rows, or a repeated header.
    """
    import pandas as pd

    if not path.exists():
        near = difflib.get_close_matches(
            path.name, [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else [], n=1
        )
        hint = f"did you mean {near[0]}?" if near else "put the file there, or write not_supplied in the params file"
        raise _file_problem(path, "the file is not there", hint)
    if path.stat().st_size == 0:
        raise _file_problem(path, "the file is empty", "export it again with its header row")
    try:
        path.read_text(encoding="utf-8-sig")
        frame = pd.read_csv(
            path, dtype="string", keep_default_na=False, encoding="utf-8-sig", header=None, skip_blank_lines=False
        )
    except UnicodeDecodeError as error:
        row = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(
            [
                Problem(
                    file=paths.shown(path),
                    row=row,
                    rule="text must be UTF-8",
                    found=f"byte {error.object[error.start]:#04x}",
                    fix="save the file as CSV UTF-8",
                )
            ]
        ) from None
    except pd.errors.ParserError as error:
        raise _file_problem(
            path, "rows must have as many cells as the header", "look for stray commas or quotes", found=str(error)
        ) from None
    except pd.errors.EmptyDataError:
        raise _file_problem(path, "the file is empty", "export it again with its header row") from None
    header = [str(name).strip() for name in frame.iloc[0]]
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise _file_problem(
            path, "each column name may stand once", "rename or drop the repeated columns", found=", ".join(repeated)
        )
    frame = frame.iloc[1:].reset_index(drop=True)
    frame.columns = header
    return frame


def parse(contract: Contract, frame: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn text cells into typed ones; cells that cannot be become missing and are told as problems."""
    import pandas as pd

    file = paths.shown(path)
    problems: list[Problem] = []
    typed = {}
    for column in contract.columns:
        if column.name not in frame.columns:
            near = difflib.get_close_matches(column.name, list(frame.columns), n=1)
            hint = f"rename `{near[0]}`" if near else f"add it ({column.meaning})"
            problems.append(Problem(file=file, column=column.name, rule="the column must be there", fix=hint))
            continue
        cells = frame[column.name]
        if column.type == "text" and cells.dtype == "string":
            typed[column.name] = (
                cells.str.strip().mask(cells.str.strip() == "", pd.NA).astype(object).where(lambda s: s.notna(), None)
            )
            continue
        text = cells.astype("string").str.strip()
        empty = text.isna() | (text == "")
        if column.type in ("integer", "number"):
            values = pd.to_numeric(text.mask(empty), errors="coerce").astype("float64")
            bad = values.isna() & ~empty
            if column.type == "integer":
                bad |= values.notna() & (values % 1 != 0)
        elif column.type == "date":
            values = pd.to_datetime(text.mask(empty), format="%Y-%m-%d", errors="coerce")
            bad = values.isna() & ~empty
        elif column.type == "flag":
            lower = text.str.lower()
            values = lower.map({"true": True, "false": False})
            bad = values.isna() & ~empty
        else:
            values, bad = (
                text.mask(empty).astype(object).where(lambda s: s.notna(), None),
                pd.Series(data=False, index=frame.index),
            )
        for row in frame.index[bad][:SHOWN_PER_RULE]:
            problems.append(
                Problem(
                    file=file,
                    row=int(row) + FIRST_DATA_ROW,
                    column=column.name,
                    rule=column.rule(),
                    found=str(text[row]),
                    fix="correct the cell",
                )
            )
        if bad.sum() > SHOWN_PER_RULE:
            problems.append(
                Problem(
                    file=file,
                    column=column.name,
                    rule=column.rule(),
                    found=f"{int(bad.sum()) - SHOWN_PER_RULE} more such cells",
                    fix="correct them alike",
                )
            )
        if column.type == "integer" and not bad.any() and not empty.any():
            values = values.astype("int64")
        if column.type == "flag" and not bad.any() and not empty.any():
            values = values.astype(bool)
        typed[column.name] = values
    parsed = pd.DataFrame(typed, index=frame.index)
    bad_cells = {(p.row, p.column) for p in problems}
    parsed.attrs["unparsed"] = bad_cells
    return parsed, problems


def _schema_problems(
    contract: Contract, frame: pd.DataFrame, file: str, known: set[tuple[int | None, str | None]]
) -> list[Problem]:
    import pandera.errors
    import pandera.pandas as pa

    present = [column.name for column in contract.columns if column.name in frame.columns]
    schema = contract.schema().select_columns(present) if len(present) < len(contract.columns) else contract.schema()
    if any(name not in frame.columns for name in contract.key):
        schema = pa.DataFrameSchema(schema.columns, strict=False)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    rules = {column.name: column.rule() for column in contract.columns}
    problems: list[Problem] = []
    counts: dict[tuple[str, str], int] = {}
    seen: set[tuple[int | None, str]] = set()
    for case in cases.itertuples():
        row = None if case.index is None else int(case.index) + FIRST_DATA_ROW
        check = str(case.check)
        twice = "unique" in check or "uniqueness" in check
        column = ", ".join(contract.key) if case.schema_context == "DataFrameSchema" else str(case.column)
        if (row, column) in known or (row, column) in seen:
            continue
        seen.add((row, column))
        counts[(column, check)] = counts.get((column, check), 0) + 1
        if counts[(column, check)] > SHOWN_PER_RULE:
            continue
        rule = f"no value of {column} may stand twice" if twice else rules.get(column, check)
        fix = "remove or renumber the repeated record" if twice else "correct the cell"
        found = None if case.failure_case is None or case.failure_case != case.failure_case else str(case.failure_case)
        problems.append(
            Problem(file=file, row=row, column=column, rule=rule, found="empty" if found is None else found, fix=fix)
        )
    for (column, _), count in counts.items():
        if count > SHOWN_PER_RULE:
            problems.append(
                Problem(
                    file=file,
                    column=column,
                    rule=rules.get(column, "as above"),
                    found=f"{count - SHOWN_PER_RULE} more such cells",
                    fix="correct them alike",
                )
            )
    return problems


def _area_problems(contract: Contract, frame: pd.DataFrame, file: str, areas: dict[str, set[str]]) -> list[Problem]:
    problems = []
    for column in contract.columns:
        if column.area is None or column.name not in frame.columns or not areas:
            continue
        allowed = set().union(*areas.values()) if column.area == "any" else areas.get(column.area, set())
        cells = frame[column.name]
        bad = cells.notna() & ~cells.isin(allowed)
        for row in frame.index[bad][:SHOWN_PER_RULE]:
            near = difflib.get_close_matches(str(cells[row]), sorted(allowed), n=1)
            hint = f"did you mean {near[0]}?" if near else "use a code of the council's look-up"
            problems.append(
                Problem(
                    file=file,
                    row=int(row) + FIRST_DATA_ROW,
                    column=column.name,
                    rule="unknown area code",
                    found=str(cells[row]),
                    fix=hint,
                )
            )
    return problems


def _rule_problems(contract: Contract, frame: pd.DataFrame, file: str) -> list[Problem]:
    problems = []
    for rule in contract.rules:
        if any(name not in frame.columns for name in rule.columns):
            continue
        broken = rule.broken(frame).fillna(False).astype(bool)
        problems += [
            Problem(
                file=file, row=int(row) + FIRST_DATA_ROW, column=", ".join(rule.columns), rule=rule.rule, fix=rule.fix
            )
            for row in frame.index[broken][:SHOWN_PER_RULE]
        ]
    return problems


def check(
    contract: Contract, frame: pd.DataFrame, path: Path, *, areas: dict[str, set[str]] | None = None
) -> pd.DataFrame:
    """Hold a frame of cells to its contract.

    Args:
        contract: what the input must be.
        frame: cells as read (text for CSV, typed for Parquet).
        path: where they came from, for messages.
        areas: codes of the council's look-up by level; area columns are checked when given.

    Returns:
        The typed frame with the contract's columns, in the contract's order; other columns are dropped.

    Raises:
        InputError: every problem of the file at once.
    """
    if frame.empty:
        raise _file_problem(path, "the file holds no records", "export it again with its records")
    parsed, problems = parse(contract, frame, path)
    file = paths.shown(path)
    known = parsed.attrs.pop("unparsed")
    problems += _schema_problems(contract, parsed, file, known)
    problems += _area_problems(contract, parsed, file, areas or {})
    if not problems:
        problems += _rule_problems(contract, parsed, file)
    if problems:
        raise InputError(problems)
    return parsed
