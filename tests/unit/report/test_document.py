"""The report on paper: what is left out, what is kept, and where each part begins."""

import pandas as pd
import pytest

from insight.display import html as display
from insight.display.table import Table
from insight.report.page import Page
from insight.report.pages.stage import GROUP
from insight.report.papers import document, pdf
from insight.sources.standing import SUPPLIED


def table(rows, name="t"):
    frame = pd.DataFrame({"place": [f"p{one}" for one in range(rows)], "n": range(rows)})
    made = Table(frame, name=name, title=f"Title of {name}", caption="Read so.", source="s", n=30, standing=SUPPLIED)
    return made.html().replace("<div class", f'<div id="out-{name}" class', 1)


def page(body, name="profiling.html", group=GROUP):
    return Page(name=name, title=name.removesuffix(".html"), short="s", group=group, body=body, headings=[])


def paper(*pages, begins=None):
    return document.document(
        pages, council="Oldham", provenance="run", draft=lambda name: "DRAFT: not signed", begins=begins or {}
    )


@pytest.mark.parametrize(("rows", "shown"), [(9, 9), (10, 6), (61, 6)])
def test_a_long_table_of_a_stage_shows_its_first_rows_and_says_where_all_are(rows, shown):
    made = paper(page(table(rows)))
    assert made.count("<tr>") == shown + 1
    assert (f"The first {shown} of {rows} rows" in made) == (rows > shown)


def test_tables_of_places_stand_whole_and_a_cut_one_keeps_the_count_of_all_its_rows():
    assert paper(page(table(30), name="neighbourhood-x.html", group="Neighbourhoods")).count("<tr>") == 31
    cut = table(40).replace(
        "</table></div>",
        '</table></div><p class="table-note">The first 40 of 1,712 rows; all of them are in its CSV.</p>',
    )
    made = paper(page(cut))
    assert "The first 6 of 1,712 rows" in made
    assert "first 40" not in made


def test_code_and_what_stands_elsewhere_is_left_out():
    code = '<details class="code"><summary>Code</summary><pre>secret</pre></details>'
    picture = '<figure id="out-a" class="insight-figure">drawn</figure>'
    body = code + picture + table(2, name="a-table") + table(2, name="findings") + table(2, name="own")
    made = paper(page(body))
    assert "secret" not in made
    assert "Title of a-table" not in made
    assert "Title of findings" not in made
    assert "stand with all others at the front" in made
    assert "drawn" in made
    assert "Title of own" in made
    assert "Download" not in made


def test_links_lead_within_the_file_or_become_words():
    other = page('<h2 id="x">x</h2>', name="outcomes.html")
    made = paper(page('<a href="outcomes.html#x">in</a> <a href="outcomes.html#no">lost</a>'), other)
    assert '<a href="#outcomes--x">in</a>' in made
    assert "<span>lost</span>" in made


def test_each_sheet_says_draft_and_its_number_and_the_contents_say_where_parts_begin():
    made = paper(page("<p>x</p>"), begins={"profiling": 17})
    assert 'content: "DRAFT, not signed off"' in made
    assert "counter(page)" in made
    assert '<a href="#profiling">profiling</a><i></i><span>17</span>' in made


def test_codes_break_after_their_joints_and_words_do_not():
    frame = pd.DataFrame({"file": ["data/demo_x.csv"], "said": ["one or_ two"]})
    body = display.table(frame, caption="c", label="l")
    assert "data/<wbr>demo_<wbr>x.csv" in paper(page(body))
    assert "one or_ two" in paper(page(body))


def test_where_parts_begin_is_read_from_the_print():
    file = (
        b"9 0 obj\n<</Type /Pages\n/Count 3\n/Kids [7 0 R 3 0 R]>>\nendobj\n"
        b"7 0 obj\n<</Type /Pages\n/Count 2\n/Kids [1 0 R 2 0 R]\n/Parent 9 0 R>>\nendobj\n"
        b"<</index [1 0 R /XYZ 0 841]\n/profiling [3 0 R /XYZ 0 700]\n/lost [8 0 R /XYZ 0 1]>>"
    )
    assert pdf.begins(file) == {"index": 1, "profiling": 3}
