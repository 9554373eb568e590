"""Double coding of the convergence matrix: how far coders agree with each other, and with the rule."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd

from insight.errors import InputError, Problem
from insight.methods.agreement import Bootstrap, krippendorff_alpha

RULE = "the rule"
AGREED = ["first", "second", "cells", "same", "share_same", "alpha", "lower", "upper", "where_they_differ"]
KEYS = ["topic", "strand"]


def check(codings: pd.DataFrame, matrix: pd.DataFrame, *, file: str) -> None:
    """Refuse codes of cells that the matrix does not have.

    Raises:
        InputError: every such row.
    """
    known = set(matrix[KEYS].itertuples(index=False, name=None))
    problems = [
        Problem(
            file=file,
            row=place,
            column="topic, strand",
            rule="a topic and a strand that speaks to it",
            found=f"{topic}, {strand}",
            fix="use a pair of topics.csv",
        )
        for place, (topic, strand) in enumerate(codings[KEYS].itertuples(index=False, name=None), start=2)
        if (topic, strand) not in known
    ]
    if problems:
        raise InputError(problems)


def _pair(ratings: pd.DataFrame, *, seed: int) -> dict[str, Any]:
    both = ratings.dropna()
    first, second = both.columns
    apart = both[both[first] != both[second]]
    same = len(both) - len(apart)
    differ = "; ".join(
        f"{topic}, {str(strand).replace('_', ' ')}: {row[first]} or {row[second]}"
        for (topic, strand), row in apart.iterrows()
    )
    found: dict[str, Any] = {"first": first, "second": second, "cells": len(both), "same": same}
    found |= {"share_same": same / len(both) if len(both) else None, "where_they_differ": differ}
    try:
        topics = both.index.get_level_values("topic").tolist()
        alpha = krippendorff_alpha(both, bootstrap=Bootstrap(clusters=topics, seed=seed))
    except ValueError:  # no cell coded by both, or every code the same: then nothing tells agreement from chance
        return found
    return found | {"alpha": alpha.estimate, "lower": alpha.lower, "upper": alpha.upper}


def agreement(codings: pd.DataFrame, matrix: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return agreement of each two coders, and of each coder with the rule, with the cells in which they differ.

    Args:
        codings: columns topic, strand, coder, cell.
        matrix: as from :func:`strands.convergence`.
        seed: of the limits of Krippendorff's alpha, which draw whole topics.
    """
    wide = codings.pivot_table(index=KEYS, columns="coder", values="cell", aggfunc="first")
    coders = list(wide.columns)
    wide[RULE] = matrix.set_index(KEYS)["cell"].reindex(wide.index)
    pairs = [*combinations(coders, 2), *((coder, RULE) for coder in coders)]
    rows = [_pair(wide[[one, other]], seed=seed) for one, other in pairs]
    numbers = ["cells", "same", "share_same", "alpha", "lower", "upper"]
    return pd.DataFrame(rows, columns=AGREED).astype(dict.fromkeys(numbers, "float64"))
