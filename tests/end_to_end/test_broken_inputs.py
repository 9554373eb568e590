"""Every input is broken in every way that its format allows; each break is told with file, rule and fix."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from commands import insight
from insight import paths
from insight.catalogue import CATALOGUE
from insight.sources.contracts import all_contracts
from insight.sources.standing import file_digest

pytestmark = pytest.mark.end_to_end
ROOT = paths.root()
DEMO = ROOT / "data" / "demo" / "oldham"
CONTRACTS = all_contracts()
TYPED = {"integer", "number", "date", "flag"}


def table(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def shapes(path):
    return json.loads(path.read_text(encoding="utf-8"))


def edit(path, change):
    """Let ``change`` edit the records of a CSV, GeoJSON or Parquet file (a frame of cells)."""
    if path.suffix == ".csv":
        change(table(path)).to_csv(path, index=False)
    elif path.suffix == ".parquet":
        change(pd.read_parquet(path)).to_parquet(path)
    else:
        collection = shapes(path)
        frame = change(pd.DataFrame([one["properties"] for one in collection["features"]], dtype=object))
        geometry = [one["geometry"] for one in collection["features"]]
        collection["features"] = [
            {"type": "Feature", "properties": row, "geometry": geometry[index]}
            for index, row in zip(frame.index, frame.to_dict("records"), strict=True)
        ]
        path.write_text(json.dumps(collection), encoding="utf-8")


def missing_file(path, contract):
    path.unlink()
    return "not there"


def empty_file(path, contract):
    path.write_bytes(b"")
    return "is empty"


def missing_column(path, contract):
    name = [column.name for column in contract.columns if not column.may_be_absent][-1]
    edit(path, lambda frame: frame.drop(columns=name))
    # a file whose only column is gone holds nothing
    return "the column must be there" if len(contract.columns) > 1 else "is empty"


def wrong_type(path, contract):
    typed = [column for column in contract.columns if column.type in TYPED]
    if not typed:
        return None

    def change(frame):
        frame = frame.astype({typed[0].name: object})
        frame.loc[frame.index[0], typed[0].name] = "twelve"
        return frame.astype({typed[0].name: str}) if path.suffix == ".parquet" else frame

    edit(path, change)
    return typed[0].rule()


def duplicate_id(path, contract):
    if not contract.key and not any(column.unique for column in contract.columns):
        return None
    edit(path, lambda frame: pd.concat([frame, frame.iloc[[0]]]))
    return "may stand twice"


def wrong_encoding(path, contract):
    if path.suffix == ".parquet":
        path.write_bytes(b"\xe9 not parquet at all")
        return "must be Parquet"
    raw = path.read_bytes()
    place = raw.index(b"\n", 3) + 1 if path.suffix == ".csv" else raw.rindex(b'"')
    path.write_bytes(raw[:place] + b"\xe9" + raw[place:])
    return "UTF-8"


def unknown_area(path, contract):
    areas = [column for column in contract.columns if column.area]
    if not areas or contract.input == "lookup":
        return None

    def change(frame):
        frame = frame.astype({areas[0].name: object})
        frame.loc[frame.index[0], areas[0].name] = "nowhere_at_all"
        return frame.astype({areas[0].name: str}) if path.suffix == ".parquet" else frame

    edit(path, change)
    return "unknown area code"


BREAKS = (missing_file, missing_column, wrong_type, duplicate_id, empty_file, wrong_encoding, unknown_area)


def world(folder):
    """A copy of the demonstration files with a params file beside them."""
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    content = yaml.safe_load((ROOT / "params" / "oldham.yml").read_text(encoding="utf-8"))
    content["inputs"] = {kind.name: kind.file for kind in CATALOGUE}
    (folder / "params.yml").write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize("damage", BREAKS, ids=lambda one: one.__name__)
def test_check_tells_every_break_of_every_input(damage, tmp_path):
    folder = world(tmp_path / "world")
    said = {}
    for kind in CATALOGUE:
        rule = damage(folder / kind.file, CONTRACTS[kind.name])
        if rule is not None:
            said[kind.name] = rule
    assert len(said) >= 9
    done = insight("check", folder / "params.yml", "--json", build=tmp_path / "build")
    assert done.returncode == 4
    found = {one["name"]: one for one in json.loads(done.stdout)}
    for name, rule in said.items():
        problems = found[name]["problems"]
        assert any(rule in one["rule"] for one in problems), (name, rule, problems[:2])
        assert all(one["file"] and one["fix"] for one in problems)
    untouched = [one for name, one in found.items() if name not in said]
    assert all(one["state"] == "ok" for one in untouched)
    assert not (tmp_path / "build").exists()


RUNS = (
    ("profiling", "indicators", wrong_type),
    ("acorn_mapping", "households", wrong_encoding),
    ("values_modes", "values_survey", duplicate_id),
    ("social_networks", "network_egos", missing_column),
    ("ethnography", "consent", wrong_encoding),
    ("service_mapping", "service_contacts", duplicate_id),
    ("outcomes", "eyfs_counts", unknown_area),
    ("benefits", "caf_assessments", empty_file),
    ("synthesis", "funding", wrong_type),
)


def hashes(folder):
    return {path.relative_to(folder): file_digest(path) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("stage", "name", "damage"), RUNS, ids=[one[0] for one in RUNS])
def test_a_run_refuses_a_broken_input_and_keeps_earlier_results(stage, name, damage, build, tmp_path):
    folder = world(tmp_path / "world")
    kind = next(one for one in CATALOGUE if one.name == name)
    rule = damage(Path(folder / kind.file), CONTRACTS[name])
    before = hashes(build / "oldham" / stage)
    done = insight("run", folder / "params.yml", "--stage", stage, "--no-report", build=build)
    assert done.returncode == 4, done.stderr
    assert f"{stage} failed in cell `load`" in done.stderr
    assert kind.file in done.stderr
    assert rule in done.stderr
    assert "Fix:" in done.stderr
    assert hashes(build / "oldham" / stage) == before
