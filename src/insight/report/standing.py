"""What the data behind a stage are, told from the files that it read."""

from __future__ import annotations

from insight.report.page import Run
from insight.sources.standing import Standing, of_file, weakest


def of_stage(run: Run, stage: str) -> Standing:
    """Return the standing of a stage's results: demonstration as soon as one input is."""
    known = run.known.stages.get(stage)
    files = [run.loaded.input_path(name) for name in (known.inputs if known else {})]
    return weakest(of_file(path) for path in files if path is not None and path.exists())
