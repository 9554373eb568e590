"""Proposing a mapping: by a ready one, by names, by values and types; each with its confidence and why.

A proposal is no decision: what is not sure carries ``?``, and such a mapping is not used until a person has edited it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping as Frames
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insight.sources.contracts.base import Column, Contract
from insight.sources.mapping.model import OPEN, ColumnRule, Mapping
from insight.sources.mapping.outside import is_outside, official_kind
from insight.sources.mapping.ready import Ready, ReadyColumn
from insight.sources.untidy.bodies import Table
from insight.sources.untidy.cells import read_cells
from insight.sources.untidy.headers import normal

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 400
"""Rows that types and values are judged by."""
MOST_CODES = 60
"""Distinct values beyond which a column holds no codes."""
SURE, LIKELY, ALIKE = 1.0, 0.95, 0.85
NAME_WEIGHT, LEAST = 0.6, 0.55
"""Weight of the name beside type and values, and the confidence below which nothing is proposed."""
SAME_WORDS = (
    ("f", "female", "girl", "woman"),
    ("m", "male", "boy", "man"),
    ("true", "yes", "y"),
    ("false", "no", "n"),
    ("housing", "housing benefit", "hb"),
    ("council_tax", "council tax", "council tax benefit", "council tax reduction", "council tax support", "ctb", "ctr"),
    ("childrens_centre", "children s centre", "childrens centre", "sure start centre"),
)
"""Words that mean the same in exports; the first that the contract allows is proposed."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One column of the export as the source of one column of the contract."""

    source: str
    confidence: float
    why: str


def _name_score(column: Column, source: str) -> float:
    ours, theirs = normal(column.name), normal(source)
    if ours == theirs:
        return SURE
    shared = set(ours.split()) & set(theirs.split())
    words = len(shared) / max(len(set(ours.split()) | set(theirs.split())), 1)
    return max(words, ALIKE * difflib.SequenceMatcher(None, ours, theirs).ratio())


def _value_score(column: Column, table: Table, contract: Contract) -> float:
    """Return the share of a sample's cells that read as the column's type and are allowed in it."""
    from dataclasses import replace

    import pandas as pd

    trial = replace(contract, columns=(replace(column, optional=True),), key=(), rules=())
    read, problems = read_cells(table, trial)
    cells = read.frame[column.name]
    filled = cells[cells != ""]
    if filled.empty:
        return 0.5
    if column.type == "date":
        good = pd.to_datetime(filled, format="%Y-%m-%d", errors="coerce").notna()
    elif column.type in ("number", "integer"):
        good = pd.to_numeric(filled, errors="coerce").notna()
    elif column.type == "flag":
        good = filled.str.lower().isin(["true", "false"])
    elif column.allowed:
        good = filled.map(lambda text: code_of(str(text), dict.fromkeys(column.allowed, "")) is not None)
    else:
        good = pd.to_numeric(filled, errors="coerce").isna() | (column.unique or column.name.endswith(("id", "code")))
    share = float(good.mean()) * (1 - len(problems) / max(len(cells), 1))
    return share * (float(filled.nunique() / len(filled)) if column.unique else 1.0)


def _choices(column: Column, table: Table, contract: Contract) -> list[Choice]:
    from dataclasses import replace

    sample = table.frame.head(SAMPLE)
    found = []
    for source in sample.columns:
        name = _name_score(column, str(source))
        alone = replace(table, frame=sample[[source]].rename(columns={source: column.name}), letters={})
        # words that look like numbers, such as years, are words all the same where the column has the very name
        is_text = name == SURE and column.type == "text" and not (column.allowed or column.unique)
        values = SURE if is_text else _value_score(column, alone, contract)
        total = round(NAME_WEIGHT * name + (1 - NAME_WEIGHT) * values if name < SURE else SURE * (0.5 + values / 2), 2)
        why = f"name alike to {name:.0%}, values fit to {values:.0%}"
        found.append(Choice(source=str(source), confidence=total, why=why))
    return sorted(found, key=lambda one: -one.confidence)


def code_of(value: str, allowed: Frames[str, str]) -> str | None:
    """Return the code that a value means, by the code itself, its name, or words that mean the same."""
    key = normal(value)
    for code, name in allowed.items():
        if key in (normal(code), normal(name or code)):
            return code
    for words in SAME_WORDS:
        if key in {normal(word) for word in words}:
            return next((word for word in words if word in allowed), None)
    near = difflib.get_close_matches(key, [normal(code) for code in allowed], n=1, cutoff=ALIKE)
    return next((code for code in allowed if near and normal(code) == near[0]), None)


def allowed_codes(column: Column, areas: Frames[str, Frames[str, str]]) -> dict[str, str]:
    """Return the codes that a column may hold, each with its name where it has one; none where it may hold any text."""
    return dict.fromkeys(column.allowed, "") or dict(areas.get(column.area or "", {}))


def codes_of(cells: pd.Series, allowed: Frames[str, str], known: Frames[str, str]) -> dict[str, str]:
    """Return the codes that an export's values need; ``?`` where a person must say.

    Args:
        cells: the export's column.
        allowed: codes of the contract or the look-up, each with its name where it has one.
        known: codes that are agreed already.
    """
    distinct = list(dict.fromkeys(str(one) for one in cells if one != ""))
    agreed = {normal(value) for value in known}
    wanting = [value for value in distinct if value not in allowed and normal(value) not in agreed]
    if not allowed or not wanting or len(distinct) > MOST_CODES:
        return dict(known)
    return {**known, **{value: code_of(value, allowed) or OPEN for value in wanting}}


def _rule(source: str, confidence: float, why: str) -> ColumnRule:
    return ColumnRule.model_validate({"from": source, "confidence": confidence, "why": why})


def _from_ready(ready: ReadyColumn, table: Table, layout: str) -> ColumnRule | None:
    if not ready.sources:
        return ColumnRule(constant=ready.constant, confidence=LIKELY, why=f"ready mapping {layout}")
    held = {normal(str(name)): str(name) for name in table.frame.columns}
    for source in ready.sources:
        if normal(source) in held:
            rule = _rule(held[normal(source)], LIKELY, f"ready mapping {layout}")
            return rule.model_copy(update={"reads": ready.reads, "codes": ready.codes, "lookup": ready.lookup})
    return None


def _rules(contract: Contract, table: Table, ready: Ready | None, layout: str) -> dict[str, ColumnRule]:
    rules: dict[str, ColumnRule] = {}
    taken: set[str] = set()
    for column in contract.columns:
        given = ready.columns.get(column.name) if ready else None
        rule = _from_ready(given, table, layout) if given else None
        if rule is not None:
            rules[column.name] = rule
            taken |= {rule.source or ""}
    options = [
        (choice.confidence, column, choice)
        for column in contract.columns
        if column.name not in rules
        for choice in _choices(column, table, contract)
        if choice.confidence >= LEAST and not (column.optional and choice.confidence < ALIKE)
    ]
    for _, column, choice in sorted(options, key=lambda one: -one[0]):
        if column.name not in rules and choice.source not in taken:
            taken.add(choice.source)
            rules[column.name] = _rule(choice.source, choice.confidence, choice.why)
    for column in contract.columns:
        if column.name not in rules and not column.optional:
            rules[column.name] = _rule(OPEN, 0.0, "no column of the export is like it")
    return {column.name: rules[column.name] for column in contract.columns if column.name in rules}


def _elsewhere(column: Column, contract: Contract, cells: pd.Series, allowed: Frames[str, str]) -> pd.Series:
    """Flag cells with codes of areas outside the look-up; none of inputs that are never held as cells."""
    kinds = set() if column.area is None or contract.kind.large else {official_kind(code) for code in allowed} - {""}
    return is_outside(cells, allowed, kinds)


def with_codes(
    rules: Frames[str, ColumnRule], contract: Contract, table: Table, areas: Frames[str, Frames[str, str]]
) -> dict[str, ColumnRule]:
    """Return rules with the codes that the export's values need, ``?`` where none is like one."""
    made = {}
    for column in contract.columns:
        rule = rules.get(column.name)
        if rule is None:
            continue
        made[column.name] = rule
        allowed = allowed_codes(column, areas)
        if rule.source in table.frame.columns and allowed and rule.lookup is None:
            cells = table.frame[rule.source]
            elsewhere = _elsewhere(column, contract, cells, allowed)
            codes = codes_of(cells[~elsewhere], allowed, rule.codes)
            outside = rule.outside or (OPEN if elsewhere.any() else "")
            made[column.name] = rule.model_copy(update={"codes": codes, "outside": outside})
    return made


def propose(
    contract: Contract,
    table: Table,
    *,
    ready: tuple[str, Ready] | None,
    areas: Frames[str, Frames[str, str]],
    adopted_from: str,
) -> Mapping:
    """Return a proposal of how an export reads as an input.

    Args:
        contract: of the input.
        table: the export as read.
        ready: name and content of the ready mapping that fits, where one does.
        areas: codes of the look-up by level, each with its name.
        adopted_from: file name of the export.
    """
    layout, content = ready or ("own", None)
    rules = with_codes(_rules(contract, table, content, layout), contract, table, areas)
    held = {normal(str(name)): str(name) for name in table.frame.columns}
    keep = content.keep if content else {}
    return Mapping(
        input=contract.input,
        layout=layout,
        adopted_from=adopted_from,
        sheet=table.sheet,
        keep={held[normal(name)]: values for name, values in keep.items() if normal(name) in held},
        unpivot=content.unpivot if content else None,
        columns=rules,
    )


def renewed(
    old: Mapping, fresh: Mapping, table: Table, contract: Contract, areas: Frames[str, Frames[str, str]]
) -> tuple[Mapping, list[str]]:
    """Return last year's mapping for this year's file, and what of it no longer fits.

    Columns that are still there keep what was agreed; for those that are gone the new proposal stands; values that are
    new get a proposed code, or ``?``.
    """
    held = {str(name) for name in table.frame.columns}
    if old.unpivot is not None:
        held |= {old.unpivot.names_to, old.unpivot.values_to}
    rules, told = dict(old.columns), []
    for name, rule in old.columns.items():
        if rule.source is None or rule.source in held:
            continue
        other = fresh.columns.get(name, ColumnRule.model_validate({"from": OPEN}))
        rules[name] = other.model_copy(update={"codes": {**other.codes, **rule.codes}, "reads": rule.reads})
        told.append(f"`{rule.source}` (for {name}) is gone; proposed in its place: {other.source}")
    told += [f"`{column}`, by which rows are chosen, is gone" for column in old.keep if column not in held]
    coded = with_codes(rules, contract, table, areas)
    for name, rule in coded.items():
        new = [value for value in rule.codes if value not in rules[name].codes]
        told += [f"new code of {name}: {value}, proposed: {rule.codes[value]}" for value in new]
    known = {rule.source for rule in coded.values()} | set(old.keep)
    keep = {column: values for column, values in old.keep.items() if column in held}
    new_columns = [one for one in table.frame.columns if one not in known]
    if told and new_columns:
        told.append(f"columns that are not taken in: {', '.join(map(str, new_columns))}")
    made = old.model_copy(
        update={"columns": coded, "sheet": table.sheet, "adopted_from": fresh.adopted_from, "keep": keep}
    )
    return made, told
