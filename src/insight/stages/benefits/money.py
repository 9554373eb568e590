"""Costs against benefits: the ledger of each scheme, its measures, switching values, and what judgement drives."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from insight.errors import ParamsError
from insight.methods import appraisal
from insight.methods.appraisal import Benefit, Cost
from insight.published.ledger import Ledger
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.schemes import NO_SPLIT, WORDS, Appraised, Tables, per_pound

COST_UNKNOWN = "cost not known: net present budget impact, return and payback not identifiable"
BENEFIT_UNKNOWN = "benefit not known: net present budget impact, return and payback not identifiable"
NO_PROBABILITY = (
    "Judgement has a part in {share:.0%} of the variance: no probability is printed; see the switching values."
)


@dataclass(frozen=True, kw_only=True)
class Model:
    """One scheme as costs and benefits, ready to be appraised; either may be lacking."""

    name: str
    label: str
    costs: tuple[Cost, ...]
    benefits: tuple[Benefit, ...]
    horizon: int
    cost_basis: str
    overlap_group: str

    @property
    def remark(self) -> str:
        """What cannot be said of it."""
        lacking = ((COST_UNKNOWN, self.costs), (BENEFIT_UNKNOWN, self.benefits))
        return "; ".join(words for words, items in lacking if not items)


def unit_cost(code: str, tables: Tables, *, base_year: int) -> float:
    """Return a unit cost in prices of the base year; its price year is a financial year, whose index is approximate.

    Raises:
        ParamsError: no such code, or no price index for its year.
    """
    rows = tables.unit_costs[tables.unit_costs["code"] == code]
    if rows.empty:
        known = ", ".join(sorted(tables.unit_costs["code"].unique()))
        raise ParamsError(f"no unit cost `{code}`. Fix: one of {known}")
    first = rows.iloc[0]
    index = appraisal.financial_year_index(tables.deflator)
    begun = int(str(first["price_year"])[:4])
    if begun not in index or base_year not in tables.deflator:
        raise ParamsError(f"unit cost `{code}` of {first['price_year']}: no price index. Fix: add the years to it")
    return float(first["total_gbp"]) * tables.deflator[base_year] / index[begun]


def _cost(one: Appraised, params: Params, tables: Tables) -> tuple[tuple[Cost, ...], str]:
    scheme, amount, basis = one.scheme, None, "not known"
    if scheme.cost_gbp is not None:
        amount, basis = scheme.cost_gbp, "params file"
    elif scheme.cost_unit_code is not None and one.quantity is not None:
        each = unit_cost(scheme.cost_unit_code, tables, base_year=params.base_year)
        amount = one.quantity.central * each
        basis = (
            f"quantity times unit cost {scheme.cost_unit_code}, not checked against its source, moved by an "
            "approximate index of financial years"
        )
    elif scheme.is_cost_the_funding and tables.funding_gbp is not None:
        amount, basis = tables.funding_gbp, "the project's spending lines, already spent"
    if amount is None:
        return (), basis
    name = f"{scheme.label}: delivery"
    cost = Cost(name=name, agency=scheme.cost_agency, amounts_gbp=(amount,), price_year=params.base_year)
    return (cost,), basis


def models(found: list[Appraised], params: Params, tables: Tables) -> list[Model]:
    """Return every scheme as costs and benefits at central values."""
    made = []
    for one in found:
        costs, basis = _cost(one, params, tables)
        scheme, years = one.scheme, one.scheme.horizon_years or 1
        start = scheme.first_year - params.base_year
        benefits: tuple[Benefit, ...] = ()
        if not one.missing:
            middle = {each.name: each.central for each in one.uncertain()}
            benefits = (
                Benefit(
                    name=f"{scheme.label}: benefit",
                    population=middle["quantity"],
                    impact=middle["success"],
                    deadweight=middle["deadweight"],
                    deadweight_mode=scheme.deadweight_mode,
                    attribution=None if scheme.attribution is None else middle["attribution"],
                    unit_value=middle["unit_value"],
                    price_year=scheme.price_year,
                    kind=scheme.kind,
                    agencies=scheme.split or {NO_SPLIT: 1.0},
                    cashability=dict(scheme.cashability),
                    grades=tuple(scheme.bias_grades),
                    start=start,
                    duration=years,
                    dropoff=scheme.dropoff,
                ),
            )
        made.append(
            Model(
                name=scheme.name,
                label=scheme.label,
                costs=costs,
                benefits=benefits,
                horizon=max(start, 0) + years - 1,
                cost_basis=basis,
                overlap_group=scheme.overlap_group,
            )
        )
    return made


def ledger_of(model: Model, params: Params, tables: Tables, *, bias: str | None = None) -> pd.DataFrame:
    """Return the ledger of a scheme; ``bias`` (off, compound, max) replaces the params' choice."""
    rule = params.bias_combine if bias in {None, "off"} else bias
    is_off = bias == "off" or (bias is None and params.optimism_bias == "off")
    return appraisal.appraise(
        model.costs,
        model.benefits,
        model.horizon,
        schedule=params.rate_kind,
        edition=params.schedule,
        base_year=params.base_year,
        index=tables.deflator,
        bias=None if is_off else tables.bias,
        combine="max" if rule == "max" else "compound",
    )


def ledger_table(made: list[Model], params: Params, tables: Tables) -> pd.DataFrame:
    """Return the ledgers of all schemes one after the other: to be read scheme by scheme, never added up."""
    parts = [ledger_of(model, params, tables).assign(scheme=model.label) for model in made]
    whole = pd.concat(parts, ignore_index=True)
    return whole[["scheme", *[name for name in whole.columns if name != "scheme"]]]


MEASURES = [
    "net_present_budget_impact_gbp",
    "financial_return",
    "cashable_return",
    "net_present_public_value_gbp",
    "public_value_return",
    "payback_years",
    "payback_discounted_years",
]


def _chain_remarks(model: Model) -> list[str]:
    """Return what a reader must know of a chain: upper bounds, how deadweight was taken off, and losses."""
    words = []
    for benefit in model.benefits:
        if benefit.is_upper_bound:
            words.append("upper bound: attribution = 100 %")
        if benefit.deadweight:
            words.append(f"deadweight {benefit.deadweight:.0%}, mode {benefit.deadweight_mode}")
        if benefit.net_impact < 0:
            words.append("negative net impact: more would have come without the scheme")
    return words


def measures_table(made: list[Model], params: Params, tables: Tables) -> pd.DataFrame:
    """Return one row a scheme: financial case, economic case, payback; empty where cost or benefit is not known."""
    rows = []
    for model in made:
        whole = model.costs and model.benefits
        words = [model.remark, *_chain_remarks(model)]
        found = asdict(appraisal.measures(ledger_of(model, params, tables)))
        row: dict[str, Any] = {"scheme": model.label, "cost_basis": model.cost_basis}
        row["cost_gbp"] = found["cost_gbp"] if model.costs else None
        row["fiscal_benefit_gbp"] = found["fiscal_benefit_gbp"] if model.benefits else None
        row |= {name: found[name] if whole else None for name in MEASURES}
        if whole and found["payback_years"] is None:
            words.append("does not pay back")
        rows.append(row | {"remark": "; ".join(filter(None, words))})
    columns = ["scheme", "cost_gbp", "fiscal_benefit_gbp", *MEASURES, "cost_basis", "remark"]
    numbers = ["cost_gbp", "fiscal_benefit_gbp", *MEASURES]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, "float64"))


def budgets_table(made: list[Model], params: Params, tables: Tables) -> pd.DataFrame:
    """Return who pays and who gains, scheme by scheme, in fiscal money discounted."""
    parts = [
        appraisal.by_agency(ledger_of(model, params, tables)).assign(
            scheme=model.label, is_net_known=bool(model.costs and model.benefits)
        )
        for model in made
        if model.costs or model.benefits
    ]
    columns = ["scheme", "agency", "cost_gbp", "benefit_gbp", "cashable_gbp", "net_gbp", "is_net_known"]
    if not parts:
        return pd.DataFrame(columns=columns)
    whole = pd.concat(parts, ignore_index=True)[columns]
    return whole.assign(net_gbp=whole["net_gbp"].where(whole["is_net_known"]))


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
    """Return Sobol indices of each scheme's uncertain inputs, with whether each is judgement."""
    parts = []
    for one in (each for each in found if not each.missing):
        frame = appraisal.sobol(one.gross, one.uncertain(), n=2**params.sobol_power, seed=_seed(one, params))
        parts.append(frame.assign(scheme=one.scheme.label, assumption=frame["input"].map(WORDS)))
    columns = ["scheme", "assumption", "first_order", "total", "is_judgement"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


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
        share = appraisal.judgement_share(one.gross, one.uncertain(), n=2**params.sobol_power, seed=_seed(one, params))
        cost = sum(sum(each.amounts_gbp) for each in model.costs)
        printed = appraisal.probability_below(cost - one.draws, limit=0.0, judgement=share) if model.costs else None
        words = NO_PROBABILITY.format(share=share) if share > appraisal.PRINT_LIMIT else ""
        if not model.costs:
            words = f"{words} The cost is not known.".strip()
        rows.append(
            {
                "scheme": one.scheme.label,
                "judgement_share": share,
                "probability_of_a_saving": printed,
                "correlations": "as stated in the params file" if params.correlations else "none stated: independent",
                "remark": words,
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
                    "unit_cost_gbp": price,
                    "implied_contacts": float(figure.value) / price,
                    "fewest": figure.interval.lower / price,
                    "most": figure.interval.upper / price,
                }
            )
    columns = ["scheme", "printed_gbp", "unit_cost", "unit_cost_gbp", "implied_contacts", "fewest", "most"]
    return pd.DataFrame(rows, columns=columns)
