"""The command line. Commands parse, call one function each, and print; heavy libraries load inside them.

Exit codes: 0 done, 1 a stage failed, 2 usage or params, 3 a check found something, 4 input missing or broken,
130 interrupted.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from insight import cli_examples, cli_export, cli_open, cli_release
from insight.errors import InsightError, ParamsError

if TYPE_CHECKING:
    from insight.params import LoadedParams

FOUND, INPUT, INTERRUPTED = 3, 4, 130

app = typer.Typer(
    help="Customer-insight research for councils: nine notebooks, one report, every printed figure checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Params = Annotated[Path, typer.Argument(help="A council's params file, such as params/oldham.yml.", metavar="PARAMS")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, for other programs.")]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _say_json(value: Any) -> None:
    _say(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def _warn(text: str) -> None:
    sys.stderr.write(text + "\n")


def _load(path: Path) -> LoadedParams:
    from insight import params
    from insight.workbook import registry

    return params.load(path, sections=registry.sections())


def _plain(path: Path) -> LoadedParams:
    """Read a params file without the stages' sections, for commands that only look."""
    from insight import params

    return params.load(path)


@app.command()
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

    councils = [_load(path) for path in params]
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
        _say(running.table(rows))
    held = running.with_results(councils)
    if with_report and len(held) > 1:
        index = build_comparison(held)
        telling.event("comparison", "councils compared", file=paths.shown(index))
        if not as_json:
            _say(f"comparison: {paths.shown(index)}")
    return running.exit_code(rows)


def _dry_run(councils: list[LoadedParams], options: Any, *, as_json: bool) -> None:
    from insight.workbook import runner

    rows = [
        {"council": loaded.council.slug, "stage": one.stage, "action": one.action, "why": one.why}
        for loaded in councils
        for one in runner.plan(loaded, options)
    ]
    if as_json:
        _say_json(rows)
        return
    for row in rows:
        _say(f"{row['council']}  {row['stage']}: {row['action'].replace('_', ' ')} ({row['why']})")


def _run_one(loaded: LoadedParams, options: Any, *, with_report: bool, as_json: bool, quiet: bool, debug: bool) -> int:
    from insight.workbook import runner
    from insight.workbook.progress import progress

    with progress(as_json=as_json, is_quiet=quiet) as telling:
        result = runner.run(loaded, options, telling)
        if debug:
            for failure in result.failures:
                _warn(failure.traceback)
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
        _say(f"report: {shown}")


def _warn_of_differences(loaded: LoadedParams) -> None:
    from insight.workbook import results

    differing = results.differing(results.of_last_run(loaded, "figures.json"))
    if differing:
        _warn(
            f"{len(differing)} printed figures differ from what the inputs give, first {differing[0]['id']}. "
            "See: insight figures PARAMS"
        )


@app.command()
def status(params: Params, as_json: Json = False) -> None:
    """Say what the last run left, stage by stage, and what would run now."""
    from insight.workbook import record, runner

    loaded = _load(params)
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
        _say_json(rows)
        return
    for row in rows:
        when = f" {row['started']}" if row["started"] else ""
        _say(f"{row['stage']:<16} {row['last']}{when}; next: {row['next'].replace('_', ' ')} ({row['why']})")


@app.command()
def why(
    params: Params, stage: Annotated[str, typer.Argument(help="A stage, such as profiling.", metavar="STAGE")]
) -> None:
    """Say why a stage would run, or that it is up to date."""
    from insight.workbook import runner

    (one,) = [found for found in runner.plan(_load(params), runner.Options(stages=(stage,))) if found.stage == stage]
    _say(f"{one.stage}: {one.action.replace('_', ' ')} ({one.why})")


@app.command()
def diff(
    build_a: Annotated[Path, typer.Argument(help="A build folder, such as build/oldham.", metavar="BUILD_A")],
    build_b: Annotated[Path, typer.Argument(help="Another build folder.", metavar="BUILD_B")],
    as_json: Json = False,
) -> None:
    """Say what differs between two builds: params, inputs, packages, figures, findings. Exit code 3 if so."""
    from insight.workbook import diffing

    found = diffing.compare(build_a, build_b)
    if as_json:
        _say_json(found)
    else:
        for row in found:
            _say(f"{row['part']:<9} {row['key']}: {row['first']} -> {row['second']}")
        if not found:
            _say("no difference in params, inputs, packages, figures or findings")
    raise typer.Exit(FOUND if found else 0)


@app.command()
def tidy(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit code 3 if one is untidy.")] = False,
) -> None:
    """Bring the source notebooks into normal form, so that a diff shows code, prose and figure lines only."""
    from insight import paths
    from insight.workbook import tidying

    changed = tidying.tidy(is_check=check)
    for path in changed:
        _say(f"{paths.shown(path)}: {'not tidy' if check else 'tidied'}")
    if not changed:
        _say("all notebooks are tidy")
    raise typer.Exit(FOUND if check and changed else 0)


@app.command()
def figures(params: Params, as_json: Json = False) -> None:
    """Show every printed figure with what the last run computed. Exit code 3 if an input contradicts one."""
    from insight.workbook import results

    loaded = _plain(params)
    rows = results.of_last_run(loaded, "figures.json")
    if as_json:
        _say_json(rows)
    elif rows:
        _show_figures(rows, loaded.ledger)
    if not rows:
        _warn(f"{loaded.council.name} has no ledger of printed figures, so nothing is compared.")
    raise typer.Exit(FOUND if results.differing(rows) else 0)


def _show_figures(rows: list[dict[str, Any]], ledger: str) -> None:
    from insight.published.comparison import shown
    from insight.workbook import results

    _say(f"{len(rows)} printed figures, {len(results.distinct(rows))} distinct; totals are over the distinct ones")
    for line in results.scorecard(rows, ledger):
        _say(f"{line['figures']:>5}  {line['evidence']}: {line['verdict'].replace('_', ' ')}")
    quiet = {"reproduces", "not_tested", "bound_satisfied"}
    for row in results.distinct(rows):
        if row["verdict"] not in quiet:
            _say(f"\n{row['id']}: {row['verdict'].replace('_', ' ')}")
            _say(f"  published {row['published']} {row['unit']}, computed {shown(row['computed'])}. {row['note']}")


@app.command()
def findings(params: Params, as_json: Json = False) -> None:
    """Show every claim with the outcome that the last run's data allow."""
    from insight.workbook import results

    loaded = _plain(params)
    rows = results.of_last_run(loaded, "findings.json")
    if as_json:
        _say_json(rows)
        return
    _say(f"{len(rows)} claims; those on demonstration data test the method and are no evidence about a place")
    for line in results.outcomes(rows):
        _say(f"{line['claims']:>5}  {line['data']}: {line['outcome']}")
    for row in rows:
        if row["data"] not in {None, "demonstration"}:
            _say(f"\n{row['id']}: {row['outcome']} ({row['data']})\n  {row['claim']}. {row['why']}")


@app.command()
def check(params: Params, as_json: Json = False) -> None:
    """Check every input against its contract without running anything, and say what to do next.

    Exit code 4 if something is wrong.
    """
    from insight.privacy.checking import check_access, check_inputs
    from insight.workbook import leading, registry

    loaded = _load(params)
    found, access = check_inputs(loaded), check_access(loaded)
    if as_json:
        missing = [{"name": "access", "state": "problems", "problems": [vars(one)]} for one in access]
        _say_json([_checked_json(one) for one in found] + missing)
    else:
        for one in found:
            if one.state != "not_supplied" or one.hint:
                _show_checked(one)
        for problem in access:
            _say(problem.text())
    bad = sum(len(one.problems) for one in found) + len(access)
    if not as_json:
        supplied = sum(one.state != "not_supplied" for one in found)
        _say(f"{supplied} of {len(found)} inputs supplied, {bad} problem{'' if bad == 1 else 's'}")
        _say("\n".join(leading.lead(loaded, found, registry.stages(), access=access)))
    raise typer.Exit(INPUT if bad else 0)


def _checked_json(one: Any) -> dict[str, Any]:
    return {**vars(one), "problems": [vars(problem) for problem in one.problems]}


def _show_checked(one: Any) -> None:
    words = {
        "ok": f"ok, {one.rows or 0:,} rows, {one.standing}{f' (known by {one.mark})' if one.mark else ''}",
        "not_supplied": "not supplied",
        "problems": "problems",
    }
    _say(f"{one.name:<24} {words[one.state]}  {one.file}")
    for problem in one.problems:
        _say(f"    {problem.text()}")
    for changed in one.changed:
        _say(f"    changed on reading: {changed}")
    if one.hint:
        _say(f"    {one.hint}")


@app.command("init")
def initialise(
    council: Annotated[str, typer.Argument(help="Name of the council, such as Rochdale.", metavar="COUNCIL")],
    lad_code: Annotated[str | None, typer.Option(help="Its code, if it is not in Greater Manchester.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Add what is new since the council was laid out.")] = False,
) -> None:
    """Lay out a council: params file, data folder with templates, where files come from, what to agree.

    Nothing that is there is overwritten. A council is laid out once; --update adds what is new since then.
    """
    from insight import paths
    from insight.workbook import starting

    slug = starting.slug_of(council)
    if update:
        added = starting.update(council, code=lad_code)
        lines = [f"wrote {paths.shown(path)}" for path in added.written] + added.said
        _say("\n".join(lines) or f"nothing to add: params/{slug}.yml and data/{slug} are up to date")
        return
    written, kept = starting.start(council, code=lad_code)
    for path in written:
        if path.parent.name != "templates":
            _say(f"wrote {paths.shown(path)}")
    templates = sum(path.parent.name == "templates" for path in written)
    _say(f"wrote {templates} templates in data/{slug}/templates; {len(kept)} files were there and stay")
    _say(f"next: read data/{slug}/README.md, then insight check params/{slug}.yml")


@app.command()
def demo(
    out: Annotated[Path | None, typer.Option(help="Folder to write into; the committed one by default.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the world.")] = None,
    null: Annotated[bool, typer.Option("--null", help="Make each claim false, to see that checks can fail.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; compare the committed files.")] = False,
) -> None:
    """Make demonstration inputs, labelled as such, with a params file that runs as it stands."""
    from insight import paths
    from insight.demo import writer
    from insight.demo.world import DEFAULT_SEED

    if check:
        problems = writer.check_committed()
        _say("\n".join(problems) or "the committed demonstration files are what the generator makes")
        raise typer.Exit(FOUND if problems else 0)
    if out is None and (null or seed is not None):
        raise ParamsError("the committed files have one seed and are not null. Fix: name another folder with --out")
    folder = (out or paths.root() / writer.COMMITTED).resolve()
    made = writer.write_world(folder, seed=DEFAULT_SEED if seed is None else seed, null=null)
    _say(f"{len(made)} files in {paths.shown(folder)}")
    if (folder / "params.yml").exists():
        _say(f"run with: insight run {paths.shown(folder / 'params.yml')}")


@app.command()
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

    loaded = _load(params)
    if (egos is None) == (canvas is None):
        raise ParamsError("one collection at a time. Fix: give --egos (with --alters, --ties) or --canvas")
    made = network_intake.run(
        loaded, network_intake.load_mapping(mapping), egos=egos, alters=alters, ties=ties, canvas=canvas
    )
    for path in network_intake.write(made, out.resolve(), with_contacts=contacts):
        _say(f"wrote {paths.shown(path)}")


@app.command()
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

    loaded = _load(params)
    path = linking.free_place(loaded) if review else None
    inputs = linking.load_council(loaded)
    made = linking.link_council(loaded, inputs)
    if path is not None:
        pairs = linking.write_review(path, made)
        _warn(f"{pairs} pairs to judge in {paths.shown(path)}: personal data, for the reviewers alone")
    rows = linking.summary(made, linking.quality(inputs, made))
    if as_json:
        _say_json(rows)
        return
    for row in rows:
        _say(f"{row['what']:<54} {row['value']}")


@app.command()
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
            _load(params), as_input, file.resolve(), is_yes=yes, edited=mapping, sheet=sheet, ask=ask, say=_say
        )
    except typer.Abort:
        _warn("\nstopped: nothing was adopted, and no file was written")
        raise typer.Exit(INTERRUPTED) from None
    _say("\n".join(done.lines))
    raise typer.Exit(0 if done.is_adopted else FOUND)


@app.command()
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

    loaded = _load(params)
    results.of_last_run(loaded, "figures.json")
    index, _ = build_report(loaded, is_forced=True)
    _say(f"report: {paths.shown(index)}")
    for file in _papers(loaded, pdf=pdf, docx=docx, xlsx=xlsx, template=template):
        _say(f"paper: {paths.shown(file)}")


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


@app.command()
def audit(
    paper: Annotated[Path, typer.Argument(help="A draft: .docx, .pdf, .html, .txt or .md.", metavar="PAPER")],
    params: Annotated[Path, typer.Option(help="The council's params file; its last run is asked.")],
    earlier: Annotated[Path | None, typer.Option(help="Build folder of an earlier run, to tell stale numbers.")] = None,
    as_json: Json = False,
) -> None:
    """Hold every number of a draft against the last run. Exit code 3 if one must be mended or explained."""
    from insight.report.proofreader import audit as proofreading

    found = proofreading.audit(paper, _load(params), earlier=earlier)
    bad = proofreading.flagged(found)
    if as_json:
        _say_json([one.as_dict() for one in found])
    else:
        for one in bad:
            _say(f"{one.place:>5}  {one.status}: {one.shown}  {one.figure}")
            _say(f"       {one.why}\n       {one.sentence[:160]}")
        listed = ", ".join(f"{count} {status}" for status, count in proofreading.counts(found).items())
        _say(f"{len(found)} numbers: {listed or 'none'}")
    raise typer.Exit(FOUND if bad else 0)


cli_export.add_to(app)
cli_open.add_to(app)
cli_release.add_to(app)
cli_examples.add_examples(app)


STOPPED = "interrupted; results so far stay, the next run goes on from there"
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


def _of_the_system(error: OSError) -> str:
    """Return what the system refused, and the fix; errors of other kinds are raised again."""
    from insight import paths

    where = "" if error.filename is None else f"{paths.shown(Path(str(error.filename)))}: "
    if error.errno in NO_SPACE:
        return f"{where}no space left on the disk. Fix: free some and type it again; earlier results stay"
    if error.errno in NO_RIGHT:
        return (
            f"{where}{str(error.strerror).lower()}. Fix: get the right to read and write there, or put the build "
            "folder elsewhere with INSIGHT_BUILD; earlier results stay"
        )
    raise error


def main() -> None:
    """Run the command line, turning known errors into a message and an exit code."""
    try:
        app()
    except InsightError as error:
        _warn(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        _warn(_of_the_system(error))
        sys.exit(1)
    except KeyboardInterrupt:
        _warn(STOPPED)
        sys.exit(INTERRUPTED)
    except SystemExit as ended:
        # typer ends an interrupted command itself, without a word
        if isinstance(getattr(ended.__context__, "__cause__", None), KeyboardInterrupt):
            _warn(STOPPED)
        raise
