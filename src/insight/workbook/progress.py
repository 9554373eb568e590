"""Telling how a run goes: bars on a terminal, plain lines elsewhere, one JSON event a line, or nothing but failures."""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import Any, Protocol


class Progress(Protocol):
    """What the runner tells while it works."""

    def __enter__(self) -> Progress: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def plan(self, total: int) -> None:
        """Say how many stages may run."""

    def event(self, name: str, text: str, **facts: Any) -> None:
        """Say that something happened."""

    def cell(self, number: int, total: int, line: str) -> None:
        """Say which cell runs."""


class Lines:
    """Plain lines on standard error; failures only when quiet."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self._is_quiet = is_quiet

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def plan(self, total: int) -> None:
        """Say nothing; lines need no total."""

    def event(self, name: str, text: str, **facts: Any) -> None:  # noqa: ARG002 - one shape for all
        """Write one line."""
        if not self._is_quiet or name == "failed":
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    def cell(self, number: int, total: int, line: str) -> None:
        """Say nothing; cells are for bars."""


class Events(Lines):
    """One JSON object a line on standard output; texts stay on standard error."""

    def event(self, name: str, text: str, **facts: Any) -> None:
        """Write one event."""
        super().event(name, text)
        sys.stdout.write(json.dumps({"event": name, **facts}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


class Bars:
    """Two nested bars, stages and cells, with finished stages as lines above them."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            TextColumn("{task.description}", justify="left"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._stages = self._bars.add_task("stages", total=None)
        self._cells = self._bars.add_task("cells", total=None)

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def plan(self, total: int) -> None:
        """Set the length of the bar of stages."""
        self._bars.update(self._stages, total=total, completed=0)

    def event(self, name: str, text: str, **facts: Any) -> None:
        """Write a line above the bars."""
        self._bars.console.print(text, markup=False, highlight=False)
        if name == "started":
            self._bars.update(self._stages, description=str(facts.get("stage", "stages")))
        if name in {"done", "skipped", "failed", "not_supplied"}:
            self._bars.advance(self._stages)

    def cell(self, number: int, total: int, line: str) -> None:
        """Move the bar of cells."""
        self._bars.update(self._cells, completed=number - 1, total=total, description=line[:48] or "cells")


def progress(*, as_json: bool, is_quiet: bool) -> Progress:
    """Return the way of telling that suits where the output goes."""
    if as_json:
        return Events(is_quiet=is_quiet)
    if is_quiet or not sys.stderr.isatty():
        return Lines(is_quiet=is_quiet)
    return Bars()
