"""A tidy spreadsheet: notes first, then figures, claims and every publishable table, one sheet each.

Layout after the guidance of the UK's Government Analysis Function: one table a sheet from the first cell, no merged
cells, no colour that carries meaning, marks for hidden values, a notes sheet that explains them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight import atomic, paths
from insight.display import missing
from insight.display.html import heading
from insight.params import LoadedParams
from insight.report.building import draft_of
from insight.report.page import Run, read_run
from insight.report.parts import claim_row, figure_row
from insight.report.saved import saved
from insight.report.standing import of_stage

if TYPE_CHECKING:
    import pandas as pd

LONGEST_NAME = 31
WIDEST = 60
FORMULA = ("=", "+", "-", "@")
NOTES = (
    "Values are as in the report; none is rounded here.",
    "[c]: a small number, not shown. It is a status and never zero.",
    "[x]: not available. [z]: not applicable. [u] beside a number would say that few cases make it unreliable.",
    "An empty cell of a column of words: nothing to say.",
    "Shares run from 0 to 1. Columns lower and upper are 95 % limits unless the report says otherwise.",
    "Demonstration: generated, no evidence about any place.",
)


def _tables(run: Run) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    for stage, declared in run.stages.items():
        for table in declared.tables:
            frame = saved(run, stage, table)
            if frame is not None:
                yield stage, table, of_stage(run, stage).label, frame


def _sheet_name(stage: str, table: str, taken: set[str]) -> str:
    short = "".join(word[0] for word in stage.split("_")) if "_" in stage else stage[:5]
    base = re.sub(r"[^\w ]", " ", f"{short} {table}".replace("_", " "))[:LONGEST_NAME]
    name, number = base, 2
    while name.lower() in taken:
        name = f"{base[: LONGEST_NAME - 3]} {number}"
        number += 1
    taken.add(name.lower())
    return name


def _cell(value: Any, *, mark: str) -> Any:
    if value is None or value != value:  # noqa: PLR0124 - only a missing value differs from itself
        return mark or None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, str) and value.startswith(FORMULA) and not re.fullmatch(r"[+-]?[\d.,]+", value):
        return f"'{value}"
    return value


def _fill(sheet: Any, frame: pd.DataFrame) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    shown = missing.columns(frame)
    marks = [missing.marks(frame, name) for name in shown]
    sheet.append([heading(name) for name in shown])
    for row, values in enumerate(frame[shown].itertuples(index=False, name=None)):
        sheet.append([_cell(value, mark=own[row]) for value, own in zip(values, marks, strict=True)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(shown, 1):
        longest = max([len(heading(name)), *(len(str(value)) for value in frame[name].head(200))])
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, longest + 2)


def _write(run: Run, target: Path) -> None:
    import pandas as pd
    from openpyxl import Workbook

    book = Workbook()
    notes = book.active
    notes.title = "Notes"
    taken = {"notes", "figures", "claims"}
    notes.append([f"{run.council}: customer insight, tables of the report"])
    draft = draft_of(run)
    for line in (*([draft] if draft else []), *NOTES):
        notes.append([line])
    notes.append([])
    notes.append(["Sheet", "Stage", "Table", "What the data are", "Rows"])
    for name, rows in (
        ("Figures", [figure_row(row) for row in run.figures]),
        ("Claims", [claim_row(row) for row in run.decided]),
    ):
        if rows:
            _fill(book.create_sheet(name), pd.DataFrame(rows))
            notes.append([name, "all", name.lower(), "as each row says", len(rows)])
    for stage, table, label, frame in _tables(run):
        sheet = _sheet_name(stage, table, taken)
        _fill(book.create_sheet(sheet), frame)
        notes.append([sheet, run.stages[stage].title, table, label, len(frame)])
    notes.column_dimensions["A"].width = notes.column_dimensions["D"].width = WIDEST
    book.properties.title = f"{run.council}: customer insight, tables of the report"
    book.properties.language = "en-GB"
    book.properties.contentStatus = "Draft" if draft else "Final"
    book.save(target)


def write_sheets(loaded: LoadedParams) -> Path:
    """Write figures, claims and every publishable table of the last run as one spreadsheet, and return the file.

    Raises:
        NotSuppliedError: the council has not been run.
    """
    run = read_run(loaded)
    target = paths.build_dir(loaded.council.slug) / f"{loaded.council.slug}-tables.xlsx"
    atomic.write_with(target, partial(_write, run))
    return target
