"""Demonstration quotes: invented words, consent to hear them, who spoke, names to take out, and sign-offs.

Nobody said these words; names, numbers and addresses in them are of kinds set aside for examples.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pandas as pd

from insight.sources.marks import PREFIX as DEMO

if TYPE_CHECKING:
    from insight.demo.world import Maker, Planted, World

OUTSET, SHARES_OUTSET, SHARES_LATER = 0.6, (0.84, 0.6), (0.40, 0.6)
QUOTE_PARTNERS, QUOTE_PUBLIC, WITHDRAWN = 0.85, 0.75, 0.04
RELATIONS = {"mother": 0.62, "father": 0.16, "grandparent": 0.14, "carer": 0.08}
AGE_BANDS = {"under_20": 0.12, "20_29": 0.44, "30_39": 0.28, "40_and_over": 0.16}

QUOTES = (
    ("crime_asb", "Invented for demonstration: the noise on the corner starts when the shops close."),
    ("crime_asb", "Invented for demonstration: we keep the pram indoors because things go missing."),
    ("cohesion", "Invented for demonstration: two ends of one street, and they hardly say hello."),
    ("housing", "Invented for demonstration: the back bedroom is wet again, so all of us sleep at the front."),
    ("housing", "Invented for demonstration: I asked for the window to be mended before the winter came."),
    ("heating", "Invented for demonstration: we heat one room and do the homework in coats."),
    ("employment", "Invented for demonstration: the shifts change each week and nobody minds the baby at night."),
    ("job_insecurity", "Invented for demonstration: he is told on Sunday whether there is work on Monday."),
    ("transport", "Invented for demonstration: with a double buggy I let three buses go by."),
    ("mental_health", "Invented for demonstration: some mornings I can't face the school gate."),
    ("outside_space", "Invented for demonstration: the nearest swing is across the big road."),
    ("services_satisfaction", "Invented for demonstration: the ladies at the centre know my little one by name."),
    ("services_source", "Invented for demonstration: if school doesn't tell me, I don't hear of it."),
    ("aspirations", "Invented for demonstration: I'd like her to choose, that's all, to have a choice."),
    ("play_sessions", "Invented for demonstration: <b>Tuesday</b> is messy play & that's our day out."),
    ("childcare", "Invented for demonstration: a place came up, but not for the hours that I work."),
)
"""One holds mark-up, so that every run shows that it is escaped."""
UNREDACTED = (
    # theme, words as noted, words as the redactor must leave them
    (
        "family_support",
        "Invented for demonstration: Marisol Sample next door has them when I'm on nights.",
        "Invented for demonstration: [name] next door has them when I'm on nights.",
    ),
    (
        "health_advice",
        "Invented for demonstration: I rang 0161 496 0018 twice before anybody knew.",
        "Invented for demonstration: I rang [telephone] twice before anybody knew.",
    ),
    (
        "housing",
        "Invented for demonstration: they still write to us at ZZ99 3WZ, where we were before.",
        "Invented for demonstration: they still write to us at [postcode], where we were before.",
    ),
    (
        "midwifery",
        "Invented for demonstration: he was born on 3 March 2010 and nobody came till the Friday.",
        "Invented for demonstration: he was born on [date of birth] and nobody came till the Friday.",
    ),
)
NAMES = ("Marisol Sample", "Tobiah Example", "Anwen Specimen", "Idris Placeholder", f"{DEMO}N01 Filler")
REVIEWED_ON, REVIEWER = "2011-04-15", "research lead"
WITHHELD, UNSIGNED, STALE = f"{DEMO}Q05", f"{DEMO}Q10", f"{DEMO}Q13"
"""Quotes that a reviewer held back, has not yet seen, and signed before the words were changed."""


def _pick(world: World, pair: tuple[float, float]) -> float:
    return pair[1] if world.is_null else pair[0]


def _words() -> list[tuple[str, str, str]]:
    """Return theme, words as noted and words as redacted, of every quote."""
    return [*((theme, text, text) for theme, text in QUOTES), *UNREDACTED]


def consent(world: World) -> pd.DataFrame:
    """Return consent: analysis for everybody, quoting for those who agreed, which is rarer when asked late."""
    log, rng = world.frame("interviews"), world.rng("consent")
    partners = world.rng("consent_partners").random(len(log))
    rows = []
    for code, date, partner in zip(log["interview_id"], log["date"], partners, strict=True):
        chance = rng.random(4)
        is_outset = chance[0] < OUTSET
        day = pd.Timestamp(date) + pd.Timedelta(days=0 if is_outset else int(rng.integers(14, 60)))
        gained = day.strftime("%Y-%m-%d")
        rows.append((code, "analysis", gained, False))
        if chance[1] < _pick(world, SHARES_OUTSET if is_outset else SHARES_LATER):
            is_withdrawn = bool(chance[3] < WITHDRAWN)
            rows.append((code, "quote_internal", gained, is_withdrawn))
            if partner < QUOTE_PARTNERS:
                rows.append((code, "quote_partners", gained, is_withdrawn))
            if chance[2] < QUOTE_PUBLIC:
                rows.append((code, "quote_public", gained, is_withdrawn))
    return pd.DataFrame(rows, columns=["interview_id", "scope", "gained_on", "withdrawn"])


def quotes(world: World) -> pd.DataFrame:
    """Return invented quotes, each from an Oldham interview that raised its theme where there is one.

    None is from an interview that took consent back: such words may not be kept.
    """
    coded, register, rng = world.frame("codings"), world.frame("consent"), world.rng("quotes")
    log = world.frame("interviews")
    gone = set(register.loc[register["withdrawn"], "interview_id"])
    own = set(log.loc[log["borough"] == "oldham", "interview_id"]) - gone
    rows = []
    for number, (theme, text, _) in enumerate(_words(), start=1):
        raised = coded[(coded["theme"] == theme) & (coded["status"] == "raised") & coded["interview_id"].isin(own)]
        source = rng.choice(raised["interview_id"] if len(raised) else sorted(own))
        rows.append((f"{DEMO}Q{number:02d}", str(source), theme, text))
    return pd.DataFrame(rows, columns=["quote_id", "interview_id", "theme", "text"])


def quote_reviews(world: World) -> pd.DataFrame:
    """Return sign-offs: most released, one held back, one missing, one signed for other words."""
    rows = []
    for code, (_, _, redacted) in zip(world.frame("quotes")["quote_id"], _words(), strict=True):
        signed = f"{redacted} (as first typed)" if code == STALE else redacted
        decision = "withhold" if code == WITHHELD else "release"
        if code != UNSIGNED:
            rows.append((code, sha256(signed.encode("utf-8")).hexdigest()[:16], REVIEWER, REVIEWED_ON, decision))
    return pd.DataFrame(rows, columns=["quote_id", "digest", "reviewer", "reviewed_on", "decision"])


def interviewees(world: World) -> pd.DataFrame:
    """Return relation to the child and age band of everybody who was interviewed."""
    log, rng = world.frame("interviews"), world.rng("interviewees")
    return pd.DataFrame(
        {
            "interview_id": log["interview_id"],
            "relation": rng.choice(list(RELATIONS), len(log), p=list(RELATIONS.values())),
            "age_band": rng.choice(list(AGE_BANDS), len(log), p=list(AGE_BANDS.values())),
        }
    )


def redaction_names(world: World) -> pd.DataFrame:  # noqa: ARG001 - one form for all makers
    """Return invented names that must not stand in any quote."""
    return pd.DataFrame({"name": list(NAMES)})


MAKES: dict[str, Maker] = {
    "quotes": quotes,
    "consent": consent,
    "interviewees": interviewees,
    "quote_reviews": quote_reviews,
    "redaction_names": redaction_names,
}


def plant(world: World) -> list[Planted]:  # noqa: ARG001 - one form for all parts
    """Return nothing: the claim on consent is planted with the interviews."""
    return []
