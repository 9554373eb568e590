"""Stage 05: open interviews with families, what they raised, and what staff had expected."""

from insight.stages.ethnography.analysis import Results, analyse, load, save
from insight.stages.ethnography.declaration import DECLARATION, Params
from insight.stages.ethnography.evidence import figures, findings
from insight.stages.ethnography.pictures import (
    consent_picture,
    consent_table,
    coverage_picture,
    coverage_table,
    quotes_table,
    settings_picture,
    settings_table,
    staff_picture,
    staff_table,
    statements_picture,
    statements_table,
    status_picture,
    themes_picture,
    themes_table,
    together_picture,
    together_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "analyse",
    "consent_picture",
    "consent_table",
    "coverage_picture",
    "coverage_table",
    "figures",
    "findings",
    "load",
    "quotes_table",
    "save",
    "settings_picture",
    "settings_table",
    "staff_picture",
    "staff_table",
    "statements_picture",
    "statements_table",
    "status_picture",
    "themes_picture",
    "themes_table",
    "together_picture",
    "together_table",
]
