"""Pictures and tables of the profiling stage, by subject."""

from insight.stages.profiling.pictures.clients import clients_picture, clients_table
from insight.stages.profiling.pictures.comparisons import (
    directions_table,
    neighbours_table,
    rug_picture,
    spine_picture,
    trend_picture,
)
from insight.stages.profiling.pictures.dividing import (
    access_map,
    access_picture,
    access_table,
    division_map,
    division_table,
    proposal_table,
    recovery_picture,
)
from insight.stages.profiling.pictures.living import (
    computed_life_picture,
    computed_life_table,
    life_picture,
    life_table,
    mortality_table,
)
from insight.stages.profiling.pictures.need import (
    deprivation_picture,
    deprivation_rules_table,
    deprivation_table,
    needs_picture,
    needs_table,
)
from insight.stages.profiling.pictures.people import (
    population_picture,
    population_table,
    pyramid_picture,
    themes_picture,
    themes_table,
)
from insight.stages.profiling.pictures.places import (
    need_picture,
    neighbourhood_map,
    neighbourhood_table,
    outstanding_table,
    reach_picture,
    reach_table,
    reaggregation_table,
    rules_table,
)
from insight.stages.profiling.pictures.smallness import (
    catalogue_table,
    funnel_picture,
    quality_table,
    shrunk_picture,
    small_areas_table,
)

__all__ = [
    "access_map",
    "access_picture",
    "access_table",
    "catalogue_table",
    "clients_picture",
    "clients_table",
    "computed_life_picture",
    "computed_life_table",
    "deprivation_picture",
    "deprivation_rules_table",
    "deprivation_table",
    "directions_table",
    "division_map",
    "division_table",
    "funnel_picture",
    "life_picture",
    "life_table",
    "mortality_table",
    "need_picture",
    "needs_picture",
    "needs_table",
    "neighbourhood_map",
    "neighbourhood_table",
    "neighbours_table",
    "outstanding_table",
    "population_picture",
    "population_table",
    "proposal_table",
    "pyramid_picture",
    "quality_table",
    "reach_picture",
    "reach_table",
    "reaggregation_table",
    "recovery_picture",
    "rug_picture",
    "rules_table",
    "shrunk_picture",
    "small_areas_table",
    "spine_picture",
    "themes_picture",
    "themes_table",
    "trend_picture",
]
