"""What the ethnography says of printed figures and of claims."""

from __future__ import annotations

from insight.privacy.loading import Inputs
from insight.published.comparison import Comparison, Computed, Value, recovered
from insight.published.findings import Decision, Tested
from insight.stages import base
from insight.stages.ethnography.analysis import Log, Results
from insight.stages.ethnography.declaration import DECLARATION, Params

YEAR = 12
HOUR = 60
PURPOSIVE = (
    "Interviews were chosen, not drawn: limits say how much these interviews vary, not what all families would say."
)
STAFF = frozenset({"families_and_staff_disagree", "internal_issues_hardly_mentioned"})


def _days(log: Log) -> Value:
    """Return the days of fieldwork of each borough where they are alike, else all of them in words."""
    return log.days[0] if len(set(log.days)) == 1 else " and ".join(map(str, log.days))


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:  # noqa: ARG001 - one call for all stages
    """Compare the stage's figures with the ledger."""
    log = results.log
    values: dict[str, Value] = {
        "scope.ethnography.child_age_under_years": log.oldest_months // YEAR + 1,
        "ethnography.oldham_and_wigan.at_home_interviews_count": log.at_home,
        "ethnography.each_borough.fieldwork_days": _days(log),
        "ethnography.oldham_and_wigan.interviews_count": log.interviews,
        "ethnography.all.interview_min_minutes": log.minutes[0],
        "ethnography.all.interview_max_hours": log.minutes[1] / HOUR,
        "ethnography.all.interviewers_per_team": log.interviewers,
        "ethnography.all.note_takers_per_team": log.note_takers,
    }
    own = {"ethnography.oldham.interviews_count": recovered(log.own_interviews, records=log.own_interviews)}
    computed: dict[str, Computed] = {name: recovered(value, records=log.interviews) for name, value in values.items()}
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council)}
    held = {name: one for name, one in (computed | own).items() if name in known}
    return base.check_figures(DECLARATION, inputs.council, held)


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:  # noqa: ARG001 - one call for all stages
    """Decide the stage's claims."""
    tested = {}
    for claim, parts in results.estimates.items():
        names = ["interviews", "codings"]
        if claim in STAFF:
            names.append("workshop_actions")
        if claim == "consent_at_outset":
            names = ["interviews", "consent"]
        tested[claim] = Tested(parts=parts, standing=inputs.standing(*names), note=PURPOSIVE)
    return base.decide_findings(DECLARATION, inputs.council, tested)
