"""Sign-off: who stood for a stage's results, in which role, when, and for exactly which results.

A signature is a record, not cryptography: it holds the seal of what was signed, so that any later change of inputs,
params, code, prose or output voids it. Whoever may write to the build folder may write signatures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Literal

from insight import atomic, paths
from insight.errors import InsightError, ParamsError
from insight.params import LoadedParams
from insight.workbook import fingerprint, planning, record, registry
from insight.workbook.record import RunRecord, StageRecord

FILE = "signatures.json"
Role = Literal["analyst", "peer", "data-protection", "owner"]
ROLES: tuple[Role, ...] = ("analyst", "peer", "data-protection", "owner")
State = Literal["signed", "void", "missing"]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One person's word for one stage's results."""

    stage: str
    role: str
    name: str
    date: str
    sha256: str
    """The seal of what was signed."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What one role has said of one stage."""

    stage: str
    role: str
    state: State
    signature: Signature | None = None


def _prose(notebook: Path) -> list[str]:
    """Return a notebook's text cells, which the report shows as they are now."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def seal(stage: str, known: StageRecord) -> str:
    """Return the sha256 of all that a signature stands for: inputs, params, code, prose and every output."""
    content = {
        "stage": stage,
        "facts": known.facts,
        "inputs": {name: one["sha256"] for name, one in known.inputs.items()},
        "outputs": {name: one["sha256"] for name, one in known.outputs.items()},
        "prose": _prose(registry.stages()[stage].source),
    }
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read(council: str) -> list[Signature]:
    """Return the signatures of a council's build, void ones too.

    Raises:
        InsightError: the file is not one that signing wrote.
    """
    file = paths.build_dir(council) / FILE
    if not file.exists():
        return []
    try:
        return [Signature(**row) for row in json.loads(file.read_text(encoding="utf-8"))]
    except (ValueError, TypeError):
        raise InsightError(f"{paths.shown(file)} holds no signatures. Fix: delete it and sign again") from None


def signed_stages(known: RunRecord) -> list[str]:
    """Return the stages that have results to sign."""
    return [name for name, one in known.stages.items() if one.outputs and one.status != "not_supplied"]


def standings(council: str, known: RunRecord) -> list[Standing]:
    """Return what every role has said of every stage with results; a changed stage's signatures are void."""
    given = {(one.stage, one.role): one for one in read(council)}
    found = []
    for stage in signed_stages(known):
        one = known.stages[stage]
        whole = (
            one.status == "done" and fingerprint.changed_output(paths.stage_dir(council, stage), one.outputs) is None
        )
        now = seal(stage, one)
        for role in ROLES:
            signature = given.get((stage, role))
            state: State = "missing"
            if signature is not None:
                state = "signed" if whole and signature.sha256 == now else "void"
            found.append(Standing(stage=stage, role=role, state=state, signature=signature))
    return found


def open_roles(council: str, known: RunRecord) -> dict[str, list[str]]:
    """Return, for each stage that is still a draft, the roles that have not signed what it holds now."""
    found: dict[str, list[str]] = {}
    for one in standings(council, known):
        if one.state != "signed":
            found.setdefault(one.stage, []).append(one.role if one.state == "missing" else f"{one.role} (void)")
    return found


def sign(loaded: LoadedParams, stages: Sequence[str], *, role: str, name: str, on: date) -> list[Signature]:
    """Sign stages, atomically: all of them or none.

    Args:
        loaded: the council's params.
        stages: names of stages with results.
        role: one of :data:`ROLES`.
        name: who signs. Whoever signs a stage as analyst holds no other role on it.
        on: the date of the signature.

    Raises:
        ParamsError: a role or name that is none, or a stage that is not known.
        InsightError: a stage that is not up to date, or the analyst signing in a second role.
    """
    if role not in ROLES:
        raise ParamsError(f"no role `{role}`. Fix: one of {', '.join(ROLES)}")
    name = " ".join(name.split())
    if not name:
        raise ParamsError("a signature needs a name. Fix: --name with first name and surname")
    council = loaded.council.slug
    known, before = record.read(loaded), read(council)
    problems = []
    chosen = registry.chosen(stages, among=loaded.stages)
    for stage in chosen:
        problems += _unfit(loaded, known, stage) + _second_role(before, stage, role, name)
    if problems:
        raise InsightError("nothing is signed:\n  " + "\n  ".join(problems))
    new = [
        Signature(stage=stage, role=role, name=name, date=on.isoformat(), sha256=seal(stage, known.stages[stage]))
        for stage in chosen
    ]
    kept = [one for one in before if (one.stage, one.role) not in {(two.stage, two.role) for two in new}]
    rows = sorted((*kept, *new), key=lambda one: (one.stage, one.role))
    atomic.write_json(paths.build_dir(council) / FILE, [asdict(one) for one in rows])
    return new


def _unfit(loaded: LoadedParams, known: RunRecord, stage: str) -> list[str]:
    one = known.stages.get(stage)
    if one is None or not one.outputs:
        return [f"{stage}: has no results. Fix: insight run {paths.shown(loaded.path)} --stage {stage}"]
    plan = planning.plan_stage(registry.stages()[stage], loaded, known)
    if plan.action != "skip":
        return [f"{stage}: not up to date ({plan.why}). Fix: insight run {paths.shown(loaded.path)} --stage {stage}"]
    return []


def _second_role(before: Sequence[Signature], stage: str, role: str, name: str) -> list[str]:
    """Return why a person may not sign: the analyst of a stage does not check it too."""
    for one in before:
        same = one.stage == stage and one.role != role and one.name.casefold() == name.casefold()
        if same and "analyst" in {one.role, role}:
            return [
                f"{stage}: {name} has signed as {one.role}. Fix: the analyst holds no second role; let another sign"
            ]
    return []


def as_rows(found: Sequence[Standing]) -> list[Mapping[str, str]]:
    """Return standings as plain rows for tables and JSON."""
    return [
        {
            "stage": one.stage,
            "role": one.role,
            "state": one.state,
            "name": one.signature.name if one.signature else "",
            "date": one.signature.date if one.signature else "",
            "sha256": one.signature.sha256 if one.signature else "",
        }
        for one in found
    ]
