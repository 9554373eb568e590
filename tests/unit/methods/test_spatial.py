"""Neighbours, join counts and unions against hand counts, libpysal and exhaustive shuffling."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import geopandas as gpd
import numpy as np
import pytest
import shapely

from insight.methods.spatial import contiguity, dissolve, join_count, snapped

CORNER = (393_000, 404_000)


def grid(columns: int, rows: int, *, shift: float = 0.0) -> gpd.GeoDataFrame:
    """Squares of 100 m in Oldham, named by column and row; every second one is moved by ``shift`` metres."""
    cells, names = [], []
    for x in range(columns):
        for y in range(rows):
            step = shift * ((x + y) % 2)
            west, south = CORNER[0] + 100 * x + step, CORNER[1] + 100 * y + step
            cells.append(shapely.box(west, south, west + 100, south + 100))
            names.append(f"{x}{y}")
    return gpd.GeoDataFrame({"code": names}, geometry=cells, crs=27700)


def test_a_grid_of_squares_has_the_neighbours_one_can_count():
    rook, queen = contiguity(grid(4, 3), code="code"), contiguity(grid(4, 3), code="code", is_corner_enough=True)
    assert len(rook.pairs) == 3 * 3 + 4 * 2
    assert np.allclose(rook.lengths_m, 100)
    assert len(queen.pairs) == len(rook.pairs) + 2 * 3 * 2
    assert rook.areas == tuple(grid(4, 3)["code"])


def test_neighbours_equal_those_of_libpysal():
    from libpysal.graph import Graph

    shapes = grid(5, 5)
    ours = contiguity(shapes, code="code").to_graph()
    theirs = Graph.build_contiguity(shapes.set_index("code"), rook=True)
    assert ours.adjacency.index.tolist() == theirs.adjacency.index.tolist()
    assert list(ours.unique_ids) == list(theirs.unique_ids)


def test_outlines_that_agree_only_to_rounding_are_mended_and_in_any_projection():
    rough = grid(4, 3, shift=0.004)
    assert len(contiguity(rough, code="code").pairs) == 17
    assert len(contiguity(grid(4, 3).to_crs(4326), code="code").pairs) == 17


def test_gaps_are_refused_with_the_areas_named():
    with pytest.raises(ValueError, match="12 areas border no other: 00, 01"):
        contiguity(grid(4, 3, shift=3.0).assign(geometry=lambda frame: frame.buffer(-5)), code="code")
    apart = grid(4, 3).drop(index=range(3, 6))
    with pytest.raises(ValueError, match="9 areas fall into 2 parts, not 1"):
        contiguity(apart, code="code")
    parts = contiguity(apart, code="code", components=2)
    assert parts.component.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_isolates_are_kept_when_any_number_of_parts_is_accepted():
    shapes = grid(2, 3).drop(index=[1, 3, 5])
    found = contiguity(shapes, code="code", components=None)
    assert found.isolates == ("00", "02", "11")
    assert list(found.to_graph().isolates) == ["00", "02", "11"]


def test_misuse_is_refused():
    with pytest.raises(ValueError, match="stands twice"):
        contiguity(grid(2, 2).assign(code="a"), code="code")
    with pytest.raises(ValueError, match="no coordinate reference system"):
        snapped(grid(2, 2).set_crs(None, allow_override=True))
    found = contiguity(grid(2, 2), code="code")
    found.require_order(["00", "01", "10", "11"])
    with pytest.raises(ValueError, match="not in the order"):
        found.require_order(["01", "00", "10", "11"])


def test_union_of_a_coverage_keeps_area_and_order_and_leaves_out_the_unnamed():
    shapes = grid(4, 3).assign(ward=["b"] * 6 + ["a"] * 3 + [None] * 3)
    found = dissolve(shapes, by="ward")
    assert found["ward"].tolist() == ["a", "b"]
    assert found["areas"].tolist() == [3, 6]
    assert found.geometry.area.tolist() == [30_000, 60_000]
    assert found.crs == shapes.crs
    with pytest.raises(ValueError, match="no valid coverage"):
        dissolve(grid(4, 3, shift=3.0).assign(ward="a"), by="ward")


def test_join_counts_equal_those_of_every_possible_shuffle():
    # Six squares, labels aabbcc: 6!/(2!2!2!) = 90 arrangements, counted one by one.
    pairs = contiguity(grid(3, 2), code="code").pairs
    labels = "aabbcc"
    counts = np.array(
        [
            sum(arrangement[one] == arrangement[other] for one, other in pairs)
            for arrangement in set(permutations(labels))
        ]
    )
    assert len(counts) == factorial(6) // 2**3
    found = join_count(list(labels), pairs, seed=5, permutations=4000)
    assert found.joins == 3
    assert found.expected == pytest.approx(counts.mean())
    assert found.p == pytest.approx((counts >= 3).mean(), abs=0.02)
    assert found.categories["joins"].tolist() == [1, 1, 1]
    assert found.categories["expected"].sum() == pytest.approx(found.expected)


def test_two_category_joins_equal_esda_free_hand_count_of_black_and_white():
    shapes = grid(6, 6)
    pairs = contiguity(shapes, code="code").pairs
    halves = ["west" if code[0] < "3" else "east" for code in shapes["code"]]
    chess = ["black" if (int(code[0]) + int(code[1])) % 2 else "white" for code in shapes["code"]]
    clumped, spread = join_count(halves, pairs, seed=1), join_count(chess, pairs, seed=1)
    assert clumped.joins == 60 - 6
    assert clumped.p == 0.001
    assert clumped.joins > clumped.usual_high
    assert spread.joins == 0
    assert spread.p == 1.0


def test_shuffled_labels_reject_no_more_often_than_they_should():
    pairs = contiguity(grid(7, 7), code="code").pairs
    rng = np.random.default_rng(3)
    p_values = [join_count(rng.integers(0, 3, 49), pairs, seed=seed, permutations=99).p for seed in range(200)]
    assert 0.01 <= np.mean(np.array(p_values) <= 0.05) <= 0.10


def test_a_join_count_repeats_with_its_seed():
    pairs = contiguity(grid(5, 5), code="code").pairs
    labels = np.random.default_rng(1).integers(0, 3, 25)
    first, again, other = (join_count(labels, pairs, seed=seed) for seed in (7, 7, 8))
    assert (first.p, first.usual_high) == (again.p, again.usual_high)
    assert first.joins == other.joins


@pytest.mark.parametrize(
    ("labels", "pairs", "message"),
    [
        (["a", None, "b", "b"], [[0, 1]], "1 areas have no category"),
        (["a", "a", "b", "b"], np.empty((0, 2), dtype=int), "need neighbours"),
        (["a", "a", "a", "a"], [[0, 1]], "at least two categories"),
        (["a", "b"], [[0, 3]], "beyond the labels"),
    ],
)
def test_join_counts_refuse_what_cannot_be_counted(labels, pairs, message):
    with pytest.raises(ValueError, match=message):
        join_count(labels, np.array(pairs), seed=1)
