"""Resource and position scores: how many are within reach, how high they reach, how far they spread.

Not asked is never no: scores are shares of the items asked, and a respondent who was asked none has none. Sources: Lin
and Dumin (1986) for positions; Van der Gaag and Snijders (2005) for resources.
"""

from __future__ import annotations

import pandas as pd

from insight.display.words import from_code
from insight.methods import networks
from insight.stages.social_networks.answers import NO_ACCESS, NOT_ASKED
from insight.stages.social_networks.counted import hide, limits

COLUMNS = ["score", "who", "respondents", "mean", "lower", "upper"]
WEAK = ("friend", "acquaintance")
WHO = {"work": "Work", "ethnic_group": "Ethnic group", "sex": "Sex"}


def _extensity(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the items asked that are within reach, and that are through ties beyond the family alone."""
    asked = rows[rows["access"] != NOT_ASKED]
    flags = asked.assign(
        reached=(asked["access"] != NO_ACCESS).astype(float), weak=asked["access"].isin(WEAK).astype(float)
    )
    return flags.groupby("respondent_id")[["reached", "weak"]].mean()


def by_respondent(resources: pd.DataFrame | None, positions: pd.DataFrame | None) -> pd.DataFrame:
    """Return the scores of each respondent who was asked; missing where a score has no meaning (nobody known)."""
    parts: dict[str, pd.Series] = {}
    if resources is not None:
        for domain, own in resources.groupby("domain", sort=True):
            found = _extensity(own)
            words = "help" if domain == "functional" else "skills and resources"
            parts[f"Share of {words} within reach"] = found["reached"]
            parts[f"Share of {words} through friends or acquaintances"] = found["weak"]
    if positions is not None:
        found = _extensity(positions)
        parts["Share of occupations known (extensity)"] = found["reached"]
        known = positions[~positions["access"].isin([NOT_ASKED, NO_ACCESS])]
        score = known.groupby("respondent_id")["status_score"]
        parts["Highest status known (upper reach)"] = score.max()
        parts["Span of status known (range)"] = score.max() - score.min()
    return pd.DataFrame(parts)


def scores(
    people: pd.DataFrame, resources: pd.DataFrame | None, positions: pd.DataFrame | None, *, threshold: int
) -> pd.DataFrame:
    """Return mean scores of everybody and by work, ethnic group and sex, limits over clusters."""
    own = by_respondent(resources, positions)
    joined = people.merge(own, left_on="respondent_id", right_index=True, how="left")
    rows = []
    for score in own.columns:
        known = joined[joined[score].notna()]
        parts = [("everybody", known)] + [
            (f"{title}: {from_code(value)}", part)
            for name, title in WHO.items()
            for value, part in known.groupby(name, sort=True)
        ]
        for who, part in parts:
            enough = part["cluster"].nunique() >= networks.FEWEST_CLUSTERS
            estimate = networks.clustered_mean(part[score].to_numpy(), part["cluster"].to_numpy()) if enough else None
            mean, lower, upper = limits(estimate)
            numbers = {"respondents": len(part), "mean": mean, "lower": lower, "upper": upper}
            rows.append({"score": score, "who": who, **numbers, "part": who.split(":", maxsplit=1)[0]})
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "part"])
    hidden = hide(
        frame, ["respondents"], threshold=threshold, also=["mean", "lower", "upper"], within=["score", "part"]
    )
    return hidden.drop(columns="part")
