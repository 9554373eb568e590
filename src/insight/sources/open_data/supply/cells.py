"""Indicators that the registry makes of a table's cells: rows of data, so that a new one needs no code.

A source of the registry with ``shares`` is a table of counts by area and cell (columns ``area, cell, count``); each
entry names an indicator of the catalogue, the cells that it counts and those that they are counted of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.open_data.registry import Source
from insight.sources.open_data.tables import OpenTables

if TYPE_CHECKING:
    import pandas as pd

ANY = "*"


def themes() -> dict[str, str]:
    """Return the theme of every indicator of the catalogue."""
    import pandas as pd

    return pd.read_csv(paths.reference("indicator_catalogue.csv"), dtype=str).set_index("indicator")["theme"].to_dict()


def _cell(counts: pd.DataFrame, name: str) -> pd.Series | None:
    """Return the counts of one cell by area, ``None`` where the table has none of that name."""
    if not name.endswith(ANY):
        return counts.get(name)
    begun = [one for one in counts if one.startswith(name.removesuffix(ANY))]
    return counts[begun].max(axis=1) if begun else None


def added(counts: pd.DataFrame, ways: Sequence[Sequence[str]]) -> pd.Series | None:
    """Return the sum of cells by area, by the first way whose cells are all there; ``None`` where none is.

    Args:
        counts: one row an area, one column a cell, names in lower case.
        ways: lists of cells to add up, the best first.
    """
    for way in ways:
        found = [_cell(counts, name.casefold()) for name in way]
        if all(one is not None for one in found):
            return sum(one for one in found if one is not None)
    return None


def _lacking(tables: OpenTables, source: Source, indicator: str, cells: Sequence[str]) -> InputError:
    return InputError(
        [
            Problem(
                file=paths.shown(tables.place / source.file),
                column="cell",
                rule=f"must hold the cells of {indicator}",
                found="; ".join(cells[:8]),
                fix=f"add the names of its cells to `shares` of {source.name} in the registry",
            )
        ]
    )


def shares(tables: OpenTables, source: Source) -> dict[str, pd.DataFrame]:
    """Return each indicator of a source: ``area`` (its own code), ``numerator, denominator, value``.

    Areas with nobody to be counted are left out.

    Raises:
        InputError: a cell is not there under any of its names.
    """
    import pandas as pd

    frame = tables.table(source.name)
    # The nation comes with every lot of codes, so its rows stand there more than once.
    long = frame.assign(cell=frame["cell"].str.strip().str.casefold()).drop_duplicates(["area", "cell"])
    counts = long.pivot_table(index="area", columns="cell", values="count", aggfunc="first")
    made = {}
    for indicator, share in source.shares.items():
        part, whole = added(counts, share.part), added(counts, share.whole)
        if part is None or whole is None:
            raise _lacking(tables, source, indicator, list(counts.columns))
        found = pd.DataFrame({"numerator": part, "denominator": whole}).dropna()
        # Cells are perturbed one by one, so that a part may outnumber its whole by a few.
        found = found[found["denominator"] > 0].assign(
            numerator=lambda own: own[["numerator", "denominator"]].min(axis=1)
        )
        made[indicator] = found.assign(value=found["numerator"] / found["denominator"]).reset_index()
    return made
