"""Real layers of open data, adopted in their own columns: wards of Rochdale, watercourses of Oldham."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from insight import params, paths
from insight.privacy import adopting
from insight.sources.mapping import model
from insight.sources.reading import read_told
from insight.sources.standing import SUPPLIED, of_file

FOLDER = Path(os.environ.get("INSIGHT_REAL_DATA") or paths.root().parent / "shared" / "data")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"no real data at {FOLDER}: set INSIGHT_REAL_DATA to the folder that holds them"
    ),
]


@pytest.fixture
def council(tmp_path):
    file = tmp_path / "own.yml"
    text = (paths.root() / "params" / "rochdale.yml").read_text(encoding="utf-8")
    file.write_text(text.replace("slug: rochdale", "slug: own"), encoding="utf-8")
    return params.load(file)


def test_wards_of_one_council_out_of_a_layer_of_several(council):
    found = adopting.proposal(council, "boundaries", FOLDER / "boundaries_bgc.gpkg", sheet="ward13")
    mapping = found.mapping.model_copy(update={"keep": {"LAD": ["E08000005"]}})
    assert not mapping.open_points()
    read = read_told("boundaries", FOLDER / "boundaries_bgc.gpkg", mapping=mapping)
    assert len(read.frame) == 20
    assert read.frame["vintage"].unique().tolist() == [2013]
    assert read.frame["name"].str.contains("Rochdale|Heywood|Middleton|Littleborough|Milnrow").any()
    assert 155 < read.frame.area.sum() / 1e6 < 162


def test_watercourses_become_barriers(council):
    kinds = {"inland river": "river", "canal": "canal", "lake": "river"}
    columns = {
        "feature": {"from": "id"},
        "barrier": {"from": "name"},
        "name": {"from": "name"},
        "role": {"constant": "barrier"},
        "kind": {"from": "form", "codes": kinds},
    }
    keep = {"name": ["Huddersfield Narrow Canal", "River Medlock"]}
    mapping = model.parse({"input": "barriers", "keep": keep, "columns": columns}, file="m.yml")
    path = FOLDER / "oldham_watercourses.gpkg"
    read = read_told("barriers", path, mapping=mapping)
    assert set(read.frame["kind"]) == {"river", "canal"}
    assert adopting.try_out(council, mapping, path).rows == len(read.frame) > 5


def test_no_real_file_is_taken_for_demonstration_data():
    files = [path for path in FOLDER.iterdir() if path.is_file() and path.suffix != ".md"]
    assert len(files) > 10
    assert [path.name for path in files if of_file(path) != SUPPLIED] == []
