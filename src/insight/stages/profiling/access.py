"""Walking with a pram to children's centres and clinics: minutes by area, and whom a walk reaches.

Ways lead over a graph of output areas that knows barriers and crossings. Where there is no way at all the status says
``unreachable``; minutes are then left empty, never 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.methods.access import UNREACHABLE, reached, status, ways
from insight.privacy.loading import Inputs
from insight.stages.profiling.declaration import Params

CENTRES, CLINICS = "children's centre", "clinic"
LEVELS = (("neighbourhood", "neighbourhood_name"), ("ward", "ward_name"), ("borough", "borough"))
AREA_COLUMNS = ["oa", "service", "minutes", "minutes_without_barriers", "status", "children_0_4"]
COLUMNS = [
    *("service", "level", "area", "name", "children_0_4", "within", "beyond", "unreachable", "share"),
    *("share_without_barriers", "difference", "median_minutes"),
]


def minutes(inputs: Inputs, params: Params, kind: str) -> pd.DataFrame | None:
    """Return ``area, minutes, minutes_without_barriers`` to the nearest place of a kind, for all output areas.

    ``None`` where outlines or such places are not supplied. Infinite where there is no way.
    """
    if not (inputs.has("boundaries") and inputs.has("places")):
        return None
    outlines, places = inputs.table("boundaries"), inputs.table("places")
    areas, goals = outlines[outlines["level"] == "oa"], places[places["kind"] == kind]
    if areas.empty or goals.empty:
        return None
    table = inputs.table("barriers") if inputs.has("barriers") else None
    found = ways(
        areas,
        goals,
        code="code",
        barriers=None if table is None else table[table["role"] == "barrier"],
        crossings=None if table is None else table[table["role"] == "crossing"],
    )
    return found.minutes(speed_kmh=params.pram_speed_kmh)


def walks(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return one row an output area and service: minutes, the same without barriers, status, young children."""
    lookup, parts = inputs.table("lookup"), []
    for service, kind in ((CENTRES, params.centre_kind), (CLINICS, params.clinic_kind)):
        found = minutes(inputs, params, kind)
        if found is not None:
            parts.append(found.rename(columns={"area": "oa"}).assign(service=service))
    if not parts:
        return pd.DataFrame(columns=AREA_COLUMNS)
    together = pd.concat(parts, ignore_index=True).merge(
        lookup[["oa", "children_0_4"]], on="oa", validate="many_to_one"
    )
    is_in = status(together["minutes"].to_numpy(), limit=params.walk_minutes)
    return together.assign(status=is_in)[AREA_COLUMNS]


def _median(walked: pd.DataFrame, groups: pd.Series) -> pd.Series:
    """Return the median child's minutes by group; missing where that child cannot get there."""
    counted = walked.assign(group=walked["oa"].map(groups)).dropna(subset=["group"]).sort_values("minutes")
    found = {}
    for group, part in counted.groupby("group", sort=True):
        upto = part["children_0_4"].cumsum().to_numpy()
        half = int(np.searchsorted(upto, upto[-1] / 2)) if upto[-1] else 0
        found[group] = float(part["minutes"].iloc[half])
    return pd.Series(found, dtype=float).replace(np.inf, np.nan)


def by_area(inputs: Inputs, params: Params, walked: pd.DataFrame) -> pd.DataFrame:
    """Return whom a walk reaches by service and by neighbourhood, ward and borough."""
    if walked.empty:
        return pd.DataFrame(columns=COLUMNS)
    lookup = inputs.table("lookup").set_index("oa")
    borough = dict.fromkeys(lookup["borough"], inputs.council.council.name)
    parts = []
    for service, rows in walked.groupby("service", sort=True):
        times = rows.rename(columns={"oa": "area"})[["area", "minutes", "minutes_without_barriers"]]
        for level, name in LEVELS:
            if lookup[level].isna().all():
                continue
            found = reached(times, lookup["children_0_4"], lookup[level], limit=params.walk_minutes)
            names = borough if level == "borough" else dict(zip(lookup[level], lookup[name], strict=True))
            found = found.assign(service=service, level=level, name=found["group"].map(names))
            parts.append(found.assign(median_minutes=found["group"].map(_median(rows, lookup[level]))))
    table = pd.concat(parts, ignore_index=True).rename(columns={"group": "area", "children": "children_0_4"})
    counts = ["children_0_4", "within", "beyond", "unreachable"]
    return table.astype(dict.fromkeys(counts, "int64"))[COLUMNS]


def shown_walks(walked: pd.DataFrame) -> pd.DataFrame:
    """Return the walks as they are written: no minutes where there is no way; the status says so."""
    return walked.assign(
        minutes=walked["minutes"].replace(np.inf, np.nan).round(1),
        minutes_without_barriers=walked["minutes_without_barriers"].replace(np.inf, np.nan).round(1),
    )


def cut_off(walked: pd.DataFrame, service: str) -> int:
    """Return how many output areas have no way to a service."""
    return int(((walked["service"] == service) & (walked["status"] == UNREACHABLE)).sum())
