"""Raking to known margins: what may not be raked is refused by name, what is raked keeps honest errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from insight.methods.survey import adapter
from insight.methods.survey.errors import SurveyError
from insight.methods.survey.estimates import required

if TYPE_CHECKING:
    from insight.methods.survey.design import SurveyDesign

SHARES_SUM, SLACK = 1.0, 1e-6


def rake(
    design: SurveyDesign, margins: Mapping[str, Mapping[Any, float]], *, max_ratio: float | None, max_deff: float
) -> SurveyDesign:
    """Return a raked design; see :meth:`SurveyDesign.rake`."""
    if not margins:
        raise SurveyError("no margins to rake to. Fix: give the totals or shares of at least one column")
    required(design, *margins)
    for column, wanted in margins.items():
        _agrees(design, column, wanted)
    total = _total(design, margins)
    controls = {
        column: {_key(level): float(size) / sum(wanted.values()) * total for level, size in wanted.items()}
        for column, wanted in margins.items()
    }
    highest = None
    if max_ratio is not None:
        if max_ratio <= 1:
            raise SurveyError(f"max_ratio {max_ratio:g} allows no weight above the mean. Fix: a number above 1")
        highest = max_ratio * total / int((design.weight_values > 0).sum())
    made = adapter.with_columns(design.sample, {_name(column): _text(design, column) for column in margins})
    raked = adapter.rake(made, {_name(column): levels for column, levels in controls.items()}, highest=highest)
    done = replace(design, _made=raked, raked_to=tuple(margins))
    if done.summary.kish_deff > max_deff:
        raise SurveyError(
            f"raked weights have a Kish design effect of {done.summary.kish_deff:.2f}, above {max_deff:g}. "
            "Fix: rake to fewer margins, merge small levels, or cap the weights with max_ratio"
        )
    return done


def _name(column: str) -> str:
    return f"_margin_{column}"


def _key(level: Any) -> str:
    return str(level)


def _text(design: SurveyDesign, column: str) -> Any:
    return design.data[column].astype(str).to_numpy(dtype=object).astype(str)


def _agrees(design: SurveyDesign, column: str, wanted: Mapping[Any, float]) -> None:
    values = design.data[column]
    if values.isna().any():
        raise SurveyError(
            f"`{column}` is missing for {int(values.isna().sum())} rows. Fix: fill them, or do not rake to it"
        )
    has, asked = {_key(one) for one in values.unique()}, {_key(one) for one in wanted}
    if has != asked:
        odd = "; ".join(
            [f"only in the data: {', '.join(sorted(has - asked))}"] * bool(has - asked)
            + [f"only in the margin: {', '.join(sorted(asked - has))}"] * bool(asked - has)
        )
        raise SurveyError(f"`{column}` and its margin differ ({odd}). Fix: merge levels until both name the same")
    if any(not size > 0 for size in wanted.values()):
        raise SurveyError(f"`{column}`: a margin is 0 or less. Fix: drop the level from data and margin")


def _total(design: SurveyDesign, margins: Mapping[str, Mapping[Any, float]]) -> float:
    sums = {column: sum(wanted.values()) for column, wanted in margins.items()}
    if all(abs(value - SHARES_SUM) < SLACK for value in sums.values()):
        return float(design.weight_values.sum())
    first = next(iter(sums.values()))
    if any(abs(value - first) > SLACK * first for value in sums.values()):
        shown = ", ".join(f"{name} {value:g}" for name, value in sums.items())
        raise SurveyError(
            f"margins disagree on the total: {shown}. Fix: give all as totals of one population, or as shares"
        )
    return float(first)
