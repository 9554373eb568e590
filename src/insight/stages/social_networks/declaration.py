"""Parameters and declaration of the social networks stage."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from insight.params import STRICT, Share, StageParams
from insight.stages.base import Declaration

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Least = Annotated[int, Field(ge=1, le=50)]
SLACK = 1e-6


def _adds_up(shares: dict[str, float]) -> dict[str, float]:
    if shares and not math.isclose(sum(shares.values()), 1, abs_tol=SLACK):
        raise ValueError("shares that add up to 1, or none at all")
    return shares


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Params(StageParams):
    """What the stage may vary: area, what is at hand, when somebody counts as connected, and the codes of items."""

    neighbourhood: Code
    """Neighbourhood that was surveyed; respondents of others are left out."""
    majority_group: Code
    """Ethnic group that the publication calls the majority."""
    population_shares: Annotated[dict[str, Share], AfterValidator(_adds_up)]
    """Share of residents by ethnic group where no table of residents is supplied; empty takes the respondents' own."""
    headline_excludes: list[Code]
    """Kinds of contact that are of one's own group almost by definition (household and kin): not in the headline."""
    reach_share: Share
    """Share of the least connected whom the fewest places are to reach."""
    least_places: Least
    """Places from which somebody counts as connected with people and places."""
    least_contacts: Least
    """Contacts from which somebody counts as connected socially."""
    least_functional: Least
    """Kinds of help within reach from which somebody counts as connected functionally."""
    least_skills: Least
    """Skills and resources within reach from which somebody counts as connected with them."""
    daytime_slot: Code
    """Slot in which people in work are expected to be away."""
    own_item: Code
    """Trust item about one's own community."""
    outgroup_items: Annotated[list[Code], Field(min_length=2, max_length=2)]
    """Trust items about the council and about other providers, in this order."""
    own_use_item: Code
    """Item on the respondent's own use of services."""
    peers_use_item: Code
    """Item on the use of services by those around."""
    questions_added: list[Code]
    """Questions that the instrument adds to the one it rests on."""


DECLARATION = Declaration(
    name="social_networks",
    number=4,
    title="Social networks",
    question="Whom do people know, how far beyond their own group, and what do they reach through them?",
    params=Params,
    inputs=("network_egos", "network_contacts"),
    optional=(
        "network_places",
        "network_resources",
        "network_positions",
        "network_alters",
        "network_alter_ties",
        "network_composition",
        "trust_items",
        "fieldwork_log",
        "survey_quotas",
    ),
    references=("severity/social_networks.csv", "friendship_comparators.csv", "severity/social_networks.effects.csv"),
    by_neighbourhood={"neighbourhood_measures": "Who knows whom: measures of the survey"},
    empty={
        "measures": {"lower": "z", "upper": "z"},
        "neighbourhood_measures": {"lower": "z", "upper": "z"},
        "friendship": dict.fromkeys(("lower", "upper", "respondents"), "x"),
    },
    tables={
        "sample": "publishable",
        "slots": "publishable",
        "quotas": "publishable",
        "contact_log": "publishable",
        "intraclass": "publishable",
        "mixing": "publishable",
        "mixing_matrix": "publishable",
        "bonding": "publishable",
        "measures": "publishable",
        "neighbourhood_measures": "publishable",
        "structure": "publishable",
        "drivers": "publishable",
        "beyond": "publishable",
        "friendship": "publishable",
        "domains": "publishable",
        "crosstab": "publishable",
        "scores": "publishable",
        "places": "publishable",
        "place_groups": "publishable",
        "outreach": "publishable",
        "logic": "publishable",
        "trust": "publishable",
        "associations": "publishable",
        "flyers": "publishable",
    },
)
