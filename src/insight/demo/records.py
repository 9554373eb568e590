"""Demonstration records to be linked: four services in the two project wards, each with its own codes and errors.

Names are drawn from short lists and fit no one; postcodes start with ZZ and exist nowhere. Shared surnames, spellings
that vary, names in another order, missing and swapped birth dates, old addresses, twins, families who moved away and
children entered twice are as practitioners meet them; spelling varies more in two of the groups (not so in the null
variant), so that linkage misses more of their records. ``linkage_truth`` holds who is who.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.demo.services import BENEFITS_LEVEL, BENEFITS_SLOPE, REFERENCE, resident_children
from insight.demo.world import Planted
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

GROUPS = {"white_british": 0.42, "pakistani": 0.31, "bangladeshi": 0.27}
FIRST = {
    "white_british": "Amelia Olivia Ella Grace Lily Megan Chloe Jack Harry Oliver Thomas Liam Ryan Joshua Callum Lewis",
    "pakistani": "Aisha Zainab Fatima Maryam Hafsa Iqra Mohammed Ali Hamza Usman Bilal Adam Yusuf Zain Haroon Sana",
    "bangladeshi": "Nadia Tahmina Rukshana Sumaya Tasnim Nusrat Mohammed Abdul Rahim Shahid Kamal Imran Tanvir Sadia",
}
SURNAMES = {
    "white_british": "Taylor Whitworth Shaw Buckley Ogden Schofield Lees Mills Butterworth Kershaw Wild Marsden Holt "
    "Stott Hilton Ashton Barlow Clegg Dawson Fitton Greaves Hague Jagger Kay Lord Mellor Newton Platt Rigg Sykes",
    "pakistani": "Khan Hussain Ahmed Akhtar Mahmood Iqbal Bibi Shah Malik Butt",
    "bangladeshi": "Begum Miah Uddin Ali Khatun Rahman Islam Chowdhury",
}
SURNAME_SKEW = {"white_british": 0.0, "pakistani": 0.7, "bangladeshi": 0.7}
"""How unevenly surnames are spread: weights fall as rank to this power."""
VARIANTS = {
    "Mohammed": ("Muhammad", "Mohammad", "Md"),
    "Aisha": ("Ayesha", "Aysha"),
    "Zainab": ("Zaynab",),
    "Yusuf": ("Yousuf", "Yousaf"),
    "Maryam": ("Mariam",),
    "Rahim": ("Raheem",),
    "Hussain": ("Hussein", "Husain"),
    "Ahmed": ("Ahmad",),
    "Begum": ("Begom", "Bigum"),
    "Uddin": ("Udin", "Ud Din"),
    "Miah": ("Mia", "Miya"),
    "Chowdhury": ("Choudhury", "Chaudhury"),
    "Akhtar": ("Akthar", "Aktar"),
    "Megan": ("Meghan",),
    "Shaw": ("Shore",),
}
VARIES = {"white_british": 0.05, "pakistani": 0.22, "bangladeshi": 0.22}
VARIES_IF_NULL = 0.0
"""Names with several spellings are commoner in two of the groups, so that none may vary if groups are to be alike."""
SWAPS_NAMES = {"white_british": 0.003, "pakistani": 0.05, "bangladeshi": 0.05}
MISTYPED, NO_BIRTH_DATE, DAY_AND_MONTH_SWAPPED, OLD_ADDRESS = 0.04, 0.03, 0.015, 0.1
TWINS, LEAVERS, LEAVING_KNOWN, TWICE = 0.015, 0.07, 0.9, 0.02
UPRN_HELD = {"childrens_centre": 0.6, "library": 0.0, "benefits": 0.95, "health_visiting": 0.8}
VISITED, VISITS = 0.96, 1.8
LABELLED = {"birth_date": 800, "postcode": 300}
YEAR = 365
SOURCES = ("childrens_centre", "library", "benefits", "health_visiting")
PREFIX = {"childrens_centre": "CC", "library": "LB", "benefits": "BN", "health_visiting": "HV"}
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def _cached(world: World, name: str, make: Callable[[World], pd.DataFrame]) -> pd.DataFrame:
    held = world.__dict__.setdefault("_records", {})
    if name not in held:
        held[name] = make(world)
    return held[name]


def _names(rng: np.random.Generator, groups: np.ndarray, lists: dict[str, str], skew: dict[str, float]) -> list[str]:
    chosen = []
    for group in groups:
        words = lists[group].split()
        weights = 1 / np.arange(1, len(words) + 1) ** skew[group]
        chosen.append(str(rng.choice(words, p=weights / weights.sum())))
    return chosen


def _postcode(area: str, home: int) -> str:
    number = int(area[-5:])
    pair = LETTERS[number % 20] + LETTERS[(number // 20 + home) % 20]
    return f"ZZ{number % 9 + 1} {number // 9 % 9 + 1}{pair}"


def _people(world: World) -> pd.DataFrame:
    """Return the children of the two wards, and those who have moved away, with their true particulars."""
    rng = world.rng("linked_people")
    near = world.frame("lookup").dropna(subset=["neighbourhood"])
    rows = resident_children(world)
    rows = rows[rows["oa"].isin(near["oa"])].sort_values("child_id", ignore_index=True)
    rows["gone"] = False
    gone = rows.sample(frac=LEAVERS, random_state=rng).assign(gone=True)
    gone["child_id"] = [f"{DEMO}L{number:05d}" for number in range(len(gone))]
    rows = pd.concat([rows, gone], ignore_index=True)
    groups = rng.choice(list(GROUPS), size=len(rows), p=list(GROUPS.values()))
    rows["ethnic_group"] = groups
    rows["first_name"] = _names(rng, groups, FIRST, dict.fromkeys(GROUPS, 0.3))
    rows["surname"] = _names(rng, groups, SURNAMES, SURNAME_SKEW)
    born = pd.to_datetime(rows["birth_month"]) + pd.to_timedelta(rng.integers(0, 28, len(rows)), unit="D")
    rows["birth_date"] = born.dt.strftime("%Y-%m-%d")
    rows["sex"] = rng.choice(["f", "m"], len(rows))
    rows["uprn"] = [f"{100_000_000_000 + int(number)}" for number in rng.permutation(len(rows) * 3)[: len(rows)]]
    rows["postcode"] = [
        _postcode(area, int(home)) for area, home in zip(rows["oa"], rng.integers(0, 3, len(rows)), strict=True)
    ]
    twin = np.flatnonzero(rng.random(len(rows) - 1) < TWINS)
    for column in ("surname", "birth_date", "uprn", "postcode", "oa", "ethnic_group", "gone"):
        rows.loc[twin + 1, column] = rows.loc[twin, column].to_numpy()
    return rows


def _mistyped(text: str, rng: np.random.Generator) -> str:
    if len(text) < 3:  # noqa: PLR2004 - nothing to swap
        return text
    at = int(rng.integers(1, len(text) - 1))
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _swapped(day: str) -> str:
    year, month, date = day.split("-")
    return f"{year}-{date}-{month}" if int(date) <= 12 else day  # noqa: PLR2004 - months of a year


def _entered(one: dict[str, Any], rng: np.random.Generator, *, source: str, null: bool) -> dict[str, Any]:
    """Return a person's particulars as a service wrote them down."""
    group = one["ethnic_group"]
    varies = VARIES_IF_NULL if null else VARIES[group]
    names = {}
    for column in ("first_name", "surname"):
        name = one[column]
        if name in VARIANTS and rng.random() < varies * 2:
            name = str(rng.choice(VARIANTS[name]))
        names[column] = _mistyped(name, rng) if rng.random() < MISTYPED else name
    if rng.random() < (SWAPS_NAMES["white_british"] if null else SWAPS_NAMES[group]):
        names = {"first_name": names["surname"], "surname": names["first_name"]}
    born = one["birth_date"]
    if rng.random() < DAY_AND_MONTH_SWAPPED:
        born = _swapped(born)
    is_old = rng.random() < OLD_ADDRESS
    has_uprn = rng.random() < UPRN_HELD[source]
    return {
        **names,
        "birth_date": None if rng.random() < NO_BIRTH_DATE else born,
        "postcode": _postcode(f"{int(rng.integers(1, 700)):05d}", 0) if is_old else one["postcode"],
        "uprn": (None if is_old else one["uprn"]) if has_uprn else None,
        "sex": one["sex"],
        "ethnic_group": group,
        "oa": one["oa"],
    }


def _known_to(world: World, source: str, people: pd.DataFrame) -> pd.DataFrame:
    """Return the people that a service knows, with the day since when and the contacts of the last year."""
    rng = world.rng(f"known_to_{source}")
    rosters = {"childrens_centre": ("registered", "contacts"), "library": ("joined", "loans")}
    last = pd.Timestamp(REFERENCE) - pd.Timedelta(days=1)
    born = pd.to_datetime(people["birth_date"])
    wait = pd.to_timedelta(rng.integers(10, 300, len(people)), unit="D")
    since = (born + wait).clip(upper=last).dt.strftime("%Y-%m-%d")
    if source in rosters:
        since_column, count = rosters[source]
        roster = world.frame(f"roster_{source}").set_index("child_id")
        known = people["child_id"].isin(roster.index)
        since = people["child_id"].map(roster[since_column]).where(known, since)
        counts = people["child_id"].map(roster[count]).fillna(1).astype(int)
        share = float(known[~people["gone"]].mean())
    elif source == "benefits":
        chance = (BENEFITS_LEVEL + BENEFITS_SLOPE * people["score"]).clip(0, 0.9)
        known, counts, share = pd.Series(rng.random(len(people)) < chance), pd.Series(0, index=people.index), 0.3
    else:
        known, share = pd.Series(rng.random(len(people)) < VISITED), VISITED
        counts = pd.Series(rng.poisson(VISITS, len(people)))
    known = known | (people["gone"] & (rng.random(len(people)) < share))
    kept = people.assign(since=since, contacts=np.where(people["gone"], 0, counts))[known.to_numpy()]
    return kept.reset_index(drop=True)


def _source(world: World, source: str) -> pd.DataFrame:
    """Return one service's records with the person behind each and its contacts, for the files made of it."""
    people = _known_to(world, source, _cached(world, "people", _people))
    rng = world.rng(f"records_{source}")
    again = people.sample(frac=TWICE, random_state=rng).assign(contacts=0)
    entered = pd.concat([people, again], ignore_index=True)
    rows = []
    for number, one in enumerate(entered.to_dict("records")):
        written = _entered(one, rng, source=source, null=world.is_null)
        moved = REFERENCE if source == "health_visiting" and one["gone"] and rng.random() < LEAVING_KNOWN else None
        rows.append({**written, "since": one["since"], "moved_out": moved, "person": one["child_id"]})
        rows[-1] |= {"contacts": one["contacts"], "number": number}
    frame = pd.DataFrame(rows)
    frame["record_id"] = [f"{DEMO}{PREFIX[source]}{one:05d}" for one in rng.permutation(len(frame)) + 1]
    return frame.sort_values("record_id", ignore_index=True)


COLUMNS = ["record_id", "first_name", "surname", "birth_date", "sex", "postcode", "uprn", "ethnic_group", "oa"]
COLUMNS += ["since", "moved_out"]


def _made(world: World, source: str) -> pd.DataFrame:
    return _cached(world, source, lambda one: _source(one, source))


def _records(source: str) -> Maker:
    return lambda world: _made(world, source)[COLUMNS].copy()


def service_engagements(world: World) -> pd.DataFrame:
    """Return contacts of the last year by service, record and day."""
    parts = []
    end = pd.Timestamp(REFERENCE)
    for source in SOURCES:
        rng = world.rng(f"engagements_{source}")
        frame = _made(world, source)
        rows = frame.loc[frame.index.repeat(frame["contacts"].astype(int)), ["record_id", "since"]]
        first = pd.to_datetime(rows["since"]).clip(lower=end - pd.Timedelta(days=YEAR))
        span = (end - first).dt.days.clip(lower=1).to_numpy()
        days = first + pd.to_timedelta((rng.random(len(rows)) * span).astype(int), unit="D")
        parts.append(pd.DataFrame({"source": source, "record_id": rows["record_id"], "day": days}))
    frame = pd.concat(parts, ignore_index=True).sort_values(["source", "record_id", "day"], ignore_index=True)
    return frame.assign(day=frame["day"].dt.strftime("%Y-%m-%d"))


def linkage_truth(world: World) -> pd.DataFrame:
    """Return who stands behind each record, which no council has."""
    parts = [_made(world, source)[["record_id", "person"]].assign(source=source) for source in SOURCES]
    return pd.concat(parts, ignore_index=True)[["source", "record_id", "person"]]


def linkage_labels(world: World) -> pd.DataFrame:
    """Return a review sheet as reviewers hand it back: pairs that share a birth date or a postcode, each judged."""
    rng = world.rng("linkage_labels")
    held = [_made(world, source).assign(source=source) for source in SOURCES]
    every = pd.concat(held, ignore_index=True)[["source", "record_id", "birth_date", "postcode", "person"]]
    pairs = []
    for column in ("birth_date", "postcode"):
        known = every.dropna(subset=[column])
        both = known.merge(known, on=column, suffixes=("_l", "_r"))
        key_l, key_r = both["source_l"] + both["record_id_l"], both["source_r"] + both["record_id_r"]
        columns = ["source_l", "record_id_l", "source_r", "record_id_r", "person_l", "person_r"]
        mine = both.loc[key_l < key_r, columns].sort_values(columns)
        pairs.append(mine.sample(n=min(LABELLED[column], len(mine)), random_state=rng))
    drawn = pd.concat(pairs, ignore_index=True).drop_duplicates(ignore_index=True)
    drawn["is_match"] = drawn["person_l"] == drawn["person_r"]
    named = drawn.rename(
        columns={"source_l": "left_source", "record_id_l": "left_record", "source_r": "right_source"}
        | {"record_id_r": "right_record"}
    )
    return named[["left_source", "left_record", "right_source", "right_record", "is_match"]].reset_index(drop=True)


MAKES: dict[str, Maker] = {
    **{f"records_{source}": _records(source) for source in SOURCES},
    "service_engagements": service_engagements,
    "linkage_truth": linkage_truth,
    "linkage_labels": linkage_labels,
}


def plant(world: World) -> list[Planted]:  # noqa: ARG001 - every part has it
    """Return what no world has: linkage itself is a means to the claims that the rosters plant."""
    what = "fewer contacts a child in the focus wards, but no rate of the UK: as a whole it cannot be found"
    return [Planted(finding="engagement_below_oldham_below_uk", is_true=False, what=what)]
