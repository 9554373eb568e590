"""The page of a neighbourhood: tables in plain words, small numbers hidden, guidance said to be carried over."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from insight import params, paths
from insight.report import gates, rendering
from insight.report.neighbourhoods import communicating, readings, services
from insight.report.neighbourhoods.pages import neighbourhood_pages
from insight.report.neighbourhoods.places import Place, rows_of
from insight.report.page import Run
from insight.report.pages import stage as stage_pages
from insight.stages.acorn_mapping import expected
from insight.workbook import registry
from insight.workbook.record import RunRecord

HERE = Place(code="brick_row", name="Brick Row (demonstration)", ward="Coldhurst", ward_code="coldhurst")
SEGMENTS = pd.DataFrame(
    {
        "neighbourhood": ["brick_row"] * 3 + ["other"],
        "category": ["a", "b", "c", "a"],
        "category_name": ["Able", "Busy", "Calm", "Able"],
        "households": [60, 40, None, 10],
        "share": [0.6, 0.4, None, 1.0],
        "rest_share": [0.2, 0.5, None, 0.3],
        "stands": ["over", "under", "not shown", "over"],
        "status": [None, None, "c", None],
    }
)
CHANNELS = pd.DataFrame(
    {
        "category_name": ["Able", "Able", "Able", "Busy", "Busy", "Busy", "Calm"],
        "habit": ["Accepts no marketing", "Accepts marketing by press", "Accepts marketing by text"] * 2
        + ["Accepts marketing by text"],
        "share": [0.5, 0.3, 0.1, 0.4, 0.2, 0.05, 0.9],
        "lower": [0.48, 0.28, 0.09, 0.38, 0.18, 0.04, 0.8],
        "upper": [0.52, 0.32, 0.11, 0.42, 0.22, 0.06, 0.95],
    }
)
DIGITAL = CHANNELS.assign(habit="Online at home").drop_duplicates("category_name")
MODES = pd.DataFrame(
    {
        "neighbourhood": ["Brick Row (demonstration)"] * 3,
        "mode": ["Roots", "Now People", "Transcenders"],
        "respondents": [20, 30, None],
        "share": [0.2, 0.3, None],
        "lower": [0.133, 0.219, None],
        "upper": [0.289, 0.396, None],
        "residual": [-0.4, 3.1, None],
        "p_adjusted": [1.0, 0.01, None],
        "status": [None, None, "c"],
    }
)
GUIDANCE = pd.DataFrame(
    {
        "mode": ["Roots", "Now People", "Transcenders"],
        "group": ["settler", "prospector", "pioneer"],
        "responds_to": ["known faces", "fun", "the whole"],
        "how_to_communicate": ["plain words", "short", "share"],
        "take_care": ["no praise of change", "no worthy words", "no slogans"],
        "source": ["Working guidance"] * 3,
    }
)
APPROACH = pd.DataFrame(
    {
        "category_name": ["Able", "Busy", "Calm"],
        "answers_to": ["leaflet"] * 3,
        "most_acceptable": ["press"] * 3,
        "least_acceptable": ["text"] * 3,
        "online_share": [0.8, 0.7, 0.6],
        "social_media": ["not told apart"] * 3,
        "care": ["fewer are online than elsewhere"] * 3,
    }
)
EXPECTED = expected.expected(SEGMENTS.assign(neighbourhood_name=SEGMENTS["neighbourhood"]), CHANNELS, DIGITAL)
TABLES = {
    "acorn_mapping": {"neighbourhoods": SEGMENTS, "expected": EXPECTED, "approach": APPROACH},
    "values_modes": {"modes_by_neighbourhood": MODES, "segments": GUIDANCE},
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of which only the tables above are left."""
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    for stage, tables in TABLES.items():
        folder = tmp_path / "oldham" / stage
        (folder / "tables").mkdir(parents=True)
        (folder / "notebook.ipynb").write_text("{}", encoding="utf-8")
        for name, frame in tables.items():
            frame.to_csv(folder / "tables" / f"{name}.csv", index=False)
    loaded = params.load(paths.root() / "params" / "oldham.yml")
    known = RunRecord(council="oldham", params_file="params/oldham.yml")
    stages = dict(registry.stages())
    return Run(loaded=loaded, known=known, stages=stages, figures=[], decided=[])


def without(run, name):
    """The same run where an input is not supplied."""
    inputs = {**run.loaded.inputs, name: params.NOT_SUPPLIED}
    return replace(run, loaded=replace(run.loaded, inputs=inputs))


def test_media_are_weighted_by_the_segments_here_and_hidden_segments_count_for_nothing(run):
    found = communicating.expected(run, HERE)
    shares = found.media.set_index("way")["share"]
    assert shares["Accepts marketing by text"] == pytest.approx(0.6 * 0.1 + 0.4 * 0.05)
    assert shares["Accepts no marketing"] == pytest.approx(0.46)
    text = found.media.set_index("way").loc["Accepts marketing by text"]
    assert (text["lower"], text["upper"]) == pytest.approx((0.6 * 0.09 + 0.4 * 0.04, 0.6 * 0.11 + 0.4 * 0.06))
    assert found.covered == pytest.approx(1.0)
    assert communicating.in_short(found).startswith("Least acceptable way to reach homes here, as expected from their")
    assert ": text; most acceptable: press; 46.0% accept none at all." in communicating.in_short(found)


def test_a_segment_without_habits_counts_for_nothing_in_what_is_expected():
    named = SEGMENTS.assign(neighbourhood_name=SEGMENTS["neighbourhood"])
    few = expected.expected(named, CHANNELS[CHANNELS["category_name"] == "Able"], DIGITAL.iloc[:0])
    here = few[few["neighbourhood"] == "brick_row"]
    assert set(here["covered"]) == {0.6}
    assert here.set_index("way").loc["Accepts no marketing", "share"] == pytest.approx(0.5)
    assert here["share"].is_monotonic_decreasing
    assert expected.expected(named.assign(share=None), CHANNELS, DIGITAL).empty
    assert list(expected.expected(named, CHANNELS.iloc[:0], DIGITAL.iloc[:0]).columns) == expected.EXPECTED


def test_media_whose_limits_meet_are_named_together(run):
    found = communicating.expected(run, HERE)
    wide = found.media.assign(lower=0.0, upper=1.0)
    assert "press or text; most acceptable: press or text" in communicating.in_short(replace(found, media=wide))


def test_guidance_comes_with_its_numbers_its_source_and_its_limits(run):
    html = communicating.section(run, HERE, communicating.expected(run, HERE))
    assert "nobody here was asked" in html
    assert html.index("Now People") < html.index("Roots")
    assert "Transcenders" not in html
    assert "Calm" not in html
    for words in ("plain words", "no worthy words", "Working guidance.", "order of the modes may be chance"):
        assert words in html
    assert gates.facts_of(html).scopeless == 0


def test_a_place_of_which_nothing_is_known_gets_no_guidance(run):
    nowhere = replace(HERE, code="elsewhere", name="Elsewhere")
    html = communicating.section(run, nowhere, communicating.expected(run, nowhere))
    assert communicating.NOTHING in html
    assert "<table" not in html


def test_modes_say_what_stands_out_in_words_and_hidden_ones_stay_hidden():
    shaped = readings.modes(rows_of(MODES, HERE))
    assert list(shaped["against other neighbourhoods"])[:2] == ["no clear difference", "more than elsewhere"]
    assert shaped.loc[0, readings.LIMITS] == "13.3% to 28.9%"
    hidden = shaped.iloc[2]
    assert hidden[["respondents", "share of those asked", readings.LIMITS]].isna().all()
    assert hidden["status"] == "c"
    assert not {"residual", "p_adjusted"} & set(shaped.columns)


def test_services_go_by_plain_names_and_both_rules_of_linkage_stand_in_one_row():
    rows = [
        {"threshold": rule, "service": "childrens_centre", "definition": "registered", "children": 100, "known": known}
        | {"share": known / 100, "lower": 0.1, "upper": 0.9, "status": None}
        for rule, known in (("higher", 40), ("lower", 44))
    ]
    shaped = readings.known(pd.DataFrame(rows))
    assert shaped.to_dict("records") == [
        {
            "service": "Children's centre",
            "known means": "registered",
            "children 0-4": 100,
            "known": 40,
            "share known": "40.0%",
            readings.LIMITS: "10.0% to 90.0%",
            "share at the looser rule": "44.0%",
        }
    ]


PROFILE = {
    "theme": "health_care",
    "period": 2011,
    "unit": "share",
    "lower": 0.1,
    "upper": 0.3,
    "borough": 0.25,
    "nation": None,
    "neighbours": None,
    "comparison": "Worse",
    "nation_comparison": None,
    "direction": None,
    "status": None,
}


def test_a_profile_says_whose_value_it_is_and_tells_nothing_twice():
    ward = {"value_of": "Coldhurst", "caveat": "Value of the ward: the source does not reach neighbourhoods"}
    own = {"value_of": "Brick Row (demonstration)", "caveat": None}
    rows = [
        {"label": "Smokes", "value": 0.2, "count": 20.0} | ward,
        {"label": "Residents", "value": 0.2, "count": 20.0} | ward,
        {"label": "Residents", "value": 0.3, "count": 30.0} | own,
        {"label": "Known to: library", "value": 0.3, "count": 30.0} | own,
        {"label": "Infant deaths", "value": None, "count": None} | ward | {"status": "c", "lower": None, "upper": None},
    ]
    shaped = readings.profile(pd.DataFrame([PROFILE | row for row in rows]))
    assert list(shaped["indicator"]) == ["Smokes", "Residents", "Infant deaths"]
    assert list(shaped["value of"]) == [readings.WARD, readings.HERE, readings.WARD]
    assert list(shaped["value"])[:2] == ["20.0%", "30.0%"]
    assert shaped.loc[2, ["value", "count", readings.LIMITS]].isna().all()
    assert shaped.loc[2, "against England"] == "Not compared"
    assert "statistical neighbours" not in shaped.columns


def test_every_page_says_what_was_not_surveyed_or_not_supplied(run):
    pages = {page.name: page for page in neighbourhood_pages(without(run, "boundaries"))}
    assert len(pages) == 9
    body = pages["neighbourhood-brick-row.html"].body
    assert "Young children on the roster of each service: Not supplied: the stage did not run." in body
    assert "Personal networks: not surveyed here." in body
    other = pages["neighbourhood-alder-fold.html"].body
    assert "Values Modes of those surveyed here: Not surveyed here." in other
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", body)[-1] == communicating.TITLE
    assert not re.search(r">Residual<|p.adjusted|childrens_centre", body, re.IGNORECASE)


def test_the_directory_names_what_serves_the_ward_and_says_when_there_is_none(run):
    assert "Warm homes visit" in services.directory(run, HERE)
    assert "Warm homes visit" not in services.directory(run, replace(HERE, ward_code="demo_ward_05", code="x"))
    assert "No directory of services is supplied" in services.directory(without(run, "service_directory"), HERE)


def test_a_stage_s_page_says_in_short_what_its_tagged_pictures_found(run):
    shown = rendering.Short(id="out-reach", title="A &amp; B", is_demonstration=True)
    plain = replace(shown, id="out-other", title="C", is_demonstration=False)
    html = stage_pages.summary(run.stages["service_mapping"], run, (shown, plain))
    assert '<li><a href="#out-reach">A &amp; B</a> (demonstration data, no evidence)</li>' in html
    assert '<li><a href="#out-other">C</a></li>' in html
    assert stage_pages.summary(run.stages["service_mapping"], run) == ""


def test_a_page_says_which_categories_were_merged_as_the_log_of_the_table_has_it(run, tmp_path):
    said = "Wealthy achievers or Urban prosperity (urban prosperity, wealthy achievers)"
    entry = {"table": "neighbourhoods", "columns": ["households"], "within": [], "merged": said}
    (tmp_path / "oldham" / "acorn_mapping" / "disclosure.json").write_text(json.dumps({"tables": [entry]}))
    plain = {page.name: page for page in neighbourhood_pages(without(run, "boundaries"))}
    body = plain[HERE.page].body
    assert f"Merged, because numbers were too small to show apart: {said}." in body
