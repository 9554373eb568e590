"""Stage 01: who lives here, how they fare against region and nation, and whom services reach."""

from insight.stages.profiling.analysis import Results, analyse, load, save
from insight.stages.profiling.declaration import DECLARATION, Params
from insight.stages.profiling.evidence import figures, findings
from insight.stages.profiling.pictures import (
    deprivation_picture,
    deprivation_table,
    life_picture,
    life_table,
    need_picture,
    neighbourhood_map,
    neighbourhood_table,
    population_picture,
    population_table,
    reach_picture,
    reach_table,
    themes_picture,
    themes_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "analyse",
    "deprivation_picture",
    "deprivation_table",
    "figures",
    "findings",
    "life_picture",
    "life_table",
    "load",
    "need_picture",
    "neighbourhood_map",
    "neighbourhood_table",
    "population_picture",
    "population_table",
    "reach_picture",
    "reach_table",
    "save",
    "themes_picture",
    "themes_table",
]
