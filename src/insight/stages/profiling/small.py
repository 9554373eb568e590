"""Small areas: raw shares beside shrunk ones, funnels, and what the choice of rule does to sums and ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from insight.methods.intervals import funnel_limits
from insight.methods.reaggregation import Moved, area_weights, compared, piece_weights, shared_out, summed
from insight.methods.smallarea import FEWEST_AREAS, overdispersion, shrink
from insight.privacy.loading import Inputs
from insight.stages.profiling import measures
from insight.stages.profiling.catalogue import Entry
from insight.stages.profiling.compare import LEVEL, STRICT_LEVEL

LEVELS = ("ward", "neighbourhood")
COLUMNS = [
    *("indicator", "label", "level", "area", "name", "period", "cases", "raw", "raw_lower", "raw_upper"),
    *("shrunk", "lower", "upper", "prior_cases", "common", "phi", "is_outside_95", "is_outside_998"),
    *("is_outside_overdispersed", "status"),
]
HIDDEN = ("cases", "raw", "raw_lower", "raw_upper", "shrunk", "lower", "upper")
FLAGS = ("is_outside_95", "is_outside_998", "is_outside_overdispersed")
POINTS = 60


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """One funnel: points, limits, and how much areas differ beyond chance."""

    points: pd.DataFrame
    limits: pd.DataFrame
    common: float
    phi: float


def _outside(counts: np.ndarray, cases: np.ndarray, common: float, *, level: float, phi: float = 1.0) -> np.ndarray:
    lower, upper = funnel_limits(common, cases, level=level, phi=phi, method="exact")
    shares = counts / cases
    return (shares < lower) | (shares > upper)


def _one(group: pd.DataFrame, entry: Entry, names: Mapping[str, str]) -> pd.DataFrame:
    counts, cases = group["numerator"].to_numpy(), group["denominator"].to_numpy()
    found, common = shrink(counts, cases), float(counts.sum() / cases.sum())
    spread = overdispersion(counts, cases) if 0 < common < 1 else None
    phi = spread.phi if spread else 1.0
    frame = pd.DataFrame(
        {
            "indicator": entry.indicator,
            "label": entry.label,
            "level": group["level"].to_numpy(),
            "area": group["area"].to_numpy(),
            "name": [names.get(code, code) for code in group["area"]],
            "period": group["period"].to_numpy(),
            "cases": cases,
            "raw": group["estimate"].to_numpy(),
            "raw_lower": group["lower"].to_numpy(),
            "raw_upper": group["upper"].to_numpy(),
            "shrunk": [one.estimate for one in found.estimates],
            "lower": [one.lower for one in found.estimates],
            "upper": [one.upper for one in found.estimates],
            "prior_cases": found.prior_cases,
            "common": common,
            "phi": phi,
            "is_outside_95": _outside(counts, cases, common, level=LEVEL),
            "is_outside_998": _outside(counts, cases, common, level=STRICT_LEVEL),
            "is_outside_overdispersed": _outside(counts, cases, common, level=STRICT_LEVEL, phi=phi),
            "status": group["cell"].to_numpy(),
        }
    )
    is_hidden = frame["status"] != ""
    frame[list(FLAGS)] = frame[list(FLAGS)].astype(object).where(~is_hidden, None)
    frame[list(HIDDEN)] = frame[list(HIDDEN)].astype(float).mask(is_hidden)
    return frame


def shrunk(
    found: pd.DataFrame, shown: pd.DataFrame, entries: Mapping[str, Entry], names: Mapping[str, str]
) -> pd.DataFrame:
    """Return, for every share of wards or neighbourhoods, raw and shrunk values and whether they leave the funnel.

    All areas of one level shape the common distribution; cells blanked by disclosure control stay blank.
    """
    frame = measures.latest(found.assign(cell=shown["status"]))
    frame = frame[frame["level"].isin(LEVELS) & (frame["method"] == "Wilson")]
    parts = [
        _one(group, entries[str(indicator)], names)
        for (indicator, _), group in frame.groupby(["indicator", "level"], sort=False)
        if len(group) >= FEWEST_AREAS
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def funnel(areas: pd.DataFrame, indicator: str, level: str) -> Funnel | None:
    """Return the funnel of one indicator and level from the table of small areas; ``None`` where nothing is shown."""
    rows = areas[(areas["indicator"] == indicator) & (areas["level"] == level) & (areas["status"] == "")]
    if rows.empty:
        return None
    common, phi = float(rows["common"].iloc[0]), float(rows["phi"].iloc[0])
    cases = np.unique(np.linspace(0.9 * rows["cases"].min(), 1.1 * rows["cases"].max(), POINTS).round())
    limits: dict[str, Any] = {"cases": cases}
    for name, strictness, spread in (
        ("95 %", LEVEL, 1.0),
        ("99.8 %", STRICT_LEVEL, 1.0),
        ("99.8 %, overdispersed", STRICT_LEVEL, phi),
    ):
        if "over" in name and phi <= 1:
            continue
        limits[f"lower_{name}"], limits[f"upper_{name}"] = funnel_limits(
            common, cases, level=strictness, phi=spread, method="exact"
        )
    points = rows.assign(outside=rows["is_outside_998"].astype(bool))
    return Funnel(points=points, limits=pd.DataFrame(limits), common=common, phi=phi)


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
