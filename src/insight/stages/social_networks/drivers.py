"""What ties beyond the group go with: binomial models, adjusted beside unadjusted, those who named no one kept in.

Associations only; whether work or qualifications bring ties about, or ties bring work, one survey cannot say.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.methods import networks
from insight.methods.estimate import Estimate
from insight.methods.intervals import difference
from insight.stages.social_networks.counted import limits, try_share

NO_QUALIFICATION = "none"
LEAST_SIDES = 2
FACTORS = {"in work": "in work less not", "has qualifications": "with qualifications less without"}
SHARE = "share of ties beyond the group"
NAMED = "named anybody"
ANY = "any tie beyond the group"
OUTCOMES = {
    NAMED: "all respondents",
    SHARE: "respondents who named somebody of known group",
    ANY: "all respondents; nobody named is no tie beyond",
}
COLUMNS = [
    "outcome",
    "of",
    "difference",
    "n",
    *(f"{kind}_{name}" for kind in ("unadjusted", "adjusted", "change") for name in ("estimate", "lower", "upper")),
    *(f"{kind}_odds_ratio{end}" for kind in ("unadjusted", "adjusted") for end in ("", "_lower", "_upper")),
    "note",
]


def _dummies(column: pd.Series) -> pd.DataFrame:
    return pd.get_dummies(column.astype(str), drop_first=True, dtype=float)


def design(egos: pd.DataFrame, first: dict[str, np.ndarray], *, groups: bool) -> tuple[np.ndarray, list[str]]:
    """Return the columns to adjust for one another: those named first, then age and sex (and ethnic group)."""
    parts = [pd.DataFrame(first, index=egos.index), _dummies(egos["age_band"]), _dummies(egos["sex"])]
    if groups:
        parts.append(_dummies(egos["ethnic_group"]))
    table = pd.concat(parts, axis=1)
    return table.to_numpy(dtype=float), [str(name) for name in table.columns]


def work_and_qualification(egos: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the two things that the publication says may drive ties, as 0 and 1."""
    return {
        "in work": egos["in_work"].astype(float).to_numpy(),
        "has qualifications": (egos["qualification"] != NO_QUALIFICATION).astype(float).to_numpy(),
    }


def _counts(ties: pd.DataFrame, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    """Return successes and cases of an outcome, by respondent."""
    everybody = np.ones(len(ties))
    if outcome == NAMED:
        return ((ties["known"] + ties["unknown"]) > 0).to_numpy(dtype=float), everybody
    if outcome == ANY:
        return (ties["external"] > 0).to_numpy(dtype=float), everybody
    return ties["external"].to_numpy(), ties["known"].to_numpy()


def _decided(successes: np.ndarray, cases: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return which flags hold for nobody, or for people who all have (or all lack) the outcome.

    Such a group has no odds; it joins the group that the others are compared with.
    """
    of = columns.T @ cases
    hits = columns.T @ successes
    return (hits == 0) | (hits == of)


def _both(egos: pd.DataFrame, ties: pd.DataFrame, outcome: str, factor: str) -> tuple[networks.Effect, networks.Effect]:
    """Return the unadjusted and the adjusted effect of a factor on an outcome."""
    successes, cases = _counts(ties, outcome)
    held = cases > 0
    egos, cluster = egos[held].reset_index(drop=True), ties.loc[held, "cluster"].to_numpy()
    wanted = work_and_qualification(egos)
    if len(np.unique(wanted[factor])) < LEAST_SIDES:
        raise ValueError(f"everybody is alike in: {factor}. Fix: leave the model out")
    columns, names = design(egos, wanted, groups=True)
    decides = _decided(successes[held], cases[held], columns)
    decides[: len(wanted)] = False
    columns = columns[:, ~decides]
    names = [name for name, out in zip(names, decides, strict=True) if not out]
    alone, whole = (
        networks.binomial_effects(successes[held], cases[held], one, cluster, names=called, of=[factor])[factor]
        for one, called in ((wanted[factor][:, None], [factor]), (columns, names))
    )
    return alone, whole


def _alone(egos: pd.DataFrame, ties: pd.DataFrame, outcome: str, factor: str) -> dict[str, object]:
    """Return the plain difference of two shares, for where a model cannot be had; nothing where a side is empty."""
    successes, cases = _counts(ties, outcome)
    on, cluster = work_and_qualification(egos)[factor] == 1, ties["cluster"].to_numpy()
    sides = [try_share(successes[side], cases[side], cluster[side]) for side in (on, ~on)]
    if sides[0] is None or sides[1] is None:
        return {"n": int((cases > 0).sum())}
    found = difference(sides[0], sides[1])
    value, lower, upper = limits(found)
    named = {"unadjusted_estimate": value, "unadjusted_lower": lower, "unadjusted_upper": upper}
    return {"n": int((cases > 0).sum()), **named}


def _row(outcome: str, factor: str, pair: tuple[networks.Effect, networks.Effect]) -> dict[str, object]:
    alone, whole = pair
    row: dict[str, object] = {"n": whole.difference.n, "note": ""}
    told = {"unadjusted": alone.difference, "adjusted": whole.difference, "change": networks.change(whole, alone)}
    for kind, estimate in told.items():
        row |= {
            f"{kind}_{name}": value
            for name, value in zip(("estimate", "lower", "upper"), limits(estimate), strict=True)
        }
    for kind, effect in (("unadjusted", alone), ("adjusted", whole)):
        row |= {
            f"{kind}_odds_ratio{end}": value
            for end, value in zip(("", "_lower", "_upper"), limits(effect.odds_ratio), strict=True)
        }
    return {"outcome": outcome, "of": OUTCOMES[outcome], "difference": FACTORS[factor], **row}


def tests_of(egos: pd.DataFrame, ties: pd.DataFrame) -> tuple[Estimate, ...] | None:
    """Return the adjusted differences of the share of ties beyond the group; nothing where a model cannot be had."""
    try:
        return tuple(_both(egos, ties, SHARE, factor)[1].difference for factor in FACTORS)
    except ValueError:
        return None


def drivers(egos: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Return the models of naming and of ties beyond the group, and the adjusted differences that decide the claim.

    Args:
        egos: respondents, in the order of ``ties``.
        ties: ties within, beyond and unknown by respondent, household and kin left out.

    Returns:
        One row an outcome and factor: differences of the share with and without adjustment, how far adjustment moves
        them, and odds ratios; a note says why where a model cannot be had.
    """
    rows: list[dict[str, object]] = []
    for outcome, base in OUTCOMES.items():
        for factor, words in FACTORS.items():
            try:
                pair = _both(egos, ties, outcome, factor)
            except ValueError as error:
                why = str(error).split(" Fix:", maxsplit=1)[0]
                about = {"outcome": outcome, "of": base, "difference": words}
                rows.append({**about, **_alone(egos, ties, outcome, factor), "note": f"no model: {why}"})
                continue
            rows.append(_row(outcome, factor, pair))
    return pd.DataFrame(rows).reindex(columns=COLUMNS)
