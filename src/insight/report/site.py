"""What a page holds once a site keeps it once: rows as CSV, still pictures, maps, style and script as files beside it.

A notebook's output carries all it needs within itself, so that it shows anywhere. Within a report the same bytes would
stand many times over: Leaflet in each map, each table's rows as text and again as CSV. Links are relative, so the
folder opens from a disk, a share or a zip that was unpacked, and asks nothing of the network.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from insight.display.html import NUMBER
from insight.report import rendering


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A table of more than ``most`` rows shows ``shown`` of them, and leads to its CSV for the rest."""

    most: int
    shown: int


TABLE, BEHIND_A_PICTURE = Cut(most=60, shown=40), Cut(most=30, shown=20)
SMALLEST_PICTURE = 4_000
"""Characters from which a picture, style or script is kept as a file."""
MARK = "demonstration-"
"""What the file name of rows made from demonstration data begins with."""
STYLE, SCRIPT = "assets/style.css", "assets/site.js"
MAP_STYLE, MAP_SCRIPT = "assets/map.css", "assets/map.js"

BODY = re.compile(r"<tbody>(?P<rows>(?:<tr>.*?</tr>)+)</tbody></table></div>", re.DOTALL)
BEHIND = re.compile(r"<details><summary>Data behind this picture.*?</details>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
STANDING_OR_ROWS = re.compile(
    r'data-standing="(?P<standing>\w+)"'
    r'|<a download="(?P<name>[\w-]+)\.csv" href="data:text/csv;charset=utf-8;base64,(?P<data>[^"]*)">'
)
PICTURE = re.compile(
    rf'(?P<attribute>src|xlink:href)="data:image/png;base64,(?P<data>[^"]{{{SMALLEST_PICTURE},}})"', re.DOTALL
)
INLINED = re.compile(rf"<(?P<tag>style|script)>(?P<text>.{{{SMALLEST_PICTURE},}}?)</(?P=tag)>", re.DOTALL)
FRAME = re.compile(r'srcdoc="(?P<page>[^"]*)"')
ROWS_OF_CELLS = re.compile(r"<table>(?P<rows>.*?)</table>", re.DOTALL)
HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
MOST_COLUMNS = 40
"""Columns that the site's style can align; a wider table says it cell by cell."""


def _cut(html: str, rule: Cut) -> str:
    def cut(found: re.Match[str]) -> str:
        rows = ROW.findall(found["rows"])
        if len(rows) <= rule.most:
            return found[0]
        return (
            f"<tbody>{''.join(rows[: rule.shown])}</tbody></table></div>"
            f'<p class="table-note">The first {rule.shown} of {len(rows):,} rows; all of them are in its CSV.</p>'
        )

    return BODY.sub(cut, html)


def shortened(body: str) -> str:
    """Return a page's body whose long tables show their first rows and say where the others are."""
    return _cut(BEHIND.sub(lambda found: _cut(found[0], BEHIND_A_PICTURE), body), TABLE)


def _by_column(found: re.Match[str]) -> str:
    """Say once a table which of its columns hold numbers, instead of once a cell."""
    head = HEAD.search(found["rows"])
    cells = re.findall("<th[ >][^<>]*", head[0]) if head else []
    columns = [place for place, cell in enumerate(cells, 1) if NUMBER in cell]
    if (
        not columns
        or len(cells) > MOST_COLUMNS
        or found["rows"].count(NUMBER) != len(columns) * len(re.findall("<tr>", found["rows"]))
    ):
        return found[0]
    names = " ".join(f"n{place}" for place in columns)
    return f'<table class="{names}">{found["rows"].replace(NUMBER, "")}</table>'


def aligned(body: str) -> str:
    """Return a page's body whose tables name their columns of numbers; :func:`shared` has the style to it."""
    return ROWS_OF_CELLS.sub(_by_column, body)


def _free(path: str, content: bytes, files: Mapping[str, bytes]) -> str:
    """Return the path, numbered where a file of other content has it already."""
    stem, dot, suffix = path.rpartition(".")
    number = 1
    while files.get(path, content) != content:
        number += 1
        path = f"{stem}-{number}{dot}{suffix}"
    return path


def _rows(body: str, page: str, files: dict[str, bytes]) -> str:
    standing = ""

    def keep(found: re.Match[str]) -> str:
        nonlocal standing
        if found["standing"]:
            standing = found["standing"]
            return found[0]
        mark = MARK if standing == "demonstration" else ""
        content = base64.b64decode(found["data"])
        # A picture and the table beside it often show the same rows, as do pages of places that share their services.
        kept = (name for name, rows in files.items() if rows == content and name.startswith("data/"))
        alike = (f"data/{page}/{mark}", f"/{mark}{found['name']}.csv")
        twins = (name for name in kept if name.startswith(alike[0]) or name.endswith(alike[1]))
        path = next(twins, "") or _free(f"data/{page}/{mark}{found['name']}.csv", content, files)
        files[path] = content
        return f'<a download="{path.rpartition("/")[2]}" href="{path}">'

    return STANDING_OR_ROWS.sub(keep, body)


def _pictures(body: str, page: str, files: dict[str, bytes]) -> str:
    def keep(found: re.Match[str]) -> str:
        content = base64.b64decode(found["data"])
        path = _free(f"pictures/{page}.png", content, files)
        files[path] = content
        return f'{found["attribute"]}="{path}"'

    return PICTURE.sub(keep, body)


def _headless(frame: str, files: dict[str, bytes]) -> str:
    """Take the style and scripts out of a map's head: all maps of a site share them, whichever run made them."""
    head, end, rest = frame.partition("</head>")

    def keep(found: re.Match[str]) -> str:
        path = _free(MAP_STYLE if found["tag"] == "style" else MAP_SCRIPT, found["text"].encode(), files)
        files[path] = found["text"].encode()
        if found["tag"] == "style":
            return f'<link rel="stylesheet" href="../{path}">'
        return f'<script src="../{path}"></script>'

    return INLINED.sub(keep, head) + end + rest


def _frames(body: str, page: str, files: dict[str, bytes]) -> str:
    def keep(found: re.Match[str]) -> str:
        light = _headless(unescape(found["page"]), files).encode()
        path = _free(f"maps/{page}.html", light, files)
        files[path] = light
        return f'src="{escape(path)}" loading="lazy"'

    return FRAME.sub(keep, body)


def apart(body: str, *, page: str, known: Mapping[str, bytes] | None = None) -> tuple[str, dict[str, bytes]]:
    """Take what can be a file out of a page.

    Args:
        body: HTML as notebooks and displays make it.
        page: name of the page without its ending.
        known: files that the site has already; what a page adds never takes the place of another content.

    Returns:
        The body with relative links, and the files by their path within the site.
    """
    files = dict(known or {})
    for take in (_rows, _pictures, _frames):
        body = take(body, page, files)
    return aligned(body), files


def shared() -> dict[str, bytes]:
    """Return the style and script that all pages share."""
    columns = ",".join(f".n{place} tr>:nth-child({place})" for place in range(1, MOST_COLUMNS + 1))
    style = f"{rendering.template('style.css')}{columns} {{ text-align: right; }}\n"
    script = rendering.template("fit.js") + rendering.template("site.js")
    return {STYLE: style.encode(), SCRIPT: script.encode()}


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a whole site into a new folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
