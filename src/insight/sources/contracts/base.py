"""What a contract is: columns, each with type, rule and meaning; a key; rules across columns.

:mod:`insight.sources.contracts.checking` holds files to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from insight.catalogue import BY_NAME, InputKind

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

Type = Literal["text", "integer", "number", "date", "flag"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it holds and what is allowed.

    ``flag`` columns hold ``true`` or ``false``; ``date`` columns ISO dates. ``area`` says that values must be codes
    of the council's look-up at that level.
    """

    name: str
    type: Type
    meaning: str
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    """Whether cells may be empty (the column itself must be there)."""
    may_be_absent: bool = False
    """Whether the column itself may be left out; its cells are then missing. Such a column is ``optional`` too."""
    unique: bool = False
    area: Literal["oa", "neighbourhood", "ward", "any"] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other spellings read as an allowed value; compared in lower case, with spaces and hyphens as underscores."""

    def rule(self) -> str:
        """Return the column's rule in words."""
        parts = [
            {
                "text": "text",
                "integer": "whole number",
                "number": "number",
                "date": "date as year-month-day",
                "flag": "true or false",
            }[self.type]
        ]
        if self.allowed:
            parts.append("one of " + ", ".join(self.allowed))
        if self.minimum is not None:
            parts.append(f"at least {self.minimum:g}")
        if self.maximum is not None:
            parts.append(f"at most {self.maximum:g}")
        if self.unique:
            parts.append("no value twice")
        if self.area:
            parts.append("an area code of the look-up" if self.area == "any" else f"a {self.area} of the look-up")
        parts.append("may be empty" if self.optional else "never empty")
        if self.may_be_absent:
            parts.append("the column may be left out")
        return "; ".join(parts)


@dataclass(frozen=True, kw_only=True)
class FrameRule:
    """A rule over several columns: ``broken`` returns a flag per row.

    An input too large for a frame is held to ``sql``, the same flag as an expression over the typed columns and ``row``
    (the row as a spreadsheet counts); ``groups`` names a column whose rows must agree, looked at first, so that the
    costly expression is worked out for broken files only. A test holds both forms to the same rows.
    """

    columns: tuple[str, ...]
    rule: str
    fix: str
    broken: Callable[[pd.DataFrame], pd.Series]
    sql: str = ""
    groups: str = ""


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The contract of one input: columns, key, cross-column rules, and what its absence costs."""

    input: str
    describes: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    """Columns that together name a record once."""
    rules: tuple[FrameRule, ...] = ()
    source_hint: str = ""
    """Where a council usually gets it."""
    geometry: Literal["", "Polygon", "Line", "Point", "Any"] = ""
    kind: InputKind = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", BY_NAME[self.input])

    def column(self, name: str) -> Column:
        """Return the column of that name; ``KeyError`` for none."""
        return {column.name: column for column in self.columns}[name]

    def schema(self) -> pa.DataFrameSchema:
        """Return the pandera schema of the parsed frame."""
        import pandera.pandas as pa

        columns = {}
        for column in self.columns:
            checks = []
            if column.allowed:
                checks.append(pa.Check.isin(list(column.allowed), error="allowed"))
            if column.minimum is not None:
                checks.append(pa.Check.ge(column.minimum, error="minimum"))
            if column.maximum is not None:
                checks.append(pa.Check.le(column.maximum, error="maximum"))
            columns[column.name] = pa.Column(nullable=column.optional, unique=column.unique, checks=checks)
        return pa.DataFrameSchema(columns, strict=False, unique=list(self.key) or None)
