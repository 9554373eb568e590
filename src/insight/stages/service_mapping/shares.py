"""Shares and means whose cases come in families: the family is the unit, or the sample counts for less."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson, wilson_effective

FEWEST = 2
"""Families below which there is no spread between families."""
CAVEAT = "families were chosen for what they could tell, not drawn at random"


def over_families(
    values: Sequence[float], *, bounds: tuple[float, float] = (0.0, 1.0), level: float = 0.95
) -> Estimate | None:
    """Return the mean of one value a family, with Student's limits; ``None`` for fewer than two families.

    Families that are all alike have no spread, which says little at six families: Wilson's limits then stand in, on
    the values moved to the range from 0 to 1.
    """
    from scipy.stats import t

    numbers = np.asarray(values, dtype=float)
    n = len(numbers)
    if n < FEWEST:
        return None
    mean, spread, (low, high) = float(numbers.mean()), float(numbers.std(ddof=1)), bounds
    if spread > 0:
        half = float(t.ppf(0.5 + level / 2, n - 1)) * spread / math.sqrt(n)
        lower, upper, method = max(low, mean - half), min(high, mean + half), "mean over families, Student"
    elif math.isinf(high):
        return Estimate(estimate=mean, lower=None, upper=None, n=n, method="families all alike, no limits", level=level)
    else:
        scaled = wilson((mean - low) / (high - low) * n, n, level=level)
        lower, upper = (low + (high - low) * (limit or 0.0) for limit in (scaled.lower, scaled.upper))
        method = "mean over families, all alike, Wilson"
    return Estimate(estimate=mean, lower=lower, upper=upper, n=n, method=method, caveats=(CAVEAT,), level=level)


def clustered_share(is_success: pd.Series, cluster: pd.Series) -> Estimate:
    """Return a share with Wilson's limits on the cases that the clusters leave (linearised design effect).

    Where all cases are alike the spread between clusters says nothing, and each cluster counts as one case.

    Raises:
        ValueError: no cases.
    """
    n = len(is_success)
    if n == 0:
        raise ValueError("a share needs at least one case. Fix: leave the estimate out where there is none")
    share = float(is_success.mean())
    groups = (is_success.astype(float) - share).groupby(cluster.to_numpy()).sum()
    count = len(groups)
    simple = share * (1 - share)
    if simple == 0 or count < FEWEST:
        return wilson_effective(share, n, float(count))
    between = float((groups**2).sum()) / n * count / (count - 1)
    return wilson_effective(share, n, n / max(1.0, between / simple))


def least_lead(shares: pd.DataFrame, prominent: Sequence[str]) -> Estimate | None:
    """Return by how much the least of some groups leads the greatest of all others, in mean share over families.

    Args:
        shares: one row a family, one column a group, shares of the family's contacts.
        prominent: the columns that are to lead.

    Returns:
        The smallest of all leads. Its lower limit is the smallest lower limit (all leads must be positive at once, so
        none needs a correction); its upper limit comes from limits that hold together. ``None`` for fewer than two
        families or where a side is empty.
    """
    others = [name for name in shares.columns if name not in prominent]
    pairs = [(shares[one] - shares[other]).tolist() for one in prominent if one in shares.columns for other in others]
    if not pairs or len(shares) < FEWEST or not set(prominent) <= set(shares.columns):
        return None
    single = [over_families(pair, bounds=(-1.0, 1.0)) for pair in pairs]
    joint = [over_families(pair, bounds=(-1.0, 1.0), level=bonferroni(0.95, len(pairs))) for pair in pairs]
    return Estimate(
        estimate=min(one.estimate for one in single if one),
        lower=min(one.lower for one in single if one and one.lower is not None),
        upper=min(one.upper for one in joint if one and one.upper is not None),
        n=len(shares),
        method=f"smallest of {len(pairs)} leads, means over families, Student",
        caveats=(CAVEAT,),
    )


def columns(estimate: Estimate | None) -> Mapping[str, float | None]:
    """Return an estimate as cells of a table."""
    if estimate is None:
        return {"share": None, "lower": None, "upper": None}
    return {"share": estimate.estimate, "lower": estimate.lower, "upper": estimate.upper}
