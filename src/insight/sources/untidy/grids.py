"""The cells of a file as text, row by row: workbooks by openpyxl and calamine, CSV by the standard library.

Cells that a spreadsheet holds as numbers, dates or flags come out in one spelling; a number that is formatted as per
cent keeps its sign, since 0.12 and 12% are the same cell.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.untidy.changes import Change
from insight.sources.untidy.open_document import marks_of

WORKBOOKS = {".xlsx", ".xlsm", ".ods", ".xls", ".xlsb"}
TEXTS = {".csv", ".txt", ".tsv"}
DELIMITERS = ",;\t|"
SIGNATURES = {b"PK\x03\x04": ".xlsx or .ods", b"\xd0\xcf\x11\xe0": ".xls"}
"""First bytes of workbooks, which some systems save under the ending of a text file."""
SNIFFED = 60
"""Rows that the delimiter is judged by."""
MOJIBAKE = ("Ã©", "Ã¨", "Ã¤", "Ã¶", "Ã¼", "Ã±", "Â£", "â€", "Ã‰")
"""UTF-8 read as Windows-1252: the mark of a file that mixes both."""
Merged = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 0."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One sheet: rows of text cells from the sheet's own first row, and the ranges of merged cells."""

    rows: list[list[str]]
    sheet: str | None = None
    merged: tuple[Merged, ...] = ()
    changes: tuple[Change, ...] = ()


def refuse(path: Path, rule: str, fix: str, found: str | None = None, *, row: int | None = None) -> InputError:
    """Return the error of a file that cannot be read as it is."""
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, found=found, row=row)])


def text_of(value: Any) -> str:
    """Return a spreadsheet's value in the spelling that contracts read."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).replace("\xa0", " ").strip()


def _spelt(value: Any, *, is_percent: bool) -> str:
    """Return a cell's text; a number formatted as per cent with its sign."""
    if is_percent and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{round(value * 100, 10):.12g}%"
    return text_of(value)


def _trimmed(rows: Iterable[list[str]]) -> list[list[str]]:
    """Return rows without blank cells at their ends and without blank rows at the end."""
    kept = []
    for row in rows:
        last = max((place + 1 for place, cell in enumerate(row) if cell), default=0)
        kept.append(row[:last])
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _excel(path: Path) -> list[Grid]:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    grids = []
    for sheet in book.worksheets:
        rows = _trimmed(
            [_spelt(cell.value, is_percent="%" in str(cell.number_format)) for cell in row] for row in sheet.iter_rows()
        )
        merged = tuple(
            (one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1) for one in sheet.merged_cells
        )
        if rows and sheet.sheet_state == "visible":
            grids.append(Grid(sheet=sheet.title, rows=rows, merged=merged))
    return grids


def _calamine(path: Path) -> list[Grid]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    marks = marks_of(path) if path.suffix.lower() == ".ods" else {}
    grids = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        percent, merged = marks.get(name, (set(), [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]))
        rows = _trimmed(
            [_spelt(None if cell == "" else cell, is_percent=(at, place) in percent) for place, cell in enumerate(row)]
            for at, row in enumerate(sheet.to_python(skip_empty_area=False))
        )
        if rows:
            grids.append(Grid(sheet=name, rows=rows, merged=tuple(merged)))
    return grids


def read_workbook(path: Path) -> list[Grid]:
    """Return the sheets of a workbook that hold something; hidden ones are left out.

    Raises:
        InputError: not a workbook, protected by a password, or without a cell.
    """
    try:
        grids = _excel(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _calamine(path)
    except Exception as error:
        # the libraries raise a dozen kinds for a broken or locked workbook
        rule = f"the file must be a readable {path.suffix.lower()} workbook"
        fix = "open it, take off any password, and save it again"
        raise refuse(path, rule, fix, str(error).splitlines()[0] if str(error) else type(error).__name__) from None
    if not grids:
        raise refuse(path, "the file holds no records", "export it again with its records")
    return grids


def decode(path: Path, *, is_adopted: bool) -> tuple[str, list[Change]]:
    """Return the text of a file: UTF-8 with or without its mark, UTF-16, and Windows-1252 once a file is adopted.

    Windows-1252 accepts nearly any byte, so a damaged UTF-8 file would pass for it: only a file that was looked at on
    adoption is read so.

    Raises:
        InputError: another encoding, or two at once; with the row.
    """
    raw = path.read_bytes()
    if (kind := SIGNATURES.get(raw[:4])) is not None:
        rule = f"a {path.suffix} file is text; this is a workbook or another packed file under that ending"
        raise refuse(path, rule, f"give it its own ending ({kind})")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16"), [Change(what="read as UTF-16, as Excel writes Unicode text")]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        row, found = raw[: error.start].count(b"\n") + 1, f"byte {raw[error.start]:#04x}"
    if not is_adopted:
        fix = "save the file as CSV UTF-8, or take it in as it is with `insight adopt`"
        raise refuse(path, "text must be UTF-8", fix, found, row=row)
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        found = f"byte {raw[error.start]:#04x}"
        raise refuse(path, "text must be UTF-8 or Windows-1252", "save it as CSV UTF-8", found, row=row) from None
    for mark in MOJIBAKE:
        if mark in text:
            row = text[: text.index(mark)].count("\n") + 1
            rule = "text must be of one encoding; this file mixes UTF-8 and Windows-1252"
            raise refuse(path, rule, "export both parts again as CSV UTF-8", mark, row=row)
    return text, [Change(what="read as Windows-1252")]


def delimiter_of(lines: Sequence[str]) -> str:
    """Return the delimiter under which most rows have the same number of cells, the more the better."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines[:SNIFFED], delimiter=delimiter))
        width, often = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        return (often if width > 1 else 0, width)

    return max(DELIMITERS, key=lambda one: (*score(one), -DELIMITERS.index(one)))


def read_delimited(path: Path, *, is_adopted: bool = False) -> Grid:
    """Return the cells of a CSV or tab-separated file.

    Raises:
        InputError: encoding, or quotes that do not close.
    """
    text, changes = decode(path, is_adopted=is_adopted)
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise refuse(path, "text holds no empty bytes; the export is damaged or broke off", "export it again", row=row)
    lines = text.splitlines(keepends=True)
    delimiter = delimiter_of(lines)
    rows: list[list[str]] = []
    try:
        rows.extend(
            [cell.replace("\xa0", " ").strip() for cell in row]
            for row in csv.reader(lines, delimiter=delimiter, strict=True)
        )
    except csv.Error as error:
        rule, fix = "quotes must close in the row they open in", "look for a stray quote"
        raise refuse(path, rule, fix, str(error), row=len(rows) + 1) from None
    if delimiter != ",":
        changes.append(Change(what=f"cells parted by {'tab' if delimiter == chr(9) else delimiter}"))
    return Grid(rows=_trimmed(rows), changes=tuple(changes))


def read_grids(path: Path, *, is_adopted: bool = False) -> list[Grid]:
    """Return the sheets of a workbook, or the one of a text file.

    Raises:
        InputError: absent, empty, of another format, or unreadable.
    """
    if not path.exists():
        raise refuse(path, "the file is not there", "put the file there, or write not_supplied in the params file")
    if path.stat().st_size == 0:
        raise refuse(path, "the file is empty", "export it again with its header row")
    kind = path.suffix.lower()
    if kind in WORKBOOKS:
        return read_workbook(path)
    if kind in TEXTS:
        return [read_delimited(path, is_adopted=is_adopted)]
    raise refuse(
        path, "a table is .csv, .xlsx, .ods, .xls or .xlsb", "export it as one of them", path.suffix or "no ending"
    )
