"""The report's table of what open data can test: what they gave where they were fetched, what to fetch where not."""

from __future__ import annotations

from typing import Any

from insight import paths
from insight.display.standard import shown_values
from insight.published import ledger, replication
from insight.published.amounts import amount
from insight.published.comparison import shown
from insight.published.replication import Item
from insight.report.page import Rows, Run
from insight.report.parts import table, words

UNTESTED = ("run ", "decided on ", "not comparable")
"""How the state of an item begins that open data did not decide."""


def _told(item: Item, row: dict[str, Any], command: str) -> dict[str, str]:
    """Return state and value of one item: tested, or the command that fetches its sources."""
    if item.hint in str(row["note"] if item.kind == replication.FIGURE else row["why"]):
        return {"open data": f"run `{command} {' '.join(item.sources)}`", "gave": ""}
    if item.kind == replication.FIGURE:
        if row["evidence"] != "replicated":
            return {"open data": "not comparable; beside the figure in its note", "gave": ""}
        return {"open data": words(row["verdict"]), "gave": shown(row["computed"])}
    is_open = row["data"] == "open"
    return {
        "open data": row["outcome"] if is_open else f"decided on {row['data']} data",
        "gave": shown_values(row["value"]),
    }


def _rows(run: Run) -> Rows:
    """Return one row for each printed figure and claim that open data can test."""
    book = ledger.load(run.loaded.ledger)
    if book is None:
        return []
    known = {row["id"]: row for row in (*run.figures, *run.decided)}
    command = f"insight fetch {paths.shown(run.loaded.path)}"
    found = []
    for item in replication.items(book):
        row = known[item.id]
        is_figure = item.kind == replication.FIGURE
        found.append(
            {
                "what": f"{words(row['measure'])}, {row['place']}" if is_figure else row["claim"],
                "printed": amount(row["published"], unit=row["unit"]) if is_figure else "a claim",
                "measure": item.measure,
                **_told(item, row, command),
            }
        )
    return found


def open_data_part(run: Run) -> list[str]:
    """Return the section on independent open data; nothing for a council without a ledger."""
    rows = _rows(run)
    if not rows:
        return []
    tested = sum(not row["open data"].startswith(UNTESTED) for row in rows)
    title = f"{tested} of {len(rows)} printed figures and claims within reach of open data were tested on them"
    return [
        f"<h2>What open data can test</h2><details><summary>{title}</summary>",
        table(
            rows,
            name="open-data",
            title=title,
            caption="Independent data are the strongest evidence on a print. Not comparable: they count something "
            "near, but not the same. Where nothing was fetched, the command that fetches the sources is given.",
            source="Registry of open data and this run",
        ),
        "</details>",
    ]
