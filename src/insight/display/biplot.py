"""Points of two kinds on two axes, one kind with ellipses of confidence: the picture of a correspondence analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.display import palette
from insight.display.charts import RC

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

SIZE = (7.6, 5.6)
ROOM = 0.12
"""Part of an axis left free on either side for names, where no ellipse leaves any."""
LETTER, HEIGHT = 3.9, 8.0
"""About how wide a letter and how high a line of names is, in points."""
OFFSETS = tuple(
    (right, up, side)
    for up in (4.0, -10.0, 13.0, -19.0, 22.0, -28.0)
    for right, side in ((6.0, 0.0), (-6.0, -1.0), (0.0, -0.5))
)
"""Places tried for a name: points right and up of its point, and the part of its width that lies to the left."""


def biplot(frame: pd.DataFrame, *, x_label: str, y_label: str, ringed: str = "residents") -> matplotlib.figure.Figure:
    """Return named points by kind, with ellipses around those of kind ``ringed``.

    Args:
        frame: ``kind, name, group, x, y, width, height, angle``; half-axes and degrees for the ringed kind. Points of
            other kinds take colour and marker from ``group``.
        x_label: words of the first axis.
        y_label: words of the second axis.
        ringed: the kind with ellipses.
    """
    import logging

    import matplotlib as mpl
    from matplotlib.patches import Ellipse

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    mpl.use("agg")
    import matplotlib.pyplot as plt

    with mpl.rc_context(RC):
        fig, axes = plt.subplots(figsize=SIZE, layout="constrained")
    axes.axhline(0, color=palette.GRID, linewidth=1)
    axes.axvline(0, color=palette.GRID, linewidth=1)
    rings = frame[frame["kind"] == ringed]
    for one in rings.itertuples():
        shape = Ellipse(
            (one.x, one.y), 2 * one.width, 2 * one.height, angle=one.angle, fill=False, color=palette.MUTED, linewidth=1
        )
        axes.add_patch(shape)
    if len(rings):
        axes.plot(rings["x"], rings["y"], "+", color=palette.INK, markersize=8, label=ringed.capitalize())
    else:
        axes.margins(ROOM)
    others = frame[frame["kind"] != ringed]
    for number, group in enumerate(dict.fromkeys(others["group"])):
        own = others[others["group"] == group]
        axes.plot(
            own["x"],
            own["y"],
            palette.marker(number),
            color=palette.categorical(number),
            markersize=6,
            label=str(group).capitalize(),
        )
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False, fontsize=8)
    axes.autoscale_view()
    fig.draw_without_rendering()
    _names(axes, frame, ringed, dpi=fig.dpi)
    return fig


def _names(axes: matplotlib.axes.Axes, frame: pd.DataFrame, ringed: str, *, dpi: float) -> None:
    """Write names beside points, each where it meets least of what is there already."""
    scale = 72 / dpi
    points = [tuple(axes.transData.transform((one.x, one.y)) * scale) for one in frame.itertuples()]
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in points]
    for one, (x, y) in zip(frame.itertuples(), points, strict=True):
        wide = LETTER * len(str(one.name))
        boxes = [
            (x + right + (wide * side), y + up, x + right + wide * (side + 1), y + up + HEIGHT)
            for right, up, side in OFFSETS
        ]
        costs = [sum(_shared(box, other) for other in taken) for box in boxes]
        best = costs.index(min(costs))
        right, up, side = OFFSETS[best]
        taken.append(boxes[best])
        axes.annotate(
            str(one.name),
            (one.x, one.y),
            xytext=(right + wide * side, up),
            textcoords="offset points",
            fontsize=7,
            fontstyle="italic" if one.kind == ringed else "normal",
        )


def _shared(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the area that two boxes share, in square points."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)
