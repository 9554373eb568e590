"""The tidy ledger of an appraisal, and every measure as a sum over it.

Source: HM Treasury (2014), cost benefit analysis guidance for local partnerships: the financial case counts fiscal
money alone, the economic case counts fiscal, economic and social value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from insight.methods.appraisal.discounting import discount_factors, schedule_bands, uprate
from insight.methods.appraisal.model import NOT_ASSESSED, Benefit, Combine, Cost, agency_shares

NPBI_RULE = "net present budget impact = cost minus fiscal benefit, both discounted: a negative value is a saving"
COLUMNS = [
    "item",
    "side",
    "agency",
    "year",
    "kind",
    "cashability",
    "is_upper_bound",
    "amount_gbp",
    "discount_factor",
    "present_gbp",
]
CASHABLE = "cashable"


def appraise(
    costs: Sequence[Cost],
    benefits: Sequence[Benefit],
    horizon: int,
    *,
    schedule: str = "standard",
    edition: str = "green_book_2022",
    base_year: int | None = None,
    index: Mapping[int, float] | None = None,
    bias: Mapping[int, float] | None = None,
    combine: Combine = "compound",
) -> pd.DataFrame:
    """Return the ledger of a scheme: one row for each item, agency and year from 0 to ``horizon``.

    Args:
        costs: what the scheme costs; amounts past the horizon are left out.
        benefits: what it brings, likewise.
        horizon: last year counted; year 0 is the start.
        schedule: discount rates, see :func:`discount_factor`.
        edition: their edition.
        base_year: year in whose prices the ledger stands; needed where items have prices of different years.
        index: price index by year, needed likewise.
        bias: optimism bias by grade of evidence. Left out, nothing is corrected: the published table has not been
            checked, so a caller must ask for it.
        combine: how several grades of one benefit combine.

    Returns:
        Columns item, side (cost or benefit), agency, year, kind, cashability, is_upper_bound, amount_gbp (prices of
        the base year, undiscounted), discount_factor, present_gbp.

    Raises:
        ValueError: a negative horizon, items of one name, or prices of several years without an index.
    """
    if horizon < 0:
        raise ValueError(f"horizon {horizon} lies before the start. Fix: 0 or more")
    items: list[Cost | Benefit] = [*costs, *benefits]
    names = [item.name for item in items]
    if len(set(names)) < len(names):
        raise ValueError("two items have one name. Fix: name each cost and benefit for itself")
    moved = _price_factors({item.price_year for item in items}, base_year=base_year, index=index)
    rows: list[dict[str, object]] = []
    for cost in costs:
        flows = [amount * moved[cost.price_year] for amount in cost.yearly(bias=bias)]
        same: dict[str, object] = {"item": cost.name, "side": "cost", "agency": cost.agency, "kind": cost.kind}
        rows += _rows(flows[: horizon + 1], same | {"cashability": NOT_ASSESSED, "is_upper_bound": False})
    for benefit in benefits:
        flows = [amount * moved[benefit.price_year] for amount in benefit.yearly(bias=bias, combine=combine)]
        for agency, share in agency_shares(benefit.agencies).items():
            same = {
                "item": benefit.name,
                "side": "benefit",
                "agency": agency,
                "kind": benefit.kind,
                "cashability": benefit.cashability.get(agency) or NOT_ASSESSED,
                "is_upper_bound": benefit.is_upper_bound,
            }
            rows += _rows([share * flow for flow in flows[: horizon + 1]], same)
    frame = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in {"discount_factor", "present_gbp"}])
    factors = discount_factors(schedule_bands(schedule, edition=edition), years=horizon)
    frame["discount_factor"] = frame["year"].map(dict(enumerate(factors))).astype("float64")
    frame["present_gbp"] = frame["amount_gbp"].astype("float64") * frame["discount_factor"]
    return frame[COLUMNS]


def _price_factors(years: set[int], *, base_year: int | None, index: Mapping[int, float] | None) -> dict[int, float]:
    if base_year is None and len(years) < 2:  # noqa: PLR2004 - one price base needs no move
        return dict.fromkeys(years, 1.0)
    if base_year is None or (index is None and years != {base_year}):
        raise ValueError("prices of several years. Fix: hand in a base year and a price index")
    return {year: uprate(1.0, index=index, from_year=year, to_year=base_year) if index else 1.0 for year in years}


def _rows(flows: Sequence[float], same: Mapping[str, object]) -> list[dict[str, object]]:
    return [{**same, "year": year, "amount_gbp": flow} for year, flow in enumerate(flows)]


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Sums over a ledger, in pounds of its base year; a ratio is ``None`` where nothing is spent."""

    fiscal_cost_gbp: float
    fiscal_benefit_gbp: float
    net_present_budget_impact_gbp: float
    """Fiscal cost minus fiscal benefit, discounted: negative is a saving."""
    financial_return: float | None
    cashable_benefit_gbp: float
    cashable_return: float | None
    cost_gbp: float
    benefit_gbp: float
    net_present_public_value_gbp: float
    public_value_return: float | None
    payback_years: float | None
    """Years until fiscal benefits have covered fiscal costs, undiscounted; ``None``: they do not."""
    payback_discounted_years: float | None
    is_upper_bound: bool
    """Whether some benefit's attribution is unstated, so that the whole of it is counted."""


def measures(ledger: pd.DataFrame) -> Measures:
    """Return the measures of a ledger from :func:`appraise`."""
    is_cost, is_fiscal = ledger["side"] == "cost", ledger["kind"] == "fiscal"
    value = ledger["present_gbp"]
    cost, benefit = float(value[is_cost].sum()), float(value[~is_cost].sum())
    fiscal_cost, fiscal = float(value[is_cost & is_fiscal].sum()), float(value[~is_cost & is_fiscal].sum())
    cashable = float(value[~is_cost & is_fiscal & (ledger["cashability"] == CASHABLE)].sum())
    return Measures(
        fiscal_cost_gbp=fiscal_cost,
        fiscal_benefit_gbp=fiscal,
        net_present_budget_impact_gbp=budget_impact(fiscal_cost, fiscal),
        financial_return=ratio(fiscal, fiscal_cost),
        cashable_benefit_gbp=cashable,
        cashable_return=ratio(cashable, fiscal_cost),
        cost_gbp=cost,
        benefit_gbp=benefit,
        net_present_public_value_gbp=benefit - cost,
        public_value_return=ratio(benefit, cost),
        payback_years=payback_years(_net_by_year(ledger[is_fiscal], "amount_gbp")),
        payback_discounted_years=payback_years(_net_by_year(ledger[is_fiscal], "present_gbp")),
        is_upper_bound=bool(ledger.loc[~is_cost, "is_upper_bound"].any()),
    )


def _net_by_year(ledger: pd.DataFrame, column: str) -> list[float]:
    signed = ledger[column].where(ledger["side"] == "benefit", -ledger[column])
    years = range(int(ledger["year"].max()) + 1) if len(ledger) else range(0)
    return [float(signed[ledger["year"] == year].sum()) for year in years]


def by_agency(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return who pays and who gains: cost, benefit, cashable benefit and net benefit of each agency, discounted.

    Fiscal money alone: an agency's budget holds nothing else.
    """
    fiscal = ledger[ledger["kind"] == "fiscal"]
    is_cost = fiscal["side"] == "cost"
    parts = pd.DataFrame(
        {
            "agency": fiscal["agency"],
            "cost_gbp": fiscal["present_gbp"].where(is_cost, 0.0),
            "benefit_gbp": fiscal["present_gbp"].where(~is_cost, 0.0),
            "cashable_gbp": fiscal["present_gbp"].where(~is_cost & (fiscal["cashability"] == CASHABLE), 0.0),
        }
    )
    found = parts.groupby("agency", sort=True).sum().reset_index()
    return found.assign(net_gbp=found["benefit_gbp"] - found["cost_gbp"])


def payback_years(flows: Sequence[float]) -> float | None:
    """Return the years until cumulative net flows reach zero, linear inside the year; ``None`` if they never do.

    ``flows`` starts with year 0, taken as spent at its start.
    """
    total = 0.0
    for year, flow in enumerate(flows):
        if total + flow >= 0:
            return 0.0 if year == 0 else (year - 1) + abs(total) / flow
        total += flow
    return None


def budget_impact(cost: float, fiscal_benefit: float) -> float:
    """Return the net present budget impact: cost minus fiscal benefit, so that a negative value is a saving."""
    return cost - fiscal_benefit


def ratio(benefit: float, cost: float) -> float | None:
    """Return benefit a pound of cost; ``None`` where there is no cost."""
    return None if cost == 0 else benefit / cost
