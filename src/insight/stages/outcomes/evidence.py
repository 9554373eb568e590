"""Printed figures and claims of the outcomes stage."""

from __future__ import annotations

import re

from insight.methods.estimate import Estimate, exactly
from insight.privacy.loading import Inputs
from insight.published import ledger
from insight.published.comparison import Comparison, Computed, recovered, transcribed
from insight.published.findings import Decision, Tested, printed
from insight.sources.standing import PUBLISHED
from insight.stages import base
from insight.stages.outcomes.analysis import Results
from insight.stages.outcomes.declaration import DECLARATION, Params

VISITS = "engagement.{code}.visits_count"
EARLY = "+".join(VISITS.format(code=code) for code in ("ep1", "ep2", "ep3", "ep4"))
LATE = "+".join(VISITS.format(code=code) for code in ("ep5", "ep6", "ep7"))
PRIORITIES = "community_budget_priorities"


def _visits(inputs: Inputs, params: Params) -> dict[str, Computed]:
    found: dict[str, Computed] = {}
    counts = inputs.people("engagement_visits")["point"].value_counts()
    for point in params.engagement_points:
        count = int(counts.get(point.code, 0))
        if count > 1:
            found[VISITS.format(code=point.code)] = recovered(float(count), records=count)
        age = float(point.stated_age) if re.fullmatch(r"\d+", point.stated_age) else point.stated_age
        found[f"engagement.{point.code}.age"] = transcribed(age, note="A definition, kept in the params.")
    return found


def _workshops(inputs: Inputs) -> dict[str, Computed]:
    found: dict[str, Computed] = {}
    rows = inputs.table("workshops")
    brainstorms = rows[rows["kind"] == "brainstorm"]
    if len(brainstorms) > 1:
        months = sorted(set(brainstorms["date"].dt.strftime("%Y-%m")))
        found["workshops.brainstorm.months"] = recovered(";".join(months), records=len(brainstorms))
    last = rows[rows["kind"] == "start_stop_change"]
    if len(last) > 1:
        found["workshops.final.date"] = recovered(last["date"].max().strftime("%m-%d"), records=len(last))
    budget = rows[rows["kind"] == "community_budget"]
    if len(budget) > 1:
        found["workshops.community_budget.attendees_count"] = recovered(
            float(budget["attendees"].sum()), records=len(budget), note="Heads by organisation, added."
        )
    return found


def figures(inputs: Inputs, results: Results, params: Params) -> list[Comparison]:  # noqa: ARG001 - one call for all
    """Compare visits by point and workshop records with the print, and write ``figures.json``."""
    computed = _visits(inputs, params)
    computed["caf.form.self_assessment_scale_points"] = transcribed(
        float(params.scale_points), note="A definition, kept in the params."
    )
    if inputs.has("workshops"):
        computed |= _workshops(inputs)
    known = {figure.id for figure in base.own_figures(DECLARATION, inputs.council) if not figure.formula}
    return base.check_figures(
        DECLARATION, inputs.council, {name: value for name, value in computed.items() if name in known}
    )


def _from_print(inputs: Inputs) -> dict[str, Tested]:
    book = ledger.load(inputs.council.ledger)
    found: dict[str, Tested] = {}
    shape = printed(
        book,
        f"({EARLY})/({EARLY}+{LATE})",
        note="Printed counts of visits, taken as exact; seven cross-sections, not one group followed.",
    )
    if shape is not None:
        found["visits_shape"] = shape
    if book is not None and PRIORITIES in book.lists:
        items = book.lists[PRIORITIES]
        found["priorities_four"] = Tested(
            parts=(exactly(float(items), n=items, method="items of the printed list"),),
            standing=PUBLISHED,
            note="Checks how many priorities are listed; that evidence led to them is not shown by the print.",
        )
    return found


def _from_children(inputs: Inputs, results: Results) -> dict[str, Tested]:
    found, ready = results.readiness, {}
    if found is None:
        return {}
    standing = inputs.standing("eyfs_children", "eyfs_counts")

    def tested(*parts: Estimate, note: str = "") -> Tested:
        return Tested(parts=parts, standing=standing, note=note)

    ready["below_threshold_more_issues"] = tested(
        found.any_issue, found.any_issue_adjusted, note="Second part adjusted for ward and age group."
    )
    ready["attainment_marks_environment"] = tested(
        found.wide_problems, note="Homes with several problems, children below the level less the others."
    )
    for claim in ("environment_drives_readiness", "insight_broadened_thinking"):
        ready[claim] = tested(
            found.home, found.home_less_setting, note="Observed together once; nothing here makes it a cause."
        )
    return ready


def _from_families(inputs: Inputs, results: Results) -> dict[str, Tested]:
    if results.forms is None:
        return {}
    found: dict[str, Tested] = {}
    for claim, estimate, names in (
        ("caf_shares_ethos", results.forms.goals, ("caf_plans",)),
        ("supports_to_self_help", results.forms.actions, ("caf_plans",)),
        ("whole_family_better", results.forms.needs, ("caf_plans", "caf_needs")),
    ):
        if estimate is not None:
            note = "Needs met only; money saved is not tested." if claim == "whole_family_better" else ""
            found[claim] = Tested(parts=(estimate,), standing=inputs.standing(*names), note=note)
    return found


def findings(inputs: Inputs, results: Results, params: Params) -> list[Decision]:  # noqa: ARG001 - one call for all
    """Decide the stage's claims, and write ``findings.json``."""
    tested = {
        "checklist_evidence": Tested(parts=(results.visits.countable,), standing=inputs.standing("engagement_visits")),
        **_from_print(inputs),
        **_from_children(inputs, results),
        **_from_families(inputs, results),
    }
    if results.attainment.effect is not None:
        tested["pilot_promising"] = Tested(
            parts=(results.attainment.effect,),
            standing=inputs.standing("eyfs_counts"),
            note="Attainment only: what the model costs to run is not printed, so no saving is tested.",
        )
    return base.decide_findings(DECLARATION, inputs.council, tested)
