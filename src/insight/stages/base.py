"""What every stage shares: its declaration, and the handing-on of tables, figure checks and findings as files.

A stage hands its results on as files under ``build/<council>/<stage>/``; no stage imports another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from insight import atomic, paths
from insight.errors import ParamsError
from insight.params import LoadedParams
from insight.privacy.disclosure import log, markers, release
from insight.published import comparison, findings, ledger
from insight.published.comparison import Comparison, Computed
from insight.published.findings import Decision, Tested
from insight.published.ledger import PrintedFigure
from insight.published.replication import CLAIM, FIGURE, replicate

if TYPE_CHECKING:
    import pandas as pd

Level = Literal["publishable", "internal", "restricted"]
FIGURES_FILE = "figures.json"
FINDINGS_FILE = "findings.json"


@dataclass(frozen=True, kw_only=True)
class StageFile:
    """A file of a stage that is no table: what it is, as readers are told beside the link, and its level."""

    title: str
    level: Level = "publishable"


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a stage needs and makes, as the runner reads it.

    ``tables`` maps the name of each table (written as ``tables/<name>.csv``) to its disclosure level; ``needs`` are the
    stages whose files it reads; ``optional`` inputs are used when supplied.
    """

    name: str
    number: int
    title: str
    question: str
    params: type
    inputs: tuple[str, ...]
    optional: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    """Sets of optional inputs of which one must be supplied whole; empty when the stage needs none of them."""
    needs: tuple[str, ...] = ()
    tables: Mapping[str, Level] = field(default_factory=dict)
    files: Mapping[str, StageFile] = field(default_factory=dict)
    """Further files of the stage's folder, such as a workbook for a spreadsheet; publishable ones travel with the
    report and the release."""
    empty: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By table, what an empty number of a column means where nothing was hidden: ``x`` not available, ``z`` not
    applicable. Cells that differ within a column have a column ``<column>_status`` beside them."""
    references: tuple[str, ...] = ()
    """Files of ``data/reference`` that the stage reads."""
    by_neighbourhood: Mapping[str, str] = field(default_factory=dict)
    """Tables with a column ``neighbourhood`` (its name or code) that belong on the pages of neighbourhoods, each with
    the title it has there."""
    folder: Path | None = None
    """Where the notebook and the code of a stage outside this project are; ``None`` for the workbook's own."""

    @property
    def notebook(self) -> str:
        """File name of the stage's notebook."""
        return f"{self.number:02d}_{self.name}.ipynb"

    @property
    def source(self) -> Path:
        """The stage's source notebook."""
        return (self.folder or paths.notebooks()) / self.notebook

    @property
    def choice(self) -> str:
        """The sets of :attr:`one_of` in words."""
        return ", or ".join(" with ".join(names) for names in self.one_of)

    @property
    def outputs(self) -> dict[str, Level]:
        """Every file that a run must leave in the stage's build folder, with its level."""
        tables: dict[str, Level] = {f"tables/{name}.csv": level for name, level in self.tables.items()}
        return {
            FIGURES_FILE: "publishable",
            FINDINGS_FILE: "publishable",
            log.FILE: "publishable",
            **tables,
            **{name: file.level for name, file in self.files.items()},
        }


def require_wards(lookup: pd.DataFrame, wards: Sequence[str], *, what: str) -> None:
    """Hold the wards that params name to those of the look-up.

    Args:
        lookup: the area look-up, with ``ward`` and ``ward_name``.
        wards: codes from the params.
        what: where they stand, such as ``stages.profiling.focus_wards``.

    Raises:
        ParamsError: a ward that the look-up does not hold; lists those that it holds.
    """
    held = dict(zip(lookup["ward"], lookup["ward_name"], strict=True))
    lost = [ward for ward in wards if ward not in held]
    if lost:
        listed = ", ".join(f"{code} ({name})" for code, name in sorted(held.items(), key=lambda one: one[1]))
        raise ParamsError(f"{what}: {', '.join(lost)} not in the area look-up. Fix: name some of {listed}")


def tell_empty(declaration: Declaration, tables: Mapping[str, pd.DataFrame]) -> None:
    """Tell the tables, in place, what the declaration says of their empty cells, for every picture made of them.

    A table that is worked out only when asked for is told by whatever makes it (:func:`insight.stages.base.told`).
    """
    for name in declaration.empty:
        if name in tables:
            told(declaration, name, tables[name])


def told(declaration: Declaration, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return one table, told in place what the declaration says of its empty cells."""
    return markers.tell(frame, declaration.empty.get(name, {}))


def save_tables(declaration: Declaration, council: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write a stage's tables as CSV, exactly those it declares, and the log of disclosure control beside them.

    Raises:
        ValueError: a table that is not declared, or a declared one that is missing.
        DisclosureError: a table that points at single people though its level is not ``restricted``, or one whose small
            counts no choice of hidden cells protects.
    """
    if set(tables) != set(declaration.tables):
        odd = sorted(set(tables) ^ set(declaration.tables))
        raise ValueError(
            f"{declaration.name}: declared and written tables differ: {', '.join(odd)}. Fix: align DECLARATION"
        )
    for name, frame in tables.items():
        if declaration.tables[name] != "restricted":
            release(frame, what=f"{declaration.name}, table {name}")
    done = log.account(tables, empty=declaration.empty)
    log.refuse_unprotected(done, what=declaration.name)
    folder = paths.stage_dir(council, declaration.name) / "tables"
    atomic.write_json(folder.parent / log.FILE, done)
    for name, frame in tables.items():
        atomic.write_with(folder / f"{name}.csv", partial(frame.to_csv, index=False, lineterminator="\n"))


def own_figures(declaration: Declaration, council: LoadedParams) -> list[PrintedFigure]:
    """Return the ledger's figures of a stage; none for a council without a ledger."""
    book = ledger.load(council.ledger)
    return [] if book is None else book.of_stage(declaration.name)


def check_figures(
    declaration: Declaration, council: LoadedParams, computed: Mapping[str, Computed]
) -> list[Comparison]:
    """Compare what a stage computed with the ledger, write ``figures.json``, and return the rows.

    Where open data that replicate a figure were fetched, they take the place of what the inputs gave (a count that is
    near but not the same stands beside it); where they were not, the row says what to fetch. A council without a ledger
    gets an empty list.
    """
    book = ledger.load(council.ledger)
    rows: list[Comparison] = []
    if book is not None:
        found = replicate(book, declaration.name, council.council, kind=FIGURE)
        rows = comparison.compare(book, declaration.name, _beside(computed, found.figures))
        rows = [replace(row, note=_with_hint(row.note, found.hints.get(row.id))) for row in rows]
    target = paths.stage_dir(council.council.slug, declaration.name) / FIGURES_FILE
    atomic.write_json(target, [row.as_dict() for row in rows])
    return rows


def decide_findings(declaration: Declaration, council: LoadedParams, tested: Mapping[str, Tested]) -> list[Decision]:
    """Decide the stage's claims, write ``findings.json``, and return the decisions.

    Open data that were fetched decide before the print and before demonstration data, a council's own data before
    them. A council without a ledger of its own is asked the same claims: they are the workbook's list of questions.
    """
    claims = findings.load_claims(council.ledger) or findings.load_claims("oldham")
    book = ledger.load(council.ledger)
    hints: Mapping[str, str] = {}
    if book is not None:
        found = replicate(book, declaration.name, council.council, kind=CLAIM)
        tested, hints = {**found.claims, **_kept(tested, found.claims)}, found.hints
    decisions = [
        replace(one, why=_with_hint(one.why, hints.get(one.id)))
        for one in findings.decide_stage(claims, declaration.name, tested)
    ]
    target = paths.stage_dir(council.council.slug, declaration.name) / FINDINGS_FILE
    atomic.write_json(target, [decision.as_dict() for decision in decisions])
    return decisions


def _beside(computed: Mapping[str, Computed], replicated: Mapping[str, Computed]) -> dict[str, Computed]:
    """Return what was computed, with open data in its place; a count near but not the same only joins the note."""
    found = dict(computed)
    for name, one in replicated.items():
        own = found.get(name)
        if own is None or own.evidence != "recovered" or one.is_comparable:
            found[name] = one
        else:
            beside = f"Open data give {comparison.shown(one.value)}. {one.note}"
            found[name] = replace(own, note=_with_hint(own.note, beside))
    return found


def _with_hint(text: str, hint: str | None) -> str:
    return " ".join(part for part in (text, hint) if part)


def _kept(tested: Mapping[str, Tested], replicated: Mapping[str, Tested]) -> dict[str, Tested]:
    """Return what decides although open data could: claims without open data, and those on the council's own data."""
    return {name: one for name, one in tested.items() if name not in replicated or one.standing.kind == "supplied"}


def figure_text(rows: list[Comparison]) -> str:
    """Return the fixed text for a stage's check cell."""
    return comparison.text_lines(rows) if rows else "This council has no ledger of printed figures; nothing to check."
