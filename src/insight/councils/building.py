"""Building the report that compares councils, held to the same gates as a council's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from insight import paths
from insight.councils import pages
from insight.councils.reading import compare
from insight.errors import NotSuppliedError
from insight.params import LoadedParams
from insight.report import indexing, site
from insight.report.building import FOLDER, SEARCH, framed, publish
from insight.report.page import INDEX, Page, Run, plain_page, read_run
from insight.report.rendering import text
from insight.workbook import signing
from insight.workbook.runner import council_lock, recover

SLUG = "agma"
NAME = "Greater Manchester councils"


def _draft(runs: Sequence[Run]) -> str:
    """Return what pages say while a council's results are not signed off."""
    open_ones = [run.council for run in runs if signing.open_roles(run.loaded.council.slug, run.known)]
    return f"DRAFT: not signed off by all roles in {', '.join(open_ones)}" if open_ones else ""


def _all_pages(runs: Sequence[Run]) -> list[Page]:
    found = compare(runs)
    made = [pages.front_page(runs, found), *(pages.measure_page(one) for one in found)]
    made.append(pages.likeness_page(runs, found))
    made = [Page(**{**vars(page), "body": site.shortened(indexing.addressed(page.body, stage=None))}) for page in made]
    listed = [entry for page in made for entry in indexing.entries(page)]
    contents = plain_page(
        "contents.html",
        indexing.index_page(listed),
        title="Index of pictures and tables",
        short="Index",
        group=pages.ABOUT,
    )
    search = plain_page(SEARCH, indexing.SEARCH_BODY, title="Search", short="Search", group=pages.ABOUT)
    return [*made, contents, pages.provenance_page(runs), search]


def build_comparison(councils: Sequence[LoadedParams]) -> Path:
    """Build the report over several councils that have been run.

    Returns:
        The front page.

    Raises:
        NotSuppliedError: fewer than two councils, or one that has not been run.
        DisplayError: a page fails a gate; the earlier report stays.
    """
    if len(councils) < 2:  # noqa: PLR2004 - two make a comparison
        raise NotSuppliedError("fewer than two councils have results. Fix: insight run params/*.yml --keep-going")
    runs = [read_run(one) for one in councils]
    target = paths.build_dir(SLUG) / FOLDER
    with council_lock(SLUG):
        recover(SLUG)
        draft = _draft(runs)
        files = framed(
            _all_pages(runs),
            council=NAME,
            provenance=text(f"{len(runs)} councils: {', '.join(run.council for run in runs)}."),
            draft=lambda _: draft,
        )
        publish(files, target)
    return target / INDEX
