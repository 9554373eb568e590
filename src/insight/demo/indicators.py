"""Demonstration indicators of areas: six themes, for output areas or wards, the borough, region, nation and neighbours.

What the publication prints for the borough is spread over wards, so that a stage finds it again only by summing them.
Everything else (comparators, surveys, scores) is invented; effects are planted at a size found in 80 to 90 % of worlds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight import paths
from insight.demo import divisions
from insight.demo.world import Planted

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

COLUMNS = [
    "theme",
    "indicator",
    "area",
    "period",
    "value",
    "numerator",
    "denominator",
    "unit",
    "source",
    "definition_version",
]
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
    Share(indicator="fuel_poverty", theme=HOMES, share=0.21, cases=ADULTS, england=0.17, tilt=(0.5, 0.5)),
    Share(indicator="internet_at_home", theme=HOMES, share=0.72, cases=ADULTS, england=0.77, tilt=(-0.5, -0.5)),
    Share(indicator="drugs_seen_as_problem", theme=SAFETY, share=0.33, cases=ADULTS, england=0.26, tilt=(0.7, 0.6)),
    Share(indicator="antisocial_behaviour", theme=SAFETY, share=0.27, cases=ADULTS, england=0.21, tilt=(0.7, 0.6)),
)
MENTAL_HEALTH_NEED, MENTAL_HEALTH_NULL = 8240, 5600
INFANTS = {"2002-04": (100, 9400), "2008-10": (70, 9860)}
"""Deaths under one and births of the borough, by years pooled; the later rate is the one printed."""
INFANT_ENGLAND, INFANT_NORTH_WEST = 4.6, 5.1
NEIGHBOURS = {"neighbour_01": 0.197, "neighbour_02": 0.204, "neighbour_03": 0.19, "neighbour_04": 0.199}
HEAVIEST = ("neighbour_05", 0.193 + (2.576 + ONE) * math.sqrt(2 * 0.193 * 0.807 / 2600))
"""The neighbour whose gap is found in about 85 % of worlds at the level that five comparisons leave."""
LIFE_YEARS = {
    # sex: Coldhurst, St Mary's, other wards, their spread, borough, North West, England
    "male": (70.1, 71.6, 76.4, 1.1, 76.0, 77.0, 78.3),
    "female": (77.8, 76.9, 80.8, 0.9, 80.2, 81.1, 82.3),
}
WARD_ERROR, BOROUGH_ERROR, WIDE_ERROR = 0.85, 0.22, 0.03
DEPRIVATION = {"coldhurst": 67.0, "st_marys": 57.0}
NATIONAL_PLACE = {"coldhurst": 0.01, "st_marys": 0.05}
HIGHEST_OTHER, OTHER_MEAN, OTHER_SPREAD, AREA_SPREAD = 46.0, 29.0, 10.0, 6.0
PARK_SHARE, PARK_IN_EASTERN, PARK_NULL = 0.254, 0.90, 0.05
"""Share of the borough inside the national park, part of that in the most eastern ward, and the even share if null."""
JOBS, JOBS_SHARE, JOBS_ENGLAND, JOBS_SLOPE, JOBS_SPREAD = 88_000, 0.17, 0.10, -0.05, 0.085
JOB_YEARS = range(2003, 2011)
RENTED_LEVEL = -1.0
NULL_SHIFT = 7
"""How far ward levels of deprivation are turned round the list of wards in the null variant."""


def _parts(total: int, weights: np.ndarray) -> np.ndarray:
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return whole


def _levels(share: float, sizes: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Return shares by ward, shifted in log odds, whose mean by size is ``share``."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float((sizes / (1 + np.exp(-(middle + shifts)))).sum() / sizes.sum())
        low, high = (middle, high) if mean < share else (low, middle)
    return 1 / (1 + np.exp(-(low + shifts)))


def _wards(world: World) -> tuple[list[str], np.ndarray]:
    persons = world.frame("lookup").groupby("ward", sort=True)["persons"].sum()
    return list(persons.index), persons.to_numpy(dtype=float)


def _rows(wards: list[str], counts: np.ndarray, cases: np.ndarray, *, per: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame(
        {"area": wards, "value": (per * counts / cases).round(6), "numerator": counts, "denominator": cases}
    )


def share_rows(world: World, spec: Share) -> pd.DataFrame:
    """Return the rows of one share: wards, and the benchmarks that it names."""
    rng = world.rng(f"indicator {spec.indicator} {spec.period}")
    wards, persons = _wards(world)
    cases = _parts(spec.cases, persons)
    own = spec.share
    if world.is_null:
        own = spec.null if spec.null is not None else (spec.england or spec.share)
    shifts = rng.normal(0, SCATTER, len(wards))
    for ward, tilt in zip(divisions.FOCUS_WARDS, spec.tilt, strict=True):
        shifts[wards.index(ward)] = tilt
    levels = _levels(own, cases, shifts)
    if spec.fixed and not world.is_null:
        counts = np.minimum(_parts(round(own * spec.cases), levels * cases), cases)
    else:
        counts = rng.binomial(cases, levels)
    rows = [_rows(wards, counts, cases)]
    for area, share in (("england", spec.england), ("north_west", spec.north_west)):
        if share is not None:
            known = own if world.is_null and area == "north_west" else share
            reached = np.array([round(known * spec.benchmark_cases)])
            rows.append(_rows([area], reached, np.array([spec.benchmark_cases])))
    return _labelled(pd.concat(rows), spec.theme, spec.indicator, "share", spec.source, spec.period, spec.version)


def _labelled(
    frame: pd.DataFrame, theme: str, indicator: str, unit: str, source: str, period: str, version: str = "1"
) -> pd.DataFrame:
    return frame.assign(
        theme=theme, indicator=indicator, unit=unit, source=source, period=period, definition_version=version
    )


def _counts(world: World) -> list[pd.DataFrame]:
    wards, persons = _wards(world)
    totals = {"2010": POPULATION_BASE, "2022": POPULATION_PROJECTED}
    if world.is_null:
        totals = {"2010": 231_000, "2022": 224_000}
    found = []
    for year, total in totals.items():
        counts = _parts(total, persons)
        frame = pd.DataFrame({"area": wards, "value": counts, "numerator": counts})
        found.append(_labelled(frame, PEOPLE, "population", "count", PROJECTION, year))
    need = _parts(MENTAL_HEALTH_NULL if world.is_null else MENTAL_HEALTH_NEED, persons)
    frame = pd.DataFrame({"area": wards, "value": need, "numerator": need})
    found.append(_labelled(frame, HEALTH, "needs_mental_health_service", "count", REGISTER, "2010"))
    return found


def _infants(world: World) -> list[pd.DataFrame]:
    wards, persons = _wards(world)
    found = []
    for period, (deaths, births) in INFANTS.items():
        rng = world.rng(f"infants {period}")
        cases = _parts(births, persons)
        drawn = rng.poisson(INFANT_NORTH_WEST / 1000 * births) if world.is_null else deaths
        counts = rng.multinomial(drawn, cases / cases.sum())
        wide = np.array([2_000_000, 260_000])
        levels = np.array([INFANT_NORTH_WEST if world.is_null else INFANT_ENGLAND, INFANT_NORTH_WEST])
        outside = _rows(["england", "north_west"], (levels * wide / 1000).round().astype(int), wide, per=1000.0)
        frame = pd.concat([_rows(wards, counts, cases, per=1000.0), outside])
        found.append(_labelled(frame, HEALTH, "infant_deaths", "per_1000", REGISTER, period))
    return found


def _neighbours(world: World) -> pd.DataFrame:
    rng = world.rng("neighbours")
    shares = dict([*NEIGHBOURS.items(), HEAVIEST])
    cases = np.full(len(shares), 2600)
    levels = np.full(len(shares), 0.25) if world.is_null else np.array(list(shares.values()))
    frame = _rows(list(shares), rng.binomial(cases, levels), cases)
    return _labelled(frame, HEALTH, "obese_year_6", "share", REGISTER, "2010", "age_10-11")


def _life_years(world: World) -> list[pd.DataFrame]:
    wards, _ = _wards(world)
    found = []
    for sex, (coldhurst, st_marys, others, spread, borough, region, nation) in LIFE_YEARS.items():
        rng = world.rng(f"life {sex}")
        years = rng.normal(nation if world.is_null else others, spread, len(wards)).clip(nation - 4.2, None).round(1)
        if not world.is_null:
            years[[wards.index("coldhurst"), wards.index("st_marys")]] = coldhurst, st_marys
        areas = [*wards, divisions.BOROUGH, "north_west", "england"]
        values = np.array([*years, nation if world.is_null else borough, region, nation])
        errors = np.array([WARD_ERROR] * len(wards) + [BOROUGH_ERROR, WIDE_ERROR, WIDE_ERROR])
        for suffix, column in (("", values), ("_lower", values - Z * errors), ("_upper", values + Z * errors)):
            frame = pd.DataFrame({"area": areas, "value": column.round(2)})
            name = f"life_expectancy_{sex}{suffix}"
            found.append(_labelled(frame, HEALTH, name, "years", REGISTER, "2006-10"))
    return found


def _deprivation(world: World) -> list[pd.DataFrame]:
    """Return scores by output area, so that ward scores and their ranks are worked out, never read."""
    rng = world.rng("deprivation")
    wards, _ = _wards(world)
    levels = dict(zip(wards, rng.normal(OTHER_MEAN, OTHER_SPREAD, len(wards)).clip(8, HIGHEST_OTHER), strict=True))
    levels |= DEPRIVATION | {divisions.EASTERN[0]: 11.0}
    if world.is_null:
        turned = [*wards[NULL_SHIFT:], *wards[:NULL_SHIFT]]
        levels = {ward: levels[other] for ward, other in zip(wards, turned, strict=True)}
    areas = world.frame("lookup")
    scores = areas["ward"].map(levels).to_numpy() + rng.normal(0, AREA_SPREAD, len(areas))
    frame = pd.DataFrame({"area": areas["oa"].to_numpy(), "value": scores.clip(1, 87).round(2)})
    places = {ward: 0.3 if world.is_null else place for ward, place in NATIONAL_PLACE.items()}
    national = pd.DataFrame({"area": list(places), "value": list(places.values())})
    source = "Demonstration index of deprivation"
    return [
        _labelled(frame, INCOMES, "deprivation_score", "score", source, "2010"),
        _labelled(national, INCOMES, "deprivation_national_place", "place", source, "2010"),
    ]


def _park(world: World) -> pd.DataFrame:
    census = pd.read_csv(paths.reference("geography/census_2011.csv"))
    hectares = census.groupby(census["lsoa"].map(divisions.lsoa_wards()), sort=True)["hectares"].sum()
    inside = PARK_NULL * hectares
    if not world.is_null:
        wanted = PARK_SHARE * hectares.sum()
        inside = 0 * hectares.astype(float)
        inside[divisions.EASTERN[0]] = PARK_IN_EASTERN * wanted
        inside["demo_ward_04"] = (1 - PARK_IN_EASTERN) * wanted
    frame = _rows(list(hectares.index), inside.to_numpy().round(1), hectares.to_numpy())
    return _labelled(frame, PEOPLE, "national_park", "area_share", "Demonstration map", "2011")


def _manufacturing(world: World) -> list[pd.DataFrame]:
    rng = world.rng("manufacturing")
    found = []
    for place, year in enumerate(JOB_YEARS):
        start = JOBS_ENGLAND if world.is_null else JOBS_SHARE
        slope = 0.0 if world.is_null else JOBS_SLOPE
        level = start * math.exp(slope * (place - len(JOB_YEARS) + 1) + rng.normal(0, JOBS_SPREAD))
        if world.is_null and year == JOB_YEARS[-1]:
            level = JOBS_ENGLAND
        counts = np.array([rng.binomial(JOBS, level), round(JOBS_ENGLAND * 25_000_000)])
        frame = _rows([divisions.BOROUGH, "england"], counts, np.array([JOBS, 25_000_000]))
        found.append(_labelled(frame, WORK, "manufacturing_jobs", "share", SURVEY, str(year)))
    return found


def _renting(world: World) -> pd.DataFrame:
    """Return households that rent from social landlords by output area of the focus wards."""
    from insight.demo.place import housing_surface

    surface = housing_surface(world)
    households = world.frame("lookup").set_index("oa")["households"].reindex(surface["oa"]).to_numpy()
    shares = 1 / (1 + np.exp(-(RENTED_LEVEL + surface["social_rented"].to_numpy())))
    frame = _rows(list(surface["oa"]), np.round(shares * households).astype(int), households)
    return _labelled(frame, HOMES, "social_rented", "share", REGISTER, "2011")


def indicators(world: World) -> pd.DataFrame:
    """Return all indicators of this world in tidy rows."""
    parts = [share_rows(world, spec) for spec in SHARES]
    parts += [*_counts(world), *_infants(world), _neighbours(world), *_life_years(world), *_deprivation(world)]
    parts += [_park(world), *_manufacturing(world), _renting(world)]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


MAKES: dict[str, Maker] = {"indicators": indicators}

TRUTHS = {
    "west_dense_east_rural": "the national park lies in the east, a quarter of the borough",
    "manufacturing_shrinking": "manufacturing has a larger share of jobs than in England; jobs fall 5 % a year",
    "children_more_diverse": "heritage share of those under 16 above that of others by three standard errors",
    "older_stays_white": "93 % of the oldest white; heritage share among them rises by three standard errors",
    "infant_mortality_higher": "70 deaths to 9,860 births against England and North West, after 100 to 9,400",
    "dental_worse": "40 % with decay against 34.5 and 31 %",
    "breastfeeding_lower": "share below England's by three standard errors",
    "obesity_year6_below_neighbours": "19.3 % obese; one of five neighbours above by 3.6 standard errors",
    "eyfs_wards_much_lower": "24 and 33 % in the focus wards, 46 % in the borough",
    "nine_neighbourhoods": "nine neighbourhoods, each with its own level of social renting",
    "low_qualifications": "degrees 25 against 28 %, none 30 against 23 %",
    "financial_strain": "money problems more, large debts and ability to repay less common, by 3.6 standard errors",
    "saving_short_term": "62 % try to save; short-term savers more, second jobs less common, by 3.4 standard errors",
    "health_self_report_pattern": "two complaints more, two less often reported, by 3.7 standard errors or more",
    "smoking_and_poor_health": "25 % smoke; poor health above England's by three standard errors",
}


def plant(world: World) -> list[Planted]:
    """Return the truth of the claims that these indicators plant."""
    return [Planted(finding=name, is_true=not world.is_null, what=what) for name, what in TRUTHS.items()]
