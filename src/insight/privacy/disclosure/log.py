"""What disclosure control did in a stage: the policy in force and one entry a table, never a hidden number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from insight.errors import DisclosureError
from insight.params import Disclosure
from insight.privacy.disclosure import printed as prints
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS
from insight.privacy.disclosure.markers import mark as mark_of
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
    repeated: int = 0
    """Rows hidden because the table from which they were taken hides them."""
    follows: str = ""
    """That table."""
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


def follow(frame: pd.DataFrame, columns: Sequence[str], *, of: str) -> pd.DataFrame:
    """Record, in place, that a table's hidden cells are those of another, from which it was made; return the frame.

    Args:
        frame: a table with a ``status`` column; hidden rows hold nothing in ``columns``.
        columns: what is hidden in them.
        of: the other table's name.
    """
    policy = POLICIES["suppress5"] if (session := _SESSION.get()) is None else session.policy
    entry = Entry(
        columns=tuple(columns),
        within=(),
        policy=policy.name,
        threshold=policy.threshold,
        cells=len(frame),
        small=0,
        secondary=0,
        narrowest=None,
        unprotected=0,
        published=0,
        repeated=int(frame[STATUS].eq(CONFIDENTIAL).sum()),
        follows=of,
    )
    frame.attrs[ATTRIBUTE] = entry.as_dict()
    record(entry)
    return frame


def join(frame: pd.DataFrame, parts: Sequence[pd.DataFrame], *, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Make one entry, in place, of those of the parts that a table was put together from; return the table.

    Args:
        frame: the table.
        parts: what it was made of, each after disclosure control.
        columns: what its hidden rows do not hold, where its columns are not those of the parts.
    """
    done = [part.attrs[ATTRIBUTE] for part in parts if ATTRIBUTE in part.attrs]
    if not done:
        return frame
    widths = [one["narrowest"] for one in done if one["narrowest"] is not None]
    added = {
        name: sum(one[name] for one in done)
        for name in ("cells", "small", "secondary", "unprotected", "published", "dominated", "repeated")
    }
    narrowest = min(widths) if widths else None
    entry = {**done[0], **added, "columns": list(columns or done[0]["columns"]), "narrowest": narrowest}
    entry["merged"] = "; ".join(dict.fromkeys(one["merged"] for one in done if one["merged"]))
    entry["follows"] = done[0]["follows"] if all(one["follows"] for one in done) else ""
    session = _SESSION.get()
    if session is not None:
        for one in done:
            session.entries = [own for own in session.entries if own.as_dict() != one]
    record(Entry(**{**entry, "columns": tuple(entry["columns"]), "within": tuple(entry["within"])}))
    frame.attrs[ATTRIBUTE] = entry
    return frame


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


def account(
    tables: Mapping[str, pd.DataFrame], *, empty: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """Return what was done since :func:`begin`: the policy in words, and one entry a table, named where it is saved.

    Args:
        tables: what the stage saves.
        empty: by table and column, the status of empty numbers that nothing hid; files carry no marks, so it is here
            that their readers find them.
    """
    session = _SESSION.get()
    done = [] if session is None else [entry.as_dict() for entry in session.entries]
    named = [{**frame.attrs[ATTRIBUTE], "table": name} for name, frame in tables.items() if ATTRIBUTE in frame.attrs]
    for entry in named:
        plain = {**entry, "table": ""}
        if plain in done:
            done.remove(plain)
    policy = POLICIES["suppress5"] if session is None else session.policy
    about = {"name": policy.name, "rule": policy.words, "mark": policy.mark, "source": policy.source}
    marks = {name: {column: mark_of(one) for column, one in held.items()} for name, held in (empty or {}).items()}
    return {"policy": about, "tables": named + done, "empty": marks}
