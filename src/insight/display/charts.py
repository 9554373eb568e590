"""Charts: each takes a tidy frame and returns a matplotlib figure. The finding, caption and data go to ``Figure``.

Shares are 0 to 1 and shown as per cent. Colour is always paired with a marker, a hatch or a letter.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from insight.display import palette
from insight.display.html import formatted, is_missing
from insight.display.missing import reasons
from insight.privacy.disclosure import mark
from insight.privacy.disclosure.markers import INAPPLICABLE, UNAVAILABLE

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

    Axes = matplotlib.axes.Axes
    Fig = matplotlib.figure.Figure

WIDTH = 7.6
ROW = 0.34
WRAP = 38
SPREAD = 0.7
"""Part of a row's height that its groups share."""
WRITTEN, MOST_WRITTEN = 8.0, 10.0
"""Points of the text of a grid of usual width, and of the widest."""
RATIO_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
RC: dict[Any, Any] = {
    "font.family": ["Arial", "Liberation Sans", "DejaVu Sans"],
    "font.size": 9,
    "axes.edgecolor": palette.MUTED,
    "axes.labelcolor": palette.INK,
    "text.color": palette.INK,
    "xtick.color": palette.INK,
    "ytick.color": palette.INK,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}


def wrapped(text: object) -> str:
    """Return a label in lines that fit beside an axis."""
    return "\n".join(textwrap.wrap(str(text), WRAP, break_long_words=False)) or " "


def _axes(height: float, *, width: float = WIDTH) -> tuple[Fig, Axes]:
    import logging

    import matplotlib as mpl

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    mpl.use("agg")
    import matplotlib.pyplot as plt

    with mpl.rc_context(RC):
        fig, axes = plt.subplots(figsize=(width, max(1.6, height)), layout="constrained")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    return fig, axes


def _scale(axes: Axes, *, axis: Literal["x", "y"], percent: bool) -> None:
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    target = axes.xaxis if axis == "x" else axes.yaxis
    target.set_major_formatter(
        PercentFormatter(xmax=1, decimals=None) if percent else FuncFormatter(lambda value, _: f"{value:,g}")
    )
    axes.grid(axis=axis, color=palette.GRID, linewidth=0.7)


def _rows(axes: Axes, labels: list[Any]) -> None:
    axes.set_yticks(range(len(labels)), [wrapped(label) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)


def _groups(frame: pd.DataFrame, group: str | None) -> list[tuple[Any, pd.DataFrame]]:
    if group is None:
        return [(None, frame)]
    return [(name, frame[frame[group] == name]) for name in dict.fromkeys(frame[group])]


def _offsets(count: int) -> list[float]:
    step = SPREAD / max(count, 1)
    return [(place - (count - 1) / 2) * step for place in range(count)]


def _beside(frame: pd.DataFrame, label: str, parts: int) -> list[float]:
    """Return each group's offset from the middle of a row; none where every label belongs to one group alone."""
    return _offsets(parts) if frame[label].duplicated().any() else [0.0] * parts


def _legend(axes: Axes, *, columns: int = 3) -> None:
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, frameon=False, fontsize=8)


def dot_interval(
    frame: pd.DataFrame,
    *,
    label: str,
    estimate: str,
    lower: str,
    upper: str,
    x_label: str,
    group: str | None = None,
    reference: float | None = None,
    percent: bool = True,
    is_log: bool = False,
) -> Fig:
    """Return dots with their intervals, one row a label, groups side by side within a row.

    Rows whose estimate is missing show a mark: that of their ``status``; without such a column ``[c]``, with an empty
    one ``[x]``. ``reference`` draws a dashed line. ``is_log`` gives a logarithmic axis, as ratios want.
    """
    from matplotlib.ticker import NullLocator

    labels = list(dict.fromkeys(frame[label]))
    parts = _groups(frame, group)
    offsets = _beside(frame, label, len(parts))
    fig, axes = _axes(len(labels) * max(ROW, 0.2 * len(set(offsets))) + 0.9)
    if reference is not None:
        axes.axvline(reference, color=palette.INK, linewidth=1, linestyle=(0, (4, 3)))
    place_of = {name: place for place, name in enumerate(labels)}
    for number, ((name, rows), offset) in enumerate(zip(parts, offsets, strict=True)):
        colour = palette.categorical(number)
        heights = [place_of[value] + offset for value in rows[label]]
        axes.hlines(heights, rows[lower], rows[upper], color=colour, linewidth=1.6)
        shape = palette.marker(number)
        axes.plot(rows[estimate], heights, shape, color=colour, markersize=6, label=None if name is None else str(name))
        for height, value, why in zip(heights, rows[estimate], reasons(rows, estimate), strict=True):
            if is_missing(value):
                axes.annotate(why, (0.0, height), xycoords=("axes fraction", "data"), va="center", fontsize=8)
    _rows(axes, labels)
    if is_log:
        axes.set_xscale("log")
        ticks = [tick for tick in RATIO_TICKS if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]]
        axes.set_xticks(ticks)
        axes.xaxis.set_minor_locator(NullLocator())
    _scale(axes, axis="x", percent=percent)
    axes.set_xlabel(x_label)
    if group is not None:
        _legend(axes)
    return fig


def bars(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    x_label: str,
    percent: bool = True,
    group: str | None = None,
    lower: str | None = None,
    upper: str | None = None,
) -> Fig:
    """Return horizontal bars from zero, groups side by side, with intervals where both limits are named."""
    labels = list(dict.fromkeys(frame[label]))
    parts = _groups(frame, group)
    offsets = _beside(frame, label, len(parts))
    side_by_side = len(set(offsets))
    fig, axes = _axes(len(labels) * max(ROW, 0.22 * side_by_side) + 0.9)
    place_of = {name: place for place, name in enumerate(labels)}
    thickness = SPREAD / side_by_side
    for number, ((name, rows), offset) in enumerate(zip(parts, offsets, strict=True)):
        heights = [place_of[one] + offset for one in rows[label]]
        axes.barh(
            heights,
            rows[value].astype(float),
            height=thickness,
            color=palette.categorical(number),
            edgecolor="white",
            hatch=palette.HATCHES[number % len(palette.HATCHES)],
            label=None if name is None else str(name),
        )
        if lower is not None and upper is not None:
            axes.hlines(heights, rows[lower], rows[upper], color=palette.INK, linewidth=1.2)
        for height, one, why in zip(heights, rows[value], reasons(rows, value), strict=True):
            if is_missing(one):
                axes.annotate(why, (0.0, height), xycoords=("axes fraction", "data"), va="center", fontsize=8)
    _rows(axes, labels)
    _scale(axes, axis="x", percent=percent)
    axes.set_xlabel(x_label)
    axes.axvline(0, color=palette.MUTED, linewidth=1)
    if group is not None:
        _legend(axes)
    return fig


def stacked(frame: pd.DataFrame, *, label: str, value: str, group: str, total: int, x_label: str) -> Fig:
    """Return bars of counts end to end, one row a label, each to the same total; what is missing is one grey part.

    The grey part shows the marks of the rows that it stands for; where none is missing, the rest is not available.
    """
    labels = list(dict.fromkeys(frame[label]))
    place_of = {name: place for place, name in enumerate(labels)}
    fig, axes = _axes(len(labels) * ROW + 0.9)
    ends = dict.fromkeys(labels, 0.0)
    whys = _missing_parts(frame, label, value)
    for number, (name, rows) in enumerate(_groups(frame, group)):
        colour, hatch = palette.categorical(number), palette.HATCHES[number % len(palette.HATCHES)]
        known = {
            one: float(count) for one, count in zip(rows[label], rows[value], strict=True) if not is_missing(count)
        }
        axes.barh(
            [place_of[one] for one in known],
            list(known.values()),
            left=[ends[one] for one in known],
            height=SPREAD,
            color=colour,
            edgecolor="white",
            hatch=hatch,
            label=str(name),
        )
        for one, count in known.items():
            if count > 0:
                middle = (ends[one] + count / 2, place_of[one])
                box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
                axes.annotate(f"{count:g}", middle, ha="center", va="center", fontsize=7, bbox=box)
            ends[one] += count
    for one, end in ends.items():
        if end < total:
            axes.barh(
                place_of[one], total - end, left=end, height=SPREAD, color=palette.NO_DATA, edgecolor=palette.GRID
            )
            why = " ".join(whys.get(one, [mark(UNAVAILABLE)]))
            axes.annotate(why, ((end + total) / 2, place_of[one]), ha="center", va="center", fontsize=7)
    _rows(axes, labels)
    _scale(axes, axis="x", percent=False)
    axes.set_xlabel(x_label)
    _legend(axes)
    return fig


def _missing_parts(frame: pd.DataFrame, label: str, value: str) -> dict[Any, list[str]]:
    """Return, by label, the marks of its missing parts, each once."""
    found: dict[Any, list[str]] = {}
    for one, count, why in zip(frame[label], frame[value], reasons(frame, value), strict=True):
        if is_missing(count) and why not in found.setdefault(one, []):
            found[one].append(why)
    return found


def lines(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    x_label: str,
    y_label: str,
    group: str | None = None,
    lower: str | None = None,
    upper: str | None = None,
    percent: bool = True,
    is_step: bool = False,
) -> Fig:
    """Return lines over time, one a group, with bands where both limits are named; steps where values hold."""
    from matplotlib.ticker import MaxNLocator

    fig, axes = _axes(3.4)
    for number, (name, rows) in enumerate(_groups(frame, group)):
        ordered = rows.sort_values(x)
        colour = palette.categorical(number)
        if lower is not None and upper is not None:
            axes.fill_between(
                ordered[x],
                ordered[lower].astype(float),
                ordered[upper].astype(float),
                color=colour,
                alpha=0.15,
                step="post" if is_step else None,
            )
        shape = palette.marker(number)
        axes.plot(
            ordered[x],
            ordered[y],
            marker=shape,
            color=colour,
            label=None if name is None else str(name),
            drawstyle="steps-post" if is_step else "default",
        )
    _scale(axes, axis="y", percent=percent)
    if str(frame[x].dtype).startswith("int"):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    if group is not None:
        _legend(axes)
    return fig


def heatmap(frame: pd.DataFrame, *, row: str, column: str, value: str, value_label: str, percent: bool = True) -> Fig:
    """Return a grid of shaded cells with their numbers; negative values give a scale around zero.

    Missing cells show the mark of their row's status; cells without a row are not available, or not applicable where
    row and column are the same thing.
    """
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm, to_hex

    grid = frame.pivot_table(index=row, columns=column, values=value, sort=False, dropna=False, aggfunc="first")
    grid = grid.reindex(index=list(dict.fromkeys(frame[row])), columns=list(dict.fromkeys(frame[column])))
    numbers = grid.to_numpy(dtype=float)
    wide = max(WIDTH, 1.1 * len(grid.columns) + 2.4)
    # the page shows every picture at one width, so what is drawn wider is written larger
    written = min(MOST_WRITTEN, WRITTEN * wide / WIDTH)
    fig, axes = _axes(len(grid) * 0.42 * written / WRITTEN + 1.5, width=wide)
    present = numbers[~np.isnan(numbers)]
    low, high = (float(present.min()), float(present.max())) if present.size else (0.0, 1.0)
    is_diverging = low < 0
    ramp = palette.DIVERGING if is_diverging else palette.SEQUENTIAL
    shades = LinearSegmentedColormap.from_list("insight", ramp).with_extremes(bad=palette.NO_DATA)
    size = max(abs(low), abs(high), 1e-9)
    norm = TwoSlopeNorm(0, -size, size) if is_diverging else None
    image = axes.imshow(numbers, aspect="auto", cmap=shades, norm=norm, vmin=None if norm else min(0.0, low))
    whys = dict(zip(zip(frame[row], frame[column], strict=True), reasons(frame, value), strict=True))
    form = "{:.0%}" if percent else f"{{:,.{_decimals(present)}f}}"
    if not percent:
        numbers = np.round(numbers, _decimals(present))
    for (down, across), one in _cells(numbers):
        pair = (grid.index[down], grid.columns[across])
        why = whys.get(pair, mark(INAPPLICABLE if pair[0] == pair[1] else UNAVAILABLE))
        text = why if math.isnan(one) else formatted(one + 0.0, form)
        ink = (
            palette.INK
            if math.isnan(one)
            else palette.ink_on(to_hex(shades(np.ma.getdata(image.norm(np.array([one])))[0])))
        )
        axes.text(across, down, text, ha="center", va="center", fontsize=written, color=ink)
    axes.set_xticks(
        range(len(grid.columns)),
        ["\n".join(textwrap.wrap(str(c), 14, break_long_words=False)) or " " for c in grid.columns],
        fontsize=written,
    )
    axes.set_yticks(range(len(grid)), [wrapped(name) for name in grid.index], fontsize=written)
    axes.xaxis.tick_top()
    bar = fig.colorbar(image, ax=axes, shrink=0.8, aspect=30, location="bottom")
    bar.set_label(value_label, fontsize=written)
    bar.ax.tick_params(labelsize=written)
    return fig


def _decimals(numbers: Any) -> int:
    """Return one number of decimals for all cells: three figures of the largest, or fewer where none needs them."""
    largest = max((abs(float(one)) for one in numbers), default=0.0)
    most = max(0, 2 - math.floor(math.log10(largest))) if largest > 0 else 0
    return next((few for few in range(most) if all(round(float(one), few) == float(one) for one in numbers)), most)


def _cells(numbers: Any) -> list[tuple[tuple[int, int], float]]:
    return [((down, across), float(one)) for down, line in enumerate(numbers) for across, one in enumerate(line)]


def swimlanes(frame: pd.DataFrame, *, lane: str, start: str, end: str, kind: str, x_label: str) -> Fig:
    """Return spans (or marks, where start and end are the same) along lanes, coloured and marked by kind."""
    lanes = list(dict.fromkeys(frame[lane]))
    fig, axes = _axes(len(lanes) * 0.62 + 1.0)
    place_of = {name: place for place, name in enumerate(lanes)}
    kinds = list(dict.fromkeys(frame[kind]))
    for number, (name, offset) in enumerate(zip(kinds, _offsets(len(kinds)), strict=True)):
        rows = frame[frame[kind] == name]
        colour = palette.categorical(number)
        heights = [place_of[one] + offset for one in rows[lane]]
        last = rows[end].fillna(rows[start])
        axes.hlines(heights, rows[start], last, color=colour, linewidth=3, alpha=0.6)
        axes.plot(rows[start], heights, palette.marker(number), color=colour, markersize=5, label=str(name))
    _rows(axes, lanes)
    axes.grid(axis="x", color=palette.GRID, linewidth=0.7)
    axes.set_xlabel(x_label)
    _legend(axes)
    return fig


def tornado(frame: pd.DataFrame, *, label: str, low: str, high: str, centre: float, x_label: str) -> Fig:
    """Return the swing of a result as each assumption moves from its low to its high value, widest first."""
    ordered = frame.assign(swing=(frame[high] - frame[low]).abs()).sort_values("swing", ascending=False)
    fig, axes = _axes(len(ordered) * ROW + 1.1)
    heights = list(range(len(ordered)))
    for number, (name, column) in enumerate((("low value", low), ("high value", high))):
        axes.barh(
            heights,
            ordered[column] - centre,
            left=centre,
            height=0.6,
            color=palette.categorical(number),
            hatch=palette.HATCHES[number],
            edgecolor="white",
            label=name,
        )
    axes.axvline(centre, color=palette.INK, linewidth=1)
    _rows(axes, list(ordered[label]))
    _scale(axes, axis="x", percent=False)
    axes.set_xlabel(x_label)
    _legend(axes, columns=2)
    return fig


def matrix(cells: pd.DataFrame, *, row: str, column: str, value: str, symbols: Mapping[str, str]) -> Fig:
    """Return a grid of letters, one a category, each on its own shade; absent cells stay empty."""
    rows, columns = list(dict.fromkeys(cells[row])), list(dict.fromkeys(cells[column]))
    fig, axes = _axes(len(rows) * 0.42 + 1.3, width=max(WIDTH, 1.05 * len(columns) + 3.2))
    shades = {name: palette.categorical(place) for place, name in enumerate(symbols)}
    for one in cells[[row, column, value]].itertuples(index=False):
        down, across, name = rows.index(one[0]), columns.index(one[1]), one[2]
        colour = palette.NO_DATA if symbols[name] in {"-", ""} else shades[name]
        box = {"facecolor": colour, "edgecolor": "white", "boxstyle": "square,pad=0.55"}
        ink = palette.ink_on(colour)
        axes.text(across, down, symbols[name] or " ", ha="center", va="center", color=ink, bbox=box, fontsize=9)
    axes.set_xticks(
        range(len(columns)), ["\n".join(textwrap.wrap(str(name), 12, break_long_words=False)) for name in columns]
    )
    axes.xaxis.tick_top()
    axes.set_xlim(-0.6, len(columns) - 0.4)
    _rows(axes, rows)
    axes.spines["bottom"].set_visible(False)
    return fig


def scatter_labels(
    frame: pd.DataFrame, *, x: str, y: str, label: str, x_label: str, y_label: str, percent: bool = False
) -> Fig:
    """Return labelled points; labels lean away from the right edge."""
    fig, axes = _axes(4.4)
    axes.plot(frame[x], frame[y], "o", color=palette.categorical(0), markersize=6)
    middle = (frame[x].max() + frame[x].min()) / 2
    for one in frame[[x, y, label]].itertuples(index=False):
        is_right = one[0] > middle
        axes.annotate(
            str(one[2]),
            (one[0], one[1]),
            xytext=(-7 if is_right else 7, 4),
            textcoords="offset points",
            ha="right" if is_right else "left",
            fontsize=8,
        )
    _scale(axes, axis="x", percent=percent)
    _scale(axes, axis="y", percent=percent)
    axes.grid(axis="both", color=palette.GRID, linewidth=0.7)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.margins(0.12)
    return fig
