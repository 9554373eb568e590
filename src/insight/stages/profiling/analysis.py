"""What profiling computes: indicators of areas, ranks, life expectancy, neighbourhoods, reach of services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from insight.methods.estimate import Estimate
from insight.privacy.loading import Inputs, load_inputs, require_years
from insight.stages import base
from insight.stages.profiling import (
    access,
    catalogue,
    clients,
    compare,
    directions,
    life,
    linking,
    measures,
    needs,
    profiles,
    quality,
    rules,
    services,
    small,
    tables,
)
from insight.stages.profiling.catalogue import Entry
from insight.stages.profiling.declaration import DECLARATION, Params
from insight.stages.profiling.neighbourhoods import Proposal, propose


@dataclass(frozen=True, kw_only=True)
class Divided:
    """The division into neighbourhoods and the walks, worked out when first asked for: they take seconds."""

    inputs: Inputs
    params: Params

    @cached_property
    def proposal(self) -> Proposal:
        """The proposed neighbourhoods and what they are held against."""
        return propose(self.inputs, self.params)

    @cached_property
    def walks(self) -> pd.DataFrame:
        """Minutes on foot by output area and service; infinite where there is no way."""
        return access.walks(self.inputs, self.params)

    @cached_property
    def reached(self) -> pd.DataFrame:
        """Whom a walk reaches, by neighbourhood, ward and borough."""
        return access.by_area(self.inputs, self.params, self.walks)


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the stage. ``estimates`` and ``reach_counts`` are kept for tests of claims and never saved or shown."""

    divided: Divided

    estimates: pd.DataFrame
    entries: Mapping[str, Entry]
    indicators: pd.DataFrame
    themes: pd.DataFrame
    comparisons: pd.DataFrame
    directions: pd.DataFrame
    needs: pd.DataFrame
    data_quality: pd.DataFrame
    deprivation: pd.DataFrame
    deprivation_rules: pd.DataFrame
    life_expectancy: pd.DataFrame
    life_computed: pd.DataFrame
    mortality: pd.DataFrame
    inequality: pd.DataFrame
    population_pyramid: pd.DataFrame
    neighbourhoods: pd.DataFrame
    reaggregation: pd.DataFrame
    reaggregation_rules: pd.DataFrame
    small_areas: pd.DataFrame
    profiles: pd.DataFrame
    catalogue: pd.DataFrame
    reach_counts: pd.DataFrame
    linked: pd.DataFrame
    linkage_quality: pd.DataFrame
    known: pd.DataFrame
    reach: pd.DataFrame
    clients: pd.DataFrame
    linked_clients: pd.DataFrame
    likeness: Estimate | None
    barrier_gap: Estimate | None
    halves: pd.DataFrame | None
    overrun: Estimate | None

    @property
    def proposal(self) -> Proposal:
        """The proposed division into neighbourhoods."""
        return self.divided.proposal

    @property
    def neighbourhood_brief(self) -> pd.DataFrame:
        """The profiles of neighbourhoods as they fit on a page."""
        return profiles.brief(self.profiles)

    @property
    def neighbourhood_division(self) -> pd.DataFrame:
        """One row an output area: proposed neighbourhood and the council's own."""
        return self.proposal.areas

    @property
    def neighbourhood_methods(self) -> pd.DataFrame:
        """Measures of each way to divide."""
        return base.told(DECLARATION, "neighbourhood_methods", self.proposal.methods)

    @property
    def access(self) -> pd.DataFrame:
        """Whom a walk reaches, by neighbourhood, ward and borough."""
        return self.divided.reached

    @property
    def access_areas(self) -> pd.DataFrame:
        """Minutes by output area and service, empty where the status says that there is no way."""
        return access.shown_walks(self.divided.walks)


def load(council: str, params: Params) -> Inputs:
    """Load the stage's inputs.

    Raises:
        ParamsError: a focus ward, or a ward that is to be divided, is not in the look-up.
    """
    inputs = load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)
    lookup = inputs.table("lookup")
    base.require_wards(lookup, params.focus_wards, what="stages.profiling.focus_wards")
    base.require_wards(lookup, [*params.neighbourhoods_by_ward], what="stages.profiling.neighbourhoods_by_ward")
    return inputs


def setting(inputs: Inputs, params: Params) -> compare.Setting:
    """Return against whom the areas of this council are held."""
    outside = {code: tables.named(code, {}) for code in (params.region, params.nation, *params.neighbours)}
    return compare.Setting(
        borough=str(inputs.table("lookup")["borough"].iloc[0]),
        region=params.region,
        nation=params.nation,
        neighbours=params.neighbours,
        names=outside | tables.names_of(inputs),
    )


def _profiled(inputs: Inputs, params: Params, found: pd.DataFrame, shown: pd.DataFrame) -> dict[str, Any]:
    """Return what follows from the estimates by the catalogue alone, whatever the indicators are."""
    entries, whom = catalogue.entries(inputs, found), setting(inputs, params)
    compared = compare.compared(found, shown, entries, whom)
    rule = needs.Rule(
        indicators=params.need_indicators, first=len(params.focus_wards), draws=params.draws, seed=params.seed
    )
    wards, year = int(inputs.table("lookup")["ward"].nunique()), int(params.reference_day[:4])
    return {
        "entries": entries,
        "comparisons": compared,
        "directions": directions.directions(found, shown, entries, whom.names),
        "needs": needs.ranked(compared, entries, rule),
        "data_quality": quality.by_source(found, entries, wards=wards, year=year),
        "small_areas": small.shrunk(found, shown, entries, whom.names),
        "catalogue": catalogue.table(inputs),
        "reaggregation_rules": rules.rules_by_indicator(inputs, found, entries, whom.names),
    }


def _lived(inputs: Inputs, params: Params, ranked: pd.DataFrame) -> dict[str, Any]:
    """Return life expectancy, mortality and their slope where deaths and residents by age are supplied."""
    threshold, lookup, names = (
        inputs.council.disclosure.threshold,
        inputs.table("lookup"),
        setting(inputs, params).names,
    )
    pyramid = (
        life.pyramid(inputs, params.nation) if inputs.has("population") else pd.DataFrame(columns=life.PYRAMID_COLUMNS)
    )
    if not (inputs.has("deaths") and inputs.has("population")):
        empty = {"life_computed": life.LIFE_COLUMNS, "mortality": life.MORTALITY_COLUMNS}
        found = {name: pd.DataFrame(columns=columns) for name, columns in empty.items()}
        return found | {"inequality": pd.DataFrame(columns=life.SLOPE_COLUMNS), "population_pyramid": pyramid}
    frame = life.joined(inputs)
    years = life.expectancies(frame, lookup, names, threshold=threshold)
    return {
        "life_computed": years,
        "mortality": life.mortality(frame, lookup, names, threshold=threshold),
        "inequality": life.slopes(years, ranked),
        "population_pyramid": pyramid,
    }


def analyse(inputs: Inputs, params: Params) -> Results:
    """Profile the borough and its focus wards.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.

    Raises:
        InputError: an indicator names an area that neither look-up nor params know; tables of areas of another year.
    """
    require_years(inputs)
    threshold, lookup = inputs.council.disclosure.threshold, inputs.table("lookup")
    found = measures.estimates(inputs, params)
    shown = measures.shown(found, threshold=threshold)
    areas = services.banded(inputs, params)
    across = linking.link_services(inputs, areas, params)
    parted = services.parted_areas(inputs, params)
    if parted is not None:
        areas["side"] = areas["oa"].map(parted).map({True: services.BEHIND, False: services.OPEN})
    known = services.known_children(inputs, params)
    reach = services.reach_by_area(areas, known)
    has_gap = parted is not None and services.CENTRE in known
    profiled, places, ranked = (
        _profiled(inputs, params, found, shown),
        tables.neighbourhoods(lookup),
        tables.deprivation(found, tables.names_of(inputs)),
    )
    reached = services.shown(reach, areas, threshold=threshold)
    results = Results(
        divided=Divided(inputs=inputs, params=params),
        estimates=found,
        indicators=shown,
        themes=tables.themes(shown, inputs, params),
        deprivation=ranked,
        deprivation_rules=rules.ranks_by_rule(inputs, services.SCORE),
        life_expectancy=tables.life_expectancy(found, inputs, params),
        neighbourhoods=places,
        reaggregation=rules.sums_by_rule(inputs),
        profiles=profiles.profiles(
            profiled["comparisons"],
            profiled["directions"],
            profiled["small_areas"],
            places,
            reached,
            entries=profiled["entries"],
            lookup=lookup,
        ),
        reach_counts=reach,
        linked=across.linked,
        linkage_quality=across.quality,
        known=across.known,
        reach=reached,
        clients=clients.by_fifth(reached),
        linked_clients=clients.by_local_fifth(across.known),
        likeness=tables.renting_likeness(inputs),
        barrier_gap=services.barrier_gap(areas, known[services.CENTRE]) if has_gap else None,
        halves=tables.halves(inputs),
        overrun=tables.hours_overrun(inputs),
        **profiled,
        **_lived(inputs, params, ranked),
    )
    base.tell_empty(DECLARATION, vars(results))
    return results


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
