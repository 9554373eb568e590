"""The two real wards divide into nine contiguous neighbourhoods; real rivers part the pairs that were measured."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from insight import paths
from insight.methods import neighbourhoods_solvers as solvers
from insight.methods.access import ways
from insight.methods.barriers import Barriers, cut
from insight.methods.neighbourhoods import neighbourhoods
from insight.methods.neighbourhoods_scores import score
from insight.methods.spatial import contiguity
from insight.sources.reading import read_input

FOLDER = Path(os.environ.get("INSIGHT_REAL_DATA") or paths.root().parent / "shared" / "data")
OLDHAM, ROCHDALE = "E08000004", "E08000005"
FEATURES = ("semi_detached", "terraced", "flat", "owned", "social_rented", "private_rented")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason=f"no real data at {FOLDER}: set INSIGHT_REAL_DATA to the folder that holds them"
    ),
]


def housing() -> pd.DataFrame:
    """Housing shares by output area; those recoded since 2011 take the mean of their LSOA."""
    table = pd.read_parquet(FOLDER / "oldham_oa21_ts044_ts045_ts054.parquet")
    lsoa = pd.read_csv(FOLDER / "oa11_lookup_oac11.csv").set_index("oa11cd")["lsoa11cd"]
    flats = table[["ts0440005", "ts0440006", "ts0440007"]].sum(axis=1)
    shares = pd.DataFrame(
        {
            "semi_detached": table["ts0440003"] / table["ts0440001"],
            "terraced": table["ts0440004"] / table["ts0440001"],
            "flat": flats / table["ts0440001"],
            "owned": table["ts0540002"] / table["ts0540001"],
            "social_rented": table["ts0540007"] / table["ts0540001"],
            "private_rented": table["ts0540010"] / table["ts0540001"],
            "households": table["ts0440001"],
        }
    )
    known = shares[shares.index.isin(lsoa.index)]
    means = known.groupby(lsoa.reindex(known.index)).mean()
    filled = means.reindex(lsoa).set_axis(lsoa.index)
    return known.reindex(lsoa.index).fillna(filled)


@pytest.fixture(scope="module")
def two_wards():
    areas = gpd.read_file(FOLDER / "two_wards_oa11.gpkg")
    return areas.join(housing(), on="oa11cd")


@pytest.fixture(scope="module")
def division(two_wards):
    return neighbourhoods(two_wards, None, FEATURES, 9, floor=4, code="oa11cd", group="wd13nm", households="households")


def test_seventy_three_areas_have_the_neighbours_that_were_measured(two_wards, division):
    assert len(two_wards) == 73
    assert len(division.study.whole.pairs) == 179
    assert len(division.study.whole.pairs) - len(division.study.kept.pairs) == 11
    assert two_wards["households"].sum() == pytest.approx(9162, abs=0.5)


def test_the_two_wards_divide_into_nine_contiguous_neighbourhoods(division):
    measured = score(division.study, division.labels)
    assert measured["neighbourhoods"] == measured["pieces"] == 9
    assert measured["over_groups"] == 0
    assert measured["least_areas"] >= 4
    assert division.study.k == {"Coldhurst": 5, "St Mary's": 4}
    # Half of the housing variance and more lies between them; by chance 8 of 72 parts would.
    assert measured["r2"] > 0.5


def test_skater_on_the_cut_graph_gives_the_measured_quality(two_wards, division):
    study = division.study
    piece = solvers.Piece(features=study.features, pairs=study.kept.pairs, households=study.households, floor=4)
    labels = solvers.skater(piece, 9)
    total = solvers.within_squares(study.features, np.zeros(73))
    assert 1 - solvers.within_squares(study.features, labels) / total == pytest.approx(0.549, abs=5e-4)
    by_label = two_wards["households"].groupby(labels).sum()
    assert [by_label.min(), by_label.max()] == pytest.approx([441, 1731], abs=0.5)


def test_real_rivers_part_the_pairs_that_were_measured():
    areas = gpd.read_file(FOLDER / "boundaries_bgc.gpkg", layer="oa11").query("LAD11CD == @OLDHAM")
    lines = gpd.read_file(FOLDER / "oldham_watercourses.gpkg")
    rivers = lines[lines["name"].fillna("").str.contains("River|Canal")]
    found = contiguity(areas, code="OA11CD")
    parted = {
        tolerance: cut(found, areas, code="OA11CD", barriers=Barriers(lines=rivers, tolerance_m=tolerance))
        for tolerance in (10, 20, 25, 30)
    }
    assert [len(one.parted) for one in parted.values()] == [13, 20, 28, 34]
    assert [len(one.kept.isolates) for one in parted.values()] == [0, 0, 0, 1]


@pytest.mark.parametrize(("district", "areas"), [(OLDHAM, 712), (ROCHDALE, 677)])
def test_official_layers_of_two_districts_are_read_as_one_councils_outlines(district, areas):
    lookup = pd.read_csv(FOLDER / "oa11_lookup_oac11.csv").query("ladcd == @district")
    codes = {"oa": set(lookup["oa11cd"]), "lsoa": set(lookup["lsoa11cd"]), "ward": set(lookup["wd13cd"])}
    found = read_input("boundaries", FOLDER / "boundaries_bgc.gpkg", areas=codes | {"borough": {district}})
    assert found.groupby("level").size()["oa"] == areas
    assert set(found.loc[found["level"] == "ward", "vintage"]) == {2013}


def test_without_crossings_rivers_leave_some_areas_unreachable_and_never_missing():
    areas = gpd.read_file(FOLDER / "boundaries_bgc.gpkg", layer="oa11").query("LAD11CD == @OLDHAM")
    rivers = gpd.read_file(FOLDER / "oldham_watercourses.gpkg")
    libraries = gpd.read_file(FOLDER / "oldham_pois.gpkg", layer="libraries")
    inside = libraries[libraries.within(areas.to_crs(libraries.crs).union_all())]
    found = ways(areas, inside, code="OA11CD", barriers=rivers)
    assert not np.isnan(found.metres).any()
    assert np.isfinite(found.metres_without_barriers).all()
    assert 0 < np.isinf(found.metres).sum() < len(areas) / 2
    assert (found.metres >= found.metres_without_barriers - 1e-6).all()
