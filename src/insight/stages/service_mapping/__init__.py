"""Stage 06: how families come to services, early or at a crisis, and whether both sides tell the same."""

from insight.stages.service_mapping.analysis import Results, analyse, load, save
from insight.stages.service_mapping.declaration import DECLARATION, Params
from insight.stages.service_mapping.evidence import figures, findings
from insight.stages.service_mapping.pictures.accounts import (
    accounts_table,
    handovers_picture,
    measures_table,
    prominence_picture,
    prominence_table,
    reading_table,
    views_picture,
    views_table,
)
from insight.stages.service_mapping.pictures.journeys import (
    ages_table,
    coders_table,
    early_picture,
    early_table,
    firsts_table,
    journeys_picture,
    rules_table,
)
from insight.stages.service_mapping.pictures.referrals import (
    goals_table,
    problems_table,
    reach_picture,
    reach_table,
    referrals_picture,
    referrals_table,
    referrals_to_table,
)
from insight.stages.service_mapping.whom.missed_views import (
    definitions_table,
    missed_by_service_picture,
    unreached_picture,
    unreached_table,
    unseen_picture,
)
from insight.stages.service_mapping.whom.views import (
    concentration_picture,
    concentration_table,
    engagements_table,
    monitor_picture,
    monitor_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "accounts_table",
    "ages_table",
    "analyse",
    "coders_table",
    "concentration_picture",
    "concentration_table",
    "definitions_table",
    "early_picture",
    "early_table",
    "engagements_table",
    "figures",
    "findings",
    "firsts_table",
    "goals_table",
    "handovers_picture",
    "journeys_picture",
    "load",
    "measures_table",
    "missed_by_service_picture",
    "monitor_picture",
    "monitor_table",
    "problems_table",
    "prominence_picture",
    "prominence_table",
    "reach_picture",
    "reach_table",
    "reading_table",
    "referrals_picture",
    "referrals_table",
    "referrals_to_table",
    "rules_table",
    "save",
    "unreached_picture",
    "unreached_table",
    "unseen_picture",
    "views_picture",
    "views_table",
]
