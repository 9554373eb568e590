"""What calamine does not tell of an OpenDocument sheet: which numbers are per cent, and which cells are merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
MOST = 10_000
"""Repeats beyond which a run of cells or rows is the blank rest of a sheet."""
Marks = tuple[set[tuple[int, int]], list[tuple[int, int, int, int]]]
"""Cells that are per cent, and merged ranges, all from 0."""


def _repeated(element: Any, name: str) -> int:
    return int(element.get(f"{TABLE}{name}", 1))


def _rows(sheet: Any) -> Iterator[Any]:
    """Yield the rows of a sheet, those of groups and of headers among them, in order."""
    for child in sheet:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in {f"{TABLE}table-row-group", f"{TABLE}table-header-rows", f"{TABLE}table-rows"}:
            yield from _rows(child)


def _row(row: Any, at: int, often: int, marks: Marks) -> None:
    percent, merged = marks
    column = 0
    for cell in row:
        width = _repeated(cell, "number-columns-repeated")
        if cell.get(f"{OFFICE}value-type") == "percentage" and width < MOST and often < MOST:
            percent |= {(at + down, column + right) for down in range(often) for right in range(width)}
        down, right = _repeated(cell, "number-rows-spanned"), _repeated(cell, "number-columns-spanned")
        if down > 1 or right > 1:
            merged.append((at, column, at + down - 1, column + right - 1))
        column += width


def marks_of(path: Path) -> dict[str, Marks]:
    """Return, for each sheet, the cells that hold per cent and the merged ranges."""
    from defusedxml.ElementTree import fromstring

    with ZipFile(path) as archive:
        root = fromstring(archive.read("content.xml"))
    found: dict[str, Marks] = {}
    for sheet in root.iter(f"{TABLE}table"):
        marks: Marks = (set(), [])
        at = 0
        for row in _rows(sheet):
            often = _repeated(row, "number-rows-repeated")
            _row(row, at, often, marks)
            at += often
        found[str(sheet.get(f"{TABLE}name"))] = marks
    return found
