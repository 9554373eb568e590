"""Demonstration network survey: respondents, counts of contacts, places, resources, trust, and the log of fieldwork.

One neighbourhood is surveyed from door to door and at events. All shares here are invented; only the number of surveys,
their months and their three time slots are those of the print (in the null variant these differ too).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo import network_tables
from insight.demo.world import Planted
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

NEIGHBOURHOOD = "roundthorn_salem"
SURVEYS, NULL_SURVEYS, PLANNED = 289, 301, 300
FIRST_DAY, NULL_FIRST_DAY, WEEKS = "2011-06-06", "2011-07-04", 8
SLOTS = ("weekday_day", "weekday_evening", "saturday_day")
SLOT_DAYS = {"weekday_day": (0, 1, 2, 3, 4), "weekday_evening": (0, 1, 2, 3, 4), "saturday_day": (5,)}
SLOT_SHARES = (0.48, 0.27, 0.25)
GROUPS = ("white", "pakistani", "bangladeshi", "other")
SHARES, NULL_SHARES = (0.605, 0.205, 0.13, 0.06), (0.45, 0.27, 0.18, 0.10)
AGES, AGE_SHARES = ("16-24", "25-44", "45-64", "65+"), (0.17, 0.38, 0.28, 0.17)
QUALIFICATIONS, QUALIFICATION_SHARES = ("none", "level_1_2", "level_3", "level_4"), (0.42, 0.34, 0.14, 0.10)
WOMEN, NULL_WOMEN = 0.50, 0.33
IN_WORK, NULL_IN_WORK_BY_DAY, NULL_IN_WORK_OTHERWISE = 0.48, 0.30, 0.64
STREETS, DOORS_A_VISIT, VISITS = 40, (8, 11), 2
ANSWER_WITH_FLYER, ANSWER_WITHOUT, NULL_ANSWER, STREET_SPREAD = 0.275, 0.18, 0.22, 0.02
REFUSED = 0.3
"""Share refused among doors without a survey; the others did not answer."""
HOUSEHOLD_SIZES = (0.78, 0.18, 0.04)
EVENTS = ("event", "shop", "health_centre")

KINDS = ("family", "friends", "neighbours", "work")
MEAN_CONTACTS = (2.4, 2.6, 2.0, 2.2)
CROSSING, CROSSING_BY_KIND, CROSSING_SPREAD = 0.165, (0.45, 1.0, 1.2, 1.45), 3.0
"""Ties to other groups against those that local shares would give: level, factor a kind, gamma shape a respondent."""
CROSSING_WITH_WORK, CROSSING_WITH_QUALIFICATION = 1.6, 1.7
OUTSIDE, OTHER_WORK, NULL_BEYOND, BEYOND_SPREAD = 0.255, 0.26, 0.5, 6.0
UNKNOWN_GROUP, UNKNOWN_WORK = 0.04, 0.06
CLOSE = {"family": 0.75, "friends": 0.5, "neighbours": 0.25, "work": 0.2}
NOBODY_IN_WORK, NOBODY_OTHERWISE = 0.05, 0.12
VALUES, VALUES_SHARES = ("settler", "prospector", "pioneer"), (0.24, 0.54, 0.22)

PLACES = (
    ("Parade of shops", "shops", True),
    ("Corner cafe", "food", True),
    ("Neighbourhood pub", "food", True),
    ("Health centre", "services", True),
    ("Children's centre", "services", True),
    ("Park and playground", "leisure", True),
    ("Town centre market", "shops", False),
    ("Retail park", "shops", False),
    ("Leisure centre", "leisure", False),
    ("Central library", "services", False),
    ("Hospital", "services", False),
    ("Town centre restaurant", "food", False),
)
LOCAL, NULL_LOCAL, LOCAL_SPREAD = 0.553, 0.5, 8.0
RESOURCES = (
    ("functional", "local_news", 0.62),
    ("functional", "benefits_advice", 0.41),
    ("functional", "childcare_help", 0.55),
    ("functional", "find_a_job", 0.33),
    ("skills", "been_to_university", 0.38),
    ("skills", "understands_finance", 0.35),
    ("skills", "uses_internet", 0.74),
    ("skills", "works_for_council", 0.27),
)
ACCESS, ACCESS_SHARES = ("self", "family", "friend", "acquaintance"), (0.2, 0.35, 0.28, 0.17)
RESOURCE_GAIN_WITH_WORK, RESOURCE_SPREAD, NOT_ASKED = 0.074, 0.12, 0.03
TRUST = {"own_community": 3.45, "council": 3.15, "service_providers": 3.15}
NULL_TRUST = 3.3
TRUST_COMMON, TRUST_OWN = 0.6, 0.85
PEERS_LINK = 0.21
NO_ANSWER = 0.02


def _pick(rng: np.random.Generator, names: tuple[str, ...], shares: tuple[float, ...], size: int) -> np.ndarray:
    return np.array(names, dtype=object)[rng.choice(len(names), size=size, p=shares)]


def _dates(rng: np.random.Generator, slots: np.ndarray, *, null: bool) -> list[str]:
    """Return a day of the fieldwork for each slot, on the days of the week that belong to it."""
    first = pd.Timestamp(NULL_FIRST_DAY if null else FIRST_DAY)
    weeks = rng.integers(0, WEEKS, len(slots))
    days = [int(rng.choice(SLOT_DAYS[slot])) for slot in slots]
    return [
        (first + pd.Timedelta(days=7 * int(week) + day)).strftime("%Y-%m-%d")
        for week, day in zip(weeks, days, strict=True)
    ]


def fieldwork_log(world: World) -> pd.DataFrame:
    """Return doors by street, slot and outcome; half of the streets had a flyer beforehand."""
    rng = world.rng("fieldwork_log")
    has_flyer = rng.permutation(np.arange(STREETS) % 2 == 0)
    rows = []
    for number in range(STREETS):
        base = NULL_ANSWER if world.is_null else ANSWER_WITH_FLYER if has_flyer[number] else ANSWER_WITHOUT
        answer = float(np.clip(rng.normal(base, STREET_SPREAD), 0.02, 0.9))
        slots = np.array(SLOTS, dtype=object)[rng.choice(3, VISITS, replace=False, p=SLOT_SHARES)]
        for slot, date in zip(slots, _dates(rng, slots, null=world.is_null), strict=True):
            doors = int(rng.integers(*DOORS_A_VISIT))
            completed = int(rng.binomial(doors, answer))
            refused = int(rng.binomial(doors - completed, REFUSED))
            counts = {"completed": completed, "refused": refused, "no_answer": doors - completed - refused}
            about = {"street": f"demo_street_{number + 1:02d}", "slot": slot, "visited_on": date}
            about["flyer_dropped"] = bool(has_flyer[number])
            rows += [{**about, "outcome": outcome, "doors": count} for outcome, count in counts.items()]
    return pd.DataFrame(rows).sort_values(["street", "slot", "outcome"], ignore_index=True)


def _households(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a respondent with household, street, date, slot and where recruited; as many as were surveyed."""
    wanted = NULL_SURVEYS if world.is_null else SURVEYS
    log = world.frame("fieldwork_log")
    done = log[log["outcome"] == "completed"]
    doors = done.loc[done.index.repeat(done["doors"]), ["street", "slot", "visited_on"]].assign(recruited_at="door")
    slots = _pick(rng, SLOTS, SLOT_SHARES, wanted)
    met = pd.DataFrame(
        {
            "street": [f"demo_street_{number:02d}" for number in rng.integers(1, STREETS + 1, wanted)],
            "slot": slots,
            "visited_on": _dates(rng, slots, null=world.is_null),
            "recruited_at": _pick(rng, EVENTS, (0.6, 0.25, 0.15), wanted),
        }
    )
    homes = pd.concat([doors, met], ignore_index=True)
    sizes = 1 + rng.choice(len(HOUSEHOLD_SIZES), size=len(homes), p=HOUSEHOLD_SIZES)
    sizes[homes["recruited_at"] != "door"] = 1
    people = homes.assign(home=np.arange(len(homes))).loc[np.repeat(np.arange(len(homes)), sizes)]
    return people.head(wanted).rename(columns={"visited_on": "date"}).reset_index(drop=True)


def network_egos(world: World) -> pd.DataFrame:
    """Return respondents, several in some households; households are of one ethnic group."""
    rng = world.rng("network_egos")
    people = _households(world, rng)
    n = len(people)
    shares = NULL_SHARES if world.is_null else SHARES
    group_of_home = _pick(rng, GROUPS, shares, int(people["home"].max()) + 1)
    works = np.full(n, IN_WORK)
    if world.is_null:
        works = np.where(people["slot"] == SLOTS[0], NULL_IN_WORK_BY_DAY, NULL_IN_WORK_OTHERWISE)
    women = NULL_WOMEN if world.is_null else WOMEN
    return pd.DataFrame(
        {
            "respondent_id": [f"{DEMO}N{number:04d}" for number in range(1, n + 1)],
            "household_id": [f"{DEMO}H{home + 1:04d}" for home in people["home"]],
            "neighbourhood": pd.Series([NEIGHBOURHOOD] * n, dtype=object),
            "street": people["street"].to_numpy(dtype=object),
            "date": people["date"].to_numpy(dtype=object),
            "slot": people["slot"].to_numpy(dtype=object),
            "recruited_at": people["recruited_at"].to_numpy(dtype=object),
            "sex": np.where(rng.random(n) < women, "female", "male").astype(object),
            "age_band": _pick(rng, AGES, AGE_SHARES, n),
            "ethnic_group": group_of_home[people["home"].to_numpy()],
            "in_work": rng.random(n) < works,
            "qualification": _pick(rng, QUALIFICATIONS, QUALIFICATION_SHARES, n),
            "values_group": _pick(world.rng("network_egos.values"), VALUES, VALUES_SHARES, n),
        }
    )


def _names_nobody(world: World, egos: pd.DataFrame) -> np.ndarray:
    """Return the respondents who name no one: more of those without work, but for the null variant."""
    chance = np.where(egos["in_work"].to_numpy(dtype=bool), NOBODY_IN_WORK, NOBODY_OTHERWISE)
    if world.is_null:
        chance = np.full(len(egos), (NOBODY_IN_WORK + NOBODY_OTHERWISE) / 2)
    return world.rng("network_contacts.nobody").random(len(egos)) < chance


def _crossing(world: World, rng: np.random.Generator, egos: pd.DataFrame, kinds: np.ndarray) -> np.ndarray:
    """Return the chance of a tie to another group for each contact (rows of ``egos`` are repeated a contact)."""
    shares = dict(zip(GROUPS, NULL_SHARES if world.is_null else SHARES, strict=True))
    available = 1 - egos["ethnic_group"].map(shares).to_numpy(dtype=float)
    if world.is_null:
        return available
    own = rng.gamma(CROSSING_SPREAD, 1 / CROSSING_SPREAD, int(egos["place"].max()) + 1)[egos["place"].to_numpy()]
    factor = CROSSING * np.array(CROSSING_BY_KIND)[kinds] * own
    factor = factor * np.where(egos["in_work"].to_numpy(dtype=bool), CROSSING_WITH_WORK, 1.0)
    factor = factor * np.where(egos["qualification"].to_numpy() != "none", CROSSING_WITH_QUALIFICATION, 1.0)
    return np.clip(available * factor, 0, 0.95)


def _alter_groups(world: World, rng: np.random.Generator, own: np.ndarray, crosses: np.ndarray) -> np.ndarray:
    shares = np.array(NULL_SHARES if world.is_null else SHARES)
    groups = own.copy()
    for place, name in enumerate(GROUPS):
        these = np.flatnonzero((own == name) & crosses)
        others = np.delete(np.arange(len(GROUPS)), place)
        picked = rng.choice(others, size=len(these), p=shares[others] / shares[others].sum())
        groups[these] = np.array(GROUPS, dtype=object)[picked]
    groups[rng.random(len(own)) < UNKNOWN_GROUP] = "unknown"
    return groups


def network_contacts(world: World) -> pd.DataFrame:
    """Return counts of contacts by respondent, kind, ethnic group, place and kind of work; names never were here."""
    rng = world.rng("network_contacts")
    egos = world.frame("network_egos").assign(place=lambda frame: np.arange(len(frame)))
    counts = rng.poisson(MEAN_CONTACTS, (len(egos), len(KINDS)))
    counts[~egos["in_work"].to_numpy(dtype=bool), KINDS.index("work")] = 0
    counts[_names_nobody(world, egos)] = 0
    rows = np.repeat(np.arange(len(egos)), counts.sum(axis=1))
    kinds = np.concatenate([np.repeat(np.arange(len(KINDS)), line) for line in counts])
    each = egos.iloc[rows].reset_index(drop=True)
    crosses = rng.random(len(rows)) < _crossing(world, rng, each, kinds)
    beyond = {}
    for name, level in (("outside", OUTSIDE), ("other", OTHER_WORK)):
        mean = NULL_BEYOND if world.is_null else level
        tendency = rng.beta(mean * BEYOND_SPREAD, (1 - mean) * BEYOND_SPREAD, len(egos))
        beyond[name] = rng.random(len(rows)) < tendency[rows]
    work = np.where(beyond["other"], "other", "same").astype(object)
    work[rng.random(len(rows)) < UNKNOWN_WORK] = "unknown"
    contacts = pd.DataFrame(
        {
            "respondent_id": each["respondent_id"].to_numpy(dtype=object),
            "kind": np.array(KINDS, dtype=object)[kinds],
            "ethnic_group": _alter_groups(world, rng, each["ethnic_group"].to_numpy(dtype=object), crosses),
            "lives_in_area": ~beyond["outside"],
            "occupation": work,
        }
    )
    counted = contacts.groupby(list(contacts.columns), sort=True).size().rename("contacts").reset_index()
    close = world.rng("network_contacts.close").binomial(counted["contacts"], counted["kind"].map(CLOSE).astype(float))
    return counted.assign(close_contacts=close)


def network_places(world: World) -> pd.DataFrame:
    """Return the places that each respondent mentioned, none twice."""
    rng = world.rng("network_places")
    local = [place for place in PLACES if place[2]]
    other = [place for place in PLACES if not place[2]]
    mean = NULL_LOCAL if world.is_null else LOCAL
    rows = []
    for code in world.frame("network_egos")["respondent_id"]:
        named = min(1 + int(rng.poisson(2.6)), len(local))
        near = int(rng.binomial(named, rng.beta(mean * LOCAL_SPREAD, (1 - mean) * LOCAL_SPREAD)))
        chosen = [local[place] for place in rng.permutation(len(local))[:near]]
        chosen += [other[place] for place in rng.permutation(len(other))[: named - near]]
        rows += [(code, *place) for place in sorted(chosen)]
    return pd.DataFrame(rows, columns=["respondent_id", "place", "kind", "is_local"])


def network_resources(world: World) -> pd.DataFrame:
    """Return, by respondent and item, through whom it is within reach; ``not_asked`` is not ``none``."""
    rng = world.rng("network_resources")
    egos = world.frame("network_egos")
    n, items = len(egos), len(RESOURCES)
    gain = 0.0 if world.is_null else RESOURCE_GAIN_WITH_WORK
    own = rng.normal(0, RESOURCE_SPREAD, n) + gain * np.where(egos["in_work"].to_numpy(dtype=bool), 1, -1) * 0.5
    chance = np.clip(np.array([level for *_, level in RESOURCES]) + own[:, None], 0.02, 0.98)
    has = rng.random((n, items)) < chance
    access = np.where(has.ravel(), _pick(rng, ACCESS, ACCESS_SHARES, n * items), "none").astype(object)
    access[rng.random(n * items) < NOT_ASKED] = "not_asked"
    return pd.DataFrame(
        {
            "respondent_id": np.repeat(egos["respondent_id"].to_numpy(dtype=object), items),
            "domain": [domain for domain, *_ in RESOURCES] * n,
            "item": [item for _, item, _ in RESOURCES] * n,
            "access": access,
        }
    )


def trust_items(world: World) -> pd.DataFrame:
    """Return scores from 1 to 5 a respondent and item; a few are not answered."""
    rng = world.rng("trust_items")
    codes = world.frame("network_egos")["respondent_id"].to_numpy(dtype=object)
    n = len(codes)
    common = rng.normal(0, TRUST_COMMON, n)
    scores = {
        item: (NULL_TRUST if world.is_null else level) + common + rng.normal(0, TRUST_OWN, n)
        for item, level in TRUST.items()
    }
    peers = rng.normal(0, 1, n)
    link = 0.0 if world.is_null else PEERS_LINK
    scores["peers_use_services"] = 3.0 + peers
    scores["uses_services"] = 3.0 + link * peers + np.sqrt(1 - link**2) * rng.normal(0, 1, n)
    long = pd.DataFrame({"respondent_id": codes, **{name: np.clip(np.rint(one), 1, 5) for name, one in scores.items()}})
    rows = long.melt("respondent_id", var_name="item", value_name="score").astype({"score": "int64", "item": object})
    rows = rows[rng.random(len(rows)) >= NO_ANSWER]
    return rows.sort_values(["respondent_id", "item"], ignore_index=True)


MAKES: dict[str, Maker] = {
    "network_egos": network_egos,
    "network_contacts": network_contacts,
    "network_places": network_places,
    "network_resources": network_resources,
    **network_tables.MAKES,
    "trust_items": trust_items,
    "fieldwork_log": fieldwork_log,
}

TRUTHS = {
    "connections_affect_chances": "respondents in work have each resource 7 points more often within reach",
    "local_life_self_contained": "55 per cent of the places mentioned are local",
    "sample_spread_by_slot": "respondents of weekday daytimes are in work as often as others",
    "flyers_build_trust": "surveys at 27.5 per cent of doors with a flyer beforehand, 18 without",
    "women_represented": "half of the respondents are women, and some households have several respondents",
    "bonding_strong": "ties to other groups, kin left out, are well under half of what local shares would give",
    "bridging_weak": "ties to other groups, kin left out, are well under half of what local shares would give",
    "few_links_outside": "about a quarter of ties leave the area, the ethnic group, or the kind of work",
    "worklessness_may_drive": "more ties to other groups for respondents in work, and for those with qualifications",
    "distrust_of_outgroups": "own community scores 0.30 above council and providers",
    "peers_shape_behaviour": "own use of services correlates 0.21 with peers' use before rounding",
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted here; each is false in the null variant."""
    return [Planted(finding=name, is_true=not world.is_null, what=what) for name, what in TRUTHS.items()]
