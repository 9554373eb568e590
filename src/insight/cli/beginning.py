"""Commands with which a council begins: checking, laying out, practising; each calls one function and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from insight.cli.common import FOUND, INPUT, Json, Params, load, say, say_json
from insight.errors import ParamsError


def check(params: Params, as_json: Json = False) -> None:
    """Check every input against its contract without running anything, and say what to do next.

    Exit code 4 if something is wrong.
    """
    from insight.privacy.checking import check_access, check_inputs
    from insight.workbook import leading, registry

    loaded = load(params)
    found, access = check_inputs(loaded), check_access(loaded)
    if as_json:
        missing = [{"name": "access", "state": "problems", "problems": [vars(one)]} for one in access]
        say_json([_checked_json(one) for one in found] + missing)
    else:
        for one in found:
            if one.state != "not_supplied" or one.hint:
                _show_checked(one)
        for problem in access:
            say(problem.text())
    bad = sum(len(one.problems) for one in found) + len(access)
    if not as_json:
        supplied = sum(one.state != "not_supplied" for one in found)
        say(f"{supplied} of {len(found)} inputs supplied, {bad} problem{'' if bad == 1 else 's'}")
        say("\n".join(leading.lead(loaded, found, registry.stages(), access=access)))
    raise typer.Exit(INPUT if bad else 0)


def _checked_json(one: Any) -> dict[str, Any]:
    return {**vars(one), "problems": [vars(problem) for problem in one.problems]}


def _show_checked(one: Any) -> None:
    words = {
        "ok": f"ok, {one.rows or 0:,} rows, {one.standing}{f' (known by {one.mark})' if one.mark else ''}",
        "not_supplied": "not supplied",
        "problems": "problems",
    }
    say(f"{one.name:<24} {words[one.state]}  {one.file}")
    for problem in one.problems:
        say(f"    {problem.text()}")
    for changed in one.changed:
        say(f"    changed on reading: {changed}")
    if one.hint:
        say(f"    {one.hint}")


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
        say("\n".join(lines) or f"nothing to add: params/{slug}.yml and data/{slug} are up to date")
        return
    written, kept = starting.start(council, code=lad_code)
    for path in written:
        if path.parent.name != "templates":
            say(f"wrote {paths.shown(path)}")
    templates = sum(path.parent.name == "templates" for path in written)
    say(f"wrote {templates} templates in data/{slug}/templates; {len(kept)} files were there and stay")
    say(f"next: read data/{slug}/README.md, then insight check params/{slug}.yml")


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
        say("\n".join(problems) or "the committed demonstration files are what the generator makes")
        raise typer.Exit(FOUND if problems else 0)
    if out is None and (null or seed is not None):
        raise ParamsError("the committed files have one seed and are not null. Fix: name another folder with --out")
    folder = (out or paths.root() / writer.COMMITTED).resolve()
    made = writer.write_world(folder, seed=DEFAULT_SEED if seed is None else seed, null=null)
    say(f"{len(made)} files in {paths.shown(folder)}")
    if (folder / "params.yml").exists():
        say(f"run with: insight run {paths.shown(folder / 'params.yml')}")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(check)
    app.command("init")(initialise)
    app.command()(demo)
