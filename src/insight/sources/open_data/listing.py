"""Telling of fetches: the list of sources, progress while they come, and a line for each that is done."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from insight import paths
from insight.params import Council
from insight.sources.open_data import registry as registries
from insight.sources.open_data import store
from insight.sources.open_data.fetching import Outcome


def rows(council: Council) -> list[dict[str, Any]]:
    """Return every source of the registry with what the council's folder holds of it."""
    registry, place = registries.load(), store.folder(council.slug)
    found = []
    for source in registry.sources.values():
        path = store.found(source, place)
        about = None if path is None else store.provenance(path)
        found.append(
            {
                "source": source.name,
                "title": source.title,
                "vintage": source.vintage,
                "edition": source.edition,
                "licence": registry.content.licences[source.licence],
                "by_name_only": source.is_large or source.kind == "manual",
                "verified": source.verified,
                "file": None if path is None else paths.shown(path),
                "retrieved": None if about is None else about.retrieved,
            }
        )
    return found


def line(row: dict[str, Any]) -> str:
    """Return one source as a line."""
    here = "not here" if row["file"] is None else f"here since {row['retrieved'] or 'unknown, put by hand'}"
    named = "; only when named" if row["by_name_only"] else ""
    return f"{row['source']:<28} {row['title']} ({here}{named})"


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return how many sources ended how, and where the files are."""
    counts = Counter(one.state for one in outcomes)
    places = sorted({one.file.rsplit("/", 1)[0] for one in outcomes})
    return f"{', '.join(f'{count} {state}' for state, count in counts.items())}; folder: {', '.join(places)}"


def _text(outcome: Outcome) -> str:
    facts = [
        f"{outcome.rows:,} rows" if outcome.rows is not None else "",
        f"{outcome.bytes:,} bytes" if outcome.bytes is not None else "",
        f"of {outcome.retrieved}" if outcome.retrieved and outcome.state == "present" else "",
    ]
    about = ", ".join(fact for fact in facts if fact)
    place = outcome.url if outcome.state == "would fetch" else outcome.file
    return f"{outcome.source:<28} {outcome.state}  {place}" + (f" ({about})" if about else "")


class _Told:
    """Lines on standard error; on a terminal a bar above them as well."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> _Told:
        if not self._is_quiet and sys.stderr.isatty():
            self._start()
        return self

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f}"),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task("", total=None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def telling(self, source: str, done: int, whole: int | None) -> None:
        """Show how much of a source has come (rows or bytes)."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=source, completed=done, total=whole)

    def ended(self, outcome: Outcome) -> None:
        """Write one line for a source that is done, and its reason where it is not well."""
        if self._is_quiet:
            return
        sys.stderr.write(_text(outcome) + "\n")
        if outcome.why:
            sys.stderr.write("".join(f"    {one}\n" for one in outcome.why.splitlines()))
        sys.stderr.flush()


def progress(*, is_quiet: bool) -> _Told:
    """Return what tells of a fetch: a bar on a terminal, lines elsewhere, nothing when quiet."""
    return _Told(is_quiet=is_quiet)
