"""A mapping: for each column of a contract, where it comes from in the export and how its values read.

``params/<council>/mappings/<input>.yml`` holds it as text that a person may edit; the next export is read by the same
file, which says what no longer fits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from insight import atomic, paths
from insight.catalogue import BY_NAME
from insight.errors import ParamsError
from insight.params import LoadedParams, read_yaml
from insight.sources.contracts import contract as contract_of

OPEN = "?"
"""Stands in a mapping where a person must decide; such a mapping is not used."""
LEAVE_OUT = "leave_out"
"""Stands for a value, or for areas outside the look-up, whose rows are not taken in."""
CONFIG = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)
Reads = Literal["", "slug", "month_start", "percent", "by_unit", "postcode"]


OUTSIDE = (
    "some rows hold codes of areas that the look-up does not hold: write `outside: leave_out` if they lie outside the "
    "council; if they are codes of another census, take the line out and mend the look-up"
)


class Lookup(BaseModel):
    """Another table that gives the value: joined by a key, or counted where no value is named."""

    model_config = CONFIG
    file: str = ""
    """A path from the project's root; the export itself where empty."""
    sheet: str | None = None
    key: str
    value: str = ""


class ColumnRule(BaseModel):
    """Where one column of the contract comes from: a column of the export, or one value for every row."""

    model_config = CONFIG
    source: str | None = Field(default=None, alias="from")
    constant: str | None = None
    reads: Reads = Field(default="", alias="as")
    """``slug``: as a code in small letters; ``month_start``: the first day of the date's month; ``percent``: per cent
    to a share; ``by_unit``: the same where the column ``unit`` says per cent; ``postcode``: no blanks, in capitals."""
    codes: dict[str, str] = Field(default_factory=dict)
    """The export's values to the contract's; empty text leaves the cell empty, ``leave_out`` leaves out its rows."""
    outside: Literal["", "?", "leave_out"] = ""
    """What becomes of rows whose official area code is none of the look-up's: refused where empty."""
    lookup: Lookup | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)
    why: str = ""


class Unpivot(BaseModel):
    """Columns that are periods or measures and become rows: those whose name fits ``columns``, a regular expression."""

    model_config = CONFIG
    columns: str
    names_to: str
    values_to: str


class Mapping(BaseModel):
    """How one export reads as one input."""

    model_config = CONFIG
    input: str
    layout: str = "own"
    """Ready mapping that it began from."""
    adopted_from: str = ""
    sheet: str | None = None
    """Sheet of a workbook, or layer of a file of shapes."""
    crs: str = ""
    """Coordinate reference system of shapes whose file states none."""
    keep: dict[str, list[str]] = Field(default_factory=dict)
    """Rows to keep, by column of the export and its values; others are left out and counted."""
    unpivot: Unpivot | None = None
    columns: dict[str, ColumnRule]

    def sources(self) -> list[str]:
        """Return the export's columns that are read, each once."""
        named = [rule.source for rule in self.columns.values() if rule.source]
        made = {self.unpivot.names_to, self.unpivot.values_to} if self.unpivot else set()
        return [one for one in dict.fromkeys([*named, *self.keep]) if one not in made]

    def joined_files(self) -> list[str]:
        """Return the other tables that values come from, each once."""
        files = [rule.lookup.file for rule in self.columns.values() if rule.lookup and rule.lookup.file]
        return list(dict.fromkeys(files))

    def open_points(self) -> list[str]:
        """Return what a person must still decide, in words."""
        points = ["crs: say the coordinate reference system, such as EPSG:27700"] if self.crs == OPEN else []
        for name, rule in self.columns.items():
            if OPEN in (rule.source, rule.constant):
                points.append(f"column {name}: say which column of the export it is, or give it as `constant`")
            means = "say what `{}` means, or `leave_out`"
            points += [f"column {name}: {means.format(value)}" for value, code in rule.codes.items() if code == OPEN]
            if rule.outside == OPEN:
                points.append(f"column {name}: {OUTSIDE}")
        return points


def file_of(loaded: LoadedParams, name: str) -> Path:
    """Return where the mapping of an input lies: below the folder of the params file."""
    return loaded.path.parent / loaded.council.slug / "mappings" / f"{name}.yml"


def parse(raw: Any, *, file: str) -> Mapping:
    """Return a mapping from plain values.

    Raises:
        ParamsError: every key that is unknown, absent or of another type, and every column that the contract lacks.
    """
    try:
        found = Mapping.model_validate(raw)
    except ValidationError as error:
        lines = [
            f"{file}: `{'.'.join(map(str, one['loc'])) or 'file'}`: {one['msg'].lower()}. Fix: correct the mapping"
            for one in error.errors()
        ]
        raise ParamsError("\n".join(lines)) from None
    if found.input not in BY_NAME:
        raise ParamsError(f"{file}: `input`: no input `{found.input}`. Fix: see docs/reference/inputs.md")
    known = {column.name for column in contract_of(found.input).columns}
    odd = sorted(set(found.columns) - known)
    if odd:
        raise ParamsError(
            f"{file}: `columns`: {found.input} has no {', '.join(odd)}; it has {', '.join(sorted(known))}. "
            "Fix: correct the mapping"
        )
    return found


def read(path: Path) -> Mapping:
    """Read a mapping.

    Raises:
        ParamsError: absent, no YAML, or no mapping.
    """
    return parse(read_yaml(path), file=paths.shown(path))


def of_council(loaded: LoadedParams, name: str) -> Mapping | None:
    """Return a council's mapping of an input; ``None`` where its file has the contract's own columns.

    Raises:
        ParamsError: the mapping is broken, or leaves something open.
    """
    path = file_of(loaded, name)
    if not path.exists():
        return None
    found = read(path)
    if points := found.open_points():
        told = "\n".join(f"{paths.shown(path)}: {point}. Fix: edit the file" for point in points)
        raise ParamsError(told)
    return found


HEAD = """\
# How {adopted} reads as `{input}` ({title}).
# `from` names a column of the export, `codes` its values; `{open}` marks what a person must decide.
# Confidence and why are the proposal's; the file is read again with next year's export.
"""


def write(mapping: Mapping, path: Path) -> None:
    """Write a mapping as YAML that a person may edit, atomically."""
    content = mapping.model_dump(by_alias=True, exclude_defaults=True)
    content = {"input": mapping.input, **content}
    title = BY_NAME[mapping.input].title
    head = HEAD.format(adopted=mapping.adopted_from or "an export", input=mapping.input, title=title, open=OPEN)
    atomic.write_text(path, head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110))
