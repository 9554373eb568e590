"""Finding the header: below titles, over one row or two, on whichever sheet holds the columns that are wanted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from insight.errors import InputError
from insight.sources.untidy.changes import Change
from insight.sources.untidy.grids import Grid, Merged, refuse

DEEPEST, NAMED = 40, 6
"""Rows from the top among which a header is looked for, and wanted columns that a message names."""

NO_HEADER = f"no row of the first {DEEPEST} names a column that is wanted"


def normal(name: str) -> str:
    """Return a column's name as names are compared: lower case, words parted by one blank, signs spelt out."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("%", " pct ").replace("£", " gbp ")
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def letter(place: int) -> str:
    """Return the letter of a column from 0 (``A``), as a spreadsheet shows it."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header: its first row (from 0), how many rows it takes, and the names each column may be called by."""

    row: int
    depth: int
    names: tuple[tuple[str, ...], ...]

    @property
    def below(self) -> int:
        """Row of the first record, from 0."""
        return self.row + self.depth

    def shown(self, place: int) -> str:
        """Return the name a column is called by."""
        return self.names[place][0] if self.names[place] else ""


def _spread(row: Sequence[str], at: int, merged: Sequence[Merged], width: int) -> list[str]:
    """Return a header row with merged cells filled across; blanks to the right of a group belong to it."""
    cells = [*row, *[""] * (width - len(row))]
    for first_row, first, last_row, last in merged:
        if first_row <= at <= last_row:
            cells[first : last + 1] = [cells[first]] * (min(last, width - 1) - first + 1)
    return cells


def _two(top: list[str], sub: list[str]) -> tuple[tuple[str, ...], ...]:
    names = []
    group = ""
    for over, under in zip(top, sub, strict=True):
        group = over or group
        if over and under and over != under:
            found: tuple[str, ...] = (f"{over} {under}", under, over)
        elif under and group and not over:
            found = (f"{group} {under}", under)
        else:
            found = (over or under,) if over or under else ()
        names.append(found)
    return tuple(names)


def candidates(grid: Grid) -> Iterator[Header]:
    """Yield each row near the top as a header, alone and with the row below it."""
    width = max((len(row) for row in grid.rows), default=0)
    for at in range(min(DEEPEST, len(grid.rows))):
        top = _spread(grid.rows[at], at, grid.merged, width)
        if not any(top):
            continue
        yield Header(row=at, depth=1, names=tuple((cell,) if cell else () for cell in top))
        if at + 1 < len(grid.rows) and any(grid.rows[at + 1]):
            sub = _spread(grid.rows[at + 1], at + 1, grid.merged, width)
            yield Header(row=at, depth=2, names=_two(top, sub))


def matches(header: Header, wanted: Sequence[str]) -> dict[str, list[int]]:
    """Return the columns that each wanted name may be, by the whole name first, then by a part of a two-row name."""
    found: dict[str, list[int]] = {}
    known = [[normal(name) for name in names] for names in header.names]
    for name in wanted:
        key = normal(name)
        whole = [place for place, names in enumerate(known) if names and names[0] == key]
        part = [place for place, names in enumerate(known) if key in names[1:]]
        if whole or len(part) == 1:
            found[name] = whole or part
    return found


def best(grid: Grid, wanted: Sequence[str]) -> tuple[int, Header | None]:
    """Return how many wanted names the best header holds, and that header (one row before two, upper before lower)."""
    score, chosen = 0, None
    for one in candidates(grid):
        held = len(matches(one, wanted))
        if held > score or (held == score and chosen is not None and one.depth < chosen.depth and held):
            score, chosen = held, one
    return score, chosen


def find(
    grids: Sequence[Grid], wanted: Sequence[str], path: Path, *, sheet: str | None
) -> tuple[Grid, Header, list[Change]]:
    """Return the sheet and header that hold most of the wanted names.

    Raises:
        InputError: no sheet of that name, none holds a wanted name, or two hold equally many.
    """
    names = [one.sheet or "" for one in grids]
    if sheet is not None and len(grids) > 1:
        grids = [one for one in grids if one.sheet == sheet]
        if not grids:
            raise refuse(path, f"the sheet {sheet} is not there", f"name one of: {', '.join(names)}")
    scored = [(best(one, wanted), one) for one in grids]
    top = max(score for (score, _), _ in scored)
    chosen = [(header, one) for (score, header), one in scored if score == top and header is not None]
    if not chosen:
        raise _none(path, grids, wanted)
    if len(chosen) > 1:
        which = ", ".join(str(one.sheet) for _, one in chosen)
        fix = "name the one to read (`insight adopt` with --sheet), or take the others out of the file"
        raise refuse(path, "one sheet must hold the table; several could", fix, which)
    header, grid = chosen[0]
    if header is None:
        raise _none(path, grids, wanted)
    return grid, header, _said(grid, header, names)


def _none(path: Path, grids: Sequence[Grid], wanted: Sequence[str]) -> InputError:
    first = next((row for row in grids[0].rows if any(row)), [])
    more = " and so on" if len(wanted) > NAMED else ""
    fix = f"name the columns {', '.join(wanted[:NAMED])}{more}, or map them: insight adopt"
    return refuse(path, NO_HEADER, fix, ", ".join(first)[:80] or "nothing")


def _said(grid: Grid, header: Header, names: Sequence[str]) -> list[Change]:
    said = []
    if len(names) > 1:
        said.append(Change(what=f"sheet {grid.sheet} read, of {len(names)}"))
    titles = sum(any(row) for row in grid.rows[: header.row])
    if titles:
        said.append(
            Change(what="rows above the header left out", count=titles, where=f"header in row {header.row + 1}")
        )
    if header.depth > 1:
        where = f"rows {header.row + 1} and {header.row + 2}"
        said.append(Change(what="a header of two rows joined", where=where))
    return said
