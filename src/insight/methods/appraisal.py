"""Cost benefit appraisal in the manner of the Greater Manchester model: discounting, price base, chain, metrics.

Sources: HM Treasury, The Green Book (forward-rate discounting by bands); HM Treasury (2014), cost benefit analysis
guidance for local partnerships. Rates, deflators and grades are handed in: they are data with an edition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

DeadweightMode = Literal["subtract", "multiply"]
SPLIT_SLACK = 1e-9
MONEY_SLACK = 0.5
NPBI_RULE = "net present budget impact = cost minus fiscal benefit, both discounted: a negative value is a saving"


@dataclass(frozen=True, kw_only=True)
class Band:
    """A discount rate and the years, both inclusive, in which it applies; ``last`` is ``None`` for no end."""

    first: int
    last: int | None
    rate: float


def _rate(bands: Sequence[Band], year: int) -> float:
    for band in bands:
        if band.first <= year and (band.last is None or year <= band.last):
            return band.rate
    raise ValueError(f"no discount rate for year {year}. Fix: complete the schedule")


def discount_factors(bands: Sequence[Band], *, years: int) -> list[float]:
    """Return the factors of years 0 to ``years``: 1, then the product of 1 / (1 + rate of each year so far)."""
    factors = [1.0]
    for year in range(1, years + 1):
        factors.append(factors[-1] / (1 + _rate(bands, year)))
    return factors


def annuity(bands: Sequence[Band], *, years: int) -> float:
    """Return the present value of 1 a year in years 1 to ``years``."""
    return sum(discount_factors(bands, years=years)[1:])


def present_value(flows: Sequence[float], bands: Sequence[Band]) -> float:
    """Return the present value of yearly flows, the first in year 0."""
    factors = discount_factors(bands, years=max(0, len(flows) - 1))
    return sum(flow * factor for flow, factor in zip(flows, factors, strict=True))


def equivalent_yearly(value: float, bands: Sequence[Band], *, years: int) -> float:
    """Return the yearly amount over years 1 to ``years`` whose present value is ``value``."""
    return value / annuity(bands, years=years)


def uprate(value: float, *, index: Mapping[int, float], from_year: int, to_year: int) -> float:
    """Return a price moved to another year's price base by a price index.

    Raises:
        ValueError: the index lacks one of the years.
    """
    lacking = [str(year) for year in (from_year, to_year) if year not in index]
    if lacking:
        raise ValueError(f"the price index has no value for {', '.join(lacking)}. Fix: add the year or choose another")
    return value * index[to_year] / index[from_year]


def net_impact(impact: float, deadweight: float, *, mode: DeadweightMode) -> float:
    """Return impact less what would have come anyway; a negative result is kept, to be flagged.

    ``subtract``: both are shares of the population. ``multiply``: deadweight is a share of the impact.
    """
    return impact - deadweight if mode == "subtract" else impact * (1 - deadweight)


def combined_bias(biases: Sequence[float], *, combine: Literal["compound", "max"]) -> float:
    """Return the factor that corrects benefits for optimism: the product of (1 - bias), or 1 minus the worst bias."""
    if combine == "max":
        return 1 - max(biases, default=0.0)
    factor = 1.0
    for bias in biases:
        factor *= 1 - bias
    return factor


def agency_shares(parts: Mapping[str, float], *, total: float | None = None) -> dict[str, float]:
    """Return the shares of agencies, adding to 1.

    Args:
        parts: by agency, shares (``total`` is ``None``) or money in the unit of ``total``.
        total: what money parts must add to, within half a pound a part; they are then divided by their own sum.

    Raises:
        ValueError: negative parts, or parts that do not add up; both sums are shown.
    """
    if not parts or min(parts.values()) < 0:
        raise ValueError("an agency split needs parts of 0 or more. Fix: list each agency that gains")
    added = sum(parts.values())
    aim, slack = (1.0, SPLIT_SLACK) if total is None else (total, MONEY_SLACK * len(parts))
    if abs(added - aim) > slack:
        raise ValueError(
            f"an agency split adds to {added:g}, not {aim:g}. Fix: parts must be agencies' shares of one sum; "
            "steps of a process are not a split"
        )
    return {agency: part / added for agency, part in parts.items()}


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One benefit: from people to pounds.

    ``value_gbp`` is the worth of one outcome for one full year. ``attribution`` is ``None`` where nobody has stated
    it: then the whole is counted and the result is an upper bound.
    """

    population: float
    impact: float
    value_gbp: float
    deadweight: float = 0.0
    deadweight_mode: DeadweightMode = "subtract"
    bias_factor: float = 1.0
    attribution: float | None = None
    start_year: int = 0
    duration_years: int = 1
    dropoff: float = 0.0

    @property
    def is_upper_bound(self) -> bool:
        """Whether attribution is unstated, so that the whole benefit is counted."""
        return self.attribution is None

    @property
    def net_impact(self) -> float:
        """Impact less deadweight."""
        return net_impact(self.impact, self.deadweight, mode=self.deadweight_mode)

    def flows(self) -> list[float]:
        """Return the benefit of each year from year 0, in pounds."""
        share = 1.0 if self.attribution is None else self.attribution
        whole = self.population * self.net_impact * self.value_gbp * self.bias_factor * share
        years = [whole * (1 - self.dropoff) ** step for step in range(self.duration_years)]
        return [0.0] * self.start_year + years


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


def switching_value(net: Callable[[float], float], *, low: float, high: float) -> float | None:
    """Return the value of an input between ``low`` and ``high`` at which ``net(value)`` is 0.

    ``None`` says that no value in that range turns the result. ``net`` is a continuous function of one number.
    """
    from scipy.optimize import brentq

    at_low, at_high = net(low), net(high)
    if at_low == 0:
        return low
    if at_high == 0:
        return high
    if at_low * at_high > 0:
        return None
    return float(brentq(net, low, high, xtol=1e-9))


def may_add(first: str, second: str, overlaps: Mapping[str, Mapping[str, float]] | None) -> float | None:
    """Return the stated share of ``second`` that ``first`` already holds; ``None`` when nobody stated it."""
    if not overlaps:
        return None
    given = overlaps.get(first, {}).get(second)
    return overlaps.get(second, {}).get(first) if given is None else given


def total_without_overlap(
    values: Mapping[str, float], *, overlaps: Mapping[str, Mapping[str, float]] | None
) -> float | None:
    """Return the sum of benefits less their stated overlaps; ``None`` (refused) where one pair's overlap is unstated.

    Each pair's overlap is a share of the smaller of the two and is taken off once.
    """
    names, total = list(values), sum(values.values())
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            share = may_add(one, other, overlaps)
            if share is None:
                return None
            total -= share * min(values[one], values[other])
    return total
