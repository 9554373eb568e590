"""Why a number is missing, as readers see it: the mark of its reason, and the key to the marks that an output uses."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from insight.privacy.disclosure import CONFIDENTIAL, STATUS, log, mark, meaning
from insight.privacy.disclosure.markers import INAPPLICABLE, MEANINGS, UNAVAILABLE, status_of, told

if TYPE_CHECKING:
    import pandas as pd

SHOWN = re.compile(r"\[(" + "|".join(MEANINGS) + r")\]")


def statuses(rows: pd.DataFrame, column: str, *, otherwise: str = UNAVAILABLE) -> list[str]:
    """Return, by row, the status of a number of a column, should it be missing.

    The column's own status counts before that of its row, and that before what was declared of the column's empty cells
    (:func:`insight.privacy.disclosure.markers.tell`). ``otherwise`` is the status of what nothing tells of.
    """
    rest = told(rows).get(column, otherwise)
    given = [rows[name] for name in (status_of(column), STATUS) if name in rows.columns]
    if not given:
        return [rest] * len(rows)
    return [next((one for one in found if one in MEANINGS), rest) for found in zip(*given, strict=True)]


def is_number(frame: pd.DataFrame, column: str) -> bool:
    """Whether a column holds numbers."""
    return str(frame[column].dtype).lower().startswith(("int", "float", "uint"))


def columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that readers see: those of statuses only say why others are empty."""
    own = {STATUS, *(status_of(str(column)) for column in frame.columns)}
    return [column for column in frame.columns if column not in own]


def marks(frame: pd.DataFrame, column: str, *, is_inapplicable: bool = False) -> list[str]:
    """Return, by row, the mark of a missing cell of a table's column; empty for texts that say nothing."""
    otherwise = INAPPLICABLE if is_inapplicable else UNAVAILABLE if is_number(frame, column) else ""
    return [mark(one) if one else "" for one in statuses(frame, column, otherwise=otherwise)]


def reasons(rows: pd.DataFrame, column: str) -> list[str]:
    """Return the mark that stands in place of each row's number, should it be missing.

    As :func:`statuses`; rows that went through disclosure control and lost their status were hidden by it.
    """
    is_bare = STATUS not in rows.columns and log.ATTRIBUTE in rows.attrs
    return [mark(one) for one in statuses(rows, column, otherwise=CONFIDENTIAL if is_bare else UNAVAILABLE)]


def words(found: str) -> str:
    """Return a mark with its meaning, as maps tell it."""
    return meaning(found.strip("[]")).removesuffix(".").replace("]: ", "] ")


def key(*texts: str) -> str:
    """Return the key to the marks in an output's own text, as HTML; empty where it uses none."""
    used = {found for text in texts for found in SHOWN.findall(text)}
    told = " ".join(meaning(one) for one in MEANINGS if one in used)
    return f'<p class="table-note">{escape(told)}</p>' if told else ""
