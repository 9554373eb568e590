"""What the commands share: types of arguments, exit codes, reading params, printing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from insight.params import LoadedParams

FOUND, INPUT, INTERRUPTED = 3, 4, 130
Params = Annotated[Path, typer.Argument(help="A council's params file, such as params/oldham.yml.", metavar="PARAMS")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, for other programs.")]


def say(text: str) -> None:
    """Print a line on standard output."""
    sys.stdout.write(text + "\n")


def say_json(value: Any) -> None:
    """Print plain values as JSON on standard output."""
    say(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def warn(text: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(text + "\n")


def load(path: Path) -> LoadedParams:
    """Read a params file with the sections of every stage."""
    from insight import params
    from insight.workbook import registry

    return params.load(path, sections=registry.sections())


def plain(path: Path) -> LoadedParams:
    """Read a params file without the stages' sections, for commands that only look."""
    from insight import params

    return params.load(path)
