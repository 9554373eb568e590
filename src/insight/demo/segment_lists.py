"""Demonstration lists behind the segments: ACORN by postcode, addresses, the licensee's codes, and open classes.

Postcodes, types and areas are those of the demonstration households; addresses beyond them, terminated postcodes and
postcodes without a type are added as a council meets them. Open classes of real LSOAs fall on invented output areas.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight import paths
from insight.demo.segment_places import postcodes
from insight.demo.world import World
from insight.sources.marks import INVENTED
from insight.sources.marks import PREFIX as DEMO

EDITION = 2011
TERMINATED, NOT_PRIVATE, UNCLASSIFIED = 0.03, 0.01, 0.004
"""Shares of postcodes that were withdrawn (yet stand on addresses), hold no private homes, or have no type."""
FIRST_WITHDRAWN, WITHDRAWN_MONTHS = "2009-01-01", 30
LOST = 0.006
"""Share of addresses whose postcode is on no list: new streets, and slips of the pen."""
EXTRA_HOMES = 12
"""Homes at most in a postcode of the directory that the households file lacks."""


def _extra(world: World, posts: pd.DataFrame) -> pd.DataFrame:
    """Return postcodes without a type: their area, coding and how many addresses name them."""
    rng, count = world.rng("segments.extra"), len(posts)
    kinds = {"not_private": round(NOT_PRIVATE * count), "unclassified": round(UNCLASSIFIED * count)}
    size = sum(kinds.values())
    return pd.DataFrame(
        {
            "postcode": [
                f"ZZ99 {number // 10 % 10}{chr(65 + number // 100)}{chr(65 + number % 10)}" for number in range(size)
            ],
            "coding": np.repeat(list(kinds), list(kinds.values())),
            "place": rng.choice(posts["place"].to_numpy(), size),
            "households": rng.integers(1, EXTRA_HOMES + 1, size),
        }
    )


def segment_directory(world: World) -> pd.DataFrame:
    """Return one row a postcode: its codes, and the day it was withdrawn where it was."""
    rng, posts = world.rng("segments.directory"), postcodes(world)
    extra = _extra(world, posts)
    days = pd.date_range(FIRST_WITHDRAWN, periods=WITHDRAWN_MONTHS, freq="MS")
    gone = rng.random(len(posts)) < TERMINATED
    classified = pd.DataFrame(
        {
            "postcode": posts["postcode"],
            "coding": "classified",
            "acorn_category": posts["category"].astype("Int64"),
            "acorn_group": posts["group"],
            "acorn_type": posts["type"].astype("Int64"),
            "acorn_edition": EDITION,
            "terminated": pd.Series(rng.choice(days, len(posts))).where(gone),
        }
    )
    others = pd.DataFrame({"postcode": extra["postcode"], "coding": extra["coding"], "acorn_edition": EDITION})
    return pd.concat([classified, others], ignore_index=True)[list(classified.columns)]


def address_list(world: World) -> pd.DataFrame:
    """Return one row a home: those of the households, some in postcodes without a type, some in none that is listed."""
    rng, posts = world.rng("segments.addresses"), postcodes(world)
    codes = world.frame("lookup")["oa"].to_numpy(dtype=object)
    both = pd.concat([posts[["postcode", "place", "households"]], _extra(world, posts)], ignore_index=True)
    row = np.repeat(np.arange(len(both)), both["households"])
    written = both["postcode"].to_numpy(dtype=object)[row]
    lost = rng.random(len(row)) < LOST
    written = np.where(lost, [f"ZZ98 {number % 10}XX" for number in range(len(row))], written)
    # Half of the lists that councils hold write postcodes without their blank.
    plain = rng.random(len(row)) < 0.5  # noqa: PLR2004 - half
    return pd.DataFrame(
        {
            "address_id": [f"{DEMO}A{number:06d}" for number in range(1, len(row) + 1)],
            "postcode": np.where(plain, [one.replace(" ", "") for one in written], written),
            "oa": codes[both["place"].to_numpy()[row]],
        }
    )


def segment_codes(world: World) -> pd.DataFrame:  # noqa: ARG001 - every maker takes the world
    """Return the codes with the names that the project may show: a stand-in for the licensee's own list."""
    book = pd.read_csv(paths.reference("acorn_codebook.csv"))
    return pd.DataFrame(
        {
            "acorn_type": book["acorn_type"],
            "acorn_category": book["acorn_category"],
            "category_name": book["category_name"],
            "acorn_group": book["acorn_group"],
            "group_name": INVENTED,
            "type_name": book["type_label"],
        }
    )


def oa_classification(world: World) -> pd.DataFrame:
    """Return the class of each output area: how many areas of an LSOA have it is real, which of them is not.

    In the null variant classes are shuffled over the whole borough, so that nothing clumps.
    """
    rng, areas = world.rng("segments.open"), world.frame("lookup")
    counts = pd.read_csv(paths.reference("geography/oac_2011.csv")).set_index("lsoa")
    found = np.zeros(len(areas), dtype=int)
    for lsoa, rows in areas.reset_index(drop=True).groupby("lsoa"):
        own = counts.loc[[lsoa]]
        classes = np.repeat(own["supergroup"].to_numpy(), own["output_areas"].to_numpy())
        if len(classes) != len(rows):
            classes = rng.choice(classes, len(rows))
        found[rows.index] = rng.permutation(classes)
    if world.is_null:
        found = rng.permutation(found)
    return pd.DataFrame(
        {
            "oa": areas["oa"].to_numpy(dtype=object),
            "lsoa": areas["lsoa"].to_numpy(dtype=object),
            "borough": areas["borough"].to_numpy(dtype=object),
            "borough_name": "Oldham (demonstration)",
            "edition": "2011",
            "supergroup": found,
            "subgroup": None,
            "postcodes": rng.integers(3, 15, len(areas)),
            "vintage": areas["vintage"].to_numpy(),
        }
    )
