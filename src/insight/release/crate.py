"""Provenance as a Workflow Run RO-Crate: which workflow made which files, from what, when and for whom.

Profiles: RO-Crate 1.1, Workflow RO-Crate 1.0, Process Run Crate and Workflow Run Crate 0.5
(https://www.researchobject.org/workflow-run-crate/). Inputs about people never travel; the crate names them by hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from insight.release.gathering import Item, stages_of
from insight.report.page import Run
from insight.sources.standing import LABEL
from insight.workbook import registry

METADATA = "ro-crate-metadata.json"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
WORKFLOW, PARAMS, README = "workflow/workflow.json", "workflow/params.yml", "README.md"
BIOSCHEMAS = "https://bioschemas.org/profiles"
COMPLETED = "http://schema.org/CompletedActionStatus"
OUTPUTS = {
    "report": ("report/index.html", "Report of the run: its front page"),
    "figures": ("results/figures.json", "Printed figures and what was computed"),
    "findings": ("results/findings.json", "Claims and their outcomes"),
}
"""Outputs of the whole workflow that every run leaves, each with its file."""
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".csv": "text/csv",
    ".json": "application/json",
    ".yml": "application/yaml",
}
TYPES |= {".ipynb": "application/x-ipynb+json", ".md": "text/markdown"}
TYPES |= {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


DESCRIPTOR = ("https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0")


def _file_facts(item: Item) -> dict[str, Any]:
    return {
        "name": item.title,
        "description": item.description,
        "encodingFormat": TYPES.get(Path(item.path).suffix, "text/plain"),
        "contentSize": str(len(item.content)),
        "sha256": sha256(item.content).hexdigest(),
    }


def write(
    folder: Path, items: Sequence[Item], run: Run, *, edition: str, on: date, licence: str, revision: str
) -> None:
    """Write the files of a release and their metadata into an empty folder.

    Args:
        folder: where to; must exist.
        items: the files.
        run: what the last run left.
        edition: name of the release.
        on: date of publication.
        licence: address of the licence of report and tables.
        revision: revision of the code under version control.
    """
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    for item in items:
        target = folder / item.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(item.content)
    crate = ROCrate(version="1.1")
    council = run.council
    is_demonstration = any(item.is_demonstration for item in items)
    crate.name = f"{council}: customer insight workbook, edition {edition}"
    label = f" {LABEL}." if is_demonstration else ""
    crate.description = (
        f"Report, publishable tables and provenance of a run of the insight workbook for {council}.{label}"
    )
    crate.datePublished = on.isoformat()
    crate.license = crate.add(ContextEntity(crate, licence, properties={"@type": "CreativeWork", "name": "Licence"}))
    publisher = crate.add(ContextEntity(crate, "#council", properties={"@type": "Organization", "name": council}))
    crate.publisher = publisher
    crate.root_dataset["author"] = publisher
    crate.metadata["conformsTo"] = [{"@id": at} for at in DESCRIPTOR]
    files = _add_files(crate, folder, items, revision=revision)
    files[README]["about"] = crate.root_dataset
    crate.mainEntity = files[WORKFLOW]
    _add_parameters(crate, files)
    crate.root_dataset["conformsTo"] = _profiles(crate)
    crate.root_dataset["mentions"] = _actions(crate, run, items, files, revision=revision, agent=publisher)
    crate.metadata.write(folder)


def _profiles(crate: Any) -> list[Any]:
    from rocrate.model.contextentity import ContextEntity

    return [
        crate.add(ContextEntity(crate, at, properties={"@type": "CreativeWork", "name": name, "version": version}))
        for at, (name, version) in PROFILES.items()
    ]


def _add_files(crate: Any, folder: Path, items: Sequence[Item], *, revision: str) -> dict[str, Any]:
    from rocrate.model.contextentity import ContextEntity

    language = {
        "@type": "ComputerLanguage",
        "name": "Jupyter notebooks run by papermill",
        "url": "https://papermill.readthedocs.io",
    }
    spoken = crate.add(ContextEntity(crate, "#insight-workbook", properties=language))
    files: dict[str, Any] = {}
    for item in items:
        properties = _file_facts(item)
        if item.path == WORKFLOW:
            properties["@type"] = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
        elif item.path.startswith("workflow/notebooks/"):
            properties["@type"] = ["File", "SoftwareSourceCode", "HowTo"]
        made = crate.add_file(folder / item.path, item.path, properties=properties)
        if "SoftwareSourceCode" in properties.get("@type", ()):
            made["programmingLanguage"] = spoken
            made["version"] = revision
        files[item.path] = made
    files[WORKFLOW]["hasPart"] = [one for path, one in files.items() if path.startswith("workflow/notebooks/")]
    return files


def _add_parameters(crate: Any, files: dict[str, Any]) -> None:
    """Describe what the workflow takes and leaves: formal parameters, each with the file that stands for it here."""
    workflow = files[WORKFLOW]
    workflow["conformsTo"] = {"@id": f"{BIOSCHEMAS}/ComputationalWorkflow/1.0-RELEASE"}
    workflow["input"] = [_parameter(crate, "params", "The council's params", files[PARAMS])]
    workflow["output"] = [_parameter(crate, name, title, files[path]) for name, (path, title) in OUTPUTS.items()]


def _parameter(crate: Any, name: str, title: str, file: Any) -> Any:
    from rocrate.model.contextentity import ContextEntity

    properties = {
        "@type": "FormalParameter",
        "name": name,
        "description": f"{title}.",
        "additionalType": "File",
        "encodingFormat": file["encodingFormat"],
        "valueRequired": True,
        "conformsTo": {"@id": f"{BIOSCHEMAS}/FormalParameter/1.0-RELEASE"},
        "workExample": {"@id": file.id},
    }
    made = crate.add(ContextEntity(crate, f"#parameter-{name}", properties=properties))
    file["exampleOfWork"] = made
    return made


def _inputs(crate: Any, run: Run, stage: str) -> list[Any]:
    from rocrate.model.contextentity import ContextEntity

    found = []
    for name, one in run.known.stages[stage].inputs.items():
        at = f"#input-{name}"
        known = crate.dereference(at)
        if known is None:
            said = "rows about people, not in this release" if one["people"] else "not in this release"
            properties = {
                "@type": "CreativeWork",
                "name": name.replace("_", " "),
                "identifier": f"sha256:{one['sha256']}",
                "description": f"Input of the run, {one['rows']} rows, {said}.",
            }
            known = crate.add(ContextEntity(crate, at, properties=properties))
        found.append(known)
    return found


def _actions(
    crate: Any, run: Run, items: Sequence[Item], files: dict[str, Any], *, revision: str, agent: Any
) -> list[Any]:
    """Return one action for the whole run, and one for each stage."""
    from rocrate.model.contextentity import ContextEntity

    stages = stages_of(run)
    starts = sorted(run.known.stages[name].started for name in stages)
    code = {"@type": "SoftwareApplication", "name": "insight workbook", "softwareVersion": revision}
    engine = crate.add(ContextEntity(crate, f"urn:insight-workbook:{revision}", properties=code))
    params, found = files[PARAMS], []
    inputs: list[Any] = []
    for stage in stages:
        own = _inputs(crate, run, stage)
        inputs += [one for one in own if one not in inputs]
        done = run.known.stages[stage]
        action = crate.add_action(
            files[f"workflow/notebooks/{registry.stages()[stage].notebook}"],
            identifier=f"#run-{stage}",
            object=[*own, params],
            result=[files[item.path] for item in items if item.stage == stage and item.path.startswith("tables/")],
            properties={
                "name": f"Run of stage {stage}",
                "description": f"Ran because: {done.why}.",
                "startTime": done.started,
                "endTime": _end(done),
                "actionStatus": COMPLETED,
            },
        )
        action["agent"] = agent
        found.append(action)
    whole = crate.add_action(
        files[WORKFLOW],
        identifier="#run",
        object=[*inputs, params],
        result=[files[item.path] for item in items if item.path.split("/")[0] in {"report", "tables", "results"}],
        properties={
            "name": f"Run of the workbook for {run.council}",
            "description": f"Stages with results: {', '.join(stages)}.",
            "startTime": starts[0],
            "endTime": max(_end(run.known.stages[name]) for name in stages),
            "actionStatus": COMPLETED,
        },
    )
    whole["agent"] = agent
    files[WORKFLOW]["softwareRequirements"] = engine
    return [whole, *found]


def _end(done: Any) -> str:
    from datetime import datetime, timedelta

    return (datetime.fromisoformat(done.started) + timedelta(seconds=done.seconds)).isoformat(timespec="seconds")
