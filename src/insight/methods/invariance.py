"""Whether a scale means the same in two groups of respondents: a plain check by shuffled labels, level by level.

Three levels, named after those of a factor analysis in several groups but not one: *structure* (configural: are the
values laid out alike?), *loadings* (metric: do items hang together within their wider value alike?) and *intercepts*
(scalar: do the items of a value lie as far from one another in either group?). Each statistic is set against the same
statistic when group labels are shuffled within strata, so that the sizes of the groups are allowed for. Finding no
difference shows none.

Sources: Vandenberg and Lance (2000) for the levels; Tucker (1951) for congruence; Torgerson (1958) for classical
scaling; Westfall and Young (1993) for the largest of several statistics under shuffled labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

AXES, FEWEST, SURE = 2, 20, 0.05
"""Axes of the layout; respondents of the smaller group below which nothing is compared; level of the tests."""
TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Check:
    """One level: what was observed, what shuffles give, and the chance of one as far off.

    ``observed`` is a congruence (1: alike) for structure, the largest root mean square difference of correlations
    between the items of a wider value for loadings, and the largest gap in points of the scale for intercepts;
    ``reference`` is the 5th percentile of the shuffles (the 95th for differences); ``where`` names the worst value.
    """

    level: str
    observed: float
    reference: float
    p: float
    where: str

    @property
    def differs(self) -> bool:
        """Whether groups are shown to differ at this level."""
        return self.p < SURE


def layout(scores: np.ndarray) -> np.ndarray:
    """Return classical scaling of the columns on two axes, from one less their correlations.

    Args:
        scores: one row a respondent, one column a value.
    """
    apart = 1 - np.corrcoef(scores.T)
    size = len(apart)
    centre = np.eye(size) - 1 / size
    values, vectors = np.linalg.eigh(-0.5 * centre @ apart @ centre)
    last = np.argsort(-values)[:AXES]
    return np.asarray(vectors[:, last] * np.sqrt(np.maximum(values[last], 0)))


def congruence(first: np.ndarray, second: np.ndarray) -> float:
    """Return how alike two layouts are after turning, mirroring and scaling one onto the other: 1 is alike."""
    a, b = first - first.mean(axis=0), second - second.mean(axis=0)
    size = np.sqrt((a**2).sum() * (b**2).sum())
    return float(np.linalg.svd(a.T @ b, compute_uv=False).sum() / size) if size > TINY else float("nan")


def _unlike(first: np.ndarray, second: np.ndarray) -> float:
    """Return the root mean square difference of the correlations between items in two groups."""
    off = ~np.eye(first.shape[1], dtype=bool)
    return float(np.sqrt(((np.corrcoef(first.T) - np.corrcoef(second.T))[off] ** 2).mean()))


def _statistics(
    scores: np.ndarray, items: np.ndarray, scales: Sequence[np.ndarray], values: Sequence[np.ndarray], one: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return congruence of layouts, differences of correlations by scale, and by value gaps beyond its own gap."""
    structure = congruence(layout(scores[one]), layout(scores[~one]))
    loads = np.array([_unlike(items[one][:, own], items[~one][:, own]) for own in scales])
    gap = items[one].mean(axis=0) - items[~one].mean(axis=0)
    return structure, loads, np.array([np.ptp(gap[own]) for own in values])


def _shuffled(one: np.ndarray, strata: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return labels shuffled within strata."""
    order = np.lexsort((rng.random(len(one)), strata))
    base = np.lexsort((np.arange(len(one)), strata))
    made = np.empty_like(one)
    made[base] = one[order]
    return made


def checks(
    items: np.ndarray,
    is_first: np.ndarray,
    *,
    values: Mapping[str, Sequence[int]],
    scales: Mapping[str, Sequence[int]],
    strata: np.ndarray | None = None,
    permutations: int = 400,
    seed: int = 1,
) -> list[Check]:
    """Return the three checks.

    Args:
        items: answers less the person's own mean, one row a respondent, without gaps.
        is_first: whether a respondent is of the first group.
        values: places of the items of each value, whose mean is its score.
        scales: places of the items of each wider value, whose correlations are compared.
        strata: within which labels are shuffled.
        permutations: shuffles of the labels.
        seed: of the shuffles.

    Raises:
        ValueError: fewer than twenty respondents in either group.
    """
    one = np.asarray(is_first, dtype=bool)
    if min(one.sum(), (~one).sum()) < FEWEST:
        raise ValueError(f"a comparison of meaning needs {FEWEST} respondents in either group. Fix: leave it out")
    inside = np.unique(np.zeros(len(one)) if strata is None else strata, return_inverse=True)[1]
    parts, wider = ([np.asarray(own) for own in kind.values()] for kind in (values, scales))
    scores = np.column_stack([items[:, own].mean(axis=1) for own in parts])
    rng = np.random.default_rng(seed)
    seen = _statistics(scores, items, wider, parts, one)
    drawn = [_statistics(scores, items, wider, parts, _shuffled(one, inside, rng)) for _ in range(permutations)]
    structure = np.array([each[0] for each in drawn])
    loads = np.array([each[1].max() for each in drawn])
    gaps = np.array([each[2].max() for each in drawn])

    def p(as_far: np.ndarray) -> float:
        return float((as_far.sum() + 1) / (permutations + 1))

    return [
        Check(
            level="structure",
            observed=seen[0],
            reference=float(np.quantile(structure, SURE)),
            p=p(structure <= seen[0] + TINY),
            where="",
        ),
        Check(
            level="loadings",
            observed=float(seen[1].max()),
            reference=float(np.quantile(loads, 1 - SURE)),
            p=p(loads >= seen[1].max() - TINY),
            where=list(scales)[int(seen[1].argmax())],
        ),
        Check(
            level="intercepts",
            observed=float(seen[2].max()),
            reference=float(np.quantile(gaps, 1 - SURE)),
            p=p(gaps >= seen[2].max() - TINY),
            where=list(values)[int(seen[2].argmax())],
        ),
    ]
