"""From aims, priorities and later programmes to strands, findings and actions; and systems to where they live here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

COLUMNS = ["kind", "aim", "strand", "finding", "claim", "outcome", "actions", "gap"]


def trace(
    traces: pd.DataFrame, decided: pd.DataFrame, claims: Mapping[str, str], actions: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return one row an aim and finding, with the finding's outcome and the actions that rest on it.

    Args:
        traces: columns kind (aim, priority, programme), code, label, strand, finding.
        decided: what the stages of this run decided.
        claims: claim by finding id.
        actions: texts of entries by finding id.

    ``gap`` says where the line breaks: the strand was not run, or no entry of the register takes the finding up.
    """
    outcome = decided.set_index("id")["outcome"].to_dict()
    rows = []
    for row in traces.itertuples():
        taken = actions.get(str(row.finding), [])
        gap = "" if taken else "no action rests on it"
        if row.finding not in outcome and row.strand != "synthesis":
            gap = "; ".join(filter(None, ["its strand has not run", gap]))
        rows.append(
            {
                "kind": row.kind,
                "aim": row.label,
                "strand": str(row.strand).replace("_", " "),
                "finding": row.finding,
                "claim": claims[str(row.finding)],
                "outcome": outcome.get(row.finding, "not testable here" if row.strand == "synthesis" else "not run"),
                "actions": "; ".join(taken),
                "gap": gap,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def unmet(traced: pd.DataFrame) -> list[str]:
    """Return aims that no action serves by way of any finding."""
    served = traced.groupby("aim", sort=False)["actions"].agg(any)
    return [str(name) for name, is_served in served.items() if not is_served]
