"""The survey's rows with their design, the modes' reference, and the refusal of params that name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.methods import survey
from insight.methods.estimate import Estimate
from insight.methods.survey import Design, Proportion, SurveyDesign
from insight.privacy.loading import Inputs, load_inputs
from insight.stages.values_modes.declaration import DECLARATION, Params

ITEM = "item_"
TRANSLATED = "is_translated"
WEIGHT, STRATUM, CLUSTER = "weight", "neighbourhood", "session"
BENCHMARK = DECLARATION.references[0]


def load(council: str) -> Inputs:
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def typology() -> pd.DataFrame:
    """Return the twelve modes with their groups, descriptions and, where one is known, the group's benchmark."""
    return pd.read_csv(paths.reference(BENCHMARK))


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The survey's rows with their design, inside the package only."""

    rows: pd.DataFrame

    @cached_property
    def survey(self) -> SurveyDesign:
        """The design: shifts are clusters, neighbourhoods (all of them covered) strata."""
        return SurveyDesign(self.rows, weights=WEIGHT, strata=STRATUM, psu=CLUSTER)

    @cached_property
    def design(self) -> Design:
        """The same design as plain arrays, for ranks, contrasts and shares of variance."""
        return Design(
            weights=self.rows[WEIGHT].to_numpy(float),
            clusters=self.rows[CLUSTER].to_numpy(str),
            strata=self.rows[STRATUM].to_numpy(str),
        )

    def only(self, chosen: pd.Series) -> Sample:
        """Return some rows."""
        return Sample(rows=self.rows[chosen].reset_index(drop=True))

    def share(self, holds: pd.Series, within: pd.Series | None = None) -> Proportion:
        """Return a weighted share, within a domain if one is given."""
        inside = None if within is None else within.to_numpy(bool)
        return survey.proportion(self.design, holds.to_numpy(float), inside)

    def text(self, column: str) -> np.ndarray:
        """Return a column as plain text."""
        return self.rows[column].to_numpy(str)


def limits(one: Estimate) -> dict[str, float | None]:
    """Return an estimate's limits as cells of a row."""
    return {"lower": one.lower, "upper": one.upper}


def refuse_unknown(rows: pd.DataFrame, params: Params, file: str) -> None:
    """Refuse parameters that name what the survey does not hold: they would silently count nobody."""
    items = [*params.trait_items, *params.leading_items, *params.stronger_items, params.disorder_item]
    asked = {
        "mode": [params.lead_mode],
        "ethnic_group": params.ethnic_groups,
        "age_band": params.young_age_bands,
    }
    problems = [
        Problem(file=file, column=column, rule="the params name what no row holds", found=value, fix="align the two")
        for column, values in asked.items()
        for value in values
        if value not in set(rows[column].dropna())
    ]
    problems += [
        Problem(file=file, column=ITEM + item, rule="the params name a statement not asked", fix="align the two")
        for item in items
        if ITEM + item not in rows
    ]
    if problems:
        raise InputError(problems)


def asked_items(rows: pd.DataFrame, lead: str) -> list[str]:
    """Return statements with answers both from the leading mode and from others; a survey need not ask all."""
    answered = rows.filter(like=ITEM).notna()
    both = answered[rows["mode"] == lead].any() & answered[rows["mode"] != lead].any()
    return [str(name).removeprefix(ITEM) for name in both.index[both]]


def prepared(rows: pd.DataFrame, kinds: pd.DataFrame, params: Params) -> tuple[Sample, list[str]]:
    """Return the sample with each mode's group and answers as plain numbers, and the statements that were asked."""
    items = asked_items(rows, params.lead_mode)
    # whole numbers with gaps would compare to "unknown" where a flag is wanted
    answers = {ITEM + item: rows[ITEM + item].astype("float64") for item in items}
    group_of = dict(zip(kinds["mode"], kinds["group"], strict=True))
    return Sample(rows=rows.assign(group=rows["mode"].map(group_of), **answers).reset_index(drop=True)), items


def place_names(inputs: Inputs, rows: pd.DataFrame) -> Mapping[str, str]:
    """Return names of wards and neighbourhoods, from the look-up where there is one, else from their codes."""
    codes = set(rows["ward"]) | set(rows["neighbourhood"])
    names = {code: str(code).replace("_", " ").capitalize() for code in codes}
    if not inputs.has("lookup"):
        return names
    lookup = inputs.table("lookup")
    inside = lookup[lookup["neighbourhood"].notna()]
    names |= dict(zip(inside["ward"], inside["ward_name"], strict=True))
    return names | dict(zip(inside["neighbourhood"], inside["neighbourhood_name"], strict=True))
