"""Stage 09: what the strands say together, what follows from it, and who saw to it."""

from insight.stages.synthesis.analysis import Results, analyse, load, save
from insight.stages.synthesis.answers import (
    confidence_table,
    governance_picture,
    lessons_table,
    stability_picture,
    trace_table,
)
from insight.stages.synthesis.curves import (
    choices_grid,
    choices_table,
    curve_picture,
    universes_picture,
    universes_table,
)
from insight.stages.synthesis.declaration import DECLARATION, Params
from insight.stages.synthesis.evidence import figures, findings
from insight.stages.synthesis.next_tables import next_assumptions_table, next_findings_table
from insight.stages.synthesis.pictures import (
    agreement_table,
    coding_table,
    convergence_picture,
    decisions_table,
    funding_picture,
    governance_table,
    outcomes_table,
    priorities_picture,
    staff_picture,
    staff_table,
    systems_table,
    workshops_table,
)

__all__ = [
    "DECLARATION",
    "Params",
    "Results",
    "agreement_table",
    "analyse",
    "choices_grid",
    "choices_table",
    "coding_table",
    "confidence_table",
    "convergence_picture",
    "curve_picture",
    "decisions_table",
    "figures",
    "findings",
    "funding_picture",
    "governance_picture",
    "governance_table",
    "lessons_table",
    "load",
    "next_assumptions_table",
    "next_findings_table",
    "outcomes_table",
    "priorities_picture",
    "save",
    "stability_picture",
    "staff_picture",
    "staff_table",
    "systems_table",
    "trace_table",
    "universes_picture",
    "universes_table",
    "workshops_table",
]
