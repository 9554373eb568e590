"""What every replication works on: the open tables of one council, the ledger, and areas by the ledger's names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from insight.params import Council
from insight.published.intervals import Interval
from insight.published.ledger import Ledger
from insight.sources.open_data.tables import OpenTables

if TYPE_CHECKING:
    import pandas as pd

PER_CENT = 100.0


def slug(name: str) -> str:
    """Return a ward's name as the ledger's ids have it: ``St Mary's`` is ``st_marys``."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold().replace("'", "").replace("\u2019", "")).strip("_")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One council's open data beside its publication."""

    tables: OpenTables
    council: Council
    book: Ledger
    made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: str, make: Callable[[Setting], Any]) -> Any:
        """Return what ``make`` makes of this setting, made once: several tests rest on the same table."""
        if name not in self.made:
            self.made[name] = make(self)
        return self.made[name]

    def of_district(self, name: str) -> pd.DataFrame:
        """Return the rows of an open table that lie in the council's district."""
        frame = self.tables.table(name)
        return frame[frame["district"] == self.council.lad_code].reset_index(drop=True)

    def wards(self) -> pd.DataFrame:
        """Return ``lsoa, ward`` (the ledger's names) of the district's LSOAs of 2011."""
        frame = self.of_district("lsoa_ward")
        return frame.assign(ward=frame["ward"].map(slug))[["lsoa", "ward", "vintage", "edition"]]

    def value(self, figure: str) -> float:
        """Return a printed number."""
        return float(self.book.figures[figure].value)

    def printed(self, figure: str) -> Interval:
        """Return the interval of a printed number."""
        return self.book.figures[figure].interval
