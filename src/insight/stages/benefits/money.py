"""Costs against benefits: the ledger of each scheme, its measures, switching values, and what judgement drives."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from insight.errors import ParamsError
from insight.methods import appraisal
from insight.methods.appraisal import Benefit, Cost
from insight.privacy.disclosure.markers import INAPPLICABLE, status_of
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.schemes import NO_SPLIT, Appraised, Tables

COST_UNKNOWN = "cost not known: net present budget impact, return and payback not identifiable"
BENEFIT_UNKNOWN = "benefit not known: net present budget impact, return and payback not identifiable"


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


def _standing(code: str, tables: Tables) -> str:
    """Return a warning where a unit cost has not been checked against its source."""
    is_verified = (tables.unit_costs.loc[tables.unit_costs["code"] == code, "verified"] == "yes").all()
    return "" if is_verified else ", unverified (not checked against its source)"


def _cost(one: Appraised, params: Params, tables: Tables) -> tuple[tuple[Cost, ...], str]:
    scheme, amount, basis = one.scheme, None, "not known"
    if scheme.cost_gbp is not None:
        amount, basis = scheme.cost_gbp, "params file"
    elif scheme.cost_unit_code is not None and one.quantity is not None:
        each = unit_cost(scheme.cost_unit_code, tables, base_year=params.base_year)
        amount = one.quantity.central * each
        basis = (
            f"quantity times unit cost {scheme.cost_unit_code}{_standing(scheme.cost_unit_code, tables)}, moved by an "
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
    nothing = Model(name="", label="", costs=(), benefits=(), horizon=0, cost_basis="", overlap_group="")
    parts = [ledger_of(model, params, tables).assign(scheme=model.label) for model in made or [nothing]]
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
PAYBACK = ("payback_years", "payback_discounted_years")
"""Not available where cost or benefit is not known, not applicable where a scheme never pays back."""


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
        for name in PAYBACK:
            row[status_of(name)] = INAPPLICABLE if whole and found[name] is None else ""
        rows.append(row | {"remark": "; ".join(filter(None, words))})
    columns = ["scheme", "cost_gbp", "fiscal_benefit_gbp", *MEASURES, *map(status_of, PAYBACK), "cost_basis", "remark"]
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
