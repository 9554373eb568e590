"""Nothing about people is loaded that was not agreed: source, field, retention, and what the annex says."""

from dataclasses import replace
from datetime import date

import pytest
import yaml

from insight import params, paths
from insight.catalogue import CATALOGUE
from insight.demo import sharing
from insight.errors import InputError, ParamsError
from insight.privacy import checking, register
from insight.privacy.loading import load_inputs
from insight.privacy.pseudonyms import KEY_FILE_VARIABLE, KEY_VARIABLE
from insight.sources.contracts import contract
from insight.sources.standing import SUPPLIED, Standing
from insight.workbook import leading, registry

DEMO = Standing(kind="demonstration")
TODAY = date(2026, 1, 31)
ENTRY = {
    "controller": "Library service",
    "purpose": "insight on families",
    "lawful_basis": "public_task",
    "audience": ["analysts"],
    "retention_until": "2026-06-30",
    "inputs": {"roster_library": ["child_id", "oa", "birth_month", "joined", "loans"]},
}
FIELDS = ENTRY["inputs"]["roster_library"]


@pytest.fixture
def council():
    return params.load(paths.root() / "params" / "wigan.yml")


def written(folder, **changes):
    folder.mkdir(exist_ok=True)
    entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
    (folder / register.FILE).write_text(yaml.safe_dump({"sources": {"library": entry}}), encoding="utf-8")
    return folder / "roster_library.csv"


def told(council, file, name="roster_library", fields=FIELDS, standing=SUPPLIED, today=TODAY):
    return register.problems(council, name, file=file, fields=fields, standing=standing, today=today)


def test_what_was_agreed_is_loaded_until_its_last_day(council, tmp_path):
    file = written(tmp_path)
    assert told(council, file) == []
    assert told(council, file, today=date(2026, 6, 30)) == []


@pytest.mark.parametrize(
    ("changes", "given", "says"),
    [
        ({}, {"name": "roster_benefits"}, "has no entry that names `roster_benefits`"),
        ({}, {"fields": [*FIELDS, "ethnic_group"]}, "column ethnic_group"),
        ({}, {"today": date(2026, 7, 1)}, "allowed use until 2026-06-30"),
        ({"retention_until": None}, {}, "no retention_until"),
    ],
)
def test_what_was_not_agreed_is_refused(council, tmp_path, changes, given, says):
    (problem,) = told(council, written(tmp_path, **changes), **given)
    assert says in problem.text()
    assert "Fix: " in problem.text()


def test_no_register_no_rows(council, tmp_path):
    (problem,) = told(council, tmp_path / "roster_library.csv")
    assert "data/wigan/sharing.yml" in problem.text()


def test_only_demonstration_data_may_lack_an_end_or_use_the_demonstration_register(council, tmp_path):
    assert told(council, written(tmp_path, retention_until=None), standing=DEMO) == []
    assert told(council, tmp_path / "elsewhere" / "x.csv", standing=DEMO) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lawful_basis": "because"}, "lawful_basis"),
        ({"controller": None}, "controller"),
        ({"audience": []}, "audience"),
        ({"retention_until": "30/06/2026"}, "year-month-day"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_register_that_lacks_something_is_refused_with_its_place(tmp_path, changes, says):
    written(tmp_path, **changes)
    with pytest.raises(ParamsError, match=says):
        register.read(tmp_path / register.FILE)


def test_the_demonstration_register_is_what_the_contracts_need():
    path = paths.root() / register.DEMONSTRATION
    assert path.read_text(encoding="utf-8") == sharing.text()
    known = register.read(path)
    for kind in CATALOGUE:
        if kind.people:
            _, entry = known.entry(kind.name)
            assert entry.inputs[kind.name] == [column.name for column in contract(kind.name).columns]


def test_the_annex_has_a_row_a_source_and_input():
    found = register.annex(register.of_council(params.load(paths.root() / "params" / "oldham.yml")))
    assert set(found["data"]) >= {"roster library", "households", "interviews"}
    assert found["lawful_basis"].isin(["public task", "consent"]).all()
    assert (found["kept_until"] == "no end (demonstration)").all()


def council_with_own(tmp_path, monkeypatch, *names, register_text=None):
    """A council whose files are the demonstration's with one value changed, so that they count as supplied."""
    own = tmp_path / "own"
    own.mkdir()
    demo = paths.root() / "data" / "demo" / "oldham"
    for name in names:
        text = (demo / f"{name}.csv").read_text(encoding="utf-8")
        lines = text.splitlines()
        (own / f"{name}.csv").write_text("\n".join([lines[0], *lines[2:]]) + "\n", encoding="utf-8")
    if register_text:
        (own / register.FILE).write_text(register_text, encoding="utf-8")
    base = params.load(paths.root() / "params" / "oldham.yml")
    given = {kind.name: str(own / f"{kind.name}.csv") if kind.name in names else "not_supplied" for kind in CATALOGUE}
    loaded = replace(base, inputs=given)
    monkeypatch.setattr("insight.privacy.loading.of_council", lambda slug: loaded)
    return loaded


def test_loading_refuses_before_reading(tmp_path, monkeypatch):
    loaded = council_with_own(tmp_path, monkeypatch, "births", "roster_library")
    with pytest.raises(InputError, match="data-sharing register"):
        load_inputs(loaded.council.slug, ["births", "roster_library"])
    assert len(load_inputs(loaded.council.slug, ["births"]).table("births")) == 1199


def test_check_explains_a_missing_register_key_and_consent(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)
    loaded = council_with_own(tmp_path, monkeypatch, "records_library", "interviews")
    by_name = {one.name: one for one in checking.check_inputs(loaded)}
    assert "data-sharing register" in by_name["records_library"].problems[0].text()
    texts = [problem.text() for problem in checking.check_access(loaded)]
    assert any(KEY_VARIABLE in text and "no pseudonym key" in text for text in texts)
    assert any("consent register" in text and "consent.csv" in text for text in texts)


def test_what_the_rows_lack_stands_among_the_next_steps_and_no_broken_stage_can_run(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)
    loaded = council_with_own(tmp_path, monkeypatch, "records_library", "interviews", "codings", "quotes")
    found = checking.check_inputs(loaded)
    lines = leading.lead(loaded, found, registry.stages(), access=checking.check_access(loaded))
    assert "can run now: no stage" in lines[0]
    steps = lines[lines.index("\nwhat to do next:") :]
    assert any("for people's rows" in step and KEY_VARIABLE in step for step in steps)
    assert any("for people's rows" in step and "consent.csv" in step for step in steps)
    assert not any("insight run" in step for step in steps)
    free = [one if one.state != "problems" else replace(one, state="ok") for one in found]
    assert "ethnography" in leading.lead(loaded, free, registry.stages())[0]
