"""Stage 02: kinds of households, where they live, how they differ from the country, and how they can be reached."""

from insight.stages.acorn_mapping.analysis import Results, analyse, load, save
from insight.stages.acorn_mapping.declaration import DECLARATION, Params
from insight.stages.acorn_mapping.evidence import figures, findings
from insight.stages.acorn_mapping.pictures import (
    coverage_table,
    groups_table,
    shares_picture,
    shares_table,
    types_picture,
    types_table,
    wards_picture,
    wards_table,
)
from insight.stages.acorn_mapping.pictures_expected import expected_table
from insight.stages.acorn_mapping.pictures_habits import (
    approach_table,
    cards_table,
    channels_picture,
    channels_table,
    deprivation_picture,
    digital_picture,
    habits_picture,
    habits_table,
    lifestyle_picture,
    tenure_table,
)
from insight.stages.acorn_mapping.pictures_place import (
    areas_map,
    beside_table,
    clumping_table,
    panels_picture,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "analyse",
    "approach_table",
    "areas_map",
    "beside_table",
    "cards_table",
    "channels_picture",
    "channels_table",
    "clumping_table",
    "coverage_table",
    "deprivation_picture",
    "digital_picture",
    "expected_table",
    "figures",
    "findings",
    "groups_table",
    "habits_picture",
    "habits_table",
    "lifestyle_picture",
    "load",
    "panels_picture",
    "save",
    "shares_picture",
    "shares_table",
    "tenure_table",
    "types_picture",
    "types_table",
    "wards_picture",
    "wards_table",
]
