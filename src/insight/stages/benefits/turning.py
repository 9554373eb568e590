"""Where a scheme's answer turns: switching values, shares of variance, judgement, correction for optimism."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from insight.methods import appraisal
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.money import Model, ledger_of
from insight.stages.benefits.scheme_tables import WORDS
from insight.stages.benefits.schemes import Appraised, Tables, pairs, per_pound

NO_PROBABILITY = "Judgement has a part in {share:.0%} of the variance: no probability is printed."
CORRELATED = "as stated in the params file; inputs tied by them share one index of variance"
SWITCHES = "See its switching values instead."
BREAKS_EVEN = (
    "The cost is not known: it would have to be {value:,.0f} pounds, the break-even cost, for the answer to turn."
)


def _cost_for(one: Appraised, model: Model, values: Mapping[str, Any]) -> Any:
    """Return the cost: it grows with the quantity where it is a unit cost."""
    total = sum(sum(cost.amounts_gbp) for cost in model.costs)
    if one.scheme.cost_gbp is None and one.scheme.cost_unit_code is not None and one.quantity is not None:
        return total * values["quantity"] / one.quantity.central
    return total


def _horizon_row(one: Appraised, model: Model, params: Params, tables: Tables) -> dict[str, Any]:
    cost, years = _cost_for(one, model, {"quantity": one.quantity.central if one.quantity else 0.0}), None
    for count in range(1, params.lifetime_years + 1):
        if one.value(per_pound=per_pound(one.scheme, params, tables, years=count)) >= cost:
            years = float(count)
            break
    stated = float(one.scheme.horizon_years or 1)
    return {
        "input": "horizon",
        "low": stated,
        "central": stated,
        "high": stated,
        "feasible_low": 1.0,
        "feasible_high": float(params.lifetime_years),
        "switching_value": years,
        "is_plausible": years is not None and years <= stated,
        "remark": appraisal.NO_VALUE if years is None else "whole years until benefits cover the cost",
    }


def switching_table(found: list[Appraised], made: list[Model], params: Params, tables: Tables) -> pd.DataFrame:
    """Return, for schemes with cost and benefit, the value of each input at which benefits just cover the cost."""
    columns = ["scheme", "assumption", "low", "central", "high", "feasible_low", "feasible_high"]
    columns += ["switching_value", "is_plausible", "remark"]
    parts = []
    for one, model in zip(found, made, strict=True):
        if not (model.costs and model.benefits):
            continue
        inputs = [each for each in one.uncertain() if each.name != "error"]

        def net(values: Mapping[str, Any], one: Appraised = one, model: Model = model) -> Any:
            return one.gross({"error": 0.0, **values}) - _cost_for(one, model, values)

        rows = appraisal.switching_values(net, inputs).to_dict("records")
        rows.append(_horizon_row(one, model, params, tables))
        frame = pd.DataFrame(rows).assign(scheme=one.scheme.label)
        parts.append(frame.assign(assumption=frame["input"].map({**WORDS, "horizon": "Years that the benefit lasts"})))
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns]


def variance_table(found: list[Appraised], params: Params) -> pd.DataFrame:
    """Return Sobol indices of each scheme's uncertain inputs, correlated ones as one, and which are judgement."""
    parts = []
    for one in (each for each in found if not each.missing):
        frame = appraisal.sobol(
            one.gross, one.uncertain(), n=2**params.sobol_power, seed=_seed(one, params), correlations=pairs(params)
        )
        parts.append(frame.assign(scheme=one.scheme.label, assumption=frame["input"].map(_in_words)))
    columns = ["scheme", "assumption", "first_order", "total", "is_judgement"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _in_words(name: str) -> str:
    return appraisal.TOGETHER.join(WORDS[one] for one in name.split(appraisal.TOGETHER))


def _seed(one: Appraised, params: Params) -> int:
    return params.seed + zlib.crc32(one.scheme.name.encode())


def judgement_table(found: list[Appraised], made: list[Model], params: Params) -> pd.DataFrame:
    """Return, for each scheme, the share of variance in which judgement has a part, and the probability of a saving.

    The probability that benefits cover the cost is printed only where cost and benefit are known and judgement does
    not drive over half of the variance.
    """
    rows = []
    for one, model in zip(found, made, strict=True):
        if one.missing or one.draws is None:
            continue
        share = appraisal.judgement_share(
            one.gross, one.uncertain(), n=2**params.sobol_power, seed=_seed(one, params), correlations=pairs(params)
        )
        cost = sum(sum(each.amounts_gbp) for each in model.costs)
        printed = appraisal.probability_below(cost - one.draws, limit=0.0, judgement=share) if model.costs else None
        is_driven = share > appraisal.PRINT_LIMIT
        words = [NO_PROBABILITY.format(share=share)] if is_driven else []
        words += [SWITCHES] if is_driven and model.costs else []
        words += [] if model.costs else [BREAKS_EVEN.format(value=one.value())]
        rows.append(
            {
                "scheme": one.scheme.label,
                "judgement_share": share,
                "probability_of_a_saving": printed,
                "correlations": CORRELATED if params.correlations else "none stated: independent",
                "remark": " ".join(words),
            }
        )
    columns = ["scheme", "judgement_share", "probability_of_a_saving", "correlations", "remark"]
    return pd.DataFrame(rows, columns=columns).astype({"probability_of_a_saving": "float64"})


def bias_table(made: list[Model], params: Params, tables: Tables) -> pd.DataFrame:
    """Return each scheme's benefit uncorrected, and corrected for optimism by both rules of combining grades."""
    rows = [
        {"scheme": model.label, "grades": " ".join(map(str, model.benefits[0].grades)) or "none stated"}
        | {
            f"{name}_gbp": appraisal.measures(ledger_of(model, params, tables, bias=rule)).benefit_gbp
            for name, rule in (("uncorrected", "off"), ("compound", "compound"), ("worst_grade_alone", "max"))
        }
        for model in made
        if model.benefits
    ]
    return pd.DataFrame(rows, columns=["scheme", "grades", "uncorrected_gbp", "compound_gbp", "worst_grade_alone_gbp"])
