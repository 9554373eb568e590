"""Commands that show the last run as data; each parses, calls one function and prints."""

from __future__ import annotations

from typing import Any

import typer

from insight.cli.common import FOUND, Json, Params, plain, say, say_json, warn


def figures(params: Params, as_json: Json = False) -> None:
    """Show every printed figure with what the last run computed. Exit code 3 if an input contradicts one."""
    from insight.workbook import results

    loaded = plain(params)
    rows = results.of_last_run(loaded, "figures.json")
    if as_json:
        say_json(rows)
    elif rows:
        _show_figures(rows, loaded.ledger)
    if not rows:
        warn(f"{loaded.council.name} has no ledger of printed figures, so nothing is compared.")
    raise typer.Exit(FOUND if results.differing(rows) else 0)


def _show_figures(rows: list[dict[str, Any]], ledger: str) -> None:
    from insight.published.comparison import shown
    from insight.workbook import results

    say(f"{len(rows)} printed figures, {len(results.distinct(rows))} distinct; totals are over the distinct ones")
    for line in results.scorecard(rows, ledger):
        say(f"{line['figures']:>5}  {line['evidence']}: {line['verdict'].replace('_', ' ')}")
    quiet = {"reproduces", "not_tested", "bound_satisfied"}
    for row in results.distinct(rows):
        if row["verdict"] not in quiet:
            say(f"\n{row['id']}: {row['verdict'].replace('_', ' ')}")
            say(f"  published {row['published']} {row['unit']}, computed {shown(row['computed'])}. {row['note']}")


def findings(params: Params, as_json: Json = False) -> None:
    """Show every claim with the outcome that the last run's data allow."""
    from insight.workbook import results

    loaded = plain(params)
    rows = results.of_last_run(loaded, "findings.json")
    if as_json:
        say_json(rows)
        return
    say(f"{len(rows)} claims; those on demonstration data test the method and are no evidence about a place")
    for line in results.outcomes(rows):
        say(f"{line['claims']:>5}  {line['data']}: {line['outcome']}")
    for row in rows:
        if row["data"] not in {None, "demonstration"}:
            say(f"\n{row['id']}: {row['outcome']} ({row['data']})\n  {row['claim']}. {row['why']}")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (figures, findings):
        app.command()(command)
