"""Demonstration journeys: contacts of mapped families as told by family and agency, and referrals between agencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.demo.world import Planted
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, World

FAMILIES, NULL_FAMILIES = 6, 7
CAF_FAMILIES, NULL_CAF_FAMILIES = 4, 3
CONTACTS = (22, 29)
"""Fewest and most contacts of a family, before those of a CAF."""
NEEDS = ("infant_health", "parenting", "housing", "money", "speech", "mental_health", "safety", "childcare")
NEEDS_A_FAMILY = 7
SERVICES: dict[str, tuple[str, float, float]] = {
    # service: agency, weight, weight in the null variant (each group alike)
    "childrens_centre": ("childrens_centre", 0.33, 1 / 8),
    "health_visiting": ("health_visiting", 0.20, 1 / 16),
    "midwifery": ("midwifery", 0.07, 1 / 32),
    "gp": ("gp", 0.07, 1 / 32),
    "housing_advice": ("housing", 0.055, 1 / 8),
    "social_care": ("social_care", 0.055, 1 / 8),
    "nursery": ("school", 0.055, 1 / 8),
    "jobcentre": ("jobcentre", 0.055, 1 / 8),
    "police": ("police", 0.055, 1 / 8),
    "voluntary_group": ("voluntary", 0.055, 1 / 8),
}
CAF, CAF_AGENCY = "caf", "social_care"
FIRST_EARLY, LATER_EARLY, NULL_EARLY = 0.78, 0.64, 0.5
FAMILY_SPREAD = 0.25
"""Spread of families on the log-odds scale."""
RECORDED, RECALLED = 0.92, 0.82
CAF_RECALLED = 0.04
TRIGGERS = {
    "early": ("planned", "self_referral", "professional_referral"),
    "crisis": ("statutory", "emergency", "professional_referral"),
}
ENDS_SHARE = 0.2
SECOND_CODER_AGREES = 0.9
PRECISION = {"family": (0.35, 0.55, 0.1), "agency": (1.0, 0.0, 0.0)}

REFERRALS, REFERRED_FAMILIES = 156, 120
FIRST_DAY, DAYS, SECOND_YEAR = "2010-01-01", 730, 365
PILOT_DAY = "2011-04-01"
ACTED_ON, REPEATED = (0.44, 0.74), (0.47, 0.18)
"""Shares in the first and in the second year; the null variant has the first in both."""
LINKED = (0.16, 0.42)
"""Share of referrals between health and children's centre before and after the pilot's start."""
JOINT_SHARE = 0.3
HEALTH, CENTRE = ("health_visiting", "midwifery", "gp"), "childrens_centre"
OTHERS = ("housing", "social_care", "school", "police", "voluntary")


def _stages(rng: np.random.Generator, needs: np.ndarray, *, null: bool) -> list[str]:
    """Return early or crisis for contacts in order of time; the first about a need has a share of its own."""
    shift = 0.0 if null else rng.normal(0, FAMILY_SPREAD)
    seen: set[str] = set()
    found = []
    for need in needs:
        share = NULL_EARLY if null else LATER_EARLY if need in seen else FIRST_EARLY
        seen.add(need)
        odds = share / (1 - share) * np.exp(shift)
        found.append("early" if rng.random() < odds / (1 + odds) else "crisis")
    return found


def _told(contact: dict[str, Any], day: pd.Timestamp, source: str, rng: np.random.Generator) -> dict[str, Any]:
    """Return one teller's row of a contact, its day as closely as that teller knows it."""
    precision = str(rng.choice(["day", "month", "year"], p=PRECISION[source]))
    start = {"day": day, "month": day.replace(day=1), "year": day.replace(day=1, month=1)}[precision]
    end = None
    if source == "agency" and rng.random() < ENDS_SHARE:
        end = (day + pd.Timedelta(days=int(rng.integers(14, 120)))).strftime("%Y-%m-%d")
    return {**contact, "start": start.strftime("%Y-%m-%d"), "end": end, "date_precision": precision, "source": source}


def _family(world: World, number: int, *, has_caf: bool) -> list[dict[str, Any]]:
    rng, null = world.rng(f"service_contacts_{number}"), world.is_null
    born = pd.Timestamp("2008-03-01") + pd.DateOffset(months=int(rng.integers(0, 24)))
    count = int(rng.integers(*CONTACTS))
    # Contacts about pregnancy and the first months are closer together than later ones.
    months = np.sort(rng.beta(1.2, 1.8, count) * 42 - 6)
    services = list(
        rng.choice(list(SERVICES), count, p=[alike if null else usual for _, usual, alike in SERVICES.values()])
    )
    if has_caf:
        later = int(rng.integers(count // 2, count - 4))
        for place in (later, later + 3):
            services[place] = CAF
    needs = rng.choice(rng.choice(NEEDS, NEEDS_A_FAMILY, replace=False), count)
    recalls_caf = rng.random() < (RECALLED if null else CAF_RECALLED)
    rows = []
    for month, service, need, stage in zip(months, services, needs, _stages(rng, needs, null=null), strict=True):
        day = born + pd.Timedelta(days=round(float(month) * 30.4))
        contact = {
            "family_id": f"F{number}",
            "child_born": born.strftime("%Y-%m-%d"),
            "service": service,
            "agency": CAF_AGENCY if service == CAF else SERVICES[service][0],
            "trigger": str(rng.choice(TRIGGERS[stage])),
            "stage": stage,
            "need": str(need),
        }
        by_agency = service == CAF or rng.random() < RECORDED
        by_family = recalls_caf if service == CAF else rng.random() < RECALLED
        if by_agency or not by_family:
            rows.append(_told(contact, day, "agency", rng))
        if by_family:
            rows.append(_told(contact, day, "family", rng))
    return rows


def service_contacts(world: World) -> pd.DataFrame:
    """Return contacts of six families, four of them through a CAF (seven and three in the null variant)."""
    families = NULL_FAMILIES if world.is_null else FAMILIES
    with_caf = NULL_CAF_FAMILIES if world.is_null else CAF_FAMILIES
    chosen = set(world.rng("service_contacts_caf").choice(families, with_caf, replace=False) + 1)
    rows = [row for number in range(1, families + 1) for row in _family(world, number, has_caf=number in chosen)]
    frame = pd.DataFrame(rows)
    frame.insert(0, "contact_id", [f"{DEMO}C{number:03d}" for number in range(1, len(frame) + 1)])
    columns = ["contact_id", "family_id", "child_born", "service", "agency", "start", "end", "date_precision"]
    return frame[[*columns, "trigger", "stage", "need", "source"]]


def _pair(rng: np.random.Generator, *, is_linked: bool) -> tuple[str, str]:
    if is_linked:
        pair = (str(rng.choice(HEALTH)), CENTRE)
    else:
        near = str(rng.choice([*HEALTH, CENTRE, *OTHERS]))
        pair = (near, str(rng.choice([other for other in OTHERS if other != near])))
    return pair if rng.random() < 0.5 else (pair[1], pair[0])  # noqa: PLR2004 - either way round


def referrals(world: World) -> pd.DataFrame:
    """Return referrals of two years.

    In the second year more are acted on and fewer assess again; from the pilot's start more run between health and
    children's centre. In the null variant nothing changes.
    """
    rng = world.rng("referrals")
    first = pd.Timestamp(FIRST_DAY)
    pilot = (pd.Timestamp(PILOT_DAY) - first).days
    rows = []
    for day in np.sort(rng.integers(0, DAYS, REFERRALS)):
        year, after = (0, 0) if world.is_null else (int(day >= SECOND_YEAR), int(day >= pilot))
        near, far = _pair(rng, is_linked=rng.random() < LINKED[after])
        is_acted_on = bool(rng.random() < ACTED_ON[year])
        rows.append(
            {
                "family_id": f"{DEMO}R{rng.integers(1, REFERRED_FAMILIES + 1):03d}",
                "from_agency": near,
                "to_agency": far,
                "date": (first + pd.Timedelta(days=int(day))).strftime("%Y-%m-%d"),
                "is_acted_on": is_acted_on,
                "is_repeat_assessment": bool(rng.random() < REPEATED[year]),
                "is_joint": bool(is_acted_on and rng.random() < JOINT_SHARE),
            }
        )
    frame = pd.DataFrame(rows)
    frame.insert(0, "referral_id", [f"{DEMO}T{number:03d}" for number in range(1, len(frame) + 1)])
    return frame


def stage_codings(world: World) -> pd.DataFrame:
    """Return a second coder's judgement of every row, who agrees with the first in about nine of ten."""
    rng = world.rng("stage_codings")
    rows = world.frame("service_contacts")
    turned = rows["stage"].map({"early": "crisis", "crisis": "early"})
    stage = rows["stage"].where(rng.random(len(rows)) < SECOND_CODER_AGREES, turned)
    return pd.DataFrame({"contact_id": rows["contact_id"], "coder": "B", "stage": stage})


MAKES: dict[str, Maker] = {
    "service_contacts": service_contacts,
    "stage_codings": stage_codings,
    "referrals": referrals,
}


def plant(world: World) -> list[Planted]:
    """Return what is planted for stage 06: journeys and referrals here; plans, rosters and codings by other parts."""
    planted = {
        "centres_and_health_prominent": "children's centre and health take a third of contacts each, six other groups "
        "5.5 per cent each; null: eight groups alike",
        "interventions_early": "64 per cent of contacts early, 78 of the first about a need; null: 50",
        "early_intervention_followed": "78 per cent of first contacts about a need early; null: 50",
        "disjointedness_falling": "acted on from 44 to 74 per cent, assessed again from 47 to 18; null: no change",
        "four_of_six_caf": "four of six families have a CAF; null: three of seven",
        "caf_not_owned": "4 per cent of families recall their CAF, 82 per cent other contacts; null: 82 both",
        "caf_outcomes_misaligned": "goals that are the parent's alone: 30 per cent on the child form, 42.5 on "
        "the family form; null: 30 on both",
        "centres_miss_most_disadvantaged": "44 to 49 per cent of the neediest children registered; null: 93",
        "high_need_not_reached": "registered: 44 per cent in the most deprived fifth, 57 in the least; null: alike",
        "interviews_raise_no_problem": "each kind of early help is raised with a complaint in one interview in ten; "
        "null: in two to three of ten",
        "partnership_stronger": "referrals between health and children's centre from 16 to 42 per cent after the "
        "pilot's start; null: no change",
    }
    return [Planted(finding=name, is_true=not world.is_null, what=what) for name, what in planted.items()]
