"""Contracts of all inputs: one module per theme, each with pandera schemas and the words that users need."""

from __future__ import annotations

from importlib import import_module

from insight.catalogue import BY_NAME, INPUT_NAMES
from insight.sources.contracts.base import Contract


def contract(name: str) -> Contract:
    """Return the contract of one input."""
    theme = import_module(f"{__name__}.{BY_NAME[name].theme}")
    return theme.CONTRACTS[name]


def all_contracts() -> dict[str, Contract]:
    """Return every contract by input name, in catalogue order."""
    return {name: contract(name) for name in INPUT_NAMES}
