"""Words that the redactor knows: months, numbers, words of birth, and capitalised words that name nobody."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
NUMBER_WORDS = "oh|nought|zero|one|two|three|four|five|six|seven|eight|nine|double|treble|triple"
BIRTH = re.compile(r"\b(?:born|birth|birthday|birthdate|d\.?o\.?b\.?)\b", re.IGNORECASE)
SENTENCE_END = ".!?:;\n\u2026"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"

ORDINARY = _words(
    "i im ive id ill monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december christmas easter eid ramadan diwali english british "
    "urdu punjabi bengali gp nhs caf sats ok tv a e"
)
"""Words that are written with a capital anywhere and name nobody; folded."""
OPENERS = _words(
    "a about after all also although an and another any anyway are as ask at back be because before being both "
    "but by can come could did do does dont down each either even ever every everybody everyone everything few "
    "first for from get getting give go going got had has have having he help her here hes his honestly how i if "
    "im in instead is isnt it its ive just keep kids last let life like little living look lots many maybe me "
    "mine more most mostly much mum my never no nobody none nor not nothing now of off often oh ok on once one "
    "only or other others our out over people please probably quite really right same school see she shes should "
    "since so some somebody someone something sometimes still such take talk than thank thanks that thats the "
    "their them then there theres these they theyre theyve things think this those though to today tomorrow too "
    "two under until up us used very was we well went were weve what whats when where which while who why will "
    "with without work would yeah yes yet you your youre"
)
"""Words that often open a sentence; folded. Any other capitalised opener is told as a doubt."""
