"""What disclosure control did in a stage: the policy in force and one entry a table, never a hidden number."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from insight.errors import DisclosureError
from insight.params import Disclosure
from insight.privacy.disclosure import printed as prints
from insight.privacy.disclosure.policies import POLICIES, Policy, policy_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ATTRIBUTE = "disclosure"
FILE = "disclosure.json"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One table's treatment. ``narrowest`` is the least width of the range in which a small count can be told."""

    columns: tuple[str, ...]
    within: tuple[str, ...]
    policy: str
    threshold: int
    cells: int
    small: int
    secondary: int
    narrowest: float | None
    unprotected: int
    """Small counts whose range is narrower than the protection though all that may be hidden is."""
    published: int
    """Cells that stay because they were printed already."""
    dominated: int = 0
    """Rows hidden because one or two cases make up nearly all of a sum."""
    merged: str = ""
    """Which categories became one because numbers were too small to show apart."""
    table: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as plain values."""
        return {**asdict(self), "columns": list(self.columns), "within": list(self.within)}


@dataclass
class Session:
    """The policy of the council whose stage runs, and what was done so far."""

    policy: Policy
    printed: tuple[prints.PrintedCell, ...] = ()
    """Cells that the council's publication printed."""
    entries: list[Entry] = field(default_factory=list)


_SESSION: ContextVar[Session | None] = ContextVar("disclosure", default=None)


def begin(disclosure: Disclosure, *, ledger: str | None = None) -> Session:
    """Start a stage under a council's policy; called where inputs are loaded, so no stage can forget it.

    Args:
        disclosure: the council's choice of policy.
        ledger: its publication, whose printed cells stay.
    """
    session = Session(policy=policy_of(disclosure), printed=() if ledger is None else prints.of_ledger(ledger))
    _SESSION.set(session)
    return session


def already_published(frame: pd.DataFrame) -> np.ndarray:
    """Return which rows of a table the council's publication printed, with the very value that they hold."""
    session = _SESSION.get()
    return prints.flags(frame, () if session is None else session.printed)


def policy_for(threshold: int) -> Policy:
    """Return the policy in force, with the caller's threshold where that is stricter."""
    from dataclasses import replace

    session = _SESSION.get()
    policy = POLICIES["suppress5"] if session is None else session.policy
    if threshold == policy.threshold or policy.threshold <= 1:
        return policy
    return replace(policy, threshold=threshold, protection=threshold)


def record(entry: Entry) -> None:
    """Keep an entry of the stage that runs."""
    session = _SESSION.get()
    if session is not None:
        session.entries.append(entry)


def mark() -> int:
    """Return how many entries there are, to go back to with :func:`forget`."""
    session = _SESSION.get()
    return 0 if session is None else len(session.entries)


def forget(entries: int) -> None:
    """Drop the entries after the first ``entries``: tables that were tried and not kept."""
    session = _SESSION.get()
    if session is not None:
        del session.entries[entries:]


def refuse_unprotected(done: Mapping[str, Any], *, what: str) -> None:
    """Refuse to go on with a table whose small counts can be told though all that may be hidden is.

    Raises:
        DisclosureError: names the table and the way out.
    """
    bare = [entry for entry in done["tables"] if entry["unprotected"]]
    if bare:
        names = ", ".join(sorted({entry["table"] or " and ".join(entry["columns"]) for entry in bare}))
        raise DisclosureError(
            f"{what}: small counts of {names} can be told from what is shown. Fix: merge categories until each has "
            "more people, or leave the input out"
        )


def account(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return what was done since :func:`begin`: the policy in words, and one entry a table, named where it is saved."""
    session = _SESSION.get()
    done = [] if session is None else [entry.as_dict() for entry in session.entries]
    named = [{**frame.attrs[ATTRIBUTE], "table": name} for name, frame in tables.items() if ATTRIBUTE in frame.attrs]
    for entry in named:
        plain = {**entry, "table": ""}
        if plain in done:
            done.remove(plain)
    policy = POLICIES["suppress5"] if session is None else session.policy
    about = {"name": policy.name, "rule": policy.words, "mark": policy.mark, "source": policy.source}
    return {"policy": about, "tables": named + done}
