"""Means and sums: cells in which one or two cases make up nearly all of the total."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.privacy.disclosure.policies import SAFE_NK_K, SAFE_NK_N, SAFE_PRATIO_P


def is_dominated(
    values: np.ndarray, *, nk_n: int = SAFE_NK_N, nk_k: float = SAFE_NK_K, pratio_p: float = SAFE_PRATIO_P
) -> bool:
    """Whether a cell's sum or mean gives away its largest contributor.

    Args:
        values: contributions to the cell, one a case; signs are ignored.
        nk_n: number of largest cases in the (n, k) rule.
        nk_k: share of the total above which they dominate.
        pratio_p: the rest beyond the two largest, over the largest, below which the second could estimate the first.

    Returns:
        Whether either rule is broken; a cell of zeros only is not dominated.

    Source: Hundepool et al. 2012, Statistical Disclosure Control, section 4.2; parameters as in ACRO.
    """
    sizes = np.sort(np.abs(np.asarray(values, dtype=float)))[::-1]
    return is_dominated_by(sizes[: max(nk_n, 2)], float(sizes.sum()), nk_n=nk_n, nk_k=nk_k, pratio_p=pratio_p)


def is_dominated_by(
    largest: Sequence[float] | np.ndarray,
    total: float,
    *,
    nk_n: int = SAFE_NK_N,
    nk_k: float = SAFE_NK_K,
    pratio_p: float = SAFE_PRATIO_P,
) -> bool:
    """Return what :func:`is_dominated` says, from the largest contributions and the sum of all.

    Args:
        largest: the largest contributions, the largest first: ``nk_n`` or more, and two or more, where there are any.
        total: sum of all contributions, without signs.
        nk_n: as above.
        nk_k: as above.
        pratio_p: as above.
    """
    sizes = np.asarray(largest, dtype=float)
    if total == 0 or not len(sizes):
        return False
    rest = total - float(sizes[:2].sum())
    return bool(sizes[:nk_n].sum() > nk_k * total or rest < pratio_p * sizes[0])


def top_two(values: pd.Series, groups: pd.Series) -> pd.DataFrame:
    """Return the two largest contributions by group: columns ``largest`` and ``second``, nought where there is none."""
    sizes = values.abs().astype(float)
    ordered = sizes.groupby(groups).apply(lambda own: [*own.nlargest(2), 0.0, 0.0][:2])
    return pd.DataFrame(ordered.to_list(), index=ordered.index, columns=["largest", "second"], dtype=float)
