"""What the stage computes: the sample, ties within and beyond, domains of connectedness, places, trust, fieldwork."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pandas as pd

from insight.errors import InputError, Problem
from insight.methods import networks
from insight.methods.estimate import Estimate
from insight.privacy.loading import Inputs, load_inputs
from insight.stages import base
from insight.stages.social_networks import (
    answers,
    at_hand,
    bonding,
    drivers,
    field_quality,
    fieldwork,
    friendship,
    logic,
    outreach,
    scores,
    structure,
    ties,
)
from insight.stages.social_networks.at_hand import Scale
from insight.stages.social_networks.counted import limits, try_share
from insight.stages.social_networks.declaration import DECLARATION, Params

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
    mixing_matrix: pd.DataFrame
    bonding: pd.DataFrame
    measures: pd.DataFrame
    neighbourhood_measures: pd.DataFrame
    structure: pd.DataFrame
    drivers: pd.DataFrame
    beyond: pd.DataFrame
    friendship: pd.DataFrame
    domains: pd.DataFrame
    crosstab: pd.DataFrame
    scores: pd.DataFrame
    places: pd.DataFrame
    place_groups: pd.DataFrame
    reached: outreach.Outreach
    logic: pd.DataFrame
    trust: pd.DataFrame
    associations: pd.DataFrame
    flyers: pd.DataFrame
    quotas: pd.DataFrame
    contact_log: pd.DataFrame
    intraclass: pd.DataFrame
    at_hand: tuple[Scale, ...]
    tests: dict[str, tuple[Estimate, ...]]
    respondents: int
    clusters: int
    months: str

    @property
    def outreach(self) -> pd.DataFrame:
        """The greedy curve, as it is written."""
        return self.reached.curve


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def respondents(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return the respondents of the surveyed neighbourhood with their cluster (household and session together).

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
    own = own.assign(date=pd.to_datetime(own["date"]))
    return own.assign(
        cluster=networks.joint_clusters(own["household_id"].to_numpy(dtype=object), field_quality.sessions(own))
    )


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


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """Rows of the survey for the respondents of the neighbourhood; ``None`` where an input was not supplied."""

    egos: pd.DataFrame
    contacts: pd.DataFrame
    places: pd.DataFrame | None
    resources: pd.DataFrame | None
    positions: pd.DataFrame | None
    alters: pd.DataFrame | None
    alter_ties: pd.DataFrame | None
    items: pd.DataFrame | None


def _rows(inputs: Inputs, params: Params) -> _Rows:
    egos = respondents(inputs, params)
    codes = set(egos["respondent_id"])
    contacts = _people(inputs, "network_contacts", codes)
    if contacts is None:
        raise KeyError("network_contacts")
    alters = _people(inputs, "network_alters", codes)
    if alters is not None:
        structure.agree(inputs, contacts, alters)
    return _Rows(
        egos=egos,
        contacts=contacts,
        places=_people(inputs, "network_places", codes),
        resources=_people(inputs, "network_resources", codes),
        positions=_people(inputs, "network_positions", codes),
        alters=alters,
        alter_ties=_people(inputs, "network_alter_ties", codes),
        items=_people(inputs, "trust_items", codes),
    )


def _kept(found: dict[str, tuple[Estimate | None, ...] | None]) -> dict[str, tuple[Estimate, ...]]:
    """Return the claims for which every part could be estimated."""
    return {
        name: tuple(part for part in parts if part is not None)
        for name, parts in found.items()
        if parts is not None and None not in parts
    }


def _beyond_test(marked: ties.Marked, kinds: list[str]) -> tuple[Estimate | None, ...]:
    """Return the shares of ties beyond area, ethnic group and kind of work."""
    found = []
    for boundary in ties.BEYOND:
        here, out, known = marked.share(boundary, kinds)
        found.append(try_share(out.to_numpy(), known.to_numpy(), here["cluster"].to_numpy()))
    return tuple(found)


def _flyers(inputs: Inputs) -> tuple[pd.DataFrame, Estimate | None]:
    log = inputs.table("fieldwork_log") if inputs.has("fieldwork_log") else None
    return fieldwork.flyers(log, threshold=inputs.council.disclosure.threshold)


def _tests(
    inputs: Inputs, rows: _Rows, params: Params, *, claims: Collection[str] | None = None
) -> dict[str, tuple[Estimate, ...]]:
    """Return the estimates of some claims (all of them when none is named); one that cannot be had is left out."""
    egos, of = rows.egos, ties.relations(rows.contacts, params)
    headline = ties.by_respondent(egos, rows.contacts, of[ties.HEADLINE])
    near = at_hand.scales(inputs, set(egos["ethnic_group"]), params)[0]
    makers: dict[str, Callable[[], tuple[Estimate | None, ...] | None]] = {
        "bonding_strong": lambda: bonding.tests_of(headline, near).get("bonding_strong"),
        "bridging_weak": lambda: bonding.tests_of(headline, near).get("bridging_weak"),
        "few_links_outside": lambda: _beyond_test(ties.marked(egos, rows.contacts), of[ties.HEADLINE]),
        "worklessness_may_drive": lambda: drivers.tests_of(egos, headline),
        "flyers_build_trust": lambda: (_flyers(inputs)[1],),
        "sample_spread_by_slot": lambda: (fieldwork.work_by_slot(egos, params),),
        "women_represented": lambda: (fieldwork.women(egos), fieldwork.several(egos)),
        "local_life_self_contained": lambda: (answers.local_share(egos, rows.places),),
        "connections_affect_chances": lambda: answers.resources_by_work(egos, rows.resources),
        "distrust_of_outgroups": lambda: answers.distrust(egos, rows.items, params),
        "peers_shape_behaviour": lambda: answers.peers(egos, rows.items, params),
    }
    return _kept({name: make() for name, make in makers.items() if claims is None or name in claims})


def claim_estimates(
    inputs: Inputs, params: Params, *, claims: Collection[str] | None = None
) -> dict[str, tuple[Estimate, ...]]:
    """Return the estimates of some claims alone, without the tables: what calibration runs some thousand times."""
    return _tests(inputs, _rows(inputs, params), params, claims=claims)


def analyse(inputs: Inputs, params: Params) -> Results:
    """Aggregate the survey.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: nobody of the neighbourhood was surveyed, the table of residents lacks a group, or single contacts
            do not add up to the counts.
    """
    threshold, rows = inputs.council.disclosure.threshold, _rows(inputs, params)
    egos, contacts = rows.egos, rows.contacts
    at = at_hand.scales(inputs, set(egos["ethnic_group"]), params)
    of = ties.relations(contacts, params)
    headline = ties.by_respondent(egos, contacts, of[ties.HEADLINE])
    mixed = bonding.bonding_of(egos, contacts, at, params, threshold=threshold)
    people = answers.connected(egos, contacts, rows.places, rows.resources, params)
    tests = _tests(inputs, rows, params)
    first, last = egos["date"].min(), egos["date"].max()
    results = Results(
        sample=fieldwork.sample(egos, params, threshold=threshold),
        slots=fieldwork.slots(egos, params, threshold=threshold),
        mixing=mixed.by_group,
        mixing_matrix=mixed.matrix,
        bonding=mixed.table,
        measures=mixed.measures,
        neighbourhood_measures=mixed.measures.assign(neighbourhood=params.neighbourhood),
        structure=structure.structure(egos, rows.alters, rows.alter_ties, threshold=threshold),
        drivers=drivers.drivers(egos, headline),
        beyond=ties.beyond(ties.marked(egos, contacts), of, threshold=threshold),
        friendship=friendship.beside_national(egos, contacts, threshold=threshold),
        domains=answers.domains(people, threshold=threshold),
        crosstab=answers.crosstab(people, threshold=threshold),
        scores=scores.scores(people, rows.resources, rows.positions, threshold=threshold),
        places=answers.places_named(egos, rows.places, threshold=threshold),
        place_groups=outreach.place_groups(people, rows.places, threshold=threshold),
        reached=outreach.outreach(people, rows.places, params, threshold=threshold),
        logic=logic.logic(inputs),
        trust=answers.trust_means(egos, rows.items, params, threshold=threshold),
        associations=_associations(tests),
        flyers=_flyers(inputs)[0],
        quotas=field_quality.quotas(inputs, egos, threshold=threshold),
        contact_log=field_quality.contact_log(inputs),
        intraclass=field_quality.within_sessions(egos, headline, params),
        at_hand=tuple(at),
        tests=tests,
        respondents=len(egos),
        clusters=int(egos["cluster"].nunique()),
        months=f"{first:%Y-%m}/{last:%Y-%m}",
    )
    base.tell_empty(DECLARATION, vars(results))
    return results


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
