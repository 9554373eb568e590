"""Stage 04: whom people know, how far beyond their own group, and what they reach through them."""

from insight.stages.social_networks.analysis import Results, analyse, claim_estimates, load, save
from insight.stages.social_networks.declaration import DECLARATION, Params
from insight.stages.social_networks.evidence import figures, findings
from insight.stages.social_networks.pictures.bonding import (
    bonding_picture,
    bonding_table,
    matrix_picture,
    strength_picture,
)
from insight.stages.social_networks.pictures.claims import associations_table, trust_picture, trust_table
from insight.stages.social_networks.pictures.domains import (
    crosstab_picture,
    crosstab_table,
    domains_picture,
    domains_table,
    scores_picture,
    scores_table,
)
from insight.stages.social_networks.pictures.drivers import drivers_picture, drivers_table, structure_table
from insight.stages.social_networks.pictures.friendship import friendship_picture, friendship_table
from insight.stages.social_networks.pictures.mixing import (
    availability_picture,
    availability_table,
    beyond_picture,
    beyond_table,
    ei_picture,
    ei_table,
)
from insight.stages.social_networks.pictures.places import (
    logic_picture,
    outreach_picture,
    outreach_table,
    place_groups_picture,
    place_groups_table,
    places_picture,
    places_table,
)
from insight.stages.social_networks.pictures.sample import (
    contact_log_table,
    flyers_table,
    intraclass_table,
    quotas_picture,
    quotas_table,
    sample_table,
    slots_picture,
    slots_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "analyse",
    "associations_table",
    "availability_picture",
    "availability_table",
    "beyond_picture",
    "beyond_table",
    "bonding_picture",
    "bonding_table",
    "claim_estimates",
    "contact_log_table",
    "crosstab_picture",
    "crosstab_table",
    "domains_picture",
    "domains_table",
    "drivers_picture",
    "drivers_table",
    "ei_picture",
    "ei_table",
    "figures",
    "findings",
    "flyers_table",
    "friendship_picture",
    "friendship_table",
    "intraclass_table",
    "load",
    "logic_picture",
    "matrix_picture",
    "outreach_picture",
    "outreach_table",
    "place_groups_picture",
    "place_groups_table",
    "places_picture",
    "places_table",
    "quotas_picture",
    "quotas_table",
    "sample_table",
    "save",
    "scores_picture",
    "scores_table",
    "slots_picture",
    "slots_table",
    "strength_picture",
    "structure_table",
    "trust_picture",
    "trust_table",
]
