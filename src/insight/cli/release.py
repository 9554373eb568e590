"""Commands of sign-off and release; each parses, calls one function and prints."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from insight.cli.common import Json, Params, load, say
from insight.errors import NotSuppliedError, ParamsError

On = Annotated[str | None, typer.Option("--date", help="Year-month-day; today without.")]


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParamsError(f"--date {text}: not a date. Fix: year-month-day, such as 2026-06-30") from None


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
    """Sign a stage's results in a role; any later change of them voids it.

    Exit code 3 while a signature is open, 4 where there are no results.
    """
    from insight import paths
    from insight.workbook import record, signing

    loaded = load(params)
    if stage:
        if role is None or name is None:
            raise ParamsError("a signature needs a role and a name. Fix: --role analyst --name 'First Surname'")
        for one in signing.sign(loaded, stage, role=role, name=name, on=_day(on)):
            say(f"{one.stage}: signed by {one.name} as {one.role} on {one.date} (sha256 {one.sha256[:12]})")
        return
    found = signing.standings(loaded.council.slug, record.read(loaded))
    if not found:
        raise NotSuppliedError(
            f"{loaded.council.name} has no results to sign. Fix: insight run {paths.shown(loaded.path)}"
        )
    rows = signing.as_rows(found)
    if as_json:
        say(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for row in rows:
            by = f" by {row['name']} on {row['date']}" if row["name"] else ""
            say(f"{row['stage']:<16} {row['role']:<16} {row['state']}{by}")
    raise typer.Exit(3 if any(one.state != "signed" for one in found) else 0)


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

    made = packing.release(load(params), edition=edition, on=_day(on), licence=licence or packing.OGL)
    if as_json:
        say(json.dumps({**vars(made), "path": paths.shown(made.path)}, indent=2))
        return
    say(f"{'released' if made.is_new else 'released before, unchanged'}: {paths.shown(made.path)}, {made.files} files")
    say(f"sha256 {made.sha256}")
    if made.is_new:
        say(f"next: commit {paths.shown(made.path.parent)}, so that later releases are held against this one")


def councils(
    params: Annotated[
        list[Path], typer.Argument(help="Params files of councils that have been run.", metavar="PARAMS...")
    ],
) -> None:
    """Compare councils that have been run: side by side with limits, ranks only as ranges, no league table."""
    from insight import paths
    from insight.councils import building, running

    index = building.build_comparison(running.with_results([load(path) for path in params]))
    say(f"comparison: {paths.shown(index)}")


def compare(
    release_a: Annotated[Path, typer.Argument(help="The earlier release, a zip.", metavar="RELEASE_A")],
    release_b: Annotated[Path, typer.Argument(help="The later release.", metavar="RELEASE_B")],
    bridge: Annotated[
        Path | None,
        typer.Option(help="A release of the earlier data made with the later code, to set the method apart."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what changed between two releases, and of which kind each change is.

    Kinds: re-bounded, redefined, method changed, revised, real (by the limits of the difference), no change shown,
    no limits. --json holds every value; the lines put those that are not tested together by table and reason.
    """
    from collections import Counter

    from insight.release import changes, opening
    from insight.sources.standing import LABEL

    first, second = opening.open_release(release_a), opening.open_release(release_b)
    found = changes.compare(first, second, bridge=None if bridge is None else opening.open_release(bridge))
    claims = changes.claims(first, second)
    if as_json:
        say(json.dumps({"changes": [one.as_dict() for one in found], "claims": claims}, indent=2, ensure_ascii=False))
        return
    if first.is_demonstration or second.is_demonstration:
        say(LABEL)
    for line in changes.lines(found):
        say(line)
    for row in claims:
        say(f"claim: {row['claim']}: {row['before']} to {row['after']}")
    counts = Counter(one.kind for one in found)
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    say(f"{len(found)} values changed: {listed or 'none'}; {len(claims)} claims")


new = typer.Typer(help="Start a stage of your own, or an indicator, from a scaffold.", no_args_is_help=True)


@new.command("stage")
def new_stage(
    name: Annotated[str, typer.Argument(help="Small letters, digits and _, such as housing_moves.", metavar="NAME")],
    title: Annotated[str | None, typer.Option(help="As readers see it; the name in words without.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write into; beside the project without.")] = None,
) -> None:
    """Write a package with a stage that runs as it stands: notebook, module, test, params section, entry point."""
    from insight import paths
    from insight.scaffolds import making

    folder = making.new_stage(name, title=title, folder=out)
    say(f"wrote {paths.shown(folder)}")
    say(f"next: pip install --no-deps -e {paths.shown(folder)}; then follow its README.md")


@new.command("indicator")
def new_indicator(
    params: Params,
    name: Annotated[str, typer.Argument(help="Code of the indicator, such as free_school_meals.", metavar="NAME")],
    theme: Annotated[str, typer.Option(help="One of the six themes.")],
    label: Annotated[str, typer.Option(help="Name as readers should see it.")],
    definition: Annotated[str, typer.Option(help="What is counted, out of whom.")],
    polarity: Annotated[str, typer.Option(help="Which way is better.")],
    unit: Annotated[str, typer.Option(help="What the value is.")],
    source: Annotated[str, typer.Option(help="Who collects it.")],
    licence: Annotated[str, typer.Option(help="Terms of use.")],
) -> None:
    """Write an indicator into the council's own catalogue, with an empty file for its values."""
    from insight import paths
    from insight.scaffolds import making

    row = {"theme": theme, "label": label, "definition": definition, "polarity": polarity, "unit": unit}
    for file in making.new_indicator(load(params), name, {**row, "source": source, "licence": licence}):
        say(f"wrote {paths.shown(file)}")
    say(
        "next: fill in period, geography and caveat, add the values to indicators.csv, and name both in the params file"
    )


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (sign, release, compare, councils):
        app.command()(command)
    app.add_typer(new, name="new")
