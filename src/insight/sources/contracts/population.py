"""Contracts of residents and deaths by age and sex, and of a council's own catalogue of indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.sources.contracts.base import Column, Contract, FrameRule
from insight.sources.contracts.services import THEMES, UNITS

if TYPE_CHECKING:
    import pandas as pd

SEXES = ("male", "female")
OLDEST = 110
POLARITIES = ("higher_better", "lower_better", "none")
PERIOD = r"\d{4}(-\d{2})?"
AREA = Column(name="area", type="text", meaning="a ward or the borough of the look-up, or a wider area such as england")
SEX = Column(name="sex", type="text", meaning="sex", allowed=SEXES)
AGE = Column(
    name="age_from",
    type="integer",
    meaning="first age of the band: 0, 1, 5, 10 and so on; the last band is open",
    minimum=0,
    maximum=OLDEST,
)


def _bands_differ(frame: pd.DataFrame, when: str) -> pd.Series:
    """Flag rows of an area, sex and time whose bands are not those of most others, or do not start at 0."""
    bands = frame.groupby(["area", "sex", when])["age_from"].transform(lambda ages: ",".join(map(str, sorted(ages))))
    usual = bands.mode().iloc[0]
    return (bands != usual) | (not usual.startswith("0,"))


CONTRACTS = {
    "population": Contract(
        input="population",
        describes="Residents by area, year, sex and age band: mid-year estimates.",
        columns=(
            AREA,
            Column(name="year", type="integer", meaning="year of the estimate", minimum=1981, maximum=2100),
            SEX,
            AGE,
            Column(name="persons", type="integer", meaning="residents", minimum=0),
        ),
        key=("area", "year", "sex", "age_from"),
        rules=(
            FrameRule(
                columns=("area", "year", "sex", "age_from"),
                rule="every area, year and sex has the same age bands, the first from 0",
                fix="add the missing bands; residents of 0 are a number, not an empty cell",
                broken=lambda frame: _bands_differ(frame, "year"),
            ),
        ),
        source_hint="ONS mid-year population estimates of wards and of England, by sex and age",
    ),
    "deaths": Contract(
        input="deaths",
        describes="Deaths by area, pooled years, sex and age band, all causes.",
        columns=(
            AREA,
            Column(name="period", type="text", meaning="year, or years pooled such as 2006-10"),
            SEX,
            AGE,
            Column(
                name="deaths",
                type="integer",
                meaning="deaths registered; empty where the source suppressed them, never 0 instead",
                minimum=0,
                optional=True,
            ),
        ),
        key=("area", "period", "sex", "age_from"),
        rules=(
            FrameRule(
                columns=("period",),
                rule="a period is a year, or a first year and the last two digits of the last",
                fix="write 2010, or 2006-10",
                broken=lambda frame: ~frame["period"].str.fullmatch(PERIOD),
            ),
            FrameRule(
                columns=("area", "period", "sex", "age_from"),
                rule="every area, period and sex has the same age bands, the first from 0",
                fix="add the missing bands; no deaths are 0, not a missing row",
                broken=lambda frame: _bands_differ(frame, "period"),
            ),
        ),
        source_hint="primary care mortality database, or ONS death registrations by ward on request",
    ),
    "indicator_catalogue": Contract(
        input="indicator_catalogue",
        describes="Indicators of the council's own: what each means and which way is better. Rows add to those of "
        "data/reference/indicator_catalogue.csv, and replace those of the same code.",
        columns=(
            Column(name="indicator", type="text", meaning="code, as in the indicators", unique=True),
            Column(name="theme", type="text", meaning="one of the six themes", allowed=THEMES),
            Column(name="label", type="text", meaning="name as readers should see it"),
            Column(name="definition", type="text", meaning="what is counted, out of whom"),
            Column(name="polarity", type="text", meaning="which way is better", allowed=POLARITIES),
            Column(name="unit", type="text", meaning="what the value is", allowed=UNITS),
            Column(name="source", type="text", meaning="who collects it"),
            Column(name="period", type="text", meaning="when, or how often"),
            Column(name="geography", type="text", meaning="smallest area for which it exists"),
            Column(name="licence", type="text", meaning="terms of use"),
            Column(name="fetch", type="text", meaning="where it can be had"),
            Column(
                name="registry",
                type="text",
                meaning="sources of data/reference/open_data_registry.yml that bring it, parted by semicolons",
                optional=True,
                may_be_absent=True,
            ),
            Column(
                name="breaks",
                type="text",
                meaning="changes of definition as `year: what changed`, parted by semicolons",
                optional=True,
            ),
            Column(name="caveat", type="text", meaning="what a reader must know", optional=True),
            Column(name="verified", type="text", meaning="checked against the source", allowed=("yes", "no")),
        ),
        source_hint="the council's research team",
    ),
}
