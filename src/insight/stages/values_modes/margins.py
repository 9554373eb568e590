"""The sample beside the census, and what raking to it does to the shares of the three groups."""

from __future__ import annotations

from functools import partial

import pandas as pd

from insight.methods.survey import SurveyDesign, SurveyError
from insight.privacy.disclosure import OF_PEOPLE, Merge, merged_apart, suppress
from insight.privacy.loading import Inputs
from insight.stages.values_modes.sample import CLUSTER, STRATUM, WEIGHT, Sample

MARGINS = ["variable", "level", "respondents", "unweighted", "weighted", "census", "gap", "status"]
ADJUSTMENT = [
    "group", "weights", "share", "se", "lower", "upper", "n_eff", "deff", "kish_deff", "least_weight", "most_weight",
    "note",
]  # fmt: skip
LARGEST_RATIO = 4.0
"""Largest raked weight, as a multiple of the mean."""
TITLES = {"sex": "Sex", "age_band": "Age", "ethnic_group": "Ethnic group"}


def compared(inputs: Inputs, sample: Sample, threshold: int) -> pd.DataFrame:
    """Return shares of the sample, unweighted and weighted, beside the census, level by level."""
    if not inputs.has("census_margins"):
        return pd.DataFrame(columns=MARGINS)
    census = {str(variable): own for variable, own in inputs.table("census_margins").groupby("variable", sort=False)}
    return merged_apart(
        {name: partial(_beside_census, sample, own, name, threshold) for name, own in census.items()},
        hierarchies=OF_PEOPLE,
        categories={name: list(own["level"]) for name, own in census.items()},
    )


def _beside_census(sample: Sample, census: pd.DataFrame, variable: str, threshold: int, merge: Merge) -> pd.DataFrame:
    """Return one characteristic's levels, merged where the step merges them."""
    known = sample.rows[variable].notna()
    weights, levels = sample.rows.loc[known, WEIGHT], merge.named(sample.rows.loc[known, variable])
    persons = census.groupby(merge.named(census["level"]).to_numpy(dtype=object), sort=False)["persons"].sum()
    rows = []
    for level, count in persons.items():
        holds = levels == level
        weighted, share = float(weights[holds].sum() / weights.sum()), count / persons.sum()
        rows.append(
            {
                "variable": TITLES[variable],
                "level": level,
                "respondents": int(holds.sum()),
                "unweighted": float(holds.mean()),
                "weighted": weighted,
                "census": share,
                "gap": weighted - share,
            }
        )
    also = ("unweighted", "weighted", "gap")
    return suppress(pd.DataFrame(rows), "respondents", threshold=threshold, also=also, within=("variable",))


def _line(design: SurveyDesign, words: str, note: str) -> pd.DataFrame:
    found = design.proportion("group").rename(columns={"estimate": "share"})
    mean = float(design.weight_values.mean())
    return found.assign(
        weights=words,
        kish_deff=design.summary.kish_deff,
        least_weight=design.summary.smallest_weight / mean,
        most_weight=design.summary.largest_weight / mean,
        note=note,
    )[ADJUSTMENT]


def adjusted(inputs: Inputs, sample: Sample) -> pd.DataFrame:
    """Return shares of the three groups unweighted, as weighted by the supplier, and raked to the census.

    Raking rests on ignorability: that within the margins who was met is chance. Errors know of the raking.
    """
    plain = SurveyDesign(sample.rows, strata=STRATUM, psu=CLUSTER)
    rows = [
        _line(plain, "none", "as met"),
        _line(sample.survey, "supplied", "taken as fixed: how they were made is not in the file"),
    ]
    if inputs.has("census_margins"):
        margins = inputs.table("census_margins")
        wanted = {
            str(variable): {
                level: float(size) for level, size in zip(own["level"], own["persons"], strict=True) if size > 0
            }
            for variable, own in margins.groupby("variable", sort=False)
        }
        whole = sample.rows[list(wanted)].notna().all(axis=1)
        base = SurveyDesign(sample.rows[whole].reset_index(drop=True), strata=STRATUM, psu=CLUSTER)
        try:
            raked = base.rake(wanted, max_ratio=LARGEST_RATIO)
            rows.append(_line(raked, "raked to the census", f"{int((~whole).sum())} without an attribute left out"))
        except SurveyError as error:
            empty = {"group": "-", "weights": "raked to the census", "note": f"not raked: {error}"}
            rows.append(pd.DataFrame([empty]).reindex(columns=ADJUSTMENT))
    return pd.concat(rows, ignore_index=True)
