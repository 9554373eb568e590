"""Small parts that several pages share: tables from rows, badges of outcomes, words for codes."""

from __future__ import annotations

from typing import Any

from insight.display.standard import shown_interval, shown_values
from insight.display.table import Table
from insight.published.amounts import unit_name
from insight.published.comparison import shown
from insight.report.page import Rows
from insight.report.rendering import text
from insight.sources.standing import PUBLISHED, Standing

DEMONSTRATION = Standing(kind="demonstration")


def table(rows: Rows, *, name: str, title: str, caption: str, source: str, standing: Standing = PUBLISHED) -> str:
    """Return rows as a table for readers, or a sentence where there are none."""
    import pandas as pd

    if not rows:
        return f"<p>{text(title)}: nothing to show.</p>"
    frame = pd.DataFrame(rows)
    made = Table(frame, name=name, title=title, caption=caption, source=source, n=len(rows), standing=standing)
    return made.html()


def filterable(html: str, columns: tuple[str, ...]) -> str:
    """Wrap a table so that the page's script offers a choice of values for each named column, and a box of words."""
    return f'<div class="filterable" data-filter="{text("|".join(columns))}">{html}</div>'


def words(code: object) -> str:
    """Return a code as words."""
    return str(code).replace("_", " ")


def badge(outcome: str) -> str:
    """Return an outcome or verdict as a labelled badge; the words carry the meaning, the shade only helps."""
    return f'<span class="badge badge-{text(words(outcome).replace(" ", "-"))}">{text(words(outcome))}</span>'


def claim_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a claim as a row for readers."""
    return {
        "claim": row["claim"],
        "outcome": row["outcome"],
        "data": row["data"] or "none",
        "stage": words(row["stage"]),
        "statistic": row["statistic"],
        "rule": "" if row["rule"] == "none" else f"{row['rule']} {row['threshold']}",
        "estimate": shown_values(row["value"]),
        "limits, 95% unless said": shown_interval(row["interval"]),
        "why": row["why"],
    }


def figure_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a printed figure as a row for readers."""
    return {
        "figure": row["id"],
        "what": f"{words(row['measure'])}, {row['place']}",
        "published": f"{row['published']} {row['qualifier']}".strip(),
        "unit": unit_name(row["unit"]),
        "computed": shown(row["computed"]),
        "evidence": row["evidence"],
        "verdict": words(row["verdict"]),
        "stage": words(row["stage"]),
        "note": row["note"],
    }
