"""Rules of re-aggregation: how each indicator came to larger areas, and what another rule would have made of it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from insight.methods.reaggregation import Moved, area_weights, compared, piece_weights, shared_out, summed
from insight.privacy.loading import Inputs
from insight.stages.profiling import measures
from insight.stages.profiling.catalogue import Entry

RULES = {
    "own": "records of its own",
    "ward": "sum of its wards",
    "oa": "sum of its output areas (exact)",
}
"""In words, by the route that a value took."""
LEVELS = ("neighbourhood", "ward")
FACTOR = {"share": 1.0, "per_1000": float(measures.THOUSAND), "area_share": 1.0}
RULE_COLUMNS = [
    *("indicator", "label", "level", "rule", "areas", "other_rule", "spread", "most_moved", "value", "other_value"),
    "unit",
]
OTHER = "LSOAs shared out by households"


def _counts(inputs: Inputs, indicator: str) -> pd.DataFrame | None:
    """Return ``numerator, denominator`` of the last period of an indicator by output area, where all have both."""
    lookup, table = inputs.table("lookup"), inputs.table("indicators")
    rows = table[(table["indicator"] == indicator) & table["area"].isin(lookup["oa"])]
    last = rows[rows["period"] == rows["period"].max()].drop_duplicates("area").set_index("area")
    counts = last[["numerator", "denominator"]].astype(float)
    is_whole = len(counts) == len(lookup) and counts.notna().all(axis=None)
    return counts if is_whole and rows["unit"].isin(FACTOR).all() else None


def _other_rule(counts: pd.DataFrame, lookup: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return ``exact, other``: values of areas by output areas, and by LSOAs shared out by households."""
    areas = lookup.set_index("oa")
    weights = piece_weights(lookup, source="lsoa", target=level, by="households")
    sums = {}
    for column in ("numerator", "denominator"):
        by_lsoa = counts[column].groupby(areas["lsoa"]).sum()
        sums["exact", column] = summed(counts[column], areas[level]).totals
        sums["other", column] = shared_out(by_lsoa, weights, rule=OTHER).totals
    frame = pd.DataFrame(sums)
    return pd.DataFrame({way: frame[way]["numerator"] / frame[way]["denominator"] for way in ("exact", "other")})


def rules_by_indicator(
    inputs: Inputs, found: pd.DataFrame, entries: Mapping[str, Entry], names: Mapping[str, str]
) -> pd.DataFrame:
    """Return one row an indicator and level: by which rule its values came there, and the spread between rules.

    The spread is told where counts of every output area are there, so that a second rule can be tried on the same
    data: LSOAs shared out by households, as one must where a source stops at LSOAs. It is the largest difference over
    areas, in the indicator's unit.
    """
    lookup, rows = inputs.table("lookup"), []
    used = measures.latest(found[found["level"].isin(LEVELS) & found["estimate"].notna()])
    for (indicator, level), group in used.groupby(["indicator", "level"], sort=True):
        entry, routes = entries[str(indicator)], group["route"].unique()
        row = {"indicator": entry.indicator, "label": entry.label, "level": level, "areas": len(group)}
        row |= {"rule": "; ".join(RULES[one] for one in RULES if one in routes), "unit": group["unit"].iloc[0]}
        counts = _counts(inputs, entry.indicator) if "oa" in routes else None
        if counts is not None:
            both = _other_rule(counts, lookup, str(level)) * FACTOR[str(row["unit"])]
            gap = (both["exact"] - both["other"]).abs()
            most = str(gap.idxmax())
            row |= {"other_rule": OTHER, "spread": float(gap.max()), "most_moved": names.get(most, most)}
            row |= {"value": float(both.loc[most, "exact"]), "other_value": float(both.loc[most, "other"])}
        rows.append(row)
    table = pd.DataFrame(rows, columns=RULE_COLUMNS)
    return table.sort_values(["level", "spread", "indicator"], ascending=[True, False, True], ignore_index=True)


def sums_by_rule(inputs: Inputs) -> pd.DataFrame:
    """Return residents of each neighbourhood by three rules: output areas over the list, households, and area.

    The list is exact; the other two start from the next larger areas, as one must when that is all a source gives.
    """
    lookup = inputs.table("lookup")
    if lookup["neighbourhood"].isna().all():
        return pd.DataFrame(columns=["area", "name", "least", "most", "spread"])
    by_area = lookup.groupby("lsoa")["persons"].sum()
    rules: dict[str, Moved] = {
        "output areas over the list": summed(
            lookup.set_index("oa")["persons"], lookup.set_index("oa")["neighbourhood"]
        ),
        "larger areas by households": shared_out(
            by_area,
            piece_weights(lookup, source="lsoa", target="neighbourhood", by="households"),
            rule="shared out by households",
        ),
    }
    if inputs.has("boundaries"):
        outlines = inputs.table("boundaries")
        large, targets = (outlines[outlines["level"] == level] for level in ("lsoa", "neighbourhood"))
        if set(by_area.index) <= set(large["code"]) and len(targets):
            weights = area_weights(large, targets, source="code", target="code")
            rules["larger areas by hectares"] = shared_out(by_area, weights, rule="shared out by area")
    table = compared(rules).rename(columns={"target": "area"})
    names = lookup.dropna(subset=["neighbourhood"]).drop_duplicates("neighbourhood").set_index("neighbourhood")
    table.insert(1, "name", table["area"].map(names["neighbourhood_name"]))
    return table


def ranks_by_rule(inputs: Inputs, score: str, *, worst: float = 0.1) -> pd.DataFrame:
    """Return ranks of wards by deprivation under several summaries of their output areas, and the spread of ranks.

    Summaries: mean by residents (the workbook's own), mean by households, mean by young children, plain mean, share of
    residents in the borough's worst tenth of areas, and the worst single area.
    """
    table, lookup = inputs.table("indicators"), inputs.table("lookup")
    rows = table[(table["indicator"] == score) & table["area"].isin(lookup["oa"])].sort_values("period")
    scores = rows.drop_duplicates("area", keep="last").set_index("area")["value"]
    areas = lookup.assign(score=lookup["oa"].map(scores)).dropna(subset=["score"])
    if areas.empty:
        return pd.DataFrame(columns=["area", "ward", "best_rank", "worst_rank"])
    is_worst = areas["score"] >= areas["score"].quantile(1 - worst)

    def mean(weights: pd.Series) -> pd.Series:
        top = (areas["score"] * weights).groupby(areas["ward"]).sum()
        return top / weights.groupby(areas["ward"]).sum()

    summaries = {
        "mean by residents": mean(areas["persons"]),
        "mean by households": mean(areas["households"]),
        "mean by young children": mean(areas["children_0_4"]),
        "plain mean": areas.groupby("ward")["score"].mean(),
        "residents in worst tenth": (areas["persons"] * is_worst).groupby(areas["ward"]).sum()
        / areas["persons"].groupby(areas["ward"]).sum(),
        "worst area": areas.groupby("ward")["score"].max(),
    }
    ranks = pd.DataFrame(
        {name: values.rank(ascending=False, method="min").astype(int) for name, values in summaries.items()}
    )
    found = ranks.assign(best_rank=ranks.min(axis=1), worst_rank=ranks.max(axis=1)).rename_axis("area").reset_index()
    found.insert(1, "ward", found["area"].map(lookup.drop_duplicates("ward").set_index("ward")["ward_name"]))
    return found.sort_values(["mean by residents", "area"], ignore_index=True)
