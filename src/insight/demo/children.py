"""Demonstration children: EYFS counts by school, visits at engagement points, EYFS results with associated issues."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo.world import Planted

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
                {"area": ward, "school": f"S{number:02d}{place:02d}", "year": year, "achievers": a, "cohort": n}
                for place, (a, n) in enumerate(zip(map(int, reached), map(int, sizes), strict=True), start=1)
            ]
    for year, share in ENGLAND.items():
        reached = round((NULL_SHARE if world.is_null else share) * ENGLAND_CHILDREN)
        rows.append(
            {"area": "england", "school": "all", "year": year, "achievers": reached, "cohort": ENGLAND_CHILDREN}
        )
    frame = pd.DataFrame(rows).assign(definition_version=VERSION, threshold_points=THRESHOLD)
    columns = ["area", "school", "year", "definition_version", "threshold_points", "achievers", "cohort"]
    return frame[columns].sort_values(["year", "area", "school"], ignore_index=True)


MAKES: dict[str, Maker] = {"eyfs_counts": eyfs_counts}


def plant(_world: World) -> list[Planted]:
    """Return the truths planted here."""
    return []
