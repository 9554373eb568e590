"""The glossary, and the page that says how figures and claims are decided."""

from __future__ import annotations

import re

from insight import paths
from insight.published.findings import decide_part
from insight.report.page import Run
from insight.report.pages.logs import reference_rows
from insight.report.parts import table
from insight.report.rendering import text

EVIDENCE = (
    ("recomputed", "follows by a declared formula from other printed figures"),
    ("recovered", "demonstration records were built to the printed total and the stage found it by aggregating them"),
    ("transcribed", "an input, or read from one cell: equality with itself proves nothing"),
    ("replicated", "independent, real open data confirm or refute the print"),
)
VERDICTS = (
    ("reproduces", "the value from the stated inputs lies in the interval of the printed one"),
    ("consistent within rounding", "the value misses, but the intervals of inputs and print meet"),
    ("bound satisfied", "the print gives a bound, and it holds"),
    ("inconsistent in source", "no rounding of the printed inputs gives the printed value"),
    ("not computable", "something needed is not printed; the value that it implies is given"),
    ("not comparable", "the two numbers count different things"),
    ("not tested", "an input: nothing to compare it with"),
    ("differs", "the inputs of this run contradict the print"),
)
ROUNDING = (
    ("exact", "the value itself"),
    ("rounded", "half a unit of the last significant digit either way"),
    ("below: nearly, almost", "from half a unit below up to the value"),
    ("above: over", "from the value up to one unit above"),
    ("open: at least", "from the value upwards"),
)


def glossary_page() -> str:
    """Return the glossary as a list of definitions."""
    items = "".join(
        f"<dt>{text(row['term'])}</dt><dd>{text(row['meaning'])}</dd>" for row in reference_rows("glossary.csv")
    )
    return f"<dl class=glossary>{items}</dl>"


def _pairs(pairs: tuple[tuple[str, str], ...], first: str, *, name: str, title: str) -> str:
    rows = [{first: one, "meaning": other} for one, other in pairs]
    return table(rows, name=name, title=title, caption="The same words on every page.", source="Rules of the workbook")


def _rules() -> tuple[tuple[str, str], ...]:
    """Return the rules as their own function's words give them."""
    lines = re.findall(r"``(\w+)``: (.*?)(?=\n\s+``|\Z)", decide_part.__doc__ or "", re.DOTALL)
    return tuple((name, " ".join(said.replace("``", "").split())) for name, said in lines)


def _paragraph(block: str) -> str:
    bold = re.sub(r"[*]{2}(.+?)[*]{2}", r"<strong>\1</strong>", text(" ".join(block.split())))
    return f"<p>{bold}</p>"


def _decisions() -> str:
    parts = []
    for file in sorted((paths.root() / "docs" / "decisions").glob("*.md")):
        title, *blocks = file.read_text(encoding="utf-8").split("\n\n")
        parts.append(f"<h3>{text(title.lstrip('# ').strip())}</h3>{''.join(map(_paragraph, blocks))}")
    return "\n".join(parts)


def methods_page(run: Run) -> str:
    """Return the page of rules: evidence classes, verdicts, rounding, outcomes, disclosure, decisions taken."""
    disclosure = run.loaded.disclosure
    return "\n".join(
        [
            "<h2>How a printed figure is judged</h2>",
            _pairs(EVIDENCE, "evidence class", name="evidence-classes", title="Four kinds of reproduced, never mixed"),
            _pairs(VERDICTS, "verdict", name="verdicts", title="What a comparison may say"),
            _pairs(
                ROUNDING, "printed as", name="rounding-rules", title="The interval that a printed number stands for"
            ),
            "<h2>How a claim is decided</h2>",
            (
                "<p>Statistic, rule and threshold stand beside the claim before data are seen; one function decides. "
                "On published, open or supplied data the words are supported, refuted, partly, not shown, or, for a "
                "causal claim, at most consistent with. On demonstration data they are detected, missed or false "
                "alarm.</p>"
            ),
            _pairs(
                _rules(), "rule", name="decision-rules", title="When an estimate with its interval supports a claim"
            ),
            "<h2>Small numbers</h2>",
            (
                f"<p>Policy {text(disclosure.policy)}: counts of people from 1 to {disclosure.threshold - 1} are not "
                "shown, and a further cell is hidden wherever a total would give one away. Hidden cells show [c]; "
                "they are a status, never zero.</p>"
            ),
            "<h2>Decisions about the workbook</h2>",
            _decisions(),
        ]
    )
