"""HTML of captions, data tables and downloads. All text from data is escaped here and nowhere else."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from insight.display import missing
from insight.display.about import About
from insight.privacy.disclosure import STATUS
from insight.privacy.disclosure import mark as mark_of
from insight.privacy.disclosure.markers import LOW, MEANINGS

if TYPE_CHECKING:
    import pandas as pd

NOTHING = "–"
NUMBER = ' class="number"'
ACRONYMS = {
    name.lower(): name
    for name in ("UK", "OA", "OAs", "LSOA", "RAG", "IMD", "CAF", "EYFS", "PVQ", "GP", "ID", "OAC", "ACORN")
}
TERMS = {
    "kish deff": "Kish design effect",
    "deff": "design effect",
    "n eff": "effective n",
    "se": "standard error",
    "p adjusted": "adjusted p-value",
    "p value": "p-value",
    "p": "p-value",
    "e i": "E-I",
    "pabak": "PABAK",
    "ac1": "AC1",
    "moran i": "Moran's I",
    "moran": "Moran's I,",
    "outside 95": "outside 95 %",
    "outside 998": "outside 99.8 %",
}
"""Short names in code, longest first, and the field's words for them."""
_TERM = re.compile(rf"\b({'|'.join(TERMS)})\b")
PLAIN = {"year", "assessed", "seed"}
"""Words in names of columns whose numbers are names too: a year has no thousands."""
DIGITS = 8
LONG = 25
"""Rows from which a table scrolls in its own frame."""
DECIMALS_BELOW_ONE, DECIMALS, WHOLE_FROM = 3, 2, 1000
"""Default precision of numbers: below 1 in size, from 1, and the size from which no decimals show."""


def heading(column: object) -> str:
    """Return a column name as a reader sees it."""
    words = " ".join(ACRONYMS.get(word, word) for word in str(column).replace("_", " ").split())
    words = _TERM.sub(lambda found: TERMS[found[0]], words)
    words = re.sub(r"\b(\d+) (\d+)\b", r"\1-\2", words)
    for unit, shown in ((" pct", " (%)"), (" gbp", " (£)"), (" years", " (years)")):
        if words.endswith(unit):
            words = words.removesuffix(unit) + shown
    return words[:1].upper() + words[1:]


def is_missing(value: Any) -> bool:
    """Whether a cell is empty."""
    return value is None or str(value) in {"<NA>", "NaT", "nan"}


def number(value: float) -> str:
    """Return a number at a precision that suits its size."""
    if value == int(value) and abs(value) >= 1:
        return f"{value:,.0f}"
    if abs(value) >= WHOLE_FROM:
        return f"{value:,.0f}"
    return f"{value:,.{DECIMALS_BELOW_ONE if abs(value) < 1 else DECIMALS}f}"


def formatted(value: Any, form: str) -> str:
    """Return a number in its format, nought without a sign; a share that reads as nought has the mark ``[low]``."""
    text = form.format(value)
    has_digits = any(digit in text for digit in "123456789")
    if text.endswith("%") and not has_digits and value != 0:
        return mark_of(LOW)
    return text if has_digits else text.replace("-0", "0", 1)


def cell(value: Any, form: str | None = None) -> str:
    """Return a cell's text, not yet escaped."""
    if is_missing(value):
        return NOTHING
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if form is not None and not isinstance(value, str):
        return formatted(value, form)
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d"))
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        whole = isinstance(value, int) or "int" in str(getattr(value, "dtype", ""))
        return f"{value:,}" if whole else number(float(value))
    return str(value)


def form_of(column: object, given: str | None = None) -> str | None:
    """Return how a column's numbers are printed: as asked, years without a comma, else at a precision that suits."""
    return given or ("{:.0f}" if PLAIN & set(str(column).split("_")) else None)


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    label: str,
    formats: Mapping[str, str] | None = None,
    inapplicable: Sequence[str] = (),
) -> str:
    """Return an accessible table: caption, scopes, scroll region, in each missing cell the mark of its reason, a key.

    Columns ``status`` (of the row) and ``<column>_status`` (of one column's cells) are not shown: where they hold a
    status, missing cells show its mark, such as ``[c]``. Other missing numbers show what their table declares of the
    column (:func:`insight.privacy.disclosure.markers.tell`), else ``[x]``, not available, or in the columns named
    ``inapplicable`` ``[z]``, not applicable.
    """
    shown, forms = missing.columns(frame), formats or {}
    numeric = {column: missing.is_number(frame, column) for column in shown}
    marks = {column: missing.marks(frame, column, is_inapplicable=column in inapplicable) for column in shown}
    head = "".join(
        f'<th scope="col"{NUMBER if numeric[column] else ""}>{escape(heading(column))}</th>' for column in shown
    )
    body = []
    for number, values in enumerate(frame[shown].itertuples(index=False, name=None)):
        cells = []
        for place, (column, value) in enumerate(zip(shown, values, strict=True)):
            text = (
                marks[column][number] or NOTHING
                if is_missing(value)
                else cell(value, form_of(column, forms.get(column)))
            )
            mark = NUMBER if numeric[column] else ""
            tag = f'<th scope="row"{mark}>{escape(text)}</th>' if place == 0 else f"<td{mark}>{escape(text)}</td>"
            cells.append(tag)
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll{" long" if len(frame) > LONG else ""}" tabindex="0" role="region" '
        f'aria-label="{escape(label)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>{missing.key(*body, *_flags(frame))}"
    )


def _flags(frame: pd.DataFrame) -> list[str]:
    """Return the marks of rows that are flagged though their numbers stay, such as few cases."""
    return [mark_of(one) for one in dict.fromkeys(frame[STATUS]) if one in MEANINGS] if STATUS in frame.columns else []


def csv_text(frame: pd.DataFrame) -> str:
    """Return the rows as CSV, fractions to :data:`DIGITS` significant digits: more than any of them knows."""
    return str(frame.to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}g"))


def download(frame: pd.DataFrame, name: str) -> str:
    """Return a link that saves the rows as CSV without a network."""
    data = base64.b64encode(csv_text(frame).encode()).decode()
    return (
        f'<p class="download"><a download="{escape(name)}.csv" href="data:text/csv;charset=utf-8;base64,{data}">'
        f"Download {escape(name)}.csv</a></p>"
    )


def standing_label(about: About) -> str:
    """Return the line that tells what the data are; demonstration data stand out."""
    kind = "demonstration" if about.standing.is_demonstration else "standing"
    return f'<p class="{kind}">{escape(about.standing.label)}</p>'


def source_line(about: About) -> str:
    """Return source, n and standing as one line."""
    return f"Source: {escape(about.source)}. n = {about.n:,}. {escape(about.standing.label)}."


def figure(
    about: About, picture: str, data: pd.DataFrame, *, marked: str, formats: Mapping[str, str] | None = None
) -> str:
    """Return a whole figure: finding, picture, key to its marks, caption with source and n, the data behind a toggle.

    ``marked`` is the text of the picture in which marks may stand.
    """
    behind = table(data, caption=f"Data: {about.title}", label=f"Data behind {about.title}", formats=formats)
    return (
        f'<figure class="insight-figure" data-name="{escape(about.name)}" data-standing="{about.standing.kind}" '
        f'data-level="publishable"><p class="figure-title">{escape(about.title)}</p>{standing_label(about)}{picture}'
        f"{missing.key(marked)}"
        f'<figcaption>{escape(about.caption)} <span class="source">{source_line(about)}</span></figcaption>'
        f"<details><summary>Data behind this picture<span class=hidden>: {escape(about.title)}</span></summary>"
        f"{behind}{download(data, about.name)}</details></figure>"
    )
