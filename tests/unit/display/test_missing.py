"""Each missing number says why it is missing, in tables, charts and maps alike, and a key stands under the output."""

import geopandas as gpd
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from shapely.geometry import box

from insight import display
from insight.display import area_charts, charts, missing, panels, time_charts
from insight.display.figure import stamp
from insight.privacy.disclosure import log, markers
from insight.privacy.disclosure.markers import MEANINGS, meaning
from insight.sources.standing import SUPPLIED, Standing

SAID = {"name": "t", "title": "T", "caption": "c", "source": "s", "n": 2, "standing": SUPPLIED}
STATUSES = ["c", "x", "z", ""]
FRAME = pd.DataFrame({"area": list("abcd"), "share": [None, None, None, 0.4], "status": STATUSES}).astype(
    {"share": float}
)


def texts(fig):
    found = [one.get_text() for axes in fig.axes for one in axes.texts] + [one.get_text() for one in fig.texts]
    plt.close(fig)
    return found


def dots(frame):
    limits = frame.assign(lower=frame["share"], upper=frame["share"])
    return charts.dot_interval(limits, label="area", estimate="share", lower="lower", upper="upper", x_label="x")


def spine(frame):
    rows = frame.assign(text="40%", category="Similar", is_lower_better=False, centre=0.5, low=0.1, high=0.9)
    rows = rows.assign(lower_quarter=0.3, upper_quarter=0.7)
    return area_charts.spine(
        rows, label="area", value="share", text="text", category="category", is_lower_better="is_lower_better",
        centre_label="here", range_label="wards",
    )  # fmt: skip


CHARTS = {
    "dots": dots,
    "bars": lambda frame: charts.bars(frame, label="area", value="share", x_label="x"),
    "stacked": lambda frame: charts.stacked(
        frame.assign(how="raised"), label="area", value="share", group="how", total=1, x_label="x"
    ),
    "heatmap": lambda frame: charts.heatmap(
        frame.assign(of="all"), row="area", column="of", value="share", value_label="v"
    ),
    "run": lambda frame: time_charts.run_chart(frame, time="area", value="share", y_label="y", centre=0.4),
    "spine": spine,
    "rug": lambda frame: area_charts.tartan_rug(
        frame.assign(of="all", kind=["Similar" if known else None for known in frame["share"].notna()]),
        row="area", column="of", category="kind",
    ),
}  # fmt: skip


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_shows_the_reason_of_each_missing_number(chart):
    shown = " ".join(texts(CHARTS[chart](FRAME)))
    assert [name for name in MEANINGS if f"[{name}]" in shown] == ["c", "x", "z"]


def test_a_row_that_was_not_hidden_lacks_what_is_not_available():
    rows = FRAME.assign(status=["", "", "", ""])
    assert "[x]" in texts(CHARTS["heatmap"](rows))
    bare = FRAME.drop(columns="status")
    assert missing.reasons(bare, "share") == ["[x]"] * 4
    assert missing.reasons(markers.tell(bare.copy(), {"share": "z"}), "share") == ["[z]"] * 4
    bare.attrs[log.ATTRIBUTE] = {}
    assert missing.reasons(bare, "share") == ["[c]"] * 4, "what went through disclosure control and lost its status"


def test_a_column_holds_one_of_two_reasons_and_no_hidden_numbers():
    with pytest.raises(ValueError, match="empty cells of status c"):
        markers.tell(FRAME.copy(), {"share": "c"})


def test_a_grid_without_a_row_is_not_available_and_of_a_thing_with_itself_not_applicable():
    pairs = pd.DataFrame({"a": ["p", "q"], "b": ["q", "p"], "v": [0.5, 0.001], "status": ""})
    assert sorted(texts(charts.heatmap(pairs, row="a", column="b", value="v", value_label="v"))) == sorted(
        ["[z]", "50%", "[low]", "[z]"]
    )
    apart = pairs.assign(b=["r", "s"])
    assert texts(charts.heatmap(apart, row="a", column="b", value="v", value_label="v")).count("[x]") == 2


def test_a_table_tells_column_by_column_and_has_a_key():
    frame = FRAME.assign(index=[None, 90.0, None, None], index_status=["", "", "x", ""])
    table = display.Table(frame, inapplicable=("index",), **SAID).html()
    assert "Index status" not in table
    cells = [row.split("</td>")[1].rsplit(">", 1)[1] for row in table.split("<tr>")[2:]]
    assert cells == ["[c]", "90", "[x]", "[z]"]
    for status in ("c", "x", "z"):
        assert meaning(status) in table
    assert meaning("low") not in table


def test_a_number_that_no_status_explains_is_not_available_and_a_text_is_empty():
    frame = pd.DataFrame({"a": ["p", "q"], "v": [1.0, None], "note": ["n", None]})
    table = display.Table(frame, **SAID).html()
    assert "[x]" in table
    assert "–" in table
    assert meaning("x") in table


@pytest.mark.parametrize(("share", "is_told"), [(0.0004, True), (0.0, False)])
def test_what_would_read_as_nought_is_told_under_the_table(share, is_told):
    frame = pd.DataFrame({"a": ["p"], "share": [share]})
    table = display.Table(frame, formats={"share": "{:.1%}"}, **SAID).html()
    assert (meaning("low") in table) == is_told


def test_a_picture_has_the_key_to_its_own_marks_only():
    picture = display.Figure(CHARTS["bars"](FRAME.iloc[[0, 3]]), alt="Bars of two areas, one.", data=FRAME, **SAID)
    above = picture.html().split("<details>")[0]
    assert meaning("c") in above
    assert meaning("x") not in above


def squares():
    shapes = [box(step / 100, 53.5, step / 100 + 0.01, 53.51) for step in range(5)]
    return gpd.GeoDataFrame({"code": list("abcde"), "name": list("ABCDE")}, geometry=shapes, crs=4326)


def test_a_map_tells_reasons_in_its_labels_its_legend_and_its_table():
    layer = display.Layer(title="Share", values=FRAME.rename(columns={"area": "code"}), column="share", kind="number")
    drawn = display.MapFigure(squares(), [layer], alt="Five squares, four of them pale.", **SAID)
    assert drawn.data["Share"].tolist() == [
        "[c] small number, not shown", "[x] not available", "[z] not applicable", "0.4", "[x] not available",
    ]  # fmt: skip
    assert drawn.missing == ["[c] small number, not shown", "[x] not available", "[z] not applicable"]
    assert meaning("z") in drawn.html().split("<details>")[0].split("</iframe>")[1]


@pytest.mark.parametrize(("status", "word"), [(None, "[x] not available"), (list("cccc"), "[c] small number")])
def test_panels_of_maps_say_why_areas_are_pale(status, word):
    own = squares().iloc[:4]
    found = texts(panels.map_panels(own, FRAME[["share"]], status=status))
    assert any(word in one for one in found)


def test_why_areas_are_pale_stands_clear_of_the_stamp():
    fig = panels.map_panels(squares().iloc[:4], FRAME[["share"]], status=list("cccc"))
    stamp(fig, Standing(kind="demonstration"))
    fig.draw_without_rendering()
    pale, stamped = (next(one for one in fig.texts if word in one.get_text()) for word in ("Pale", "Demonstration"))
    assert not pale.get_window_extent().overlaps(stamped.get_window_extent())


def test_merged_categories_are_told_in_the_caption():
    frame = FRAME.copy()
    frame.attrs[log.ATTRIBUTE] = {"merged": "White (white british, white irish)", "columns": ["share"]}
    assert "too small to show apart: White" in display.Table(frame, **SAID).about.caption
