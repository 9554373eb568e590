"""One demonstration world: a seed, a variant, and the parts made so far.

Each part has its own random stream, drawn from the seed and the part's name, so that a part comes out the same whether
it is made alone or with all others, whatever their order.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from insight.catalogue import INPUT_NAMES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DEFAULT_SEED = 2011
PART_MODULES = (
    "place",
    "indicators",
    "mortality",
    "segments",
    "values",
    "networks",
    "interviews",
    "quoting",
    "fieldwork",
    "journeys",
    "services",
    "records",
    "children",
    "families",
    "project",
)
"""Modules of :mod:`insight.demo`, each with ``MAKES`` (input name to function of the world) and ``plant(world)``."""


@dataclass(frozen=True, kw_only=True)
class Planted:
    """Whether a claim was made true in this world, and how."""

    finding: str
    is_true: bool
    what: str


@dataclass
class World:
    """A world of demonstration inputs, made part by part and kept."""

    seed: int = DEFAULT_SEED
    is_null: bool = False
    _made: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def rng(self, stream: str) -> np.random.Generator:
        """Return the random stream of that name, fresh at each call."""
        import numpy as np

        return np.random.default_rng([self.seed, zlib.crc32(stream.encode())])

    def frame(self, name: str) -> pd.DataFrame:
        """Return one input, making it (and what it rests on) when needed."""
        if name not in self._made:
            self._made[name] = maker(name)(self)
        return self._made[name]


Maker = Callable[[World], "pd.DataFrame"]


def maker(name: str) -> Maker:
    """Return the maker of one input, importing no module beyond the one that has it."""
    for module in PART_MODULES:
        found = import_module(f"insight.demo.{module}").MAKES
        if name in found:
            return found[name]
    raise KeyError(name)


def makers() -> Mapping[str, Maker]:
    """Return the maker of every input, in catalogue order."""
    found: dict[str, Maker] = {}
    for module in PART_MODULES:
        found |= import_module(f"insight.demo.{module}").MAKES
    return {name: found[name] for name in INPUT_NAMES}


def planted(world: World) -> list[Planted]:
    """Return the truth of every claim that the world plants, or makes false in the null variant."""
    rows: list[Planted] = []
    for module in PART_MODULES:
        rows += import_module(f"insight.demo.{module}").plant(world)
    return rows
