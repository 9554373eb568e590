"""Charts of area profiles: spine, tartan rug, funnel, trend with breaks of definition, population pyramid.

The kinds that readers of public-health profiles in England know (Fingertips). Each takes a tidy frame and returns a
matplotlib figure; a letter or marker stands beside every colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insight.display import palette
from insight.display.charts import WIDTH, _axes, _groups, _legend, _rows, _scale
from insight.display.html import is_missing
from insight.display.labels import name_points
from insight.display.missing import reasons, words

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd

    Axes = matplotlib.axes.Axes
    Fig = matplotlib.figure.Figure


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How a comparison is drawn: letter, marker, colour."""

    letter: str
    marker: str
    colour: str


MARKS: Mapping[str, Mark] = {
    "Better": Mark(letter="B", marker="o", colour="#12436D"),
    "Similar": Mark(letter="S", marker="D", colour="#D9DCDE"),
    "Worse": Mark(letter="W", marker="s", colour="#F46A25"),
    "Higher": Mark(letter="H", marker="^", colour="#28A197"),
    "Lower": Mark(letter="L", marker="v", colour="#A285D1"),
    "Not compared": Mark(letter="-", marker="x", colour=palette.NO_DATA),
}
"""Marks of comparisons; names are those that readers of profiles know."""
RUG_CELL, RUG_LABELS = 0.36, 3.4
RUG_NAME = 20
"""Letters after which an area's name goes on in a second line."""
SPINE_ROW = 0.36
EDGE = 1.0


def _mark(category: object) -> Mark:
    return MARKS.get(str(category), MARKS["Not compared"])


def _spine_row(axes: Axes, place: int, row: dict[str, float], *, sign: float) -> float | None:
    """Draw range and middle half of one row, and return how its values become places from -1 to 1."""
    reach = max(abs(row["high"] - row["centre"]), abs(row["low"] - row["centre"]))
    if not reach > 0:
        return None
    scale = sign / reach

    def span(first: str, last: str) -> tuple[float, float]:
        ends = sorted(scale * (row[name] - row["centre"]) for name in (first, last))
        return ends[0], ends[1] - ends[0]

    for first, last, colour in (("low", "high", palette.GRID), ("lower_quarter", "upper_quarter", "#9AA3A8")):
        left, width = span(first, last)
        axes.barh(place, width, left=left, height=0.5, color=colour, edgecolor="none")
    return scale


def spine(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    text: str,
    category: str,
    is_lower_better: str,
    centre_label: str,
    range_label: str,
) -> Fig:
    """Return a spine chart: one row an indicator, the benchmark as its spine, worst left and best right.

    Each row is scaled on its longer side. The light bar spans all areas, the dark one the middle half of them.

    Args:
        frame: one row an indicator, with ``centre, low, lower_quarter, upper_quarter, high`` besides those named.
        label: column with the indicator's name.
        value: column with the area's value; missing where it is not shown.
        text: column with the value as text.
        category: column with the comparison, one of :data:`MARKS`.
        is_lower_better: column that says whether a row is turned, so that better lies right; where polarity is unknown
            higher lies right.
        centre_label: name of the benchmark.
        range_label: what the bars span, such as `wards`.
    """
    fig, axes = _axes(len(frame) * SPINE_ROW + 1.4, width=WIDTH + 1.2)
    axes.axvline(0, color=palette.INK, linewidth=1.2)
    whys = reasons(frame, value)
    for place, row in enumerate(frame.to_dict("records")):
        scale = _spine_row(axes, place, row, sign=-1.0 if row[is_lower_better] else 1.0)
        shown = whys[place] if is_missing(row[value]) else str(row[text])
        axes.annotate(shown, (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=8)
        if scale is None or is_missing(row[value]):
            continue
        mark = _mark(row[category])
        x = min(EDGE, max(-EDGE, scale * (row[value] - row["centre"])))
        axes.plot(x, place, mark.marker, color=mark.colour, markeredgecolor=palette.INK, markersize=8)
    seen = [name for name in MARKS if name in set(frame.loc[frame[value].notna(), category])]
    for name in seen:
        mark = MARKS[name]
        axes.plot([], [], mark.marker, color=mark.colour, markeredgecolor=palette.INK, markersize=7, label=name)
    _rows(axes, list(frame[label]))
    axes.set_xlim(-1.08, 1.08)
    axes.set_xticks(
        [-1, 0, 1], [f"worst or lowest\nof {range_label}", centre_label, f"best or highest\nof {range_label}"]
    )
    _legend(axes, columns=max(1, len(seen)))
    return fig


def _shade(category: object) -> str:
    return palette.NO_DATA if is_missing(category) else _mark(category).colour


def tartan_rug(
    frame: pd.DataFrame, *, row: str, column: str, category: str, clear: str | None = None, columns: Sequence[str] = ()
) -> Fig:
    """Return a tartan rug: indicators down, areas across, a letter in each cell on the shade of its comparison.

    Args:
        frame: one row a cell.
        row: column with the indicator's name.
        column: column with the area's name.
        category: column with the comparison, one of :data:`MARKS`, or missing where the value is not shown.
        clear: column that says whether the comparison holds at a stricter level too; such cells carry a star.
        columns: areas in their order; that of the frame when empty.
    """
    rows, areas = list(dict.fromkeys(frame[row])), list(columns) or list(dict.fromkeys(frame[column]))
    fig, axes = _axes(len(rows) * 0.3 + 2.4, width=RUG_LABELS + RUG_CELL * len(areas))
    whys = reasons(frame, category)
    cells = [(areas.index(cell[column]), rows.index(cell[row]), cell) for cell in frame.to_dict("records")]
    # Cells of one shade are drawn one after another, so that the drawing says each shade once.
    for across, down, cell in sorted(cells, key=lambda one: str(one[2][category])):
        axes.barh(down, 0.94, left=across - 0.47, height=0.9, color=_shade(cell[category]), clip_on=False)
    for (across, down, cell), why in zip(cells, whys, strict=True):
        is_hidden = is_missing(cell[category])
        text = why if is_hidden else _mark(cell[category]).letter + ("*" if clear and cell[clear] else "")
        ink = palette.INK if is_hidden else palette.ink_on(_shade(cell[category]))
        axes.text(across, down, text, ha="center", va="center", fontsize=7, color=ink)
    axes.set_xticks(
        range(len(areas)), ["\n".join(textwrap.wrap(str(name), RUG_NAME)) for name in areas], rotation=90, fontsize=8
    )
    axes.xaxis.tick_top()
    axes.set_xlim(-0.6, len(areas) - 0.4)
    _rows(axes, rows)
    axes.tick_params(axis="y", labelsize=8)
    axes.spines["bottom"].set_visible(False)
    key = "   ".join(f"{MARKS[name].letter} {name}" for name in MARKS if name in set(frame[category].dropna()))
    axes.set_xlabel(key + ("   * also at 99.8 %" if clear else "") + _told(frame[category], whys), fontsize=8)
    return fig


def _told(values: pd.Series, whys: Sequence[str]) -> str:
    """Return the key to the marks of cells without a comparison."""
    used = dict.fromkeys(why for value, why in zip(values, whys, strict=True) if is_missing(value))
    return "".join(f"   {words(why)}" for why in used)


def funnel(
    points: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    cases: str,
    share: str,
    label: str,
    outside: str,
    common: float,
    x_label: str,
    y_label: str,
    percent: bool = True,
) -> Fig:
    """Return a funnel plot: shares over their cases, limits around the common share, areas outside named.

    Args:
        points: one row an area.
        limits: ``cases`` and pairs of columns ``lower_<name>, upper_<name>``, one pair a kind of limit.
        cases: column with the cases, in both frames.
        share: column with the share.
        label: column with the area's name.
        outside: column that says whether an area lies outside the limits.
        common: the share around which the funnel stands.
        x_label: axis title.
        y_label: axis title.
        percent: whether values are shares from 0 to 1; rates are not.
    """
    fig, axes = _axes(4.2)
    names = [name.removeprefix("lower_") for name in limits.columns if name.startswith("lower_")]
    styles = ((0, (4, 3)), "-", (0, (1, 2)))
    for number, name in enumerate(names):
        for side in ("lower", "upper"):
            axes.plot(
                limits[cases],
                limits[f"{side}_{name}"],
                color=palette.MUTED,
                linestyle=styles[number % len(styles)],
                linewidth=1.1,
                label=name.replace("_", " ") if side == "lower" else None,
            )
    axes.axhline(common, color=palette.INK, linewidth=1)
    for number, (is_out, rows) in enumerate(points.groupby(outside)):
        colour = palette.categorical(3 if is_out else 0)
        name = "outside" if is_out else "inside"
        axes.plot(rows[cases], rows[share], palette.marker(number), color=colour, markersize=6, label=name)
    _scale(axes, axis="y", percent=percent)
    axes.set_xlim(0.92 * points[cases].min(), 1.08 * points[cases].max())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    _legend(axes, columns=4)
    fig.draw_without_rendering()
    # The farthest from the common share are named first, so that they have the pick of free places.
    far = (points[share] - common).abs().sort_values(ascending=False, kind="stable").index
    out = points.loc[far][lambda rows: rows[outside]]
    name_points(
        axes,
        [str(one) for one in out[label]],
        list(zip(out[cases], out[share], strict=True)),
        beside=list(zip(points[cases], points[share], strict=True)),
    )
    return fig


def trend(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    run: str,
    x_label: str,
    y_label: str,
    group: str,
    lower: str | None = None,
    upper: str | None = None,
    breaks: Mapping[float, str] | None = None,
    percent: bool = True,
) -> Fig:
    """Return lines over time that are cut where the definition changes.

    Args:
        frame: one row a group and period.
        x: column with the period as a number.
        y: column with the value.
        run: column with the run of comparable periods; points of different runs are never joined.
        x_label: axis title.
        y_label: axis title.
        group: column with the line that a point belongs to.
        lower: column with lower limits.
        upper: column with upper limits.
        breaks: where the definition changes (as ``x``), and what changed.
        percent: whether values are shares.
    """
    from matplotlib.ticker import MaxNLocator

    fig, axes = _axes(3.8)
    for number, (name, rows) in enumerate(_groups(frame, group)):
        colour, shape = palette.categorical(number), palette.marker(number)
        for part, (_, run_rows) in enumerate(rows.groupby(run, sort=False)):
            ordered = run_rows.sort_values(x)
            if lower is not None and upper is not None:
                axes.vlines(ordered[x], ordered[lower], ordered[upper], color=colour, linewidth=1, alpha=0.6)
            axes.plot(ordered[x], ordered[y], marker=shape, color=colour, label=None if part else str(name))
    top = axes.get_ylim()[1]
    for at, what in (breaks or {}).items():
        axes.axvline(at, color=palette.INK, linestyle=(0, (2, 2)), linewidth=1.2)
        said = "\n".join(textwrap.wrap(f"definition changes: {what}", 26, break_long_words=False))
        axes.annotate(said, (at, top), xytext=(5, 0), textcoords="offset points", fontsize=8, va="top", ha="left")
    _scale(axes, axis="y", percent=percent)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    _legend(axes)
    return fig


def pyramid(
    frame: pd.DataFrame, *, age: str, side: str, share: str, comparator: str, comparator_label: str, x_label: str
) -> Fig:
    """Return a population pyramid: shares by age band, one side left and the other right, a comparator as outline.

    Args:
        frame: one row an age band and side, youngest first.
        age: column with the band's name.
        side: column with the side, of two values; the first lies left.
        share: column with the share of all residents.
        comparator: column with the comparator's share.
        comparator_label: name of the comparator.
        x_label: axis title.
    """
    bands, sides = list(dict.fromkeys(frame[age])), list(dict.fromkeys(frame[side]))
    fig, axes = _axes(len(bands) * 0.24 + 1.2)
    for number, name in enumerate(sides):
        rows = frame[frame[side] == name].set_index(age).loc[bands]
        sign = -1 if number == 0 else 1
        axes.barh(
            range(len(bands)),
            sign * rows[share],
            height=0.86,
            color=palette.categorical(number),
            hatch=palette.HATCHES[number],
            edgecolor="white",
            label=str(name),
        )
        axes.stairs(
            sign * rows[comparator],
            [place - 0.5 for place in range(len(bands) + 1)],
            orientation="horizontal",
            baseline=None,
            color=palette.INK,
            linewidth=1.4,
            label=comparator_label if number == 0 else None,
        )
    axes.set_yticks(range(len(bands)), bands)
    axes.set_ylim(-0.6, len(bands) - 0.4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0%}" if value else "0%")
    axes.grid(axis="x", color=palette.GRID, linewidth=0.7)
    axes.axvline(0, color=palette.INK, linewidth=1)
    axes.set_xlabel(x_label)
    _legend(axes)
    return fig
