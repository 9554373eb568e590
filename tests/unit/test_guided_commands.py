"""Commands of the guides that no longer test types: run here, in this process, on a few records."""

import json
import shutil

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from insight import cli, paths
from insight.catalogue import INPUT_NAMES
from insight.privacy.pseudonyms import KEY_VARIABLE

DEMO = paths.root() / "data" / "demo" / "oldham"
RECORDS = ("records_childrens_centre", "records_library", "records_benefits", "records_health_visiting")
ROWS = 200
MAPPING = {
    "columns": {"name": "name", "kind": "rel", "ethnic_group": "eth", "lives_in_area": "local"},
    "groups": ["white", "pakistani"],
}


def typed(*words):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


@pytest.fixture
def linking(tmp_path, monkeypatch):
    """Params of a small world with the records of four services."""
    monkeypatch.setenv("INSIGHT_BUILD", str(tmp_path / "build"))
    for name in RECORDS:
        pd.read_csv(DEMO / f"{name}.csv", dtype=str).head(ROWS).to_csv(tmp_path / f"{name}.csv", index=False)
    shutil.copy(DEMO / "sharing.yml", tmp_path)
    listed = {f"{name}.csv": {"sha256": ""} for name in RECORDS}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": listed}), encoding="utf-8")
    raw = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))
    raw["inputs"] = {name: f"{name}.csv" if name in RECORDS else "not_supplied" for name in INPUT_NAMES}
    file = tmp_path / "params.yml"
    file.write_text(yaml.safe_dump(raw), encoding="utf-8")
    return file


def test_records_are_linked_and_pairs_written_for_review(linking, tmp_path):
    done = typed("link", linking, "--review")
    assert done.exit_code == 0, done.output
    assert "personal data, for the reviewers alone" in done.output
    (sheet,) = (tmp_path / "build").rglob("*.csv")
    assert {"left_source", "right_record", "is_match"} <= set(pd.read_csv(sheet).columns)


def test_a_network_canvas_export_becomes_counts_without_names(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, bytes(range(7, 47)).hex())
    export, mapping = tmp_path / "export", tmp_path / "contacts.yml"
    export.mkdir()
    ego = "networkCanvasEgoUUID"
    (export / "c1_ego.csv").write_text(f"{ego},networkCanvasCaseID\nuuid-1,c1\nuuid-2,c2\n", encoding="utf-8")
    (export / "c1_attributeList_Person.csv").write_text(
        f"nodeID,{ego},networkCanvasUUID,name,rel,eth,local\n"
        "1,uuid-1,n1,Wulfric,friends,white,true\n2,uuid-1,n2,Quince,family,white,true\n3,uuid-2,n3,Perpetua,family,pakistani,false\n",
        encoding="utf-8",
    )
    mapping.write_text(yaml.safe_dump(MAPPING), encoding="utf-8")
    done = typed("intake", "params/wigan.yml", "--mapping", mapping, "--out", tmp_path / "out", "--canvas", export)
    assert done.exit_code == 0, done.output
    made = pd.read_csv(tmp_path / "out" / "network_contacts.csv")
    assert made["contacts"].sum() == 3
    assert not any(name in made.to_csv() for name in ("Wulfric", "Quince", "Perpetua"))
