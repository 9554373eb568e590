"""Family CAF: parents' own answers before and after, and the family form against the former child form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.errors import InputError, Problem
from insight.methods.estimate import Estimate
from insight.methods.intervals import SIGNED_RANK, difference, holm, mcnemar, paired_ordinal, transitions
from insight.stages.outcomes.declaration import Params
from insight.stages.outcomes.shares import LEAST, LIMITS, clustered_share, hide, limits

CHILD, FAMILY = "child", "family"
SECONDARY = (
    "p_signed_rank",
    "rank_biserial",
    "p_improvement",
    "shift_points",
    "shift_lower",
    "shift_upper",
    "p_mcnemar",
    "p_bowker",
    "p_stuart_maxwell",
)
"""Columns beside the primary sign test, by criterion."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Change of answers by criterion, and all answers at the start by answers at the close."""

    criteria: pd.DataFrame
    moves: pd.DataFrame
    families: int
    paired: int
    signed_rank_method: str
    met_point: int


@dataclass(frozen=True, kw_only=True)
class Forms:
    """The family form less the child form: parents' goals, actions of families, needs met."""

    rows: pd.DataFrame
    goals: Estimate | None
    actions: Estimate | None
    needs: Estimate | None


def _check_scale(answers: pd.DataFrame, params: Params, *, file: str) -> None:
    highest = int(answers[["before", "after"]].max().max())
    if highest > params.scale_points:
        raise InputError(
            [
                Problem(
                    file=file,
                    column="before, after",
                    rule=f"at most {params.scale_points}, the points of the scale",
                    found=str(highest),
                    fix="correct the answer, or scale_points in the params",
                )
            ]
        )


def answers(assessments: pd.DataFrame, params: Params, *, file: str, threshold: int) -> Answers:
    """Compare answers at the start and at the close, family by family, for each criterion.

    Raises:
        InputError: an answer beyond the scale.
    """
    _check_scale(assessments, params, file=file)
    rows = []
    for criterion, group in assessments.groupby("criterion", sort=True):
        both = group.dropna(subset=["after"])
        if both.empty:
            continue
        before, after = both["before"].to_numpy(dtype=int), both["after"].to_numpy(dtype=int)
        found = paired_ordinal(before, after, points=params.scale_points)
        rows.append(
            {
                "criterion": str(criterion).replace("_", " "),
                "asked": len(group),
                "paired": len(both),
                "not_asked_again": len(group) - len(both),
                "improved": found.improved,
                "same": found.same,
                "worse": found.worse,
                "median_before": float(np.median(before)),
                "median_after": float(np.median(after)),
                **limits(found.net),
                "p_sign": found.sign.p_value,
                "p_signed_rank": found.p_signed_rank,
                "rank_biserial": found.rank_biserial,
                "p_improvement": found.probability_of_improvement.estimate,
                "shift_points": found.hodges_lehmann.estimate,
                "shift_lower": found.hodges_lehmann.lower,
                "shift_upper": found.hodges_lehmann.upper,
                "p_mcnemar": mcnemar(before, after, threshold=params.met_point),
                "p_bowker": found.p_bowker,
                "p_stuart_maxwell": found.p_stuart_maxwell,
            }
        )
    columns = ["criterion", "asked", "paired", "not_asked_again", "improved", "same", "worse", "median_before"]
    frame = pd.DataFrame(rows, columns=[*columns, "median_after", *LIMITS, "p_sign", *SECONDARY])
    frame["p_holm"] = holm(list(frame["p_sign"]))
    # the net share would give a hidden count away beside the others, so all of a criterion's counts go together
    shown = hide(
        frame,
        ["improved", "same", "worse"],
        threshold=threshold,
        also=["paired", "not_asked_again", *LIMITS, "p_sign", "p_holm", *SECONDARY],
    )
    closed = assessments.dropna(subset=["after"])
    table = transitions(closed["before"].to_numpy(), closed["after"].to_numpy(), points=params.scale_points)
    moves = table.reset_index().melt("before", var_name="after", value_name="answers")
    return Answers(
        criteria=shown,
        moves=hide(moves, ["answers"], threshold=threshold),
        families=assessments["family_id"].nunique(),
        paired=closed["family_id"].nunique(),
        signed_rank_method=SIGNED_RANK,
        met_point=params.met_point,
    )


def _share(rows: pd.DataFrame, flag: pd.Series) -> Estimate | None:
    sums = pd.DataFrame({"family": rows["family_id"], "hit": flag.astype(float)}).groupby("family")["hit"]
    if sums.ngroups < LEAST:
        return None
    return clustered_share(sums.sum().to_numpy(), sums.count().to_numpy(dtype=float))


def _compared(rows: pd.DataFrame, flag: pd.Series, words: str) -> tuple[list[dict[str, object]], Estimate | None]:
    family, child = (_share(rows[rows["form"] == form], flag[rows["form"] == form]) for form in (FAMILY, CHILD))
    if family is None or child is None:
        return [], None
    gap = difference(family, child)
    gap = Estimate(
        estimate=gap.estimate,
        lower=gap.lower,
        upper=gap.upper,
        n=gap.n,
        method=f"MOVER on {family.method}, {child.method.split(', ')[-1]}",
    )
    cells: list[dict[str, object]] = []
    for form, found in (("family form", family), ("child form", child), ("family less child", gap)):
        cells.append(
            {
                "measure": words,
                "group": form,
                "n": found.n,
                "count": round(found.estimate * found.n) if found is not gap else None,
                **limits(found),
            }
        )
    return cells, gap


def forms(plans: pd.DataFrame, needs: pd.DataFrame | None, *, threshold: int) -> Forms:
    """Compare goals, actions and needs met on the family form with the former child form, families as clusters.

    Needs carry no form: they take the form of their family's plans; families with plans on both are left out.
    """
    goal_cells, goals = _compared(plans, plans["goal_set_by"] == "parent", "goals set by the parent")
    action_cells, actions = _compared(
        plans, plans["action_owner"].isin(["family", "both"]), "actions that the family owns or shares"
    )
    cells, met = goal_cells + action_cells, None
    if needs is not None:
        by_family = plans.groupby("family_id")["form"].agg(["first", "nunique"])
        only = by_family.loc[by_family["nunique"] == 1, "first"]
        known = needs.assign(form=needs["family_id"].map(only)).dropna(subset=["form"])
        need_cells, met = _compared(known, known["is_resolved"].astype(bool), "needs met when the CAF closed")
        cells = cells + need_cells
    frame = pd.DataFrame(cells, columns=["measure", "group", "count", "n", *LIMITS])
    frame["count"] = frame["count"].astype("float64")
    shares = hide(frame[frame["count"].notna()], ["count"], threshold=threshold, of="n", also=LIMITS)
    hidden = set(shares.loc[shares["status"] != "", "measure"]) if len(shares) else set()
    gaps = frame[frame["count"].isna()].assign(status="")
    gaps = gaps[~gaps["measure"].isin(hidden)]
    rows = (
        pd.concat([part for part in (shares, gaps) if len(part)], ignore_index=True)
        if cells
        else frame.assign(status="")
    )
    rows = rows.sort_values("measure", kind="stable", ignore_index=True)
    return Forms(rows=rows, goals=goals, actions=actions, needs=met)
