"""What the ethnography computes: the interviews, what they raised, how they were made, and what may be quoted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from insight.methods.estimate import Estimate
from insight.params import LoadedParams
from insight.privacy.loading import Inputs, load_inputs
from insight.published.findings import load_claims
from insight.stages import base
from insight.stages.ethnography import claims, coders, counts, fieldwork, framework, gap, quoting, saturation
from insight.stages.ethnography.coding import check_codes, coded
from insight.stages.ethnography.counts import Log
from insight.stages.ethnography.declaration import DECLARATION, Params


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the stage, small counts blanked; ``estimates`` by claim, ``agreement`` by coefficient."""

    log: Log
    analysed: int
    without_consent: int
    settings: pd.DataFrame
    themes: pd.DataFrame
    matrix: pd.DataFrame
    by_setting: pd.DataFrame
    coverage: pd.DataFrame
    statements: pd.DataFrame
    together: pd.DataFrame
    saturation: pd.DataFrame
    enough_interviews: int | None
    questions: pd.DataFrame
    answers: pd.DataFrame
    sessions: pd.DataFrame
    influences: pd.DataFrame
    told: pd.DataFrame
    coder_agreement: pd.DataFrame
    coder_agreement_overall: pd.DataFrame
    staff_and_families: pd.DataFrame
    gaps: pd.DataFrame
    consent: pd.DataFrame
    audiences: pd.DataFrame
    quotes: pd.DataFrame
    quotes_partners: pd.DataFrame
    quotes_internal: pd.DataFrame
    quote_states: pd.DataFrame
    review_queue: pd.DataFrame
    quotes_withheld: int
    speaker_steps: Mapping[str, int]
    estimates: Mapping[str, tuple[Estimate, ...]]


def load(council: str, params: Params, *, loaded: LoadedParams | None = None) -> Inputs:
    """Load the stage's inputs; refuse codes that do not fit together, and words of whoever withdrew consent.

    Args:
        council: slug of the council.
        params: the stage's parameters.
        loaded: the council's params where they are read already.

    Raises:
        InputError: every problem of the first kind that is found.
    """
    inputs = load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional, loaded=loaded)
    quoting.refuse_withdrawn(inputs)
    themes = list(params.themes)
    check_codes(inputs, themes)
    framework.check_framework(inputs, themes)
    fieldwork.check_sessions(inputs, themes)
    return inputs


def _table(inputs: Inputs, name: str) -> pd.DataFrame | None:
    return inputs.people(name) if inputs.has(name) else None


def estimates(inputs: Inputs, params: Params) -> Mapping[str, tuple[Estimate, ...]]:
    """Return the estimates of the stage's claims alone, without any table.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.
    """
    themes = list(params.themes)
    grid, actions = coded(inputs, themes=themes, borough=params.borough), _table(inputs, "workshop_actions")
    issues = None if actions is None else claims.staff_issues(actions, themes)
    return claims.estimates(grid, params, issues=issues, consent=quoting.consent_flags(grid, inputs))


def analyse(inputs: Inputs, params: Params) -> Results:
    """Count, compare and blank.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: the quotes still hold words of somebody who took consent back.
    """
    quoting.refuse_withdrawn(inputs)
    threshold, themes = inputs.council.disclosure.threshold, list(params.themes)
    interviews = inputs.people("interviews")
    boroughs = sorted(set(interviews["borough"]), key=lambda name: (name != params.borough, name))
    grids = {name: coded(inputs, themes=themes, borough=name) for name in boroughs}
    grid = grids.get(params.borough) or coded(inputs, themes=themes, borough=params.borough)
    actions = _table(inputs, "workshop_actions")
    issues = None if actions is None else claims.staff_issues(actions, themes)
    log, flags = counts.log_of(interviews, params.borough), quoting.consent_flags(grid, inputs)
    table = counts.themes_table(grid, params, threshold=threshold)
    known = load_claims(inputs.council.ledger) or load_claims("oldham")
    own_claims = {name: claim.claim for name, claim in known.items() if claim.stage == DECLARATION.name}
    questions, notes = _table(inputs, "research_framework"), _table(inputs, "session_notes")
    twice, bank = _table(inputs, "double_codings"), quoting.bank(inputs, grid, params)
    curve, public = saturation.saturation_table(grid, threshold=threshold), quoting.heard(bank, inputs, "public")
    results = Results(
        log=log,
        analysed=grid.n,
        without_consent=log.own_interviews - grid.n,
        settings=counts.settings_table(interviews, threshold=threshold),
        themes=table,
        matrix=counts.matrix(grid),
        by_setting=counts.by_setting_table(grid, params, threshold=threshold),
        coverage=counts.coverage_table(grid, params, threshold=threshold),
        statements=counts.statements_table(grid, params, threshold=threshold),
        together=counts.together_table(grid, params, threshold=threshold),
        saturation=curve,
        enough_interviews=saturation.enough(curve, share=params.saturation_share),
        questions=framework.questions_table(questions, grids, threshold=threshold),
        answers=framework.answers_table(questions, own_claims),
        sessions=fieldwork.sessions_table(notes, interviews),
        influences=fieldwork.influences_table(notes, threshold=threshold),
        told=fieldwork.told_table(notes, dict(params.themes), boroughs),
        coder_agreement=coders.by_theme(twice, params),
        coder_agreement_overall=coders.overall_table(coders.overall(twice, params)),
        staff_and_families=gap.staff_table(table, issues),
        gaps=gap.gap_table(table, issues, params),
        consent=quoting.consent_table(flags, threshold=threshold),
        audiences=quoting.audiences_table(grid, inputs, threshold=threshold),
        quotes=public,
        quotes_partners=quoting.heard(bank, inputs, "partners"),
        quotes_internal=quoting.heard(bank, inputs, "internal"),
        quote_states=bank.summary(),
        review_queue=bank.queue(),
        quotes_withheld=(len(inputs.people("quotes")) if inputs.has("quotes") else 0) - len(public),
        speaker_steps={} if bank.coarsened is None else bank.coarsened.steps,
        estimates=estimates(inputs, params),
    )
    base.tell_empty(DECLARATION, vars(results))
    return results


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables; those that point at people are restricted."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
