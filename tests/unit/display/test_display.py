"""Displays refuse what a reader cannot use, escape what comes from data, and ask nothing of the network."""

import base64
import re

import numpy as np
import pandas as pd
import pytest

from insight import display
from insight.display import charts, html, offline_map
from insight.display.html import formatted, heading
from insight.display.palette import CATEGORIES, ink_on
from insight.errors import DisclosureError, DisplayError
from insight.privacy.disclosure import markers
from insight.sources.standing import LABEL, SUPPLIED, Standing

DEMONSTRATION = Standing(kind="demonstration")
FRAME = pd.DataFrame(
    {"place": ["a", "b"], "share": [0.1, 0.2], "lower": [0.05, 0.1], "upper": [0.2, 0.3], "group": ["x", "y"]}
)
SAID = {
    "name": "shares",
    "title": "b has the larger share",
    "alt": "Dots with intervals: b at 20 per cent lies right of a at 10",
    "caption": "Shares with 95 % intervals.",
    "source": "A survey",
    "n": 100,
}


def dots():
    return charts.dot_interval(FRAME, label="place", estimate="share", lower="lower", upper="upper", x_label="Share")


def figure(standing=SUPPLIED, data=FRAME, **changes):
    return display.Figure(dots(), data=data, standing=standing, **(SAID | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alt": ""}, "alternative text"),
        ({"alt": "too short"}, "alternative text"),
        ({"alt": SAID["caption"] + " "}, "repeats"),
        ({"title": " "}, "no title"),
        ({"caption": ""}, "no caption"),
        ({"source": ""}, "no source"),
        ({"name": "Not Kebab"}, "rename"),
        ({"data": FRAME.iloc[:0]}, "no data"),
    ],
)
def test_a_picture_without_what_a_reader_needs_is_refused(changes, said):
    with pytest.raises(DisplayError, match=said):
        figure(**changes)


def test_rows_about_single_people_are_refused():
    with pytest.raises(DisclosureError, match="respondent_id"):
        figure(data=FRAME.assign(respondent_id=[1, 2]))


def test_a_figure_carries_finding_label_source_n_and_its_data():
    found = figure(DEMONSTRATION).html()
    for text in (SAID["title"], LABEL, "Source: A survey", "n = 100", 'role="img"', "<details>", 'scope="col"'):
        assert text in found
    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)\">Download", found)[1]
    assert base64.b64decode(encoded).decode().splitlines()[0] == "place,share,lower,upper,group"


def test_the_label_is_drawn_into_pictures_made_from_demonstration_data():
    assert LABEL in figure(DEMONSTRATION).svg
    assert LABEL not in figure(SUPPLIED).svg


def test_text_from_data_is_escaped_everywhere():
    wicked = '<script>alert("x")</script>'
    table = display.Table(
        pd.DataFrame({"quote": [wicked]}), name="t", title=wicked, caption=wicked, source=wicked, n=1, standing=SUPPLIED
    )
    assert "<script" not in table.html()
    assert "<script" not in figure(title=f"{wicked} is the finding").html()
    assert "&lt;script&gt;" in table.html()


def test_same_figure_same_bytes_and_no_shared_ids():
    first, second = figure(), figure()
    assert first.svg == second.svg
    assert first.png == second.png
    other = figure(name="other")
    ids = set(re.findall(r' id="([^"]+)"', first.svg)) & set(re.findall(r' id="([^"]+)"', other.svg))
    assert not ids


def test_bundle_has_html_png_with_alt_and_text():
    data, metadata = figure()._repr_mimebundle_()
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert metadata["image/png"]["alt"] == SAID["alt"]


def test_suppressed_cells_show_their_mark_and_files_leave_them_empty():
    frame = pd.DataFrame({"area": ["a", "b"], "count": [None, 12.0], "status": ["c", ""]})
    table = display.Table(frame, name="t", title="T", caption="c", source="s", n=2, standing=SUPPLIED)
    assert "[c]" in table.html()
    assert "small number" in table.html()
    assert "Status" not in table.html()
    assert html.csv_text(frame).splitlines()[1] == "a,,c"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.2567, "{:.1%}", "25.7%"),
        (1234567.0, None, "1,234,567"),
        (0.12345, None, "0.123"),
        (12.345, None, "12.35"),
        (None, None, "–"),
        (True, None, "yes"),
        (3, None, "3"),
    ],
)
def test_cells(value, form, shown):
    assert html.cell(value, form) == shown


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", CATEGORIES[:4])
def test_first_four_colours_stand_out_from_white(colour):
    assert contrast(colour, "#FFFFFF") >= 2.99


@pytest.mark.parametrize("colour", CATEGORIES)
def test_letters_on_colours_can_be_read(colour):
    assert contrast(colour, ink_on(colour)) >= 4.5


@pytest.fixture(scope="module")
def squares():
    import geopandas as gpd
    from shapely.geometry import box

    shapes = [box(-2.1 + step / 100, 53.5, -2.09 + step / 100, 53.51) for step in range(4)]
    return gpd.GeoDataFrame({"code": list("abcd"), "name": ["A", "B", "C", "<b>D</b>"]}, geometry=shapes, crs=4326)


def layer(**changes):
    values = pd.DataFrame({"code": list("abc"), "share": [0.1, 0.5, 0.9]})
    return display.Layer(**({"title": "Share", "values": values, "column": "share", "kind": "number"} | changes))


def map_of(squares, *layers):
    return display.MapFigure(squares, layers, standing=DEMONSTRATION, **SAID)


def test_a_map_loads_nothing_from_outside_and_has_its_table(squares):
    found = map_of(squares, layer(percent=True))
    assert not offline_map.OUTSIDE.search(found.page)
    assert "[x] not available" in found.html()
    assert 'lang="en-GB"' in found.page
    assert "user-scalable" not in found.page
    assert "<b>D</b>" not in found.html()


def test_a_tile_layer_is_refused():
    with pytest.raises(DisplayError, match="outside"):
        offline_map.refuse_outside('<script src="https://tiles.example/x.js"></script>')


def test_codes_that_match_nothing_are_refused(squares):
    with pytest.raises(DisplayError, match="no code matches"):
        map_of(squares, layer(values=pd.DataFrame({"code": ["z"], "share": [1.0]})))


def test_more_categories_than_can_be_told_apart_are_refused(squares):
    import geopandas as gpd

    many = gpd.GeoDataFrame(
        {"code": list("abcdefghi"), "name": list("abcdefghi")},
        geometry=[squares.geometry.iloc[0].buffer(0.001 * n) for n in range(9)],
        crs=4326,
    )
    values = pd.DataFrame({"code": list("abcdefghi"), "kind": list("ABCDEFGHI")})
    with pytest.raises(DisplayError, match="told apart"):
        map_of(many, layer(values=values, column="kind", kind="category"))


def test_classes_close_below_and_the_last_closes_above(squares):
    from insight.display.maps import _shaded

    values = pd.DataFrame({"code": list("abcd"), "share": [0.0, 1.0, 2.0, 3.0]})
    shaded = _shaded(squares, layer(values=values))
    assert shaded.classes[-1] == len(shaded.labels) - 1
    assert shaded.labels[-1].count(" to ") == 1
    assert all("to under" in label for label in shaded.labels[:-1])
    assert len(shaded.colours) == len(shaded.labels)


def test_a_share_that_is_not_nought_but_would_read_so_gets_its_mark():
    frame = pd.DataFrame({"area": ["a", "b", "c"], "share": [0.0004, 0.0, 0.25]})
    text = html.table(frame, caption="c", label="l", formats={"share": "{:.0%}"})
    assert [part.split("<")[0] for part in text.split('<td class="number">')[1:]] == ["[low]", "0%", "25%"]
    assert "[low]: rounds to nought but is not nought." in text
    assert "[low]" not in html.table(frame.iloc[1:], caption="c", label="l", formats={"share": "{:.0%}"})


def test_a_missing_dot_shows_why_it_is_missing():
    frame = pd.DataFrame({"area": list("abc"), "share": [np.nan, np.nan, 0.4], "status": ["c", "x", ""]})
    columns = {"estimate": "share", "lower": "share", "upper": "share"}
    fig = charts.dot_interval(frame, label="area", x_label="Share", **columns)
    assert [text.get_text() for text in fig.axes[0].texts] == ["[c]", "[x]"]
    fig = charts.dot_interval(frame.drop(columns="status"), label="area", x_label="Share", **columns)
    assert [text.get_text() for text in fig.axes[0].texts] == ["[x]", "[x]"]
    told = markers.tell(frame.drop(columns="status"), {"share": "z"})
    fig = charts.dot_interval(told, label="area", x_label="Share", **columns)
    assert [text.get_text() for text in fig.axes[0].texts] == ["[z]", "[z]"]


def middles(figure):
    return sorted(round(bar.get_y() + bar.get_height() / 2, 6) for bar in figure.axes[0].patches)


@pytest.mark.parametrize(
    ("labels", "wanted"), [(["a", "b"], [0, 1]), (["a", "a"], [-0.175, 0.175])], ids=["one each", "side by side"]
)
def test_a_bar_alone_in_its_row_stands_on_its_label(labels, wanted):
    frame = FRAME.assign(place=labels)
    assert middles(charts.bars(frame, label="place", value="share", x_label="Share", group="group")) == wanted
    drawn = charts.dot_interval(
        frame, label="place", estimate="share", lower="lower", upper="upper", x_label="Share", group="group"
    )
    dots_at = sorted(round(float(line.get_ydata()[0]), 6) for line in drawn.axes[0].lines)
    assert dots_at == wanted


def test_a_wide_grid_is_written_larger_since_the_page_shows_it_smaller():
    def size(columns):
        frame = pd.DataFrame([(row, column, 0.5) for row in "ab" for column in range(columns)], columns=list("rcv"))
        drawn = charts.heatmap(frame, row="r", column="c", value="v", value_label="Share")
        return {text.get_fontsize() for text in drawn.axes[0].texts}

    assert size(3) == {charts.WRITTEN}
    assert size(9) == {charts.MOST_WRITTEN}


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (-0.04, "{:.1f}", "0.0"),
        (-0.0, "{:.0%}", "0%"),
        (-0.001, "{:.0%}", "[low]"),
        (-0.06, "{:.1f}", "-0.1"),
        (-10.0, "{:.0f}", "-10"),
    ],
)
def test_nought_has_no_sign(value, form, shown):
    assert formatted(value, form) == shown


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ("e_i_lower", "E-I lower"),
        ("n_eff", "Effective n"),
        ("kish_deff", "Kish design effect"),
        ("joins_p", "Joins p-value"),
        ("p_adjusted", "Adjusted p-value"),
        ("moran_i", "Moran's I"),
        ("is_outside_998", "Is outside 99.8 %"),
        ("children_0_4", "Children 0-4"),
        ("deprivation_score", "Deprivation score"),
    ],
)
def test_columns_are_headed_by_the_words_of_the_field(column, shown):
    assert heading(column) == shown


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([116.7, -0.04, 5.51], ["117", "0", "6"]),
        ([2.3, -0.0, -1.0], ["2.3", "0.0", "-1.0"]),
        ([12.0, 0.0, 3.0], ["12", "0", "3"]),
        ([0.1234, -0.5, 0.0], ["0.123", "-0.500", "0.000"]),
    ],
)
def test_cells_of_a_grid_have_the_same_decimals_and_no_negative_nought(values, written):
    frame = pd.DataFrame({"r": list("abc"), "c": "x", "v": values})
    drawn = charts.heatmap(frame, row="r", column="c", value="v", value_label="Index", percent=False)
    assert [text.get_text() for text in drawn.axes[0].texts] == written


def test_a_year_is_a_name_and_has_no_thousands():
    frame = pd.DataFrame({"area": ["a"], "first_assessed": [2011], "births_years": [1234], "year": [2009.0]})
    text = html.table(frame, caption="c", label="l")
    assert [part.split("<")[0] for part in text.split('<td class="number">')[1:]] == ["2011", "1,234", "2009"]
