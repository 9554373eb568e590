"""What the stage computes: the sample, ties within and beyond, domains of connectedness, places, trust, fieldwork."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight.errors import InputError, Problem
from insight.methods.estimate import Estimate
from insight.privacy.loading import Inputs, load_inputs
from insight.stages import base
from insight.stages.social_networks import answers, fieldwork
from insight.stages.social_networks.counted import limits
from insight.stages.social_networks.declaration import DECLARATION, Params
from insight.stages.social_networks.ties import ties_of

ASSOCIATIONS = {
    "worklessness_may_drive": (
        "Share of ties beyond the ethnic group: in work less not",
        "Share of ties beyond the ethnic group: with qualifications less without",
    ),
    "connections_affect_chances": ("Share of help and skills within reach: in work less not",),
    "distrust_of_outgroups": ("Trust: own community less council", "Trust: own community less providers"),
    "peers_shape_behaviour": ("Correlation of own use of services with use by peers",),
    "sample_spread_by_slot": ("Share in work: met in weekday daytime less all others",),
    "flyers_build_trust": ("Share of doors with a survey: flyer beforehand less none",),
}


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the stage, none about single people, and the estimates that decide its claims."""

    sample: pd.DataFrame
    slots: pd.DataFrame
    mixing: pd.DataFrame
    measures: pd.DataFrame
    beyond: pd.DataFrame
    domains: pd.DataFrame
    crosstab: pd.DataFrame
    places: pd.DataFrame
    trust: pd.DataFrame
    associations: pd.DataFrame
    flyers: pd.DataFrame
    tests: dict[str, tuple[Estimate, ...]]
    respondents: int
    months: str


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def respondents(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return the respondents of the surveyed neighbourhood, for aggregation.

    Raises:
        InputError: nobody of that neighbourhood was surveyed.
    """
    egos = inputs.people("network_egos")
    own = egos[egos["neighbourhood"] == params.neighbourhood].reset_index(drop=True)
    if own.empty:
        problem = Problem(
            file=inputs.files["network_egos"].name,
            column="neighbourhood",
            rule=f"some respondents live in {params.neighbourhood}",
            fix="correct stages.social_networks.neighbourhood in the params file",
        )
        raise InputError([problem])
    return own.assign(date=pd.to_datetime(own["date"]))


def _people(inputs: Inputs, name: str, codes: set[str]) -> pd.DataFrame | None:
    if not inputs.has(name):
        return None
    rows = inputs.people(name)
    return rows[rows["respondent_id"].isin(codes)].reset_index(drop=True)


def _associations(tests: dict[str, tuple[Estimate, ...]]) -> pd.DataFrame:
    rows = []
    for claim, labels in ASSOCIATIONS.items():
        for label, estimate in zip(labels, tests.get(claim, ()), strict=False):
            value, lower, upper = limits(estimate)
            numbers = {"estimate": value, "lower": lower, "upper": upper, "n": estimate.n}
            rows.append({"comparison": label, **numbers, "method": estimate.method})
    return pd.DataFrame(rows, columns=["comparison", "estimate", "lower", "upper", "n", "method"])


def _sample_tests(egos: pd.DataFrame, params: Params) -> dict[str, tuple[Estimate | None, ...]]:
    return {
        "sample_spread_by_slot": (fieldwork.work_by_slot(egos, params),),
        "women_represented": (fieldwork.women(egos), fieldwork.several(egos)),
    }


def analyse(inputs: Inputs, params: Params) -> Results:
    """Aggregate the survey.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: nobody of the neighbourhood was surveyed.
    """
    threshold, egos = inputs.council.disclosure.threshold, respondents(inputs, params)
    codes = set(egos["respondent_id"])
    contacts = _people(inputs, "network_contacts", codes)
    places, resources = _people(inputs, "network_places", codes), _people(inputs, "network_resources", codes)
    items = _people(inputs, "trust_items", codes)
    log = inputs.table("fieldwork_log") if inputs.has("fieldwork_log") else None
    if contacts is None:
        raise KeyError("network_contacts")
    ties = ties_of(egos, contacts, params, threshold=threshold)
    people = answers.connected(egos, contacts, places, resources, params)
    flyers, gap = fieldwork.flyers(log, threshold=threshold)
    found: dict[str, tuple[Estimate | None, ...] | None] = {
        **ties.tests,
        **_sample_tests(egos, params),
        "local_life_self_contained": (answers.local_share(egos, places),),
        "flyers_build_trust": (gap,),
        "connections_affect_chances": answers.resources_by_work(egos, resources),
        "distrust_of_outgroups": answers.distrust(egos, items, params),
        "peers_shape_behaviour": answers.peers(egos, items, params),
    }
    tests = {
        name: tuple(part for part in parts if part is not None)
        for name, parts in found.items()
        if parts is not None and None not in parts
    }
    first, last = egos["date"].min(), egos["date"].max()
    return Results(
        sample=fieldwork.sample(egos, params, threshold=threshold),
        slots=fieldwork.slots(egos, params, threshold=threshold),
        mixing=ties.mixing,
        measures=ties.measures,
        beyond=ties.beyond,
        domains=answers.domains(people, threshold=threshold),
        crosstab=answers.crosstab(people, threshold=threshold),
        places=answers.places_named(egos, places, threshold=threshold),
        trust=answers.trust_means(egos, items, params, threshold=threshold),
        associations=_associations(tests),
        flyers=flyers,
        tests=tests,
        respondents=len(egos),
        months=f"{first:%Y-%m}/{last:%Y-%m}",
    )


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
