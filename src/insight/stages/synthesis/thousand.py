"""The next 1,000 pounds: for each undecided finding, which data would decide it, how many, at what cost, worth what.

Where money hangs on a finding its sample is worth pounds (:mod:`insight.stages.synthesis.stakes`); where none does, the
data that would decide it are ranked by what they cost, then by how many they are. Costs are the study's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import pandas as pd

from insight.privacy.disclosure import STATUS
from insight.privacy.disclosure.markers import INAPPLICABLE, UNAVAILABLE
from insight.stages.synthesis.prices import SPEND, Price

NORMAL = NormalDist()
Z = NORMAL.inv_cdf(0.975)
POWER = NORMAL.inv_cdf(0.8)
UNDECIDED = ("not shown", "missed", "partly")
UNSAMPLED = re.compile("arithmetic|full count|rounding|counted")
"""Words of a method that draws no sample: more records would not narrow it."""
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
    "value_of_sample_gbp",
    "value_of_knowing_gbp",
    "ranked_by",
    "rank",
    "remark",
    STATUS,
]
NUMBERS = [
    "n_now",
    "n_more",
    "cost_each_gbp",
    "cost_gbp",
    "bought_by_the_next_spend",
    "value_of_sample_gbp",
    "value_of_knowing_gbp",
]
NO_NUMBER, UNKNOWN = {STATUS: INAPPLICABLE}, {STATUS: UNAVAILABLE}
"""Why the numbers of a row are missing: nothing sampled or priced bears on it, or nobody knows them."""
NO_MONEY = "no money value hangs on it"
BY_VALUE, BY_COST, BY_RECORDS = "value in pounds", "cost", "records"


def records_needed(*, distance: float, se: float, n: float) -> float | None:
    """Return how many more records would show the estimate as it stands with a power of 80 per cent.

    ``None`` where the estimate lies on its threshold: no number would do.
    """
    if distance == 0:
        return None
    return max(0.0, math.ceil(n * (se * (Z + POWER) / distance) ** 2 - n))


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


def _data(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data that would decide a finding that cannot be tested with these inputs."""
    data = str(row["why"]).removeprefix("Would be decided by: ").rstrip(".")
    return {"data_that_would_decide": data, "remark": "data of another kind: no rate of the study applies", **NO_NUMBER}


def _priced(row: Mapping[str, Any], price: Price | None) -> dict[str, Any]:
    """Return what is known of one undecided finding on which no money hangs, beyond its name."""
    if row["outcome"] == "not testable here":
        return _data(row)
    numbers = _numbers(row)
    if numbers is None:
        return {"remark": "no single sampled number to plan from", **NO_NUMBER}
    distance, se, n = numbers
    more = records_needed(distance=distance, se=se, n=n)
    made: dict[str, Any] = {"n_now": n, "n_more": more, "data_that_would_decide": "more records of the same kind"}
    if price is None or n > price.records:
        return made | {"remark": "no spending line bought such records"}
    return made | {
        "unit": price.unit,
        "cost_each_gbp": price.each_gbp,
        "cost_gbp": None if more is None else more * price.each_gbp,
        "bought_by_the_next_spend": math.floor(SPEND / price.each_gbp),
        "remark": "the number shows the estimate as it stands, were it true",
    }


def _valued(row: Mapping[str, Any], stake: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a finding that money hangs on: the assumption of the scheme tells the worth."""
    made = _data(row) if row["outcome"] == "not testable here" else {}
    if not stake:
        return made | {"remark": "money hangs on it, but stage benefits gives the assumption no range", **UNKNOWN}
    words = f"{stake['scheme']}, {str(stake['assumption']).lower()}; cost {stake['cost']}; {stake['remark']}"
    return made | {
        STATUS: UNAVAILABLE,
        "unit": stake["unit"],
        "n_more": stake["records_planned"],
        "cost_each_gbp": stake["cost_each_gbp"],
        "cost_gbp": stake["cost_planned_gbp"],
        "bought_by_the_next_spend": stake["bought_by_the_next_spend"],
        "value_of_sample_gbp": stake["value_of_sample_gbp"],
        "value_of_knowing_gbp": stake["value_of_knowing_gbp"],
        "remark": words,
    }


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return findings in the order in which data would be bought: value in pounds, then cost, then records."""
    value = frame["value_of_sample_gbp"].fillna(0.0)
    has_money = frame["value_of_knowing_gbp"].notna()
    kinds = {
        BY_VALUE: (value > 0, -value),
        BY_COST: (~has_money & frame["cost_gbp"].notna(), frame["cost_gbp"]),
        BY_RECORDS: (~has_money & frame["cost_gbp"].isna() & frame["n_more"].notna(), frame["n_more"]),
    }
    frame = frame.assign(ranked_by="", rank=float("nan"))
    taken = 0
    for words, (chosen, key) in kinds.items():
        frame.loc[chosen, "ranked_by"] = words
        frame.loc[chosen, "rank"] = taken + key[chosen].rank(method="min")
        taken += int(chosen.sum())
    return frame.sort_values(["rank", "finding"], na_position="last", ignore_index=True)


def findings_table(
    decided: pd.DataFrame, prices: Mapping[str, Price], stakes: Mapping[str, Mapping[str, Any]] | None = None
) -> pd.DataFrame:
    """Return undecided findings with the data that would decide them, in the order in which they would be bought.

    Args:
        decided: findings with id, stage, claim, rule, threshold, value, interval, outcome, why.
        prices: price of one record by stage.
        stakes: assumption of a scheme by the finding that it hangs on.
    """
    hanging = stakes or {}
    rows = []
    for row in decided.to_dict("records"):
        if row["outcome"] not in {*UNDECIDED, "not testable here"}:
            continue
        if row["id"] in hanging:
            made = _valued(row, hanging[row["id"]])
        else:
            made = _priced(row, prices.get(row["stage"]))
            made["remark"] = f"{NO_MONEY}; {made['remark']}"
        rows.append({"finding": row["id"], "claim": row["claim"], "outcome": row["outcome"]} | made)
    return _ranked(pd.DataFrame(rows, columns=FINDINGS).astype(dict.fromkeys(NUMBERS, "float64")))
