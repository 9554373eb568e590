"""Charts over time: Lexis diagram of birth cohorts, run and XmR charts of counts, journeys as small multiples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from insight.display import palette
from insight.display.charts import RC, WIDTH, _axes, _legend, _scale, wrapped
from insight.display.html import is_missing
from insight.display.missing import reasons

if TYPE_CHECKING:
    import pandas as pd

    from insight.display.charts import Axes, Fig

FEWEST_LIMITS = 13
"""Points from which on limits may be drawn."""
YEAR_DAYS = 365.25
PANELS_ACROSS = 2
MARK = 5.5
"""Size of the marks of journeys, in points."""
FILLS: dict[str, Literal["full", "none", "left"]] = {"both": "full", "family only": "none", "agency only": "left"}
"""How a mark is filled by who told of a contact: both sides, the family, or the agency."""


def _decimal(day: pd.Timestamp) -> float:
    return float(day.year + (day.day_of_year - 1) / YEAR_DAYS)


def lexis(
    cohorts: pd.DataFrame,
    points: pd.DataFrame,
    *,
    observed: tuple[pd.Timestamp, pd.Timestamp],
    oldest: float,
    x_label: str = "Time",
    y_label: str = "Age of the child in years",
) -> Fig:
    """Return a Lexis diagram: lives run up diagonals, time to the right, age up.

    Args:
        cohorts: one row a cohort with ``label``, ``born_from`` and ``born_to`` (first and last day of birth) and
            ``assessed`` (the day at which it is assessed, marked on its band).
        points: one row a point of contact with ``label``, ``from_age`` and ``to_age`` in years; negative before birth.
        observed: first and last day on which contacts were made: the width of the boxes.
        oldest: greatest age shown, in years.
        x_label: what the horizontal axis shows.
        y_label: what the vertical axis shows.

    Raises:
        ValueError: no cohort or no point.
    """
    if cohorts.empty or points.empty:
        raise ValueError("a Lexis diagram needs a cohort and a point. Fix: leave the picture out")
    fig, axes = _axes(5.2)
    low = min(0.0, float(points["from_age"].min()))
    for number, row in enumerate(cohorts.itertuples()):
        born, until = _decimal(row.born_from), _decimal(row.born_to)
        colour = palette.categorical(number)
        axes.fill(
            [born + low, until + low, until + oldest, born + oldest],
            [low, low, oldest, oldest],
            facecolor=colour,
            alpha=0.22,
            edgecolor=colour,
            hatch=palette.HATCHES[number % len(palette.HATCHES)],
            label=str(row.label),
        )
        moment = _decimal(row.assessed)
        axes.plot([moment, moment], [moment - until, moment - born], color=colour, linewidth=4, solid_capstyle="butt")
        shape = palette.marker(number)
        axes.plot(moment, moment - (born + until) / 2, shape, color=colour, markersize=7, markeredgecolor="white")
    first, last = (_decimal(day) for day in observed)
    for row in points.itertuples():
        height = max(row.to_age - row.from_age, 0.06)
        axes.barh(
            row.from_age, last - first, left=first, height=height, align="edge", color=palette.INK, edgecolor="white"
        )
        axes.annotate(
            str(row.label),
            (last, row.from_age + height / 2),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.axhline(0, color=palette.MUTED, linewidth=0.8)
    edge = max(last, *(_decimal(day) for day in cohorts["assessed"]))
    axes.set_xlim(min(first, *(_decimal(day) for day in cohorts["born_from"])) - 0.2, edge + 1.4)
    axes.set_ylim(low, oldest)
    axes.grid(color=palette.GRID, linewidth=0.6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    _legend(axes, columns=2)
    return fig


def run_chart(
    frame: pd.DataFrame,
    *,
    time: str,
    value: str,
    y_label: str,
    centre: float,
    lower: float | None = None,
    upper: float | None = None,
    signal: str | None = None,
) -> Fig:
    """Return values over time with their mean; with limits (XmR) only from thirteen points on.

    Args:
        frame: one row a period, in order.
        time: column of the periods' names.
        value: column of the values; missing ones leave a gap with the mark of their status.
        y_label: what is counted.
        centre: the mean of all values.
        lower: lower limit, cut off at 0 in the picture.
        upper: upper limit.
        signal: column that is not empty where a value breaks a rule; such points are marked.

    Raises:
        ValueError: limits for fewer than thirteen points.
    """
    if upper is not None and len(frame) < FEWEST_LIMITS:
        raise ValueError(f"limits need {FEWEST_LIMITS} points, here are {len(frame)}. Fix: draw the run without limits")
    fig, axes = _axes(3.2)
    places = list(range(len(frame)))
    values = frame[value].astype(float)
    axes.plot(places, values, "o-", color=palette.categorical(0), markersize=5, label="value")
    axes.axhline(centre, color=palette.INK, linewidth=1, label="mean")
    for limit in (lower, upper):
        if limit is not None:
            axes.axhline(max(0.0, limit), color=palette.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    if signal is not None:
        odd = [place for place, name in zip(places, frame[signal], strict=True) if name]
        if odd:
            axes.plot(odd, values.iloc[odd], "D", color=palette.categorical(3), markersize=7, label="signal")
    for place, one, why in zip(places, values, reasons(frame, value), strict=True):
        if is_missing(one):
            axes.annotate(why, (place, 0.0), xycoords=("data", "axes fraction"), ha="center", fontsize=8)
    step = max(1, len(places) // 12)
    axes.set_xticks(places[::step], [str(name) for name in frame[time].iloc[::step]], rotation=45, ha="right")
    _scale(axes, axis="y", percent=False)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(y_label)
    _legend(axes)
    return fig


def journeys(
    frame: pd.DataFrame,
    *,
    panel: str,
    row: str,
    start: str,
    end: str,
    kind: str,
    source: str,
    x_label: str,
    kinds: Sequence[str],
    order: Sequence[str] = (),
    step: int = 12,
) -> Fig:
    """Return journeys as small multiples: a panel each, a row a class of service, time to the right.

    Colour and shape tell the kind (early, crisis), the filling of a mark who told of it (``FILLS``). All panels share
    both axes, so that journeys can be read against each other; ``order`` gives the rows from the top,
    ``step`` the distance of the ticks.
    """
    import math

    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from matplotlib.lines import Line2D
    from matplotlib.ticker import MultipleLocator

    panels = list(dict.fromkeys(frame[panel]))
    rows = [name for name in order if name in set(frame[row])] or list(dict.fromkeys(frame[row]))
    down = max(1, math.ceil(len(panels) / PANELS_ACROSS))
    with mpl.rc_context(RC):
        fig, grid = plt.subplots(
            down,
            PANELS_ACROSS,
            figsize=(WIDTH + 1.2, 0.24 * len(rows) * down + 0.5 * down + 1.0),
            sharex=True,
            sharey=True,
            squeeze=False,
            layout="constrained",
        )
    every = list(grid.ravel())
    for axes, name in zip(every, panels, strict=False):
        _panel(
            axes,
            frame[frame[panel] == name],
            row=row,
            rows=rows,
            start=start,
            end=end,
            kind=kind,
            source=source,
            kinds=kinds,
        )
        axes.set_title(str(name), fontsize=9, loc="left")
    for axes in every[len(panels) :]:
        axes.set_axis_off()
    every[0].set_yticks(range(len(rows)), [wrapped(one) for one in rows])
    every[0].set_ylim(max(len(rows), 1) - 0.5, -0.5)
    every[0].xaxis.set_major_locator(MultipleLocator(step))
    handles: list[Any] = [
        Line2D([], [], linestyle="", marker=palette.marker(place), color=palette.categorical(2 * place), label=one)
        for place, one in enumerate(kinds)
    ]
    handles += [
        Line2D([], [], linestyle="", marker="o", fillstyle=fill, color=palette.INK, label=f"told by {name}")
        for name, fill in FILLS.items()
    ]
    fig.legend(handles=handles, loc="outside upper center", ncols=len(handles), frameon=False, fontsize=8)
    fig.supxlabel(x_label, fontsize=9)
    return fig


def _left_half() -> Any:
    """Return the left half of a square as a mark."""
    from matplotlib.path import Path

    return Path([(-0.5, -0.5), (0.0, -0.5), (0.0, 0.5), (-0.5, 0.5), (-0.5, -0.5)], closed=True)


def _panel(
    axes: Axes,
    own: pd.DataFrame,
    *,
    row: str,
    rows: list[Any],
    start: str,
    end: str,
    kind: str,
    source: str,
    kinds: Sequence[str],
) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.grid(axis="both", color=palette.GRID, linewidth=0.6)
    for place, name in enumerate(kinds):
        colour = palette.categorical(2 * place)
        for told, fill in FILLS.items():
            part = own[(own[kind] == name) & (own[source] == told)]
            heights = [rows.index(one) + (place - 0.5) * 0.3 for one in part[row]]
            axes.hlines(heights, part[start], part[end], color=colour, linewidth=2, alpha=0.6)
            shape = palette.marker(place)
            is_half = shape == "s" and fill == "left"
            axes.plot(
                part[start],
                heights,
                shape,
                color=colour,
                fillstyle="none" if is_half else fill,
                markersize=MARK,
                markerfacecoloralt="white",
            )
            if is_half:
                # The library's own half squares come out slanted, as each half is moved to whole pixels by itself.
                axes.plot(part[start], heights, marker=_left_half(), color=colour, markersize=MARK, linestyle="")
