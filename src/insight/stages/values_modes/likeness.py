"""Whether groups of respondents are alike: decided on the three groups of modes, the twelve modes shown beside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods import equivalence
from insight.methods.estimate import Estimate
from insight.methods.intervals import holm
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.sample import TRANSLATED, WEIGHT, Sample

GAPS_SHOWN = 5
"""Largest gaps listed for each comparison."""
UNTRANSLATED = "ethnic_groups_untranslated"
ENGLISH = "english"
CLAIMS = frozenset({"values_shared_over_ethnicity", "wards_homogeneous", "values_not_neighbourhood_bound"})
"""Claims of sameness, each decided by one comparison."""
DECIDES, BESIDE = "three groups", "twelve modes"
WEIGHTED, AS_SAMPLED = "weighted to residents", "as sampled"
"""How much each respondent counts: by the survey's weights, which decide, or all alike."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """One comparison of groups of respondents, on the three groups of modes and on the twelve modes."""

    label: str
    groups: int
    on_groups: equivalence.Association
    on_modes: equivalence.Association | None

    @property
    def parts(self) -> tuple[Estimate, Estimate]:
        """The two estimates that a claim of sameness is decided by: V and the largest gap, on the three groups."""
        return self.on_groups.v, self.on_groups.largest


def compare(sample: Sample, by: str, *, label: str, params: Params, beside: bool = True) -> Likeness:
    """Compare groups of respondents.

    The three groups decide because with twelve modes and several groups the limit of V lies near the margin, and the
    limit of the largest of many gaps beyond it, even under perfect sameness.
    """
    margins = {"margin": params.v_margin, "gap_margin": params.gap_margin}
    several = beside and len(set(sample.rows["mode"])) > 1
    return Likeness(
        label=label,
        groups=sample.rows[by].nunique(),
        on_groups=equivalence.association(sample.survey, row=by, column="group", **margins),
        on_modes=equivalence.association(sample.survey, row=by, column="mode", **margins) if several else None,
    )


def comparisons(
    sample: Sample, params: Params, *, beside: bool = True, only: Collection[str] | None = None
) -> dict[str, Likeness]:
    """Return comparisons by claim; ones that the survey cannot feed are absent.

    ``beside`` says whether the twelve modes are compared too; they decide nothing. ``only`` names
    the comparisons wanted.
    """
    compared = sample.rows["ethnic_group"].isin(params.ethnic_groups)
    direct = compared & ~sample.rows[TRANSLATED].astype(bool) & (sample.rows["language"] == ENGLISH)
    wanted = {
        "values_shared_over_ethnicity": (compared, "ethnic_group", "Ethnic groups"),
        UNTRANSLATED: (direct, "ethnic_group", "Ethnic groups, English only"),
        "wards_homogeneous": (compared | True, "ward", "Wards"),
        "values_not_neighbourhood_bound": (compared | True, "neighbourhood", "Neighbourhoods"),
    }
    found = {}
    for name, (chosen, by, label) in wanted.items():
        if only is not None and name not in only:
            continue
        own = sample if chosen.all() else sample.only(chosen)
        if len(set(own.rows[by])) > 1 and len(set(own.rows["group"])) > 1:
            found[name] = compare(own, by, label=label, params=params, beside=beside)
    return found


def both_ways(compared: Mapping[str, Likeness], sample: Sample, params: Params) -> pd.DataFrame:
    """Return the comparisons as they decide, and after them the same with every respondent counted alike.

    Shifts stay clusters and neighbourhoods strata either way; only the weights differ.
    """
    alike = comparisons(Sample(rows=sample.rows.assign(**{WEIGHT: 1.0})), params)
    return pd.concat(
        [equivalence_table(compared, weights=WEIGHTED), equivalence_table(alike, weights=AS_SAMPLED)], ignore_index=True
    )


def equivalence_table(compared: Mapping[str, Likeness], *, weights: str) -> pd.DataFrame:
    """Return one row a comparison and outcome: V, largest gap, their limits, the adjusted test and the verdict."""
    adjusted = holm([one.on_groups.p for one in compared.values()])
    beside = holm([1.0 if one.on_modes is None else one.on_modes.p for one in compared.values()])
    rows = []
    for one, p_groups, p_modes in zip(compared.values(), adjusted, beside, strict=True):
        for outcome, found, p in ((DECIDES, one.on_groups, p_groups), (BESIDE, one.on_modes, p_modes)):
            if found is None:
                continue
            rows.append(
                {
                    "comparison": one.label,
                    "outcome": outcome,
                    "weights": weights,
                    "groups": one.groups,
                    "respondents": found.n,
                    "design_factor": found.delta_bar,
                    "v": found.v.estimate,
                    "v_lower": found.v.lower,
                    "v_upper": found.v.upper,
                    "largest_gap": found.largest.estimate,
                    "gap_upper": found.largest.upper,
                    "p_adjusted": p,
                    "verdict": found.at(p),
                    "note": found.note,
                }
            )
    return pd.DataFrame(rows)


def gap_table(compared: Mapping[str, Likeness], names: Mapping[str, str]) -> pd.DataFrame:
    """Return the largest gaps of every comparison, on the three groups and on the twelve modes."""
    rows = []
    for one in compared.values():
        for outcome, found in ((DECIDES, one.on_groups), (BESIDE, one.on_modes)):
            if found is None:
                continue
            pairs = found.pairs
            for place in np.argsort(-np.abs(pairs.gap), axis=None, kind="stable")[:GAPS_SHOWN]:
                pair, category = divmod(int(place), len(pairs.categories))
                kind = pairs.categories[category]
                rows.append(
                    {
                        "comparison": one.label,
                        "outcome": outcome,
                        "category": names.get(kind, kind.capitalize()),
                        "first": names.get(pairs.first[pair], pairs.first[pair]),
                        "second": names.get(pairs.second[pair], pairs.second[pair]),
                        "gap": float(pairs.gap[pair, category]),
                        "lower": float(pairs.lower[pair, category]),
                        "upper": float(pairs.upper[pair, category]),
                    }
                )
    return pd.DataFrame(rows)
