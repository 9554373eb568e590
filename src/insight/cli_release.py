"""Commands of sign-off and release; each parses, calls one function and prints."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from insight.errors import ParamsError

Params = Annotated[Path, typer.Argument(help="A council's params file, such as params/oldham.yml.", metavar="PARAMS")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, for other programs.")]
On = Annotated[str | None, typer.Option("--date", help="Year-month-day; today without.")]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParamsError(f"--date {text}: not a date. Fix: year-month-day, such as 2026-06-30") from None


def _load(path: Path) -> Any:
    from insight import params
    from insight.workbook import registry

    return params.load(path, sections=registry.sections())


def sign(
    params: Params,
    stage: Annotated[
        list[str] | None, typer.Argument(help="Stages to sign; without, say who has signed what.", metavar="STAGE...")
    ] = None,
    role: Annotated[str | None, typer.Option(help="analyst, peer, data-protection or owner.")] = None,
    name: Annotated[str | None, typer.Option(help="Who signs: first name and surname.")] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Sign a stage's results in a role; any later change of them voids it. Exit code 3 while a signature is open."""
    from insight.workbook import record, signing

    loaded = _load(params)
    if stage:
        if role is None or name is None:
            raise ParamsError("a signature needs a role and a name. Fix: --role analyst --name 'First Surname'")
        for one in signing.sign(loaded, stage, role=role, name=name, on=_day(on)):
            _say(f"{one.stage}: signed by {one.name} as {one.role} on {one.date} (sha256 {one.sha256[:12]})")
        return
    found = signing.standings(loaded.council.slug, record.read(loaded))
    rows = signing.as_rows(found)
    if as_json:
        _say(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for row in rows:
            by = f" by {row['name']} on {row['date']}" if row["name"] else ""
            _say(f"{row['stage']:<16} {row['role']:<16} {row['state']}{by}")
    raise typer.Exit(3 if not found or any(one.state != "signed" for one in found) else 0)


def release(
    params: Params,
    edition: Annotated[str, typer.Option(help="Name of the release, such as 2026-1; never used twice.")],
    licence: Annotated[
        str | None, typer.Option(help="Address of the licence of report and tables; Open Government Licence without.")
    ] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Pack report, publishable tables and provenance into one zip that is never changed.

    Refused, exit code 3, with every reason: roles that have not signed, results not up to date, uncommitted changes,
    anything above publishable, demonstration data without their label, counts that earlier releases give away.
    """
    from insight import paths
    from insight.release import packing

    made = packing.release(_load(params), edition=edition, on=_day(on), licence=licence or packing.OGL)
    if as_json:
        _say(json.dumps({**vars(made), "path": paths.shown(made.path)}, indent=2))
        return
    _say(f"{'released' if made.is_new else 'released before, unchanged'}: {paths.shown(made.path)}, {made.files} files")
    _say(f"sha256 {made.sha256}")
    if made.is_new:
        _say(f"next: commit {paths.shown(made.path.parent)}, so that later releases are held against this one")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (sign, release):
        app.command()(command)
