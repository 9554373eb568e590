"""Rows that an export holds and an input does not want: homes outside the look-up, values that have no code."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from typing import TYPE_CHECKING

from insight.sources.contracts import contract as contract_of
from insight.sources.mapping.model import LEAVE_OUT, ColumnRule, Mapping
from insight.sources.untidy.bodies import Table
from insight.sources.untidy.changes import Change

if TYPE_CHECKING:
    import pandas as pd


def official_kind(code: str) -> str:
    """Return the kind of an official area code, such as E00 of output areas; empty for any other text."""
    return code[:3] if re.fullmatch(r"[ENSW]\d{8}", code) else ""


def is_outside(cells: pd.Series, allowed: Container[str], kinds: Container[str]) -> pd.Series:
    """Flag cells with official codes of the look-up's own kinds that the look-up does not hold."""
    return cells.map(lambda text: official_kind(str(text)) in kinds and str(text) not in allowed).astype(bool)


def within(table: Table, mapping: Mapping, areas: dict[str, set[str]]) -> Table:
    """Return the rows whose areas the look-up holds, where the mapping leaves others out; those are counted."""
    frame, said = table.frame, list(table.changes)
    for column in contract_of(mapping.input).columns:
        rule = mapping.columns.get(column.name, ColumnRule())
        if rule.outside != LEAVE_OUT or column.area is None:
            continue
        allowed = set().union(*areas.values()) if column.area == "any" else areas.get(column.area, set())
        out = is_outside(frame[column.name], allowed, {official_kind(code) for code in allowed} - {""})
        if out.any():
            said.append(
                Change(what=f"rows left out whose {column.name} the look-up does not hold", count=int(out.sum()))
            )
        frame = frame[~out]
    return replace(table, frame=frame, changes=tuple(said))


def without_left_out(frame: pd.DataFrame, rules: dict[str, ColumnRule]) -> tuple[pd.DataFrame, list[Change]]:
    """Leave out the rows of values that the mapping gives no code but ``leave_out``."""
    said = []
    for name, rule in rules.items():
        words = [value for value, code in rule.codes.items() if code == LEAVE_OUT]
        out = frame[name].eq(LEAVE_OUT).astype(bool) if words else None
        if out is not None and out.any():
            what = f"rows left out whose {rule.source} is {' or '.join(words)}"
            said.append(Change(what=what, count=int(out.sum())))
            frame = frame[~out]
    return frame, said
