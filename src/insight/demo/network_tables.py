"""Demonstration tables beside the counts: composition at two scales, occupations known, single contacts and their ties.

Single contacts are the counts taken apart again, so adding them up gives the counts: a council that holds them sees the
same network as one that holds counts. All numbers here are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

GROUPS = ("white", "pakistani", "bangladeshi", "other")
NEAR, NULL_NEAR = (0.605, 0.205, 0.13, 0.06), (0.45, 0.27, 0.18, 0.10)
WIDER, NULL_WIDER = (0.71, 0.13, 0.10, 0.06), (0.55, 0.21, 0.15, 0.09)
RESIDENTS = {"neighbourhood": ("roundthorn_salem", 2600), "wider": ("both_wards", 25400)}
SOURCE = "invented for the demonstration"
POSITIONS = (
    ("cleaner", 16.0, 0.52),
    ("shop_assistant", 29.0, 0.66),
    ("bus_driver", 31.0, 0.44),
    ("care_worker", 33.0, 0.58),
    ("electrician", 40.0, 0.41),
    ("office_clerk", 48.0, 0.38),
    ("nurse", 58.0, 0.42),
    ("teacher", 69.0, 0.33),
    ("council_officer", 62.0, 0.18),
    ("solicitor", 82.0, 0.11),
)
ACCESS, ACCESS_SHARES = ("self", "family", "friend", "acquaintance"), (0.06, 0.3, 0.3, 0.34)
GAIN_WITH_WORK, SPREAD, NOT_ASKED = 0.07, 0.1, 0.03
TIED_SAME_KIND, TIED_OTHERWISE = 0.55, 0.12


def network_composition(world: World) -> pd.DataFrame:
    """Return residents by group in the neighbourhood, as respondents were drawn, and in a wider area."""
    shares = {
        "neighbourhood": NULL_NEAR if world.is_null else NEAR,
        "wider": NULL_WIDER if world.is_null else WIDER,
    }
    rows = [
        {"scale": scale, "area": area, "ethnic_group": group, "residents": round(people * share), "source": SOURCE}
        for scale, (area, people) in RESIDENTS.items()
        for group, share in zip(GROUPS, shares[scale], strict=True)
    ]
    return pd.DataFrame(rows)


def network_positions(world: World) -> pd.DataFrame:
    """Return, by respondent and occupation, through whom somebody in it is known; ``not_asked`` is not ``none``."""
    rng, egos = world.rng("network_positions"), world.frame("network_egos")
    n, items = len(egos), len(POSITIONS)
    gain = 0.0 if world.is_null else GAIN_WITH_WORK
    own = rng.normal(0, SPREAD, n) + gain * np.where(egos["in_work"].to_numpy(dtype=bool), 1, -1) * 0.5
    chance = np.clip(np.array([level for *_, level in POSITIONS]) + own[:, None], 0.02, 0.98)
    ways = np.array(ACCESS, dtype=object)[rng.choice(len(ACCESS), size=n * items, p=ACCESS_SHARES)]
    access = np.where((rng.random((n, items)) < chance).ravel(), ways, "none").astype(object)
    access[rng.random(n * items) < NOT_ASKED] = "not_asked"
    return pd.DataFrame(
        {
            "respondent_id": np.repeat(egos["respondent_id"].to_numpy(dtype=object), items),
            "position": [name for name, *_ in POSITIONS] * n,
            "status_score": [score for _, score, _ in POSITIONS] * n,
            "access": access,
        }
    )


def network_alters(world: World) -> pd.DataFrame:
    """Return single contacts: the counts taken apart, numbered within the respondent."""
    counts = world.frame("network_contacts")
    rows = counts.loc[counts.index.repeat(counts["contacts"])]
    number = rows.groupby("respondent_id", sort=False).cumcount() + 1
    of_count = rows.groupby(level=0, sort=False).cumcount()
    alters = rows.assign(
        alter_id=[f"A{one:02d}" for one in number], is_close=(of_count < rows["close_contacts"]).to_numpy()
    )
    columns = ["respondent_id", "alter_id", "kind", "ethnic_group", "lives_in_area", "occupation", "is_close"]
    return alters[columns].reset_index(drop=True)


def network_alter_ties(world: World) -> pd.DataFrame:
    """Return ties among the contacts of a respondent: likelier within a kind."""
    rng, alters = world.rng("network_alter_ties"), world.frame("network_alters")
    rows = []
    for code, own in alters.groupby("respondent_id", sort=True):
        names, kinds = own["alter_id"].to_numpy(dtype=object), own["kind"].to_numpy(dtype=object)
        first, second = np.triu_indices(len(own), k=1)
        chance = np.where(kinds[first] == kinds[second], TIED_SAME_KIND, TIED_OTHERWISE)
        tied = rng.random(len(first)) < chance
        rows += [(code, names[a], names[b]) for a, b in zip(first[tied], second[tied], strict=True)]
    return pd.DataFrame(rows, columns=["respondent_id", "alter_a", "alter_b"])


MAKES: dict[str, Maker] = {
    "network_positions": network_positions,
    "network_alters": network_alters,
    "network_alter_ties": network_alter_ties,
    "network_composition": network_composition,
}
