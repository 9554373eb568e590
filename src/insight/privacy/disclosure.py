"""Small numbers: primary suppression, and the second cell that keeps a total from giving the first away.

The rule is the params' threshold: counts of people from 1 to one below it are not shown. Zero is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from insight.errors import DisclosureError

if TYPE_CHECKING:
    import pandas as pd

STATUS = "status"
CONFIDENTIAL = "c"
PERSON_COLUMNS = ("pseudonym", "respondent", "family", "child", "interview", "household", "person", "ego", "uprn")


def suppress(
    frame: pd.DataFrame, count: str, *, threshold: int, also: Sequence[str] = (), within: Sequence[str] = ()
) -> pd.DataFrame:
    """Blank small counts and whatever is computed from them.

    Args:
        frame: one row a cell of the table.
        count: column of unweighted counts of people.
        threshold: counts from 1 to ``threshold - 1`` are blanked.
        also: columns computed from the count (shares, limits), blanked with it.
        within: columns that name groups whose total is shown; a group with one blanked cell gets its next smallest
            non-zero cell blanked too, so that subtraction tells nothing.

    Returns:
        A copy with blanked cells missing and a ``status`` column holding ``c`` for them.
    """
    shown = frame.copy()
    small = shown[count].between(1, threshold - 1)
    if within:
        for _, cells in shown.groupby(list(within), sort=False):
            hidden = small.loc[cells.index]
            rest = cells.loc[~hidden & (cells[count] > 0), count]
            if hidden.sum() == 1 and len(rest):
                small.loc[rest.idxmin()] = True
    shown[STATUS] = small.map({True: CONFIDENTIAL, False: ""})
    for column in (count, *also):
        shown[column] = shown[column].astype("float64").mask(small)
    return shown


def refuse_people(frame: pd.DataFrame, *, what: str) -> None:
    """Refuse a table that still names people one by one.

    Raises:
        DisclosureError: a column that identifies a person, family or interview.
    """
    found = [column for column in frame.columns if str(column) in PERSON_COLUMNS or str(column).endswith("_id")]
    if found:
        raise DisclosureError(
            f"{what}: columns {', '.join(map(str, found))} point at single people. Fix: aggregate first"
        )
