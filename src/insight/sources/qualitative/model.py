"""What is modelled of a REFI-QDA project: users, codes, variables, cases, texts with their codings, notes.

Positions are code points of the text with LF line ends, ``start`` included and ``end`` not. Identifiers are GUIDs, kept
as they are written. Source: *REFI-QDA Standard* 1.5 (Evers and others, 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class User:
    """A coder."""

    guid: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code of the codebook, with the codes under it."""

    guid: str
    name: str
    is_codable: bool = True
    color: str = ""
    description: str = ""
    codes: tuple[Code, ...] = ()

    def walk(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Code]]:
        """Yield this code and all under it, each with the names from the top down to it."""
        path = (*above, self.name)
        yield path, self
        for code in self.codes:
            yield from code.walk(path)


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable of cases; ``type`` is REFI-QDA's word (Text, Boolean, Integer, Float, Date, DateTime)."""

    guid: str
    name: str
    type: str = "Text"
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case, such as an interview, with its values by variable and the sources and codes that belong to it."""

    guid: str
    name: str = ""
    description: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    selections: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Coding:
    """One code given by one coder."""

    guid: str
    code: str
    user: str = ""
    created: str = ""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A stretch of a text with the codes given to it."""

    guid: str
    start: int
    end: int
    name: str = ""
    description: str = ""
    user: str = ""
    created: str = ""
    codings: tuple[Coding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TextSource:
    """A text, with the codes given to the whole of it and to stretches of it."""

    guid: str
    name: str
    text: str
    description: str = ""
    user: str = ""
    created: str = ""
    codings: tuple[Coding, ...] = ()
    selections: tuple[Selection, ...] = ()

    def __post_init__(self) -> None:
        if "\r" in self.text:
            raise ValueError(f"text {self.name!r} has CR line ends, which shift codes. Fix: use LF alone")
        for one in self.selections:
            if not 0 <= one.start <= one.end <= len(self.text):
                raise ValueError(
                    f"text {self.name!r} has {len(self.text)} characters; the stretch {one.start} to {one.end} lies "
                    "outside. Fix: count code points of the text with LF line ends"
                )


@dataclass(frozen=True, kw_only=True)
class Note:
    """A memo."""

    guid: str
    name: str = ""
    text: str = ""
    user: str = ""
    created: str = ""


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project; ``left_out`` counts what the file held and this model does not."""

    name: str
    origin: str = ""
    created: str = ""
    users: tuple[User, ...] = ()
    codes: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[Case, ...] = ()
    sources: tuple[TextSource, ...] = ()
    notes: tuple[Note, ...] = ()
    description: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict, compare=False)

    def paths(self) -> dict[str, tuple[str, ...]]:
        """Return the names from the top down to each code, by GUID."""
        return {code.guid: path for top in self.codes for path, code in top.walk()}
