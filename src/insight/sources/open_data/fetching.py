"""Fetching: what to ask for a council, asking it, and keeping what came beside what is known of it.

A file that is there and whole stays. Where the publisher's content has changed, the old file stays too and the change
is told; ``--replace`` takes the new one. A source that fails does not stop the others, and leaves its old file alone.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from insight import atomic, paths
from insight.errors import InsightError
from insight.params import Council
from insight.sources.open_data import downloading, paging, store
from insight.sources.open_data import registry as registries
from insight.sources.open_data import web as asking
from insight.sources.open_data.paging import Asked
from insight.sources.open_data.registry import Registry, Source
from insight.sources.standing import file_digest

if TYPE_CHECKING:
    import requests

State = Literal[
    "fetched", "present", "changed upstream", "replaced", "failed", "missing", "altered", "manual", "would fetch"
]
Telling = Callable[[str, int, int | None], None]
BAD = {"failed": 1, "changed upstream": 3, "altered": 3, "missing": 4}
"""Exit code of each state that is not well."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to fetch. ``offline`` asks nobody and checks what is there; ``again`` asks for what is there too."""

    offline: bool = False
    dry_run: bool = False
    again: bool = False
    replace: bool = False
    record: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one source."""

    source: str
    state: State
    file: str
    url: str
    rows: int | None = None
    bytes: int | None = None
    sha256: str | None = None
    retrieved: str | None = None
    vintage: str = ""
    licence: str = ""
    why: str = ""

    @property
    def exit_code(self) -> int:
        """0 where all is well."""
        return BAD.get(self.state, 0)


class _Job:
    """One source for one council."""

    def __init__(self, registry: Registry, source: Source, council: Council, place: Path) -> None:
        self.registry, self.source, self.council = registry, source, council
        self.place, self.target = place, place / source.file
        self.shown_registry = paths.shown(registry.file)

    def filled(self, text: str, codes: Sequence[str] = ()) -> str:
        """Return a text of the registry with its placeholders filled; names are quoted as SQL has it."""
        quoted = ",".join(f"'{code}'" for code in codes) if self.source.kind == "arcgis" else ",".join(codes)
        name = self.council.name.replace("'", "''")
        return text.replace("{lad_code}", self.council.lad_code).replace("{council}", name).replace("{codes}", quoted)

    @property
    def url(self) -> str:
        """The address asked, without parameters that come from other sources."""
        return self.filled(self.registry.url(self.source))

    def asked(self, codes: Sequence[str] = ()) -> Asked:
        """Return the question, for a lot of codes where the source goes by codes."""
        query = {key: self.filled(value, codes) for key, value in self.source.query.items()}
        query |= asking.keys_for(self.source.kind)
        return Asked(url=self.url, query=query, source=self.source.name, registry=self.shown_registry)

    def lots(self) -> list[Sequence[str]]:
        """Return the lots of codes to ask for; one empty lot where the source goes by no codes."""
        from insight.sources.open_data import tables

        if self.source.codes_from is None:
            return [()]
        other = self.registry.sources[self.source.codes_from.source]
        frame = tables.tidy(other, self.place)
        if frame is None:
            raise asking.OpenDataError(f"{self.source.name}: needs the codes of {other.name}. Fix: fetch that first")
        if "district" in frame:
            frame = frame[frame["district"] == self.council.lad_code]
        codes = sorted(set(frame[self.source.codes_from.column]))
        return list(paging.in_lots(codes, self.source.lot))

    def bring(self, web: requests.Session, new: Path, telling: Telling) -> tuple[str, int | None]:
        """Fetch into ``new``; return the address asked and the number of rows, where the kind has rows."""

        def tell(done: int, whole: int | None) -> None:
            telling(self.source.name, done, whole)

        if self.source.kind in {"file", "dfe"}:
            url = self.url
            if self.source.kind == "dfe":
                titles = {"publication": self.source.publication, "data_set": self.source.data_set}
                url = paging.dfe_csv_address(self.asked(), web, **titles)
            # The part of a broken download stays beside the target, so that a later run goes on with it.
            whole = self.place / f".{self.source.file}.new"
            downloading.download(web, url, whole, source=self.source.name, registry=self.shown_registry, telling=tell)
            whole.replace(new)
            return url, _lines(new)
        rows: paging.Rows = []
        for lot in self.lots():
            asked, before = self.asked(lot), len(rows)

            def tell_lot(done: int, whole: int | None, before: int = before) -> None:
                tell(before + done, None if whole is None else before + whole)

            if self.source.kind == "arcgis":
                rows += paging.arcgis(asked, web, order=self.source.order, telling=tell_lot)
            else:
                rows += paging.nomis(asked, web, telling=tell_lot)
        _write(rows, new)
        return self.url, len(rows)


def _lines(path: Path) -> int | None:
    """Return the rows of a CSV file, its header not counted."""
    if path.suffix != ".csv":
        return None
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        return max(sum(1 for _ in csv.reader(stream)) - 1, 0)


def _write(rows: paging.Rows, path: Path) -> None:
    """Write features as GeoJSON, or rows as CSV, by the ending of the file."""
    if path.suffix == ".geojson":
        atomic.write_text(path, json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False) + "\n")
        return
    flat = [row.get("attributes", row) for row in rows]

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            made = csv.DictWriter(stream, fieldnames=list(flat[0]), lineterminator="\n", extrasaction="ignore")
            made.writeheader()
            made.writerows(flat)

    atomic.write_with(path, write)


def _facts(job: _Job) -> dict[str, Any]:
    """Return what is known of a source before it is asked for."""
    about = store.provenance(job.target)
    facts: dict[str, Any] = {"source": job.source.name, "file": paths.shown(job.target), "url": asking.shown(job.url)}
    facts |= {"vintage": job.source.vintage, "licence": job.registry.content.licences[job.source.licence]}
    if about is not None:
        facts |= {"rows": about.rows, "bytes": about.bytes, "sha256": about.sha256, "retrieved": about.retrieved}
    return facts


def _by_hand(job: _Job) -> Outcome:
    if job.target.exists():
        return Outcome(state="present", why="put there by hand", **_facts(job))
    why = f"no service: download it from {job.source.page} and save it there"
    return Outcome(state="manual", why=why, **_facts(job))


def _elsewhere(job: _Job) -> Path | None:
    """Return a national file that was fetched whole for another council, so that nobody is asked for it again."""
    if job.source.is_per_council or store.FOLDER_VARIABLE in os.environ:
        return None
    places = (folder / job.source.file for folder in sorted((paths.root() / "data").glob("*/open")))
    return next((path for path in places if path != job.target and path.exists() and store.is_whole(path)), None)


def _taken(job: _Job, path: Path) -> Outcome:
    """Return the outcome of taking over a file, with its provenance, that was fetched for another council."""
    about = store.provenance(path)
    assert about is not None  # noqa: S101 - a whole file has its provenance
    job.place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=job.place) as name:
        new = Path(name) / job.source.file
        shutil.copyfile(path, new)
        store.keep(about, new, job.target)
    return Outcome(state="present", why=f"fetched for {path.parent.parent.name}, taken over", **_facts(job))


def _at_hand(job: _Job, options: Options) -> Outcome | None:
    """Return the outcome of a source that need not be asked for, else ``None``."""
    if job.source.kind == "manual":
        return _by_hand(job)
    is_whole = store.is_whole(job.target)
    is_altered = not is_whole and job.target.exists() and store.provenance(job.target) is not None
    if not job.target.exists() and not (options.again or options.dry_run) and (other := _elsewhere(job)):
        return _taken(job, other)
    found: tuple[State, str] | None = None
    if is_altered and (options.offline or not options.replace):
        found = "altered", "its bytes are not those that were fetched; --again --replace fetches it anew"
    elif is_whole and (options.offline or not options.again):
        found = "present", ""
    elif options.dry_run:
        found = "would fetch", ""
    elif options.offline:
        found = "missing", "offline: fetch it where there is a network"
    return None if found is None else Outcome(state=found[0], why=found[1], **_facts(job))


def _fetch_one(job: _Job, options: Options, web: requests.Session, telling: Telling) -> Outcome:
    source, old = job.source, store.provenance(job.target)
    job.place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=job.place) as name:
        new = Path(name) / source.file
        url, rows = job.bring(web, new, telling)
        about = store.Provenance(
            source=source.name,
            title=source.title,
            url=asking.shown(url),
            retrieved=datetime.now(UTC).date().isoformat(),
            sha256=file_digest(new),
            bytes=new.stat().st_size,
            rows=rows,
            vintage=source.vintage,
            edition=source.edition,
            licence=job.registry.content.licences[source.licence],
            attribution=job.registry.content.attributions[source.attribution],
        )
        facts: dict[str, Any] = {
            "source": source.name,
            "file": paths.shown(job.target),
            "url": about.url,
            "rows": rows,
            "bytes": about.bytes,
            "sha256": about.sha256,
            "retrieved": about.retrieved,
            "vintage": source.vintage,
            "licence": about.licence,
        }
        expected = source.sha256 or (old.sha256 if old is not None and job.target.exists() else None)
        if expected not in {None, about.sha256} and not options.replace:
            kept = f"the file of {old.retrieved} stays" if old is not None else "nothing was kept"
            why = (
                f"the publisher's content has changed (sha256 was {str(expected)[:12]}...); {kept}; --replace takes it"
            )
            return Outcome(state="changed upstream", why=why, **facts)
        store.keep(about, new, job.target)
        if options.record and not source.is_per_council:
            registries.record(job.registry, source.name, sha256=about.sha256, retrieved=about.retrieved)
        return Outcome(state="replaced" if expected not in {None, about.sha256} else "fetched", **facts)


def fetch(
    council: Council,
    names: Sequence[str] = (),
    *,
    options: Options | None = None,
    registry: Registry | None = None,
    telling: Telling = lambda *_: None,
    ended: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Fetch open data for a council.

    Args:
        council: whose area is asked for.
        names: sources of the registry; all that are not large when none is named.
        options: how to fetch.
        registry: another registry than the committed one.
        telling: called while a source comes, with its name, what has come and how much there is.
        ended: called with each outcome.

    Returns:
        One outcome a source; failures are outcomes too, so that one broken service stops no other.

    Raises:
        ParamsError: a name that the registry does not hold, or a broken registry.
    """
    options, registry = options or Options(), registry or registries.load()
    place, web, found = store.folder(council.slug), None, []
    for source in registry.chosen(names):
        job = _Job(registry, source, council, place)
        try:
            outcome = _at_hand(job, options)
            if outcome is None:
                web = web or asking.session()
                outcome = _fetch_one(job, options, web, telling)
        except InsightError as error:
            outcome = Outcome(
                source=source.name,
                state="failed",
                file=paths.shown(job.target),
                url=asking.shown(job.url),
                why=str(error),
            )
        found.append(outcome)
        ended(outcome)
    return found


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0 where all is well, else the gravest: 1 a service failed, 4 missing offline, 3 changed or altered."""
    codes = {one.exit_code for one in outcomes}
    return next((code for code in (1, 4, 3) if code in codes), 0)
