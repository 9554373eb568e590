"""Saved tables as papers show them: with what their stage declares of empty cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import paths
from insight.privacy.disclosure.markers import tell

if TYPE_CHECKING:
    import pandas as pd

    from insight.report.page import Run


def saved(run: Run, stage: str, table: str) -> pd.DataFrame | None:
    """Return a publishable table of a stage that ran; ``None`` where there is none.

    A column without any value and without a declared status holds remarks that were never made: it is one of words.
    """
    import pandas as pd

    declared = run.stages[stage]
    file = paths.stage_dir(run.loaded.council.slug, stage) / "tables" / f"{table}.csv"
    if declared.tables.get(table) != "publishable" or not file.exists() or not run.has_results(stage):
        return None
    frame, statuses = pd.read_csv(file), declared.empty.get(table, {})
    words = [name for name in frame.columns if frame[name].isna().all() and name not in statuses]
    return tell(frame.astype(dict.fromkeys(words, object)), statuses)
