"""Costs and benefits of a scheme: from people to pounds a year, before discounting.

Source: HM Treasury (2014), cost benefit analysis guidance for local partnerships, and the Greater Manchester model that
it follows: population, engagement, impact less deadweight, unit value, correction for optimism, attribution, agencies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

DeadweightMode = Literal["subtract", "multiply"]
Kind = Literal["fiscal", "economic", "social"]
Cashability = Literal["cashable", "cost_avoidance", "non_fiscal"]
Combine = Literal["compound", "max"]
SPLIT_SLACK = 1e-9
MONEY_SLACK = 0.5
NOT_ASSESSED = "not assessed"


def net_impact(impact: float, deadweight: float, *, mode: DeadweightMode) -> float:
    """Return impact less what would have come anyway; a negative result is kept, to be flagged.

    ``subtract``: both are shares of the population. ``multiply``: deadweight is a share of the impact.
    """
    return impact - deadweight if mode == "subtract" else impact * (1 - deadweight)


def combined_bias(biases: Sequence[float], *, combine: Combine) -> float:
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


def _one_of(name: str, given: str | None, allowed: Sequence[str]) -> None:
    if given is not None and given not in allowed:
        raise ValueError(f"{name} `{given}` is unknown. Fix: one of {', '.join(allowed)}")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One cost of a scheme, borne by one agency.

    ``amounts_gbp`` runs from year 0, in prices of ``price_year``; ``grade`` is its place in the table of evidence.
    """

    name: str
    agency: str
    amounts_gbp: tuple[float, ...]
    price_year: int
    kind: Kind = "fiscal"
    grade: int | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown kind and a negative amount."""
        _one_of("kind", self.kind, get_args(Kind))
        if not self.amounts_gbp or min(self.amounts_gbp) < 0:
            raise ValueError(f"cost `{self.name}` needs amounts of 0 or more. Fix: a saving is a benefit")

    def yearly(self, *, bias: Mapping[int, float] | None = None) -> list[float]:
        """Return the cost of each year from year 0, raised by 1 + bias of its grade where a table is handed in."""
        raised = 1.0 if bias is None or self.grade is None else 1 + bias[self.grade]
        return [amount * raised for amount in self.amounts_gbp]


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """One benefit of a scheme.

    ``unit_value`` is the worth in pounds of one outcome for one full year, in prices of ``price_year``. ``attribution``
    is ``None`` where nobody has stated it: the whole is counted and the result is an upper bound. ``agencies`` maps
    agency to share; ``cashability`` maps agency to how real the money is, absent where nobody has assessed it.
    """

    name: str
    population: float
    impact: float
    unit_value: float
    price_year: int
    agencies: Mapping[str, float]
    kind: Kind = "fiscal"
    engagement: float = 1.0
    deadweight: float = 0.0
    deadweight_mode: DeadweightMode = "subtract"
    attribution: float | None = None
    cashability: Mapping[str, Cashability | None] = field(default_factory=dict)
    grades: tuple[int, ...] = ()
    start: int = 0
    duration: int = 1
    dropoff: float = 0.0

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 1, agencies that do not add up and unknown words."""
        _one_of("kind", self.kind, get_args(Kind))
        _one_of("deadweight mode", self.deadweight_mode, get_args(DeadweightMode))
        for agency, word in self.cashability.items():
            _one_of(f"cashability of {agency}", word, get_args(Cashability))
        shares = {"engagement": self.engagement, "deadweight": self.deadweight, "dropoff": self.dropoff}
        if self.attribution is not None:
            shares["attribution"] = self.attribution
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise ValueError(f"benefit `{self.name}`: {name} {share:g} is no share. Fix: a number from 0 to 1")
        if self.start < 0 or self.duration < 1:
            raise ValueError(f"benefit `{self.name}` needs a start of 0 or more and one year or more. Fix: its years")
        agency_shares(self.agencies)

    @property
    def is_upper_bound(self) -> bool:
        """Whether attribution is unstated, so that the whole benefit is counted."""
        return self.attribution is None

    @property
    def net_impact(self) -> float:
        """Impact less deadweight; negative where more would have come anyway."""
        return net_impact(self.impact, self.deadweight, mode=self.deadweight_mode)

    def full_year(self, *, bias: Mapping[int, float] | None = None, combine: Combine = "compound") -> float:
        """Return the benefit of one full year in pounds of its price year; bias is off unless a table is handed in."""
        factor = 1.0 if bias is None else combined_bias([bias[grade] for grade in self.grades], combine=combine)
        share = 1.0 if self.attribution is None else self.attribution
        return self.population * self.engagement * self.net_impact * self.unit_value * factor * share

    def yearly(self, *, bias: Mapping[int, float] | None = None, combine: Combine = "compound") -> list[float]:
        """Return the benefit of each year from year 0 to its last."""
        full = self.full_year(bias=bias, combine=combine)
        return [0.0] * self.start + [full * (1 - self.dropoff) ** step for step in range(self.duration)]
