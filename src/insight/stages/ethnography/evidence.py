"""What the ethnography says of printed figures and of claims."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note, shown_interval, shown_values
from insight.privacy.loading import Inputs
from insight.published.comparison import Comparison, Computed, Value, recovered
from insight.published.findings import Decision, Tested
from insight.stages import base
from insight.stages.ethnography.analysis import Results
from insight.stages.ethnography.counts import Log
from insight.stages.ethnography.declaration import DECLARATION, Params

YEAR = 12
HOUR = 60
PURPOSIVE = (
    "Interviews were chosen, not drawn: the range says how far a few of them could move the count, and nothing of "
    "families whom nobody met."
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


def findings_table(inputs: Inputs, decisions: list[Decision]) -> display.Table | Note:
    """Return the claims with their counts and ranges; no limit here is a confidence limit, so none is called one."""
    held = [row for row in decisions if row.value is not None]
    if not held:
        return display.note("No claim can be decided on these interviews.", inputs.standing())
    frame = pd.DataFrame(
        [
            {
                "claim": row.claim,
                "outcome": row.outcome,
                "statistic": row.statistic,
                "rule": f"{row.rule} {row.threshold}",
                "value": shown_values(row.value),
                "range": shown_interval(row.interval),
                "why": row.why,
            }
            for row in held
        ]
    )
    return display.Table(
        frame,
        name="findings",
        title=f"{len(held)} claims of the publication and what these interviews say of each",
        caption="Range: the value if a few of the interviews, as many as `why` says, had been the most contrary ones "
        "held; no confidence interval. A claim is held to its rule over the whole range. Detected, missed and false "
        "alarm are said of demonstration data and test the method alone.",
        source="Ledger of claims; codings of the interviews",
        n=len(held),
        standing=inputs.standing("interviews", "codings"),
    )
