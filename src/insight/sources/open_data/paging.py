"""Services that answer in pages: ArcGIS feature services, NOMIS, and the DfE's statistics by title.

Each distrusts the service: what came is counted against what the service says there is, because both ArcGIS and NOMIS
cut long answers and still answer 200.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from insight.sources.open_data import web as asking
from insight.sources.open_data.web import OpenDataError

if TYPE_CHECKING:
    import requests

ARCGIS_PAGE, NOMIS_PAGE, DFE_PAGE = 2000, 25000, 20
Telling = Callable[[int, int | None], None]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question to a service: address and parameters, with the names that messages need."""

    url: str
    query: Mapping[str, str]
    source: str
    registry: str

    def json(self, web: requests.Session, **more: str) -> Any:
        """Ask for JSON."""
        return asking.get_json(web, self.url, {**self.query, **more}, source=self.source, registry=self.registry)

    def text(self, web: requests.Session, **more: str) -> str:
        """Ask for text."""
        return asking.get(web, self.url, {**self.query, **more}, source=self.source, registry=self.registry).text

    def incomplete(self, got: int, there: int) -> OpenDataError:
        """Return the refusal of an answer that holds fewer rows than the service has."""
        return OpenDataError(
            f"{self.source}: {got:,} of {there:,} rows came, though the service answered 200. "
            f"Fix: fetch it again; if it stays so, lower `lot` in the entry `{self.source}` of {self.registry}"
        )


def _is_cut(page: Mapping[str, Any]) -> bool:
    """Whether a page says that more follows: top level for JSON, under ``properties`` for GeoJSON."""
    return bool(page.get("exceededTransferLimit") or (page.get("properties") or {}).get("exceededTransferLimit"))


def arcgis(asked: Asked, web: requests.Session, *, order: str, telling: Telling = lambda *_: None) -> Rows:
    """Return all features of a query, page by page in a stable order, as many as the service counts.

    Raises:
        OpenDataError: the service fails, or fewer features came than it counts.
    """
    counting = {"returnCountOnly": "true", "f": "json", "returnGeometry": "false"}
    there = int(asked.json(web, **counting).get("count", -1))
    found: Rows = []
    while len(found) < there:
        page = asked.json(web, orderByFields=order, resultOffset=str(len(found)), resultRecordCount=str(ARCGIS_PAGE))
        features = page.get("features", [])
        found += features
        telling(len(found), there)
        if not features or not (_is_cut(page) or len(found) < there):
            break
    if len(found) != there or there == 0:
        raise asked.incomplete(len(found), there)
    return found


def nomis(asked: Asked, web: requests.Session, *, telling: Telling = lambda *_: None) -> Rows:
    """Return all rows of a NOMIS query; pages end at 25,000 rows for guests, whatever was asked for.

    Raises:
        OpenDataError: no table, no RECORD_COUNT to count against, or fewer rows than it says.
    """
    found: Rows = []
    there = 1
    while len(found) < there:
        text = asked.text(web, recordoffset=str(len(found)), recordlimit=str(NOMIS_PAGE))
        page = list(csv.DictReader(io.StringIO(text)))
        if page and "RECORD_COUNT" not in page[0]:
            raise OpenDataError(
                f"{asked.source}: the answer starts {text[:60]!r} and has no RECORD_COUNT to check it by. "
                f"Fix: add record_offset and record_count to `select` in the entry `{asked.source}` of {asked.registry}"
            )
        if not page:
            raise asked.incomplete(len(found), there if found else 0)
        there = int(page[0]["RECORD_COUNT"])
        found += page
        telling(len(found), there)
    if len(found) != there:
        raise asked.incomplete(len(found), there)
    return found


def _of_all_pages(asked: Asked, web: requests.Session) -> Iterator[dict[str, Any]]:
    number, pages = 1, 1
    while number <= pages:
        answer = asked.json(web, page=str(number), pageSize=str(DFE_PAGE))
        pages = int(answer.get("paging", {}).get("totalPages", 1))
        yield from answer.get("results", [])
        number += 1


def _titled(asked: Asked, web: requests.Session, title: str, what: str) -> str:
    known = []
    for one in _of_all_pages(asked, web):
        if str(one.get("title", "")).casefold() == title.casefold():
            return str(one["id"])
        known.append(str(one.get("title", "")))
    raise OpenDataError(
        f"{asked.source}: no {what} is titled `{title}`; there are: {'; '.join(known[:8]) or 'none'}. "
        f"Fix: correct the title in the entry `{asked.source}` of {asked.registry}"
    )


def dfe_csv_address(base: Asked, web: requests.Session, *, publication: str, data_set: str) -> str:
    """Return the address of a DfE data set's CSV; ids there are opaque, so both steps go by title.

    Raises:
        OpenDataError: no publication or data set of that title; with the titles there are.
    """

    def at(path: str, query: Mapping[str, str] | None = None) -> Asked:
        return Asked(url=f"{base.url}/{path}", query=query or {}, source=base.source, registry=base.registry)

    published = _titled(at("publications", {"search": publication}), web, publication, "publication")
    wanted = _titled(at(f"publications/{published}/data-sets"), web, data_set, "data set")
    return f"{base.url}/data-sets/{wanted}/csv"


def in_lots(codes: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield codes in lots, so that no address grows too long."""
    for start in range(0, len(codes), size):
        yield codes[start : start + size]
