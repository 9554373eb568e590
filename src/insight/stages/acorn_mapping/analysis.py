"""What the ACORN mapping computes: tables of segments and habits, clumping, and the estimates behind its claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from insight.methods.spatial import Contiguity, JoinCount, contiguity, join_count
from insight.privacy.loading import Inputs, load_inputs
from insight.stages import base
from insight.stages.acorn_mapping import claims, habits, tabulate
from insight.stages.acorn_mapping.claims import Parts
from insight.stages.acorn_mapping.clusters import gap, ratio
from insight.stages.acorn_mapping.declaration import DECLARATION, Params
from insight.stages.acorn_mapping.homes import Homes, prepared, require_known


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the mapping, small numbers hidden, and the estimates that decide its claims."""

    shares: pd.DataFrame
    wards: pd.DataFrame
    types: pd.DataFrame
    areas: pd.DataFrame
    clumping: pd.DataFrame
    habits: pd.DataFrame
    digital: pd.DataFrame
    channels: pd.DataFrame
    tenure: pd.DataFrame
    deprivation: pd.DataFrame
    lifestyle: pd.DataFrame
    households: int
    postcodes: int
    editions: tuple[int, ...]
    mapped: str
    joins: JoinCount = field(repr=False)
    tests: Mapping[str, Parts] = field(repr=False)


def load(council: str, params: Params) -> Inputs:  # noqa: ARG001 - every stage loads by the same call
    """Load the stage's inputs."""
    return load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)


def _neighbours(inputs: Inputs, lived_in: pd.Series) -> Contiguity:
    outlines = inputs.table("boundaries")
    own = outlines[(outlines["level"] == "oa") & outlines["code"].isin(lived_in)].sort_values("code")
    return contiguity(own, code="code", components=None)


def _deprivation(homes: Homes) -> pd.DataFrame:
    top, rows = homes.rows["deprivation_dimensions"].to_numpy(), []
    for key, name in homes.names.items():
        here = ratio(top, homes.in_category(key))
        if not len(here.rows):
            continue
        found = gap(here, None, homes.posts)
        rows.append((name, len(here.rows), found.estimate, found.lower, found.upper))
    return pd.DataFrame(rows, columns=["category_name", "households", "mean_dimensions", "lower", "upper"])


def analyse(inputs: Inputs, params: Params) -> Results:
    """Compute tables and estimates.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: a type that the codebook lacks or holds in another category.
        ParamsError: params name a category or type that the codebook lacks.
    """
    homes, threshold = prepared(inputs), inputs.council.disclosure.threshold
    single = (params.mapped_category, params.concentrated_category, params.exception_category)
    require_known(homes, categories=(*params.focus_categories, *single), types=params.claimed_types)
    indices = inputs.table("lifestyle_indices") if inputs.has("lifestyle_indices") else None
    found = tabulate.by_area(homes)
    near = _neighbours(inputs, found["oa"])
    labels = found.set_index("oa")["category"].reindex(list(near.areas))
    joins = join_count(labels.tolist(), near.pairs, seed=params.seed, permutations=params.permutations)
    lookup = inputs.table("lookup")
    focus = sorted(lookup.loc[lookup["neighbourhood"].notna(), "ward"].unique())
    tests = {
        **claims.on_households(homes, found, focus, params),
        "households_clumped": claims.clumped(joins),
        "social_network_users_clustered": claims.uneven(homes, near.pairs, near.areas, params),
        **(claims.against_indices(homes, indices, params) if indices is not None else {}),
    }
    clumping = joins.categories.assign(category=joins.categories["category"].map(homes.names))
    return Results(
        shares=tabulate.shares(homes),
        wards=tabulate.wards(homes, threshold=threshold),
        types=tabulate.types(homes, threshold=threshold),
        areas=tabulate.areas(homes, found, mapped=params.mapped_category, threshold=threshold),
        clumping=clumping,
        habits=habits.against_uk(homes, indices),
        digital=habits.by_category(homes, habits.DIGITAL, threshold=threshold),
        channels=habits.channels(homes, threshold=threshold),
        tenure=tabulate.tenure(homes, params.tenure_ward, threshold=threshold),
        deprivation=_deprivation(homes),
        lifestyle=tabulate.lifestyle(homes, indices),
        households=len(homes.rows),
        postcodes=int(homes.posts.codes.max()) + 1,
        editions=tuple(sorted(int(year) for year in homes.rows["acorn_edition"].unique())),
        mapped=homes.names[params.mapped_category],
        joins=joins,
        tests={name: parts for name, parts in tests.items() if parts},
    )


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
