"""Stage 03: what residents value, how far it is shared, and what the largest mode is like."""

from insight.stages.values_modes.analysis import Results, analyse, claim_estimates, load, save
from insight.stages.values_modes.declaration import DECLARATION, Params
from insight.stages.values_modes.evidence import figures, findings
from insight.stages.values_modes.pictures import (
    equivalence_picture,
    ethnic_picture,
    modes_picture,
    neighbourhood_picture,
    shares_picture,
    statements_picture,
)
from insight.stages.values_modes.pictures_fieldwork import (
    adjustment_table,
    field_quality_table,
    margins_picture,
    missing_table,
    place_picture,
    samples_table,
)
from insight.stages.values_modes.pictures_typology import (
    latent_picture,
    latent_table,
    pvq_picture,
    pvq_table,
    segments_table,
    typology_picture,
)
from insight.stages.values_modes.tables import (
    equivalence_table,
    ethnic_table,
    gaps_table,
    groups_table,
    modes_table,
    neighbourhood_table,
    settings_table,
    shares_table,
    statements_table,
    typology_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "adjustment_table",
    "analyse",
    "claim_estimates",
    "equivalence_picture",
    "equivalence_table",
    "ethnic_picture",
    "ethnic_table",
    "field_quality_table",
    "figures",
    "findings",
    "gaps_table",
    "groups_table",
    "latent_picture",
    "latent_table",
    "load",
    "margins_picture",
    "missing_table",
    "modes_picture",
    "modes_table",
    "neighbourhood_picture",
    "neighbourhood_table",
    "place_picture",
    "pvq_picture",
    "pvq_table",
    "samples_table",
    "save",
    "segments_table",
    "settings_table",
    "shares_picture",
    "shares_table",
    "statements_picture",
    "statements_table",
    "typology_picture",
    "typology_table",
]
