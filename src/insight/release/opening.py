"""Reading a release back: its tables, what they hung on, and its areas, after its checksums held."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insight import paths
from insight.errors import InputError, Problem
from insight.report.site import MARK

if TYPE_CHECKING:
    import pandas as pd

SUMS = "SHA256SUMS"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One release, read."""

    name: str
    tables: Mapping[tuple[str, str], pd.DataFrame]
    """By stage and table."""
    facts: Mapping[str, Mapping[str, Any]]
    areas: Mapping[str, Mapping[str, str]]
    findings: tuple[Mapping[str, Any], ...]
    is_demonstration: bool
    disclosure: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    """What disclosure control did, by stage and table: which columns are counts, and under which policy."""

    def fact(self, stage: str, name: str) -> Any:
        """Return one fact of a stage; ``None`` where the release has no such stage."""
        return self.facts.get(stage, {}).get("facts", {}).get(name)


def _refuse(path: Path, rule: str, fix: str) -> InputError:
    return InputError([Problem(file=paths.shown(path), rule=rule, fix=fix)])


def open_release(path: Path) -> Opened:
    """Read a release.

    Raises:
        InputError: no release, or one whose files are not what its checksums say.
    """
    import pandas as pd

    try:
        with zipfile.ZipFile(path) as packed:
            content = {name: packed.read(name) for name in packed.namelist()}
        lines = [line.partition("  ") for line in content[SUMS].decode().splitlines()]
        sums = {name: value for value, _, name in lines}
        facts = json.loads(content["provenance/facts.json"])
        areas = json.loads(content["provenance/areas.json"])
        findings = json.loads(content["results/findings.json"])
    except FileNotFoundError:
        raise _refuse(path, "the release must be there", "check the path, such as releases/oldham/...zip") from None
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise _refuse(path, "a zip that insight release made", "name such a file") from None
    wrong = sorted(name for name, value in sums.items() if sha256(content.get(name, b"")).hexdigest() != value)
    if wrong:
        raise _refuse(
            path, f"its files agree with its checksums, {wrong[0]} does not", "take the release as it was made"
        )
    treated: dict[tuple[str, str], Mapping[str, Any]] = {}
    tables, is_demonstration = {}, False
    for name, data in content.items():
        parts = name.split("/")
        if parts[0] == "tables":
            is_demonstration |= parts[2].startswith(MARK)
            table = parts[2].removeprefix(MARK).removesuffix(".csv")
            tables[parts[1], table] = pd.read_csv(io.BytesIO(data))
        if parts[0] == "disclosure":
            stage = parts[1].removesuffix(".json")
            treated |= {(stage, entry["table"]): entry for entry in json.loads(data)["tables"]}
    return Opened(
        name=path.stem,
        tables=tables,
        facts=facts,
        areas=areas,
        findings=tuple(findings),
        is_demonstration=is_demonstration,
        disclosure=treated,
    )
