"""A specification curve: estimates in order above, the choices behind each below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.display import palette
from insight.display.charts import ROW, WIDTH, _axes, _legend

if TYPE_CHECKING:
    from collections.abc import Sequence

    import matplotlib.figure
    import pandas as pd

TOP, BAND = 2.6, 0.55
"""Height of the curve above the choices, in inches; height of a level's row against that of other pictures."""


def specification(
    frame: pd.DataFrame, *, estimate: str, lower: str, upper: str, held: str, choices: Sequence[str], y_label: str
) -> matplotlib.figure.Figure:
    """Return the curve: one column a universe, in order of its estimate, with a mark for every choice made in it.

    Args:
        frame: one row a universe.
        estimate: column of estimates.
        lower: column of lower limits; missing where there are none.
        upper: column of upper limits.
        held: column that says whether the headline holds; told by colour and by shape.
        choices: columns of choices, each a band of levels below the curve.
        y_label: what the estimates are.
    """
    ordered = frame.sort_values(estimate, kind="stable", ignore_index=True)
    levels = [(name, level) for name in choices for level in dict.fromkeys(ordered[name])]
    rows = len(levels) * ROW * BAND
    fig, alone = _axes(TOP + rows + 0.6, width=WIDTH)
    alone.remove()
    above, below = fig.subplots(2, 1, sharex=True, height_ratios=(TOP, rows))
    for axes in (above, below):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=0)
    below.set_ylim(len(levels) - 0.5, -0.5)
    below.set_yticks(range(len(levels)), [f"{name}: {level}" for name, level in levels], fontsize=8)
    below.set_xticks([])
    above.axhline(0, color=palette.INK, linewidth=1, linestyle=(0, (4, 3)))
    for number, (words, own) in enumerate(
        (("holds", ordered[ordered[held]]), ("does not hold", ordered[~ordered[held]]))
    ):
        colour = palette.categorical(number)
        limited = own.dropna(subset=[lower, upper])
        above.vlines(limited.index, limited[lower], limited[upper], color=colour, linewidth=1)
        above.plot(own.index, own[estimate], palette.marker(number), color=colour, markersize=4, label=words)
        for place, (name, level) in enumerate(levels):
            made = own.index[own[name] == level]
            below.plot(made, [place] * len(made), palette.marker(number), color=colour, markersize=3)
    above.tick_params(labelbottom=False)
    above.set_ylabel(y_label, fontsize=8)
    above.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    _legend(above, columns=2)
    return fig
