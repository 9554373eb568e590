"""What a site keeps once: rows, pictures, maps, style and script as files that the pages lead to."""

import base64
import re

import pandas as pd
import pytest

from insight.display import offline_map
from insight.display.table import Table
from insight.report import gates, site
from insight.sources.standing import SUPPLIED, Standing

DEMONSTRATION = Standing(kind="demonstration")


def table(rows, *, standing=SUPPLIED, name="t"):
    frame = pd.DataFrame({"place": [f"p{one}" for one in range(rows)], "n": [30] * rows})
    return Table(frame, name=name, title="Found", caption="Read so.", source="s", n=30, standing=standing).html()


@pytest.mark.parametrize(
    ("rows", "shown", "note"),
    [(60, 60, ""), (61, 40, "The first 40 of 61 rows"), (1712, 40, "The first 40 of 1,712 rows")],
)
def test_a_long_table_shows_its_first_rows_and_says_where_the_rest_is(rows, shown, note):
    html = site.shortened(table(rows))
    assert html.count("<tr>") == shown + 1
    assert note in html
    assert ("table-note" in html) == bool(note)
    behind = f"<details><summary>Data behind this picture</summary>{table(rows)}</details>"
    assert "The first 20 of" in site.shortened(behind)
    body, files = site.apart(html, page="p")
    assert files["data/p/t.csv"].decode().count("\n") == rows + 1
    assert gates.facts_of(body).downloads == ["data/p/t.csv"]


def test_a_table_says_once_which_columns_hold_numbers_and_the_style_aligns_them():
    body, _ = site.apart(table(3) + "<table><thead><tr><th>own</th></tr></thead></table>", page="p")
    assert body.count('<table class="n2">') == 1
    assert 'class="number"' not in body
    assert ".n2 tr>:nth-child(2)," in site.shared()[site.STYLE].decode()
    wide = pd.DataFrame([list(range(site.MOST_COLUMNS + 1))]).rename(columns=str)
    kept = Table(wide, name="w", title="Found", caption="Read so.", source="s", n=1, standing=SUPPLIED).html()
    assert site.aligned(kept) == kept
    mixed = '<table><thead><tr><th class="number">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>'
    assert site.aligned(mixed) == mixed


def test_rows_of_demonstration_data_say_so_in_the_name_of_their_file():
    body, files = site.apart(table(2) + table(2, standing=DEMONSTRATION, name="u"), page="p")
    assert sorted(files) == ["data/p/demonstration-u.csv", "data/p/t.csv"]
    assert "base64" not in body


def test_outputs_share_a_file_only_when_their_rows_are_the_same():
    body, files = site.apart(table(2) + table(2, name="twin") + table(3), page="p")
    assert sorted(files) == ["data/p/t-2.csv", "data/p/t.csv"]
    assert re.findall(r'href="([^"]+)"', body) == ["data/p/t.csv", "data/p/t.csv", "data/p/t-2.csv"]


def test_pages_share_a_file_of_the_same_name_and_rows_but_never_rows_of_another_standing():
    _, first = site.apart(table(2), page="p")
    body, files = site.apart(table(2) + table(2, standing=DEMONSTRATION) + table(3), page="q", known=first)
    assert re.findall(r'href="([^"]+)"', body) == ["data/p/t.csv", "data/q/demonstration-t.csv", "data/q/t.csv"]
    assert sorted(files) == ["data/p/t.csv", "data/q/demonstration-t.csv", "data/q/t.csv"]


def test_a_map_becomes_a_page_that_shares_its_scripts():
    from html import escape

    page = (
        f"<head><style>{offline_map.styles()}</style><script>{offline_map.scripts()}</script></head>"
        '<script>insightMap(map, {"a":"<b> & \\"c\\""});</script>'
    )
    body, files = site.apart(f'<iframe class="map-frame" title="Map: x" srcdoc="{escape(page)}"></iframe>', page="p")
    assert 'src="maps/p.html" loading="lazy"' in body
    frame = files["maps/p.html"].decode()
    assert frame.endswith('<script>insightMap(map, {"a":"<b> & \\"c\\""});</script>')
    assert len(frame) < 400
    assert gates.file_defects("maps/p.html", files["maps/p.html"], files=set(files)) == []
    assert set(files) == {"maps/p.html", "assets/map.css", "assets/map.js"}


def test_large_pictures_become_files_and_small_ones_stay():
    large, small = (base64.b64encode(bytes(size)).decode() for size in (6000, 60))
    body, files = site.apart(
        f'<img src="data:image/png;base64,{large}"><image xlink:href="data:image/png;base64,{small}"/>', page="p"
    )
    assert files == {"pictures/p.png": bytes(6000)}
    assert f"base64,{small}" in body


def test_a_site_is_written_with_its_folders(tmp_path):
    site.write({"index.html": b"x", "data/p/t.csv": b"y"} | site.shared(), tmp_path / "new")
    assert (tmp_path / "new" / "data" / "p" / "t.csv").read_bytes() == b"y"
    assert (tmp_path / "new" / "assets" / "style.css").stat().st_size > 1000
