"""The printed sums: each recomputed from other printed figures, judged, and explained in plain words."""

from __future__ import annotations

import pandas as pd

from insight.published.comparison import Comparison, compare, reading_if_exact
from insight.published.intervals import names_in
from insight.published.ledger import COUNT_PREFIX, Ledger, PrintedFigure

SUMS = ["measure", "printed", "unit", "recomputed", "verdict", "why"]
READINGS = ["measure", "part", "printed_part", "verdict_as_printed", "verdict_if_the_part_is_exact"]
STRICTEST = ("inconsistent_in_source", "consistent_within_rounding", "bound_satisfied", "reproduces")
WHY = {
    "reproduces": "The printed parts give the printed result.",
    "consistent_within_rounding": "The printed parts miss the printed result as they stand; values that round to the "
    "same print give it.",
    "bound_satisfied": "The printed parts meet the printed bound.",
    "inconsistent_in_source": "No values that round to the printed parts give the printed result.",
    "not_comparable": "The two sides count different things, so neither checks the other.",
    "not_computable": "A part of the sum is not printed, so nothing can be recomputed.",
}


def _is_sum(figure: PrintedFigure) -> bool:
    return bool(figure.formula or figure.missing) and not figure.repeat_of


def _rounded_parts(figure: PrintedFigure, ledger: Ledger) -> list[str]:
    if not figure.formula or figure.formula.startswith(COUNT_PREFIX):
        return []
    return [name for name in names_in(figure.formula) if ledger.figures[name].rounding not in {"exact", "text"}]


def printed_sums(ledger: Ledger | None, stage: str) -> pd.DataFrame:
    """Return every printed sum of the stage with what its parts give, the verdict, and why."""
    if ledger is None:
        return pd.DataFrame(columns=SUMS)
    rows: list[Comparison] = [row for row in compare(ledger, stage, {}) if _is_sum(ledger.figures[row.id])]
    return pd.DataFrame(
        [
            {
                "measure": row.measure,
                "printed": f"{row.qualifier} {row.published}" if row.qualifier not in {"exact", ""} else row.published,
                "unit": row.unit.replace("_", " "),
                "recomputed": row.computed,
                "verdict": row.verdict.replace("_", " "),
                "why": f"{WHY[row.verdict]} {row.note}".strip(),
            }
            for row in rows
        ],
        columns=SUMS,
    )


def readings(ledger: Ledger | None, stage: str) -> pd.DataFrame:
    """Return, for each sum whose parts are rounded, the verdict as printed and the verdict if one part were exact."""
    if ledger is None:
        return pd.DataFrame(columns=READINGS)
    as_printed = {row.id: row.verdict for row in compare(ledger, stage, {})}
    return pd.DataFrame(
        [
            {
                "measure": figure.measure,
                "part": ledger.figures[part].measure,
                "printed_part": f"{ledger.figures[part].qualifier} {ledger.figures[part].value}".removeprefix("exact "),
                "verdict_as_printed": as_printed[figure.id].replace("_", " "),
                "verdict_if_the_part_is_exact": reading_if_exact(ledger, figure.id, part).replace("_", " "),
            }
            for figure in ledger.of_stage(stage)
            if _is_sum(figure) and figure.counts == figure.formula_counts
            for part in _rounded_parts(figure, ledger)
        ],
        columns=READINGS,
    )


def scorecard(sums: pd.DataFrame, readings_of: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the scorecard: as printed, and with the part read as exact that suits the sum least."""
    order = [verdict.replace("_", " ") for verdict in STRICTEST]
    cells = [{"measure": row.measure, "reading": "As printed", "verdict": row.verdict} for row in sums.itertuples()]
    for measure, rows in readings_of.groupby("measure", sort=False):
        worst = min(rows["verdict_if_the_part_is_exact"], key=order.index)
        cells.append({"measure": measure, "reading": "One part exact", "verdict": worst})
    return pd.DataFrame(cells, columns=["measure", "reading", "verdict"])
