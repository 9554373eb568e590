"""Maps: one geometry, several layers to switch between, a still picture for print, and the same data as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from insight.display import html, interactive, missing, offline_map, palette
from insight.display.about import About, described
from insight.display.figure import Bundle, png_of, settled, stamp
from insight.errors import DisplayError
from insight.privacy.disclosure import mark
from insight.privacy.disclosure.markers import UNAVAILABLE
from insight.sources.standing import Standing

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

METRES = 27700
DEGREES = 4326
TOLERANCE_M = 20
QUANTISE = 20_000
CLASSES = len(palette.SEQUENTIAL)
BARRIER, CROSSING = "Barrier", "Crossing on foot"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One way to shade the areas.

    Args:
        title: what is shown.
        values: columns ``code`` and the one named ``column``; absent areas are not available, missing ones show
            the reason that a ``status`` column gives.
        column: the column to show.
        kind: categories get a colour each, numbers five classes by quantile.
        percent: whether numbers are shares from 0 to 1.
        order: categories in the order of the legend.
        blank: what a missing value means here, where it is itself a finding (no way there) and no gap in the data.
    """

    title: str
    values: pd.DataFrame
    column: str
    kind: Literal["category", "number"]
    percent: bool = False
    order: Sequence[str] | None = None
    blank: str = ""


@dataclass(frozen=True, kw_only=True)
class Shaded:
    """A layer worked out for each area: its class (``None`` for no value), and text."""

    title: str
    classes: list[int | None]
    texts: list[str]
    colours: list[str]
    labels: list[str]
    missing: list[str]
    """Why areas without a class have none: the legend's words for them."""


def _text(value: float, *, percent: bool) -> str:
    return html.formatted(value, "{:.1%}" if percent else "{:,.4g}")


def _categories(layer: Layer, values: list[Any], whys: list[str]) -> Shaded:
    present = dict.fromkeys(value for value in values if not html.is_missing(value))
    labels = [str(one) for one in (layer.order or sorted(present, key=str)) if one in present]
    if len(labels) > len(palette.CATEGORIES):
        raise DisplayError(
            f"map layer {layer.title}: {len(labels)} categories, at most {len(palette.CATEGORIES)} can be told apart. "
            "Fix: group them"
        )
    classes = [None if html.is_missing(value) else labels.index(str(value)) for value in values]
    texts = [why if html.is_missing(value) else str(value) for value, why in zip(values, whys, strict=True)]
    colours = [palette.categorical(place) for place in range(len(labels))]
    return Shaded(
        title=layer.title, classes=classes, texts=texts, colours=colours, labels=labels, missing=_reasons(values, whys)
    )


def _numbers(layer: Layer, values: list[Any], whys: list[str]) -> Shaded:
    import numpy as np

    present = np.array([float(value) for value in values if not html.is_missing(value)])
    if not present.size:
        raise DisplayError(f"map layer {layer.title}: no area has a value. Fix: leave the layer out")
    breaks = np.unique(np.quantile(present, np.linspace(0, 1, CLASSES + 1)[1:-1]))
    classes = [
        None if html.is_missing(value) else int(np.searchsorted(breaks, float(value), side="right")) for value in values
    ]
    texts = [
        why if html.is_missing(value) else _text(float(value), percent=layer.percent)
        for value, why in zip(values, whys, strict=True)
    ]
    edges = [float(present.min()), *map(float, breaks), float(present.max())]
    shown = [_text(edge, percent=layer.percent) for edge in edges]
    labels = [f"{low} to under {high}" for low, high in pairwise(shown[:-1])]
    labels.append(f"{shown[-2]} to {shown[-1]}")
    step = (CLASSES - 1) / max(len(breaks), 1)
    colours = [palette.SEQUENTIAL[round(place * step)] for place in range(len(breaks) + 1)]
    return Shaded(
        title=layer.title, classes=classes, texts=texts, colours=colours, labels=labels, missing=_reasons(values, whys)
    )


def _reasons(values: list[Any], whys: list[str]) -> list[str]:
    return list(dict.fromkeys(why for value, why in zip(values, whys, strict=True) if html.is_missing(value)))


def _shaded(areas: gpd.GeoDataFrame, layer: Layer) -> Shaded:
    frame = layer.values  # noqa: PD011 - a field, not an array
    own = frame.drop_duplicates("code").set_index("code")
    by_code = own[layer.column]
    why = dict(zip(own.index, missing.reasons(own, layer.column), strict=True))
    if not set(areas["code"]) & set(by_code.index):
        raise DisplayError(f"map layer {layer.title}: no code matches an area. Fix: use the same codes and vintage")
    values = by_code.reindex(areas["code"]).tolist()
    whys = [
        layer.blank if layer.blank and code in why else missing.words(why.get(code, mark(UNAVAILABLE)))
        for code in areas["code"]
    ]
    return _categories(layer, values, whys) if layer.kind == "category" else _numbers(layer, values, whys)


def _simplified(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Thin the borders as a coverage, so that no gap or overlap opens between neighbours."""
    import geopandas as gpd
    import shapely

    metres = areas.to_crs(METRES)
    thinned = shapely.coverage_simplify(metres.geometry.to_numpy(), TOLERANCE_M)
    return gpd.GeoDataFrame({"i": range(len(areas))}, geometry=thinned, crs=METRES).to_crs(DEGREES)


def _topology(areas: gpd.GeoDataFrame) -> dict[str, Any]:
    import topojson

    made = topojson.Topology(areas, prequantize=QUANTISE, topology=True, object_name="areas")
    return json.loads(str(made.to_json()))


def _outlines(outlines: gpd.GeoDataFrame | None) -> dict[str, Any] | None:
    import shapely

    if outlines is None:
        return None
    thinned = outlines.to_crs(METRES).geometry.simplify(TOLERANCE_M).to_crs(DEGREES)
    shapes = shapely.set_precision(thinned.to_numpy(), 1e-5, mode="pointwise")
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))} for shape in shapes
        ],
    }


def _lines(lines: gpd.GeoDataFrame | None) -> dict[str, Any] | None:
    """Return lines and points drawn over the areas, thinned, each with what it is."""
    import shapely

    if lines is None or lines.empty:
        return None
    metres = lines.to_crs(METRES)
    thinned = metres.set_geometry(metres.geometry.simplify(TOLERANCE_M), crs=METRES).to_crs(DEGREES)
    shapes = shapely.set_precision(thinned.geometry.to_numpy(), 1e-5, mode="pointwise")
    features = [
        {"type": "Feature", "properties": {"t": str(told)}, "geometry": json.loads(shapely.to_geojson(shape))}
        for told, shape in zip(lines["what"], shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _draw_lines(axes: Axes, lines: gpd.GeoDataFrame | None) -> list[Line2D]:
    """Draw lines and points over the areas, and return their keys for the legend."""
    from matplotlib.lines import Line2D

    if lines is None or lines.empty:
        return []
    metres, keys = lines.to_crs(METRES), []
    is_point = (metres.geometry.geom_type == "Point").to_numpy()
    if not is_point.all():
        # A pale casing, so that the line stands out from dark areas too.
        metres[~is_point].plot(ax=axes, color="white", linewidth=3.4, zorder=3.9)
        metres[~is_point].plot(ax=axes, color=palette.LINE, linewidth=1.6, linestyle=(0, (5, 1.5)), zorder=4)
        keys.append(Line2D([], [], color=palette.LINE, linewidth=1.6, linestyle=(0, (5, 1.5)), label=BARRIER))
    if is_point.any():
        style: dict[str, Any] = {"markeredgecolor": palette.INK, "markerfacecolor": "white", "markersize": 4}
        places = metres.geometry[is_point]
        axes.plot(places.x, places.y, "o", zorder=5, **style)
        keys.append(Line2D([], [], marker="o", linestyle="none", label=CROSSING, **style))
    return keys


def _still(
    areas: gpd.GeoDataFrame,
    layer: Shaded,
    outlines: gpd.GeoDataFrame | None,
    lines: gpd.GeoDataFrame | None,
    standing: Standing,
) -> str:
    """Return the first layer as a PNG, for print, for Word and for notebooks that are not trusted."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Patch

    metres = areas.to_crs(METRES)
    colours = [palette.NO_DATA if one is None else layer.colours[one] for one in layer.classes]
    fig, axes = plt.subplots(figsize=(7, 5.6), layout="constrained")
    metres.plot(ax=axes, color=colours, edgecolor=palette.MUTED, linewidth=0.3)
    if outlines is not None:
        outlines.to_crs(METRES).boundary.plot(ax=axes, color=palette.INK, linewidth=1.1)
    keys: list[Any] = [
        Patch(facecolor=c, edgecolor=palette.MUTED, label=t) for c, t in zip(layer.colours, layer.labels, strict=True)
    ]
    if None in layer.classes:
        keys.append(Patch(facecolor=palette.NO_DATA, edgecolor=palette.MUTED, label="\n".join(layer.missing)))
    keys += _draw_lines(axes, lines)
    axes.legend(handles=keys, title=layer.title, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize=8)
    axes.set_axis_off()
    stamp(fig, standing)
    try:
        return png_of(fig, settled(fig))
    finally:
        plt.close(fig)


class MapFigure:
    """A map for readers, its values also in the table beside it.

    Args:
        areas: ``code``, ``name`` and geometry.
        layers: ways to shade them; the first shows at the start and in print.
        name: kebab-case name, also of the CSV.
        title: what was found.
        alt: what is seen and what it means.
        caption: how to read it; must carry the licence line of the outlines.
        source: where the data come from.
        n: cases behind it.
        standing: what the data are.
        outlines: borders drawn on top, such as wards.
        lines: barriers (lines) and crossings (points) drawn on top; column ``what`` says what each is.

    Raises:
        DisplayError: something that a reader needs is missing, codes do not match, or too many categories.
    """

    def __init__(
        self,
        areas: gpd.GeoDataFrame,
        layers: Sequence[Layer],
        *,
        name: str,
        title: str,
        alt: str,
        caption: str,
        source: str,
        n: int,
        standing: Standing,
        outlines: gpd.GeoDataFrame | None = None,
        lines: gpd.GeoDataFrame | None = None,
    ) -> None:
        import pandas as pd

        self.about = About(name=name, title=title, caption=caption, source=source, n=int(n), standing=standing)
        self.alt = alt
        areas = areas.reset_index(drop=True)
        shaded = [_shaded(areas, layer) for layer in layers]
        self.missing = sorted({why for one in shaded for why in one.missing})
        columns = {one.title: one.texts for one in shaded}
        self.data = pd.DataFrame({"code": areas["code"], "name": areas["name"], **columns})
        described(self.about, self.data, alt=alt)
        self.png = _still(areas, shaded[0], outlines, lines, standing)
        payload = {
            "topology": _topology(_simplified(areas)),
            "object": "areas",
            "names": [str(one) for one in areas["name"]],
            "layers": [vars(one) for one in shaded],
            "outlines": _outlines(outlines),
            "lines": _lines(lines),
            "label": alt,
            "note": standing.label if standing.is_demonstration else "",
        }
        self.page = offline_map.render(payload, title=title)

    def html(self) -> str:
        """Return the map as HTML: a frame on screen, the still picture in print."""
        frame = (
            f'<iframe class="map-frame" title="Map: {escape(self.about.title)}" srcdoc="{escape(self.page)}" '
            f'style="width:100%;height:520px;border:1px solid #505a5f"></iframe>'
            f'<img class="map-print" alt="{escape(self.alt)}" src="data:image/png;base64,{self.png}" hidden>'
        )
        return html.figure(self.about, frame, self.data, marked=" ".join(self.missing))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:  # noqa: ARG002
        text = f"{self.about.title}\n{self.about.standing.label}\n{self.alt}"
        return {"text/html": self.html() + interactive.extras(), "image/png": self.png, "text/plain": text}, {
            "image/png": {"alt": self.alt}
        }

    def __repr__(self) -> str:
        return f"MapFigure {self.about.name}: {self.about.title}"
