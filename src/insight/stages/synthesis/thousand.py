"""The next 1,000 pounds: for what is undecided, which data would decide it, how many, at what cost, worth what.

Source: Raiffa and Schlaifer (1961): expected value of sample information of a choice between two acts whose gain is
linear in a normal quantity. Costs are the study's own, from its spending lines; nothing is priced that it did not buy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import pandas as pd

NORMAL = NormalDist()
Z = NORMAL.inv_cdf(0.975)
POWER = NORMAL.inv_cdf(0.8)
UNDECIDED = ("not shown", "missed", "partly")
UNSAMPLED = re.compile("arithmetic|full count|rounding|counted")
"""Words of a method that draws no sample: more records would not narrow it."""
SPEND = 10.0**3
FINDINGS = [
    "finding",
    "claim",
    "outcome",
    "data_that_would_decide",
    "unit",
    "n_now",
    "n_more",
    "cost_each_gbp",
    "cost_gbp",
    "bought_by_the_next_spend",
    "value_of_sample",
    "rank",
    "remark",
]
ASSUMPTIONS = ["scheme", "assumption", "low", "high", "switching_value", "value_of_knowing_gbp", "rank", "remark"]


def loss(distance: float, spread: float) -> float:
    """Return the expected gain from learning before choosing, for a mean ``distance`` from indifference."""
    if spread <= 0:
        return 0.0
    unit = abs(distance) / spread
    return spread * (NORMAL.pdf(unit) - unit * (1 - NORMAL.cdf(unit)))


def sample_value(*, distance: float, se: float, n: float, more: float) -> float:
    """Return the expected value of ``more`` records after ``n``, in standard errors of the estimate as it stands.

    Args:
        distance: estimate less threshold.
        se: standard error of the estimate from ``n`` records.
        n: records so far.
        more: records to come.
    """
    return loss(distance, se * math.sqrt(more / (n + more))) / se if more > 0 else 0.0


def records_needed(*, distance: float, se: float, n: float) -> float | None:
    """Return how many more records would show the estimate as it stands with a power of 80 per cent.

    ``None`` where the estimate lies on its threshold: no number would do.
    """
    if distance == 0:
        return None
    return max(0.0, math.ceil(n * (se * (Z + POWER) / distance) ** 2 - n))


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one record cost, and how many of them the spending line bought."""

    each_gbp: float
    unit: str
    records: int


def rates(funding: pd.DataFrame, lines: Sequence[Mapping[str, Any]]) -> dict[str, Price]:
    """Return the price of one record by stage: a spending line over the records that it bought."""
    amounts = funding.set_index("line")["amount_gbp"].to_dict()
    return {
        stage: Price(
            each_gbp=amounts[line["line"]] / line["records"], unit=str(line["unit"]), records=int(line["records"])
        )
        for line in lines
        if line["line"] in amounts
        for stage in line["stages"]
    }


def _part(rule: str, value: float | None, limits: Any, threshold: float) -> tuple[float, float] | None:
    """Return distance and standard error of an undecided part, by the limit that its rule looks at; else ``None``."""
    if value is None or limits is None or rule not in {"greater", "less"} or None in limits:
        return None
    se = (limits[1] - value if rule == "less" else value - limits[0]) / Z
    is_open = limits[0] <= threshold <= limits[1]
    return (value - threshold, se) if se > 0 and is_open else None


def _numbers(row: Mapping[str, Any]) -> tuple[float, float, int] | None:
    """Return distance from the threshold, standard error and n of the part hardest to decide; ``None`` without one.

    A claim of several parts needs all of them, so the part that needs most records counts.
    """
    if not row["why"] or UNSAMPLED.search(row["why"]) or row["interval"] is None:
        return None
    rules = [rule.strip() for rule in str(row["rule"]).split(";")]
    thresholds = [float(one) if one.strip() else 0.0 for one in str(row["threshold"]).split(";")]
    values, limits = ([row[name]] if len(rules) == 1 else row[name] for name in ("value", "interval"))
    counts = [int(count.replace(",", "")) for count in re.findall(r"n = (\d[\d,]*)", row["why"])]
    if len(counts) == 1:
        counts *= len(rules)
    if not len(rules) == len(thresholds) == len(values) == len(limits) == len(counts):
        return None
    parts = []
    for rule, value, limit, threshold, n in zip(rules, values, limits, thresholds, counts, strict=True):
        found = _part(rule, value, limit, threshold)
        if found is not None and n > 0:
            parts.append((*found, n))
    return max(parts, key=lambda part: part[2] * (part[1] / part[0]) ** 2 if part[0] else math.inf, default=None)


def _priced(row: Mapping[str, Any], price: Price | None) -> dict[str, Any]:
    """Return what is known of one undecided finding beyond its name."""
    if row["outcome"] == "not testable here":
        data = str(row["why"]).removeprefix("Would be decided by: ").rstrip(".")
        return {"data_that_would_decide": data, "remark": "data of another kind: no rate of the study applies"}
    numbers = _numbers(row)
    if numbers is None:
        return {"remark": "no single sampled number to plan from"}
    distance, se, n = numbers
    more = records_needed(distance=distance, se=se, n=n)
    made: dict[str, Any] = {"n_now": n, "n_more": more, "data_that_would_decide": "more records of the same kind"}
    if price is None or n > price.records:
        return made | {"remark": "no spending line bought such records"}
    bought = SPEND / price.each_gbp
    return made | {
        "unit": price.unit,
        "cost_each_gbp": price.each_gbp,
        "cost_gbp": None if more is None else more * price.each_gbp,
        "bought_by_the_next_spend": bought,
        "value_of_sample": sample_value(distance=distance, se=se, n=n, more=bought),
        "remark": "the number shows the estimate as it stands, were it true",
    }


def findings_table(decided: pd.DataFrame, prices: Mapping[str, Price]) -> pd.DataFrame:
    """Return undecided findings with the data that would decide them, ranked by value of the sample a spend buys."""
    rows = [
        {"finding": row["id"], "claim": row["claim"], "outcome": row["outcome"]}
        | _priced(row, prices.get(row["stage"]))
        for row in decided.to_dict("records")
        if row["outcome"] in {*UNDECIDED, "not testable here"}
    ]
    numbers = ["n_now", "n_more", "cost_each_gbp", "cost_gbp", "bought_by_the_next_spend", "value_of_sample"]
    frame = pd.DataFrame(rows, columns=FINDINGS).astype(dict.fromkeys(numbers, "float64"))
    frame["rank"] = frame["value_of_sample"].rank(ascending=False, method="min")
    return frame.sort_values(["rank", "finding"], na_position="last", ignore_index=True)


def knowing(*, net: float, central: float, switch: float, low: float, high: float) -> float:
    """Return the expected gain from knowing one assumption before choosing, it being uniform from low to high.

    ``net`` is linear in the assumption and 0 at ``switch``. The value of any sample is at most this.
    """
    if low == high or central == switch:
        return 0.0
    slope = net / (central - switch)
    ends = sorted((slope * (low - switch), slope * (high - switch)))
    if ends[0] >= 0 or ends[1] <= 0:
        return 0.0
    return ends[1] ** 2 / (2 * (ends[1] - ends[0])) - max(0.0, (ends[0] + ends[1]) / 2)


def assumptions_table(switching: pd.DataFrame, nets: Mapping[str, float]) -> pd.DataFrame:
    """Return assumptions with a switching value, ranked by what knowing them would be worth in pounds.

    Args:
        switching: columns scheme, assumption, low, central, high, switching_value.
        nets: net present value of each scheme at central assumptions.
    """
    rows = []
    for row in switching.to_dict("records"):
        switch, net = row["switching_value"], nets.get(row["scheme"])
        made = {name: row.get(name) for name in ASSUMPTIONS}
        if pd.isna(switch) or net is None:
            made |= {"value_of_knowing_gbp": 0.0, "remark": "no feasible value turns the answer: nothing to buy"}
        else:
            worth = knowing(net=net, central=row["central"], switch=switch, low=row["low"], high=row["high"])
            words = "a ceiling: what perfect knowledge would be worth" if worth else "cannot turn within its range"
            made |= {"value_of_knowing_gbp": worth, "remark": words}
        rows.append(made)
    frame = pd.DataFrame(rows, columns=ASSUMPTIONS)
    worth = frame["value_of_knowing_gbp"].astype("float64")
    frame["rank"] = worth.where(worth > 0).rank(ascending=False, method="min")
    return frame.sort_values(["rank", "scheme"], kind="stable", na_position="last", ignore_index=True)
