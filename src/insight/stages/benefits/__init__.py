"""Stage 08: what the benefits are worth, whether the printed sums hold, and what parents and staff say."""

from insight.stages.benefits.analysis import Results, analyse, load, save
from insight.stages.benefits.declaration import DECLARATION, Params, Scheme
from insight.stages.benefits.evidence import figures, findings
from insight.stages.benefits.pictures import (
    agencies_picture,
    agencies_table,
    feedback_picture,
    helped_table,
    horizons_table,
    joint_working_table,
    lifetimes_table,
    readings_table,
    schemes_table,
    sensitivity_picture,
    sensitivity_table,
    sums_picture,
    sums_table,
    totals_table,
    value_picture,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "Scheme",
    "agencies_picture",
    "agencies_table",
    "analyse",
    "feedback_picture",
    "figures",
    "findings",
    "helped_table",
    "horizons_table",
    "joint_working_table",
    "lifetimes_table",
    "load",
    "readings_table",
    "save",
    "schemes_table",
    "sensitivity_picture",
    "sensitivity_table",
    "sums_picture",
    "sums_table",
    "totals_table",
    "value_picture",
]
