"""Numbers in running text: value, unit, how it was rounded, and the interval that the words give it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from insight.published.intervals import Interval
from insight.report.proofreader.reading import Paragraph

SMALL = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SPELLED = {name: value for value, name in enumerate(SMALL, 1)}
THOUSAND = 1_000
SCALES = {"thousand": THOUSAND, "k": THOUSAND, "million": THOUSAND**2, "m": THOUSAND**2}
NUMBER = re.compile(
    r"(?P<currency>£\s?)?(?<![\w.,/-])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>million|thousand|m|k)\b)?"
    r"(?P<unit>\s?%|\s?per\s?cent\b|\s?percentage points?\b|\s(?:years?|months?|weeks?|days?|minutes|hours|points)\b)?"
    r"(?![\w]|[/-]\d|,\d{3})",
    re.IGNORECASE,
)
WORDED = re.compile(rf"\b(?P<word>{'|'.join(SMALL)})\s(?P<unit>years?|months?|weeks?|days?)\b", re.IGNORECASE)
QUALIFIERS = (
    ("open", r"at least|no less than|minimum of"),
    ("below", r"nearly|almost|just under|under"),
    ("above", r"over|more than|just over|above"),
    ("rounded", r"about|around|approximately|approx\.?|roughly|some|in the region of(?: around)?"),
)
NO_FIGURE = re.compile(
    r"(?:\b(?:page|pages|line|level|levels|point|figure|table|section|chapter|annex|appendix|item|no\.|number|version"
    r"|telephone|phone|fax|tel|per)\b[ .:]*(?:\d+ ?(?:and|to|,|-)? ?)*)$",
    re.IGNORECASE,
)
"""What stands before a number that only names a place in a text, a telephone, or the base of a rate."""
NUMBERED = re.compile(r"\s*\d+(?:\.\d+)*[.)]?\s+[A-Z][A-Za-z ,'-]{2,60}$")
"""A heading with its number, and no figure in it."""
CONTENTS_LINE = re.compile(r"^[\W_]*[A-Z][A-Za-z ,'-]{2,60}?[\W_]+\d{1,3}[\W_]*$")
RANGE = re.compile(r"\b\d+\s?[-\u2013]\s?\d+\b")
TELEPHONE = re.compile(r"\b0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}\b")
WINDOW = 28
HEADED = {"(£)": "gbp", "(%)": "percent", "(years)": "years"}
"""Units that stand in the head of a column instead of beside each number."""
FIRST_YEAR, LAST_YEAR = 1900, 2100
UNITS = {"%": "percent", "per cent": "percent", "percentage point": "percent"}


@dataclass(frozen=True, kw_only=True)
class Mention:
    """One number of a draft."""

    place: int
    start: int
    shown: str
    value: float
    unit: str
    """``percent``, ``gbp``, ``years`` and so on; ``number`` where the text names none; ``year`` of the calendar."""
    interval: Interval
    sentence: str
    paragraph: str
    is_label: bool = False
    """Whether it only names something: a page, a level, a telephone, a numbered heading."""
    beside: str = ""
    """Of a number in a table: the words that begin its row and head its column."""
    is_caveated: bool = False
    """Whether the part of the draft that it stands in says that its data are generated."""


def _unit(found: re.Match[str]) -> str:
    if found.groupdict().get("currency"):
        return "gbp"
    raw = " ".join((found["unit"] or "").lower().split())
    if not raw:
        return "number"
    for name, unit in UNITS.items():
        if raw.startswith(name):
            return unit
    return raw if raw.endswith("s") else f"{raw}s"


def _interval(value: float, digits: str, scale: int, before: str) -> Interval:
    number = Decimal(digits.replace(",", ""))
    trailing = len(str(number)) - len(str(number).rstrip("0")) if number == number.to_integral_value() else 0
    exponent = int(number.as_tuple().exponent)
    unit = float(10**trailing if exponent >= 0 else Decimal(1).scaleb(exponent)) * scale
    for rule, words in QUALIFIERS:
        if re.search(rf"\b(?:{words})\s*(?:of\s)?(?:an?\s)?£?\s*$", before, re.IGNORECASE):
            return {
                "open": Interval(value, float("inf")),
                "below": Interval(value - unit / 2, value),
                "above": Interval(value, value + unit),
                "rounded": Interval(value - unit / 2, value + unit / 2),
            }[rule]
    half = unit / 2 if exponent < 0 or scale > 1 else 0.5
    return Interval(value - half, value + half)


def _sentence(text: str, start: int) -> str:
    left = max(text.rfind(mark, 0, start) for mark in (". ", "; ", "! ", "? ", "\n"))
    ends = [at for mark in (". ", "; ", "! ", "? ", "\n") if (at := text.find(mark, start)) >= 0]
    return text[left + 1 : min(ends) + 1 if ends else len(text)].strip()


def _is_label(text: str, start: int) -> bool:
    inside = any(one.start() <= start < one.end() for kind in (TELEPHONE, RANGE) for one in kind.finditer(text))
    return inside or any((NO_FIGURE.search(text[:start]), CONTENTS_LINE.match(text), NUMBERED.match(text)))


def _mention(paragraph: Paragraph, found: re.Match[str], digits: str, scale: int) -> Mention:
    text = paragraph.text
    value = float(digits.replace(",", "")) * scale
    unit = _unit(found)
    if unit == "number":
        unit = next((name for mark, name in HEADED.items() if mark in paragraph.beside), unit)
    is_year = unit == "number" and "," not in digits and FIRST_YEAR <= value <= LAST_YEAR and value == int(value)
    return Mention(
        place=paragraph.place,
        start=found.start(),
        shown=found[0].strip(),
        value=value,
        unit="year" if is_year else unit,
        interval=_interval(value, digits, scale, text[max(0, found.start() - WINDOW) : found.start()]),
        sentence=_sentence(text, found.start()),
        paragraph=text,
        is_label=_is_label(text, found.start()),
        beside=paragraph.beside,
        is_caveated=paragraph.is_labelled,
    )


def mentions(paragraph: Paragraph) -> list[Mention]:
    """Return the numbers of a paragraph as they come; spelled ones count where a unit of time follows."""
    found = [
        _mention(paragraph, one, one["digits"], SCALES.get((one["scale"] or "").lower(), 1))
        for one in NUMBER.finditer(paragraph.text)
    ]
    found += [_mention(paragraph, one, str(SPELLED[one["word"].lower()]), 1) for one in WORDED.finditer(paragraph.text)]
    return sorted(found, key=lambda one: one.start)
