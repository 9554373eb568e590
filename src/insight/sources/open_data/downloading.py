"""Downloading one file: in parts where the connection breaks, whole or not at all in the end.

The part that has come stays beside the target as ``.<name>.part`` with a note of what the server said about it; the
next try, of this run or of a later one, goes on from there with a Range request that is conditional on the same
content (`If-Range`), so that two versions of a file are never glued together.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from insight import atomic
from insight.sources.open_data import web as asking

if TYPE_CHECKING:
    import requests

BLOCK = 1 << 14
RESUMES = 5
Telling = Callable[[int, int | None], None]


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _note(target: Path) -> Path:
    return target.with_name(f".{target.name}.part.json")


def _mark(answer: requests.Response) -> str | None:
    """Return what identifies the content: a strong entity tag, else the date of its last change."""
    tag = answer.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified")


def _resume_from(target: Path, url: str) -> tuple[int, str | None]:
    part, note = _part(target), _note(target)
    if not part.exists() or not note.exists():
        return 0, None
    known = json.loads(note.read_text(encoding="utf-8"))
    if known["url"] != url or not known["mark"]:
        return 0, None
    return part.stat().st_size, known["mark"]


def _whole_size(answer: requests.Response, start: int) -> int | None:
    if answer.headers.get("Content-Encoding"):
        return None
    length = answer.headers.get("Content-Length")
    return start + int(length) if length and length.isdigit() else None


def _one_try(web: requests.Session, url: str, target: Path, *, source: str, registry: str, telling: Telling) -> bool:
    """Fetch what is missing; return whether the file is whole."""
    start, mark = _resume_from(target, url)
    headers = {"Accept-Encoding": "identity"}
    if start and mark:
        headers |= {"Range": f"bytes={start}-", "If-Range": mark}
    with web.get(url, headers=headers, stream=True, timeout=asking.TIMEOUT_S) as answer:
        if answer.status_code == asking.RANGE_PAST_END:
            discard(target)
            return False
        asking.refuse_status(answer.status_code, source=source, registry=registry, url=url)
        is_rest = answer.status_code == asking.PARTIAL
        done = start if is_rest else 0
        whole = _whole_size(answer, done)
        atomic.write_json(_note(target), {"url": url, "mark": _mark(answer)})
        with _part(target).open("ab" if is_rest else "wb") as stream:
            for block in answer.iter_content(BLOCK):
                stream.write(block)
                done += len(block)
                telling(done, whole)
    return whole is None or done >= whole


def _refuse_page(path: Path, *, source: str, registry: str, url: str) -> None:
    """Refuse a web page where a file of data was asked for: a login page, or a note that the file has moved."""
    with path.open("rb") as stream:
        start = stream.read(512).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        path.unlink()
        raise asking.OpenDataError(
            f"{source}: {asking.shown(url)} answers with a web page, not with data. Fix: open it in a browser; if it "
            f"is your network's login page, log in, else change the entry `{source}` of {registry}"
        )


def discard(target: Path) -> None:
    """Forget the part of a file that has come so far."""
    _part(target).unlink(missing_ok=True)
    _note(target).unlink(missing_ok=True)


def download(
    web: requests.Session, url: str, target: Path, *, source: str, registry: str, telling: Telling = lambda *_: None
) -> None:
    """Download a file to ``target``, going on where a broken connection left off.

    Args:
        web: a session of :func:`insight.sources.open_data.web.session`.
        url: the whole address.
        target: where the file goes, in one step, once it is whole.
        source: the source's name, for messages.
        registry: the registry's file, for messages.
        telling: called with bytes so far and in all (``None`` where the server does not say).

    Raises:
        OpenDataError: a failing status, or the connection breaks more often than five times; the part stays for later.
    """
    import requests

    target.parent.mkdir(parents=True, exist_ok=True)
    broken: Exception | None = None
    for _ in range(RESUMES + 1):
        try:
            if _one_try(web, url, target, source=source, registry=registry, telling=telling):
                _refuse_page(_part(target), source=source, registry=registry, url=url)
                _part(target).replace(target)
                discard(target)
                return
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError) as error:
            broken = error
            if isinstance(error, requests.exceptions.SSLError) or not _part(target).exists():
                break
    with asking.network_words(source, url):
        raise broken or requests.exceptions.ConnectionError("the file stays incomplete")
