"""What the leading mode agrees with: each statement against all other respondents, and its rank among the modes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods import survey
from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.methods.intervals import difference, wilson_effective
from insight.methods.survey.gaps import shares
from insight.privacy.disclosure import suppress
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.sample import ITEM, Sample, limits

COLUMNS = [
    "statement",
    "smallest_cell",
    "leading_mode",
    "other_modes",
    "difference",
    "lower",
    "upper",
    "rank",
    "rank_lower",
    "rank_upper",
    "variance_between_groups",
]


def contrast(sample: Sample, holds: pd.Series, first: pd.Series, second: pd.Series) -> tuple[Estimate, ...]:
    """Return shares of two sets of respondents and their difference."""
    one, other = sample.share(holds, within=first).interval(), sample.share(holds, within=second).interval()
    return one, other, difference(one, other)


def share_rank(sample: Sample, lead: str, others: list[str]) -> Estimate:
    """Return the rank of a mode by size; shares of one sample are correlated, so each difference is taken whole."""
    level = bonferroni(0.95, len(others))
    own = (sample.rows["mode"] == lead).to_numpy(float)
    leads = [
        survey.mean(sample.design, own - (sample.rows["mode"] == other).to_numpy(float), level=level)
        for other in others
    ]
    return survey.rank_of(leads, n=len(sample.rows))


def _answer_rank(sample: Sample, agrees: pd.Series, asked: pd.Series, lead: str, others: list[str]) -> Estimate:
    """Return the rank of a mode by the share that agrees; those not asked keep their part in the design."""
    level = bonferroni(0.95, len(others))
    modes = np.where(asked.to_numpy(bool), sample.text("mode"), "")
    found = shares(sample.design, modes, agrees.to_numpy(bool).astype(int).astype(str))
    if "1" not in found.categories:
        agree, effective = np.zeros(len(found.groups)), found.effective[:, 0]
    else:
        at = found.categories.index("1")
        agree, effective = found.share[:, at], found.effective[:, at]
    each = {
        mode: wilson_effective(float(agree[place]), int(found.n[place]), float(effective[place]), level=level)
        for place, mode in enumerate(found.groups)
    }
    leads = [difference(each[lead], each[other]) for other in others if other in each]
    return survey.rank_of(leads, n=int(asked.sum()))


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement: agreement of the leading mode against all others, and its rank among the modes."""

    item: str
    own: Estimate
    others: Estimate
    gap: Estimate
    rank: Estimate
    smallest_cell: int


def statement(sample: Sample, item: str, params: Params, others: list[str]) -> Statement:
    """Return agreement with one statement, of the leading mode and of all others."""
    answer = sample.rows[ITEM + item]
    asked, agrees = answer.notna(), answer >= params.agree_from
    leads = sample.rows["mode"] == params.lead_mode
    own, rest, gap = contrast(sample, agrees, asked & leads, asked & ~leads)
    cells = [int((asked & side & holds).sum()) for side in (leads, ~leads) for holds in (agrees, ~agrees)]
    rank = _answer_rank(sample, agrees, asked, params.lead_mode, others)
    return Statement(item=item, own=own, others=rest, gap=gap, rank=rank, smallest_cell=min(cells))


def statement_table(found: Mapping[str, Statement], explained: Mapping[str, float], threshold: int) -> pd.DataFrame:
    """Return the statements for readers, small cells hidden."""
    frame = pd.DataFrame(
        [
            {
                "statement": one.item.replace("_", " "),
                "smallest_cell": one.smallest_cell,
                "leading_mode": one.own.estimate,
                "other_modes": one.others.estimate,
                "difference": one.gap.estimate,
                **limits(one.gap),
                "rank": one.rank.estimate,
                "rank_lower": one.rank.lower,
                "rank_upper": one.rank.upper,
                "variance_between_groups": explained[one.item],
            }
            for one in found.values()
        ],
        columns=COLUMNS,
    )
    also = ("leading_mode", "other_modes", "difference", "lower", "upper")
    return suppress(frame, "smallest_cell", threshold=threshold, also=also).drop(columns="smallest_cell")


def distinctness(sample: Sample, items: list[str]) -> tuple[tuple[Estimate, ...], dict[str, float]]:
    """Return the mean share of the statements' variance that lies between the three groups, and each one's own.

    Only respondents who answered all statements count; without any of two groups there is nothing to say.
    """
    columns = [ITEM + item for item in items]
    answered = sample.rows[columns].notna().all(axis=1)
    if not items or len(set(sample.rows.loc[answered, "group"])) == 1 or not answered.any():
        return (), dict.fromkeys(items, float("nan"))
    full = sample.only(answered)
    values, groups, weights = full.rows[columns].to_numpy(float), full.text("group"), full.design.weights

    def statistic(kept: np.ndarray) -> float:
        return float(survey.variance_explained(values[kept], groups[kept], weights[kept]).mean())

    each = survey.variance_explained(values, groups, weights)
    found = survey.jackknife(full.design, statistic, method=f"mean eta squared of {len(items)} statements")
    return (found,), {item: float(value) for item, value in zip(items, each, strict=True)}


def claims(
    sample: Sample, params: Params, others: list[str], statements: Mapping[str, Statement]
) -> dict[str, tuple[Estimate, ...]]:
    """Return the estimates of claims about the leading mode."""
    leads = sample.rows["mode"] == params.lead_mode
    answer = sample.rows[ITEM + params.disorder_item]
    young = sample.rows["age_band"].isin(params.young_age_bands)
    known = leads & answer.notna() & sample.rows["age_band"].notna()
    found: dict[str, tuple[Estimate, ...]] = {"golden_dreamers_lead": (share_rank(sample, params.lead_mode, others),)}
    if set(params.trait_items) <= set(statements):
        found["gd_traits"] = tuple(statements[item].gap for item in params.trait_items)
    if {*params.leading_items, *params.stronger_items} <= set(statements):
        found["gd_competitive"] = (
            *(statements[item].rank for item in params.leading_items),
            *(statements[item].gap for item in params.stronger_items),
        )
    if (known & young).any() and (known & ~young).any():
        disorder = contrast(sample, answer >= params.agree_from, known & young, known & ~young)
        found["young_gd_chaotic"] = (disorder[2],)
    return found
