"""Who stays: the product-limit curve of those not yet lost, with limits.

Sources: Kaplan and Meier (1958); Greenwood (1926) for the variance; limits on the log(-log) scale (Kalbfleisch and
Prentice 1980), so that they stay between 0 and 1.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd

CURVE = ["days", "at_risk", "lost", "estimate", "lower", "upper"]


def kaplan_meier(days: np.ndarray, is_lost: np.ndarray, *, level: float = 0.95) -> pd.DataFrame:
    """Return the share not yet lost after each day on which somebody was lost.

    Args:
        days: days for which each unit was watched, 0 or more.
        is_lost: whether it was lost at the end of them; the others were watched no longer (censored) and count as
            there up to and on that day.
        level: of the limits, point by point.

    Returns:
        Columns days, at_risk (just before), lost (on that day), estimate, lower, upper; the limits are missing where
        nobody is left.

    Raises:
        ValueError: lengths that differ, or days below 0.
    """
    spans, events = np.asarray(days, dtype=float), np.asarray(is_lost, dtype=bool)
    if spans.shape != events.shape or (spans < 0).any():
        raise ValueError("each unit needs days of 0 or more and a mark. Fix: check the dates")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    rows, share, greenwood = [], 1.0, 0.0
    for day in np.unique(spans[events]):
        at_risk, lost = int((spans >= day).sum()), int((events & (spans == day)).sum())
        share *= 1 - lost / at_risk
        lower = upper = None
        if share > 0:
            greenwood += lost / (at_risk * (at_risk - lost))
            half = z * math.sqrt(greenwood) / abs(math.log(share))
            lower, upper = share ** math.exp(half), share ** math.exp(-half)
        rows.append((day, at_risk, lost, share, lower, upper))
    return pd.DataFrame(rows, columns=CURVE).astype({"lower": "float64", "upper": "float64"})
