"""What is calibrated: a stage, and the worlds in which its claims are true or false.

To add a stage, write a module of its name in this package with ``PLAN``, and name it in ``PLANNED``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from insight.demo.world import World

if TYPE_CHECKING:
    import pandas as pd

FIRST_SEED, SEEDS = 70_001, 400
"""Fixed before any result was seen; far from the seeds of tests and of the committed demonstration."""
PLANNED = ("values_modes", "social_networks")
"""Stages with a plan, each a module of this package."""

Frames = Mapping[str, "pd.DataFrame"]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One kind of world: which claims it speaks of, whether they are true in it, and how large the effect is.

    ``make`` turns a seed into the stage's inputs by name. For a claim of sameness the false world lies at the margin:
    farther out any rule would look severe.
    """

    name: str
    is_true: bool
    effects: Mapping[str, str]
    """By claim, the size of what is planted (or, in a false world, of what stands against the claim)."""
    make: Callable[[int], Frames]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The variants that a stage is calibrated on."""

    stage: str
    variants: tuple[Variant, ...]


def plan_of(stage: str) -> Plan:
    """Return the plan of a stage.

    Raises:
        ValueError: the stage has none.
    """
    if stage not in PLANNED:
        raise ValueError(f"no calibration is planned for `{stage}`. Fix: one of {', '.join(PLANNED)}")
    found: Plan = import_module(f"insight.calibration.{stage}").PLAN
    return found


def demo_frames(names: tuple[str, ...], *, is_null: bool) -> Callable[[int], Frames]:
    """Return a maker of demonstration inputs from a seed, typed as the reading of files leaves them."""

    def make(seed: int) -> Frames:
        world = World(seed=seed, is_null=is_null)
        return {name: as_read(name, world.frame(name)) for name in names}

    return make


def as_read(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a generated frame with dates as the reader of that input would give them."""
    import pandas as pd

    from insight.sources.contracts import contract

    dates = [column.name for column in contract(name).columns if column.type == "date" and column.name in frame]
    return frame.assign(**{column: pd.to_datetime(frame[column]) for column in dates})
