"""The first inputs of a council from its fetched open data: look-up, outlines, open classification, deprivation.

Nothing that is there is overwritten, and each file has its provenance beside it, so that it stands as open data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from insight import atomic, paths
from insight.errors import NotSuppliedError
from insight.params import NOT_SUPPLIED, LoadedParams
from insight.privacy.adopting import name_input
from insight.sources.open_data import inputs, registry, store
from insight.sources.open_data.tables import OpenTables
from insight.sources.standing import file_digest

if TYPE_CHECKING:
    import pandas as pd

Build = Callable[[], "tuple[pd.DataFrame, str]"]
"""Makes a table and the note that goes with it."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """One input: the file that was written, or why none was."""

    name: str
    file: str
    is_written: bool
    note: str

    def text(self) -> str:
        """Return the input as one line."""
        return f"{'wrote ' if self.is_written else ''}{self.file} ({self.name}): {self.note}"


def _put(path: Path, frame: pd.DataFrame, tables: OpenTables, sources: tuple[str, ...], note: str) -> None:
    """Write a file, then its provenance beside it."""
    if path.suffix == ".gpkg":
        atomic.write_with(path, lambda temporary: frame.to_file(temporary, driver="GPKG", layer="areas"))
    else:
        atomic.write_text(path, frame.to_csv(index=False, lineterminator="\n"))
    used = [tables.source(name) for name in sources]
    about = store.Provenance(
        source=", ".join(sources),
        title=f"Made by insight open-inputs: {note}",
        url=", ".join(f"{one.file} sha256 {file_digest(found)[:12]}" for one in used if (found := _found(tables, one))),
        retrieved=datetime.now(UTC).date().isoformat(),
        sha256=sha256(path.read_bytes()).hexdigest(),
        bytes=path.stat().st_size,
        rows=len(frame),
        vintage=str(inputs.vintage_of(tables)),
        edition=str(inputs.vintage_of(tables)),
        licence="; ".join(dict.fromkeys(one.licence for one in used)),
        attribution=" ".join(dict.fromkeys(one.attribution for one in used)),
    )
    atomic.write_json(store.sidecar(path), asdict(about))


def _found(tables: OpenTables, source: registry.Source) -> Path | None:
    return store.found(source, tables.place)


def _needed(tables: OpenTables, names: tuple[str, ...], loaded: LoadedParams) -> None:
    absent = [name for name in names if not tables.has(name)]
    if absent:
        raise NotSuppliedError(
            f"open data not there: {', '.join(absent)}. Fix: insight fetch {paths.shown(loaded.path)} "
            f"{' '.join(absent)}, or put the files into {paths.shown(tables.place)}"
        )


def make(loaded: LoadedParams) -> list[Made]:
    """Write what the fetched open data give, and name it in the params file.

    Raises:
        NotSuppliedError: the area look-up cannot be made, with what to fetch.
        InputError: a fetched file is broken.
    """
    slug = loaded.council.slug
    tables, folder = OpenTables(registry.load(), store.folder(slug)), paths.root() / "data" / slug
    _needed(tables, (*inputs.AREAS, *inputs.COUNTS), loaded)
    lookup, said = inputs.lookup(tables, loaded.council)
    counted = inputs.TENURE if tables.has(inputs.TENURE) else "census_2011_persons"
    deprivation = tuple(name for name in (*inputs.DEPRIVATION, inputs.CHANGES) if tables.has(name))
    plans: list[tuple[str, str, tuple[str, ...], Build]] = [
        (
            "lookup",
            "lookup.csv",
            tuple(dict.fromkeys((*inputs.AREAS, *inputs.COUNTS, counted))),
            lambda: (lookup, said),
        ),
        ("boundaries", "boundaries.gpkg", (inputs.OUTLINES, *inputs.AREAS), lambda: inputs.outlines(tables, lookup)),
        (
            "oa_classification",
            "oa_classification.csv",
            (inputs.CLASSES,),
            lambda: inputs.classes(tables, lookup, loaded.council),
        ),
        (
            "indicators",
            "indicators.csv",
            ("census_2011_persons", *deprivation),
            lambda: inputs.indicators(tables, lookup),
        ),
    ]
    made = []
    for name, file, sources, build in plans:
        made.append(_one(loaded, name, folder / file, tables, sources, build))
    _name(loaded, [one for one in made if one.is_written])
    return made


def _one(
    loaded: LoadedParams, name: str, path: Path, tables: OpenTables, sources: tuple[str, ...], build: Build
) -> Made:
    shown = paths.shown(path)
    if loaded.inputs.get(name, NOT_SUPPLIED) != NOT_SUPPLIED:
        return Made(name=name, file=shown, is_written=False, note="the params file names another, which stays")
    if path.exists():
        return Made(name=name, file=shown, is_written=False, note="is there already, and stays")
    absent = [one for one in sources if not tables.has(one)]
    if absent:
        fix = f"not made, {', '.join(absent)} is not fetched. Fix: insight fetch {paths.shown(loaded.path)} {absent[0]}"
        return Made(name=name, file=shown, is_written=False, note=fix)
    frame, note = build()
    _put(path, frame, tables, sources, note)
    return Made(name=name, file=shown, is_written=True, note=note)


def _name(loaded: LoadedParams, written: list[Made]) -> None:
    base = paths.root() if loaded.path.parent == paths.root() / "params" else loaded.path.parent
    text = loaded.path.read_text(encoding="utf-8")
    for one in written:
        path = paths.root() / one.file
        value = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()
        text = name_input(text, one.name, value)
    atomic.write_text(loaded.path, text)
