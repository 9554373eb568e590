"""Demonstration records of the values survey: modes spread alike over ethnic groups and neighbourhoods, or not.

In the planted world a respondent's mode hangs on nothing; in the null variant it hangs on ethnic group, neighbourhood
and ward (Cramer's V of the three groups near .20 each), and answers hang on nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo import networks
from insight.demo.world import Planted
from insight.methods.pvq21 import ITEMS as PVQ
from insight.methods.pvq21 import VALUES
from insight.sources.contracts.values import ITEMS, MODES
from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from insight.demo.world import Maker, World

MARGINS = "invented for the demonstration, after no census table"
RESPONDENTS, RESPONDENTS_IF_NULL = 1438, 1300
SESSIONS = 11
"""Interviewers' shifts in a neighbourhood."""
FIRST_DAY, DAYS, DAYS_IF_NULL = "2011-06-01", 30, 90
LEADER = "golden_dreamers"
LARGE = {LEADER: 0.175, "brave_new_world": 0.112, "transitionals": 0.112}
"""Shares of the three large modes, one in each group; the other nine divide the rest evenly."""
GROUP_OF = {mode: ("settler", "prospector", "pioneer")[place // 4] for place, mode in enumerate(MODES)}
ETHNIC_GROUPS = {"White": 0.365, "Pakistani": 0.325, "Bangladeshi": 0.295, "Other": 0.015}
LEANING = (0.0, 0.6, -0.5, 0.3, -0.2, 0.5, -0.6, 0.2, -0.3)
"""By neighbourhood, how much more (or less) of the White group than on average, on the log scale."""
LANGUAGES = {"Pakistani": ("urdu", 0.3), "Bangladeshi": ("bengali", 0.35)}
AGES = {"16-24": 0.22, "25-34": 0.22, "35-44": 0.20, "45-59": 0.20, "60+": 0.16}
YOUNG = ("16-24", "25-34")
EXCEPTIONS = ("west_street_estate", "roundthorn_salem")
"""Neighbourhoods where interviewers knocked on doors or went to events; the publication names them."""
OUTDOORS, OUTDOORS_IN_EXCEPTIONS = 0.86, 0.22
WEIGHT_SPREAD = 0.1
AGREEMENT = {
    # settlers, the leading mode, other prospectors, pioneers
    "hope": (0.40, 0.64, 0.52, 0.48),
    "recommendations": (0.54, 0.65, 0.52, 0.42),
    "events": (0.42, 0.64, 0.54, 0.48),
    "have_a_go": (0.38, 0.64, 0.54, 0.54),
    "competitive": (0.36, 0.80, 0.44, 0.30),
    "status": (0.38, 0.80, 0.44, 0.26),
    "work_ethic": (0.58, 0.67, 0.52, 0.42),
    "vocal": (0.44, 0.58, 0.42, 0.42),
    "chaotic": (0.30, 0.30, 0.30, 0.30),
    "belonging": (0.80, 0.50, 0.45, 0.20),
    "security": (0.84, 0.50, 0.45, 0.20),
    "fairness": (0.27, 0.36, 0.40, 0.86),
    "curiosity": (0.18, 0.42, 0.45, 0.86),
}
CHAOTIC_YOUNG, CHAOTIC_OLDER = 0.43, 0.24
AGREEMENT_IF_NULL = 0.5
ETHNIC_TILT, PLACE_TILT, WARD_TILT = 0.29, 0.19, 0.21
"""Null variant: relative tilts of group shares, for a Cramer's V near .20 by ethnic group, neighbourhood and ward."""
ALONG = {"settler": (-0.707, 1.225), "prospector": (1.414, 0.0), "pioneer": (-0.707, -1.225)}
"""Two contrasts of the three groups, each of mean square 1 and blind to the other."""


def _places(world: World) -> pd.DataFrame:
    lookup = world.frame("lookup")
    inside = lookup[lookup["neighbourhood"].notna()]
    return inside[["ward", "neighbourhood"]].drop_duplicates().sort_values(["ward", "neighbourhood"], ignore_index=True)


def _base() -> np.ndarray:
    rest = (1 - sum(LARGE.values())) / (len(MODES) - len(LARGE))
    return np.array([LARGE.get(mode, rest) for mode in MODES])


def _tilted(ethnic: np.ndarray, place: np.ndarray, ward: np.ndarray) -> np.ndarray:
    """Return mode shares of each respondent in the null variant: even, then tilted three ways in the three groups."""
    along = np.array([ALONG[GROUP_OF[mode]] for mode in MODES])
    white = ETHNIC_GROUPS["White"]
    by_ethnic = np.where(ethnic == "White", np.sqrt((1 - white) / white), -np.sqrt(white / (1 - white)))
    by_place = np.zeros((len(place), len(MODES)))
    for one in np.unique(ward):
        # directions that cancel over a ward's neighbourhoods, so that their tilt leaves the ward alone
        inside = np.unique(place[ward == one])
        angles = 2 * np.pi * np.arange(len(inside)) / len(inside)
        for code, angle in zip(inside, angles, strict=True):
            by_place[place == code] = along @ np.array([np.cos(angle), np.sin(angle)])
    shares = (
        1
        + ETHNIC_TILT * by_ethnic[:, None] * along[:, 0]
        + PLACE_TILT * by_place
        + WARD_TILT * np.where(ward == ward[0], 1.0, -1.0)[:, None] * along[:, 1]
    ).clip(0.02)
    return shares / shares.sum(axis=1, keepdims=True)


def _pick(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """Return one category a row, by that row's shares."""
    return (rng.random(len(shares))[:, None] > shares.cumsum(axis=1)[:, :-1]).sum(axis=1)


def _ethnic(rng: np.random.Generator, world: World, place: np.ndarray) -> np.ndarray:
    shares = np.tile(list(ETHNIC_GROUPS.values()), (len(place), 1))
    if not world.is_null:
        shares[:, 0] *= np.exp(np.array(LEANING)[place % len(LEANING)])
    return np.array(list(ETHNIC_GROUPS))[_pick(rng, shares / shares.sum(axis=1, keepdims=True))]


def _settings(rng: np.random.Generator, world: World, neighbourhood: np.ndarray) -> np.ndarray:
    exception = np.isin(neighbourhood, EXCEPTIONS)
    share = np.full(len(exception), 0.5) if world.is_null else np.where(exception, OUTDOORS_IN_EXCEPTIONS, OUTDOORS)
    outdoors = rng.random(len(exception)) < share
    first = rng.random(len(exception)) < 0.6  # noqa: PLR2004 - more street than centre, more door than event
    return np.where(outdoors, np.where(first, "street", "centre"), np.where(first, "door", "event"))


def _answers(rng: np.random.Generator, world: World, mode: np.ndarray, young: np.ndarray) -> dict[str, np.ndarray]:
    kind = np.array([{"settler": 0, "prospector": 2, "pioneer": 3}[GROUP_OF[name]] for name in mode])
    kind[mode == LEADER] = 1
    answers = {}
    for item in ITEMS:
        share = np.array(AGREEMENT[item])[kind]
        if item == "chaotic":
            share = np.where(mode == LEADER, np.where(young, CHAOTIC_YOUNG, CHAOTIC_OLDER), share)
        if world.is_null:
            share = np.full(len(mode), AGREEMENT_IF_NULL)
        agrees = rng.random(len(mode)) < share
        answers[f"item_{item}"] = np.where(agrees, rng.integers(4, 6, len(mode)), rng.integers(1, 4, len(mode)))
    return answers


def values_survey(world: World) -> pd.DataFrame:
    """Return one row a respondent of the two wards, spread evenly over shifts in every neighbourhood."""
    rng = world.rng("values_survey")
    places = _places(world)
    total = RESPONDENTS_IF_NULL if world.is_null else RESPONDENTS
    shifts = len(places) * SESSIONS
    shift = np.sort(np.arange(total) % shifts)
    place = shift // SESSIONS
    ward = places["ward"].to_numpy(dtype=object)[place]
    neighbourhood = places["neighbourhood"].to_numpy(dtype=object)[place]
    day = rng.integers(0, DAYS_IF_NULL if world.is_null else DAYS, shifts)[shift]
    ethnic = _ethnic(rng, world, place)
    shares = _tilted(ethnic, place, ward) if world.is_null else np.tile(_base(), (total, 1))
    mode = np.array(MODES)[_pick(rng, shares)]
    age = rng.choice(list(AGES), total, p=list(AGES.values()))
    other_language = np.array([LANGUAGES.get(group, ("english", 0.0)) for group in ethnic], dtype=object)
    speaks_other = rng.random(total) < other_language[:, 1].astype(float)
    return pd.DataFrame(
        {
            "respondent_id": [f"{DEMO}V{number:04d}" for number in range(1, total + 1)],
            "ward": ward,
            "neighbourhood": neighbourhood,
            "session": [f"{DEMO}S{number + 1:03d}" for number in shift],
            "date": (pd.Timestamp(FIRST_DAY) + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
            "mode_of_interview": _settings(rng, world, neighbourhood.astype(str)),
            "language": np.where(speaks_other, other_language[:, 0].astype(str), "english"),
            "is_translated": speaks_other,
            "sex": rng.choice(["female", "male"], total, p=[0.53, 0.47]),
            "age_band": age,
            "ethnic_group": ethnic,
            "mode": mode,
            "weight": rng.lognormal(0, WEIGHT_SPREAD, total).round(3),
            **_answers(rng, world, mode, np.isin(age, YOUNG)),
        }
    )


SLOT_SHARES = {"weekday_day": 0.5, "weekday_evening": 0.25, "weekend": 0.25}
ELSEWHERE = 0.12
"""Part of the shifts that stood in another neighbourhood than the one where those met there live."""
REFUSING, INELIGIBLE = 0.42, 0.15
RESIDENTS_16 = 0.73
"""Invented part of the residents who are of survey age."""
CENSUS = {
    "sex": {"female": 0.502, "male": 0.498},
    "age_band": {"16-24": 0.19, "25-34": 0.22, "35-44": 0.19, "45-59": 0.22, "60+": 0.18},
    "ethnic_group": {"White": 0.40, "Pakistani": 0.30, "Bangladeshi": 0.27, "Other": 0.03},
}
"""Invented make-up of the two wards at survey age: somewhat older and with more White residents than were met."""
PLANNED = 1440
PVQ_RESPONDENTS = 420
PVQ_LEAN = {"security": -0.7, "tradition": -0.5, "conformity": -0.3, "benevolence": -0.5, "power": 0.6}
"""By value, how much nearer to "like me" (lower) or farther from it the answers lie, on the scale of 1 to 6."""
PVQ_SHIFTED, PVQ_SHIFT = ("ipstrgv", "imptrad", "ipbhprp"), 1.2
"""Null variant: three items that translated interviews put otherwise, and how much farther from "like me" they lie."""


def values_sessions(world: World) -> pd.DataFrame:
    """Return one row a shift of the survey: its place, its slot, and everyone approached."""
    rng = world.rng("values_sessions")
    survey = world.frame("values_survey")
    shifts = survey.groupby("session", as_index=False).agg(home=("neighbourhood", "first"), completed=("ward", "size"))
    codes = shifts["home"].to_numpy(dtype=object)
    away = rng.random(len(shifts)) < ELSEWHERE
    other = codes[rng.permutation(len(codes))]
    site = np.where(away, other, codes)
    slot = rng.choice(list(SLOT_SHARES), len(shifts), p=list(SLOT_SHARES.values()))
    refused = rng.negative_binomial(shifts["completed"], 1 - REFUSING)
    ineligible = rng.negative_binomial(shifts["completed"], 1 - INELIGIBLE)
    completed = shifts["completed"].to_numpy()
    return pd.DataFrame(
        {
            "session": shifts["session"].to_numpy(dtype=object),
            "site": [f"{place}_{number % 4 + 1}" for number, place in enumerate(site)],
            "site_neighbourhood": site,
            "slot": slot,
            "approached": completed + refused + ineligible,
            "refused": refused,
            "ineligible": ineligible,
            "completed": completed,
            "planned": PLANNED // len(shifts) + (np.arange(len(shifts)) < PLANNED % len(shifts)),
        }
    )


def survey_quotas(world: World) -> pd.DataFrame:
    """Return interviews planned of both surveys; shares invented, as the fieldwork's own."""
    places = _places(world)["neighbourhood"].tolist()
    translated = sum(ETHNIC_GROUPS[group] * share for group, (_, share) in LANGUAGES.items())
    plans: dict[str, tuple[int, dict[str, Mapping[str, float]]]] = {
        "values": (
            PLANNED,
            {
                "slot": SLOT_SHARES,
                "place_of_interview": dict.fromkeys(places, 1 / len(places)),
                "translated": {"true": translated, "false": 1 - translated},
                **CENSUS,
            },
        ),
        "networks": (
            networks.PLANNED,
            {
                "slot": dict(zip(networks.SLOTS, networks.SLOT_SHARES, strict=True)),
                "sex": {"female": 0.5, "male": 0.5},
                "age_band": dict(zip(networks.AGES, networks.AGE_SHARES, strict=True)),
            },
        ),
    }
    rows = []
    for survey, (planned, quotas) in plans.items():
        for variable, shares in quotas.items():
            targets = [round(planned * share) for share in shares.values()]
            targets[0] += planned - sum(targets)
            rows += [(survey, variable, level, target) for level, target in zip(shares, targets, strict=True)]
    return pd.DataFrame(rows, columns=["survey", "variable", "level", "target"])


def census_margins(world: World) -> pd.DataFrame:
    """Return residents of survey age in the surveyed wards by sex, age and ethnic group; shares invented."""
    lookup = world.frame("lookup")
    residents = round(RESIDENTS_16 * int(lookup.loc[lookup["neighbourhood"].notna(), "persons"].sum()))
    rows = []
    for variable, shares in CENSUS.items():
        counts = [round(residents * share) for share in shares.values()]
        counts[0] += residents - sum(counts)
        rows += [
            {
                "variable": variable,
                "level": level,
                "persons": count,
                "source": MARGINS,
            }
            for level, count in zip(shares, counts, strict=True)
        ]
    return pd.DataFrame(rows)


def _pvq_people(world: World, answers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return ethnic group, age and language of the open path's respondents, and the answers as they gave them.

    From a stream of its own. In the null variant three items are put otherwise by whoever translates, so that answers
    in other languages cannot be compared with those in English.
    """
    rng = world.rng("pvq_people")
    ethnic = rng.choice(list(ETHNIC_GROUPS), PVQ_RESPONDENTS, p=list(ETHNIC_GROUPS.values()))
    other = np.array([LANGUAGES.get(group, ("english", 0.0)) for group in ethnic], dtype=object)
    speaks_other = rng.random(PVQ_RESPONDENTS) < other[:, 1].astype(float)
    given = dict(answers)
    if world.is_null:
        for name in PVQ_SHIFTED:
            given[name] = np.clip(np.round(answers[name] + PVQ_SHIFT * speaks_other), 1, 6)
    language = np.where(speaks_other, other[:, 0].astype(str), "english")
    ages = CENSUS["age_band"]
    age = world.rng("pvq_ages").choice(
        list(ages), PVQ_RESPONDENTS, p=np.array(list(ages.values())) / sum(ages.values())
    )
    return {"ethnic_group": ethnic, "age_band": age, "language": language, **given}


def pvq_survey(world: World) -> pd.DataFrame:
    """Return a smaller survey with the open questionnaire, answers leaning towards conservation in every place."""
    rng = world.rng("pvq_survey")
    places = _places(world)
    shift = np.sort(np.arange(PVQ_RESPONDENTS) % (len(places) * 4))
    place = shift // 4
    style = rng.normal(3.0, 0.5, PVQ_RESPONDENTS)
    lean = {item: PVQ_LEAN.get(value, 0.0) for value, items in VALUES.items() for item in items}
    answers = {
        name: np.clip(np.round(style + lean[item] + rng.normal(0, 1.1, PVQ_RESPONDENTS)), 1, 6).astype(float)
        for item, name in PVQ.items()
    }
    frame = pd.DataFrame(
        {
            "respondent_id": [f"{DEMO}P{number:04d}" for number in range(1, PVQ_RESPONDENTS + 1)],
            "ward": places["ward"].to_numpy(dtype=object)[place],
            "neighbourhood": places["neighbourhood"].to_numpy(dtype=object)[place],
            "session": [f"{DEMO}Q{number + 1:03d}" for number in shift],
            "weight": rng.lognormal(0, WEIGHT_SPREAD, PVQ_RESPONDENTS).round(3),
            **_pvq_people(world, answers),
        }
    )
    gone = rng.random((PVQ_RESPONDENTS, len(PVQ))) < 0.02  # noqa: PLR2004 - one answer in fifty is missing
    frame[list(PVQ.values())] = frame[list(PVQ.values())].mask(gone)
    return frame


MAKES: dict[str, Maker] = {
    "values_survey": values_survey,
    "values_sessions": values_sessions,
    "survey_quotas": survey_quotas,
    "census_margins": census_margins,
    "pvq_survey": pvq_survey,
}

TRUTHS = {
    "street_majority": "interviews in streets and centres: 86 % in seven neighbourhoods, 22 % in two (null: 50 %)",
    "three_clusters": "answers differ between the three groups by design (null: no answer hangs on anything)",
    "golden_dreamers_lead": "shares .175, .112, .112 and nine of .067 (null: no mode leads)",
    "young_gd_chaotic": "of the leading mode .43 of the young and .24 of others agree (null: .50 of both)",
    "gd_traits": "four statements: about .64 of the leading mode and .48 of others agree (null: .50)",
    "gd_competitive": ".80 of the leading mode, at most .44 of any other, twice; two more .14 apart (null: .50)",
    "values_shared_over_ethnicity": "mode hangs on nothing (null: V near .20 by ethnic group)",
    "wards_homogeneous": "mode hangs on nothing (null: V near .20 by ward, in three groups)",
    "values_not_neighbourhood_bound": "mode hangs on nothing (null: V near .20 by neighbourhood)",
}


def plant(world: World) -> list[Planted]:
    """Return the truths planted here; the null variant makes each false."""
    return [Planted(finding=name, is_true=not world.is_null, what=what) for name, what in TRUTHS.items()]
