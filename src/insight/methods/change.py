"""Change of a share between two cohorts, where a pilot's change stops standing out, and its rank among placebos.

Sources: Newcombe (1998); ranks of a treated area among untreated ones as in Abadie, Diamond and Hainmueller (2010).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from insight.methods.estimate import Estimate
from insight.methods.intervals import Counts, newcombe_difference, z_value


def change(before: Counts, after: Counts, *, level: float = 0.95) -> Estimate:
    """Return the change of a share between two independent cohorts, after minus before (Newcombe, method 10)."""
    return newcombe_difference(*after, *before, level=level)


def turning_change(before: Counts, after: Counts, *, other_n: float, level: float = 0.95) -> float:
    """Return the largest change of the comparison group at which the treated change still stands out.

    The comparison group is taken to have ``other_n`` cases in each year and a share of a half, its widest case.
    """
    own = change(before, after, level=level)
    if own.lower is None:
        raise ValueError("a change without limits has no turning point. Fix: leave it out")
    half = z_value(level) * math.sqrt(0.5 / other_n)
    return own.estimate - math.hypot(own.estimate - own.lower, half)


def placebo_rank(treated: float, others: Sequence[float]) -> tuple[int, int]:
    """Return the rank of a treated change among all (1 is largest) and how many there are.

    Ties count against the treated one.
    """
    return 1 + sum(other >= treated for other in others), 1 + len(others)
