"""Running a council's stages in order, skipping what is up to date, and keeping the record as it goes.

A stage's old results stay until its new ones are whole; a run killed at any moment leaves them, and the next run goes
on from there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from insight import atomic, paths
from insight.catalogue import BY_NAME
from insight.errors import InsightError
from insight.params import LoadedParams
from insight.stages.base import Declaration
from insight.workbook import planning, record, registry, results
from insight.workbook.execution import Failure, Job, Outcome, execute, job_of
from insight.workbook.outputs import describe_file
from insight.workbook.planning import Plan
from insight.workbook.progress import Progress
from insight.workbook.record import RunRecord, StageRecord
from insight.workbook.strict import bare_root

INPUT_CODE = 4


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to run."""

    stages: tuple[str, ...] = ()
    force: bool = False
    jobs: int = 1
    keep_going: bool = False
    strict: bool = False


@dataclass(kw_only=True)
class Result:
    """What a council's run came to."""

    loaded: LoadedParams
    plans: dict[str, Plan] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    report: Path | None = None

    @property
    def exit_code(self) -> int:
        """0; the code of the first failure; or 4 where no stage can run."""
        if self.failures:
            return self.failures[0].exit_code
        actions = {plan.action for plan in self.plans.values()}
        return INPUT_CODE if actions == {"not_supplied"} else 0


@contextmanager
def council_lock(council: str) -> Iterator[None]:
    """Hold a council's build folder for one run; the system frees the lock when a process dies.

    Raises:
        InsightError: another run holds it.
    """
    from filelock import FileLock, Timeout

    folder = paths.build_dir(council)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise InsightError(
            f"another run is at work on {paths.shown(folder)}. Fix: wait for it to end, or stop it"
        ) from None
    try:
        yield
    finally:
        lock.release()


def recover(council: str) -> None:
    """Mend what a killed run may have left half swapped, and drop what it left unfinished."""
    folder = paths.build_dir(council)
    for unfinished in folder.glob(".*.running"):
        shutil.rmtree(unfinished, ignore_errors=True)
    for old in folder.glob(".*.old"):
        atomic.recover_folder(folder / old.name.removeprefix(".").removesuffix(".old"))


def plan(loaded: LoadedParams, options: Options) -> list[Plan]:
    """Return what each stage would do, on the record as it stands; nothing is run."""
    known, stages = record.read(loaded), registry.stages()
    chosen = registry.chosen(options.stages, among=loaded.stages)
    forced = chosen if options.force else []
    plans: list[Plan] = []
    running: set[str] = set()
    for name in chosen:
        one = planning.plan_stage(stages[name], loaded, known, forced=forced)
        early = running & set(stages[name].needs)
        if one.action == "skip" and early:
            one = Plan(stage=name, action="run", why=f"upstream {min(early)} runs first", facts=one.facts)
        if one.action == "run":
            running.add(name)
        plans.append(one)
    return plans


def _waves(names: Sequence[str], stages: dict[str, Declaration]) -> list[list[str]]:
    """Return stages in groups that do not need each other."""
    waves: list[list[str]] = []
    for name in names:
        after = [place for place, wave in enumerate(waves) if set(wave) & set(stages[name].needs)]
        place = max(after, default=-1) + 1
        if place == len(waves):
            waves.append([])
        waves[place].append(name)
    return waves


def _work(job: Job) -> Outcome:
    """Execute a job in a worker process."""
    return execute(job)


def _execute(stage: Declaration, loaded: LoadedParams, options: Options, progress: Progress) -> Outcome:
    if not options.strict:
        return execute(job_of(stage, loaded), progress.cell)
    with bare_root(stage, loaded) as (root, file):
        return execute(job_of(stage, loaded, params_file=file, root=root), progress.cell)


def _inputs(
    stage: Declaration, loaded: LoadedParams, readings: Mapping[str, list[str]]
) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for name in (*stage.inputs, *stage.optional):
        path = loaded.input_path(name)
        if path is not None and path.exists():
            found[name] = {"file": paths.shown(path), "people": BY_NAME[name].people, **describe_file(path)}
            if name in readings:
                found[name]["changed_on_reading"] = readings[name]
    return found


def _absent(one: Plan, loaded: LoadedParams) -> Failure:
    return Failure(
        stage=one.stage,
        cell="none",
        line="",
        error="InputError",
        message=f"{one.why}. Fix: put the files there, or write not_supplied in {paths.shown(loaded.path)}",
        exit_code=INPUT_CODE,
        notebook="",
    )


def _keep(known: RunRecord, loaded: LoadedParams, one: Plan, outcome: Outcome) -> None:
    stage = registry.stages()[one.stage]
    failure = outcome.failure
    before = known.stages.get(one.stage)
    known.stages[one.stage] = StageRecord(
        status="failed" if failure else "done",
        why=one.why,
        started=outcome.started,
        seconds=outcome.seconds,
        cells=outcome.cells,
        facts=one.facts,
        inputs=_inputs(stage, loaded, outcome.readings),
        outputs=(before.outputs if before else {}) if failure else outcome.outputs,
        error=failure.text() if failure else "",
    )
    record.write(known)


def _say_done(progress: Progress, result: Result, outcome: Outcome) -> None:
    council = result.loaded.council.slug
    if outcome.failure is not None:
        result.failures.append(outcome.failure)
        progress.event("failed", outcome.failure.text(), council=council, **vars(outcome.failure))
        return
    files = len(outcome.outputs)
    text = f"{outcome.stage}: done in {outcome.seconds:.1f} s, {files} files"
    progress.event("done", text, council=council, stage=outcome.stage, seconds=outcome.seconds, files=files)


def _pass_over(progress: Progress, result: Result, known: RunRecord, one: Plan) -> None:
    council = result.loaded.council.slug
    if one.action == "skip":
        progress.event("skipped", f"{one.stage}: skipped, up to date", council=council, stage=one.stage, why=one.why)
    elif one.action == "not_supplied":
        before = known.stages.get(one.stage)
        if before is None or before.status != "not_supplied" or before.why != one.why:
            known.stages[one.stage] = StageRecord(status="not_supplied", why=one.why)
            record.write(known)
        progress.event("not_supplied", f"{one.stage}: {one.why}", council=council, stage=one.stage, why=one.why)
    else:
        failure = _absent(one, result.loaded)
        result.failures.append(failure)
        progress.event("failed", f"{one.stage}: {failure.message}", council=council, stage=one.stage, why=one.why)


def _run_wave(wave: list[str], known: RunRecord, result: Result, options: Options, progress: Progress) -> None:
    stages, loaded = registry.stages(), result.loaded
    forced = registry.chosen(options.stages, among=loaded.stages) if options.force else []
    ready: list[Plan] = []
    for name in wave:
        one = planning.plan_stage(stages[name], loaded, known, forced=forced)
        result.plans[name] = one
        if one.action == "run":
            ready.append(one)
        else:
            _pass_over(progress, result, known, one)
        if result.failures and not options.keep_going:
            return
    if options.jobs > 1 and len(ready) > 1 and not options.strict:
        _run_together(ready, known, result, options, progress)
        return
    for one in ready:
        text = f"{one.stage}: runs ({one.why})"
        progress.event("started", text, council=loaded.council.slug, stage=one.stage, why=one.why)
        outcome = _execute(stages[one.stage], loaded, options, progress)
        result.outcomes[one.stage] = outcome
        _keep(known, loaded, one, outcome)
        _say_done(progress, result, outcome)
        if result.failures and not options.keep_going:
            return


def _run_together(ready: list[Plan], known: RunRecord, result: Result, options: Options, progress: Progress) -> None:
    stages, loaded = registry.stages(), result.loaded
    with ProcessPoolExecutor(min(options.jobs, len(ready)), mp_context=get_context("spawn")) as pool:
        waiting = []
        for one in ready:
            text = f"{one.stage}: runs ({one.why})"
            progress.event("started", text, council=loaded.council.slug, stage=one.stage, why=one.why)
            waiting.append((one, pool.submit(_work, job_of(stages[one.stage], loaded))))
        for one, future in waiting:
            outcome = future.result()
            result.outcomes[one.stage] = outcome
            _keep(known, loaded, one, outcome)
            _say_done(progress, result, outcome)


def run(loaded: LoadedParams, options: Options, progress: Progress) -> Result:
    """Run a council's stages.

    Args:
        loaded: the council's params, stage sections validated.
        options: which stages, and how.
        progress: where to tell how it goes.

    Raises:
        InsightError: another run is at work on the same council.
    """
    result = Result(loaded=loaded)
    with council_lock(loaded.council.slug):
        recover(loaded.council.slug)
        known = record.read(loaded)
        chosen = registry.chosen(options.stages, among=loaded.stages)
        progress.plan(len(chosen))
        together = options.jobs > 1 and not options.strict
        for wave in _waves(chosen, dict(registry.stages())) if together else [[name] for name in chosen]:
            if not result.failures or options.keep_going:
                _run_wave(wave, known, result, options, progress)
        if result.outcomes or not (paths.build_dir(loaded.council.slug) / "figures.json").exists():
            record.describe(known, loaded)
            results.merge(loaded)
            record.write(known)
    return result
