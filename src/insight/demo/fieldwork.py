"""Demonstration fieldwork: the research framework, records of the sessions, and interviews that two people coded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, Planted, World

BOTH, OLDHAM, WIGAN = "oldham wigan", "oldham", "wigan"
QUESTIONS = (
    # topic, question, themes, boroughs, claims
    (
        "childhood",
        "What does a child's week hold, and where is it spent?",
        "play_sessions outside_space",
        BOTH,
        "asb_from_lack_of_youth_facilities",
    ),
    ("childhood", "What does getting ready for school take?", "school_readiness", BOTH, ""),
    ("pregnancy and parenthood", "Who was there around the birth?", "midwifery", BOTH, ""),
    ("pregnancy and parenthood", "To whom do parents turn?", "parenting_support health_visiting", BOTH, ""),
    (
        "employment",
        "What work is there in the home, and how does it fit?",
        "employment childcare",
        BOTH,
        "housing_and_jobs_bear_on_children",
    ),
    ("employment", "How sure is the work?", "job_insecurity", BOTH, "housing_and_jobs_bear_on_children"),
    ("health and wellbeing", "Whom do parents ask when a child is ill?", "health_advice health_visiting", BOTH, ""),
    ("health and wellbeing", "How are the parents themselves?", "mental_health", BOTH, ""),
    (
        "housing",
        "What is the home like to live in?",
        "housing",
        BOTH,
        "housing_and_jobs_bear_on_children conditions_main_determinant",
    ),
    ("housing", "Can the home be kept warm?", "heating", OLDHAM, "conditions_main_determinant"),
    ("kinship", "Who in the family helps, and with what?", "family_support", BOTH, ""),
    ("education and learning", "What are parents learning, or would they like to?", "learning", BOTH, ""),
    ("aspirations", "What do parents hope for?", "aspirations", BOTH, "families_see_whole_family_problem"),
    (
        "neighbourhood",
        "What is it like in the street?",
        "crime_asb cohesion",
        BOTH,
        "wider_issues_dominate asb_strongest_in_st_marys",
    ),
    ("neighbourhood", "How does this place stand beside others?", "other_areas", OLDHAM, "compared_with_salford"),
    ("services", "Which services do families lean on?", "services_reliance", BOTH, "rely_on_local_services"),
    ("services", "How do they hear of them?", "services_source", BOTH, "schools_outreach_main_source"),
    ("services", "How content are they with them?", "services_satisfaction", BOTH, "mostly_satisfied"),
    (
        "services",
        "What keeps a family from a centre?",
        "access_to_centres transport",
        WIGAN,
        "transport_limits_families",
    ),
    (
        "quality of life",
        "What shapes the family's life most?",
        "quality_of_life",
        BOTH,
        "conditions_main_determinant needs_not_early_years_services topics_raised_matter",
    ),
)
INFLUENCES = {
    "at_ease": 0.45,
    "others_present": 0.2,
    "hurried": 0.12,
    "interrupted": 0.13,
    "language": 0.06,
    "upset": 0.04,
}
PAIRS = 4
SAME_DAY, JOINT, REFLECTED = 0.9, 0.93, 0.88
COMPILED_ON = "2011-03-11"
COMMON, CONTRASTING = "housing cohesion services_reliance", "crime_asb employment"
CODED_TWICE = 15
SLIPS = 0.07
"""Share of an interview's themes that one coder gives another status than the agreed one."""


def research_framework(world: World) -> pd.DataFrame:  # noqa: ARG001 - one form for all makers
    """Return the questions of the framework, most of them put in both boroughs."""
    frame = pd.DataFrame(QUESTIONS, columns=["topic", "question", "themes", "boroughs", "claims"])
    frame["claims"] = frame["claims"].replace("", None)
    frame.insert(0, "question_id", [f"{DEMO}F{number:02d}" for number in range(1, len(frame) + 1)])
    return frame


def _sessions(log: pd.DataFrame, rng: np.random.Generator) -> list[dict[str, object]]:
    """Return a note for every interview and a reflection for most, written by the pair of that interview."""
    rows: list[dict[str, object]] = []
    for one in log.itertuples(index=False):
        pair = int(rng.integers(1, PAIRS + 1))
        chance = rng.random(3)
        day = pd.Timestamp(one.date) + pd.Timedelta(days=0 if chance[0] < SAME_DAY else 1)
        who = {
            "borough": one.borough,
            "date": day.strftime("%Y-%m-%d"),
            "interview_id": one.interview_id,
            "interviewer": f"{one.borough}_{2 * pair - 1}",
            "note_taker": f"{one.borough}_{2 * pair}",
            "is_joint": bool(chance[1] < JOINT),
        }
        rows.append({"kind": "note", **who, "quotes_captured": int(rng.integers(0, 5))})
        if chance[2] < REFLECTED:
            influence = str(rng.choice(list(INFLUENCES), p=list(INFLUENCES.values())))
            rows.append({"kind": "reflection", **who, "influence": influence})
    return rows


def session_notes(world: World) -> pd.DataFrame:
    """Return notes and reflections, a debrief each day of fieldwork, and the day on which both teams compiled."""
    log, coded = world.frame("interviews"), world.frame("codings")
    rng = world.rng("session_notes")
    rows = _sessions(log, rng)
    raised = coded[coded["status"] == "raised"].merge(log[["interview_id", "borough", "date"]], on="interview_id")
    for (borough, date), part in raised.groupby(["borough", "date"], sort=True):
        told = " ".join(sorted(part["theme"].value_counts().head(3).index))
        rows.append({"kind": "debrief", "borough": borough, "date": date, "themes": told})
    rows.append({"kind": "compilation", "date": COMPILED_ON, "themes": COMMON, "contrasts": CONTRASTING})
    columns = [
        "kind",
        "borough",
        "date",
        "interview_id",
        "interviewer",
        "note_taker",
        "is_joint",
        "quotes_captured",
        "influence",
        "themes",
        "contrasts",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame.insert(0, "record_id", [f"{DEMO}R{number:03d}" for number in range(1, len(frame) + 1)])
    return frame


def double_codings(world: World) -> pd.DataFrame:
    """Return the statuses that two coders gave on their own to some of the council's interviews."""
    log, coded = world.frame("interviews"), world.frame("codings")
    rng = world.rng("double_codings")
    own = log.loc[log["borough"] == "oldham", "interview_id"].to_numpy(dtype=object)
    chosen = set(rng.choice(own, CODED_TWICE, replace=False))
    states = np.array(["raised", "prompted", "not_covered"], dtype=object)
    part = coded[coded["interview_id"].isin(chosen)]
    found = []
    for coder in ("coder_a", "coder_b"):
        slips = rng.random(len(part)) < SLIPS
        others = rng.choice(states, len(part))
        found.append(
            pd.DataFrame(
                {
                    "interview_id": part["interview_id"].to_numpy(dtype=object),
                    "theme": part["theme"].to_numpy(dtype=object),
                    "coder": coder,
                    "status": np.where(slips, others, part["status"].to_numpy(dtype=object)),
                }
            )
        )
    return pd.concat(found, ignore_index=True)


MAKES: dict[str, Maker] = {
    "research_framework": research_framework,
    "session_notes": session_notes,
    "double_codings": double_codings,
}


def plant(world: World) -> list[Planted]:  # noqa: ARG001 - one form for all parts
    """Return nothing: no claim of the publication rests on these records."""
    return []
