"""Building the report: pages rendered into a new folder, held to the gates, then put in the old one's place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insight import atomic, paths
from insight.params import STAGES, LoadedParams
from insight.report import fronts, gates, rendering
from insight.report.rendering import Body, Heading, text
from insight.sources.standing import LABEL, file_digest
from insight.stages.base import Declaration
from insight.workbook import fingerprint, record, registry, results
from insight.workbook.execution import NOTEBOOK
from insight.workbook.record import RunRecord
from insight.workbook.runner import council_lock, recover

FOLDER = "report"
INDEX = "index.html"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page before it has its frame."""

    name: str
    title: str
    body: str
    headings: list[Heading]
    outputs: int | None = None
    is_demonstration: bool = False


def sources_digest(loaded: LoadedParams, known: RunRecord) -> str:
    """Return a digest of all that the report is made from."""
    here = Path(__file__).parent
    files = [path for path in sorted(here.rglob("*")) if path.suffix in {".py", ".j2", ".css", ".js", ".json"}]
    files += sorted(paths.notebooks().glob("*.ipynb"))
    folder = paths.build_dir(loaded.council.slug)
    files += [folder / name for name in ("figures.json", "findings.json") if (folder / name).exists()]
    stages = {
        name: [one.status, one.why if one.status != "done" else "", one.outputs] for name, one in known.stages.items()
    }
    return fingerprint.digest([[(path.name, file_digest(path)) for path in files], stages, loaded.council.model_dump()])


def _stage_page(stage: Declaration, loaded: LoadedParams, known: RunRecord) -> Page:
    executed = paths.stage_dir(loaded.council.slug, stage.name) / NOTEBOOK
    one = known.stages.get(stage.name)
    if not executed.exists() or (one is not None and one.status == "not_supplied"):
        html, headings = rendering.with_anchors(fronts.absent_page(stage, known))
        return Page(name=f"{stage.name}.html", title=stage.title, body=html, headings=headings)
    body: Body = rendering.body_of(executed, paths.notebooks() / stage.notebook)
    return Page(
        name=f"{stage.name}.html",
        title=body.title,
        body=body.html,
        headings=body.headings,
        outputs=body.outputs,
        is_demonstration='data-standing="demonstration"' in body.html,
    )


def _plain(name: str, title: str, html: str) -> Page:
    body, headings = rendering.with_anchors(html)
    is_demonstration = 'data-standing="demonstration"' in body or 'class="demonstration"' in body
    return Page(name=name, title=title, body=body, headings=headings, is_demonstration=is_demonstration)


def pages_of(loaded: LoadedParams, known: RunRecord) -> list[Page]:
    """Return every page of a council's report, without frames."""
    stages = dict(registry.stages())
    figures = results.of_last_run(loaded, "figures.json")
    decided = results.of_last_run(loaded, "findings.json")
    front = fronts.front(loaded, stages, known, figures, decided, results.scorecard(figures))
    return [
        _plain(INDEX, f"{loaded.council.name}: what was found", front),
        *(_stage_page(stages[name], loaded, known) for name in STAGES),
        _plain("figures.html", "Printed figures", fronts.figures_page(figures)),
        _plain("findings.html", "Claims and their outcomes", fronts.findings_page(decided)),
        _plain("provenance.html", "Provenance", fronts.provenance_page(known)),
    ]


def _provenance(known: RunRecord) -> str:
    runs = sorted(one.started for one in known.stages.values() if one.started)
    revision = str(known.about.get("git_revision") or "unknown")[:12]
    dirty = " with uncommitted changes" if known.about.get("git_dirty") else ""
    when = runs[-1] if runs else "never"
    return (
        f"Last stage run {text(when)}. Code revision {text(revision)}{dirty}. Params {text(known.params_file)} "
        f"(sha256 {text(known.params_sha256[:12])}). Python {text(known.about.get('python', ''))}."
    )


def _navigation(pages: list[Page]) -> list[dict[str, str]]:
    titles = {INDEX: "Findings", "findings.html": "Claims"}
    short = [titles.get(page.name, page.name.removesuffix(".html").replace("_", " ").capitalize()) for page in pages]
    return [{"href": page.name, "title": title} for page, title in zip(pages, short, strict=True)]


def render(pages: list[Page], loaded: LoadedParams, known: RunRecord) -> dict[str, str]:
    """Return whole pages by name.

    Raises:
        DisplayError: a page fails a gate; the message lists every defect.
    """
    navigation, provenance = _navigation(pages), _provenance(known)
    anything = any(page.is_demonstration for page in pages)
    made: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for page in pages:
        values: dict[str, Any] = {
            "title": page.title,
            "council": loaded.council.name,
            "href": page.name,
            "navigation": navigation,
            "contents": [one for one in page.headings if one.level == 2],  # noqa: PLR2004 - second-level headings
            "has_code": 'class="code"' in page.body,
            "is_demonstration": page.is_demonstration or (page.name == INDEX and anything),
            "label": LABEL,
            "body": page.body,
            "provenance": provenance,
        }
        made[page.name] = rendering.page(**values)
        names = {one.name for one in pages}
        found[page.name] = gates.defects(made[page.name], pages=names, outputs=page.outputs)
    gates.refuse(found)
    return made


def build_report(loaded: LoadedParams, *, is_forced: bool = False) -> tuple[Path, bool]:
    """Build a council's report from its last run, unless it is up to date.

    Returns:
        The front page, and whether it was built anew.

    Raises:
        DisplayError: a page fails a gate; the earlier report stays.
        NotSuppliedError: the council has not been run.
    """
    council = loaded.council.slug
    target = paths.build_dir(council) / FOLDER
    with council_lock(council):
        recover(council)
        known = record.read(loaded)
        facts = sources_digest(loaded, known)
        if not is_forced and known.report == facts and (target / INDEX).exists():
            return target / INDEX, False
        made = render(pages_of(loaded, known), loaded, known)
        scratch = target.with_name(".report.new")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        for name, html in made.items():
            atomic.write_text(scratch / name, html)
        atomic.swap_folder(scratch, target)
        known.report = facts
        record.write(known)
    return target / INDEX, True
