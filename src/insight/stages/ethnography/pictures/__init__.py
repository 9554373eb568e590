"""Pictures and tables of the ethnography."""

from insight.stages.ethnography.pictures.coding_quality import agreement_picture, agreement_table
from insight.stages.ethnography.pictures.framing import (
    answers_table,
    coverage_picture,
    coverage_table,
    gap_picture,
    gap_table,
    questions_picture,
    staff_picture,
)
from insight.stages.ethnography.pictures.places import (
    by_setting_picture,
    influences_picture,
    sessions_picture,
    settings_picture,
    settings_table,
    told_table,
)
from insight.stages.ethnography.pictures.shared import severity_note
from insight.stages.ethnography.pictures.themes import (
    saturation_picture,
    statements_picture,
    statements_table,
    status_picture,
    themes_picture,
    themes_table,
    together_picture,
    together_table,
)
from insight.stages.ethnography.pictures.words_heard import (
    audiences_table,
    consent_picture,
    consent_table,
    quote_states_picture,
    quotes_table,
)

__all__ = [
    "agreement_picture",
    "agreement_table",
    "answers_table",
    "audiences_table",
    "by_setting_picture",
    "consent_picture",
    "consent_table",
    "coverage_picture",
    "coverage_table",
    "gap_picture",
    "gap_table",
    "influences_picture",
    "questions_picture",
    "quote_states_picture",
    "quotes_table",
    "saturation_picture",
    "sessions_picture",
    "settings_picture",
    "settings_table",
    "severity_note",
    "staff_picture",
    "statements_picture",
    "statements_table",
    "status_picture",
    "themes_picture",
    "themes_table",
    "together_picture",
    "together_table",
    "told_table",
]
