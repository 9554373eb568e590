"""A flow diagram: boxes in columns joined by arrows, from a frame of arrows."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from insight.display import palette
from insight.display.charts import WIDTH, _axes

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

LINE, GAP, BOX = 0.17, 0.28, 0.8
"""Height of a text line and of the gap between boxes, in inches; part of a column's width that a box takes."""
TITLE_WRAP, DETAIL_WRAP = 21, 25
Key = tuple[int, str]
"""Column and name of a box: the same name may stand in two columns."""


class _Box:
    """One box: its place and its lines of text."""

    def __init__(self, name: str, layer: int, detail: str) -> None:
        self.layer, self.title = layer, textwrap.wrap(name, TITLE_WRAP, break_long_words=False)
        self.detail = textwrap.wrap(detail, DETAIL_WRAP, break_long_words=False)
        self.height = LINE * (len(self.title) + len(self.detail)) + 0.16
        self.middle = 0.0


def _boxes(arrows: pd.DataFrame) -> dict[Key, _Box]:
    boxes: dict[Key, _Box] = {}
    for row in arrows.itertuples():
        ends = ((row.start, row.start_layer, row.start_detail), (row.end, row.end_layer, row.end_detail))
        for name, layer, detail in ends:
            key = (int(layer), str(name))
            if key not in boxes or (detail and not boxes[key].detail):
                boxes[key] = _Box(str(name), int(layer), str(detail or ""))
    return boxes


def _stack(boxes: dict[Key, _Box]) -> float:
    """Place the boxes of each column below one another, columns centred; return the height of the whole."""
    layers: dict[int, list[_Box]] = {}
    for box in boxes.values():
        layers.setdefault(box.layer, []).append(box)
    heights = {layer: sum(box.height + GAP for box in own) - GAP for layer, own in layers.items()}
    tallest = max(heights.values())
    for layer, own in layers.items():
        top = (tallest - heights[layer]) / 2
        for box in own:
            box.middle, top = top + box.height / 2, top + box.height + GAP
    return tallest


def _draw(axes: matplotlib.axes.Axes, box: _Box) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, low = box.layer + (1 - BOX) / 2, box.middle - box.height / 2
    shape = FancyBboxPatch(
        (left, low),
        BOX,
        box.height,
        boxstyle="round,pad=0,rounding_size=0.04",
        facecolor="white",
        edgecolor=palette.categorical(box.layer),
        linewidth=1.4,
        mutation_aspect=1,
    )
    axes.add_patch(shape)
    down = low + 0.08 + LINE / 2
    for number, line in enumerate([*box.title, *box.detail]):
        weight = "bold" if number < len(box.title) else "normal"
        size = 8 if number < len(box.title) else 7
        axes.text(
            box.layer + 0.5, down + number * LINE, line, ha="center", va="center", fontsize=size, fontweight=weight
        )


def flow(arrows: pd.DataFrame) -> matplotlib.figure.Figure:
    """Return boxes in columns from left to right, joined by arrows.

    Args:
        arrows: ``start, start_layer, start_detail, end, end_layer, end_detail``; layers are columns from 0. A box
            stands once however many arrows it has; its detail is small text below its name.
    """
    boxes = _boxes(arrows)
    height = _stack(boxes)
    columns = 1 + max(box.layer for box in boxes.values())
    fig, axes = _axes(height + 0.3, width=max(WIDTH, 1.9 * columns))
    for box in boxes.values():
        _draw(axes, box)
    for row in arrows.itertuples():
        start, end = boxes[int(row.start_layer), str(row.start)], boxes[int(row.end_layer), str(row.end)]
        ends = ((end.layer + (1 - BOX) / 2, end.middle), (start.layer + (1 + BOX) / 2, start.middle))
        style = {"arrowstyle": "-|>", "color": palette.MUTED, "linewidth": 1.1}
        axes.annotate("", xy=ends[0], xytext=ends[1], arrowprops=style)
    axes.set_xlim(0, columns)
    axes.set_ylim(height + 0.1, -0.1)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    return fig
