"""Direction of travel: whether shares or rates of successive periods rise or fall.

Sources: Cochran (1954) and Armitage (1955) for shares; the score test of a log-linear Poisson rate for counts over
exposure. Public-health profiles in England use the same chi-square for trend on the last five points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

FEWEST_POINTS = 3
"""Points below which a trend is only a difference of two periods."""


def _two_sided(score: float, variance: float) -> tuple[float, float]:
    if variance <= 0:
        return 0.0, 1.0
    z = score / math.sqrt(variance)
    return z, 2 * NormalDist().cdf(-abs(z))


def _aligned(*series: Sequence[float]) -> list[np.ndarray]:
    found = [np.asarray(one, dtype=float) for one in series]
    if len({len(one) for one in found}) != 1 or len(found[0]) < FEWEST_POINTS:
        raise ValueError(f"a trend needs {FEWEST_POINTS} periods, each with counts. Fix: compare two periods instead")
    if (found[2] <= 0).any() or (found[1] < 0).any():
        raise ValueError("a period has no cases or a negative count. Fix: leave it out")
    return found


def trend_of_shares(years: Sequence[float], successes: Sequence[float], n: Sequence[float]) -> tuple[float, float]:
    """Return z and two-sided p of the Cochran-Armitage test; z above 0 says that shares rise.

    Raises:
        ValueError: fewer than three periods, or counts that are no shares.
    """
    x, counts, cases = _aligned(years, successes, n)
    if (counts > cases).any():
        raise ValueError("a share has more cases than there are. Fix: check the counts")
    common = counts.sum() / cases.sum()
    score = float((x * (counts - cases * common)).sum())
    spread = float((cases * x**2).sum() - (cases * x).sum() ** 2 / cases.sum())
    return _two_sided(score, common * (1 - common) * spread)


def trend_of_rates(years: Sequence[float], counts: Sequence[float], exposure: Sequence[float]) -> tuple[float, float]:
    """Return z and two-sided p of the Poisson score test; z above 0 says that rates rise.

    Raises:
        ValueError: fewer than three periods, a period without exposure, or a negative count.
    """
    x, seen, exposed = _aligned(years, counts, exposure)
    common = seen.sum() / exposed.sum()
    score = float((x * (seen - exposed * common)).sum())
    spread = float((exposed * x**2).sum() - (exposed * x).sum() ** 2 / exposed.sum())
    return _two_sided(score, common * spread)
