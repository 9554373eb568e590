"""The report's pages as one document for paper: shorter tables, no code, links within the file, a numbered contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from insight.report import rendering
from insight.report.neighbourhoods.pages import GROUP as NEIGHBOURHOODS
from insight.report.page import INDEX, Page
from insight.report.pages.stage import GROUP as STAGES
from insight.report.rendering import text
from insight.sources.standing import LABEL

LEFT_OUT = {"search.html", "contents.html", "provenance.html"}
ELSEWHERE = {
    "findings": "The claims of this stage stand with all others at the front.",
    "printed-figures": "The printed figures of this stage stand with all others at the front.",
    "catalogue": "The catalogue of indicators is in the web report.",
    "inputs": "What these files hold, and how good they are, is told under data and assumptions.",
}
"""Tables of stages that paper leaves out, by name, and the sentence in their place."""
OUTPUT = re.compile(r'<(?P<tag>div|figure) id="out-(?P<name>[\w-]+?)(?:-\d+)?" class="insight-(?P<kind>table|figure)"')
TWIN = "-table"
"""What the name of a table ends with that holds the rows of the picture named before it."""
DROPPED = (
    re.compile(r'<div class="scroll"[^>]*aria-label="Printed text of cell .*?</pre></div>', re.DOTALL),
    re.compile(r'<details class="code">.*?</details>', re.DOTALL),
    re.compile(r"<details><summary>(?:Data behind this picture|The same as a table).*?</details>", re.DOTALL),
    re.compile(r"<iframe\b.*?</iframe>", re.DOTALL),
    re.compile(r'<p class="download">.*?</p>', re.DOTALL),
    re.compile(r'<span class="trace">.*?</span>', re.DOTALL),
    re.compile(r'<p><a href="\w+\.html">How [^<]* was done</a></p>'),
)
LONG = re.compile(
    r"<tbody>(?P<rows>(?:<tr>.*?</tr>)+)</tbody></table></div>"
    r'(?P<told><p class="table-note">The first \d+ of (?P<all>[\d,]+) rows; all of them are in its CSV\.</p>)?',
    re.DOTALL,
)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(t[hd])\b.*?</\1>", re.DOTALL)
CODE = re.compile(r"(?<=>)[^<>\s]*\w[_/]\w[^<>\s]*(?=</t[hd]>)")
MOST, SHOWN = 9, 6
"""A table of a stage with more than the first shows the second on paper."""
WHOLE = {"index.html", "findings.html", "figures.html", "glossary.html", "methods.html"}
"""Pages whose tables stand whole on paper, as do those of neighbourhoods."""
KEPT = {
    "claims-on-evidence": ("Claim", "Outcome", "Data", "Estimate", "Limits, 95% unless said"),
    "claims-on-demonstration": ("Claim", "Outcome", "Stage", "Estimate", "Limits, 95% unless said"),
    "profiling-neighbourhood-brief": (
        *("Indicator", "Period", "Value", "Count", "95% limits", "Borough", "England", "Against the rest"),
        *("Against England", "Direction", "Value of"),
    ),
    "all-figures": ("What", "Published", "Unit", "Computed", "Evidence", "Verdict"),
}
"""Columns that long tables keep on paper, by the name of the table."""
NOTE = (
    "One file for print. Code, the data behind each picture, the maps that can be moved, the files and hashes behind "
    "each number and all rows of long tables are in the report of web pages, which holds the same numbers."
)


def _own(html: str, prefix: str) -> str:
    """Give every id of a page a prefix, and lead its links, labels and drawings to them."""
    html = re.sub(r'(?<= )id="([^"]+)"', rf'id="{prefix}--\1"', html)
    html = re.sub(r'(?<= )(aria-labelledby|for)="([^"]+)"', rf'\1="{prefix}--\2"', html)
    html = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}--\1)", html)
    return re.sub(r'(?<= )((?:xlink:)?href)="#([^"]+)"', rf'\1="#{prefix}--\2"', html)


def _led(html: str, names: set[str]) -> str:
    """Lead links between pages to the place in the one file; links to what is left out become plain words."""
    targets = set(re.findall(r' id="([^"]+)"', html))

    def lead(found: re.Match[str]) -> str:
        own, anchor = found["page"].removesuffix(".html"), found["anchor"]
        target = f"{own}--{anchor[1:]}" if anchor else own
        if found["page"] not in names or (anchor and target not in targets):
            return f"<span>{found['words']}</span>"
        return f'<a href="#{target}">{found["words"]}</a>'

    return re.sub(
        r'<a href="(?P<page>[\w./-]+\.(?:html|xlsx))(?P<anchor>#[^"]+)?">(?P<words>.*?)</a>',
        lead,
        html,
        flags=re.DOTALL,
    )


def _outputs(html: str) -> list[tuple[str, str, int, int]]:
    """Return name, kind, start and end of each table and picture of a body, which never stand within one another."""
    found = []
    for mark in OUTPUT.finditer(html):
        depth, tag = 0, mark["tag"]
        for edge in re.compile(rf"<(/?){tag}\b").finditer(html, mark.start()):
            depth += -1 if edge[1] else 1
            if depth == 0:
                found.append((mark["name"], mark["kind"], mark.start(), html.index(">", edge.end()) + 1))
                break
    return found


def _selected(html: str) -> str:
    """Return a stage's body without tables that stand elsewhere on paper, or repeat the rows of a picture."""
    outputs = _outputs(html)
    pictures = {name for name, kind, *_ in outputs if kind == "figure"}
    for name, kind, start, end in reversed(outputs):
        is_twin = name.endswith(TWIN) and name.removesuffix(TWIN) in pictures
        if kind == "table" and (is_twin or name in ELSEWHERE):
            told = "" if is_twin else f"<p>{ELSEWHERE[name]}</p>"
            html = html[:start] + told + html[end:]
    return html


def _breakable(html: str) -> str:
    """Let codes and paths in cells break after their joints, so that no word has to break within."""
    return CODE.sub(lambda found: re.sub(r"([_/])(?=\w)", r"\1<wbr>", found[0]), html)


def _shortened(html: str) -> str:
    """Return a page's body whose long tables show their first rows and say where the others are."""

    def cut(found: re.Match[str]) -> str:
        rows = ROW.findall(found["rows"])
        if len(rows) <= MOST:
            return found[0]
        return (
            f'<tbody>{"".join(rows[:SHOWN])}</tbody></table></div><p class="table-note">The first {SHOWN} of '
            f"{found['all'] or f'{len(rows):,}'} rows; all of them are in the CSV beside the web report.</p>"
        )

    return LONG.sub(cut, html)


def _narrowed(html: str) -> str:
    """Return a page's body whose widest tables keep the columns that paper has room for."""
    for name, kept in KEPT.items():
        table = re.compile(rf'(<div id="out-{name}" .*?<thead>)(.*?)(</table>)', re.DOTALL)
        if not (found := table.search(html)):
            continue
        heads = [re.sub(r"<[^>]+>", "", cell[0]) for cell in CELL.finditer(found[2].partition("</tr>")[0])]
        places = {heads.index(one) for one in kept if one in heads}
        body = ROW.sub(lambda row, places=places: _only(row[0], places), found[2])
        html = html[: found.start(2)] + body + html[found.end(2) :]
    return html


def _only(row: str, places: set[int]) -> str:
    cells = [cell[0] for cell in CELL.finditer(row)]
    return f"<tr>{''.join(cell for place, cell in enumerate(cells) if place in places)}</tr>"


def _body(page: Page) -> str:
    body = page.body
    for pattern in DROPPED:
        body = pattern.sub("", body)
    if page.name in WHOLE or page.group == NEIGHBOURHOODS:
        return _breakable(_narrowed(body))
    return _breakable(_shortened(_selected(body) if page.group == STAGES else body))


def _running(council: str, draft: str, *, is_demonstration: bool) -> str:
    """Return the style of what each sheet of paper repeats: draft, generated data, whose report, and its number."""
    lines = [line for line in ("DRAFT, not signed off" if draft else "", LABEL if is_demonstration else "") if line]
    boxes = {
        "top-left": ('"{}"'.format("; ".join(lines)), "#5a0f38"),
        "bottom-left": (f'"{council}: customer insight report"', "#505a5f"),
        "bottom-right": ('"Page " counter(page) " of " counter(pages)', "#505a5f"),
    }
    told = " ".join(
        f"@{place} {{ content: {said}; font: 8pt Arial, sans-serif; color: {colour}; }}"
        for place, (said, colour) in boxes.items()
    )
    return f"@page {{ size: A4; margin: 13mm 16mm 12mm; {told} }}"


def _contents(pages: Sequence[Page], begins: Mapping[str, int]) -> str:
    groups = []
    for group, own in groupby(pages, key=lambda page: page.group):
        items = "".join(
            f'<li><a href="#{name}">{text(page.title)}</a><i></i><span>{begins.get(name, "")}</span></li>'
            for page in own
            for name in [page.name.removesuffix(".html")]
        )
        groups.append(f"<li><b>{text(group)}</b><ol>{items}</ol></li>")
    return f'<ol class="toc">{"".join(groups)}</ol>'


def document(
    pages: Sequence[Page],
    *,
    council: str,
    provenance: str,
    draft: Callable[[str], str],
    begins: Mapping[str, int],
) -> str:
    """Return all pages as one document for paper, with a list of contents that leads to each.

    Args:
        pages: the report's pages; search, index and provenance are left out.
        council: name of the council.
        provenance: the line that says what the run was, as HTML.
        draft: what a page says while it is a draft, by its name; empty when it is none.
        begins: number of the sheet on which each page begins, by its name without ending; none in a first print.
    """
    kept = [page for page in pages if page.name not in LEFT_OUT]
    names = {page.name for page in kept}
    parts = []
    for page in kept:
        own = page.name.removesuffix(".html")
        label = f'<p class="demonstration">{text(LABEL)}</p>' if page.is_demonstration or page.name == INDEX else ""
        said = draft(page.name) if page.group == STAGES or page.name == INDEX else ""
        unsigned = f'<p class="draft"><strong>{text(said)}</strong></p>' if said else ""
        inside = _own(_body(page), own)
        parts.append(
            f'<section class="sheet"><h1 id="{own}">{text(page.title)}</h1>{unsigned}{label}{inside}</section>'
        )
    style = rendering.template("style.css") + rendering.template("paper.css")
    style += _running(council, draft(INDEX), is_demonstration=any(page.is_demonstration for page in kept))
    script = rendering.template("fit.js") + rendering.template("paper.js")
    title = f"{text(council)}: customer insight report"
    cover = f"<h1>{title}</h1><p>{text(draft(INDEX))}</p><p>{text(NOTE)}</p><p>{provenance}</p>"
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
        f'</head><body><main><section class="cover">{cover}</section><section><h2>Contents</h2>'
        f"{_contents(kept, begins)}</section>{_led(''.join(parts), names)}</main><script>{script}</script></body>"
        "</html>"
    )
