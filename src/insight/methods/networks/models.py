"""Binomial models of ties: odds ratios and average differences, errors clustered, adjusted beside unadjusted.

Associations only: adjusting for one thing is no mediation by it. Source: Liang and Zeger (1986) for the clustered
sandwich; Gelman and Pardoe (2007) for average predictive differences.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.networks.clustered import cluster_totals, t_value

FURTHEST = 25.0
"""Log odds beyond which the fit has run away: a group in which all or none has the outcome."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a flag goes with: the ratio of odds, and the average difference of the share (flag on less off)."""

    odds_ratio: Estimate
    difference: Estimate
    influence: np.ndarray = field(repr=False, compare=False)
    """What each cluster adds to the difference, in the order of the clusters' names."""


def change(adjusted: Effect, unadjusted: Effect, *, level: float = 0.95) -> Estimate:
    """Return how far an average difference moves by adjustment, limits from the clusters that both models share.

    Raises:
        ValueError: the two rest on different clusters.
    """
    if len(adjusted.influence) != len(unadjusted.influence):
        raise ValueError("the two models rest on different clusters. Fix: fit both on the same respondents")
    count = len(adjusted.influence)
    value = adjusted.difference.estimate - unadjusted.difference.estimate
    spread = float(((adjusted.influence - unadjusted.influence) ** 2).sum()) * count / (count - 1)
    half = t_value(count, level) * float(np.sqrt(spread))
    return Estimate(
        estimate=value,
        lower=value - half,
        upper=value + half,
        n=adjusted.difference.n,
        method=f"adjusted less unadjusted, sandwich over {count} clusters",
        level=level,
    )


def _fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the coefficients of a binomial model of shares, through the pinned library."""
    import statsmodels.api as sm

    # Shares with var_weights: two-column counts go wrong once a scale is estimated, so one form serves everywhere.
    with warnings.catch_warnings():
        # A fit that has run away is refused in words below.
        warnings.simplefilter("ignore")
        fit = sm.GLM(y, x, family=sm.families.Binomial(), var_weights=weight).fit(maxiter=100, tol=1e-10)
    return np.asarray(fit.params, dtype=float)


def binomial_effects(
    successes: np.ndarray,
    cases: np.ndarray,
    design: np.ndarray,
    clusters: np.ndarray,
    *,
    names: Sequence[str],
    of: Sequence[str] | None = None,
    level: float = 0.95,
) -> dict[str, Effect]:
    """Return, for flags of a design, odds ratios and average differences from a binomial model of a share.

    Args:
        successes: cases that count, by respondent.
        cases: all cases, by respondent; those without cases hold no share and are left out (model naming beside it).
        design: columns of the model, one a name; the constant is added here.
        clusters: cluster of each respondent.
        names: of the design's columns.
        of: names of the flags (0 or 1) whose effects are wanted; all of them when absent.
        level: of confidence.

    Returns:
        One effect a name; limits from Student's t with one degree of freedom less than there are clusters.

    Raises:
        ValueError: more terms than respondents, fewer than two clusters, or a group in which all or none has the
            outcome, so that no odds ratio exists.
    """
    weight = np.asarray(cases, dtype=float)
    held = weight > 0
    weight, y = weight[held], np.asarray(successes, dtype=float)[held] / weight[held]
    x = np.column_stack([np.ones(int(held.sum())), np.asarray(design, dtype=float)[held]])
    n, terms = x.shape
    if n <= terms:
        raise ValueError(f"{n} respondents for {terms} terms. Fix: leave the adjustment out")
    beta = _fit(x, y, weight)
    if not np.isfinite(beta).all() or np.abs(x @ beta).max() > FURTHEST:
        raise ValueError("all or none of a group has the outcome. Fix: join groups, or leave the model out")
    p = 1 / (1 + np.exp(-x @ beta))
    inverse = np.linalg.pinv((x * (weight * p * (1 - p))[:, None]).T @ x)
    scores = cluster_totals(x * (weight * (y - p))[:, None], np.asarray(clusters)[held])
    count = len(scores)
    variance = inverse @ (scores.T @ scores) @ inverse * count / (count - 1)
    t, told = t_value(count, level), f"over {count} clusters"
    found = {}
    for name in of or names:
        place = list(names).index(name) + 1
        half = t * float(np.sqrt(variance[place, place]))
        odds = [float(np.exp(beta[place] + side)) for side in (0, -half, half)]
        value, slope = _average(x, weight, beta, place)
        wide = t * float(np.sqrt(slope @ variance @ slope))
        about = {"n": n, "level": level}
        found[name] = Effect(
            odds_ratio=Estimate(
                estimate=odds[0], lower=odds[1], upper=odds[2], method=f"binomial model, sandwich {told}", **about
            ),
            difference=Estimate(
                estimate=value,
                lower=value - wide,
                upper=value + wide,
                method=f"binomial model of the share, average difference, sandwich {told}",
                **about,
            ),
            influence=scores @ inverse @ slope,
        )
    return found


def _average(x: np.ndarray, weight: np.ndarray, beta: np.ndarray, place: int) -> tuple[float, np.ndarray]:
    """Return the average difference of the share with a flag on less off, and its slope in the coefficients."""
    value, slope = 0.0, np.zeros(len(beta))
    for flag, sign in ((1.0, 1.0), (0.0, -1.0)):
        set_to = x.copy()
        set_to[:, place] = flag
        p = 1 / (1 + np.exp(-set_to @ beta))
        value += sign * float((weight * p).sum() / weight.sum())
        slope += sign * (set_to * (weight * p * (1 - p))[:, None]).sum(axis=0) / weight.sum()
    return value, slope
