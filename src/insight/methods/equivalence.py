"""Whether shares are alike: upper limits of Cramer's V and of the largest gap, instead of a test that found nothing.

No difference found is no proof of sameness, and a raw V is well above 0 under perfect sameness. Two limits decide:
one of V, from the noncentral chi-square distribution, and one of the largest gap between two groups in any category,
because V alone lets large gaps of small groups pass. Point estimate of V: Bergsma (2013).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist
from typing import Literal

import numpy as np

from insight.methods import survey
from insight.methods.estimate import Estimate
from insight.methods.intervals import difference
from insight.methods.survey import Design, Proportion

ONE_SIDED = 0.05
"""Error of each one-sided limit; both together make a 90 % interval."""
BOTH_SIDES = 1 - 2 * ONE_SIDED
SIGNIFICANT = 0.05
FEWEST = 2
Verdict = Literal["equivalent", "different", "not shown either way"]


@dataclass(frozen=True, kw_only=True)
class Association:
    """Cramer's V with its limits, and the corrected test of independence beside it."""

    estimate: Estimate
    statistic: float
    freedom: int
    p_value: float
    design_factor: float


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The gap of one category between two groups; limits at 90 % for this gap alone."""

    first: str
    second: str
    category: str
    estimate: Estimate


def noncentrality(statistic: float, freedom: int, *, tail: float) -> float:
    """Return the noncentrality under which a statistic as small as this has probability ``tail``; 0 where none has."""
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    if chi2.cdf(statistic, freedom) <= tail:
        return 0.0
    high = 4.0 * (statistic + freedom + 1)
    while ncx2.cdf(statistic, freedom, high) > tail:
        high *= 2
    return float(brentq(lambda value: ncx2.cdf(statistic, freedom, value) - tail, 1e-12, high, xtol=1e-10))


def corrected_v(statistic: float, n: float, rows: int, columns: int) -> float:
    """Return Bergsma's bias-corrected Cramer's V; 0 where the statistic is below what chance gives."""
    phi = max(0.0, statistic / n - (rows - 1) * (columns - 1) / (n - 1))
    short = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return math.sqrt(phi / short) if short > 0 else 0.0


def cramers_v(design: Design, rows: np.ndarray, columns: np.ndarray) -> Association:
    """Return Cramer's V of two groupings with one-sided 95 % limits on either side, corrected for the design.

    Raises:
        ValueError: fewer than two rows or columns.
    """
    from scipy.stats import chi2

    row_names, row_codes = np.unique(rows, return_inverse=True)
    column_names, column_codes = np.unique(columns, return_inverse=True)
    r, c = len(row_names), len(column_names)
    if min(r, c) < FEWEST:
        raise ValueError("likeness needs two groups and two categories. Fix: leave the comparison out")
    shares = np.zeros((r, c))
    np.add.at(shares, (row_codes, column_codes), design.weights / design.weights.sum())
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    n, freedom = len(rows), (r - 1) * (c - 1)
    factor = survey.rao_scott_factor(design, rows, columns)
    effective = n / factor
    statistic = float(effective * ((shares - expected) ** 2 / expected).sum())
    scale = effective * min(r - 1, c - 1)
    lower, upper = (
        math.sqrt(noncentrality(statistic, freedom, tail=tail) / scale) for tail in (1 - ONE_SIDED, ONE_SIDED)
    )
    estimate = Estimate(
        estimate=corrected_v(statistic, effective, r, c),
        lower=lower,
        upper=upper,
        n=n,
        method="Cramer's V (Bergsma), one-sided 95 % limits from noncentral chi-square, Rao-Scott",
        level=BOTH_SIDES,
    )
    return Association(
        estimate=estimate,
        statistic=statistic,
        freedom=freedom,
        p_value=float(chi2.sf(statistic, freedom)),
        design_factor=factor,
    )


def gaps(shares: Mapping[str, Mapping[str, Proportion]], *, level: float = BOTH_SIDES) -> list[Gap]:
    """Return the gap of every category between every two groups (group to category to share)."""
    found = []
    for first, second in combinations(shares, 2):
        for category in shares[first]:
            one, other = shares[first][category].interval(level), shares[second][category].interval(level)
            found.append(Gap(first=first, second=second, category=category, estimate=difference(one, other)))
    return found


def _limits(gap: Gap) -> tuple[float, float]:
    low, high = gap.estimate.lower, gap.estimate.upper
    if low is None or high is None:
        raise ValueError("a gap needs limits. Fix: give shares with intervals")
    return max(0.0, low, -high), max(abs(low), abs(high))


def largest_gap(shares: Mapping[str, Mapping[str, Proportion]]) -> Estimate:
    """Return the largest gap between any two groups in any category, with one-sided 95 % limits on either side.

    The largest of the single gaps' upper limits is an upper limit of the largest true gap as it stands: whichever gap
    that is, its own limit lies at or below the largest (intersection-union, Berger 1982). So the upper limits hold
    together without a correction. The lower limit is the largest of Bonferroni limits, because there the luckiest of
    many gaps would else decide.

    Raises:
        ValueError: fewer than two groups.
    """
    single = gaps(shares)
    if not single:
        raise ValueError("a gap needs two groups. Fix: leave the comparison out")
    family = gaps(shares, level=1 - 2 * ONE_SIDED / len(single))
    return Estimate(
        estimate=max(abs(gap.estimate.estimate) for gap in single),
        lower=max(_limits(gap)[0] for gap in family),
        upper=max(_limits(gap)[1] for gap in single),
        n=sum(max(one.n for one in group.values()) for group in shares.values()),
        method=f"largest of {len(single)} gaps, one-sided 95 % limits (intersection-union)",
        level=BOTH_SIDES,
    )


def verdict(v: Estimate, gap: Estimate, *, margin: float, gap_margin: float, p_value: float) -> Verdict:
    """Return ``equivalent`` if both upper limits are inside their margins, else what the adjusted test says.

    A difference that is found yet inside both margins stays ``equivalent``: detectable but small.
    """
    if v.upper is not None and gap.upper is not None and v.upper < margin and gap.upper < gap_margin:
        return "equivalent"
    return "different" if p_value < SIGNIFICANT else "not shown either way"


def needed_per_group(share: float, *, groups: int, gap_margin: float, power: float = 0.8) -> int:
    """Return about how many respondents a group needs to put every pair's gap in one category inside the margin.

    For groups that are truly alike and of equal size; the pairs' gaps are treated as independent, which asks for
    slightly too many.
    """
    pairs = groups * (groups - 1) / 2
    normal = NormalDist()
    chance = normal.inv_cdf(0.5 + power ** (1 / pairs) / 2)
    reach = chance + normal.inv_cdf(1 - ONE_SIDED)
    return math.ceil(2 * share * (1 - share) * (reach / gap_margin) ** 2)
