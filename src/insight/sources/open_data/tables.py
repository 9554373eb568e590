"""Reading fetched files, or derived copies with the same content, into the project's tidy tables.

A tidy table has the column names of the registry (``oa``, ``lsoa``, ``ward``, ``persons`` ...), numbers as numbers, and
two columns that say what it stands on: ``vintage`` of its area codes and ``edition`` of its figures.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.open_data import kept, store
from insight.sources.open_data.registry import Registry, Source

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

SHAPES = {".geojson", ".gpkg"}
Bounds = tuple[float, ...]
HEADER_ROWS = 8
"""A spreadsheet's header is looked for in its first rows; titles often stand above it."""


def _plain(name: Any) -> str:
    return re.sub(r"[^a-z0-9]+", " ", str(name).casefold()).strip()


def _refuse(path: Path, rule: str, fix: str, *, column: str | None = None, found: str | None = None) -> InputError:
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, column=column, found=found)])


def _read_sheet(path: Path, source: Source) -> pd.DataFrame:
    import pandas as pd

    raw = pd.read_excel(path, sheet_name=source.sheet or 0, header=None, dtype=object, engine="calamine")
    known = {_plain(name) for names in source.columns.values() for name in names}
    for row in range(min(HEADER_ROWS, len(raw))):
        if len(known & {_plain(cell) for cell in raw.iloc[row]}) > 1:
            frame = raw.iloc[row + 1 :].dropna(how="all").reset_index(drop=True)
            frame.columns = [str(cell) for cell in raw.iloc[row]]
            return frame
    raise _refuse(path, "its header row is not found", f"correct `sheet` or `columns` of {source.name} in the registry")


def _read_layer(path: str, source: Source, bounds: Bounds | None = None) -> pd.DataFrame:
    import geopandas as gpd
    import pyogrio

    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    return gpd.read_file(path, layer=source.layer if source.layer in layers else layers[0], bbox=bounds)


def _read_zip(path: Path, source: Source, bounds: Bounds | None = None) -> pd.DataFrame:
    import pandas as pd

    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.rsplit("/", 1)[-1] == source.member]
        if len(inside) != 1:
            some = ", ".join(archive.namelist()[:5])
            raise _refuse(path, f"must hold {source.member}", f"correct `member` of {source.name}", found=some)
        if source.member.endswith(".gpkg"):
            return _read_layer(f"/vsizip/{path}/{inside[0]}", source, bounds)
        return pd.read_csv(io.BytesIO(archive.read(inside[0])), dtype=str, keep_default_na=False)


def _read(path: Path, source: Source, bounds: Bounds | None = None) -> pd.DataFrame:
    import pandas as pd

    if path.suffix in SHAPES:
        return _read_layer(str(path), source, bounds)
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        return frame.reset_index() if frame.index.name else frame
    if path.suffix in {".xls", ".xlsx"}:
        return _read_sheet(path, source)
    if path.suffix == ".zip":
        return _read_zip(path, source, bounds)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _safely_read(path: Path, source: Source, bounds: Bounds | None = None) -> pd.DataFrame:
    try:
        return _read(path, source, bounds)
    except InputError:
        raise
    except Exception as error:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _refuse(
            path,
            f"must be readable as {source.title}",
            f"fetch it again: insight fetch PARAMS {source.name}",
            found=words,
        ) from None


def _column(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    """Return the first column known under one of the names, capitals, blanks and punctuation aside."""
    by_plain = {_plain(name): str(name) for name in frame.columns}
    return next((by_plain[_plain(name)] for name in names if _plain(name) in by_plain), None)


def _numbered(values: pd.Series) -> pd.Series:
    """Return numbers where every filled cell is one (thousands commas aside), else text with missing for empty."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values):
        return values
    text = values.astype("string").str.strip().replace("", pd.NA)
    numbers = pd.to_numeric(text.str.replace(",", ""), errors="coerce")
    return text.astype(object) if (numbers.isna() & text.notna()).any() else numbers.astype(float)


def _long(frame: pd.DataFrame, source: Source, kept: Mapping[str, str]) -> pd.DataFrame | None:
    """Return one row an area and year where the file has a column a year, else ``None``."""
    import pandas as pd

    years = {year: _column(frame, names) for year, names in source.measures.items()}
    present = {year: name for year, name in years.items() if name is not None}
    if not present:
        return None
    names = {name: column for name, column in kept.items() if name not in {"year", "value"}}
    parts = [
        pd.DataFrame(
            {**{name: frame[column] for name, column in names.items()}, "year": int(year), "value": frame[cell]}
        )
        for year, cell in present.items()
    ]
    return pd.concat(parts, ignore_index=True)


def tidy(source: Source, place: Path) -> pd.DataFrame | None:
    """Return a source's tidy table from a folder, or ``None`` where neither its file nor a copy lies there.

    Args:
        source: the registry's entry.
        place: a folder of fetched files or of downloads.

    Returns:
        The entry's columns, ``vintage`` and ``edition``; a GeoDataFrame for outlines; all columns where the entry
        names none.

    Raises:
        InputError: the file cannot be read, or lacks a column; with the names it may have.
    """
    path = store.found(source, place)
    if path is None:
        return None
    read = partial(_read_tidy, path, source)
    made = read() if _has_shapes(path, source) else kept.once(source, path, read)
    return made.assign(vintage=source.vintage, edition=source.edition)


def _has_shapes(path: Path, source: Source) -> bool:
    return path.suffix in SHAPES or source.member.endswith(tuple(SHAPES))


def _read_tidy(path: Path, source: Source) -> pd.DataFrame:
    frame = _safely_read(path, source)
    columns = {name: column for name, names in source.columns.items() if (column := _column(frame, names)) is not None}
    made = _long(frame, source, columns)
    if made is None:
        made = _renamed(frame, source, columns, path)
    for name in made.columns:
        if name != "geometry":
            made[name] = _numbered(made[name])
    return made


def _renamed(frame: pd.DataFrame, source: Source, kept: Mapping[str, str], path: Path) -> pd.DataFrame:
    missing = [name for name in source.columns if name not in kept and name not in source.optional]
    if missing:
        fix = f"add the new name of the column to `columns` of {source.name} in the registry"
        problems = [
            Problem(
                file=paths.shown(path),
                column=name,
                rule=f"must be there as {' or '.join(source.columns[name])}",
                found=", ".join(map(str, frame.columns[:12])),
                fix=fix,
            )
            for name in missing
        ]
        raise InputError(problems)
    if not source.columns:
        return frame
    shape = ["geometry"] if "geometry" in frame.columns else []
    return frame[[*kept.values(), *shape]].rename(columns={column: name for name, column in kept.items()})


class OpenTables:
    """The open data of one council, read when asked for and once."""

    def __init__(self, registry: Registry, place: Path) -> None:
        self.registry, self.place = registry, place
        self._read: dict[str, pd.DataFrame | None] = {}

    def has(self, *names: str) -> bool:
        """Whether a file lies there for each of these sources."""
        return all(store.found(self.registry.sources[name], self.place) is not None for name in names)

    def table(self, name: str) -> pd.DataFrame:
        """Return a tidy table.

        Raises:
            InputError: no file, or a broken one.
        """
        if name not in self._read:
            self._read[name] = tidy(self.registry.sources[name], self.place)
        found = self._read[name]
        if found is None:
            raise self._absent(self.registry.sources[name])
        return found.copy()

    def shapes(self, name: str, bounds: Sequence[float]) -> gpd.GeoDataFrame:
        """Return those shapes of a national layer that lie about a place; the rest of it is never read.

        Args:
            name: of the source.
            bounds: west, south, east, north, in the layer's own coordinates (the National Grid for Ordnance Survey's).

        Raises:
            InputError: no file, a broken one, or one that lacks a column.
        """
        source = self.registry.sources[name]
        path = store.found(source, self.place)
        if path is None:
            raise self._absent(source)
        frame = _safely_read(path, source, bounds=tuple(bounds))
        columns = {known: column for known, names in source.columns.items() if (column := _column(frame, names))}
        return _renamed(frame, source, columns, path)

    def _absent(self, source: Source) -> InputError:
        rule, fix = "is not there", f"insight fetch PARAMS {source.name}"
        return InputError([Problem(file=paths.shown(self.place / source.file), rule=rule, fix=fix)])

    def column(self, name: str, tidy_name: str) -> str | None:
        """Return under which of its names a column stands in the file that lies there; ``None`` without one."""
        source = self.registry.sources[name]
        path = store.found(source, self.place)
        return None if path is None else _column(_safely_read(path, source), source.columns[tidy_name])

    def is_of(self, name: str, year: str) -> bool:
        """Whether a table's figures are of a year: by its rows where they state one, else by its edition."""
        frame = self.table(name)
        return (
            year in set(frame["year"].astype(int).astype(str))
            if "year" in frame
            else str(year) == self.source(name).edition
        )

    def source(self, name: str) -> Source:
        """Return the registry's entry."""
        return self.registry.sources[name]


def joined(left: pd.DataFrame, right: pd.DataFrame, *, on: str, vintage: str) -> pd.DataFrame:
    """Join two area tables whose codes are of one vintage; their own ``vintage`` and ``edition`` give way to it.

    Raises:
        ValueError: a table is of another vintage: go through a look-up.
    """
    odd = {str(one) for frame in (left, right) for one in frame["vintage"].unique()} - {vintage}
    if odd:
        raise ValueError(f"codes of {', '.join(sorted(odd))} meet codes of {vintage}. Fix: go through a look-up")
    about = ["vintage", "edition"]
    return (
        left.drop(columns=about, errors="ignore")
        .merge(right.drop(columns=about, errors="ignore"), on=on, validate="many_to_one")
        .assign(vintage=vintage)
    )
