"""Contracts of indicators of areas, and of what services know: registrations, library members, benefits, births."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.sources.contracts.base import Column, Contract, FrameRule

if TYPE_CHECKING:
    import pandas as pd

THEME_NAMES = {
    "population_families": "Population and families",
    "incomes": "Incomes",
    "economic_activity_qualifications": "Economic activity and qualifications",
    "housing_amenities": "Housing and amenities",
    "community_safety": "Community safety",
    "health_care": "Health and care",
}
"""Themes of indicators, by code, as readers meet them."""
THEMES = tuple(THEME_NAMES)
UNITS = ("share", "area_share", "per_1000", "count", "score", "years", "place")
STATUSES = ("c", "x", "z", "u", "p", "r")
WITHOUT_VALUE = ("c", "x", "z")
"""Marks of the Government Statistical Service: c confidential, x not available, z not applicable; the others (u low
reliability, p provisional, r revised) stand beside a value."""
PER = {"share": 1.0, "area_share": 1.0, "per_1000": 1000.0}
SLACK = 0.006
"""Rounding allowed between a value and its two counts, in units of the factor above."""
MOST_YOUNG, MOST_CONTACTS = 12, 2000


def _disagree(frame: pd.DataFrame) -> pd.Series:
    factor = frame["unit"].map(PER).astype("float64")
    known = factor.notna() & frame["numerator"].notna() & frame["denominator"].notna()
    ratio = factor * frame["numerator"].astype("float64") / frame["denominator"].astype("float64")
    return known & ((frame["value"].astype("float64") - ratio).abs() > SLACK * factor.clip(upper=100.0))


def _unsaid(frame: pd.DataFrame) -> pd.Series:
    return frame["value"].isna() != frame["status"].isin(WITHOUT_VALUE)


def _told(frame: pd.DataFrame) -> pd.Series:
    counts = frame[["numerator", "denominator"]].notna().any(axis=1)
    return (frame["status"] == "c") & counts


def _too_many(frame: pd.DataFrame) -> pd.Series:
    return frame["unit"].isin(["share", "area_share"]) & (frame["numerator"] > frame["denominator"])


def _no_share(frame: pd.DataFrame) -> pd.Series:
    value = frame["value"].astype("float64")
    return frame["unit"].isin(["share", "area_share"]) & ((value < 0) | (value > 1))


CHILD = Column(name="child_id", type="text", meaning="code of the child, the same in each roster", unique=True)
AREA = Column(name="oa", type="text", meaning="output area of the home", area="oa")
LONGEST_BEFORE = 366
"""Days before a birth from which an entry cannot be of that child."""
BORN = Column(name="birth_month", type="date", meaning="first day of the month of birth")


def _not_before_birth(day: str) -> FrameRule:
    """Return the rule that swapped columns of dates break; some services register a child before it is born."""

    def broken(frame: pd.DataFrame) -> pd.Series:
        before = (frame["birth_month"] - frame[day]).dt.days
        early = before > 0
        return (before > LONGEST_BEFORE) | (early & (early.mean() > 1 / 2))

    return FrameRule(
        columns=("birth_month", day),
        rule="a child is on no list more than a year before its birth, and few are before it",
        fix="correct one of the two dates; if many are wrong, the columns are swapped",
        broken=broken,
    )


CONTRACTS = {
    "indicators": Contract(
        input="indicators",
        describes="Indicators in tidy rows, one an indicator, area and period; benchmarks among the areas.",
        columns=(
            Column(name="theme", type="text", meaning="one of the six themes", allowed=THEMES),
            Column(name="indicator", type="text", meaning="code of the indicator"),
            Column(
                name="area",
                type="text",
                meaning="an area of the look-up, a wider area such as england, or a neighbour of the params",
            ),
            Column(name="period", type="text", meaning="year, or years pooled such as 2008-10"),
            Column(
                name="value",
                type="number",
                meaning="the value in its unit (shares from 0 to 1); empty where the status says why, never 0 instead",
                optional=True,
            ),
            Column(name="numerator", type="number", meaning="count behind the value", minimum=0, optional=True),
            Column(name="denominator", type="number", meaning="cases behind it", minimum=0.001, optional=True),
            Column(name="unit", type="text", meaning="what the value is", allowed=UNITS),
            Column(name="source", type="text", meaning="who publishes it"),
            Column(
                name="definition_version",
                type="text",
                meaning="version of the definition; a band stands last, after a low line, such as age_10-11",
            ),
            Column(
                name="status",
                type="text",
                meaning="c suppressed by the source, x not available, z not applicable (no value); u unreliable, "
                "p provisional, r revised (beside a value)",
                allowed=STATUSES,
                optional=True,
            ),
            Column(
                name="vintage",
                type="integer",
                meaning="census year of output area codes; empty for wards and wider areas",
                optional=True,
                may_be_absent=True,
            ),
        ),
        key=("indicator", "area", "period", "definition_version"),
        rules=(
            FrameRule(
                columns=("value", "status"),
                rule="a value is empty exactly where the status is c, x or z",
                fix="give the status of an empty value, and empty the value of a suppressed one",
                broken=_unsaid,
            ),
            FrameRule(
                columns=("status", "numerator", "denominator"),
                rule="a suppressed value has no counts beside it",
                fix="empty both counts",
                broken=_told,
            ),
            FrameRule(
                columns=("value", "numerator", "denominator"),
                rule="a value agrees with the two counts behind it",
                fix="correct value, numerator or denominator",
                broken=_disagree,
            ),
            FrameRule(
                columns=("value", "unit"),
                rule="a share is from 0 to 1",
                fix="divide per cent by 100 (adopted files: say `unit` as percent, and read `value` as by_unit), or "
                "correct the unit",
                broken=_no_share,
            ),
            FrameRule(
                columns=("numerator", "denominator"),
                rule="a share has no more cases than there are",
                fix="correct one of the two cells",
                broken=_too_many,
            ),
        ),
        source_hint="national statistics by area, health profiles, the council's own surveys",
    ),
    "roster_childrens_centre": Contract(
        input="roster_childrens_centre",
        describes="Children registered at a children's centre, one row a child.",
        columns=(
            CHILD,
            AREA,
            BORN,
            Column(name="registered", type="date", meaning="day of registration"),
            Column(
                name="contacts", type="integer", meaning="contacts in the last year", minimum=0, maximum=MOST_CONTACTS
            ),
        ),
        rules=(_not_before_birth("registered"),),
        source_hint="the children's centre system",
    ),
    "roster_library": Contract(
        input="roster_library",
        describes="Library members under five, one row a child.",
        columns=(
            CHILD,
            AREA,
            BORN,
            Column(name="joined", type="date", meaning="day of joining"),
            Column(name="loans", type="integer", meaning="loans in the last year", minimum=0, maximum=MOST_CONTACTS),
        ),
        rules=(_not_before_birth("joined"),),
        source_hint="the library system",
    ),
    "roster_benefits": Contract(
        input="roster_benefits",
        describes="Households with children under five on a benefit that the council pays, one row a household.",
        columns=(
            Column(name="household_id", type="text", meaning="code of the household", unique=True),
            AREA,
            Column(
                name="children_0_4", type="integer", meaning="children under five in it", minimum=1, maximum=MOST_YOUNG
            ),
            Column(name="benefit", type="text", meaning="which benefit", allowed=("housing", "council_tax")),
        ),
        source_hint="the benefits system",
    ),
    "births": Contract(
        input="births",
        describes="Live births by ward and month.",
        columns=(
            Column(name="area", type="text", meaning="ward of the mother's home", area="ward"),
            Column(name="month", type="date", meaning="first day of the month"),
            Column(name="births", type="integer", meaning="live births", minimum=0),
        ),
        key=("area", "month"),
        source_hint="the health authority's births file",
    ),
}
