"""Drawings lose what no reader sees, and nothing else."""

import re

import matplotlib.pyplot as plt
import pytest

from insight.display import palette, svg
from insight.display.figure import settled, svg_of


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ('<svg a="b"><g><path d="M 1.2345 2.0 L 3.999 4"/></g></svg>', '<svg a="b"><path d="M1.2 2.0L4 4"/></svg>'),
        ("<svg ><g>\n <g/>\n</g></svg>", "<svg ></svg>"),
        ('<svg ><g id="x"><g><g id="y"/></g></g></svg>', '<svg ><g id="x"><g id="y"/></g></svg>'),
        ('<svg ><path d="M 1 2 L 3 2 L 3 4 L 1 4 z"/></svg>', '<svg ><path d="M1 2H3V4H1z"/></svg>'),
        ('<svg ><path d="M 1 2 L 3 2 L 3 4 L 1 5 z"/></svg>', '<svg ><path d="M1 2H3L3 4L1 5z"/></svg>'),
        ('<svg ><path d="M 1 2 L 1 21 L 10 21"/></svg>', '<svg ><path d="M1 2V21H10"/></svg>'),
        ('<svg ><use xlink:href="#a"/></svg>', '<svg ><use href="#a"/></svg>'),
        (
            "<svg ><g id='a' style=\"font-family:'DejaVu Sans','B',sans-serif\"/></svg>",
            "<svg ><g id='a' style=\"font-family:'DejaVu Sans',sans-serif\"/></svg>",
        ),
        ('<svg ><text x="1" transform="rotate(-0 1 2)">a</text></svg>', '<svg ><text x="1">a</text></svg>'),
        (
            "<svg ><text style=\"font-size: 9px; font-family: 'Arial'; fill: #000\">a</text></svg>",
            "<svg style=\"font-family:'Arial';font-size:9px;fill:#000\" ><text>a</text></svg>",
        ),
    ],
)
def test_what_no_reader_sees_goes(given, left):
    assert svg.lean(given) == left


LINES = '<path d="M 1 2 L 3 4" style="{0}"/><path d="M 5 6 L 7 8" style="{0}"/>'
TWICE = '<use clip-path="url(#c)" style="fill: #111"/>' * 2
PLACED = '<path clip-path="url(#c)" transform="scale(2)"/><path clip-path="url(#c)" transform="scale(3)"/>'


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (LINES.format("fill: none; stroke: #000"), '<path d="M1 2L3 4M5 6L7 8" style="fill:none;stroke:#000"/>'),
        (
            LINES.format("fill: none; stroke-opacity: 0.5"),
            '<g style="fill:none;stroke-opacity:0.5"><path d="M1 2L3 4"/><path d="M5 6L7 8"/></g>',
        ),
        (
            TWICE + '<use style="fill: #111"/>',
            '<g clip-path="url(#c)" style="fill:#111"><use/><use/></g><use style="fill:#111"/>',
        ),
        (
            '<use style="opacity:0.5"/><use style="opacity:0.5"/>',
            '<use style="opacity:0.5"/><use style="opacity:0.5"/>',
        ),
        (PLACED, PLACED),
    ],
)
def test_neighbours_say_their_look_once_where_that_changes_nothing_that_is_seen(given, left):
    assert svg.lean(f"<svg >{given}</svg>") == f"<svg >{left}</svg>"


def test_a_drawing_keeps_its_words_marks_and_turns():
    fig, axes = plt.subplots()
    axes.bar(["one & two", "b"], [1.23456, 2], hatch="///")
    axes.set_ylabel("turned")
    made = svg_of(fig, settled(fig), name="bars", alt="Two bars, the second the taller of both.")
    assert re.findall(r"<text[^>]*>([^<]*)", made)[:2] == ["one &amp; two", "b"]
    assert "rotate(-90 " in made
    assert set(re.findall(r"url\(#([^)]+)\)", made)) <= set(re.findall(r' id="([^"]+)"', made))
    assert made.count("<g") == made.count("</g>") + made.count("<g/>")
    assert made.count("font-family") == 1


def test_no_hatch_is_heavy():
    for hatch in palette.HATCHES:
        fig, axes = plt.subplots()
        axes.bar(["a"], [1], hatch=hatch)
        made = svg_of(fig, settled(fig), name="bars", alt="One bar of one category, for its hatch.")
        assert sum(map(len, re.findall(r"<pattern.*?</pattern>", made, re.DOTALL))) < 20_000


def test_a_lean_drawing_looks_as_the_drawing_did():
    """Marks of one look are said once; what is painted, and in which order, stays: fewer bytes, the same picture."""
    fig, axes = plt.subplots()
    axes.plot([1, 2, 3], [2, 1, 3], marker="o", alpha=0.5)
    axes.barh(range(30), range(30), color=["#111111", "#222222", "#111111"] * 10)
    axes.vlines(range(5), 0, 9)
    axes.grid(visible=True)
    made = svg_of(fig, settled(fig), name="marks", alt="Thirty bars and a line, to see what stays of them.")
    heights = re.findall(r'<path[^>]* d="(M[^"]*z)"', made)
    assert len(heights) >= 30
    fills = re.findall(r"#111111|#222222", re.sub(r"(?s)<defs>.*?</defs>", "", made))
    assert [one for one, two in zip(fills, ["", *fills], strict=False) if one != two] == fills
    assert made.count("<g") == made.count("</g>")
