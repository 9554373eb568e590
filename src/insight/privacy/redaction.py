"""Taking personal data out of quoted words, deterministically, and saying where a person must look.

What is certain is replaced by a mark such as ``[postcode]``; what is not certain is left and told as a doubt. Nothing
is released on the redactor's word alone: a person signs off the redacted words, by their digest, so that a later edit
of the words (or of these rules) voids the sign-off.

Sources: Royal Mail, *Programmers' guide to PAF* (postcodes); NHS Data Dictionary, NHS NUMBER (check digit, modulus 11);
HMRC, NIM39110 (National Insurance number prefixes); Ofcom, *National Telephone Numbering Plan*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from insight.privacy.wording import (
    BIRTH,
    INVISIBLE,
    MONTHS,
    NUMBER_WORDS,
    OPENERS,
    ORDINARY,
    SENTENCE_END,
)

DIGEST_LENGTH = 16
NHS_DIGITS = 10
NHS_MODULUS = 11
PHONE_DIGITS = (10, 11)
"""Digits of a national number with its leading 0."""
BIRTH_REACH = 40
"""Characters before a date in which a word of birth makes it a date of birth."""
LEAST_LOOSE_DIGITS = 5
LEAST_NUMBER_WORDS = 5
BARRED_PREFIXES = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}

_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
POSTCODE = re.compile(
    r"(?<![A-Z0-9])(?:GIR[ -]*0AA|[A-Z]{1,2}\d[A-Z\d]?[ -]*\d[ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])", re.IGNORECASE
)
OUTWARD = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}\d{1,2}[A-Z]?(?![A-Z0-9])")
NINO = re.compile(r"(?<![A-Z0-9])([A-Z])[ -]?([A-Z])[ -]?(?:\d[ -]?){6}([A-D])?(?![A-Z0-9])", re.IGNORECASE)
TEN_DIGITS = re.compile(r"(?<!\d)(?:\d[ .-]?){9}\d(?!\d)")
PHONE = re.compile(r"(?<![\d+])(?:\+44|0044|\(?0)(?:[ ().-]{0,2}\d){9,11}(?!\d)")
DATE = re.compile(
    rf"(?<![\d/.-])(?:{_DAY}[/.-](?:0?[1-9]|1[0-2])[/.-](?:{_YEAR}|\d\d)|{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    rf"|{_DAY}(?: of)? (?:{MONTHS})\.?,? {_YEAR}|(?:{MONTHS})\.? {_DAY},? {_YEAR})(?![\d/-])",
    re.IGNORECASE,
)
PART_DATE = re.compile(rf"\b(?:{_DAY}(?: of)? (?:{MONTHS})|(?:{MONTHS})\.? {_DAY})\b", re.IGNORECASE)
BIRTH_YEAR = re.compile(rf"\bborn (?:in|on)\b[^.]{{0,20}}?\b{_YEAR}\b", re.IGNORECASE)
LOOSE_DIGITS = re.compile(rf"(?:\d[ .-]?){{{LEAST_LOOSE_DIGITS},}}")
HANDLE = re.compile(r"(?<![\w@])@\w{2,}|\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
SPELT_EMAIL = re.compile(r"\b\w+ (?:at|\(at\)) \w+ (?:dot|\(dot\)) \w+", re.IGNORECASE)
SPELT_NUMBER = re.compile(
    rf"\b(?:(?:{NUMBER_WORDS})[ -]+){{{LEAST_NUMBER_WORDS - 1},}}(?:{NUMBER_WORDS})\b", re.IGNORECASE
)
WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that was replaced: its kind and its place in the words as given."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Something that was left and that a person must look at: its words, and why."""

    words: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Redacted:
    """Words that are fit for review, what was taken out of them, and what is in doubt."""

    text: str
    found: tuple[Found, ...]
    doubts: tuple[Doubt, ...]

    @property
    def digest(self) -> str:
        """Return the digest that a reviewer signs."""
        return digest(self.text)


def digest(text: str) -> str:
    """Return the digest of redacted words, by which a sign-off holds for these words and no others."""
    return sha256(text.encode("utf-8")).hexdigest()[:DIGEST_LENGTH]


def is_nhs_number(text: str) -> bool:
    """Whether ten digits (spaces, dots and hyphens apart) hold as an NHS number by its check digit."""
    digits = [int(mark) for mark in text if mark.isdigit()]
    if len(digits) != NHS_DIGITS or any(not mark.isdigit() and mark not in " .-" for mark in text):
        return False
    total = sum(digit * weight for digit, weight in zip(digits, range(NHS_DIGITS, 1, -1), strict=False))
    check = (NHS_MODULUS - total % NHS_MODULUS) % NHS_MODULUS
    return check != NHS_DIGITS and check == digits[-1]


def is_national_insurance_number(text: str) -> bool:
    """Whether the text is a National Insurance number that HMRC could have given, its last letter included."""
    match = NINO.fullmatch(text.strip())
    if match is None or match[3] is None:
        return False
    first, second = match[1].upper(), match[2].upper()
    return first not in "DFIQUV" and second not in "DFIOQUV" and first + second not in BARRED_PREFIXES


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    national = re.sub(r"^(?:0044|44)0?", "0", digits)
    return national.startswith("0") and len(national) in PHONE_DIGITS


def plain(text: str) -> str:
    """Return text in compatibility form without invisible characters, so that no digit or letter hides."""
    shown = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\S\n]", " ", shown.translate(dict.fromkeys(map(ord, INVISIBLE))))


def _folded(word: str) -> str:
    """Return a word without case, accents and possessive, for comparing names; same length is not kept."""
    bare = re.sub(r"['\u2019]s$", "", word)
    marks = unicodedata.normalize("NFKD", bare.casefold())
    return "".join(mark for mark in marks if not unicodedata.combining(mark) and mark.isalnum())


def _names(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Return listed names as folded words, longest first, each of their parts on its own as well."""
    whole = [tuple(filter(None, map(_folded, WORD.findall(plain(name))))) for name in names]
    parts = {(part,) for name in whole for part in name if len(part) > 1}
    return sorted({*whole, *parts} - {()}, key=lambda name: (-len(name), name))


def _named(text: str, listed: list[tuple[str, ...]]) -> tuple[list[Found], list[Doubt]]:
    words = list(WORD.finditer(text))
    folded = [_folded(word[0]) for word in words]
    found, doubts, at = [], [], 0
    known = set(listed)
    longest = max(map(len, listed), default=0)
    while at < len(words):
        size = next((n for n in range(longest, 0, -1) if tuple(folded[at : at + n]) in known), 0)
        if not size:
            at += 1
            continue
        first, last = words[at], words[at + size - 1]
        if first[0][0].isupper() or not first[0][0].islower():
            end = last.end() - (2 if re.search(r"['\u2019]s$", last[0]) else 0)
            found.append(Found(kind="name", start=first.start(), end=end))
        else:
            doubts.append(Doubt(words=first[0], why="a listed name in small letters"))
        at += size
    return found, doubts


def _birth(text: str, match: re.Match[str]) -> bool:
    return BIRTH.search(text[max(0, match.start() - BIRTH_REACH) : match.start()]) is not None


Rule = tuple[str, re.Pattern[str], Callable[[str, re.Match[str]], bool]]
RULES: tuple[Rule, ...] = (
    ("e-mail", EMAIL, lambda text, match: True),  # noqa: ARG005 - one form for all rules
    ("National Insurance number", NINO, lambda text, match: is_national_insurance_number(match[0])),  # noqa: ARG005
    ("postcode", POSTCODE, lambda text, match: True),  # noqa: ARG005
    ("NHS number", TEN_DIGITS, lambda text, match: is_nhs_number(match[0])),  # noqa: ARG005
    ("telephone", PHONE, lambda text, match: _is_phone(match[0])),  # noqa: ARG005
    ("date of birth", DATE, _birth),
    ("date", DATE, lambda text, match: True),  # noqa: ARG005
    ("date of birth", PART_DATE, _birth),
)
"""Kind, pattern and condition, in the order in which they take their words."""
DOUBTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("may be an e-mail address in words", SPELT_EMAIL),
    ("may be a number in words", SPELT_NUMBER),
    ("may be a name or address on a network", HANDLE),
    ("may be a National Insurance number", NINO),
    ("may be part of a date of birth", PART_DATE),
    ("a year of birth", BIRTH_YEAR),
    ("may be part of a postcode", OUTWARD),
    ("may be a number of a person", LOOSE_DIGITS),
)


def _certain(text: str, listed: list[tuple[str, ...]]) -> tuple[list[Found], list[Doubt]]:
    taken: list[Found] = []

    def take(kind: str, start: int, end: int) -> None:
        if all(end <= one.start or start >= one.end for one in taken):
            taken.append(Found(kind=kind, start=start, end=end))

    for kind, pattern, holds in RULES:
        for match in pattern.finditer(text):
            if holds(text, match):
                words = match[0].rstrip(" .-")
                take(kind, match.start(), match.start() + len(words))
    named, doubts = _named(text, listed)
    for one in named:
        take(one.kind, one.start, one.end)
    return sorted(taken, key=lambda one: one.start), doubts


def _replaced(text: str, found: list[Found]) -> str:
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start], f"[{one.kind}]"]
        at = one.end
    return "".join([*parts, text[at:]])


def _capitals(text: str, known: set[str]) -> Iterator[Doubt]:
    """Yield capitalised words that may be names: in a sentence, or opening one with an uncommon word."""
    for match in WORD.finditer(text):
        word, before = match[0], text[: match.start()].rstrip("\"'\u2018\u201c( \n")
        folded = _folded(word)
        if not word[0].isupper() or folded in known or folded in ORDINARY:
            continue
        opens = not before or before[-1] in SENTENCE_END
        if opens and folded in OPENERS:
            continue
        yield Doubt(words=word, why="opens a sentence and may be a name" if opens else "capitalised, so may be a name")


def _foreign(text: str) -> Iterator[Doubt]:
    """Yield letters of scripts without capitals, in which no rule here finds a name."""
    odd = sorted({mark for mark in text if mark.isalpha() and not unicodedata.name(mark, "").startswith("LATIN")})
    if odd:
        yield Doubt(words="".join(odd), why="not in Latin letters: to be read by somebody who knows the language")


def redact(text: str, *, names: Iterable[str] = (), known: Iterable[str] = ()) -> Redacted:
    """Return words with personal data taken out, and the doubts that are left.

    Args:
        text: words as noted.
        names: names of people to take out wherever they stand capitalised, whole or in part.
        known: words with capitals that are known to name no person (places, services).
    """
    words = plain(text)
    found, doubts = _certain(words, _names(names))
    left = _replaced(words, found)
    open_words = re.sub(r"\[[^\]]*\]", lambda match: " " * len(match[0]), left)
    for why, pattern in DOUBTS:
        doubts += [Doubt(words=match[0].strip(), why=why) for match in pattern.finditer(open_words)]
    known_words = {_folded(word) for phrase in known for word in WORD.findall(phrase)}
    doubts += [*_capitals(open_words, known_words), *_foreign(open_words)]
    return Redacted(text=left, found=tuple(found), doubts=tuple(dict.fromkeys(doubts)))
