"""The claims of the publication, each with statistic, rule and threshold declared before data are seen.

One function decides. On published, open or supplied data a claim is ``supported``, ``refuted``, ``partly`` or
``not shown`` (a causal claim gets at most ``consistent with``). Demonstration data never support a claim about a place:
where the claim was planted it is ``detected`` or ``missed``; where the claim was made false, wrongly supporting it is a
``false alarm`` and rightly not supporting it keeps the words ``not shown`` or ``refuted``.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from insight import paths
from insight.errors import PublishedError
from insight.methods.estimate import Estimate
from insight.published.intervals import SLACK, Interval, evaluate, names_in
from insight.published.ledger import Ledger
from insight.sources.standing import PUBLISHED, Standing, planted_truths

Outcome = Literal[
    "supported",
    "refuted",
    "partly",
    "not shown",
    "consistent with",
    "detected",
    "missed",
    "false alarm",
    "not testable here",
]
RULES = ("greater", "less", "equivalent", "rank", "exact", "none")
KINDS = ("descriptive", "comparative", "equivalence", "associational", "causal", "judgement", "recommendation")
SEPARATOR = ";"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim in our words, with the rule that decides it.

    ``rules`` and ``thresholds`` have one entry a part; a compound claim is supported only if all its parts are.
    """

    id: str
    line: int
    stage: str
    claim: str
    kind: str
    statistic: str
    rules: tuple[str, ...]
    thresholds: tuple[float, ...]
    data_needed: str


@dataclass(frozen=True, kw_only=True)
class Tested:
    """What a stage hands over for one claim: an estimate a part, and the standing of the data behind it."""

    parts: tuple[Estimate, ...]
    standing: Standing
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The outcome for one claim, as the findings page and ``insight findings --json`` give it."""

    id: str
    stage: str
    claim: str
    kind: str
    statistic: str
    rule: str
    threshold: str
    value: list[float | None] | float | None
    interval: list[list[float | None]] | list[float | None] | None
    outcome: Outcome
    data: str | None
    why: str

    def as_dict(self) -> dict[str, object]:
        """Return the row as plain values for JSON."""
        return asdict(self)


def load_claims(ledger: str) -> dict[str, Claim]:
    """Return all claims of a publication by id.

    Raises:
        PublishedError: a kind or rule outside the vocabulary, or rules and thresholds that do not pair.
    """
    file = paths.published_dir(ledger) / "findings.csv"
    if not file.exists():
        return {}
    claims = {}
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rules = tuple(part.strip() for part in row["rule"].split(SEPARATOR))
            thresholds = tuple(float(part) for part in row["threshold"].split(SEPARATOR) if part.strip())
            place = f"{paths.shown(file)}, claim {row['id']}"
            if row["kind"] not in KINDS or any(rule not in RULES for rule in rules):
                raise PublishedError(f"{place}: kind or rule unknown. Fix: kinds {KINDS}, rules {RULES}")
            if rules != ("none",) and len(rules) != len(thresholds):
                raise PublishedError(f"{place}: {len(rules)} rules, {len(thresholds)} thresholds. Fix: pair them")
            claims[row["id"]] = Claim(
                id=row["id"],
                line=int(row["line"]),
                stage=row["stage"],
                claim=row["claim"],
                kind=row["kind"],
                statistic=row["statistic"],
                rules=rules,
                thresholds=thresholds,
                data_needed=row["data_needed"],
            )
    return claims


def printed(ledger: Ledger | None, *formulas: str, note: str = "") -> Tested | None:
    """Return what the print alone says of a claim: one estimate a part, its limits from the rounding of the print.

    Args:
        ledger: the publication's ledger; ``None`` (a council without one) gives ``None``.
        formulas: arithmetic on figure ids, one a declared part of the claim.
        note: words for the findings page.
    """
    if ledger is None:
        return None
    parts = []
    for formula in formulas:
        names = names_in(formula)
        values = {name: float(ledger.figures[name].value) for name in names}
        point = evaluate(formula, {name: Interval(value, value) for name, value in values.items()}).lower
        limits = evaluate(formula, {name: ledger.figures[name].interval for name in names})
        parts.append(
            Estimate(
                estimate=point,
                lower=limits.lower,
                upper=limits.upper,
                n=len(names),
                method="arithmetic on printed figures, limits from their rounding",
            )
        )
    return Tested(parts=tuple(parts), standing=PUBLISHED, note=note)


def decide_part(rule: str, threshold: float, estimate: Estimate) -> Literal["supported", "refuted", "not shown"]:
    """Apply one rule to one estimate.

    ``greater``: lower limit above the threshold supports, upper limit below it refutes; ``less`` mirrored.
    ``equivalent``: the whole interval inside plus or minus the threshold supports, wholly outside refutes.
    ``rank``: the simultaneous interval of the rank wholly at or above that place (numerically at most it) supports.
    ``exact``: the threshold lies in the rounding interval.
    """
    lower, upper = estimate.lower, estimate.upper
    if rule == "exact":
        inside = (lower is None or lower - SLACK <= threshold) and (upper is None or threshold <= upper + SLACK)
        return "supported" if inside else "refuted"
    supports = {
        "greater": lower is not None and lower > threshold,
        "less": upper is not None and upper < threshold,
        "equivalent": lower is not None and upper is not None and -threshold < lower and upper < threshold,
        "rank": upper is not None and upper <= threshold,
    }[rule]
    refutes = {
        "greater": upper is not None and upper < threshold,
        "less": lower is not None and lower > threshold,
        "equivalent": (lower is not None and lower >= threshold) or (upper is not None and upper <= -threshold),
        "rank": lower is not None and lower > threshold,
    }[rule]
    return "supported" if supports else "refuted" if refutes else "not shown"


def _combined(parts: Sequence[str]) -> Literal["supported", "refuted", "partly", "not shown"]:
    if all(part == "supported" for part in parts):
        return "supported"
    if any(part == "supported" for part in parts):
        return "partly"
    return "refuted" if all(part == "refuted" for part in parts) else "not shown"


def _on_demonstration(claim: Claim, outcome: str, folder: Path) -> Outcome:
    is_true = planted_truths(folder).get(claim.id)
    if is_true is None:
        raise PublishedError(
            f"claim `{claim.id}`: truth.csv does not say what was planted. Fix: generate the data again"
        )
    if is_true:
        return "detected" if outcome == "supported" else "missed"
    if outcome == "supported":
        return "false alarm"
    return "refuted" if outcome == "refuted" else "not shown"


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(f"{value:.6g}")


def decide(claim: Claim, tested: Tested | None) -> Decision:
    """Decide one claim: its rule on each part, then the words that the standing of the data allows.

    Raises:
        PublishedError: the number of estimates differs from the number of declared parts.
    """
    rule = f"{SEPARATOR} ".join(claim.rules)
    threshold = f"{SEPARATOR} ".join(f"{value:g}" for value in claim.thresholds)

    def row(outcome: Outcome, **values: object) -> Decision:
        given = {"value": None, "interval": None, "data": None} | values
        return Decision(
            id=claim.id,
            stage=claim.stage,
            claim=claim.claim,
            kind=claim.kind,
            statistic=claim.statistic,
            rule=rule,
            threshold=threshold,
            outcome=outcome,
            **given,  # type: ignore[arg-type]
        )

    if tested is None:
        return row("not testable here", why=f"Would be decided by: {claim.data_needed}.")
    if len(tested.parts) != len(claim.rules) or claim.rules == ("none",):
        raise PublishedError(
            f"claim `{claim.id}`: {len(tested.parts)} estimates for rules {claim.rules}. "
            "Fix: one estimate a declared part"
        )
    parts = [
        decide_part(one, limit, estimate)
        for one, limit, estimate in zip(claim.rules, claim.thresholds, tested.parts, strict=True)
    ]
    combined = _combined(parts)
    outcome: Outcome = combined
    if tested.standing.is_demonstration:
        folder = tested.standing.folder
        outcome = "not testable here" if folder is None else _on_demonstration(claim, combined, folder)
    elif claim.kind == "causal" and combined == "supported":
        outcome = "consistent with"
    estimates = tested.parts
    values = [_number(estimate.estimate) for estimate in estimates]
    intervals = [[_number(estimate.lower), _number(estimate.upper)] for estimate in estimates]
    methods = "; ".join(dict.fromkeys(f"{estimate.method}, n = {estimate.n:,}" for estimate in estimates))
    words = [f"Parts: {', '.join(parts)}." if len(parts) > 1 else "", f"{methods}.", tested.note]
    if tested.standing.is_demonstration:
        words.append("Demonstration data: tests the method, says nothing about the place.")
        if tested.standing.folder is None:
            words.append("They were saved again without their truth file, so nothing can be said of the method either.")
    return row(
        outcome,
        value=values[0] if len(values) == 1 else values,
        interval=intervals[0] if len(intervals) == 1 else intervals,
        data=tested.standing.kind,
        why=" ".join(word for word in words if word),
    )


def decide_stage(claims: Mapping[str, Claim], stage: str, tested: Mapping[str, Tested]) -> list[Decision]:
    """Decide every claim of a stage; claims without an estimate are ``not testable here``.

    Raises:
        PublishedError: an estimate for a claim that the ledger does not hold for this stage.
    """
    own = {name: claim for name, claim in claims.items() if claim.stage == stage}
    for name in tested:
        if name not in own:
            raise PublishedError(f"claim `{name}` is not in the ledger of {stage}. Fix: correct the id")
    return [decide(claim, tested.get(name)) for name, claim in own.items()]
