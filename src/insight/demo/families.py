"""Demonstration families: CAF self-assessments, needs and plans, and feedback of parents and staff.

Families of the family form carry codes F, those of the former child form codes C; only the former have
self-assessments, as on the revised form. Goals and needs of one family are drawn independently, so that counting them
singly is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo.world import Planted
from insight.sources.marks import INVENTED
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

FAMILIES, NULL_FAMILIES, CHILD_FORM_FAMILIES = 335, 287, 120
CRITERIA = (
    "basic_care",
    "keeping_safe",
    "warmth",
    "play_and_learning",
    "guidance_and_boundaries",
    "stability",
    "health",
    "own_wellbeing",
)
POINTS, MIDDLE = 5, 3
BEFORE = (0.16, 0.30, 0.30, 0.17, 0.07)
"""Shares of the points of the scale at the start."""
RISE, FALL, NULL_MOVE = 0.46, 0.13, 0.28
"""Shares of answers one point up and one point down at the close; in the null variant as many of each."""
STILL_OPEN, LOST = 0.18, 0.10
LOST_DAYS = (10, 150)
"""Days after the start, first and last but one, between which a lost family was last met."""
NEEDS = {
    "adult": ("low_mood", "debt", "housing", "domestic_abuse", "alcohol_or_drugs", "isolation", "work_or_skills"),
    "child": ("speech", "sleep_and_routine", "behaviour", "dental", "school_attendance", "childcare_place"),
}
ADULT_SHARE = {"child": 0.25, "family": 0.5}
RESOLVED = {"child": 0.45, "family": 0.555}
SET_BY = {"child": (0.30, 0.25, 0.45), "family": (0.415, 0.25, 0.335)}
"""Goals set by parent, both, agency."""
OWNED_BY = {"child": (0.25, 0.25, 0.50), "family": (0.365, 0.25, 0.385)}
"""Actions owned by family, both, agency."""
DONE = 0.6
GOALS = (0.5, 0.4, 0.1)
"""Shares of plans with one, two and three goals."""
FORM_START = {"child": "2010-04-01", "family": "2011-04-01"}
PARENTS, STAFF = 300, 64
FIRST_CHILD, NO_SUPPORT = 0.5, 0.4
PARENT_BASE, FIRST_MORE, NO_SUPPORT_MORE, FAR_MORE = 0.38, 0.20, 0.20, 0.10
FAR = 0.33
"""Share of parents whom transport keeps from the centre; they are more positive on visits by ``FAR_MORE``."""
SAME_TONE = 0.95
"""How often the tone on the booklet is that on the visits."""
STAFF_TOPICS = {"sharing_findings": 0.67, "staff_development": 0.72, "reaching_families": 0.72, "way_of_thinking": 0.67}
EVEN = 0.5
TRIGGERS = {
    "engagement_visit": 0.25,
    "professional": 0.32,
    "family": 0.13,
    "school": 0.18,
    "police": 0.07,
    "other": 0.05,
}
SERVICES = {
    "health_visiting": 0.62,
    "childrens_centre": 0.38,
    "housing_advice": 0.22,
    "social_care": 0.17,
    "jobcentre": 0.26,
    "speech_therapy": 0.10,
    "mental_health": 0.12,
}
"""Share of families that have each service when their CAF begins."""
CENTRE, HEALTH, ADVICE = "Children's centre", "Health visiting", "Advice partnership"
PRE_SCHOOL = (0, 60)
DIRECTORY = {
    "money": (
        ("Money and benefits advice", ADVICE, "universal", "all", PRE_SCHOOL),
        ("Debt casework", ADVICE, "specialist", "all", PRE_SCHOOL),
    ),
    "housing": (
        ("Housing options", "Housing service", "universal", "all", PRE_SCHOOL),
        ("Warm homes visit", "Housing service", "specialist", "coldhurst", PRE_SCHOOL),
        ("Warm homes visit", "Housing service", "specialist", "st_marys", PRE_SCHOOL),
    ),
    "feeding": (("Feeding drop-in", HEALTH, "universal", "all", (0, 12)),),
    "sleep": (("Sleep clinic", HEALTH, "universal", "all", (3, 60)),),
    "mental_health": (
        ("Perinatal listening visits", HEALTH, "specialist", "all", (0, 24)),
        ("Parents' talking group", CENTRE, "universal", "all", PRE_SCHOOL),
    ),
    "isolation": (
        ("Stay and play", CENTRE, "universal", "all", PRE_SCHOOL),
        ("Home visiting volunteers", "Family charity", "specialist", "st_marys", PRE_SCHOOL),
    ),
    "behaviour": (("Parenting course", CENTRE, "universal", "all", (18, 60)),),
    "childcare": (("Childcare information line", "Early years service", "universal", "all", PRE_SCHOOL),),
    "domestic_abuse": (("Safe at home", "Family charity", "specialist", "all", PRE_SCHOOL),),
    "speech": (("Talking walk-in", "Speech therapy", "universal", "all", (12, 60)),),
    "dental": (("Brush and smile", "Community dentistry", "universal", "all", (6, 60)),),
    "low_mood": (("Perinatal listening visits", HEALTH, "specialist", "all", (0, 24)),),
    "debt": (("Debt casework", ADVICE, "specialist", "all", PRE_SCHOOL),),
}
"""Services by need: name, provider, kind, ward, ages of child in months. No entry for relationships."""
DIRECTORY_FROM, DIRECTORY_DAYS = "2011-01-10", 60


def _families(world: World) -> dict[str, list[str]]:
    count = NULL_FAMILIES if world.is_null else FAMILIES
    return {
        "child": [f"{DEMO}C{number:03d}" for number in range(1, CHILD_FORM_FAMILIES + 1)],
        "family": [f"{DEMO}F{number:03d}" for number in range(1, count + 1)],
    }


def _opened(world: World) -> dict[str, pd.Timestamp]:
    """Return the day on which each family's assessment began, the same in every file."""
    rng = world.rng("caf_opened")
    return {
        code: pd.Timestamp(FORM_START[form]) + pd.Timedelta(days=int(day))
        for form, codes in _families(world).items()
        for code, day in zip(codes, rng.integers(0, 330, len(codes)), strict=True)
    }


def _text(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days).dt.strftime("%Y-%m-%d")


def caf_assessments(world: World) -> pd.DataFrame:
    """Return 335 families' own answers on eight criteria, before and after (another number in the null variant).

    About a sixth of the families are still open and a tenth were lost: they have no second answer.
    """
    rng = world.rng("caf_assessments")
    codes = _families(world)["family"]
    opened = _opened(world)
    state = rng.choice(["open", "lost", "closed"], len(codes), p=[STILL_OPEN, LOST, 1 - STILL_OPEN - LOST])
    length = rng.integers(70, 240, len(codes))
    up, down = (NULL_MOVE, NULL_MOVE) if world.is_null else (RISE, FALL)
    rows = []
    for code, how, days in zip(codes, state, length, strict=True):
        before = rng.choice(np.arange(1, POINTS + 1), len(CRITERIA), p=BEFORE)
        move = rng.choice([1, -1, 0], len(CRITERIA), p=[up, down, 1 - up - down])
        # an answer at either end of the scale stays in the null variant: clipped moves would be all one way
        after = np.clip(before + move, 1, POINTS)
        if world.is_null:
            after = np.where((before == 1) | (before == POINTS), before, after)
        closed = opened[code] + pd.Timedelta(days=int(days)) if how == "closed" else None
        rows += [
            {
                "family_id": code,
                "criterion": criterion,
                "started": opened[code],
                "closed": closed,
                "before": int(first),
                "after": int(last) if how == "closed" else None,
            }
            for criterion, first, last in zip(CRITERIA, before, after, strict=True)
        ]
    frame = pd.DataFrame(rows)
    lost = frame["family_id"].map(_lost(world, {code: opened[code] for code in np.array(codes)[state == "lost"]}))
    return frame.assign(
        started=_text(frame["started"]),
        closed=_text(frame["closed"]),
        after=frame["after"].astype("Int64"),
        lost=_text(lost),
    )


def _lost(world: World, opened: dict[str, pd.Timestamp]) -> dict[str, pd.Timestamp]:
    """Return the day on which each lost family was last met."""
    days = world.rng("caf_lost").integers(LOST_DAYS[0], LOST_DAYS[1], len(opened))
    return {code: day + pd.Timedelta(days=int(after)) for (code, day), after in zip(opened.items(), days, strict=True)}


def caf_needs(world: World) -> pd.DataFrame:
    """Return needs of adults and children of both forms' families; the family form sees more of them met."""
    rng = world.rng("caf_needs")
    opened = _opened(world)
    rows = []
    for form, codes in _families(world).items():
        met = RESOLVED["child" if world.is_null else form]
        for code in codes:
            for _ in range(1 + rng.binomial(3, 0.47)):
                person = "adult" if rng.random() < ADULT_SHARE[form] else "child"
                rows.append(
                    {
                        "family_id": code,
                        "person": person,
                        "need": str(rng.choice(NEEDS[person])),
                        "opened": opened[code] + pd.Timedelta(days=int(rng.integers(0, 30))),
                        "is_resolved": bool(rng.random() < met),
                    }
                )
    frame = pd.DataFrame(rows)
    frame.insert(0, "need_id", [f"{DEMO}N{number:04d}" for number in range(1, len(frame) + 1)])
    return frame.assign(opened=_text(frame["opened"]))


def caf_plans(world: World) -> pd.DataFrame:
    """Return goals of plans on both forms; on the family form more are the parents' own and more are theirs to do."""
    rng = world.rng("caf_plans")
    opened = _opened(world)
    rows = []
    for form, codes in _families(world).items():
        drawn_as = "child" if world.is_null else form
        for code in codes:
            for _ in range(int(rng.choice([1, 2, 3], p=GOALS))):
                goal = {
                    "plan_id": code.replace(DEMO, f"{DEMO}P"),
                    "family_id": code,
                    "form": form,
                    "opened": opened[code] + pd.Timedelta(days=21),
                    "goal_set_by": str(rng.choice(["parent", "both", "agency"], p=SET_BY[drawn_as])),
                    "action_owner": str(rng.choice(["family", "both", "agency"], p=OWNED_BY[drawn_as])),
                    "is_done": bool(rng.random() < DONE),
                }
                rows.append(goal)
    frame = pd.DataFrame(rows)
    frame.insert(0, "goal_id", [f"{DEMO}G{number:04d}" for number in range(1, len(frame) + 1)])
    return frame.assign(opened=_text(frame["opened"]))


def _answer(rng: np.random.Generator, *, is_positive: bool) -> tuple[int, str]:
    if is_positive:
        return int(rng.integers(4, 6)), "positive"
    if rng.random() < 0.65:  # noqa: PLR2004 - share of answers between the poles, nothing hangs on it
        return 3, "mixed"
    return int(rng.integers(1, 3)), "negative"


def _parents(world: World, rng: np.random.Generator) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(1, PARENTS + 1):
        first, alone = bool(rng.random() < FIRST_CHILD), bool(rng.random() < NO_SUPPORT)
        far = bool(rng.random() < FAR)
        lift = FIRST_MORE * first + NO_SUPPORT_MORE * alone + FAR_MORE * far
        chance = EVEN if world.is_null else PARENT_BASE + lift
        visits = bool(rng.random() < chance)
        booklet = visits if rng.random() < SAME_TONE else not visits
        day = pd.Timestamp("2011-07-01") + pd.Timedelta(days=int(rng.integers(0, 420)))
        answers = {topic: _answer(rng, is_positive=good) for topic, good in (("visits", visits), ("booklet", booklet))}
        near = int(rng.integers(3, 6))
        near_words = "mixed" if near == MIDDLE else "positive"
        answers["reaching_centre"] = (int(rng.integers(1, MIDDLE)), "negative") if far else (near, near_words)
        for topic, (score, sentiment) in answers.items():
            rows.append(
                {
                    "respondent_id": f"{DEMO}R{number:03d}",
                    "kind": "parent",
                    "date": day,
                    "topic": topic,
                    "score": score,
                    "sentiment": sentiment,
                    "is_first_child": first,
                    "has_family_support": not alone,
                }
            )
    return rows


def _staff(world: World, rng: np.random.Generator) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(1, STAFF + 1):
        day = pd.Timestamp("2012-05-01") + pd.Timedelta(days=int(rng.integers(0, 60)))
        for topic, planted in STAFF_TOPICS.items():
            score, sentiment = _answer(rng, is_positive=bool(rng.random() < (EVEN if world.is_null else planted)))
            rows.append(
                {
                    "respondent_id": f"{DEMO}S{number:03d}",
                    "kind": "staff",
                    "date": day,
                    "topic": topic,
                    "score": score,
                    "sentiment": sentiment,
                    "is_first_child": None,
                    "has_family_support": None,
                }
            )
    return rows


def feedback(world: World) -> pd.DataFrame:
    """Return parents on visits, booklet and getting to the centre, and staff on four topics.

    Answers of 4 and 5 are positive, 3 is mixed, 1 and 2 are negative. In the null variant as many are positive as not,
    but for getting to the centre, which is the same in both.
    """
    frame = pd.DataFrame(_parents(world, world.rng("feedback_parents")) + _staff(world, world.rng("feedback_staff")))
    frame.insert(0, "feedback_id", [f"{DEMO}B{number:04d}" for number in range(1, len(frame) + 1)])
    return frame.assign(date=_text(frame["date"]))


def caf_covers(world: World) -> pd.DataFrame:
    """Return the cover page of each family on the family form; a visit at an engagement point sets off a quarter."""
    rng = world.rng("caf_covers")
    codes, opened = _families(world)["family"], _opened(world)
    has = rng.random((len(codes), len(SERVICES))) < list(SERVICES.values())
    frame = pd.DataFrame(
        {
            "family_id": codes,
            "opened": [opened[code] for code in codes],
            "trigger": rng.choice(list(TRIGGERS), len(codes), p=list(TRIGGERS.values())),
            "adults": 1 + rng.binomial(2, 0.4, len(codes)),
            "children": rng.choice([0, 1, 2, 3, 4, 5], len(codes), p=[0.04, 0.31, 0.34, 0.19, 0.09, 0.03]),
            "services": [" ".join(np.array(list(SERVICES))[row]) or "none" for row in has],
        }
    )
    return frame.assign(opened=_text(frame["opened"]))


def service_directory(world: World) -> pd.DataFrame:
    """Return an invented directory of services by need; one need raised at visits has none, as happens in print."""
    rng = world.rng("service_directory")
    rows = []
    for need, services in DIRECTORY.items():
        for service, provider, kind, area, ages in services:
            day = pd.Timestamp(DIRECTORY_FROM) + pd.Timedelta(days=int(rng.integers(0, DIRECTORY_DAYS)))
            rows.append(
                {
                    "need": need,
                    "service": service,
                    "provider": provider,
                    "kind": kind,
                    "area": area,
                    "from_months": ages[0],
                    "to_months": ages[1],
                    "how_to_reach": f"{INVENTED}: ask at any children's centre",
                    "checked": day.strftime("%Y-%m-%d"),
                }
            )
    return pd.DataFrame(rows)


MAKES: dict[str, Maker] = {
    "caf_assessments": caf_assessments,
    "caf_covers": caf_covers,
    "service_directory": service_directory,
    "caf_needs": caf_needs,
    "caf_plans": caf_plans,
    "feedback": feedback,
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted here, all false in the null variant."""
    truths = {
        "caf_shares_ethos": "goals set by the parent alone: 41.5 per cent on the family form, 30 on the child form",
        "supports_to_self_help": "actions owned by the family alone: 36.5 per cent on the family form, 25 on the child "
        "form",
        "whole_family_better": "needs met: 55.5 per cent of families on the family form, 45 on the child form",
        "feedback_positive": "parents positive on visits: 38 per cent, 20 points more for a first child, 20 more "
        "without relatives' help; about 58 in all",
        "visits_help_new_parents": "20 points more positive for a first child, 20 more without relatives' help",
        "centre_unreachable_by_transport": "10 points more positive on visits where transport keeps a parent from the "
        "centre; about 66 per cent",
        "staff_see_value_nursery": "67 per cent of staff positive on sharing findings",
        "staff_development": "72 per cent of staff positive on their development and on reaching families",
    }
    return [
        Planted(finding=finding, is_true=not world.is_null, what="no difference" if world.is_null else what)
        for finding, what in truths.items()
    ]
