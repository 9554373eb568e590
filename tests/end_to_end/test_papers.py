"""PDF, Word and spreadsheet carry the numbers of the report; what is missing on a machine is said with the fix."""

import json
import re
import shutil
import subprocess
import zipfile

import pandas as pd
import pytest

from commands import insight
from insight.params import STAGES
from insight.report.papers import pdf
from insight.sources.standing import LABEL
from insight.workbook import registry, results

pytestmark = pytest.mark.end_to_end
BROWSER = any(shutil.which(name) for name in pdf.BROWSERS)


def words_of(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def papers(run_once, tmp_path_factory):
    """The folder of a build whose papers have been written."""
    source, done = run_once
    assert done.returncode == 0, done.stderr
    build = shutil.copytree(source, tmp_path_factory.mktemp("papers") / "build")
    flags = ["--docx", "--xlsx", *(["--pdf"] if BROWSER else [])]
    made = insight("report", "params/oldham.yml", *flags, build=build)
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("paper: ") == len(flags)
    return build / "oldham"


@pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine: install Debian's package chromium")
@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler-utils is not installed")
def test_pdf_is_one_tagged_file_with_every_stage_and_the_same_score(papers):
    file = papers / "oldham-report.pdf"
    info = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged:\s+yes", info)
    pages = int(re.search(r"Pages:\s+(\d+)", info)[1])
    assert 20 < pages < 250
    assert file.stat().st_size < 12_000_000
    sheets = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    sheets = sheets.split("\f")
    for name in STAGES:
        title = registry.stages()[name].title
        (begins,) = re.findall(rf"{re.escape(title)} +(\d+)", sheets[0])
        assert [line.strip() for line in sheets[int(begins) - 1].splitlines() if line.strip()][1] == title
    assert all(f"Page {number} of {pages}" in sheet for number, sheet in enumerate(sheets[:pages], 1))
    assert all("DRAFT, not signed off" in sheet for sheet in sheets[:pages])
    text = words_of(subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout)
    for name in STAGES:
        assert registry.stages()[name].title in text
    assert LABEL in text
    assert text.count("DRAFT: stages not signed off by all roles") >= 1
    assert all(f"{registry.stages()[name].title} DRAFT: not signed by" in text for name in STAGES)
    figures = json.loads((papers / "figures.json").read_text())
    for line in results.scorecard(figures, "oldham"):
        assert str(line["figures"]) in text
    claims = [row["claim"] for row in json.loads((papers / "findings.json").read_text()) if row["data"] == "published"]
    assert all(words_of(claim) in text for claim in claims)


def docx_text(file):
    with zipfile.ZipFile(file) as archive:
        xml = archive.read("word/document.xml").decode()
    return words_of(re.sub(r"<[^>]+>", " ", xml.replace("</w:p>", " ")))


def test_the_committee_paper_has_its_parts_and_the_same_money(papers):
    text = docx_text(papers / "oldham-committee-paper.docx")
    for part in ("Purpose", "Recommendations", "Key messages", "Financial", "Legal", "Equality", "Risk", "Background"):
        assert part in text
    schemes = pd.read_csv(papers / "benefits" / "tables" / "schemes.csv")
    values = schemes["present_value_gbp"].dropna()
    assert len(values)
    assert all(f"{value:,.0f}" in text for value in values)
    start = text[: text.index("1. Purpose")]
    assert "DRAFT: stages not signed off by all roles" in start
    assert LABEL in start


def test_the_committee_paper_is_ready_to_print(papers):
    with zipfile.ZipFile(papers / "oldham-committee-paper.docx") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    body, styles = parts["word/document.xml"], parts["word/styles.xml"]
    tables = body.split("<w:tbl>")[1:]
    assert tables
    assert all(one.count("<w:tblHeader") == 1 and "<w:tblCaption" in one for one in tables)
    assert body.count("<w:cantSplit/>") == body.count("<w:tr>")
    assert re.search(r'w:styleId="Table".*?<w:insideH', styles, re.DOTALL)
    assert re.search(r'<w:lang [^>]*w:val="en-GB"', styles)
    assert re.findall(r"<w:instrText>(\w+)", parts["word/footer1.xml"]) == ["PAGE", "NUMPAGES"]
    assert LABEL in parts["word/header1.xml"]
    assert re.search(r'<w:footerReference [^>]*r:id="(\w+)"', body)
    levels = re.findall(r'<w:pStyle w:val="Heading(\d)"', body)
    assert set(levels) == {"1"}
    assert body.count('<w:pStyle w:val="Title"') == 1


def test_the_spreadsheet_holds_what_the_files_hold(papers):
    book = pd.read_excel(papers / "oldham-tables.xlsx", sheet_name=None, header=None)
    assert next(iter(book)) == "Notes"
    figures = json.loads((papers / "figures.json").read_text())
    assert len(book["Figures"]) == len(figures) + 1
    notes = book["Notes"]
    listed = set(notes[0].dropna().astype(str))
    assert any(line.startswith("DRAFT: stages not signed off") for line in listed)
    assert notes[3].astype(str).str.contains(LABEL).any()
    assert set(book) - {"Notes"} <= listed
    for stage in STAGES:
        for table, level in registry.stages()[stage].tables.items():
            rows = notes[(notes[1] == registry.stages()[stage].title) & (notes[2] == table)]
            assert len(rows) == (1 if level == "publishable" else 0), (stage, table)
            if len(rows):
                frame = pd.read_csv(papers / stage / "tables" / f"{table}.csv")
                assert len(book[rows.iloc[0, 0]]) == len(frame) + 1
    schemes = pd.read_csv(papers / "benefits" / "tables" / "schemes.csv")
    (sheet,) = notes.loc[notes[2] == "schemes", 0]
    column = list(book[sheet].iloc[0]).index("Present value (£)")
    held = book[sheet].iloc[1:, column].dropna()
    marks = held.astype(str).str.fullmatch(r"\[[a-z]+\]")  # what is not known is marked, and no number
    assert list(held[~marks].astype(float)) == pytest.approx(list(schemes["present_value_gbp"].dropna()))


def test_without_a_browser_the_message_names_the_fix(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(Exception, match="Fix: install one"):
        pdf.browser()


def test_a_template_that_is_not_there_is_told(papers):
    done = insight("report", "params/oldham.yml", "--template", papers / "nowhere.docx", build=papers.parent)
    assert done.returncode != 0
    assert "nowhere.docx is not there" in done.stderr


def test_text_from_data_reaches_no_formula():
    from insight.report.papers.sheets import _cell

    assert _cell("=HYPERLINK(1)", mark="") == "'=HYPERLINK(1)"
    assert _cell("-12.5", mark="") == "-12.5"
    assert _cell(float("nan"), mark="[c]") == "[c]"
    assert _cell(float("nan"), mark="") is None
