"""Documents that claim something: what they name is there, and they claim no more than the tests do."""

import re
import tomllib

import pytest
import yaml

import accessibility
from insight import paths

ROOT = paths.root()
DOCUMENTS = ("rap.md", "accessibility.md", "data-protection-impact.md")
LEVELS = {"baseline": 5, "silver": 9, "gold": 4}
"""Lines of the NHS RAP community of practice's levels."""


def text(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_a_document_names_are_there(name):
    named = {
        one
        for one in re.findall(r"`([^`]+)`", text(name))
        if re.fullmatch(r"\.?[\w-]+(/[\w.-]+)+|[\w-]+\.(md|toml|lock|yml|py)|\.ci/run", one)
    }
    elsewhere = {"run.json", "sharing.yml", "data/<council>/sharing.yml"}
    missing = [one for one in named - elsewhere if not (ROOT / one).exists()]
    assert named - elsewhere
    assert missing == []


def test_the_checklist_has_a_line_for_each_demand_with_evidence():
    rows = [line.split("|")[1:5] for line in text("rap.md").splitlines() if line.startswith("| ")][1:]
    found = [row[0].strip() for row in rows]
    assert {level: found.count(level) for level in LEVELS} == LEVELS
    assert all(row[2].strip().startswith(("met", "not met")) and "`" in row[3] for row in rows)


def test_the_accessibility_statement_claims_the_rules_and_widths_that_are_tested():
    claimed = text("accessibility.md")
    assert set(re.findall(r"`(wcag\w+)`", claimed)) == set(accessibility.RULES)
    widths = {str(width) for width, _ in accessibility.VIEWS}
    assert widths == set(re.findall(r"at (\d+) and (\d+)\s+pixels wide", claimed)[0])
    assert "Only Chromium runs" in claimed


def test_the_citation_is_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])


def test_the_impact_template_leaves_to_the_council_what_only_it_can_say():
    assert text("data-protection-impact.md").count("**to fill**") > 25
    assert all(f"## {number}." in text("data-protection-impact.md") for number in range(1, 7))
