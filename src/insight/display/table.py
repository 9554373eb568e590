"""A table with a finding as its title, a caption, a source and n, and a CSV of the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from insight.display import html, interactive
from insight.display.about import About, described
from insight.privacy.disclosure import merging
from insight.sources.standing import Standing

if TYPE_CHECKING:
    import pandas as pd


class Table:
    """Rows for readers.

    Args:
        frame: aggregated rows; a ``status`` column of ``c`` marks suppressed cells.
        name: kebab-case name, also of the CSV.
        title: what the table shows.
        caption: how to read it.
        source: where the numbers come from.
        n: cases behind it.
        standing: what the data are.
        formats: format string by column, such as ``{"share": "{:.1%}"}``.
        inapplicable: columns of numbers in which a missing one means that there can be none, as an index has none
            without a reference: it shows ``[z]``, where others show ``[x]``, not available.

    Raises:
        DisplayError: something that a reader needs is missing.
        DisclosureError: the rows name people one by one.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        name: str,
        title: str,
        caption: str,
        source: str,
        n: int,
        standing: Standing,
        formats: Mapping[str, str] | None = None,
        inapplicable: Sequence[str] = (),
    ) -> None:
        caption += merging.words(frame)
        self.about = About(name=name, title=title, caption=caption, source=source, n=int(n), standing=standing)
        described(self.about, frame)
        self.data = frame
        self._formats, self._inapplicable = formats, inapplicable

    def html(self) -> str:
        """Return the table as HTML."""
        about = self.about
        rows = html.table(
            self.data,
            caption=about.title,
            label=about.title,
            formats=self._formats,
            inapplicable=self._inapplicable,
        )
        return (
            f'<div class="insight-table" data-name="{escape(about.name)}" data-standing="{about.standing.kind}" '
            f'data-level="publishable">{html.standing_label(about)}{rows}<p class="caption">{escape(about.caption)} '
            f'<span class="source">{html.source_line(about)}</span></p>{html.download(self.data, about.name)}</div>'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        text = f"{self.about.title}\n{self.about.standing.label}\n{html.csv_text(self.data)}"
        return {"text/html": self.html() + interactive.extras(), "text/plain": text}

    def __repr__(self) -> str:
        return f"Table {self.about.name}: {self.about.title}"
