"""The open path by who and where, and whether its questions mean the same in translation.

Compared as the coded modes are: shares of the proxy groups with design-based intervals, likeness by two upper limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods import equivalence, invariance, pvq21
from insight.methods.intervals import holm
from insight.methods.survey import SurveyDesign
from insight.privacy.disclosure import log, suppress
from insight.privacy.loading import Inputs
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.hiding import hide
from insight.stages.values_modes.sample import CLUSTER, STRATUM, WEIGHT
from insight.stages.values_modes.shares import DIMENSIONS

ENGLISH = "english"
NUMBERS = ["estimate", "se", "lower", "upper", "n_eff"]
GROUP_COLUMNS = ["dimension", "domain", "measure", "name", "respondents", *NUMBERS, "label", "status"]
LIKENESS_COLUMNS = [
    "comparison", "groups", "respondents", "v", "v_upper", "largest_gap", "gap_upper", "p_adjusted", "verdict", "label",
]  # fmt: skip
CHECK_COLUMNS = [
    "level", "question", "observed", "shuffled", "p", "worst", "english", "others", "verdict", "label",
]  # fmt: skip
QUESTIONS = {
    "structure": "are the ten values laid out alike (congruence of layouts)?",
    "loadings": "do items of a wider value hang together alike (largest difference of correlations)?",
    "intercepts": "do the items of a value lie as far from one another (largest gap, points)?",
}
FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class ByGroup:
    """The open path by who and where: shares and means, likeness, meaning across languages, layout of the values."""

    groups: pd.DataFrame
    likeness: pd.DataFrame
    invariance: pd.DataFrame
    layout: pd.DataFrame


EMPTY = ByGroup(
    groups=pd.DataFrame(columns=GROUP_COLUMNS),
    likeness=pd.DataFrame(columns=LIKENESS_COLUMNS),
    invariance=pd.DataFrame(columns=CHECK_COLUMNS),
    layout=pd.DataFrame(columns=["kind", "name", "group", "x", "y"]),
)


def by_group(inputs: Inputs, names: Mapping[str, str], params: Params) -> ByGroup:
    """Return the open path by ward, neighbourhood, ethnic group, age and language; empty without the survey.

    Columns that the survey lacks are left out. Of ethnic groups only those compared are looked at.
    """
    if not inputs.has("pvq_survey"):
        return EMPTY
    rows = inputs.people("pvq_survey").reset_index(drop=True)
    found = pvq21.score(rows, most_missing=params.pvq_most_missing, most_identical=params.pvq_most_identical)
    held = [name for name in DIMENSIONS if name in rows and rows[name].nunique() >= FEWEST]
    kept = found.kept
    frame = rows.loc[kept, list(dict.fromkeys(["ward", WEIGHT, STRATUM, CLUSTER, *held]))].assign(
        proxy=found.proxy[kept], **{name: found.centred.loc[kept, name] for name in pvq21.VALUES}
    )
    threshold = inputs.council.disclosure.threshold
    likeness, parts = [], []
    for dimension in held:
        own = frame[frame[dimension].notna()]
        if dimension == "ethnic_group":
            own = own[own[dimension].isin(params.ethnic_groups)]
        if own[dimension].nunique() < FEWEST or own["proxy"].nunique() < FEWEST:
            continue
        design = SurveyDesign(own.reset_index(drop=True), weights=WEIGHT, strata=STRATUM, psu=CLUSTER)
        parts.append(_measures(design, own, dimension, names, threshold))
        margins = {"margin": params.v_margin, "gap_margin": params.gap_margin}
        likeness.append(
            (DIMENSIONS[dimension], equivalence.association(design, row=dimension, column="proxy", **margins))
        )
    scores = found.centred[found.kept].dropna()
    return ByGroup(
        groups=log.join(pd.concat(parts, ignore_index=True), parts) if parts else EMPTY.groups,
        likeness=_likeness(likeness),
        invariance=_invariance(rows, found),
        layout=_layout(scores) if len(scores) > len(pvq21.VALUES) else EMPTY.layout,
    )


def _measures(
    design: SurveyDesign, rows: pd.DataFrame, dimension: str, names: Mapping[str, str], threshold: int
) -> pd.DataFrame:
    shares = design.proportion("proxy", by=dimension).rename(columns={"proxy": "name"}).assign(measure="share")
    counts = rows.groupby([dimension, "proxy"], observed=True).size()
    shares["respondents"] = [int(counts.get(pair, 0)) for pair in zip(shares[dimension], shares["name"], strict=True)]
    means = pd.concat([design.mean(value, by=dimension).assign(name=value) for value in pvq21.VALUES])
    means = means.assign(measure="mean, centred on the person", respondents=means["n"])
    made = []
    # Neighbourhoods add up to their ward, which is shown beside them.
    blocks = rows.drop_duplicates("neighbourhood").set_index("neighbourhood")["ward"]
    shares["block"] = blocks.reindex(shares[dimension]).to_numpy() if dimension == "neighbourhood" else "all"
    for part in (shares, means):
        said = part.assign(
            dimension=DIMENSIONS[dimension],
            domain=[names.get(str(one), str(one).capitalize()) for one in part[dimension]],
            name=part["name"].str.replace("_", " ").str.capitalize(),
            label=pvq21.LABEL,
        )
        if part is means:
            made.append(suppress(said, "respondents", threshold=threshold, also=NUMBERS, within=("domain", "name")))
            continue
        keep = ["dimension", "domain", "measure", "name", "label", "block"]
        cells = said[[*keep, "respondents", *NUMBERS]]
        sums = [["domain"], ["name", "block"]]
        made.append(hide(cells, count="respondents", sums=sums, keep=keep, threshold=threshold))
    return log.join(pd.concat(made, ignore_index=True)[GROUP_COLUMNS], made)


def _likeness(compared: list[tuple[str, equivalence.Association]]) -> pd.DataFrame:
    adjusted = holm([one.p for _, one in compared])
    rows = [
        {
            "comparison": words,
            "groups": len(set(one.pairs.first) | set(one.pairs.second)),
            "respondents": one.n,
            "v": one.v.estimate,
            "v_upper": one.v_upper,
            "largest_gap": one.largest.estimate,
            "gap_upper": one.gap_upper,
            "p_adjusted": p,
            "verdict": one.at(p),
            "label": pvq21.LABEL,
        }
        for (words, one), p in zip(compared, adjusted, strict=True)
    ]
    return pd.DataFrame(rows, columns=LIKENESS_COLUMNS)


def _invariance(rows: pd.DataFrame, found: pvq21.Scores) -> pd.DataFrame:
    """Return the checks of meaning between interviews in English and in other languages, where both are many enough."""
    if "language" not in rows:
        return EMPTY.invariance
    whole = found.items.notna().all(axis=1) & rows["language"].notna()
    items = found.items[whole]
    english = (rows.loc[whole, "language"] == ENGLISH).to_numpy()
    if min(english.sum(), (~english).sum()) < invariance.FEWEST:
        return EMPTY.invariance
    values = {name: [one - 1 for one in own] for name, own in pvq21.VALUES.items()}
    scales = {name: [place for value in own for place in values[value]] for name, own in pvq21.HIGHER.items()}
    made = invariance.checks(
        items.to_numpy(float),
        english,
        values=values,
        scales=scales,
        strata=rows.loc[whole, STRATUM].to_numpy(str),
    )
    return pd.DataFrame(
        [
            {
                "level": one.level,
                "question": QUESTIONS[one.level],
                "observed": one.observed,
                "shuffled": one.reference,
                "p": one.p,
                "worst": one.where.replace("_", " "),
                "english": int(english.sum()),
                "others": int((~english).sum()),
                "verdict": "differs" if one.differs else "no difference found, which does not show sameness",
                "label": pvq21.LABEL,
            }
            for one in made
        ],
        columns=CHECK_COLUMNS,
    )


def _layout(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the ten values on two axes, near one another where they go together; sign fixed by the first value."""
    at = invariance.layout(scores[list(pvq21.VALUES)].to_numpy(float))
    at = at * np.where(at[0] < 0, -1.0, 1.0)
    wider = {value: group for group, own in pvq21.HIGHER.items() for value in own}
    return pd.DataFrame(
        {
            "kind": "value",
            "name": [name.replace("_", " ").capitalize() for name in pvq21.VALUES],
            "group": [wider[name] for name in pvq21.VALUES],
            "x": at[:, 0],
            "y": at[:, 1],
        }
    )
