"""The ledger of printed figures: read from ``data/published/<ledger>/``, checked, never altered.

``figures.csv`` holds what was printed and how, and for figures that follow from others the formula; no derived value
and no verdict. ``lists.csv`` holds the printed lists, whose items can be counted, and
``areas.csv`` what readers call each area.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from insight import paths
from insight.errors import PublishedError
from insight.published.intervals import ROUNDINGS, Interval, names_in, of_printed

COUNT_PREFIX = "count:"


@dataclass(frozen=True, kw_only=True)
class PrintedFigure:
    """One printed figure.

    ``formula`` names other figures, or ``count:LIST`` for the number of items of a printed list. ``counts`` and
    ``formula_counts`` say what each side counts; where they differ the two are not comparable. ``missing`` names an
    input that the publication does not print; ``implied`` is then a formula for the value it would need. ``place`` is
    the name of the area.
    """

    id: str
    line: int
    stage: str
    area: str
    measure: str
    value: str
    unit: str
    qualifier: str
    period: str
    rounding: str
    formula: str
    counts: str
    formula_counts: str
    missing: str
    implied: str
    repeat_of: str
    note: str
    place: str

    @property
    def is_listed(self) -> bool:
        """Whether it only counts what the print lists: items of a list, or the members of a team added up."""
        is_sum = self.unit == "count" and not self.counts and bool(re.fullmatch(r"[\w.]+(\+[\w.]+)+", self.formula))
        return self.formula.startswith(COUNT_PREFIX) or is_sum

    @property
    def is_number(self) -> bool:
        """Whether the printed value is a number (else it compares as text)."""
        return self.rounding != "text"

    @property
    def interval(self) -> Interval:
        """Interval of the printed number under its rounding rule."""
        return of_printed(self.value, self.rounding)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All printed figures of a publication by id, in printed order, with its lists."""

    name: str
    figures: Mapping[str, PrintedFigure]
    lists: Mapping[str, int]

    def of_stage(self, stage: str) -> list[PrintedFigure]:
        """Return the figures that belong to a stage."""
        return [figure for figure in self.figures.values() if figure.stage == stage]

    def __iter__(self) -> Iterator[PrintedFigure]:
        return iter(self.figures.values())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _check(figures: Mapping[str, PrintedFigure], lists: Mapping[str, int], file: str) -> None:
    for figure in figures.values():
        place = f"{file}, figure {figure.id}"
        if figure.rounding not in ROUNDINGS:
            raise PublishedError(f"{place}: rounding `{figure.rounding}`. Fix: one of {', '.join(ROUNDINGS)}")
        if figure.is_number:
            figure.interval  # noqa: B018 - raises where the printed value is no number
        if figure.repeat_of and figure.repeat_of not in figures:
            raise PublishedError(f"{place}: repeats unknown `{figure.repeat_of}`. Fix: correct the id")
        if figure.formula.startswith(COUNT_PREFIX):
            if figure.formula.removeprefix(COUNT_PREFIX) not in lists:
                raise PublishedError(f"{place}: `{figure.formula}` names no list. Fix: add it to lists.csv")
            continue
        for name in [*names_in(figure.formula or "0"), *names_in(figure.implied or "0")]:
            if name not in figures:
                raise PublishedError(f"{place}: formula uses unknown `{name}`. Fix: correct the id")


def load(name: str) -> Ledger | None:
    """Return the ledger of a publication, or ``None`` where the council has none.

    Raises:
        PublishedError: the ledger contradicts its own rules; the message names the figure and the fix.
    """
    folder = paths.published_dir(name)
    file = folder / "figures.csv"
    if not file.exists():
        return None
    places = {row["area"]: row["name"] for row in _rows(folder / "areas.csv")}
    figures = {}
    for row in _rows(file):
        if row["area"] not in places:
            raise PublishedError(f"{paths.shown(file)}: area `{row['area']}` has no name. Fix: add it to areas.csv")
        figure = PrintedFigure(**{**row, "line": int(row["line"]), "place": places[row["area"]]})  # type: ignore[arg-type]
        if figure.id in figures:
            raise PublishedError(f"{paths.shown(file)}: id `{figure.id}` stands twice. Fix: rename one")
        figures[figure.id] = figure
    lists: dict[str, int] = {}
    for row in _rows(folder / "lists.csv"):
        lists[row["list"]] = lists.get(row["list"], 0) + 1
    _check(figures, lists, paths.shown(file))
    return Ledger(name=name, figures=figures, lists=lists)
