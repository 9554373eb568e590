"""Points of two kinds on two axes, one kind with ellipses of confidence: the picture of a correspondence analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.display import palette
from insight.display.charts import RC
from insight.display.labels import name_points

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

SIZE = (7.6, 5.6)
ROOM = 0.12
"""Part of an axis left free on either side for names, where no ellipse leaves any."""


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
    name_points(
        axes,
        [str(one) for one in frame["name"]],
        list(zip(frame["x"], frame["y"], strict=True)),
        italic=list(frame["kind"] == ringed),
    )
    return fig
