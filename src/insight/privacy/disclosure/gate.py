"""The one gate: every table, chart, map and file passes here before a reader can have it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from insight.errors import DisclosureError
from insight.privacy.disclosure.log import ATTRIBUTE
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS
from insight.privacy.pseudonyms import PATTERN

if TYPE_CHECKING:
    import pandas as pd

PERSON_COLUMNS = ("pseudonym", "respondent", "family", "child", "interview", "household", "person", "ego", "uprn")
PATTERNS = {
    "a pseudonym": PATTERN,
    "a postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
    "an NHS number": re.compile(r"\b\d{3} \d{3} \d{4}\b"),
}
"""What points at a person or home wherever it stands in text."""


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


def _refuse_codes(frame: pd.DataFrame, *, what: str) -> None:
    texts = frame.select_dtypes(exclude=["number", "bool", "datetime"])
    for column in texts.columns:
        joined = "\n".join(map(str, texts[column].dropna().unique()))
        for name, pattern in PATTERNS.items():
            if pattern.search(joined):
                raise DisclosureError(f"{what}: column {column} holds {name}. Fix: aggregate first")


def _refuse_left_overs(frame: pd.DataFrame, *, what: str) -> None:
    """Refuse a hidden row that still has its counts, which happens when a column is computed after hiding."""
    done = frame.attrs.get(ATTRIBUTE)
    if done is None or STATUS not in frame.columns:
        return
    hidden = frame[STATUS].eq(CONFIDENTIAL)
    left = [name for name in done["columns"] if name in frame.columns and frame.loc[hidden, name].notna().any()]
    if left:
        raise DisclosureError(f"{what}: hidden rows still hold {', '.join(left)}. Fix: hide them last")


def release(frame: pd.DataFrame, *, what: str) -> pd.DataFrame:
    """Return the frame as it may be shown.

    Args:
        frame: aggregated rows, small counts hidden by :func:`insight.privacy.disclosure.suppress`.
        what: name of the output, for messages.

    Raises:
        DisclosureError: people's columns, pseudonyms, postcodes or NHS numbers, or counts left in hidden rows.
    """
    refuse_people(frame, what=what)
    _refuse_codes(frame, what=what)
    _refuse_left_overs(frame, what=what)
    return frame
