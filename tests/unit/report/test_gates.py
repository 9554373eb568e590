"""Each gate is fed a bad page and trips; a good page passes."""

import pytest

from insight.errors import DisplayError
from insight.report import gates
from insight.sources.standing import LABEL

TABLE = (
    '<div class="insight-table" data-name="t" data-standing="supplied" data-level="publishable"><table><tr>'
    '<th scope="col">a</th></tr></table><p class="caption">How to read it. Source: s. n = 3.</p>'
    '<a download="t.csv" href="data/p/t.csv">rows</a></div>'
)
GOOD = f'<h1>T</h1><h2 id="part">P</h2><a href="#part">p</a><a href="other.html">o</a><div class="output">{TABLE}</div>'
PAGES = {"index.html": set(), "other.html": {"here"}}
FILES = {"data/p/t.csv", "assets/site.js", "maps/p.html"}


def test_a_good_page_passes():
    assert gates.defects(GOOD, anchors=PAGES, outputs=1, files=FILES) == []


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('<img src="data:image/png;base64,AA">', "image without alternative text"),
        ('<img alt="No description has been provided for this image" src="data:x">', "image without alternative"),
        ('<svg><path d="M0 0"/></svg>', "drawing without alternative text"),
        ('<iframe srcdoc="x"></iframe>', "frame without a title"),
        ('<script src="https://cdn.example/x.js"></script>', "from outside"),
        ('<link rel="stylesheet" href="https://cdn.example/x.css">', "from outside"),
        ("<style>body { background: url(https://x.example/a.png) }</style>", "from outside"),
        ('<script data-own src="assets/other.js"></script>', "from outside"),
        ('<iframe title="Map" src="maps/q.html"></iframe>', "loads `maps/q.html` from outside"),
        (
            '<svg aria-label="A drawing of the place"><image xlink:href="https://x.example/a.png"/></svg>',
            "from outside",
        ),
        ('<a download="u.csv" href="data/p/u.csv">rows</a>', "no file of the report"),
        (TABLE.replace(' download="t.csv"', ""), "without a CSV of its rows"),
        ('<a href="#nowhere">x</a>', "not there"),
        ('<a href="missing.html">x</a>', "no page of the report"),
        ('<p id="part">again</p>', "stands twice"),
        ("<h4>too deep</h4>", "heading level 4 after 2"),
        ("<h1>another</h1>", "level-one headings"),
        ('<a href="other.html#there">x</a>', "has no such part"),
        ("<script>alert(1)</script>", "a script inside the content"),
        ('<p onclick="go()">x</p>', "event handler `onclick`"),
        (TABLE.replace("Source: s. ", ""), "without source and n"),
        (TABLE.replace("How to read it. ", ""), "without caption"),
        (TABLE.replace('scope="col"', ""), "without scope"),
        ("<table><tr><td>naive</td></tr></table>", "past insight.display"),
        (TABLE.replace('"supplied"', '"demonstration"'), "does not say so"),
        (TABLE.replace('data-standing="supplied" ', ""), "does not say what its data are"),
        (TABLE.replace('"publishable"', '"internal"'), "level internal"),
    ],
)
def test_each_gate_trips(extra, said):
    assert any(said in one for one in gates.defects(GOOD + extra, anchors=PAGES, files=FILES))


@pytest.mark.parametrize(
    "extra",
    [
        '<script data-own src="assets/site.js"></script>',
        '<iframe title="Map of wards" src="maps/p.html"></iframe>',
        '<a href="other.html#here">x</a>',
    ],
)
def test_what_stands_in_the_report_itself_may_be_loaded(extra):
    assert gates.defects(GOOD + extra, anchors=PAGES, files=FILES) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("data/p/t.csv", b"\n", ["an empty file"]),
        ("data/p/t.csv", b"a,n\nx,3\n", []),
        ("maps/p.html", b'<script src="../assets/site.js"></script>', []),
        ("maps/p.html", b'<script src="assets/site.js"></script>', ["loads `assets/site.js` from outside"]),
        ("maps/p.html", b'<img src="https://x.example/t.png">', ["loads `https://x.example/t.png` from outside"]),
        ("assets/style.css", b"a { background: url(//x.example/a.png) }", ["loads `//x.example/a.png` from outside"]),
    ],
)
def test_files_beside_the_pages_are_held_to_the_gates_too(name, content, said):
    assert gates.file_defects(name, content, files=FILES) == said


def test_an_output_lost_between_notebook_and_page_is_told():
    assert gates.defects(GOOD, anchors=PAGES, outputs=2, files=FILES) == ["2 outputs in the notebook, 1 on the page"]
    empty = GOOD.replace(TABLE, "")
    assert "1 outputs in the notebook, 0 on the page" in gates.defects(empty, anchors=PAGES, outputs=1)


def test_demonstration_with_its_label_passes():
    labelled = TABLE.replace('"supplied"', '"demonstration"').replace("How", f"{LABEL}. How")
    assert gates.defects(GOOD + labelled, anchors=PAGES, files=FILES) == []


def test_one_defect_stops_the_build_and_names_the_page():
    with pytest.raises(DisplayError, match=r"a\.html: lost"):
        gates.refuse({"a.html": ["lost"], "b.html": []})
