"""Network Canvas exports: folders or zips of CSV files, current and old column names, joined on their UUIDs.

``*_ego.csv``, ``*_attributeList_<Type>.csv``, ``*_edgeList_<Type>.csv``, one set a session or one for all. ``nodeID``
numbers nodes across the export, so it joins nothing. Choices exported as ``<variable>_<option>`` flags are joined again
into one column. Where the export holds GraphML alone, :mod:`insight.sources.networks.graphml` reads it.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from insight.errors import InputError, Problem
from insight.sources.networks import graphml
from insight.sources.networks.model import PersonalNetworks, checked, problem, table_of, text_of
from insight.sources.qualitative.archive import opened

if TYPE_CHECKING:
    import pandas as pd

NAMES = {
    "ego_id": ("networkCanvasEgoUUID", "_egoId"),
    "alter_id": ("networkCanvasUUID", "_uid"),
    "a": ("networkCanvasSourceUUID", "_from", "from"),
    "b": ("networkCanvasTargetUUID", "_to", "to"),
}
LAYOUT = re.compile(r".+_[xyXY]$")
FLAGS = {"true", "false", ""}
KINDS = ("ego", "attributeList", "edgeList")
OF_KIND = re.compile(rf"_({'|'.join(KINDS)})(_[^/]*)?\.csv$")
Parts = dict[Path, str]
"""Text of each part of the export by where it lies, case identifiers left out of the names of a zip's parts."""


def _column(frame: pd.DataFrame, wanted: str, path: Path) -> str:
    for name in NAMES[wanted]:
        if name in frame.columns:
            return name
    fix = f"export again with one of {', '.join(NAMES[wanted])}"
    raise InputError([problem(path, "the export has its identifiers", fix, column=NAMES[wanted][0])])


def choices_joined(frame: pd.DataFrame, variables: tuple[str, ...]) -> pd.DataFrame:
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


def _is_part(name: str) -> bool:
    return bool(OF_KIND.search(name)) or name.lower().endswith(graphml.SUFFIX)


def _of_zip(path: Path) -> Parts:
    """Return the parts of a zip; an entry's name may hold a case's name, so messages give its end alone."""
    found: Parts = {}
    try:
        with opened(path) as archive:
            for number, name in enumerate(sorted(one for one in archive.names if _is_part(one)), start=1):
                kind = OF_KIND.search(name)
                end = kind[0].lstrip("_") if kind else graphml.SUFFIX.lstrip(".")
                found[path / f"{number}_{end}"] = text_of(archive.read(name), path)
    except InputError as error:
        hidden = [
            Problem(file=one.file, rule=one.rule, fix="export it again from Network Canvas") for one in error.problems
        ]
        raise InputError(hidden) from None
    return found


def _parts(export: Path) -> Parts:
    if export.is_dir():
        files = sorted(path for path in export.rglob("*") if path.is_file() and _is_part(path.name))
        return {path: text_of(path.read_bytes(), path) for path in files}
    if export.suffix.lower() == graphml.SUFFIX and export.is_file():
        return {export: text_of(export.read_bytes(), export)}
    return _of_zip(export)


def _of_kind(parts: Parts, kind: str) -> Parts:
    found = {}
    for path, text in parts.items():
        match = OF_KIND.search(f"_{PurePosixPath(path.name)}")
        if match and match[1] == kind:
            found[path] = text
    return found


def read_network_canvas(export: Path, *, choices: tuple[str, ...] = ()) -> PersonalNetworks:
    """Read an export as Network Canvas writes it, one or many interviews.

    Args:
        export: a folder or zip with ``*_ego.csv``, ``*_attributeList_*.csv`` and, where ties were asked,
            ``*_edgeList_*.csv``; or with ``*.graphml`` alone; or one GraphML file.
        choices: variables whose options were exported as flags.

    Raises:
        InputError: files or identifiers missing, contacts without an interview, ties of unknown contacts, an archive
            or XML that cannot be trusted.
    """
    parts = _parts(export)
    egos, nodes, edges = (_of_kind(parts, kind) for kind in KINDS)
    drawn = {path: text for path, text in parts.items() if path.name.lower().endswith(graphml.SUFFIX.lstrip("."))}
    if drawn and not egos and not nodes:
        return _of_graphml(drawn, export, choices)
    if not egos or not nodes:
        rule = "the export holds *_ego.csv and *_attributeList_*.csv, or *.graphml"
        raise InputError([problem(export, rule, "export again with CSV (all parts) or GraphML chosen")])
    return _of_tables(egos, nodes, edges, export, choices)


def _of_tables(egos: Parts, nodes: Parts, edges: Parts, export: Path, choices: tuple[str, ...]) -> PersonalNetworks:
    import pandas as pd

    people, contacts, ties = [], [], []
    for path, text in egos.items():
        frame = table_of(text, path)
        people.append(frame.rename(columns={_column(frame, "ego_id", path): "ego_id"}))
    for path, text in nodes.items():
        frame = table_of(text, path)
        named = {_column(frame, one, path): one for one in ("ego_id", "alter_id")}
        kept = [name for name in frame.columns if not LAYOUT.match(name)]
        contacts.append(choices_joined(frame[kept].rename(columns=named), choices))
    for path, text in edges.items():
        frame = table_of(text, path)
        named = {_column(frame, one, path): one for one in ("ego_id", "a", "b")}
        ties.append(frame.rename(columns=named)[["ego_id", "a", "b"]])
    return checked(
        PersonalNetworks(
            egos=pd.concat(people, ignore_index=True),
            # kinds of contact have columns of their own: what one lacks was not asked of it
            alters=pd.concat(contacts, ignore_index=True).fillna(""),
            ties=pd.concat(ties, ignore_index=True) if ties else None,
            file=export.name,
        ),
        next(iter(nodes)),
    )


def _of_graphml(drawn: Parts, export: Path, choices: tuple[str, ...]) -> PersonalNetworks:
    import pandas as pd

    found = [one for path, text in drawn.items() for one in graphml.sessions(text, path)]
    contacts = pd.DataFrame([row for one in found for row in one.nodes], dtype=object).fillna("")
    if contacts.empty:
        contacts = pd.DataFrame(columns=["ego_id", "alter_id"])
    kept = [name for name in contacts.columns if not LAYOUT.match(name)]
    ties = pd.DataFrame([row for one in found for row in one.edges], columns=["ego_id", "a", "b"])
    return checked(
        PersonalNetworks(
            egos=pd.DataFrame([one.ego for one in found], dtype=object).fillna(""),
            alters=choices_joined(contacts[kept], choices),
            ties=ties if any(one.edges for one in found) else None,
            file=export.name,
        ),
        next(iter(drawn)),
    )
