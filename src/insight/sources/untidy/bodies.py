"""Keeping the records of a sheet: totals, notes, repeated headers and blank rows go, each of them told.

The frame that comes out is numbered so that a row's number plus 2 is its row in the file, as contracts count rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.contracts.checking import FIRST_DATA_ROW
from insight.sources.untidy.changes import Change, change
from insight.sources.untidy.grids import Grid
from insight.sources.untidy.headers import Header, letter, matches, normal

if TYPE_CHECKING:
    import pandas as pd

TOTAL = re.compile(
    r"(?i)((\w+|greater manchester)[\s-]*)?totals?\s*:?|all (wards|areas|centres|libraries)|sum|column sums?"
)
AREAS = {"area", "area name", "ward", "ward name", "oa", "name", "neighbourhood"}
AGAIN = "header that stands again left out"
NOTE = re.compile(
    r"(?i)(\[?\w{1,3}\]?|\*+|\.\.|<\s*\d+|-|~|:)\s*(=|–|:|denotes|means)\s*\S.*|\[\w\]\s.*|(\*+|\.\.|-)\s.*"
    r"|(note|notes|source|sources|crown|contains|copyright|data (as|from|extracted)|figures|"
    r"footnote|key|report|run|printed|produced|extracted|exported|end of|page \d|disclaimer|official|restricted|"
    r"\d[\d,]* (rows|records))\b.*|(©|\(c\)|\*|†|‡|\(\d\)).*"
)
"""Words that a line under a table begins with; anything else there is refused, since it may be half a record."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Records of one sheet as text cells, and where they stand in the file."""

    frame: pd.DataFrame
    path: Path
    sheet: str | None = None
    letters: dict[str, str] | None = None
    """Letter of each column; ``None`` for a tidy file, whose messages name rows and columns alone."""
    changes: tuple[Change, ...] = ()
    filled: frozenset[tuple[int, str]] = frozenset()
    """Cells (row in the file, column) that were filled from the top of a merged range."""
    origins: Mapping[int, tuple[int, str]] | None = None
    """Row in the file, and letter of the column, by row of a table whose columns were turned into rows."""

    def row(self, row: int) -> int:
        """Return a record's row in the file."""
        return self.origins[row][0] if self.origins is not None else row

    def place(self, row: int, column: str) -> str:
        """Return a cell's name for a person: ``C7``, or row and column of a tidy file."""
        if self.letters is None or column not in self.letters:
            return f"row {self.row(row)}, column {column}"
        turned = self.origins[row][1] if self.origins is not None else ""
        return f"{self.letters[column] or turned}{self.row(row)}"

    def problem(self, row: int | None, column: str | None, rule: str, fix: str, found: str | None = None) -> Problem:
        """Return a problem with file, sheet and cell."""
        at = self.letters is not None and row is not None and column in (self.letters or {})
        return Problem(
            file=paths.shown(self.path),
            row=None if row is None else self.row(row),
            column=column,
            rule=rule,
            fix=fix,
            found=found,
            sheet=self.sheet,
            cell=self.place(row, column) if at and row is not None and column is not None else None,
        )


def _named(grid: Grid, header: Header, wanted: Sequence[str], path: Path) -> tuple[dict[int, str], list[Change]]:
    """Return the name of each column that is kept: the wanted name, else its own; columns without a name go."""
    found = matches(header, wanted)
    problems = _twice(grid, header, found, path)
    if problems:
        raise InputError(problems)
    names: dict[int, str] = {}
    renamed = []
    for name, columns in found.items():
        names[columns[0]] = name
        if header.shown(columns[0]) != name:
            renamed.append(f"{header.shown(columns[0])} as {name}")
    doubles = [letter(one) for columns in found.values() for one in columns[1:]]
    dropped = {one for columns in found.values() for one in columns[1:]}
    nameless = []
    taken = set(names.values())
    for place in range(len(header.names)):
        if place in names or place in dropped:
            continue
        own = header.shown(place)
        if not own:
            if any(place < len(row) and row[place] for row in grid.rows[header.below :]):
                nameless.append(letter(place))
            continue
        while own in taken:
            own = f"{own} ({letter(place)})"
        names[place] = own
        taken.add(own)
    said = change("column read under the contract's name", renamed)
    said += change("second column of the same name and cells left out", doubles)
    return names, said + change("column without a name left out", nameless)


def _twice(grid: Grid, header: Header, found: dict[str, list[int]], path: Path) -> list[Problem]:
    problems = []
    # the same columns may be wanted under two spellings of their name
    for columns, name in {tuple(columns): name for name, columns in reversed(found.items())}.items():
        cells = [[row[place] if place < len(row) else "" for row in grid.rows[header.below :]] for place in columns]
        if any(one != cells[0] for one in cells[1:]):
            problems.append(
                Problem(
                    file=paths.shown(path),
                    sheet=grid.sheet,
                    cell=f"{letter(columns[1])}{header.row + 1}",
                    rule="each column name may stand once",
                    found=f"{name}: columns {', '.join(map(letter, columns))} with different cells",
                    fix="rename or drop the repeated columns",
                )
            )
    return problems


def _ragged(grid: Grid, header: Header, path: Path) -> None:
    """Refuse rows with cells to the right of the header: a stray delimiter has moved them."""
    width = max((place + 1 for place, names in enumerate(header.names) if names), default=0)
    loose = {place for row in grid.rows[header.below :] for place, cell in enumerate(row[width:], start=width) if cell}
    rows = [at for at, row in enumerate(grid.rows[header.below :], start=header.below) if len(row) > width]
    full = len(grid.rows) - header.below
    if loose and len(rows) < full / 2:
        raise InputError(
            [
                Problem(
                    file=paths.shown(path),
                    sheet=grid.sheet,
                    row=at + 1,
                    cell=f"{letter(width)}{at + 1}",
                    rule="rows must have as many cells as the header",
                    found=f"{len(grid.rows[at])} for {width}",
                    fix="look for stray commas or quotes",
                )
                for at in rows[:20]
            ]
        )


def _fill_down(grid: Grid, header: Header, names: dict[int, str]) -> tuple[set[tuple[int, str]], list[Change]]:
    """Fill merged cells of the body down their first column; return what was filled."""
    filled: set[tuple[int, str]] = set()
    places = []
    for first_row, first, last_row, _ in grid.merged:
        if first_row < header.below or last_row == first_row or first not in names or last_row >= len(grid.rows):
            continue
        value = grid.rows[first_row][first] if first < len(grid.rows[first_row]) else ""
        places.append(f"{letter(first)}{first_row + 1}:{letter(first)}{last_row + 1}")
        for at in range(first_row + 1, last_row + 1):
            row = grid.rows[at]
            row.extend([""] * (first + 1 - len(row)))
            row[first] = value
            filled.add((at + 1, names[first]))
    return filled, change("merged cells filled down", places)


def table_of(grid: Grid, header: Header, wanted: Sequence[str], path: Path) -> Table:
    """Return the records below a header.

    Raises:
        InputError: a wanted name that stands twice over different cells, rows longer than the header.
    """
    import pandas as pd

    _ragged(grid, header, path)
    names, said = _named(grid, header, wanted, path)
    filled, merged = _fill_down(grid, header, names)
    heads = grid.rows[header.row : header.below]
    again = [f"row {at + 1}" for at, row in enumerate(grid.rows) if at >= header.below and row and row in heads]
    body = [[] if row in heads else row for row in grid.rows[header.below :]]
    cells = {name: [row[place] if place < len(row) else "" for row in body] for place, name in names.items()}
    index = range(header.below + 1 - FIRST_DATA_ROW, header.below + 1 - FIRST_DATA_ROW + len(body))
    frame = pd.DataFrame(cells, index=index, dtype="string")
    letters = {name: letter(place) for place, name in names.items()}
    return Table(
        frame=frame,
        path=path,
        sheet=grid.sheet,
        letters=letters,
        changes=(*grid.changes, *said, *merged, *change(AGAIN, again)),
        filled=frozenset(filled),
    )


def _rows_at(flags: pd.Series) -> list[str]:
    return [f"row {int(row) + FIRST_DATA_ROW}" for row in flags.index[flags]]


def _first_cells(frame: pd.DataFrame) -> pd.Series:
    """Return the first cell of each row that is not blank."""
    first = frame.iloc[:, 0]
    for name in frame.columns[1:]:
        blank = first == ""
        if not blank.any():
            break
        first = first.mask(blank, frame[name])
    return first


def _after_last_record(frame: pd.DataFrame) -> pd.Series:
    """Flag rows below the last one with two cells or more: notes, or half a record."""
    import pandas as pd

    full = ((frame != "").sum(axis=1) > 1).to_numpy()
    last = full.nonzero()[0].max() if full.any() else -1
    return pd.Series([at > last for at in range(len(frame))], index=frame.index)


def _totals(frame: pd.DataFrame, first: pd.Series) -> pd.Series:
    """Flag rows that sum others: their first cell, or their area, says so."""
    found = first.str.fullmatch(TOTAL.pattern)
    for name in frame.columns:
        if normal(str(name)) in AREAS:
            found |= frame[name].str.fullmatch(TOTAL.pattern)
    return found


def records(table: Table) -> Table:
    """Return the table without blank rows, repeated headers, total rows and the notes below it.

    A line below the table that does not read like a note is refused: it may be the rest of a record that was cut.
    """
    frame = table.frame.fillna("").apply(lambda column: column.str.strip())
    said: list[Change] = []
    blank = (frame == "").all(axis=1)
    inner = blank & (blank.index < frame.index[~blank].max()) if not blank.all() else blank
    said += change("blank row left out", _rows_at(inner))
    frame = frame[~blank]
    if len(frame):
        again = frame.eq([str(name) for name in frame.columns]).all(axis=1)
        said += change(AGAIN, _rows_at(again))
        frame = frame[~again]
    if len(frame) and frame.shape[1] > 1:
        first = _first_cells(frame)
        below = _after_last_record(frame)
        note = below & first.map(lambda text: bool(NOTE.fullmatch(str(text))))
        half = below & ~note
        if half.any():
            row = int(half.index[half][0]) + FIRST_DATA_ROW
            column = next(name for name in frame.columns if frame.loc[row - FIRST_DATA_ROW, name])
            rule = "a line below the table is a note, or a record with all its cells"
            fix = "begin it with Note: or Source:, or complete the record"
            raise InputError([table.problem(row, str(column), rule, fix, "one cell alone")])
        said += change("note below the table left out", _rows_at(note))
        total = _totals(frame, first) & ~note
        said += change("total row left out", _rows_at(total))
        frame = frame[~(note | total)]
    return replace(table, frame=frame, changes=(*table.changes, *said))
