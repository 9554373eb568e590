"""Demonstration residents by age and sex, and deaths whose life expectancy is that of the demonstration indicators."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo.indicator_rows import parts, wards_of

if TYPE_CHECKING:
    from insight.demo.world import Maker, Planted, World

AGES = np.array([0, 1, *range(5, 95, 5)])
SEXES = ("male", "female")
YEARS = range(2006, 2011)
PERIOD = "2006-10"
YEARLY_GROWTH = 0.004
NATION_PERSONS = 52_000_000
YOUNG_AGES = 2
"""How many bands lie under five: the look-up says how many children there are."""
SHAPE = np.array([0, 0, 5.9, 5.8, 6.4, 6.8, 6.9, 6.6, 6.6, 7.3, 7.3, 6.5, 5.8, 6.0, 4.7, 3.9, 3.2, 2.4, 1.5, 0.8])
"""Residents by band from five up, per cent of all, in a borough of the north of England (invented, rounded)."""
YOUNG_SHARE = 0.066
OLDER_WOMEN, WOMEN = 0.012, 0.497
LEVEL, RISE, INFANT = -9.9, 0.093, 0.005
"""Log death rate at birth without infancy, its rise by a year of age, and the rate under one, before scaling."""
STEPS = 40


def _tilted(young: float) -> np.ndarray:
    """Return shares by age band of a ward, given the share under five; young wards have fewer old people."""
    older = SHAPE * np.exp(-(young / YOUNG_SHARE - 1) * (AGES - 40) / 60)
    shares = older * (1 - young) / older.sum()
    shares[0], shares[1] = young / 5, young * 4 / 5
    return shares


def _residents(total: int, young: float) -> dict[str, np.ndarray]:
    shares = _tilted(young)
    women = np.clip(WOMEN + OLDER_WOMEN * (AGES - 45) / 10, 0.47, 0.72)
    counts = parts(total, np.concatenate([shares * (1 - women), shares * women]))
    return {"male": counts[: len(AGES)], "female": counts[len(AGES) :]}


def population(world: World) -> pd.DataFrame:
    """Return residents by ward, nation, sex, age band and year."""
    lookup = world.frame("lookup")
    young = lookup.groupby("ward")["children_0_4"].sum() / lookup.groupby("ward")["persons"].sum()
    wards, persons = wards_of(world)
    sizes = {ward: (size, float(young[ward])) for ward, size in zip(wards, persons, strict=True)}
    sizes["england"] = (NATION_PERSONS, YOUNG_SHARE)
    frames = []
    for area, (size, share) in sizes.items():
        for year in YEARS:
            total = round(size * (1 + YEARLY_GROWTH * (year - YEARS[-1])))
            for sex, counts in _residents(total, share).items():
                frames.append(
                    pd.DataFrame({"area": area, "year": year, "sex": sex, "age_from": AGES, "persons": counts})
                )
    return pd.concat(frames, ignore_index=True)


def _rates(scale: float) -> np.ndarray:
    middles = np.append((AGES[:-1] + AGES[1:]) / 2, 93.5)
    rates = np.exp(LEVEL + RISE * middles)
    rates[0] = INFANT
    return np.minimum(scale * rates, 0.6)


def _years_lived(rates: np.ndarray) -> float:
    """Return life expectancy at birth under constant rates within bands."""
    widths = np.append(np.diff(AGES).astype(float), 1 / rates[-1])
    alive = np.exp(-np.concatenate([[0.0], np.cumsum(rates[:-1] * widths[:-1])]))
    lived = alive[:-1] * -np.expm1(-rates[:-1] * widths[:-1]) / rates[:-1]
    return float(lived.sum() + alive[-1] / rates[-1])


def _rates_for(years: float) -> np.ndarray:
    """Return the schedule of rates whose life expectancy is ``years``."""
    low, high = math.log(0.05), math.log(20.0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _years_lived(_rates(math.exp(middle))) > years else (low, middle)
    return _rates(math.exp((low + high) / 2))


def deaths(world: World) -> pd.DataFrame:
    """Return deaths of five years by ward, nation, sex and age band."""
    table, people = world.frame("indicators"), world.frame("population")
    exposed = people.groupby(["area", "sex", "age_from"])["persons"].sum()
    frames = []
    for sex in SEXES:
        years = table[table["indicator"] == f"life_expectancy_{sex}"].set_index("area")["value"]
        for area in [*wards_of(world)[0], "england"]:
            expected = _rates_for(float(years[area])) * exposed[area, sex].to_numpy(dtype=float)
            rng = world.rng(f"deaths {sex} {area}")
            counts = np.round(expected) if area == "england" else rng.poisson(expected)
            frame = pd.DataFrame({"area": area, "period": PERIOD, "sex": sex, "age_from": AGES, "deaths": counts})
            frames.append(frame.astype({"deaths": int}))
    return pd.concat(frames, ignore_index=True)


MAKES: dict[str, Maker] = {"population": population, "deaths": deaths}


def plant(world: World) -> list[Planted]:  # noqa: ARG001 - every part has the same two functions
    """Return no truths: no claim rests on residents by age or on deaths."""
    return []
