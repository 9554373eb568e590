"""Benefits that may count the same thing twice are not added until somebody has stated the overlap."""

from __future__ import annotations

from collections.abc import Mapping


def may_add(first: str, second: str, overlaps: Mapping[str, Mapping[str, float]] | None) -> float | None:
    """Return the stated share of ``second`` that ``first`` already holds; ``None`` when nobody stated it."""
    if not overlaps:
        return None
    given = overlaps.get(first, {}).get(second)
    return overlaps.get(second, {}).get(first) if given is None else given


def total_without_overlap(
    values: Mapping[str, float], *, overlaps: Mapping[str, Mapping[str, float]] | None
) -> float | None:
    """Return the sum of benefits less their stated overlaps; ``None`` (refused) where one pair's overlap is unstated.

    Each pair's overlap is a share of the smaller of the two and is taken off once.
    """
    names, total = list(values), sum(values.values())
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            share = may_add(one, other, overlaps)
            if share is None:
                return None
            total -= share * min(values[one], values[other])
    return total
