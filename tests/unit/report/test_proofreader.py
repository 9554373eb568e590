"""Numbers in running text are found with unit and rounding, and told apart: right, stale, turned round, unknown."""

import shutil
import zipfile

import pytest

from insight.errors import InputError
from insight.report.proofreader.matching import Known, check
from insight.report.proofreader.mentions import mentions
from insight.report.proofreader.reading import Paragraph, read


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
