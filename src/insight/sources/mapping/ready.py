"""Ready mappings of common exports, ``data/reference/mappings/*.yml``: names that systems and portals give columns."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from insight import paths
from insight.params import read_yaml
from insight.sources.mapping.model import Lookup, Reads, Unpivot
from insight.sources.untidy.headers import normal


class ReadyColumn(BaseModel):
    """Names under which a column is met, best first, and how its values read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)
    sources: list[str] = Field(default_factory=list, alias="from")
    constant: str | None = None
    reads: Reads = Field(default="", alias="as")
    codes: dict[str, str] = Field(default_factory=dict)
    lookup: Lookup | None = None


class Ready(BaseModel):
    """One common layout: what it is, by which columns it is known, and how they read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    title: str
    source: str
    """Whose layout it follows, and how sure that is."""
    input: str
    recognised_by: list[str]
    keep: dict[str, list[str]] = Field(default_factory=dict)
    unpivot: Unpivot | None = None
    columns: dict[str, ReadyColumn]

    def fits(self, names: Collection[str]) -> bool:
        """Whether a file with these columns is of this layout; ``A | B`` among those it is known by is either."""
        held = {normal(name) for name in names}
        return all(any(normal(one) in held for one in name.split("|")) for name in self.recognised_by)


@cache
def layouts() -> dict[str, Ready]:
    """Return all ready mappings by name."""
    folder = paths.reference("mappings")
    return {path.stem: Ready.model_validate(read_yaml(path)) for path in sorted(folder.glob("*.yml"))}


def layouts_of(name: str) -> dict[str, Ready]:
    """Return the ready mappings of one input."""
    return {layout: one for layout, one in layouts().items() if one.input == name}
