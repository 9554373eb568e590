"""Commands that take rows about people in; each parses, calls one function and prints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from insight.cli.common import FOUND, INTERRUPTED, Json, Params, load, say, say_json, warn
from insight.errors import ParamsError


def intake(
    params: Params,
    mapping: Annotated[Path, typer.Option(help="YAML: which column is what, and the codes of ethnic groups.")],
    out: Annotated[Path, typer.Option(help="Folder for the survey's files, such as data/<council>.")],
    egos: Annotated[Path | None, typer.Option(help="egor-style respondents; alone, the rest is wide.")] = None,
    alters: Annotated[Path | None, typer.Option(help="egor-style contacts.")] = None,
    ties: Annotated[Path | None, typer.Option(help="egor-style ties among contacts.")] = None,
    canvas: Annotated[
        Path | None,
        typer.Option(help="A Network Canvas export: folder or zip of its CSVs or GraphML, or one .graphml."),
    ] = None,
    contacts: Annotated[
        bool, typer.Option("--contacts", help="Write single contacts and ties under codes too, not counts alone.")
    ] = False,
) -> None:
    """Take personal networks in: names become counts of contacts or keyed pseudonyms, and no name is written.

    Reads egor-style files (one, two or three) and Network Canvas exports.
    """
    from insight import paths
    from insight.privacy import network_intake

    loaded = load(params)
    if (egos is None) == (canvas is None):
        raise ParamsError("one collection at a time. Fix: give --egos (with --alters, --ties) or --canvas")
    made = network_intake.run(
        loaded, network_intake.load_mapping(mapping), egos=egos, alters=alters, ties=ties, canvas=canvas
    )
    for path in network_intake.write(made, out.resolve(), with_contacts=contacts):
        say(f"wrote {paths.shown(path)}")


def link(
    params: Params,
    review: Annotated[bool, typer.Option("--review", help="Write a sample of pairs for reviewers to judge.")] = False,
    as_json: Json = False,
) -> None:
    """Link the services' records and say how well; with --review, write the sheet for a clerical review.

    The sheet holds personal data: it stays in the build folder, goes to the reviewers alone, and comes back as the
    input linkage_labels, with true or false in its column is_match. Once it is back, precision and recall by ethnic
    group stand below the counts. Exit code 4 where fewer than two services supply records or a file is refused.
    """
    from insight import paths
    from insight.privacy import linking

    loaded = load(params)
    path = linking.free_place(loaded) if review else None
    inputs = linking.load_council(loaded)
    made = linking.link_council(loaded, inputs)
    if path is not None:
        pairs = linking.write_review(path, made)
        warn(f"{pairs} pairs to judge in {paths.shown(path)}: personal data, for the reviewers alone")
    rows = linking.summary(made, linking.quality(inputs, made))
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['what']:<54} {row['value']}")


def adopt(
    file: Annotated[
        Path, typer.Argument(help="The export as it is: .csv, .xlsx, .ods, .parquet, .gpkg.", metavar="FILE")
    ],
    as_input: Annotated[str, typer.Option("--as", help="The input that it is, such as roster_library.")],
    params: Annotated[Path, typer.Option(help="The council's params file.")],
    yes: Annotated[bool, typer.Option("--yes", help="Take the proposal if nothing in it is a guess.")] = False,
    mapping: Annotated[Path | None, typer.Option(help="A mapping that you edited; nothing is asked.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook, or layer of a map, to read.")] = None,
) -> None:
    """Take an export in as it is: say which of its columns and codes is which, once; next year's uses it again.

    Asks on a terminal; elsewhere writes a draft to edit, unless --yes or --mapping. Exit code 3 if a draft is left.
    """
    from insight.workbook import adopting

    ask = None if not sys.stdin.isatty() else lambda question, given: str(typer.prompt(question, default=given))
    try:
        done = adopting.run(
            load(params), as_input, file.resolve(), is_yes=yes, edited=mapping, sheet=sheet, ask=ask, say=say
        )
    except typer.Abort:
        warn("\nstopped: nothing was adopted, and no file was written")
        raise typer.Exit(INTERRUPTED) from None
    say("\n".join(done.lines))
    raise typer.Exit(0 if done.is_adopted else FOUND)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (intake, link, adopt):
        app.command()(command)
