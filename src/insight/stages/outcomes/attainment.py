"""Attainment at five: change by ward, pilot against other wards, placebo wards, and what chance alone would bring.

Each year is another cohort: repeated cross-sections, so changes compare independent shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from insight.errors import InputError, Problem
from insight.methods import change as moved
from insight.methods.estimate import Estimate
from insight.methods.intervals import Counts, DifferenceInDifferences, difference_in_differences, wilson
from insight.stages.outcomes import identified
from insight.stages.outcomes.declaration import Params
from insight.stages.outcomes.shares import LIMITS, hide, limits

PILOT, OTHER = "pilot wards", "other wards"
MOST_SETS = 50_000
"""Sets of placebo wards beyond which they are not listed one by one."""
FEWEST = 2
COUNTS = ["achievers_before", "cohort_before", "achievers_after", "cohort_after"]


@dataclass(frozen=True, kw_only=True)
class Attainment:
    """What the counts say of the pilot: changes, the difference in differences, placebo ranks, the trend."""

    wards: pd.DataFrame
    trend: pd.DataFrame
    placebo: pd.DataFrame
    pilot_change: Estimate
    other_change: Estimate | None
    effect: Estimate | None
    effect_wald: Estimate | None
    p_effect: float | None
    earlier_effect: Estimate | None
    benchmark_effect: Estimate | None
    turning: float | None
    by_regression: float | None
    set_rank: tuple[int, int] | None
    identified: identified.Identified


def _one_version(counts: pd.DataFrame, params: Params, *, file: str) -> None:
    years = [params.before_year, params.after_year]
    for year in years:
        if year not in set(counts["year"]):
            raise InputError(
                [
                    Problem(
                        file=file,
                        column="year",
                        rule=f"holds {year}",
                        found="no row",
                        fix="add the year or name another in the params",
                    )
                ]
            )
    versions = sorted(set(counts.loc[counts["year"].isin(years), "definition_version"]))
    if len(versions) > 1:
        raise InputError(
            [
                Problem(
                    file=file,
                    column="definition_version",
                    rule="one version of the profile in both years compared",
                    found=", ".join(versions),
                    fix="compare years of one version",
                )
            ]
        )


def _pair(sums: pd.DataFrame, areas: list[str], year: int) -> Counts:
    rows = sums[sums["area"].isin(areas) & (sums["year"] == year)]
    return int(rows["achievers"].sum()), int(rows["cohort"].sum())


def _row(sums: pd.DataFrame, areas: list[str], params: Params, *, label: str, group: str) -> dict[str, object]:
    before, after = _pair(sums, areas, params.before_year), _pair(sums, areas, params.after_year)
    return {
        "label": label,
        "group": group,
        "achievers_before": before[0],
        "cohort_before": before[1],
        "achievers_after": after[0],
        "cohort_after": after[1],
        "share_before": before[0] / before[1],
        "share_after": after[0] / after[1],
        **limits(moved.change(before, after)),
    }


def _effect(sums: pd.DataFrame, pilot: list[str], others: list[str], years: tuple[int, int]) -> DifferenceInDifferences:
    first, last = years
    return difference_in_differences(
        _pair(sums, pilot, first), _pair(sums, pilot, last), _pair(sums, others, first), _pair(sums, others, last)
    )


def placebo(sums: pd.DataFrame, wards: list[str], params: Params, names: dict[str, str]) -> pd.DataFrame:
    """Return each ward's change less that of all others outside the pilot, ranked, as if the pilot had run there."""
    rows = []
    for ward in wards:
        rest = [other for other in wards if other != ward and other not in params.pilot_wards]
        found = _effect(sums, [ward], rest, (params.before_year, params.after_year))
        rows.append({"label": names.get(ward, ward), "is_pilot": ward in params.pilot_wards, **limits(found.mover)})
    frame = pd.DataFrame(rows).sort_values("estimate", ascending=False, ignore_index=True)
    return frame.assign(place=range(1, len(frame) + 1))


def set_rank(sums: pd.DataFrame, wards: list[str], params: Params) -> tuple[int, int] | None:
    """Return the rank of the pilot wards' joint change among that of every set of as many wards, and how many sets.

    ``None`` where the sets are too many to list or there is only one.
    """
    size = len(params.pilot_wards)
    sets = []
    for one in combinations(wards, size):
        sets.append(one)
        if len(sets) > MOST_SETS:
            return None
    if len(sets) < FEWEST:
        return None
    first = sums[sums["year"] == params.before_year].set_index("area")
    last = sums[sums["year"] == params.after_year].set_index("area")

    def joint(areas: tuple[str, ...]) -> float:
        members = list(areas)
        gained = last.loc[members, "achievers"].sum() / last.loc[members, "cohort"].sum()
        return float(gained - first.loc[members, "achievers"].sum() / first.loc[members, "cohort"].sum())

    own = tuple(ward for ward in wards if ward in params.pilot_wards)
    return moved.placebo_rank(joint(own), [joint(one) for one in sets if one != own])


def regression_to_mean(sums: pd.DataFrame, wards: list[str], pilot: list[str], year: int) -> float | None:
    """Return the rise that the pilot wards' shares would show by chance alone, had they been picked for being low.

    Each ward's share is shrunk to the mean of all by its reliability (moments, after Morris 1983); the rise is the gap
    between shrunk and observed share, weighted by cohort.
    """
    rows = sums[(sums["year"] == year) & sums["area"].isin(wards)].set_index("area")
    if len(rows) <= FEWEST:
        return None
    share = rows["achievers"] / rows["cohort"]
    mean = float(rows["achievers"].sum() / rows["cohort"].sum())
    sampling = mean * (1 - mean) / rows["cohort"]
    between = max(0.0, float(share.var(ddof=1) - sampling.mean()))
    rise = (1 - between / (between + sampling)) * (mean - share)
    weight = rows.loc[pilot, "cohort"]
    return float((rise[pilot] * weight).sum() / weight.sum())


def trend(sums: pd.DataFrame, groups: dict[str, list[str]]) -> pd.DataFrame:
    """Return shares with Wilson limits by group and year."""
    rows = []
    for name, areas in groups.items():
        for year in sorted(set(sums.loc[sums["area"].isin(areas), "year"])):
            achievers, cohort = _pair(sums, areas, year)
            rows.append({"group": name, "year": int(year), "cohort": cohort, **limits(wilson(achievers, cohort))})
    return pd.DataFrame(rows)


def describe(counts: pd.DataFrame, params: Params, names: dict[str, str], *, file: str, threshold: int) -> Attainment:
    """Compare years by ward, and the pilot wards with the others.

    Args:
        counts: the ``eyfs_counts`` input.
        params: the stage's parameters.
        names: names of areas by code.
        file: what to call the input in messages.
        threshold: smallest count shown.

    Raises:
        InputError: a year to compare is absent, or the two years follow different versions of the profile.
    """
    _one_version(counts, params, file=file)
    version = counts.loc[counts["year"] == params.before_year, "definition_version"].iloc[0]
    same = counts[counts["definition_version"] == version]
    sums = same.groupby(["area", "year"], sort=True)[["achievers", "cohort"]].sum().reset_index()
    both = sums[sums["year"].isin([params.before_year, params.after_year])].groupby("area")["year"].nunique()
    present = list(both.index[both == FEWEST])
    wards = [area for area in present if area != params.benchmark]
    pilot = [ward for ward in wards if ward in params.pilot_wards]
    lacking = sorted(set(params.pilot_wards) - set(pilot))
    if lacking:
        raise InputError(
            [
                Problem(
                    file=file,
                    column="area",
                    rule="holds each pilot ward in both years",
                    found=f"no {', '.join(lacking)}",
                    fix="add the rows or correct pilot_wards",
                )
            ]
        )
    others = [ward for ward in wards if ward not in pilot]
    rows = [_row(sums, [ward], params, label=names.get(ward, ward), group=PILOT) for ward in pilot]
    rows += [_row(sums, [ward], params, label=names.get(ward, ward), group=OTHER) for ward in others]
    together = [_row(sums, pilot, params, label="All pilot wards", group="together")]
    groups = {PILOT: pilot}
    if others:
        groups[OTHER] = others
        together.append(_row(sums, others, params, label="All other wards", group="together"))
    if params.benchmark in present:
        groups[names.get(params.benchmark, params.benchmark)] = [params.benchmark]
        label = names.get(params.benchmark, params.benchmark)
        together.append(_row(sums, [params.benchmark], params, label=label, group="together"))
    shown = hide(
        pd.DataFrame(rows),
        ["achievers_before"],
        threshold=threshold,
        of="cohort_before",
        also=(*COUNTS[1:], "share_before", "share_after", *LIMITS),
        within=["group"],
    )
    years = (params.before_year, params.after_year)
    own = (_pair(sums, pilot, years[0]), _pair(sums, pilot, years[1]))
    effect = _effect(sums, pilot, others, years) if others else None
    earlier = [int(year) for year in sorted(set(sums["year"])) if year < years[0]]
    earlier_effect = _effect(sums, pilot, others, (earlier[0], years[0])).mover if others and earlier else None
    return Attainment(
        wards=pd.concat([pd.DataFrame(together).assign(status=""), shown], ignore_index=True),
        trend=trend(sums, groups),
        placebo=placebo(sums, wards, params, names) if len(others) > 1 else pd.DataFrame(),
        pilot_change=moved.change(*own),
        other_change=moved.change(_pair(sums, others, years[0]), _pair(sums, others, years[1])) if others else None,
        effect=None if effect is None else effect.mover,
        effect_wald=None if effect is None else effect.wald,
        p_effect=None if effect is None else effect.p_value,
        earlier_effect=earlier_effect,
        benchmark_effect=_effect(sums, pilot, [params.benchmark], years).mover if params.benchmark in present else None,
        turning=moved.turning_change(*own, other_n=_pair(sums, others, years[0])[1]) if others else None,
        by_regression=regression_to_mean(sums, wards, pilot, years[0]) if others else None,
        set_rank=set_rank(sums, wards, params) if others else None,
        identified=identified.describe(
            sums, pilot, others, params, se=None if effect is None else effect.se, earlier=earlier_effect
        ),
    )


def pilot_rows(found: Attainment) -> pd.DataFrame:
    """Return the pilot's effect, its checks and its rivals as rows of one table."""
    rows: list[dict[str, object]] = [{"measure": "change in the pilot wards", **limits(found.pilot_change)}]
    for words, estimate in (
        ("change in all other wards", found.other_change),
        ("difference of the two changes", found.effect),
        (f"the same by Wald limits (p = {found.p_effect or 0:.3f})", found.effect_wald),
        ("difference of the two changes before the pilot, first year to last", found.earlier_effect),
        ("difference from the change of the benchmark", found.benchmark_effect),
    ):
        if estimate is not None:
            rows.append({"measure": words, **limits(estimate)})
    rows += identified.rows(found.identified)
    for words, value in (
        ("change of other wards above which the pilot's no longer stands out", found.turning),
        ("rise that low shares show by chance alone", found.by_regression),
    ):
        if value is not None:
            rows.append({"measure": words, "estimate": value, "lower": None, "upper": None})
    return pd.DataFrame(rows)
