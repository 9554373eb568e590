"""Agreement between coders on fixed units (interview by theme), never on stretches of text.

Ratings are a frame of units (rows) by coders (columns); a missing cell is a unit that the coder did not code, which is
not the same as a code of "absent". Limits resample whole clusters of units (interviews), because the units of one
interview stand or fall together.

Sources: Cohen (1960), with the standard error of Fleiss, Cohen and Everitt (1969); Fleiss (1971); Krippendorff (2011),
*Computing Krippendorff's Alpha-Reliability*; Gwet (2008), AC1; Byrt, Bishop and Carlin (1993), PABAK; Cicchetti and
Feinstein (1990), specific agreement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import z_value

Level = Literal["nominal", "ordinal", "interval", "ratio"]
PAIR = 2
"""Coders that a pair of codes needs."""
Statistic = Callable[[np.ndarray], np.ndarray]
"""From weights (draws by units) to one coefficient a draw."""


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """How limits are found: ``clusters`` holds one label a unit, whole clusters are drawn with replacement."""

    clusters: Sequence[Hashable]
    draws: int = 2000
    seed: int = 0
    level: float = 0.95


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Two coders on one category: shares of agreement that chance does not enter."""

    n: int
    observed: float
    pabak: float
    positive: float | None
    """Twice the units both gave the category, over all that either gave it; ``None`` where neither ever did."""
    negative: float | None


def _categories(ratings: pd.DataFrame, order: Sequence[Hashable] | None) -> list[Hashable]:
    found = {code for column in ratings for code in ratings[column].dropna().tolist()}
    if order is None:
        return sorted(found)
    if odd := found - set(order):
        raise ValueError(f"codes outside the order given: {sorted(map(str, odd))}. Fix: name every code in `order`")
    return list(order)


def _counts(ratings: pd.DataFrame, order: Sequence[Hashable] | None) -> tuple[np.ndarray, list[Hashable]]:
    """Return how many coders gave each category to each unit (units by categories), and the categories."""
    names = _categories(ratings, order)
    cells = ratings.to_numpy(dtype=object)
    counts = np.column_stack([(cells == name).sum(axis=1) for name in names]) if names else np.zeros((len(cells), 0))
    return counts.astype(float), names


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.abs(below) > np.finfo(float).eps * 64)


def _limits(
    statistic: Statistic, units: int, bootstrap: Bootstrap | None
) -> tuple[float | None, float | None, tuple[str, ...]]:
    if bootstrap is None:
        return None, None, ()
    if len(bootstrap.clusters) != units:
        raise ValueError(f"{len(bootstrap.clusters)} clusters for {units} units. Fix: give one label a unit")
    codes = pd.factorize(pd.Series(bootstrap.clusters))[0]
    size = int(codes.max()) + 1
    if size < PAIR:
        return None, None, ("one cluster alone has no limits",)
    rng = np.random.default_rng(bootstrap.seed)
    drawn = rng.multinomial(size, np.full(size, 1 / size), size=bootstrap.draws)
    values = statistic(drawn[:, codes].astype(float))
    lost = int(np.isnan(values).sum())
    if lost == len(values):
        return None, None, ("no draw has a value",)
    tail = (1 - bootstrap.level) / 2
    lower, upper = np.nanquantile(values, [tail, 1 - tail])
    caveats = (f"{lost} of {len(values)} draws had no value",) if lost else ()
    return float(lower), float(upper), caveats


def _estimate(statistic: Statistic, *, units: int, usable: int, name: str, bootstrap: Bootstrap | None) -> Estimate:
    point = float(statistic(np.ones((1, units)))[0]) if usable else math.nan
    if math.isnan(point):
        why = "no unit has two codes" if not usable else "every code is the same, so nothing could differ"
        raise ValueError(f"{name} has no value: {why}. Fix: leave it out, or have more interviews coded twice")
    lower, upper, caveats = _limits(statistic, units, bootstrap)
    how = "no limits asked for" if bootstrap is None else f"bootstrap of whole clusters, {bootstrap.draws:,} draws"
    return Estimate(
        estimate=point,
        lower=None if lower is None else min(lower, point),
        upper=None if upper is None else max(upper, point),
        n=usable,
        method=f"{name}; {how}",
        caveats=caveats,
        level=0.95 if bootstrap is None else bootstrap.level,
    )


def _usable(counts: np.ndarray) -> int:
    return int((counts.sum(axis=1) >= PAIR).sum())


def _two(ratings: pd.DataFrame) -> pd.DataFrame:
    if ratings.shape[1] != PAIR:
        raise ValueError(f"{ratings.shape[1]} coders where two are needed. Fix: use fleiss_kappa or krippendorff_alpha")
    return ratings[ratings.notna().all(axis=1)]


def _kappa_error(table: np.ndarray, kappa: float) -> float:
    """Return the large-sample standard error of kappa on a table of shares with ``n`` in its sum."""
    n = table.sum()
    share = table / n
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    chance = float(rows @ columns)
    diagonal = np.diag(share)
    here = float((diagonal * (1 - (rows + columns) * (1 - kappa)) ** 2).sum())
    crossed = share * (columns[:, None] + rows[None, :]) ** 2
    off = (1 - kappa) ** 2 * float(crossed.sum() - np.diag(crossed).sum())
    return math.sqrt(max(0.0, here + off - (kappa - chance * (1 - kappa)) ** 2) / n) / (1 - chance)


def cohen_kappa(ratings: pd.DataFrame, *, bootstrap: Bootstrap | None = None, level: float = 0.95) -> Estimate:
    """Return Cohen's kappa of two coders over the units that both coded.

    Args:
        ratings: units by two coders.
        bootstrap: how limits are found; without it they rest on the large-sample error, which takes units as
            independent.
        level: confidence level of the large-sample limits.

    Raises:
        ValueError: not two coders, no unit coded by both, or no variation.
    """
    both = _two(ratings)
    names = _categories(both, None)
    place = {name: at for at, name in enumerate(names)}
    pairs = [[place[one] for one in both[column]] for column in both.columns]
    kept = ratings.notna().all(axis=1).to_numpy()
    cells = np.zeros((len(ratings), len(names), len(names)))
    cells[np.flatnonzero(kept), pairs[0], pairs[1]] = 1

    def statistic(weights: np.ndarray) -> np.ndarray:
        table = np.tensordot(weights, cells, axes=1)
        total = table.sum(axis=(1, 2), keepdims=True)
        share = _divided(table, np.broadcast_to(total, table.shape))
        agreed = np.trace(share, axis1=1, axis2=2)
        chance = (share.sum(axis=1) * share.sum(axis=2)).sum(axis=1)
        return _divided(agreed - chance, 1 - chance)

    found = _estimate(statistic, units=len(ratings), usable=len(both), name="Cohen's kappa", bootstrap=bootstrap)
    if bootstrap is not None:
        return found
    half = z_value(level) * _kappa_error(cells.sum(axis=0), found.estimate)
    return Estimate(
        estimate=found.estimate,
        lower=max(-1.0, found.estimate - half),
        upper=min(1.0, found.estimate + half),
        n=found.n,
        method="Cohen's kappa, large-sample limits of Fleiss, Cohen and Everitt",
        level=level,
    )


def fleiss_kappa(ratings: pd.DataFrame, *, bootstrap: Bootstrap | None = None) -> Estimate:
    """Return Fleiss' kappa; every unit needs the same number of codes.

    Raises:
        ValueError: units with unequal numbers of codes, fewer than two codes, or no variation.
    """
    counts, _ = _counts(ratings, None)
    per_unit = counts.sum(axis=1)
    if len(set(per_unit)) > 1:
        raise ValueError("units with unequal numbers of codes. Fix: use krippendorff_alpha, which allows missing codes")
    coders = float(per_unit[0]) if len(per_unit) else 0.0
    agreed = _divided((counts * (counts - 1)).sum(axis=1), np.full(len(counts), coders * (coders - 1)))

    def statistic(weights: np.ndarray) -> np.ndarray:
        total = weights.sum(axis=1)
        share = _divided(weights @ counts, np.repeat((total * coders)[:, None], counts.shape[1], axis=1))
        chance = (share**2).sum(axis=1)
        return _divided(_divided(weights @ agreed, total) - chance, 1 - chance)

    usable = _usable(counts)
    return _estimate(statistic, units=len(ratings), usable=usable, name="Fleiss' kappa", bootstrap=bootstrap)


def gwet_ac1(
    ratings: pd.DataFrame, *, order: Sequence[Hashable] | None = None, bootstrap: Bootstrap | None = None
) -> Estimate:
    """Return Gwet's AC1, which stays meaningful where a code is rare; missing codes are allowed.

    Args:
        ratings: units by coders.
        order: the categories of the codebook, unused ones included, since AC1 hangs on their number.
        bootstrap: how limits are found.

    Raises:
        ValueError: no unit with two codes, or fewer than two categories.
    """
    counts, names = _counts(ratings, order)
    size = counts.sum(axis=1)
    paired, coded = size >= PAIR, size > 0
    agreed = np.zeros(len(counts))
    agreed[paired] = (counts * (counts - 1)).sum(axis=1)[paired] / (size * (size - 1))[paired]
    shares = np.divide(counts, size[:, None], out=np.zeros_like(counts), where=coded[:, None])

    def statistic(weights: np.ndarray) -> np.ndarray:
        observed = _divided(weights @ agreed, weights @ paired.astype(float))
        share = _divided(weights @ shares, np.repeat((weights @ coded.astype(float))[:, None], len(names), axis=1))
        chance = (share * (1 - share)).sum(axis=1) / (len(names) - 1)
        return _divided(observed - chance, 1 - chance)

    if len(names) < PAIR:
        raise ValueError("Gwet's AC1 has no value: one category alone. Fix: name the codebook's categories in `order`")
    return _estimate(statistic, units=len(ratings), usable=_usable(counts), name="Gwet's AC1", bootstrap=bootstrap)


def _distances(level: Level, values: Sequence[Hashable], marginals: np.ndarray) -> np.ndarray:
    """Return squared distances between categories, one matrix a draw (ordinal ones hang on the marginals)."""
    k = len(values)
    if level == "nominal":
        return np.broadcast_to(1.0 - np.eye(k), (len(marginals), k, k))
    if level == "ordinal":
        upto = np.cumsum(marginals, axis=1)
        middle = upto - marginals / 2
        return (middle[:, :, None] - middle[:, None, :]) ** 2
    numbers = np.asarray(values, dtype=float)
    gap = numbers[:, None] - numbers[None, :]
    if level == "ratio":
        total = numbers[:, None] + numbers[None, :]
        gap = np.divide(gap, total, out=np.zeros_like(gap), where=total != 0)
    return np.broadcast_to(gap**2, (len(marginals), k, k))


def krippendorff_alpha(
    ratings: pd.DataFrame,
    *,
    level: Level = "nominal",
    order: Sequence[Hashable] | None = None,
    bootstrap: Bootstrap | None = None,
) -> Estimate:
    """Return Krippendorff's alpha; missing codes are allowed, units with fewer than two codes do not count.

    Args:
        ratings: units by coders.
        level: level of measurement; ``interval`` and ``ratio`` need numbers.
        order: categories from low to high, for ``ordinal`` codes that are words.
        bootstrap: how limits are found.

    Raises:
        ValueError: no unit with two codes, or every code the same.
    """
    counts, names = _counts(ratings, order)
    size = counts.sum(axis=1)
    paired = size >= PAIR
    within = counts[:, :, None] * counts[:, None, :]
    within[:, np.arange(len(names)), np.arange(len(names))] -= counts
    within = np.divide(
        within,
        (size - 1)[:, None, None],
        out=np.zeros_like(within),
        where=np.broadcast_to(paired[:, None, None], within.shape),
    )

    def statistic(weights: np.ndarray) -> np.ndarray:
        together = np.tensordot(weights, within, axes=1)
        marginals = together.sum(axis=2)
        total = marginals.sum(axis=1)
        distance = _distances(level, names, marginals)
        observed = (together * distance).sum(axis=(1, 2))
        chance = marginals[:, :, None] * marginals[:, None, :]
        expected = (chance * distance).sum(axis=(1, 2))
        return 1 - _divided(observed * (total - 1), expected)

    name = f"Krippendorff's alpha, {level}"
    return _estimate(statistic, units=len(ratings), usable=_usable(counts), name=name, bootstrap=bootstrap)


def pairs(ratings: pd.DataFrame, *, positive: Hashable) -> Pairs:
    """Return observed, positive and negative agreement of two coders on one category, with PABAK.

    Raises:
        ValueError: not two coders, or no unit coded by both.
    """
    both = _two(ratings)
    if both.empty:
        raise ValueError("no unit coded by both. Fix: have some interviews coded twice")
    first, second = ((both[column] == positive).to_numpy(dtype=bool) for column in both.columns)
    a, d, apart = int((first & second).sum()), int((~first & ~second).sum()), int((first != second).sum())
    observed = (a + d) / len(both)
    return Pairs(
        n=len(both),
        observed=observed,
        pabak=2 * observed - 1,
        positive=2 * a / (2 * a + apart) if a + apart else None,
        negative=2 * d / (2 * d + apart) if d + apart else None,
    )
