"""Odds ratios over strata: the common ratio, whether the strata share it, and the test of no association.

Sources: Mantel and Haenszel (1959) for the common ratio and the test; Robins, Breslow and Greenland (1986) for its
variance; Breslow and Day (1980) with Tarone's (1985) correction for a ratio that is the same in all strata.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value


@dataclass(frozen=True, kw_only=True)
class CommonOdds:
    """A common odds ratio; ``p_same`` is small where the strata do not share it, ``None`` with one stratum."""

    estimate: Estimate
    p_value: float
    p_same: float | None
    strata: int


def mantel_haenszel(cells: np.ndarray, *, level: float = 0.95) -> CommonOdds:
    """Return the odds ratio of exposure, cases against others, common to all strata.

    Args:
        cells: one row a stratum: exposed cases, cases, exposed others, others. A stratum without both cases and
            others, or in which all or none are exposed, says nothing of the ratio and drops out.
        level: of the limits.

    Raises:
        ValueError: no stratum is left, or the common ratio is 0 or infinite.
    """
    given = np.atleast_2d(np.asarray(cells, dtype=float))
    a, c = given[:, 0], given[:, 2]
    b, d = given[:, 1] - a, given[:, 3] - c
    if (np.stack([a, b, c, d]) < 0).any():
        raise ValueError("more exposed than there are. Fix: check the counts")
    tells = (a + b > 0) & (c + d > 0) & (a + c > 0) & (b + d > 0)
    a, b, c, d = (part[tells] for part in (a, b, c, d))
    total = a + b + c + d
    up, down = a * d / total, b * c / total
    if not tells.any() or up.sum() == 0 or down.sum() == 0:
        raise ValueError("the strata give no common odds ratio. Fix: use fewer strata")
    ratio = float(up.sum() / down.sum())
    concordant, discordant = (a + d) / total, (b + c) / total
    variance = (
        (concordant * up).sum() / (2 * up.sum() ** 2)
        + (concordant * down + discordant * up).sum() / (2 * up.sum() * down.sum())
        + (discordant * down).sum() / (2 * down.sum() ** 2)
    )
    half = z_value(level) * math.sqrt(float(variance))
    count = int(tells.sum())
    estimate = Estimate(
        estimate=ratio,
        lower=ratio * math.exp(-half),
        upper=ratio * math.exp(half),
        n=int(total.sum()),
        method=f"Mantel-Haenszel odds ratio over {count} strata, Robins-Breslow-Greenland",
        level=level,
    )
    return CommonOdds(
        estimate=estimate,
        p_value=_no_association(a, b, c, d),
        p_same=_same_ratio(a, b, c, d, ratio) if count > 1 else None,
        strata=count,
    )


def _no_association(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> float:
    """Return the two-sided p-value of Cochran's and Mantel and Haenszel's test, without a correction for continuity."""
    total = a + b + c + d
    expected = (a + b) * (a + c) / total
    spread = (a + b) * (c + d) * (a + c) * (b + d) / (total**2 * np.maximum(total - 1, 1))
    z = float((a - expected).sum()) / math.sqrt(float(spread.sum()))
    return 2 * NormalDist().cdf(-abs(z))


def _same_ratio(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, ratio: float) -> float:
    """Return the p-value of Breslow's and Day's test with Tarone's correction."""
    from scipy.stats import chi2

    expected = np.array([_expected(*margins, ratio) for margins in zip(a + b, a + c, a + b + c + d, strict=True)])
    cases, exposed, total = a + b, a + c, a + b + c + d
    inverse = (
        1 / expected + 1 / (cases - expected) + 1 / (exposed - expected) + 1 / (total - cases - exposed + expected)
    )
    spread = 1 / inverse
    off = a - expected
    statistic = float((off**2 / spread).sum() - off.sum() ** 2 / spread.sum())
    return float(chi2.sf(max(statistic, 0.0), len(a) - 1))


def _expected(cases: float, exposed: float, total: float, ratio: float) -> float:
    """Return the exposed cases that margins and a given odds ratio imply."""
    if abs(ratio - 1) < 1e-12:  # noqa: PLR2004 - then the equation is linear
        return cases * exposed / total
    lead = ratio - 1
    middle = total - cases - exposed + ratio * (cases + exposed)
    root = math.sqrt(middle**2 - 4 * lead * ratio * cases * exposed)
    return (middle - root) / (2 * lead)
