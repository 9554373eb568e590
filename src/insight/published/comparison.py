"""Comparison of what a stage computed with what was printed: evidence class, verdict, and words for both.

The printed value enters only here, after the stage has computed; nothing computed reads it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from insight.errors import PublishedError
from insight.published.amounts import amount
from insight.published.intervals import Interval, evaluate, names_in
from insight.published.ledger import COUNT_PREFIX, Ledger, PrintedFigure

Evidence = Literal["recomputed", "recovered", "transcribed", "replicated"]
Verdict = Literal[
    "reproduces",
    "consistent_within_rounding",
    "bound_satisfied",
    "inconsistent_in_source",
    "not_computable",
    "not_comparable",
    "not_tested",
    "differs",
]
Value = float | str


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What a stage computed for one figure, from its inputs.

    ``recovered`` needs ``records`` of at least 2: a value read from one cell is ``transcribed``. A ``replicated`` value
    may have limits that its data leave open, and may count something near but not the same (``is_comparable``).
    """

    value: Value
    evidence: Evidence
    records: int = 1
    note: str = ""
    lower: float | None = None
    upper: float | None = None
    is_comparable: bool = True

    def __post_init__(self) -> None:
        if self.evidence == "recomputed":
            raise PublishedError("recomputed figures come from the ledger's own formulas. Fix: leave them out")
        if self.evidence == "recovered" and self.records < 2:  # noqa: PLR2004 - the definition of recovered
            raise PublishedError("a recovered figure aggregates two or more records. Fix: report it as transcribed")


def recovered(value: Value, *, records: int, note: str = "") -> Computed:
    """Return a value aggregated from two or more input records."""
    return Computed(value=value, evidence="recovered", records=records, note=note)


def transcribed(value: Value, *, note: str = "") -> Computed:
    """Return a value read from one cell of an input, or from a benchmark."""
    return Computed(value=value, evidence="transcribed", note=note)


def replicated(
    value: Value,
    *,
    records: int,
    note: str = "",
    limits: tuple[float, float] | None = None,
    is_comparable: bool = True,
) -> Computed:
    """Return a value computed from independent, real open data; ``note`` names the data and the measure.

    Args:
        value: what the data give.
        records: number of records behind it.
        note: data and measure in words.
        limits: what the data leave open, such as a spread over years; a print that they reach is not refuted.
        is_comparable: false where the data count something near but not the same: shown, never judged.
    """
    lower, upper = limits or (None, None)
    return Computed(
        value=value,
        evidence="replicated",
        records=records,
        note=note,
        lower=lower,
        upper=upper,
        is_comparable=is_comparable,
    )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One row of the scorecard."""

    id: str
    stage: str
    area: str
    measure: str
    published: str
    unit: str
    qualifier: str
    computed: Value | None
    evidence: Evidence
    verdict: Verdict
    repeat_of: str | None
    note: str

    def as_dict(self) -> dict[str, object]:
        """Return the row as plain values for JSON."""
        return asdict(self)


def shown(value: Value | None) -> str:
    """Return a value as the check cells print it: fixed text, at most six significant digits, no float repr."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    return f"{value:.6g}" if abs(value) < 10**6 else f"{value:.0f}"


def limits_in_words(possible: Interval, *, unit: str) -> str:
    """Return an interval as readers read it."""
    if math.isinf(possible.upper):
        return f"{amount(possible.lower, unit=unit)} or more"
    return f"{amount(possible.lower, unit=unit)} to {amount(possible.upper, unit=unit)}"


def _operands(figure: PrintedFigure, ledger: Ledger) -> tuple[Interval, float]:
    intervals, points = {}, {}
    for name in names_in(figure.formula):
        printed = ledger.figures[name]
        value = float(printed.value)
        intervals[name] = printed.interval
        points[name] = Interval(value, value)
    return evaluate(figure.formula, intervals), evaluate(figure.formula, points).lower


def _row(
    figure: PrintedFigure, *, computed: Value | None, evidence: Evidence, verdict: Verdict, note: str
) -> Comparison:
    return Comparison(
        id=figure.id,
        stage=figure.stage,
        area=figure.area,
        measure=figure.measure,
        published=figure.value,
        unit=figure.unit,
        qualifier=figure.qualifier,
        computed=computed,
        evidence=evidence,
        verdict=verdict,
        repeat_of=figure.repeat_of or None,
        note=" ".join(part for part in (note, figure.note) if part),
    )


def recompute(figure: PrintedFigure, ledger: Ledger) -> Comparison:
    """Recompute a figure by its declared formula from other printed figures, and judge it.

    Order of judgement: the two sides count different things; open bound; point; intervals; inconsistent.
    """
    if figure.formula.startswith(COUNT_PREFIX):
        count = float(ledger.lists[figure.formula.removeprefix(COUNT_PREFIX)])
        verdict: Verdict = "reproduces" if figure.interval.holds(count) else "inconsistent_in_source"
        note = f"The printed list has {count:.0f} items."
        return _row(figure, computed=count, evidence="recomputed", verdict=verdict, note=note)
    possible, point = _operands(figure, ledger)
    spread = limits_in_words(possible, unit=figure.unit)
    note = f"From other printed figures: {amount(point, unit=figure.unit)}, by their rounding {spread}."
    if figure.counts != figure.formula_counts:
        note += f" The print counts {figure.counts}, the formula {figure.formula_counts}."
        return _row(figure, computed=point, evidence="recomputed", verdict="not_comparable", note=note)
    if figure.rounding == "open":
        verdict = "bound_satisfied" if figure.interval.holds(point) else "inconsistent_in_source"
    elif figure.interval.holds(point):
        verdict = "reproduces"
    else:
        verdict = "consistent_within_rounding" if figure.interval.meets(possible) else "inconsistent_in_source"
    return _row(figure, computed=point, evidence="recomputed", verdict=verdict, note=note)


def _implied(figure: PrintedFigure, ledger: Ledger) -> str:
    if not figure.implied:
        return f"Not printed: {figure.missing}."
    names = names_in(figure.implied)
    possible = evaluate(figure.implied, {name: ledger.figures[name].interval for name in names})
    point = evaluate(
        figure.implied, {name: Interval(*(float(ledger.figures[name].value),) * 2) for name in names}
    ).lower
    implied = f"{amount(point, unit='')} ({limits_in_words(possible, unit='')})"
    return f"Not printed: {figure.missing}; the figure implies {implied}."


def _against_inputs(figure: PrintedFigure, computed: Computed) -> Comparison:
    def row(verdict: Verdict) -> Comparison:
        return _row(figure, computed=computed.value, evidence=computed.evidence, verdict=verdict, note=computed.note)

    if computed.evidence == "transcribed":
        return row("not_tested")
    if not computed.is_comparable:
        return row("not_comparable")
    if not figure.is_number or isinstance(computed.value, str):
        return row("reproduces" if str(computed.value) == figure.value else "differs")
    if figure.rounding == "open":
        return row("bound_satisfied" if figure.interval.holds(computed.value) else "differs")
    if figure.interval.holds(computed.value):
        return row("reproduces")
    return row("consistent_within_rounding" if _reaches(figure, computed) else "differs")


def _reaches(figure: PrintedFigure, computed: Computed) -> bool:
    """Whether the limits that data leave open reach the interval of the print."""
    if computed.lower is None or computed.upper is None:
        return False
    return figure.interval.meets(Interval(computed.lower, computed.upper))


def _judge(figure: PrintedFigure, ledger: Ledger, computed: Computed | None) -> Comparison:
    if figure.formula:
        return recompute(figure, ledger)
    if figure.missing and (computed is None or computed.evidence != "replicated"):
        value = None if computed is None else computed.value
        return _row(
            figure, computed=value, evidence="transcribed", verdict="not_computable", note=_implied(figure, ledger)
        )
    if computed is None:
        note = "Printed only; no input of this run holds it."
        return _row(figure, computed=None, evidence="transcribed", verdict="not_tested", note=note)
    return _against_inputs(figure, computed)


def compare(ledger: Ledger, stage: str, computed: Mapping[str, Computed]) -> list[Comparison]:
    """Compare all figures of a stage, repeats taking class, verdict and value of their first printing.

    Args:
        ledger: the publication's ledger.
        stage: whose figures.
        computed: what the stage computed, by figure id; figures with a formula are recomputed from the ledger itself.

    Raises:
        PublishedError: an id that the ledger does not hold for this stage, or that is recomputed or a repeat.
    """
    figures = {figure.id: figure for figure in ledger.of_stage(stage)}
    for name in computed:
        if name not in figures or figures[name].repeat_of or figures[name].formula:
            why = "not in the ledger for this stage" if name not in figures else "recomputed or a repeat in the ledger"
            raise PublishedError(f"figure `{name}` of {stage}: {why}. Fix: leave it out or correct the id")
    rows: dict[str, Comparison] = {}
    for name, figure in figures.items():
        if not figure.repeat_of:
            rows[name] = _judge(figure, ledger, computed.get(name))
    for name, figure in figures.items():
        if figure.repeat_of:
            first = ledger.figures[figure.repeat_of]
            base = rows.get(first.id) or _judge(first, ledger, None)
            agrees = figure.value == first.value
            rows[name] = _row(
                figure,
                computed=base.computed,
                evidence=base.evidence,
                verdict=base.verdict if agrees else "inconsistent_in_source",
                note=f"Repeats {first.id}" + ("." if agrees else f", printed there as {first.value}."),
            )
    return [rows[name] for name in figures]


def text_lines(rows: list[Comparison]) -> str:
    """Return the fixed text that check cells print: one line a distinct figure, numbers at stated precision."""
    return "\n".join(
        f"{row.id}  published {row.published}  computed {shown(row.computed)}  {row.evidence}  {row.verdict}"
        for row in rows
        if row.repeat_of is None
    )


def reading_if_exact(ledger: Ledger, figure: str, operand: str) -> Verdict:
    """Return the verdict of a recomputed figure if one of its operands is read as exact instead of rounded."""
    target = ledger.figures[figure]
    intervals = {name: ledger.figures[name].interval for name in names_in(target.formula)}
    value = float(ledger.figures[operand].value)
    possible = evaluate(target.formula, intervals | {operand: Interval(value, value)})
    if target.interval.holds(_operands(target, ledger)[1]):
        return "reproduces"
    return "consistent_within_rounding" if target.interval.meets(possible) else "inconsistent_in_source"
