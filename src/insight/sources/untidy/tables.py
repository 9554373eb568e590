"""One table out of one file: the sheet and header that hold the wanted columns, and the records below."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from insight.errors import InputError
from insight.sources.contracts.base import Contract
from insight.sources.contracts.checking import read_text_table
from insight.sources.untidy.bodies import Table, records, table_of
from insight.sources.untidy.grids import TEXTS, read_grids
from insight.sources.untidy.headers import NO_HEADER, find

TWICE = "each column name may stand once"


def read_untidy(path: Path, wanted: Sequence[str], *, sheet: str | None = None, is_adopted: bool = False) -> Table:
    """Return the table of a file that holds most of the wanted columns.

    Args:
        path: a workbook or a text file.
        wanted: names of columns, as the file may call them.
        sheet: the sheet to read, where several hold something.
        is_adopted: whether someone looked at the file on adoption; then Windows-1252 is read too.

    Raises:
        InputError: unreadable, or no header holds a wanted name.
    """
    grids = read_grids(path, is_adopted=is_adopted)
    grid, header, said = find(grids, wanted, path, sheet=sheet)
    table = table_of(grid, header, wanted, path)
    return records(replace(table, changes=(*said, *table.changes)))


def _is_tidy(path: Path, wanted: Sequence[str]) -> bool:
    """Whether a text file's first row holds half the wanted columns, so that it is held to its contract as it is."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = {name.strip() for name in next(csv.reader(stream), [])}
    except (UnicodeDecodeError, csv.Error):
        return False
    return 2 * len(first & set(wanted)) >= len(wanted)


def read_by_contract(path: Path, contract: Contract) -> Table:
    """Return the table of a file that has the contract's own columns, tidy or not.

    Raises:
        InputError: unreadable.
    """
    wanted = [column.name for column in contract.columns]
    is_text = path.suffix.lower() in TEXTS or not path.suffix
    if is_text and _is_tidy(path, wanted):
        try:
            return records(Table(frame=read_text_table(path), path=path))
        except InputError as error:
            if error.problems[0].rule != TWICE:
                raise
    try:
        return read_untidy(path, wanted)
    except InputError as error:
        if not is_text or error.problems[0].rule != NO_HEADER:
            raise
    # the contract tells each column that is missing
    return Table(frame=read_text_table(path), path=path)
