"""Demonstration indicators of areas: six themes, for output areas or wards, the borough, region, nation and neighbours.

What the publication prints for the borough is spread over wards, so that a stage finds it again only by summing them.
Everything else (comparators, surveys, scores) is invented; effects are planted at a size found in 80 to 90 % of worlds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight import paths
from insight.demo import divisions, indicators_open
from insight.demo.indicator_rows import COLUMNS, labelled, parts, rows_of, share_rows, wards_of
from insight.demo.indicator_shares import (
    HEALTH,
    HOMES,
    INCOMES,
    ONE,
    PEOPLE,
    POPULATION_BASE,
    POPULATION_PROJECTED,
    PROJECTION,
    REGISTER,
    SAFETY,
    SHARES,
    SURVEY,
    WORK,
    Z,
)
from insight.demo.world import Planted

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

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


def _counts(world: World) -> list[pd.DataFrame]:
    wards, persons = wards_of(world)
    totals = {"2010": POPULATION_BASE, "2022": POPULATION_PROJECTED}
    if world.is_null:
        totals = {"2010": 231_000, "2022": 224_000}
    found = []
    for year, total in totals.items():
        counts = parts(total, persons)
        frame = pd.DataFrame({"area": wards, "value": counts, "numerator": counts})
        found.append(labelled(frame, PEOPLE, "population", "count", PROJECTION, year))
    need = parts(MENTAL_HEALTH_NULL if world.is_null else MENTAL_HEALTH_NEED, persons)
    frame = pd.DataFrame({"area": wards, "value": need, "numerator": need})
    found.append(labelled(frame, HEALTH, "needs_mental_health_service", "count", REGISTER, "2010"))
    return found


def _infants(world: World) -> list[pd.DataFrame]:
    wards, persons = wards_of(world)
    found = []
    for period, (deaths, births) in INFANTS.items():
        rng = world.rng(f"infants {period}")
        cases = parts(births, persons)
        drawn = rng.poisson(INFANT_NORTH_WEST / 1000 * births) if world.is_null else deaths
        counts = rng.multinomial(drawn, cases / cases.sum())
        wide = np.array([2_000_000, 260_000])
        levels = np.array([INFANT_NORTH_WEST if world.is_null else INFANT_ENGLAND, INFANT_NORTH_WEST])
        outside = rows_of(["england", "north_west"], (levels * wide / 1000).round().astype(int), wide, per=1000.0)
        frame = pd.concat([rows_of(wards, counts, cases, per=1000.0), outside])
        found.append(labelled(frame, HEALTH, "infant_deaths", "per_1000", REGISTER, period))
    return found


def _neighbours(world: World) -> pd.DataFrame:
    rng = world.rng("neighbours")
    shares = dict([*NEIGHBOURS.items(), HEAVIEST])
    cases = np.full(len(shares), 2600)
    levels = np.full(len(shares), 0.25) if world.is_null else np.array(list(shares.values()))
    frame = rows_of(list(shares), rng.binomial(cases, levels), cases)
    return labelled(frame, HEALTH, "obese_year_6", "share", REGISTER, "2010", "age_10-11")


def _life_years(world: World) -> list[pd.DataFrame]:
    wards, _ = wards_of(world)
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
            found.append(labelled(frame, HEALTH, name, "years", REGISTER, "2006-10"))
    return found


def _deprivation(world: World) -> list[pd.DataFrame]:
    """Return scores by output area, so that ward scores and their ranks are worked out, never read."""
    rng = world.rng("deprivation")
    wards, _ = wards_of(world)
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
        labelled(frame, INCOMES, "deprivation_score", "score", source, "2010"),
        labelled(national, INCOMES, "deprivation_national_place", "place", source, "2010"),
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
    frame = rows_of(list(hectares.index), inside.to_numpy().round(1), hectares.to_numpy())
    return labelled(frame, PEOPLE, "national_park", "area_share", "Demonstration map", "2011")


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
        frame = rows_of([divisions.BOROUGH, "england"], counts, np.array([JOBS, 25_000_000]))
        found.append(labelled(frame, WORK, "manufacturing_jobs", "share", SURVEY, str(year)))
    return found


def _renting(world: World) -> pd.DataFrame:
    """Return households that rent from social landlords by output area of the focus wards."""
    from insight.demo.place import housing_surface

    surface = housing_surface(world)
    households = world.frame("lookup").set_index("oa")["households"].reindex(surface["oa"]).to_numpy()
    shares = 1 / (1 + np.exp(-(RENTED_LEVEL + surface["social_rented"].to_numpy())))
    frame = rows_of(list(surface["oa"]), np.round(shares * households).astype(int), households)
    return labelled(frame, HOMES, "social_rented", "share", REGISTER, "2011")


def indicators(world: World) -> pd.DataFrame:
    """Return all indicators of this world in tidy rows."""
    made = [share_rows(world, spec) for spec in SHARES]
    made += [*_counts(world), *_infants(world), _neighbours(world), *_life_years(world)]
    scores, places = _deprivation(world)
    made += [scores, places, _park(world), *_manufacturing(world), _renting(world)]
    made += indicators_open.rows(world, scores.set_index("area")["value"])
    return pd.concat(made, ignore_index=True)[COLUMNS]


OWN_CATALOGUE = (
    # indicator, theme, label, definition, polarity; none of them can be fetched: they are the council's own
    ("money_problems", INCOMES, "Has money problems", "Adults who report money problems", "lower_better"),
    ("large_household_debt", INCOMES, "Large household debt", "Adults in households with large debts", "lower_better"),
    ("able_to_repay_debt", INCOMES, "Able to repay debt", "Adults who say they can repay their debts", "higher_better"),
    ("tries_to_save", INCOMES, "Tries to save", "Adults who try to save", "higher_better"),
    ("saves_short_term_only", INCOMES, "Saves for the short term only", "Adults with short-term savings alone", "none"),
    ("second_job", INCOMES, "Has a second job", "Adults with more than one job", "none"),
    (
        "drugs_seen_as_problem",
        SAFETY,
        "Drugs seen as a problem",
        "Residents who see drug use or dealing as a problem nearby",
        "lower_better",
    ),
    (
        "antisocial_behaviour",
        SAFETY,
        "Antisocial behaviour seen as a problem",
        "Residents who see antisocial behaviour as a problem nearby",
        "lower_better",
    ),
    ("internet_at_home", HOMES, "Internet at home", "Adults with internet access at home", "higher_better"),
    (
        "reports_anxiety_or_depression",
        HEALTH,
        "Reports anxiety or depression",
        "Adults who report either",
        "lower_better",
    ),
    ("reports_chest_problems", HEALTH, "Reports chest problems", "Adults who report chest problems", "lower_better"),
    ("reports_cancer", HEALTH, "Reports cancer", "Adults who report cancer", "lower_better"),
    ("reports_heart_problems", HEALTH, "Reports heart problems", "Adults who report heart problems", "lower_better"),
    ("manufacturing_jobs", WORK, "Jobs in manufacturing", "Jobs in manufacturing, of all jobs", "none"),
    ("needs_mental_health_service", HEALTH, "Needs a mental-health service", "Children estimated to need one", "none"),
)


def own_catalogue(world: World) -> pd.DataFrame:  # noqa: ARG001 - makers take a world
    """Return the council's own catalogue: indicators of its surveys, which no national list defines."""
    rows = pd.DataFrame(OWN_CATALOGUE, columns=["indicator", "theme", "label", "definition", "polarity"])
    return rows.assign(
        unit=np.where(rows["indicator"] == "needs_mental_health_service", "count", "share"),
        source=SURVEY,
        period="2011",
        geography="ward",
        licence="none: demonstration data",
        fetch="invented for the demonstration by insight demo",
        breaks="",
        caveat="Shares by ward rest on few adults",
        verified="no",
    )


MAKES: dict[str, Maker] = {"indicators": indicators, "indicator_catalogue": own_catalogue}

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
