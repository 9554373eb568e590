"""Demonstration indicators of the kinds that councils fetch: by output area, as series, with gaps of their source.

Nothing of them is printed and no claim rests on them: they give the profile of neighbourhoods its rows, directions of
travel their series (one with a break of definition), and suppression its cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo import divisions
from insight.demo.indicator_rows import labelled, levels_about, parts, rows_of, share_rows, wards_of
from insight.demo.indicator_shares import ADULTS, HEALTH, HOMES, INCOMES, PEOPLE, SAFETY, SURVEY, WORK, Share

if TYPE_CHECKING:
    from insight.demo.world import World

CENSUS, POLICE, BENEFITS, VITAL = (
    "Demonstration census",
    "Demonstration crime records",
    "Demonstration benefits statistics",
    "Demonstration vital statistics",
)
CHILDREN_A_CHILD_UNDER_FIVE = 2.6
NEIGHBOURHOOD_SPREAD, AREA_NOISE = 0.35, 0.25
"""How far neighbourhoods and single areas lie from what their deprivation suggests, in log odds."""
NATION_CASES = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Small:
    """One share by output area: level of nation and borough, and its rise in log odds with deprivation."""

    indicator: str
    theme: str
    england: float
    share: float
    slope: float
    of_children: bool = False
    source: str = CENSUS


SMALL = (
    Small(indicator="children_low_income", theme=INCOMES, england=0.19, share=0.26, slope=0.6, of_children=True),
    Small(indicator="lone_parent_households", theme=PEOPLE, england=0.071, share=0.09, slope=0.4),
    Small(indicator="workless_households_children", theme=WORK, england=0.042, share=0.058, slope=0.5),
    Small(indicator="overcrowded_households", theme=HOMES, england=0.046, share=0.062, slope=0.4),
    Small(indicator="no_car_households", theme=HOMES, england=0.256, share=0.31, slope=0.5),
)


def _by_output_area(world: World, spec: Small, table: pd.Series) -> pd.DataFrame:
    rng = world.rng(f"open {spec.indicator}")
    areas = world.frame("lookup")
    scores = areas["oa"].map(table).to_numpy(dtype=float)
    cases = areas["households"].to_numpy(dtype=int)
    if spec.of_children:
        cases = np.maximum(1, np.round(CHILDREN_A_CHILD_UNDER_FIVE * areas["children_0_4"])).astype(int)
    places = sorted(areas["neighbourhood"].dropna().unique())
    moves = dict(zip(places, rng.normal(0, NEIGHBOURHOOD_SPREAD, len(places)), strict=True))
    noise = rng.normal(0, AREA_NOISE, len(areas))
    shifts = (
        noise + spec.slope * (scores - scores.mean()) / scores.std() + areas["neighbourhood"].map(moves).fillna(0.0)
    )
    own = spec.share
    if world.is_null:
        shifts, own = noise, spec.england
    counts = rng.binomial(cases, levels_about(own, cases, np.asarray(shifts, dtype=float)))
    nation = rows_of(["england"], np.array([round(spec.england * NATION_CASES)]), np.array([NATION_CASES]))
    frame = pd.concat([rows_of(list(areas["oa"]), counts, cases), nation])
    return labelled(frame, spec.theme, spec.indicator, "share", spec.source, "2011")


def _leaning(world: World, stream: str, tilts: tuple[float, float]) -> np.ndarray:
    """Return how far each ward lies from the borough in log terms, the same in every year."""
    wards, _ = wards_of(world)
    lean = world.rng(stream).normal(0, 0.25, len(wards))
    for ward, tilt in zip(divisions.FOCUS_WARDS, tilts, strict=True):
        lean[wards.index(ward)] = 0.0 if world.is_null else tilt
    return lean


def _benefits(world: World) -> list[pd.DataFrame]:
    """Return adults on out-of-work benefits, rising by the year (level in the null variant)."""
    wards, persons = wards_of(world)
    cases, lean = parts(140_000, persons), _leaning(world, "open benefits leaning", (0.7, 0.6))
    rng = world.rng("open benefits")
    nation = rows_of(["england"], np.array([round(0.118 * NATION_CASES)]), np.array([NATION_CASES]))
    found = []
    for step, year in enumerate(range(2007, 2012)):
        level = 0.118 if world.is_null else 0.145 + 0.006 * step
        counts = rng.binomial(cases, levels_about(level, cases, lean))
        frame = pd.concat([rows_of(wards, counts, cases), nation])
        found.append(labelled(frame, INCOMES, "out_of_work_benefits", "share", BENEFITS, str(year)))
    return found


def _fuel(world: World) -> list[pd.DataFrame]:
    """Return fuel poverty by its former definition, which is not comparable with the later year."""
    return [
        share_rows(
            world,
            Share(
                indicator="fuel_poverty",
                theme=HOMES,
                period=str(year),
                share=0.145 + 0.01 * step,
                cases=ADULTS,
                england=0.13 + 0.01 * step,
                tilt=(0.5, 0.5),
                source=SURVEY,
                version="ten_per_cent",
            ),
        )
        for step, year in enumerate((2007, 2008, 2009))
    ]


def _crime(world: World) -> list[pd.DataFrame]:
    """Return recorded crime by ward, falling by the year (level in the null variant)."""
    wards, persons = wards_of(world)
    rng, lean = world.rng("open recorded crime"), _leaning(world, "open crime leaning", (0.5, 0.4))
    found = []
    for step, year in enumerate((2009, 2010, 2011)):
        rate = 0.075 if world.is_null else 0.092 - 0.005 * step
        counts = rng.poisson(rate * persons * np.exp(lean))
        nation = np.array([round(0.075 * NATION_CASES)])
        frame = pd.concat(
            [
                rows_of(wards, counts, persons.astype(int), per=1000.0),
                rows_of(["england"], nation, np.array([NATION_CASES]), per=1000.0),
            ]
        )
        found.append(labelled(frame, SAFETY, "recorded_crime", "per_1000", POLICE, str(year)))
    return found


FEWEST_CONCEPTIONS = 5


def _conceptions(world: World) -> pd.DataFrame:
    """Return conceptions under 18 by ward; the source blanks small counts and gives the borough itself."""
    wards, persons = wards_of(world)
    rng = world.rng("open conceptions")
    girls = parts(12_600, persons)
    rate = np.full(len(wards), 0.036)
    for ward in ("saddleworth", "demo_ward_04", "demo_ward_11"):
        rate[wards.index(ward)] = 0.006
    counts = rng.poisson(rate * girls)
    whole = rows_of([divisions.BOROUGH], np.array([counts.sum()]), np.array([girls.sum()]), per=1000.0)
    nation = rows_of(["england"], np.array([round(0.036 * NATION_CASES)]), np.array([NATION_CASES]), per=1000.0)
    frame = rows_of(wards, counts, girls, per=1000.0)
    frame = frame.astype({"value": float, "numerator": float, "denominator": float})
    frame.loc[counts < FEWEST_CONCEPTIONS, ["value", "numerator", "denominator"]] = np.nan
    return labelled(pd.concat([frame, whole, nation]), HEALTH, "under_18_conceptions", "per_1000", VITAL, "2008-10")


def rows(world: World, scores: pd.Series) -> list[pd.DataFrame]:
    """Return the rows of all these indicators; ``scores`` are deprivation scores by output area."""
    return [
        *(_by_output_area(world, spec, scores) for spec in SMALL),
        *_benefits(world),
        *_fuel(world),
        *_crime(world),
        _conceptions(world),
    ]
