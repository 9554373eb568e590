"""Words and formats that the pictures and tables of the values stage share."""

from __future__ import annotations

import pandas as pd

from insight.privacy.loading import Inputs
from insight.sources.standing import Standing

SOURCE = "Values survey; modes coded by the method's owner"
HIDDEN = "[c] marks counts too small to show and cells that would give them away."
NOTHING_ASKED = "The survey holds no answers to statements: nothing is said of what the leading mode agrees with."
MODEL_BASED = (
    "Model-based under ignorability: people met by quota are no random sample; intervals allow for chance, weights and "
    "interviewers' shifts, and hold if, given these, who answered is chance."
)
WORDS = {
    "equivalent": "are shown to be alike",
    "equivalent on average only": "are alike on average, while a gap of some pair is not ruled out",
    "different": "are shown to differ",
    "not shown": "are shown neither to be alike nor to differ",
}
"""Verdicts as a reader would say them."""
MODE_SHARES = dict.fromkeys(("share", "lower", "upper", "unweighted"), "{:.1%}")


def standing(inputs: Inputs) -> Standing:
    """Return the standing of the survey."""
    return inputs.standing("values_survey")


def verdict(table: pd.DataFrame, label: str, outcome: str = "three groups") -> str:
    """Return a comparison's verdict in words."""
    chosen = (table["comparison"] == label) & (table["outcome"] == outcome)
    found = table.loc[chosen, "verdict"]
    return WORDS[found.iloc[0]] if len(found) else "could not be compared"
