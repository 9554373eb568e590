"""Checking a council's inputs without running anything: every file, every problem, and files that no one named."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from insight import paths
from insight.catalogue import BY_NAME, CATALOGUE
from insight.errors import InputError, ParamsError, Problem, PseudonymKeyError
from insight.params import LoadedParams
from insight.privacy import register
from insight.privacy.pseudonyms import find_key
from insight.sources.mapping.model import file_of, of_council
from insight.sources.outlines import year_problems
from insight.sources.reading import area_codes, read_input, read_told
from insight.sources.segmentation import open_table
from insight.sources.standing import of_file, weakest
from insight.sources.untidy.changes import lines

if TYPE_CHECKING:
    import pandas as pd

LINKED = ("records_childrens_centre", "records_library", "records_benefits", "records_health_visiting")
"""Inputs whose rows are written as pseudonyms."""
State = Literal["ok", "problems", "not_supplied"]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found about one input."""

    name: str
    title: str
    state: State
    file: str
    rows: int | None = None
    standing: str = ""
    mark: str = ""
    """What in the file's own cells tells that it was invented, where its place or its bytes do not."""
    problems: list[Problem] = field(default_factory=list)
    hint: str = ""
    changed: list[str] = field(default_factory=list)
    """What was changed on reading the file."""


def _lookup(loaded: LoadedParams) -> pd.DataFrame | None:
    path = loaded.input_path("lookup")
    if path is None:
        return None
    try:
        return read_input("lookup", path, mapping=of_council(loaded, "lookup"))
    except (InputError, ParamsError):
        # told where the look-up itself is checked
        return None


def _require_years(
    loaded: LoadedParams, name: str, frame: pd.DataFrame, path: Path, lookup: pd.DataFrame | None
) -> None:
    """Refuse areas of another year than the look-up's."""
    lookup_file = loaded.input_path("lookup")
    if lookup is None or lookup_file is None:
        return
    if problems := year_problems(name, frame, path, lookup=lookup, lookup_file=lookup_file):
        raise InputError(problems)


def _of_mapping(loaded: LoadedParams, name: str, error: ParamsError) -> list[Problem]:
    """Return what is wrong with an input's mapping as problems of that file."""
    told = [line.partition(". Fix: ") for line in str(error).splitlines()]
    file = paths.shown(file_of(loaded, name))
    return [
        Problem(file=file, rule=rule.removeprefix(f"{file}: "), fix=fix or "edit the file") for rule, _, fix in told
    ]


def _refusals(loaded: LoadedParams, name: str, path: Path) -> list[Problem]:
    """Return why the register does not allow an input, a register that cannot be read among the reasons."""
    try:
        return register.refusals(loaded, name, file=path, standing=of_file(path))
    except ParamsError as error:
        place = register.place_of(loaded, path, of_file(path))
        file = paths.shown(place or path)
        told = [line.partition(". Fix: ") for line in str(error).splitlines()]
        return [
            Problem(file=file, rule=rule.removeprefix(f"{file}: "), fix=fix or "mend the register")
            for rule, _, fix in told
        ]


def check_inputs(loaded: LoadedParams) -> list[Checked]:
    """Return the state of every input of a council, in catalogue order.

    Inputs that are ``not_supplied`` though a file of the expected name lies in ``data/<council>/`` get a hint.
    """
    lookup = _lookup(loaded)
    areas = None if lookup is None else area_codes(lookup)
    found = []
    for kind in CATALOGUE:
        path = loaded.input_path(kind.name)
        if path is None:
            expected = paths.root() / "data" / loaded.council.slug / kind.file
            hint = f"{paths.shown(expected)} is there: name it in the params file" if expected.exists() else ""
            state: State = "not_supplied"
            found.append(Checked(name=kind.name, title=kind.title, state=state, file=paths.shown(expected), hint=hint))
            continue
        about: dict[str, Any] = {"name": kind.name, "title": kind.title, "file": paths.shown(path)}
        changed: list[str] = []
        try:
            if kind.large:
                opened = open_table(kind.name, path, areas=areas, mapping=of_council(loaded, kind.name))
                rows, changed = opened.records, lines(opened.changes)
            else:
                reading = read_told(kind.name, path, areas=areas, mapping=of_council(loaded, kind.name))
                rows, changed = len(reading.frame), lines(reading.changes)
                _require_years(loaded, kind.name, reading.frame, path, lookup)
        except InputError as error:
            found.append(Checked(**about, state="problems", problems=error.problems))
        except ParamsError as error:
            found.append(Checked(**about, state="problems", problems=_of_mapping(loaded, kind.name, error)))
        else:
            refused, standing = _refusals(loaded, kind.name, path), of_file(path)
            state = "problems" if refused else "ok"
            about |= {"rows": rows, "standing": standing.kind, "mark": standing.mark}
            found.append(Checked(**about, state=state, problems=refused, changed=changed))
    return found


def _key(loaded: LoadedParams) -> list[Problem]:
    files = [loaded.input_path(name) for name in LINKED]
    supplied = [of_file(path) for path in files if path is not None and path.exists()]
    try:
        if supplied:
            find_key(loaded, standing=weakest(supplied))
    except PseudonymKeyError as error:
        rule, _, fix = str(error).partition(". Fix: ")
        return [Problem(file="pseudonym key", rule=rule, fix=fix or "set another key")]
    return []


def _consent(loaded: LoadedParams) -> list[Problem]:
    spoken = [name for name in ("interviews", "quotes") if loaded.input_path(name) is not None]
    if not spoken or loaded.input_path("consent") is not None:
        return []
    expected = f"data/{loaded.council.slug}/{BY_NAME['consent'].file}"
    return [
        Problem(
            file=paths.shown(loaded.path),
            column="inputs.consent",
            rule=f"{' and '.join(spoken)} need the consent register: nothing is quoted or counted without it",
            fix=f"put it at {expected} and name it in the params file",
        )
    ]


def check_access(loaded: LoadedParams) -> list[Problem]:
    """Return what is missing for people's rows beside the files: a pseudonym key to link by, a consent register."""
    return [*_key(loaded), *_consent(loaded)]
