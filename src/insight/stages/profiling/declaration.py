"""Parameters and declaration of the profiling stage."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from insight.params import STRICT, IsoDate, StageParams
from insight.stages.base import Declaration, Level

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Codes = Annotated[tuple[Code, ...], Field(strict=False)]
Area = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
"""Code of an area: a name as a code, or an official one such as E05000723."""
Areas = Annotated[tuple[Area, ...], Field(strict=False)]
Year = Annotated[str, Field(pattern=r"^\d{4}$")]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What profiling may vary: which wards, against whom, which years, and who counts as a young child."""

    focus_wards: Annotated[Areas, Field(min_length=1, max_length=4)]
    """Codes of the wards that are profiled in depth, as in the look-up."""
    region: Area
    """Code of the region that serves as a benchmark."""
    nation: Area
    """Code of the nation that serves as a benchmark."""
    neighbours: Areas
    """Codes, in the indicators, of councils that are statistically alike."""
    neighbours_model: Annotated[str, Field(min_length=3)]
    """Which model of likeness the neighbours come from, as readers should see it."""
    neighbours_as_of: IsoDate
    """Date of that model: sets of neighbours are revised."""
    population_base: Year
    """Year of the population estimate."""
    population_projected: Year
    """Year to which the population is projected."""
    ethnicity_base: Year
    """Year of the ethnicity estimate."""
    ethnicity_projected: Year
    """Year to which ethnicity is projected."""
    eyfs_year: Annotated[int, Field(ge=2000, le=2099)]
    """Summer in which children were assessed."""
    young_age_band: Annotated[str, Field(pattern=r"^\d{1,2}-\d{1,2}$")]
    """Ages, in years, of those whose ethnic mix is held against that of all others."""
    reference_day: IsoDate
    """Day on which a child must be below the age limit to count as reached."""
    age_limit_years: Annotated[int, Field(ge=1, le=18)]
    """Age, in years, at which a child leaves the count."""
    deprivation_bands: Annotated[int, Field(ge=2, le=10)]
    """Number of equal bands of output areas by deprivation."""
    centre_kind: Code
    """Kind, among the places, of a children's centre."""
    neighbourhoods_by_ward: dict[Area, Annotated[int, Field(ge=1, le=40)]]
    """How many neighbourhoods to propose in each focus ward."""
    neighbourhood_floor: Annotated[int, Field(ge=1, le=50)]
    """Fewest output areas in a proposed neighbourhood."""
    neighbourhood_households: Annotated[int, Field(ge=1, le=20_000)]
    """Fewest households in a neighbourhood of the alternative that balances them (max-p)."""
    barrier_tolerance_m: Annotated[float, Field(gt=0, le=100)]
    """How near, in metres, a shared border must run to a barrier to follow it; belongs to the outlines."""
    amenity_kinds: Annotated[Codes, Field(min_length=1)]
    """Kinds of place whose nearness neighbourhoods should be alike in."""
    clinic_kind: Code
    """Kind, among the places, of a clinic."""
    pram_speed_kmh: Annotated[float, Field(gt=0, le=8)]
    """Walking speed with a pram."""
    walk_minutes: Annotated[float, Field(ge=1, le=120)]
    """Minutes on foot that count as near."""
    need_indicators: Annotated[Codes, Field(min_length=1)]
    """Indicators on which wards are ranked by need; each counts alike."""
    draws: Annotated[int, Field(ge=200, le=20_000)]
    """Draws for the uncertainty of the ranking."""
    seed: int
    """Seed of those draws."""
    funnel_indicator: Code
    """Share whose wards and neighbourhoods are shown as a funnel."""
    trend_indicators: Annotated[Codes, Field(min_length=1, max_length=4)]
    """Indicators whose periods are drawn."""
    linkage_weights: Annotated[tuple[float, ...], Field(strict=False, min_length=2, max_length=2)]
    """Lower and higher threshold of match weight (log2 of the odds) above which two records are one child."""
    sustained_contacts: Annotated[int, Field(ge=2, le=52)]
    """Contacts in the period from which reach counts as sustained."""
    reach_period_days: Annotated[int, Field(ge=30, le=1830)]
    """Days before the reference day within which contacts count."""


RECORDS = ("records_childrens_centre", "records_library", "records_benefits", "records_health_visiting")
ROSTERS = ("roster_childrens_centre", "roster_library", "roster_benefits")

TABLES: dict[str, Level] = {
    "indicators": "publishable",
    "themes": "publishable",
    "comparisons": "publishable",
    "directions": "publishable",
    "needs": "publishable",
    "data_quality": "publishable",
    "deprivation": "publishable",
    "deprivation_rules": "publishable",
    "life_expectancy": "publishable",
    "life_computed": "publishable",
    "mortality": "publishable",
    "inequality": "publishable",
    "population_pyramid": "publishable",
    "neighbourhoods": "publishable",
    "neighbourhood_brief": "publishable",
    "neighbourhood_division": "publishable",
    "neighbourhood_methods": "publishable",
    "access": "publishable",
    "access_areas": "publishable",
    "reaggregation": "publishable",
    "reaggregation_rules": "publishable",
    "small_areas": "publishable",
    "profiles": "publishable",
    "catalogue": "publishable",
    "reach": "publishable",
    "clients": "publishable",
    "linked_clients": "publishable",
    "linkage_quality": "publishable",
    "known": "publishable",
    "linked": "restricted",
}

DECLARATION = Declaration(
    name="profiling",
    number=1,
    title="Profiling",
    question="Who lives here, how do they fare against region and nation, and whom do services reach?",
    params=Params,
    inputs=("indicators", "lookup"),
    optional=(
        "indicator_catalogue",
        "population",
        "deaths",
        "eyfs_counts",
        "births",
        *ROSTERS,
        *RECORDS,
        "service_engagements",
        "linkage_truth",
        "linkage_labels",
        "boundaries",
        "barriers",
        "places",
        "area_housing",
        "effort_log",
    ),
    empty={
        "indicators": dict.fromkeys(("lower", "upper", "numerator", "denominator"), "z"),
        "comparisons": {
            **dict.fromkeys(("count", "cases", "lower", "upper", "rank", "rank_of", "rank_best", "rank_worst"), "z"),
            **dict.fromkeys(("rest", "borough", "region", "nation", "neighbours"), "x"),
        },
        "directions": {"p_value": "z"},
        "data_quality": {"counted": "z"},
        "neighbourhood_methods": {"stability": "z"},
        "reaggregation_rules": dict.fromkeys(("spread", "value", "other_value"), "z"),
        "profiles": {
            **dict.fromkeys(("count", "cases", "lower", "upper", "shrunk", "shrunk_lower", "shrunk_upper"), "z"),
            **dict.fromkeys(("rank", "rank_best", "rank_worst"), "z"),
            **dict.fromkeys(("rest", "borough", "region", "nation", "neighbours"), "x"),
        },
    },
    tables=TABLES,
    by_neighbourhood={
        "neighbourhoods": "Residents, households and young children",
        "neighbourhood_brief": "Indicators in six themes",
        "reach": "Children known to services",
        "known": "Children known to services, three definitions of reach",
        "access": "Walks with a pram to services",
    },
    references=("category_hierarchies.csv", "indicator_catalogue.csv", "european_standard_population_2013.csv"),
)
