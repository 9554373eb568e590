"""Printed figures and claims of the network survey."""

from __future__ import annotations

from insight.privacy.loading import Inputs
from insight.published.comparison import Comparison, Computed, recovered, transcribed
from insight.published.findings import Decision, Tested
from insight.stages import base
from insight.stages.social_networks.analysis import Results
from insight.stages.social_networks.declaration import DECLARATION, Params

ADDED = "sna.instrument.questions_added_count"
SURVEY = ("network_egos",)
TIES = ("network_egos", "network_contacts")
MIXING = (*TIES, "network_composition")
RESTS_ON = {
    "connections_affect_chances": ("network_egos", "network_resources"),
    "local_life_self_contained": ("network_egos", "network_places"),
    "sample_spread_by_slot": SURVEY,
    "flyers_build_trust": ("fieldwork_log",),
    "women_represented": SURVEY,
    "bonding_strong": MIXING,
    "bridging_weak": MIXING,
    "few_links_outside": TIES,
    "worklessness_may_drive": TIES,
    "distrust_of_outgroups": ("network_egos", "trust_items"),
    "peers_shape_behaviour": ("network_egos", "trust_items"),
}
NOTES = {
    "connections_affect_chances": "An association; which way it runs is not shown.",
    "sample_spread_by_slot": "Likeness of slots to one another; likeness to residents needs the census.",
    "women_represented": "That the individual basis brought it about is not tested.",
    "bonding_strong": "Household and kin left out; against who lives in the neighbourhood.",
    "bridging_weak": "Household and kin left out; against who lives in the neighbourhood.",
    "few_links_outside": "Household and kin left out.",
    "worklessness_may_drive": "Adjusted for each other, age, sex and ethnic group; an association.",
    "peers_shape_behaviour": "An association; like people also choose one another.",
}


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:
    """Compare surveys and months with the print, and write ``figures.json``."""
    note = "From the respondents' rows."
    computed: dict[str, Computed] = {}
    if results.respondents > 1:
        about: dict[str, float | str] = {
            f"sna.{params.neighbourhood}.surveys_count": float(results.respondents),
            f"sna.{params.neighbourhood}.fieldwork_months": results.months,
        }
        computed |= {name: recovered(value, records=results.respondents, note=note) for name, value in about.items()}
    if params.questions_added:
        computed[ADDED] = transcribed(float(len(params.questions_added)), note="Listed in the params.")
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council)}
    return base.check_figures(
        DECLARATION, inputs.council, {name: value for name, value in computed.items() if name in known}
    )


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:  # noqa: ARG001 - one call for all stages
    """Decide the stage's claims on the survey."""
    tested = {
        name: Tested(
            parts=parts,
            standing=inputs.standing(*(one for one in RESTS_ON[name] if inputs.has(one))),
            note=NOTES.get(name, ""),
        )
        for name, parts in results.tests.items()
    }
    return base.decide_findings(DECLARATION, inputs.council, tested)
