"""People's rows by the million: aggregated where they lie, so that no frame of them is ever made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from insight.errors import DisclosureError
from insight.sources.contracts.in_sql import quoted
from insight.sources.segmentation import CELLS, Opened

if TYPE_CHECKING:
    import pandas as pd


class ProtectedTable:
    """A file about people that shows only its name, rows and columns, and gives out sums over groups of rows.

    There is no way to the rows themselves: :meth:`aggregated` refuses to group by what names one record.
    """

    def __init__(self, name: str, opened: Opened) -> None:
        self.name, self._opened = name, opened

    def __len__(self) -> int:
        return self._opened.records

    def aggregated(
        self, *, by: Sequence[str], sums: Mapping[str, str] | None = None, parameters: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return one row a group: its keys, ``n`` (how many records), and sums.

        Args:
            by: columns that make the groups, in the order of the rows returned.
            sums: column of the result to SQL expression over the contract's columns (a flag counts as 0 or 1).
            parameters: values for ``$name`` in the expressions.

        Raises:
            DisclosureError: no group, or a column whose value may stand once, so that a group would be one record.
        """
        agreed = self._opened.contract
        own = {column.name for column in agreed.columns if column.unique}
        known = {column.name for column in agreed.columns} - own
        if not by or not set(by) <= known or set(agreed.key) & set(by):
            raise DisclosureError(
                f"{self.name}: grouping by {', '.join(by) or 'nothing'} would give out single records. "
                f"Fix: group by columns that records share"
            )
        keys = ", ".join(quoted(name) for name in by)
        added = "".join(
            f", CAST(coalesce(sum(CAST({one} AS BIGINT)), 0) AS INTEGER) AS {quoted(name)}"
            for name, one in (sums or {}).items()
        )
        query = f"SELECT {keys}, CAST(count(*) AS INTEGER) AS n{added} FROM {CELLS} GROUP BY {keys} ORDER BY {keys}"  # noqa: S608
        return self._opened.connection.execute(query, dict(parameters or {}) or None).df()

    def __repr__(self) -> str:
        columns = ", ".join(column.name for column in self._opened.contract.columns)
        return f"ProtectedTable {self.name}: {len(self):,} rows; columns {columns}"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>"

    def __getstate__(self) -> object:
        raise TypeError(f"{self.name}: rows about people are not written out. Fix: save an aggregate instead")
