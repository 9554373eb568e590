"""Friends of one's own ethnic group beside what national surveys say: a sight, no test, and why it is none.

The claim that friendship across groups lies below that of comparable urban areas needs rates by ethnic group for such
areas from one instrument. No open source gives them; the figures of all adults of a country stand beside as data.
"""

from __future__ import annotations

import pandas as pd

from insight import paths
from insight.stages.social_networks.counted import LIMITS, hide, share_row
from insight.stages.social_networks.declaration import DECLARATION
from insight.stages.social_networks.ties import by_respondent

FRIENDS = "friends"
MEASURES = {"all_same": "All friends", "more_than_half": "Most friends"}
"""How far somebody's friends are of their own ethnic group."""
EVERYBODY = "everybody"
OWN, BESIDE = "this survey", "transcribed, at second hand; not comparable"
COLUMNS = ["measure", "who", "year", *LIMITS, "respondents", "evidence", "source", "why_no_test", "status"]


def comparators() -> pd.DataFrame:
    """Return what national surveys say, each row with its source and why it decides nothing here."""
    return pd.read_csv(paths.reference(DECLARATION.references[1]))


def beside_national(egos: pd.DataFrame, contacts: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return shares of respondents by how far their friends are of their own group, and national figures beside them.

    Args:
        egos: the respondents with their cluster.
        contacts: counts of their contacts.
        threshold: the council's.
    """
    ties = by_respondent(egos, contacts, [FRIENDS])
    known = ties[ties["known"] > 0]
    if known.empty:
        return pd.DataFrame(columns=COLUMNS)
    parts = []
    for measure, words in MEASURES.items():
        holds = known["external"] == 0 if measure == "all_same" else known["internal"] * 2 > known["known"]
        rows = [{"who": EVERYBODY, **share_row(holds, known["cluster"])}]
        rows += [
            {"who": str(group).replace("_", " ").capitalize(), **share_row(holds[own.index], own["cluster"])}
            for group, own in known.groupby("ethnic_group", sort=True)
        ]
        single = hide(pd.DataFrame(rows[1:]), ["count", "respondents"], threshold=threshold, also=LIMITS)
        whole = hide(pd.DataFrame(rows[:1]), ["count", "respondents"], threshold=threshold, also=LIMITS)
        parts.append(pd.concat([whole, single]).assign(measure=words, evidence=OWN))
    national = comparators()
    told = national.assign(
        measure=national["measure"].map(MEASURES), who=national["group"] + ", " + national["place"], evidence=BESIDE
    )
    frame = pd.concat([*parts, told], ignore_index=True)
    order = list(MEASURES.values())
    frame = frame.sort_values("measure", key=lambda cells: cells.map(order.index), kind="stable", ignore_index=True)
    return frame.reindex(columns=COLUMNS).assign(status=frame["status"].fillna(""))
