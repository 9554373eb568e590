"""Strands side by side: what each stage decided, where they agree, and where they are silent.

Convergence coding after Farmer and others (2006) and O'Cathain and others (2010): agreement where meaning and
prominence match, partial where meaning alone does, dissonance, silence. Silence is not disagreement: it stays out of
the denominator and is shown as coverage.
"""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from insight import paths
from insight.params import STAGES
from insight.stages.base import FINDINGS_FILE

AGREEMENT, PARTIAL, DISSONANCE, SILENCE = "agreement", "partial", "dissonance", "silence"
CELL = {
    "supported": AGREEMENT,
    "detected": AGREEMENT,
    "partly": PARTIAL,
    "consistent with": PARTIAL,
    "refuted": DISSONANCE,
    "false alarm": DISSONANCE,
}
UNSHOWN = ("not shown", "missed")
"""Tested without being shown: no agreement, but no disagreement either."""
EVIDENCE = ("supported", "refuted", "partly", "consistent with", "not shown")
METHOD = ("detected", "missed", "false alarm")


def decided(council: str) -> pd.DataFrame:
    """Return every decision that the other stages handed on, one row a finding; stages without results are absent."""
    rows: list[dict[str, Any]] = []
    for stage in STAGES:
        file = paths.stage_dir(council, stage) / FINDINGS_FILE
        if stage != "synthesis" and file.exists():
            rows += json.loads(file.read_text(encoding="utf-8"))
    columns = ["id", "stage", "claim", "kind", "rule", "threshold", "value", "interval", "outcome", "data", "why"]
    return pd.DataFrame(rows, columns=columns)


def outcomes_by_strand(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return counts of findings by strand: decided on evidence, tried on demonstration data, not testable."""
    demonstration = decisions["data"] == "demonstration"
    frame = pd.DataFrame(
        {
            "strand": decisions["stage"],
            "supported": (decisions["outcome"] == "supported") & ~demonstration,
            "refuted": (decisions["outcome"] == "refuted") & ~demonstration,
            "partly_or_consistent": decisions["outcome"].isin(["partly", "consistent with"]) & ~demonstration,
            "not_shown": (decisions["outcome"] == "not shown") & ~demonstration,
            "tried_on_demonstration": demonstration,
            "detected": decisions["outcome"] == "detected",
            "not_testable": decisions["outcome"] == "not testable here",
        }
    )
    counts = frame.groupby("strand", sort=False).sum().astype(int).reset_index()
    return counts.assign(findings=counts["strand"].map(decisions["stage"].value_counts()))


def _cell(outcomes: pd.Series) -> str:
    """Return what a strand says of a topic, from the outcomes of its findings on it.

    Meaning: some finding is shown as the topic puts it, and none is refuted. Prominence: every finding that could be
    tested is. Both give agreement, meaning alone partial agreement; a refuted finding is dissonance. A strand none of
    whose findings is shown, in part or refuted is silent.
    """
    coded = outcomes.map(CELL)
    if not coded.notna().any():
        return SILENCE
    if (coded == DISSONANCE).any():
        return DISSONANCE
    tested = outcomes.isin([*CELL, *UNSHOWN])
    return AGREEMENT if (coded[tested] == AGREEMENT).all() else PARTIAL


def convergence(decisions: pd.DataFrame, topics: pd.DataFrame) -> pd.DataFrame:
    """Return the topic by strand matrix in long form: one row a topic and strand that speaks to it.

    Args:
        decisions: as from :func:`decided`.
        topics: columns topic, label, strand, finding.

    Returns:
        Columns topic, label, strand, cell, shown and tested (findings of the strand on the topic), findings,
        is_demonstration.
    """
    joined = topics.merge(decisions[["id", "outcome", "data"]], left_on="finding", right_on="id", how="left")
    joined["is_shown"] = joined["outcome"].map(CELL) == AGREEMENT
    joined["is_tested"] = joined["outcome"].isin([*CELL, *UNSHOWN])
    joined["is_demonstration"] = joined["data"] == "demonstration"
    grouped = joined.groupby(["topic", "label", "strand"], sort=False)
    return grouped.agg(
        cell=("outcome", _cell),
        shown=("is_shown", "sum"),
        tested=("is_tested", "sum"),
        findings=("finding", " ".join),
        is_demonstration=("is_demonstration", "max"),
    ).reset_index()


def agreement(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return, by topic, strands that speak, strands that are silent, and the share in agreement among those that speak.

    Partial counts a half; dissonance is flagged, never averaged away.
    """
    rows = []
    for (topic, label), cells in matrix.groupby(["topic", "label"], sort=False):
        spoken = cells.loc[cells["cell"] != SILENCE, "cell"]
        score = (spoken == AGREEMENT).sum() + 0.5 * (spoken == PARTIAL).sum()
        rows.append(
            {
                "topic": topic,
                "label": label,
                "strands_speaking": len(spoken),
                "strands_silent": int((cells["cell"] == SILENCE).sum()),
                "agreement_share": score / len(spoken) if len(spoken) else None,
                "has_dissonance": bool((spoken == DISSONANCE).any()),
                "is_demonstration": bool(cells["is_demonstration"].any()),
            }
        )
    return pd.DataFrame(rows)
