"""What the outcomes stage computes, part by part, and what the print leaves open."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight import atomic, paths
from insight.privacy.disclosure import refuse_people
from insight.privacy.loading import Inputs, load_inputs
from insight.published import comparison, ledger
from insight.stages import base
from insight.stages.outcomes import attainment, checklists, due, families, pack, readiness, sheets, voices
from insight.stages.outcomes.declaration import DECLARATION, PACK, Params

NOT_COMPUTABLE = "not_computable"
RELATED = ("benefits", "outcomes.")
"""Stage, and start of the ids, of figures of another section that speak of outcomes."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """Results of the stage by part; a part whose input was not supplied is ``None``."""

    visits: checklists.Visits
    attainment: attainment.Attainment
    readiness: readiness.Readiness | None
    answers: families.Answers | None
    forms: families.Forms | None
    due: due.Due
    sheets: sheets.Sheets
    voices: voices.Voices
    unidentified: pd.DataFrame


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def _names(inputs: Inputs, params: Params) -> dict[str, str]:
    names = {params.benchmark: params.benchmark.replace("_", " ").capitalize()}
    if inputs.has("lookup"):
        lookup = inputs.table("lookup")
        names |= dict(zip(lookup["ward"], lookup["ward_name"], strict=True))
    return names


def unidentified(ledger_name: str) -> pd.DataFrame:
    """Return printed outcomes that the print does not allow to check: what is missing, and what the figure implies.

    The implied value comes from the ledger's own formula; empty where no formula can give one.
    """
    columns = ["figure", "measure", "printed", "standing", "missing", "what_the_ledger_says"]
    book = ledger.load(ledger_name)
    if book is None:
        return pd.DataFrame(columns=columns)
    stage, start = RELATED
    rows = comparison.compare(book, DECLARATION.name, {})
    rows += [row for row in comparison.compare(book, stage, {}) if row.id.startswith(start)]
    return pd.DataFrame(
        [
            {
                "figure": row.id,
                "measure": row.measure,
                "printed": f"{row.published} {row.unit.replace('_', ' ')}",
                "standing": "not identifiable",
                "missing": book.figures[row.id].missing,
                "what_the_ledger_says": row.note,
            }
            for row in rows
            if row.verdict == NOT_COMPUTABLE and row.repeat_of is None
        ],
        columns=columns,
    )


def analyse(inputs: Inputs, params: Params) -> Results:
    """Describe visits, attainment, children's issues and families' answers.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: years or versions that cannot be compared, or answers beyond the scale.
    """
    threshold = inputs.council.disclosure.threshold
    counts = inputs.table("eyfs_counts")
    levels = counts.groupby("definition_version")["threshold_points"].first().to_dict()
    file = paths.shown(inputs.files["eyfs_counts"])
    children, own, plans, needs, covers, said = (
        inputs.people(name) if inputs.has(name) else None
        for name in ("eyfs_children", "caf_assessments", "caf_plans", "caf_needs", "caf_covers", "feedback")
    )
    births, entries = (inputs.table(name) if inputs.has(name) else None for name in ("births", "service_directory"))
    visits, names = inputs.people("engagement_visits"), _names(inputs, params)
    results = Results(
        visits=checklists.describe(visits, params, threshold=threshold),
        due=due.describe(visits, births, params, threshold=threshold),
        sheets=sheets.describe(assessments=own, covers=covers, sheets=needs, plans=plans, threshold=threshold),
        voices=voices.describe(
            said=said,
            entries=entries,
            visits=visits,
            sheets=needs,
            needs_as=params.needs_as,
            names=names,
            files=inputs.files,
            threshold=threshold,
        ),
        attainment=attainment.describe(counts, params, names, file=file, threshold=threshold),
        readiness=None if children is None else readiness.describe(children, levels, params, threshold=threshold),
        answers=None
        if own is None or own["after"].isna().all()
        else families.answers(own, params, file=paths.shown(inputs.files["caf_assessments"]), threshold=threshold),
        forms=None if plans is None else families.forms(plans, needs, threshold=threshold),
        unidentified=unidentified(inputs.council.ledger),
    )
    base.tell_empty(DECLARATION, tables(results))
    return results


def _or(table: pd.DataFrame, nothing: pd.DataFrame) -> pd.DataFrame:
    return table if len(table.columns) else nothing


def tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the stage's tables by name; one whose input was not supplied has no rows."""
    ready, answers = results.readiness, results.answers
    forms, voice = results.sheets, results.voices
    nothing = pd.DataFrame(columns=["measure"])
    return {
        "visits": results.visits.by_point,
        "uptake": results.due.uptake,
        "cohorts": results.due.cohorts,
        "windows": results.due.windows,
        "evidence_levels": results.attainment.identified.levels,
        "odds": nothing if ready is None else ready.odds,
        "attrition": forms.attrition,
        "retention": forms.retention,
        "cover": forms.cover,
        "needs": _or(forms.needs, nothing),
        "needs_together": _or(forms.together, nothing),
        "open_needs": _or(forms.open_needs, nothing),
        "owners": _or(forms.owners, nothing),
        "caf_starts": _or(forms.starts, nothing),
        "feedback": voice.feedback,
        "directory": voice.directory,
        "coverage": voice.coverage,
        "recorded": results.visits.recorded,
        "themes": results.visits.themes,
        "attainment": results.attainment.wards,
        "trend": results.attainment.trend,
        "pilot": attainment.pilot_rows(results.attainment),
        "placebo": results.attainment.placebo if len(results.attainment.placebo) else nothing,
        "issues": nothing if ready is None else ready.issues,
        "readiness": nothing if ready is None else ready.effects,
        "caf": nothing if answers is None else answers.criteria,
        "answers": nothing if answers is None else answers.moves,
        "forms": nothing if results.forms is None else results.forms.rows,
        "unidentified": results.unidentified,
    }


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables, and the directory as a printable pack."""
    made, voice = tables(results), results.voices
    for name, table in made.items():
        refuse_people(table, what=f"{DECLARATION.name}, table {name}")
    council = inputs.council.council
    base.save_tables(DECLARATION, council.slug, made)
    made_from = ("service_directory",) if inputs.has("service_directory") else ()
    text = pack.page(voice.directory, council=council.name, standing=inputs.standing(*made_from))
    atomic.write_text(paths.stage_dir(council.slug, DECLARATION.name) / PACK, text)
