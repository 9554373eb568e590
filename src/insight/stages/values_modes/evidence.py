"""Printed figures and claims of the values stage."""

from __future__ import annotations

from insight.privacy.loading import Inputs
from insight.published.comparison import Comparison, Computed, recovered
from insight.published.findings import Decision, Tested
from insight.stages import base
from insight.stages.values_modes.analysis import Results
from insight.stages.values_modes.declaration import DECLARATION, Params

NOTES = {
    "three_clusters": "The groups are coded from answers like these, so that some distance between them is built in.",
    "golden_dreamers_lead": "By share of respondents; no benchmark for single modes is known, so that nothing "
    "is said of how usual this is.",
    "values_shared_over_ethnicity": "Decided on the three groups, the twelve modes beside. Some interviews were "
    "translated on the spot; the table of likeness repeats the comparison on interviews in English alone.",
    "wards_homogeneous": "Decided on the three groups, the twelve modes beside.",
}


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:  # noqa: ARG001 - one call for all stages
    """Compare respondents, month and large modes with the print, and write ``figures.json``."""
    n = results.respondents
    computed: dict[str, Computed] = {}
    if n > 1:
        computed = {
            "values_modes.both_wards.respondents_count": recovered(float(n), records=n),
            "values_modes.both_wards.fieldwork_month": recovered(
                results.months, records=n, note="Months in which interviews are dated."
            ),
            "values_modes.both_wards.subgroups_count": recovered(
                float(results.large_modes),
                records=n,
                note="Modes surely larger than an even share of all (simultaneous limits); the print gives no rule.",
            ),
        }
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council)}
    return base.check_figures(
        DECLARATION, inputs.council, {name: value for name, value in computed.items() if name in known}
    )


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:
    """Decide the claims that the survey can test, and write ``findings.json``."""
    standing = inputs.standing("values_survey")
    notes = NOTES | {
        "values_not_neighbourhood_bound": f"About {results.needed_per_neighbourhood:,} respondents a neighbourhood "
        f"would be needed to put the mode's gaps inside {params.gap_margin * 100:g} points; with far fewer the second "
        "part cannot be shown even where places are alike.",
    }
    tested = {
        name: Tested(parts=parts, standing=standing, note=notes.get(name, "")) for name, parts in results.tests.items()
    }
    return base.decide_findings(DECLARATION, inputs.council, tested)
