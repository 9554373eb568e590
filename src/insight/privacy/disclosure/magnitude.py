"""Means and sums: cells in which one or two cases make up nearly all of the total."""

from __future__ import annotations

import numpy as np

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
    total = float(sizes.sum())
    if total == 0:
        return False
    rest = float(sizes[2:].sum())
    return bool(sizes[:nk_n].sum() > nk_k * total or rest < pratio_p * sizes[0])
