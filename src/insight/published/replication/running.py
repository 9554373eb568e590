"""Which printed figures and claims open data can test, and running those whose sources lie there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from insight import paths
from insight.errors import PublishedError
from insight.params import Council
from insight.published.comparison import Computed
from insight.published.findings import Tested, load_claims
from insight.published.ledger import Ledger
from insight.published.replication import children, deprivation, homes, land, people
from insight.published.replication.setting import Setting
from insight.sources.open_data import registry, store
from insight.sources.open_data.tables import OpenTables

FILE = "replicable.csv"
FIGURE, CLAIM = "figure", "claim"
Test = Callable[[Setting, str], Computed | Tested | None]
TESTS: Mapping[str, Test] = {
    test.__name__: test
    for test in (
        deprivation.ward_rank,
        deprivation.national_share,
        deprivation.wards_most_deprived,
        people.residents,
        people.outturn,
        people.population_growing,
        people.qualification,
        people.low_qualifications,
        people.ethnic_2011,
        people.ethnic_2021,
        people.white_share_falling,
        land.park_share,
        land.west_dense_east_rural,
        children.rise_in_points,
        children.rise_in_children,
        children.roll_out,
        children.eyfs_wards_much_lower,
        homes.social_rent_predominant,
        homes.households_clumped,
    )
}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One printed figure or claim that open data can test."""

    id: str
    kind: str
    stage: str
    test: str
    argument: str
    sources: tuple[str, ...]
    measure: str

    @property
    def hint(self) -> str:
        """What to do so that it is tested."""
        return f"Open data can test this: run `insight fetch` with your params file and {' '.join(self.sources)}."


@dataclass(frozen=True, kw_only=True)
class Replication:
    """What open data gave for one stage, and what to fetch for the rest, by id."""

    figures: Mapping[str, Computed] = field(default_factory=dict)
    claims: Mapping[str, Tested] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)


def items(book: Ledger, stage: str | None = None) -> list[Item]:
    """Return what open data can test, of one stage or of all.

    Raises:
        PublishedError: the list names an id or a test that is not there.
    """
    file = paths.published_dir(book.name) / FILE
    if not file.exists():
        return []
    claims, found = load_claims(book.name), []
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            known: Mapping[str, Any] = book.figures if row["kind"] == FIGURE else claims
            if row["id"] not in known or row["test"] not in TESTS:
                raise PublishedError(f"{paths.shown(file)}: {row['id']}: no such id or test. Fix: correct the row")
            of_stage = str(known[row["id"]].stage)
            if stage in {None, of_stage}:
                found.append(Item(**{**row, "stage": of_stage, "sources": tuple(row["sources"].split())}))  # type: ignore[arg-type]
    return found


def needed_files(book: Ledger | None, stage: str, council: Council) -> list[Path]:
    """Return the files of open data that a stage's results hang on, as far as they lie there."""
    place = store.folder(council.slug)
    if not place.is_dir():
        return []
    known = registry.load().sources
    listed = [] if book is None else items(book, stage)
    names = {name for item in listed for name in (*item.sources, *OPTIONAL.get(item.test, ()))}
    names |= set(SHOWN.get(stage, ()))
    found = {store.found(known[name], place) for name in names}
    return sorted(path for path in found if path is not None)


OPTIONAL = {"residents": ("population_estimates",), "west_dense_east_rural": ("national_parks",)}
"""Sources that a test uses when they are there."""
SHOWN = {"profiling": deprivation.SOURCES}
"""Sources that a stage shows for any council, with a ledger or without."""


def replicate(book: Ledger, stage: str, council: Council, *, kind: str | None = None) -> Replication:
    """Run the tests of a stage whose sources lie in the council's folder of open data.

    Args:
        book: the publication's ledger.
        stage: whose figures and claims.
        council: whose open data.
        kind: figures or claims alone.

    Raises:
        InputError: a file of open data is broken or was altered; with the fix.
    """
    wanted = [item for item in items(book, stage) if kind in {None, item.kind}]
    place = store.folder(council.slug)
    if not place.is_dir():
        return Replication(hints={item.id: item.hint for item in wanted})
    setting = Setting(tables=OpenTables(registry.load(), place), council=council, book=book)
    figures: dict[str, Computed] = {}
    claims: dict[str, Tested] = {}
    hints: dict[str, str] = {}
    for item in wanted:
        if not setting.tables.has(*item.sources):
            hints[item.id] = item.hint
            continue
        result = TESTS[item.test](setting, item.argument)
        if isinstance(result, Computed):
            figures[item.id] = result
        elif result is not None:
            claims[item.id] = result
    return Replication(figures=figures, claims=claims, hints=hints)
