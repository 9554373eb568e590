"""How the focus wards divide into neighbourhoods: what the method proposes, beside the council's own list.

The list of the look-up, where there is one, is what the rest of the workbook uses; the proposal stands beside it and is
held against other algorithms and against chance. Neighbourhoods are alike in housing, tenure, nearness of amenities and
density of residents, lie within one ward, and cross no barrier but at a crossing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.errors import InputError, Problem
from insight.methods.barriers import Barriers
from insight.methods.neighbourhoods import Division, neighbourhoods, overridden, proposed
from insight.methods.neighbourhoods_scores import NO_FLOOR, Chance, against_chance, compared
from insight.methods.vintages import joined
from insight.paths import shown
from insight.privacy.loading import Inputs
from insight.stages.profiling import access
from insight.stages.profiling.declaration import Params

if TYPE_CHECKING:
    import geopandas as gpd

DENSITY, NEARNESS = "residents_per_hectare_log", "minutes_to_amenities"
HECTARE_M2 = 10_000.0
DIVISION_COLUMNS = ["oa", "ward", "ward_name", "households", "proposed", "own", "own_name"]
METHOD_COLUMNS = [
    *("method", "neighbourhoods", "r2", "least_areas", "least_households", "most_households", "compactness"),
    *("neighbours_parted", "pieces", "over_barriers", "over_groups", "agreement", "stability", "beats_chance"),
    "is_chosen",
]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The division and what it is held against; ``why_not`` says what was missing where there is none.

    ``areas`` has one row an output area: what is proposed and what the council's list says; ``methods`` the measures of
    each way to divide; ``features`` what neighbourhoods are alike in.
    """

    division: Division | None
    areas: pd.DataFrame
    methods: pd.DataFrame
    features: tuple[str, ...] = ()
    chance: Chance | None = None
    why_not: str = ""

    @property
    def agreement(self) -> float | None:
        """Adjusted Rand index of the proposal with the council's own list; ``None`` without one."""
        rows = self.methods[self.methods["is_chosen"].astype(bool)] if self.has_own else self.methods.head(0)
        return None if rows.empty else float(rows["agreement"].iloc[0])

    @property
    def has_own(self) -> bool:
        """Whether the look-up has a list of neighbourhoods that overrides the proposal."""
        return bool(self.areas["own"].notna().any())


def none(why: str) -> Proposal:
    """Return a proposal that is not there, with the reason."""
    return Proposal(
        division=None,
        areas=pd.DataFrame(columns=DIVISION_COLUMNS),
        methods=pd.DataFrame(columns=METHOD_COLUMNS),
        why_not=why,
    )


def _missing(inputs: Inputs, params: Params) -> str:
    """Return what keeps the division from being made, in words; empty when nothing does."""
    lost = [name for name in ("boundaries", "area_housing") if not inputs.has(name)]
    if lost:
        return f"a division needs {' and '.join(lost)}, not supplied"
    if not (inputs.table("boundaries")["level"] == "oa").any():
        return "boundaries hold no output areas"
    unknown = sorted(set(params.neighbourhoods_by_ward) - set(inputs.table("lookup")["ward"]))
    return f"the look-up has no ward {', '.join(unknown)} (neighbourhoods_by_ward)" if unknown else ""


def housing(inputs: Inputs, areas: pd.Series) -> pd.DataFrame:
    """Return the share of households by measure, one row an area in their order, of the last period of each measure.

    Raises:
        InputError: a measure that some of the areas lack, or that is not of their vintage.
    """
    table, file = inputs.table("area_housing"), shown(inputs.files["area_housing"])
    last = table[table["period"] == table.groupby("measure")["period"].transform("max")]
    shares = last.assign(share=last["count"] / last["denominator"])
    wide = shares.pivot_table(index=["area", "vintage"], columns="measure", values="share").reset_index()
    lookup = inputs.table("lookup")[["oa", "vintage"]].rename(columns={"oa": "area"})
    own = areas.to_frame("area").merge(lookup, on="area", validate="one_to_one")
    try:
        found = joined(own, wide, on="area", what="area_housing").drop(columns=["area", "vintage"])
    except ValueError as error:
        rule, _, fix = str(error).partition(" Fix: ")
        raise InputError([Problem(file=file, column="vintage", rule=rule.rstrip("."), fix=fix)]) from None
    problems = [
        Problem(
            file=file,
            column="measure",
            rule=f"{measure} must be given for every output area that is divided",
            found=f"{int(found[measure].isna().sum())} without, such as {areas[found[measure].isna()].iloc[0]}",
            fix="add the rows, or take the measure out",
        )
        for measure in found.columns
        if found[measure].isna().any()
    ]
    if problems:
        raise InputError(problems)
    return found.set_axis(areas.index)


def _amenities(inputs: Inputs, params: Params, codes: pd.Series) -> pd.DataFrame:
    """Return mean minutes on foot to the nearest of each kind of amenity; no column where none can be walked to."""
    kinds = [access.minutes(inputs, params, kind) for kind in params.amenity_kinds]
    known = [one.set_index("area")["minutes"].reindex(codes) for one in kinds if one is not None]
    if not known:
        return pd.DataFrame(index=codes.index)
    table = pd.concat(known, axis=1).replace(np.inf, np.nan)
    # Where a kind cannot be reached on foot the worst reachable walk stands in: far, but not without end.
    return pd.DataFrame({NEARNESS: table.fillna(table.max()).mean(axis=1).to_numpy()}, index=codes.index)


def studied(inputs: Inputs, params: Params) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return output areas of the focus wards with outline, households and features, and the features' names.

    A feature that is the same everywhere, or missing, is left out.
    """
    import geopandas as gpd

    outlines, lookup = inputs.table("boundaries"), inputs.table("lookup")
    oas = outlines.loc[outlines["level"] == "oa", ["code", "vintage", "geometry"]].rename(columns={"code": "oa"})
    known = lookup[lookup["ward"].isin(params.neighbourhoods_by_ward)].sort_values("oa", ignore_index=True)
    areas = gpd.GeoDataFrame(joined(known, oas, on="oa", what="boundaries"), geometry="geometry", crs=outlines.crs)
    density = np.log1p(areas["persons"] / (areas.geometry.to_crs(27700).area / HECTARE_M2))
    features = pd.concat(
        [housing(inputs, areas["oa"]), _amenities(inputs, params, areas["oa"]), density.rename(DENSITY)], axis=1
    )
    usable = features.loc[:, features.notna().all() & (features.std() > 0)]
    return areas.join(usable), tuple(map(str, usable.columns))


def _barriers(inputs: Inputs, params: Params) -> Barriers | None:
    if not inputs.has("barriers"):
        return None
    table = inputs.table("barriers")
    return Barriers(
        lines=table[table["role"] == "barrier"],
        crossings=table[table["role"] == "crossing"],
        tolerance_m=params.barrier_tolerance_m,
    )


def _own(areas: pd.DataFrame) -> pd.Series | None:
    """Return the council's list, where it covers every area that is divided."""
    if areas["neighbourhood"].isna().any():
        return None
    return pd.Series(areas["neighbourhood"].to_numpy(), index=areas["oa"].to_numpy())


def propose(inputs: Inputs, params: Params) -> Proposal:
    """Divide the focus wards, and hold the division against the council's list, other algorithms and chance.

    Raises:
        InputError: housing that lacks areas or is of another vintage.
        ValueError: outlines with gaps, or more neighbourhoods than the floor admits; with the fix.
    """
    if why := _missing(inputs, params):
        return none(why)
    areas, features = studied(inputs, params)
    division = neighbourhoods(
        areas,
        code="oa",
        features=features,
        k=dict(params.neighbourhoods_by_ward),
        barriers=_barriers(inputs, params),
        floor=params.neighbourhood_floor,
        group="ward",
        households="households",
        components=None,
    )
    # Shuffled areas may admit no division above the floor, so that both are divided without one here.
    free = replace(division.study, floor=NO_FLOOR)
    chance = against_chance(free, proposed(free), seed=params.seed)
    own = _own(areas)
    if own is not None:
        division = overridden(division, own)
    methods = compared(division, least_households=float(params.neighbourhood_households), seed=params.seed).table
    table = areas[["oa", "ward", "ward_name", "households"]].assign(
        proposed=division.proposed.to_numpy(), own=areas["neighbourhood"], own_name=areas["neighbourhood_name"]
    )
    return Proposal(
        division=division,
        areas=pd.DataFrame(table)[DIVISION_COLUMNS],
        methods=methods.assign(beats_chance=methods["r2"] > chance.usual_high)[METHOD_COLUMNS],
        features=features,
        chance=chance,
    )


def _places_in(ward: pd.DataFrame) -> dict[str, int]:
    """Return the number of each proposed neighbourhood of a ward: that of the own one it shares most homes with."""
    from scipy.optimize import linear_sum_assignment

    shared = ward.pivot_table(index="proposed", columns="own", values="households", aggfunc="sum", fill_value=0)
    here, there = linear_sum_assignment(-shared.to_numpy())
    found = {shared.index[one]: other + 1 for one, other in zip(here.tolist(), there.tolist(), strict=True)}
    rest = [name for name in shared.index if name not in found]
    return found | {name: len(shared.columns) + place for place, name in enumerate(rest, start=1)}


def numbered(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the areas with ``own_number, proposed_number`` within their ward, matched as far as they can be.

    ``same`` says whether both numbers agree. Without a list of its own the council's numbers are missing.
    """
    parts = []
    for _, ward in areas.groupby("ward", sort=True):
        if ward["own"].isna().any():
            place = {name: number for number, name in enumerate(sorted(ward["proposed"].unique()), start=1)}
            parts.append(
                ward.assign(own_number=None, proposed_number=ward["proposed"].map(place).astype(str), same=None)
            )
            continue
        own = {name: number for number, name in enumerate(sorted(ward["own"].unique()), start=1)}
        both = ward.assign(own_number=ward["own"].map(own), proposed_number=ward["proposed"].map(_places_in(ward)))
        is_same = both["own_number"] == both["proposed_number"]
        both["same"] = np.where(is_same, "Same", "Different")
        parts.append(both.astype({"own_number": str, "proposed_number": str}))
    return pd.concat(parts, ignore_index=True)


def by_proposed(areas: pd.DataFrame) -> pd.DataFrame:
    """Return one row a proposed neighbourhood: ward, output areas, households, and the own one it mostly is."""
    rows = []
    for name, part in areas.groupby("proposed", sort=True):
        own = part.dropna(subset=["own_name"]).groupby("own_name")["households"].sum().sort_values(ascending=False)
        total = int(part["households"].sum())
        row = {"proposed": name, "ward": part["ward_name"].iloc[0], "output_areas": len(part), "households": total}
        rows.append(row | {"mostly": own.index[0], "share": own.iloc[0] / total} if len(own) else row)
    return pd.DataFrame(rows)
