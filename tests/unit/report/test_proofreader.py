"""Numbers in running text are found with unit and rounding, and told apart: right, stale, turned round, unknown."""

import shutil
import zipfile
from dataclasses import replace

import pytest

from insight.errors import InputError
from insight.report.proofreader.matching import Known, check
from insight.report.proofreader.mentions import mentions
from insight.report.proofreader.reading import Paragraph, read
from insight.sources.standing import LABEL


def found(text):
    return mentions(Paragraph(place=1, text=text))


@pytest.mark.parametrize(
    ("text", "value", "unit", "low", "high"),
    [
        ("24 per cent of children", 24, "percent", 23.5, 24.5),
        ("a rise of 7.3%", 7.3, "percent", 7.25, 7.35),
        ("about £53,000 was avoided", 53_000, "gbp", 52_500, 53_500),
        ("nearly £240,000 a year", 240_000, "gbp", 235_000, 240_000),
        ("over £700 a year", 700, "gbp", 700, 800),
        ("at least 50 children", 50, "number", 50, float("inf")),
        ("around £1 million", 1_000_000, "gbp", 500_000, 1_500_000),
        ("1,438 people", 1_438, "number", 1_437.5, 1_438.5),
        ("the next ten years", 10, "years", 9.5, 10.5),
        ("71.6 years", 71.6, "years", 71.55, 71.65),
        ("in 2010 it was", 2010, "year", 2009.5, 2010.5),
    ],
)
def test_a_number_is_read_with_unit_and_rounding(text, value, unit, low, high):
    (one,) = found(text)
    assert (one.value, one.unit) == (value, unit)
    assert (one.interval.lower, one.interval.upper) == pytest.approx((low, high))


@pytest.mark.parametrize(
    "text",
    [
        "see page 21",
        "level 3 and 4",
        "telephone 020 7664 3000",
        "| Findings | 12 |",
        "aged 10 - 14",
        "7 per 1000 births",
    ],
)
def test_labels_are_no_figures(text):
    assert found(text)[-1].is_label


@pytest.mark.parametrize("text", ["postcode OL1", "12/03/2011", "v2.1.3", "E08000004"])
def test_codes_and_dates_are_no_numbers(text):
    assert found(text) == []


def known(**values):
    given = {
        "id": "x",
        "words": "female life expectancy shortfall against England",
        "area": "st_marys",
        "unit": "years",
        "published": 4.5,
        "computed": 5.4,
        "verdict": "reproduces",
        "evidence": "recomputed",
    }
    return Known(**{**given, **values})


GAP = "In St Mary's female life expectancy is {} years below England, a shortfall."


@pytest.mark.parametrize(
    ("said", "row", "status"),
    [
        ("5.4", known(), "agrees"),
        ("5.40", known(), "agrees"),
        ("4.5", known(verdict="inconsistent_in_source"), "contradicted"),
        ("4.5", known(verdict="differs"), "stale"),
        ("4.9", known(earlier=4.9), "stale"),
        ("4.5", known(published=5.4), "transposed"),
        ("9.9", known(), "unmatched"),
        ("5.4", known(unit="months"), "unmatched"),
        ("5.4", known(verdict="not_comparable", note="counts different things"), "needs a caveat"),
        ("an estimated 5.4", known(verdict="not_comparable"), "agrees"),
        ("5.4", known(evidence="demonstration"), "needs a caveat"),
    ],
)
def test_each_status_is_told(said, row, status):
    (mention,) = found(GAP.format(said))
    assert check(mention, [row]).status == status


def test_the_figure_of_the_area_named_is_taken_before_another_with_the_same_value():
    rows = [
        known(id="coldhurst", area="coldhurst", computed=4.5),
        known(id="st_marys", verdict="inconsistent_in_source"),
    ]
    (mention,) = found(GAP.format("4.5"))
    assert check(mention, rows).figure == "st_marys"
    (other,) = found(GAP.format("4.5").replace("St Mary's", "Coldhurst"))
    assert check(other, rows).figure == "coldhurst"


def test_html_is_read_without_scripts(tmp_path):
    (tmp_path / "a.html").write_text("<p>There are <b>24</b> of them</p><script>var x = 99;</script><p>And 25</p>")
    assert [one.text for one in read(tmp_path / "a.html")] == ["There are 24 of them", "And 25"]


def test_word_is_read_paragraph_by_paragraph(tmp_path):
    pypandoc = pytest.importorskip("pypandoc", reason="the extra [word] is not installed")
    pypandoc.convert_text("First 24.\n\nSecond **25**.", "docx", format="md", outputfile=str(tmp_path / "a.docx"))
    assert [one.text for one in read(tmp_path / "a.docx")] == ["First 24.", "Second 25."]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_pdf_is_read(tmp_path):
    import matplotlib.pyplot as plt

    fig = plt.figure()
    fig.text(0.1, 0.5, "There are 24 of them")
    fig.savefig(tmp_path / "a.pdf")
    plt.close(fig)
    assert "24 of them" in " ".join(one.text for one in read(tmp_path / "a.pdf"))


def test_what_cannot_be_read_is_refused_with_the_fix(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"no zip")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    (tmp_path / "c.odt").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "d.docx", "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    cases = [
        ("a.docx", "Word"),
        ("b.txt", "UTF-8"),
        ("c.odt", "one of"),
        ("nowhere.txt", "be there"),
        ("d.docx", "Word"),
    ]
    for name, rule in cases:
        with pytest.raises(InputError) as error:
            read(tmp_path / name)
        assert rule in str(error.value)
        assert "Fix:" in str(error.value)


@pytest.mark.parametrize(("said", "computed"), [("1.83", 381.0), ("45", 5.4), ("9.9", 9.9)])
def test_digits_in_another_place_are_no_transposition(said, computed):
    (mention,) = found(GAP.format(said))
    assert check(mention, [known(published=None, computed=computed)]).status != "transposed"


PAPER = """<h1>Paper</h1><p>There are 24 of them.</p><h2>2. Money</h2><p>{label}</p>
<table><tr><th>Scheme</th><th>Present value (£)</th></tr><tr><td>Family plan</td><td>119,063</td></tr></table>
<h2>3. Risk</h2><p>There are 25 of them.</p>"""


@pytest.mark.parametrize("suffix", [".html", ".docx"])
def test_a_cell_knows_its_row_and_column_and_a_label_holds_under_its_heading(tmp_path, suffix):
    html, file = PAPER.format(label=LABEL), tmp_path / f"a{suffix}"
    if suffix == ".docx":
        pypandoc = pytest.importorskip("pypandoc", reason="the extra [word] is not installed")
        pypandoc.convert_text(html, "docx", format="html", outputfile=str(file))
    else:
        file.write_text(html, encoding="utf-8")
    said = [one for paragraph in read(file) for one in mentions(paragraph)]
    numbers = {one.shown: one for one in said if not one.is_label}
    assert {name: one.is_caveated for name, one in numbers.items()} == {"24": False, "119,063": True, "25": False}
    cell = numbers["119,063"]
    assert (cell.beside, cell.unit) == ("Family plan Present value (£)", "gbp")
    row = known(words="present_value_gbp schemes", area="Family plan", unit="gbp", published=None, computed=119_063.0)
    assert check(cell, [row]).status == "agrees"
    assert check(cell, [replace(row, computed=191_063.0)]).status == "transposed"
    assert check(cell, [replace(row, evidence="demonstration")]).status == "agrees"


def test_limits_explain_numbers_of_tables_but_not_of_sentences():
    limit = known(words="female life expectancy shortfall lower", published=None, is_limit=True)
    (mention,) = found(GAP.format("5.4"))
    assert check(mention, [limit]).status == "unmatched"
    assert check(replace(mention, beside="female life expectancy shortfall Lower"), [limit]).status == "agrees"
