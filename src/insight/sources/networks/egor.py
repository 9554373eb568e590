"""Files as the R package egor imports them: one, two or three tables, semicolon- or comma-separated.

Three files: egos; alters (``egoID;alterID;...``); ties (``egoID;Source;Target;weight``). Two: egos with ties wide
(``X1.to.2``), and alters. One: besides, contacts wide (``alter.sex.1``). Contacts are numbered within the ego.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from insight.errors import InputError
from insight.sources.networks.model import PersonalNetworks, checked, problem, read_table

if TYPE_CHECKING:
    import pandas as pd

WIDE_TIE = re.compile(r"X?(\d+)\.to\.(\d+)$")
WIDE_ALTER = re.compile(r"(?:alter\.)?(.+)\.(\d+)$")
NO_TIE = {"", "0", "NA", "FALSE", "false"}
EMPTY = {"", "NA"}


def _renamed(frame: pd.DataFrame, path: Path, wanted: dict[str, str]) -> pd.DataFrame:
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise InputError(
            [problem(path, "the column must be there", f"add or rename it: {one}", column=one) for one in missing]
        )
    return frame.rename(columns=wanted)


def _wide_ties(egos: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name in egos.columns:
        found = WIDE_TIE.match(name)
        if found:
            held = ~egos[name].isin(NO_TIE)
            rows += [(ego, found[1], found[2]) for ego in egos.loc[held, "ego_id"]]
    return pd.DataFrame(rows, columns=["ego_id", "a", "b"]).drop_duplicates(ignore_index=True)


def _wide_alters(egos: pd.DataFrame, ego_columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    found = {
        name: WIDE_ALTER.match(name)
        for name in egos.columns
        if name != "ego_id" and name not in ego_columns and not WIDE_TIE.match(name)
    }
    numbers = sorted({one[2] for one in found.values() if one}, key=int)
    parts = []
    for number in numbers:
        own = {name: one[1] for name, one in found.items() if one and one[2] == number}
        part = egos[["ego_id", *own]].rename(columns=own)
        # A contact slot left empty throughout was not used.
        used = ~part[list(own.values())].isin(EMPTY).all(axis=1)
        parts.append(part[used].assign(alter_id=number))
    if not parts:
        return pd.DataFrame(columns=["ego_id", "alter_id"])
    return pd.concat(parts, ignore_index=True)


def read_egor(
    egos: Path,
    alters: Path | None = None,
    ties: Path | None = None,
    *,
    ego_columns: tuple[str, ...] = (),
) -> PersonalNetworks:
    """Read one, two or three egor-style files.

    Args:
        egos: respondents, with ``egoID``; in one and two files also ties wide, in one file also contacts wide.
        alters: contacts, with ``egoID`` and ``alterID``; absent for one file.
        ties: ties among contacts, with ``egoID``, ``Source``, ``Target``; absent for one and two files.
        ego_columns: columns of the one file that end in a number but are the respondent's own.

    Raises:
        InputError: columns missing, contacts without a respondent or twice, ties of unknown contacts.
    """
    people = _renamed(read_table(egos), egos, {"egoID": "ego_id"})
    twice = people.index[people["ego_id"].duplicated()]
    if len(twice):
        raise InputError([problem(egos, "a respondent stands once", "renumber", row=int(one) + 2) for one in twice])
    if alters is None:
        contacts = _wide_alters(people, ego_columns)
    else:
        contacts = _renamed(read_table(alters), alters, {"egoID": "ego_id", "alterID": "alter_id"})
    if ties is not None:
        made = _renamed(read_table(ties), ties, {"egoID": "ego_id", "Source": "a", "Target": "b"})
        held = made if "weight" not in made else made[~made["weight"].isin(NO_TIE)]
        among: pd.DataFrame | None = held[["ego_id", "a", "b"]]
    else:
        among = _wide_ties(people) if any(WIDE_TIE.match(name) for name in people.columns) else None
    return checked(PersonalNetworks(egos=people, alters=contacts, ties=among, file=egos.name), alters or egos)
