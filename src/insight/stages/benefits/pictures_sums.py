"""Pictures and tables of the printed sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED
from insight.stages.benefits import sums
from insight.stages.benefits.analysis import Results

if TYPE_CHECKING:
    from insight.display.standard import Note

    Shown = display.Figure | Note
    Listed = display.Table | Note


SYMBOLS = {
    "reproduces": "R",
    "bound satisfied": "B",
    "consistent within rounding": "W",
    "inconsistent in source": "I",
    "not comparable": "C",
    "not computable": "-",
}


def sums_picture(inputs: Inputs, results: Results) -> Shown:  # noqa: ARG001 - one call for all pictures
    """Return the scorecard of the printed sums."""
    if results.sums.empty:
        return display.note("This council has no ledger of printed figures, so no sums to recompute.", PUBLISHED)
    cells = sums.scorecard(results.sums, results.readings)
    counts = results.sums["verdict"].value_counts()
    title = f"{counts.get('reproduces', 0)} of {len(results.sums)} printed sums reproduce as printed"
    words = ", ".join(f"{name} {count}" for name, count in counts.items())
    return display.Figure(
        display.charts.matrix(cells, row="measure", column="reading", value="verdict", symbols=SYMBOLS),
        name="sums-scorecard",
        title=title,
        alt=f"Grid of {len(results.sums)} printed sums by reading. As printed: {words}.",
        caption="R reproduces, B meets its bound, W within rounding, I inconsistent, C counts different things, "
        "- a part is not printed. One part exact: the verdict if the part that suits the sum least were exact.",
        source="Ledger of printed figures",
        n=len(results.sums),
        data=cells,
        standing=PUBLISHED,
    )


def sums_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return every printed sum with the verdict and why."""
    if results.sums.empty:
        return display.note("This council has no ledger of printed figures, so no sums to recompute.", PUBLISHED)
    return display.Table(
        results.sums,
        name="sums",
        title="Printed sums, what their parts give, and why the verdict",
        caption="Recomputed from other printed figures alone; limits follow from how each figure is rounded.",
        source="Ledger of printed figures",
        n=len(results.sums),
        standing=PUBLISHED,
    )


def readings_table(inputs: Inputs, results: Results) -> Listed:  # noqa: ARG001 - one call for all tables
    """Return the verdict of each sum if one of its parts were exact."""
    if results.readings.empty:
        return display.note("No printed sum has a rounded part to read in two ways.", PUBLISHED)
    turned = results.readings["verdict_as_printed"] != results.readings["verdict_if_the_part_is_exact"]
    return display.Table(
        results.readings,
        name="readings",
        title=f"Reading a part as exact changes {int(turned.sum())} of {len(turned)} verdicts",
        caption="A sum that holds only because a part is rounded says nothing about the exact part.",
        source="Ledger of printed figures",
        n=len(results.readings),
        standing=PUBLISHED,
    )
