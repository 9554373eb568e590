"""Facts move with what results hang on, and with nothing else."""

import json
from dataclasses import replace

import pytest

from insight import params, paths
from insight.params import STAGES
from insight.sources.contracts import contract
from insight.workbook import fingerprint, planning, registry
from insight.workbook.record import RunRecord, StageRecord

OLDHAM = paths.root() / "params" / "oldham.yml"


def notebook(tmp_path, *cells):
    file = tmp_path / "n.ipynb"
    file.write_text(json.dumps({"cells": list(cells)}))
    return fingerprint.notebook_digest(file)


def code(source, tags=(), **more):
    return {"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}, **more}


def test_outputs_counts_and_prose_do_not_count(tmp_path):
    base = notebook(tmp_path, code("x = 1"))
    assert notebook(tmp_path, code("x = 1", outputs=["new"], execution_count=4)) == base
    assert notebook(tmp_path, {"cell_type": "markdown", "source": "prose", "metadata": {}}, code("x = 1")) == base
    assert notebook(tmp_path, code(["x", " = 1"])) == base


def test_code_and_tags_count(tmp_path):
    base = notebook(tmp_path, code("x = 1"))
    assert notebook(tmp_path, code("x = 2")) != base
    assert notebook(tmp_path, code("x = 1", tags=["parameters"])) != base


def test_comments_in_the_package_do_not_count(tmp_path):
    one, other = tmp_path / "a.py", tmp_path / "b.py"
    one.write_text("x = 1\n")
    other.write_text("# a comment\nx   =  1\n")
    assert fingerprint._tree(one) == fingerprint._tree(other)


def test_a_mapping_and_the_tables_it_joins_count(tmp_path):
    loaded = replace(params.load(OLDHAM, sections=registry.sections()), path=tmp_path / "oldham.yml")
    stage = registry.stages()["acorn_mapping"]
    name = next(one for one in stage.inputs if loaded.input_path(one))
    mapping, joined = tmp_path / "oldham" / "mappings" / f"{name}.yml", tmp_path / "postcodes.csv"
    mapping.parent.mkdir(parents=True)
    column = contract(name).columns[0].name
    rule = {"from": "Postcode", "lookup": {"file": str(joined), "key": "Postcode", "value": "OA"}}
    facts = []
    for text in ("Postcode,OA\n", "Postcode,OA\nOL1 1AA,E1\n", None):
        joined.unlink(missing_ok=True) if text is None else joined.write_text(text)
        mapping.write_text(json.dumps({"input": name, "columns": {column: rule}}))
        facts.append(fingerprint.facts_of(stage, loaded, {}))
    known = f"table {joined} of mapping {name}"
    assert len({one[known] for one in facts}) == 3
    assert fingerprint.first_difference(facts[1], facts[0]) == f"{known} changed"
    mapping.write_text("broken: [")
    broken = fingerprint.facts_of(stage, loaded, {})
    assert broken[f"mapping {name}"] != facts[0][f"mapping {name}"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_hangs_on_its_own_package_and_on_no_other_stage(stage):
    parts = {path.parts[path.parts.index("insight") + 1 :] for path in fingerprint.package_files(stage)}
    own = {part[1] for part in parts if part[0] == "stages"}
    assert own == {stage, "__init__.py", "base.py"}
    assert not {part[0] for part in parts} & {"demo", "report", "workbook", "cli"}


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        ({"a": "1"}, {"a": "1"}, None),
        ({"a": "2"}, {"a": "1"}, "a changed"),
        ({"a": "1", "b": "1"}, {"a": "1"}, "b is new"),
        ({"a": "1"}, {"a": "1", "b": "1"}, "b is gone"),
    ],
)
def test_first_difference_in_words(now, then, said):
    assert fingerprint.first_difference(now, then) == said


def test_changed_outputs_are_told(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("a\n1\n")
    known = {"t.csv": {"sha256": fingerprint.file_digest(file)}}
    assert fingerprint.changed_output(tmp_path, known) is None
    file.write_text("a\n2\n")
    assert fingerprint.changed_output(tmp_path, known) == "t.csv was edited after the run"
    file.unlink()
    assert fingerprint.changed_output(tmp_path, known) == "t.csv is missing"


@pytest.fixture
def loaded():
    return params.load(OLDHAM, sections=registry.sections())


def test_never_run_then_up_to_date_then_param_changed(loaded, tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path))
    stage = registry.stages()["synthesis"]
    known = RunRecord(council="oldham", params_file="p")
    plan = planning.plan_stage(stage, loaded, known)
    assert (plan.action, plan.why) == ("run", "never run")
    known.stages["synthesis"] = StageRecord(status="done", why="never run", facts=plan.facts)
    assert planning.plan_stage(stage, loaded, known).action == "skip"
    known.stages["synthesis"].facts = plan.facts | {"param age_band": "other"}
    assert planning.plan_stage(stage, loaded, known).why == "param age_band changed"
    known.stages["synthesis"].status = "failed"
    assert planning.plan_stage(stage, loaded, known).why == "failed last time"


def test_not_supplied_and_absent_inputs_are_told_apart(loaded, tmp_path):
    import dataclasses

    stage, known = registry.stages()["synthesis"], RunRecord(council="oldham", params_file="p")
    without = dataclasses.replace(loaded, inputs={**loaded.inputs, "funding": "not_supplied"})
    assert planning.plan_stage(stage, without, known).action == "not_supplied"
    lost = dataclasses.replace(loaded, inputs={**loaded.inputs, "funding": "data/nowhere.csv"})
    plan = planning.plan_stage(stage, lost, known)
    assert plan.action == "absent"
    assert "funding (data/nowhere.csv)" in plan.why
