"""Executed notebooks become bodies with present prose, anchors of their own, and every output."""

import nbformat
import pytest

from insight.report import gates, rendering

HTML = '<div class="insight-note"><p>shown</p></div>'


def notebook(prose="Prose"):
    cells = [
        nbformat.v4.new_markdown_cell("# Title", id="title"),
        nbformat.v4.new_markdown_cell(f"## Part\n\n{prose}", id="part"),
        nbformat.v4.new_markdown_cell("## Part", id="part-again"),
        nbformat.v4.new_code_cell("x = 1 < 2", id="code"),
        nbformat.v4.new_code_cell("council = 1", id="params", metadata={"tags": ["injected-parameters"]}),
    ]
    cells[3].outputs = [
        nbformat.v4.new_output("execute_result", {"text/html": HTML, "text/plain": "x"}),
        nbformat.v4.new_output("display_data", {"text/html": HTML}),
        nbformat.v4.new_output("stream", name="stdout", text="printed <b>"),
        nbformat.v4.new_output("stream", name="stderr", text="a warning"),
    ]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def body(tmp_path):
    nbformat.write(notebook("Old prose"), tmp_path / "run.ipynb")
    nbformat.write(notebook("New prose"), tmp_path / "source.ipynb")
    return rendering.body_of(tmp_path / "run.ipynb", tmp_path / "source.ipynb")


def test_prose_comes_from_the_source(body):
    assert "New prose" in body.html
    assert "Old prose" not in body.html


def test_every_output_stands_on_the_page_but_warnings(body):
    assert body.outputs == 3
    assert sum(bool(one) for one in gates.facts_of(body.html).outputs) == 3
    assert "a warning" not in body.html


def test_code_and_printed_text_are_escaped_and_code_is_behind_a_toggle(body):
    assert "x = 1 &lt; 2" in body.html
    assert "printed &lt;b&gt;" in body.html
    assert body.html.count('<details class="code">') == 2
    assert "Parameters used in this run" in body.html


def test_headings_get_ids_of_their_own_and_the_title_leaves_the_body(body):
    assert body.title == "Title"
    assert [one.id for one in body.headings] == ["part", "part-2"]
    assert "<h1" not in body.html


FIGURE = (
    '<figure class="insight-figure" data-name="{name}" data-standing="{standing}" data-level="publishable">'
    '<p class="figure-title">One &amp; all</p></figure>'
)


def test_a_tagged_picture_stands_in_short_with_a_link_to_where_it_stands(tmp_path):
    made = notebook()
    made.cells[3].metadata["tags"] = ["in-short"]
    made.cells[3].outputs = [
        nbformat.v4.new_output("display_data", {"text/html": FIGURE.format(name="a", standing="demonstration")}),
        nbformat.v4.new_output("display_data", {"text/html": HTML}),
        nbformat.v4.new_output("display_data", {"text/html": FIGURE.format(name="b", standing="supplied")}),
    ]
    for name in ("run", "source"):
        nbformat.write(made, tmp_path / f"{name}.ipynb")
    body = rendering.body_of(tmp_path / "run.ipynb", tmp_path / "source.ipynb")
    first, second = body.short  # the note between says nothing
    assert (first.id, first.title, first.is_demonstration) == ("out-a", "One &amp; all", True)
    assert (second.id, second.is_demonstration) == ("out-b", False)


def test_without_a_tag_nothing_stands_in_short(body):
    assert body.short == ()
