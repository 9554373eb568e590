"""The front page: what is decided and on what, where the print is at odds with itself, and where to read on."""

from __future__ import annotations

from typing import Any

from insight.display.html import number
from insight.params import STAGES
from insight.report.page import Rows, Run
from insight.report.pages.open_data import open_data_part
from insight.report.pages.scorecard import scorecard_part
from insight.report.parts import DEMONSTRATION, badge, claim_row, table, words
from insight.report.rendering import text
from insight.sources.standing import LABEL
from insight.workbook import results

ORDER = ("supported", "consistent with", "partly", "refuted", "not shown")
STATES = {"done": "", "failed": "failed; last good results", "not_supplied": "not supplied"}


def front(run: Run) -> str:
    """Return the body of the front page."""
    parts = [_standfirst(run), _cards(run), *_evidence(run), "<h2>Printed figures</h2>"]
    if run.figures:
        parts += scorecard_part(run)
    else:
        parts.append(f"<p>{text(run.council)} has no ledger of printed figures, so nothing is compared.</p>")
    parts += [*open_data_part(run), *_demonstration(run), "<h2>Stages</h2>", _stage_list(run)]
    return "\n".join(parts)


def _standfirst(run: Run) -> str:
    ran = sum(run.has_results(name) for name in run.stages)
    return (
        f'<p class="standfirst">Customer insight on families and early intervention in {text(run.council)}: '
        f"{ran} of {len(run.stages)} stages have results. Evidence, tests on generated data and what the publication "
        "merely prints are kept apart throughout.</p>"
    )


def _cards(run: Run) -> str:
    supported = sum(row["outcome"] == "supported" for row in run.on_evidence)
    cards = [
        (
            len(run.on_evidence),
            f"of {len(run.decided)} claims decided on published, open or supplied data; {supported} supported",
            "findings.html",
        )
    ]
    if run.figures:
        counted = results.listed(run.loaded.ledger)
        recomputed = [row for row in run.distinct if row["evidence"] == "recomputed" and row["id"] not in counted]
        hold = sum(row["verdict"] == "reproduces" for row in recomputed)
        odd = sum(row["verdict"] == "inconsistent_in_source" for row in recomputed)
        differ = sum(row["verdict"] == "differs" for row in run.distinct)
        follow = f"of {len(recomputed)} printed figures that follow from others by arithmetic reproduce"
        cards += [
            (hold, follow, "figures.html"),
            (odd, "printed figures contradict the figures that they are made of", "figures.html"),
            (differ, "printed figures contradicted by the inputs of this run", "figures.html"),
        ]
    if run.on_demonstration:
        tried = "claims tried on demonstration data: they test the method and are no evidence"
        cards.append((len(run.on_demonstration), tried, "findings.html"))
    items = "".join(
        f'<li><a href="{page}"><strong>{count}</strong> {text(said)}</a></li>' for count, said, page in cards
    )
    return f'<ul class="cards">{items}</ul>'


def reading(row: dict[str, Any]) -> str:
    """Return what was measured for a claim, its values and their limits, as plain words."""
    return f"{row['statistic'][:1].upper()}{row['statistic'][1:]}: {_pairs(row)}. Data: {row['data']}."


def _pairs(row: dict[str, Any]) -> str:
    values = row["value"] if isinstance(row["value"], list) else [row["value"]]
    limits = row["interval"] if isinstance(row["value"], list) else [row["interval"]]
    return "; ".join(
        f"{_number(value, 'not known')} ({' to '.join(_number(one, 'no limit') for one in pair)})"
        for value, pair in zip(values, limits, strict=True)
    )


def _number(value: float | None, absent: str) -> str:
    return absent if value is None else number(value)


def _item(row: dict[str, Any]) -> str:
    return (
        f'<li>{badge(row["outcome"])} <a href="{row["stage"]}.html">{text(row["claim"])}</a>'
        f'<span class="reading">{text(reading(row))}</span></li>'
    )


def _evidence(run: Run) -> list[str]:
    parts = ["<h2>What the evidence decides</h2>"]
    if not run.on_evidence:
        return [*parts, "<p>No claim is decided: nothing but demonstration data was used, or no stage ran.</p>"]
    ranked = sorted(run.on_evidence, key=lambda row: ORDER.index(row["outcome"]))
    parts.append("<p>Each claim with what was measured, its value and its 95 % limits or limits of rounding.</p>")
    parts.append(f'<ul class="claims">{"".join(map(_item, ranked))}</ul>')
    parts.append("<details><summary>The same as a table, with the rule that decided each claim</summary>")
    parts.append(
        table(
            [claim_row(row) for row in ranked],
            name="decided-claims",
            title=f"{len(ranked)} claims that published, open or supplied data decide",
            caption="Each rule was fixed before the data were seen. Not shown is not the same as refuted.",
            source="Ledger of claims and this run",
        )
    )
    return [*parts, "</details>"]


def _demonstration(run: Run) -> list[str]:
    if not run.on_demonstration:
        return []
    return [
        "<h2>What demonstration data exercise</h2>",
        f'<p class="demonstration">{text(LABEL)}</p>',
        (
            "<p>Generated inputs test that the workbook finds what was planted and stays silent where nothing was. "
            'They are counted apart and decide nothing about the place. See <a href="findings.html">all claims</a>.</p>'
        ),
        table(
            _by_stage(run.on_demonstration),
            name="tried-by-stage",
            title=f"{len(run.on_demonstration)} claims tried on demonstration data, by stage",
            caption="Detected: planted and found. Missed: planted, not found. False alarm: not planted, yet found.",
            source="Generated inputs",
            standing=DEMONSTRATION,
        ),
    ]


def _by_stage(rows: Rows) -> Rows:
    seen = list(dict.fromkeys(row["outcome"] for row in rows))
    return [
        {"stage": words(stage)}
        | {name: sum(row["stage"] == stage and row["outcome"] == name for row in rows) for name in seen}
        for stage in dict.fromkeys((*STAGES, *(row["stage"] for row in rows)))
        if any(row["stage"] == stage for row in rows)
    ]


def _stage_list(run: Run) -> str:
    items = []
    for name in run.stages:
        known, one = run.known.stages.get(name), run.stages[name]
        state = "never run" if known is None else STATES[known.status]
        note = f" ({state})" if state else ""
        items.append(f'<li><a href="{name}.html">{text(one.title)}</a>{text(note)}: {text(one.question)}</li>')
    return f"<ol>{''.join(items)}</ol>"
