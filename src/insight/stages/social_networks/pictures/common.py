"""What the pictures and tables of the stage share: source, formats, standing, words."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing

SOURCE = "Network survey, names of contacts turned into counts"
HIDDEN = "Small counts are not shown ([c])."
LIMITS_OVER = "Limits are 95 per cent and respect households and interviewers' sessions."
SHARES = {"share": "{:.0%}", "lower": "{:.0%}", "upper": "{:.0%}"}
PLAIN = {"estimate": "{:.2f}", "lower": "{:.2f}", "upper": "{:.2f}"}


def standing(inputs: Inputs, *names: str) -> Standing:
    """Return the standing of respondents and of those inputs that were supplied."""
    return inputs.standing("network_egos", *(name for name in names if inputs.has(name)))


def absent(inputs: Inputs, what: str) -> Note:
    """Return a sentence in place of an output whose input was not supplied."""
    return display.note(f"{what}: not supplied, so nothing to show here.", inputs.standing())


def points(share: float) -> str:
    """Return a difference of shares in percentage points."""
    return f"{100 * share:+.0f} percentage points"


def shown(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the rows whose value is not hidden."""
    return frame[frame[column].notna()]


def between(lower: float, upper: float, *, as_percent: bool = False) -> str:
    """Return limits as text."""
    return f"{lower:.0%} to {upper:.0%}" if as_percent else f"{lower:.2f} to {upper:.2f}"
