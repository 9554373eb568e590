"""Drawings lose what no reader sees, and nothing else."""

import re

import matplotlib.pyplot as plt
import pytest

from insight.display import palette, svg
from insight.display.figure import settled, svg_of


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ('<svg a="b"><g><path d="M 1.2345 2.0 L 3.999 4"/></g></svg>', '<svg a="b"><path d="M 1.2 2.0 L 4 4"/></svg>'),
        ("<svg ><g>\n <g/>\n</g></svg>", "<svg ></svg>"),
        ('<svg ><g id="x"><g><g id="y"/></g></g></svg>', '<svg ><g id="x"><g id="y"/></g></svg>'),
        ('<svg ><path d="M 1 2 L 3 2 L 3 4 L 1 4 z"/></svg>', '<svg ><path d="M1 2H3V4H1z"/></svg>'),
        ('<svg ><path d="M 1 2 L 3 2 L 3 4 L 1 5 z"/></svg>', '<svg ><path d="M 1 2 L 3 2 L 3 4 L 1 5 z"/></svg>'),
        ('<svg ><text x="1" transform="rotate(-0 1 2)">a</text></svg>', '<svg ><text x="1">a</text></svg>'),
        (
            "<svg ><text style=\"font-size: 9px; font-family: 'Arial'; fill: #000\">a</text></svg>",
            "<svg style=\"font-family:'Arial';font-size:9px;fill:#000\" ><text>a</text></svg>",
        ),
    ],
)
def test_what_no_reader_sees_goes(given, left):
    assert svg.lean(given) == left


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
