"""A pytest plugin beside nbval: a checked cell must store printed text, and one broken cell skips the rest of its file.

nbval alone passes a stripped notebook, compares pictures by nothing, and lets one failure cascade into dozens.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from nbval.plugin import IPyNbCell

from insight.sources.open_data.store import FOLDER_VARIABLE, NOWHERE

BROKEN = pytest.StashKey[str]()
BESIDE_TEXT = ("stderr", "text/html", "text/latex", "image/png")


def stores_text(cell: Any) -> bool:
    """Whether a cell stores printed text: only that is evidence."""
    return cell.execution_count is not None and any(
        output.output_type == "stream" and output.name == "stdout" and output.text.strip() for output in cell.outputs
    )


def pytest_configure(config: pytest.Config) -> None:  # noqa: ARG001 - pytest calls it so
    """Hide open data that were fetched here: check cells hold what everybody's run gives."""
    os.environ[FOLDER_VARIABLE] = NOWHERE


def pytest_collectstart(collector: Any) -> None:
    """Compare nothing but printed text."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += BESIDE_TEXT


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what follows a cell that raised; fail a checked cell that stores nothing to compare."""
    if not isinstance(item, IPyNbCell):
        return
    if first := item.parent.stash.get(BROKEN, None):
        pytest.skip(f"{first} raised")
    if item.options["check"] and not stores_text(item.cell):
        pytest.fail("this checked cell stores no printed text. Fix: run the notebook and save it", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember the first cell of a notebook that raised."""
    report = yield
    raised = call.when == "call" and call.excinfo is not None and "caused an exception" in str(report.longrepr)
    if isinstance(item, IPyNbCell) and raised and BROKEN not in item.parent.stash:
        item.parent.stash[BROKEN] = item.name
    return report
