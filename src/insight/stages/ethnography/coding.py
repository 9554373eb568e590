"""Codings as grids of interviews by themes: status, tone, segments. A theme without a row was not covered.

Not mentioned is not absent: open interviews follow the family, so shares have two denominators, all interviews and
those in which the theme came up at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.privacy.consent import agreed_on
from insight.privacy.loading import Inputs

RAISED, PROMPTED, NOT_COVERED = "raised", "prompted", "not_covered"


@dataclass(frozen=True, kw_only=True)
class Coded:
    """Grids of interviews (rows) by themes (columns); ``log`` holds the interviews in the same order."""

    log: pd.DataFrame
    status: pd.DataFrame
    tone: pd.DataFrame
    segments: pd.DataFrame

    @property
    def n(self) -> int:
        """Return the number of interviews."""
        return len(self.log)

    def raised(self, themes: Sequence[str]) -> pd.DataFrame:
        """Return whether each interview raised each theme without prompting."""
        return self.status[list(themes)] == RAISED

    def covered(self, themes: Sequence[str]) -> pd.DataFrame:
        """Return whether each theme came up at all."""
        return self.status[list(themes)] != NOT_COVERED

    def said(self, segment: str, themes: Sequence[str]) -> pd.DataFrame:
        """Return whether the segment was said within each theme."""
        return self.segments[list(themes)].map(lambda codes: segment in codes.split())

    def first_said(self, theme: str) -> pd.Series:
        """Return the first segment within a theme, of those interviews that have one."""
        return self.segments[theme].str.split().str[0].dropna()

    def has(self, theme: str) -> bool:
        """Whether the theme is among those of the params."""
        return theme in self.status.columns


def _problems(frame: pd.DataFrame, *, column: str, known: set[str], file: str, fix: str) -> list[Problem]:
    odd = sorted(set(frame[column]) - known)
    rule = "the code must be known"
    return [Problem(file=file, column=column, rule=rule, found=code, fix=fix) for code in odd]


def check_codes(inputs: Inputs, themes: Sequence[str]) -> None:
    """Refuse codings, quotes and consent of interviews that do not exist, and themes that the params do not name.

    Raises:
        InputError: all such codes together.
    """
    known = set(inputs.people("interviews")["interview_id"])
    problems = []
    for name in ("codings", "quotes", "consent", "double_codings", "interviewees"):
        if not inputs.has(name):
            continue
        frame, file = inputs.people(name), paths.shown(inputs.files[name])
        fix = "use a code of the interviews file"
        problems += _problems(frame, column="interview_id", known=known, file=file, fix=fix)
        if "theme" in frame.columns:
            fix = "add the theme to `themes` in the params file, or correct the cell"
            problems += _problems(frame, column="theme", known=set(themes), file=file, fix=fix)
    if inputs.has("quotes") and inputs.has("quote_reviews"):
        reviews, file = inputs.people("quote_reviews"), paths.shown(inputs.files["quote_reviews"])
        quoted = set(inputs.people("quotes")["quote_id"])
        fix = "remove the sign-off of a quote that is gone, or correct the code"
        problems += _problems(reviews, column="quote_id", known=quoted, file=file, fix=fix)
    if problems:
        raise InputError(problems)


def agreed(inputs: Inputs, scope: str) -> pd.Series | None:
    """Return the day on which consent of a scope that still stands was gained, by interview; ``None`` if unsupplied."""
    return agreed_on(inputs.people("consent"), scope) if inputs.has("consent") else None


def coded(inputs: Inputs, *, themes: Sequence[str], borough: str) -> Coded:
    """Return the grids of one borough's interviews, those without standing consent to analysis left out."""
    log = inputs.people("interviews")
    log = log[log["borough"] == borough]
    consent = agreed(inputs, "analysis")
    if consent is not None:
        log = log[log["interview_id"].isin(consent.index)]
    log = log.reset_index(drop=True)
    codings = inputs.people("codings").set_index(["interview_id", "theme"])

    def grid(column: str, empty: str) -> pd.DataFrame:
        wide = codings[column].unstack("theme")  # noqa: PD010 - texts, nothing to aggregate
        wide = wide.reindex(index=log["interview_id"], columns=list(themes))
        return wide.astype(object).where(wide.notna(), empty)

    return Coded(log=log, status=grid("status", NOT_COVERED), tone=grid("sentiment", ""), segments=grid("segment", ""))
