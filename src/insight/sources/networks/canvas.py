"""Network Canvas exports: folders of CSV files, current and old column names, joined on their UUIDs.

``*_ego.csv``, ``*_attributeList_<Type>.csv``, ``*_edgeList_<Type>.csv``. ``nodeID`` numbers nodes across the export, so
it joins nothing. Choices exported as ``<variable>_<option>`` flags are joined again into one column.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from insight.errors import InputError
from insight.sources.networks.model import PersonalNetworks, checked, problem, read_table

if TYPE_CHECKING:
    import pandas as pd

NAMES = {
    "ego_id": ("networkCanvasEgoUUID", "_egoId"),
    "alter_id": ("networkCanvasUUID", "_uid"),
    "a": ("networkCanvasSourceUUID", "_from", "from"),
    "b": ("networkCanvasTargetUUID", "_to", "to"),
}
LAYOUT = re.compile(r".+_[xy]$")
FLAGS = {"true", "false", ""}


def _column(frame: pd.DataFrame, wanted: str, path: Path) -> str:
    for name in NAMES[wanted]:
        if name in frame.columns:
            return name
    fix = f"export again with one of {', '.join(NAMES[wanted])}"
    raise InputError([problem(path, "the export has its identifiers", fix, column=NAMES[wanted][0])])


def _choices(frame: pd.DataFrame, variables: tuple[str, ...]) -> pd.DataFrame:
    """Join flags ``<variable>_<option>`` into one column; no flag true is empty, since false also means unanswered."""
    made = frame.copy()
    for variable in variables:
        own = [name for name in frame.columns if name.startswith(f"{variable}_")]
        flags = [name for name in own if set(frame[name].str.lower()) <= FLAGS]
        if flags and variable not in frame.columns:
            is_true = frame[flags].apply(lambda column: column.str.lower() == "true")
            first = is_true.idxmax(axis=1).str.removeprefix(f"{variable}_")
            made[variable] = first.where(is_true.any(axis=1), "")
            made = made.drop(columns=flags)
    return made


def _all(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.rglob(pattern) if path.is_file())


def read_network_canvas(folder: Path, *, choices: tuple[str, ...] = ()) -> PersonalNetworks:
    """Read a folder of CSV files as Network Canvas exports them, one or many interviews.

    Args:
        folder: with ``*_ego.csv``, ``*_attributeList_*.csv`` and, where ties were asked, ``*_edgeList_*.csv``.
        choices: variables whose options were exported as flags.

    Raises:
        InputError: files or identifiers missing, contacts without an interview, ties of unknown contacts.
    """
    import pandas as pd

    egos, nodes, edges = (_all(folder, f"*_{part}*.csv") for part in ("ego", "attributeList", "edgeList"))
    if not egos or not nodes:
        rule = "the folder holds *_ego.csv and *_attributeList_*.csv"
        raise InputError([problem(folder, rule, "unpack the export there, with both files chosen")])
    people, contacts, ties = [], [], []
    for path in egos:
        frame = read_table(path)
        people.append(frame.rename(columns={_column(frame, "ego_id", path): "ego_id"}))
    for path in nodes:
        frame = read_table(path)
        named = {_column(frame, one, path): one for one in ("ego_id", "alter_id")}
        kept = [name for name in frame.columns if not LAYOUT.match(name)]
        contacts.append(_choices(frame[kept].rename(columns=named), choices))
    for path in edges:
        frame = read_table(path)
        named = {_column(frame, one, path): one for one in ("ego_id", "a", "b")}
        ties.append(frame.rename(columns=named)[["ego_id", "a", "b"]])
    return checked(
        PersonalNetworks(
            egos=pd.concat(people, ignore_index=True),
            alters=pd.concat(contacts, ignore_index=True),
            ties=pd.concat(ties, ignore_index=True) if ties else None,
            file=folder.name,
        ),
        nodes[0],
    )
