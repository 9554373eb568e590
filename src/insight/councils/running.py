"""Running several councils, one after another or each in a worker process, and telling what ran."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Lock
from typing import Any

from insight import params, paths
from insight.errors import InsightError
from insight.params import LoadedParams
from insight.workbook import registry
from insight.workbook.progress import Lines
from insight.workbook.runner import INPUT_CODE, Options, Result, run

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
STATES = ("done", "up_to_date", "not_supplied", "failed")


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one council's run came to; counts are stages."""

    council: str
    done: int = 0
    up_to_date: int = 0
    not_supplied: int = 0
    failed: int = 0
    seconds: float = 0.0
    code: int = 0
    report: str = ""
    note: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether something went wrong; nothing supplied is no failure among several councils."""
        return (
            self.code not in {0, INPUT_CODE} or self.failed > 0 or (self.code == INPUT_CODE and not self.not_supplied)
        )

    def text(self) -> str:
        """Return the row as one line."""
        counts = ", ".join(f"{getattr(self, state)} {state.replace('_', ' ')}" for state in STATES)
        return f"{self.council}: {counts}, {self.seconds:.1f} s{f'; {self.note}' if self.note else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return asdict(self)


def counted(result: Result, *, seconds: float, report: str, note: str = "") -> Ran:
    """Return a council's run as one row of the table."""
    actions = [plan.action for plan in result.plans.values()]
    failed = len(result.failures)
    first = result.failures[0].text().splitlines()[0] if result.failures else ""
    return Ran(
        council=result.loaded.council.name,
        done=sum(one.failure is None for one in result.outcomes.values()),
        up_to_date=actions.count("skip"),
        not_supplied=actions.count("not_supplied"),
        failed=failed,
        seconds=round(seconds, 1),
        code=result.exit_code,
        report=report,
        note=note or first,
    )


def run_council(path: Path, options: Options, *, with_report: bool) -> Ran:
    """Run one council whole, quietly; a failure becomes a row, so that the others go on."""
    clock = time.perf_counter()
    name = path.stem
    try:
        loaded = params.load(path, sections=registry.sections())
        name = loaded.council.name
        result = run(loaded, options, Lines(is_quiet=True))
        report = _report(loaded) if with_report and not result.failures and result.exit_code == 0 else ""
        return counted(result, seconds=time.perf_counter() - clock, report=report)
    except InsightError as error:
        seconds = round(time.perf_counter() - clock, 1)
        return Ran(council=name, failed=1, seconds=seconds, code=error.exit_code, note=str(error).splitlines()[0])


def _report(loaded: LoadedParams) -> str:
    from insight.report.building import build_report

    index, _ = build_report(loaded)
    return paths.shown(index)


def _share_cores(jobs: int) -> None:
    """Let each worker's libraries use their part of the cores only; called before any of them is imported."""
    each = str(max(1, (os.cpu_count() or 1) // jobs))
    for name in THREADS:
        os.environ.setdefault(name, each)


def run_together(
    files: Sequence[Path],
    options: Options,
    *,
    jobs: int,
    keep_going: bool,
    with_report: bool,
    telling: Callable[[Ran], None],
) -> list[Ran]:
    """Run councils in spawned workers.

    Args:
        files: params files, one a council.
        options: how each is run; stages of one council run one at a time.
        jobs: councils at once.
        keep_going: go on with councils not yet started after one failed.
        with_report: build each council's report.
        telling: called with each council's row as it ends.

    Returns:
        One row a council, in the order of the files; those that were not started say so.
    """
    found: dict[Path, Ran] = {}
    waiting, lock, ended = deque(files), Lock(), Event()

    def work() -> None:
        """Run one council after another in a process that is this thread's alone, so that a lost one can be named."""
        with ExitStack() as held:
            pool: ProcessPoolExecutor | None = None
            while (file := _next(waiting, lock, ended)) is not None:
                pool = pool or held.enter_context(_worker(jobs))
                try:
                    one = pool.submit(run_council, file, options, with_report=with_report).result()
                except BrokenProcessPool:
                    one, pool = _lost(file), None
                with lock:
                    found[file] = one
                    telling(one)
                    if one.has_failed and not keep_going:
                        ended.set()

    with ThreadPoolExecutor(min(jobs, len(files))) as threads:
        workers = [threads.submit(work) for _ in range(min(jobs, len(files)))]
        try:
            for worker in workers:
                worker.result()
        finally:
            ended.set()
    return [found.get(file) or Ran(council=file.stem, note="not started: another council failed") for file in files]


def _next(waiting: deque[Path], lock: Lock, ended: Event) -> Path | None:
    with lock:
        return None if ended.is_set() or not waiting else waiting.popleft()


def _worker(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_share_cores, initargs=(jobs,))


def _lost(file: Path) -> Ran:
    """Return the row of a council whose process was ended from outside; what it had finished is kept."""
    try:
        name = params.load(file).council.name
    except InsightError:
        name = file.stem
    note = (
        "its process was ended from outside, as a system short of memory does; stages that were done are kept. "
        f"Fix: insight run {paths.shown(file)}, or fewer --jobs"
    )
    return Ran(council=name, failed=1, code=1, note=note)


def exit_code(rows: Sequence[Ran]) -> int:
    """Return the first failure's code; 4 where no council has anything to run; else 0."""
    failed = [row.code or 1 for row in rows if row.has_failed]
    if failed:
        return failed[0]
    return INPUT_CODE if rows and all(row.code == INPUT_CODE for row in rows) else 0


def table(rows: Sequence[Ran]) -> str:
    """Return what ran as a table in plain text."""
    head = ("council", "done", "up to date", "not supplied", "failed", "seconds", "report, or why not")
    body = [
        (row.council, *(str(getattr(row, state)) for state in STATES), f"{row.seconds:.1f}", row.report or row.note)
        for row in rows
    ]
    widths = [max(len(line[at]) for line in (head, *body)) for at in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    )


def with_results(loaded: Sequence[LoadedParams]) -> list[LoadedParams]:
    """Return the councils that have results to compare."""
    found: list[LoadedParams] = []
    for one in loaded:
        stages: Mapping[str, Any] = registry.stages()
        folder = paths.build_dir(one.council.slug)
        if any((folder / stage / "notebook.ipynb").exists() for stage in stages) and (folder / "figures.json").exists():
            found.append(one)
    return found
