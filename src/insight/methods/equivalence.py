"""Whether shares are alike: upper limits of Cramer's V and of the largest gap, instead of a test that found nothing.

No difference found is no proof of sameness, and a raw V is well above 0 under perfect sameness. Two limits decide:
one of V, from the noncentral chi-square distribution on the Rao-Scott statistic, and one of every gap between two
groups in any category, because V alone lets large gaps of small groups pass. Point estimate of V: Bergsma (2013).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.survey.design import SurveyDesign
from insight.methods.survey.gaps import Gaps, Shares, gaps, shares

if TYPE_CHECKING:
    import pandas as pd

ONE_SIDED = 0.05
"""Error of each one-sided limit; both together make a 90 % interval."""
BOTH_SIDES = 1 - 2 * ONE_SIDED
SIGNIFICANT = 0.05
FEWEST = 2
MARGIN = 0.10
Verdict = Literal["equivalent", "equivalent on average only", "different", "not shown"]


@dataclass(frozen=True, kw_only=True)
class Association:
    """Cramer's V with its limits, the corrected test of independence, the gaps behind it, and the verdict.

    ``v``: bias-corrected estimate with one-sided 95 % limits on either side; ``chi2``: Pearson's statistic on weighted
    shares times n; ``statistic``: the same over ``delta_bar``; ``largest``: largest gap of any two groups in any
    category, its upper limit at or above every pair's own.
    """

    v: Estimate
    chi2: float
    statistic: float
    freedom: int
    p: float
    delta_bar: float
    n: int
    n_eff: float
    largest: Estimate
    pairs: Gaps = field(repr=False)
    margin: float
    gap_margin: float

    @property
    def v_upper(self) -> float:
        """One-sided 95 % upper limit of V."""
        return float(self.v.upper or 0.0)

    @property
    def gap_upper(self) -> float:
        """Upper limit of the largest gap, and with it of every pair's gap."""
        return float(self.largest.upper or 0.0)

    @property
    def verdict(self) -> Verdict:
        """The verdict at this comparison's own p-value."""
        return self.at(self.p)

    @property
    def note(self) -> str:
        """What a reader must not miss beside the verdict."""
        alike = self.verdict.startswith("equivalent")
        return "a difference is detectable, but small" if alike and self.p < SIGNIFICANT else ""

    def at(self, p: float) -> Verdict:
        """Return the verdict at a p-value that allows for several comparisons.

        ``equivalent``: V and every pair's gap lie below their margins; ``different``: a gap surely exceeds its margin,
        or V may exceed its own and independence is rejected; ``equivalent on average only``: V lies below its margin
        while some gap may not; else ``not shown``.
        """
        is_close, has_no_gap = self.v_upper < self.margin, self.gap_upper < self.gap_margin
        if is_close and has_no_gap:
            return "equivalent"
        if float(self.largest.lower or 0.0) > self.gap_margin:
            return "different"
        if is_close:
            return "equivalent on average only"
        return "different" if p < SIGNIFICANT else "not shown"


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


def corrected_v(chi2: float, n: float, rows: int, columns: int, *, n_eff: float | None = None) -> float:
    """Return Bergsma's bias-corrected Cramer's V; 0 where the statistic is below what chance gives.

    ``n_eff`` is n over the mean generalised design effect, which is what chance depends on.
    """
    size = n if n_eff is None else n_eff
    phi = max(0.0, chi2 / n - (rows - 1) * (columns - 1) / (size - 1))
    short = min(rows - (rows - 1) ** 2 / (size - 1), columns - (columns - 1) ** 2 / (size - 1)) - 1
    return math.sqrt(phi / short) if short > 0 else 0.0


def association(
    table_or_design: pd.DataFrame | np.ndarray | SurveyDesign,
    *,
    row: str | None = None,
    column: str | None = None,
    margin: float = MARGIN,
    gap_margin: float = MARGIN,
) -> Association:
    """Return how far two groupings hang together, and whether groups are alike in their categories.

    Args:
        table_or_design: counts of a simple sample (groups down, categories across), or a survey design.
        row: with a design, the column of the groups.
        column: with a design, the column of the categories.
        margin: V below which groups count as alike.
        gap_margin: gap of two groups in any category (a share) below which they count as alike.

    Raises:
        ValueError: fewer than two groups or categories, counts that are none, or a design without row and column.
    """
    if isinstance(table_or_design, SurveyDesign):
        if row is None or column is None:
            raise ValueError("a design needs row= and column=. Fix: name the groups' and the categories' columns")
        found = table_or_design.crosstab(row, column)
        known = table_or_design.data[[row, column]].notna().all(axis=1).to_numpy(dtype=bool)
        known = known & (table_or_design.weight_values > 0)
        texts = [
            table_or_design.data[name].astype(str).to_numpy(dtype=object).astype(str)[known] for name in (row, column)
        ]
        parts = shares(table_or_design.arrays.only(known), *texts)
        return _judged(
            chi2=found.chi2, delta_bar=found.delta_bar, p=found.p, n=found.n, found=parts, margins=(margin, gap_margin)
        )
    return _of_counts(table_or_design, margins=(margin, gap_margin))


def _refuse_small(rows: int, columns: int) -> None:
    if min(rows, columns) < FEWEST:
        raise ValueError("likeness needs two groups and two categories. Fix: leave the comparison out")


def _pearson(joint: np.ndarray) -> float:
    expected = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return float(((joint - expected) ** 2 / expected).sum())


def _of_counts(given: pd.DataFrame | np.ndarray, *, margins: tuple[float, float]) -> Association:
    from scipy.stats import chi2 as distribution

    counts = np.asarray(given, dtype=float)
    if counts.ndim != FEWEST or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError("a table of counts has two sides and no negative or missing cell. Fix: pass counts")
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    _refuse_small(*counts.shape)
    names = [
        [str(one) for one in getattr(given, side, range(size))][:size]
        for side, size in zip(("index", "columns"), counts.shape, strict=True)
    ]
    n = counts.sum()
    chi2, freedom = _pearson(counts / n) * n, (counts.shape[0] - 1) * (counts.shape[1] - 1)
    sizes = counts.sum(axis=1)
    parts = Shares(
        groups=tuple(names[0]),
        categories=tuple(names[1]),
        share=counts / sizes[:, None],
        effective=np.repeat(sizes[:, None], counts.shape[1], axis=1),
        n=sizes.astype(int),
        influence=np.zeros((1, *counts.shape)),
    )
    p = float(distribution.sf(chi2, freedom))
    return _judged(chi2=chi2, delta_bar=1.0, p=p, n=int(n), found=parts, margins=margins)


def _judged(
    *, chi2: float, delta_bar: float, p: float, n: int, found: Shares, margins: tuple[float, float]
) -> Association:
    r, c = found.share.shape
    freedom, statistic, n_eff = (r - 1) * (c - 1), chi2 / delta_bar, n / delta_bar
    scale = n_eff * min(r - 1, c - 1)
    lower, upper = (
        math.sqrt(noncentrality(statistic, freedom, tail=tail) / scale) for tail in (1 - ONE_SIDED, ONE_SIDED)
    )
    v = Estimate(
        estimate=corrected_v(chi2, n, r, c, n_eff=n_eff),
        lower=lower,
        upper=upper,
        n=n,
        method="Cramer's V (Bergsma), one-sided 95 % limits from noncentral chi-square, Rao-Scott",
        level=BOTH_SIDES,
    )
    single = gaps(found, level=BOTH_SIDES)
    return Association(
        v=v,
        chi2=chi2,
        statistic=statistic,
        freedom=freedom,
        p=p,
        delta_bar=delta_bar,
        n=n,
        n_eff=n_eff,
        largest=largest_gap(found),
        pairs=single,
        margin=margins[0],
        gap_margin=margins[1],
    )


def largest_gap(found: Shares) -> Estimate:
    """Return the largest gap between any two groups in any category, with one-sided 95 % limits on either side.

    The largest of the single gaps' upper limits holds for all pairs at once: whichever true gap is the largest, its own
    limit lies at or below that number (intersection-union, Berger 1982). So every pair's simultaneous upper limit is
    below the margin exactly when each single one is. The lower limit is the largest of Bonferroni limits, because there
    the luckiest of many gaps would else decide.
    """
    single = gaps(found, level=BOTH_SIDES)
    family = gaps(found, level=1 - 2 * ONE_SIDED / single.gap.size)
    surely = np.maximum(0.0, np.maximum(family.lower, -family.upper))
    return Estimate(
        estimate=float(np.abs(single.gap).max()),
        lower=float(surely.max()),
        upper=float(np.maximum(np.abs(single.lower), np.abs(single.upper)).max()),
        n=int(found.n.sum()),
        method=f"largest of {single.gap.size} gaps, one-sided 95 % limits (intersection-union)",
        level=BOTH_SIDES,
    )


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
