"""The carried geography is what the record says, and is refused when it is not."""

from __future__ import annotations

import csv
import json
import shutil
from hashlib import sha256

import pytest
import shapely

from insight import paths
from insight.errors import InputError
from insight.methods.composition import predominant
from insight.methods.spatial import contiguity
from insight.sources import geography
from insight.sources.standing import OPEN, of_file


def test_every_committed_file_has_the_recorded_hash():
    folder = paths.reference("geography")
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    committed = {path.name for path in folder.iterdir()} - {"record.json", "README.md"}
    assert committed == set(record["files"])
    for name, about in record["files"].items():
        content = (folder / name).read_bytes()
        assert sha256(content).hexdigest() == about["sha256"], name
        assert b"\r" not in content


def test_the_script_pins_the_packages_that_the_record_names():
    record = json.loads((paths.reference("geography") / "record.json").read_text(encoding="utf-8"))
    script = (paths.root() / record["made_by"]).read_text(encoding="utf-8")
    for package in record["packages"]:
        name, version = package["pin"].split("==")
        for words in (name, version, package["sha256"], package["member"]):
            assert f'"{words}"' in script


def test_each_file_states_licence_and_attribution():
    with (paths.reference("geography") / "SOURCES.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        assert row["licence"] == "Open Government Licence v3.0"
        assert "licensed under the Open Government Licence v.3.0" in geography.attribution(row["file"])
    assert "Royal Mail" in geography.attribution("oac_2011.csv")


def test_outlines_are_141_valid_areas_in_one_piece():
    outlines = geography.lsoa_outlines()
    assert len(outlines) == 141
    assert outlines.geometry.is_valid.all()
    assert shapely.coverage_is_valid(outlines.geometry.to_numpy())
    assert len(contiguity(outlines, code="lsoa").pairs) == 386
    assert set(outlines["vintage"]) == {2011}


def test_census_totals_are_the_borough_s():
    counts = geography.census_counts()
    assert counts["persons"].sum() == 224_897
    assert counts["households"].sum() == 89_703
    assert counts["households"].between(406, 1071).all()
    assert set(counts["lsoa"]) == set(geography.lsoa_outlines()["lsoa"])


def test_classification_covers_all_output_areas_and_its_winners_follow_from_the_counts():
    counts, winners = geography.oac_counts(), geography.oac_predominant()
    assert counts["output_areas"].sum() == 712
    assert counts.groupby("lsoa")["output_areas"].sum().between(3, 9).all()
    found = predominant(counts, area="lsoa", category="supergroup", count="output_areas", tiebreak="postcodes")
    for column in ("lsoa", "supergroup", "output_areas", "is_tied"):
        assert found[column].tolist() == winners[column].tolist()
    assert winners["is_tied"].sum() == 21
    assert geography.oac_reference()["output_areas"].sum() == pytest.approx(232_043, abs=5)


def test_carried_files_stand_as_open_data():
    assert geography.STANDING == OPEN
    assert of_file(geography.carried("census_2011.csv")) == OPEN


@pytest.mark.parametrize("damage", ["edited", "absent"])
def test_a_file_that_is_not_the_recorded_one_is_refused(tmp_path, monkeypatch, damage):
    folder = tmp_path / "data" / "reference" / "geography"
    shutil.copytree(paths.reference("geography"), folder)
    monkeypatch.setenv(paths.ROOT_VARIABLE, str(tmp_path))
    path = folder / "census_2011.csv"
    if damage == "edited":
        path.write_text(path.read_text(encoding="utf-8").replace("1913", "1914", 1), encoding="utf-8")
    else:
        path.unlink()
    with pytest.raises(InputError, match=r"census_2011\.csv.*rebuild_geography"):
        geography.census_counts()
