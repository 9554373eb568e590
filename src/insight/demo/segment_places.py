"""Where the demonstration segments live: ACORN category by output area, then postcodes, each of one type.

Category totals of the borough and of one ward are built to the print; all else is invented. Segments are clumped: each
category follows a smooth surface over the invented areas. As in reality a type belongs to a postcode, not to a house.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from insight import paths
from insight.demo.geography import geography
from insight.demo.world import World

CATEGORIES = 5
BOROUGH_SHARES = (0.092, 0.012, 0.275, 0.364, 0.257)
WARD_SHARES = {"coldhurst": (0.004, 0.003, 0.087, 0.448, 0.458)}
"""Shares inside the print's rounding that add to one; the cells printed without a decimal take up the remainder."""
UK_SHARES = (0.238, 0.135, 0.274, 0.132, 0.218)
PROSPEROUS_WARD, PROSPEROUS_SHARE = "saddleworth", 0.62
URBAN, URBAN_LEANING = 1, (0.8, 3.0)
FOCUS_WARDS = ("coldhurst", "st_marys")
LEANINGS = {
    "saddleworth": (1.6, 0.0, 0.6, -0.8, -1.6),
    "st_marys": (-1.6, 0.0, -1.9, 0.8, 1.0),
}
"""How far a ward leans to each category, on the log scale of the surfaces."""
SURFACE_METRES, SURFACE_HEIGHT, AREA_NOISE = 700.0, 0.8, 0.42
"""Reach and height of the clumps, and what single areas add. With these about 96 % of areas have a minority of at
least a fifth outside the commonest category: over 24 worlds Wilson's lower limit passed 0.9 in 83 %."""
NULL_DOMINANCE = (0.86, 0.97)
"""In the null variant each area is all but of one category, and borough and wards have the country's shares: no large
minority, no clumps, no leaning, nothing over-represented."""
POSTCODE_HOUSEHOLDS, TYPE_NOISE = 15, 0.5
POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"

TYPE_SHARES = {
    1: {4: 0.020, 7: 0.020, 9: 0.018, 10: 0.017, 12: 0.017},
    2: {14: 0.004, 18: 0.004, 21: 0.004},
    3: {26: 0.026, 27: 0.028, 29: 0.029, 30: 0.025, 32: 0.027, 33: 0.023, 34: 0.063, 36: 0.054},
    4: {37: 0.082, 38: 0.024, 39: 0.032, 40: 0.030, 41: 0.072, 42: 0.093, 43: 0.031},
    5: {44: 0.026, 45: 0.030, 46: 0.105, 47: 0.027, 49: 0.028, 50: 0.021, 54: 0.020},
}
"""Shares of the borough's households by type; the six largest in the printed order, about a point apart."""
FOCUS_TYPE = 37


def split(total: int, weights: np.ndarray) -> np.ndarray:
    """Divide a whole number by weights; the parts add up to it (largest remainder)."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(int)
    parts[np.argsort(parts - exact, kind="stable")[: total - parts.sum()]] += 1
    return parts


@cache
def _smoother() -> np.ndarray:
    centres = geography().centres()
    distance = np.hypot(*(centres[:, None, :] - centres[None, :, :]).transpose(2, 0, 1))
    kernel = np.exp(-0.5 * (distance / SURFACE_METRES) ** 2)
    return kernel / np.sqrt((kernel**2).sum(axis=1, keepdims=True))


def surface(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return ``count`` smooth surfaces over the output areas, each of unit variance: areas by surfaces."""
    kernel = _smoother()
    return kernel @ rng.standard_normal((len(kernel), count))


def _fitted(wanted: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Scale a positive table to its margins (iterative proportional fitting)."""
    table = wanted.astype("float64")
    for _ in range(200):
        table *= (columns / table.sum(axis=0).clip(1e-12))[None, :]
        table *= (rows / table.sum(axis=1).clip(1e-12))[:, None]
    return table


def _rounded(table: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Round a table with whole margins so that both margins hold; cells move as little as can be."""
    parts = np.array([split(round(row.sum()), row) for row in table])
    while (over := parts.sum(axis=0) - columns).any():
        source, target = int(np.argmax(over)), int(np.argmin(over))
        gain = (parts[:, source] - table[:, source]) + (table[:, target] - parts[:, target])
        place = int(np.argmax(np.where(parts[:, source] > 0, gain, -np.inf)))
        parts[place, source] -= 1
        parts[place, target] += 1
    return parts


def _leaning(world: World, areas: pd.DataFrame) -> np.ndarray:
    rng = world.rng("segments.categories")
    heights = SURFACE_HEIGHT * surface(rng, CATEGORIES) + AREA_NOISE * rng.standard_normal((len(areas), CATEGORIES))
    for ward, lean in LEANINGS.items():
        heights[(areas["ward"] == ward).to_numpy()] += np.array(lean)
    return np.exp(heights)


def category_counts(world: World) -> np.ndarray:
    """Return households by output area (rows, in the look-up's order) and category (columns)."""
    areas = world.frame("lookup")
    households = areas["households"].to_numpy()
    if world.is_null:
        return _null_counts(world, households)
    left = split(int(households.sum()), np.array(BOROUGH_SHARES))
    leaning, counts = _leaning(world, areas), np.zeros((len(areas), CATEGORIES), dtype=int)
    wards = areas["ward"].to_numpy(dtype=object)
    fixed = np.isin(wards, list(WARD_SHARES))
    for ward, shares in WARD_SHARES.items():
        here = np.flatnonzero(wards == ward)
        totals = split(int(households[here].sum()), np.array(shares))
        fitted = _fitted(leaning[here] * np.array(shares), households[here], totals)
        counts[here] = _rounded(fitted, totals)
        left = left - totals
    rest = np.flatnonzero(~fixed)
    counts[rest, URBAN] = _urban(leaning[rest, URBAN], wards[rest] == PROSPEROUS_WARD, left[URBAN], households[rest])
    others = np.delete(np.arange(CATEGORIES), URBAN)
    wanted = leaning[np.ix_(rest, others)] * np.array(BOROUGH_SHARES)[others]
    fitted = _fitted(wanted, households[rest] - counts[rest, URBAN], left[others])
    counts[np.ix_(rest, others)] = _rounded(fitted, left[others])
    return counts


def _urban(leaning: np.ndarray, in_ward: np.ndarray, total: int, households: np.ndarray) -> np.ndarray:
    """Return urban prosperity households by area: most in one ward, none above half of an area."""
    found = np.zeros(len(leaning), dtype=int)
    inside = round(PROSPEROUS_SHARE * total)
    for chosen, count in ((in_ward, inside), (~in_ward, total - inside)):
        weights = leaning[chosen].clip(*URBAN_LEANING) * households[chosen]
        found[chosen] = _capped(count, weights, households[chosen] // 2)
    return found


def _capped(total: int, weights: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Divide a whole number by weights, no part above its cap; what a cap cuts off goes to the others."""
    found = np.zeros(len(weights), dtype=int)
    while (missing := total - int(found.sum())) > 0:
        found = np.minimum(found + split(missing, weights * (found < most)), most)
    return found


def _null_mains(rng: np.random.Generator, wards: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return each area's main category: the country's shares in the borough and, as near as can be, in every ward."""
    found, owed = np.zeros(len(wards), dtype=int), np.zeros(CATEGORIES)
    for ward in np.unique(wards):
        here = np.flatnonzero(wards == ward)
        owed += len(here) * shares
        parts = split(len(here), owed.clip(1e-9))
        owed -= parts
        found[here] = rng.permutation(np.repeat(np.arange(CATEGORIES), parts))
    return found


def _null_counts(world: World, households: np.ndarray) -> np.ndarray:
    rng = world.rng("segments.categories")
    shares = np.array(UK_SHARES) / sum(UK_SHARES)
    counts = np.zeros((len(households), CATEGORIES), dtype=int)
    mains = _null_mains(rng, world.frame("lookup")["ward"].to_numpy(dtype=object).astype(str), shares)
    for place, (total, main) in enumerate(zip(households, mains, strict=True)):
        most = round(total * rng.uniform(*NULL_DOMINANCE))
        counts[place] = rng.multinomial(total - most, shares)
        counts[place, main] += most
    return counts


def _postcodes(areas: pd.DataFrame, counts: np.ndarray) -> pd.DataFrame:
    """Return one row a postcode: place of its area, category, households."""
    place, category = np.nonzero(counts)
    cell = counts[place, category]
    number = np.maximum(1, np.rint(cell / POSTCODE_HOUSEHOLDS).astype(int))
    index = np.repeat(np.arange(len(cell)), number)
    turn = np.arange(len(index)) - np.repeat(np.cumsum(number) - number, number)
    size = cell[index] // number[index] + (turn < cell[index] % number[index])
    frame = pd.DataFrame({"place": place[index], "category": category[index] + 1, "households": size})
    ward = pd.factorize(areas["ward"].to_numpy(dtype=object), sort=True)[0][frame["place"]] + 1
    serial = frame.groupby(ward).cumcount().to_numpy()
    letters = np.array(list(POSTCODE_LETTERS))
    base = len(letters)
    first, second = letters[serial // base % base], letters[serial % base]
    frame["postcode"] = [
        f"ZZ{one} {two}{three}{four}"
        for one, two, three, four in zip(ward, serial // base**2, first, second, strict=True)
    ]
    return frame


def _types(world: World, areas: pd.DataFrame, postcodes: pd.DataFrame) -> np.ndarray:
    rng = world.rng("segments.types")
    heights = surface(rng, CATEGORIES)[postcodes["place"], postcodes["category"] - 1]
    heights += TYPE_NOISE * rng.standard_normal(len(postcodes))
    focus = areas["ward"].isin(FOCUS_WARDS).to_numpy()[postcodes["place"]]
    heights += np.where(focus & (postcodes["category"] == 4).to_numpy(), -2.0, 0.0)  # noqa: PLR2004 - moderate means
    found = np.zeros(len(postcodes), dtype=int)
    codebook = pd.read_csv(paths.reference("acorn_codebook.csv")).groupby("acorn_category")["acorn_type"].apply(list)
    for category, shares in TYPE_SHARES.items():
        here = np.flatnonzero(postcodes["category"] == category)
        if world.is_null:
            found[here] = rng.choice(codebook[category], size=len(here))
            continue
        order = here[np.argsort(heights[here], kind="stable")]
        share = np.cumsum(list(shares.values())) / sum(shares.values())
        sizes = postcodes["households"].to_numpy()[order]
        middle = (np.cumsum(sizes) - sizes / 2) / sizes.sum()
        found[order] = np.array(list(shares))[np.searchsorted(share, middle).clip(max=len(share) - 1)]
    return found


def postcodes(world: World) -> pd.DataFrame:
    """Return one row a postcode: ``place`` (row of the look-up), ``category, type, group, households, postcode``."""
    areas = world.frame("lookup")
    frame = _postcodes(areas, category_counts(world))
    frame["type"] = _types(world, areas, frame)
    groups = pd.read_csv(paths.reference("acorn_codebook.csv")).set_index("acorn_type")["acorn_group"]
    frame["group"] = groups.loc[frame["type"]].to_numpy(dtype=object)
    return frame
