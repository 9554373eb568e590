"""Printed figures and claims of service mapping."""

from __future__ import annotations

from insight.privacy.loading import Inputs
from insight.published.comparison import Comparison, Computed, recovered
from insight.published.findings import Decision, Tested
from insight.stages import base
from insight.stages.service_mapping.analysis import Results
from insight.stages.service_mapping.declaration import DECLARATION, Params
from insight.stages.service_mapping.reach import NEEDED

FEWEST = 2
"""Records from which a value counts as aggregated."""
RESTS_ON: dict[str, tuple[str, ...]] = {
    "disjointedness_falling": ("referrals",),
    "caf_outcomes_misaligned": ("caf_plans",),
    "interviews_raise_no_problem": ("interviews", "codings"),
    "centres_miss_most_disadvantaged": NEEDED,
    "high_need_not_reached": NEEDED,
    "engagement_below_oldham_below_uk": ("roster_childrens_centre", "lookup"),
}
"""Inputs behind a claim, where they are not the contacts of mapped families."""
CHOSEN = "Families were chosen for what they could tell: the limits speak of families like them, not of all."
NOTES = {
    "centres_and_health_prominent": CHOSEN,
    "interventions_early": CHOSEN,
    "early_intervention_followed": CHOSEN,
    "caf_not_owned": f"A family counts once. {CHOSEN}",
    "disjointedness_falling": "A change over time shows no cause.",
    "centres_miss_most_disadvantaged": "Neediest by benefits; focus wards are those with neighbourhoods.",
    "high_need_not_reached": "Need is that of the area, not of the child.",
    "engagement_below_oldham_below_uk": "Focus wards are held against the rest of the borough; contacts of carers, and "
    "a rate of the UK by this definition, are not supplied, so that part stays open.",
    "interviews_raise_no_problem": "A problem is one raised without prompting, in a negative tone.",
    "caf_outcomes_misaligned": "A goal set by parent and agency together does not count as the parent's own.",
}


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:  # noqa: ARG001 - one call for all stages
    """Compare families mapped, families through a CAF and practitioners with the print."""
    computed: dict[str, Computed] = {
        "service_mapping.oldham.families_count": recovered(
            float(results.families), records=results.rows, note="Families with at least one contact."
        )
    }
    if results.caf_families is not None and results.caf_rows >= FEWEST:
        computed["caf.service_mapping.families_through_count"] = recovered(
            float(results.caf_families), records=results.caf_rows, note="Families with a CAF in either account."
        )
    if results.practitioners is not None and results.practitioner_rows >= FEWEST:
        computed["workshops.practitioner.attendees_count"] = recovered(
            float(results.practitioners), records=results.practitioner_rows, note="Sum over organisations."
        )
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council)}
    return base.check_figures(
        DECLARATION, inputs.council, {name: value for name, value in computed.items() if name in known}
    )


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:  # noqa: ARG001 - one call for all stages
    """Decide the stage's claims; those without an estimate are not testable here."""
    tested = {
        name: Tested(
            parts=parts,
            standing=inputs.standing(*RESTS_ON.get(name, ("service_contacts",))),
            note=NOTES.get(name, ""),
        )
        for name, parts in results.estimates.items()
    }
    return base.decide_findings(DECLARATION, inputs.council, tested)
