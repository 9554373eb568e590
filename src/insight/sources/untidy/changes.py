"""What was changed on reading a file, said once a kind, with how often and where first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 3
"""Places that a change names; more are counted."""
STATUS, LEFT_OUT, OTHERWISE = "cells that became a status", "left out", "read another way"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One kind of change: what was done, to how many cells, rows or columns, and the first places."""

    what: str
    count: int = 1
    where: str = ""

    @property
    def kind(self) -> str:
        """Whether cells became a status, something was left out, or only spelling or layout was read another way."""
        if ", status " in self.what or "read as status" in self.what:
            return STATUS
        if "left out" in self.what or "not taken in" in self.what or "left empty" in self.what:
            return LEFT_OUT
        return OTHERWISE

    def text(self) -> str:
        """Return the change as one line."""
        often = "" if self.count == 1 else f", {self.count:,} times"
        return f"{self.what}{often}{f' ({self.where})' if self.where else ''}"


LINE = re.compile(r"(?P<what>.*?)(?:, (?P<count>\d[\d,]*) times)?(?: \((?P<where>[^()]*)\))?")


def of_text(line: str) -> Change:
    """Return the change that a line of a record tells, as :meth:`Change.text` wrote it."""
    found = LINE.fullmatch(line)
    if found is None:
        return Change(what=line)
    count = int((found["count"] or "1").replace(",", ""))
    return Change(what=found["what"], count=count, where=found["where"] or "")


def change(what: str, places: Sequence[str]) -> list[Change]:
    """Return the change at these places; none where there are none."""
    if not places:
        return []
    more = f" and {len(places) - SHOWN:,} more" if len(places) > SHOWN else ""
    return [Change(what=what, count=len(places), where=", ".join(places[:SHOWN]) + more)]


def lines(changes: Iterable[Change]) -> list[str]:
    """Return changes as lines, for a record or a screen."""
    return [one.text() for one in changes]
