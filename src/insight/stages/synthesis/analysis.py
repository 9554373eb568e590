"""What the synthesis computes: strands, decisions taken from them, priorities, governance and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from insight import paths
from insight.privacy.disclosure import STATUS, log
from insight.privacy.disclosure.markers import UNAVAILABLE
from insight.privacy.loading import Inputs, load_inputs
from insight.published import ledger as ledgers
from insight.published.findings import load_claims
from insight.stages import base
from insight.stages.synthesis import coding, judging, prices, stakes, strands, thousand, tracing, universes
from insight.stages.synthesis.declaration import DECLARATION, Params
from insight.stages.synthesis.register import CALLS, actions_by_finding, decisions_register

JUDGED = ["claim", "strand", *judging.COMPONENTS, "ceiling", "final", "reason", "assessor"]


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the synthesis; each is small and names nobody."""

    outcomes_by_strand: pd.DataFrame
    convergence: pd.DataFrame
    agreement: pd.DataFrame
    coding: pd.DataFrame
    decisions: pd.DataFrame
    priorities: pd.DataFrame
    workshops: pd.DataFrame
    funding: pd.DataFrame
    governance: pd.DataFrame
    systems: pd.DataFrame
    staff_and_families: pd.DataFrame
    roles: pd.DataFrame
    traces: pd.DataFrame
    confidence: pd.DataFrame
    lessons: pd.DataFrame
    universes: pd.DataFrame
    curve: pd.DataFrame
    choices: pd.DataFrame
    next_findings: pd.DataFrame
    next_assumptions: pd.DataFrame
    absent: tuple[str, ...]
    """Headlines that could not be rerun, as this run lacks their tables."""
    unmet: tuple[str, ...]
    """Aims that no action serves."""
    meetings: int
    months: int


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def _published(ledger: str, name: str) -> pd.DataFrame:
    own = paths.published_dir(ledger) / name
    return pd.read_csv(own if own.exists() else paths.published_dir("oldham") / name)


def priorities(actions: pd.DataFrame, *, chosen: int) -> pd.DataFrame:
    """Return priority areas by votes, the first ``chosen`` marked."""
    ranked = actions[actions["kind"] == "priority"].sort_values(["votes", "priority_area"], ascending=[False, True])
    ranked = ranked.assign(place=range(1, len(ranked) + 1))
    total = ranked["votes"].sum()
    return ranked.assign(
        votes=ranked["votes"].astype(int), share=ranked["votes"] / total, is_chosen=ranked["place"] <= chosen
    )[["place", "priority_area", "text", "votes", "share", "is_chosen"]].reset_index(drop=True)


def staff_and_families(actions: pd.DataFrame, council: str) -> pd.DataFrame:
    """Return what staff expected families to raise beside what families raised (from the ethnography's tables)."""
    staff = actions.loc[actions["kind"] == "staff_issue", ["theme", "text", "rank"]].rename(
        columns={"rank": "staff_rank"}
    )
    file = paths.stage_dir(council, "ethnography") / "tables" / "themes.csv"
    if not file.exists():
        return staff.assign(raised=None, families_rank=None, **{STATUS: UNAVAILABLE})
    families = pd.read_csv(file)[["theme", "raised", STATUS]]
    joined = staff.merge(families, on="theme", how="left")
    ranks = joined["raised"].rank(ascending=False, method="min")
    status = joined[STATUS].where(joined["theme"].isin(families["theme"]), UNAVAILABLE).fillna("")
    shown = joined.assign(staff_rank=joined["staff_rank"].astype(int), families_rank=ranks, **{STATUS: status})
    return log.follow(shown, ["raised", "families_rank"], of="themes of stage ethnography")


def _meetings(governance: pd.DataFrame, group: str) -> tuple[int, int]:
    dates = governance.loc[(governance["kind"] == "meeting") & (governance["group"] == group), "date"]
    return len(dates), dates.dt.to_period("M").nunique()


def _coding(inputs: Inputs, matrix: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    if not inputs.has("convergence_codings"):
        return pd.DataFrame(columns=coding.AGREED)
    codings = inputs.table("convergence_codings")
    coding.check(codings, matrix, file=paths.shown(inputs.files["convergence_codings"]))
    return coding.agreement(codings, matrix, seed=seed)


def _next_assumptions(council: str, params: Params, lines: Mapping[str, prices.Price]) -> pd.DataFrame:
    folder = paths.stage_dir(council, "benefits") / "tables"
    if not (folder / "sensitivity.csv").exists():
        return pd.DataFrame(columns=stakes.ASSUMPTIONS)
    sensitivity, schemes, switching = (
        pd.read_csv(folder / f"{name}.csv") for name in ("sensitivity", "schemes", "switching")
    )
    return stakes.assumptions_table(
        sensitivity,
        schemes,
        switching,
        prices={(one.scheme, one.assumption): lines[one.line] for one in params.stakes if one.line in lines},
        spreads={(one.scheme, one.assumption): one.record_sd for one in params.stakes if one.record_sd is not None},
    )


def analyse(inputs: Inputs, params: Params) -> Results:
    """Bring the strands together.

    Args:
        inputs: as from :func:`load`; the other stages' findings are read from their build folders.
        params: the stage's parameters.

    Raises:
        InputError: an orphan at either end of the register of decisions, or a judgement that cannot stand.
    """
    council, ledger = inputs.council.council.slug, inputs.council.ledger
    decided = strands.decided(council)
    actions, funding, governance = inputs.table("workshop_actions"), inputs.table("funding"), inputs.table("governance")
    matrix = strands.convergence(decided, _published(ledger, "topics.csv"))
    claims = load_claims(ledger) or load_claims("oldham")
    attendance = inputs.table("workshops").groupby(["workshop", "kind", "date"], sort=False)
    meetings, months = _meetings(governance, params.steering_group)
    words = {name: claim.claim for name, claim in claims.items()}
    traced = tracing.trace(_published(ledger, "traces.csv"), decided, words, actions_by_finding(actions))
    tried, absent = universes.universes(paths.build_root() / council, ledgers.load(ledger))
    rates = [rate.model_dump() for rate in params.rates]
    assumptions = _next_assumptions(council, params, prices.by_line(funding, rates))
    hanging = stakes.by_finding([one.model_dump() for one in params.stakes], assumptions)
    confidence = pd.DataFrame(columns=JUDGED)
    if inputs.has("confidence_judgements"):
        confidence = judging.judged(
            inputs.table("confidence_judgements"),
            {name: claim.stage for name, claim in claims.items()},
            words,
            file=paths.shown(inputs.files["confidence_judgements"]),
        )
    results = Results(
        outcomes_by_strand=strands.outcomes_by_strand(decided),
        convergence=matrix,
        agreement=strands.agreement(matrix),
        coding=_coding(inputs, matrix, seed=params.seed),
        decisions=decisions_register(
            actions,
            decided,
            set(claims),
            file=paths.shown(inputs.files["workshop_actions"]),
            calling=[name for name, claim in claims.items() if claim.kind == CALLS],
            set_aside=params.set_aside,
            draws=params.weight_draws,
            seed=params.seed,
        ),
        roles=governance.loc[governance["kind"] == "role", ["group", "role"]].reset_index(drop=True),
        traces=traced,
        confidence=confidence,
        lessons=_published(ledger, "lessons.csv"),
        universes=tried,
        curve=universes.curve(tried),
        choices=universes.covered(tried),
        next_findings=thousand.findings_table(decided, prices.by_stage(funding, rates), hanging),
        next_assumptions=assumptions,
        absent=tuple(absent),
        unmet=tuple(tracing.unmet(traced)),
        priorities=priorities(actions, chosen=params.priorities_chosen),
        workshops=attendance.agg(organisations=("organisation", "nunique"), attendees=("attendees", "sum"))
        .reset_index()
        .assign(date=lambda frame: frame["date"].dt.strftime("%Y-%m-%d")),
        funding=funding.assign(share=funding["amount_gbp"] / funding["amount_gbp"].sum())[
            ["label", "amount_gbp", "share", "partner", "stage"]
        ],
        governance=governance.loc[governance["kind"] == "group", ["group", "reports_to"]].reset_index(drop=True),
        systems=_published(ledger, "systems.csv"),
        staff_and_families=staff_and_families(actions, council),
        meetings=meetings,
        months=months,
    )
    base.tell_empty(DECLARATION, vars(results))
    return results


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
