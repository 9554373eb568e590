"""Questions beside the appraisal: how long a benefit would have to last, and what may be added to what."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from insight.errors import ParamsError
from insight.methods import appraisal
from insight.published.ledger import Ledger
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.scheme_tables import limits
from insight.stages.benefits.schemes import Appraised, Tables, per_pound


def horizon_table(found: list[Appraised], params: Params, tables: Tables) -> pd.DataFrame:
    """Return what each benefit would be worth if it lasted so many years: a question, not a result."""
    rows = []
    for one in (each for each in found if not each.missing):
        for years in params.scenario_years:
            factor = per_pound(one.scheme, params, tables, years=years)
            ratio = factor / one.per_pound
            low, high = limits(one.draws)
            rows.append(
                {
                    "scheme": one.scheme.label,
                    "if_it_lasted_years": years,
                    "present_value_gbp": one.value(per_pound=factor),
                    "lower_gbp": low * ratio,
                    "upper_gbp": high * ratio,
                }
            )
    columns = ["scheme", "if_it_lasted_years", "present_value_gbp", "lower_gbp", "upper_gbp"]
    return pd.DataFrame(rows, columns=columns)


def lifetime_table(found: list[Appraised], params: Params, ledger: Ledger | None, tables: Tables) -> pd.DataFrame:
    """Return the years at which a yearly value would add up to a printed lifetime value, and whether it ever does."""
    rows = []
    for one in found:
        if ledger is None or one.unit_value is None:
            continue
        flows = [1.0] * params.lifetime_years
        longest = appraisal.present_value(flows, tables.bands)
        for name in one.scheme.lifetime_figures:
            if name not in ledger.figures:
                raise ParamsError(f"scheme `{one.scheme.name}`: no figure `{name}`. Fix: correct the id")
            figure = ledger.figures[name]
            interval = figure.interval
            rows.append(
                {
                    "scheme": one.scheme.label,
                    "measure": figure.measure,
                    "printed_gbp": float(figure.value),
                    "years_undiscounted": float(figure.value) / one.unit_value.central,
                    "fewest_years": interval.lower / one.unit_value.high,
                    "most_years": interval.upper / one.unit_value.low,
                    "discounted_over_the_longest_life_gbp": longest * one.unit_value.central,
                    "is_ever_reached_discounted": longest * one.unit_value.high >= interval.lower,
                }
            )
    columns = [
        "scheme",
        "measure",
        "printed_gbp",
        "years_undiscounted",
        "fewest_years",
        "most_years",
        "discounted_over_the_longest_life_gbp",
        "is_ever_reached_discounted",
    ]
    return pd.DataFrame(rows, columns=columns)


OVERLAPS = ["scheme", "other", "share_of_the_smaller", "taken_off_gbp", "standing"]
PAIR = 2
STATED, APART, UNSTATED = "stated in the params", "for other families or homes: none", "nobody has stated it"


def _overlaps(found: list[Appraised], params: Params) -> dict[str, dict[str, float]]:
    """Return stated overlaps, with none between schemes of different groups.

    Raises:
        ParamsError: a matrix that cannot be read one way.
    """
    try:
        appraisal.check_overlaps(params.overlaps, known={scheme.name for scheme in params.schemes})
    except ValueError as error:
        raise ParamsError(str(error)) from None
    stated = {name: dict(others) for name, others in params.overlaps.items()}
    for one, other in combinations([each.scheme for each in found], 2):
        given = appraisal.may_add(one.name, other.name, stated)
        if given is None and one.overlap_group != other.overlap_group:
            stated.setdefault(one.name, {})[other.name] = 0.0
    return stated


def overlap_table(found: list[Appraised], params: Params) -> pd.DataFrame:
    """Return, for each pair of schemes with a value, the overlap that was stated, or that nobody stated any.

    Raises:
        ParamsError: a matrix that cannot be read one way.
    """
    known = [each for each in found if not each.missing]
    matrix = _overlaps(known, params)
    rows = []
    for one, other in combinations(known, 2):
        share = appraisal.may_add(one.scheme.name, other.scheme.name, matrix)
        is_stated = appraisal.may_add(one.scheme.name, other.scheme.name, params.overlaps) is not None
        rows.append(
            {
                "scheme": one.scheme.label,
                "other": other.scheme.label,
                "share_of_the_smaller": share,
                "taken_off_gbp": None if share is None else share * min(one.value(), other.value()),
                "standing": UNSTATED if share is None else STATED if is_stated else APART,
            }
        )
    numbers = ["share_of_the_smaller", "taken_off_gbp"]
    return pd.DataFrame(rows, columns=OVERLAPS).astype(dict.fromkeys(numbers, "float64"))


def _refusal(known: list[Appraised], matrix: dict[str, dict[str, float]]) -> str:
    """Return which pairs lack an overlap, and how to state one."""
    pairs = [
        (one.scheme, other.scheme)
        for one, other in combinations(known, 2)
        if appraisal.may_add(one.scheme.name, other.scheme.name, matrix) is None
    ]
    listed = "; ".join(f"{one.label} and {other.label}" for one, other in pairs)
    first = f"{pairs[0][0].name}: {{{pairs[0][1].name}: 0.2}}"
    return (
        f"Refused: {listed} may count the same families, and nobody has stated by how much. To add them, state the "
        f"share of the smaller that both hold under `overlaps` in the params, such as `{first}`."
    )


def _sum(known: list[Appraised], matrix: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return the sum of all schemes with limits from their draws, or why there is none."""
    values = {each.scheme.name: each.value() for each in known}
    whole = appraisal.total_without_overlap(values, overlaps=matrix)
    row: dict[str, Any] = {"sum": "all schemes", "schemes": ", ".join(each.scheme.label for each in known)}
    if whole is None:
        return row | {"present_value_gbp": None, "reason": _refusal(known, matrix)}
    draws = {each.scheme.name: each.draws for each in known if each.draws is not None}
    low, high = limits(appraisal.total_without_overlap(draws, overlaps=matrix))
    words = "Overlaps as stated in the params are taken off once; limits take the schemes as independent."
    if len(known) > PAIR:
        words += " Where three schemes share a part, the sum is a lower bound."
    return row | {"present_value_gbp": whole, "lower_gbp": low, "upper_gbp": high, "reason": words}


def totals_table(found: list[Appraised], params: Params) -> pd.DataFrame:
    """Return the sum of all schemes where overlaps are stated (else the refusal), and of a set that cannot overlap.

    Raises:
        ParamsError: a matrix of overlaps that cannot be read one way.
    """
    known = [each for each in found if not each.missing]
    columns = ["sum", "schemes", "present_value_gbp", "lower_gbp", "upper_gbp", "reason"]
    matrix = _overlaps(known, params)
    if not known:
        return pd.DataFrame(columns=columns)
    groups: dict[str, list[Appraised]] = {}
    for one in known:
        groups.setdefault(one.scheme.overlap_group, []).append(one)
    largest = [max(members, key=Appraised.value) for members in groups.values()]
    low, high = limits(np.sum([each.draws for each in largest if each.draws is not None], axis=0))
    rows = [
        _sum(known, matrix),
        {
            "sum": "schemes that cannot overlap",
            "schemes": ", ".join(each.scheme.label for each in largest),
            "present_value_gbp": sum(each.value() for each in largest),
            "lower_gbp": low,
            "upper_gbp": high,
            "reason": "The largest of each group that may overlap; limits take the schemes as independent. Predicted "
            "and modelled money of different years, not cash in hand.",
        },
    ]
    numbers = ["present_value_gbp", "lower_gbp", "upper_gbp"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, "float64"))
