"""What the stage computes, strand by strand, and the results that notebook and report are made from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from insight import paths
from insight.methods import equivalence
from insight.methods.estimate import Estimate
from insight.methods.survey.design import Summary
from insight.privacy.disclosure import refuse_people
from insight.privacy.loading import Inputs
from insight.stages import base
from insight.stages.values_modes import (
    fieldwork,
    latent_classes,
    likeness,
    margins,
    placing,
    proxy,
    proxy_groups,
    quality,
    sample,
    segments,
    shares,
    statements,
)
from insight.stages.values_modes.declaration import CLASSES, DECLARATION, Params
from insight.stages.values_modes.likeness import UNTRANSLATED, Likeness
from insight.stages.values_modes.sample import Sample

Parts = tuple[Estimate, ...]
"""Estimates of one claim, one a declared part."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables and estimates of the stage; none names a person."""

    respondents: int
    design: Summary
    months: str
    large_modes: int
    modes: pd.DataFrame
    groups: pd.DataFrame
    shares_by: pd.DataFrame
    residuals_by_ethnic_group: pd.DataFrame
    modes_by_neighbourhood: pd.DataFrame
    equivalence: pd.DataFrame
    largest_gaps: pd.DataFrame
    statements: pd.DataFrame
    settings: pd.DataFrame
    field_quality: pd.DataFrame
    quotas: pd.DataFrame
    intraclass: pd.DataFrame
    missing_answers: pd.DataFrame
    place_of_interview: pd.DataFrame
    margins: pd.DataFrame
    adjustment: pd.DataFrame
    typology_points: pd.DataFrame
    latent_classes: pd.DataFrame
    segments: pd.DataFrame
    pvq_values: pd.DataFrame
    pvq_groups: pd.DataFrame
    pvq_likeness: pd.DataFrame
    pvq_invariance: pd.DataFrame
    pvq_layout: pd.DataFrame
    samples: pd.DataFrame
    needed_per_neighbourhood: int
    tests: Mapping[str, tuple[Estimate, ...]] = field(repr=False)
    """Estimates by claim, one a declared part."""


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What the claims rest on, without the tables that only readers need."""

    tests: Mapping[str, tuple[Estimate, ...]]
    compared: Mapping[str, Likeness]
    answers: Mapping[str, statements.Statement]
    explained: Mapping[str, float]
    settings: pd.DataFrame


def load(council: str, params: Params) -> Inputs:
    """Load the stage's inputs.

    Raises:
        ParamsError: the params ask for latent classes and the extra that makes them is not installed.
    """
    latent_classes.refuse_without_extra(params)
    return sample.load(council)


def _tested(rows: Sample, items: list[str], modes: list[str], params: Params) -> Tested:
    others = [mode for mode in modes if mode != params.lead_mode]
    compared = likeness.comparisons(rows, params)
    distinct, explained = statements.distinctness(rows, items)
    answers = {item: statements.statement(rows, item, params, others) for item in items}
    places = fieldwork.settings(rows, params)
    tests = {
        "street_majority": fieldwork.in_public(rows, params, places),
        "three_clusters": distinct,
        **statements.claims(rows, params, others, answers),
        **{name: one.parts for name, one in compared.items() if name != UNTRANSLATED},
    }
    return Tested(tests=tests, compared=compared, answers=answers, explained=explained, settings=places)


def claim_estimates(inputs: Inputs, params: Params, *, claims: Collection[str]) -> dict[str, Parts]:
    """Return the estimates of some claims alone: what calibration runs some thousand times.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.
        claims: ids of the claims wanted; others are not worked out.
    """
    rows, items, modes = _opened(inputs, params)
    wanted = set(claims)
    others = [mode for mode in modes if mode != params.lead_mode]
    compared = likeness.comparisons(rows, params, beside=False, only=wanted) if wanted & likeness.CLAIMS else {}
    found: dict[str, Parts] = {name: one.parts for name, one in compared.items()}
    if wanted - likeness.CLAIMS:
        asked = [item for item in (*params.trait_items, *params.leading_items, *params.stronger_items) if item in items]
        answers = {item: statements.statement(rows, item, params, others) for item in asked}
        found |= statements.claims(rows, params, others, answers)
        found["three_clusters"] = statements.distinctness(rows, items)[0]
        found["street_majority"] = fieldwork.in_public(rows, params, fieldwork.settings(rows, params))
        found["phone_misses_young"] = fieldwork.phone(rows, params, inputs.council.disclosure.threshold)
    return {name: parts for name, parts in found.items() if parts and name in wanted}


def _opened(inputs: Inputs, params: Params) -> tuple[Sample, list[str], list[str]]:
    rows = inputs.people("values_survey")
    sample.refuse_unknown(rows, params, paths.shown(inputs.files["values_survey"]))
    kinds = sample.typology()
    prepared, items = sample.prepared(rows, kinds, params)
    return prepared, items, kinds["mode"].tolist()


def analyse(inputs: Inputs, params: Params) -> Results:
    """Describe the modes, and test sameness and the leading mode's answers.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: the params name a mode, ethnic group, age band or statement that the survey does not hold.
    """
    rows, items, modes = _opened(inputs, params)
    threshold = inputs.council.disclosure.threshold
    kinds = sample.typology()
    places = sample.place_names(inputs, rows.rows)
    names = dict(zip(kinds["mode"], kinds["mode_name"], strict=True)) | dict(places)
    found = _tested(rows, items, modes, params)
    tests = dict(found.tests) | {"phone_misses_young": fieldwork.phone(rows, params, threshold)}
    mode_table, large = shares.mode_shares(rows, kinds, threshold)
    lead_share = rows.share(rows.rows["mode"] == params.lead_mode).share

    def factor(claim: str) -> float:
        one = found.compared.get(claim)
        return one.on_modes.delta_bar if one is not None and one.on_modes is not None else 1.0

    def grid(of: Sample, by: str, claim: str) -> pd.DataFrame:
        return shares.residuals(of, kinds, names, by=by, factor=factor(claim), threshold=threshold)

    compared_only = rows.only(rows.rows["ethnic_group"].isin(params.ethnic_groups))
    by_ethnic = grid(compared_only, "ethnic_group", "values_shared_over_ethnicity")
    by_place = grid(rows, "neighbourhood", "values_not_neighbourhood_bound")
    by_age = grid(rows, "age_band", "")
    open_path = proxy_groups.by_group(inputs, places, params)
    results = Results(
        respondents=len(rows.rows),
        design=rows.survey.summary,
        months=fieldwork.months(rows.rows["date"]),
        large_modes=large,
        modes=mode_table,
        groups=shares.group_shares(rows, kinds),
        shares_by=shares.by_domain(rows, kinds, places, ethnic_groups=params.ethnic_groups, threshold=threshold),
        # counts and shares of those compared would give away the few who are not, by subtraction from all
        residuals_by_ethnic_group=by_ethnic.drop(columns=["respondents", "share", "lower", "upper"]),
        modes_by_neighbourhood=by_place,
        equivalence=likeness.both_ways(found.compared, rows, params),
        largest_gaps=likeness.gap_table(found.compared, names),
        statements=statements.statement_table(found.answers, found.explained, threshold),
        settings=fieldwork.shown_settings(found.settings, places, threshold),
        field_quality=quality.contact_log(inputs, names),
        quotas=quality.quotas(inputs, rows, places, threshold),
        intraclass=quality.within_sessions(rows, params),
        missing_answers=quality.missing_answers(rows, items, threshold),
        place_of_interview=quality.place_of_interview(inputs, rows, places, threshold),
        margins=margins.compared(inputs, rows, threshold),
        adjustment=margins.adjusted(inputs, rows),
        typology_points=placing.points(rows, kinds, places, params, is_wanted=params.typology != CLASSES),
        latent_classes=latent_classes.found(rows, items, places, params, threshold),
        segments=segments.cards(mode_table, kinds, ethnic=by_ethnic, places=by_place, ages=by_age),
        pvq_values=proxy.values(inputs, params),
        pvq_groups=open_path.groups,
        pvq_likeness=open_path.likeness,
        pvq_invariance=open_path.invariance,
        pvq_layout=open_path.layout,
        samples=quality.samples(inputs, rows, places),
        needed_per_neighbourhood=equivalence.needed_per_group(
            lead_share, groups=max(2, len(found.settings)), gap_margin=params.gap_margin
        ),
        tests={name: parts for name, parts in tests.items() if parts},
    )
    base.tell_empty(DECLARATION, vars(results))
    return results


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables, none of which names a person."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    for name, frame in tables.items():
        refuse_people(frame, what=name)
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
