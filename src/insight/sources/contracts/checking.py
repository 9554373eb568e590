"""Holding a file to its contract: cells typed, pandera's findings retold as file, row, column, rule, found, fix.

All problems of a file are told at once, so that a council mends it in one go.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.contracts.base import Column, Contract

if TYPE_CHECKING:
    import pandas as pd

Cell = tuple[int | None, str | None]
"""Row as a spreadsheet counts, and column."""
FIRST_DATA_ROW = 2
"""Row of the first record as a spreadsheet counts: the header is row 1."""
EXAMPLE, TYPES = "EXAMPLE: ", "TYPE: "
"""What the first cell begins with in a template's rows of an example and of types."""
SHOWN_PER_RULE = 20
"""Problems of one rule and column that are listed singly; the rest are counted in a last line."""


def _file_problem(path: Path, rule: str, fix: str, found: str | None = None) -> InputError:
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, found=found)])


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


def _typed(column: Column, cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return a column's typed values and a flag for each cell that is not of its type."""
    import pandas as pd

    text = cells.astype("string").str.strip()
    empty = text.isna() | (text == "")
    if column.aliases:
        spelled = text.str.lower().str.replace(r"[\s\-]+", "_", regex=True)
        text = spelled.map(dict(column.aliases)).astype("string").fillna(text)
    if column.type == "text":
        return text.mask(empty).astype(object).where(~empty, None), pd.Series(data=False, index=cells.index)
    if column.type == "date":
        values = pd.to_datetime(text.mask(empty), format="%Y-%m-%d", errors="coerce")
    elif column.type == "flag":
        values = text.str.lower().map({"true": True, "false": False})
    else:
        values = pd.to_numeric(text.mask(empty), errors="coerce").astype("float64")
    bad = values.isna() & ~empty
    if column.type == "integer":
        bad |= values.notna() & (values % 1 != 0)
    if not bad.any() and not empty.any() and column.type in ("integer", "flag"):
        values = values.astype("int64" if column.type == "integer" else bool)
    return values, bad


def _cell_problems(column: Column, cells: pd.Series, bad: pd.Series, file: str) -> list[Problem]:
    rows = list(cells.index[bad])
    problems = [
        Problem(
            file=file,
            row=int(row) + FIRST_DATA_ROW,
            column=column.name,
            rule=column.rule(),
            found=str(cells[row]),
            fix="correct the cell",
        )
        for row in rows[:SHOWN_PER_RULE]
    ]
    return problems + the_rest(column.name, column.rule(), len(rows), file)


def the_rest(column: str, rule: str, count: int, file: str) -> list[Problem]:
    """Return one problem for all cells beyond those told one by one; none where there are no more."""
    if count <= SHOWN_PER_RULE:
        return []
    found = f"{count - SHOWN_PER_RULE} more such cells"
    return [Problem(file=file, column=column, rule=rule, found=found, fix="correct them alike")]


def parse(contract: Contract, frame: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, list[Problem], set[Cell]]:
    """Turn cells into typed ones; cells that cannot be become missing, are told as problems, and are returned too."""
    import pandas as pd

    file = paths.shown(path)
    problems: list[Problem] = []
    told: set[Cell] = set()
    typed = {}
    for column in contract.columns:
        if column.name not in frame.columns and column.may_be_absent:
            typed[column.name], _ = _typed(column, pd.Series(None, index=frame.index, dtype=object))
            continue
        if column.name not in frame.columns:
            near = difflib.get_close_matches(column.name, list(frame.columns), n=1)
            hint = f"rename `{near[0]}`" if near else f"add it ({column.meaning})"
            problems.append(Problem(file=file, column=column.name, rule="the column must be there", fix=hint))
            continue
        typed[column.name], bad = _typed(column, frame[column.name])
        problems += _cell_problems(column, frame[column.name], bad, file)
        told |= {(int(row) + FIRST_DATA_ROW, column.name) for row in frame.index[bad]}
    return pd.DataFrame(typed, index=frame.index), problems, told


def _failures(contract: Contract, frame: pd.DataFrame) -> pd.DataFrame | None:
    """Return pandera's failure cases, or ``None`` where the frame holds."""
    import pandera.errors
    import pandera.pandas as pa

    schema = contract.schema()
    present = [column.name for column in contract.columns if column.name in frame.columns]
    if len(present) < len(contract.columns):
        keyed = all(name in present for name in contract.key)
        chosen = {name: schema.columns[name] for name in present}
        schema = pa.DataFrameSchema(chosen, strict=False, unique=list(contract.key) if keyed and contract.key else None)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        return error.failure_cases
    return None


def _schema_problems(contract: Contract, frame: pd.DataFrame, file: str, told: set[Cell]) -> list[Problem]:
    cases = _failures(contract, frame)
    if cases is None:
        return []
    rules = {column.name: column.rule() for column in contract.columns}
    key = ", ".join(contract.key)
    found: dict[tuple[str, str], dict[int | None, Problem]] = {}
    for case in cases.itertuples():
        row = None if case.index is None else int(case.index) + FIRST_DATA_ROW
        is_key = case.schema_context == "DataFrameSchema"
        column = key if is_key else str(case.column)
        twice = "uniq" in str(case.check)
        rule = f"no value of {column} may stand twice" if twice else rules[column]
        # cells that could not be read are alike only in that
        if (row, column) in told or (is_key and any((row, name) in told for name in contract.key)):
            continue
        empty = case.failure_case is None or case.failure_case != case.failure_case
        found.setdefault((column, rule), {})[row] = Problem(
            file=file,
            row=row,
            column=column,
            rule=rule,
            found="empty" if empty else str(case.failure_case),
            fix="remove or renumber the repeated record" if twice else "correct the cell",
        )
    problems = []
    for (column, rule), by_row in found.items():
        problems += [*list(by_row.values())[:SHOWN_PER_RULE], *the_rest(column, rule, len(by_row), file)]
    return problems


def _area_problems(contract: Contract, frame: pd.DataFrame, file: str, areas: dict[str, set[str]]) -> list[Problem]:
    problems = []
    for column in contract.columns:
        if column.area is None or column.name not in frame.columns or not areas:
            continue
        # Tables are by output area, neighbourhood, ward or borough; codes of LSOAs serve outlines alone.
        every = set().union(*(codes for level, codes in areas.items() if level != "lsoa"))
        allowed = every if column.area == "any" else areas.get(column.area, set())
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
        problems += the_rest(column.name, "unknown area code", int(bad.sum()), file)
    return problems


def _rule_problems(contract: Contract, frame: pd.DataFrame, file: str) -> list[Problem]:
    problems = []
    for rule in contract.rules:
        if any(name not in frame.columns for name in rule.columns):
            continue
        broken = rule.broken(frame).fillna(value=False).astype(bool)
        problems += [
            Problem(
                file=file, row=int(row) + FIRST_DATA_ROW, column=", ".join(rule.columns), rule=rule.rule, fix=rule.fix
            )
            for row in frame.index[broken][:SHOWN_PER_RULE]
        ]
        problems += the_rest(", ".join(rule.columns), rule.rule, int(broken.sum()), file)
    return problems


def _left_in(contract: Contract, frame: pd.DataFrame, path: Path) -> list[Problem]:
    """Return the rows of a template that still stand in a file."""
    first = contract.columns[0].name
    if first not in frame.columns:
        return []
    cells = frame[first].astype("string").fillna("")
    kept = cells.str.startswith(EXAMPLE) | cells.str.startswith(TYPES)
    rule = "the template's rows of types and examples must go"
    return [
        Problem(file=paths.shown(path), row=int(row) + FIRST_DATA_ROW, column=first, rule=rule, fix="delete the row")
        for row in cells.index[kept]
    ]


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
    if left := _left_in(contract, frame, path):
        raise InputError(left)
    parsed, problems, told = parse(contract, frame, path)
    file = paths.shown(path)
    problems += _schema_problems(contract, parsed, file, told)
    problems += _area_problems(contract, parsed, file, areas or {})
    if not problems:
        problems += _rule_problems(contract, parsed, file)
    if problems:
        raise InputError(problems)
    return parsed
