"""Executing one stage's notebook: in a build folder of its own, which takes the old one's place only when whole.

papermill runs in this process, with absolute paths, never with ``cwd``; the notebook is saved once, at the end.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from insight import atomic, paths
from insight.display import interactive
from insight.errors import InputError, InsightError, NotSuppliedError, ParamsError
from insight.params import LoadedParams
from insight.stages.base import Declaration
from insight.workbook.outputs import describe_file

ENGINE = "insight"
NOTEBOOK = "notebook.ipynb"
READING = "reading.json"
PATIENCE_S = 60
"""Seconds that a kernel may take to tell that a cell is done; on a busy machine four, the default, are not enough."""
ANSI = re.compile(r"\x1b\[[0-9;]*m")
CODES = {kind.__name__: kind.exit_code for kind in (InputError, NotSuppliedError, ParamsError)}
"""Exit codes of the errors that notebooks raise, by class name."""
START_TRIES = 2
CellHook = Callable[[int, int, str], None]
"""Called before each cell with its number, the number of cells, and its first line."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One stage to execute; plain values only, so that a worker process can take it."""

    stage: Declaration
    council: str
    params_file: Path
    values: Mapping[str, Any]
    root: Path
    build_root: Path


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a cell failed, in the user's terms."""

    stage: str
    cell: str
    line: str
    error: str
    message: str
    exit_code: int
    notebook: str
    traceback: str = ""

    def text(self) -> str:
        """Return stage, cell, source line, error and where the partly run notebook is."""
        parts = [
            f"{self.stage} failed in cell `{self.cell}`",
            f"  line: {self.line}",
            f"  {self.error}: {self.message}",
        ]
        if self.notebook:
            parts.append(f"  notebook as far as it ran: {self.notebook}")
        return "\n".join(parts)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What executing a stage left."""

    stage: str
    started: str
    seconds: float
    cells: dict[str, float] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    failure: Failure | None = None
    readings: dict[str, list[str]] = field(default_factory=dict)
    """What was changed on reading, by input."""


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _first_line(source: str) -> str:
    lines = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]
    return lines[0] if lines else ""


def _register(hook: CellHook) -> None:
    from papermill.engines import NBClientEngine, papermill_engines

    class Engine(NBClientEngine):
        """papermill's engine that tells which cell runs."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            start, total = nb_man.cell_start, len(nb_man.nb.cells)

            def cell_start(cell: Any, cell_index: int | None = None, **more: Any) -> Any:
                hook((cell_index or 0) + 1, total, _first_line(cell.source))
                return start(cell, cell_index, **more)

            nb_man.cell_start = cell_start
            nb_man.autosave_cell_every = 0
            return super().execute_managed_notebook(nb_man, kernel_name, iopub_timeout=PATIENCE_S, **options)

    papermill_engines.register(ENGINE, Engine)


def _papermill(source: Path, target: Path, parameters: Mapping[str, Any], hook: CellHook) -> None:
    import papermill
    from traitlets.config import Config

    _register(hook)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    for attempt in range(1, START_TRIES + 1):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                papermill.execute_notebook(
                    str(source),
                    str(target),
                    parameters=dict(parameters),
                    engine_name=ENGINE,
                    kernel_name="python3",
                    progress_bar=False,
                    log_output=False,
                    autosave_cell_every=0,
                    request_save_on_cell_execute=False,
                    extra_arguments=["--IPKernelApp.log_level=50"],
                    config=Config(KernelManager={"transport_encryption": "auto"}),
                )
        except RuntimeError as error:
            # a kernel that did not answer in time; the cells themselves raise PapermillExecutionError
            if attempt == START_TRIES or "Kernel" not in str(error):
                raise
        else:
            return


def _failing_line(traceback: list[str], source: str) -> str:
    for block in traceback:
        if "Cell In[" in block or "Input In" in block:
            for line in ANSI.sub("", block).splitlines():
                if found := re.match(r"-+>\s*\d+\s(.*)", line):
                    return found[1].strip()
    return _first_line(source)


def _failure(job: Job, error: Any, notebook: Path) -> Failure:
    import nbformat

    cell = f"number {error.exec_count}"
    if notebook.exists():
        cells = nbformat.read(notebook, as_version=4).cells
        raised = [one for one in cells if one.metadata.get("papermill", {}).get("exception")]
        cell = raised[0].id if raised else cell
    kept = job.build_root / job.council / "failed" / f"{job.stage.name}.ipynb"
    if notebook.exists():
        atomic.write_text(kept, notebook.read_text(encoding="utf-8"))
    return Failure(
        stage=job.stage.name,
        cell=cell,
        line=_failing_line(error.traceback, error.source),
        error=error.ename,
        message=str(error.evalue),
        exit_code=CODES.get(error.ename, 1),
        notebook=paths.shown(kept) if notebook.exists() else "",
        traceback=ANSI.sub("", "\n".join(error.traceback)),
    )


def _bring_upstream(job: Job, scratch: Path) -> None:
    """Copy what needed stages left, so that the notebook finds it below its own build folder."""
    for need in job.stage.needs:
        source = job.build_root / job.council / need
        if source.is_dir():
            shutil.copytree(source, scratch / job.council / need, ignore=shutil.ignore_patterns("*.ipynb"))


def _scrub(path: Path) -> dict[str, float]:
    """Drop machine paths and times from the executed notebook; return seconds by cell id."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    seconds = {}
    for cell in notebook.cells:
        seconds[cell.id] = float(cell.metadata.pop("papermill", {}).get("duration") or 0)
        cell.metadata.pop("execution", None)
        for one in cell.get("outputs", []):
            if one.output_type == "stream":
                one.text = one.text.replace(f"{paths.root()}/", "")
    notebook.metadata.pop("papermill", None)
    nbformat.write(notebook, path)
    return {name: round(value, 3) for name, value in seconds.items() if value}


def _trust(path: Path) -> None:
    """Sign an executed notebook, so that JupyterLab shows its maps; where no signature can be kept it shows stills."""
    import sqlite3

    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    notary.log.setLevel(logging.CRITICAL)
    with suppress(OSError, sqlite3.Error):
        notary.sign(nbformat.read(path, as_version=4))


def _readings(file: Path) -> dict[str, list[str]]:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _missing(job: Job, folder: Path) -> list[str]:
    return [name for name in job.stage.outputs if not (folder / name).exists()]


def execute(job: Job, hook: CellHook = lambda *_: None) -> Outcome:
    """Execute one stage, and put its results in place only if all of them are there.

    Raises:
        InsightError: the kernel cannot start.
    """
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    final = job.build_root / job.council / job.stage.name
    scratch = job.build_root / job.council / f".{job.stage.name}.running"
    shutil.rmtree(scratch, ignore_errors=True)
    folder = scratch / job.council / job.stage.name
    folder.mkdir(parents=True)
    _bring_upstream(job, scratch)
    environment = {
        paths.PARAMS_VARIABLE: str(job.params_file),
        paths.BUILD_VARIABLE: str(scratch),
        paths.ROOT_VARIABLE: str(job.root),
        paths.READING_VARIABLE: str(scratch / READING),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "agg",
        interactive.VARIABLE: "",
    }

    def outcome(**values: Any) -> Outcome:
        seconds = round(time.perf_counter() - clock, 2)
        return Outcome(stage=job.stage.name, started=started, seconds=seconds, **values)

    try:
        from papermill.exceptions import PapermillExecutionError

        source = job.stage.source
        try:
            with _environment(environment):
                _papermill(source, folder / NOTEBOOK, {"council": job.council, **job.values}, hook)
        except PapermillExecutionError as error:
            return outcome(failure=_failure(job, error, folder / NOTEBOOK))
        if missing := _missing(job, folder):
            there = ", ".join(sorted(path.name for path in folder.rglob("*.*"))) or "nothing"
            raise InsightError(
                f"{job.stage.name}: declared but not written: {', '.join(missing)}; written: {there}. "
                "Fix: align DECLARATION and save()"
            )
        cells, readings = _scrub(folder / NOTEBOOK), _readings(scratch / READING)
        _trust(folder / NOTEBOOK)
        levels = {NOTEBOOK: "internal", **job.stage.outputs}
        outputs = {name: describe_file(folder / name, level) for name, level in levels.items()}
        atomic.swap_folder(folder, final)
        return outcome(cells=cells, outputs=outputs, readings=readings)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def job_of(
    stage: Declaration, loaded: LoadedParams, *, params_file: Path | None = None, root: Path | None = None
) -> Job:
    """Return the job of one stage for one council."""
    return Job(
        stage=stage,
        council=loaded.council.slug,
        params_file=params_file or loaded.path,
        values=dict(loaded.stages[stage.name]),
        root=root or paths.root(),
        build_root=paths.build_root(),
    )
