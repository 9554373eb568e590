"""All claims: those decided on evidence, those tried on demonstration data, those not testable here."""

from __future__ import annotations

from insight.report.page import Run
from insight.report.parts import DEMONSTRATION, claim_row, filterable, table, words


def claims_page(run: Run) -> str:
    """Return the body of the page of claims."""
    rest = [row for row in run.decided if row["data"] is None]
    return "\n".join(
        [
            "<h2>On published, open or supplied data</h2>",
            table(
                [claim_row(row) for row in run.on_evidence],
                name="claims-on-evidence",
                title=f"{len(run.on_evidence)} claims decided on evidence",
                caption="Supported, refuted, partly, not shown, or consistent with.",
                source="Ledger of claims and this run",
            ),
            "<h2>On demonstration data</h2>",
            filterable(
                table(
                    [claim_row(row) for row in run.on_demonstration],
                    name="claims-on-demonstration",
                    title=f"{len(run.on_demonstration)} claims tried on demonstration data",
                    caption="Detected: planted and found. Missed: planted, not found. False alarm: not planted, yet "
                    "found.",
                    source="Generated inputs",
                    standing=DEMONSTRATION,
                ),
                ("Outcome", "Stage"),
            ),
            "<h2>Not testable here</h2>",
            table(
                [
                    {
                        "claim": row["claim"],
                        "kind": row["kind"],
                        "stage": words(row["stage"]),
                        "what would decide it": row["why"],
                    }
                    for row in rest
                ],
                name="claims-not-testable",
                title=f"{len(rest)} claims that no input of this run can test",
                caption="What would decide each is named.",
                source="Ledger of claims",
            ),
        ]
    )
