"""A card for every scheme: what a reader must know before quoting its number."""

from __future__ import annotations

import pandas as pd

from insight.published.comparison import compare
from insight.published.intervals import names_in
from insight.published.ledger import Ledger
from insight.stages.benefits.declaration import DECLARATION, Params
from insight.stages.benefits.money import Model
from insight.stages.benefits.schemes import Appraised

CARDS = [
    "scheme",
    "printed_claim",
    "printed_gbp",
    "verdict",
    "source_line",
    "present_value_gbp",
    "price_year",
    "attribution",
    "grades_of_evidence",
    "cost_basis",
    "paid_by",
    "is_cashable",
]


def _printed(one: Appraised, book: Ledger | None) -> dict[str, object]:
    """Return the printed sum that multiplies the scheme's own quantity and unit value, with its verdict."""
    if book is None or one.scheme.quantity_figure is None or one.scheme.unit_value_figure is None:
        return {}
    own = {one.scheme.quantity_figure, one.scheme.unit_value_figure}
    verdicts = {row.id: row.verdict for row in compare(book, DECLARATION.name, {})}
    for figure in book.of_stage(DECLARATION.name):
        if figure.formula and set(names_in(figure.formula)) == own and not figure.repeat_of:
            return {
                "printed_claim": figure.measure,
                "printed_gbp": float(figure.value),
                "verdict": verdicts[figure.id].replace("_", " "),
                "source_line": figure.line,
            }
    return {}


def cards(found: list[Appraised], made: list[Model], params: Params, book: Ledger | None) -> pd.DataFrame:
    """Return one row a scheme: printed sum and verdict, value, price base, attribution, grades, cost, who pays."""
    rows = []
    for one, model in zip(found, made, strict=True):
        scheme = one.scheme
        rows.append(
            {
                "scheme": scheme.label,
                **_printed(one, book),
                "present_value_gbp": None if one.missing else one.value(),
                "price_year": f"{scheme.price_year}, moved to {params.base_year}; the print states none",
                "attribution": "unstated: 100 %, an upper bound"
                if scheme.attribution is None
                else f"{one.attribution.low:.0%} to {one.attribution.high:.0%}, judgement",
                "grades_of_evidence": " ".join(map(str, scheme.bias_grades)) or "none stated",
                "cost_basis": model.cost_basis,
                "paid_by": scheme.cost_agency if model.costs else "not known",
                "is_cashable": ", ".join(f"{agency}: {word}" for agency, word in scheme.cashability.items()).replace(
                    "_", " "
                )
                or "not assessed",
            }
        )
    numbers = dict.fromkeys(("printed_gbp", "source_line", "present_value_gbp"), "float64")
    return pd.DataFrame(rows, columns=CARDS).astype(numbers)
