"""Early or crisis by a written rule and by coders: agreement between both, and who told of what.

A rule table of service and trigger is blind to what a coder reads in the record; a coder to what the rule fixes. Where
the two part, the share of early contacts is a matter of judgement, and the page says by how much.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from insight.methods.agreement import Bootstrap, cohen_kappa, pairs
from insight.methods.estimate import Estimate
from insight.methods.intervals import clopper_pearson
from insight.stages.service_mapping.declaration import Params, StageRule
from insight.stages.service_mapping.shares import columns

ANY = "any"
UNKNOWN = "unclassifiable"
SEEN = {"proactive": "early", "crisis": "crisis"}
"""Stages of the rule that a coder's words can be held against; reactive ones are neither."""
STAGES = ("proactive", "reactive", "crisis", UNKNOWN)
FEWEST = 2
DRAWS, LEVEL = 2000, 0.95
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def by_rule(rows: pd.DataFrame, rules: Sequence[StageRule]) -> pd.Series:
    """Return the stage of each row by the first rule whose service and trigger fit."""
    found = pd.Series(UNKNOWN, index=rows.index)
    open_yet = pd.Series(data=True, index=rows.index)
    for rule in rules:
        fits = open_yet & (rows["trigger"] == rule.trigger)
        if rule.service != ANY:
            fits &= rows["service"] == rule.service
        found = found.mask(fits, rule.stage)
        open_yet &= ~fits
    return found


def rule_table(single: pd.DataFrame) -> pd.DataFrame:
    """Return contacts by stage of the rule and by the coder's stage, with the families behind each."""
    rows = []
    for stage in STAGES:
        own = single[single["rule_stage"] == stage]
        early = own["stage"] == "early"
        rows.append(
            {
                "by_rule": stage,
                "contacts": len(own),
                "coded_early": int(early.sum()),
                "coded_crisis": int((~early).sum()),
                "families": own["family_id"].nunique(),
            }
        )
    return pd.DataFrame(rows)


def _kappa(ratings: pd.DataFrame, families: pd.Series) -> Estimate | None:
    both = ratings.dropna()
    if len(both) < FEWEST or pd.unique(both.to_numpy().ravel()).size < FEWEST:
        return None
    clusters = families.loc[both.index].tolist()
    bootstrap = Bootstrap(clusters=clusters) if len(set(clusters)) > 1 else None
    return cohen_kappa(both, bootstrap=bootstrap)


def _compared(ratings: pd.DataFrame, families: pd.Series, words: str) -> dict[str, object]:
    both = ratings.dropna()
    kappa = _kappa(ratings, families)
    cells = columns(kappa)
    agreed = pairs(both, positive="early") if len(both) else None
    return {
        "compared": words,
        "contacts": len(both),
        "observed": None if agreed is None else agreed.observed,
        "kappa": cells["share"],
        "lower": cells["lower"],
        "upper": cells["upper"],
        "agreement_on_early": None if agreed is None else agreed.positive,
        "agreement_on_crisis": None if agreed is None else agreed.negative,
    }


def coders_table(single: pd.DataFrame, second: pd.DataFrame | None) -> pd.DataFrame:
    """Return agreement of the coder with the rule, and with each further coder, families drawn whole for the limits.

    A coder who judged other contacts only has a row without numbers.
    """
    families = single.set_index("contact_id")["family_id"]
    first = single.set_index("contact_id")["stage"]
    rule = single.set_index("contact_id")["rule_stage"].map(SEEN)
    words = "coder and rule, contacts that the rule calls proactive or crisis"
    rows = [_compared(pd.DataFrame({"coder": first, "rule": rule}), families, words)]
    for coder, own in () if second is None else second.groupby("coder", sort=True):
        other = own.set_index("contact_id")["stage"].reindex(first.index)
        rows.append(_compared(pd.DataFrame({"one": first, "other": other}), families, f"first coder and coder {coder}"))
    return pd.DataFrame(rows)


def accounts_table(single: pd.DataFrame) -> pd.DataFrame:
    """Return contacts by who told of them, and positive agreement with limits over families drawn whole.

    Positive agreement is 2a / (2a + b + c); there is no list of contacts that never were, so no negative agreement and
    no kappa.
    """
    view = single["view"]
    told = pd.DataFrame({"family": view.isin(["both", "family"]), "agency": view.isin(["both", "agency"])})
    a = int((view == "both").sum())
    apart = len(single) - a
    agreement = 2 * a / (2 * a + apart) if len(single) else None
    low, high = _resampled(told, single["family_id"])
    return pd.DataFrame(
        [
            {"measure": "told by both", "contacts": a},
            {"measure": "told by the family only", "contacts": int((view == "family").sum())},
            {"measure": "recorded by the agency only", "contacts": int((view == "agency").sum())},
            {"measure": "positive agreement", "contacts": len(single), "share": agreement, "lower": low, "upper": high},
        ]
    ).astype({"share": "float64", "lower": "float64", "upper": "float64"})


def _resampled(told: pd.DataFrame, families: pd.Series) -> tuple[float | None, float | None]:
    import numpy as np

    both = (told["family"] & told["agency"]).groupby(families).sum().to_numpy(dtype=float)
    size = told.groupby(families).size().to_numpy(dtype=float)
    if len(size) < FEWEST:
        return None, None
    draws = np.random.default_rng(0).integers(0, len(size), (DRAWS, len(size)))
    a, n = both[draws].sum(axis=1), size[draws].sum(axis=1)
    low, high = np.quantile(2 * a / (a + n), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def firsts_table(single: pd.DataFrame) -> pd.DataFrame:
    """Return the age of the child at the first proactive and the first crisis contact over families, and which led.

    Ages are in months; the median stands with the number of families that had such a contact at all.
    """
    rows = []
    for stage in ("proactive", "crisis"):
        ages = single[single["rule_stage"] == stage].groupby("family_id")["age"].min()
        rows.append(
            {
                "measure": f"first {stage} contact",
                "families": len(ages),
                "median_age_months": round(float(ages.median())) if len(ages) else None,
            }
        )
    opening = single.drop_duplicates("family_id")["rule_stage"]
    rows += [
        {
            "measure": f"first contact of all was {stage}",
            "families": int((opening == stage).sum()),
            "median_age_months": None,
        }
        for stage in STAGES
    ]
    return pd.DataFrame(rows).astype({"median_age_months": "float64"})


def in_words(count: int, total: int) -> str:
    """Return "four of the six families" rather than a percentage of six."""

    def word(number: int) -> str:
        return NUMBERS[number] if number < len(NUMBERS) else str(number)

    if count == total:
        return f"all {word(total)} families"
    return f"{'none' if count == 0 else word(count)} of the {word(total)} families"


def reading_table(single: pd.DataFrame, params: Params, *, agreed: bool) -> pd.DataFrame:
    """Return how the mapped families came to be chosen, and what they can and cannot tell.

    How many families were mostly early is said only where they agreed to be shown.
    """
    total = single["family_id"].nunique()
    early = (single["stage"] == "early").groupby(single["family_id"]).mean()
    most = int((early > 0.5).sum())  # noqa: PLR2004 - more than half
    limit = clopper_pearson(total, total).lower if total else None
    missed = (
        "not estimated: agencies' records were drawn for services that the families had named, so the second list "
        "depends on the first and capture-recapture does not hold"
        if params.agency_lookup == "family_named"
        else "not estimated: families and agencies note the same contacts for the same reasons, so the two lists are "
        "not independent"
    )
    rows = [
        ("families mapped", f"{total}; chosen for {params.chosen_for}, not drawn at random"),
        ("mostly early by the coder", in_words(most, total)),
        (
            "what full agreement would say of families at large",
            "nothing, there is no family"
            if limit is None
            else f"even if drawn at random, {in_words(total, total)} alike would leave a share of {limit:.0%} possible",
        ),
        ("contacts that both sides missed", missed),
    ]
    shown = rows if agreed else [rows[0], *rows[2:]]
    return pd.DataFrame(shown, columns=["question", "answer"])
