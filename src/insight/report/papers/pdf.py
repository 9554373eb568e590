"""The whole report as one tagged PDF, printed by the Chromium of the machine from the report's own pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from insight import atomic, paths
from insight.errors import InsightError, NotSuppliedError
from insight.params import LoadedParams
from insight.report import rendering
from insight.report.building import draft_line, pages_of, provenance_line
from insight.report.page import INDEX, Page, read_run
from insight.report.rendering import text
from insight.sources.standing import LABEL
from insight.workbook import signing

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--no-pdf-header-footer", "--generate-pdf-document-outline", "--virtual-time-budget=20000"),
)
LONGEST_SECONDS = 5 * 60
LEFT_OUT = {"search.html", "contents.html"}
TOLD_ELSEWHERE = re.compile(
    r'<div id="out-(?:findings|figures)(?:-\d+)?" class="insight-table".*?<p class="download">.*?</p></div>', re.DOTALL
)
ELSEWHERE = "<p>The claims and printed figures of this stage stand with all others at the front.</p>"
DROPPED = (
    re.compile(r'<div aria-label="Printed text of cell .*?</pre></div>', re.DOTALL),
    re.compile(r'<details class="code">.*?</details>', re.DOTALL),
    re.compile(r"<details><summary>Data behind this picture.*?</details>", re.DOTALL),
    re.compile(r"<iframe\b.*?</iframe>", re.DOTALL),
    re.compile(r'<p class="download">.*?</p>', re.DOTALL),
    re.compile(r'<span class="trace">.*?</span>', re.DOTALL),
)
NOTE = (
    "One file for print. Code, the data behind each picture and the maps that can be moved are in the report of web "
    "pages, which holds the same numbers."
)


def browser() -> str:
    """Return the Chromium of this machine.

    Raises:
        InsightError: there is none; the message gives the fix.
    """
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise InsightError(
        "PDF needs Chromium, Chrome or Edge, and none is installed. Fix: install one, or print index.html from any "
        "browser"
    )


def _own(html: str, prefix: str) -> str:
    """Give every id of a page a prefix, and lead its links, labels and drawings to them."""
    html = re.sub(r'(?<= )id="([^"]+)"', rf'id="{prefix}--\1"', html)
    html = re.sub(r'(?<= )(aria-labelledby|for)="([^"]+)"', rf'\1="{prefix}--\2"', html)
    html = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}--\1)", html)
    return re.sub(r'(?<= )((?:xlink:)?href)="#([^"]+)"', rf'\1="#{prefix}--\2"', html)


def _led(html: str, names: set[str]) -> str:
    """Lead links between pages to the place in the one file; links to pages left out become plain words."""

    def lead(found: re.Match[str]) -> str:
        page, anchor = found["page"], found["anchor"]
        if page not in names:
            return f"<span>{found['words']}</span>"
        own = page.removesuffix(".html")
        return (
            f'<a href="#{own}--{anchor[1:]}">{found["words"]}</a>'
            if anchor
            else f'<a href="#{own}">{found["words"]}</a>'
        )

    return re.sub(
        r'<a href="(?P<page>[\w./-]+\.(?:html|xlsx))(?P<anchor>#[^"]+)?">(?P<words>.*?)</a>',
        lead,
        html,
        flags=re.DOTALL,
    )


def _running(draft: str, *, is_demonstration: bool) -> str:
    """Return the style that repeats at the top of each sheet of paper that it is a draft, or of generated data."""
    lines = [line for line in ("DRAFT, not signed off" if draft else "", LABEL if is_demonstration else "") if line]
    said = "; ".join(lines)
    return (
        f'@page {{ @top-left {{ content: "{said}"; font: 8pt Arial, sans-serif; color: #5a0f38; }} }}' if said else ""
    )


def one_page(pages: list[Page], *, council: str, provenance: str, draft: Callable[[str], str]) -> str:
    """Return all pages as one document for print, with a list of contents that leads to each.

    Args:
        pages: the report's pages; search and index are left out.
        council: name of the council.
        provenance: the line that says what the run was.
        draft: what a page says while it is a draft, by its name; empty when it is none.
    """
    kept = [page for page in pages if page.name not in LEFT_OUT]
    names = {page.name for page in kept}
    listed = "".join(f'<li><a href="#{page.name.removesuffix(".html")}">{text(page.title)}</a></li>' for page in kept)
    parts = []
    for page in kept:
        body = TOLD_ELSEWHERE.sub(ELSEWHERE, page.body)
        for pattern in DROPPED:
            body = pattern.sub("", body)
        own = page.name.removesuffix(".html")
        label = f'<p class="demonstration">{text(LABEL)}</p>' if page.is_demonstration or page.name == INDEX else ""
        unsigned = f'<p class="draft"><strong>{text(draft(page.name))}</strong></p>' if draft(page.name) else ""
        inside = _led(_own(body, own), names)
        parts.append(
            f'<section class="sheet"><h1 id="{own}">{text(page.title)}</h1>{unsigned}{label}{inside}</section>'
        )
    style = rendering.template("style.css") + rendering.template("paper.css")
    style += _running(draft(INDEX), is_demonstration=any(page.is_demonstration for page in kept))
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{text(council)}: customer insight report'
        f"</title><style>{style}</style></head><body><main><section><h1>{text(council)}: customer insight report</h1>"
        f"<p>{text(NOTE)}</p><p>{provenance}</p><h2>Contents</h2><ol>{listed}</ol></section>{''.join(parts)}</main>"
        "</body></html>"
    )


def _print(page: Path, target: Path) -> None:
    program = browser()
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", f"--print-to-pdf={target}", page.as_uri()]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        done = subprocess.run(  # noqa: S603 - a program of the machine, on our own file
            command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
        )
    if not target.exists() or not target.read_bytes().startswith(b"%PDF"):
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise InsightError(f"{Path(program).name} made no PDF: {last}. Fix: update it, or print index.html by hand")


def write_pdf(loaded: LoadedParams) -> Path:
    """Print the report of the last run as one tagged PDF beside it, and return the file.

    Raises:
        InsightError: no browser, or it made no PDF.
        NotSuppliedError: the council has not been run.
    """
    run = read_run(loaded)
    unsigned = signing.open_roles(loaded.council.slug, run.known)
    html = one_page(
        pages_of(run),
        council=run.council,
        provenance=provenance_line(run.known),
        draft=lambda page: draft_line(page, unsigned),
    )
    target = paths.build_dir(loaded.council.slug) / f"{loaded.council.slug}-report.pdf"
    if not target.parent.exists():
        raise NotSuppliedError(f"{run.council} has not been run. Fix: insight run {paths.shown(loaded.path)}")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(html, encoding="utf-8")
        atomic.write_with(target, partial(_print, page))
    return target
