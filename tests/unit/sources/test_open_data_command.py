"""The command `insight fetch` as a user types it: words, JSON, exit codes."""

import json
import subprocess
import sys

import pytest

from insight import paths
from open_services import registry_at, serving

ROOT = paths.root()
DEPRIVATION = "6872/1871524.xls"


@pytest.fixture
def services():
    with serving() as running:
        running.files[DEPRIVATION] = b"LSOA CODE\n"
        yield running


@pytest.fixture
def fetch(services, tmp_path):
    import os

    places = {
        "INSIGHT_OPEN_DATA": str(tmp_path / "open"),
        "INSIGHT_OPEN_REGISTRY": str(registry_at(services.base, tmp_path)),
        "INSIGHT_FETCH_BACKOFF": "0.01",
    }

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-c", "from insight.cli import main; main()", "fetch", "params/rochdale.yml", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env={**os.environ, **places},
        )

    return run


def test_a_fetch_says_what_came_and_where_it_lies(fetch, services, tmp_path):
    done = fetch("deprivation_2010", "--json")
    (row,) = json.loads(done.stdout)
    assert done.returncode == 0
    assert (row["state"], row["vintage"], row["bytes"]) == ("fetched", "2001", 10)
    assert (tmp_path / "open" / "deprivation_2010.xls").read_bytes() == b"LSOA CODE\n"
    again = fetch("deprivation_2010")
    assert "deprivation_2010             present" in again.stderr
    assert "1 present; folder:" in again.stdout
    services.files[DEPRIVATION] = b"other\n"
    changed = fetch("deprivation_2010", "--again")
    assert changed.returncode == 3
    assert "changed upstream" in changed.stderr
    assert fetch("deprivation_2010", "--again", "--replace").returncode == 0
    assert (tmp_path / "open" / "deprivation_2010.xls").read_bytes() == b"other\n"


def test_failures_have_codes_and_fixes(fetch):
    gone = fetch("deprivation_2015")
    assert gone.returncode == 1
    assert "change the entry `deprivation_2015` of" in gone.stderr
    assert "Traceback" not in gone.stderr
    offline = fetch("deprivation_2010", "--offline")
    assert offline.returncode == 4
    assert "offline: fetch it where there is a network" in offline.stderr
    unknown = fetch("nonsense")
    assert unknown.returncode == 2
    assert "no source `nonsense`" in unknown.stderr


def test_nobody_is_asked_when_only_looking(fetch, services):
    listed = json.loads(fetch("--list", "--json").stdout)
    assert {"source", "vintage", "licence", "verified", "file"} <= set(listed[0])
    planned = fetch("--dry-run")
    assert planned.returncode == 0
    assert "would fetch" in planned.stdout
    assert "all_data/csv/by_indicator_id" in planned.stderr
    assert services.seen == []
