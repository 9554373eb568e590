"""Codes as readers write them."""

from __future__ import annotations

PROPER = frozenset(
    {"african", "arab", "asian", "bangladeshi", "british", "caribbean", "chinese", "indian", "irish", "pakistani"}
)
"""Words of ethnic groups that take a capital wherever they stand (the census writes them so)."""


def from_code(code: object) -> str:
    """Return a code such as ``white_british`` as words, here ``White British``; a name stays as it is."""
    words = str(code).replace("_", " ").split(" ")
    text = " ".join(word.capitalize() if word in PROPER else word for word in words)
    return text[:1].upper() + text[1:]
