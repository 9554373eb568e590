"""Saved tables as pages and papers show them: with what their stage says of empty cells and of disclosure control."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight import paths
from insight.privacy.disclosure import log
from insight.privacy.disclosure.markers import tell

if TYPE_CHECKING:
    import pandas as pd

    from insight.report.page import Run


def _entry(folder: Path, table: str) -> dict[str, Any] | None:
    """Return what disclosure control did to a table, as the stage's log has it."""
    file = folder / log.FILE
    done = json.loads(file.read_text(encoding="utf-8"))["tables"] if file.exists() else []
    return next((entry for entry in done if entry["table"] == table), None)


def saved(run: Run, stage: str, table: str) -> pd.DataFrame | None:
    """Return a publishable table of a stage that ran; ``None`` where there is none.

    A column without any value and without a declared status holds remarks that were never made: it is one of words.
    """
    import pandas as pd

    declared = run.stages.get(stage)
    folder = paths.stage_dir(run.loaded.council.slug, stage)
    file = folder / "tables" / f"{table}.csv"
    if declared is None or declared.tables.get(table) != "publishable" or not file.exists():
        return None
    if not run.has_results(stage):
        return None
    frame, statuses = pd.read_csv(file), declared.empty.get(table, {})
    words = [name for name in frame.columns if frame[name].isna().all() and name not in statuses]
    made = tell(frame.astype(dict.fromkeys(words, object)), statuses)
    entry = _entry(folder, table)
    if entry is not None:
        made.attrs[log.ATTRIBUTE] = entry
    return made
