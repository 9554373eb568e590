"""How good a division into neighbourhoods is, and how it compares with what other algorithms and chance would give.

Measures: R² (share of the features' variance between neighbourhoods), range of households, compactness (4πA/P², Polsby
and Popper, 1991), neighbours parted, barriers and wards crossed, adjusted Rand index (Hubert and Arabie, 1985) against
the proposal and with each feature left out in turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.methods import neighbourhoods_solvers as solvers
from insight.methods.neighbourhoods import OWN, SKATER, Division, Study, labelled, proposed
from insight.methods.spatial import connected_parts

if TYPE_CHECKING:
    import geopandas as gpd

PERMUTATIONS = 39
"""Shuffles against chance: the smallest p is then 0.025, and a run stays within seconds."""
WARD, AZP, MAX_P = "Ward", "AZP", "max-p"
NO_FLOOR = 1


def agreement(one: pd.Series, other: pd.Series) -> float:
    """Return the adjusted Rand index of two divisions of the same areas: 1 alike, 0 as by chance.

    Raises:
        ValueError: the two are not about the same areas in the same order.
    """
    from sklearn.metrics import adjusted_rand_score

    if not one.index.equals(other.index):
        raise ValueError("two divisions are of other areas, or in another order. Fix: reindex one by the other")
    return float(adjusted_rand_score(one.to_numpy(dtype=str), other.to_numpy(dtype=str)))


def explained(features: np.ndarray, labels: pd.Series) -> float:
    """Return R²: the share of the features' variance that lies between neighbourhoods."""
    codes = pd.factorize(labels)[0]
    return 1 - solvers.within_squares(features, codes) / solvers.within_squares(features, np.zeros(len(codes)))


def outlines(study: Study, labels: pd.Series) -> gpd.GeoDataFrame:
    """Return one outline a neighbourhood: ``neighbourhood``, geometry in EPSG:27700."""
    import geopandas as gpd
    import shapely

    groups = labels.reset_index(drop=True).groupby(labels.to_numpy(), sort=True).indices
    unions = [shapely.union_all(study.outlines[members]) for members in groups.values()]
    return gpd.GeoDataFrame({"neighbourhood": list(groups)}, geometry=unions, crs=27700)


def _inside(pairs: np.ndarray, codes: np.ndarray) -> int:
    return int((codes[pairs[:, 0]] == codes[pairs[:, 1]]).sum())


def score(study: Study, labels: pd.Series) -> dict[str, float]:
    """Return the measures of one division; ``labels`` (index: area code) in the study's order.

    ``pieces`` counts the connected parts of all neighbourhoods on the graph before barriers: more than
    ``neighbourhoods`` means that one is not in one piece. ``over_barriers`` counts parted neighbours that share a
    neighbourhood, ``over_groups`` wards into which neighbourhoods reach
    beyond their first.
    """
    import shapely

    study.whole.require_order(list(labels.index))
    codes = pd.factorize(labels)[0]
    count = int(codes.max()) + 1
    pairs = study.whole.pairs
    same = codes[pairs[:, 0]] == codes[pairs[:, 1]]
    households = np.bincount(codes, weights=study.households)
    shapes = outlines(study, labels).geometry.to_numpy()
    rings = shapely.length(shapes)
    return {
        "neighbourhoods": count,
        "r2": explained(study.features, labels),
        "least_areas": int(np.bincount(codes).min()),
        "least_households": float(households.min()),
        "most_households": float(households.max()),
        "compactness": float((4 * math.pi * shapely.area(shapes) / rings**2).mean()),
        "neighbours_parted": float(1 - same.mean()) if len(pairs) else 0.0,
        "pieces": len(set(connected_parts(len(codes), pairs[same]).tolist())),
        "over_barriers": _inside(study.cut.parted, codes),
        "over_groups": len(set(zip(codes.tolist(), study.group.tolist(), strict=True))) - count,
    }


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Divisions by several algorithms: ``table`` has one row a method, ``labels`` one column a method."""

    table: pd.DataFrame
    labels: pd.DataFrame


def _by_group(study: Study, solve: Callable[[solvers.Piece, int], np.ndarray], features: np.ndarray) -> pd.Series:
    places = np.zeros(len(study.areas), dtype=int)
    for group in study.groups:
        members, piece = study.piece(group, features)
        places[members] = solve(piece, study.k[group])
    return labelled(study, places)


def ways(study: Study, least_households: float | None, seed: int) -> dict[str, Callable[[np.ndarray], pd.Series]]:
    """Return the ways to divide a study by name; each takes features and returns labels."""
    found: dict[str, Callable[[np.ndarray], pd.Series]] = {
        SKATER: lambda features: proposed(study, features=features),
        WARD: lambda features: _by_group(study, solvers.ward, features),
        AZP: lambda features: _by_group(study, lambda piece, k: solvers.azp(piece, k, seed=seed)[0], features),
    }
    if least_households is not None:
        found[MAX_P] = lambda features: _by_group(
            study, lambda piece, _: solvers.max_p(piece, least_households=least_households, seed=seed), features
        )
    return found


def stability(study: Study, solve: Callable[[np.ndarray], pd.Series], whole: pd.Series) -> float:
    """Return the mean adjusted Rand index with the division when each feature is left out in turn.

    With one feature nothing can be left out: not a number.
    """
    count = study.features.shape[1]
    if count == 1:
        return math.nan
    return float(np.mean([agreement(whole, solve(np.delete(study.features, place, axis=1))) for place in range(count)]))


def compared(
    division: Division, *, least_households: float | None = None, seed: int = 0, with_stability: bool = True
) -> Comparison:
    """Set the division beside those of other algorithms on the same graph.

    Args:
        division: from :func:`insight.methods.neighbourhoods.neighbourhoods`.
        least_households: threshold of max-p, which then chooses its own number; ``None`` leaves it out.
        seed: seed of the algorithms that draw.
        with_stability: whether SKATER and Ward are run again without each feature (the others draw at random, so that
            for them a change of start would be mixed with the change of features).

    Returns:
        The measures of :func:`score`, ``agreement`` with SKATER's proposal, ``stability`` and ``is_chosen``, by method;
        an analyst's own list stands first.
    """
    study = division.study
    tried = ways(study, least_households, seed)
    labels = {SKATER: division.proposed} | {
        name: solve(study.features) for name, solve in tried.items() if name != SKATER
    }
    if division.method == OWN:
        labels = {OWN: division.labels} | labels
    rows = []
    for name, one in labels.items():
        is_steady = with_stability and name in {SKATER, WARD}
        rows.append(
            {
                "method": name,
                **score(study, one),
                "agreement": agreement(division.proposed, one),
                "stability": stability(study, tried[name], one) if is_steady else math.nan,
                "is_chosen": name == division.method,
            }
        )
    return Comparison(table=pd.DataFrame(rows), labels=pd.DataFrame(labels))


@dataclass(frozen=True, kw_only=True)
class Chance:
    """R² of a division against divisions of shuffled areas, since a search finds some R² in noise too."""

    r2: float
    usual_high: float
    mean: float
    p: float
    permutations: int
    seed: int


def against_chance(study: Study, labels: pd.Series, *, seed: int, permutations: int = PERMUTATIONS) -> Chance:
    """Return whether areas are more alike within neighbourhoods than a search over shuffled areas makes them.

    Rows of features are shuffled within groups, and each shuffle is divided anew by SKATER, so that the gain of
    searching is in the reference. Features that vary smoothly in space also pass: this says that neighbourhoods have
    something to follow, not that there are so many.

    Raises:
        ValueError: a shuffle admits no division (floor too high).
    """
    rng = np.random.default_rng(seed)
    observed = explained(study.features, labels)
    found = []
    for _ in range(permutations):
        order = np.arange(len(study.areas))
        for group in study.groups:
            members = np.flatnonzero(study.group == group)
            order[members] = rng.permutation(members)
        shuffled = study.features[order]
        found.append(explained(shuffled, proposed(study, features=shuffled)))
    values = np.array(found)
    return Chance(
        r2=observed,
        usual_high=float(np.quantile(values, 0.95)),
        mean=float(values.mean()),
        p=float((1 + (values >= observed).sum()) / (1 + permutations)),
        permutations=permutations,
        seed=seed,
    )
