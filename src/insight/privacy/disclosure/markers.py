"""Marks in place of numbers, as the Government Statistical Service sets them for tables of official statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

STATUS = "status"
CONFIDENTIAL, UNAVAILABLE, INAPPLICABLE, LOW, UNRELIABLE = "c", "x", "z", "low", "u"
MEANINGS = {
    CONFIDENTIAL: "small number, not shown",
    UNAVAILABLE: "not available",
    INAPPLICABLE: "not applicable",
    LOW: "rounds to nought but is not nought",
    UNRELIABLE: "few cases, unreliable",
}


def status_of(column: str) -> str:
    """Return the name of the column that says why numbers of one column alone are missing."""
    return f"{column}_{STATUS}"


EMPTY = "empty"
"""Attribute of a table: by column, the status of a missing number that nothing hid."""


def tell(frame: pd.DataFrame, statuses: Mapping[str, str]) -> pd.DataFrame:
    """Say, in place, what a missing number of each column means where nothing was hidden; return the frame.

    What filters, sorts or renames other columns keeps it; a ``status`` of the cell or of its row counts before it.

    Raises:
        ValueError: a status other than not available and not applicable, which alone hold for a whole column.
    """
    odd = sorted(set(statuses.values()) - {UNAVAILABLE, INAPPLICABLE})
    if odd:
        raise ValueError(f"empty cells of status {', '.join(odd)}. Fix: {UNAVAILABLE} or {INAPPLICABLE}")
    frame.attrs[EMPTY] = dict(statuses)
    return frame


def told(frame: pd.DataFrame) -> Mapping[str, str]:
    """Return what :func:`tell` said of a table's columns."""
    found: Mapping[str, str] = frame.attrs.get(EMPTY, {})
    return found


def mark(status: str) -> str:
    """Return the mark that readers see, such as ``[c]``.

    Raises:
        KeyError: no such status.
    """
    if status not in MEANINGS:
        raise KeyError(f"no mark {status!r}. Fix: one of {', '.join(MEANINGS)}")
    return f"[{status}]"


def meaning(status: str) -> str:
    """Return what a mark means, as it stands under a table."""
    return f"{mark(status)}: {MEANINGS[status]}."
