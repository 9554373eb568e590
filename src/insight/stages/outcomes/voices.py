"""What parents and staff said, by theme, with the 'green book' that visits leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from insight.stages.outcomes import directory
from insight.stages.outcomes.shares import LIMITS, hide, share_row

TONES = ("positive", "mixed", "negative")


@dataclass(frozen=True, kw_only=True)
class Voices:
    """Feedback by kind of person and theme; the directory; needs raised against services listed."""

    feedback: pd.DataFrame
    people: int
    directory: pd.DataFrame
    coverage: pd.DataFrame


def _words(code: object) -> str:
    return str(code).replace("_", " ")


def feedback(rows: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return shares of parents and of staff by tone on each theme (one entry a person and theme)."""
    cells = []
    for (kind, topic), own in () if rows is None else rows.groupby(["kind", "topic"], sort=True):
        cells += [
            {
                "kind": kind,
                "theme": _words(topic),
                "tone": tone,
                **share_row(int((own["sentiment"] == tone).sum()), len(own)),
            }
            for tone in TONES
        ]
    frame = pd.DataFrame(cells, columns=["kind", "theme", "tone", "count", "n", *LIMITS])
    return hide(frame, ["count"], threshold=threshold, also=LIMITS, within=["kind", "theme"])


def describe(
    *,
    said: pd.DataFrame | None,
    entries: pd.DataFrame | None,
    visits: pd.DataFrame,
    sheets: pd.DataFrame | None,
    needs_as: Mapping[str, str],
    names: dict[str, str],
    files: Mapping[str, Path],
    threshold: int,
) -> Voices:
    """Return feedback by theme, the directory, and needs against it.

    Raises:
        InputError: codes of needs that do not match those of the directory.
    """
    counts = directory.raised(visits, sheets, needs_as)
    directory.check_codes(visits, sheets, entries, needs_as, files=files)
    return Voices(
        feedback=feedback(said, threshold=threshold),
        people=0 if said is None else int(said["respondent_id"].nunique()),
        directory=directory.listing(entries, names),
        coverage=directory.coverage(counts, entries, threshold=threshold),
    )
