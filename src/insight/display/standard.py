"""The tables that every notebook shows alike: inputs and their standing, findings, printed figures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from insight.display.html import WHOLE_FROM
from insight.display.table import Table
from insight.published.amounts import unit_name
from insight.published.comparison import Comparison, shown
from insight.published.findings import Decision
from insight.sources.standing import PUBLISHED, Standing

if TYPE_CHECKING:
    from insight.privacy.loading import Inputs


def inputs_table(inputs: Inputs) -> Table:
    """Return what a stage works on: input, file, rows and standing."""
    import pandas as pd

    from insight import paths
    from insight.catalogue import BY_NAME

    frame = pd.DataFrame(
        [
            {
                "input": BY_NAME[name].title,
                "file": paths.shown(inputs.files[name]),
                "rows": len(rows),
                "standing": inputs.standings[name].label,
            }
            for name, rows in inputs.frames.items()
        ]
    )
    return Table(
        frame,
        name="inputs",
        title="Data used, and what they are",
        caption="Rows about people are aggregated inside the package and never shown.",
        source="The council's params file",
        n=int(frame["rows"].sum()),
        standing=inputs.standing(),
    )


def _short(value: float) -> str:
    """Return a number at four significant digits, from a thousand in whole ones: more than any of them knows."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.4g}"


def shown_interval(interval: list[Any] | None) -> str:
    """Return the limits of a decision, one pair a part."""
    if interval is None:
        return ""
    pairs = interval if isinstance(interval[0], list) else [interval]
    return "; ".join(" to ".join("no limit" if limit is None else _short(limit) for limit in pair) for pair in pairs)


def shown_values(value: list[float | None] | float | None) -> str:
    """Return the estimates of a decision, one a part; `?` for a part that no data give."""
    if value is None:
        return ""
    return "; ".join("?" if one is None else _short(one) for one in (value if isinstance(value, list) else [value]))


def findings_table(decisions: Sequence[Decision]) -> Table | Note:
    """Return a stage's claims with rule, estimate, interval, outcome and reason."""
    import pandas as pd

    if not decisions:
        return note("The publication makes no claim that belongs to this stage.", PUBLISHED)
    frame = pd.DataFrame(
        [
            {
                "claim": row.claim,
                "outcome": row.outcome,
                "data": row.data or "none",
                "statistic": row.statistic,
                "rule": "" if row.rule == "none" else f"{row.rule} {row.threshold}",
                "estimate": shown_values(row.value),
                "interval_95": shown_interval(row.interval),
                "why": row.why,
            }
            for row in decisions
        ]
    )
    is_demonstration = any(row.data == "demonstration" for row in decisions)
    return Table(
        frame.rename(columns={"interval_95": "limits, 95% unless said"}),
        name="findings",
        title="Claims of the publication and what this run says of each",
        caption="Detected, missed and false alarm are said of demonstration data and test the method alone; supported, "
        "refuted, partly and not shown are said of published, open or supplied data.",
        source="Ledger of claims; estimates of this stage",
        n=len(frame),
        standing=Standing(kind="demonstration") if is_demonstration else PUBLISHED,
    )


def figures_table(rows: Sequence[Comparison]) -> Table | Note:
    """Return a stage's printed figures with evidence class and verdict, repeats left out."""
    import pandas as pd

    distinct = [row for row in rows if row.repeat_of is None]
    if not distinct:
        return note("This council has no ledger of printed figures; nothing is compared.", PUBLISHED)
    frame = pd.DataFrame(
        [
            {
                "figure": row.id,
                "measure": row.measure,
                "published": f"{row.published} ({row.qualifier})" if row.qualifier else row.published,
                "unit": unit_name(row.unit),
                "computed": shown(row.computed),
                "evidence": row.evidence,
                "verdict": row.verdict.replace("_", " "),
                "note": row.note,
            }
            for row in distinct
        ]
    )
    return Table(
        frame,
        name="printed-figures",
        title="Printed figures, what this run computes, and the verdict",
        caption="Recomputed: from other printed figures. Recovered: aggregated from demonstration records built to the "
        "print, which tests the code. Transcribed: read from one cell or printed only, so not tested. Replicated: from "
        "independent open data.",
        source="Ledger of printed figures; this stage",
        n=len(frame),
        standing=PUBLISHED,
    )


class Note:
    """A sentence in place of an output that has nothing to show."""

    def __init__(self, text: str, standing: Standing) -> None:
        self.text, self.standing = text, standing

    def html(self) -> str:
        """Return the note as HTML."""
        kind = "demonstration" if self.standing.is_demonstration else "standing"
        label = f'<p class="{kind}">{escape(self.standing.label)}</p>'
        return f'<div class="insight-note"><p>{escape(self.text)}</p>{label}</div>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/html": self.html(), "text/plain": self.text}


def note(text: str, standing: Standing) -> Note:
    """Return a sentence shown where a picture or table has nothing to show, for instance when an input is absent."""
    return Note(text, standing)
