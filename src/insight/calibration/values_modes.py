"""The values stage's worlds: as planted, with every claim of difference false, and with sameness at its margin."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.calibration.plan import Frames, Plan, Variant, as_read, demo_frames
from insight.demo.values import GROUP_OF, MODES
from insight.demo.world import World

NAME = "values_survey"
GAP = 0.10
"""Gap between two ethnic groups and between the wards: the margin itself, where the claim is just false."""
LEAN = {"White": (-1, 1, 0), "Pakistani": (1, -1, 0), "Bangladeshi": (1, -1, 0), "Other": (1, -1, 0)}
"""Settlers, prospectors, pioneers: which way an ethnic group leans, half the gap each."""
ALIKE = ("values_shared_over_ethnicity", "wards_homogeneous", "values_not_neighbourhood_bound")


def at_the_margin(seed: int) -> Frames:
    """Return the planted world with modes drawn again: groups differ by exactly the margin of a gap.

    White respondents hold ``GAP`` more prospectors and fewer settlers than others; one ward ``GAP`` more pioneers and
    fewer prospectors than the other. Neighbourhoods differ as their wards do. Ethnic group is drawn anew, alike in all
    places, so that each gap is what it says.
    """
    world = World(seed=seed)
    frame, rng = world.frame(NAME), world.rng("values_at_the_margin")
    kinds = ["White", "Pakistani", "Bangladeshi", "Other"]
    ethnic = rng.choice(kinds, len(frame), p=[0.365, 0.325, 0.295, 0.015])
    ward = np.where(frame["ward"] == frame["ward"].iloc[0], 1, -1)[:, None] * np.array([0, -1, 1])
    shares = 1 / 3 + GAP / 2 * (np.array([LEAN[one] for one in ethnic]) + ward)
    group = (rng.random(len(frame))[:, None] > shares.cumsum(axis=1)[:, :-1]).sum(axis=1)
    members = [[mode for mode in MODES if GROUP_OF[mode] == name] for name in ("settler", "prospector", "pioneer")]
    mode = np.array(members)[group, rng.integers(0, 4, len(frame))]
    return {NAME: as_read(NAME, frame.assign(ethnic_group=ethnic, mode=pd.array(mode, dtype=object)))}


PLAN = Plan(
    stage="values_modes",
    variants=(
        Variant(
            name="planted",
            is_true=True,
            effects={
                "street_majority": "86 % met in public in seven neighbourhoods, 22 % in two",
                "three_clusters": "answers of the groups up to 64 points apart",
                "golden_dreamers_lead": "17.5 % against 11.2 % for the next mode",
                "young_gd_chaotic": "43 % of the mode's young, 24 % of its older",
                "gd_traits": "four gaps of about 12 to 16 points",
                "gd_competitive": "36 points ahead twice, and two gaps of about 12 points",
                **dict.fromkeys(ALIKE, "no difference at all"),
            },
            make=demo_frames((NAME,), is_null=False),
        ),
        Variant(
            name="null",
            is_true=False,
            effects={
                "street_majority": "50 % met in public everywhere",
                "three_clusters": "no answer hangs on anything",
                "golden_dreamers_lead": "no mode leads",
                "young_gd_chaotic": "50 % of young and older",
                "gd_traits": "50 % of all, four times",
                "gd_competitive": "50 % of all, four times",
            },
            make=demo_frames((NAME,), is_null=True),
        ),
        Variant(
            name="margin",
            is_true=False,
            effects={
                "values_shared_over_ethnicity": "at the margin: a gap of exactly 10 points between ethnic groups",
                "wards_homogeneous": "at the margin: a gap of exactly 10 points between the wards",
                "values_not_neighbourhood_bound": "at the margin: gaps of exactly 10 points between neighbourhoods",
            },
            make=at_the_margin,
        ),
    ),
)
