"""Tables of segments: shares against the country, wards, ranks of types, areas and what they hide, tenure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni
from insight.methods.composition import predominant
from insight.methods.intervals import z_value
from insight.privacy.disclosure import CONFIDENTIAL, STATUS, suppress
from insight.stages.acorn_mapping.clusters import ratio, share
from insight.stages.acorn_mapping.homes import PER_CENT, Homes, benchmark

INDEX = 100


def _against(lower: float | None, upper: float | None, low: float, high: float) -> str:
    if lower is not None and lower > high:
        return "above"
    return "below" if upper is not None and upper < low else "not told apart"


def shares(homes: Homes) -> pd.DataFrame:
    """Return categories with share, limits, design effect, the country's share, index, and whether they stand apart.

    The index takes the rounding of the country's printed share into its limits.
    """
    uk, rows = benchmark(), []
    for key, name in homes.names.items():
        here = homes.in_category(key)
        found, effect = share(ratio(here), homes.posts)
        known = key in uk.index
        uk_share, low, high = uk.loc[key, ["share", "low", "high"]] if known else (math.nan,) * 3
        rows.append(
            {
                "category": key,
                "category_name": name,
                "households": int(here.sum()),
                "share": found.estimate,
                "lower": found.lower,
                "upper": found.upper,
                "design_effect": effect,
                "uk_share": uk_share,
                "index": INDEX * found.estimate / uk_share,
                "index_lower": INDEX * (found.lower or 0.0) / high,
                "index_upper": INDEX * (found.upper or 1.0) / low,
                "against_uk": _against(found.lower, found.upper, low, high) if known else "no benchmark",
            }
        )
    return pd.DataFrame(rows)


def hidden_both_ways(frame: pd.DataFrame, count: str, keys: Sequence[str], *, threshold: int) -> pd.Series:
    """Return which cells of a two-way table to hide so that neither row nor column totals give one away."""
    hidden = frame[count].between(1, threshold - 1)
    changed = bool(hidden.any())
    while changed:
        changed = False
        for key in keys:
            for _, cells in frame.groupby(key, sort=False, observed=True):
                rest = cells.loc[~hidden[cells.index] & (cells[count] > 0), count]
                if hidden[cells.index].sum() == 1 and len(rest):
                    hidden[rest.idxmin()] = True
                    changed = True
    return hidden


def wards(homes: Homes, *, threshold: int) -> pd.DataFrame:
    """Return category shares by ward with limits on output areas as clusters, and the quotient to the borough."""
    rows = []
    borough = {key: ratio(homes.in_category(key)).value for key in homes.names}
    names = homes.rows.drop_duplicates("ward").set_index("ward")["ward_name"].astype(str)
    for ward in sorted(names.index):
        among = homes.in_ward(ward)
        for key, name in homes.names.items():
            here = ratio(homes.in_category(key), among)
            found, _ = share(here, homes.areas)
            rows.append(
                {
                    "ward": str(ward),
                    "ward_name": names[ward],
                    "category": key,
                    "category_name": name,
                    "households": int(here.top[here.rows].sum()),
                    "share": found.estimate,
                    "lower": found.lower,
                    "upper": found.upper,
                    "quotient": found.estimate / borough[key] if borough[key] else math.nan,
                }
            )
    frame = pd.DataFrame(rows)
    hidden = hidden_both_ways(frame, "households", ("ward", "category"), threshold=threshold)
    frame[STATUS] = hidden.map({True: CONFIDENTIAL, False: ""})
    for column in ("households", "share", "lower", "upper", "quotient"):
        frame[column] = frame[column].astype("float64").mask(hidden)
    return frame


def _rank_limits(totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ranks that each column could hold; pairwise differences of shares, simultaneous (Bonferroni)."""
    clusters, kinds = totals.shape
    sizes = totals.sum(axis=1)
    n, part = sizes.sum(), totals.sum(axis=0) / sizes.sum()
    spread = (totals - sizes[:, None] * part[None, :]) / n
    covariance = clusters / max(clusters - 1, 1) * spread.T @ spread
    variance = np.diag(covariance)
    error = np.sqrt((variance[:, None] + variance[None, :] - 2 * covariance).clip(0))
    z = z_value(bonferroni(0.95, kinds * (kinds - 1) // 2))
    gaps = part[None, :] - part[:, None]
    return 1 + (gaps > z * error).sum(axis=1), kinds - (gaps < -z * error).sum(axis=1)


def types(homes: Homes, *, threshold: int) -> pd.DataFrame:
    """Return types by size: share with limits, rank, and the ranks that chance among postcodes leaves open."""
    codes, numbers = pd.factorize(homes.rows["acorn_type"], sort=True)
    posts = homes.posts.codes
    size = int(posts.max()) + 1
    totals = np.bincount(posts * len(numbers) + codes, minlength=size * len(numbers)).reshape(size, -1)
    low, high = _rank_limits(totals.astype(float))
    about = homes.codebook.set_index("acorn_type")
    rows = []
    for place, number in enumerate(numbers):
        found, _ = share(ratio(codes == place), homes.posts)
        rows.append(
            {
                "acorn_type": int(number),
                "type_key": about.loc[number, "type_key"],
                "type_label": about.loc[number, "type_label"],
                "category_name": about.loc[number, "category_name"],
                "households": int(totals[:, place].sum()),
                "share": found.estimate,
                "lower": found.lower,
                "upper": found.upper,
                "rank_lower": int(low[place]),
                "rank_upper": int(high[place]),
            }
        )
    frame = pd.DataFrame(rows).sort_values(["households", "acorn_type"], ascending=[False, True], ignore_index=True)
    frame.insert(0, "rank", frame["households"].rank(ascending=False, method="min").astype(int))
    also = ("share", "lower", "upper", "rank_lower", "rank_upper")
    return suppress(frame, "households", threshold=threshold, also=also, within=("category_name",))


def by_area(homes: Homes) -> pd.DataFrame:
    """Return each output area's commonest category, its count and the total; not yet fit to be shown."""
    counts = homes.rows.groupby(["oa", "category"], observed=False).size().rename("households").reset_index()
    counts["category"] = counts["category"].astype(str)
    return predominant(counts, area="oa", category="category", count="households")


def areas(homes: Homes, found: pd.DataFrame, *, mapped: str, threshold: int) -> pd.DataFrame:
    """Return commonest category, share outside it and share of one category by output area, small counts hidden."""
    count = homes.rows[homes.in_category(mapped)].groupby("oa").size()
    frame = pd.DataFrame(
        {
            "oa": found["oa"],
            "all_households": found["total"],
            "category_name": found["category"].map(homes.names),
            "is_tied": found["is_tied"],
            "outside": found["total"] - found["households"],
            "outside_share": 1 - found["share"],
            mapped: count.reindex(found["oa"]).fillna(0).to_numpy(),
        }
    )
    frame[f"{mapped}_share"] = frame[mapped] / frame["all_households"]
    first = suppress(frame, "outside", threshold=threshold, also=("outside_share",))
    second = suppress(first, mapped, threshold=threshold, also=(f"{mapped}_share",))
    second[STATUS] = np.where((first[STATUS] == CONFIDENTIAL) | (second[STATUS] == CONFIDENTIAL), CONFIDENTIAL, "")
    return second.drop(columns=["outside", mapped])


def tenure(homes: Homes, ward: str, *, threshold: int) -> pd.DataFrame:
    """Return how homes are held in a ward and in the rest of the borough."""
    inside, rows = homes.in_ward(ward), []
    name = homes.rows.loc[inside, "ward_name"].astype(str).iloc[0] if inside.any() else ward
    for place, among in ((name, inside), ("Elsewhere", ~inside)):
        for kind in sorted(homes.rows["tenure"].unique()):
            here = ratio((homes.rows["tenure"] == kind).to_numpy(), among)
            if not len(here.rows):
                continue
            found, _ = share(here, homes.posts)
            rows.append((place, kind, int(here.top[here.rows].sum()), found.estimate, found.lower, found.upper))
    frame = pd.DataFrame(rows, columns=["place", "tenure", "households", "share", "lower", "upper"])
    return suppress(frame, "households", threshold=threshold, also=("share", "lower", "upper"), within=("place",))


def lifestyle(homes: Homes, indices: pd.DataFrame | None) -> pd.DataFrame:
    """Return the index that the mix of types leads one to expect, by item and category; empty without indices."""
    columns = ["item_group", "item", "category_name", "uk_share", "index"]
    if indices is None:
        return pd.DataFrame(columns=columns)
    weight = homes.rows.groupby("acorn_type").size().rename("households")
    joined = indices.join(weight, on="acorn_type", how="inner")
    names = homes.codebook.drop_duplicates("acorn_category").set_index("acorn_category")["category_name"]
    joined["category_name"] = joined["acorn_category"].map(names)
    joined["uk_share"] = joined["uk_pct"] / PER_CENT
    whole = joined.assign(category_name="All households")
    both = pd.concat([joined, whole], ignore_index=True)
    both["weighted"] = both["index"] * both["households"]
    sums = both.groupby(["item_group", "item", "category_name"], sort=False)[["weighted", "households"]].sum()
    shares_ = both.groupby(["item_group", "item", "category_name"], sort=False)["uk_share"].first()
    found = pd.DataFrame({"uk_share": shares_, "index": sums["weighted"] / sums["households"]}).reset_index()
    return found[columns]
