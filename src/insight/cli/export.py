"""The command that hands a stage's data to other programs; it parses, calls one function and prints."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from insight.cli.common import Params


class Stage(StrEnum):
    """Stages that have something to export."""

    ETHNOGRAPHY = "ethnography"


class Form(StrEnum):
    """Forms of codings that other programs read."""

    QDPX = "qdpx"
    QDC = "qdc"
    HIGHLIGHTS = "highlights"


class Audience(StrEnum):
    """Whose quotes may go along."""

    INTERNAL = "internal"
    PARTNERS = "partners"
    PUBLIC = "public"


def export(
    params: Params,
    stage: Annotated[Stage, typer.Argument(help="The stage whose data are wanted.", metavar="STAGE")],
    form: Annotated[
        Form,
        typer.Option(
            "--as",
            help="qdpx: a REFI-QDA project; qdc: its codebook alone; highlights: Taguette's table of highlights.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write; without it, in the build folder beside the stage's tables.")
    ] = None,
    audience: Annotated[Audience, typer.Option(help="Who will read it: decides which quotes go along.")] = (
        Audience.INTERNAL
    ),
) -> None:
    """Write a stage's codings for NVivo, ATLAS.ti, MAXQDA, QualCoder or Taguette.

    A project and highlights tell interview from interview: they are restricted, like the matrix of themes. Only
    interviews with standing consent to analysis are in them, and only quotes that were signed off and that the audience
    may hear. A codebook holds nothing of anybody. Exit code 4 if interviews or codings are absent or unfit.
    """
    from insight import params as council_params
    from insight import paths
    from insight.stages.ethnography import exporting
    from insight.workbook import registry

    loaded = council_params.load(params, sections=registry.sections())
    folder = paths.stage_dir(loaded.council.slug, stage.value) / "export"
    target = (folder / f"codings{exporting.ENDINGS[form.value]}" if out is None else out).resolve()
    made = exporting.export(loaded, form=form.value, out=target, audience=audience.value)
    level = "publishable" if form is Form.QDC else f"restricted: {len(made.sources)} interviews told apart"
    sys.stdout.write(f"wrote {paths.shown(target)} ({level})\n")


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(export)
