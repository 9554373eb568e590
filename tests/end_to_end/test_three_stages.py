"""A council that supplies three stages gets a report that is complete in itself."""

import json

import pytest
import yaml

from commands import insight
from insight import paths
from insight.params import STAGES
from insight.workbook import registry

pytestmark = pytest.mark.end_to_end
KEPT = ("values_modes", "social_networks", "outcomes")
ROOT = paths.root()


def test_three_stages_make_a_whole_report(build, tmp_path):
    content = yaml.safe_load((ROOT / "params" / "oldham.yml").read_text(encoding="utf-8"))
    declared = [registry.stages()[name] for name in KEPT]
    wanted = {name for one in declared for name in (*one.inputs, *one.optional)}
    content["inputs"] = {
        name: str(ROOT / value) if name in wanted and value != "not_supplied" else "not_supplied"
        for name, value in content["inputs"].items()
    }
    params = tmp_path / "params.yml"
    params.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    done = insight("run", params, build=build)
    assert done.returncode == 0, done.stderr
    record = json.loads((build / "oldham" / "run.json").read_text())
    absent = {name for name, one in record["stages"].items() if one["status"] == "not_supplied"}
    assert absent
    assert not absent & set(KEPT)
    for name in STAGES:
        page = (build / "oldham" / "report" / f"{name}.html").read_text(encoding="utf-8")
        assert ("Not in this run" in page) == (name in absent)
    front = (build / "oldham" / "report" / "index.html").read_text(encoding="utf-8")
    assert f"{len(STAGES) - len(absent)} of {len(STAGES)} stages have results" in front
