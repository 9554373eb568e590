"""Amounts with their units, as readers read them: pounds with thousands set apart, per cent, years."""

from __future__ import annotations

UNITS = {
    "gbp": "£{}",
    "gbp_per_year": "£{} a year",
    "percent": "{} %",
    "points": "{} points",
    "years": "{} years",
    "years_range": "{} years",
    "months": "{} months",
    "month_range": "{} months",
    "weeks_range": "{} weeks",
    "days": "{} days",
    "days_range": "{} days",
    "hours": "{} hours",
    "minutes": "{} minutes",
    "per_year": "{} a year",
    "per_1000_births": "{} per 1,000 births",
    "rank": "rank {}",
}
"""Units that go with the number; a count, a date and a name stand alone."""
APART = frozenset({"year", "financial_year", "month", "month_day"})
"""Units whose digits are a date and are never set apart."""


def _grouped(value: float | str, *, unit: str) -> str:
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return value
        places = len(value.partition(".")[2])
    else:
        number = float(f"{value:.6g}")
        places = len(f"{number:.6f}".rstrip("0").partition(".")[2])
    return f"{number:.{places}f}" if unit in APART else f"{number:,.{places}f}"


def amount(value: float | str | None, *, unit: str) -> str:
    """Return a value with its unit: ``£240,000``, ``7.3 %``, ``rank 2``; a dash where there is none.

    Args:
        value: a number, at most six significant digits of which are shown, or a printed value, whose decimals are kept.
        unit: a unit of the ledger of printed figures; an unknown one, or none, leaves the number bare.
    """
    if value is None:
        return "-"
    return UNITS.get(unit, "{}").format(_grouped(value, unit=unit))


def unit_name(unit: str) -> str:
    """Return a unit of the ledger in words or signs, for a column of its own."""
    return " ".join(UNITS[unit].format("").split()) if unit in UNITS else unit.replace("_", " ")
