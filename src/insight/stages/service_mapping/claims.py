"""Estimates that decide claims about CAFs, plans and referrals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from insight.methods.estimate import Estimate, exactly
from insight.methods.intervals import clopper_pearson, difference, wilson
from insight.stages.service_mapping.shares import clustered_share

Estimates = dict[str, tuple[Estimate | None, ...]]


def referral_estimates(periods: Mapping[str, pd.DataFrame]) -> Estimates:
    """Return changes from the earlier to the later period: share acted on, share assessed again."""
    before, after = periods.values()
    if before.empty or after.empty:
        return {}
    parts = tuple(
        difference(clustered_share(after[flag], after["family_id"]), clustered_share(before[flag], before["family_id"]))
        for flag in ("is_acted_on", "is_repeat_assessment")
    )
    return {"disjointedness_falling": parts}


def caf_estimates(single: pd.DataFrame, caf: str) -> Estimates:
    """Return families through a CAF among all, and how far recall of the CAF lies below recall of other contacts.

    A family with several CAF contacts recalls it when it tells of any: the family is the case. Its limits are the exact
    ones, because with three or four families Wilson's are too narrow.
    """
    is_caf = single["service"] == caf
    counts = (is_caf.groupby(single["family_id"]).any().sum(), single["family_id"].nunique())
    found: Estimates = {"four_of_six_caf": tuple(exactly(float(count), n=len(single)) for count in counts)}
    recorded = single[single["view"] != "family"]
    own, others = recorded[recorded["service"] == caf], recorded[recorded["service"] != caf]
    if len(own) and len(others):
        told = single.loc[is_caf & (single["view"] != "agency"), "family_id"]
        recalls = own["family_id"].drop_duplicates().isin(set(told))
        usual = clustered_share(others["view"] == "both", others["family_id"])
        found["caf_not_owned"] = (difference(clopper_pearson(int(recalls.sum()), len(recalls)), usual),)
    return found


def goal_estimates(plans: pd.DataFrame | None, former: str) -> Estimates:
    """Return the share of the former form's goals that are the parent's own, and its distance from other forms'."""
    if plans is None:
        return {}
    own, others = plans[plans["form"] == former], plans[plans["form"] != former]
    if own.empty or others.empty:
        return {}
    first, second = (clustered_share(one["goal_set_by"] == "parent", one["plan_id"]) for one in (own, others))
    return {"caf_outcomes_misaligned": (first, difference(first, second))}


def problem_rows(interviews: pd.DataFrame, codings: pd.DataFrame, consent: pd.DataFrame | None) -> pd.DataFrame:
    """Return one row an own interview and theme: whether it raised a problem with it, without being asked.

    Own interviews are those in a ward of the look-up; those whose consent to analysis was withdrawn are left out.
    """
    own = set(interviews.loc[interviews["ward"].notna(), "interview_id"])
    if consent is not None:
        gone = consent[(consent["scope"] == "analysis") & consent["withdrawn"]]
        own -= set(gone["interview_id"])
    rows = codings[codings["interview_id"].isin(own)]
    is_problem = (rows["status"] == "raised") & (rows["sentiment"] == "negative")
    return rows[["interview_id", "theme"]].assign(is_problem=is_problem)


def problem_estimates(rows: pd.DataFrame, themes: Sequence[str]) -> Estimates:
    """Return the share of interviews that raise a problem with any kind of early help."""
    if rows.empty:
        return {}
    is_one = rows["is_problem"] & rows["theme"].isin(themes)
    raised = is_one.groupby(rows["interview_id"]).any()
    return {"interviews_raise_no_problem": (wilson(int(raised.sum()), len(raised)),)}


def problems_table(rows: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    """Return interviews that raise a problem with each kind of early help."""
    total = rows["interview_id"].nunique()
    found = []
    for theme in themes if total else ():
        count = int((rows["is_problem"] & (rows["theme"] == theme)).sum())
        one = wilson(count, total)
        limits = {"share": one.estimate, "lower": one.lower, "upper": one.upper}
        found.append({"help": theme.replace("_", " "), "interviews": total, "raising_a_problem": count, **limits})
    return pd.DataFrame(found, columns=["help", "interviews", "raising_a_problem", "share", "lower", "upper"])
