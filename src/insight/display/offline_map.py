"""A folium map that holds all it needs: Leaflet and TopoJSON inlined, no tiles, no marker pictures, no request.

The stock map asks eleven files of four hosts. This one drops folium's defaults and puts the vendored assets into the
page's head; whatever would still load from outside is refused when rendered.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from insight.errors import DisplayError

OUTSIDE = re.compile(
    r"<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*[\"']?(?!data:|#)([^\"'\s>]+)", re.IGNORECASE
)


@cache
def asset(name: str) -> str:
    """Return a vendored file's text, made safe to stand inside a page."""
    text = (files("insight.display") / "assets" / name).read_text(encoding="utf-8")
    if name.endswith(".css"):
        return re.sub(r"url\([^)]*\)", "none", text)
    return re.sub(r"//# sourceMappingURL=\S*", "", text).replace("</script", "<\\/script")


def styles() -> str:
    """Return the styles of every map."""
    return f"{asset('leaflet.css')}\n{asset('map.css')}"


def scripts() -> str:
    """Return the scripts of every map."""
    return "\n".join(asset(name) for name in ("leaflet.js", "topojson-client.min.js", "map.js"))


def embedded(value: Any) -> str:
    """Return JSON that may stand inside a script element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace("</", "<\\/")


def refuse_outside(page: str) -> None:
    """Refuse a page that would load something from outside itself.

    Raises:
        DisplayError: with the first address found.
    """
    if found := OUTSIDE.search(page):
        raise DisplayError(f"map loads `{found[1]}` from outside. Fix: use only layers of insight.display")


def render(data: dict[str, Any], *, title: str) -> str:
    """Return a whole page with one map.

    Args:
        data: ``topology``, ``object``, ``names``, ``layers`` (title, classes, colours, labels, texts), ``outlines``,
            ``label``, ``note``.
        title: the page's title, read out as the frame's name.
    """
    import folium
    from branca.element import Element, MacroElement
    from jinja2 import Template

    class OfflineMap(folium.Map):
        """folium's map without its outside files."""

        default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own class attribute
        default_css: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own class attribute

    class Layers(MacroElement):
        """The call that draws the layers, written after the map itself exists."""

        _template = Template(
            "{% macro script(this, kwargs) %}insightMap({{ this._parent.get_name() }}, {{ this.data }});{% endmacro %}"
        )

        def __init__(self, data: str) -> None:
            super().__init__()
            self._name, self._id, self.data = "layers", "insight", data

    drawn = OfflineMap(tiles=None, control_scale=True, attribution_control=False, zoom_snap=0.25)
    drawn._name, drawn._id = "map", "insight"
    root: Any = drawn.get_root()
    root.header.add_child(Element(f"<style>{styles()}</style>"), name="styles")
    root.header.add_child(Element(f"<script>{scripts()}</script>"), name="scripts")
    drawn.add_child(Layers(embedded(data)))
    page = str(root.render())
    page = page.replace("<html>", '<html lang="en-GB">', 1)
    page = re.sub(r"<meta name=\"viewport\".*?/>", "", page, flags=re.DOTALL)
    page = page.replace("<head>", '<head><meta name="viewport" content="width=device-width, initial-scale=1">', 1)
    if "<title>" not in page:
        page = page.replace("</head>", f"<title>{escape(title)}</title></head>", 1)
    refuse_outside(page)
    return page
