"""What the ACORN mapping computes: tables of segments and habits, clumping, and the estimates behind its claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from insight.privacy.loading import Inputs, load_inputs, require_years
from insight.stages import base
from insight.stages.acorn_mapping import approach, claims, clumps, expected, groups, habits, tabulate
from insight.stages.acorn_mapping.clumps import Clumps, Parts
from insight.stages.acorn_mapping.clusters import gap
from insight.stages.acorn_mapping.codes import require_known
from insight.stages.acorn_mapping.declaration import DECLARATION, Params
from insight.stages.acorn_mapping.segments import Segments, chosen, segments

DEPRIVATION = ["category_name", "households", "mean_dimensions", "lower", "upper"]


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the mapping, small numbers hidden, and the estimates that decide its claims."""

    shares: pd.DataFrame
    coverage: pd.DataFrame
    wards: pd.DataFrame
    neighbourhoods: pd.DataFrame
    types: pd.DataFrame
    groups: pd.DataFrame
    areas: pd.DataFrame
    clumping: pd.DataFrame
    clumping_beside: pd.DataFrame
    cards: pd.DataFrame
    approach: pd.DataFrame
    habits: pd.DataFrame
    digital: pd.DataFrame
    channels: pd.DataFrame
    expected: pd.DataFrame
    tenure: pd.DataFrame
    deprivation: pd.DataFrame
    lifestyle: pd.DataFrame
    found: Segments = field(repr=False)
    own: Clumps = field(repr=False)
    others: tuple[Clumps, ...] = field(repr=False)
    tests: Mapping[str, Parts] = field(repr=False)


def load(council: str, params: Params) -> Inputs:
    """Load the stage's inputs.

    Raises:
        NotSuppliedError: no segmentation is supplied, or not the one that params ask for.
    """
    inputs = load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)
    chosen(inputs, params)
    return inputs


def _deprivation(found: Segments) -> pd.DataFrame:
    homes, rows = found.homes, []
    if homes is None:
        return pd.DataFrame(columns=DEPRIVATION)
    for key, name in found.codes.names.items():
        here = homes.having("deprivation_dimensions", homes.in_category(key))
        if here.n:
            mean = gap(here, None, homes.posts)
            rows.append((name, here.n, mean.estimate, mean.lower, mean.upper))
    return pd.DataFrame(rows, columns=DEPRIVATION)


def _tests(
    inputs: Inputs, params: Params, found: Segments, own: Clumps, indices: pd.DataFrame | None
) -> dict[str, Parts]:
    if not found.is_acorn:
        return {}
    single = (params.concentrated_category, params.exception_category)
    require_known(found.codes, categories=(*params.focus_categories, *single), types=params.claimed_types)
    lookup = inputs.table("lookup")
    focus = sorted(lookup.loc[lookup["neighbourhood"].notna(), "ward"].unique())
    tests = claims.on_segments(found, focus, params) | {"households_clumped": clumps.parts_of(own)}
    if found.homes is not None:
        tests |= claims.on_households(found.homes, own.near, indices, params)
    return {name: parts for name, parts in tests.items() if parts}


def analyse(inputs: Inputs, params: Params) -> Results:
    """Compute tables and estimates.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: a type that the code list lacks or holds in another category; classes of another vintage.
        ParamsError: params name a category or type that the code list lacks.
        ValueError: outlines of which no two share a border.
    """
    require_years(inputs)
    found, threshold = segments(inputs, params), inputs.council.disclosure.threshold
    indices = inputs.table("lifestyle_indices") if inputs.has("lifestyle_indices") else None
    own, others = clumps.of_segments(found, inputs, params), clumps.beside(inputs, params)
    lookup, names = inputs.table("lookup"), found.codes.names
    shares, types = tabulate.shares(found, params), tabulate.types(found, threshold=threshold)
    wards = tabulate.wards(found, lookup, params, threshold=threshold)
    near = tabulate.neighbourhoods(found, lookup, wards, params, threshold=threshold)
    digital = habits.by_category(found.homes, names, habits.DIGITAL, threshold=threshold)
    channels = habits.channels(found.homes, names, threshold=threshold)
    ways = approach.approach(found, indices, params, threshold=threshold)
    results = Results(
        shares=shares,
        coverage=found.coverage,
        wards=wards,
        neighbourhoods=near,
        types=types,
        groups=groups.groups(found, types, threshold=threshold),
        areas=tabulate.areas(found, threshold=threshold),
        clumping=own.table.assign(category=own.table["category"].map(names)),
        clumping_beside=clumps.table_beside(own, others),
        cards=approach.cards(found, shares, wards, types, ways),
        approach=ways,
        habits=habits.against_uk(found.homes, indices),
        digital=digital,
        channels=channels,
        expected=expected.expected(near, channels, digital),
        tenure=tabulate.tenure(found.homes, lookup, params.tenure_ward, threshold=threshold),
        deprivation=_deprivation(found),
        lifestyle=tabulate.lifestyle(found, indices),
        found=found,
        own=own,
        others=tuple(others),
        tests=_tests(inputs, params, found, own, indices),
    )
    base.tell_empty(DECLARATION, vars(results))
    return results


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
