"""What goes into a release: the report, publishable tables, results, provenance and licences; nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from insight import paths
from insight.params import LoadedParams
from insight.privacy.disclosure.log import FILE as DISCLOSURE_FILE
from insight.privacy.loading import load_inputs
from insight.report.building import FOLDER as REPORT
from insight.report.page import FILES, Run, enclosed
from insight.report.site import MARK
from insight.report.standing import of_stage
from insight.sources.standing import LABEL, weakest
from insight.workbook import registry, signing


@dataclass(frozen=True, kw_only=True)
class Item:
    """One file of a release."""

    path: str
    content: bytes
    title: str
    level: str = "publishable"
    stage: str = ""
    is_demonstration: bool = False

    @property
    def description(self) -> str:
        """What the file is; demonstration data carry their label."""
        return f"{self.title}. {LABEL}." if self.is_demonstration else f"{self.title}."


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, sort_keys=True) + "\n").encode()


def stages_of(run: Run) -> list[str]:
    """Return the stages with results, in order."""
    return [name for name in run.stages if run.has_results(name)]


def _tables(run: Run, stage: str) -> Iterator[Item]:
    folder, known = paths.stage_dir(run.loaded.council.slug, stage), run.known.stages[stage]
    is_demonstration = of_stage(run, stage).is_demonstration
    declared = registry.stages()[stage].outputs
    for name, one in known.outputs.items():
        if not name.startswith("tables/") or one["level"] != "publishable":
            continue
        file = Path(name)
        mark = MARK if is_demonstration else ""
        yield Item(
            path=f"tables/{stage}/{mark}{file.name}",
            content=(folder / name).read_bytes(),
            title=f"Table {file.stem.replace('_', ' ')} of stage {stage.replace('_', ' ')}",
            level=declared.get(name, "internal"),
            stage=stage,
            is_demonstration=is_demonstration,
        )


def _pages(run: Run) -> Iterator[Item]:
    folder = paths.build_dir(run.loaded.council.slug) / REPORT
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        own = file.relative_to(folder)
        if own.parts[0] == FILES:
            continue
        about = own.parts[1] if own.parts[0] == "data" else file.stem
        stage = about if about in run.stages else ""
        kind = "Rows" if own.parts[0] == "data" else "Page" if len(own.parts) == 1 else "Part"
        is_own = len(own.parts) == 1 and bool(stage and run.has_results(stage))
        yield Item(
            path=f"report/{own.as_posix()}",
            content=file.read_bytes(),
            title=f"{kind} {file.stem} of the report",
            stage=stage,
            is_demonstration=file.name.startswith(MARK) or (is_own and of_stage(run, stage).is_demonstration),
        )


def _files(run: Run) -> Iterator[Item]:
    """Yield the stages' files beside the tables, where the report's links look for them."""
    for stage in stages_of(run):
        for one in enclosed(run.stages[stage], run):
            yield Item(
                path=f"report/{one.address}",
                content=one.source.read_bytes(),
                title=one.title,
                stage=stage,
                is_demonstration=of_stage(run, stage).is_demonstration,
            )


def areas(loaded: LoadedParams) -> dict[str, dict[str, str]]:
    """Return, for each ward and neighbourhood of the look-up, its name and a digest of the output areas it is made of.

    So a later release can tell whether an area of the same name is the same place.
    """
    path = loaded.input_path("lookup")
    if path is None or not path.exists():
        return {}
    frame = load_inputs(loaded.council.slug, ("lookup",), loaded=loaded).table("lookup").astype(str)
    found: dict[str, dict[str, str]] = {}
    for level in ("borough", "ward", "neighbourhood"):
        if level not in frame.columns:
            continue
        for code, rows in frame[frame[level].ne("nan")].groupby(level):
            parts = sha256("\n".join(sorted(rows["oa"])).encode()).hexdigest()[:16]
            name = rows[f"{level}_name"].iloc[0] if f"{level}_name" in rows else loaded.council.name
            found[str(code)] = {"level": level, "name": str(name), "parts": parts}
    return found


def facts(run: Run) -> dict[str, Any]:
    """Return what each stage hung on, without file paths: params, hashes of inputs, code, definitions."""
    own = run.loaded.stages
    return {
        name: {
            "facts": run.known.stages[name].facts,
            "params": dict(own[name]),
            "inputs": {key: one["sha256"] for key, one in run.known.stages[name].inputs.items()},
            "seal": signing.seal(name, run.known.stages[name]),
        }
        for name in stages_of(run)
    }


def workflow() -> dict[str, Any]:
    """Return the stages as declared: order, what each needs, reads and writes, with levels."""
    return {
        "runner": "insight run",
        "stages": [
            {
                "name": one.name,
                "title": one.title,
                "notebook": f"notebooks/{one.notebook}",
                "needs": list(one.needs),
                "inputs": list(one.inputs),
                "optional": list(one.optional),
                "outputs": dict(one.outputs),
            }
            for one in registry.stages().values()
        ],
    }


def _about(run: Run) -> Iterator[Item]:
    council, root = run.loaded.council.slug, paths.root()
    whole = weakest(of_stage(run, name) for name in stages_of(run)).is_demonstration
    yield Item(path="results/figures.json", content=_json(run.figures), title="Printed figures and what was computed")
    yield Item(
        path="results/findings.json",
        content=_json(run.decided),
        title="Claims and their outcomes",
        is_demonstration=whole,
    )
    for stage in stages_of(run):
        yield Item(
            path=f"disclosure/{stage}.json",
            content=(paths.stage_dir(council, stage) / DISCLOSURE_FILE).read_bytes(),
            title=f"What disclosure control did in stage {stage.replace('_', ' ')}",
            stage=stage,
        )
    yield Item(path="provenance/facts.json", content=_json(facts(run)), title="What each stage's results hang on")
    yield Item(path="provenance/areas.json", content=_json(areas(run.loaded)), title="Areas and what they are made of")
    yield Item(
        path="provenance/signatures.json",
        content=_json(signing.as_rows(signing.standings(council, run.known))),
        title="Who signed what, in which role and when",
    )
    yield Item(path="workflow/workflow.json", content=_json(workflow()), title="The workbook's stages as declared")
    yield Item(path="workflow/params.yml", content=run.loaded.path.read_bytes(), title="The council's params")
    for stage in stages_of(run):
        notebook = registry.stages()[stage].notebook
        yield Item(
            path=f"workflow/notebooks/{notebook}",
            content=registry.stages()[stage].source.read_bytes(),
            title=f"Source notebook of stage {stage.replace('_', ' ')}",
            stage=stage,
        )
    for name, title in (
        ("requirements.lock", "Packages with hashes"),
        ("LICENSE", "Licence of the code"),
        ("LICENSE-DATA.md", "Licences and attributions of the data"),
    ):
        target = f"workflow/{name}" if name.endswith(".lock") else name
        yield Item(path=target, content=(root / name).read_bytes(), title=title)


def gather(run: Run) -> list[Item]:
    """Return every file of a release but the metadata and checksums, which are made from these."""
    tables = [item for stage in stages_of(run) for item in _tables(run, stage)]
    return sorted([*_pages(run), *_files(run), *tables, *_about(run)], key=lambda item: item.path)
