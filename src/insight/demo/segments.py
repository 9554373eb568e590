"""Demonstration households with their segment, and lifestyle indices by ACORN type; all invented but category totals.

Rates of a household come from the index of its type, so that indices and households tell one story. Where a claim is
about the borough against the United Kingdom, the difference comes from the mix of types, or from a factor named here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight import paths
from insight.demo import segment_lists
from insight.demo.segment_places import FOCUS_TYPE, FOCUS_WARDS, postcodes, surface
from insight.demo.world import Maker, Planted, World
from insight.sources.marks import PREFIX as DEMO

EDITION = 2011
SOURCE = "Profile invented for the demonstration"
ITEMS: dict[str, tuple[str, float, tuple[float, ...], float]] = {
    "online": ("digital", 77.0, (112, 116, 104, 91, 84), 3),
    "transacts_online": ("digital", 68.0, (114, 118, 105, 90, 82), 4),
    "social_network_use": ("digital", 48.0, (88, 118, 97, 102, 104), 14),
    "community_group": ("community", 22.0, (125, 110, 105, 88, 76), 5),
    "no_marketing": ("channels", 33.0, (105, 100, 115, 125, 127), 4),
    "accepts_press": ("channels", 38.0, (100, 95, 92, 84, 84), 4),
    "accepts_leaflet": ("channels", 32.0, (90, 88, 86, 82, 84), 4),
    "accepts_post": ("channels", 30.0, (100, 95, 88, 80, 78), 4),
    "accepts_email": ("channels", 27.0, (115, 120, 95, 80, 72), 4),
    "accepts_text": ("channels", 9.0, (70, 130, 85, 90, 100), 4),
    "accepts_telephone": ("channels", 5.0, (80, 80, 80, 80, 80), 4),
    "responded_press": ("channels", 5.5, (85, 80, 70, 60, 55), 4),
    "responded_leaflet": ("channels", 7.0, (85, 85, 78, 70, 66), 4),
    "responded_marketing": ("channels", 12.0, (84, 83, 74, 66, 62), 4),
    "financial_difficulty": ("money", 14.0, (40, 80, 85, 125, 170), 8),
    "no_savings": ("money", 28.0, (45, 85, 85, 122, 160), 8),
    "unemployed": ("work", 6.0, (45, 90, 70, 130, 210), 8),
    "long_term_illness": ("health", 18.0, (75, 80, 95, 115, 135), 6),
    "smokes": ("health", 21.0, (55, 95, 85, 120, 155), 6),
}
"""Item: theme, share of the United Kingdom in per cent, index by category, spread of types within a category."""
NULL_SHARES = {
    "accepts_press": 32.0,
    "accepts_leaflet": 32.0,
    "responded_press": 5.0,
    "responded_leaflet": 5.0,
    "responded_marketing": 9.63,
}
"""In the null variant press and leaflets do alike, and the last is what the two before it make together."""
MEDIA = ("press", "leaflet", "post", "email", "text", "telephone")
NO_MARKETING, NULL_NO_MARKETING = 0.40, 0.33
TRANSACTS_FACTOR = 0.955
"""The borough's online households transact this much less often than their types would."""
SOCIAL_HEIGHT, SOCIAL_TOP = 0.22, 0.97
BASE_LOW, BASE_HIGH = 90, 900

ETHNIC_GROUPS = ("pakistani", "bangladeshi", "indian", "white_british", "black", "mixed", "other")
ASIAN_GROUPS = 3
ASIAN_SPLIT, OTHER_SPLIT = (0.47, 0.41, 0.12), (0.92, 0.03, 0.02, 0.03)
ASIAN_SHARE = {"focus_type": 0.80, "focus_wards": 0.18, "elsewhere": 0.05}
NULL_ASIAN = 0.12
DIMENSIONS = 4
DEPRIVED = (0.14, 0.20, 0.22, 0.30, 0.40)
"""Chance of each dimension of deprivation by category; Asian households have ``ASIAN_DEPRIVED`` more."""
ASIAN_DEPRIVED, NULL_DEPRIVED = 0.14, 0.28

TENURES = ("owned", "social_rented", "private_rented", "other")
TENURE_WARD = "coldhurst"
TENURE = (
    (0.90, 0.03, 0.06, 0.01),
    (0.55, 0.15, 0.28, 0.02),
    (0.86, 0.06, 0.07, 0.01),
    (0.62, 0.18, 0.18, 0.02),
    (0.24, 0.60, 0.14, 0.02),
)
WARD_TENURE = (*TENURE[:3], (0.50, 0.30, 0.18, 0.02), (0.14, 0.74, 0.10, 0.02))
NULL_TENURE = (0.40, 0.40, 0.18, 0.02)


def lifestyle_indices(world: World) -> pd.DataFrame:
    """Return an index for each type and item (100 throughout in the null variant)."""
    rng = world.rng("segments.indices")
    codebook = pd.read_csv(paths.reference("acorn_codebook.csv"))
    types, category = codebook["acorn_type"].to_numpy(), codebook["acorn_category"].to_numpy()
    base = rng.integers(BASE_LOW, BASE_HIGH, len(types))
    parts = []
    for item, (group, share, by_category, spread) in ITEMS.items():
        noise = rng.normal(scale=spread, size=len(types))
        uk = NULL_SHARES.get(item, share) if world.is_null else share
        index = np.full(len(types), 100.0) if world.is_null else np.array(by_category)[category - 1] + noise
        parts.append(
            pd.DataFrame(
                {
                    "acorn_type": types,
                    "acorn_category": category,
                    "item": item,
                    "item_group": group,
                    "index": index.clip(1, 9_800 / uk).round(1),
                    "uk_pct": uk,
                    "base_n": base,
                    "source": SOURCE,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _chosen(rng: np.random.Generator, chances: np.ndarray) -> np.ndarray:
    """Draw one column for each row of chances that add up to one."""
    return (rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)[:, :-1]).sum(axis=1)


def _exactly(rng: np.random.Generator, chances: np.ndarray, total: int) -> np.ndarray:
    """Flag ``total`` rows, likelier where the chance is greater."""
    score = np.log(chances / (1 - chances)) + rng.logistic(size=len(chances))
    flags = np.zeros(len(chances), dtype=bool)
    flags[np.argpartition(-score, total)[:total]] = True
    return flags


def _digital(world: World, rates: pd.DataFrame, place: np.ndarray) -> dict[str, np.ndarray]:
    rng = world.rng("segments.digital")
    online = rng.random(len(rates)) < rates["online"].to_numpy()
    factor = 1.0 if world.is_null else TRANSACTS_FACTOR
    transacts = online & (rng.random(len(rates)) < factor * rates["transacts_online"].to_numpy())
    local = np.exp((0.0 if world.is_null else SOCIAL_HEIGHT) * surface(rng, 1)[place, 0])
    among = rates["social_network_use"].to_numpy() / rates["online"].to_numpy()
    social = online & (rng.random(len(rates)) < np.minimum(among * local, SOCIAL_TOP))
    community = rng.random(len(rates)) < rates["community_group"].to_numpy()
    return {"online": online, "transacts_online": transacts, "social_network_use": social, "community_group": community}


def _channels(world: World, rates: pd.DataFrame) -> dict[str, np.ndarray]:
    rng = world.rng("segments.channels")
    share = NULL_NO_MARKETING if world.is_null else NO_MARKETING
    none = _exactly(rng, rates["no_marketing"].to_numpy(), round(share * len(rates)))
    found, open_to = {"no_marketing": none}, 1 - rates["no_marketing"].to_numpy()
    for medium in MEDIA:
        chance = rates[f"accepts_{medium}"].to_numpy() / open_to
        found[f"accepts_{medium}"] = ~none & (rng.random(len(rates)) < chance)
    for medium in ("press", "leaflet"):
        chance = rates[f"responded_{medium}"].to_numpy() / rates[f"accepts_{medium}"].to_numpy()
        found[f"responded_{medium}"] = found[f"accepts_{medium}"] & (rng.random(len(rates)) < chance)
    return found


def _people(world: World, category: np.ndarray, types: np.ndarray, ward: np.ndarray) -> dict[str, np.ndarray]:
    rng = world.rng("segments.people")
    if world.is_null:
        asian_chance = np.full(len(category), NULL_ASIAN)
        tenure_chance = np.tile(NULL_TENURE, (len(category), 1))
    else:
        focus = np.isin(ward, FOCUS_WARDS)
        elsewhere = np.where(focus, ASIAN_SHARE["focus_wards"], ASIAN_SHARE["elsewhere"])
        asian_chance = np.where(types == FOCUS_TYPE, ASIAN_SHARE["focus_type"], elsewhere)
        here = (ward == TENURE_WARD)[:, None]
        tenure_chance = np.where(here, np.array(WARD_TENURE)[category - 1], np.array(TENURE)[category - 1])
    asian = rng.random(len(category)) < asian_chance
    group = np.where(
        asian,
        _chosen(rng, np.tile(ASIAN_SPLIT, (len(category), 1))),
        ASIAN_GROUPS + _chosen(rng, np.tile(OTHER_SPLIT, (len(category), 1))),
    )
    deprived = np.array(DEPRIVED)[category - 1] + ASIAN_DEPRIVED * asian
    if world.is_null:
        deprived = np.full(len(category), NULL_DEPRIVED)
    return {
        "tenure": np.array(TENURES, dtype=object)[_chosen(rng, tenure_chance)],
        "ethnic_group": np.array(ETHNIC_GROUPS, dtype=object)[group],
        "deprivation_dimensions": rng.binomial(DIMENSIONS, deprived),
    }


def households(world: World) -> pd.DataFrame:
    """Return one row a household, by postcode; category totals of borough and one ward are those of the print."""
    areas, posts = world.frame("lookup"), postcodes(world)
    row = np.repeat(np.arange(len(posts)), posts["households"])
    indices = lifestyle_indices(world)
    indices["rate"] = indices["index"] * indices["uk_pct"] / 10_000
    table = indices.pivot_table(index="acorn_type", columns="item", values="rate")
    types, category = posts["type"].to_numpy()[row], posts["category"].to_numpy()[row]
    place = posts["place"].to_numpy()[row]
    rates = table.iloc[table.index.get_indexer(types)].reset_index(drop=True)
    people = _people(world, category, types, areas["ward"].to_numpy(dtype=object)[place])
    frame = pd.DataFrame(
        {
            "household_id": [f"{DEMO}H{number:06d}" for number in range(1, len(row) + 1)],
            "postcode": posts["postcode"].to_numpy(dtype=object)[row],
            "oa": areas["oa"].to_numpy(dtype=object)[place],
            "acorn_category": category,
            "acorn_group": posts["group"].to_numpy(dtype=object)[row],
            "acorn_type": types,
            "acorn_edition": EDITION,
            **people,
            **_digital(world, rates, place),
            **_channels(world, rates),
        }
    )
    order = ["household_id", "postcode", "oa", "acorn_category", "acorn_group", "acorn_type", "acorn_edition"]
    rest = ["online", "transacts_online", "social_network_use", "community_group", "no_marketing"]
    media = [*(f"accepts_{medium}" for medium in MEDIA), "responded_press", "responded_leaflet"]
    return frame[[*order, *people, *rest, *media]]


MAKES: dict[str, Maker] = {
    "households": households,
    "segment_directory": segment_lists.segment_directory,
    "address_list": segment_lists.address_list,
    "segment_codes": segment_lists.segment_codes,
    "oa_classification": segment_lists.oa_classification,
    "lifestyle_indices": lifestyle_indices,
}

TRUTHS = {
    "households_clumped": "each category follows a smooth surface over the areas",
    "mm_hp_strong_in_wards": "both focus wards lean to the two categories; one is built to the print",
    "largest_types_order": "six types are the largest, about a point apart, in the printed order",
    "predominant_hides_minority": "about 96 % of areas have at least a fifth outside their commonest category",
    "urban_prosperity_in_saddleworth": "62 % of urban prosperity households live in that ward",
    "category_order_is_deprivation_order": "chance of a dimension of deprivation runs from 0.14 to 0.40 by category",
    "asian_households_exception": "Asian households: four in five of one moderate means type, 0.14 more deprived",
    "social_rent_predominant": "48 % social renting against 37 % owning in the ward",
    "marketing_rejected": "40 % accept no marketing; response indices lie below 100 in each category",
    "press_ads_most_acceptable": "33 % accept press and 27 % leaflets; of these 11 % and 19 % answer",
    "community_groups_lower": "the mix of types gives about 20 % against 22 %",
    "online_propensity_lower": "the mix of types gives about 73 % against 77 %",
    "online_transactions_lower": "those online transact 0.955 times as often as their types",
    "social_network_users_clustered": "types differ with a spread of 14 index points; areas follow a smooth surface",
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted here; in the null variant each is made false."""
    return [Planted(finding=name, is_true=not world.is_null, what=what) for name, what in TRUTHS.items()]
