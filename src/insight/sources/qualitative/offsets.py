"""Positions in a text, whatever its line ends and however they were counted.

The standard counts code points of a text with LF line ends. Some software stores CRLF and counts either both marks or
one; some counts UTF-16 units. Where the ways of counting differ, the words that the software wrote as the stretches'
names decide; where they do not, the text is refused, because a guess would shift every code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

ASTRAL = 0x10000
SHORTEST_NAME = 3


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch as written: positions, and the name, which many programs fill with the words."""

    start: int
    end: int
    name: str


Reading = Callable[[int], int | None]
"""From a written position to one in the text with LF line ends; ``None`` outside the text or within a character."""


def _reading(raw: str, *, crlf_as_one: bool, utf16: bool) -> Reading:
    """Return the reading of positions for one way of counting ``raw``."""
    at: dict[int, int] = {}
    written = clean = 0
    for place, mark in enumerate(raw):
        at.setdefault(written, clean)
        is_return = mark == "\r" and raw[place + 1 : place + 2] == "\n"
        written += 0 if is_return and crlf_as_one else (2 if utf16 and ord(mark) >= ASTRAL else 1)
        clean += 0 if is_return else 1
    at.setdefault(written, clean)
    return at.get


def _words(text: str) -> str:
    return " ".join(text.replace("\u2026", " ").split())


def _fits(span: Span, text: str, reading: Reading) -> bool | None:
    """Whether a stretch's name opens its words under a reading; ``None`` where the name is no such words."""
    start, end = reading(span.start), reading(span.end)
    if start is None or end is None:
        return False
    name = _words(span.name.removesuffix("..."))
    if len(name) < SHORTEST_NAME or name not in _words(text):
        return None
    return _words(text[start:end]).startswith(name) or name.startswith(_words(text[start:end]) or "\0")


def decided(raw: str, spans: Sequence[Span]) -> tuple[str, Reading] | None:
    """Return the text with LF line ends and the one reading of positions that holds; ``None`` where none or two do.

    Args:
        raw: the text as stored, without byte order mark.
        spans: every stretch of it.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    has_crlf, has_astral = "\r\n" in raw, any(ord(mark) >= ASTRAL for mark in raw)
    ways = [
        _reading(raw, crlf_as_one=one, utf16=wide)
        for wide in ([False, True] if has_astral else [False])
        for one in ([False, True] if has_crlf else [False])
    ]
    if len(ways) == 1:
        # nothing to decide between: a name that stands elsewhere in the text is a label, no sign of another counting
        inside = all(ways[0](place) is not None for span in spans for place in (span.start, span.end))
        return (text, ways[0]) if inside else None
    fits = [[_fits(span, text, way) for span in spans] for way in ways]
    possible = [place for place, found in enumerate(fits) if False not in found]
    distinct = {tuple((ways[place](span.start), ways[place](span.end)) for span in spans): place for place in possible}
    if len(distinct) > 1:
        # evidence for one way is a name that matches under it; code points are the standard's own way without CRLF
        proven = [place for place in distinct.values() if True in fits[place]]
        if len(proven) != 1 and not has_crlf and 0 in possible:
            proven = [0]
        return (text, ways[proven[0]]) if len(proven) == 1 else None
    return (text, ways[next(iter(distinct.values()))]) if distinct else None
