"""Asking a web service: retries with backoff, `Retry-After` honoured, and failures that name the registry entry."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from insight import __version__
from insight.errors import InsightError

if TYPE_CHECKING:
    import requests

TRIES, BACKOFF_S, LONGEST_WAIT_S = 5, 0.5, 120
TIMEOUT_S = (10.0, 120.0)
RETRIED = (429, 500, 502, 503, 504)
GONE = (404, 410)
OK, PARTIAL, RANGE_PAST_END = 200, 206, 416
KEYS = {"NOMIS_UID": "uid"}
"""Environment variables with keys of services, and the parameter that carries each; never written anywhere."""
BACKOFF_VARIABLE = "INSIGHT_FETCH_BACKOFF"


class OpenDataError(InsightError):
    """A service did not give what was asked; the text names the source and what to do."""


def backoff() -> float:
    """Return the first pause in seconds; each further one is twice as long."""
    return float(os.environ.get(BACKOFF_VARIABLE, BACKOFF_S))


def session() -> requests.Session:
    """Return a session that retries refused connections, 429 and 5xx with growing pauses, up to five times."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    retry = Retry(
        total=TRIES,
        backoff_factor=backoff(),
        backoff_max=LONGEST_WAIT_S,
        retry_after_max=LONGEST_WAIT_S,
        status_forcelist=RETRIED,
        allowed_methods={"GET"},
        raise_on_status=False,
    )
    made = requests.Session()
    made.mount("https://", HTTPAdapter(max_retries=retry))
    made.mount("http://", HTTPAdapter(max_retries=retry))
    made.headers["User-Agent"] = f"insight-workbook/{__version__}"
    return made


def refuse_status(status: int, *, source: str, registry: str, url: str) -> None:
    """Raise for a status that is no answer.

    Raises:
        OpenDataError: 404 and 410 name the registry entry to change; 429 and 5xx say to come back later.
    """
    if status in GONE:
        raise OpenDataError(
            f"{source}: {shown(url)} answers {status}: the publisher has moved or renamed it. "
            f"Fix: look for the new name and change the entry `{source}` of {registry}"
        )
    if status in RETRIED:
        raise OpenDataError(
            f"{source}: {shown(url)} still answers {status} after {TRIES} tries. Fix: fetch it again later"
        )
    if status >= OK + 200:
        raise OpenDataError(
            f"{source}: {shown(url)} answers {status}. Fix: check the entry `{source}` of {registry} against the "
            "publisher's pages"
        )


@contextmanager
def network_words(source: str, url: str) -> Iterator[None]:
    """Turn failures of the network into words."""
    import requests

    try:
        yield
    except requests.exceptions.SSLError:
        raise OpenDataError(
            f"{source}: the certificate of {shown(url)} cannot be verified. Fix: set REQUESTS_CA_BUNDLE to your "
            "organisation's certificates; it is never skipped"
        ) from None
    except requests.exceptions.RequestException as error:
        why = type(error).__name__
        raise OpenDataError(
            f"{source}: {shown(url)} cannot be reached ({why}). Fix: check network and proxy, then fetch it again; "
            "files fetched earlier are as they were"
        ) from None


def get(web: requests.Session, url: str, query: Mapping[str, str], *, source: str, registry: str) -> requests.Response:
    """Ask once (with the session's retries) and return the whole answer.

    Raises:
        OpenDataError: no answer, or one with a failing status.
    """
    with network_words(source, url):
        answer = web.get(url, params=dict(query), timeout=TIMEOUT_S)
    refuse_status(answer.status_code, source=source, registry=registry, url=answer.url)
    return answer


def get_json(web: requests.Session, url: str, query: Mapping[str, str], *, source: str, registry: str) -> Any:
    """Ask for JSON; an error object with status 200, as ArcGIS sends it, is a failure too (a passing one is retried).

    Raises:
        OpenDataError: as :func:`get`, or the answer is no JSON or says that it failed.
    """
    for tried in range(TRIES):
        found, answer = _answered(web, url, query, source=source, registry=registry)
        if _code(found) not in RETRIED:
            break
        time.sleep(min(backoff() * 2**tried, LONGEST_WAIT_S))
    if isinstance(found, dict) and "error" in found:
        about = found["error"]
        words = about.get("message", about) if isinstance(about, dict) else about
        raise OpenDataError(
            f"{source}: {shown(answer.url)} answers with an error: {words}. "
            f"Fix: check service and field names in the entry `{source}` of {registry}"
        )
    return found


def _code(found: Any) -> int | None:
    """Return the code of an error that stands inside an answer."""
    about = found.get("error") if isinstance(found, dict) else None
    return about.get("code") if isinstance(about, dict) else None


def _answered(
    web: requests.Session, url: str, query: Mapping[str, str], *, source: str, registry: str
) -> tuple[Any, requests.Response]:
    answer = get(web, url, query, source=source, registry=registry)
    try:
        return answer.json(), answer
    except ValueError:
        raise OpenDataError(
            f"{source}: {shown(answer.url)} answers no JSON but `{answer.text[:60]!r}`. "
            f"Fix: check the entry `{source}` of {registry}; a proxy's login page looks like this too"
        ) from None


def keys_for(kind: str) -> dict[str, str]:
    """Return the keys of a kind of service that the environment holds, as parameters."""
    if kind != "nomis":
        return {}
    return {parameter: os.environ[name] for name, parameter in KEYS.items() if os.environ.get(name)}


def shown(url: str) -> str:
    """Return an address as it may be shown and stored: without keys, cut where it is long."""
    hidden = re.sub(r"([?&](?:uid|key|token)=)[^&]+", r"\1...", url)
    return hidden if len(hidden) <= 200 else hidden[:200] + "..."  # noqa: PLR2004 - a line of a terminal or two
