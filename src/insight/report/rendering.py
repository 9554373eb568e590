"""Turning an executed notebook into the body of a page, with the present prose of its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

HEADING = re.compile(r'<h([1-6])(?: id="(?P<own>[^"]+)")?[^>]*>(.*?)</h\1>', re.DOTALL)

SHORT = "in-short"
"""Tag of a cell whose picture stands among what a stage found in short."""
SHOWN = re.compile(
    r'data-name="(?P<name>[^"]+)" data-standing="(?P<standing>[^"]+)".*?<p class="figure-title">(?P<title>.*?)</p>',
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading that the list of contents points to."""

    id: str
    text: str
    level: int


@dataclass(frozen=True, kw_only=True)
class Short:
    """A picture or table that the notebook puts among what it found in short: where it stands, its finding, its kind.

    ``title`` is HTML already.
    """

    id: str
    title: str
    is_demonstration: bool


@dataclass(frozen=True, kw_only=True)
class Body:
    """A page's body: its HTML, its own title, its headings, how many outputs the notebook had, what it found in short.

    A cell is put into the last by the tag ``in-short``.
    """

    html: str
    title: str
    headings: list[Heading]
    outputs: int
    short: tuple[Short, ...] = ()


def template(name: str) -> str:
    """Return a file of the report's templates."""
    return (files("insight.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

    class Exporter(HTMLExporter):
        """The template's own words, without the pass that fills in missing alternative text: a gate refuses that."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
            self.register_filter("filter_data_type", WidgetsDataTypeFilter(notebook_metadata={}, parent=self))
            return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    folder = Path(str(files("insight.report") / "templates"))
    return Exporter(template_name="insight", extra_template_basedirs=[str(folder)], exclude_anchor_links=True)


def splice(executed: Any, source: Any) -> None:
    """Put the source's markdown into the executed copy, cell by cell id: prose may change without a new run."""
    prose = {cell.id: cell.source for cell in source.cells if cell.cell_type == "markdown"}
    for cell in executed.cells:
        if cell.cell_type == "markdown" and cell.id in prose:
            cell.source = prose[cell.id]


def countable_outputs(notebook: Any) -> int:
    """Return how many outputs must stand on the page: all but warnings and cells marked to be dropped."""
    count = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or "remove-cell" in tags or "parameters" in tags:
            continue
        count += sum(not (one.output_type == "stream" and one.name == "stderr") for one in cell.outputs)
    return count


def _in_short(notebook: Any) -> list[Short]:
    """Return what the pictures of cells tagged ``in-short`` say; notes say nothing."""
    found = []
    for cell in notebook.cells:
        if SHORT not in cell.metadata.get("tags", []):
            continue
        for one in cell.get("outputs", []):
            html = "".join(one.get("data", {}).get("text/html", ""))
            if shown := SHOWN.search(html):
                is_invented = shown["standing"] == "demonstration"
                # the index of the report gives every picture this id
                found.append(Short(id=f"out-{shown['name']}", title=shown["title"], is_demonstration=is_invented))
    return found


def _slug(text: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def with_anchors(html: str) -> tuple[str, list[Heading]]:
    """Return HTML whose headings have ids, given ones kept, and the list of those headings."""
    found: list[Heading] = []
    taken = {"main", "toggle-code"}

    def mark(match: re.Match[str]) -> str:
        text = unescape(re.sub(r"<[^>]+>", "", match[3])).strip()
        one = Heading(id=match["own"] or _slug(text, taken), text=text, level=int(match[1]))
        found.append(one)
        return f'<h{one.level} id="{one.id}">{match[3]}</h{one.level}>'

    return HEADING.sub(mark, html), found


def body_of(executed: Path, source: Path) -> Body:
    """Render an executed notebook.

    Args:
        executed: the notebook with its outputs.
        source: the notebook under version control, for its prose.
    """
    import nbformat

    notebook = nbformat.read(executed, as_version=4)
    splice(notebook, nbformat.read(source, as_version=4))
    html, _ = _exporter().from_notebook_node(notebook)
    first = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    title = unescape(re.sub(r"<[^>]+>", "", first[1])).strip() if first else source.stem
    html = html.replace(first[0], "", 1) if first else html
    html, headings = with_anchors(html)
    return Body(
        html=html,
        title=title,
        headings=headings,
        outputs=countable_outputs(notebook),
        short=tuple(_in_short(notebook)),
    )


def page(**values: Any) -> str:
    """Return a whole page; ``body``, ``provenance`` and ``index`` are safe as they stand, all else is escaped."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    html = {key: Markup(values[key]) for key in ("body", "provenance", "index")}  # noqa: S704 - escaped where they are made
    return environment.from_string(template("page.html.j2")).render(**{**values, **html})


def text(value: object) -> str:
    """Return text escaped for HTML."""
    return escape(str(value))
