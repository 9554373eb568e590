"""Demonstration interviews: the log, and codings of themes.

Families raise trouble on the streets, neighbours and homes far more often than anything about early years services;
staff expected the reverse. In the null variant each of these contrasts is absent, and staff's list is the other way
round (see :mod:`insight.demo.project`) so that it goes with what families raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo.world import Planted
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

COUNTS = {"oldham": 46, "wigan": 43}
NULL_COUNTS = {"oldham": 52, "wigan": 45}
ST_MARYS_SHARE = 0.5
STARTS = {"oldham": "2011-02-07", "wigan": "2011-02-21"}
DAYS, NULL_DAYS = 7, 9
AT_HOME, NULL_AT_HOME = 4, 7
SHORTEST, LONGEST = (20, 25), (180, 150)
"""Minutes, planted and null."""
OLDEST_MONTHS, NULL_OLDEST_MONTHS = 47, 59
OTHER_SETTINGS = {"centre": 0.45, "clinic": 0.2, "leisure": 0.15, "out_and_about": 0.2}

RAISED = {
    # theme: share of interviews raising it, planted and null
    "crime_asb": (0.80, 0.38),
    "cohesion": (0.82, 0.15),
    "housing": (0.84, 0.37),
    "employment": (0.44, 0.36),
    "transport": (0.36, 0.34),
    "mental_health": (0.38, 0.35),
    "heating": (0.28, 0.15),
    "job_insecurity": (0.30, 0.15),
    "outside_space": (0.30, 0.15),
    "childcare": (0.15, 0.33),
    "parenting_support": (0.13, 0.32),
    "health_advice": (0.12, 0.31),
    "school_readiness": (0.11, 0.30),
    "access_to_centres": (0.10, 0.29),
    "play_sessions": (0.16, 0.48),
    "midwifery": (0.14, 0.48),
    "health_visiting": (0.15, 0.48),
    "family_support": (0.30, 0.30),
    "learning": (0.22, 0.22),
    "aspirations": (0.25, 0.25),
    "other_areas": (0.25, 0.25),
    "services_reliance": (0.60, 0.60),
    "services_source": (0.50, 0.50),
    "services_satisfaction": (0.50, 0.50),
    "quality_of_life": (0.55, 0.55),
}
ASKED_ALWAYS = ("services_reliance", "services_source", "services_satisfaction", "quality_of_life")
"""Themes that interviewers bring up in most interviews where the family does not."""
PROMPTED, NULL_PROMPTED, PROMPTED_ALWAYS = 0.22, 0.85, 0.6
CRIME_BY_WARD = {"st_marys": 0.97, "coldhurst": 0.62}
HEAVY = (0.86, 0.50)
MAIN_SOURCE = (0.74, 0.35)
SATISFIED = (0.76, 0.40)
CONDITIONS = (0.76, 0.40)
NO_FACILITIES = (0.22, 0.02)
ELSEWHERE_BETTER = (0.50, 0.02)
MATTERS = {"raised": (0.48, 0.35), "prompted": (0.30, 0.35)}
BEARS = {"housing": (0.80, 0.2), "employment": (0.92, 0.2), "job_insecurity": (0.62, 0.1)}
BEARS_OTHERWISE = (0.08, 0.2)
OF_FAMILY = (0.63, 0.42)
FRAMED, FRAME_SPREAD = 0.8, 0.12
SOURCES = (("school", "outreach"), ("health_visitor", "family_friends", "leaflet", "internet"))


def _pick(world: World, pair: tuple[float, float]) -> float:
    return pair[1] if world.is_null else pair[0]


def _days(start: str, count: int) -> list[str]:
    return list(pd.bdate_range(start, periods=count).strftime("%Y-%m-%d"))


def _place(world: World, borough: str, count: int, first: int) -> pd.DataFrame:
    rng = world.rng(f"interviews_{borough}")
    days = _days(STARTS[borough], NULL_DAYS if world.is_null else DAYS)
    at_home = (NULL_AT_HOME if world.is_null else AT_HOME) // 2
    settings = rng.choice(list(OTHER_SETTINGS), size=count, p=list(OTHER_SETTINGS.values()))
    settings[rng.choice(count, at_home, replace=False)] = "home"
    split = round(count * ST_MARYS_SHARE)
    wards = ["st_marys"] * split + ["coldhurst"] * (count - split) if borough == "oldham" else [None] * count
    return pd.DataFrame(
        {
            "interview_id": [f"{DEMO}I{number:03d}" for number in range(first, first + count)],
            "borough": borough,
            "ward": wards,
            "setting": settings,
            "date": [days[place % len(days)] for place in rng.permutation(count)],
            "minutes": rng.integers(6, 27, count) * 5,
            "interviewers": 2 if world.is_null else 1,
            "note_takers": 2 if world.is_null else 1,
            "child_age_months": rng.integers(0, OLDEST_MONTHS + 1, count),
        }
    )


def interviews(world: World) -> pd.DataFrame:
    """Return the log: 89 interviews in seven days a borough, 46 of them in Oldham (other numbers when null)."""
    counts = NULL_COUNTS if world.is_null else COUNTS
    parts, first = [], 1
    for borough, count in counts.items():
        parts.append(_place(world, borough, count, first))
        first += count
    frame = pd.concat(parts, ignore_index=True)
    extremes = world.rng("interviews_extremes").choice(len(frame), 3, replace=False)
    frame.loc[extremes[0], "minutes"] = SHORTEST[world.is_null]
    frame.loc[extremes[1], "minutes"] = LONGEST[world.is_null]
    frame.loc[extremes[2], "child_age_months"] = NULL_OLDEST_MONTHS if world.is_null else OLDEST_MONTHS
    return frame


def _statuses(world: World, log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    prompted = NULL_PROMPTED if world.is_null else PROMPTED
    found = {}
    for theme, shares in RAISED.items():
        share = np.full(len(log), _pick(world, shares))
        if theme == "crime_asb" and not world.is_null:
            share = log["ward"].map(CRIME_BY_WARD).fillna(share[0]).to_numpy(dtype=float)
        is_raised = rng.random(len(log)) < share
        is_prompted = rng.random(len(log)) < (PROMPTED_ALWAYS if theme in ASKED_ALWAYS else prompted)
        found[theme] = np.select([is_raised, is_prompted], ["raised", "prompted"], "not_covered")
    return pd.DataFrame(found, index=log["interview_id"])


def _answer(world: World, theme: str, rng: np.random.Generator) -> tuple[str, list[str]]:
    """Return tone and segments that belong to the theme alone."""
    if theme == "services_reliance":
        return "neutral", ["heavy" if rng.random() < _pick(world, HEAVY) else str(rng.choice(["some", "little"]))]
    if theme == "services_source":
        main = SOURCES[0] if rng.random() < _pick(world, MAIN_SOURCE) else SOURCES[1]
        return "neutral", [str(rng.choice(main))]
    if theme == "services_satisfaction":
        is_content = rng.random() < _pick(world, SATISFIED)
        return ("positive" if is_content else str(rng.choice(["neutral", "negative"]))), []
    if theme == "quality_of_life":
        is_named = rng.random() < _pick(world, CONDITIONS)
        return "neutral", ["conditions" if is_named else str(rng.choice(["services", "relations", "money"]))]
    if theme == "other_areas":
        is_better = rng.random() < _pick(world, ELSEWHERE_BETTER)
        return ("negative", ["elsewhere_better"]) if is_better else ("positive", ["elsewhere_worse"])
    tone = str(rng.choice(["negative", "neutral", "positive"], p=[0.7, 0.2, 0.1]))
    lacks = theme == "crime_asb" and rng.random() < _pick(world, NO_FACILITIES)
    return tone, ["no_youth_facilities"] if lacks else []


def _common(world: World, theme: str, status: str, rng: np.random.Generator) -> list[str]:
    """Return segments that any theme may have: that it matters most, and that it bears on the children."""
    matters, bears = rng.random(2)
    found = ["matters_most"] if matters < _pick(world, MATTERS[status]) else []
    if status == "raised" and bears < _pick(world, BEARS.get(theme, BEARS_OTHERWISE)):
        found.append("bears_on_children")
    return found


def codings(world: World) -> pd.DataFrame:
    """Return one row an interview and theme: status, tone, and segments of what was said."""
    log, rng = world.frame("interviews"), world.rng("codings")
    statuses = _statuses(world, log, rng)
    leaning = np.clip(rng.normal(_pick(world, OF_FAMILY), FRAME_SPREAD, len(log)), 0.05, 0.95)
    rows: list[tuple[str, str, str, str | None, str | None]] = []
    for lean, (code, line) in zip(leaning, statuses.iterrows(), strict=True):
        for theme, status in line.items():
            if status == "not_covered":
                rows.append((str(code), str(theme), status, None, None))
                continue
            tone, said = _answer(world, str(theme), rng)
            if theme not in ASKED_ALWAYS:
                said += _common(world, str(theme), status, rng)
                framed, of_family = rng.random(2)
                if tone == "negative" and framed < FRAMED:
                    said.append("of_family" if of_family < lean else "of_child")
            rows.append((str(code), str(theme), status, tone, " ".join(said) or None))
    return pd.DataFrame(rows, columns=["interview_id", "theme", "status", "sentiment", "segment"])


MAKES: dict[str, Maker] = {"interviews": interviews, "codings": codings}

PLANTED = {
    "topics_raised_matter": "themes raised matter most in 48 per cent of cases, prompted ones in 30",
    "rely_on_local_services": "86 per cent of those who speak of it rely heavily on services",
    "schools_outreach_main_source": "74 per cent name a school or an outreach team first",
    "mostly_satisfied": "76 per cent of those who speak of it are satisfied",
    "wider_issues_dominate": "three themes are raised by 80 per cent or more, the next by 44",
    "asb_strongest_in_st_marys": "97 per cent raise trouble on the streets in St Mary's, 62 in Coldhurst",
    "asb_from_lack_of_youth_facilities": "22 per cent of those who speak of trouble name a lack of places to go",
    "compared_with_salford": "two in five speak of other places, half of these as better",
    "housing_and_jobs_bear_on_children": "homes and work are tied to the children far more often than other themes",
    "families_and_staff_disagree": "families raise last what staff put first",
    "needs_not_early_years_services": "needs outside early years services are raised three times as often",
    "transport_limits_families": "transport, work and homes are each raised more than early years themes on average",
    "internal_issues_hardly_mentioned": "staff's first five issues are raised by 12 per cent on average",
    "families_see_whole_family_problem": "63 per cent of problems are put as the whole family's",
    "structured_interviews_needed": "interviewers prompt for 22 per cent of what is not raised",
    "consent_at_outset": "84 per cent agree to sharing when asked at the outset, 40 later",
    "conditions_main_determinant": "76 per cent name living conditions first",
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted here, all false in the null variant."""
    return [Planted(finding=name, is_true=not world.is_null, what=what) for name, what in PLANTED.items()]
