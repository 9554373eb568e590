"""The research framework as data: its questions, which boroughs took them up, what covered and what answers them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.privacy.disclosure import suppress
from insight.privacy.loading import Inputs
from insight.published.findings import load_claims
from insight.stages.ethnography.coding import Coded
from insight.stages.ethnography.counts import is_told

FIRST_DATA_ROW = 2
COLUMNS = ("topic", "question", "borough", "covered", "of", "share", "is_told")


def check_framework(inputs: Inputs, themes: list[str]) -> None:
    """Refuse questions whose themes, boroughs or claims are unknown.

    Raises:
        InputError: every such code with its row.
    """
    if not inputs.has("research_framework"):
        return
    frame, file = inputs.table("research_framework"), paths.shown(inputs.files["research_framework"])
    known = {
        "themes": set(themes),
        "boroughs": set(inputs.people("interviews")["borough"]),
        "claims": set(load_claims(inputs.council.ledger) or load_claims("oldham")),
    }
    problems = [
        Problem(
            file=file,
            row=row + FIRST_DATA_ROW,
            column=column,
            rule="the code must be known",
            found=code,
            fix="correct it, or add it where it belongs",
        )
        for column, codes in known.items()
        for row, cell in enumerate(frame[column].fillna(""))
        for code in str(cell).split()
        if code not in codes
    ]
    if problems:
        raise InputError(problems)


def questions_table(framework: pd.DataFrame | None, grids: dict[str, Coded], *, threshold: int) -> pd.DataFrame:
    """Return by question and borough how many interviews covered it, boroughs that did not put it left empty.

    A count is blanked where the interviews that covered the question, that did not, or (beside the counts of its single
    themes) that covered some of its themes and not others, are few.
    """
    rows = []
    for one in () if framework is None else framework.itertuples(index=False):
        themes, put_in = str(one.themes).split(), str(one.boroughs).split()
        for borough, grid in grids.items():
            if borough not in put_in:
                continue
            count = int(grid.covered(themes).any(axis=1).sum())
            share = count / grid.n if grid.n else np.nan
            told = is_told(grid, themes, threshold=threshold)
            rows.append((one.topic, one.question, borough, count, grid.n, share, told))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return suppress(frame, "covered", threshold=threshold, also=["share"], base="of", forced="is_told")


def answers_table(framework: pd.DataFrame | None, claims: dict[str, str]) -> pd.DataFrame:
    """Return which claims answer each question, and claims of the stage that answer none.

    Args:
        framework: questions with the ids of claims.
        claims: words of the stage's claims by id.
    """
    columns = ["topic", "question", "put_in", "claim", "claim_words"]
    if framework is None:
        return pd.DataFrame(columns=columns)
    rows, answered = [], set()
    for one in framework.itertuples(index=False):
        named = [] if pd.isna(one.claims) else str(one.claims).split()
        answered |= set(named)
        put_in = " and ".join(name.capitalize() for name in str(one.boroughs).split())
        rows += [
            (one.topic, one.question, put_in, name, claims.get(name, "a claim of another stage")) for name in named
        ]
        rows += [] if named else [(one.topic, one.question, put_in, "", "no claim of the publication")]
    rows += [
        ("none", "no question of the framework", "", name, claims[name]) for name in claims if name not in answered
    ]
    return pd.DataFrame(rows, columns=columns)
