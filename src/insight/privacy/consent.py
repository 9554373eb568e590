"""Consent as code: who may hear an interviewee's words, what withdrawal does, and how coarse a speaker must be shown.

Consent to a wider audience covers the narrower ones. A withdrawal is not filtered away: as long as the quotes file
still holds the words, the build fails, because a copy that is merely not shown is still kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from insight.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

Audience = Literal["internal", "partners", "public"]
AUDIENCES: tuple[Audience, ...] = ("internal", "partners", "public")
"""Narrowest first."""
SCOPE_OF: Mapping[Audience, str] = {name: f"quote_{name}" for name in AUDIENCES}
ANALYSIS = "analysis"
FIRST_DATA_ROW = 2
FEWEST_ALIKE = 3

Ladder = Sequence[Mapping[str, str] | None]
"""Steps of one attribute, finest first: a map from value to coarser value each, ``None`` where nothing is shown."""


@dataclass(frozen=True, kw_only=True)
class Coarsened:
    """Attributes that may stand beside words: none of their combinations is rarer than the minimum."""

    frame: pd.DataFrame
    """Attributes by record, empty texts where an attribute is not shown."""
    steps: Mapping[str, int]
    """How many steps each attribute was coarsened."""
    rarest: int
    """Records of the rarest combination; 0 where nothing is shown."""


def agreed_on(consent: pd.DataFrame, scope: str) -> pd.Series:
    """Return the day on which consent of a scope that still stands was gained, by interview."""
    stands = consent[(consent["scope"] == scope) & ~consent["withdrawn"].astype(bool)]
    return stands.set_index("interview_id")["gained_on"]


def may_hear(consent: pd.DataFrame, audience: Audience) -> set[str]:
    """Return the interviews whose words an audience may be shown.

    Args:
        consent: the register, one row an interview and scope.
        audience: who would see the words; consent to a wider audience counts too, consent to analysis must stand.
    """
    wider = [SCOPE_OF[name] for name in AUDIENCES[AUDIENCES.index(audience) :]]
    agreed = {code for scope in wider for code in agreed_on(consent, scope).index}
    return agreed & set(agreed_on(consent, ANALYSIS).index) - withdrawn(consent)


def withdrawn(consent: pd.DataFrame) -> set[str]:
    """Return the interviews that took back any consent."""
    return set(consent.loc[consent["withdrawn"].astype(bool), "interview_id"])


def refuse_withdrawn(quotes: pd.DataFrame, consent: pd.DataFrame, *, file: str) -> None:
    """Fail where the quotes file still holds words of somebody who took consent back.

    Args:
        quotes: the quotes, in the order of their file.
        consent: the register.
        file: the quotes file, for the message.

    Raises:
        InputError: every such quote with its row.
    """
    gone = withdrawn(consent)
    rows = quotes.reset_index(drop=True)
    problems = [
        Problem(
            file=file,
            row=int(row) + FIRST_DATA_ROW,
            column="interview_id",
            rule="words of somebody who has withdrawn consent must not be kept",
            found=f"quote {rows.loc[row, 'quote_id']}",
            fix="delete the quote, run again, and replace or take down every report built from it; where a narrower "
            "use was agreed afresh, record that in place of the withdrawn line",
        )
        for row in rows.index[rows["interview_id"].isin(gone)]
    ]
    if problems:
        raise InputError(problems)


def _at(frame: pd.DataFrame, ladders: Mapping[str, Ladder], steps: Sequence[int]) -> pd.DataFrame:
    found = frame[list(ladders)].astype(object)
    for (name, ladder), step in zip(ladders.items(), steps, strict=True):
        if step:
            mapped = ladder[step - 1]
            found[name] = "" if mapped is None else found[name].map(mapped)
    return found.fillna("")


def coarsened(attributes: pd.DataFrame, ladders: Mapping[str, Ladder], *, fewest: int = FEWEST_ALIKE) -> Coarsened:
    """Coarsen attributes, alike for all records, until no combination is rarer than ``fewest``.

    All combinations of steps are tried (Samarati 2001, full-domain generalisation). The one that hides fewest
    attributes wholly is taken; of those, the one that keeps the attributes named first finest.

    Args:
        attributes: one row a person; every person whom a reader might know to have taken part.
        ladders: for each attribute, most telling first, its steps, coarsest last; a step that does not map a value
            hides it.
        fewest: records that every combination shown must have.
    """
    heights = [range(len(ladder) + 1) for ladder in ladders.values()]
    best: tuple[int, tuple[int, ...]] | None = None
    for steps in itertools.product(*heights):
        sizes = _at(attributes, ladders, steps).value_counts()
        if len(sizes) and sizes.min() >= fewest:
            lost = sum(step == len(ladder) for step, ladder in zip(steps, ladders.values(), strict=True))
            best = min(filter(None, (best, (lost, steps))))
    if best is None:
        blank = attributes[list(ladders)].astype(object).map(lambda _: "")
        return Coarsened(frame=blank, steps={name: len(ladder) for name, ladder in ladders.items()}, rarest=0)
    frame = _at(attributes, ladders, best[1])
    return Coarsened(
        frame=frame, steps=dict(zip(ladders, best[1], strict=True)), rarest=int(frame.value_counts().min())
    )
