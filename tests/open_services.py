"""A local web server that behaves as the open-data services do, faults included, and a registry that points at it."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from insight.sources.open_data import registry as registries

ARCGIS_CAP, NOMIS_CAP = 2000, 25000
BREAK_AT = 40_000


class Services:
    """What the server holds and how it misbehaves; tests change it while it runs."""

    def __init__(self) -> None:
        self.layers: dict[str, list[dict[str, object]]] = {}
        self.nomis_rows: dict[str, list[dict[str, str]]] = {}
        self.files: dict[str, bytes] = {}
        self.publications: dict[str, dict[str, bytes]] = {}
        self.failures: dict[str, list[int]] = {}
        """By path: statuses to answer with, one a request, before things go well."""
        self.inner_failures: dict[str, list[int]] = {}
        """By layer: codes of errors to put into answers of status 200, one a request."""
        self.cut_layers: set[str] = set()
        """Layers whose pages stop early without a word."""
        self.cut_files: Counter[str] = Counter()
        """Files whose next so many answers break off in the middle."""
        self.short_tables: dict[str, int] = {}
        """NOMIS tables that end after so many rows, whatever they say of their length."""
        self.ignores_range: set[str] = set()
        self.seen: list[str] = []
        self.ranges: list[str] = []
        self.base = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    services: Services

    def log_message(self, *_: object) -> None:
        return

    def _send(self, body: bytes, *, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path, query = parts.path, {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.services.seen.append(self.path)
        if waiting := self.services.failures.get(path):
            status = waiting.pop(0)
            self._send(b"busy", status=status, **({"Retry_After": "0"} if status == 429 else {}))
            return
        for start, answer in (
            ("/arcgis/", self._arcgis),
            ("/nomis/", self._nomis),
            ("/dfe/", self._dfe),
            ("/files/", self._file),
        ):
            if path.startswith(start):
                answer(path.removeprefix(start), query)
                return
        self._send(b"nothing here", status=404)

    def _arcgis(self, path: str, query: dict[str, str]) -> None:
        name = path.split("/", maxsplit=1)[0]
        if name not in self.services.layers:
            # The real service answers so, with status 200.
            self._send(json.dumps({"error": {"code": 400, "message": "Invalid URL"}}).encode())
            return
        if waiting := self.services.inner_failures.get(name):
            self._send(json.dumps({"error": {"code": waiting.pop(0), "message": "Try later"}}).encode())
            return
        rows = self.services.layers[name]
        if codes := re.search(r"IN \((.*)\)", query["where"]):
            wanted = set(re.findall(r"'([^']+)'", codes.group(1)))
            rows = [row for row in rows if set(map(str, row["attributes"].values())) & wanted]  # type: ignore[attr-defined]
        if query.get("returnCountOnly") == "true":
            self._send(json.dumps({"count": len(rows)}).encode())
            return
        start, asked = int(query["resultOffset"]), int(query["resultRecordCount"])
        page = rows[start : start + min(asked, ARCGIS_CAP)]
        if name in self.services.cut_layers:
            page = page[:10] if start == 0 else []
        more = start + len(page) < len(rows)
        if query["f"] == "geojson":
            features = [{"type": "Feature", "properties": r["attributes"], "geometry": r["geometry"]} for r in page]
            answer = {"type": "FeatureCollection", "features": features}
            self._send(json.dumps(answer | ({"properties": {"exceededTransferLimit": True}} if more else {})).encode())
            return
        features = [{"attributes": row["attributes"]} for row in page]
        self._send(json.dumps({"features": features, "exceededTransferLimit": more}).encode())

    def _nomis(self, path: str, query: dict[str, str]) -> None:
        name = path.split(".", maxsplit=1)[0]
        rows = self.services.nomis_rows.get(name)
        if rows is None:
            self._send(b"Query is incomplete", kind="text/plain")
            return
        if "," in query["geography"] or query["geography"].startswith("E01"):
            wanted = set(query["geography"].split(","))
            rows = [row for row in rows if row["GEOGRAPHY_CODE"] in wanted]
        start = int(query.get("recordoffset", "0"))
        page = rows[start : start + min(int(query.get("recordlimit", "1000000")), NOMIS_CAP)]
        page = page[: max(self.services.short_tables.get(name, len(rows)) - start, 0)]
        text = io.StringIO()
        if page:
            names = [*page[0], "RECORD_OFFSET", "RECORD_COUNT"]
            made = csv.DictWriter(text, fieldnames=names)
            made.writeheader()
            for place, row in enumerate(page):
                made.writerow({**row, "RECORD_OFFSET": start + place, "RECORD_COUNT": len(rows)})
        self._send(text.getvalue().encode(), kind="text/csv")

    def _dfe(self, path: str, query: dict[str, str]) -> None:
        publications = self.services.publications
        if path == "publications":
            # One result a page, so that a client that reads the first page only finds the wrong one.
            titles, page = list(publications), int(query["page"])
            results = [{"id": f"p{page}", "title": titles[page - 1]}]
            self._send(json.dumps({"paging": {"totalPages": len(titles)}, "results": results}).encode())
            return
        if found := re.fullmatch(r"publications/p(\d+)/data-sets", path):
            sets = list(publications.values())[int(found.group(1)) - 1]
            results = [{"id": f"{found.group(1)}-{place}", "title": title} for place, title in enumerate(sets)]
            self._send(json.dumps({"paging": {"totalPages": 1}, "results": results}).encode())
            return
        which, place = re.fullmatch(r"data-sets/(\d+)-(\d+)/csv", path).groups()  # type: ignore[union-attr]
        body = list(list(publications.values())[int(which) - 1].values())[int(place)]
        self._send(body, kind="text/csv")

    def _file(self, path: str, query: dict[str, str]) -> None:
        if path not in self.services.files:
            self._send(b"gone", status=404)
            return
        body = self.services.files[path]
        tag = f'"{hash(body):x}"'
        asked = self.headers.get("Range", "")
        start = 0
        if asked and path not in self.services.ignores_range and self.headers.get("If-Range") == tag:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked).group(1))  # type: ignore[union-attr]
            self.services.ranges.append(asked)
        rest = body[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("ETag", tag)
        self.end_headers()
        if self.services.cut_files[path] > 0:
            self.services.cut_files[path] -= 1
            self.wfile.write(rest[:BREAK_AT])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(rest)


@contextmanager
def serving() -> Iterator[Services]:
    """Run the server in a thread."""
    services = Services()
    handler = type("Handler", (_Handler,), {"services": services})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    services.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


BASES = {"ons": "arcgis", "nomis": "nomis", "dfe": "dfe"}


def registry_at(base: str, folder: Path) -> Path:
    """Write a copy of the committed registry whose addresses are those of the local server."""
    text = registries.paths.reference(registries.FILE).read_text(encoding="utf-8")
    for name in ("ons", "nomis", "nomis_bulk", "govuk", "govuk_old", "fingertips", "dfe", "naptan", "os"):
        text, changed = re.subn(
            rf"^  {name}: https.*$", f"  {name}: {base}/{BASES.get(name, 'files')}", text, flags=re.MULTILINE
        )
        assert changed == 1
    file = folder / "registry.yml"
    file.write_text(text, encoding="utf-8")
    return file


def square(place: int) -> dict[str, object]:
    """A small square as GeoJSON, one beside the other."""
    x, y, d = -2.1 + place * 0.001, 53.5, 0.001
    return {"type": "Polygon", "coordinates": [[[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]]}
