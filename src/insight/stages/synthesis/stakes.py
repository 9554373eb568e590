"""The next 1,000 pounds, in pounds: what learning about one assumption of a scheme is worth before choosing.

Shares have a beta distribution with mean and variance of their range, and each record tells yes or no (see
:mod:`insight.methods.appraisal.information`). Means and rates are normal with the same moments where the params state
how much single records differ. Others are uniform over their range: there only the ceiling, perfect knowledge, is
known. Where a scheme's cost is not known, it is taken as what the scheme is expected to give: then the choice is widest
open, and the value is the most that it can be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from insight.methods.appraisal.information import (
    MeanPrior,
    Prior,
    mean_prior_of_range,
    perfect_information,
    prior_of_range,
    records_for,
    sample_information,
)
from insight.stages.synthesis.declaration import SHARE
from insight.stages.synthesis.prices import SPEND, Price

Key = tuple[str, str]
"""Scheme and assumption."""
MOST_RECORDS = 4096
PART = 0.8
"""Part of the value of perfect knowledge for which records are planned."""
ASSUMPTIONS = [
    "scheme",
    "assumption",
    "low",
    "central",
    "high",
    "cost",
    "switching_value",
    "value_of_knowing_gbp",
    "unit",
    "cost_each_gbp",
    "bought_by_the_next_spend",
    "value_of_sample_gbp",
    "records_planned",
    "cost_planned_gbp",
    "rank",
    "remark",
]
NUMBERS = [name for name in ASSUMPTIONS if name not in {"scheme", "assumption", "cost", "unit", "remark"}]
KNOWN, TAKEN = "known", "not known: taken as what the scheme is expected to give"
NO_RANGE = "no range is stated, so nothing is uncertain that a record could tell"
NOTHING = "no value within its range turns the choice: nothing to buy"
CEILING = "a ceiling: what single records would tell is not known"
WORTH, MAY_BE = "worth more than it costs", "may be worth more than it costs"
TOO_DEAR = "costs more than it is worth"
NO_LINE = "no spending line of the study bought such records"


def knowing(*, slope: float, switch: float, low: float, high: float) -> float:
    """Return the expected gain from knowing one assumption before choosing, it being uniform from low to high.

    Args:
        slope: gain of going on for one unit of the assumption.
        switch: value at which going on gains nothing.
        low: least value.
        high: greatest value.
    """
    ends = sorted((slope * (low - switch), slope * (high - switch)))
    if ends[0] >= 0 or ends[1] <= 0:
        return 0.0
    return ends[1] ** 2 / (2 * (ends[1] - ends[0])) - max(0.0, (ends[0] + ends[1]) / 2)


def _ranges(sensitivity: pd.DataFrame, schemes: pd.DataFrame, turns: Mapping[Key, float]) -> list[dict[str, Any]]:
    """Return assumptions with a range: ends, central value, slope and gain before cost, in pounds.

    Where the value that turns a scheme is known, the slope is that of the gain after cost: a cost may grow with the
    quantity.
    """
    costs = schemes.set_index("scheme")["cost_gbp"].to_dict()
    rows = []
    for row in sensitivity.to_dict("records"):
        span = row["high"] - row["low"]
        if span <= 0 or str(row["basis"]).startswith("choice"):
            continue
        slope = (row["high_gbp"] - row["low_gbp"]) / span
        central = row["low"] + (row["central_gbp"] - row["low_gbp"]) / slope if slope else row["low"]
        central = min(max(central, row["low"]), row["high"])
        cost, turn = costs.get(row["scheme"]), turns.get((row["scheme"], row["assumption"]))
        if turn is not None and turn != central:
            slope = (row["central_gbp"] - float(cost or 0.0)) / (central - turn)
        rows.append(
            {
                **{name: row[name] for name in ("scheme", "assumption", "low", "high")},
                "central": central,
                "slope": slope,
                "gross": row["central_gbp"],
                "known_cost": cost,
            }
        )
    return rows


def _prior(row: Mapping[str, Any], record_sd: float | None) -> Prior | MeanPrior | None:
    ends = (row["low"], row["central"], row["high"])
    if str(row["assumption"]).startswith(SHARE):
        return prior_of_range(*ends)
    return None if record_sd is None else mean_prior_of_range(*ends, record_sd=record_sd)


def _worth(row: Mapping[str, Any], price: Price | None, record_sd: float | None) -> dict[str, Any]:
    """Return what learning about one assumption is worth, what the next spend buys of it, and a planned number."""
    prior, slope = _prior(row, record_sd), row["slope"]
    mean = (row["low"] + row["high"]) / 2 if prior is None else prior.mean
    is_known = not pd.isna(row["known_cost"])
    switch = row["central"] - (row["gross"] - row["known_cost"]) / slope if is_known and slope else mean
    made: dict[str, Any] = {
        **{name: row[name] for name in ("scheme", "assumption", "low", "central", "high")},
        "cost": KNOWN if is_known else TAKEN,
        "switching_value": switch if is_known else None,
    }
    if prior is None:
        made["value_of_knowing_gbp"] = knowing(slope=slope, switch=switch, low=row["low"], high=row["high"])
        return made | {"remark": CEILING if made["value_of_knowing_gbp"] > 0 else NOTHING}
    made["value_of_knowing_gbp"] = perfect_information(prior, slope=slope, switch=switch)
    planned = records_for(prior, slope=slope, switch=switch, part=PART, most=MOST_RECORDS)
    made["records_planned"] = planned
    if price is None:
        return made | {"remark": NO_LINE if made["value_of_knowing_gbp"] > 0 else NOTHING}
    count = math.floor(SPEND / price.each_gbp)
    made |= {
        "unit": price.unit,
        "cost_each_gbp": price.each_gbp,
        "bought_by_the_next_spend": count,
        "value_of_sample_gbp": sample_information(prior, slope=slope, switch=switch, records=count),
        "cost_planned_gbp": None if planned is None else planned * price.each_gbp,
    }
    if made["value_of_knowing_gbp"] <= 0:
        return made | {"remark": NOTHING}
    is_worth = made["value_of_sample_gbp"] > count * price.each_gbp
    return made | {"remark": TOO_DEAR if not is_worth else WORTH if is_known else MAY_BE}


def assumptions_table(
    sensitivity: pd.DataFrame,
    schemes: pd.DataFrame,
    switching: pd.DataFrame,
    prices: Mapping[Key, Price],
    spreads: Mapping[Key, float] | None = None,
) -> pd.DataFrame:
    """Return assumptions of schemes, ranked by what the sample that the next spend buys is worth in pounds.

    Args:
        sensitivity: columns scheme, assumption, basis, low, high, low_gbp, high_gbp, central_gbp: the gain before cost
            at either end.
        schemes: columns scheme and cost_gbp, empty where nobody knows it.
        switching: columns scheme, assumption, low, central, high, switching_value: assumptions of schemes with a known
            cost; those without a range are listed for completeness.
        prices: price of one record by scheme and assumption.
        spreads: standard deviation of single records by scheme and assumption, of means and rates.
    """
    known = switching.dropna(subset=["switching_value"])
    turns = {(row.scheme, row.assumption): float(row.switching_value) for row in known.itertuples()}
    ranges = _ranges(sensitivity, schemes, turns)
    keys = [(row["scheme"], row["assumption"]) for row in ranges]
    rows = [_worth(row, prices.get(key), (spreads or {}).get(key)) for key, row in zip(keys, ranges, strict=True)]
    seen = {(row["scheme"], row["assumption"]) for row in rows}
    for row in switching.to_dict("records"):
        if (row["scheme"], row["assumption"]) not in seen:
            kept = {name: row.get(name) for name in ("scheme", "assumption", "low", "central", "high")}
            switch = row.get("switching_value")
            kept |= {"cost": KNOWN, "switching_value": switch, "value_of_knowing_gbp": 0.0}
            rows.append({**kept, "remark": NO_RANGE})
    frame = pd.DataFrame(rows, columns=ASSUMPTIONS).astype(dict.fromkeys(NUMBERS, "float64"))
    order = frame["value_of_sample_gbp"].fillna(0.0)
    frame["rank"] = order.where(order > 0).rank(ascending=False, method="min")
    return frame.sort_values(
        ["rank", "value_of_knowing_gbp", "scheme"], ascending=[True, False, True], kind="stable", na_position="last"
    ).reset_index(drop=True)


def by_finding(stakes: Sequence[Mapping[str, Any]], assumptions: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return, for each finding that money hangs on, the row of its assumption; empty where benefits holds none."""
    known = {(row["scheme"], row["assumption"]): row for row in assumptions.to_dict("records")}
    return {
        str(one["finding"]): known.get((one["scheme"], one["assumption"]), {})
        for one in stakes
        if one["finding"] is not None
    }
