"""Reading an export by its mapping: the contract's columns out of the export's, and what no longer fits."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import Problem
from insight.sources.contracts import contract as contract_of
from insight.sources.contracts.base import Column
from insight.sources.contracts.checking import FIRST_DATA_ROW
from insight.sources.mapping.model import ColumnRule, Lookup, Mapping, Unpivot
from insight.sources.mapping.outside import official_kind, without_left_out
from insight.sources.untidy.bodies import Table
from insight.sources.untidy.changes import Change, change
from insight.sources.untidy.dates import unclear_dates
from insight.sources.untidy.headers import normal
from insight.sources.untidy.tables import read_untidy

if TYPE_CHECKING:
    import pandas as pd

CODES_SHOWN = 20


def slug(text: str) -> str:
    """Return a name as the workbook writes codes: small letters, digits and low lines."""
    return "_".join(re.findall(r"[a-z0-9]+", text.casefold().replace("&", " and ").replace("'", "")))


def plain_postcode(text: str) -> str:
    """Return a postcode in capitals without blanks."""
    return re.sub(r"\s+", "", text).upper()


def _month_start(text: str) -> str:
    """Return a date's month start where it is a date as a council writes it; anything else as it is."""
    if found := re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?([T ].*)?", text):
        return f"{found[1]}-{found[2]}-01"
    if found := re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})( .*)?", text):
        try:
            return date(int(found[3]), int(found[2]), int(found[1])).replace(day=1).isoformat()
        except ValueError:
            return text
    return text


def _percent(text: str) -> str:
    """Return per cent as a share; marks and other text stay."""
    try:
        return f"{float(text.removesuffix('%').replace(',', '')) / 100:.12g}"
    except ValueError:
        return text


READS: dict[str, Callable[[str], str]] = {
    "slug": slug,
    "month_start": _month_start,
    "percent": _percent,
    "postcode": plain_postcode,
}


def missing_columns(mapping: Mapping, table: Table) -> list[Problem]:
    """Return the columns that a mapping reads and the export lacks, each with the nearest name."""
    problems = []
    held = [str(name) for name in table.frame.columns]
    targets = {rule.source: name for name, rule in mapping.columns.items() if rule.source}
    for source in mapping.sources():
        if source in held:
            continue
        near = difflib.get_close_matches(source, held, n=1)
        hint = f"`{near[0]}` is near: " if near else ""
        use = f"it gives `{targets[source]}`" if source in targets else "rows are chosen by it"
        rule = f"the column `{source}` of the mapping must be in the file ({use})"
        problems.append(
            Problem(
                file=paths.shown(table.path),
                sheet=table.sheet,
                column=source,
                rule=rule,
                found="; ".join(held)[:120],
                fix=f"{hint}change the mapping, or adopt the file again",
            )
        )
    return problems


def long_table(table: Table, unpivot: Unpivot) -> Table:
    """Turn columns that fit into rows; each row remembers the cell it came from."""
    import pandas as pd

    frame = table.frame
    chosen = [name for name in frame.columns if re.fullmatch(unpivot.columns, str(name))]
    others = [name for name in frame.columns if name not in chosen]
    letters = table.letters or {}
    parts, origins = [], {}
    count = 0
    for name in chosen:
        part = frame[others].copy()
        part[unpivot.names_to], part[unpivot.values_to] = str(name), frame[name]
        for row in frame.index:
            origins[count + FIRST_DATA_ROW] = (int(row) + FIRST_DATA_ROW, letters.get(str(name), ""))
            count += 1
        parts.append(part)
    if not parts:
        return table
    made = pd.concat(parts, ignore_index=True).astype("string")
    said = Change(what=f"columns turned into rows ({unpivot.names_to})", count=len(chosen))
    kept = {**letters, unpivot.names_to: "", unpivot.values_to: ""}
    return replace(table, frame=made, letters=kept, origins=origins, changes=(*table.changes, said))


def _kept(table: Table, mapping: Mapping) -> Table:
    frame, said = table.frame, list(table.changes)
    for column, values in mapping.keep.items():
        if column not in frame.columns:
            continue
        wanted = {normal(value) for value in values}
        good = frame[column].map(lambda text: normal(str(text))).isin(wanted)
        if not good.all():
            what = f"rows left out whose {column} is not {' or '.join(values)}"
            said.append(Change(what=what, count=int((~good).sum())))
        frame = frame[good]
    return replace(table, frame=frame, changes=tuple(said))


def _lookup(
    cells: pd.Series, lookup: Lookup, table: Table, read: Callable[[str], str]
) -> tuple[pd.Series, list[Change]]:
    """Return what another table gives for each cell: its value, or how many of its rows hold it."""
    path = table.path if not lookup.file else paths.root() / lookup.file
    wanted = [lookup.key, *([lookup.value] if lookup.value else [])]
    other = read_untidy(path, wanted, sheet=lookup.sheet, is_adopted=True)
    keys = other.frame[lookup.key].map(lambda text: read(str(text)))
    name = f"{paths.shown(path)}{f', sheet {other.sheet}' if other.sheet else ''}"
    if not lookup.value:
        counts = keys.value_counts()
        return cells.map(counts).fillna(0).astype(int).astype("string"), [Change(what=f"rows counted in {name}")]
    values = dict(zip(keys, other.frame[lookup.value], strict=True))
    found = cells.map(values)
    lost = found.isna() & (cells != "")
    said = [Change(what=f"`{lookup.value}` joined from {name} by {lookup.key}")]
    rows = [f"row {int(row) + FIRST_DATA_ROW}" for row in lost.index[lost]]
    return found.fillna("").astype("string"), said + change(f"{lookup.key} not in {name}: cell left empty", rows)


def _codes(cells: pd.Series, column: Column, rule: ColumnRule, table: Table) -> tuple[pd.Series, list[Problem]]:
    """Return cells in the contract's codes; a value that the mapping does not know is a problem, once a value."""
    known = {normal(value): code for value, code in rule.codes.items()}
    own = set(column.allowed) | set(rule.codes.values())
    keyed = cells.map(lambda text: normal(str(text)))
    made = keyed.map(known)
    stays = cells.isin(own) | (cells == "")
    if column.area is not None:
        # codes of the look-up need no word in the mapping; the contract holds them to the look-up
        stays |= cells.map(lambda text: slug(str(text)) == text or official_kind(str(text)) != "").astype(bool)
    made = made.where(made.notna(), cells.where(stays))
    unknown = made.isna()
    problems = []
    for value in list(dict.fromkeys(cells[unknown]))[:CODES_SHOWN]:
        row = int(cells.index[unknown & (cells == value)][0]) + FIRST_DATA_ROW
        count = int((cells == value).sum())
        rule_text = f"a code of `{rule.source}` that the mapping does not know (rows with it: {count:,})"
        fix = f"add it under columns.{column.name}.codes of the mapping, or adopt the file again"
        problems.append(table.problem(row, column.name, rule_text, fix, str(value)))
    return made.fillna("").astype("string"), problems


def read_column(column: Column, rule: ColumnRule, table: Table) -> tuple[pd.Series, list[Change], list[Problem]]:
    """Return the cells of one column of the contract, what was done, and codes that are not known."""
    import pandas as pd

    if rule.source is None:
        return pd.Series(rule.constant or "", index=table.frame.index, dtype="string"), [], []
    cells = table.frame[rule.source]
    said: list[Change] = []
    problems: list[Problem] = []
    read = READS.get(rule.reads, str)
    if rule.codes:
        cells, problems = _codes(cells, column, rule, table)
    if rule.reads == "month_start" and (order := unclear_dates(cells, column.name, table)) is not None:
        return cells, said, [*problems, order]
    if rule.reads in READS:
        cells = cells.map(lambda text: read(str(text)) if text else "").astype("string")
        said.append(Change(what=f"`{rule.source}` read as {column.name}: {rule.reads.replace('_', ' ')}"))
    if rule.lookup is not None:
        cells, more = _lookup(cells, rule.lookup, table, read)
        said += more
    return cells, said, problems


PERCENT = {"pct", "percent", "percentage", "per cent", "per cents"}
"""Units, as names are compared, whose values are per cent."""


def _by_unit(made: dict[str, pd.Series], rules: dict[str, ColumnRule], table: Table) -> list[Change]:
    """Bring the values of rows whose unit is per cent to shares, in place; other rows keep theirs."""
    values = [name for name, rule in rules.items() if rule.reads == "by_unit"]
    unit = rules.get("unit", ColumnRule())
    if not values:
        return []
    if unit.source is None:
        is_percent = table.frame.index.to_series().map(lambda _: normal(unit.constant or "") in PERCENT)
    else:
        is_percent = table.frame[unit.source].map(lambda text: normal(str(text)) in PERCENT)
    for name in values:
        made[name] = made[name].mask(is_percent, made[name].map(lambda text: _percent(str(text)))).astype("string")
    made["unit"] = made["unit"].mask(is_percent, "share")
    count = int(is_percent.sum())
    return [Change(what="per cent, by its unit, read as a share from 0 to 1", count=count)] if count else []


def _placed(table: Table, mapping: Mapping) -> dict[str, str]:
    """Return the letter of the column of the export behind each column of the contract."""
    letters = table.letters or {}
    return {name: letters.get(rule.source, "") for name, rule in mapping.columns.items() if rule.source}


def unused_columns(table: Table, mapping: Mapping) -> list[str]:
    """Return the columns of the export that the mapping does not take in."""
    made = {mapping.unpivot.names_to, mapping.unpivot.values_to} if mapping.unpivot else set()
    return [str(name) for name in table.frame.columns if name not in {*mapping.sources(), *made}]


def mapped_table(path: Path, mapping: Mapping) -> tuple[Table, list[Problem]]:
    """Return the contract's columns as text cells out of an export, and what of the mapping no longer fits it.

    Columns of the export that the mapping does not name are not taken in. Columns of the contract that the mapping does
    not name are empty.

    Raises:
        InputError: the file itself cannot be read.
    """
    return mapped(read_untidy(path, mapping.sources(), sheet=mapping.sheet, is_adopted=True), mapping)


def mapped(table: Table, mapping: Mapping) -> tuple[Table, list[Problem]]:
    """Return the contract's columns as text cells out of an export's table; as :func:`mapped_table`."""
    import pandas as pd

    agreed = contract_of(mapping.input)
    if mapping.unpivot is not None:
        table = long_table(table, mapping.unpivot)
    problems = missing_columns(mapping, table)
    if problems:
        return table, problems
    table = _kept(table, mapping)
    placed = _placed(table, mapping)
    at = replace(table, letters=placed if table.letters is not None else None)
    made: dict[str, pd.Series] = {}
    said: list[Change] = []
    for column in agreed.columns:
        rule = mapping.columns.get(column.name, ColumnRule())
        made[column.name], more, wrong = read_column(column, rule, at)
        said += more
        problems += wrong
    said += _by_unit(made, mapping.columns, table)
    said += change("column of the export not taken in", unused_columns(table, mapping))
    filled = frozenset(
        (row, name) for row, source in table.filled for name, rule in mapping.columns.items() if rule.source == source
    )
    frame, left = without_left_out(pd.DataFrame(made, index=table.frame.index), mapping.columns)
    said += left
    return replace(at, frame=frame, changes=(*table.changes, *said), filled=filled), problems
