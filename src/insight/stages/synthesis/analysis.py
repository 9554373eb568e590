"""What the synthesis computes: strands, decisions taken from them, priorities, governance and money."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.privacy.loading import Inputs, load_inputs
from insight.published.findings import load_claims
from insight.stages import base
from insight.stages.synthesis import strands
from insight.stages.synthesis.declaration import DECLARATION, Params

ORDER = {"low": 1, "medium": 2, "high": 3}
DECISIONS = ("start", "stop", "change")


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the synthesis; each is small and names nobody."""

    outcomes_by_strand: pd.DataFrame
    convergence: pd.DataFrame
    agreement: pd.DataFrame
    decisions: pd.DataFrame
    priorities: pd.DataFrame
    workshops: pd.DataFrame
    funding: pd.DataFrame
    governance: pd.DataFrame
    systems: pd.DataFrame
    staff_and_families: pd.DataFrame
    meetings: int
    months: int


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def _published(ledger: str, name: str) -> pd.DataFrame:
    own = paths.published_dir(ledger) / name
    return pd.read_csv(own if own.exists() else paths.published_dir("oldham") / name)


def decisions_register(actions: pd.DataFrame, decided: pd.DataFrame, known: set[str], *, file: str) -> pd.DataFrame:
    """Return things to start, stop and change with the standing of the findings that each rests on.

    ``is_on_front`` marks the Pareto front: no other entry has at least its impact for at most its effort and is better
    in one of the two.

    Raises:
        InputError: an entry cites a finding that does not exist.
    """
    register = actions[actions["kind"].isin(DECISIONS)].reset_index(drop=True).copy()
    cited = register["findings"].str.split()
    orphans = [
        Problem(
            file=file, column="findings", rule=f"{action}: unknown finding", found=name, fix="use an id of findings.csv"
        )
        for action, names in zip(register["action"], cited, strict=True)
        for name in names
        if name not in known
    ]
    if orphans:
        raise InputError(orphans)
    outcome = decided.set_index("id")["outcome"].to_dict()
    register["resting_on"] = [
        "; ".join(f"{name}: {outcome.get(name, 'not testable here')}" for name in names) for names in cited
    ]
    impact, effort = register["impact"].map(ORDER), register["effort"].map(ORDER)
    register["is_on_front"] = [
        not (((impact >= own) & (effort <= cost) & ((impact > own) | (effort < cost))).any())
        for own, cost in zip(impact, effort, strict=True)
    ]
    columns = ["kind", "text", "priority_area", "owner", "impact", "effort", "is_on_front", "resting_on"]
    return register[columns]


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
        return staff.assign(raised=None, families_rank=None)
    families = pd.read_csv(file)[["theme", "raised"]]
    joined = staff.merge(families, on="theme", how="left")
    ranks = joined["raised"].rank(ascending=False, method="min")
    return joined.assign(staff_rank=joined["staff_rank"].astype(int), families_rank=ranks)


def _meetings(governance: pd.DataFrame, group: str) -> tuple[int, int]:
    dates = governance.loc[(governance["kind"] == "meeting") & (governance["group"] == group), "date"]
    return len(dates), dates.dt.to_period("M").nunique()


def analyse(inputs: Inputs, params: Params) -> Results:
    """Bring the strands together.

    Args:
        inputs: as from :func:`load`; the other stages' findings are read from their build folders.
        params: the stage's parameters.

    Raises:
        InputError: a decision cites an unknown finding.
    """
    council, ledger = inputs.council.council.slug, inputs.council.ledger
    decided = strands.decided(council)
    actions, funding, governance = inputs.table("workshop_actions"), inputs.table("funding"), inputs.table("governance")
    matrix = strands.convergence(decided, _published(ledger, "topics.csv"))
    claims = load_claims(ledger) or load_claims("oldham")
    attendance = inputs.table("workshops").groupby(["workshop", "kind", "date"], sort=False)
    meetings, months = _meetings(governance, params.steering_group)
    return Results(
        outcomes_by_strand=strands.outcomes_by_strand(decided),
        convergence=matrix,
        agreement=strands.agreement(matrix),
        decisions=decisions_register(actions, decided, set(claims), file=paths.shown(inputs.files["workshop_actions"])),
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


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
