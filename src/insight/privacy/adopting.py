"""Taking an export in as it is: how it reads as an input is proposed, tried out, and only then written down.

Rows about people are looked at only where the data-sharing register allows the input; nothing of them is shown but
column names and the values of coded columns.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from insight import atomic, paths
from insight.catalogue import BY_NAME
from insight.errors import InputError, ParamsError, Problem
from insight.params import LoadedParams
from insight.privacy import register
from insight.sources.contracts import contract as contract_of
from insight.sources.in_place import connection, head_grid, is_big, is_text, raw_cells
from insight.sources.mapping import model
from insight.sources.mapping.applying import long_table
from insight.sources.mapping.in_place import distinct, head_of
from insight.sources.mapping.model import ColumnRule, Mapping
from insight.sources.mapping.proposing import LIKELY, allowed_codes, propose, renewed, with_codes
from insight.sources.mapping.ready import Ready, layouts_of
from insight.sources.mapping.shapes import attributes, likely_system
from insight.sources.outlines import official_fields
from insight.sources.reading import area_codes, read_input, read_told
from insight.sources.segmentation import open_table
from insight.sources.standing import of_file
from insight.sources.untidy.bodies import Table
from insight.sources.untidy.changes import lines
from insight.sources.untidy.grids import read_grids
from insight.sources.untidy.headers import best, candidates, normal
from insight.sources.untidy.tables import read_untidy

ELSEWHERE = {
    "codings": "REFI-QDA projects (.qdpx) and Taguette highlights are read as they are: name them in the params file",
    "network_contacts": "take a Network Canvas or egor export in with `insight intake`",
    "network_alters": "take a Network Canvas or egor export in with `insight intake --contacts`",
    "network_alter_ties": "take a Network Canvas or egor export in with `insight intake --contacts`",
}
"""Inputs that have readers of their own."""
FEW = 2
"""Columns a header must be known by; below that it is guessed from its looks."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A mapping to look at: the export's columns, what was agreed before and no longer fits, what is still open."""

    mapping: Mapping
    file: Path
    columns: tuple[str, ...]
    told: tuple[str, ...]
    is_known: bool
    """Whether a mapping of an earlier year was there."""
    allowed: dict[str, dict[str, str]] = field(default_factory=dict)
    """Codes that each column of the contract may hold, with their names; none for columns of any text."""
    recoded: Callable[[str, ColumnRule], ColumnRule] = field(default=lambda _, rule: rule, repr=False)
    """Returns a column's rule with the codes that the cells of its source need, after another source was chosen."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What reading an export by its mapping gave: records, and what was changed on reading."""

    rows: int
    changed: list[str]


def _may(loaded: LoadedParams, name: str, path: Path) -> None:
    """Refuse inputs that are taken in another way, and people's rows that the register does not allow."""
    if name not in BY_NAME:
        near = difflib.get_close_matches(name, BY_NAME, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ParamsError(f"no input `{name}`. Fix: {hint}see docs/reference/inputs.md, or insight check")
    if name in ELSEWHERE:
        raise ParamsError(f"{name} is not adopted. Fix: {ELSEWHERE[name]}")
    if not path.exists():
        raise InputError([Problem(file=paths.shown(path), rule="the file is not there", fix="name the export")])
    if path.suffix.lower() == ".graphml" or (path.suffix.lower() == ".zip" and not contract_of(name).geometry):
        raise ParamsError(
            f"{path.name} looks like an export of personal networks, whose names must become counts before anything is "
            "stored. Fix: insight intake PARAMS --canvas FILE --mapping MAPPING --out data/<council>; if it is a table "
            "that was packed, unpack it and name that"
        )
    if path.is_dir() and path.suffix.lower() != ".gdb":
        fix = "name the file in it; a folder of Network Canvas goes through `insight intake`"
        raise InputError([Problem(file=paths.shown(path), rule="an export is a file; this is a folder", fix=fix)])
    refused = register.refusals(loaded, name, file=path, standing=of_file(path))
    if refused:
        raise InputError(refused)
    if BY_NAME[name].large and not (path.suffix == ".parquet" or is_text(path)):
        rule, fix = "an input of millions of rows is CSV in UTF-8, or Parquet", "save the sheet as CSV UTF-8"
        raise InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, found=path.suffix or "no ending")])


def _lies(name: str, path: Path) -> bool:
    """Whether an export is read where it lies, not held as cells."""
    return BY_NAME[name].large or is_big(path)


def _areas(loaded: LoadedParams) -> tuple[dict[str, set[str]] | None, dict[str, dict[str, str]]]:
    """Return the look-up's codes by level, and the same with their names."""
    path = loaded.input_path("lookup")
    if path is None or not path.exists():
        return None, {}
    lookup = read_input("lookup", path, mapping=model.of_council(loaded, "lookup"))
    codes = area_codes(lookup)
    named: dict[str, dict[str, str]] = {level: dict.fromkeys(sorted(held), "") for level, held in codes.items()}
    for level in ("ward", "neighbourhood"):
        pairs = lookup[[level, f"{level}_name"]].dropna().drop_duplicates()
        named[level] |= dict(zip(pairs[level], pairs[f"{level}_name"], strict=True))
    named["any"] = {code: name for level in named.values() for code, name in level.items()}
    return codes, named


def _wanted(name: str, path: Path) -> list[str]:
    """Return the names by which the header of an export is found: known ones, else those of its likeliest row."""
    known = [column.name for column in contract_of(name).columns]
    for one in layouts_of(name).values():
        known += [
            *(part.strip() for name in one.recognised_by for part in name.split("|")),
            *(source for column in one.columns.values() for source in column.sources),
        ]
    grids = [head_grid(path)] if _lies(name, path) else read_grids(path, is_adopted=True)
    if max(best(grid, known)[0] for grid in grids) >= FEW:
        return list(dict.fromkeys(known))
    single = [one for grid in grids for one in candidates(grid) if one.depth == 1]
    looks = [len({normal(cell[0]) for cell in one.names if cell and re.search(r"[A-Za-z]", cell[0])}) for one in single]
    if not looks or max(looks) < 1:
        raise InputError([Problem(file=paths.shown(path), rule="the file must have a header", fix="add column names")])
    header = single[looks.index(max(looks))]
    names = [cell[0] for cell in header.names if cell]
    if 2 * sum(bool(re.search(r"\d", one)) for one in names) > len(names):
        # a first record in the header's place would be shown as names of columns
        rule, fix = "the file must have a header; its first rows look like records", "add a row of column names"
        raise InputError([Problem(file=paths.shown(path), rule=rule, fix=fix)])
    return names


def _layout(name: str, table: Table) -> tuple[str, Ready] | None:
    """Return the ready mapping that the export fits; the one known by most columns, where several do."""
    columns = [str(one) for one in table.frame.columns]
    fitting = [(layout, one) for layout, one in layouts_of(name).items() if one.fits(columns)]
    return max(fitting, key=lambda one: len(one[1].recognised_by), default=None)


def _table(name: str, path: Path, sheet: str | None) -> Table:
    """Return what a proposal is judged by: an export's records, the first of a large one, the columns beside shapes."""
    if contract_of(name).geometry:
        return attributes(path, layer=sheet)
    if _lies(name, path):
        return head_of(path, _wanted(name, path)).table
    return read_untidy(path, _wanted(name, path), sheet=sheet, is_adopted=True)


def _placed(fresh: Mapping, path: Path, table: Table) -> Mapping:
    """Return a proposal for shapes with what official field names say, and the system of a file that states none."""
    rules = dict(fresh.columns)
    if "level" in rules and (known := official_fields(table.frame.columns)) is not None:
        why = f"official field {known.code}"
        said = {"level": known.level, "vintage": str(known.vintage)}
        rules |= {name: ColumnRule(constant=text, confidence=LIKELY, why=why) for name, text in said.items()}
        for name, source in (("code", known.code), ("name", known.name)):
            rules[name] = ColumnRule.model_validate({"from": source, "confidence": LIKELY, "why": why})
    crs = likely_system(path, layer=table.sheet)
    return fresh.model_copy(update={"columns": rules, "crs": crs})


def _recoding(
    name: str, path: Path, table: Table, named: dict[str, dict[str, str]]
) -> Callable[[str, ColumnRule], ColumnRule]:
    """Return what gives a column's rule the codes of every row of its source, not only of the rows judged by."""
    agreed = contract_of(name)

    def recoded(column: str, rule: ColumnRule) -> ColumnRule:
        if rule.source not in table.frame.columns or not allowed_codes(agreed.column(column), named):
            return rule
        held = table
        if _lies(name, path):
            made = connection()
            source, _ = raw_cells(made, path, head_of(path, list(table.frame.columns)).layout)
            held = distinct(made, source, str(rule.source))
        return with_codes({column: rule}, agreed, held, named)[column]

    return recoded


def _with_all_codes(fresh: Mapping, recoded: Callable[[str, ColumnRule], ColumnRule]) -> Mapping:
    return fresh.model_copy(update={"columns": {name: recoded(name, rule) for name, rule in fresh.columns.items()}})


def proposal(loaded: LoadedParams, name: str, path: Path, *, sheet: str | None = None) -> Proposal:
    """Return how an export may read as an input; what was agreed for an earlier one goes first.

    Raises:
        ParamsError: no such input, or one that is not adopted.
        InputError: not readable, or not allowed by the data-sharing register.
    """
    _may(loaded, name, path)
    agreed, (_, named) = contract_of(name), _areas(loaded)
    place = model.file_of(loaded, name)
    old = model.read(place) if place.exists() else None
    table = _table(name, path, sheet or (old.sheet if old else None))
    ready = _layout(name, table)
    unpivot = (old.unpivot if old else None) or (ready[1].unpivot if ready else None)
    table = table if unpivot is None else long_table(table, unpivot)
    fresh = propose(agreed, table, ready=ready, areas=named, adopted_from=path.name)
    if agreed.geometry:
        fresh = _placed(fresh, path, table)
    recoded = _recoding(name, path, table, named)
    found = Proposal(
        mapping=_with_all_codes(fresh, recoded) if _lies(name, path) else fresh,
        file=path,
        columns=tuple(str(one) for one in table.frame.columns),
        told=(),
        is_known=False,
        allowed={column.name: allowed_codes(column, named) for column in agreed.columns},
        recoded=recoded,
    )
    if old is None:
        return found
    made, told = renewed(old, found.mapping, table, agreed, named)
    made = _with_all_codes(made, recoded) if _lies(name, path) else made
    return replace(found, mapping=made, told=tuple(told), is_known=True)


def try_out(loaded: LoadedParams, mapping: Mapping, path: Path) -> Tried:
    """Read an export by a mapping and hold it to the contract.

    Raises:
        ParamsError: something in the mapping is open.
        InputError: every problem of the file.
    """
    _may(loaded, mapping.input, path)
    if points := mapping.open_points():
        raise ParamsError("\n".join(f"{mapping.input}: {point}. Fix: edit the mapping" for point in points))
    codes, _ = _areas(loaded)
    areas = None if mapping.input == "lookup" else codes
    if BY_NAME[mapping.input].large:
        opened = open_table(mapping.input, path, areas=areas, mapping=mapping)
        return Tried(rows=opened.records, changed=lines(opened.changes))
    found = read_told(mapping.input, path, areas=areas, mapping=mapping)
    return Tried(rows=len(found.frame), changed=lines(found.changes))


def adopt(loaded: LoadedParams, mapping: Mapping, path: Path) -> tuple[Tried, Path]:
    """Try a mapping out, write it down, and name the export in the params file; nothing is written where it fails.

    Returns:
        What reading gave, and where the mapping is.

    Raises:
        ParamsError, InputError: as :func:`try_out`.
    """
    tried = try_out(loaded, mapping, path)
    place = model.file_of(loaded, mapping.input)
    base = paths.root() if loaded.path.parent == paths.root() / "params" else loaded.path.parent
    named = path.resolve()
    value = named.relative_to(base).as_posix() if named.is_relative_to(base) else named.as_posix()
    text = name_input(loaded.path.read_text(encoding="utf-8"), mapping.input, value)
    model.write(mapping, place)
    draft_of(loaded, mapping.input).unlink(missing_ok=True)
    atomic.write_text(loaded.path, text)
    return tried, place


def draft_of(loaded: LoadedParams, name: str) -> Path:
    """Return where a mapping lies that a person is to edit."""
    return model.file_of(loaded, name).with_suffix(".draft.yml")


def name_input(text: str, name: str, value: str) -> str:
    """Return a params file's text with one input's path replaced, everything else as it was.

    Raises:
        ParamsError: the file does not hold the input on a line of its own.
    """
    made, count = re.subn(rf"(?m)^(\s+){name}:[^\n]*$", lambda found: f"{found[1]}{name}: {value}", text, count=1)
    if not count:
        raise ParamsError(f"the params file holds no line `{name}:`. Fix: add it under inputs")
    return made
