"""In a world where each claim is false, checks fail where they should: figures differ, and few claims are found."""

import json

import pytest

from commands import insight

pytestmark = pytest.mark.end_to_end


def test_null_world_differs_from_the_print_and_raises_few_alarms(tmp_path):
    made = insight("demo", "--out", tmp_path / "null", "--seed", "2011", "--null", build=tmp_path)
    assert made.returncode == 0, made.stderr
    build = tmp_path / "build"
    ran = insight("run", tmp_path / "null" / "params.yml", "--jobs", "2", build=build)
    assert ran.returncode == 0, ran.stderr
    params = tmp_path / "null" / "params.yml"
    figures = insight("figures", params, "--json", build=build)
    assert figures.returncode == 3
    differing = [row["id"] for row in json.loads(figures.stdout) if row["verdict"] == "differs"]
    assert len(differing) >= 20
    decided = [
        row
        for row in json.loads(insight("findings", params, "--json", build=build).stdout)
        if row["data"] == "demonstration"
    ]
    alarms = [row["id"] for row in decided if row["outcome"] == "false alarm"]
    assert not [row["id"] for row in decided if row["outcome"] == "detected"]
    assert len(alarms) <= len(decided) * 0.1, alarms
