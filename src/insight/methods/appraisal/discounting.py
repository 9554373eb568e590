"""Discounting and price base: forward rates by bands of years, and a price index.

Source: HM Treasury, The Green Book. Rates are data with an edition: :func:`schedule_bands` reads them from the
reference table, the one file that a method of this package reads for itself.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from insight import paths

RATES = "discount_rates.csv"
LATE_QUARTER = 0.25
"""Part of a financial year (April to March) that falls into the next calendar year."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """A discount rate and the years, both inclusive, in which it applies; ``last`` is ``None`` for no end."""

    first: int
    last: int | None
    rate: float


@cache
def schedule_bands(schedule: str = "standard", *, edition: str = "green_book_2022") -> tuple[Band, ...]:
    """Return the rates of a schedule (``standard``, ``health``, ``lower_no_ptp``) in an edition of the Green Book.

    Raises:
        ValueError: no such schedule in the reference table; those that there are get named.
    """
    with paths.reference(RATES).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    own = [row for row in rows if row["schedule"] == edition and row["kind"] == schedule]
    if not own:
        known = sorted({f"{row['kind']} of {row['schedule']}" for row in rows})
        raise ValueError(f"no discount rates `{schedule}` of `{edition}`. Fix: one of {', '.join(known)}")
    return tuple(
        Band(
            first=int(row["first_year"]),
            last=int(row["last_year"]) if row["last_year"] else None,
            rate=float(row["rate"]),
        )
        for row in own
    )


def discount_factor(year: int, *, schedule: str = "standard", edition: str = "green_book_2022") -> float:
    """Return what 1 in ``year`` (0 is now) is worth now: the product of 1 / (1 + rate) over the years up to it.

    Raises:
        ValueError: a negative year, or a schedule that the reference table does not hold.
    """
    if year < 0:
        raise ValueError(f"year {year} lies before the start. Fix: count years from 0")
    return discount_factors(schedule_bands(schedule, edition=edition), years=year)[year]


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


def financial_year_index(index: Mapping[int, float]) -> dict[int, float]:
    """Return an index of financial years (by the year in which each begins) made from calendar years.

    Three quarters of a year's value and one quarter of the next: an approximation, to be said where it is used. Years
    whose successor is lacking are left out.
    """
    return {
        year: (1 - LATE_QUARTER) * value + LATE_QUARTER * index[year + 1]
        for year, value in index.items()
        if year + 1 in index
    }
