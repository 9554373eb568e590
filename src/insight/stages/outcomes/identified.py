"""How far the counts can carry a claim: change beyond trend, what could be detected, and the level of the evidence."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight.methods.change import beyond_trend, least_detectable
from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value
from insight.stages.outcomes.declaration import Params
from insight.stages.outcomes.shares import limits

FEWEST_YEARS = 2


@dataclass(frozen=True, kw_only=True)
class Identified:
    """Changes beyond the trend, whether earlier paths are shown alike, and the level on each scale of evidence.

    ``alike`` is ``None`` where earlier years are missing: then nothing can show it.
    """

    beyond_own: Estimate | None
    beyond_gap: Estimate | None
    detectable: float | None
    alike: bool | None
    levels: pd.DataFrame


def _share(sums: pd.DataFrame, areas: list[str], year: int) -> tuple[float, float]:
    rows = sums[sums["area"].isin(areas) & (sums["year"] == year)]
    n = float(rows["cohort"].sum())
    share = float(rows["achievers"].sum()) / n
    return share, share * (1 - share) / n


def _beyond(points: dict[int, tuple[float, float]], params: Params) -> Estimate | None:
    earlier = [year for year in sorted(points) if year <= params.before_year]
    usable = len(earlier) >= FEWEST_YEARS and min(points[year][1] for year in earlier) > 0
    if not usable or params.after_year not in points:
        return None
    last = points[params.after_year]
    return beyond_trend(
        earlier,
        [points[year][0] for year in earlier],
        [points[year][1] for year in earlier],
        time=params.after_year,
        value=last[0],
        variance=last[1],
    )


def _years(sums: pd.DataFrame, areas: list[str]) -> set[int]:
    rows = sums[sums["area"].isin(areas)]
    counts = rows.groupby("year")["area"].nunique()
    return {int(year) for year in counts.index[counts == len(areas)]}


def are_alike(earlier: Estimate | None, margin: float) -> bool | None:
    """Return whether earlier paths are shown to run together: both 90 per cent limits within the margin.

    Two one-sided tests at 5 per cent; the limits are taken from the 95 per cent ones by their normal width.
    """
    if earlier is None or earlier.lower is None or earlier.upper is None:
        return None
    ratio = z_value(0.9) / z_value(earlier.level)
    low = earlier.estimate - ratio * (earlier.estimate - earlier.lower)
    high = earlier.estimate + ratio * (earlier.upper - earlier.estimate)
    return -margin < low and high < margin


def levels(*, has_comparison: bool, alike: bool | None, margin: float) -> pd.DataFrame:
    """Return the level reached on each scale of evidence, and why.

    Scales: Maryland Scientific Methods Scale (What Works Centre for Local Economic Growth), Nesta's Standards of
    Evidence, the Early Intervention Foundation's ratings, Magenta Book 2020.
    """
    paths = f"paths before the pilot {'are' if alike else 'are not'} shown to run within {100 * margin:g} points"
    maryland = "3" if has_comparison and alike else ("2" if has_comparison else "1")
    why = f"comparison wards, {paths}" if has_comparison else "a before and an after, nothing to hold them against"
    rows = [
        ("Maryland Scientific Methods Scale (1 to 5)", maryland, why),
        (
            "Nesta Standards of Evidence (1 to 5)",
            "3 at best" if has_comparison and alike else "2",
            "a comparison group can show effect" if has_comparison and alike else "change is shown, its cause is not",
        ),
        (
            "Early Intervention Foundation",
            "NL2: not level 2",
            "no validated measure of the same child before and after; level 3 would need a rigorous counterfactual",
        ),
        (
            "Magenta Book 2020",
            "quasi-experimental" if has_comparison else "theory-based and process evaluation",
            "impact by difference in differences and placebo wards; value for money apart"
            if has_comparison
            else "impact is argued from theory and process; value for money apart",
        ),
    ]
    return pd.DataFrame(rows, columns=["scale", "level", "why"])


def describe(
    sums: pd.DataFrame,
    pilot: list[str],
    others: list[str],
    params: Params,
    *,
    se: float | None,
    earlier: Estimate | None,
) -> Identified:
    """Return changes beyond trend and the level of the evidence.

    Args:
        sums: achievers and cohort by area and year, one version of the profile.
        pilot: pilot wards with rows in both years.
        others: the other wards; may be empty.
        params: the stage's parameters.
        se: standard error of the difference in differences, where there is one.
        earlier: the same difference before the pilot, where earlier years allow it.
    """
    own = {year: _share(sums, pilot, year) for year in _years(sums, pilot)}
    gap = {}
    if others:
        for year in set(own) & _years(sums, others):
            share, variance = _share(sums, others, year)
            gap[year] = (own[year][0] - share, own[year][1] + variance)
    alike = are_alike(earlier, params.parallel_margin)
    return Identified(
        beyond_own=_beyond(own, params),
        beyond_gap=_beyond(gap, params),
        detectable=None if se is None else least_detectable(se),
        alike=alike,
        levels=levels(has_comparison=bool(others), alike=alike, margin=params.parallel_margin),
    )


def rows(found: Identified) -> list[dict[str, object]]:
    """Return the changes beyond trend and the least detectable effect as rows of the pilot's table."""
    table: list[dict[str, object]] = []
    for words, estimate in (
        ("pilot wards beyond their own earlier line", found.beyond_own),
        ("gap to other wards beyond its earlier line (trend-adjusted)", found.beyond_gap),
    ):
        if estimate is not None:
            table.append({"measure": words, **limits(estimate)})
    if found.detectable is not None:
        words = "smallest true difference of the two changes found with a chance of 80 per cent"
        table.append({"measure": words, "estimate": found.detectable, "lower": None, "upper": None})
    return table
