"""What stands where on a page: headings, pictures and tables with the words beside them, for index and search.

Pictures and tables get an address of their own, and a line that leads to the files and hashes they were made from.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape

from insight.published.amounts import amount
from insight.report.page import Page, Run
from insight.report.parts import words
from insight.report.rendering import text

LONGEST, LONGEST_READING = 280, 160
"""Characters kept of a section's words, and of what stands beside a picture, table or claim."""
# nbconvert puts attributes into alphabetical order, so what stands between class and name differs from page to page.
CONTAINER = re.compile(
    r'<(?P<tag>figure|div) class="(?P<kind>insight-figure|insight-table)"(?P<between>[^>]*?) '
    r'data-name="(?P<name>[^"]+)"'
)
MARKS = re.compile(
    r'<h(?P<level>[2-4]) id="(?P<id>[^"]+)">(?P<heading>.*?)</h(?P=level)>'
    r'|<(?:figure|div) id="(?P<figure>out-[^"]+)" class="(?P<kind>insight-figure|insight-table)"',
    re.DOTALL,
)
DROPPED = re.compile(r"<(script|style|svg|pre|iframe)\b.*?</\1>|<[^>]+>", re.DOTALL)
READING = re.compile(r"<figcaption>(.*?)</figcaption>|<p class=\"caption\">(.*?)</p>", re.DOTALL)
TITLE = re.compile(r'<p class="figure-title">(.*?)</p>|<caption>(.*?)</caption>', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that a reader may look for."""

    page: str
    page_title: str
    anchor: str
    kind: str
    title: str
    words: str


def plain(html: str) -> str:
    """Return the words of a piece of HTML."""
    return " ".join(unescape(DROPPED.sub(" ", html)).split())


def addressed(html: str, *, stage: str | None) -> str:
    """Give each picture and table an id, and on stage pages a line that leads to how it was made."""
    taken: dict[str, int] = {}

    def mark(found: re.Match[str]) -> str:
        name = found["name"]
        taken[name] = taken.get(name, 0) + 1
        suffix = "" if taken[name] == 1 else f"-{taken[name]}"
        return f'<{found["tag"]} id="out-{name}{suffix}" class="{found["kind"]}"{found["between"]} data-name="{name}"'

    marked = CONTAINER.sub(mark, html)
    if stage is None:
        return marked
    slug = stage.replace("_", "-")
    line = f'<span class="trace"><a href="provenance.html#made-{slug}">Files and hashes behind this</a></span>'
    return re.sub(r'(<span class="source">.*?</span>)', rf"\1 {line}", marked, flags=re.DOTALL)


def entries(page: Page) -> list[Entry]:
    """Return the headings, pictures and tables of a page, each with the words up to the next."""
    found = []
    marks = list(MARKS.finditer(page.body))
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(page.body)
        piece = page.body[mark.start() : end]
        if mark["figure"]:
            title = TITLE.search(piece)
            shown = plain(next(one for one in title.groups() if one)) if title else mark["figure"]
            kind = "map" if "<iframe" in piece else "picture" if mark["kind"] == "insight-figure" else "table"
            anchor = mark["figure"]
            said = READING.search(piece)
            told = plain(next(one for one in said.groups() if one))[:LONGEST_READING] if said else ""
        else:
            shown, kind, anchor = plain(mark["heading"]), "section", mark["id"]
            told = plain(piece)[len(shown) :].strip()[:LONGEST]
        found.append(
            Entry(
                page=page.name,
                page_title=page.title,
                anchor=anchor,
                kind=kind,
                title=shown,
                words=told,
            )
        )
    return found


def ledger_entries(run: Run) -> list[Entry]:
    """Return an entry for each printed figure and each claim, which stand together in long tables."""
    figures = [
        Entry(
            page="figures.html",
            page_title="Printed figures",
            anchor="out-all-figures",
            kind="printed figure",
            title=f"{words(row['measure'])}, {row['place']}",
            words=f"{row['id']}: printed {amount(row['published'], unit=row['unit'])}; {words(row['verdict'])}",
        )
        for row in run.distinct
    ]
    claims = [
        Entry(
            page=f"{row['stage']}.html",
            page_title=words(row["stage"]).capitalize(),
            anchor="main",
            kind="claim",
            title=row["claim"],
            words=f"{row['id']}: {row['outcome']}. {row['why']}"[:LONGEST_READING],
        )
        for row in run.decided
    ]
    return figures + claims


def search_data(found: list[Entry]) -> str:
    """Return the search index as JSON that may stand inside a script element.

    ``pages`` are file and title, ``kinds`` the kinds of thing; each row names both by place, then anchor, title, words.
    """
    pages = list(dict.fromkeys((one.page, one.page_title) for one in found))
    kinds = list(dict.fromkeys(one.kind for one in found))
    page_at, kind_at = ({one: place for place, one in enumerate(listed)} for listed in (pages, kinds))
    rows = [[page_at[one.page, one.page_title], kind_at[one.kind], one.anchor, one.title, one.words] for one in found]
    index = {"pages": pages, "kinds": kinds, "rows": rows}
    return json.dumps(index, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def index_page(found: list[Entry]) -> str:
    """Return the index of all pictures, maps and tables, page by page."""
    parts = []
    for page in dict.fromkeys(one.page for one in found):
        own = [one for one in found if one.page == page and one.kind != "section"]
        if own:
            items = "".join(
                f'<li><a href="{page}#{one.anchor}">{text(one.title)}</a> <span class="kind">{one.kind}</span></li>'
                for one in own
            )
            parts.append(f"<h2>{text(own[0].page_title)}</h2><ul>{items}</ul>")
    return "\n".join(parts) or "<p>No picture or table in this run.</p>"


SEARCH_BODY = """<form class="search-page" role="search" action="search.html">
<label for="search-words">Words to find</label>
<input id="search-words" name="q" type="search" autocomplete="off" spellcheck="false">
</form>
<p id="search-count" aria-live="polite">Type at least two letters.</p>
<ol id="search-results" class="results"></ol>
<noscript><p>Search needs the page's own script; the <a href="contents.html">index</a> lists everything without
it.</p></noscript>"""
