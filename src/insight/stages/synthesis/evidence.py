"""Printed figures and claims that belong to the synthesis, among them the ledger's context and governance rows."""

from __future__ import annotations

import pandas as pd

from insight import paths
from insight.privacy.loading import Inputs
from insight.published.comparison import Comparison, Computed, recovered, replicated, transcribed
from insight.published.findings import Decision
from insight.stages import base
from insight.stages.synthesis.analysis import Results
from insight.stages.synthesis.declaration import DECLARATION, Params

LINE_FIGURE = "funding.oldham.{line}_gbp"


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:
    """Compare districts, focus wards, meetings and spending lines with the print, and write ``figures.json``."""
    districts = pd.read_csv(paths.reference(DECLARATION.references[0]))
    computed: dict[str, Computed] = {
        "scope.project.age_range_years": transcribed(params.age_band),
        "context.greater_manchester.districts_count": replicated(
            len(districts), records=len(districts), note="Counted in the national register of area codes."
        ),
    }
    if results.meetings > 1:
        computed["governance.steering_group.meetings_per_year"] = recovered(
            float(results.meetings), records=results.meetings, note="Meetings minuted in the project's year."
        )
    if inputs.has("lookup"):
        lookup = inputs.table("lookup")
        wards = lookup.loc[lookup["neighbourhood"].notna(), "ward"]
        computed["context.focus_wards_count"] = recovered(
            float(wards.nunique()), records=len(wards), note="Wards that the look-up divides into neighbourhoods."
        )
    for row in inputs.table("funding").itertuples():
        computed[LINE_FIGURE.format(line=row.line)] = transcribed(float(row.amount_gbp))
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council)}
    return base.check_figures(
        DECLARATION, inputs.council, {name: value for name, value in computed.items() if name in known}
    )


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:  # noqa: ARG001 - one call for all stages
    """Decide the stage's own claim; the print rests it on professional judgement, so no input here can test it."""
    return base.decide_findings(DECLARATION, inputs.council, {})
