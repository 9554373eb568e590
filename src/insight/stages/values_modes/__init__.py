"""Stage 03: what residents value, how far it is shared, and what the largest mode is like."""

from insight.stages.values_modes.analysis import Results, analyse, load, save
from insight.stages.values_modes.declaration import DECLARATION, Params
from insight.stages.values_modes.evidence import figures, findings
from insight.stages.values_modes.pictures import (
    equivalence_picture,
    equivalence_table,
    ethnic_picture,
    ethnic_table,
    gaps_table,
    groups_table,
    modes_picture,
    modes_table,
    neighbourhood_picture,
    neighbourhood_table,
    settings_table,
    statements_picture,
    statements_table,
    typology_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "analyse",
    "equivalence_picture",
    "equivalence_table",
    "ethnic_picture",
    "ethnic_table",
    "figures",
    "findings",
    "gaps_table",
    "groups_table",
    "load",
    "modes_picture",
    "modes_table",
    "neighbourhood_picture",
    "neighbourhood_table",
    "save",
    "settings_table",
    "statements_picture",
    "statements_table",
    "typology_table",
]
