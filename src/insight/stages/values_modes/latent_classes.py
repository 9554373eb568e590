"""The typology's other option: latent classes of agreement with the statements, beside or instead of the map.

Classes are found from the answers alone, so they are not the modes, whose coding belongs to the method's owner. Labels
stay put: classes are numbered by size and named by the statements on which they stand out, whatever the seed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from insight.errors import ParamsError
from insight.methods import latent
from insight.methods.survey import SurveyError
from insight.privacy.disclosure import suppress
from insight.stages.values_modes.declaration import CORRESPONDENCE, Params
from insight.stages.values_modes.sample import CLUSTER, ITEM, WEIGHT, Sample

COLUMNS = ["class", "size", "of", "name", "in_class", "of_all", "moved", "entropy", "bic", "n", "status"]
STATEMENT = "agrees"
NAMED_BY = 2
FEWEST, FEWEST_ITEMS, MOST = 100, 3, 6
"""Respondents and statements below which no classes are looked for, and the most classes tried."""
SEED = 1


def refuse_without_extra(params: Params) -> None:
    """Refuse params that ask for latent classes where the extra is not installed, before anything is computed.

    Raises:
        ParamsError: with both fixes.
    """
    if params.typology == CORRESPONDENCE:
        return
    try:
        latent.refuse_missing_extra()
    except SurveyError as error:
        raise ParamsError(
            f"stages: values_modes: typology: {params.typology}: {error}, or set typology: {CORRESPONDENCE}"
        ) from None


def found(sample: Sample, items: list[str], names: Mapping[str, str], params: Params, threshold: int) -> pd.DataFrame:
    """Return the classes by size: agreement by statement, and shares by mode group, ethnic group and ward.

    Columns: ``size`` share of the class; ``in_class`` and ``of_all`` weighted shares of what ``of`` and ``name`` say;
    ``moved`` the most that an agreement of the class moves when the classes are found in either half of the shifts.
    Empty where the params ask for the map alone or there is too little to find classes in.
    """
    answers = sample.rows[[ITEM + item for item in items]]
    whole = answers.notna().all(axis=1)
    if params.typology == CORRESPONDENCE or len(items) < FEWEST_ITEMS or whole.sum() < FEWEST:
        return pd.DataFrame(columns=COLUMNS)
    rows = sample.rows[whole].reset_index(drop=True)
    agrees = (rows[list(answers.columns)] >= params.agree_from).rename(columns=lambda name: name.removeprefix(ITEM))
    weights = rows[WEIGHT].to_numpy(float)
    model = latent.choose(agrees, most=MOST, weights=weights, seed=SEED)
    kinds = {
        "mode group": rows["group"],
        "ethnic group": rows["ethnic_group"].where(rows["ethnic_group"].isin(params.ethnic_groups)),
        "ward": rows["ward"].map(lambda code: names.get(str(code), str(code))),
    }
    flags = {(STATEMENT, item.replace("_", " ")): agrees[item] for item in agrees}
    flags |= {(of, str(one)): cells == one for of, cells in kinds.items() for one in sorted(set(cells.dropna()))}
    lines = _lines(model, flags, weights)
    labels = _labels(lines)
    moved = _moved(model, agrees, rows, weights)
    made = lines.assign(
        size=[model.sizes[one] for one in lines["place"]],
        moved=[moved[one] for one in lines["place"]],
        entropy=model.entropy,
        bic=model.bic,
        n=model.n,
        **{"class": [labels[one] for one in lines["place"]]},
    )
    shown = suppress(made, "people", threshold=threshold, also=("in_class",), within=("class", "of"))
    return shown[COLUMNS]


def _lines(
    model: latent.LatentClasses, flags: Mapping[tuple[str, str], pd.Series], weights: np.ndarray
) -> pd.DataFrame:
    """Return a row a class and attribute: weighted shares, and the fewest people on either side of a statement."""
    rows = []
    for place in range(len(model.sizes)):
        belongs = model.belongs[:, place]
        for (of, name), flag in flags.items():
            holds = flag.to_numpy(bool)
            held = float(belongs[holds].sum())
            rest = float(belongs[~holds].sum())
            rows.append(
                {
                    "place": place,
                    "of": of,
                    "name": name,
                    "people": round(min(held, rest) if of == STATEMENT else held),
                    "in_class": float((belongs * weights)[holds].sum() / (belongs * weights).sum()),
                    "of_all": float(weights[holds].sum() / weights.sum()),
                }
            )
    return pd.DataFrame(rows)


def _labels(lines: pd.DataFrame) -> list[str]:
    """Return a label a class: its number by size, and the statements on which it differs most from all."""
    made = []
    for place, own in lines[lines["of"] == STATEMENT].groupby("place"):
        gap = (own["in_class"] - own["of_all"]).set_axis(own["name"])
        first = gap.abs().sort_values(ascending=False, kind="stable").index[:NAMED_BY]
        words = ", ".join(f"{'more' if gap[name] > 0 else 'less'} {name}" for name in first)
        made.append(f"{place + 1}: {words}")
    return made


def _moved(model: latent.LatentClasses, agrees: pd.DataFrame, rows: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Return by class the largest move of an agreement between the whole and either half of the shifts."""
    shift = rows[CLUSTER].to_numpy(str)
    shifts = np.random.default_rng(SEED).permutation(np.unique(shift))
    first = np.isin(shift, shifts[: len(shifts) // 2])
    largest = np.zeros(len(model.sizes))
    reference = _profile(model)
    for half in (first, ~first):
        own = latent.classes(agrees[half], len(model.sizes), weights=weights[half], seed=SEED)
        if own.shares.shape != model.shares.shape:
            # a statement that all of a half answer alike has no other answer there to compare
            return np.full(len(model.sizes), np.nan)
        gaps = np.abs(_profile(own)[latent.matched(own, model)] - reference)
        largest = np.maximum(largest, gaps.max(axis=1))
    return largest


def _profile(model: latent.LatentClasses) -> np.ndarray:
    yes = model.shares[model.shares["answer"].astype(bool)]
    return yes.pivot_table(index="class", columns="item", values="share", observed=True).to_numpy(float)
