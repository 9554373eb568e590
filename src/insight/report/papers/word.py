"""A committee paper in Word, on the usual plan of a council's report, every number from the run's own results.

The paper is written as HTML first, so that its words can be tested without Word, and turned into .docx by pandoc.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from insight import atomic, paths
from insight.display import missing
from insight.display.html import NOTHING, cell, form_of, heading, is_missing
from insight.errors import InsightError
from insight.params import LoadedParams
from insight.report.building import draft_of
from insight.report.page import Rows, Run, read_run
from insight.report.pages.front import reading
from insight.report.pages.logs import data_rows, reference_rows
from insight.report.papers import word_styles
from insight.report.parts import words
from insight.report.rendering import text
from insight.report.saved import saved
from insight.report.standing import of_stage
from insight.sources.standing import LABEL

if TYPE_CHECKING:
    import pandas as pd

CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
RIGHT = ' style="text-align: right"'
MOST_MESSAGES = 12
MOST_ROWS, MOST_COLUMNS = 15, 9
"""What a table of the paper may show: a page's width, and no more rows than members will read."""
EQUALITY_COLUMNS = {"ethnic_group", "sex", "age", "language", "disability", "religion"}
PAGE_WIDTH, SPARE = 105, 3
"""Characters that a line of a table holds, and those that a column's edges take."""


def _forms(frame: pd.DataFrame) -> dict[str, str]:
    """Return how columns are printed: shares and their limits as per cent."""
    shares = [name for name in frame.select_dtypes("number").columns if "share" in name]
    return dict.fromkeys([*shares, *(("lower", "upper") if shares else ())], "{:.1%}")


def _widths(columns: list[list[str]]) -> list[int]:
    """Return per cent of the page's width for each column: room for its longest word, then for most of its cells."""
    needed = [max(len(one) for cell in cells for one in cell.split() or [""]) + SPARE for cells in columns]
    wanted = [
        max(need, sorted(map(len, cells))[len(cells) * 4 // 5]) for need, cells in zip(needed, columns, strict=True)
    ]
    free = max(0, PAGE_WIDTH - sum(needed))
    more = [want - need for want, need in zip(wanted, needed, strict=True)]
    widths = [need + free * one / (sum(more) or 1) for need, one in zip(needed, more, strict=True)]
    return [round(100 * one / sum(widths)) for one in widths]


def _row(cells: list[str], numeric: list[bool], *, tag: str) -> str:
    shown = (
        f"<{tag}{RIGHT if is_number else ''}>{text(one)}</{tag}>" for one, is_number in zip(cells, numeric, strict=True)
    )
    return f"<tr>{''.join(shown)}</tr>"


def _table(frame: pd.DataFrame, caption: str) -> str:
    shown = missing.columns(frame)
    marks = {name: missing.marks(frame, name) for name in shown}
    forms = _forms(frame)
    rows = [
        [
            marks[name][row] or NOTHING if is_missing(value) else _words(cell(value, form_of(name, forms.get(name))))
            for name, value in zip(shown, values, strict=True)
        ]
        for row, values in enumerate(frame[shown].itertuples(index=False, name=None))
    ]
    table = [[heading(name) for name in shown], *rows[:MOST_ROWS]]
    numeric = [name in frame.select_dtypes("number").columns for name in shown]
    widths = "".join(
        f'<col style="width: {width}%">' for width in _widths([list(one) for one in zip(*table, strict=True)])
    )
    head, *body = (_row(row, numeric, tag="td" if number else "th") for number, row in enumerate(table))
    rest = "<p>Further rows are in the spreadsheet.</p>" if len(rows) > MOST_ROWS else ""
    return (
        f"<table><caption>{text(caption)}</caption><colgroup>{widths}</colgroup><thead>{head}</thead><tbody>"
        f"{''.join(body)}</tbody></table>{rest}"
    )


def _words(said: str) -> str:
    """Return a code of the tables as words."""
    return words(said) if CODE.fullmatch(said) else said


def _label(run: Run, stage: str) -> str:
    return f"<p><strong>{text(LABEL)}.</strong></p>" if of_stage(run, stage).is_demonstration else ""


def _standing(run: Run) -> str:
    """Say at the top what a reader must know first: that the paper is a draft, and that data are generated."""
    draft = draft_of(run)
    generated = [
        one.title for name, one in run.stages.items() if run.has_results(name) and of_stage(run, name).is_demonstration
    ]
    lines = [f"<p><strong>{text(draft)}.</strong></p>"] if draft else []
    if generated:
        lines.append(f"<p><strong>{text(LABEL)}.</strong> It stands behind: {text(', '.join(generated))}.</p>")
    return "".join(lines)


def _generated(run: Run) -> str:
    return LABEL if any(run.has_results(name) and of_stage(run, name).is_demonstration for name in run.stages) else ""


def _purpose(run: Run) -> str:
    ran = [run.stages[name].title for name in run.stages if run.has_results(name)]
    return (
        f"<h2>1. Purpose</h2><p>To report what customer-insight research found on early intervention for families in "
        f"{text(run.council)}, how sure each finding is, and what it asks members to decide. Strands with results: "
        f"{text(', '.join(ran) or 'none')}.</p>"
    )


def _named(run: Run, resting_on: str) -> str:
    """Return what a recommendation rests on with each claim in its words instead of its code."""
    claims = {row["id"]: row["claim"] for row in run.decided}
    return re.sub(r"\b\w+(?=: )", lambda found: claims.get(found[0], found[0]), str(resting_on))


def _recommendations(run: Run) -> str:
    frame = saved(run, "synthesis", "decisions")
    if frame is None:
        return "<h2>2. Recommendations</h2><p>None: the synthesis stage was not supplied.</p>"
    front = frame[frame["is_on_front"].astype(bool)] if "is_on_front" in frame else frame
    items = "".join(
        f"<li>{text(words(row['kind']).capitalize())}: {text(row['text'])} (owner: {text(row['owner'])}; rests on "
        f"{text(_named(run, row['resting_on']))})</li>"
        for row in front.to_dict("records")
    )
    return (
        f"<h2>2. Recommendations</h2>{_label(run, 'synthesis')}<p>Members are asked to consider, most impact for least "
        f"effort first:</p><ol>{items}</ol>"
    )


def _messages(run: Run) -> str:
    rows = run.on_evidence[:MOST_MESSAGES]
    items = "".join(
        f"<li><strong>{text(row['outcome'].capitalize())}</strong>: {text(row['claim'])}. {text(reading(row))}</li>"
        for row in rows
    )
    odd = sum(row["verdict"] == "inconsistent_in_source" for row in run.distinct)
    tried = len(run.on_demonstration)
    extra = f"<p>{odd} printed figures contradict the figures that they are made of.</p>" if odd else ""
    extra += (
        f"<p>{tried} further claims were tried on generated data to test the method; they say nothing about the place."
        "</p>"
        if tried
        else ""
    )
    return (
        f"<h2>3. Key messages</h2><p>{len(run.on_evidence)} of {len(run.decided)} claims are decided on published, "
        f"open or supplied data.</p><ul>{items}</ul>{extra}"
    )


def _financial(run: Run) -> str:
    parts = ["<h2>4. Financial implications</h2>", _label(run, "benefits")]
    schemes, totals = saved(run, "benefits", "schemes"), saved(run, "benefits", "totals")
    if schemes is None:
        return "".join([*parts, "<p>Not appraised: the benefits stage was not supplied.</p>"])
    wanted = [name for name in ("scheme", "present_value_gbp", "lower_gbp", "upper_gbp", "remark") if name in schemes]
    parts.append(_table(schemes[wanted], "Present value of each scheme's benefit with its limits, in pounds"))
    if totals is not None:
        parts.append(_table(totals, "What may be added up, and what may not"))
    funding = saved(run, "synthesis", "funding")
    if funding is not None:
        spent = funding["amount_gbp"].sum()
        parts.append(f"<p>The research itself: {len(funding)} lines, £{spent:,.0f} in all.</p>")
    return "".join(parts)


def _legal(run: Run) -> str:
    people = [row for row in data_rows(run) if row["is about people"]]
    licences = sorted(
        {row["licence"] for row in reference_rows("unit_costs.csv") + reference_rows("discount_rates.csv")}
    )
    named = ", ".join(str(row["data"]) for row in people) or "none"
    return (
        "<h2>5. Legal implications</h2><p>Data about people were read under the council's data-sharing register, shown "
        f"as aggregates only, and small numbers are suppressed (policy {text(run.loaded.disclosure.policy)}, below "
        f"{run.loaded.disclosure.threshold}). Inputs about people: {text(named)}.</p><p>Licences of benchmarks used: "
        f"{text('; '.join(licences))}.</p>"
    )


def _equality(run: Run) -> str:
    parts = ["<h2>6. Equality implications</h2>"]
    for stage in run.stages:
        for table in run.stages[stage].tables:
            frame = saved(run, stage, table)
            if frame is None or not EQUALITY_COLUMNS & set(frame.columns) or frame.shape[1] > MOST_COLUMNS:
                continue
            caption = f"{run.stages[stage].title}: {words(table)}"
            parts += [_label(run, stage), _table(frame, caption)]
    if len(parts) == 1:
        parts.append("<p>No table by protected characteristic is in this run: none was supplied.</p>")
    return "".join(parts)


def _risks(run: Run) -> str:
    missing = [run.stages[name].title for name in run.stages if not run.has_results(name)]
    weak: Rows = [row for row in reference_rows("assumptions.csv") if row["rating"] != "green"]
    poor = [row for row in data_rows(run) if row["rating"] == "red"]
    lines = [f"<li>{text(row['assumption'])}: {text(row['why'])}</li>" for row in weak]
    return (
        f"<h2>7. Risk implications</h2><p>{len(poor)} of {len(data_rows(run))} inputs are demonstration data and no "
        f"evidence. Stages without results: {text(', '.join(missing) or 'none')}. Assumptions that are less than sound:"
        f"</p><ul>{''.join(lines)}</ul>"
    )


def _background(run: Run) -> str:
    about = run.known.about
    return (
        f"<h2>8. Background papers</h2><p>The report of web pages and its tables ({text(run.loaded.council.slug)}). "
        f"Params {text(run.known.params_file)}, sha256 {text(run.known.params_sha256[:12])}; code revision "
        f"{text(str(about.get('git_revision') or 'unknown')[:12])}.</p>"
    )


def paper_html(run: Run) -> str:
    """Return the committee paper as HTML."""
    parts = (_standing, _purpose, _recommendations, _messages, _financial, _legal, _equality, _risks, _background)
    body = "".join(part(run) for part in parts)
    # Items as paragraphs: pandoc sets other items, as it sets cells, in the small letters of tables.
    return body.replace("<li>", "<li><p>").replace("</li>", "</p></li>")


def _convert(html: str, template: Path | None, *, title: str, running: str, target: Path) -> None:
    import pypandoc

    with tempfile.TemporaryDirectory() as folder:
        styles = template or word_styles.reference(Path(folder) / "reference.docx", running=running)
        extra = [f"--reference-doc={styles}", "--shift-heading-level-by=-1"]
        extra += ["--metadata", f"title={title}", "--metadata", "lang=en-GB"]
        pypandoc.convert_text(html, "docx", format="html", outputfile=str(target), extra_args=extra)
    word_styles.whole_rows(target)


def write_word(loaded: LoadedParams, *, template: Path | None = None) -> Path:
    """Write the committee paper of the last run as .docx, and return the file.

    Args:
        loaded: the council's params.
        template: a Word file whose styles the paper takes, such as the council's own committee template.

    Raises:
        InsightError: the extra [word] is not installed, or the template is not there.
        NotSuppliedError: the council has not been run.
    """
    from importlib.util import find_spec

    if find_spec("pypandoc") is None:
        raise InsightError("Word needs the extra [word]. Fix: pip install 'insight-workbook[word]', or nox -s lab")
    if template is not None and not template.is_file():
        raise InsightError(f"{paths.shown(template)} is not there. Fix: name the Word file whose styles to take")
    run = read_run(loaded)
    target = paths.build_dir(loaded.council.slug) / f"{loaded.council.slug}-committee-paper.docx"
    title = f"Customer insight in {run.council}: findings and what follows from them"
    running = "; ".join(one for one in ("DRAFT, not signed off" if draft_of(run) else "", _generated(run)) if one)
    atomic.write_with(
        target, lambda path: _convert(paper_html(run), template, title=title, running=running, target=path)
    )
    return target
