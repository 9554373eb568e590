"""Tables of segments: shares against the country, wards against the rest, types by size, areas and what they hide."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.methods.composition import representation
from insight.privacy.disclosure import (
    CONFIDENTIAL,
    STATUS,
    Merge,
    least_merged,
    log,
    suppress,
    suppress_both_ways,
    suppress_in_rows,
)
from insight.privacy.disclosure.wide import is_small_place
from insight.stages.acorn_mapping.clusters import share
from insight.stages.acorn_mapping.declaration import Params
from insight.stages.acorn_mapping.homes import TENURES, Homes
from insight.stages.acorn_mapping.segments import Segments

HIERARCHY, NOT_MERGED = "acorn", Merge()
REMAINDER = "Not classified, or lost in rounding"
PLACE_KEPT = ("households", "share", "rest_share", "difference", "quotient", "stands")
KEPT = ("share", "reference_share", "difference", "index", "index_low", "index_high", "stands")


def _counts(found: Segments) -> dict[str, tuple[pd.Series, int]]:
    """Return, for each unit, counts by category and the count of all."""
    keys = list(found.codes.names)
    units = {
        "households": (found.cells.groupby("category")["households"].sum(), found.households),
        "postcodes": (found.postcode_counts, found.postcodes),
        "output areas": (found.leading["category"].value_counts(), len(found.leading)),
    }
    return {
        name: (counts.reindex(keys).fillna(0).astype(int), total) for name, (counts, total) in units.items() if total
    }


def shares(found: Segments, params: Params) -> pd.DataFrame:
    """Return categories by unit: count, share, the country's share in that unit, index with limits of rounding.

    Shares are of all, the unclassified too; each unit ends with its remainder, which is never spread over the others.
    """
    none, parts = found.codes.reference.iloc[:0], []
    for unit, (counts, total) in _counts(found).items():
        reference = found.codes.reference if unit == found.codes.reference_unit else none
        rows = representation(
            counts,
            total=total,
            reference=reference,
            index_margin=params.index_margin,
            points_margin=params.points_margin,
        ).reset_index(names="category")
        left = reference["share"].sum() if len(reference) else math.nan
        rest = {
            "category": "",
            "count": total - int(counts.sum()),
            "share": 1 - counts.sum() / total,
            "reference_share": 1 - left,
            "stands": "remainder",
        }
        rows = pd.concat([rows, pd.DataFrame([rest])], ignore_index=True)
        rows.insert(0, "unit", unit)
        rows.insert(2, "category_name", rows["category"].map(found.codes.names).fillna(REMAINDER))
        parts.append(rows)
    return pd.concat(parts, ignore_index=True).drop(columns=["difference_low", "difference_high"])


def _against_rest(found: Segments, places: pd.Series, params: Params, *, merge: Merge = NOT_MERGED) -> pd.DataFrame:
    """Return categories by place (by output area) against all other homes of the borough; ``place`` first."""
    names = {
        merge.to.get(key, key): merge.names.get(merge.to.get(key, ""), name) for key, name in found.codes.names.items()
    }
    every = found.cells.assign(category=merge.of(found.cells["category"]))
    homes = every.dropna(subset=["ward"]).groupby("category")["households"].sum()
    everywhere = homes.reindex(list(names), fill_value=0)
    cells = every.assign(place=every["oa"].map(places))
    table = cells.pivot_table(index="place", columns="category", values="households", aggfunc="sum", fill_value=0)
    parts = []
    for place, counts in table.reindex(columns=list(names), fill_value=0).iterrows():
        rest = everywhere - counts
        if not counts.sum() or not rest.sum():
            continue
        standard = rest / rest.sum()
        against = pd.DataFrame({"share": standard, "low": standard, "high": standard})
        rows = representation(
            counts,
            total=counts.sum(),
            reference=against,
            index_margin=params.index_margin,
            points_margin=params.points_margin,
        ).reset_index(names="category")
        parts.append(rows.assign(place=str(place), quotient=rows["share"] / standard.to_numpy()))
    if not parts:
        return pd.DataFrame(columns=["place", "category", "category_name", *PLACE_KEPT])
    frame = pd.concat(parts, ignore_index=True).rename(columns={"count": "households", "reference_share": "rest_share"})
    frame["category_name"] = frame["category"].map(names)
    frame["quotient"] = frame["quotient"].replace([np.inf], np.nan)
    return frame[["place", "category", "category_name", *PLACE_KEPT]]


def _shown(
    frame: pd.DataFrame, keys: Sequence[str], *, threshold: int, forced: pd.Series | None = None
) -> pd.DataFrame:
    """Hide small cells of places by category and what gives them away; where a cell stands goes with it."""
    found = suppress_both_ways(
        frame, "households", keys=keys, threshold=threshold, also=PLACE_KEPT[1:-1], forced=forced
    )
    found["stands"] = found["stands"].mask(found[STATUS] == CONFIDENTIAL, "not shown")
    return found


def wards(found: Segments, lookup: pd.DataFrame, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return categories by ward against the rest of the borough, of which the ward is no part."""
    names = lookup.drop_duplicates("ward").set_index("ward")["ward_name"]
    frame = _against_rest(found, lookup.set_index("oa")["ward"], params).rename(columns={"place": "ward"})
    frame.insert(1, "ward_name", frame["ward"].map(names))
    return _shown(frame, ("ward", "category"), threshold=threshold)


def neighbourhoods(
    found: Segments, lookup: pd.DataFrame, by_ward: pd.DataFrame, params: Params, *, threshold: int
) -> pd.DataFrame:
    """Return categories by neighbourhood of the look-up against the rest of the borough.

    A ward's homes are those of its neighbourhoods, so that a cell is hidden too where its ward's is (``by_ward``, from
    :func:`wards`), and within a ward no category is left with one hidden cell.
    """
    near = lookup.dropna(subset=["neighbourhood"])
    known = near.drop_duplicates("neighbourhood").set_index("neighbourhood")
    shut = by_ward[by_ward[STATUS] == CONFIDENTIAL]
    closed = set(zip(shut["ward"], shut["category"], strict=True))

    def made(merge: Merge) -> pd.DataFrame:
        frame = _against_rest(found, near.set_index("oa")["neighbourhood"], params, merge=merge)
        frame = frame.rename(columns={"place": "neighbourhood"})
        frame.insert(1, "neighbourhood_name", frame["neighbourhood"].map(known["neighbourhood_name"]))
        ward = frame["neighbourhood"].map(known["ward"])
        cell = list(zip(ward, frame["category"], strict=True))
        shut_now = {(ward, merge.to.get(category, category)) for ward, category in closed}
        forced = pd.Series([one in shut_now for one in cell], index=frame.index, dtype=bool)
        in_ward = frame.assign(cell=[f"{ward} {category}" for ward, category in cell])
        return _shown(in_ward, ("neighbourhood", "cell"), threshold=threshold, forced=forced).drop(columns="cell")

    if not found.is_acorn:
        return made(Merge())
    return least_merged(made, hierarchy=HIERARCHY, categories=list(found.codes.names))


def types(found: Segments, *, threshold: int) -> pd.DataFrame:
    """Return ACORN types by size: rank, share, and the step down to the next; a full count, equals share a rank."""
    columns = ["rank", "acorn_type", "type_key", "type_label", "category_name", "households", "share", "step_down"]
    if not found.is_acorn:
        return pd.DataFrame(columns=[*columns, STATUS])
    counts = (
        found.types.rename("households")
        .reset_index()
        .sort_values(["households", "acorn_type"], ascending=[False, True], ignore_index=True)
    )
    about = found.codes.types.loc[counts["acorn_type"]].reset_index(drop=True)
    frame = counts.assign(
        rank=counts["households"].rank(ascending=False, method="min").astype(int),
        type_key=about["type_key"],
        type_label=about["type_label"],
        category_name=about["category_name"],
        share=counts["households"] / found.households,
        step_down=counts["households"] - counts["households"].shift(-1),
    )[columns]
    also = ("share", "step_down")
    return suppress(frame, "households", threshold=threshold, also=also, within=("category_name",))


def areas(found: Segments, *, threshold: int) -> pd.DataFrame:
    """Return each area's commonest category, margin, large minority, tie, and share of every category.

    A tie goes to the category with more postcodes, then to the lower key; it stays flagged. Of an open classification
    every household of an area has its class, and nothing is hidden.
    """
    keys, leading = list(found.codes.names), found.leading.set_index("oa")
    table = found.cells.pivot_table(index="oa", columns="category", values="households", aggfunc="sum", fill_value=0)
    held = table.reindex(index=leading.index, columns=keys, fill_value=0)
    counts, hidden = held.to_numpy(dtype=float), np.zeros(held.shape, dtype=bool)
    if found.is_acorn:
        treated, hidden = suppress_in_rows(held.rename_axis("oa").reset_index(), keys, threshold=threshold)
        counts = treated[keys].to_numpy()
    few = is_small_place(leading["total"].to_numpy(dtype=float), threshold=threshold) & hidden.any(axis=1)
    total = leading["total"].to_numpy(dtype=float)
    first = np.array([keys.index(key) for key in leading["category"]])
    second = np.array([keys.index(key) if isinstance(key, str) else -1 for key in leading["runner_up"]])
    row = np.arange(len(first))
    no_first, no_second = hidden[row, first], hidden[row, second] & (second >= 0)
    frame = pd.DataFrame(
        {
            "oa": leading.index.to_numpy(dtype=object),
            "all_households": leading["total"].astype("float64" if few.any() else "int64").mask(few).to_numpy(),
            "category_name": leading["category"].map(found.codes.names).to_numpy(dtype=object),
            "runner_up_name": leading["runner_up"].map(found.codes.names).mask(no_second).to_numpy(dtype=object),
            "margin": np.where(no_first | no_second, np.nan, leading["margin"]),
            "outside_share": np.where(no_first, np.nan, leading["outside_share"]),
            "is_large_minority": leading["is_large_minority"].to_numpy(),
            "is_tied": leading["is_tied"].to_numpy(),
        }
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(hidden, np.nan, counts / total[:, None])
    frame[[f"{key}_share" for key in keys]] = parts
    frame[STATUS] = np.where(hidden.any(axis=1), CONFIDENTIAL, "")
    return log.join(frame, [treated]) if found.is_acorn else frame


def tenure(homes: Homes | None, lookup: pd.DataFrame, ward: str, *, threshold: int) -> pd.DataFrame:
    """Return how homes are held in a ward and in the rest of the borough."""
    columns = ["place", "tenure", "households", "share", "lower", "upper"]
    if homes is None:
        return pd.DataFrame(columns=[*columns, STATUS])
    inside, rows = homes.in_ward(ward), []
    name = lookup.drop_duplicates("ward").set_index("ward")["ward_name"].get(ward, ward)
    for place, among in ((name, inside), ("Elsewhere", ~inside)):
        for kind in TENURES:
            here = homes.having(f"tenure_{kind}", among)
            if not here.n or not homes.sums(f"tenure_{kind}").sum():
                continue
            estimate, _ = share(here, homes.posts)
            rows.append((place, kind, here.count, estimate.estimate, estimate.lower, estimate.upper))
    frame = pd.DataFrame(rows, columns=columns)
    return suppress(frame, "households", threshold=threshold, also=("share", "lower", "upper"), within=("place",))


def lifestyle(found: Segments, indices: pd.DataFrame | None) -> pd.DataFrame:
    """Return the index that the mix of types leads one to expect, by item and category; empty without indices."""
    columns = ["item_group", "item", "category_name", "uk_share", "index"]
    if indices is None or not found.is_acorn:
        return pd.DataFrame(columns=columns)
    joined = indices.join(found.types.rename("households"), on="acorn_type", how="inner")
    joined["category_name"] = joined["acorn_category"].map(found.codes.keys).map(found.codes.names)
    joined["uk_share"] = joined["uk_pct"] / 100
    both = pd.concat([joined, joined.assign(category_name="All households")], ignore_index=True)
    both["weighted"] = both["index"] * both["households"]
    keys = ["item_group", "item", "category_name"]
    sums = both.groupby(keys, sort=False)[["weighted", "households"]].sum()
    uk = both.groupby(keys, sort=False)["uk_share"].first()
    return pd.DataFrame({"uk_share": uk, "index": sums["weighted"] / sums["households"]}).reset_index()[columns]
