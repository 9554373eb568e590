"""Ties by respondent: within and beyond ethnic group, area and kind of work, by kind of contact and closeness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.stages.social_networks.counted import hide, limits, try_share
from insight.stages.social_networks.declaration import Params

UNKNOWN = "unknown"
ALL = "all"
HEADLINE = "all but household and kin"
CLOSE, OTHER = "close", "not close"
STRENGTHS = (ALL, CLOSE, OTHER)
BEYOND = {
    "area": "outside the area",
    "ethnic_group": "other ethnic group",
    "occupation": "other kind of work",
}
COUNTS = ("internal", "external", "unknown")


def relations(contacts: pd.DataFrame, params: Params) -> dict[str, list[str]]:
    """Return the kinds of contact behind each relation: the headline, all of them, and each kind."""
    kinds = sorted(contacts["kind"].unique())
    kept = [kind for kind in kinds if kind not in params.headline_excludes]
    return {HEADLINE: kept, ALL: kinds, **{kind: [kind] for kind in kinds}}


def _of_strength(contacts: pd.DataFrame, strength: str) -> pd.Series:
    """Return how many contacts of a row are of that strength; missing where closeness was not asked."""
    if strength == ALL:
        return contacts["contacts"].astype(float)
    close = contacts["close_contacts"].astype(float)
    return close if strength == CLOSE else contacts["contacts"] - close


def by_respondent(egos: pd.DataFrame, contacts: pd.DataFrame, kinds: list[str], strength: str = ALL) -> pd.DataFrame:
    """Return ties within and beyond the respondent's group and of unknown group, one row a respondent.

    Respondents without such ties keep their row, with zeros.
    """
    own = egos.set_index("respondent_id")["ethnic_group"]
    rows = contacts[contacts["kind"].isin(kinds)]
    count = _of_strength(rows, strength).fillna(0.0)
    group = rows["ethnic_group"].to_numpy(dtype=object)
    is_same = group == rows["respondent_id"].map(own).to_numpy(dtype=object)
    where = np.where(group == UNKNOWN, "unknown", np.where(is_same, "internal", "external"))
    each = pd.DataFrame({name: count.to_numpy() * (where == name) for name in COUNTS})
    sums = each.groupby(rows["respondent_id"].to_numpy(dtype=object)).sum().reindex(egos["respondent_id"]).fillna(0.0)
    about = egos[["respondent_id", "household_id", "cluster", "ethnic_group"]].reset_index(drop=True)
    return pd.concat([about, sums.reset_index(drop=True)], axis=1).assign(
        known=lambda frame: frame["internal"] + frame["external"]
    )


@dataclass(frozen=True, kw_only=True)
class Marked:
    """Contacts with the respondent's cluster, and for each boundary the ties beyond it and all that are known."""

    rows: pd.DataFrame

    def share(self, boundary: str, kinds: list[str]) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
        """Return rows of some kinds with ties beyond a boundary and all known."""
        here = self.rows[self.rows["kind"].isin(kinds)]
        return here, here[boundary], here[f"{boundary}_known"]


def marked(egos: pd.DataFrame, contacts: pd.DataFrame) -> Marked:
    """Return contacts marked by whether they lie beyond area, ethnic group and kind of work."""
    own = egos[["respondent_id", "cluster", "ethnic_group"]].rename(columns={"ethnic_group": "own_group"})
    ties = contacts.merge(own, on="respondent_id", how="inner")
    count, known_group = ties["contacts"].astype(float), ties["ethnic_group"] != UNKNOWN
    known_work = ties["occupation"] != UNKNOWN
    return Marked(
        rows=ties.assign(
            area=count * ~ties["lives_in_area"].astype(bool),
            area_known=count,
            ethnic_group_known=count * known_group,
            occupation_known=count * known_work,
            occupation=count * (ties["occupation"] == "other"),
            ethnic_group=count * (known_group & (ties["ethnic_group"] != ties["own_group"])),
        )
    )


def beyond(ties: Marked, of: dict[str, list[str]], *, threshold: int) -> pd.DataFrame:
    """Return the share of ties beyond each boundary, by relation."""
    rows = []
    for boundary, words in BEYOND.items():
        for relation, kinds in of.items():
            here, out, known = ties.share(boundary, kinds)
            share, lower, upper = limits(try_share(out.to_numpy(), known.to_numpy(), here["cluster"].to_numpy()))
            rows.append(
                {
                    "beyond": words,
                    "kind": relation,
                    "respondents": here.loc[known > 0, "respondent_id"].nunique(),
                    "contacts": known.sum(),
                    "share": share,
                    "lower": lower,
                    "upper": upper,
                }
            )
    # Kinds overlap (a respondent has several), so no kind can be had by subtraction from the whole.
    return hide(
        pd.DataFrame(rows),
        ["respondents"],
        threshold=threshold,
        also=["contacts", "share", "lower", "upper"],
        within=["beyond", "kind"],
    )
