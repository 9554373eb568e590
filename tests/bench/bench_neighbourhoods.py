"""Measure the division of two wards into nine: the demonstration areas, and the real ones where they are present.

Prints value, aim and spread of each; asserts nothing. Options: ``--repeat N`` (5).
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import geopandas as gpd
import pandas as pd

from insight import paths
from insight.demo.place import HOUSING, housing_surface
from insight.demo.world import World
from insight.methods.access import ways
from insight.methods.barriers import Barriers
from insight.methods.neighbourhoods import neighbourhoods

AIM_SECONDS = 2.0
REAL = Path(os.environ.get("INSIGHT_REAL_DATA") or paths.root().parent / "shared" / "data")


def tell(name: str, work: Callable[[], object], repeat: int) -> None:
    """Print the median, the aim and the spread of some work, the first time (with its imports) apart."""
    times = []
    for _ in range(repeat + 1):
        clock = time.perf_counter()
        work()
        times.append(time.perf_counter() - clock)
    first, rest = times[0], times[1:]
    spread = f"from {min(rest):.2f} to {max(rest):.2f}; first {first:.2f}"
    print(f"{name}: {median(rest):.2f} s (aim under {AIM_SECONDS:g} s; {spread})", flush=True)  # noqa: T201


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    world = World()
    outlines, barriers = world.frame("boundaries"), world.frame("barriers")
    oas = outlines[outlines["level"] == "oa"].rename(columns={"code": "oa"})
    wards = world.frame("lookup").set_index("oa")[["ward", "households"]]
    areas = oas.merge(housing_surface(world), on="oa").join(wards, on="oa")
    walls = Barriers(lines=barriers[barriers["role"] == "barrier"], tolerance_m=5)
    tell(
        f"demonstration, {len(areas)} areas into nine",
        lambda: neighbourhoods(
            areas, code="oa", features=HOUSING, k=9, barriers=walls, group="ward", households="households"
        ),
        repeat,
    )
    places = world.frame("places")
    centres = places[places["kind"] == "childrens_centre"]
    tell(
        f"demonstration, ways from {len(oas)} areas to {len(centres)} centres",
        lambda: ways(oas, centres, code="oa", barriers=walls.lines, crossings=barriers[barriers["role"] == "crossing"]),
        repeat,
    )
    if not REAL.is_dir():
        print(f"real areas: not measured, no data at {REAL}")  # noqa: T201
        return
    real = gpd.read_file(REAL / "two_wards_oa11.gpkg")
    lookup = pd.read_csv(REAL / "oa11_lookup_oac11.csv").set_index("oa11cd")["lsoa11cd"]
    table = pd.read_parquet(REAL / "oldham_oa21_ts044_ts045_ts054.parquet")
    known = table[table.index.isin(lookup.index)]
    means = known.groupby(lookup.reindex(known.index)).mean().reindex(lookup).set_axis(lookup.index)
    filled = known.reindex(lookup.index).fillna(means)
    features = ["ts0440003", "ts0440004", "ts0440005", "ts0540002", "ts0540007", "ts0540010"]
    joined = real.join(filled[features].div(filled["ts0440001"], axis=0), on="oa11cd")
    tell(
        f"real, {len(joined)} areas into nine",
        lambda: neighbourhoods(joined, None, features, 9, code="oa11cd", group="wd13nm"),
        repeat,
    )


if __name__ == "__main__":
    main()
