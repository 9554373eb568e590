"""Tables of the schemes: one row a scheme, agencies' parts, and what one assumption at a time does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from insight.methods import appraisal
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.schemes import NO_SPLIT, Appraised, Tables, per_pound

FACTS = ["scheme", "quantity", "unit_value_gbp", "horizon_years", "attribution", "standing"]
SCHEMES = [
    *FACTS,
    "present_value_gbp",
    "lower_gbp",
    "upper_gbp",
    "all_attributed_gbp",
    "cost_gbp",
    "net_present_value_gbp",
    "break_even_cost_gbp",
    "remark",
]


IDENTIFIABLE, NOT = "identifiable", "not identifiable"


def limits(draws: np.ndarray | None) -> tuple[float, float]:
    """Return the limits that hold 95 per cent of simulated values."""
    if draws is None:
        raise ValueError("no draws to take limits from. Fix: ask `missing` first")
    low, high = np.quantile(draws, appraisal.QUANTILES)
    return float(low), float(high)


def _remark(one: Appraised, *, has_cost: bool) -> str:
    if one.missing:
        return f"Not known: {', '.join(one.missing)}."
    words = []
    if (one.quantity is not None and one.quantity.is_bound) or (one.unit_value is not None and one.unit_value.is_bound):
        words.append("A part is given as a lower bound and taken as it stands.")
    if one.scheme.attribution is None:
        words.append("Attribution is unstated: an upper bound.")
    if one.scheme.success is None:
        words.append("No rate of success is stated, so all are counted.")
    if not has_cost:
        words.append(
            "The cost is not known: net present value not identifiable; the break-even cost is what the "
            "scheme may cost before it loses."
        )
    return " ".join(words)


def scheme_table(found: list[Appraised], costs: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return one row a scheme; what cannot be identified stays empty, with what is not known.

    Args:
        found: the schemes.
        costs: present value of cost by name of scheme, where it is known.
    """
    known_costs = costs or {}
    rows = []
    for one in found:
        cost = known_costs.get(one.scheme.name)
        row = {
            "scheme": one.scheme.label,
            "quantity": one.quantity.central if one.quantity else None,
            "unit_value_gbp": one.unit_value.central if one.unit_value else None,
            "horizon_years": one.scheme.horizon_years,
            "attribution": one.attribution.central,
            "standing": NOT if one.missing else IDENTIFIABLE,
            "cost_gbp": cost,
            "remark": _remark(one, has_cost=cost is not None),
        }
        if not one.missing:
            low, high = limits(one.draws)
            row |= {
                "present_value_gbp": one.value(),
                "lower_gbp": low,
                "upper_gbp": high,
                "all_attributed_gbp": one.value(attribution=1.0),
                "break_even_cost_gbp": one.value(),
            }
            if cost is not None:
                row["net_present_value_gbp"] = one.value() - cost
        rows.append(row)
    frame = pd.DataFrame(rows, columns=SCHEMES)
    numbers = [column for column in SCHEMES if column.endswith("_gbp") or column in {"quantity", "horizon_years"}]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def agency_table(found: list[Appraised]) -> pd.DataFrame:
    """Return each agency's part of each scheme's benefit; a scheme without a stated split stays whole."""
    rows = []
    for one in (each for each in found if not each.missing):
        low, high = limits(one.draws)
        shares = appraisal.agency_shares(one.scheme.split) if one.scheme.split else {NO_SPLIT: 1.0}
        rows += [
            {
                "scheme": one.scheme.label,
                "agency": agency,
                "share": share,
                "present_value_gbp": share * one.value(),
                "lower_gbp": share * low,
                "upper_gbp": share * high,
            }
            for agency, share in shares.items()
        ]
    columns = ["scheme", "agency", "share", "present_value_gbp", "lower_gbp", "upper_gbp"]
    return pd.DataFrame(rows, columns=columns)


WORDS = {
    "quantity": "Quantity",
    "unit_value": "Unit value",
    "success": "Share for whom it comes",
    "deadweight": "Share for whom it would have come anyway",
    "attribution": "Share due to the scheme",
    "error": "Error of the data, by their grade",
    "per_pound": "Year of the prices, one off",
    "bias_factor": "Correction for optimism, on or off",
}


def _fixed_moves(one: Appraised, params: Params, tables: Tables) -> list[dict[str, Any]]:
    """Return moves of what is chosen and not drawn: year of the prices, and the correction for optimism."""
    near = [year for year in (one.scheme.price_year + 1, one.scheme.price_year - 1) if year in tables.deflator]
    years = one.scheme.horizon_years or 1
    prices = [per_pound(one.scheme, params, tables, years=years, price_year=year) for year in near]
    ends = {"per_pound": (min(prices), max(prices))} if prices else {}
    if one.bias_factor < 1:
        ends["bias_factor"] = (one.bias_factor, 1.0)
    return [
        {
            "input": name,
            "low": low,
            "high": high,
            "at_low": one.value(**{name: low}),
            "at_high": one.value(**{name: high}),
        }
        for name, (low, high) in ends.items()
    ]


def sensitivity_table(found: list[Appraised], params: Params, tables: Tables) -> pd.DataFrame:
    """Return, for each scheme, the value at the low and at the high end of one assumption at a time, widest first."""
    columns = ["scheme", "assumption", "basis", "low", "high", "low_gbp", "high_gbp", "central_gbp", "swing_gbp"]
    rows = []
    for one in (each for each in found if not each.missing):
        basis = {each.name: each.source or "judgement" for each in one.uncertain()}
        moves = appraisal.tornado(one.gross, one.uncertain()).to_dict("records")
        rows += [
            {
                "scheme": one.scheme.label,
                "assumption": WORDS[move["input"]],
                "basis": basis.get(move["input"], "choice of the params file"),
                "low": move["low"],
                "high": move["high"],
                "low_gbp": move["at_low"],
                "high_gbp": move["at_high"],
                "central_gbp": one.value(),
                "swing_gbp": abs(move["at_high"] - move["at_low"]),
            }
            for move in [*moves, *_fixed_moves(one, params, tables)]
        ]
    return pd.DataFrame(rows, columns=columns).sort_values(
        ["central_gbp", "swing_gbp"], ascending=False, kind="stable", ignore_index=True
    )
