"""Demonstration worlds in memory, so that stage tests need no files and can run many seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from insight import params, paths
from insight.catalogue import BY_NAME
from insight.demo.world import DEFAULT_SEED, World, planted
from insight.privacy.at_scale import ProtectedTable
from insight.privacy.loading import Inputs
from insight.privacy.protected import Protected
from insight.sources.contracts import contract
from insight.sources.segmentation import of_frame
from insight.sources.standing import Standing


@cache
def world(seed: int = DEFAULT_SEED, *, null: bool = False) -> World:
    """One world, made once a test session."""
    return World(seed=seed, is_null=null)


@cache
def oldham() -> params.LoadedParams:
    """Oldham's params, read once a test session."""
    return params.load(paths.root() / "params" / "oldham.yml")


def held(name: str, frame: pd.DataFrame) -> pd.DataFrame | Protected | ProtectedTable:
    """A frame as a stage is given it: people's rows wrapped, large ones only to be aggregated."""
    if BY_NAME[name].large:
        return ProtectedTable(name, of_frame(name, frame))
    return Protected(name, frame) if BY_NAME[name].people else frame


def inputs(names: tuple[str, ...], made: World, folder: Path) -> Inputs:
    """Inputs of a stage made from a world, with a truth file in ``folder`` for the wording of outcomes."""
    frames = {name: held(name, made.frame(name)) for name in names}
    rows = [(row.finding, str(row.is_true).lower(), row.what) for row in planted(made)]
    pd.DataFrame(rows, columns=["finding", "is_true", "what"]).to_csv(folder / "truth.csv", index=False)
    standing = Standing(kind="demonstration", folder=folder)
    loaded = oldham()
    return Inputs(
        council=loaded,
        frames=frames,
        standings=dict.fromkeys(names, standing),
        files=dict.fromkeys(names, folder / "memory"),
    )


def dated(given: Inputs) -> Inputs:
    """The same inputs with every date column of their contracts as dates, as a file is read."""
    frames = dict(given.frames)
    for name, one in frames.items():
        columns = [column.name for column in contract(name).columns if column.type == "date"]
        if columns and not isinstance(one, ProtectedTable):
            rows = one.rows() if isinstance(one, Protected) else one
            frames[name] = held(name, rows.assign(**{column: pd.to_datetime(rows[column]) for column in columns}))
    return replace(given, frames=frames)


def detection_rate(decides: Callable[[World], bool], *, worlds: int, null: bool = False, first_seed: int = 1) -> float:
    """Share of worlds in which ``decides`` finds the planted effect."""
    found = [decides(World(seed=seed, is_null=null)) for seed in range(first_seed, first_seed + worlds)]
    return sum(found) / worlds
