"""What every reader of personal networks returns: respondents, contacts, ties among contacts, as text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

FIRST_DATA_ROW = 2
SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class PersonalNetworks:
    """Personal networks as read, every cell text; may hold names, so never shown.

    ``alters`` has ``ego_id``, ``alter_id`` (unique within the ego) and the file's own columns; ``ties`` has ``ego_id``,
    ``a``, ``b``, or is ``None`` where ties among contacts were not collected.
    """

    egos: pd.DataFrame
    alters: pd.DataFrame
    ties: pd.DataFrame | None
    file: str

    def __repr__(self) -> str:
        ties = "ties not collected" if self.ties is None else f"{len(self.ties):,} ties"
        return f"PersonalNetworks of {self.file}: {len(self.egos):,} egos, {len(self.alters):,} alters, {ties}"


def problem(path: Path, rule: str, fix: str, *, row: int | None = None, column: str | None = None) -> Problem:
    """Return a problem of one file; what was found is left out, since it may be a name."""
    return Problem(file=paths.shown(path), rule=rule, fix=fix, row=row, column=column)


def read_table(path: Path) -> pd.DataFrame:
    """Read a semicolon- or comma-separated table as text, an unnamed row-number column left out.

    Raises:
        InputError: absent, empty, not UTF-8, or ragged.
    """
    if not path.is_file():
        raise _absent(path)
    return table_of(text_of(path.read_bytes(), path), path)


def _absent(path: Path) -> InputError:
    return InputError([problem(path, "the file is there and not empty", "export it again, or correct the path")])


def text_of(data: bytes, path: Path) -> str:
    """Return bytes as text.

    Raises:
        InputError: empty, or not UTF-8.
    """
    if not data:
        raise _absent(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([problem(path, "text must be UTF-8", "save the file as UTF-8")]) from None


def table_of(text: str, path: Path) -> pd.DataFrame:
    """Return a semicolon- or comma-separated table as text; cells in quotes may hold line breaks.

    Raises:
        InputError: ragged, or without a header.
    """
    import pandas as pd

    head = next(iter(text.splitlines()), "")
    if not head:
        raise _absent(path)
    delimiter = ";" if head.count(";") >= head.count(",") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header = [name.strip() for name in rows[0]]
    body = [line for line in rows[1:] if any(line)]
    # R writes row names without a header: rows then have one cell more than the header, or its first name is empty.
    if body and all(len(line) == len(header) + 1 for line in body):
        header = ["", *header]
    ragged = [number for number, line in enumerate(body) if len(line) != len(header)]
    if ragged:
        rule = "rows have as many cells as the header"
        raise InputError(
            [
                problem(path, rule, "look for stray separators or quotes", row=one + FIRST_DATA_ROW)
                for one in ragged[:SHOWN]
            ]
        )
    frame = pd.DataFrame(body, columns=header, dtype=object)
    return frame.loc[:, [name for name in frame.columns if name]]


def checked(networks: PersonalNetworks, path: Path) -> PersonalNetworks:
    """Return the networks if every contact and tie belongs to a respondent, and no contact stands twice.

    Raises:
        InputError: every such problem, without the values.
    """
    alters, problems = networks.alters, list[Problem]()

    def tell(rows: pd.Series, rule: str, fix: str) -> None:
        problems.extend(problem(path, rule, fix, row=int(one) + FIRST_DATA_ROW) for one in rows.index[rows][:SHOWN])

    unknown = ~alters["ego_id"].isin(set(networks.egos["ego_id"]))
    tell(unknown, "every contact has a respondent", "add the respondent, or remove the contact")
    twice = alters.duplicated(["ego_id", "alter_id"])
    tell(twice, "a contact stands once within its respondent", "renumber the contacts of the respondent")
    if networks.ties is not None:
        known = set(zip(alters["ego_id"], alters["alter_id"], strict=True))
        for end in ("a", "b"):
            pairs = list(zip(networks.ties["ego_id"], networks.ties[end], strict=True))
            stray = networks.ties["ego_id"].map(lambda _: False)
            stray[:] = [pair not in known for pair in pairs]
            tell(
                stray.astype(bool),
                "every tie joins two contacts of its respondent",
                "remove the tie, or add the contact",
            )
    if problems:
        raise InputError(problems)
    return networks
