"""Wards by real deprivation in the profiling stage: a sentence without open data, every summary with them."""

import pandas as pd
import pytest
import yaml

import worlds
from insight import display, paths
from insight.sources.open_data import store
from insight.sources.standing import OPEN
from insight.stages import profiling as stage
from insight.stages.profiling.replication import open_deprivation_picture, open_deprivation_table

SECTION = yaml.safe_load((paths.root() / "params" / "oldham.yml").read_text(encoding="utf-8"))["stages"]["profiling"]
PARAMS = stage.Params.build(**SECTION)
HERE = "E08000004"


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return worlds.inputs(("indicators", "lookup"), worlds.world(), tmp_path_factory.mktemp("planted"))


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """Three wards of two LSOAs: the first has the higher mean score, the second more LSOAs in England's worst."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    codes = [f"E0100000{place}" for place in range(6)]
    wards = ["Coldhurst", "Coldhurst", "St Mary's", "St Mary's", "Shaw", "Shaw"]
    scores, ranks = [80.0, 40.0, 55.0, 54.0, 10.0, 12.0], [20, 5000, 1500, 1600, 25_000, 24_000]
    frames = {
        "imd2010_lsoa01": {"lsoa01_code": codes, "IMD_score": scores, "IMD_rank": ranks},
        "lsoa01_lsoa11": {"lsoa01_code": codes, "lsoa11_code": codes, "change_code": "U"},
        "lsoa11_ward17_bestfit": {"lsoa11cd": codes, "wd17cd": wards, "wd17nm": wards, "lad17cd": HERE},
        "census2011_lsoa11": {"lsoa11cd": codes, "persons": 1500},
    }
    for name, columns in frames.items():
        pd.DataFrame(columns).to_csv(tmp_path / f"{name}.csv", index=False)


def test_without_open_data_the_command_is_given(given):
    for made in (open_deprivation_picture(given, PARAMS), open_deprivation_table(given)):
        assert isinstance(made, display.Note)
        assert "insight fetch params/oldham.yml deprivation_2010" in made.text


def test_a_rank_depends_on_the_summary_and_the_title_says_so(given, fetched):
    figure = open_deprivation_picture(given, PARAMS)
    ranks = figure.data.pivot_table(index="ward", columns="summary", values="rank", aggfunc="first")
    assert ranks.loc["Coldhurst", "mean score weighted by residents"] == 1
    assert ranks.loc["St Mary's", "LSOAs among England's worst 5 %"] == 1
    assert ranks.loc["Coldhurst", "LSOAs among England's worst 5 %"] == 2
    assert "Coldhurst is number 1 by mean score, 1 to 2 by all summaries" in figure.about.title
    assert figure.about.standing == OPEN
    table = open_deprivation_table(given)
    assert len(table.data) == 3
    assert "Shaw" in table.html()
