"""Errors that name the thing and the fix, and nothing of Python's own machinery."""

from __future__ import annotations

from dataclasses import dataclass


class InsightError(Exception):
    """Any failure that a user can mend; its text always says how."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with one input.

    ``row`` is the line of the file as a spreadsheet shows it (the header is row 1); ``None`` means the whole file.
    """

    file: str
    rule: str
    fix: str
    row: int | None = None
    column: str | None = None
    found: str | None = None
    sheet: str | None = None
    """Sheet of a workbook."""
    cell: str | None = None
    """The cell as a spreadsheet names it, such as C7, where the file's columns are not the contract's own."""

    def text(self) -> str:
        """Return the problem as one line: file, sheet, cell or row, column, rule, what was found, fix."""
        where = [self.file]
        if self.sheet is not None:
            where.append(f"sheet {self.sheet}")
        if self.cell is not None:
            where.append(f"cell {self.cell}")
        elif self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"column {self.column}")
        found = "" if self.found is None else f" (found {self.found})"
        return f"{', '.join(where)}: {self.rule}{found}. Fix: {self.fix}"


class InputError(InsightError):
    """One or more inputs break their contract; all problems of a file are told at once."""

    exit_code = 4

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.text() for problem in problems))


class ParamsError(InsightError):
    """A params file is wrong: file, key, what was found, what is allowed, nearest key."""

    exit_code = 2


class NotSuppliedError(InsightError):
    """A stage needs an input that the council's params mark ``not_supplied``."""

    exit_code = 4


class PublishedError(InsightError):
    """The ledger of printed figures or findings is used wrongly or is itself broken."""


class DisplayError(InsightError):
    """A picture or table lacks what a reader needs: title, alternative text, caption, source or data."""


class DisclosureError(InsightError):
    """Something would show or write more about people than its level allows."""


class PseudonymKeyError(InsightError):
    """The key that pseudonyms rest on is absent, short, public, or stands where it would be published."""

    exit_code = 4
