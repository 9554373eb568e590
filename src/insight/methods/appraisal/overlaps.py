"""Benefits that may count the same thing twice are not added until somebody has stated the overlap."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

Overlaps = Mapping[str, Mapping[str, float]]
"""Share of the smaller of two benefits that both hold, by the names of the two; either order will do."""


def may_add(first: str, second: str, overlaps: Overlaps | None) -> float | None:
    """Return the stated share of the smaller of two benefits that both hold; ``None`` when nobody stated it."""
    if not overlaps:
        return None
    given = overlaps.get(first, {}).get(second)
    return overlaps.get(second, {}).get(first) if given is None else given


def check_overlaps(overlaps: Overlaps, *, known: set[str]) -> None:
    """Refuse a matrix that cannot be read one way.

    Raises:
        ValueError: a name that is not known, a benefit beside itself, a share outside 0 to 1, or a pair stated twice
            with two shares; all at once.
    """
    problems = []
    for one, others in overlaps.items():
        for other, share in others.items():
            odd = sorted({one, other} - known)
            if odd:
                problems.append(f"`{odd[0]}` is no benefit")
            elif one == other:
                problems.append(f"`{one}` stands beside itself")
            elif not 0 <= share <= 1:
                problems.append(f"`{one}` and `{other}`: {share:g} is no share")
            elif overlaps.get(other, {}).get(one, share) != share and one < other:
                problems.append(f"`{one}` and `{other}` are stated twice, with two shares")
    if problems:
        raise ValueError(f"overlaps: {'; '.join(problems)}. Fix: name each pair of benefits once, with a share")


def total_without_overlap(values: Mapping[str, Any], *, overlaps: Overlaps | None) -> Any:
    """Return the sum of benefits less their stated overlaps; ``None`` (refused) where one pair's overlap is unstated.

    Each pair's overlap is a share of the smaller of the two and is taken off once. Where three or more share the same
    part it is taken off more often than it was added, so the result is then a lower bound; it is never below the
    largest benefit, which is there whatever the others hold.

    Args:
        values: numbers, or arrays of one length (simulated values), by name.
        overlaps: the matrix.
    """
    import numpy as np

    total: Any = sum(values.values())
    for one, other in combinations(values, 2):
        share = may_add(one, other, overlaps)
        if share is None:
            return None
        total = total - share * np.minimum(values[one], values[other])
    for value in values.values():
        total = np.maximum(total, value)
    return total if np.ndim(total) else float(total)
