"""The networks stage's worlds: as planted, with every claim of difference false, and with sameness at its margin."""

from __future__ import annotations

import numpy as np

from insight.calibration.plan import Frames, Plan, Variant, as_read, demo_frames
from insight.demo.networks import IN_WORK, SLOTS
from insight.demo.world import World

INPUTS = (
    "network_egos",
    "network_contacts",
    "network_places",
    "network_resources",
    "network_composition",
    "trust_items",
    "fieldwork_log",
)
WOMEN, SLOT_GAP = 0.6, 0.2
"""Share of women and gap between slots that lie exactly at the margins, where sameness is just false."""
ALIKE = ("sample_spread_by_slot", "women_represented")


def at_the_margin(seed: int) -> Frames:
    """Return the planted world with sex and work drawn again, so far apart as the margins allow at most."""
    world = World(seed=seed)
    egos, rng = world.frame("network_egos"), world.rng("networks_at_the_margin")
    is_day = (egos["slot"] == SLOTS[0]).to_numpy()
    works = rng.random(len(egos)) < np.where(is_day, IN_WORK - SLOT_GAP / 2, IN_WORK + SLOT_GAP / 2)
    sex = np.where(rng.random(len(egos)) < WOMEN, "female", "male").astype(object)
    made = {name: as_read(name, world.frame(name)) for name in ("network_contacts", "network_composition")}
    return {"network_egos": as_read("network_egos", egos.assign(in_work=works, sex=sex)), **made}


PLAN = Plan(
    stage="social_networks",
    variants=(
        Variant(
            name="planted",
            is_true=True,
            effects={
                "bonding_strong": "ties beyond the group about a third of those by chance, varying between respondents",
                "bridging_weak": "ties beyond the group about a third of those by chance, varying between respondents",
                "few_links_outside": "26 % outside the area, about 20 % beyond the group, 26 % beyond the kind of work",
                "worklessness_may_drive": "ties beyond the group 1.6 times with work, 1.7 times with qualifications",
                "flyers_build_trust": "surveys at 27.5 % of doors with a flyer, 18 % without",
                "local_life_self_contained": "55 % of the places named are local",
                "connections_affect_chances": "each resource 7 points more often within reach with work",
                "distrust_of_outgroups": "own community 0.30 points of five above council and providers",
                "peers_shape_behaviour": "a correlation of 0.21 before rounding",
                **dict.fromkeys(ALIKE, "no difference at all"),
            },
            make=demo_frames(INPUTS, is_null=False),
        ),
        Variant(
            name="null",
            is_true=False,
            effects={
                "bonding_strong": "ties as those who live there would give by chance",
                "bridging_weak": "ties as those who live there would give by chance",
                "few_links_outside": "half outside the area and beyond the kind of work, group by chance",
                "worklessness_may_drive": "ties beyond the group hang on nothing",
                "flyers_build_trust": "surveys at 22 % of doors everywhere",
                "local_life_self_contained": "50 % of the places named are local: the threshold itself",
                "connections_affect_chances": "resources hang on nothing",
                "distrust_of_outgroups": "own community, council and providers alike",
                "peers_shape_behaviour": "no correlation",
            },
            make=demo_frames(INPUTS, is_null=True),
        ),
        Variant(
            name="margin",
            is_true=False,
            effects={
                "sample_spread_by_slot": "at the margin: a gap of exactly 20 points between slots",
                "women_represented": "at the margin: exactly 60 % women",
            },
            make=at_the_margin,
        ),
    ),
)
