"""Loading a stage's inputs: each file read by its contract, people's rows wrapped, standing kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight import atomic, paths
from insight.catalogue import BY_NAME
from insight.errors import InputError, NotSuppliedError, Problem
from insight.params import LoadedParams, of_council
from insight.privacy import register
from insight.privacy.at_scale import ProtectedTable
from insight.privacy.disclosure import log
from insight.privacy.protected import Protected
from insight.sources.mapping.model import Mapping as ColumnMapping
from insight.sources.mapping.model import of_council as of_mapping
from insight.sources.outlines import YEARS_MATTER, year_problems
from insight.sources.reading import area_codes, read_input, read_told
from insight.sources.segmentation import open_table
from insight.sources.standing import Standing, of_file, weakest
from insight.sources.untidy.changes import lines

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a stage works on: frames by name, people's rows only inside ``Protected``."""

    council: LoadedParams
    frames: Mapping[str, pd.DataFrame | Protected | ProtectedTable]
    standings: Mapping[str, Standing]
    files: Mapping[str, Path]

    def table(self, name: str) -> pd.DataFrame:
        """Return an input whose rows are not people."""
        frame = self.frames[name]
        if isinstance(frame, ProtectedTable):
            raise TypeError(f"{name} may hold millions of rows. Fix: call large({name!r}) and aggregate")
        if isinstance(frame, Protected):
            raise TypeError(f"{name} holds people's rows. Fix: call people({name!r}) inside the package and aggregate")
        return frame

    def people(self, name: str) -> pd.DataFrame:
        """Return the rows of an input about people, for aggregation inside the package."""
        frame = self.frames[name]
        if isinstance(frame, ProtectedTable):
            raise TypeError(f"{name} may hold millions of rows. Fix: call large({name!r}) and aggregate")
        return frame.rows() if isinstance(frame, Protected) else frame.copy()

    def large(self, name: str) -> ProtectedTable:
        """Return an input that may hold millions of rows about people, to be aggregated where it lies."""
        frame = self.frames[name]
        if not isinstance(frame, ProtectedTable):
            raise TypeError(f"{name} is no large input. Fix: call table or people")
        return frame

    def has(self, name: str) -> bool:
        """Whether an optional input was supplied."""
        return name in self.frames

    def standing(self, *names: str) -> Standing:
        """Return the standing of what is made from these inputs (all of them when none is named)."""
        return weakest(self.standings[name] for name in (names or self.standings))

    def __repr__(self) -> str:
        lines = [f"{name}: {len(frame):,} rows, {self.standings[name].kind}" for name, frame in self.frames.items()]
        return f"Inputs of {self.council.council.name}\n" + "\n".join(lines)


def _read(
    name: str, path: Path, areas: dict[str, set[str]] | None, mapping: ColumnMapping | None
) -> tuple[pd.DataFrame | Protected | ProtectedTable, list[str]]:
    """Return an input, and what was changed on reading it."""
    if BY_NAME[name].large:
        opened = open_table(name, path, areas=areas, mapping=mapping)
        return ProtectedTable(name, opened), lines(opened.changes)
    found = read_told(name, path, areas=areas, mapping=mapping)
    return (Protected(name, found.frame) if BY_NAME[name].people else found.frame), lines(found.changes)


def _record(changed: Mapping[str, list[str]]) -> None:
    """Tell the run, where there is one, what was changed on reading."""
    named = os.environ.get(paths.READING_VARIABLE)
    if not named or not changed:
        return
    file = Path(named)
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    atomic.write_json(file, {**before, **changed})


def _of_other_years(
    frames: Mapping[str, Any], files: Mapping[str, Path], lookup: pd.DataFrame | None, lookup_file: Path | None
) -> list[Problem]:
    """Return the problems of inputs whose areas are of another year than the look-up's."""
    if lookup is None or lookup_file is None:
        return []
    found: list[Problem] = []
    for name in sorted(YEARS_MATTER & set(frames)):
        found += year_problems(name, frames[name], files[name], lookup=lookup, lookup_file=lookup_file)
    return found


def _absent(name: str, path: Path) -> Problem:
    return Problem(
        file=paths.shown(path),
        rule=f"the file that the params name as {name} is there",
        fix="put it there, correct the path in the params file, or write not_supplied",
        found="no such file",
    )


def require_years(inputs: Inputs) -> None:
    """Refuse tables of areas that are of another year than the look-up: census year of areas, year of wards.

    Loading does so for files; a stage does so again for whatever it is handed, before it joins by code.

    Raises:
        InputError: every table of another year, with the way over.
    """
    file = inputs.files.get("lookup")
    problems = _of_other_years(inputs.frames, inputs.files, inputs.table("lookup"), file)
    if problems:
        raise InputError(problems)


def load_inputs(
    council: str, required: Sequence[str], *, optional: Sequence[str] = (), loaded: LoadedParams | None = None
) -> Inputs:
    """Load and check the inputs of a stage.

    Args:
        council: slug of the council.
        required: inputs without which the stage cannot run.
        optional: inputs used when supplied.
        loaded: the council's params where they are read already.

    Raises:
        NotSuppliedError: a required input is marked ``not_supplied``.
        InputError: the problems of every broken file together, and of every file of people's rows that the data-sharing
            register does not allow.
    """
    loaded = loaded or of_council(council)
    log.begin(loaded.disclosure, ledger=loaded.ledger)
    missing = [name for name in required if loaded.input_path(name) is None]
    if missing:
        expected = ", ".join(f"data/{council}/{BY_NAME[name].file}" for name in missing)
        raise NotSuppliedError(
            f"{council}: not supplied: {', '.join(missing)}. "
            f"Fix: put the files at {expected} and name them in the params file"
        )
    lookup_path = loaded.input_path("lookup")
    lookup = None
    if lookup_path is not None and lookup_path.exists():
        lookup = read_input("lookup", lookup_path, mapping=of_mapping(loaded, "lookup"))
    areas = area_codes(lookup) if lookup is not None else None
    frames: dict[str, pd.DataFrame | Protected | ProtectedTable] = {}
    standings: dict[str, Standing] = {}
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    changed: dict[str, list[str]] = {}
    for name in (*required, *optional):
        path = loaded.input_path(name)
        if path is None:
            continue
        if not path.exists():
            problems.append(_absent(name, path))
            continue
        standing = of_file(path)
        refused = register.refusals(loaded, name, file=path, standing=standing)
        if refused:
            problems += refused
            continue
        try:
            frames[name], said = _read(name, path, areas, of_mapping(loaded, name))
        except InputError as error:
            problems += error.problems
            continue
        standings[name], files[name] = standing, path
        if said:
            changed[name] = said
    problems += _of_other_years(frames, files, lookup, lookup_path)
    if problems:
        raise InputError(problems)
    _record(changed)
    return Inputs(council=loaded, frames=frames, standings=standings, files=files)
