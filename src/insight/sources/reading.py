"""Reading one input file by its contract, whatever its format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources import outlines
from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.checking import check, read_text_table
from insight.sources.qualitative.segments import codings_table

if TYPE_CHECKING:
    import pandas as pd


def _refuse(path: Path, rule: str, fix: str, found: str | None = None) -> InputError:
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, found=found)])


def _present(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        read_text_table(path)


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    _present(path)
    try:
        return pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _refuse(
            path, "the file must be Parquet", "export it again as Parquet", str(error).splitlines()[0]
        ) from None


def read_input(name: str, path: Path, *, areas: dict[str, set[str]] | None = None) -> pd.DataFrame:
    """Read and check one input.

    Args:
        name: the input's name in the catalogue.
        path: the file (CSV, Parquet or GeoJSON by its ending; codings also as REFI-QDA or Taguette export them).
        areas: codes of the look-up by level, for area columns.

    Returns:
        Typed frame with the contract's columns; a GeoDataFrame in EPSG:27700 for shapes.

    Raises:
        InputError: all problems of the file, each with row, column, rule and fix.
    """
    agreed = contract_of(name)
    if path.suffix == ".parquet":
        return check(agreed, _read_parquet(path), path, areas=areas)
    if agreed.geometry:
        import geopandas as gpd

        _present(path)
        columns = [column.name for column in agreed.columns]
        shapes = outlines.read_shapes(path, columns=columns, geometry=agreed.geometry)
        cells = check(agreed, shapes.drop(columns="geometry"), path, areas=areas)
        placed = gpd.GeoDataFrame(cells, geometry=shapes.geometry, crs=shapes.crs)
        return outlines.checked_boundaries(placed, path, areas or {}) if name == "boundaries" else placed
    if name == "codings":
        return check(agreed, codings_table(path), path, areas=areas)
    return check(agreed, read_text_table(path), path, areas=areas)


def area_codes(lookup: pd.DataFrame) -> dict[str, set[str]]:
    """Return the codes of a look-up by level (oa, lsoa, neighbourhood, ward, borough, nation)."""
    return {
        "oa": set(lookup["oa"]),
        "lsoa": set(lookup["lsoa"]),
        "neighbourhood": set(lookup["neighbourhood"].dropna()),
        "ward": set(lookup["ward"].dropna()),
        "borough": set(lookup["borough"].dropna()),
        "wider": {"england", "uk", "greater_manchester", "north_west"},
    }
