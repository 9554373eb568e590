"""The whole report as one tagged PDF, printed by the Chromium of the machine from the report's own pages.

Chromium cannot yet number a list of contents, so the file is printed twice: what the first print says of where each
page begins is written into the second.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from insight import atomic, paths
from insight.errors import InsightError, NotSuppliedError
from insight.params import LoadedParams
from insight.report.building import draft_line, pages_of, provenance_line
from insight.report.page import read_run
from insight.report.papers.document import document
from insight.workbook import signing

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--no-pdf-header-footer", "--generate-pdf-document-outline", "--virtual-time-budget=20000"),
)
LONGEST_SECONDS = 5 * 60
KIDS = re.compile(rb"(\d+) 0 obj\s*<<[^<>]*?/Kids \[([\d R]+)\]")
TARGET = re.compile(rb"/([\w-]+) \[(\d+) 0 R /XYZ ")


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


def begins(file: bytes) -> dict[str, int]:
    """Return the number of the sheet on which each target of a link stands, as Chromium writes them into a PDF."""
    kids = {found[1]: found[2].split()[::3] for found in KIDS.finditer(file)}

    def leaves(node: bytes) -> list[bytes]:
        return [leaf for kid in kids[node] for leaf in leaves(kid)] if node in kids else [node]

    within = {kid for listed in kids.values() for kid in listed}
    sheets = [leaf for node in kids if node not in within for leaf in leaves(node)]
    numbers = {sheet: number for number, sheet in enumerate(sheets, 1)}
    return {found[1].decode(): numbers[found[2]] for found in TARGET.finditer(file) if found[2] in numbers}


def write_pdf(loaded: LoadedParams) -> Path:
    """Print the report of the last run as one tagged PDF beside it, and return the file.

    Raises:
        InsightError: no browser, or it made no PDF.
        NotSuppliedError: the council has not been run.
    """
    run = read_run(loaded)
    unsigned = signing.open_roles(loaded.council.slug, run.known)
    paper = partial(
        document,
        pages_of(run),
        council=run.council,
        provenance=provenance_line(run.known),
        draft=lambda page: draft_line(page, unsigned),
    )
    target = paths.build_dir(loaded.council.slug) / f"{loaded.council.slug}-report.pdf"
    if not target.parent.exists():
        raise NotSuppliedError(f"{run.council} has not been run. Fix: insight run {paths.shown(loaded.path)}")
    with tempfile.TemporaryDirectory() as folder:
        page, first = Path(folder) / "report.html", Path(folder) / "first.pdf"
        page.write_text(paper(begins={}), encoding="utf-8")
        _print(page, first)
        page.write_text(paper(begins=begins(first.read_bytes())), encoding="utf-8")
        atomic.write_with(target, partial(_print, page))
    return target
