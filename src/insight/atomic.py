"""Writes that either happen whole or not at all, so that a killed run leaves earlier results intact."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def write_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``path``, then put it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=f".tmp{path.suffix}", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF line ends, atomically."""
    write_with(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))


def write_json(path: Path, value: Any) -> None:
    """Write JSON (no NaN, two-space indent), atomically."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def recover_folder(target: Path) -> None:
    """Undo or finish a swap that was killed between its two renames."""
    old = _old(target)
    if not old.exists():
        return
    if target.exists():
        shutil.rmtree(old)
    else:
        old.rename(target)


def swap_folder(new: Path, target: Path) -> None:
    """Put a finished folder in the place of another; :func:`recover_folder` mends a kill in between."""
    recover_folder(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(_old(target))
    new.rename(target)
    recover_folder(target)
