"""Dates as councils write them: day first, in words, months alone; and columns whose order is not sure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from insight.errors import Problem
from insight.sources.contracts.base import Column
from insight.sources.contracts.checking import FIRST_DATA_ROW
from insight.sources.untidy.bodies import Table

if TYPE_CHECKING:
    import pandas as pd

FEW_DATES, LAST_MONTH = 20, 12
"""Different dates from which it is no chance that no day is after the 12th, and the last number that may be a month."""
DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: at for at, name in enumerate(NAMES, start=1)}
IN_WORDS = re.compile(r"(?:\w+, )?(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4})")
STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?")
MONTH_FIRST = "dates are day/month/year; this column has the month first"
EITHER_FIRST = "day or month may come first: no first part of these dates is above 12"
OF_A_COLUMN = {MONTH_FIRST, EITHER_FIRST}
"""Rules told once for a column, whose other cells need no word then."""


class UnclearError(Exception):
    """A cell that may mean two things; its text is the rule, then the fix."""


def _month_number(word: str) -> int:
    return MONTHS.get(word[:3].casefold(), 0)


def _iso(year: str, month: int, day: str) -> str:
    from datetime import date

    return date(int(year), month, int(day)).isoformat()


def read_date(text: str, column: Column) -> tuple[str, str]:
    """Return a date as year-month-day and what was done; text that is no date stays.

    Raises:
        UnclearError: two digits of a year, or a day's number.
        ValueError: no such day.
    """
    if found := STAMP.fullmatch(text):
        return found[1], "time of day taken off a date"
    if found := DAY_FIRST.fullmatch(text):
        return _iso(found[3], int(found[2]), found[1]), "date read as day/month/year"
    if (found := IN_WORDS.fullmatch(text)) and _month_number(found[2]):
        return _iso(found[3], _month_number(found[2]), found[1]), "date in words read"
    if re.fullmatch(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}", text):
        raise UnclearError("a year has four digits; two may be of either century", "export dates with four-digit years")
    if re.fullmatch(r"[3-5]\d{4}", text):
        raise UnclearError("a day's number of a spreadsheet is no date", "format the column as a date and export again")
    if column.name.endswith("month"):
        return _month(text)
    return text, ""


def _month(text: str) -> tuple[str, str]:
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return f"{text}-01", "month read as its first day"
    if (found := re.fullmatch(r"([A-Za-z]{3,9})[\s-]+(\d{4})", text)) and _month_number(found[1]):
        return _iso(found[2], _month_number(found[1]), "1"), "month read as its first day"
    if found := re.fullmatch(r"(0?[1-9]|1[0-2])/(\d{4})", text):
        return _iso(found[2], int(found[1]), "1"), "month read as its first day"
    return text, ""


def _either_first(found: list[re.Match[str]]) -> bool:
    """Whether many dates never have a first part after 12, though it is not the same in all.

    Among that many dates some day is after the 12th, unless the first part is the month.
    """
    first = {int(one[1]) for one in found}
    return len({one[0] for one in found}) >= FEW_DATES and len(first) > 1 and max(first) <= LAST_MONTH


def unclear_dates(cells: pd.Series, column: str, table: Table) -> Problem | None:
    """Return what is wrong with a column whose dates have the month first, or may have; ``None`` where it is clear."""
    found = {at: match for at, one in cells.items() if (match := DAY_FIRST.fullmatch(str(one)))}
    late = next((at for at, match in found.items() if int(match[2]) > LAST_MONTH), None)
    if late is not None:
        at, rule, fix = late, MONTH_FIRST, "export the column as year-month-day"
    elif _either_first(list(found.values())):
        at, rule, fix = next(iter(found)), EITHER_FIRST, "export it as year-month-day, or with the month in words"
    else:
        return None
    return table.problem(int(str(at)) + FIRST_DATA_ROW, column, rule, fix, found[at][0])
