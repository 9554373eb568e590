"""Commands that run the workbook and say what would run; each parses, calls one function and prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from insight.cli.common import FOUND, Json, Params, load, say, say_json, warn
from insight.errors import ParamsError

if TYPE_CHECKING:
    from insight.params import LoadedParams


def run(
    params: Annotated[list[Path], typer.Argument(help="One params file or several.", metavar="PARAMS...")],
    stage: Annotated[list[str] | None, typer.Option(help="Run this stage only; may be given several times.")] = None,
    force: Annotated[bool, typer.Option(help="Run even what is up to date (the named stages, or all).")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Stages, or councils where several are named, to run at once.")] = 1,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Go on with other stages after a failure.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Run each stage with its declared inputs only.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Do not build the report at the end.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run and why, and run nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One event a line, as JSON, on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print failures and the report's place only.")] = False,
    debug: Annotated[bool, typer.Option(help="Show the traceback of a failing cell.")] = False,
) -> None:
    """Run the workbook: stages that are not up to date, then the report."""
    from insight.workbook.runner import Options

    councils = [load(path) for path in params]
    repeated = {one.council.slug for one in councils if sum(o.council.slug == one.council.slug for o in councils) > 1}
    if repeated:
        raise ParamsError(f"council {', '.join(sorted(repeated))} is named twice. Fix: name each params file once")
    options = Options(stages=tuple(stage or ()), force=force, jobs=jobs, keep_going=keep_going, strict=strict)
    if dry_run:
        _dry_run(councils, options, as_json=as_json)
        return
    if len(councils) > 1:
        raise typer.Exit(_run_many(councils, options, with_report=not no_report, as_json=as_json, quiet=quiet))
    raise typer.Exit(
        _run_one(councils[0], options, with_report=not no_report, as_json=as_json, quiet=quiet, debug=debug)
    )


def _run_many(councils: list[LoadedParams], options: Any, *, with_report: bool, as_json: bool, quiet: bool) -> int:
    """Run several councils, each in a worker process, then compare those that have results."""
    from dataclasses import replace

    from insight import paths
    from insight.councils import running
    from insight.councils.building import build_comparison
    from insight.workbook.progress import progress

    with progress(as_json=as_json, is_quiet=quiet) as telling:
        rows = running.run_together(
            [loaded.path for loaded in councils],
            replace(options, jobs=1),
            jobs=options.jobs,
            keep_going=options.keep_going,
            with_report=with_report,
            telling=lambda one: telling.event("failed" if one.has_failed else "council", one.text(), **one.as_dict()),
        )
    if not as_json:
        say(running.table(rows))
    held = running.with_results(councils)
    if with_report and len(held) > 1:
        index = build_comparison(held)
        telling.event("comparison", "councils compared", file=paths.shown(index))
        if not as_json:
            say(f"comparison: {paths.shown(index)}")
    return running.exit_code(rows)


def _dry_run(councils: list[LoadedParams], options: Any, *, as_json: bool) -> None:
    from insight.workbook import runner

    rows = [
        {"council": loaded.council.slug, "stage": one.stage, "action": one.action, "why": one.why}
        for loaded in councils
        for one in runner.plan(loaded, options)
    ]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['council']}  {row['stage']}: {row['action'].replace('_', ' ')} ({row['why']})")


def _run_one(loaded: LoadedParams, options: Any, *, with_report: bool, as_json: bool, quiet: bool, debug: bool) -> int:
    from insight.workbook import runner
    from insight.workbook.progress import progress

    with progress(as_json=as_json, is_quiet=quiet) as telling:
        result = runner.run(loaded, options, telling)
        if debug:
            for failure in result.failures:
                warn(failure.traceback)
        if not result.outcomes and not result.failures:
            telling.event("up_to_date", f"{loaded.council.name}: nothing to run; --force runs it all the same")
        if with_report and not result.failures:
            _report_after(loaded, telling, as_json=as_json)
    _warn_of_differences(loaded)
    return result.exit_code


def _report_after(loaded: LoadedParams, telling: Any, *, as_json: bool) -> None:
    from insight import paths
    from insight.report.building import build_report

    index, is_new = build_report(loaded)
    shown = paths.shown(index)
    telling.event("report", f"report {'built' if is_new else 'up to date'}", file=shown)
    if not as_json:
        say(f"report: {shown}")


def _warn_of_differences(loaded: LoadedParams) -> None:
    from insight.workbook import results

    differing = results.differing(results.of_last_run(loaded, "figures.json"))
    if differing:
        warn(
            f"{len(differing)} printed figures differ from what the inputs give, first {differing[0]['id']}. "
            "See: insight figures PARAMS"
        )


def status(params: Params, as_json: Json = False) -> None:
    """Say what the last run left, stage by stage, and what would run now."""
    from insight.workbook import record, runner

    loaded = load(params)
    known = record.read(loaded)
    rows: list[dict[str, Any]] = []
    for one in runner.plan(loaded, runner.Options()):
        last = known.stages.get(one.stage)
        rows.append(
            {
                "stage": one.stage,
                "last": "never run" if last is None else last.status,
                "started": "" if last is None else last.started,
                "seconds": None if last is None else last.seconds,
                "next": one.action,
                "why": one.why,
            }
        )
    if as_json:
        say_json(rows)
        return
    for row in rows:
        when = f" {row['started']}" if row["started"] else ""
        say(f"{row['stage']:<16} {row['last']}{when}; next: {row['next'].replace('_', ' ')} ({row['why']})")


def why(
    params: Params, stage: Annotated[str, typer.Argument(help="A stage, such as profiling.", metavar="STAGE")]
) -> None:
    """Say why a stage would run, or that it is up to date."""
    from insight.workbook import runner

    (one,) = [found for found in runner.plan(load(params), runner.Options(stages=(stage,))) if found.stage == stage]
    say(f"{one.stage}: {one.action.replace('_', ' ')} ({one.why})")


def diff(
    build_a: Annotated[Path, typer.Argument(help="A build folder, such as build/oldham.", metavar="BUILD_A")],
    build_b: Annotated[Path, typer.Argument(help="Another build folder.", metavar="BUILD_B")],
    as_json: Json = False,
) -> None:
    """Say what differs between two builds: params, inputs, packages, figures, findings. Exit code 3 if so."""
    from insight.workbook import diffing

    found = diffing.compare(build_a, build_b)
    if as_json:
        say_json(found)
    else:
        for row in found:
            say(f"{row['part']:<9} {row['key']}: {row['first']} -> {row['second']}")
        if not found:
            say("no difference in params, inputs, packages, figures or findings")
    raise typer.Exit(FOUND if found else 0)


def tidy(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit code 3 if one is untidy.")] = False,
) -> None:
    """Bring the source notebooks into normal form, so that a diff shows code, prose and figure lines only."""
    from insight import paths
    from insight.workbook import tidying

    changed = tidying.tidy(is_check=check)
    for path in changed:
        say(f"{paths.shown(path)}: {'not tidy' if check else 'tidied'}")
    if not changed:
        say("all notebooks are tidy")
    raise typer.Exit(FOUND if check and changed else 0)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (run, status, why, diff, tidy):
        app.command()(command)
