"""REFI-QDA codebooks (``.qdc``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from insight import atomic
from insight.sources.qualitative import xml
from insight.sources.qualitative.archive import MOST_PART_BYTES
from insight.sources.qualitative.model import Code
from insight.sources.qualitative.refusing import refused


def read_codebook(path: Path) -> tuple[Code, ...]:
    """Return the codes of a codebook, in either of the namespaces that programs write.

    Raises:
        InputError: absent, too large, not a codebook, or XML that declares entities.
    """
    if not path.exists():
        raise refused(path, "the file is not there", "export the codebook as REFI-QDA (.qdc)")
    if path.stat().st_size > MOST_PART_BYTES:
        raise refused(path, f"a codebook may have {MOST_PART_BYTES:,} bytes at most", "export the codebook alone")
    root = xml.parsed(path.read_bytes(), path, roots=("CodeBook",))
    return xml.read_codes(xml.child(root, "Codes"), path)


def write_codebook(codes: Sequence[Code], path: Path, *, origin: str = "insight") -> None:
    """Write codes as a codebook that NVivo, ATLAS.ti, MAXQDA, QualCoder and Taguette import."""
    root = xml.root("CodeBook", xml.CODEBOOK, origin=origin)
    xml.add_codes(xml.add(root, "Codes"), tuple(codes))
    data = xml.serialised(root)
    atomic.write_with(path, lambda temporary: temporary.write_bytes(data))
