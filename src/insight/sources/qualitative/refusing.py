"""Refusals of files from outside: what is wrong, and what to do in the software that wrote them."""

from __future__ import annotations

from pathlib import Path

from insight import paths
from insight.errors import InputError, Problem


def refused(path: Path, rule: str, fix: str, found: str | None = None) -> InputError:
    """Return the error for a file that is not taken."""
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix, found=found)])
