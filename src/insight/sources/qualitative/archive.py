"""Reading a project's archive without trusting it: nothing is unpacked to disk, every part is bounded as it is read."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from insight.sources.qualitative.refusing import refused

MOST_ENTRIES = 5_000
MOST_PART_BYTES = 64 * 1024 * 1024
MOST_BYTES = 512 * 1024 * 1024
MOST_RATIO = 250
RATIO_FROM_BYTES = 4 * 1024 * 1024
"""Size from which the ratio counts: short texts may well be packed tightly."""
SAFE_FIX = "export the project again from the coding software; do not open files of unknown origin"


@dataclass(frozen=True)
class Archive:
    """An opened archive whose names have been checked."""

    path: Path
    names: dict[str, zipfile.ZipInfo]
    _zip: zipfile.ZipFile

    def read(self, name: str) -> bytes:
        """Return one part, whatever size its header claims.

        Raises:
            InputError: the part is larger than allowed, damaged, or not there.
        """
        if name not in self.names:
            raise refused(self.path, "every part that is named must be in the archive", SAFE_FIX, name)
        try:
            with self._zip.open(self.names[name]) as stream:
                data = stream.read(MOST_PART_BYTES + 1)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise refused(self.path, "the archive must be whole", SAFE_FIX, f"{name}: {error}") from None
        if len(data) > MOST_PART_BYTES:
            raise refused(self.path, f"no part may exceed {MOST_PART_BYTES:,} bytes unpacked", SAFE_FIX, name)
        return data


def _is_safe(name: str) -> bool:
    pure = PurePosixPath(name)
    return not (pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name or ":" in name or not name)


def _unfit(entry: zipfile.ZipInfo, seen: set[str]) -> str | None:
    """Return the rule that one part breaks; ``seen`` holds the names before it in small letters."""
    # the name as it is written: the library cuts it at a zero byte
    written = entry.orig_filename
    broken = {
        "names in the archive must stay inside it": not _is_safe(written),
        "no part may stand twice": written.lower() in seen,
        "the archive may hold no links": stat.S_ISLNK(entry.external_attr >> 16),
        "the archive may not be encrypted": bool(entry.flag_bits & 1),
        f"no part may unpack to more than {MOST_RATIO} times its size": (
            entry.file_size > RATIO_FROM_BYTES and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        ),
    }
    return next((rule for rule, is_broken in broken.items() if is_broken), None)


def _problem(entries: list[zipfile.ZipInfo]) -> tuple[str, str] | None:
    """Return rule and finding of the first thing that makes an archive unfit."""
    if len(entries) > MOST_ENTRIES:
        return f"an archive may hold {MOST_ENTRIES:,} parts at most", f"{len(entries):,}"
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        return f"an archive may hold {MOST_BYTES:,} bytes at most", f"{total:,}"
    seen: set[str] = set()
    for entry in entries:
        rule = _unfit(entry, seen)
        if rule is not None:
            return rule, repr(entry.orig_filename)
        seen.add(entry.orig_filename.lower())
    return None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive and check its names, links, sizes and ratios before a byte is unpacked.

    Raises:
        InputError: absent, no archive, or unfit in any of these ways.
    """
    if not path.exists():
        raise refused(path, "the file is not there", "put the file there, or write not_supplied in the params file")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise refused(path, "the file must be a zip archive", SAFE_FIX, str(error)) from None
    with archive:
        entries = archive.infolist()
        problem = _problem(entries)
        if problem is not None:
            raise refused(path, problem[0], SAFE_FIX, problem[1])
        yield Archive(path, {entry.filename: entry for entry in entries}, archive)
