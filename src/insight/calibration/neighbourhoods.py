"""Recovery of planted neighbourhoods on the demonstration areas, kept as data.

Run with ``python -m insight.calibration.neighbourhoods``.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from insight import atomic, paths
from insight.demo.place import HOUSING, housing_surface
from insight.demo.world import World
from insight.methods.barriers import Barriers
from insight.methods.neighbourhoods import Study, prepared
from insight.methods.neighbourhoods_recovery import recovery

FILE = "neighbourhood_recovery.csv"
NOISES, SEEDS = (0.3, 0.6, 1.0, 1.5), tuple(range(1, 11))
SOURCE, LICENCE = "calibration of this project on its demonstration areas", "as the project's code"
TOLERANCE_M, LEAST_HOUSEHOLDS = 5.0, 600.0


def planted_study() -> tuple[Study, pd.Series]:
    """Return the demonstration's focus wards as they are divided, and the neighbourhoods planted in them."""
    world = World()
    outlines, lines, lookup = (world.frame(name) for name in ("boundaries", "barriers", "lookup"))
    known = lookup[lookup["neighbourhood"].notna() & (lookup["neighbourhood"] != "")]
    oas = outlines[outlines["level"] == "oa"].rename(columns={"code": "oa"})[["oa", "geometry"]]
    areas = (
        oas.merge(known, on="oa")
        .merge(housing_surface(world)[["oa", *HOUSING]], on="oa")
        .sort_values("oa", ignore_index=True)
    )
    walls = Barriers(
        lines=lines[lines["role"] == "barrier"],
        crossings=lines[lines["role"] == "crossing"],
        tolerance_m=TOLERANCE_M,
    )
    study = prepared(
        areas,
        code="oa",
        features=list(HOUSING),
        k=areas.groupby("ward")["neighbourhood"].nunique().to_dict(),
        barriers=walls,
        group="ward",
        households="households",
        components=None,
    )
    return study, areas.set_index("oa")["neighbourhood"].reindex(study.areas).rename_axis("area")


def main() -> None:
    """Compute and write the table."""
    study, truth = planted_study()
    found = recovery(study, truth, noises=NOISES, seeds=SEEDS, least_households=LEAST_HOUSEHOLDS)
    file = paths.reference(FILE)
    rounded = found.round({"agreement": 4}).assign(source=SOURCE, licence=LICENCE)
    atomic.write_with(file, partial(rounded.to_csv, index=False, lineterminator="\n"))
    print(rounded.pivot_table(index="method", columns="noise", values="agreement").round(2))  # noqa: T201


if __name__ == "__main__":
    main()
