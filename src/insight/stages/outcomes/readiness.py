"""Children below and at or above the expected level: their issues, their homes, their settings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods.association import odds_ratio
from insight.methods.estimate import Estimate
from insight.methods.intervals import holm, newcombe_difference
from insight.stages.outcomes import tied
from insight.stages.outcomes.declaration import Params
from insight.stages.outcomes.shares import (
    LIMITS,
    contrast,
    hide,
    limits,
    linear_effects,
    share_row,
    stratified_difference,
)

BELOW, ABOVE = "below the level", "at or above it"
ANY = "any issue"


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Issues by side of the level; effects of home and setting on falling below it; how many children were used."""

    issues: pd.DataFrame
    differences: pd.DataFrame
    odds: pd.DataFrame
    effects: pd.DataFrame
    any_issue: Estimate
    any_issue_adjusted: Estimate
    wide_problems: Estimate
    home: Estimate
    home_less_setting: Estimate
    children: int
    without_level: int


def _holds(codes: pd.Series) -> pd.Series:
    return codes.fillna("").str.split().map(len)


def _prepared(children: pd.DataFrame, levels: dict[str, float]) -> pd.DataFrame:
    rows = children.assign(level=children["definition_version"].map(levels)).dropna(subset=["level"])
    return rows.assign(
        is_below=rows["points"] < rows["level"],
        issues=rows["issues"].fillna(""),
        problem_count=_holds(rows["home_problems"]),
    )


def _two(rows: pd.DataFrame, flag: pd.Series) -> tuple[int, int, int, int]:
    below = rows["is_below"]
    return int((flag & below).sum()), int(below.sum()), int((flag & ~below).sum()), int((~below).sum())


def _issues(rows: pd.DataFrame, *, threshold: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    lists = rows["issues"].str.split()
    codes = sorted(set(lists.explode().dropna()))
    flags = {ANY: lists.map(len) > 0} | {code: lists.map(lambda one, code=code: code in one) for code in codes}
    cells, gaps = [], []
    for code, flag in flags.items():
        hit, below, other_hit, above = _two(rows, flag)
        label = code.replace("_", " ")
        cells += [
            {"issue": label, "group": BELOW, **share_row(hit, below)},
            {"issue": label, "group": ABOVE, **share_row(other_hit, above)},
        ]
        odds = odds_ratio(hit, below, other_hit, above)
        gaps.append(
            {
                "issue": label,
                **limits(newcombe_difference(hit, below, other_hit, above)),
                "odds_ratio": odds.estimate.estimate,
                "p_value": odds.p_value,
                "least": min(hit, other_hit),
            }
        )
    frame = pd.DataFrame(gaps)
    single = frame["issue"] != ANY
    frame.loc[single, "p_holm"] = holm(list(frame.loc[single, "p_value"]))
    shown = hide(pd.DataFrame(cells), ["count"], threshold=threshold, of="n", also=LIMITS)
    quiet = set(shown.loc[shown["status"] != "", "issue"])
    frame = frame.drop(columns="least")
    numbers = [column for column in frame.columns if column != "issue"]
    frame[numbers] = frame[numbers].astype("float64").mask(frame["issue"].isin(quiet))
    return shown, frame.assign(status=frame["issue"].isin(quiet).map({True: "c", False: ""}))


def _adjusted(rows: pd.DataFrame, params: Params) -> Estimate:
    flag = rows["issues"] != ""
    strata = rows.assign(
        is_young=rows["age_months"] < params.young_below_months,
        hit=flag & rows["is_below"],
        other_hit=flag & ~rows["is_below"],
        other=~rows["is_below"],
    )
    sums = strata.groupby(["ward", "is_young"])[["hit", "is_below", "other_hit", "other"]].sum()
    return stratified_difference(*(sums[column].to_numpy() for column in sums.columns))


def _effects(rows: pd.DataFrame, params: Params) -> tuple[pd.DataFrame, Estimate, Estimate]:
    graded = rows.dropna(subset=["setting_grade"])
    terms = pd.DataFrame(
        {
            "home": graded["problem_count"] > 0,
            "setting": graded["setting_grade"].astype(int) >= params.poor_grade,
            "young": graded["age_months"] < params.young_below_months,
        }
    ).astype(float)
    wards = pd.get_dummies(graded["ward"], drop_first=True).astype(float)
    beta, covariance = linear_effects(graded["is_below"].to_numpy(dtype=float), pd.concat([terms, wards], axis=1))
    method = "linear probability model with age group and ward, HC1"

    def one(*weights: float) -> Estimate:
        whole = np.zeros(len(beta))
        whole[1 : 1 + len(weights)] = weights
        return contrast(whole, beta, covariance, n=len(graded), method=method)

    home, setting, gap = one(1), one(0, 1), one(1, -1)
    frame = pd.DataFrame(
        [
            {"measure": "a problem at home", **limits(home)},
            {"measure": "a poorly graded setting", **limits(setting)},
            {"measure": "home less setting", **limits(gap)},
        ]
    ).assign(children=len(graded))
    return frame, home, gap


def describe(children: pd.DataFrame, levels: dict[str, float], params: Params, *, threshold: int) -> Readiness | None:
    """Compare children below the level with the others.

    Args:
        children: the ``eyfs_children`` input.
        levels: points that count as the expected level, by version of the profile.
        params: the stage's parameters.
        threshold: smallest count shown.

    Returns:
        ``None`` where one of the two sides has no child.
    """
    rows = _prepared(children, levels)
    if rows["is_below"].nunique() < 2:  # noqa: PLR2004 - both sides of the level
        return None
    issues, differences = _issues(rows, threshold=threshold)
    effects, home, gap = _effects(rows, params)
    return Readiness(
        issues=issues,
        differences=differences,
        odds=tied.odds(rows, params.tied_issues, threshold=threshold),
        effects=effects,
        any_issue=newcombe_difference(*_two(rows, rows["issues"] != "")),
        any_issue_adjusted=_adjusted(rows, params),
        wide_problems=newcombe_difference(*_two(rows, rows["problem_count"] >= params.many_problems)),
        home=home,
        home_less_setting=gap,
        children=len(rows),
        without_level=len(children) - len(rows),
    )
