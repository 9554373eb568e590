"""Stage 08: what the benefits are worth, whether the printed sums hold, and what parents and staff say."""

from insight.stages.benefits.analysis import Results, analyse, load, save
from insight.stages.benefits.declaration import DECLARATION, Params, Scheme
from insight.stages.benefits.evidence import figures, findings
from insight.stages.benefits.pictures import (
    agencies_picture,
    agencies_table,
    horizons_table,
    lifetimes_table,
    overlaps_table,
    schemes_table,
    sensitivity_picture,
    sensitivity_table,
    totals_table,
    value_picture,
)
from insight.stages.benefits.pictures_sums import readings_table, sums_picture, sums_table
from insight.stages.benefits.pictures_voices import feedback_picture, helped_table, joint_working_table
from insight.stages.benefits.worth_pictures import (
    bias_table,
    budgets_table,
    cards_table,
    implied_table,
    judgement_table,
    measures_picture,
    measures_table,
    switching_table,
    variance_picture,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "Scheme",
    "agencies_picture",
    "agencies_table",
    "analyse",
    "bias_table",
    "budgets_table",
    "cards_table",
    "feedback_picture",
    "figures",
    "findings",
    "helped_table",
    "horizons_table",
    "implied_table",
    "joint_working_table",
    "judgement_table",
    "lifetimes_table",
    "load",
    "measures_picture",
    "measures_table",
    "overlaps_table",
    "readings_table",
    "save",
    "schemes_table",
    "sensitivity_picture",
    "sensitivity_table",
    "sums_picture",
    "sums_table",
    "switching_table",
    "totals_table",
    "value_picture",
    "variance_picture",
]
