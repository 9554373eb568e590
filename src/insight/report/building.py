"""Building the report: pages rendered into a new folder, held to the gates, then put in the old one's place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from insight import atomic, paths
from insight.params import LoadedParams
from insight.privacy.withdrawal import refuse_withdrawn_quotes
from insight.report import gates, indexing, rendering, site
from insight.report.neighbourhoods import pages as neighbourhood
from insight.report.page import INDEX, Enclosed, Page, Run, enclosed, plain_page, read_run
from insight.report.pages import claims, front, logs, privacy, provenance, scorecard, stage, wording
from insight.report.parts import words
from insight.report.rendering import text
from insight.sources.standing import LABEL, file_digest
from insight.workbook import fingerprint, record, registry, signing
from insight.workbook.record import RunRecord
from insight.workbook.runner import council_lock, recover

FOLDER = "report"
SEARCH = "search.html"
FINDINGS, ABOUT = "Findings", "About this report"
SECOND_LEVEL = 2


def sources_digest(loaded: LoadedParams, known: RunRecord) -> str:
    """Return a digest of all that the report is made from."""
    here = Path(__file__).parent
    files = [path for path in sorted(here.rglob("*")) if path.suffix in {".py", ".j2", ".css", ".js", ".json"}]
    files += sorted(one for one in (here.parent / "display").rglob("*") if one.suffix in {".py", ".js", ".css"})
    files += [one.source for one in registry.stages().values()]
    files += sorted((paths.root() / "docs" / "decisions").glob("*.md"))
    files += [paths.reference(name) for name in ("glossary.csv", "assumptions.csv")]
    folder = paths.build_dir(loaded.council.slug)
    files += [folder / name for name in ("figures.json", "findings.json") if (folder / name).exists()]
    stages = {
        name: [one.status, one.why if one.status != "done" else "", one.outputs] for name, one in known.stages.items()
    }
    unsigned = signing.open_roles(loaded.council.slug, known)
    digests = [(path.name, file_digest(path)) for path in files]
    return fingerprint.digest([digests, stages, unsigned, loaded.council.model_dump()])


def pages_of(run: Run) -> list[Page]:
    """Return every page of a council's report, without frames."""
    made = [
        plain_page(INDEX, front.front(run), title=f"{run.council}: what was found", short="Summary", group=FINDINGS),
        plain_page(
            "findings.html", claims.claims_page(run), title="Claims and their outcomes", short="Claims", group=FINDINGS
        ),
        plain_page(
            "figures.html",
            scorecard.figures_page(run),
            title="Printed figures",
            short="Printed figures",
            group=FINDINGS,
        ),
        *(stage.stage_page(one, run) for one in run.stages.values()),
        *neighbourhood.neighbourhood_pages(run),
    ]
    made = [_addressed(page) for page in made]
    found = [entry for page in made for entry in indexing.entries(page)]
    about = (
        ("contents.html", "Index of pictures and tables", "Index", indexing.index_page(found)),
        ("logs.html", "Data and assumptions", "Data and assumptions", logs.logs_page(run)),
        ("methods.html", "Methods and rules", "Methods", wording.methods_page(run)),
        ("glossary.html", "Glossary", "Glossary", wording.glossary_page()),
        ("privacy.html", "Privacy", "Privacy", privacy.privacy_page(run)),
        ("provenance.html", "Provenance", "Provenance", provenance.provenance_page(run)),
    )
    made += [
        _addressed(plain_page(name, html, title=title, short=short, group=ABOUT)) for name, title, short, html in about
    ]
    return [*made, plain_page(SEARCH, indexing.SEARCH_BODY, title="Search", short="Search", group=ABOUT)]


def files_of(run: Run) -> list[Enclosed]:
    """Return the stages' files that travel with the report."""
    return [one for stage_of in run.stages.values() for one in enclosed(stage_of, run)]


def _addressed(page: Page) -> Page:
    own = page.name.removesuffix(".html")
    is_stage = own in registry.stages()
    body = indexing.addressed(page.body, stage=own if is_stage else None)
    body = site.shortened(body) if is_stage or page.group == neighbourhood.GROUP else body
    return Page(**{**vars(page), "body": body})


def provenance_line(known: RunRecord) -> str:
    """Return when, from which code and with which params a run was made, as HTML."""
    runs = sorted(one.started for one in known.stages.values() if one.started)
    revision = str(known.about.get("git_revision") or "unknown")[:12]
    dirty = " with uncommitted changes" if known.about.get("git_dirty") else ""
    when = runs[-1] if runs else "never"
    return (
        f"Last stage run {text(when)}. Code revision {text(revision)}{dirty}. Params {text(known.params_file)} "
        f"(sha256 {text(known.params_sha256[:12])}). Python {text(known.about.get('python', ''))}."
    )


def draft_of(run: Run) -> str:
    """Return what a whole report or paper says while it is a draft; empty once all roles have signed all stages."""
    return draft_line(INDEX, signing.open_roles(run.loaded.council.slug, run.known))


def draft_line(page: str, unsigned: Mapping[str, Sequence[str]]) -> str:
    """Return what a page says while it is a draft: a stage's page until that stage is signed, others until all are."""
    stage = page.removesuffix(".html")
    if stage in registry.stages():
        return f"DRAFT: not signed by {', '.join(unsigned[stage])}" if stage in unsigned else ""
    if not unsigned:
        return ""
    is_all = set(unsigned) >= set(registry.stages())
    listed = f"all {len(unsigned)}" if is_all else ", ".join(words(name) for name in unsigned)
    return f"DRAFT: stages not signed off by all roles: {listed}"


def _navigation(pages: list[Page]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for page in pages:
        groups.setdefault(page.group, []).append({"href": page.name, "title": page.short})
    return [{"title": title, "pages": listed} for title, listed in groups.items()]


def render(pages: list[Page], run: Run) -> dict[str, bytes]:
    """Return a council's whole report, file by file.

    Raises:
        DisplayError: a page fails a gate; the message lists every defect.
    """
    unsigned = signing.open_roles(run.loaded.council.slug, run.known)
    beside = files_of(run)
    gates.refuse(
        {
            one.address: gates.defects(one.source.read_text(encoding="utf-8"), anchors={})
            for one in beside
            if one.source.suffix == ".html"
        }
    )
    return framed(
        pages,
        council=run.council,
        provenance=provenance_line(run.known),
        draft=lambda page: draft_line(page, unsigned),
        more=indexing.ledger_entries(run),
        beside={one.address: one.source.read_bytes() for one in beside},
    )


def framed(
    pages: list[Page],
    *,
    council: str,
    provenance: str,
    draft: Callable[[str], str],
    more: Sequence[indexing.Entry] = (),
    beside: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Return a whole site by path: pages with their frame, held to the gates, and the files that they lead to.

    Args:
        pages: the bodies.
        council: whose report it is, as readers know it.
        provenance: HTML of the footer's line.
        draft: what a page says while it is a draft, by its name; empty when it is none.
        more: entries of the search index that stand on no page by themselves.
        beside: files of stages that travel with the pages and may be linked, by their address.

    Raises:
        DisplayError: a page fails a gate; the message lists every defect.
    """
    navigation = _navigation(pages)
    anything = any(page.is_demonstration for page in pages)
    listed = [entry for page in pages for entry in indexing.entries(page)]
    index = indexing.search_data([*listed, *more])
    anchors = {page.name: set(gates.facts_of(page.body).ids) | {"main"} for page in pages}
    anchors |= {address: set() for address in beside or {}}
    made: dict[str, str] = {}
    files = site.shared() | dict(beside or {})
    for page in pages:
        body, files = site.apart(page.body, page=page.name.removesuffix(".html"), known=files)
        made[page.name] = rendering.page(
            title=page.title,
            council=council,
            href=page.name,
            navigation=navigation,
            contents=[one for one in page.headings if one.level == SECOND_LEVEL],
            has_code='class="code"' in page.body,
            is_demonstration=page.is_demonstration or (page.name == INDEX and anything),
            label=LABEL,
            draft=draft(page.name),
            body=body,
            provenance=provenance,
            index=index if page.name == SEARCH else "",
        )
    found = {
        page.name: gates.defects(made[page.name], anchors=anchors, outputs=page.outputs, files=set(files))
        for page in pages
    }
    gates.refuse(found | {name: gates.file_defects(name, content, files=set(files)) for name, content in files.items()})
    return {name: html.encode() for name, html in made.items()} | files


def publish(files: Mapping[str, bytes], target: Path) -> None:
    """Put a finished site in the place of an earlier one."""
    scratch = target.with_name(".report.new")
    shutil.rmtree(scratch, ignore_errors=True)
    site.write(files, scratch)
    atomic.swap_folder(scratch, target)


def build_report(loaded: LoadedParams, *, is_forced: bool = False) -> tuple[Path, bool]:
    """Build a council's report from its last run, unless it is up to date.

    Returns:
        The front page, and whether it was built anew.

    Raises:
        DisplayError: a page fails a gate; the earlier report stays.
        NotSuppliedError: the council has not been run.
    """
    refuse_withdrawn_quotes(loaded)
    council = loaded.council.slug
    target = paths.build_dir(council) / FOLDER
    with council_lock(council):
        recover(council)
        known = record.read(loaded)
        facts = sources_digest(loaded, known)
        if not is_forced and known.report == facts and (target / INDEX).exists():
            return target / INDEX, False
        run = read_run(loaded)
        publish(render(pages_of(run), run), target)
        known.report = facts
        record.write(known)
    return target / INDEX, True
