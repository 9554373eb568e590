"""Marks in place of numbers, as the Government Statistical Service sets them for tables of official statistics."""

from __future__ import annotations

STATUS = "status"
CONFIDENTIAL, UNAVAILABLE, INAPPLICABLE, LOW, UNRELIABLE = "c", "x", "z", "low", "u"
MEANINGS = {
    CONFIDENTIAL: "small number, not shown",
    UNAVAILABLE: "not available",
    INAPPLICABLE: "not applicable",
    LOW: "rounds to nought but is not nought",
    UNRELIABLE: "few cases, unreliable",
}


def mark(status: str) -> str:
    """Return the mark that readers see, such as ``[c]``.

    Raises:
        KeyError: no such status.
    """
    if status not in MEANINGS:
        raise KeyError(f"no mark {status!r}. Fix: one of {', '.join(MEANINGS)}")
    return f"[{status}]"


def meaning(status: str) -> str:
    """Return what a mark means, as it stands under a table."""
    return f"{mark(status)}: {MEANINGS[status]}."
