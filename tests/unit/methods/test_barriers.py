"""Barriers part neighbours whose shared border they follow, crossings join them, and a bridge of order holds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from insight.methods.barriers import Barriers, cut, within
from insight.methods.spatial import contiguity

WEST, SOUTH = 393_000, 404_000


def grid(columns: int, rows: int) -> gpd.GeoDataFrame:
    """Squares of 100 m, named by column and row."""
    places = [(x, y) for x in range(columns) for y in range(rows)]
    cells = [
        shapely.box(WEST + 100 * x, SOUTH + 100 * y, WEST + 100 * x + 100, SOUTH + 100 * y + 100) for x, y in places
    ]
    return gpd.GeoDataFrame({"code": [f"{x}{y}" for x, y in places]}, geometry=cells, crs=27700)


def shapes(*items: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(items), crs=27700)


def line(*points: tuple[float, float]) -> shapely.Geometry:
    return shapely.linestrings([(WEST + x, SOUTH + y) for x, y in points])


def parted(areas: gpd.GeoDataFrame, **barriers) -> set[tuple[str, str]]:
    found = cut(contiguity(areas, code="code"), areas, code="code", barriers=Barriers(**barriers))
    return {(one, other) for one, other, is_joined in found.table().itertuples(index=False) if not is_joined}


DOWN = line((200, -50), (200, 450))
ALL_FOUR = {("10", "20"), ("11", "21"), ("12", "22"), ("13", "23")}


@pytest.mark.parametrize(
    ("barrier", "tolerance", "share", "expected"),
    [
        (DOWN, 5, 0.5, ALL_FOUR),
        (line((208, -50), (208, 450)), 5, 0.5, set()),
        (line((208, -50), (208, 450)), 10, 0.5, ALL_FOUR),
        (line((200, -50), (200, 140)), 5, 0.5, {("10", "20")}),
        (line((200, -50), (200, 140)), 5, 0.4, {("10", "20"), ("11", "21")}),
        # A line across the cells crosses borders but follows none.
        (line((0, 150), (400, 150)), 5, 0.5, set()),
        (shapely.box(WEST + 190, SOUTH - 50, WEST + 210, SOUTH + 450), 5, 0.5, ALL_FOUR),
    ],
)
def test_a_pair_is_parted_when_enough_of_its_border_follows_the_barrier(barrier, tolerance, share, expected):
    assert parted(grid(4, 4), lines=shapes(barrier), tolerance_m=tolerance, least_share=share) == expected


def test_a_crossing_joins_its_pair_again_and_no_other():
    areas, bridge = grid(4, 4), shapes(shapely.Point(WEST + 200, SOUTH + 150))
    barriers = Barriers(lines=shapes(DOWN), crossings=bridge, tolerance_m=5)
    found = cut(contiguity(areas, code="code"), areas, code="code", barriers=barriers)
    assert found.kept.components == 1
    assert len(found.parted) == 3
    table = found.table()
    assert table[table["is_joined"]][["one", "other"]].to_numpy().tolist() == [["11", "21"]]
    shut = cut(contiguity(areas, code="code"), areas, code="code", barriers=Barriers(lines=shapes(DOWN), tolerance_m=5))
    assert shut.kept.components == 2


def test_order_and_isolates_survive_the_cut():
    areas = grid(3, 3).sample(frac=1, random_state=4).reset_index(drop=True)
    ring = shapely.boundary(shapely.box(WEST + 100, SOUTH + 100, WEST + 200, SOUTH + 200))
    found = cut(
        contiguity(areas, code="code"), areas, code="code", barriers=Barriers(lines=shapes(ring), tolerance_m=5)
    )
    assert found.kept.areas == tuple(areas["code"])
    assert found.kept.isolates == ("11",)
    graph = found.kept.to_graph()
    assert list(graph.unique_ids) == list(areas["code"])
    assert list(graph.isolates) == ["11"]


def test_any_projection_and_no_barrier_at_all():
    areas = grid(4, 4)
    barriers = Barriers(lines=shapes(DOWN).to_crs(4326), tolerance_m=5)
    found = cut(contiguity(areas, code="code"), areas.to_crs(4326), code="code", barriers=barriers)
    assert len(found.parted) == 4
    whole = contiguity(areas, code="code")
    for none in (None, Barriers(lines=shapes(DOWN).iloc[:0])):
        untouched = cut(whole, areas, code="code", barriers=none)
        assert len(untouched.kept.pairs) == len(whole.pairs)
        assert untouched.table().empty


def test_neighbours_of_two_wards_are_parted_by_the_ward_line():
    areas = grid(4, 2)
    found = within(contiguity(areas, code="code"), np.array(["a"] * 4 + ["b"] * 4))
    assert found.components == 2
    assert len(found.pairs) == 8
    with pytest.raises(ValueError, match="differ in number"):
        within(contiguity(areas, code="code"), np.array(["a"]))


def test_misuse_is_refused():
    areas = grid(3, 2)
    rook, queen = contiguity(areas, code="code"), contiguity(areas, code="code", is_corner_enough=True)
    barriers = Barriers(lines=shapes(DOWN))
    with pytest.raises(ValueError, match="not in the order"):
        cut(rook, areas.iloc[::-1], code="code", barriers=barriers)
    with pytest.raises(ValueError, match="corner only"):
        cut(queen, areas, code="code", barriers=barriers)
    for wrong in ({"tolerance_m": 0}, {"least_share": 0}, {"least_share": 1.5}):
        with pytest.raises(ValueError, match="tolerance must be above"):
            Barriers(lines=shapes(DOWN), **wrong)
    with pytest.raises(ValueError, match="no coordinate reference system"):
        Barriers(lines=shapes(DOWN).set_crs(None, allow_override=True))
