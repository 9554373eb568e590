"""The borough's own tables: names of areas, six themes, deprivation, life expectancy, neighbourhoods, west and east."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import difference
from insight.privacy.loading import Inputs
from insight.stages.profiling import measures, services, spread
from insight.stages.profiling.declaration import Params

RENTED, PARK = "social_rented", "national_park"
LIFE = "life_expectancy_"


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


def renting_likeness(inputs: Inputs) -> Estimate | None:
    """Return how alike areas of one neighbourhood are in social renting; ``None`` where no area has it."""
    table, lookup = inputs.table("indicators"), inputs.table("lookup").dropna(subset=["neighbourhood"])
    rented = table[table["indicator"] == RENTED].drop_duplicates("area", keep="last").set_index("area")
    known = lookup[lookup["oa"].isin(rented.index)]
    if known.empty:
        return None
    values = known["oa"].map(rented["value"]).to_numpy(dtype=float)
    return spread.likeness(values, known["neighbourhood"].to_numpy(dtype=str))


def hours_overrun(inputs: Inputs) -> Estimate | None:
    """Return by how much actual hours ran over planned ones; ``None`` without a log of effort."""
    if not inputs.has("effort_log"):
        return None
    log = inputs.table("effort_log").dropna(subset=["planned_hours", "actual_hours"])
    return spread.overrun(log["planned_hours"].to_numpy(dtype=float), log["actual_hours"].to_numpy(dtype=float))
