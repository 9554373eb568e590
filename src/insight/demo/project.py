"""Demonstration records of the project itself: workshops, actions, funding, governance, effort."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight import paths
from insight.demo.world import Planted
from insight.sources.marks import COPIED, INVENTED
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

FUNDING_LINES = (
    (
        "ethnographic_research",
        "Interviews with families, shared with a neighbouring council",
        6200.0,
        "wigan",
        "ethnography",
    ),
    ("values_modes_sna", "Values and network surveys", 18026.0, None, "values_modes"),
    ("area_profiling_acorn", "Profiling of areas, segmentation licence", 7292.0, None, "acorn_mapping"),
    ("overall_analysis", "Analysis across the strands", 4750.0, None, "synthesis"),
    ("workshops", "Design and running of workshops", 4500.0, None, "synthesis"),
    ("project_management", "Managing the project", 8621.0, None, "synthesis"),
    ("journey_service_mapping", "Maps of journeys and services", 16375.0, None, "service_mapping"),
)
WORKSHOPS = (
    # kind, date, people, people in the null variant
    ("practitioner", "2011-05-11", 25, 31),
    ("brainstorm", "2011-03-16", 14, 14),
    ("brainstorm", "2011-06-22", 17, 17),
    ("start_stop_change", "2011-08-04", 22, 22),
    ("community_budget", "2011-11-10", 52, 61),
)
ORGANISATIONS = (
    "Children's centres",
    "Health visiting",
    "Midwifery",
    "Housing provider",
    "Schools",
    "Neighbourhood team",
    "Police",
    "Voluntary sector",
)
STAFF_ISSUES = (
    # theme codes are those of the interview codings; the order is what staff expected families to raise
    ("access_to_centres", "Opening hours and places of children's centres"),
    ("school_readiness", "Getting children ready for school"),
    ("health_advice", "Knowing whom to ask about a child's health"),
    ("parenting_support", "Take-up of parenting courses"),
    ("childcare", "Nursery places"),
    ("transport", "Getting to services"),
    ("mental_health", "Low mood after birth"),
    ("employment", "Work"),
    ("housing", "State of homes"),
    ("crime_asb", "Trouble on the streets"),
)
PRIORITIES = (
    ("parental_support", "Help for parents", 44),
    ("family_intervention", "One plan for a family across agencies", 41),
    ("housing", "Better homes", 38),
    ("community_development", "Stronger local groups", 33),
    ("transport", "Getting about", 17),
    ("leisure", "Things to do", 12),
)
DECISIONS = (
    (
        "start",
        "Visit every family at set ages and ask about hopes first",
        "parental_support",
        "Children's centres",
        "high",
        "medium",
        "families_and_staff_disagree needs_not_early_years_services",
    ),
    (
        "start",
        "Keep a monthly list of who is not reached",
        "parental_support",
        "Children's centres",
        "high",
        "low",
        "centres_miss_most_disadvantaged monitor_unreached",
    ),
    (
        "start",
        "Ask for consent to share at the first contact",
        "family_intervention",
        "All agencies",
        "medium",
        "low",
        "consent_at_outset",
    ),
    (
        "start",
        "Recruit parents as recommenders in their own groups",
        "community_development",
        "Voluntary sector",
        "medium",
        "medium",
        "golden_dreamers_lead bonding_strong",
    ),
    (
        "stop",
        "Separate assessments for each child of a family",
        "family_intervention",
        "Social care",
        "high",
        "medium",
        "caf_not_owned families_see_whole_family_problem",
    ),
    (
        "stop",
        "Mailings to all homes as the first means of contact",
        "parental_support",
        "Communications",
        "low",
        "low",
        "marketing_rejected",
    ),
    (
        "change",
        "Build plans on what parents want",
        "family_intervention",
        "Social care",
        "high",
        "medium",
        "caf_outcomes_misaligned",
    ),
    (
        "change",
        "Bring housing staff into early years meetings",
        "housing",
        "Housing provider",
        "high",
        "medium",
        "housing_and_jobs_bear_on_children conditions_main_determinant",
    ),
    (
        "change",
        "Hold events where families already meet",
        "community_development",
        "Neighbourhood team",
        "medium",
        "low",
        "gd_traits few_links_outside",
    ),
    (
        "change",
        "Begin talks with the family's hopes and circumstances, then services",
        "parental_support",
        "Health visiting",
        "medium",
        "low",
        "shift_to_aspirations",
    ),
    (
        "change",
        "Tie interview guides to the aims of the research",
        "parental_support",
        "Research team",
        "low",
        "low",
        "structured_interviews_needed",
    ),
    (
        "start",
        "Design help for families in lasting difficulty across all agencies",
        "family_intervention",
        "All agencies",
        "high",
        "high",
        "troubled_families_redesign complex_hard_to_exit",
    ),
)
JUDGEMENTS = (
    (
        "needs_not_early_years_services",
        ("moderate", "minor", "minor", "minor"),
        "high",
        "Raised unprompted in many interviews; those interviewed were met where it was convenient",
    ),
    (
        "families_and_staff_disagree",
        ("moderate", "minor", "moderate", "minor"),
        "moderate",
        "Staff ranked by consensus, families by mention: the two lists are not made alike",
    ),
    (
        "asb_strongest_in_st_marys",
        ("moderate", "moderate", "serious", "minor"),
        "low",
        "Few interviews outside the ward to set beside it",
    ),
    (
        "caf_not_owned",
        ("minor", "moderate", "serious", "moderate"),
        "moderate",
        "Six families, chosen for what they could tell; both accounts point the same way",
    ),
    (
        "interventions_early",
        ("serious", "moderate", "serious", "minor"),
        "very low",
        "Services seen through what families recalled and agencies looked up afterwards",
    ),
)
"""Finding; concerns about methods, coherence, adequacy and relevance; confidence; reason."""
CODES = ("agreement", "partial", "dissonance", "silence")
CODED, STRAY = (0.55, 0.25, 0.08, 0.12), 0.2
"""Shares of the codes, and of cells that a reader codes at random."""
ACTION_COLUMNS = (
    "action",
    "workshop",
    "kind",
    "text",
    "theme",
    "rank",
    "votes",
    "priority_area",
    "owner",
    "impact",
    "effort",
    "findings",
)
GROUPS = (
    ("Programme steering group", "City region evaluation group"),
    ("City region evaluation group", "Wider leadership group"),
    ("Wider leadership group", None),
    ("Improvement commission", None),
    ("Project steering group", "Place board"),
    ("Place board", "Strategic partnership"),
    ("Strategic partnership", None),
)
STEERING_ROLES = (
    "research and intelligence",
    "regional policy",
    "neighbourhood management",
    "geographic information",
    "early years model",
    "employment and skills",
    "neighbourhoods directorate",
    "customer services",
)
MEETINGS = ("2011-02-09", "2011-05-04", "2011-08-10", "2011-11-09")
OVERRUN_MEAN, OVERRUN_SPREAD, OVERRUN_STEPS = 1.32, 0.46, 26
"""Planned hours times a lognormal overrun; the sign of the mean log ratio is found in about 85 % of worlds."""


def workshops(world: World) -> pd.DataFrame:
    """Return workshop attendance by organisation; heads add to the planned people of each workshop."""
    rng = world.rng("workshops")
    rows = []
    for number, (kind, date, people, people_if_null) in enumerate(WORKSHOPS, start=1):
        heads = people_if_null if world.is_null else people
        split = 1 + rng.multinomial(heads - len(ORGANISATIONS), [1 / len(ORGANISATIONS)] * len(ORGANISATIONS))
        rows += [
            {
                "workshop": f"{DEMO}W{number:02d}",
                "kind": kind,
                "date": date,
                "organisation": name,
                "attendees": int(count),
            }
            for name, count in zip(ORGANISATIONS, split, strict=True)
        ]
    return pd.DataFrame(rows)


def workshop_actions(world: World) -> pd.DataFrame:
    """Return staff issues by rank, priorities with votes, and things to start, stop and change."""
    issues = STAFF_ISSUES[::-1] if world.is_null else STAFF_ISSUES
    rows = [
        {"workshop": f"{DEMO}W01", "kind": "staff_issue", "text": text, "theme": theme, "rank": rank}
        for rank, (theme, text) in enumerate(issues, start=1)
    ]
    rows += [
        {"workshop": f"{DEMO}W05", "kind": "priority", "text": text, "priority_area": area, "votes": votes}
        for area, text, votes in PRIORITIES
    ]
    rows += [
        {
            "workshop": f"{DEMO}W04",
            "kind": kind,
            "text": text,
            "priority_area": area,
            "owner": owner,
            "impact": impact,
            "effort": effort,
            "findings": findings,
        }
        for kind, text, area, owner, impact, effort, findings in DECISIONS
    ]
    frame = pd.DataFrame(rows)
    frame.insert(0, "action", [f"{DEMO}A{number:02d}" for number in range(1, len(frame) + 1)])
    return frame[list(ACTION_COLUMNS)]


def funding(world: World) -> pd.DataFrame:
    """Return the seven spending lines (half as much again on one line in the null variant)."""
    frame = pd.DataFrame(FUNDING_LINES, columns=["line", "label", "amount_gbp", "partner", "stage"])
    frame["label"] += f" {COPIED}"
    if world.is_null:
        frame.loc[0, "amount_gbp"] *= 1.5
    return frame


def governance(world: World) -> pd.DataFrame:
    """Return groups, their lines of report, the local group's roles, and its meetings of one year."""
    dates = MEETINGS[:2] if world.is_null else MEETINGS
    local = GROUPS[4][0]
    rows = [{"kind": "group", "group": name, "reports_to": above} for name, above in GROUPS]
    rows += [{"kind": "role", "group": local, "role": role} for role in STEERING_ROLES]
    rows += [{"kind": "meeting", "group": local, "date": date} for date in dates]
    frame = pd.DataFrame(rows)
    frame.insert(0, "record", [f"{DEMO}G{number:02d}" for number in range(1, len(frame) + 1)])
    return frame[["record", "kind", "group", "reports_to", "date", "role"]]


def effort_log(world: World) -> pd.DataFrame:
    """Return steps with planned and actual hours; actual hours overrun unless the world is null."""
    rng = world.rng("effort_log")
    planned = rng.integers(4, 40, OVERRUN_STEPS).astype(float)
    mean = 1.0 if world.is_null else OVERRUN_MEAN
    actual = planned * mean * rng.lognormal(0, OVERRUN_SPREAD, OVERRUN_STEPS)
    days = pd.date_range("2011-01-10", periods=OVERRUN_STEPS, freq="7D").strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "entry": [f"{DEMO}E{number:02d}" for number in range(1, OVERRUN_STEPS + 1)],
            "task": ["profiling" if number % 2 else "linking" for number in range(OVERRUN_STEPS)],
            "date": days,
            "planned_hours": planned,
            "actual_hours": actual.round(1),
        }
    )


def confidence_judgements(world: World) -> pd.DataFrame:  # noqa: ARG001 - every part is made by one call
    """Return judgements of confidence in qualitative findings, each with concerns and a reason."""
    parts = ("methods", "coherence", "adequacy", "relevance")
    return pd.DataFrame(
        [
            {"finding": finding, **dict(zip(parts, concerns, strict=True)), "final": final, "reason": reason}
            for finding, concerns, final, reason in JUDGEMENTS
        ]
    ).assign(assessor=f"research lead, {INVENTED.lower()}")


def convergence_codings(world: World) -> pd.DataFrame:
    """Return codes of two invented readers: each reads the cells alike but for a few of its own."""
    rng = world.rng("convergence_codings")
    cells = pd.read_csv(paths.published_dir("oldham") / "topics.csv")[["topic", "strand"]].drop_duplicates()
    alike = rng.choice(CODES, len(cells), p=CODED)
    parts = []
    for coder in (f"{DEMO}C01", f"{DEMO}C02"):
        strays = rng.random(len(cells)) < STRAY
        codes = np.where(strays, rng.choice(CODES, len(cells)), alike)
        parts.append(cells.assign(coder=coder, cell=codes))
    return pd.concat(parts, ignore_index=True)


MAKES: dict[str, Maker] = {
    "workshops": workshops,
    "workshop_actions": workshop_actions,
    "funding": funding,
    "governance": governance,
    "confidence_judgements": confidence_judgements,
    "convergence_codings": convergence_codings,
    "effort_log": effort_log,
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted here; the log of effort is the only one."""
    what = "actual hours are planned hours times 1.32 on the log scale, spread 0.46"
    return [Planted(finding="profiles_time_consuming", is_true=not world.is_null, what=what)]
