"""Whom services reach: children known to rosters against children who live there."""

from __future__ import annotations

import math

import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import newcombe_difference, wilson
from insight.methods.reach import bands
from insight.privacy.disclosure import suppress
from insight.privacy.loading import Inputs
from insight.stages.profiling.declaration import Params

CENTRE, LIBRARY, EITHER, BENEFITS = "children's centre", "library", "either of the two", "benefit households"
SCORE = "deprivation_score"
BEHIND, OPEN = "behind a barrier", "no barrier before it"
HIDDEN = ("registered", "unreached", "reach", "lower", "upper")


def _young(frame: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the rows of children below the age limit on the reference day."""
    day = pd.Timestamp(params.reference_day)
    born = pd.to_datetime(frame["birth_month"])
    return frame[(born > day - pd.DateOffset(years=params.age_limit_years)) & (born <= day)]


def known_children(inputs: Inputs, params: Params) -> dict[str, pd.Series]:
    """Return, by service, how many resident young children it knows in each output area."""
    found: dict[str, pd.Series] = {}
    parts = []
    for service, name in ((CENTRE, "roster_childrens_centre"), (LIBRARY, "roster_library")):
        if inputs.has(name):
            roster = _young(inputs.people(name), params)
            parts.append(roster[["child_id", "oa"]])
            found[service] = roster.groupby("oa").size()
    if len(parts) > 1:
        # One code a child in both rosters, so that a child known to both counts once.
        found[EITHER] = pd.concat(parts).drop_duplicates("child_id").groupby("oa").size()
    if inputs.has("roster_benefits"):
        found[BENEFITS] = inputs.people("roster_benefits").groupby("oa")["children_0_4"].sum()
    return found


def banded(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return the look-up with deprivation score and band of each output area; band 1 is the most deprived."""
    lookup, table = inputs.table("lookup"), inputs.table("indicators")
    rows = table[table["indicator"] == SCORE].sort_values("period").drop_duplicates("area", keep="last")
    scores = lookup["oa"].map(rows.set_index("area")["value"])
    return lookup.assign(score=scores, band=bands(scores, params.deprivation_bands))


def parted_areas(inputs: Inputs, params: Params) -> pd.Series | None:
    """Return, by output area, whether a barrier lies on the straight line to the nearest children's centre."""
    from insight.methods.reach import parted

    if not all(inputs.has(name) for name in ("boundaries", "barriers", "places")):
        return None
    outlines, places, barriers = inputs.table("boundaries"), inputs.table("places"), inputs.table("barriers")
    areas = outlines[outlines["level"] == "oa"]
    centres = places[places["kind"] == params.centre_kind]
    walls = barriers[barriers["role"] == "barrier"]
    if areas.empty or centres.empty or walls.empty:
        return None
    return pd.Series(parted(areas, centres, walls), index=areas["code"].to_numpy())


def _by(areas: pd.DataFrame, known: pd.Series, code: str, name: str | None) -> pd.DataFrame:
    counted = areas.assign(registered=areas["oa"].map(known).fillna(0)).dropna(subset=[code])
    sums = counted.groupby(code, sort=True)[["children_0_4", "registered"]].sum()
    names = counted.groupby(code)[name].first() if name else pd.Series(sums.index.astype(str), index=sums.index)
    sums = sums[sums["children_0_4"] > 0]
    rows = []
    for area, row in sums.iterrows():
        # Registers and resident counts differ in date, so a small area can hold more names than children.
        reached = min(row["registered"], row["children_0_4"])
        one = wilson(float(reached), float(row["children_0_4"]))
        rows.append(
            {
                "area": str(area),
                "name": names[area],
                "children_0_4": int(row["children_0_4"]),
                "registered": int(row["registered"]),
                "unreached": int(row["children_0_4"] - reached),
                "reach": one.estimate,
                "lower": one.lower,
                "upper": one.upper,
            }
        )
    return pd.DataFrame(rows)


def _band_name(band: float, last: float) -> str | None:
    if pd.isna(band):
        return None
    end = {1.0: " (most deprived)", float(last): " (least deprived)"}.get(float(band), "")
    return f"Band {band:.0f}{end}"


def _whole(areas: pd.DataFrame) -> dict[str, str]:
    """Return the ward of each neighbourhood, where it lies in one alone."""
    near = areas.dropna(subset=["neighbourhood"]).groupby("neighbourhood")["ward"].agg(["nunique", "first"])
    return near.loc[near["nunique"] == 1, "first"].astype(str).to_dict()


def reach_by_area(areas: pd.DataFrame, known: dict[str, pd.Series]) -> pd.DataFrame:
    """Return reach by service and by neighbourhood, ward, deprivation band, side of a barrier, and borough."""
    band = areas["band"].map(lambda value: None if pd.isna(value) else f"{value:.0f}")
    place = areas.assign(
        band_code=band,
        band_name=areas["band"].map(lambda value: _band_name(value, areas["band"].max())),
    )
    cuts = [
        ("neighbourhood", "neighbourhood", "neighbourhood_name"),
        ("ward", "ward", "ward_name"),
        ("band", "band_code", "band_name"),
        ("barrier", "side", "side"),
        ("borough", "borough", None),
    ]
    parts = [
        _by(place, counts, code, name).assign(service=service, level=level)
        for service, counts in known.items()
        for level, code, name in cuts
        if code in place.columns and place[code].notna().any()
    ]
    if not parts:
        return pd.DataFrame(columns=["service", "level", "area", "name", "children_0_4", *HIDDEN])
    return pd.concat(parts, ignore_index=True)[["service", "level", "area", "name", "children_0_4", *HIDDEN]]


def shown(reach: pd.DataFrame, areas: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return reach with small counts blanked, of the registered as of the unreached.

    A ward is the sum of its neighbourhoods where it is made of them alone, so both are hidden as one system.
    """
    if reach.empty:
        return reach
    # text also where the look-up has no neighbourhood and all is missing
    ward = reach["area"].map(_whole(areas)).where(reach["level"] == "neighbourhood").astype("str")
    return suppress(
        reach.assign(
            row=reach["service"] + "/" + reach["level"] + "/" + reach["area"],
            part_of=(reach["service"] + "/ward/" + ward).astype(object),
        ),
        ["registered", "unreached"],
        threshold=threshold,
        also=("reach", "lower", "upper"),
        within=("service", "level"),
        nests=("row", "part_of"),
    )


def barrier_gap(areas: pd.DataFrame, known: pd.Series) -> Estimate | None:
    """Return reach behind a barrier minus reach elsewhere, within deprivation bands.

    The differences of the bands are weighted by the children behind a barrier in them, so that both sides are compared
    at the same deprivation.
    """
    counted = areas.assign(registered=areas["oa"].map(known).fillna(0).clip(upper=areas["children_0_4"]))
    gaps, weights = [], []
    for _, band in counted.dropna(subset=["side", "band"]).groupby("band"):
        sums = band.groupby("side")[["registered", "children_0_4"]].sum()
        if BEHIND in sums.index and OPEN in sums.index and (sums["children_0_4"] > 0).all():
            gaps.append(newcombe_difference(*sums.loc[BEHIND], *sums.loc[OPEN]))
            weights.append(float(sums.loc[BEHIND, "children_0_4"]))
    if not gaps:
        return None
    shares = [weight / sum(weights) for weight in weights]
    point = sum(share * gap.estimate for share, gap in zip(shares, gaps, strict=True))
    down = math.hypot(*(s * (g.estimate - g.lower) for s, g in zip(shares, gaps, strict=True) if g.lower is not None))
    up = math.hypot(*(s * (g.upper - g.estimate) for s, g in zip(shares, gaps, strict=True) if g.upper is not None))
    return Estimate(
        estimate=point,
        lower=point - down,
        upper=point + up,
        n=sum(gap.n for gap in gaps),
        method="difference within deprivation bands, MOVER on Newcombe",
        caveats=("straight lines, no street network",),
    )
