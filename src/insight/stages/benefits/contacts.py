"""Contacts that a printed yearly spend stands for."""

from __future__ import annotations

import pandas as pd

from insight.errors import ParamsError
from insight.published.ledger import Ledger
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.schemes import Tables


def implied_table(params: Params, book: Ledger | None, tables: Tables) -> pd.DataFrame:
    """Return how many contacts a printed yearly spend stands for at each unit cost: prices as they stand.

    Raises:
        ParamsError: a figure or code that does not exist.
    """
    rows = []
    for scheme in params.schemes:
        if scheme.spend_figure is None or book is None:
            continue
        if scheme.spend_figure not in book.figures:
            raise ParamsError(f"scheme `{scheme.name}`: no figure `{scheme.spend_figure}`. Fix: correct the id")
        figure = book.figures[scheme.spend_figure]
        for code in scheme.spend_unit_codes:
            own = tables.unit_costs[tables.unit_costs["code"] == code]
            if own.empty:
                raise ParamsError(f"scheme `{scheme.name}`: no unit cost `{code}`. Fix: a code of unit_costs.csv")
            price = float(own.iloc[0]["total_gbp"])
            rows.append(
                {
                    "scheme": scheme.label,
                    "printed_gbp": float(figure.value),
                    "unit_cost": own.iloc[0]["label"],
                    "is_verified": bool((own["verified"] == "yes").all()),
                    "unit_cost_gbp": price,
                    "implied_contacts": float(figure.value) / price,
                    "fewest": figure.interval.lower / price,
                    "most": figure.interval.upper / price,
                }
            )
    columns = [
        "scheme",
        "printed_gbp",
        "unit_cost",
        "is_verified",
        "unit_cost_gbp",
        "implied_contacts",
        "fewest",
        "most",
    ]
    return pd.DataFrame(rows, columns=columns)
