"""Where open data lie: the council's folder of fetched files, each with a JSON of provenance beside it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from insight import atomic, paths
from insight.errors import InputError, Problem
from insight.sources.open_data.registry import Source
from insight.sources.standing import SIDECAR, file_digest

FOLDER_VARIABLE = "INSIGHT_OPEN_DATA"
NOWHERE = "none"
"""Value of the variable that hides every fetched file, so that tests give the same with and without them."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What is known of one fetched file."""

    source: str
    title: str
    url: str
    retrieved: str
    sha256: str
    bytes: int
    rows: int | None
    vintage: str
    edition: str
    licence: str
    attribution: str


def folder(council: str) -> Path:
    """Return where a council's open data lie: ``data/<council>/open``, or what ``INSIGHT_OPEN_DATA`` names."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named == NOWHERE:
        return paths.root() / "data" / ".none"
    return Path(named).resolve() if named else paths.root() / "data" / council / "open"


def sidecar(path: Path) -> Path:
    """Return the file of provenance beside a fetched file."""
    return path.with_name(path.name + SIDECAR)


def provenance(path: Path) -> Provenance | None:
    """Return what was recorded of a fetched file, or ``None``.

    Raises:
        InputError: the record is broken.
    """
    beside = sidecar(path)
    if not beside.exists():
        return None
    try:
        return Provenance(**json.loads(beside.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        rule = f"must be the JSON that insight fetch wrote ({str(error).splitlines()[0]})"
        fix = "remove it together with its file, and fetch again"
        raise InputError([Problem(file=paths.shown(beside), rule=rule, fix=fix)]) from None


def keep(about: Provenance, new: Path, target: Path) -> None:
    """Put a fetched file and its provenance in place; each whole or not at all, the provenance last."""
    sidecar(target).unlink(missing_ok=True)
    new.replace(target)
    atomic.write_json(sidecar(target), asdict(about))


def is_whole(path: Path) -> bool:
    """Whether a file is there and its bytes are those of its provenance."""
    about = provenance(path)
    return path.exists() and about is not None and file_digest(path) == about.sha256


def found(source: Source, place: Path) -> Path | None:
    """Return the file of a source in a folder: under its own name, else under that of a copy with the same content.

    Raises:
        InputError: the file is not what was fetched.
    """
    for name in (source.file, *source.also):
        path = place / name
        if not path.exists():
            continue
        about = provenance(path)
        if about is not None and file_digest(path) != about.sha256:
            rule = f"its bytes must be those that were fetched on {about.retrieved}"
            raise InputError(
                [
                    Problem(
                        file=paths.shown(path), rule=rule, fix=f"insight fetch PARAMS {source.name} --again --replace"
                    )
                ]
            )
        return path
    return None
