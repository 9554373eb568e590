"""Bodies of the pages that come from results, not from a notebook: front, printed figures, findings, provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from insight.display.standard import shown_interval, shown_values
from insight.display.table import Table
from insight.params import STAGES
from insight.published import comparison, ledger
from insight.published.comparison import shown
from insight.published.intervals import names_in
from insight.report.rendering import text
from insight.sources.standing import LABEL, PUBLISHED, Standing

if TYPE_CHECKING:
    from insight.params import LoadedParams
    from insight.stages.base import Declaration
    from insight.workbook.record import RunRecord

Rows = list[dict[str, Any]]
DEMONSTRATION = Standing(kind="demonstration")
WHAT_DEMONSTRATION_DOES = (
    "<p>Generated inputs test that the workbook finds what was planted and stays silent where nothing was. They are "
    'counted apart and decide nothing about the place. See <a href="findings.html">all claims</a>.</p>'
)
ODD = ("consistent_within_rounding", "inconsistent_in_source", "not_comparable", "differs", "not_computable")


def _table(rows: Rows, *, name: str, title: str, caption: str, source: str, standing: Standing = PUBLISHED) -> str:
    import pandas as pd

    if not rows:
        return f"<p>{text(title)}: nothing to show.</p>"
    frame = pd.DataFrame(rows)
    table = Table(frame, name=name, title=title, caption=caption, source=source, n=len(rows), standing=standing)
    return table.html()


def _decided(decided: Rows) -> Rows:
    return [row for row in decided if row["data"] not in {None, "demonstration"}]


def _claim(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "claim": row["claim"],
        "outcome": row["outcome"],
        "data": row["data"] or "none",
        "statistic": row["statistic"],
        "rule": "" if row["rule"] == "none" else f"{row['rule']} {row['threshold']}",
        "estimate": shown_values(row["value"]),
        "95% interval": shown_interval(row["interval"]),
        "why": row["why"],
    }


def readings(loaded: LoadedParams) -> Rows:
    """Return, for sums that hold within rounding only, the verdict with each rounded operand read as exact."""
    book = ledger.load(loaded.ledger)
    if book is None:
        return []
    found = []
    for figure in book:
        if not figure.formula or figure.formula.startswith(ledger.COUNT_PREFIX):
            continue
        if comparison.recompute(figure, book).verdict != "consistent_within_rounding":
            continue
        for operand in names_in(figure.formula):
            if book.figures[operand].rounding == "rounded":
                verdict = comparison.reading_if_exact(book, figure.id, operand)
                found.append(
                    {
                        "figure": figure.id,
                        "printed": figure.value,
                        "operand": operand,
                        "if_rounded": "consistent within rounding",
                        "if_exact": verdict.replace("_", " "),
                    }
                )
    return found


def _cards(figures: Rows, decided: Rows) -> str:
    own, distinct = _decided(decided), [row for row in figures if row["repeat_of"] is None]
    on_demonstration = sum(row["data"] == "demonstration" for row in decided)
    supported = sum(row["outcome"] == "supported" for row in own)
    cards = [
        (len(own), f"of {len(decided)} claims decided on published, open or supplied data; {supported} supported"),
        (on_demonstration, "claims tried on demonstration data: they test the method and are no evidence"),
    ]
    if distinct:
        recomputed = [row for row in distinct if row["evidence"] == "recomputed"]
        hold = sum(row["verdict"] == "reproduces" for row in recomputed)
        cards.append((hold, f"of {len(recomputed)} printed figures that follow from other printed figures reproduce"))
        differ = sum(row["verdict"] == "differs" for row in distinct)
        cards.append((differ, "printed figures contradicted by the inputs of this run"))
    items = "".join(f"<li><strong>{count}</strong>{text(words)}</li>" for count, words in cards)
    return f'<ul class="cards">{items}</ul>'


def _odd_rows(figures: Rows) -> Rows:
    return [
        {
            "figure": row["id"],
            "what": f"{row['measure']}, {row['area']}".replace("_", " "),
            "published": f"{row['published']} {row['unit'].replace('_', ' ')}",
            "computed": shown(row["computed"]),
            "verdict": row["verdict"].replace("_", " "),
            "evidence": row["evidence"],
            "why": row["note"],
        }
        for row in figures
        if row["repeat_of"] is None and row["verdict"] in ODD
    ]


def front(
    loaded: LoadedParams, stages: dict[str, Declaration], record: RunRecord, figures: Rows, decided: Rows, score: Rows
) -> str:
    """Return the front page: what is decided, what is demonstration, the scorecard, and where the print is at odds."""
    parts = [_cards(figures, decided), "<h2>What the evidence decides</h2>"]
    own = [_claim(row) for row in _decided(decided)]
    if own:
        parts.append(
            _table(
                own,
                name="decided-claims",
                title=f"{len(own)} claims that published, open or supplied data decide",
                caption="Each rule was fixed before the data were seen. Not shown is not the same as refuted.",
                source="Ledger of claims and this run",
            )
        )
    else:
        parts.append("<p>No claim is decided: nothing but demonstration data was used, or no stage ran.</p>")
    if any(row["data"] == "demonstration" for row in decided):
        parts += [
            "<h2>What demonstration data exercise</h2>",
            f'<p class="demonstration">{text(LABEL)}</p>',
            WHAT_DEMONSTRATION_DOES,
        ]
    parts.append("<h2>Printed figures</h2>")
    if figures:
        parts += _scorecard(loaded, figures, score)
    else:
        parts.append(f"<p>{text(loaded.council.name)} has no ledger of printed figures, so nothing is compared.</p>")
    parts += ["<h2>Stages</h2>", _stage_list(stages, record)]
    return "\n".join(parts)


def _scorecard(loaded: LoadedParams, figures: Rows, score: Rows) -> list[str]:
    distinct = sum(row["repeat_of"] is None for row in figures)
    tidy = [{**row, "verdict": row["verdict"].replace("_", " ")} for row in score]
    parts = [
        _table(
            tidy,
            name="scorecard",
            title=f"{distinct} distinct printed figures by evidence class and verdict",
            caption="The classes are never added up: a figure recovered from records that were built to it tests code.",
            source="Ledger of printed figures and this run",
        ),
        '<p>Every figure is on the page of <a href="figures.html">printed figures</a>.</p>',
        "<h3>Where the print does not add up, or cannot be checked</h3>",
        _table(
            _odd_rows(figures),
            name="print-at-odds",
            title="Figures that hold within rounding only, contradict others, or cannot be computed",
            caption="The workbook says so and bends no value.",
            source="Ledger of printed figures and this run",
        ),
    ]
    if both := readings(loaded):
        parts.append(
            _table(
                both,
                name="two-readings",
                title="Two readings of the same print",
                caption="An operand may have been printed exactly or rounded; the verdict hangs on it.",
                source="Ledger of printed figures",
            )
        )
    return parts


def _stage_list(stages: dict[str, Declaration], record: RunRecord) -> str:
    items = []
    for name in STAGES:
        known = record.stages.get(name)
        state = {"done": "", "failed": " (failed; last good results)", "not_supplied": " (not supplied)"}
        note = " (never run)" if known is None else state[known.status]
        one = stages[name]
        items.append(f'<li><a href="{name}.html">{text(one.title)}</a>{text(note)}: {text(one.question)}</li>')
    return f"<ol>{''.join(items)}</ol>"


def figures_page(figures: Rows) -> str:
    """Return the page of all printed figures, one section a stage."""
    if not figures:
        return "<p>This council has no ledger of printed figures, so nothing is compared.</p>"
    parts = [f"<p>{len(figures)} printings; repeats name their first printing.</p>"]
    for stage in STAGES:
        rows = [row for row in figures if row["stage"] == stage]
        parts.append(f"<h2>{text(stage.replace('_', ' ').capitalize())}</h2>")
        parts.append(
            _table(
                [
                    {
                        "figure": row["id"],
                        "what": f"{row['measure']}, {row['area']}".replace("_", " "),
                        "published": f"{row['published']} {row['qualifier']}".strip(),
                        "unit": row["unit"].replace("_", " "),
                        "computed": shown(row["computed"]),
                        "evidence": row["evidence"],
                        "verdict": row["verdict"].replace("_", " "),
                        "note": row["note"],
                    }
                    for row in rows
                ],
                name=f"figures-{stage.replace('_', '-')}",
                title=f"Printed figures of {stage.replace('_', ' ')}",
                caption="Evidence class and verdict by figure.",
                source="Ledger of printed figures and this run",
            )
        )
    return "\n".join(parts)


def findings_page(decided: Rows) -> str:
    """Return the page of all claims: those on evidence, those on demonstration data, those not testable."""
    own, tried = _decided(decided), [row for row in decided if row["data"] == "demonstration"]
    rest = [row for row in decided if row["data"] is None]
    return "\n".join(
        [
            "<h2>On published, open or supplied data</h2>",
            _table(
                [_claim(row) for row in own],
                name="claims-on-evidence",
                title=f"{len(own)} claims decided on evidence",
                caption="Supported, refuted, partly, not shown, or consistent with.",
                source="Ledger of claims and this run",
            ),
            "<h2>On demonstration data</h2>",
            _table(
                [_claim(row) for row in tried],
                name="claims-on-demonstration",
                title=f"{len(tried)} claims tried on demonstration data",
                caption="Detected: planted and found. Missed: planted, not found. False alarm: not planted, yet found.",
                source="Generated inputs",
                standing=DEMONSTRATION,
            ),
            "<h2>Not testable here</h2>",
            _table(
                [{"claim": row["claim"], "kind": row["kind"], "why": row["why"]} for row in rest],
                name="claims-not-testable",
                title=f"{len(rest)} claims that no input of this run can test",
                caption="What would decide each is named.",
                source="Ledger of claims",
            ),
        ]
    )


def provenance_page(record: RunRecord) -> str:
    """Return the page that traces the run: code, packages, params, inputs and outputs with their hashes."""
    about = [
        {"what": key.replace("_", " "), "value": str(value)} for key, value in record.about.items() if key != "packages"
    ]
    about += [
        {"what": "params file", "value": record.params_file},
        {"what": "params sha256", "value": record.params_sha256},
    ]
    packages = [{"package": key, "version": value} for key, value in record.about.get("packages", {}).items()]
    inputs = [
        {"stage": stage, "input": name, "file": one["file"], "rows": one["rows"], "sha256": one["sha256"]}
        for stage, known in record.stages.items()
        for name, one in known.inputs.items()
    ]
    outputs = [
        {"stage": stage, "file": name, "level": one["level"], "rows": one["rows"], "sha256": one["sha256"]}
        for stage, known in record.stages.items()
        for name, one in known.outputs.items()
    ]
    runs = [
        {"stage": stage, "status": known.status, "why": known.why, "started": known.started, "seconds": known.seconds}
        for stage, known in record.stages.items()
    ]
    source = "Record of the run, run.json"
    sections: list[tuple[str, Rows, str, str]] = [
        ("Run", about, "run", "Code, system and params"),
        ("Stages", runs, "stage-runs", "When each stage ran, and why"),
        ("Inputs", inputs, "input-files", "Input files and their content hashes"),
        ("Outputs", outputs, "output-files", "Files that each stage left, with disclosure level"),
        ("Packages", packages, "packages", "Versions of the direct dependencies"),
    ]
    return "\n".join(
        f"<h2>{text(heading)}</h2>" + _table(rows, name=name, title=title, caption="As recorded.", source=source)
        for heading, rows, name, title in sections
    )


def absent_page(stage: Declaration, record: RunRecord) -> str:
    """Return the body for a stage without results."""
    known = record.stages.get(stage.name)
    why = "It has never been run." if known is None else f"{known.status.replace('_', ' ').capitalize()}: {known.why}."
    needed = "".join(f"<li>{text(name)}</li>" for name in stage.inputs)
    return (
        f"<p>{text(stage.question)}</p><h2>Not in this run</h2><p>{text(why)}</p>"
        f"<p>The stage needs these inputs, named in the params file:</p><ul>{needed}</ul>"
    )
