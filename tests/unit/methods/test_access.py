"""Ways on foot: lengths by hand, barriers lengthen them, crossings shorten them, unreachable is said."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from insight.methods.access import BEYOND, UNREACHABLE, WITHIN, reached, status, ways
from insight.methods.spatial import contiguity

WEST, SOUTH = 393_000, 404_000


def grid(columns: int, rows: int) -> gpd.GeoDataFrame:
    places = [(x, y) for x in range(columns) for y in range(rows)]
    cells = [
        shapely.box(WEST + 100 * x, SOUTH + 100 * y, WEST + 100 * x + 100, SOUTH + 100 * y + 100) for x, y in places
    ]
    return gpd.GeoDataFrame({"code": [f"{x}{y}" for x, y in places]}, geometry=cells, crs=27700)


def points(*items: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.Point(WEST + x, SOUTH + y) for x, y in items], crs=27700)


def river(*spans: tuple[float, float]) -> gpd.GeoDataFrame:
    """Vertical lines at the second column's eastern edge."""
    lines = [shapely.LineString([(WEST + 200, SOUTH + low), (WEST + 200, SOUTH + high)]) for low, high in spans]
    return gpd.GeoDataFrame(geometry=lines, crs=27700)


def metres(areas: gpd.GeoDataFrame, *args, **other) -> dict[str, float]:
    found = ways(areas, *args, code="code", detour=1.0, **other)
    return dict(zip(found.areas, found.metres.round(3).tolist(), strict=True))


CENTRE = points((50, 50))


def test_lengths_without_barriers_are_those_of_a_grid():
    found = metres(grid(4, 3), CENTRE)
    assert found["00"] == pytest.approx(0, abs=0.01)
    assert found["10"] == found["01"] == pytest.approx(100)
    assert found["32"] == pytest.approx(500)


@pytest.mark.parametrize(
    ("barrier", "crossings", "expected"),
    [
        # The river stops short of the top row, so that the way leads round it.
        (river((-10, 210)), None, 200 + 100 + 100 + 200 + 0),
        # A bridge in the bottom row: 50 m to it and 50 m on.
        (river((-10, 310)), points((200, 50)), 200),
        (river((-10, 310)), None, np.inf),
        (river((-10, 310)), points((200, 250)), 200 + 100 + 100 + 200),
    ],
)
def test_a_barrier_leads_round_a_crossing_leads_over_and_no_way_is_stated(barrier, crossings, expected):
    assert metres(grid(4, 3), CENTRE, barriers=barrier, crossings=crossings)["20"] == pytest.approx(expected)


def test_unreachable_is_a_stated_value_never_missing_nor_0():
    found = ways(grid(4, 3), CENTRE, code="code", barriers=river((-10, 310)))
    table = found.minutes(speed_kmh=4)
    assert not table["minutes"].isna().any()
    said = dict(zip(table["area"], status(table["minutes"].to_numpy(), limit=15), strict=True))
    assert said["30"] == UNREACHABLE
    assert said["10"] == WITHIN
    assert status(np.array([15.0, 15.1, np.inf]), limit=15).tolist() == [WITHIN, BEYOND, UNREACHABLE]
    assert (table["minutes_without_barriers"] <= table["minutes"]).all()


def test_minutes_follow_speed_and_detour():
    found = ways(grid(4, 3), CENTRE, code="code", detour=1.3)
    table = found.minutes(speed_kmh=3).set_index("area")
    assert table.loc["30", "minutes"] == pytest.approx(300 * 1.3 / 50)


def test_the_nearest_of_several_places_counts_and_lengths_equal_networkx():
    areas, goals = grid(6, 5), points((50, 50), (550, 450))
    found = metres(areas, goals)
    near = contiguity(areas, code="code")
    network = nx.Graph()
    middles = shapely.get_coordinates(areas.geometry.centroid.to_numpy())
    for one, other in near.pairs.tolist():
        network.add_edge(one, other, weight=float(np.hypot(*(middles[one] - middles[other]))))
    theirs = nx.multi_source_dijkstra_path_length(network, {0, len(areas) - 1})
    assert [found[code] for code in near.areas] == pytest.approx(
        [theirs[place] for place in range(len(areas))], abs=0.01
    )


def test_children_are_counted_in_three_parts_and_the_difference_is_what_barriers_take():
    areas = grid(4, 3)
    table = ways(areas, CENTRE, code="code", barriers=river((-10, 310)), detour=1.0).minutes(speed_kmh=3)
    children = pd.Series(10.0, index=areas["code"])
    side = pd.Series(["west" if code[0] < "2" else "east" for code in areas["code"]], index=areas["code"])
    found = reached(table, children, side, limit=5).set_index("group")
    assert found.loc["west", ["within", "beyond", "unreachable"]].tolist() == [50, 10, 0]
    assert found.loc["east", ["within", "beyond", "unreachable"]].tolist() == [0, 0, 60]
    assert found.loc["east", "share"] == 0
    # Without the river 250 m lead to one cell of the east alone.
    assert found.loc["east", "share_without_barriers"] == pytest.approx(1 / 6)
    assert found.loc["east", "difference"] == pytest.approx(-1 / 6)
    assert found.loc["west", "difference"] == 0


def test_misuse_is_refused():
    areas = grid(2, 2)
    with pytest.raises(ValueError, match="no place to go to"):
        ways(areas, CENTRE.iloc[:0], code="code")
    with pytest.raises(ValueError, match="1 places lie in no area"):
        ways(areas, points((50, 50), (5000, 50)), code="code")
    with pytest.raises(ValueError, match="cannot be shorter"):
        ways(areas, CENTRE, code="code", detour=0.5)
    found = ways(areas, CENTRE, code="code")
    with pytest.raises(ValueError, match="leads nowhere"):
        found.minutes(speed_kmh=0)
    with pytest.raises(ValueError, match="no number of children for: 11"):
        reached(found.minutes(speed_kmh=4), pd.Series(1, index=["00", "01", "10"]), pd.Series(dtype=object), limit=5)
