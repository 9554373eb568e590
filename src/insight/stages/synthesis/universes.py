"""Specification curve: each headline rerun over the choices that could have been made, from the strands' own tables.

Source: Simonsohn, Simmons and Nelson (2020), specification curve analysis. A headline whose tables this run does not
hold is left out and named. The share of universes is a description of choices, not a probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from insight.published.ledger import Ledger
from insight.stages.synthesis.reruns import (
    ALIKE,
    DEPRIVED,
    HEADLINES,
    KNOWN,
    LEADS,
    MARGIN,
    REACH,
    REACHED,
    READING,
    RISEN,
    ROSE,
    SEPARATOR,
    SUMMARY,
    THRESHOLD,
    UNIVERSES,
    WARD_REACHED,
    WEIGHTS,
    reading_of_the_rise,
)

CURVE = ["headline", "universes", "held", "share_held", "turning_choice", "at_its_levels"]
COVERED = ["choice", "headline", "levels", "universes", "remark"]
ABSENT = "not rerun: this run lacks the tables"
CANNOT = "cannot touch it: "


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A choice declared before the data were seen: what it can touch, and why it cannot touch the rest."""

    touches: tuple[str, ...]
    remark: str
    otherwise: str
    """Why the choice cannot touch any other headline."""


DECLARED = {
    READING: Choice(
        touches=(RISEN, ROSE),
        remark="points of share or relative; the third reading, a rise of the mean score, needs scores that are not "
        "printed",
        otherwise="it does not rest on the rise; numbers of children are printed beside it, not worked out from it",
    ),
    SUMMARY: Choice(
        touches=(DEPRIVED, WARD_REACHED),
        remark="how areas' scores make a ward's",
        otherwise="it ranks no wards by deprivation",
    ),
    THRESHOLD: Choice(
        touches=(KNOWN, REACHED, WARD_REACHED),
        remark="higher or lower weight of a match; without effect where one roster is counted and nothing is linked",
        otherwise="it counts no linked records",
    ),
    REACH: Choice(
        touches=(KNOWN, REACHED, WARD_REACHED),
        remark="registered, seen once, sustained; in touch within the year where one roster is counted",
        otherwise="it counts nobody's contacts with a service",
    ),
    MARGIN: Choice(
        touches=(ALIKE,),
        remark="the largest difference that counts as none",
        otherwise="it claims a difference or an order, not sameness, so that there is no margin to vary",
    ),
    WEIGHTS: Choice(
        touches=(ALIKE, LEADS),
        remark="respondents weighted to residents, or all alike",
        otherwise="it rests on counts, on print or on an unweighted sample, not on weighted answers",
    ),
}
"""The choices that the project declared, in its order."""


def universes(folder: Path, book: Ledger | None) -> tuple[pd.DataFrame, list[str]]:
    """Return one row a universe, and the headlines left out because their tables are not in this run.

    Args:
        folder: the council's build folder.
        book: the ledger of printed figures.
    """
    rows, absent = list(reading_of_the_rise(book)), []
    for name, make in HEADLINES.items():
        try:
            rows += list(make(folder))
        except (FileNotFoundError, KeyError):  # the strand did not run, or holds its table in another shape
            absent.append(name)
    return pd.DataFrame(rows, columns=UNIVERSES), absent


def levels(own: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the level of each choice in the universes of one headline."""
    split = own["choices"].str.split(SEPARATOR)
    names = [part.partition(": ")[0] for part in split.iloc[0]]
    return {
        name: split.map(lambda parts, place=place: parts[place].partition(": ")[2]) for place, name in enumerate(names)
    }


def covered(found: pd.DataFrame) -> pd.DataFrame:
    """Return every headline against every declared choice, then against the other choices that it was rerun over.

    A declared choice that cannot touch a headline says why; one that could, but for tables that this run lacks, says
    so. A declared choice stands there even where no headline of this run could be rerun over it.
    """
    tried = {headline: levels(own) for headline, own in found.groupby("headline", sort=False)}
    sizes = found["headline"].value_counts()
    rows = []
    for name, choice in DECLARED.items():
        own = [_declared(name, choice, headline, made, int(sizes[headline])) for headline, made in tried.items()]
        if not any(row[3] for row in own):
            own.insert(0, (name, SEPARATOR.join(choice.touches), "", 0, ABSENT))
        rows += own
    for headline, made in tried.items():
        for name, chosen in made.items():
            if name not in DECLARED:
                rows.append((name, headline, _words(chosen), int(sizes[headline]), ""))
    return pd.DataFrame(rows, columns=COVERED)


def _words(chosen: pd.Series) -> str:
    return SEPARATOR.join(dict.fromkeys(chosen))


def _declared(
    name: str, choice: Choice, headline: str, made: dict[str, pd.Series], universes: int
) -> tuple[str, str, str, int, str]:
    if name in made:
        return name, headline, _words(made[name]), universes, choice.remark
    return name, headline, "", 0, ABSENT if headline in choice.touches else CANNOT + choice.otherwise


def curve(found: pd.DataFrame) -> pd.DataFrame:
    """Return, by headline, the share of universes in which it holds and the choice whose levels differ most in that."""
    rows = []
    for headline, own in found.groupby("headline", sort=False):
        best, spread, words = "none", 0.0, ""
        for name, chosen in levels(own).items():
            shares = own.groupby(chosen, sort=False)["is_held"].mean()
            if shares.max() - shares.min() > spread:
                best, spread = name, float(shares.max() - shares.min())
                words = SEPARATOR.join(f"{level} {share:.0%}" for level, share in shares.items())
        held = int(own["is_held"].sum())
        row = (headline, len(own), held, held / len(own), best, words)
        rows.append(dict(zip(CURVE, row, strict=True)))
    return pd.DataFrame(rows, columns=CURVE)
