"""A number of a draft against a run: agrees, contradicted, transposed, stale, needs a caveat, or unmatched.

A number is matched to the figure whose unit fits, whose value it may stand for, and whose words stand nearest to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from insight.published.intervals import SLACK
from insight.report.proofreader.mentions import Mention

Status = Literal["agrees", "contradicted", "transposed", "stale", "needs a caveat", "unmatched", "not a figure"]
FLAGGED: tuple[Status, ...] = ("contradicted", "transposed", "stale", "needs a caveat", "unmatched")
COMPATIBLE = {
    "number": {"count", "rank", "points", "per_1000_births", "per_year", "percent", "years", "months"},
    "percent": {"percent"},
    "gbp": {"gbp", "gbp_per_year"},
    "year": {"year", "financial_year", "count"},
    "years": {"years"},
    "months": {"months"},
    "weeks": {"weeks"},
    "days": {"days"},
    "minutes": {"minutes"},
    "hours": {"hours"},
    "points": {"points"},
}
CAVEAT = re.compile(
    r"estimat|approximat|about|around|model|demonstrat|illustrat|may |might|could|if |assum|at most|up to|caveat|rough"
    r"|nearly|almost|over |project(?:ed|ion)|target|likely|expected",
    re.IGNORECASE,
)
COMMON = {
    *("the", "and", "of", "in", "to", "a", "for", "per", "cent", "that", "with", "are", "who", "from", "is", "was"),
    *(
        "at",
        "by",
        "on",
        "as",
        "an",
        "its",
        "this",
        "than",
        "which",
        "have",
        "has",
        "their",
        "share",
        "count",
        "printed",
    ),
}
AREA_WEIGHT, SENTENCE_WEIGHT, PARAGRAPH_WEIGHT = 1.5, 1.0, 0.35
LEAST_SCORE, LEAST_IN_TABLES, LEAST_TRANSPOSED = 1.0, 2.0, 4.0
"""Scores from which a number is laid to a figure, to a cell of a table, or to a value with the same digits."""
NEAR = 0.5
"""Scores closer than this do not tell two figures apart: the number gets the benefit of the doubt."""
STEM = 5


@dataclass(frozen=True, kw_only=True)
class Known:
    """One number that the run holds: what it is of, and what was printed and computed."""

    id: str
    words: str
    area: str
    unit: str
    published: float | None
    computed: float | None
    verdict: str
    evidence: str
    note: str = ""
    earlier: float | None = None
    is_limit: bool = False
    """Whether it is a limit or another measure of sureness, which only tables of a draft give alone."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the proofreader says of one number."""

    place: int
    shown: str
    status: Status
    figure: str
    run_says: str
    why: str
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return asdict(self)


@cache
def stems(text: str) -> frozenset[str]:
    """Return the beginnings of a text's telling words, so that plural and singular meet."""
    tokens = re.findall(r"[a-z]+", re.sub(r"['\u2019]", "", text.lower()).replace("_", " "))
    return frozenset(token[:STEM] for token in tokens if token not in COMMON and len(token) > 2)  # noqa: PLR2004 - short words


def _clause(mention: Mention) -> str:
    """Return the words around a number up to the next number on either side: what it is nearest to."""
    text = mention.paragraph
    before = re.split(r"\d", text[: mention.start])[-1]
    after = re.split(r"\d", text[mention.start + len(mention.shown) :])[0]
    return f"{before} {after}"


def score(mention: Mention, known: Known) -> float:
    """Return how well the words around a number fit a figure."""
    wanted, area = stems(known.words), stems(known.area)
    near, beside = f"{_clause(mention)} {mention.beside}", stems(mention.beside)
    clause, sentence, paragraph = stems(near), stems(mention.sentence) | beside, stems(mention.paragraph) | beside
    total = (
        len(wanted & clause) + SENTENCE_WEIGHT * len(wanted & sentence) / 2 + PARAGRAPH_WEIGHT * len(wanted & paragraph)
    )
    if area and area <= sentence:
        total += AREA_WEIGHT
    elif area and area <= paragraph:
        total += AREA_WEIGHT / 2
    return total


def _meets(mention: Mention, value: float | None) -> bool:
    if value is None:
        return False
    slack = SLACK * max(1.0, abs(value))
    return mention.interval.lower - slack <= value <= mention.interval.upper + slack


def _digits(value: float) -> list[str]:
    return sorted(re.sub(r"\D", "", f"{value:g}"))


def _is_transposed(mention: Mention, known: Known) -> bool:
    if known.computed is None:
        return False
    rounded = round(known.computed, _decimals(mention))
    same = _digits(rounded) == _digits(mention.value) and _whole_digits(rounded) == _whole_digits(mention.value)
    return same and abs(rounded - mention.value) > SLACK and len(_digits(mention.value)) > 1


def _decimals(mention: Mention) -> int:
    found = re.search(r"\.(\d+)", mention.shown)
    return len(found[1]) if found else 0


def _whole_digits(value: float) -> int:
    """Return how many digits stand before the point: those who swap two digits leave it where it was."""
    return len(str(int(abs(value))))


def _shown(value: float | None) -> str:
    return "not computed" if value is None else f"{value:,.6g}"


class Values:
    """The numbers of a run, laid out so that those near a number of a draft are found without asking each."""

    def __init__(self, run: Iterable[Known]) -> None:
        import numpy as np

        self.run = list(run)
        columns = [[one.computed, one.published, one.earlier] for one in self.run]
        self.numbers = np.array(columns, dtype=float).reshape(len(self.run), 3)

    def near(self, mention: Mention) -> list[Known]:
        """Return those that a number may stand for, and those whose digits it may have swapped.

        Two numbers with the same digits differ by a multiple of nine, the accountants' test for a transposition.
        """
        import numpy as np

        low, high = mention.interval.lower, mention.interval.upper
        slack = SLACK * np.maximum(1.0, np.abs(self.numbers))
        meets = ((low - slack <= self.numbers) & (self.numbers <= high + slack)).any(axis=1)
        scale = 10.0 ** _decimals(mention)
        digits = np.round(np.nan_to_num(self.numbers[:, 0]) * scale)
        swapped = (digits != round(mention.value * scale)) & ((digits - round(mention.value * scale)) % 9 == 0)
        return [self.run[at] for at in np.flatnonzero(meets | swapped)]


def _candidates(mention: Mention, run: Values) -> list[tuple[float, Known]]:
    fitting = [
        known
        for known in run.near(mention)
        if known.unit in COMPATIBLE.get(mention.unit, set()) and (mention.beside or not known.is_limit)
    ]
    near = [
        (score(mention, known), known)
        for known in fitting
        if _meets(mention, known.computed)
        or _meets(mention, known.published)
        or _meets(mention, known.earlier)
        or _is_transposed(mention, known)
    ]
    return sorted(near, key=lambda pair: -pair[0])


def _disagrees(mention: Mention, known: Known) -> tuple[Status, str]:
    value = _shown(known.computed)
    turned = _is_transposed(mention, known)
    if known.verdict == "inconsistent_in_source":
        extra = " (the digits are those of the computed value in another order)" if turned else ""
        return "contradicted", f"the figures it is made of give {value}{extra}. {known.note}"
    if _meets(mention, known.earlier):
        return "stale", f"an earlier run gave this; this one gives {value}"
    if known.verdict == "differs":
        return "stale", f"the print says this; this run's inputs give {value}"
    if turned:
        return "transposed", f"this run gives {value}: same digits, another order"
    return "agrees", "as printed; " + known.verdict.replace("_", " ")


def _judge(mention: Mention, known: Known) -> tuple[Status, str]:
    if known.computed is not None and not _meets(mention, known.computed):
        status, why = _disagrees(mention, known)
        if status != "agrees":
            return status, why
    if known.verdict in {"not_comparable", "consistent_within_rounding"} and not CAVEAT.search(mention.sentence):
        return "needs a caveat", known.note or known.verdict.replace("_", " ")
    is_said = mention.is_caveated or "demonstrat" in mention.paragraph.lower()
    if known.evidence == "demonstration" and not is_said:
        return "needs a caveat", "comes from demonstration data, which are no evidence about a place; say so or drop it"
    return "agrees", known.verdict.replace("_", " ")


def _best(mention: Mention, run: Values) -> Known | None:
    found = _candidates(mention, run)
    if not found:
        return None
    top = found[0][0]
    close = [known for value, known in found if value >= top - NEAR]
    agreeing = [known for known in close if _meets(mention, known.computed)]
    best = agreeing[0] if agreeing else close[0]
    least = LEAST_SCORE if best.published is not None else LEAST_IN_TABLES
    if not (_meets(mention, best.computed) or _meets(mention, best.published) or _meets(mention, best.earlier)):
        least = LEAST_TRANSPOSED
    return best if top >= least else None


def check(mention: Mention, run: Values | Sequence[Known]) -> Checked:
    """Return what the run says of one number of a draft."""
    values = run if isinstance(run, Values) else Values(run)

    def row(status: Status, figure: str = "", run_says: str = "", why: str = "") -> Checked:
        return Checked(
            place=mention.place,
            shown=mention.shown,
            status=status,
            figure=figure,
            run_says=run_says,
            why=why,
            sentence=mention.sentence,
        )

    if mention.is_label:
        return row(
            "not a figure", why="a page, a level, a range, the base of a rate, a telephone or a line of contents"
        )
    known = _best(mention, values)
    if known is None:
        if mention.unit == "year":
            return row("not a figure", why="a year of the calendar")
        return row("unmatched", why="no figure of the run fits its unit, value and words: cite a source or remove it")
    status, why = _judge(mention, known)
    return row(status, known.id, _shown(known.computed), why)
