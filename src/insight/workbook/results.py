"""What a run found, over all stages: printed figures with verdicts, and claims with outcomes.

Stages that did not run are asked too, so that every figure and every claim has a row.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from insight import atomic, paths
from insight.errors import NotSuppliedError
from insight.params import STAGES, LoadedParams
from insight.published import comparison, findings, ledger
from insight.stages.base import FIGURES_FILE, FINDINGS_FILE
from insight.workbook import record

Rows = list[dict[str, Any]]
DIFFERS = "differs"
CLAIMS_OF = "oldham"
"""Whose claims a council without a ledger is asked."""


def _of_stages(council: str, name: str) -> dict[str, Rows]:
    found = {}
    for stage in STAGES:
        file = paths.stage_dir(council, stage) / name
        if file.exists():
            found[stage] = json.loads(file.read_text(encoding="utf-8"))
    return found


def merge_figures(loaded: LoadedParams) -> Rows:
    """Return all printed figures in printed order; none for a council without a ledger."""
    book = ledger.load(loaded.ledger)
    if book is None:
        return []
    written = _of_stages(loaded.council.slug, FIGURES_FILE)
    by_id: dict[str, dict[str, Any]] = {}
    for stage in STAGES:
        rows = written.get(stage) or [row.as_dict() for row in comparison.compare(book, stage, {})]
        by_id |= {row["id"]: row for row in rows}
    return [by_id[figure.id] for figure in book]


def merge_findings(loaded: LoadedParams) -> Rows:
    """Return all claims in printed order."""
    claims = findings.load_claims(loaded.ledger) or findings.load_claims(CLAIMS_OF)
    written = _of_stages(loaded.council.slug, FINDINGS_FILE)
    by_id: dict[str, dict[str, Any]] = {}
    for stage in STAGES:
        rows = written.get(stage) or [row.as_dict() for row in findings.decide_stage(claims, stage, {})]
        by_id |= {row["id"]: row for row in rows}
    return [by_id[name] for name in claims]


def merge(loaded: LoadedParams) -> tuple[Rows, Rows]:
    """Write the merged ``figures.json`` and ``findings.json`` of a council, and return them."""
    folder = paths.build_dir(loaded.council.slug)
    figures, decided = merge_figures(loaded), merge_findings(loaded)
    atomic.write_json(folder / FIGURES_FILE, figures)
    atomic.write_json(folder / FINDINGS_FILE, decided)
    return figures, decided


def of_last_run(loaded: LoadedParams, name: str) -> Rows:
    """Return the merged rows of a council's last run.

    Raises:
        NotSuppliedError: the council has not been run.
    """
    file = paths.build_dir(loaded.council.slug) / name
    if not file.exists() or not record.file_of(loaded.council.slug).exists():
        raise NotSuppliedError(f"{loaded.council.name} has not been run. Fix: insight run {paths.shown(loaded.path)}")
    return json.loads(file.read_text(encoding="utf-8"))


def distinct(figures: Rows) -> Rows:
    """Return figures without repeats."""
    return [row for row in figures if row["repeat_of"] is None]


def differing(figures: Rows) -> Rows:
    """Return distinct figures that inputs contradict."""
    return [row for row in distinct(figures) if row["verdict"] == DIFFERS]


def listed(ledger_name: str) -> set[str]:
    """Return the ids of figures that only count what the print lists; none without a ledger."""
    book = ledger.load(ledger_name)
    return {figure.id for figure in book if figure.is_listed} if book else set()


def scorecard(figures: Rows, ledger_name: str) -> Rows:
    """Return counts of distinct figures by evidence class and verdict; counts of printed items on a line of their own.

    Args:
        figures: merged rows of a run.
        ledger_name: the publication's folder, which tells the figures that only count what is listed.
    """
    counted = listed(ledger_name)
    kinds = Counter((_class(row, counted), row["verdict"]) for row in distinct(figures))
    return [
        {"evidence": evidence, "verdict": verdict, "figures": count}
        for (evidence, verdict), count in sorted(kinds.items())
    ]


def _class(row: dict[str, Any], counted: set[str]) -> str:
    is_count = row["evidence"] == "recomputed" and row["id"] in counted
    return "recomputed (count of printed items)" if is_count else str(row["evidence"])


def outcomes(decided: Rows) -> Rows:
    """Return counts of claims by what data decided them and outcome."""
    kinds = Counter((row["data"] or "none", row["outcome"]) for row in decided)
    return [{"data": data, "outcome": outcome, "claims": count} for (data, outcome), count in sorted(kinds.items())]
