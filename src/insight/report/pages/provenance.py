"""Provenance: code, packages, params, and for each stage the inputs and outputs with their hashes."""

from __future__ import annotations

from insight.report.page import Rows, Run
from insight.report.parts import table
from insight.report.rendering import text
from insight.workbook.record import StageRecord

SOURCE = "Record of the run, run.json"


def _files(files: dict[str, dict[str, object]], *columns: str) -> Rows:
    return [{"file": name} | {column: one.get(column) for column in columns} for name, one in files.items()]


def _stage(name: str, title: str, known: StageRecord) -> str:
    slug = name.replace("_", "-")
    inputs = [
        {"input": key, "file": one["file"], "rows": one["rows"], "sha256": one["sha256"]}
        for key, one in known.inputs.items()
    ]
    outputs = _files(known.outputs, "level", "rows", "sha256")
    said = f"{text(known.status.replace('_', ' '))}; ran because: {text(known.why)}; started {text(known.started)}; "
    return (
        f'<h3 id="made-{slug}">{text(title)}</h3><p>{said}{known.seconds:,.1f} seconds. '
        f'<a href="{name}.html">To the stage</a>.</p>'
        + table(
            inputs,
            name=f"inputs-{slug}",
            title=f"Inputs of {title} and their hashes",
            caption="sha256 of the file's bytes when it was read.",
            source=SOURCE,
        )
        + table(
            outputs,
            name=f"outputs-{slug}",
            title=f"Files that {title} left, with disclosure level",
            caption="Only publishable files reach this report.",
            source=SOURCE,
        )
    )


def provenance_page(run: Run) -> str:
    """Return the page that traces every number to stage, input files and hashes."""
    known = run.known
    about = [
        {"what": key.replace("_", " "), "value": str(value)} for key, value in known.about.items() if key != "packages"
    ]
    about += [
        {"what": "params file", "value": known.params_file},
        {"what": "params sha256", "value": known.params_sha256},
    ]
    packages = [{"package": key, "version": value} for key, value in known.about.get("packages", {}).items()]
    parts = [
        "<h2>Run</h2>",
        table(about, name="run", title="Code, system and params", caption="As recorded.", source=SOURCE),
        "<h2>Stages, their inputs and outputs</h2>",
        *(_stage(name, run.stages[name].title, one) for name, one in known.stages.items() if name in run.stages),
        "<h2>Packages</h2>",
        table(
            packages,
            name="packages",
            title="Versions of the direct dependencies",
            caption="As recorded.",
            source=SOURCE,
        ),
    ]
    return "\n".join(parts)
