"""Why a number is missing, as readers see it: the mark of its reason, and the key to the marks that an output uses."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from insight.privacy.disclosure import CONFIDENTIAL, STATUS, mark, meaning
from insight.privacy.disclosure.markers import MEANINGS, UNAVAILABLE

if TYPE_CHECKING:
    import pandas as pd

SHOWN = re.compile(r"\[(" + "|".join(MEANINGS) + r")\]")


def status_of(column: str) -> str:
    """Return the name of the column that says why numbers of one column alone are missing."""
    return f"{column}_{STATUS}"


def reasons(rows: pd.DataFrame, column: str) -> list[str]:
    """Return the mark that stands in place of each row's number, should it be missing.

    The column's own status counts before that of its row. Rows with an empty status were not hidden, so what they lack
    is not available; rows of which no status is told were hidden, as disclosure control takes them out.
    """
    for name in (status_of(column), STATUS):
        if name in rows.columns:
            return [mark(str(one)) if one in MEANINGS else mark(UNAVAILABLE) for one in rows[name]]
    return [mark(CONFIDENTIAL)] * len(rows)


def words(found: str) -> str:
    """Return a mark with its meaning, as maps tell it."""
    return meaning(found.strip("[]")).removesuffix(".").replace("]: ", "] ")


def key(*texts: str) -> str:
    """Return the key to the marks in an output's own text, as HTML; empty where it uses none."""
    used = {found for text in texts for found in SHOWN.findall(text)}
    told = " ".join(meaning(one) for one in MEANINGS if one in used)
    return f'<p class="table-note">{escape(told)}</p>' if told else ""
