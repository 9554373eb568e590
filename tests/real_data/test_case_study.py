"""The proofreader reads the publication itself and finds where it is at odds with its own figures."""

import json

import pytest

from commands import insight
from insight import paths

pytestmark = [pytest.mark.real_data, pytest.mark.end_to_end]
TEXT = paths.root().parent / "shared" / "case-study" / "oldham-case-study.txt"


@pytest.mark.skipif(not TEXT.exists(), reason="the publication's text is not beside the project")
def test_the_print_is_held_to_its_own_figures(run_once):
    build, _ = run_once
    done = insight("audit", TEXT, "--params", "params/oldham.yml", "--json", build=build)
    assert done.returncode == 3, done.stderr
    rows = json.loads(done.stdout)
    contradicted = {row["figure"]: row for row in rows if row["status"] == "contradicted"}
    assert set(contradicted) == {"population.oldham.horizon_years", "life_expectancy.st_marys.gap_female_years"}
    assert contradicted["life_expectancy.st_marys.gap_female_years"]["run_says"] == "5.4"
    assert contradicted["population.oldham.horizon_years"]["run_says"] == "12"
    agrees = [row for row in rows if row["status"] == "agrees"]
    assert len(agrees) > 100
    assert len([row for row in rows if row["status"] == "unmatched"]) < 10
