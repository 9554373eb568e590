"""Stage 06: how families come to services, early or at a crisis, and whether both sides tell the same."""

from insight.stages.service_mapping.analysis import Results, analyse, load, save
from insight.stages.service_mapping.declaration import DECLARATION, Params
from insight.stages.service_mapping.evidence import figures, findings
from insight.stages.service_mapping.pictures import (
    ages_table,
    early_picture,
    early_table,
    goals_table,
    handovers_picture,
    journeys_picture,
    measures_table,
    problems_table,
    prominence_picture,
    prominence_table,
    reach_picture,
    reach_table,
    referrals_picture,
    referrals_table,
    referrals_to_table,
    stages_picture,
    views_picture,
    views_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "ages_table",
    "analyse",
    "early_picture",
    "early_table",
    "figures",
    "findings",
    "goals_table",
    "handovers_picture",
    "journeys_picture",
    "load",
    "measures_table",
    "problems_table",
    "prominence_picture",
    "prominence_table",
    "reach_picture",
    "reach_table",
    "referrals_picture",
    "referrals_table",
    "referrals_to_table",
    "save",
    "stages_picture",
    "views_picture",
    "views_table",
]
