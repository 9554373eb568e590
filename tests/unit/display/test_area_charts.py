"""Charts of area profiles: what they draw, read back from the figure itself."""

import pandas as pd
import pytest

from insight.display import area_charts
from insight.display.area_charts import MARKS


@pytest.fixture(autouse=True)
def closed():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def texts(fig):
    (axes,) = fig.axes
    return [one.get_text() for one in axes.texts]


SPINE = pd.DataFrame(
    {
        "label": ["Poverty", "Degrees", "Hidden"],
        "value": [0.30, 0.30, None],
        "text": ["30%", "30%", ""],
        "category": ["Worse", "Better", "Not compared"],
        "turned": [True, False, False],
        "centre": [0.20, 0.20, 0.20],
        "low": [0.10, 0.10, 0.1],
        "lower_quarter": [0.15, 0.15, 0.15],
        "upper_quarter": [0.25, 0.25, 0.25],
        "high": [0.40, 0.40, 0.4],
        "status": ["", "", "c"],
    }
)


def spine(frame):
    return area_charts.spine(
        frame,
        label="label",
        value="value",
        text="text",
        category="category",
        is_lower_better="turned",
        centre_label="England",
        range_label="wards",
    )


def test_spine_puts_worse_left_and_better_right_and_hides_what_is_hidden():
    fig = spine(SPINE)
    (axes,) = fig.axes
    dots = {float(line.get_ydata()[0]): float(line.get_xdata()[0]) for line in axes.lines if len(line.get_xdata()) == 1}
    assert dots == pytest.approx({0.0: -0.5, 1.0: 0.5})
    assert texts(fig) == ["30%", "30%", "[c]"]
    spans = {
        (round(bar.get_x(), 6), round(bar.get_width(), 6)) for bar in axes.patches if round(bar.get_y() + 0.25) == 1
    }
    assert spans == {(-0.5, 1.5), (-0.25, 0.5)}


def test_rug_has_a_letter_in_every_cell_and_a_star_for_the_clear_ones():
    cells = pd.DataFrame(
        {
            "indicator": ["a", "a", "b", "b"],
            "ward": ["x", "y", "x", "y"],
            "category": ["Worse", "Similar", None, "Higher"],
            "clear": [True, False, False, False],
            "status": ["", "", "c", ""],
        }
    )
    fig = area_charts.tartan_rug(cells, row="indicator", column="ward", category="category", clear="clear")
    assert texts(fig) == ["W*", "S", "[c]", "H"]
    assert "W Worse" in fig.axes[0].get_xlabel()


def test_letters_markers_and_shades_of_comparisons_are_each_distinct():
    for what in ("letter", "marker", "colour"):
        assert len({getattr(mark, what) for mark in MARKS.values()}) == len(MARKS)


def test_funnel_names_the_areas_outside_alone():
    points = pd.DataFrame({"cases": [50, 80], "share": [0.6, 0.31], "name": ["Far", "Near"], "outside": [True, False]})
    limits = pd.DataFrame({"cases": [40, 100], "lower_95_%": [0.2, 0.25], "upper_95_%": [0.45, 0.4]})
    fig = area_charts.funnel(
        points,
        limits,
        cases="cases",
        share="share",
        label="name",
        outside="outside",
        common=0.3,
        x_label="Cases",
        y_label="Share",
    )
    assert texts(fig) == ["Far"]
    assert [text.get_text() for text in fig.axes[0].get_legend().get_texts()] == ["95 %", "inside", "outside"]


def test_names_of_a_crowded_funnel_neither_meet_nor_leave_the_axes():
    points = pd.DataFrame({"n": [100 + 3 * i for i in range(12)], "rate": [5.0 + (i % 4) for i in range(12)]})
    points = points.assign(
        name=[f"Demonstration ward {i:02d}" for i in range(12)], outside=[i % 2 == 0 for i in range(12)]
    )
    limits = pd.DataFrame({"n": [90, 140], "lower_95": [4, 4.5], "upper_95": [9, 8.5]})
    fig = area_charts.funnel(
        points,
        limits,
        cases="n",
        share="rate",
        label="name",
        outside="outside",
        common=6.5,
        x_label="Residents",
        y_label="Rate",
        percent=False,
    )
    fig.draw_without_rendering()
    (axes,) = fig.axes
    boxes, frame = [one.get_window_extent() for one in axes.texts], axes.get_window_extent()
    assert len(boxes) == 6
    assert not [one for one in boxes if one.x0 < frame.x0 or one.x1 > frame.x1]
    assert not [1 for i, one in enumerate(boxes) for other in boxes[:i] if one.overlaps(other)]


def test_rug_writes_long_names_whole_in_two_lines():
    frame = pd.DataFrame({"what": ["Poverty"], "who": ["Drapers Green (demonstration)"], "category": ["Worse"]})
    (axes,) = area_charts.tartan_rug(frame, row="what", column="who", category="category").axes
    assert [one.get_text() for one in axes.get_xticklabels()] == ["Drapers Green\n(demonstration)"]


def test_trend_never_joins_points_over_a_break():
    frame = pd.DataFrame(
        {"year": [2007, 2008, 2009, 2011], "share": [0.1, 0.12, 0.13, 0.2], "run": [0, 0, 0, 1], "area": "x"}
    )
    fig = area_charts.trend(
        frame, x="year", y="share", run="run", group="area", x_label="Year", y_label="Share", breaks={2010: "new rule"}
    )
    (axes,) = fig.axes
    drawn = [list(line.get_xdata()) for line in axes.lines]
    assert [2007, 2008, 2009] in drawn
    assert not any(2009 in one and 2011 in one for one in drawn)
    assert "new rule" in texts(fig)[0].replace("\n", " ")


def test_pyramid_puts_the_first_side_left():
    frame = pd.DataFrame(
        {"age": ["0-4", "5-9"] * 2, "sex": ["men"] * 2 + ["women"] * 2, "share": [0.1] * 4, "england": [0.05] * 4}
    )
    fig = area_charts.pyramid(
        frame, age="age", side="sex", share="share", comparator="england", comparator_label="England", x_label="Share"
    )
    bars = [patch for patch in fig.axes[0].patches if hasattr(patch, "get_width")]
    assert [bar.get_width() for bar in bars] == [-0.1, -0.1, 0.1, 0.1]
    outlines = [patch.get_data() for patch in fig.axes[0].patches if hasattr(patch, "get_data")]
    assert [list(outline.values) for outline in outlines] == [[-0.05, -0.05], [0.05, 0.05]]
    assert list(outlines[0].edges) == [-0.5, 0.5, 1.5]
