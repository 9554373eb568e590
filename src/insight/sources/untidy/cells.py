"""Reading cells by the contract's type: spellings of numbers, dates, periods and flags, and marks of suppression.

Only cells that the contract could not read as they stand are touched. A mark of suppression becomes a status and an
empty cell, never 0. What may mean two things is refused with the cell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from insight.errors import Problem
from insight.sources.contracts.base import Column, Contract
from insight.sources.contracts.checking import FIRST_DATA_ROW
from insight.sources.untidy.bodies import Table
from insight.sources.untidy.changes import Change, change
from insight.sources.untidy.dates import UnclearError, read_date, unclear_dates

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 20
"""Unclear cells of a column that are told one by one; the contract counts the rest."""
STATUS, VALUE = "status", "value"
COUNTS = ("numerator", "denominator")
CONFIDENTIAL = re.compile(
    r"(?i)\*+|\[?c\]?|\(c\)|\[?supp(ressed)?\]?|(<|&lt;|less than|fewer than|under)\s*\d+|≤\s*\d+|1-[4-9]"
)
UNAVAILABLE = re.compile(r"(?i)\.\.+|…|:|\[?x\]?|\[?u/?a\]?|n[./]?a\.?|not available|no data|unavailable|missing")
INAPPLICABLE = re.compile(r"(?i)\[?z\]?|not applicable")
DASH = re.compile(r"[-–—~.]")
SUFFIXED = re.compile(r"(?i)(?P<number>[£\d.,%\s-]*\d[%]?)\s*[\[(]?(?P<mark>[pru])[\])]?")
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
SPACED = re.compile(r"-?\d{1,3}( \d{3})+(\.\d+)?")
LOST = re.compile(r"\d(\.\d+)?E\+\d+")
YES, NO = {"yes", "y", "1", "t", "✓"}, {"no", "n", "0", "f"}


@dataclass(kw_only=True)
class _Told:
    """What was done to which cells."""

    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)

    def changes(self) -> list[Change]:
        return [one for what, places in self.places.items() for one in change(what, places)]


def _plain_number(text: str) -> tuple[str, str] | None:
    """Return a number's plain spelling and what was done; ``None`` where it is no number."""
    money = text.removeprefix("£").strip() if text.startswith("£") else text
    said = "pound sign taken off" if money != text else ""
    if THOUSANDS.fullmatch(money):
        return money.replace(",", ""), "comma of thousands taken out"
    if SPACED.fullmatch(money):
        return money.replace(" ", ""), "blank of thousands taken out"
    if re.fullmatch(r"-?\d+,\d{1,2}", money):
        raise UnclearError("a comma parts thousands, three digits each", "write the number with a point")
    if re.fullmatch(r"-?\d+(\.\d+)?", money):
        return money, said
    return None


def _number(text: str, column: Column) -> tuple[str, str, str]:
    """Return a number cell's text, its status, and what was done.

    Raises:
        UnclearError: a dash, or a spelling that may be two numbers.
    """
    for pattern, status, words in (
        (CONFIDENTIAL, "c", "suppressed cell read as empty, status c"),
        (INAPPLICABLE, "z", "cell marked not applicable read as empty, status z"),
        (UNAVAILABLE, "x", "cell marked not available read as empty, status x"),
    ):
        if pattern.fullmatch(text):
            return "", status, words
    if DASH.fullmatch(text):
        raise UnclearError("a dash or dot may mean nought or not known", "write 0, or .. where it is not known")
    mark = ""
    if (found := SUFFIXED.fullmatch(text)) is not None:
        text, mark = found["number"].strip(), found["mark"].lower()
    if text.endswith("%"):
        plain = _plain_number(text[:-1].strip())
        if plain is not None:
            percent = column.name.endswith("_pct") or (column.maximum is not None and column.maximum > 1)
            share = plain[0] if percent else f"{float(plain[0]) / 100:.12g}"
            return share, mark, "per cent sign taken off" if percent else "per cent read as a share from 0 to 1"
    plain = _plain_number(text)
    if plain is None:
        return text, "", ""
    return plain[0], mark, plain[1] or (f"mark {mark} beside a number read as status" if mark else "")


def _flag(text: str) -> tuple[str, str]:
    word = text.casefold()
    if word in YES:
        return "true", "yes or no read as true or false"
    if word in NO:
        return "false", "yes or no read as true or false"
    return text, ""


PERIODS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?:FY|AY)?\s*(\d{4})\s*/\s*(?:20|19)?(\d{2})", lambda m: f"{m[1]}/{m[2]}"),
    (r"Apr(?:il)?\s+(\d{4})\s*(?:-|–|to)\s*Mar(?:ch)?\s+\d{2}(\d{2})", lambda m: f"{m[1]}/{m[2]}"),
    (r"Sep(?:t|tember)?\s+(\d{4})\s*(?:-|–|to)\s*Aug(?:ust)?\s+\d{2}(\d{2})", lambda m: f"{m[1]}/{m[2]}"),
    (r"(\d{4})\s*(?:-|–|—|to)\s*(?:20|19)?(\d{2})", lambda m: f"{m[1]}-{m[2]}"),
    (r"(\d{4})[\s-]*Q([1-4])", lambda m: f"{m[1]}-Q{m[2]}"),
    (r"Q([1-4])[\s-]*(\d{4})", lambda m: f"{m[2]}-Q{m[1]}"),
    (r"(\d{4})(?:\.0)?", lambda m: m[1]),
)
"""Spellings of periods: a year, a financial or school year 2009/10, years pooled 2008-10, a quarter 2011-Q2."""


def period(text: str) -> str:
    """Return a period in its one spelling.

    Raises:
        UnclearError: a date in its place, as spreadsheets make of 2008-10, or words.
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}( .*)?|[A-Za-z]{3}-\d{2}|\d{2}-[A-Za-z]{3}", text):
        raise UnclearError(
            "a spreadsheet has turned a period into a date", "format the column as text and type the period again"
        )
    for pattern, made in PERIODS:
        if found := re.fullmatch(pattern, text.strip(), flags=re.IGNORECASE):
            return made(found)
    raise UnclearError("a period is 2010, 2009/10, 2008-10 or 2011-Q2", "write it so")


def _text(text: str, column: Column) -> tuple[str, str]:
    if column.name == "period":
        plain = period(text)
        return plain, "" if plain == text else "period written in its one spelling"
    if LOST.fullmatch(text):
        raise UnclearError(
            "a spreadsheet has cut the digits of a code",
            "format the column as text and export it again from the system",
        )
    return text, ""


def _unread(column: Column, cells: pd.Series) -> pd.Series:
    """Flag cells that the contract cannot read as they stand."""
    import pandas as pd

    filled = cells != ""
    if column.type == "text":
        if column.name == "period":
            return filled & ~cells.str.fullmatch(r"\d{4}(-\d{2})?")
        return filled & cells.str.fullmatch(LOST.pattern)
    if column.type == "date":
        return filled & pd.to_datetime(cells.where(filled), format="%Y-%m-%d", errors="coerce").isna()
    if column.type == "flag":
        return filled & ~cells.str.lower().isin(["true", "false"])
    return filled & pd.to_numeric(cells.where(filled), errors="coerce").isna()


def _read(text: str, column: Column) -> tuple[str, str, str]:
    """Return one cell's text, its status (numbers only), and what was done."""
    try:
        if column.type in ("number", "integer"):
            return _number(text, column)
        if column.type == "date":
            found = read_date(text, column)
        elif column.type == "flag":
            found = _flag(text)
        else:
            found = _text(text, column)
    except ValueError:
        # no such day: the contract says so
        return text, "", ""
    return found[0], "", found[1]


def _column(table: Table, column: Column, frame: pd.DataFrame, told: _Told) -> dict[int, str]:
    """Read one column's cells in place; return the status of each row whose cell carried a mark."""
    cells = frame[column.name]
    unread = _unread(column, cells)
    odd = cells[unread]
    if column.type == "date" and (order := unclear_dates(odd, column.name, table)) is not None:
        told.problems.append(order)
        return {}
    marks: dict[int, str] = {}
    read: dict[int, str] = {}
    unclear = 0
    for at, text in odd.items():
        row = int(at) + FIRST_DATA_ROW
        try:
            plain, mark, said = _read(str(text), column)
        except UnclearError as error:
            rule, fix = error.args
            unclear += 1
            if unclear > SHOWN:
                continue
            told.problems.append(table.problem(row, column.name, rule, fix, str(text)))
            continue
        if plain == "" and not column.optional:
            rule = f"a suppressed or missing value has no place here: {column.rule()}"
            fix = "ask the source for the number, or take the row out; never write 0 for it"
            told.problems.append(table.problem(row, column.name, rule, fix, str(text)))
            continue
        read[int(at)] = plain
        if mark:
            marks[int(at)] = mark
        if said:
            told.places[said].append(table.place(row, column.name))
    if read:
        frame.loc[list(read), column.name] = list(read.values())
    return marks


def _statuses(table: Table, frame: pd.DataFrame, marks: dict[int, str], told: _Told) -> None:
    """Write the marks of values as their status, and empty the counts beside suppressed ones."""
    for at, mark in marks.items():
        known = str(frame.loc[at, STATUS])
        if known and known != mark:
            rule = "the mark in the value and the status agree"
            told.problems.append(
                table.problem(at + FIRST_DATA_ROW, STATUS, rule, f"write {mark}, or correct the value", known)
            )
    frame.loc[list(marks), STATUS] = list(marks.values())
    hidden = [at for at, mark in marks.items() if mark == "c"]
    for name in COUNTS:
        if name in frame.columns:
            full = [at for at in hidden if frame.loc[at, name]]
            places = [table.place(at + FIRST_DATA_ROW, name) for at in full]
            told.places["count beside a suppressed value left out"] += places
            frame.loc[full, name] = ""


def _merged_numbers(table: Table, contract: Contract, told: _Told) -> None:
    types = {column.name: column.type for column in contract.columns}
    for row, name in sorted(table.filled):
        if types.get(name) in ("number", "integer"):
            rule = "a number stands in one row; this one is merged over several"
            fix = "split the cells and give each row its own number"
            told.problems.append(table.problem(row, name, rule, fix))


def read_cells(table: Table, contract: Contract) -> tuple[Table, list[Problem]]:
    """Return the table with its cells in the contract's spelling, and the cells that may mean two things.

    A contract with ``status`` beside ``value`` gets the marks of values there (a file in another layout than the
    contract's own need not have the column); in another, a mark leaves an optional cell empty and is refused in any
    other.
    """
    told = _Told()
    frame = table.frame.copy()
    names = [column.name for column in contract.columns]
    if table.letters is not None and STATUS in names and VALUE in frame.columns and STATUS not in frame.columns:
        frame[STATUS] = ""
    _merged_numbers(table, contract, told)
    for column in contract.columns:
        if column.name not in frame.columns:
            continue
        marks = _column(table, column, frame, told)
        if column.name == VALUE and STATUS in frame.columns and marks:
            _statuses(table, frame, marks, told)
    return replace(table, frame=frame, changes=(*table.changes, *told.changes())), told.problems
