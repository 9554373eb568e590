"""Event log and its exports, the rule table and coders, both accounts, plain words for few families."""

from __future__ import annotations

import dataclasses
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.metrics import cohen_kappa_score

import worlds
from insight import display, paths
from insight.errors import ParamsError
from insight.privacy.protected import Protected
from insight.stages import service_mapping as stage
from insight.stages.service_mapping import event_log, rules

SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]
PARAMS = stage.Params.build(**SECTION["service_mapping"])
NAMES = ("service_contacts", "stage_codings", "referrals")
NS = f"{{{event_log.NAMESPACE}}}"


@pytest.fixture
def given(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    return worlds.dated(worlds.inputs(NAMES, worlds.world(), tmp_path))


def rows(*pairs):
    return pd.DataFrame(pairs, columns=["service", "trigger"])


def test_the_first_rule_that_fits_decides_and_none_is_unclassifiable():
    given = rows(("police", "professional_referral"), ("gp", "professional_referral"), ("gp", "planned"))
    own = [{"service": "police", "trigger": "professional_referral", "stage": "crisis"}]
    more = [*own, {"service": "any", "trigger": "professional_referral", "stage": "reactive"}]
    built = [
        stage.Params.build(**SECTION["service_mapping"] | {"stage_rules": one}).stage_rules
        for one in (more, more[::-1])
    ]
    assert rules.by_rule(given, built[0]).tolist() == ["crisis", "reactive", "unclassifiable"]
    assert rules.by_rule(given, built[1]).tolist() == ["reactive", "reactive", "unclassifiable"]


@pytest.mark.parametrize(
    "change",
    [
        {"stage_rules": []},
        {"stage_rules": [{"service": "any", "trigger": "letter", "stage": "crisis"}]},
        {"agency_lookup": "maybe"},
    ],
)
def test_bad_rules_are_refused(change):
    with pytest.raises(ParamsError):
        stage.Params.build(**SECTION["service_mapping"] | change)


def single(**columns):
    size = len(next(iter(columns.values())))
    base = {
        "contact_id": [f"C{one}" for one in range(size)],
        "family_id": [f"F{one % 3}" for one in range(size)],
        "stage": ["early"] * size,
        "rule_stage": ["proactive"] * size,
        "view": ["both"] * size,
        "age": np.arange(size, dtype=float),
    }
    return pd.DataFrame(base | columns)


def test_agreement_of_coders_against_another_computation():
    rng = np.random.default_rng(2)
    one = rng.choice(["early", "crisis"], 60, p=[0.6, 0.4])
    other = np.where(rng.random(60) < 0.8, one, np.where(one == "early", "crisis", "early"))
    contacts = single(stage=one)
    second = pd.DataFrame({"contact_id": contacts["contact_id"], "coder": "B", "stage": other})
    found = rules.coders_table(contacts, second.sample(frac=1, random_state=1)).iloc[-1]
    assert found["kappa"] == pytest.approx(cohen_kappa_score(one, other))
    assert found["observed"] == pytest.approx(np.mean(one == other))
    assert found["lower"] < found["kappa"] < found["upper"]
    both, apart = int(((one == "early") & (other == "early")).sum()), int((one != other).sum())
    assert found["agreement_on_early"] == pytest.approx(2 * both / (2 * both + apart))


def test_reactive_contacts_are_not_held_against_the_coder():
    contacts = single(rule_stage=["proactive", "reactive", "crisis"] * 4, stage=["early", "early", "crisis"] * 4)
    found = rules.coders_table(contacts, None)
    assert found["contacts"].tolist() == [8]
    assert found["kappa"].tolist() == [1.0]


def test_coders_who_never_differ_in_kind_have_no_kappa():
    assert rules.coders_table(single(stage=["early"] * 6), None)["kappa"].isna().all()


def test_positive_agreement_counts_both_sides():
    contacts = single(view=["both"] * 6 + ["family"] * 2 + ["agency"] * 4)
    found = rules.accounts_table(contacts).set_index("measure")
    assert found["contacts"].tolist() == [6, 2, 4, 12]
    assert found.loc["positive agreement", "share"] == pytest.approx(12 / (12 + 6))
    assert found.loc["positive agreement", "lower"] <= 12 / 18 <= found.loc["positive agreement", "upper"]


@pytest.mark.parametrize(
    ("count", "total", "words"),
    [(6, 6, "all six families"), (0, 6, "none of the six families"), (4, 6, "four of the six families")],
)
def test_few_families_are_told_in_words(count, total, words):
    assert rules.in_words(count, total) == words


def test_capture_recapture_is_refused_with_its_reason(given):
    found = stage.analyse(given, PARAMS).reading.set_index("question")["answer"]
    assert "capture-recapture does not hold" in found["contacts that both sides missed"]
    assert "54%" in found["what full agreement would say of families at large"]
    free = dataclasses.replace(PARAMS, agency_lookup="independent")
    other = stage.analyse(given, free).reading.set_index("question")["answer"]
    assert "not independent" in other["contacts that both sides missed"]


def test_exports_hold_every_row_and_stay_restricted(given):
    results = stage.analyse(given, PARAMS)
    stage.save(given, results)
    folder = paths.stage_dir("oldham", "service_mapping")
    told = given.people("service_contacts")
    log = pd.read_csv(folder / "tables" / "event_log.csv")
    assert set(log["contact_id"]) == set(told["contact_id"])
    assert stage.DECLARATION.tables["event_log"] == "restricted"
    assert set(stage.DECLARATION.files) == {event_log.XES_FILE, event_log.CALENDAR_FILE}
    assert {file.level for file in stage.DECLARATION.files.values()} == {"restricted"}
    assert set(stage.DECLARATION.files) <= set(stage.DECLARATION.outputs)
    assert all((folder / name).parent.name == "restricted" for name in stage.DECLARATION.files)
    root = ET.parse(folder / event_log.XES_FILE).getroot()  # noqa: S314 - written just above
    traces = root.findall(f"{NS}trace")
    assert len(traces) == told["family_id"].nunique()
    events = root.findall(f"{NS}trace/{NS}event")
    assert len(events) == len(told)
    stamps = [one.find(f"{NS}date[@key='time:timestamp']").get("value") for one in events]
    assert sorted(stamps) == sorted(f"{day:%Y-%m-%d}T00:00:00+00:00" for day in told["start"])
    for trace in traces:
        own = [one.find(f"{NS}date[@key='time:timestamp']").get("value") for one in trace.findall(f"{NS}event")]
        assert own == sorted(own)
    assert (folder / event_log.CALENDAR_FILE).read_bytes().startswith(b"\x89PNG")
    for name, level in stage.DECLARATION.tables.items():
        if level == "publishable":
            text = (folder / "tables" / f"{name}.csv").read_text(encoding="utf-8")
            assert not set(told["contact_id"]) & set(text.replace("\n", ",").split(",")), name


def test_the_map_by_calendar_has_a_panel_a_family_and_joins_both_accounts(given):
    results = stage.analyse(given, PARAMS)
    dated = results.dated
    assert len(dated) == results.contacts < len(given.people("service_contacts"))
    assert set(dated["told_by"]) <= {"both", "family only", "agency only"}
    assert (dated["to_year"] >= dated["from_year"]).all()
    fig = event_log.calendar(dated)
    assert [axes.get_title(loc="left") for axes in fig.axes] == sorted(dated["family"].unique())
    assert fig.get_supxlabel() == "Year"
    assert "dated" not in stage.DECLARATION.tables


def test_without_a_contact_the_declared_files_are_there_all_the_same(tmp_path):
    dated = pd.DataFrame(columns=["family", "service", "from_year", "to_year", "stage", "told_by"])
    event_log.write(pd.DataFrame(columns=list(event_log.COLUMNS)), dated, tmp_path, label="none")
    for name in stage.DECLARATION.files:
        assert (tmp_path / name).stat().st_size > 0
    root = ET.parse(tmp_path / event_log.XES_FILE).getroot()  # noqa: S314 - written just above
    assert root.findall(f"{NS}trace") == []


def test_marks_of_markup_are_escaped_in_xes():
    log = pd.DataFrame([dict.fromkeys(event_log.COLUMNS, "a")]).assign(service="<b>&", start="2010-01-01", end=None)
    root = ET.fromstring(event_log.xes(log))  # noqa: S314 - written just above
    assert root.find(f".//{NS}event/{NS}string").get("value") == "<b>&"


def test_a_failed_write_leaves_the_earlier_export(given, monkeypatch):
    results = stage.analyse(given, PARAMS)
    stage.save(given, results)
    folder = paths.stage_dir("oldham", "service_mapping")
    before = (folder / event_log.XES_FILE).read_bytes()

    def fails(log):
        raise OSError("disk full")

    monkeypatch.setattr(event_log, "xes", fails)
    with pytest.raises(OSError, match="disk full"):
        stage.save(given, results)
    assert (folder / event_log.XES_FILE).read_bytes() == before


def test_without_agreement_nothing_rests_on_single_families(given):
    closed = stage.analyse(given, dataclasses.replace(PARAMS, journeys_agreed=False))
    assert closed.firsts.empty
    assert stage.firsts_table(given, closed) is None
    assert "mostly early by the coder" not in set(closed.reading["question"])
    assert stage.journeys_picture(given, closed).about.name == "contacts-by-age"


def test_journeys_keep_the_order_of_prominence_and_tell_who_told(given):
    results = stage.analyse(given, PARAMS)
    picture = stage.journeys_picture(given, results)
    assert isinstance(picture, display.Figure)
    assert "crisis" in picture.about.title
    assert set(picture.data["told_by"]) <= set(display.time_charts.FILLS)
    assert len(picture.data) == results.contacts


def test_a_need_told_to_a_second_agency_counts_once(given):
    told = given.people("service_contacts")
    own = pd.concat([told[told["family_id"] == family].head(3) for family in ("F1", "F2")])
    copied = own.assign(need="money", agency=["a", "b", "b"] * 2, source="agency")
    frames = {**given.frames, "service_contacts": Protected("service_contacts", copied)}
    found = stage.analyse(dataclasses.replace(given, frames=frames), PARAMS).measures.set_index("measure")["mean"]
    assert found["agencies told of a need that another knew of"] == 1
