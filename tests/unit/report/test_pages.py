"""Pages made from results: what a stage found, what it lacks, where each number leads, what search knows."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from insight import params, paths
from insight.display.table import Table
from insight.errors import DisplayError
from insight.report import building, gates, indexing
from insight.report.page import Run, plain_page
from insight.report.pages import claims, front, logs, scorecard, stage, wording
from insight.sources.standing import SUPPLIED
from insight.sources.untidy import changes
from insight.workbook import registry
from insight.workbook.record import RunRecord, StageRecord

CLAIM = {
    "id": "c1",
    "stage": "outcomes",
    "claim": "Visits rose <b>fast</b>",
    "kind": "comparative",
    "statistic": "difference of shares",
    "rule": "greater",
    "threshold": "0",
    "value": 0.1234567,
    "interval": [0.05, None],
    "outcome": "supported",
    "data": "supplied",
    "why": "Newcombe, n = 20.",
}
FIGURE = {
    "id": "visits.count",
    "stage": "outcomes",
    "area": "both_wards",
    "place": "both wards",
    "measure": "visits",
    "published": "12",
    "unit": "count",
    "qualifier": "exact",
    "computed": 13.0,
    "evidence": "recomputed",
    "verdict": "inconsistent_in_source",
    "repeat_of": None,
    "note": "Does not add up.",
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    record = RunRecord(council="oldham", params_file="params/oldham.yml")
    record.stages["outcomes"] = StageRecord(status="failed", why="never run", error="outcomes failed in cell `load`")
    record.stages["benefits"] = StageRecord(status="not_supplied", why="not supplied: funding")
    loaded = params.load(paths.root() / "params" / "oldham.yml")
    bare = loaded.council.model_copy(update={"ledger": "of_no_publication"})
    return Run(
        loaded=replace(loaded, council=bare),
        known=record,
        stages=dict(registry.stages()),
        figures=[FIGURE],
        decided=[CLAIM, CLAIM | {"id": "c2", "data": "demonstration", "outcome": "detected"}],
    )


READ = {"file": "data/own/births.xlsx", "rows": 12, "people": False}


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ((), "Nothing was changed. Files read as they stand, cell by cell: 1."),
        (
            ("suppressed cell read as empty, status c, 1,204 times (B7, B9, B12 and 1,201 more)",),
            "became a status, never nought: 1,204.",
        ),
        (("total row left out (row 14)", "read as Windows-1252"), "Rows, columns or cells left out: 1."),
    ],
)
def test_the_log_says_what_was_changed_on_reading(run, told, wanted):
    run.known.stages["outcomes"].inputs["births"] = READ | ({"changed_on_reading": list(told)} if told else {})
    html = logs.logs_page(run)
    assert wanted in html
    for line in told:
        assert changes.of_text(line).text() == line
        assert changes.of_text(line).what in html
    assert ("Births by area and month" in html.split("<h2>What was changed")[1].split("Reference data")[0]) == bool(
        told
    )


def test_front_page_says_what_is_decided_and_escapes_text_from_data(run):
    html = front.front(run)
    assert "Visits rose &lt;b&gt;fast&lt;/b&gt;" in html
    assert "Difference of shares: 0.123 (0.050 to no limit). Data: supplied." in html
    assert re.search(r"<strong>1</strong> of 2 claims decided", html)
    assert "visits, both wards. Printed 12; computed 13" in html


def test_a_stage_without_results_says_why_what_it_needs_and_how_to_go_on(run):
    page = stage.stage_page(run.stages["benefits"], run)
    assert "not supplied: funding" in page.body
    assert "insight check" in page.body
    assert all(name in page.body for name in run.stages["benefits"].inputs)
    never = stage.stage_page(run.stages["profiling"], run)
    assert "never been run" in never.body
    failed = stage.stage_page(run.stages["outcomes"], run)
    assert "failed in cell `load`" in failed.body


def test_a_failed_stage_with_earlier_results_warns_above_them(run, tmp_path):
    folder = tmp_path / "oldham" / "outcomes"
    folder.mkdir(parents=True)
    source = json.loads((paths.notebooks() / run.stages["outcomes"].notebook).read_text(encoding="utf-8"))
    (folder / "notebook.ipynb").write_text(json.dumps(source), encoding="utf-8")
    page = stage.stage_page(run.stages["outcomes"], run)
    assert page.body.index("last run of this stage failed") < page.body.index("In short")
    assert "Printed figures: 1 figures, 1 inconsistent in source" in page.body
    assert "Tried on demonstration data, no evidence: 1 claims, 1 detected" in page.body


def test_files_of_a_stage_are_linked_with_what_they_are_and_travel_with_the_report(run, tmp_path):
    folder = tmp_path / "oldham" / "outcomes"
    folder.mkdir(parents=True)
    assert stage.files(run.stages["outcomes"], run) == ""
    (folder / "notebook.ipynb").write_text("{}", encoding="utf-8")
    (folder / "green_book.html").write_text("<h1>Services</h1>" + "x" * 3000, encoding="utf-8")
    run.known.stages["outcomes"].outputs["green_book.html"] = {"level": "publishable", "sha256": ""}
    html = stage.files(run.stages["outcomes"], run)
    assert '<a href="files/outcomes/green_book.html">Directory from a need' in html
    assert "(HTML, 3 kB;" in html
    (one,) = building.files_of(run)
    assert one.address == "files/outcomes/green_book.html"
    names = ("outcomes.html", "index.html", "provenance.html")
    linked = [plain_page(name, html, title="O", short="O", group="G") for name in names]
    asked = {"council": "X", "provenance": "", "draft": lambda _: ""}
    with pytest.raises(DisplayError, match="no page of the report"):
        building.framed(linked, **asked)
    made = building.framed(linked, **asked, beside={one.address: one.source.read_bytes()})
    assert "green_book.html" in made["outcomes.html"].decode()
    assert made[one.address] == one.source.read_bytes()
    (folder / "green_book.html").write_text('<h1>S</h1><script src="https://x.example"></script>', encoding="utf-8")
    with pytest.raises(DisplayError, match=r"files/outcomes/green_book.html: loads"):
        building.render(linked, run)


def test_claims_page_keeps_evidence_and_demonstration_apart(run):
    html = claims.claims_page(run)
    evidence, rest = html.split("On demonstration data")
    assert "1 claims decided on evidence" in evidence
    assert 'data-standing="demonstration"' not in evidence
    assert 'data-standing="demonstration"' in rest


def test_figures_page_offers_filters_on_columns_that_are_there(run):
    html = scorecard.figures_page(run)
    wanted = re.search(r'data-filter="([^"]+)"', html)[1].split("|")
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html)
    assert set(wanted) <= set(heads)


def test_every_rule_of_decision_is_explained(run):
    html = wording.methods_page(run)
    for rule in ("greater", "equivalent", "rank", "exact"):
        assert f'<th scope="row">{rule}</th>' in html
    assert "Own runner" in html or "An own runner" in html


def test_outputs_get_an_address_and_a_way_to_their_files():
    frame = pd.DataFrame({"a": ["x"], "n": [30]})
    table = Table(frame, name="t", title="Found", caption="Read so.", source="s", n=30, standing=SUPPLIED).html()
    html = indexing.addressed(table + table, stage="values_modes")
    assert 'id="out-t"' in html
    assert 'id="out-t-2"' in html
    assert html.count('href="provenance.html#made-values-modes"') == 2


def test_search_knows_headings_outputs_figures_and_claims(run):
    frame = pd.DataFrame({"a": ["</script><script>alert(1)</script>"], "n": [30]})
    table = Table(frame, name="t", title="Found", caption="Read so.", source="s", n=30, standing=SUPPLIED).html()
    body = indexing.addressed(f"<h2>Part</h2>{table}", stage=None)
    page = plain_page("p.html", body, title="P", short="P", group="G")
    found = indexing.entries(page) + indexing.ledger_entries(run)
    assert {(one.kind, one.title) for one in found} >= {
        ("section", "Part"),
        ("table", "Found"),
        ("printed figure", "visits, both wards"),
        ("claim", "Visits rose <b>fast</b>"),
    }
    data = indexing.search_data(found)
    assert "</script" not in data
    index = json.loads(data.replace("<\\/", "</"))
    page, kind, anchor, *_ = index["rows"][0]
    assert (index["pages"][page], index["kinds"][kind], anchor) == (["p.html", "P"], "section", "part")


def test_an_output_is_known_whatever_the_order_of_its_attributes():
    html = '<div class="insight-table" data-level="publishable" data-name="t" data-standing="supplied">x</div>'
    marked = indexing.addressed(html, stage=None)
    assert marked.startswith('<div id="out-t" class="insight-table" data-level="publishable" data-name="t"')


def test_a_script_in_the_data_shows_as_text():
    frame = pd.DataFrame({"quote": ["<script>alert(1)</script>"], "n": [30]})
    made = Table(
        frame, name="t", title="<script>x</script>", caption="Read so.", source="<b>s", n=30, standing=SUPPLIED
    )
    assert gates.facts_of(made.html()).active == []
    assert "&lt;script&gt;alert(1)" in made.html()
