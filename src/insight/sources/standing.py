"""What an input may be used as evidence for: published, open, supplied by the council, or demonstration.

Demonstration data never support a claim about a place, so their standing travels with every frame, picture and table.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from insight import paths
from insight.sources.likeness import like_demonstration
from insight.sources.marks import mark_of

Kind = Literal["published", "open", "supplied", "demonstration"]
MANIFEST = "manifest.json"
TRUTH = "truth.csv"
SIDECAR = ".source.json"
"""What the name of a fetched file's provenance ends in."""
LABEL = "Demonstration data: generated, not evidence about any place"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a set of inputs is, and for demonstration data where its planted truths are written."""

    kind: Kind
    folder: Path | None = None
    mark: str = ""
    """What in a file's own cells tells that it was invented, where its place or its bytes do not."""

    @property
    def is_demonstration(self) -> bool:
        """Whether anything made from these inputs must carry the demonstration label."""
        return self.kind == "demonstration"

    @property
    def is_generated(self) -> bool:
        """Whether all of it is as the generator wrote it, so that no person stands behind a row.

        Copies that are known by a mark, and demonstration data beside a council's own, may hold anybody: registers and
        keys treat them as the council's.
        """
        return self.is_demonstration and not self.mark

    @property
    def label(self) -> str:
        """The words that stand beside whatever is made from these inputs."""
        words = {
            "published": "Published figures",
            "open": "Open data",
            "supplied": "Data supplied by the council",
            "demonstration": LABEL,
        }
        return words[self.kind]


PUBLISHED = Standing(kind="published")
OPEN = Standing(kind="open")
SUPPLIED = Standing(kind="supplied")
LIKE = "values that stand as often as in the demonstration's"
BESIDE = "beside data supplied by the council"


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's bytes as hexadecimal."""
    digest = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _manifest_files(folder: Path) -> dict[str, dict[str, str]]:
    manifest = folder / MANIFEST
    if not manifest.exists():
        return {}
    return json.loads(manifest.read_text(encoding="utf-8"))["files"]


def _by_place(path: Path) -> Standing | None:
    """Return the standing that a file has by where it lies."""
    if path.name in _manifest_files(path.parent):
        return Standing(kind="demonstration", folder=path.parent)
    data = paths.root() / "data"
    if path.is_relative_to(data / "reference"):
        return OPEN
    return PUBLISHED if path.is_relative_to(data / "published") else None


def _by_content(path: Path) -> Standing:
    """Return the standing that a file has by what it holds; what is no file is told where it is read."""
    if not path.is_file():
        return SUPPLIED
    digest = file_digest(path)
    for manifest in sorted((paths.root() / "data" / "demo").glob(f"*/{MANIFEST}")):
        if any(entry["sha256"] == digest for entry in _manifest_files(manifest.parent).values()):
            return Standing(kind="demonstration", folder=manifest.parent)
    if _is_fetched(path, digest):
        return OPEN
    mark = mark_of(path)
    if not mark and (copied := like_demonstration(path)):
        mark = f"{LIKE} {copied}"
    if not mark:
        return SUPPLIED
    return Standing(kind="demonstration", folder=path.parent if (path.parent / TRUTH).exists() else None, mark=mark)


def of_file(path: Path) -> Standing:
    """Return the standing of one input file.

    A file is demonstration data when its folder's manifest lists it, when its bytes equal a committed demonstration
    file wherever it was copied, when its cells carry a mark of invented data, however it was saved again, or when its
    columns' values stand as often as those of one, whatever became of marked codes. It is open
    when it lies in ``data/reference``, or when the provenance that ``insight fetch`` wrote beside it holds its hash;
    published in ``data/published``.
    """
    return _by_place(path) or _by_content(path)


def _is_fetched(path: Path, digest: str) -> bool:
    beside = path.with_name(path.name + SIDECAR)
    return beside.exists() and json.loads(beside.read_text(encoding="utf-8")).get("sha256") == digest


def weakest(standings: Iterable[Standing]) -> Standing:
    """Return the standing of something made from several inputs: demonstration as soon as one of them is."""
    order = ("demonstration", "supplied", "open", "published")
    found = sorted(standings, key=lambda standing: (order.index(standing.kind), not standing.mark))
    if not found:
        return PUBLISHED
    if found[0].is_generated and SUPPLIED in found:
        return replace(found[0], mark=BESIDE)
    return found[0]


def planted_truths(folder: Path) -> dict[str, bool]:
    """Return, for demonstration data, whether each claim was made true (finding id to flag)."""
    with (folder / TRUTH).open(encoding="utf-8", newline="") as stream:
        return {row["finding"]: row["is_true"] == "true" for row in csv.DictReader(stream)}
