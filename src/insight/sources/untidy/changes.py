"""What was changed on reading a file, said once a kind, with how often and where first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 3
"""Places that a change names; more are counted."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One kind of change: what was done, to how many cells, rows or columns, and the first places."""

    what: str
    count: int = 1
    where: str = ""

    def text(self) -> str:
        """Return the change as one line."""
        often = "" if self.count == 1 else f", {self.count:,} times"
        return f"{self.what}{often}{f' ({self.where})' if self.where else ''}"


def change(what: str, places: Sequence[str]) -> list[Change]:
    """Return the change at these places; none where there are none."""
    if not places:
        return []
    more = f" and {len(places) - SHOWN:,} more" if len(places) > SHOWN else ""
    return [Change(what=what, count=len(places), where=", ".join(places[:SHOWN]) + more)]


def lines(changes: Iterable[Change]) -> list[str]:
    """Return changes as lines, for a record or a screen."""
    return [one.text() for one in changes]
