"""Wards ranked by need, with how sure the ranking is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods.intervals import z_value
from insight.stages.profiling.catalogue import Entry

SPREAD = (0.025, 0.975)
COLUMNS = ["rank", "area", "ward", "mean_rank", "mean_rank_lower", "mean_rank_upper", "among_first"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """On what wards are ranked, how many come first, and how the draws are made."""

    indicators: tuple[str, ...]
    first: int
    draws: int
    seed: int


def _worse_counts(compared: pd.DataFrame) -> pd.DataFrame:
    rows = compared[(compared["level"] == "ward") & (compared["polarity"] != "none") & (compared["status"] == "")]
    known = rows[rows["rest_comparison"] != "Not compared"]
    return known.groupby("area")["rest_comparison"].agg(
        worse=lambda words: int((words == "Worse").sum()), compared_on="size"
    )


def _drawn_ranks(values: np.ndarray, errors: np.ndarray, rule: Rule) -> np.ndarray:
    """Return mean ranks by draw and ward (1 the greatest need) from values that rise with need: wards by indicators."""
    rng = np.random.default_rng(rule.seed)
    drawn = values[None] + rng.normal(size=(rule.draws, *values.shape)) * errors[None]
    order = np.argsort(np.argsort(-drawn, axis=1, kind="stable"), axis=1) + 1.0
    return np.where(np.isnan(values)[None], np.nan, order)


def ranked(compared: pd.DataFrame, entries: Mapping[str, Entry], rule: Rule) -> pd.DataFrame:
    """Return wards by need: the mean of their ranks on the chosen indicators, 1 the greatest need.

    Values are drawn from their intervals, so that the table says how often a ward would come among the first; a full
    count has no interval and stays as it is. Which indicators count, and that they do alike, is the analyst's choice.

    Args:
        compared: as from :func:`insight.stages.profiling.compare.compared`.
        entries: the catalogue; indicators without polarity cannot rank need and are left out.
        rule: indicators, how many wards come first, draws and seed.
    """
    used = [name for name in rule.indicators if name in entries and entries[name].sign != 0]
    rows = compared[(compared["level"] == "ward") & compared["indicator"].isin(used)]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    wards: Sequence[str] = sorted(rows["area"].unique())
    signs = np.array([-entries[name].sign for name in used], dtype=float)

    def wide(column: str) -> pd.DataFrame:
        return rows.pivot_table(
            index="area", columns="indicator", values=column, aggfunc="first", dropna=False
        ).reindex(index=wards, columns=used)

    values, lower, upper = (wide(column) for column in ("value", "lower", "upper"))
    errors = ((upper - lower) / (2 * z_value())).fillna(0.0).to_numpy()
    points = values.to_numpy(dtype=float) * signs
    own = pd.DataFrame(points, index=wards).rank(ascending=False, method="min")
    own.columns = [f"{name}_rank" for name in used]
    drawn = np.nanmean(_drawn_ranks(points, errors, rule), axis=2)
    places = np.argsort(np.argsort(drawn, axis=1, kind="stable"), axis=1) + 1
    found = pd.DataFrame(
        {
            "area": wards,
            "ward": rows.drop_duplicates("area").set_index("area")["name"].reindex(wards).to_numpy(),
            "mean_rank": own.mean(axis=1).to_numpy(),
            "mean_rank_lower": np.quantile(drawn, SPREAD[0], axis=0),
            "mean_rank_upper": np.quantile(drawn, SPREAD[1], axis=0),
            "among_first": (places <= rule.first).mean(axis=0),
        }
    )
    found = found.join(values.reset_index(drop=True)).join(own.reset_index(drop=True))
    found = found.merge(_worse_counts(compared), left_on="area", right_index=True, how="left")
    found = found.sort_values(["mean_rank", "area"], ignore_index=True)
    found.insert(0, "rank", found["mean_rank"].rank(method="min").astype(int))
    return found
