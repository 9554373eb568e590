"""Parameters and declaration of the benefits stage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field
from pydantic.dataclasses import dataclass

from insight.params import FIXED, STRICT, IsoDate, Share, StageParams
from insight.stages.base import Declaration, StageFile

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Year = Annotated[int, Field(ge=2000, le=2100)]
SLACK = 1e-9


def _ordered(values: list[float]) -> list[float]:
    if values != sorted(values):
        raise ValueError("numbers that run from low over central to high")
    return values


def _shares(values: list[float]) -> list[float]:
    if not 0 <= values[0] <= values[-1] <= 1:
        raise ValueError("shares from 0 to 1")
    return values


def _whole(split: dict[str, float]) -> dict[str, float]:
    if split and abs(sum(split.values()) - 1) > SLACK:
        raise ValueError(f"shares of agencies that add to 1 (they add to {sum(split.values()):g})")
    return split


Range = Annotated[list[float], Field(min_length=3, max_length=3), AfterValidator(_ordered)]
"""Low, central and high value."""
Shares = Annotated[Range, AfterValidator(_shares)]
Split = Annotated[dict[str, Share], AfterValidator(_whole)]


class Scheme(BaseModel):
    """One scheme whose benefit is appraised.

    Quantity and unit value come from the ledger by figure id, or as low, central and high; the latter win. What is left
    out is not known: the present value is then not identifiable, and no number is shown.
    """

    model_config = FIXED
    name: Code
    label: Annotated[str, Field(min_length=1)]
    price_year: Year
    """Year of the prices of the unit value (an assumption where the source does not say)."""
    first_year: Year
    """Year in which the benefit begins."""
    horizon_years: Annotated[int, Field(ge=1, le=200)] | None = None
    """Years that the benefit lasts; leave out where nobody knows."""
    quantity_figure: str | None = None
    unit_value_figure: str | None = None
    quantity: Range | None = None
    unit_value_gbp: Range | None = None
    """Worth of one outcome for one year, in pounds."""
    lifetime_figures: list[str] = Field(default_factory=list)
    """Ledger ids of lifetime values printed beside the yearly one."""
    attribution: Shares | None = None
    """Share due to the scheme; left out, all of it is counted and the result is an upper bound."""
    dropoff: Share = 0.0
    """Share of the benefit lost each year."""
    bias_grades: list[Annotated[int, Field(ge=1, le=6)]] = Field(default_factory=list)
    """Grades of the evidence in the optimism-bias table: population data, impact evidence."""
    split: Split = Field(default_factory=dict)
    """Shares of agencies, adding to 1; empty where nobody knows."""
    kind: Literal["fiscal", "economic", "social"] = "fiscal"
    """Whose money: a saving to agencies, gains of people and firms, or wellbeing."""
    success: Shares | None = None
    """Share of the quantity for whom the benefit comes; left out, all of them are counted."""
    deadweight: Shares | None = None
    """Share for whom it would have come anyway; left out, none are taken off."""
    deadweight_mode: Literal["subtract", "multiply"] = "subtract"
    """Deadweight in points of the quantity, or as a share of the successes."""
    cashability: dict[str, Literal["cashable", "cost_avoidance", "non_fiscal"]] = Field(default_factory=dict)
    """How real each agency's money is; an agency left out is not assessed and never counts as cashable."""
    cost_gbp: Annotated[float, Field(gt=0)] | None = None
    """The scheme's cost in year 0, in prices of the base year; leave out where nobody knows."""
    cost_unit_code: str | None = None
    """Code of the unit-cost table: delivery then costs the quantity times that, by a reference and not the print."""
    is_cost_the_funding: bool = False
    """Whether the scheme's cost is what the project's own spending lines add to."""
    cost_agency: Annotated[str, Field(min_length=1)] = "council"
    """Agency that bears the cost."""
    spend_figure: str | None = None
    """Ledger id of what the problem costs a year now."""
    spend_unit_codes: list[str] = Field(default_factory=list)
    """Codes of the unit-cost table at which that spend implies a number of contacts."""
    overlap_group: Code
    """Schemes of one group may count the same benefit twice."""


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the benefits stage may vary: schedules, schemes, and what makes an answer count."""

    schedule: Annotated[str, Field(min_length=1)]
    """Edition of the discount rates, as in the reference table."""
    rate_kind: Literal["standard", "health", "lower_no_ptp"]
    base_year: Year
    """Year to which values are discounted, and whose prices they are in."""
    bias_combine: Literal["compound", "max"]
    """How grades of evidence combine: product of their corrections, or the worst alone."""
    draws: Annotated[int, Field(ge=1000, le=500_000)]
    """Draws of the simulation."""
    seed: Annotated[int, Field(ge=0)]
    optimism_bias: Literal["off", "unverified"]
    """Whether benefits are corrected for optimism; the table of grades has not been checked against its print."""
    correlations: dict[str, dict[str, Annotated[float, Field(gt=-1, lt=1)]]]
    """Correlations stated between uncertain inputs; pairs left out are drawn independently."""
    sobol_power: Annotated[int, Field(ge=6, le=16)]
    """Points for shares of variance: two to this power."""
    scenario_years: list[Annotated[int, Field(ge=1, le=200)]]
    """What-if horizons, for the table of what the benefit would be if it lasted."""
    lifetime_years: Annotated[int, Field(ge=1, le=200)]
    """Longest life over which a yearly value is added up to meet a lifetime value."""
    schemes: list[Annotated[Scheme, Field(strict=False)]]
    overlaps: dict[str, dict[str, Share]]
    """Share of the smaller of two schemes' benefits that both hold, by their names, where somebody has stated it."""
    assessed_age_years: Annotated[int, Field(ge=0, le=18)]
    """Age at which the children are assessed."""
    qualification_levels: list[Annotated[int, Field(ge=1, le=8)]]
    """Levels of qualification that the unit value leaves out."""
    visits_topic: Code
    """Topic of feedback on the visits."""
    help_topics: Annotated[list[Code], Field(min_length=1)]
    """Topics on which a parent must be positive to count as helped."""
    reach_topic: Code
    """Topic of feedback on getting to the centre."""
    sharing_topic: Code
    """Staff's topic on sharing what engagement points find."""
    development_topics: Annotated[list[Code], Field(min_length=2, max_length=2)]
    """Staff's topics on their own development and on reaching families who do not come forward."""
    health_agencies: Annotated[list[Code], Field(min_length=1)]
    centre_agencies: Annotated[list[Code], Field(min_length=1)]
    pilot_start: IsoDate
    """Day from which referrals count as after the pilot's start."""


DECLARATION = Declaration(
    name="benefits",
    number=8,
    title="Benefits",
    question="What are the benefits worth, do the printed sums hold, and what do families and staff say?",
    params=Params,
    inputs=("caf_assessments",),
    optional=("feedback", "referrals", "funding"),
    references=("discount_rates.csv", "optimism_bias.csv", "gdp_deflator.csv", "unit_costs.csv"),
    files={"appraisal.xlsx": StageFile(title="The appraisal as a spreadsheet whose formulas recalculate")},
    empty={
        "sums": {"recomputed": "x"},
        "schemes": dict.fromkeys(
            (
                "quantity",
                "unit_value_gbp",
                "horizon_years",
                "present_value_gbp",
                "lower_gbp",
                "upper_gbp",
                "all_attributed_gbp",
                "cost_gbp",
                "net_present_value_gbp",
                "break_even_cost_gbp",
            ),
            "x",
        ),
        "totals": dict.fromkeys(("present_value_gbp", "lower_gbp", "upper_gbp"), "x"),
        "overlaps": {"share_of_the_smaller": "x", "taken_off_gbp": "x"},
        # a scheme of which the publication prints no pounds has none to compare with
        "cards": {"printed_gbp": "z", "source_line": "z", "present_value_gbp": "x"},
        "measures": dict.fromkeys(
            (
                "cost_gbp",
                "fiscal_benefit_gbp",
                "net_present_budget_impact_gbp",
                "financial_return",
                "cashable_return",
                "net_present_public_value_gbp",
                "public_value_return",
                "payback_years",
                "payback_discounted_years",
            ),
            "x",
        ),
        "budgets": {"net_gbp": "x"},
        # no value within what is feasible: there is no such number
        "switching": {"switching_value": "z"},
        "judgement": {"probability_of_a_saving": "x"},
    },
    tables={
        "sums": "publishable",
        "readings": "publishable",
        "schemes": "publishable",
        "agencies": "publishable",
        "sensitivity": "publishable",
        "horizons": "publishable",
        "lifetimes": "publishable",
        "totals": "publishable",
        "overlaps": "publishable",
        "cards": "publishable",
        "ledger": "publishable",
        "measures": "publishable",
        "budgets": "publishable",
        "switching": "publishable",
        "variance": "publishable",
        "judgement": "publishable",
        "bias": "publishable",
        "implied": "publishable",
        "voices": "publishable",
        "helped": "publishable",
        "joint_working": "publishable",
    },
)
