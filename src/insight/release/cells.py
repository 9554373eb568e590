"""The ledger of published cells, and the disclosure attack over all releases that were ever made.

A count hidden in one edition can be told from another that shows it, or that hides other cells of the same sum. So each
release leaves what it showed and what it hid, never a hidden number, and a new one is attacked together with them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from insight.privacy.disclosure import POLICIES, Cells, audit
from insight.privacy.disclosure.log import FILE
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS
from insight.workbook.record import StageRecord

if TYPE_CHECKING:
    import pandas as pd

PERIODS = ("year", "period", "quarter")
"""Columns that fix the time of a count, so that two editions speak of the same people."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One count of a published table; ``value`` is empty where it was hidden."""

    release: str
    stage: str
    table: str
    column: str
    within: str
    """The group whose total is shown, as JSON."""
    key: str
    """What names the row, as JSON."""
    value: str
    inputs: str
    """Digest of the stage's inputs: equal ones mean the same people."""
    policy: str
    threshold: int

    @property
    def is_hidden(self) -> bool:
        """Whether the release kept the count back."""
        return self.value == ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Which table, column and group."""
        return (self.stage, self.table, self.column, self.within)

    @property
    def moment(self) -> str:
        """What two cells must share to be counts of the same people."""
        names = json.loads(self.key)
        period = {name: names[name] for name in PERIODS if name in names}
        return json.dumps(period) if period else self.inputs


@dataclass(frozen=True, kw_only=True)
class Leak:
    """One hidden count that releases taken together give away."""

    stage: str
    table: str
    column: str
    key: str
    releases: tuple[str, ...]
    how: str

    def text(self) -> str:
        """Return the leak as one line, with the fix; the count itself is not told."""
        named = ", ".join(f"{name} {value}" for name, value in json.loads(self.key).items())
        return (
            f"{self.stage}, table {self.table}, {self.column} of {named or 'its row'}: {self.how} "
            f"({', '.join(self.releases)}). Fix: hide the cell that gives it away, or hide in both"
        )


def inputs_digest(known: StageRecord) -> str:
    """Return one digest of the inputs that a stage read."""
    text = json.dumps({name: one["sha256"] for name, one in known.inputs.items()}, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def _names(frame: pd.DataFrame, counts: Sequence[str]) -> list[str]:
    """Return the columns that name a row: texts and periods, neither counts nor marks."""
    return [
        str(name)
        for name in frame.columns
        if name not in counts and name != STATUS and (name in PERIODS or frame[name].dtype.kind not in "iufb")
    ]


def of_table(frame: pd.DataFrame, entry: Mapping[str, object], *, release: str, stage: str, inputs: str) -> list[Cell]:
    """Return the cells of one table that disclosure control treated.

    Args:
        frame: the table as written.
        entry: what disclosure control did, as ``disclosure.json`` holds it.
        release: name of the edition.
        stage: the stage that made it.
        inputs: digest of that stage's inputs.
    """
    counts = [str(name) for name in entry["columns"] if name in frame.columns]  # type: ignore[attr-defined]
    within = [str(name) for name in entry["within"] if name in frame.columns]  # type: ignore[attr-defined]
    names = [name for name in _names(frame, counts) if name not in within]
    hidden = frame[STATUS].eq(CONFIDENTIAL) if STATUS in frame.columns else frame[counts].isna().all(axis=1) & False
    found, taken = [], dict[str, int]()
    for place, row in enumerate(frame.to_dict("records")):
        group = json.dumps({name: str(row[name]) for name in within}, ensure_ascii=False)
        named = {name: str(row[name]) for name in names}
        key = json.dumps(named, ensure_ascii=False)
        number = taken[group + key] = taken.get(group + key, 0) + 1
        if number > 1:
            key = json.dumps({**named, "row": number}, ensure_ascii=False)
        for column in counts:
            is_hidden = bool(hidden.iloc[place])
            if not is_hidden and np.isnan(float(row[column])):
                continue
            found.append(
                Cell(
                    release=release,
                    stage=stage,
                    table=str(entry["table"]),
                    column=column,
                    within=group,
                    key=key,
                    value="" if is_hidden else f"{float(row[column]):g}",
                    inputs=inputs,
                    policy=str(entry["policy"]),
                    threshold=int(str(entry["threshold"])),
                )
            )
    return found


def of_stage(folder: Path, known: StageRecord, *, stage: str, release: str) -> list[Cell]:
    """Return the cells of a stage's publishable tables, from its build folder."""
    import pandas as pd

    done = json.loads((folder / FILE).read_text(encoding="utf-8"))["tables"]
    found: list[Cell] = []
    for entry in done:
        file = folder / "tables" / f"{entry['table']}.csv"
        level = known.outputs.get(f"tables/{file.name}", {}).get("level")
        # what only repeats another table's numbers is in that table's cells
        if entry["table"] and not entry.get("follows") and level == "publishable":
            frame = pd.read_csv(file, keep_default_na=False, na_values=[""])
            found += of_table(frame, entry, release=release, stage=stage, inputs=inputs_digest(known))
    return found


def read(path: Path) -> list[Cell]:
    """Return the ledger of a council's earlier releases, empty where there is none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [Cell(**{**row, "threshold": int(row["threshold"])}) for row in csv.DictReader(stream)]  # type: ignore[arg-type]


def as_text(cells: Iterable[Cell]) -> str:
    """Return cells as CSV."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([one.name for one in fields(Cell)])
    writer.writerows(astuple(cell) for cell in cells)
    return target.getvalue()


def attack(new: Sequence[Cell], earlier: Sequence[Cell]) -> list[Leak]:
    """Return hidden counts that the new release and earlier ones give away together.

    Editions are put together only where they count the same people: same period in the row's name, or same inputs.
    Within a group whose total is known every hidden cell is then bounded by linear programming
    (:func:`insight.privacy.disclosure.audit`), as an attacker with all editions would.
    """
    groups: dict[tuple[tuple[str, str, str, str], str], list[Cell]] = {}
    touched = {(cell.place, cell.moment) for cell in new}
    for cell in (*new, *earlier):
        if (cell.place, cell.moment) in touched:
            groups.setdefault((cell.place, cell.moment), []).append(cell)
    found: list[Leak] = []
    for cells in groups.values():
        if len({cell.release for cell in cells}) > 1:
            found += _shown_elsewhere(cells) + _told_by_sums(cells)
    return found


def _shown_elsewhere(cells: Sequence[Cell]) -> list[Leak]:
    shown = {cell.key: cell.release for cell in cells if not cell.is_hidden}
    return [
        _leak(cell, (cell.release, shown[cell.key]), "hidden in one release and shown in the other")
        for cell in cells
        if cell.is_hidden and cell.key in shown
    ]


def _told_by_sums(cells: Sequence[Cell]) -> list[Leak]:
    if POLICIES[cells[0].policy].round_base:
        return []  # rounded counts do not add up, so sums tell nothing exact
    releases = tuple(dict.fromkeys(cell.release for cell in cells))
    total = _total(cells)
    known = {cell.key: float(cell.value) for cell in cells if not cell.is_hidden}
    hidden = [key for key in dict.fromkeys(cell.key for cell in cells) if key not in known]
    if total is None or not hidden:
        return []
    by_key = {cell.key: cell for cell in cells}
    together = _widths(known, hidden, total)
    alone = [{cell.key for cell in cells if cell.release == one and not cell.is_hidden} for one in releases]
    found = []
    for key, width in together.items():
        cell = by_key[key]
        before = min(
            _widths({name: known[name] for name in shown}, [n for n in (*known, *hidden) if n not in shown], total)[key]
            for shown in alone
        )
        if width < cell.threshold <= before:
            found.append(_leak(cell, releases, "told by subtraction when the releases are put together"))
    return found


def _total(cells: Sequence[Cell]) -> float | None:
    """Return a group's total where someone can know it: the number that names it, or an edition that hid nothing."""
    numbers = [value for value in json.loads(cells[0].within).values() if _is_number(value)]
    if numbers:
        return float(numbers[0])
    for release in dict.fromkeys(cell.release for cell in cells):
        own = [cell for cell in cells if cell.release == release]
        if not any(cell.is_hidden for cell in own):
            return sum(float(cell.value) for cell in own)
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _widths(known: Mapping[str, float], hidden: Sequence[str], total: float) -> dict[str, float]:
    """Return how wide the range is in which each hidden count can be told; what is not known counts as nothing."""
    count = len(known) + len(hidden)
    values = np.array([*known.values(), *(0.0 for _ in hidden), total])
    line = (*((place, 1.0) for place in range(count)), (count, -1.0))
    flags = np.zeros(count + 1, dtype=bool)
    flags[len(known) : count] = True
    cells = Cells(values=values, lines=(line,), unit=np.arange(count + 1), is_open=~flags)
    found = audit(cells, flags)
    return dict(zip(hidden, found.width[flags], strict=True))


def _leak(cell: Cell, releases: tuple[str, ...], how: str) -> Leak:
    unique = tuple(dict.fromkeys(releases))
    return Leak(stage=cell.stage, table=cell.table, column=cell.column, key=cell.key, releases=unique, how=how)
