"""Printed figures: counts by evidence class and verdict, where the print is at odds, and every figure to filter."""

from __future__ import annotations

from insight.published import comparison, ledger
from insight.published.amounts import amount
from insight.published.intervals import names_in
from insight.report.page import Rows, Run
from insight.report.parts import figure_row, filterable, table, words
from insight.report.rendering import text
from insight.workbook import results

LEDGER = "Ledger of printed figures and this run"
ODD = ("inconsistent_in_source", "differs", "consistent_within_rounding", "not_comparable", "not_computable")
REPLICABLE = (
    "<p>Figures on deprivation and tenure can be put against real open data: run <code>insight fetch</code> with the "
    "council's params file, then run the workbook again; they then carry the class replicated.</p>"
)


def readings(run: Run) -> Rows:
    """Return, for sums that hold within rounding only, the verdict with each rounded operand read as exact."""
    book = ledger.load(run.loaded.ledger)
    if book is None:
        return []
    found = []
    for figure in book:
        if not figure.formula or figure.formula.startswith(ledger.COUNT_PREFIX):
            continue
        if comparison.recompute(figure, book).verdict != "consistent_within_rounding":
            continue
        found += [
            {
                "figure": figure.id,
                "printed": figure.value,
                "operand": operand,
                "if_rounded": "consistent within rounding",
                "if_exact": words(comparison.reading_if_exact(book, figure.id, operand)),
            }
            for operand in names_in(figure.formula)
            if book.figures[operand].rounding == "rounded"
        ]
    return found


def _odd_items(run: Run) -> str:
    rows = [row for verdict in ODD for row in run.distinct if row["verdict"] == verdict]
    items = []
    for row in rows:
        computed = f"; computed {amount(row['computed'], unit=row['unit'])}" if row["computed"] is not None else ""
        items.append(
            f"<li><strong>{text(words(row['verdict']))}</strong>: {text(words(row['measure']))}, "
            f"{text(row['place'])}. Printed {text(amount(row['published'], unit=row['unit']))}{text(computed)}. "
            f"{text(row['note'])}</li>"
        )
    return f'<ul class="odd">{"".join(items)}</ul>'


def scorecard_part(run: Run) -> list[str]:
    """Return the front page's part on printed figures."""
    score = [{**row, "verdict": words(row["verdict"])} for row in results.scorecard(run.figures, run.loaded.ledger)]
    parts = [
        table(
            score,
            name="scorecard",
            title=f"{len(run.distinct)} distinct printed figures by evidence class and verdict",
            caption="The classes are never added up: a figure recovered from records that were built to it tests code.",
            source=LEDGER,
        ),
        '<p>Every figure can be searched and filtered on the page of <a href="figures.html">printed figures</a>.</p>',
        "<h3>Where the print does not add up, or cannot be checked</h3>",
        "<p>The workbook says so and bends no value.</p>",
        _odd_items(run),
    ]
    if both := readings(run):
        parts.append(
            table(
                both,
                name="two-readings",
                title="Two readings of the same print",
                caption="An operand may have been printed exactly or rounded; the verdict hangs on it.",
                source="Ledger of printed figures",
            )
        )
    if not any(row["evidence"] == "replicated" and row["stage"] == "profiling" for row in run.figures):
        parts.append(REPLICABLE)
    return parts


def figures_page(run: Run) -> str:
    """Return the page of all printed figures, with a choice of stage, evidence class and verdict."""
    if not run.figures:
        return "<p>This council has no ledger of printed figures, so nothing is compared.</p>"
    repeats = len(run.figures) - len(run.distinct)
    return "\n".join(
        [
            f"<p>{len(run.figures)} printings, of which {repeats} repeat an earlier one and take its verdict.</p>",
            "<h2>All printed figures</h2>",
            filterable(
                table(
                    [figure_row(row) for row in run.figures],
                    name="all-figures",
                    title=f"{len(run.figures)} printed figures with evidence class and verdict",
                    caption="Recomputed: from other printed figures. Recovered: aggregated from records built to the "
                    "print, which tests the code. Transcribed: an input, so not tested. Replicated: from independent "
                    "open data.",
                    source=LEDGER,
                ),
                ("Evidence", "Verdict", "Stage"),
            ),
        ]
    )
