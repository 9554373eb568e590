"""The logic of the survey as a diagram, read off its own schema: parts asked, domains, who people are, measures.

Nothing is drawn by hand: boxes come from the contracts of the inputs and from the parts that were supplied, so a
question that is added to the survey appears, and a part that was not supplied says so.
"""

from __future__ import annotations

import pandas as pd

from insight.catalogue import BY_NAME
from insight.privacy.loading import Inputs
from insight.sources.contracts import contract as contract_of
from insight.stages.social_networks.answers import CHARACTERISTICS, DOMAINS

PARTS = {
    "network_places": ("places",),
    "network_contacts": ("social",),
    "network_resources": ("functional", "skills"),
    "network_positions": ("skills",),
}
"""Which domains each part of the survey is asked for."""
MEASURES = {
    "places": ("Places named, outreach",),
    "social": ("Bonding and bridging", "Ties beyond area and work"),
    "functional": ("Resource scores",),
    "skills": ("Resource scores", "Position scores"),
}
CODES = ("respondent_id", "household_id")
ASKED, DOMAIN, WHO, MEASURE = 0, 1, 3, 2
NOT_SUPPLIED = "not supplied"


def _questions(inputs: Inputs, name: str) -> str:
    if not inputs.has(name):
        return NOT_SUPPLIED
    columns = [column.name for column in contract_of(name).columns if column.name not in CODES]
    return ", ".join(column.replace("_", " ") for column in columns)


def logic(inputs: Inputs) -> pd.DataFrame:
    """Return the boxes and arrows of the survey's logic, one row an arrow.

    Returns:
        ``start``, ``start_layer``, ``start_detail``, ``end``, ``end_layer``, ``end_detail``; layers run from 0 (asked)
        over domains and measures to who people are, by which measures are crossed.
    """
    egos = contract_of("network_egos")
    asked_of = {column.name: column for column in egos.columns}
    crossed = [title for name, title in CHARACTERISTICS.items() if name in asked_of or name == "work"]
    rows = []
    for name, domains in PARTS.items():
        part = BY_NAME[name].title.split(": ", 1)[1].capitalize()
        rows += [(part, ASKED, _questions(inputs, name), DOMAINS[domain], DOMAIN, "") for domain in domains]
    for domain, measures in MEASURES.items():
        rows += [(DOMAINS[domain], DOMAIN, "", measure, MEASURE, "") for measure in measures]
    who = "Crossed with who people are"
    every = dict.fromkeys(one for measures in MEASURES.values() for one in measures)
    rows += [(measure, MEASURE, "", who, WHO, ", ".join(crossed).lower()) for measure in every]
    return pd.DataFrame(rows, columns=["start", "start_layer", "start_detail", "end", "end_layer", "end_detail"])
