"""Questions beside the appraisal: how long a benefit would have to last, and what may be added to what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.errors import ParamsError
from insight.methods import appraisal
from insight.published.ledger import Ledger
from insight.stages.benefits.declaration import Params
from insight.stages.benefits.schemes import Appraised, Tables, limits, per_pound


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


def _overlaps(found: list[Appraised], params: Params) -> dict[str, dict[str, float]]:
    """Return stated overlaps, with none between schemes of different groups."""
    stated = {name: dict(others) for name, others in params.overlaps.items()}
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            if one.scheme.overlap_group != other.scheme.overlap_group:
                stated.setdefault(one.scheme.name, {}).setdefault(other.scheme.name, 0.0)
    return stated


def totals_table(found: list[Appraised], params: Params) -> pd.DataFrame:
    """Return the sum of all schemes where overlaps are stated (else the refusal), and of a set that cannot overlap."""
    known = [each for each in found if not each.missing]
    columns = ["sum", "schemes", "present_value_gbp", "lower_gbp", "upper_gbp", "reason"]
    if not known:
        return pd.DataFrame(columns=columns)
    stated = _overlaps(known, params)
    whole = appraisal.total_without_overlap({each.scheme.name: each.value() for each in known}, overlaps=stated)
    groups: dict[str, list[Appraised]] = {}
    for one in known:
        groups.setdefault(one.scheme.overlap_group, []).append(one)
    shared = [members for members in groups.values() if len(members) > 1]
    pairs = "; ".join(" and ".join(each.scheme.label for each in members) for members in shared)
    largest = [max(members, key=Appraised.value) for members in groups.values()]
    low, high = limits(np.sum([each.draws for each in largest if each.draws is not None], axis=0))
    rows = [
        {
            "sum": "all schemes",
            "schemes": ", ".join(each.scheme.label for each in known),
            "present_value_gbp": whole,
            "reason": f"Refused: {pairs} may count the same families, and nobody has stated by how much."
            if whole is None
            else "Overlaps as stated in the params are taken off once.",
        },
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
