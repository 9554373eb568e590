"""Demonstration rosters: children's centre registrations, library members, benefit households; births by ward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo.world import Planted
from insight.methods.reach import parted
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

REFERENCE = "2011-06-01"
MONTHS_UNDER_FIVE = 60
REACH_BY_FIFTH = (0.44, 0.49, 0.52, 0.55, 0.57)
"""Share of children registered, most deprived fifth first: the neediest are reached least, and half missed."""
REACH_IF_NULL = 0.93
"""In the null variant centres reach nearly all, so that there is no room to do better."""
PARTED_LOSS = 0.036
"""How much less is reached behind a barrier; the size found in about 85 % of worlds."""
GROWN_OUT = 0.03
"""Registrations of children now over five, as real rosters keep them."""
LIBRARY, LIBRARY_WITH_CENTRE = 0.12, 0.26
BENEFITS_LEVEL, BENEFITS_SLOPE = 0.08, 0.0062
"""Households with young children on benefits, by households with them: level, and rise with a point of the score."""
SHARED_HOMES, ON_HOUSING_BENEFIT = 0.25, 0.7
BIRTHS_A_CHILD = 0.2
BIRTH_MONTHS = pd.date_range("2010-01-01", periods=12, freq="MS").strftime("%Y-%m-%d")
FURTHER_MONTHS = pd.date_range("2007-09-01", "2012-08-01", freq="MS").strftime("%Y-%m-%d").difference(BIRTH_MONTHS)
"""Births of other years, from a stream of their own: children due at the engagement points of the pilot."""


def resident_children(world: World) -> pd.DataFrame:
    """Return one row a resident child under five: code, output area, month of birth, fifth and barrier of its area."""
    areas = world.frame("lookup")[["oa", "children_0_4"]].copy()
    table = world.frame("indicators")
    scores = table[table["indicator"] == "deprivation_score"].set_index("area")["value"]
    areas["score"] = areas["oa"].map(scores)
    areas["fifth"] = pd.qcut(-areas["score"].rank(method="first"), 5, labels=False)
    places, walls, outlines = world.frame("places"), world.frame("barriers"), world.frame("boundaries")
    shapes = outlines[outlines["level"] == "oa"].set_index("code").loc[areas["oa"]]
    centres = places[places["kind"] == "childrens_centre"]
    areas["parted"] = parted(shapes, centres, walls[walls["role"] == "barrier"])
    rows = areas.loc[areas.index.repeat(areas["children_0_4"])].reset_index(drop=True)
    rng = world.rng("resident_children")
    rows["child_id"] = [f"{DEMO}K{number:06d}" for number in rng.permutation(len(rows)) + 1]
    ages = rng.integers(1, MONTHS_UNDER_FIVE, len(rows))
    rows["birth_month"] = _month(ages)
    return rows


def _month(ages: np.ndarray) -> np.ndarray:
    start = np.datetime64(REFERENCE[:7], "M")
    return np.array([f"{start - np.timedelta64(int(age), 'M')}-01" for age in ages], dtype=object)


def _registered(world: World, children: pd.DataFrame) -> np.ndarray:
    rng = world.rng("centre_registrations")
    chance = np.array(REACH_BY_FIFTH)[children["fifth"]] - PARTED_LOSS * children["parted"].to_numpy()
    if world.is_null:
        chance = np.full(len(children), REACH_IF_NULL)
    return rng.random(len(children)) < chance


def roster_childrens_centre(world: World) -> pd.DataFrame:
    """Return registrations at children's centres, a few of them of children who have outgrown the centre."""
    children = resident_children(world)
    found = children[_registered(world, children)][["child_id", "oa", "birth_month"]].reset_index(drop=True)
    rng = world.rng("centre_roster")
    older = found.sample(frac=GROWN_OUT, random_state=rng).copy()
    older["child_id"] = [f"K9{number:05d}" for number in range(1, len(older) + 1)]
    older["birth_month"] = _month(rng.integers(MONTHS_UNDER_FIVE + 1, MONTHS_UNDER_FIVE + 18, len(older)))
    frame = pd.concat([found, older], ignore_index=True)
    born = pd.to_datetime(frame["birth_month"])
    wait = pd.to_timedelta(rng.integers(10, 300, len(frame)), unit="D")
    last = pd.Timestamp(REFERENCE) - pd.Timedelta(days=1)
    frame["registered"] = (born + wait).clip(upper=last).dt.strftime("%Y-%m-%d")
    frame["contacts"] = rng.negative_binomial(1, 0.18, len(frame))
    return frame.sort_values("child_id", ignore_index=True)


def roster_library(world: World) -> pd.DataFrame:
    """Return library members under five; children known to a centre join more often."""
    children = resident_children(world)
    known = _registered(world, children)
    rng = world.rng("library_roster")
    joined = rng.random(len(children)) < np.where(known, LIBRARY_WITH_CENTRE, LIBRARY)
    frame = children.loc[joined, ["child_id", "oa", "birth_month"]].sort_values("child_id", ignore_index=True)
    born = pd.to_datetime(frame["birth_month"])
    wait = pd.to_timedelta(rng.integers(60, 700, len(frame)), unit="D")
    last = pd.Timestamp(REFERENCE) - pd.Timedelta(days=1)
    frame["joined"] = (born + wait).clip(upper=last).dt.strftime("%Y-%m-%d")
    return frame.assign(loans=rng.poisson(7, len(frame)))


def roster_benefits(world: World) -> pd.DataFrame:
    """Return households with children under five on housing or council tax benefit."""
    rng = world.rng("benefits_roster")
    children = resident_children(world)
    chance = (BENEFITS_LEVEL + BENEFITS_SLOPE * children["score"]).clip(0, 0.9)
    on_benefit = children.loc[rng.random(len(children)) < chance.to_numpy(), ["oa", "child_id"]].sort_values(
        ["oa", "child_id"], ignore_index=True
    )
    # About every fourth young child shares its home with the one before it in the same area.
    shares_home = (rng.random(len(on_benefit)) < SHARED_HOMES) & (on_benefit["oa"] == on_benefit["oa"].shift())
    home = (~shares_home).cumsum()
    frame = on_benefit.groupby(home).agg(oa=("oa", "first"), children_0_4=("child_id", "size")).reset_index(drop=True)
    frame.insert(0, "household_id", [f"{DEMO}H{number:05d}" for number in rng.permutation(len(frame)) + 1])
    frame["benefit"] = np.where(rng.random(len(frame)) < ON_HOUSING_BENEFIT, "housing", "council_tax")
    return frame.sort_values("household_id", ignore_index=True)


def births(world: World) -> pd.DataFrame:
    """Return live births by ward and month."""
    rng = world.rng("births")
    young = world.frame("lookup").groupby("ward", sort=True)["children_0_4"].sum()
    rows = [
        {"area": ward, "month": month, "births": int(rng.poisson(count * BIRTHS_A_CHILD / len(BIRTH_MONTHS)))}
        for ward, count in young.items()
        for month in BIRTH_MONTHS
    ]
    further = world.rng("births_further")
    rows += [
        {"area": ward, "month": month, "births": int(further.poisson(count * BIRTHS_A_CHILD / len(BIRTH_MONTHS)))}
        for ward, count in young.items()
        for month in FURTHER_MONTHS
    ]
    return pd.DataFrame(rows).sort_values(["area", "month"], ignore_index=True)


MAKES: dict[str, Maker] = {
    "roster_childrens_centre": roster_childrens_centre,
    "roster_library": roster_library,
    "roster_benefits": roster_benefits,
    "births": births,
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted in the rosters."""
    reached = "44 % of the children of the most deprived fifth are registered (93 % in the null variant)"
    apart = "reach is lower by 3.6 points where a barrier lies before the nearest centre"
    return [
        Planted(finding="reach_of_neediest_partial", is_true=not world.is_null, what=reached),
        Planted(finding="geographic_barriers", is_true=not world.is_null, what=apart),
    ]
