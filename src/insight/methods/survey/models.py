"""Regression that respects the design: generalised linear models, and a weighted multinomial logit of our own.

The library has no multinomial model and statsmodels' ignores weights, so it is written here: Newton steps on the
weighted likelihood, sandwich errors from the linearised variance of the scores (Binder 1983).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from insight.methods.survey import adapter, estimates
from insight.methods.survey.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd

    from insight.methods.survey.design import SurveyDesign

STEPS, CLOSE = 60, 1e-9
LEVEL = 0.95
FAMILIES = ("gaussian", "binomial", "poisson", "gamma")
RUNAWAY = 30.0
"""A coefficient beyond this is no estimate: the categories are separated."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A fitted model.

    ``table`` has a row a term (and category): ``estimate, se, lower, upper, df, n, p``, on the link's scale;
    ``covariance`` goes with its rows; ``margins`` (multinomial) holds average predicted shares of each category.
    """

    table: pd.DataFrame
    covariance: np.ndarray
    n: int
    df: int
    method: str
    margins: pd.DataFrame | None = None


def _parts(design: SurveyDesign, formula: str, where: Any) -> tuple[Any, pd.DataFrame, np.ndarray]:
    """Return the left side's name, the design matrix and the rows that it holds for."""
    import formulaic

    left, _, right = formula.partition("~")
    outcome = left.strip()
    if not right.strip() or not outcome:
        raise SurveyError(f"formula `{formula}` has no two sides. Fix: write it like 'in_work ~ age_band + sex'")
    estimates.required(design, outcome)
    try:
        matrix = formulaic.Formula(right).get_model_matrix(design.data, na_action="ignore")
    except Exception as error:  # the parser raises a family of its own, and NameError for unknown columns
        raise SurveyError(f"formula `{formula}`: {error}. Fix: name columns of the data") from error
    values = np.asarray(matrix, dtype=float)
    known = np.isfinite(values).all(axis=1) & design.data[outcome].notna().to_numpy(dtype=bool)
    inside = estimates.domain(design, where, known) & (design.weight_values > 0)
    frame = matrix.__wrapped__ if hasattr(matrix, "__wrapped__") else matrix
    rank = np.linalg.matrix_rank(values[inside])
    if rank < values.shape[1]:
        raise SurveyError(f"formula `{formula}`: terms repeat one another. Fix: drop a term or merge levels")
    return outcome, frame, inside


def _table(names: list[Any], coefficients: np.ndarray, covariance: np.ndarray, *, df: int, n: int) -> pd.DataFrame:
    import pandas as pd
    from scipy.stats import t

    spread = np.sqrt(np.diag(covariance))
    half = t.ppf(0.5 + LEVEL / 2, df) * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * t.sf(np.abs(coefficients / spread), df)
    return pd.DataFrame(
        {
            "term": names,
            "estimate": coefficients,
            "se": spread,
            "lower": coefficients - half,
            "upper": coefficients + half,
            "df": df,
            "n": n,
            "p": p,
        }
    )


def glm(design: SurveyDesign, formula: str, *, family: str, where: Any) -> Fit:
    """Return a generalised linear model; see :meth:`SurveyDesign.glm`."""
    if family not in FAMILIES:
        raise SurveyError(f"family `{family}` is not known. Fix: one of {', '.join(FAMILIES)}")
    outcome, matrix, inside = _parts(design, formula, where)
    estimates.numbers(design, outcome)
    values = np.where(inside, design.data[outcome].to_numpy(dtype=float, na_value=np.nan), 0.0)
    terms = [f"_x{place:03d}" for place in range(matrix.shape[1])]
    columns = np.where(inside[:, None], np.asarray(matrix, dtype=float), 0.0)
    made = adapter.with_columns(
        design.sample,
        {adapter.DOMAIN: inside, "_y": values} | {name: columns[:, place] for place, name in enumerate(terms)},
    )
    fitted = adapter.glm(made, outcome="_y", terms=terms, family=family, domain=adapter.DOMAIN)
    found = adapter.to_pandas(fitted)
    covariance = np.asarray(fitted.cov_matrix, dtype=float)
    df, n = max(1, int(found["df"].iloc[0])), int(inside.sum())
    coefficients = found["estimate"].to_numpy(dtype=float)
    return Fit(
        table=_table(list(matrix.columns), coefficients, covariance, df=df, n=n),
        covariance=covariance,
        n=n,
        df=df,
        method=f"{family} model, design-based errors",
    )


def _probabilities(x: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Return shares of each category (first is the base) for rows ``x`` and coefficients, one row a category."""
    line = np.column_stack([np.zeros(len(x)), x @ beta.T])
    line -= line.max(axis=1, keepdims=True)
    risen = np.exp(line)
    return risen / risen.sum(axis=1, keepdims=True)


def _information(x: np.ndarray, weights: np.ndarray, shares: np.ndarray) -> np.ndarray:
    own = shares[:, 1:]
    kinds, terms = own.shape[1], x.shape[1]
    blocks = np.einsum("n,nj,nk->njk", weights, own, own) * -1
    blocks[:, np.arange(kinds), np.arange(kinds)] += weights[:, None] * own
    return np.einsum("njk,na,nb->jakb", blocks, x, x).reshape(kinds * terms, kinds * terms)


def multinomial(design: SurveyDesign, formula: str, *, where: Any) -> Fit:
    """Return a multinomial logit; see :meth:`SurveyDesign.multinomial`.

    Raises:
        SurveyError: fewer than two categories, terms that separate them, or a raked or replicated design, whose
            errors would need the raking in the scores.
    """
    import pandas as pd

    if design.raked_to or design.replicate_kind:
        raise SurveyError("multinomial() knows linearised designs only. Fix: fit it on the design before raking")
    outcome, matrix, inside = _parts(design, formula, where)
    kinds = [kind for kind in estimates.levels(design, outcome) if (design.data[outcome] == kind)[inside].any()]
    if len(kinds) < 2:  # noqa: PLR2004 - a category and another
        raise SurveyError(f"`{outcome}` has one category. Fix: leave the model out")
    x = np.asarray(matrix, dtype=float)[inside]
    weights = design.weight_values[inside] / design.weight_values[inside].mean()
    holds = np.column_stack([(design.data[outcome] == kind).to_numpy(dtype=float)[inside] for kind in kinds])
    beta = _newton(x, weights, holds)
    shares = _probabilities(x, beta)
    scores = np.zeros((len(design.data), beta.size))
    own = weights[:, None] * (holds - shares)[:, 1:]
    scores[inside] = np.einsum("nj,na->nja", own, x).reshape(len(x), -1)
    bread = np.linalg.inv(_information(x, weights, shares))
    covariance = bread @ design.arrays.covariance(scores) @ bread
    names = [(kind, term) for kind in kinds[1:] for term in matrix.columns]
    df, n = design.arrays.freedom, len(x)
    table = _table(names, beta.ravel(), covariance, df=df, n=n)
    table.insert(0, outcome, [kind for kind, _ in names])
    table["term"] = [term for _, term in names]
    margins = pd.DataFrame({outcome: kinds, "estimate": (weights[:, None] * shares).sum(axis=0) / weights.sum()})
    return Fit(
        table=table,
        covariance=covariance,
        n=n,
        df=df,
        method="multinomial logit, linearised errors by cluster",
        margins=margins,
    )


def _newton(x: np.ndarray, weights: np.ndarray, holds: np.ndarray) -> np.ndarray:
    beta = np.zeros((holds.shape[1] - 1, x.shape[1]))
    for _ in range(STEPS):
        shares = _probabilities(x, beta)
        slope = np.einsum("nj,na->ja", weights[:, None] * (holds - shares)[:, 1:], x)
        step = np.linalg.solve(_information(x, weights, shares), slope.ravel()).reshape(beta.shape)
        beta += np.clip(step, -2, 2)
        if np.abs(beta).max() > RUNAWAY:
            raise SurveyError("a category never (or always) goes with a term. Fix: merge levels or drop the term")
        if np.abs(step).max() < CLOSE:
            return beta
    raise SurveyError("the model does not settle. Fix: scale the terms, merge rare categories")
