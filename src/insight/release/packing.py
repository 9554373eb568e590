"""Making a release: every check first, then one zip that is never changed, and a line in the register of releases."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from insight import atomic, paths
from insight.errors import ParamsError
from insight.params import LoadedParams
from insight.release import cells, crate, refusing
from insight.release.gathering import Item, gather, stages_of
from insight.release.refusing import REGISTER, ReleaseError
from insight.report.building import build_report
from insight.report.page import Run, read_run
from insight.sources.standing import LABEL, file_digest
from insight.workbook.runner import council_lock

OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SUMS = "SHA256SUMS"
LEDGER, LISTED = "cells.csv", "releases.csv"
COLUMNS = ("release", "date", "revision", "sha256")
EDITION = re.compile(r"[0-9a-z][0-9a-z.-]*")


@dataclass(frozen=True, kw_only=True)
class Released:
    """What a release came to."""

    path: Path
    sha256: str
    files: int
    is_new: bool


def folder_of(council: str) -> Path:
    """Return where a council's releases are, with the register and the ledger that stay under version control."""
    return paths.root() / REGISTER / council


def listed(council: str) -> list[dict[str, str]]:
    """Return the register of a council's releases."""
    file = folder_of(council) / LISTED
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def release(loaded: LoadedParams, *, edition: str, on: date, licence: str = OGL) -> Released:
    """Make a release, or find that the very same one was made.

    Args:
        loaded: the council's params.
        edition: name of the release, such as ``2026-1``.
        on: date of publication.
        licence: address of the licence of report and tables.

    Raises:
        ParamsError: an edition that cannot be a file name.
        ReleaseError: every reason against it; nothing is written.
        NotSuppliedError: the council has not been run.
    """
    if not EDITION.fullmatch(edition):
        raise ParamsError(f"edition {edition!r}: small letters, digits, points and hyphens. Fix: such as 2026-1")
    council = loaded.council.slug
    read_run(loaded)
    build_report(loaded)
    with council_lock(council):
        run = read_run(loaded)
        problems = refusing.dirty_tree(run.known) + refusing.out_of_date(loaded, run.known) + refusing.unsigned(run)
        if problems:
            _refuse(problems)
        items = gather(run)
        new = [
            cell
            for stage in stages_of(run)
            for cell in cells.of_stage(
                paths.stage_dir(council, stage), run.known.stages[stage], stage=stage, release=edition
            )
        ]
        earlier = [cell for cell in cells.read(folder_of(council) / LEDGER) if cell.release != edition]
        problems = refusing.drafts(items) + refusing.above_publishable(items)
        problems += refusing.synthetic_without_label(run, items)
        problems += [leak.text() for leak in cells.attack(new, earlier)]
        if problems:
            _refuse(problems)
        return _put(run, items, new, edition=edition, on=on, licence=licence)


def _refuse(problems: Sequence[str]) -> None:
    raise ReleaseError("no release is made:\n  " + "\n  ".join(problems))


def _revision() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"],  # noqa: S607 - git as the user has it
        cwd=paths.root(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def _readme(run: Run, items: Sequence[Item], edition: str, licence: str) -> Item:
    label = (
        f"**{LABEL}.** Files that hold such data say so in their name or on the page.\n\n"
        if any(item.is_demonstration for item in items)
        else ""
    )
    text = (
        f"# {run.council}: customer insight workbook, edition {edition}\n\n{label}"
        "- `report/index.html`: the report; it opens in a browser and asks nothing of the network.\n"
        "- `report/files/`: what stages made beside tables, such as a page to print; their pages link to it.\n"
        "- `tables/`: the tables behind it, one folder a stage, small numbers hidden (`status` is `c`).\n"
        "- `disclosure/`: the policy in force and what was done to each table.\n"
        "- `provenance/`, `workflow/`, `ro-crate-metadata.json`: how it was made, by which code, from which inputs.\n"
        f"- Licence of report and tables: {licence}; of code and other data: `LICENSE`, `LICENSE-DATA.md`.\n"
        f"- To see that nothing was changed: `sha256sum --check {SUMS}`.\n"
    )
    return Item(path="README.md", content=text.encode(), title="What this release holds")


def _put(
    run: Run, items: Sequence[Item], new: Sequence[cells.Cell], *, edition: str, on: date, licence: str
) -> Released:
    council = run.loaded.council.slug
    target = folder_of(council) / f"{council}-{edition}.zip"
    revision = _revision()
    with TemporaryDirectory(prefix="insight-release-") as name:
        scratch = Path(name)
        inside = scratch / "files"
        inside.mkdir()
        whole = [*items, _readme(run, items, edition, licence)]
        crate.write(inside, whole, run, edition=edition, on=on, licence=licence, revision=revision)
        files = _sums(inside)
        _zip(inside, scratch / target.name)
        found = file_digest(scratch / target.name)
        known = {row["release"]: row for row in listed(council)}
        if edition in known and known[edition]["sha256"] != found:
            raise ReleaseError(
                f"edition {edition} was released on {known[edition]['date']} with other content, and releases are "
                "never changed. Fix: give another edition"
            )
        is_new = edition not in known or not target.exists()
        if edition not in known:
            _register(council, new, {"release": edition, "date": on.isoformat(), "revision": revision, "sha256": found})
        if is_new:
            atomic.write_with(target, lambda temporary: shutil.copyfile(scratch / target.name, temporary))
            target.chmod(0o444)
    return Released(path=target, sha256=found, files=files, is_new=is_new)


def _register(council: str, new: Sequence[cells.Cell], row: dict[str, str]) -> None:
    folder = folder_of(council)
    kept = [cell for cell in cells.read(folder / LEDGER) if cell.release != row["release"]]
    atomic.write_text(folder / LEDGER, cells.as_text([*kept, *new]))
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows([*listed(council), row])
    atomic.write_text(folder / LISTED, text.getvalue())


def _sums(folder: Path) -> int:
    """Write the checksums of every file, in the form that ``sha256sum --check`` reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return len(files) + 1


def _zip(folder: Path, target: Path) -> None:
    """Pack a folder so that the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o444 << 16
            packed.writestr(info, path.read_bytes())
