"""Counts brought to other areas: totals survive, weights are those of a hand count, rules are told apart."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from insight.methods.reaggregation import area_weights, compared, piece_weights, shared_out, summed

WEST, SOUTH = 393_000, 404_000


def boxes(code: str, spans: dict[str, tuple[float, float]]) -> gpd.GeoDataFrame:
    """Strips of 100 m by the given spans of eastings, in metres from a corner in Oldham."""
    cells = [shapely.box(WEST + left, SOUTH, WEST + right, SOUTH + 100) for left, right in spans.values()]
    return gpd.GeoDataFrame({code: list(spans)}, geometry=cells, crs=27700)


PIECES = pd.DataFrame(
    {
        "oa": ["a1", "a2", "a3", "b1", "b2"],
        "lsoa": ["a", "a", "a", "b", "b"],
        "ward": ["x", "x", "y", "y", None],
        "households": [10, 30, 60, 50, 50],
    }
)


def test_sums_over_a_list_are_exact_and_say_what_lies_outside():
    found = summed(PIECES.set_index("oa")["households"], PIECES.set_index("oa")["ward"])
    assert found.totals.to_dict() == {"x": 40, "y": 110}
    assert found.outside == 50


def test_household_weights_follow_households_not_the_number_of_pieces():
    weights = piece_weights(PIECES, source="lsoa", target="ward", by="households")
    assert weights.groupby("source")["weight"].sum().tolist() == pytest.approx([1, 1])
    found = shared_out(pd.Series({"a": 200.0, "b": 80.0}), weights, rule="households")
    assert found.totals.to_dict() == pytest.approx({"x": 80, "y": 120 + 40})
    assert found.outside == pytest.approx(40)


def test_area_weights_follow_area_and_drop_slivers_of_drawing():
    sources = boxes("lsoa", {"a": (0, 100), "b": (100, 300)})
    targets = boxes("ward", {"x": (0, 100.001), "y": (100.001, 150)})
    weights = area_weights(sources.to_crs(4326), targets, source="lsoa", target="ward")
    found = shared_out(pd.Series({"a": 70.0, "b": 40.0}), weights, rule="area")
    assert found.totals.to_dict() == pytest.approx({"x": 70, "y": 10}, rel=1e-3)
    assert found.outside == pytest.approx(30, rel=1e-3)


def test_drawing_error_is_shared_over_targets_that_are_known_to_cover_all():
    targets = boxes("ward", {"x": (0, 60), "y": (60, 95)})
    sources = boxes("lsoa", {"a": (0, 100)})
    found = shared_out(
        pd.Series({"a": 95.0}),
        area_weights(sources, targets, source="lsoa", target="ward", is_covered=True),
        rule="area",
    )
    assert found.totals.to_dict() == pytest.approx({"x": 60, "y": 35})
    assert found.outside == 0
    with pytest.raises(ValueError, match="no target covers b"):
        area_weights(boxes("lsoa", {"b": (500, 600)}), targets, source="lsoa", target="ward", is_covered=True)


def test_overlapping_targets_are_refused():
    targets = boxes("ward", {"x": (0, 120), "y": (80, 200)})
    with pytest.raises(ValueError, match="targets overlap in a"):
        area_weights(boxes("lsoa", {"a": (0, 200)}), targets, source="lsoa", target="ward")


@given(
    counts=st.lists(st.integers(0, 10_000), min_size=3, max_size=12),
    places=st.lists(st.sampled_from(["x", "y", None]), min_size=12, max_size=12),
    sizes=st.lists(st.integers(1, 500), min_size=24, max_size=24),
)
def test_a_total_survives_every_rule(counts, places, sizes):
    sources = [f"s{number}" for number in range(len(counts))]
    pieces = pd.DataFrame(
        {
            "lsoa": np.repeat(sources, 2),
            "ward": [places[(number * 7) % 12] for number in range(2 * len(counts))],
            "households": sizes[: 2 * len(counts)],
        }
    )
    values = pd.Series(counts, index=sources, dtype=float)
    moved = shared_out(values, piece_weights(pieces, source="lsoa", target="ward", by="households"), rule="households")
    assert moved.totals.sum() + moved.outside == pytest.approx(values.sum(), abs=1e-6)
    direct = summed(values, pd.Series(places[: len(counts)], index=sources, dtype=object))
    assert direct.totals.sum() + direct.outside == pytest.approx(values.sum(), abs=1e-6)


def test_rules_are_set_side_by_side_with_their_spread():
    first = summed(pd.Series({"a": 100.0, "b": 50.0}), pd.Series({"a": "x", "b": "y"}))
    second = summed(pd.Series({"a": 100.0, "b": 50.0}), pd.Series({"a": "x", "b": "x"}))
    found = compared({"list": first, "other list": second}).set_index("target")
    assert found.loc["x", ["list", "other list", "least", "most"]].tolist() == [100, 150, 100, 150]
    assert found["spread"].to_dict() == {"x": 0.5, "y": 1.0}
    with pytest.raises(ValueError, match="needs two rules"):
        compared({"list": first})
    with pytest.raises(ValueError, match="a rule is named spread"):
        compared({"list": first, "spread": second})


@pytest.mark.parametrize(
    ("values", "targets", "message"),
    [
        (pd.Series([1.0, 2.0], index=["a", "a"]), pd.Series({"a": "x"}), "stand more than once: a"),
        (pd.Series({"a": np.nan}), pd.Series({"a": "x"}), "missing or below 0 in 1 areas: a"),
        (pd.Series({"a": -1.0}), pd.Series({"a": "x"}), "missing or below 0"),
        (pd.Series({"a": 1.0, "b": 2.0}), pd.Series({"a": "x"}), "the list lacks 1 areas: b"),
        (pd.Series({"a": 1.0}), pd.Series(["x", "y"], index=["a", "a"]), "areas of the list stand more than once"),
    ],
)
def test_broken_lists_are_refused_with_the_areas(values, targets, message):
    with pytest.raises(ValueError, match=message):
        summed(values, targets)


def test_weights_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="no households in any piece of b"):
        piece_weights(PIECES.assign(households=[1, 1, 1, 0, 0]), source="lsoa", target="ward", by="households")
    with pytest.raises(ValueError, match="has no households"):
        piece_weights(PIECES.assign(households=[1, 1, 1, -2, 0]), source="lsoa", target="ward", by="households")
    weights = piece_weights(PIECES, source="lsoa", target="ward", by="households")
    with pytest.raises(ValueError, match="1 areas have no weight: c"):
        shared_out(pd.Series({"a": 1.0, "c": 2.0}), weights, rule="households")
    doubled = pd.concat([weights, weights])
    with pytest.raises(ValueError, match="must add up to 1"):
        shared_out(pd.Series({"a": 1.0, "b": 2.0}), doubled, rule="households")
