"""What the stage computes: journeys, early against crisis, prominence, both sides' accounts, handovers, referrals.

Disclosure: six families are people whom neighbours know. Journeys and anything that rests on fewer families than the
council's threshold are shown only where ``journeys_agreed`` says that the families agreed; labels then are in an order
of their own, time is the child's rounded age, and no date, need or code is shown. Otherwise counts over all families
remain, with small cells suppressed. Referrals are always under the council's rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from insight import paths
from insight.methods.estimate import Estimate
from insight.privacy.disclosure import dominates, refuse_people, suppress
from insight.privacy.loading import Inputs, load_inputs
from insight.stages import base
from insight.stages.service_mapping import contacts as steps
from insight.stages.service_mapping import event_log, reach, rules, whom
from insight.stages.service_mapping.claims import (
    caf_estimates,
    goal_estimates,
    problem_estimates,
    problem_rows,
    problems_table,
    referral_estimates,
)
from insight.stages.service_mapping.declaration import DECLARATION, Params
from insight.stages.service_mapping.shares import clustered_share, columns, least_lead, over_families

FEW = "few"
TURNS = {"from_service": "from_service", "to_service": "to_service"}
ALL = "All families"
AGE_BAND = 6
"""Months of a band of ages in counts over all families."""
FLAGS = {
    "is_acted_on": "acted on",
    "is_repeat_assessment": "assessed again for what was known",
    "is_joint": "seen jointly",
}


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the stage and the estimates that decide its claims; only ``event_log``, restricted, has people's rows.

    ``caf_families`` is missing where it may not be shown.
    """

    journeys: pd.DataFrame
    contacts_by_age: pd.DataFrame
    early: pd.DataFrame
    prominence: pd.DataFrame
    views: pd.DataFrame
    handovers: pd.DataFrame
    measures: pd.DataFrame
    referrals: pd.DataFrame
    referrals_to: pd.DataFrame
    goals: pd.DataFrame
    reach: pd.DataFrame
    reach_by_neighbourhood: pd.DataFrame
    problems: pd.DataFrame
    whom: whom.Whom
    event_log: pd.DataFrame
    dated: pd.DataFrame
    """Contacts by date, for the restricted map by calendar; never a table of the stage."""
    accounts: pd.DataFrame
    rules: pd.DataFrame
    coders: pd.DataFrame
    firsts: pd.DataFrame
    reading: pd.DataFrame
    estimates: Mapping[str, tuple[Estimate, ...]]
    contacts: int
    rows: int
    families: int
    caf_families: int | None
    caf_rows: int
    practitioners: int | None
    practitioner_rows: int


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def _by_family(single: pd.DataFrame, flag: pd.Series) -> list[float]:
    return flag.astype(float).groupby(single["family_id"]).mean().tolist()


def early_table(single: pd.DataFrame, *, agreed: bool) -> pd.DataFrame:
    """Return the share of early contacts by journey, and over all families (the last row)."""
    flag = single["stage"] == "early"
    rows = []
    if agreed:
        for name, own in flag.groupby(single["family_id"].map(steps.labels(single)), sort=True):
            unit = clustered_share(own, pd.Series(range(len(own)), index=own.index))
            rows.append({"journey": name, "contacts": len(own), "early": int(own.sum()), **columns(unit)})
    whole = {"journey": ALL, "contacts": len(flag), "early": int(flag.sum())}
    rows.append(whole | dict(columns(over_families(_by_family(single, flag)))))
    return pd.DataFrame(rows)


def family_shares(single: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return each family's shares of contacts by group of services, zero where there was none."""
    counts = pd.crosstab(single["family_id"], single["group"])
    every = list(dict.fromkeys(params.service_groups.values()))
    counts = counts.reindex(columns=every, fill_value=0)
    return counts.div(counts.sum(axis=1), axis=0)


def prominence_table(single: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return groups of services by mean share of a family's contacts, with families that met them."""
    rows = [
        {
            "service": name,
            "contacts": int((single["group"] == name).sum()),
            "families": int((shares[name] > 0).sum()),
            **columns(over_families(shares[name].tolist())),
        }
        for name in shares.columns
    ]
    return pd.DataFrame(rows).sort_values(["share", "service"], ascending=[False, True], ignore_index=True)


def views_table(single: pd.DataFrame) -> pd.DataFrame:
    """Return, by group of services, contacts known to the agency and the share of them that families told of."""
    recorded = single[single["view"] != "family"]
    rows = []
    for name, own in recorded.groupby("group", sort=True):
        estimate = clustered_share(own["view"] == "both", own["family_id"])
        rows.append(
            {
                "service": name,
                "recorded": len(own),
                "told_too": int((own["view"] == "both").sum()),
                "told_only": int(((single["group"] == name) & (single["view"] == "family")).sum()),
                "families": own["family_id"].nunique(),
                **columns(estimate),
            }
        )
    return pd.DataFrame(rows).sort_values(["share", "service"], ascending=[False, True], ignore_index=True)


def handovers_table(moves: pd.DataFrame) -> pd.DataFrame:
    """Return steps from one agency to another by groups of services."""
    changed = moves[moves["is_handover"]].groupby(["from_service", "to_service"], sort=True)["family_id"]
    return changed.agg(handovers="size", families="nunique").reset_index()


def measures_table(single: pd.DataFrame, moves: pd.DataFrame, *, gap: int) -> pd.DataFrame:
    """Return what is counted in each family, as means over families with their limits."""
    per = single.groupby("family_id")
    steps_of = moves.groupby("family_id")
    pairs = single.drop_duplicates(["family_id", "need", "agency"]).groupby("family_id").size()
    told_again = pairs - per["need"].nunique()
    both = (single["view"] == "both").groupby(single["family_id"]).sum()
    counted = {
        "contacts": per.size(),
        "agencies met": per["agency"].nunique(),
        "needs": per["need"].nunique(),
        "agencies told of a need that another knew of": told_again,
        "handovers between agencies": steps_of["is_handover"].sum(),
        f"gaps of more than {gap} days": (moves["days"] > gap).groupby(moves["family_id"]).sum(),
        "positive agreement of family and agency": 2 * both / (per.size() + both),
    }
    rows = []
    for name, values in counted.items():
        found = over_families(values.astype(float).tolist(), bounds=(0.0, float("inf")))
        cells = columns(found)
        rows.append({"measure": name, "mean": cells["share"], "lower": cells["lower"], "upper": cells["upper"]})
    return pd.DataFrame(rows)


def ages_table(single: pd.DataFrame) -> pd.DataFrame:
    """Return contacts of all families by band of the child's age and stage."""
    start = _band_start(single["age"])
    counts = single.groupby([start.rename("from_months"), "stage"])["family_id"].agg(
        contacts="size", families="nunique"
    )
    frame = counts.reset_index()
    frame.insert(0, "age", frame["from_months"].map(_band))
    return frame.drop(columns="from_months")


def _band_start(age: pd.Series) -> pd.Series:
    return (age // AGE_BAND * AGE_BAND).astype(int)


def _band(first: int) -> str:
    return f"{first} to {first + AGE_BAND} months"


def _periods(rows: pd.DataFrame, params: Params) -> dict[str, pd.DataFrame]:
    day = pd.Timestamp(params.compare_from)
    before, after = rows[rows["date"] < day], rows[rows["date"] >= day]
    return {f"before {params.compare_from}": before, f"from {params.compare_from}": after}


def referrals_table(rows: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return shares of referrals by what became of them, before and after the params' day."""
    found = []
    for period, own in _periods(rows, params).items():
        for flag, words in FLAGS.items():
            estimate = clustered_share(own[flag], own["family_id"]) if len(own) else None
            count = {"referrals": len(own), "count": int(own[flag].sum())}
            found.append({"outcome": words, "period": period, **count, **columns(estimate)})
    return pd.DataFrame(found)


def referrals_to_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return referrals by the agency asked, with the share acted on."""
    found = []
    for agency, own in rows.groupby("to_agency", sort=True):
        estimate = clustered_share(own["is_acted_on"], own["family_id"])
        count = {"referrals": len(own), "acted_on": int(own["is_acted_on"].sum())}
        found.append({"asked": str(agency).replace("_", " "), **count, **columns(estimate)})
    return pd.DataFrame(found)


def goals_table(plans: pd.DataFrame | None) -> pd.DataFrame:
    """Return the share of plan goals that are the parent's own, by form."""
    rows = []
    for form, own in () if plans is None else plans.groupby("form", sort=True):
        is_own = own["goal_set_by"] == "parent"
        estimate = clustered_share(is_own, own["plan_id"])
        rows.append({"form": form, "goals": len(own), "parents_own": int(is_own.sum()), **columns(estimate)})
    return pd.DataFrame(rows, columns=["form", "goals", "parents_own", "share", "lower", "upper"])


def _shown(
    frame: pd.DataFrame, count: str, *, threshold: int, also: tuple[str, ...], has_total: bool = False
) -> pd.DataFrame:
    """Suppress small counts; where a total is shown elsewhere, a second cell keeps subtraction from telling."""
    dominated = FEW if FEW in frame.columns else None
    if not has_total:
        return suppress(frame, count, threshold=threshold, also=also, dominated=dominated)
    whole = frame.assign(whole="all")
    shown = suppress(whole, count, threshold=threshold, also=also, within=["whole"], dominated=dominated)
    return shown.drop(columns="whole")


def _with_few(frame: pd.DataFrame, rows: pd.DataFrame, threshold: int, *, by: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of contacts with a flag where one or two families make up nearly all of a row's.

    Args:
        frame: one row a cell.
        rows: the contacts that it counts.
        threshold: the council's.
        by: columns that name a cell, with those of ``rows``.
    """
    cells = list(by)
    named = rows.assign(**{name: rows[column] for name, column in by.items()})
    each = named.groupby([*cells, "family_id"], sort=False).size().rename("n").reset_index()
    few = {
        name: dominates([*own["n"].nlargest(2)], float(own["n"].sum()), threshold=threshold)
        for name, own in each.groupby(cells, sort=False)
    }
    keys = zip(*(frame[name] for name in cells), strict=True)
    return frame.assign(**{FEW: [bool(few.get(key, False)) for key in keys]})


def practitioners(workshops: pd.DataFrame | None) -> tuple[int | None, int]:
    """Return heads at practitioner workshops and the rows they are summed from."""
    if workshops is None:
        return None, 0
    own = workshops.loc[workshops["kind"] == "practitioner", "attendees"]
    return (int(own.sum()), len(own)) if len(own) else (None, 0)


def _estimates(single: pd.DataFrame, shares: pd.DataFrame, params: Params) -> dict[str, tuple[Estimate | None, ...]]:
    first = steps.first_of_need(single)
    return {
        "centres_and_health_prominent": (least_lead(shares, params.prominent),),
        "interventions_early": (over_families(_by_family(single, single["stage"] == "early")),),
        "early_intervention_followed": (over_families(_by_family(first, first["stage"] == "early")),),
    }


def _problems(inputs: Inputs) -> pd.DataFrame:
    if not (inputs.has("interviews") and inputs.has("codings")):
        return pd.DataFrame({"interview_id": [], "theme": [], "is_problem": pd.Series(dtype=bool)})
    consent = inputs.people("consent") if inputs.has("consent") else None
    return problem_rows(inputs.people("interviews"), inputs.people("codings"), consent)


def analyse(inputs: Inputs, params: Params) -> Results:
    """Compute the stage's tables and estimates.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: a service without a group.
    """
    threshold, agreed = inputs.council.disclosure.threshold, params.journeys_agreed
    rows = steps.grouped(inputs.people("service_contacts"), params, file=paths.shown(inputs.files["service_contacts"]))
    rows = rows.assign(rule_stage=rules.by_rule(rows, params.stage_rules))
    second = inputs.people("stage_codings") if inputs.has("stage_codings") else None
    referrals = inputs.people("referrals")
    plans = inputs.people("caf_plans") if inputs.has("caf_plans") else None
    single = steps.contacts(rows, days=params.matching_days)
    moves, shares = steps.moves(single), family_shares(single, params)
    caf = rows[rows["service"] == params.caf_service]
    caf_families = caf["family_id"].nunique()
    may_count = agreed or caf_families == 0 or caf_families >= threshold

    def kept(frame: pd.DataFrame, *also: str) -> pd.DataFrame:
        if agreed:
            return frame.drop(columns=FEW, errors="ignore")
        return _shown(frame, "families", threshold=threshold, also=also, has_total=True)

    def few(frame: pd.DataFrame, rows: pd.DataFrame, **by: str) -> pd.DataFrame:
        return _with_few(frame, rows, threshold, by=by)

    recorded, handed = single[single["view"] != "family"], moves[moves["is_handover"]]
    limits = ("share", "lower", "upper")
    estimates = _estimates(single, shares, params)
    estimates |= referral_estimates(_periods(referrals, params)) | goal_estimates(plans, params.former_form)
    if may_count:
        estimates |= caf_estimates(single, params.caf_service)
    areas = reach.of_inputs(inputs, params)
    if areas is not None:
        estimates |= reach.estimates(areas)
    reached = whom.of_inputs(inputs, params)
    estimates |= whom.estimates(reached)
    said = _problems(inputs)
    estimates |= problem_estimates(said, params.early_help_themes)
    heads, heads_rows = practitioners(inputs.table("workshops") if inputs.has("workshops") else None)
    travelled = steps.journeys(single, step=params.age_step_months)
    results = Results(
        journeys=travelled if agreed else travelled.iloc[:0],
        contacts_by_age=kept(
            few(ages_table(single), single.assign(age=_band_start(single["age"]).map(_band)), age="age", stage="stage"),
            "contacts",
        ),
        early=early_table(single, agreed=agreed),
        prominence=kept(few(prominence_table(single, shares), single, service="group"), "contacts", *limits),
        views=kept(few(views_table(single), recorded, service="group"), "recorded", "told_too", "told_only", *limits),
        handovers=kept(few(handovers_table(moves), handed, **TURNS), "handovers"),
        measures=measures_table(single, moves, gap=params.gap_days),
        referrals=_shown(referrals_table(referrals, params), "count", threshold=threshold, also=limits),
        referrals_to=_shown(
            referrals_to_table(referrals), "acted_on", threshold=threshold, also=limits, has_total=True
        ),
        goals=_shown(goals_table(plans), "parents_own", threshold=threshold, also=limits),
        reach=_shown(
            reach.reach_table(pd.DataFrame(columns=["fifth"]) if areas is None else areas),
            "count",
            threshold=threshold,
            also=limits,
        ),
        reach_by_neighbourhood=_shown(
            reach.neighbourhood_table(areas), "in_touch", threshold=threshold, also=limits, has_total=True
        ),
        problems=_shown(
            problems_table(said, params.early_help_themes), "raising_a_problem", threshold=threshold, also=limits
        ),
        whom=reached,
        event_log=event_log.table(rows),
        dated=steps.dated(single),
        accounts=rules.accounts_table(single),
        rules=kept(
            few(rules.rule_table(single), single, by_rule="rule_stage"), "contacts", "coded_early", "coded_crisis"
        ),
        coders=rules.coders_table(single, second),
        firsts=rules.firsts_table(single) if agreed else rules.firsts_table(single).iloc[:0],
        reading=rules.reading_table(single, params, agreed=agreed),
        estimates={
            name: tuple(part for part in parts if part is not None)
            for name, parts in estimates.items()
            if all(part is not None for part in parts)
        },
        contacts=len(single),
        rows=len(rows),
        families=single["family_id"].nunique(),
        caf_families=caf_families if may_count else None,
        caf_rows=len(caf),
        practitioners=heads,
        practitioner_rows=heads_rows,
    )
    base.tell_empty(DECLARATION, tables(results))
    return results


def tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the stage's tables by name."""
    own = whom.tables(results.whom)
    return {name: own[name] if name in own else getattr(results, name) for name in DECLARATION.tables}


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables, and its restricted files: event log for process-mining tools, map by calendar."""
    made = tables(results)
    for name, frame in made.items():
        if DECLARATION.tables[name] != "restricted":
            refuse_people(frame, what=name)
    slug = inputs.council.council.slug
    base.save_tables(DECLARATION, slug, made)
    folder = paths.stage_dir(slug, DECLARATION.name)
    event_log.write(results.event_log, results.dated, folder, label=inputs.standing("service_contacts").label)
