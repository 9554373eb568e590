"""Commands of open data: fetching it, and making inputs of it; each parses, calls one function and prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from insight.cli.common import INPUT, Json, Params, plain, say, say_json

if TYPE_CHECKING:
    from insight.params import LoadedParams


def _tell_of_inputs(loaded: LoadedParams) -> None:
    from insight import paths
    from insight.workbook import supplying

    if names := supplying.could_be_made(loaded):
        say(f"{', '.join(names)} can be made of them: insight supply {paths.shown(loaded.path)}")


def fetch(
    params: Params,
    source: Annotated[
        list[str] | None,
        typer.Argument(help="Sources of the registry; all but the large ones without.", metavar="SOURCE"),
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List the sources of the registry and ask nobody.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody; check the files that are there.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked of whom, and ask nobody.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Ask for what is there too, to see whether it changed.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Take changed content in place of the old.")] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Write hash and date of national files into the registry.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch open data for a council's area into data/COUNCIL/open, each file with its provenance beside it.

    Exit codes: 1 a service failed, 3 content changed upstream or a file was altered, 4 missing offline.
    """
    from insight.sources.open_data import fetching, listing

    loaded = plain(params)
    if show:
        rows = listing.rows(loaded.council)
        say_json(rows) if as_json else say("\n".join(map(listing.line, rows)))
        return
    options = fetching.Options(offline=offline, dry_run=dry_run, again=again, replace=replace, record=record)
    with listing.progress(is_quiet=as_json) as told:
        found = fetching.fetch(loaded.council, source or (), options=options, telling=told.telling, ended=told.ended)
    if as_json:
        say_json([vars(one) for one in found])
    else:
        say(listing.summary(found))
        _tell_of_inputs(loaded)
    raise typer.Exit(fetching.exit_code(found))


def supply(
    params: Params,
    replace: Annotated[bool, typer.Option("--replace", help="Make anew what was edited since it was made.")] = False,
    as_json: Json = False,
) -> None:
    """Make inputs of the open data that were fetched: look-up, outlines, classes, housing, indicators.

    Each is written into data/COUNCIL/open/inputs and named in the params file where that says not_supplied; a file of
    the council's own stays. Exit code 4 if nothing could be made or something is broken.
    """
    from insight import paths
    from insight.workbook import supplying

    loaded = plain(params)
    used = supplying.use(loaded, is_replaced=replace)
    if as_json:
        say_json([{**vars(one.made), "file": paths.shown(one.made.file), "use": one.use} for one in used])
    else:
        say("\n".join(supplying.shown(used, loaded)))
    states = {one.made.state for one in used}
    raise typer.Exit(INPUT if "broken" in states or not states & {"made", "edited"} else 0)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (fetch, supply):
        app.command()(command)
