"""A stage's page: what it found at the top, then its executed notebook; or that it has no results, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from insight import paths
from insight.report import rendering
from insight.report.page import Page, Rows, Run, enclosed
from insight.report.parts import badge, words
from insight.report.rendering import text
from insight.report.standing import of_stage
from insight.stages.base import Declaration
from insight.workbook.execution import NOTEBOOK

GROUP = "Stages"
KILOBYTE = 1024


def stage_page(stage: Declaration, run: Run) -> Page:
    """Return the page of one stage."""
    name = f"{stage.name}.html"
    if not run.has_results(stage.name):
        html, headings = rendering.with_anchors(absent(stage, run))
        return Page(name=name, title=stage.title, short=stage.title, group=GROUP, body=html, headings=headings)
    executed = paths.stage_dir(run.loaded.council.slug, stage.name) / NOTEBOOK
    body = rendering.body_of(executed, stage.source)
    return Page(
        name=name,
        title=body.title,
        short=stage.title,
        group=GROUP,
        body=_warning(stage, run) + summary(stage, run, body.short) + files(stage, run) + body.html,
        headings=body.headings,
        outputs=body.outputs,
        is_demonstration='data-standing="demonstration"' in body.html,
    )


def _warning(stage: Declaration, run: Run) -> str:
    known = run.known.stages.get(stage.name)
    if known is None or known.status != "failed":
        return ""
    first = next(iter(known.error.splitlines()), "")
    return (
        '<div class="failed" role="note"><p><strong>The last run of this stage failed.</strong> What follows are the '
        f"last good results. {text(first)}</p></div>"
    )


def summary(stage: Declaration, run: Run, short: Sequence[rendering.Short] = ()) -> str:
    """Return what a stage found, in short: its first pictures, claims on evidence one by one, the rest as counts."""
    own = [row for row in run.decided if row["stage"] == stage.name]
    decided = [row for row in own if row["data"] not in {None, "demonstration"}]
    tried = [row for row in own if row["data"] == "demonstration"]
    lines = [
        f'<li><a href="#{one.id}">{one.title}</a>{" (demonstration data, no evidence)" * one.is_demonstration}</li>'
        for one in short
    ]
    lines += [f"<li>{badge(row['outcome'])} {text(row['claim'])} ({text(row['data'])} data)</li>" for row in decided]
    if tried:
        lines.append(f"<li>Tried on demonstration data, no evidence: {_counted(tried, 'outcome', 'claims')}.</li>")
    if rest := len(own) - len(decided) - len(tried):
        lines.append(f"<li>{rest} further claims cannot be tested with these inputs.</li>")
    figures = [row for row in run.distinct if row["stage"] == stage.name]
    if figures:
        lines.append(f"<li>Printed figures: {_counted(figures, 'verdict', 'figures')}.</li>")
    if not lines:
        return ""
    return f'<div class="in-short" role="region" aria-label="In short"><p>In short</p><ul>{"".join(lines)}</ul></div>'


def files(stage: Declaration, run: Run) -> str:
    """Return links to the files that the stage made beside its tables, each with what it is, its kind and its size."""
    lines = []
    for one in enclosed(stage, run):
        kind = one.source.suffix.removeprefix(".").upper()
        size = f"{max(1, round(one.source.stat().st_size / KILOBYTE)):,} kB"
        lines.append(
            f'<li><a href="{text(one.address)}">{text(one.title)}</a> ({text(kind)}, {size}; '
            f"{text(of_stage(run, stage.name).label)})</li>"
        )
    if not lines:
        return ""
    return (
        '<div class="in-short" role="region" aria-label="Files of this stage"><p>Files to take away</p>'
        f"<ul>{''.join(lines)}</ul></div>"
    )


def _counted(rows: Rows, column: str, unit: str) -> str:
    counts = Counter(words(row[column]) for row in rows)
    listed = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    return text(f"{len(rows)} {unit}, {listed}")


def absent(stage: Declaration, run: Run) -> str:
    """Return the body for a stage without results: why, what it needs, and how to go on."""
    known = run.known.stages.get(stage.name)
    if known is None:
        why = "It has never been run."
    elif known.status == "failed":
        why = f"It failed. {known.error}"
    else:
        why = f"{words(known.status).capitalize()}: {known.why}."
    choice = (stage.choice,) if stage.one_of else ()
    needed = "".join(f"<li>{text(name)}</li>" for name in (*stage.inputs, *choice))
    return (
        f"<p>{text(stage.question)}</p><h2>Not in this run</h2><p>{text(why)}</p>"
        f"<p>The stage needs these inputs, named in the params file:</p><ul>{needed}</ul>"
        f"<p>Next: put the files in place, name them in {text(run.known.params_file)}, look with "
        "<code>insight check</code>, and run again. The other stages are complete without it.</p>"
    )
