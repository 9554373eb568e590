"""Wards, barriers and planted neighbourhoods of the demonstration geography."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from insight.demo.geography import geography

BOROUGH, BOROUGH_NAME = "oldham", "Oldham"
FOCUS_WARDS = {
    "coldhurst": ("Coldhurst", tuple(f"E0100{number}" for number in range(5348, 5355))),
    "st_marys": ("St Mary's", ("E01005326", "E01005427", *(f"E0100{number}" for number in range(5429, 5434)))),
}
"""The two wards of the case study as the 2011 LSOAs that fit them best."""
EASTERN = ("saddleworth", "Saddleworth (demonstration)")
WARDS = 20
FLOOR = 5
"""Smallest planted neighbourhood in output areas; above the floor of 4 that regionalisation will be given."""
NEIGHBOURHOODS = {
    "coldhurst": (
        (
            ("west_street_estate", "West Street Estate"),
            ("roundthorn_salem", "Roundthorn Salem"),
            ("alder_fold", "Alder Fold (demonstration)"),
        ),
        (("brick_row", "Brick Row (demonstration)"), ("cotton_bank", "Cotton Bank (demonstration)")),
    ),
    "st_marys": (
        (("drapers_green", "Drapers Green (demonstration)"), ("elm_terrace", "Elm Terrace (demonstration)")),
        (("ferrier_hill", "Ferrier Hill (demonstration)"), ("garth_side", "Garth Side (demonstration)")),
    ),
}
"""By ward and side of its barrier. Two names are the publication's, in its ward; their outlines are not."""
NULL_MERGES = {"garth_side": "ferrier_hill"}
"""In the null variant these two are one, so that a count of nine is false."""


@dataclass(frozen=True)
class Line:
    """A straight line that a barrier follows along the nearest cell borders: centre and bearing in degrees."""

    code: str
    kind: str
    name: str
    centre: tuple[float, float]
    bearing: float
    reach: float
    """How far from the centre, in metres, cells are cut."""


Neighbours = list[set[int]]


def connected(members: set[int], neighbours: Neighbours) -> bool:
    """Whether a set of areas hangs together."""
    return len(component(members, neighbours)) == len(members)


def component(members: set[int], neighbours: Neighbours) -> set[int]:
    """Return the areas of a set that can be reached from its lowest one."""
    reached, waiting = set(), [min(members)]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(neighbours[here] & members - reached)
    return reached


def _far_apart(members: list[int], centres: np.ndarray, count: int) -> list[int]:
    middle = centres[members].mean(axis=0)
    chosen = [max(members, key=lambda area: (round(math.dist(centres[area], middle)), -area))]
    while len(chosen) < count:
        chosen.append(
            max(members, key=lambda area: (round(min(math.dist(centres[area], centres[one]) for one in chosen)), -area))
        )
    return chosen


def grow(members: set[int], neighbours: Neighbours, centres: np.ndarray, count: int, *, floor: int) -> list[set[int]]:
    """Divide connected areas into connected regions of near-equal number of areas.

    The smallest region that can still grow takes its nearest free neighbour; afterwards areas on a border move from
    larger to smaller regions while both stay connected.

    Raises:
        ValueError: a region stays below ``floor``.
    """
    regions = [{seed} for seed in _far_apart(sorted(members), centres, count)]
    free = members - set().union(*regions)
    while free:
        reach = [(len(region), place) for place, region in enumerate(regions) if _edge(region, neighbours) & free]
        place = min(reach)[1]
        middle = centres[sorted(regions[place])].mean(axis=0)
        taken = min(
            _edge(regions[place], neighbours) & free, key=lambda area: (round(math.dist(centres[area], middle)), area)
        )
        regions[place].add(taken)
        free.discard(taken)
    while _moved(regions, neighbours):
        pass
    if min(map(len, regions)) < floor:
        raise ValueError(f"a region of {min(map(len, regions))} areas is below the floor of {floor}")
    return regions


def _edge(region: set[int], neighbours: Neighbours) -> set[int]:
    return set().union(*(neighbours[area] for area in region)) - region


def _moved(regions: list[set[int]], neighbours: Neighbours) -> bool:
    for small in sorted(regions, key=lambda region: (len(region), min(region))):
        for large in sorted(regions, key=lambda region: (-len(region), min(region))):
            if len(large) < len(small) + 2:
                break
            for area in sorted(_edge(small, neighbours) & large):
                if connected(large - {area}, neighbours):
                    large.discard(area)
                    small.add(area)
                    return True
    return False


@cache
def lsoa_wards() -> dict[str, str]:
    """Return the ward of each LSOA: the two focus wards, one in the east, seventeen others made up."""
    made = geography()
    codes = sorted(set(made.lsoas))
    place = {code: number for number, code in enumerate(codes)}
    neighbours: Neighbours = [set() for _ in codes]
    for one, other in made.borders:
        first, second = place[made.lsoas[one]], place[made.lsoas[other]]
        if first != second:
            neighbours[first].add(second)
            neighbours[second].add(first)
    areas = made.centres()
    centres = np.array([areas[[lsoa == code for lsoa in made.lsoas]].mean(axis=0) for code in codes])
    wards = {code: ward for ward, (_, lsoas) in FOCUS_WARDS.items() for code in lsoas}
    rest = {place[code] for code in codes if code not in wards}
    regions = grow(rest, neighbours, centres, WARDS - len(FOCUS_WARDS), floor=4)
    regions.sort(key=lambda region: -round(float(centres[sorted(region), 0].mean())))
    names = [EASTERN[0], *(f"demo_ward_{number:02d}" for number in range(4, WARDS + 1))]
    return wards | {codes[area]: name for name, region in zip(names, regions, strict=True) for area in region}


@cache
def area_wards() -> tuple[str, ...]:
    """Return the ward of each output area."""
    return tuple(lsoa_wards()[lsoa] for lsoa in geography().lsoas)


def ward_names() -> dict[str, str]:
    """Return the name of each ward."""
    focus = {ward: name for ward, (name, _) in FOCUS_WARDS.items()}
    others = {code: f"Demonstration ward {code[-2:]}" for code in sorted(set(area_wards())) if code[:4] == "demo"}
    return focus | dict([EASTERN]) | others


def _sides(line: Line) -> np.ndarray:
    """Return -1 or 1 for areas on the left or right within reach, 0 beyond."""
    away = geography().centres() - np.array(line.centre)
    angle = math.radians(line.bearing)
    across = away @ np.array([math.cos(angle), -math.sin(angle)])
    return np.where(np.hypot(*away.T) <= line.reach, np.where(across > 0, 1, -1), 0)


def _ward_line(ward: str, sizes: tuple[int, int], **about: str) -> Line:
    """Return the first line through a ward that leaves two connected sides with room for the neighbourhoods planned."""
    made, wards = geography(), np.array(area_wards())
    members = np.flatnonzero(wards == ward)
    middle, neighbours = made.centres()[members].mean(axis=0).round(), made.neighbours()
    share = sizes[0] / sum(sizes)
    for bearing in range(0, 180, 15):
        angle = math.radians(bearing)
        normal = np.array([math.cos(angle), -math.sin(angle)])
        offset = round(float(np.quantile((made.centres()[members] - middle) @ normal, share)))
        line = Line(centre=tuple(middle + offset * normal), bearing=bearing, reach=2200.0, **about)
        sides = _sides(line)[members]
        halves = [set(members[sides == side].tolist()) for side in (-1, 1)]
        room = all(len(half) >= FLOOR * size for half, size in zip(halves, sizes, strict=True))
        if room and all(connected(half, neighbours) for half in halves):
            return line
    raise ValueError(f"no straight line divides {ward} into two connected sides")


@cache
def lines() -> tuple[Line, ...]:
    """Return the planted barriers: one through each focus ward, two elsewhere."""
    sizes = {ward: (len(sides[0]), len(sides[1])) for ward, sides in NEIGHBOURHOODS.items()}
    return (
        _ward_line("coldhurst", sizes["coldhurst"], code="road_a", kind="road", name="Demonstration road A"),
        _ward_line("st_marys", sizes["st_marys"], code="river_a", kind="river", name="Demonstration river A"),
        Line("road_b", "road", "Demonstration road B", (-3500.0, -500.0), 20.0, 2200.0),
        Line("river_b", "river", "Demonstration river B", (5500.0, 0.0), 160.0, 4000.0),
    )


@cache
def barrier_borders() -> dict[str, list[tuple[int, int]]]:
    """Return, by barrier, the pairs of output areas that it parts."""
    found = {}
    for line in lines():
        sides = _sides(line)
        found[line.code] = [pair for pair in geography().borders if sides[pair[0]] * sides[pair[1]] < 0]
    return found


@cache
def neighbourhoods() -> tuple[str | None, ...]:
    """Return the planted neighbourhood of each output area, ``None`` outside the focus wards."""
    made, wards = geography(), np.array(area_wards())
    neighbours, centres = made.neighbours(), made.centres()
    found: list[str | None] = [None] * len(wards)
    for line, (ward, planned) in zip(lines(), NEIGHBOURHOODS.items(), strict=False):
        sides = _sides(line)
        for side, names in zip((-1, 1), planned, strict=True):
            members = set(np.flatnonzero((wards == ward) & (sides == side)).tolist())
            regions = grow(members, neighbours, centres, len(names), floor=FLOOR)
            regions.sort(key=min)
            for (code, _), region in zip(names, regions, strict=True):
                for area in region:
                    found[area] = code
    return tuple(found)


def neighbourhood_names() -> dict[str, str]:
    """Return the name of each planted neighbourhood."""
    return {code: name for sides in NEIGHBOURHOODS.values() for side in sides for code, name in side}
