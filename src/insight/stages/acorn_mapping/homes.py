"""Households as sums by postcode and output area, worked out where the file lies; no frame of households is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from insight.privacy.at_scale import ProtectedTable
from insight.stages.acorn_mapping.clusters import Clusters, Ratio, ratio

MEDIA = ("press", "leaflet", "post", "email", "text", "telephone")
ANSWERED = ("press", "leaflet")
FLAGS = (
    "online",
    "transacts_online",
    "social_network_use",
    "community_group",
    "no_marketing",
    *(f"accepts_{medium}" for medium in MEDIA),
    *(f"responded_{medium}" for medium in ANSWERED),
)
TENURES = ("owned", "social_rented", "private_rented", "other")
KEYS = ("postcode", "oa", "acorn_type", "acorn_category", "acorn_edition")
SUMS = {
    **{name: name for name in FLAGS},
    "responded_marketing": "responded_press OR responded_leaflet",
    "deprivation_dimensions": "deprivation_dimensions",
    **{f"tenure_{kind}": f"tenure = '{kind}'" for kind in TENURES},
    "named": "list_contains($named::VARCHAR[], ethnic_group)",
    "named_deprivation": "CASE WHEN list_contains($named::VARCHAR[], ethnic_group) THEN deprivation_dimensions END",
}
"""Column of the sums: what is summed over a postcode's households. ``named``: the ethnic groups that params name."""


@dataclass(frozen=True, kw_only=True)
class Homes:
    """Sums of households by postcode and output area, with ward and category beside each row."""

    rows: pd.DataFrame = field(repr=False)
    posts: Clusters
    areas: Clusters

    def in_category(self, *keys: str) -> np.ndarray:
        """Return which rows are of these categories."""
        return self.rows["category"].isin(keys).to_numpy()

    def in_ward(self, ward: str) -> np.ndarray:
        """Return which rows lie in a ward."""
        return (self.rows["ward"] == ward).to_numpy()

    def sums(self, column: str) -> np.ndarray:
        """Return a column of sums."""
        return self.rows[column].to_numpy(dtype=float)

    def having(self, column: str, among: np.ndarray | None = None, *, asked: str = "n") -> Ratio:
        """Return the ratio of a column to those asked (all households, or another column), over flagged rows."""
        return ratio(self.sums(column), self.sums(asked), among)

    @property
    def households(self) -> int:
        """Number of households."""
        return int(self.rows["n"].sum())


def summed(table: ProtectedTable, *, named: Sequence[str]) -> pd.DataFrame:
    """Return sums of a household file by postcode and output area: one scan, in memory that grows with postcodes.

    Args:
        table: the households input.
        named: ethnic groups, as the input writes them, counted apart.
    """
    return table.aggregated(by=KEYS, sums=SUMS, parameters={"named": list(named)})


def prepared(rows: pd.DataFrame, lookup: pd.DataFrame, keys: dict[int, str]) -> Homes:
    """Return sums with ward and category key beside each row."""
    wards = lookup.set_index("oa")["ward"]
    held = rows.assign(category=rows["acorn_category"].map(keys), ward=rows["oa"].map(wards))
    return Homes(
        rows=held,
        posts=Clusters(codes=pd.factorize(held["postcode"])[0], unit="postcodes"),
        areas=Clusters(codes=pd.factorize(held["oa"])[0], unit="output areas"),
    )
