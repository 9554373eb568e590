"""The typology of citizens: ethnic groups in each ward placed among the modes by correspondence analysis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from insight.methods.correspondence import bootstrap_tables, correspondence, ellipses
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.sample import CLUSTER, STRATUM, WEIGHT, Sample

COLUMNS = ["kind", "name", "group", "x", "y", "width", "height", "angle", "inertia_x", "inertia_y", "total_inertia"]
REPLICATES, SEED = 2000, 1
FEWEST = 3
FEWEST_PEOPLE = 30
"""Respondents of a row below which its place is left out."""


def cluster_cells(sample: Sample, rows: np.ndarray, row_names: list[str], modes: list[str]) -> tuple[np.ndarray, ...]:
    """Return weighted counts, clusters by rows by modes, and the stratum of each cluster."""
    names, cluster = np.unique(sample.rows[CLUSTER].to_numpy(str), return_inverse=True)
    strata = pd.Series(sample.rows[STRATUM].to_numpy(str)).groupby(cluster).first().to_numpy()
    row_at = pd.Categorical(rows, categories=row_names).codes
    mode_at = pd.Categorical(sample.rows["mode"].to_numpy(str), categories=modes).codes
    cells = np.zeros((len(names), len(row_names), len(modes)))
    known = (row_at >= 0) & (mode_at >= 0)
    np.add.at(cells, (cluster[known], row_at[known], mode_at[known]), sample.rows[WEIGHT].to_numpy(float)[known])
    return cells, strata


def points(
    sample: Sample, kinds: pd.DataFrame, names: Mapping[str, str], params: Params, *, is_wanted: bool = True
) -> pd.DataFrame:
    """Return modes and ethnic groups by ward on the first two axes; the latter with 95 % bootstrap ellipses.

    Empty where there are too few rows or modes for two axes, or the params want no map.
    """
    if not is_wanted:
        return pd.DataFrame(columns=COLUMNS)
    place = np.array([names.get(str(one), str(one)) for one in sample.rows["ward"]], dtype=object)
    ethnic = sample.rows["ethnic_group"].to_numpy(dtype=object)
    rows = np.array([f"{a}, {b}" for a, b in zip(place, ethnic, strict=True)], dtype=object)
    rows[~np.isin(ethnic.astype(str), params.ethnic_groups)] = None
    sizes = pd.Series(rows).value_counts()
    row_names = sorted(sizes.index[sizes >= FEWEST_PEOPLE], key=str)
    present = set(sample.rows["mode"])
    modes = [mode for mode in kinds["mode"] if mode in present]
    if len(row_names) < FEWEST or len(modes) < FEWEST:
        return pd.DataFrame(columns=COLUMNS)
    cells, strata = cluster_cells(sample, rows, row_names, modes)
    table = cells.sum(axis=0)
    used = table.sum(axis=0) > 0
    found = correspondence(table[:, used])
    drawn = bootstrap_tables(cells[:, :, used], strata, replicates=REPLICATES, seed=SEED)
    rings = ellipses(found, drawn)
    own = kinds.set_index("mode").loc[[mode for mode, kept in zip(modes, used, strict=True) if kept]]
    share = {"inertia_x": found.inertias[0], "inertia_y": found.inertias[1], "total_inertia": found.total}
    made = [
        {
            "kind": "residents",
            "name": name,
            "group": "",
            "x": one.x,
            "y": one.y,
            "width": one.width,
            "height": one.height,
            "angle": one.angle,
            **share,
        }
        for name, one in zip(row_names, rings, strict=True)
    ]
    made += [
        {"kind": "mode", "name": line.mode_name, "group": line.group, "x": at[0], "y": at[1], **share}
        for line, at in zip(own.itertuples(), found.columns[:, :2], strict=True)
    ]
    return pd.DataFrame(made, columns=COLUMNS)


def overlapping(frame: pd.DataFrame) -> int:
    """Return how many rings of residents hold the origin, where a profile like everybody's lies."""
    rings = frame[frame["kind"] == "residents"]
    angle = np.radians(rings["angle"].to_numpy(float))
    x, y = -rings["x"].to_numpy(float), -rings["y"].to_numpy(float)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = -x * np.sin(angle) + y * np.cos(angle)
    width, height = (np.maximum(rings[name].to_numpy(float), 1e-12) for name in ("width", "height"))
    return int(((along / width) ** 2 + (across / height) ** 2 <= 1).sum())
