"""What no page may have: each gate returns the defects it finds, and one defect stops the build.

Gates: alternative text, outside loads, lost outputs, anchors and links, headings, captions and sources, table scopes,
the demonstration label, disclosure levels, scripts that came in with the content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from insight.errors import DisplayError
from insight.sources.standing import LABEL

FILLED_IN = {"", "no description has been provided for this image", "image", "picture", "figure"}
STYLED = re.compile(r"url\(\s*[\"']?(?!data:|#)([^\"')\s]+)")
SHORTEST_ALT = 20
SHORTEST_CAPTION = 5
LOADING = {
    **dict.fromkeys(("script", "img", "iframe", "source", "embed"), ("src",)),
    **dict.fromkeys(("link",), ("href",)),
    **dict.fromkeys(("image", "use"), ("href", "xlink:href")),
}
"""Attributes of elements that make a browser fetch something at once."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Facts:
    """What a page holds, as the gates see it."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    """Kind and alternative text of images and inline drawings."""
    scopeless: int = 0
    bare_tables: int = 0
    levels: list[str] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    """Scripts and event handlers that are not the report's own."""
    outputs: list[str] = field(default_factory=list)
    """What stands in each output, text and tags run together."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts = Facts()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._figure: dict[str, Any] | None = None
        self._output_depth: int | None = None

    def _inside(self, name: str, value: str) -> bool:
        return any(value in attributes.get(name, "").split() for _, attributes in self._open)

    def _see(self, tag: str, given: dict[str, str]) -> None:
        facts = self.facts
        self._see_address(tag, given)
        if "id" in given:
            facts.ids.append(given["id"])
        if re.fullmatch(r"h[1-6]", tag):
            facts.headings.append(int(tag[1]))
        if tag == "img":
            facts.pictures.append(("image", given.get("alt", "")))
        if tag == "svg":
            facts.pictures.append(("drawing", given.get("aria-label", "")))
        if tag == "th" and "scope" not in given:
            facts.scopeless += 1
        if tag == "table" and not (self._inside("class", "insight-table") or self._inside("class", "insight-figure")):
            facts.bare_tables += 1
        if tag == "script" and "data-own" not in given:
            facts.active.append("a script")
        facts.active.extend(f"an event handler `{name}`" for name in given if name.startswith("on"))
        if "data-level" in given:
            facts.levels.append(given["data-level"])

    def _see_address(self, tag: str, given: dict[str, str]) -> None:
        facts = self.facts
        if tag == "a" and "href" in given:
            (facts.downloads if "download" in given else facts.links).append(given["href"])
            if "download" in given and self._figure is not None:
                self._figure["rows"] = True
        wanted = LOADING.get(tag, ())
        facts.loads += [
            given[name] for name in wanted if given.get(name) and not given[name].startswith(("data:", "#"))
        ]
        if tag == "iframe":
            facts.frames.append(given.get("title", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._see(tag, given)
        names = given.get("class", "").split()
        if self._output_depth is not None and self.facts.outputs:
            self.facts.outputs[-1] += f"<{tag}>"
        if "output" in names and self._output_depth is None:
            self._output_depth = len(self._open)
            self.facts.outputs.append("")
        if {"insight-figure", "insight-table"} & set(names):
            self._figure = {"name": given.get("data-name", ""), "standing": given.get("data-standing")}
            self._figure |= {"text": "", "caption": "", "rows": False}
            self.facts.figures.append(self._figure)
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self._open:
            closed, _ = self._open.pop()
            if self._output_depth is not None and len(self._open) <= self._output_depth:
                self._output_depth = None
            if closed == tag:
                break
        if self._figure is not None and not (
            self._inside("class", "insight-figure") or self._inside("class", "insight-table")
        ):
            self._figure = None

    def handle_data(self, data: str) -> None:
        if self._figure is not None:
            self._figure["text"] += data
            if self._inside("class", "caption") or any(tag == "figcaption" for tag, _ in self._open):
                self._figure["caption"] += data
        if self._output_depth is not None:
            self.facts.outputs[-1] += data.strip()


def facts_of(html: str) -> Facts:
    """Return what a page holds."""
    reader = _Reader()
    reader.feed(html)
    return reader.facts


def _alt(facts: Facts) -> list[str]:
    bad = []
    for kind, words in facts.pictures:
        if words.strip().lower() in FILLED_IN or len(words.strip()) < SHORTEST_ALT:
            bad.append(f"{kind} without alternative text (has {words!r})")
    return bad + [f"frame without a title (has {title!r})" for title in facts.frames if not title.strip()]


def _loads(facts: Facts, html: str, files: Set[str]) -> list[str]:
    styled = STYLED.findall(re.sub(r"srcdoc=\"[^\"]*\"", "", html))
    return [f"loads `{address}` from outside" for address in (*facts.loads, *styled) if address not in files]


def _anchors(facts: Facts, anchors: Mapping[str, Set[str]]) -> list[str]:
    twice = sorted({one for one in facts.ids if facts.ids.count(one) > 1})
    bad = [f"id `{one}` stands twice" for one in twice]
    for link in facts.links:
        page, _, anchor = link.partition("#")
        if not page and anchor not in facts.ids:
            bad.append(f"link to `#{anchor}`, which is not there")
        elif page and page not in anchors:
            bad.append(f"link to `{page}`, which is no page of the report")
        elif page and anchor and anchor not in anchors[page]:
            bad.append(f"link to `{link}`: the page has no such part")
    return bad


def _headings(facts: Facts) -> list[str]:
    bad = [] if facts.headings.count(1) == 1 else [f"{facts.headings.count(1)} level-one headings, one wanted"]
    last = 0
    for level in facts.headings:
        if level > last + 1:
            bad.append(f"heading level {level} after {last}")
        last = level
    return bad


def _figures(facts: Facts) -> list[str]:
    bad = []
    for one in facts.figures:
        if "Source:" not in one["text"] or not re.search(r"n = [\d,]+", one["text"]):
            bad.append(f"figure or table `{one['name']}` without source and n")
        if len(one["caption"].partition("Source:")[0].strip()) < SHORTEST_CAPTION:
            bad.append(f"figure or table `{one['name']}` without caption")
        if one["standing"] == "demonstration" and LABEL not in one["text"]:
            bad.append(f"`{one['name']}` is made from demonstration data and does not say so")
        if not one["rows"]:
            bad.append(f"figure or table `{one['name']}` without a CSV of its rows")
        if one["standing"] is None:
            bad.append(f"`{one['name']}` does not say what its data are")
    return bad


def _tables(facts: Facts) -> list[str]:
    bad = [f"{facts.scopeless} header cells without scope"] if facts.scopeless else []
    if facts.bare_tables:
        bad.append(f"{facts.bare_tables} tables past insight.display, so past disclosure control and labels")
    return bad


def _levels(facts: Facts) -> list[str]:
    return [f"an output of level {level}" for level in facts.levels if level != "publishable"]


def _lost(facts: Facts, expected: int) -> list[str]:
    shown = sum(bool(one.strip()) for one in facts.outputs)
    return [] if shown == expected else [f"{expected} outputs in the notebook, {shown} on the page"]


def _downloads(facts: Facts, files: Set[str]) -> list[str]:
    return [
        f"download `{address}`, which is no file of the report"
        for address in facts.downloads
        if not address.startswith("data:") and address not in files
    ]


def file_defects(name: str, content: bytes, *, files: Set[str]) -> list[str]:
    """Return every defect of a file that pages lead to: empty, or a map or style that loads from outside.

    Args:
        name: its path within the report.
        content: what it holds.
        files: paths of all files of the report.
    """
    found = [] if content.strip() else ["an empty file"]
    if name.endswith((".html", ".css")):
        text = content.decode()
        own = {"../" * name.count("/") + one for one in files}
        found += _loads(facts_of(text), text, own)
    return found


def defects(
    html: str, *, anchors: Mapping[str, Set[str]], outputs: int | None = None, files: Set[str] = frozenset()
) -> list[str]:
    """Return every defect of a page.

    Args:
        html: the page.
        anchors: every page of the report by name, with the ids that stand on it.
        outputs: how many outputs the notebook had; ``None`` for pages that come from none.
        files: paths of the files that stand beside the pages.
    """
    facts = facts_of(html)
    found = [*_alt(facts), *_loads(facts, html, files), *_anchors(facts, anchors), *_headings(facts), *_figures(facts)]
    found += [*_downloads(facts, files), *_tables(facts), *_levels(facts)]
    found += [f"{one} inside the content" for one in facts.active]
    return found if outputs is None else found + _lost(facts, outputs)


def refuse(found: dict[str, list[str]]) -> None:
    """Stop the build where any page has a defect.

    Raises:
        DisplayError: every defect, with its page.
    """
    lines = [f"{page}: {defect}" for page, list_of in found.items() for defect in dict.fromkeys(list_of)]
    if lines:
        raise DisplayError(
            "the report is not built:\n  " + "\n  ".join(lines) + "\nFix: correct the notebook or display"
        )
