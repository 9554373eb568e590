"""Contracts of all inputs: one module per theme, each with pandera schemas and the words that users need."""

from __future__ import annotations

from importlib import import_module

from insight.catalogue import INPUT_NAMES
from insight.sources.contracts.base import Contract

THEMES = ("place", "segments", "surveys", "interviews", "journeys", "services", "children", "families", "project")


def all_contracts() -> dict[str, Contract]:
    """Return every contract by input name, in catalogue order."""
    found: dict[str, Contract] = {}
    for theme in THEMES:
        found |= import_module(f"{__name__}.{theme}").CONTRACTS
    return {name: found[name] for name in INPUT_NAMES}


def contract(name: str) -> Contract:
    """Return the contract of one input, importing no theme beyond the one that has it."""
    for theme in THEMES:
        found = import_module(f"{__name__}.{theme}").CONTRACTS
        if name in found:
            return found[name]
    raise KeyError(name)
