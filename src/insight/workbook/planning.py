"""Deciding, before anything runs, what each stage of a council will do and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from insight import paths
from insight.params import LoadedParams
from insight.stages.base import Declaration
from insight.workbook import fingerprint
from insight.workbook.record import RunRecord

Action = Literal["run", "skip", "not_supplied", "absent"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one stage will do."""

    stage: str
    action: Action
    why: str
    facts: fingerprint.Facts


def missing_inputs(stage: Declaration, loaded: LoadedParams) -> tuple[list[str], list[str]]:
    """Return required inputs that are not supplied, and named inputs whose file is not there."""
    unsupplied = [name for name in stage.inputs if loaded.input_path(name) is None]
    if stage.one_of and not any(all(loaded.input_path(name) for name in names) for names in stage.one_of):
        unsupplied.append(stage.choice)
    absent = []
    for name in (*stage.inputs, *stage.optional):
        path = loaded.input_path(name)
        if path is not None and not path.exists():
            absent.append(f"{name} ({paths.shown(path)})")
    return unsupplied, absent


def upstream_of(record: RunRecord) -> dict[str, str]:
    """Return a digest of what each stage has left so far."""
    return {
        name: fingerprint.outputs_digest((file, known["sha256"]) for file, known in one.outputs.items())
        for name, one in record.stages.items()
        if one.outputs
    }


def why_run(stage: Declaration, loaded: LoadedParams, record: RunRecord, facts: fingerprint.Facts) -> str | None:
    """Return why a stage must run, in words; ``None`` where its results are up to date."""
    known = record.stages.get(stage.name)
    if known is None or not known.facts:
        return "never run"
    if known.status == "failed":
        return "failed last time"
    if known.status == "not_supplied":
        return "inputs are supplied now"
    folder = paths.stage_dir(loaded.council.slug, stage.name)
    return fingerprint.first_difference(facts, known.facts) or fingerprint.changed_output(folder, known.outputs)


def plan_stage(stage: Declaration, loaded: LoadedParams, record: RunRecord, *, forced: Sequence[str] = ()) -> Plan:
    """Return what a stage will do, on the record as it is now."""
    unsupplied, absent = missing_inputs(stage, loaded)
    facts = fingerprint.facts_of(stage, loaded, upstream_of(record))
    if absent:
        return Plan(stage=stage.name, action="absent", why=f"named but not there: {', '.join(absent)}", facts=facts)
    if unsupplied:
        return Plan(stage=stage.name, action="not_supplied", why=f"not supplied: {', '.join(unsupplied)}", facts=facts)
    why = "forced" if stage.name in forced else why_run(stage, loaded, record, facts)
    if why is None:
        return Plan(stage=stage.name, action="skip", why="up to date", facts=facts)
    return Plan(stage=stage.name, action="run", why=why, facts=facts)
