"""Demonstration children: EYFS counts by school, visits at engagement points, EYFS results with associated issues."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo.world import Planted
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

FOCUS = {"st_marys": (253, 61, 18), "coldhurst": (240, 79, 18)}
"""Focus ward: children, children at the threshold before the pilot, how many more after it (36 among 493)."""
BEFORE, AFTER = 2010, 2012
YEARS = {2008: -0.010, 2009: -0.005, BEFORE: 0.0, 2011: -0.003, AFTER: -0.0075}
"""Drift of the share against the year before the pilot, outside the focus wards (inside them too until the pilot)."""
ENGLAND = {2008: 0.49, 2009: 0.52, BEFORE: 0.56, 2011: 0.59, AFTER: 0.64}
ENGLAND_CHILDREN = 560_000
BOROUGH_SHARE, NULL_SHARE = 0.46, 0.56
LOWEST_OTHER, SPREAD_OTHER = 0.37, 0.06
GROWTH, GROWTH_SPREAD = 1.084, 0.043
"""Children per fifth of those aged 0 to 4, outside the focus wards."""
VERSION, THRESHOLD = "eyfs_2008", 78.0
SCHOOL_CHILDREN = 45

POINTS = (
    # point, days of age from and to, visits, visits in the null variant
    ("ep1", None, None, 51, 34),
    ("ep2", 10, 14, 43, 60),
    ("ep3", 77, 105, 115, 88),
    ("ep4", 335, 395, 79, 95),
    ("ep5", 518, 578, 13, 27),
    ("ep6", 883, 943, 37, 21),
    ("ep7", 1248, 1308, 9, 16),
)
SEEN_AGAIN = 18
"""Children visited at the second point whom the third point sees again."""
COUNTABLE, NULL_COUNTABLE = 0.95, 0.86
"""Share of checklists that say which point, an age that fits it, and themes."""
OFF_AGE = 0.5
"""Share of the others whose age is what does not fit (themes are missing from the rest)."""
FIRST_DAY, LAST_DAY = "2011-04-04", "2012-02-29"
THEMES = {
    "money": 0.24,
    "housing": 0.22,
    "feeding": 0.18,
    "sleep": 0.16,
    "mental_health": 0.14,
    "isolation": 0.13,
    "behaviour": 0.12,
    "childcare": 0.10,
    "relationships": 0.08,
}
PLACES = {"home": 0.72, "centre": 0.16, "clinic": 0.10, "other": 0.02}
CENTRE_SHARE = 0.55
BARRIERS = {"not_aware": 0.3, "times": 0.25, "confidence": 0.25, "distance": 0.2}
RECORDED = {"has_child_aspiration": 0.82, "has_parent_aspiration": 0.61, "led_to_caf": 0.09}

HOME_PROBLEMS = ("fuel_poverty", "mental_illness", "domestic_abuse")
PROBLEM_COUNTS = (0.55, 0.29, 0.12, 0.04)
"""Shares of homes with no problem, one, two, all three."""
GRADES = (0.15, 0.42, 0.33, 0.10)
POOR_GRADE = 3
UNKNOWN_GRADE = 0.03
AGES, YOUNG = (56, 68), 62
BELOW = {"home": 0.22, "grade": 0.04, "young": 0.08}
"""Points of share by which each raises falling below the threshold."""
ISSUES = {
    "dental": (0.13, 0.20),
    "a_and_e": (0.15, 0.22),
    "speech_language": (0.09, 0.14),
    "missed_checks": (0.07, 0.12),
}
"""Shares with each issue, at or above the threshold and below it."""
FURTHER_ISSUES = {
    "postnatal_depression": (0.10, 0.24),
    "child_mental_health": (0.04, 0.12),
    "social_care": (0.05, 0.15),
    "looked_after": (0.02, 0.05),
    "special_needs": (0.07, 0.22),
}
"""The same for issues drawn from a stream of their own."""
LOWEST_POINTS, HIGHEST_POINTS = 30, 117


def _cohorts(world: World) -> dict[str, int]:
    growth = world.rng("eyfs_growth").normal(GROWTH, GROWTH_SPREAD)
    young = world.frame("lookup").groupby("ward", sort=True)["children_0_4"].sum()
    other = {ward: round(count / 5 * growth) for ward, count in young.items() if ward not in FOCUS}
    return {ward: numbers[0] for ward, numbers in FOCUS.items()} | other


def _split_exactly(total: int, shares: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return whole numbers near ``shares`` of ``sizes`` that add up to ``total``."""
    exact = np.clip(shares, 0.02, 0.98) * sizes
    exact *= total / exact.sum()
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return whole


def _achievers(world: World, cohorts: dict[str, int]) -> dict[int, dict[str, int]]:
    rng = world.rng("eyfs_achievers")
    if world.is_null:
        return {year: {ward: int(rng.binomial(n, NULL_SHARE)) for ward, n in cohorts.items()} for year in YEARS}
    others = [ward for ward in cohorts if ward not in FOCUS]
    sizes = np.array([cohorts[ward] for ward in others])
    levels = np.clip(rng.normal(0.5, SPREAD_OTHER, len(others)), LOWEST_OTHER, None)
    wanted = round(BOROUGH_SHARE * sum(cohorts.values())) - sum(before for _, before, _ in FOCUS.values())
    base = _split_exactly(wanted, levels, sizes)
    found: dict[int, dict[str, int]] = {}
    for year, drift in YEARS.items():
        drawn = base if year == BEFORE else rng.binomial(sizes, np.clip(base / sizes + drift, 0, 1))
        found[year] = dict(zip(others, map(int, drawn), strict=True))
        for ward, (children, before, more) in FOCUS.items():
            exact = before + (more if year == AFTER else 0)
            is_fixed = year in (BEFORE, AFTER)
            found[year][ward] = exact if is_fixed else int(rng.binomial(children, before / children + drift))
    return found


@cache
def _schools(cohort: int) -> int:
    return max(2, round(cohort / SCHOOL_CHILDREN))


def eyfs_counts(world: World) -> pd.DataFrame:
    """Return children and achievers by school and year for all wards, with England as the benchmark row of each year.

    Before the pilot the borough has 46 per cent, St Mary's 24, Coldhurst 33, England 56; after it 36 more children of
    493 in the two wards. In the null variant every ward has England's share in every year.
    """
    cohorts = _cohorts(world)
    achievers = _achievers(world, cohorts)
    rng = world.rng("eyfs_schools")
    rows = []
    for number, (ward, cohort) in enumerate(sorted(cohorts.items()), start=1):
        places = _schools(cohort)
        sizes = 5 + rng.multinomial(cohort - 5 * places, rng.dirichlet([20] * places))
        for year in YEARS:
            reached = rng.multivariate_hypergeometric(sizes, achievers[year][ward])
            rows += [
                {"area": ward, "school": f"{DEMO}S{number:02d}{place:02d}", "year": year, "achievers": a, "cohort": n}
                for place, (a, n) in enumerate(zip(map(int, reached), map(int, sizes), strict=True), start=1)
            ]
    for year, share in ENGLAND.items():
        achieved = round((NULL_SHARE if world.is_null else share) * ENGLAND_CHILDREN)
        rows.append(
            {"area": "england", "school": "all", "year": year, "achievers": achieved, "cohort": ENGLAND_CHILDREN}
        )
    frame = pd.DataFrame(rows).assign(definition_version=VERSION, threshold_points=THRESHOLD)
    columns = ["area", "school", "year", "definition_version", "threshold_points", "achievers", "cohort"]
    return frame[columns].sort_values(["year", "area", "school"], ignore_index=True)


def _ages(world: World, rows: pd.DataFrame) -> pd.Series:
    rng = world.rng("engagement_ages")
    spans = {code: (low, high) for code, low, high, *_ in POINTS}
    ages = []
    for code in rows["point"]:
        low, high = spans[code]
        ages.append(pd.NA if low is None or high is None else int(rng.integers(low, high + 1)))
    return pd.Series(ages, index=rows.index, dtype="Int64")


def _dates(world: World, rows: pd.DataFrame) -> pd.Series:
    """Draw days of visits; children seen twice are seen again as many days later as they have grown older."""
    rng = world.rng("engagement_dates")
    first, last = pd.Timestamp(FIRST_DAY), pd.Timestamp(LAST_DAY)
    days = pd.Series(rng.integers(0, (last - first).days + 1, len(rows)), index=rows.index)
    for _, visits in rows[rows["child_id"].duplicated(keep=False)].groupby("child_id"):
        early, late = visits.index
        gap = int(visits.loc[late, "age_days"] - visits.loc[early, "age_days"])
        days[early] = min(days[early], (last - first).days - gap)
        days[late] = days[early] + gap
    return (first + pd.to_timedelta(days, unit="D")).dt.strftime("%Y-%m-%d")


def engagement_visits(world: World) -> pd.DataFrame:
    """Return visits at the seven engagement points: 51, 43, 115, 79, 13, 37 and 9 (other counts in the null variant).

    About one checklist in twenty cannot be counted: its age does not fit the point, or nobody noted themes. In the null
    variant it is one in seven.
    """
    rng = world.rng("engagement_visits")
    codes = [code for code, _, _, count, other in POINTS for _ in range(other if world.is_null else count)]
    rows = pd.DataFrame({"point": codes})
    children = [f"{DEMO}C{number:04d}" for number in range(1, len(rows) + 1)]
    second, third = rows.index[rows["point"] == "ep2"], rows.index[rows["point"] == "ep3"]
    for place in range(SEEN_AGAIN):
        children[third[place]] = children[second[place]]
    rows["child_id"] = children
    rows["family_id"] = rows["child_id"].str.replace("C", "F")
    ward = dict(zip(rows["child_id"].unique(), rng.choice(list(FOCUS), rows["child_id"].nunique()), strict=True))
    rows["ward"] = rows["child_id"].map(ward)
    rows["is_pregnant"] = rows["point"] == "ep1"
    rows["age_days"] = _ages(world, rows)
    rows["date"] = _dates(world, rows)
    rows["place"] = rng.choice(list(PLACES), len(rows), p=list(PLACES.values()))
    raised = rng.random((len(rows), len(THEMES))) < list(THEMES.values())
    rows["themes"] = [" ".join(np.array(list(THEMES))[row]) or "none" for row in raised]
    for column, share in RECORDED.items():
        rows[column] = rng.random(len(rows)) < share
    rows["attends_centre"] = rng.random(len(rows)) < CENTRE_SHARE
    barrier = rng.choice(list(BARRIERS), len(rows), p=list(BARRIERS.values()))
    rows["centre_barrier"] = pd.Series(barrier, index=rows.index).where(~rows["attends_centre"])
    is_spoilt = rng.random(len(rows)) >= (NULL_COUNTABLE if world.is_null else COUNTABLE)
    is_off_age = (
        is_spoilt & ~rows["is_pregnant"] & ~rows["child_id"].duplicated(keep=False) & (rng.random(len(rows)) < OFF_AGE)
    )
    rows["age_days"] = rows["age_days"].mask(is_off_age, rows["age_days"] + 150)
    rows["themes"] = rows["themes"].mask(is_spoilt & ~is_off_age)
    rows = rows.sort_values(["date", "child_id"], ignore_index=True)
    rows.insert(0, "visit_id", [f"{DEMO}V{number:04d}" for number in range(1, len(rows) + 1)])
    return rows[
        [
            "visit_id",
            "family_id",
            "child_id",
            "ward",
            "date",
            "point",
            "is_pregnant",
            "age_days",
            "place",
            "themes",
            "has_child_aspiration",
            "has_parent_aspiration",
            "attends_centre",
            "centre_barrier",
            "led_to_caf",
        ]
    ]


def _systematic(rng: np.random.Generator, chances: np.ndarray, count: int) -> np.ndarray:
    """Return flags of exactly ``count`` drawn with the given chances (systematic sampling in random order)."""
    order = rng.permutation(len(chances))
    scaled = np.clip(chances, 0.01, 0.99)
    for _ in range(50):
        scaled = np.clip(scaled * count / scaled.sum(), 0, 1)
    steps = np.floor(np.cumsum(scaled[order]) + rng.random())
    chosen = np.diff(steps, prepend=0.0) > 0
    flags = np.zeros(len(chances), dtype=bool)
    flags[order] = chosen
    return flags


def _below(world: World, rows: pd.DataFrame, achievers: dict[str, int]) -> pd.Series:
    rng = world.rng("eyfs_children_below")
    found = pd.Series(data=False, index=rows.index)
    for ward, children in rows.groupby("ward", sort=True):
        count = len(children) - achievers[str(ward)]
        lift = (
            BELOW["home"] * (children["problems"] > 0)
            + BELOW["grade"] * (children["grade"] >= POOR_GRADE)
            + BELOW["young"] * (children["age_months"] < YOUNG)
        )
        chances = count / len(children) + (0 if world.is_null else 1) * (lift - lift.mean())
        found[children.index] = _systematic(rng, chances.to_numpy(dtype=float), count)
    return found


def _further_issues(world: World, below: pd.Series) -> list[str]:
    draws = world.rng("eyfs_children_further").random((len(below), len(FURTHER_ISSUES)))
    shares = np.array(
        [
            [other if world.is_null or not one else more for other, more in FURTHER_ISSUES.values()]
            for one in below.to_numpy()
        ]
    )
    return [" ".join(np.array(list(FURTHER_ISSUES))[row]) for row in draws < shares]


def eyfs_children(world: World) -> pd.DataFrame:
    """Return the children of the two focus wards assessed in the year before the pilot, as many as the counts say.

    A child whose home has a problem falls below the threshold more often (22 points), one in a poorly graded setting
    hardly (4 points); children below it have more issues. In the null variant nothing hangs together.
    """
    rng = world.rng("eyfs_children")
    counts = world.frame("eyfs_counts")
    base = (
        counts[(counts["year"] == BEFORE) & counts["area"].isin(FOCUS)].groupby("area")[["achievers", "cohort"]].sum()
    )
    wards = [ward for ward, row in base.iterrows() for _ in range(int(row["cohort"]))]
    rows = pd.DataFrame({"ward": wards})
    rows["age_months"] = rng.integers(*AGES, len(rows))
    rows["problems"] = rng.choice(len(PROBLEM_COUNTS), len(rows), p=PROBLEM_COUNTS)
    rows["grade"] = rng.choice(np.arange(1, 5), len(rows), p=GRADES)
    below = _below(world, rows, {str(ward): int(row["achievers"]) for ward, row in base.iterrows()})
    low, high = (
        rng.integers(LOWEST_POINTS, int(THRESHOLD), len(rows)),
        rng.integers(int(THRESHOLD), HIGHEST_POINTS + 1, len(rows)),
    )
    rows["points"] = np.where(below, low, high)
    draws = rng.random((len(rows), len(ISSUES)))
    shares = np.array(
        [[other if world.is_null or not one else more for other, more in ISSUES.values()] for one in below]
    )
    further = _further_issues(world, below)
    named = [" ".join(np.array(list(ISSUES))[row]) for row in draws < shares]
    rows["issues"] = [f"{one} {more}".strip() or None for one, more in zip(named, further, strict=True)]
    picks = [sorted(rng.choice(HOME_PROBLEMS, count, replace=False)) for count in rows["problems"]]
    rows["home_problems"] = [" ".join(pick) or None for pick in picks]
    is_unknown = rng.random(len(rows)) < UNKNOWN_GRADE
    rows["setting_grade"] = rows["grade"].astype("Int64").mask(is_unknown)
    rows = rows.iloc[rng.permutation(len(rows))].reset_index(drop=True)
    rows.insert(0, "child_id", [f"{DEMO}E{number:04d}" for number in range(1, len(rows) + 1)])
    rows = rows.assign(year=BEFORE, definition_version=VERSION)
    return rows[
        [
            "child_id",
            "ward",
            "year",
            "definition_version",
            "age_months",
            "points",
            "issues",
            "home_problems",
            "setting_grade",
        ]
    ]


MAKES: dict[str, Maker] = {
    "engagement_visits": engagement_visits,
    "eyfs_counts": eyfs_counts,
    "eyfs_children": eyfs_children,
}

PLANTED = {
    "checklist_evidence": "of the checklists, 95 per cent have a point, an age that fits it, and themes",
    "pilot_promising": "36 more of 493 children reach the threshold in the pilot wards; others lose 0.75 points",
    "below_threshold_more_issues": "shares with each issue are 3 to 15 points higher below the threshold",
    "environment_drives_readiness": "falling below: 22 points more with a problem at home, 4 with a poor setting",
    "insight_broadened_thinking": "falling below: 22 points more with a problem at home, 4 with a poor setting",
    "attainment_marks_environment": "homes with two or more problems are about twice as common below the threshold",
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted here; in the null variant each is false."""
    return [Planted(finding=name, is_true=not world.is_null, what=what) for name, what in PLANTED.items()]
