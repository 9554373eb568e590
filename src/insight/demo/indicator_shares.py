"""Demonstration indicators that are shares by ward: what the print gives, and what its claims need.

What the publication prints for the borough is spread over wards, so that a stage finds it again only by summing them.
Effects are planted at a size found in 80 to 90 % of worlds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

PEOPLE, INCOMES, WORK, HOMES, SAFETY, HEALTH = (
    "population_families",
    "incomes",
    "economic_activity_qualifications",
    "housing_amenities",
    "community_safety",
    "health_care",
)
SURVEY, PROJECTION, REGISTER = "Demonstration survey", "Demonstration projection", "Demonstration register"
ADULTS = 4000
"""Adults asked in the borough; the size at which the gaps planted below are found in 80 to 90 % of worlds."""
COMPARATOR_CASES = 120_000
SCATTER = 0.15
"""Spread of wards around their level, in log odds."""
Z = 1.96


@dataclass(frozen=True, kw_only=True)
class Share:
    """One share by ward, with its benchmarks.

    ``fixed`` totals are those printed; other counts are drawn. ``null`` is the borough's share in the null variant;
    England's when empty. ``tilt`` moves the two focus wards, in log odds.
    """

    indicator: str
    theme: str
    share: float
    cases: int
    england: float | None = None
    north_west: float | None = None
    null: float | None = None
    fixed: bool = False
    tilt: tuple[float, float] = (0.0, 0.0)
    period: str = "2011"
    source: str = SURVEY
    version: str = "1"
    benchmark_cases: int = COMPARATOR_CASES


def _gap(share: float, cases: int, power_z: float, *, sign: int = 1) -> float:
    """Return ``share`` moved by what a two-sided 5 % test finds with the power whose normal quantile is given."""
    return share + sign * (Z + power_z) * math.sqrt(share * (1 - share) / cases)


ONE, TWO, THREE, FOUR = 1.04, 1.42, 1.62, 1.75
"""Normal quantile of the power of each part, so that a claim of one to four parts is found in about 85 % of worlds."""
YOUNG, GROWN = 700, 2300
OLD_BEFORE, OLD_AFTER, OLD_HERITAGE = 33_000, 40_000, 0.030
OLD_GAP = (Z + ONE) * math.sqrt(OLD_HERITAGE * (1 - OLD_HERITAGE) * (1 / OLD_BEFORE + 1 / OLD_AFTER))
BASE, PROJECTED = "2012", "2022"
POPULATION_BASE, POPULATION_PROJECTED = 219_800, 229_700

SHARES = (
    # Printed totals: ethnicity, urban living, language, teeth, weight, education, smoking.
    Share(
        indicator="white",
        theme=PEOPLE,
        period=BASE,
        share=0.806,
        cases=221_700,
        null=0.70,
        fixed=True,
        tilt=(-2.0, -1.8),
        source=PROJECTION,
    ),
    Share(
        indicator="white",
        theme=PEOPLE,
        period=PROJECTED,
        share=0.754,
        cases=POPULATION_PROJECTED,
        null=0.70,
        fixed=True,
        tilt=(-2.0, -1.8),
        source=PROJECTION,
    ),
    Share(
        indicator="pakistani_heritage",
        theme=PEOPLE,
        period=PROJECTED,
        share=0.102,
        cases=POPULATION_PROJECTED,
        null=0.06,
        fixed=True,
        tilt=(0.6, 1.9),
        source=PROJECTION,
    ),
    Share(
        indicator="bangladeshi_heritage",
        theme=PEOPLE,
        period=PROJECTED,
        share=0.092,
        cases=POPULATION_PROJECTED,
        null=0.05,
        fixed=True,
        tilt=(2.2, 0.6),
        source=PROJECTION,
    ),
    Share(
        indicator="urban_residents",
        theme=PEOPLE,
        share=0.913,
        cases=224_897,
        null=0.80,
        fixed=True,
        tilt=(2.5, 2.5),
        source=REGISTER,
    ),
    Share(
        indicator="english_first_language",
        theme=PEOPLE,
        share=0.70,
        cases=38_000,
        null=0.85,
        fixed=True,
        tilt=(-1.6, -1.4),
        source=REGISTER,
    ),
    Share(
        indicator="tooth_decay_under_5",
        theme=HEALTH,
        share=0.40,
        cases=1000,
        england=0.31,
        north_west=0.345,
        null=0.31,
        fixed=True,
        tilt=(0.3, 0.3),
        version="under_5",
    ),
    Share(
        indicator="obese_year_6",
        theme=HEALTH,
        share=0.193,
        cases=2600,
        england=0.187,
        north_west=0.196,
        null=0.25,
        fixed=True,
        tilt=(0.2, 0.2),
        period="2010",
        version="age_10-11",
        source=REGISTER,
    ),
    Share(
        indicator="degree",
        theme=WORK,
        share=0.25,
        cases=ADULTS,
        england=0.28,
        north_west=0.262,
        null=0.28,
        fixed=True,
        tilt=(-0.6, -0.6),
    ),
    Share(
        indicator="no_qualification",
        theme=WORK,
        share=0.30,
        cases=ADULTS,
        england=0.23,
        north_west=0.265,
        null=0.23,
        fixed=True,
        tilt=(0.6, 0.6),
    ),
    Share(
        indicator="smokes",
        theme=HEALTH,
        share=0.25,
        cases=ADULTS,
        england=0.21,
        north_west=0.235,
        null=0.19,
        fixed=True,
        tilt=(0.2, 0.2),
    ),
    # Claims whose figures are not printed.
    Share(
        indicator="heritage_age_0_15",
        theme=PEOPLE,
        share=_gap(0.165, YOUNG, ONE) + 0.006,
        cases=YOUNG,
        null=0.19,
        tilt=(1.5, 1.5),
    ),
    Share(indicator="heritage_age_16_over", theme=PEOPLE, share=0.165, cases=GROWN, null=0.19, tilt=(1.5, 1.5)),
    Share(
        indicator="white_age_65_over",
        theme=PEOPLE,
        period=PROJECTED,
        share=0.93,
        cases=OLD_AFTER,
        null=0.45,
        tilt=(-1.0, -1.0),
        source=PROJECTION,
    ),
    Share(
        indicator="heritage_age_65_over",
        theme=PEOPLE,
        period=BASE,
        share=OLD_HERITAGE,
        cases=OLD_BEFORE,
        null=OLD_HERITAGE,
        tilt=(1.0, 1.0),
        source=PROJECTION,
    ),
    Share(
        indicator="heritage_age_65_over",
        theme=PEOPLE,
        period=PROJECTED,
        share=OLD_HERITAGE + OLD_GAP,
        cases=OLD_AFTER,
        null=OLD_HERITAGE,
        tilt=(1.0, 1.0),
        source=PROJECTION,
    ),
    Share(
        indicator="breastfed_6_8_weeks",
        theme=HEALTH,
        share=_gap(0.46, 3200, ONE, sign=-1),
        cases=3200,
        england=0.46,
        north_west=0.40,
        period="2010",
        version="weeks_6-8",
        source=REGISTER,
    ),
    Share(
        indicator="poor_or_very_poor_health",
        theme=HEALTH,
        share=_gap(0.055, ADULTS, ONE),
        cases=ADULTS,
        england=0.055,
        north_west=0.06,
        tilt=(0.5, 0.5),
    ),
    Share(
        indicator="money_problems",
        theme=INCOMES,
        share=_gap(0.18, ADULTS, THREE),
        cases=ADULTS,
        england=0.18,
        tilt=(0.5, 0.5),
    ),
    Share(
        indicator="large_household_debt",
        theme=INCOMES,
        share=_gap(0.22, ADULTS, THREE, sign=-1),
        cases=ADULTS,
        england=0.22,
    ),
    Share(
        indicator="able_to_repay_debt",
        theme=INCOMES,
        share=_gap(0.70, ADULTS, THREE, sign=-1),
        cases=ADULTS,
        england=0.70,
        tilt=(-0.4, -0.4),
    ),
    Share(indicator="tries_to_save", theme=INCOMES, share=0.62, cases=ADULTS, england=0.60, null=0.48),
    Share(
        indicator="saves_short_term_only",
        theme=INCOMES,
        share=_gap(0.44, ADULTS, TWO),
        cases=ADULTS,
        england=0.44,
    ),
    Share(
        indicator="second_job",
        theme=INCOMES,
        share=_gap(0.05, ADULTS, TWO, sign=-1),
        cases=ADULTS,
        england=0.05,
    ),
    Share(
        indicator="reports_anxiety_or_depression",
        theme=HEALTH,
        share=_gap(0.09, ADULTS, FOUR),
        cases=ADULTS,
        england=0.09,
    ),
    Share(
        indicator="reports_chest_problems",
        theme=HEALTH,
        share=_gap(0.07, ADULTS, FOUR),
        cases=ADULTS,
        england=0.07,
    ),
    Share(
        indicator="reports_cancer",
        theme=HEALTH,
        share=_gap(0.04, ADULTS, FOUR + 0.4, sign=-1),
        cases=ADULTS,
        england=0.04,
    ),
    Share(
        indicator="reports_heart_problems",
        theme=HEALTH,
        share=_gap(0.06, ADULTS, FOUR + 0.3, sign=-1),
        cases=ADULTS,
        england=0.06,
    ),
    # For the six themes alone; no claim rests on these.
    Share(
        indicator="unemployed",
        theme=WORK,
        share=0.062,
        cases=137_000,
        england=0.047,
        north_west=0.053,
        tilt=(0.8, 0.7),
        source=REGISTER,
    ),
    Share(
        indicator="fuel_poverty",
        theme=HOMES,
        share=0.21,
        cases=ADULTS,
        england=0.17,
        tilt=(0.5, 0.5),
        version="low_income_high_cost",
    ),
    Share(indicator="internet_at_home", theme=HOMES, share=0.72, cases=ADULTS, england=0.77, tilt=(-0.5, -0.5)),
    Share(indicator="drugs_seen_as_problem", theme=SAFETY, share=0.33, cases=ADULTS, england=0.26, tilt=(0.7, 0.6)),
    Share(indicator="antisocial_behaviour", theme=SAFETY, share=0.27, cases=ADULTS, england=0.21, tilt=(0.7, 0.6)),
)
