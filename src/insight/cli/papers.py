"""Commands of the report and of papers made from it; each parses, calls one function and prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insight.cli.common import FOUND, Json, Params, load, say, say_json

if TYPE_CHECKING:
    from insight.params import LoadedParams


def report(
    params: Params,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print one tagged PDF (needs Chromium).")] = False,
    docx: Annotated[bool, typer.Option("--docx", help="Also write a committee paper (extra [word]).")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also write all tables as a tidy spreadsheet.")] = False,
    template: Annotated[Path | None, typer.Option(help="A Word file whose styles the committee paper takes.")] = None,
) -> None:
    """Build the report from the last run, and papers from it where asked."""
    from insight import paths
    from insight.report.building import build_report
    from insight.workbook import results

    loaded = load(params)
    results.of_last_run(loaded, "figures.json")
    index, _ = build_report(loaded, is_forced=True)
    say(f"report: {paths.shown(index)}")
    for file in _papers(loaded, pdf=pdf, docx=docx, xlsx=xlsx, template=template):
        say(f"paper: {paths.shown(file)}")


def _papers(loaded: LoadedParams, *, pdf: bool, docx: bool, xlsx: bool, template: Path | None) -> Iterator[Path]:
    if pdf:
        from insight.report.papers.pdf import write_pdf

        yield write_pdf(loaded)
    if docx or template is not None:
        from insight.report.papers.word import write_word

        yield write_word(loaded, template=template)
    if xlsx:
        from insight.report.papers.sheets import write_sheets

        yield write_sheets(loaded)


def audit(
    paper: Annotated[Path, typer.Argument(help="A draft: .docx, .pdf, .html, .txt or .md.", metavar="PAPER")],
    params: Annotated[Path, typer.Option(help="The council's params file; its last run is asked.")],
    earlier: Annotated[Path | None, typer.Option(help="Build folder of an earlier run, to tell stale numbers.")] = None,
    as_json: Json = False,
) -> None:
    """Hold every number of a draft against the last run. Exit code 3 if one must be mended or explained."""
    from insight.report.proofreader import audit as proofreading

    found = proofreading.audit(paper, load(params), earlier=earlier)
    bad = proofreading.flagged(found)
    if as_json:
        say_json([one.as_dict() for one in found])
    else:
        for one in bad:
            say(f"{one.place:>5}  {one.status}: {one.shown}  {one.figure}")
            say(f"       {one.why}\n       {one.sentence[:160]}")
        listed = ", ".join(f"{count} {status}" for status, count in proofreading.counts(found).items())
        say(f"{len(found)} numbers: {listed or 'none'}")
    raise typer.Exit(FOUND if bad else 0)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (report, audit):
        app.command()(command)
