"""What profiling computes: indicators of areas, ranks, life expectancy, neighbourhoods, reach of services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import difference
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
    spread,
)
from insight.stages.profiling.catalogue import Entry
from insight.stages.profiling.declaration import DECLARATION, Params
from insight.stages.profiling.neighbourhoods import Proposal, propose

RENTED, PARK = "social_rented", "national_park"
LIFE = "life_expectancy_"


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
        return self.proposal.methods

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


def names_of(inputs: Inputs) -> dict[str, str]:
    """Return names of wards, neighbourhoods, borough and benchmarks by code."""
    lookup = inputs.table("lookup")
    found = dict(zip(lookup["ward"], lookup["ward_name"], strict=True))
    near = lookup.dropna(subset=["neighbourhood"])
    found |= dict(zip(near["neighbourhood"], near["neighbourhood_name"], strict=True))
    return found | dict.fromkeys(lookup["borough"], inputs.council.council.name)


def named(code: str, names: dict[str, str]) -> str:
    """Return the name of an area, made from its code where none is known."""
    return names.get(code) or code.replace("_", " ").title()


def themes(shown: pd.DataFrame, inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return the six themes: one row an indicator, its last period, value and limits by area, benchmarks beside."""
    borough = str(inputs.table("lookup")["borough"].iloc[0])
    names = names_of(inputs)
    rows = measures.latest(shown)
    rows = rows[rows["level"].isin(["ward", "borough", "benchmark"])]
    wanted = [*params.focus_wards, borough, params.region, params.nation]
    parts = []
    for (theme, indicator), group in rows[rows["area"].isin(wanted)].groupby(["theme", "indicator"], sort=True):
        found = {
            "theme": theme,
            "indicator": indicator,
            "period": group["period"].iloc[0],
            "unit": group["unit"].iloc[0],
        }
        by_area = group.set_index("area")
        for area in wanted:
            found[named(area, names)] = (
                measures.in_words(by_area.loc[area].to_dict(), value="estimate") if area in by_area.index else ""
            )
        parts.append(found)
    return pd.DataFrame(parts)


def deprivation(estimates: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return wards by deprivation: mean score of their output areas by residents, and rank, 1 the most deprived."""
    rows = measures.latest(estimates[estimates["indicator"] == services.SCORE])
    wards = rows[rows["level"] == "ward"].sort_values("estimate", ascending=False)
    ranked = wards.assign(
        rank=wards["estimate"].rank(ascending=False, method="min").astype(int), ward=wards["area"].map(names)
    )
    return ranked[["rank", "ward", "area", "estimate", "records"]].rename(
        columns={"estimate": "score", "records": "output_areas"}
    )


def life_expectancy(estimates: pd.DataFrame, inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return life expectancy by area and sex, with the gap to the nation and its limits."""
    names = names_of(inputs)
    rows = measures.latest(estimates[estimates["indicator"].str.startswith(LIFE)])
    found = []
    for indicator, group in rows.groupby("indicator", sort=False):
        nation = measures.row_of(group, str(indicator), params.nation)
        for _, row in group[group["level"].isin(["ward", "borough"])].iterrows():
            one = {"area": row["area"], "name": named(row["area"], names), "level": row["level"]}
            one |= {"sex": str(indicator).removeprefix(LIFE), "years": row["estimate"]}
            one |= {"lower": row["lower"], "upper": row["upper"]}
            if nation is not None and not (pd.isna(row["lower"]) or pd.isna(nation["lower"])):
                gap = difference(measures.as_estimate(row), measures.as_estimate(nation))
                one |= {"gap": gap.estimate, "gap_lower": gap.lower, "gap_upper": gap.upper}
            found.append(one)
    columns = ["area", "name", "level", "sex", "years", "lower", "upper", "gap", "gap_lower", "gap_upper"]
    return pd.DataFrame(found, columns=columns)


def neighbourhoods(lookup: pd.DataFrame) -> pd.DataFrame:
    """Return the neighbourhoods into which wards are divided, with areas, households, residents and young children."""
    near = lookup.dropna(subset=["neighbourhood"])
    return (
        near.groupby("neighbourhood", sort=True)
        .agg(
            name=("neighbourhood_name", "first"),
            ward=("ward_name", "first"),
            output_areas=("oa", "size"),
            households=("households", "sum"),
            residents=("persons", "sum"),
            children_0_4=("children_0_4", "sum"),
        )
        .reset_index()
    )


def halves(inputs: Inputs) -> pd.DataFrame | None:
    """Return residents a hectare, and the share of land in the national park, west and east of the borough's middle."""
    if not inputs.has("boundaries"):
        return None
    outlines, table, lookup = inputs.table("boundaries"), inputs.table("indicators"), inputs.table("lookup")
    wards, whole = outlines[outlines["level"] == "ward"], outlines[outlines["level"] == "borough"]
    land = table[(table["indicator"] == PARK) & table["area"].isin(lookup["ward"])].drop_duplicates("area", keep="last")
    if whole.empty or set(land["area"]) != set(lookup["ward"]) or set(wards["code"]) != set(lookup["ward"]):
        return None
    middle = float(whole.geometry.iloc[0].centroid.x)
    side = pd.Series(
        np.where([shape.centroid.x > middle for shape in wards.geometry], "east", "west"), index=wards["code"]
    )
    frame = pd.DataFrame(
        {
            "half": land["area"].map(side).to_numpy(),
            "hectares": land["denominator"].to_numpy(dtype=float),
            "park_hectares": land["numerator"].to_numpy(dtype=float),
            "residents": land["area"].map(lookup.groupby("ward")["persons"].sum()).to_numpy(),
        }
    )
    sums = frame.groupby("half").sum()
    if set(sums.index) != {"east", "west"}:
        return None
    return sums.assign(
        residents_per_hectare=sums["residents"] / sums["hectares"], park_share=sums["park_hectares"] / sums["hectares"]
    ).reset_index()


def _likeness(inputs: Inputs) -> Estimate | None:
    table, lookup = inputs.table("indicators"), inputs.table("lookup").dropna(subset=["neighbourhood"])
    rented = table[table["indicator"] == RENTED].drop_duplicates("area", keep="last").set_index("area")
    known = lookup[lookup["oa"].isin(rented.index)]
    if known.empty:
        return None
    values = known["oa"].map(rented["value"]).to_numpy(dtype=float)
    return spread.likeness(values, known["neighbourhood"].to_numpy(dtype=str))


def _overrun(inputs: Inputs) -> Estimate | None:
    if not inputs.has("effort_log"):
        return None
    log = inputs.table("effort_log").dropna(subset=["planned_hours", "actual_hours"])
    return spread.overrun(log["planned_hours"].to_numpy(dtype=float), log["actual_hours"].to_numpy(dtype=float))


def setting(inputs: Inputs, params: Params) -> compare.Setting:
    """Return against whom the areas of this council are held."""
    outside = {code: named(code, {}) for code in (params.region, params.nation, *params.neighbours)}
    return compare.Setting(
        borough=str(inputs.table("lookup")["borough"].iloc[0]),
        region=params.region,
        nation=params.nation,
        neighbours=params.neighbours,
        names=outside | names_of(inputs),
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
        neighbourhoods(lookup),
        deprivation(found, names_of(inputs)),
    )
    reached = services.shown(reach, areas, threshold=threshold)
    return Results(
        divided=Divided(inputs=inputs, params=params),
        estimates=found,
        indicators=shown,
        themes=themes(shown, inputs, params),
        deprivation=ranked,
        deprivation_rules=rules.ranks_by_rule(inputs, services.SCORE),
        life_expectancy=life_expectancy(found, inputs, params),
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
        likeness=_likeness(inputs),
        barrier_gap=services.barrier_gap(areas, known[services.CENTRE]) if has_gap else None,
        halves=halves(inputs),
        overrun=_overrun(inputs),
        **profiled,
        **_lived(inputs, params, ranked),
    )


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
