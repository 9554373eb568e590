"""What a page is before it has its frame, and the results that all pages are made from, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from insight import paths
from insight.params import LoadedParams
from insight.published import ledger
from insight.report import rendering
from insight.report.rendering import Heading
from insight.stages.base import FIGURES_FILE, FINDINGS_FILE, Declaration
from insight.workbook import record, registry, results
from insight.workbook.record import RunRecord

Rows = list[dict[str, Any]]
INDEX = "index.html"
FILES = "files"
"""Folder of the report for the stages' files that are no tables."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page before it has its frame; ``group`` is the part of the navigation it stands in."""

    name: str
    title: str
    short: str
    group: str
    body: str
    headings: list[Heading]
    outputs: int | None = None
    is_demonstration: bool = False


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the last run of a council left, as the pages need it."""

    loaded: LoadedParams
    known: RunRecord
    stages: Mapping[str, Declaration]
    figures: Rows
    decided: Rows

    @property
    def council(self) -> str:
        """The council's name as readers know it."""
        return self.loaded.council.name

    @cached_property
    def distinct(self) -> Rows:
        """Printed figures without repeats."""
        return results.distinct(self.figures)

    @cached_property
    def on_evidence(self) -> Rows:
        """Claims that published, open or supplied data decide."""
        return [row for row in self.decided if row["data"] not in {None, "demonstration"}]

    @cached_property
    def on_demonstration(self) -> Rows:
        """Claims tried on demonstration data."""
        return [row for row in self.decided if row["data"] == "demonstration"]

    def has_results(self, stage: str) -> bool:
        """Whether a stage left results that may be shown."""
        one = self.known.stages.get(stage)
        executed = paths.stage_dir(self.loaded.council.slug, stage) / "notebook.ipynb"
        return executed.exists() and (one is None or one.status != "not_supplied")


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A stage's file that travels with the report: where it is now, and where the report keeps it."""

    source: Path
    address: str
    title: str


def enclosed(stage: Declaration, run: Run) -> list[Enclosed]:
    """Return a stage's publishable files that the last run left."""
    folder = paths.stage_dir(run.loaded.council.slug, stage.name)
    known = run.known.stages.get(stage.name)
    return [
        Enclosed(source=folder / name, address=f"{FILES}/{stage.name}/{name}", title=file.title)
        for name, file in stage.files.items()
        if known is not None and name in known.outputs and file.level == "publishable" and run.has_results(stage.name)
    ]


def _with_places(figures: Rows, name: str) -> Rows:
    """Return printed figures with the name of their area beside its code."""
    book = ledger.load(name)
    return [{**row, "place": book.figures[row["id"]].place} for row in figures] if book else figures


def read_run(loaded: LoadedParams) -> Run:
    """Read what the last run left.

    Raises:
        NotSuppliedError: the council has not been run.
    """
    return Run(
        loaded=loaded,
        known=record.read(loaded),
        stages={name: registry.stages()[name] for name in registry.chosen((), among=loaded.stages)},
        figures=_with_places(results.of_last_run(loaded, FIGURES_FILE), loaded.ledger),
        decided=results.of_last_run(loaded, FINDINGS_FILE),
    )


def plain_page(name: str, html: str, *, title: str, short: str, group: str) -> Page:
    """Return a page made from results rather than from a notebook."""
    body, headings = rendering.with_anchors(html)
    is_demonstration = 'data-standing="demonstration"' in body or 'class="demonstration"' in body
    return Page(
        name=name,
        title=title,
        short=short,
        group=group,
        body=body,
        headings=headings,
        is_demonstration=is_demonstration,
    )
