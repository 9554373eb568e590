"""Latent classes of categorical answers, with labels that stay put; needs the extra ``typology`` (stepmix).

An option for looking closer: nothing that the workbook prints or decides rests on it. Classes are ordered by size and,
when compared with other results, matched by the Hungarian method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from insight.methods.survey.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd
    from stepmix.stepmix import StepMix

STARTS, SEED = 20, 1
SHORT, LONG, FINALISTS = 30, 2000, 3
"""Steps of the short runs and of the long ones, and how many starts are run to the end (Biernacki and others 2003)."""
TOLERANCE = 1e-7
"""Gain of the mean log-likelihood at which a run has ended."""
RISES = 2
"""Rises of BIC in a row after which no larger model is tried."""
SMALLEST = 0.05


@dataclass(frozen=True, kw_only=True)
class LatentClasses:
    """Classes by falling size: sizes, answer shares by class, and how well the model fits.

    ``shares``: one row a class, item and answer; ``belongs``: each respondent's chances of the classes; ``entropy``: 1
    when every respondent surely belongs to one class.
    """

    sizes: np.ndarray
    shares: pd.DataFrame
    belongs: np.ndarray
    log_likelihood: float
    aic: float
    bic: float
    entropy: float
    n: int


def refuse_missing_extra() -> None:
    """Refuse latent classes, with the fix, where the extra that makes them is not installed.

    Raises:
        SurveyError: stepmix cannot be imported.
    """
    try:
        import stepmix.stepmix  # noqa: F401
    except ImportError:
        raise SurveyError("latent classes need stepmix. Fix: pip install 'insight-workbook[typology]'") from None


def _model(count: int, seed: int, steps: int) -> StepMix:
    from stepmix.stepmix import StepMix

    return StepMix(
        n_components=count,
        measurement="categorical",
        n_init=1,
        max_iter=steps,
        abs_tol=TOLERANCE,
        random_state=seed,
        progress_bar=0,
        verbose=0,
    )


def _best(values: np.ndarray, weights: np.ndarray, count: int, *, seed: int) -> StepMix:
    """Return the model of highest likelihood: many short runs, the best of them run to the end."""
    import warnings

    patterns, of = np.unique(values, axis=0, return_inverse=True)
    counted = np.bincount(of.ravel(), weights=weights)
    counted = counted / counted.mean()
    starts = range(seed, seed + STARTS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # short runs are not meant to converge
        short = [_model(count, one, SHORT).fit(patterns, sample_weight=counted) for one in starts]
        order = np.argsort([-one.lower_bound_ for one in short], kind="stable")[:FINALISTS]
        whole = [_model(count, starts[place], LONG).fit(patterns, sample_weight=counted) for place in order]
    return max(whole, key=lambda one: one.lower_bound_)


def classes(frame: pd.DataFrame, count: int, *, weights: np.ndarray | None = None, seed: int = SEED) -> LatentClasses:
    """Return a latent class model of categorical columns.

    Args:
        frame: columns of categories without gaps; one row a respondent.
        count: how many classes.
        weights: of respondents, scaled to mean 1.
        seed: of the twenty starts.

    Raises:
        SurveyError: the extra is not installed, gaps in the answers, or fewer than one class.
    """
    import pandas as pd

    refuse_missing_extra()
    if count < 1 or frame.isna().any(axis=None) or frame.empty:
        raise SurveyError("latent classes need one class or more and answers without gaps. Fix: drop rows with gaps")
    coded = {name: pd.Categorical(frame[name]) for name in frame}
    values = np.column_stack([one.codes for one in coded.values()])
    weight = np.ones(len(frame)) if weights is None else np.asarray(weights, float) / np.mean(weights)
    model = _best(values, weight, count, seed=seed)
    belongs = model.predict_proba(values)
    sizes = (weight[:, None] * belongs).sum(axis=0) / weight.sum()
    order = np.argsort(-sizes, kind="stable")
    rows = [
        {
            "class": rank + 1,
            "item": name,
            "answer": kind,
            "share": _share(belongs[:, place] * weight, one.codes == code),
        }
        for rank, place in enumerate(order)
        for name, one in coded.items()
        for code, kind in enumerate(one.categories)
    ]
    likelihood = float(model.score(values, sample_weight=weight) * weight.sum())
    free = count - 1 + count * sum(len(one.categories) - 1 for one in coded.values())
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = -np.nansum(np.where(belongs > 0, belongs * np.log(belongs), 0.0))
    return LatentClasses(
        sizes=sizes[order],
        shares=pd.DataFrame(rows),
        belongs=belongs[:, order],
        log_likelihood=likelihood,
        aic=2 * free - 2 * likelihood,
        bic=float(np.log(weight.sum())) * free - 2 * likelihood,
        entropy=1.0 if count == 1 else float(1 - lost / (len(frame) * np.log(count))),
        n=len(frame),
    )


def _share(weights: np.ndarray, holds: np.ndarray) -> float:
    return float(weights[holds].sum() / weights.sum())


def choose(frame: pd.DataFrame, *, most: int = 6, weights: np.ndarray | None = None, seed: int = SEED) -> LatentClasses:
    """Return the model of lowest BIC among one to ``most`` classes whose smallest class holds 5 % or more.

    Larger models are not tried once BIC has risen twice in a row.
    """
    found: list[LatentClasses] = []
    for count in range(1, most + 1):
        found.append(classes(frame, count, weights=weights, seed=seed))
        bics = [one.bic for one in found]
        if len(bics) - 1 - bics.index(min(bics)) >= RISES:
            break
    large = [one for one in found if one.sizes.min() >= SMALLEST]
    return min(large, key=lambda one: one.bic)


def matched(found: LatentClasses, reference: LatentClasses) -> list[int]:
    """Return, for each class of ``reference``, the place of the class of ``found`` whose answers are most alike.

    Raises:
        SurveyError: the models differ in items, answers or number of classes.
    """
    from scipy.optimize import linear_sum_assignment

    grids = [
        one.shares.pivot_table(index="class", columns=["item", "answer"], values="share", observed=True)
        for one in (reference, found)
    ]
    if grids[0].shape != grids[1].shape or list(grids[0].columns) != list(grids[1].columns):
        raise SurveyError("the models differ in items or classes. Fix: fit both on the same columns")
    distance = np.abs(grids[0].to_numpy()[:, None, :] - grids[1].to_numpy()[None, :, :]).sum(axis=2)
    return [int(place) for place in linear_sum_assignment(distance)[1]]
