"""Which places reach whom: a greedy curve, the fewest places for a share of people, and what new people would show.

Sources: Nemhauser, Wolsey and Fisher (1978) for the greedy rule (at least 1 - 1/e of the best at every step); the
fewest places by mixed integer programming (HiGHS, in scipy).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Fewest:
    """The fewest places that reach a share of people.

    ``places`` is empty and ``is_possible`` false where all places together fall short; ``most`` is their reach.
    """

    places: tuple[str, ...]
    share: float
    most: float
    is_possible: bool


def _incidence(
    edges: pd.DataFrame, weights: Mapping[Hashable, float] | pd.Series | None
) -> tuple[np.ndarray, list[Hashable], np.ndarray]:
    """Return people by places as flags, the places, and the people's weights; people of no place keep their row."""
    person, place = edges.columns[:2]
    pairs = edges[[person, place]].dropna().drop_duplicates()
    weight = dict(weights.items()) if weights is not None else dict.fromkeys(pairs[person], 1.0)
    people, places = list(weight), sorted(set(pairs[place]), key=str)
    row, column = ({name: number for number, name in enumerate(names)} for names in (people, places))
    held = pairs[pairs[person].isin(row.keys())]
    flags = np.zeros((len(people), len(places)), dtype=bool)
    flags[[row[name] for name in held[person]], [column[name] for name in held[place]]] = True
    load = np.array([weight[name] for name in people], dtype=float)
    if not load.sum() or (load < 0).any():
        raise ValueError("nobody to reach. Fix: give people with weights above 0")
    return flags, places, load


def _greedy(flags: np.ndarray, load: np.ndarray) -> list[int]:
    """Return places in the order in which each adds most, ties by name; those that add nothing stay out."""
    rest, order = load.copy(), list[int]()
    while True:
        gain = rest @ flags
        best = int(gain.argmax()) if gain.size else 0
        if not gain.size or gain[best] <= TINY:
            return order
        order.append(best)
        rest = rest * ~flags[:, best]


def reach_curve(edges: pd.DataFrame, *, weights: Mapping[Hashable, float] | pd.Series | None = None) -> pd.DataFrame:
    """Return places in greedy order with the share of people whom they reach together.

    Args:
        edges: its first two columns are person and place; a pair counts once.
        weights: the weight of each person who is to be reached, those who go nowhere included (they are never reached
            and stay in the denominator); everybody in ``edges`` with weight one when absent.

    Returns:
        ``places`` (how many so far), ``place``, ``gain``, ``reach`` (shares of all weight); places that add nobody
        are left out.

    Raises:
        ValueError: nobody to reach.
    """
    import pandas as pd

    flags, places, load = _incidence(edges, weights)
    order = _greedy(flags, load)
    met, rows = np.zeros(len(load), dtype=bool), []
    for number, one in enumerate(order, start=1):
        before = float(load[met].sum())
        met = met | flags[:, one]
        now = float(load[met].sum())
        rows.append((number, places[one], (now - before) / load.sum(), now / load.sum()))
    return pd.DataFrame(rows, columns=["places", "place", "gain", "reach"])


def fewest_places(
    edges: pd.DataFrame, *, share: float = 0.8, weights: Mapping[Hashable, float] | pd.Series | None = None
) -> Fewest:
    """Return the fewest places that together reach a share of people; among equally few, those that reach most.

    Args:
        edges: person and place, as for :func:`reach_curve`.
        share: of the weight to be reached.
        weights: of the people to be reached.

    Raises:
        ValueError: nobody to reach.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    flags, places, load = _incidence(edges, weights)
    most = float(load[flags.any(axis=1)].sum() / load.sum())
    if most + TINY < share:
        return Fewest(places=(), share=most, most=most, is_possible=False)
    people, count = flags.shape
    # Unknowns: one flag a place, then one a person (reached). A person counts only if a chosen place reaches them.
    reached = np.hstack([-flags.astype(float), np.eye(people)])
    enough = np.concatenate([np.zeros(count), load / load.sum()])
    cost = np.concatenate([np.ones(count), -load / load.sum() / 2])
    found = milp(
        cost,
        integrality=np.concatenate([np.ones(count), np.zeros(people)]),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(reached, ub=0), LinearConstraint(enough, lb=share - TINY)],
    )
    chosen = np.flatnonzero(found.x[:count] > 0.5)  # noqa: PLR2004 - rounding a 0 or 1
    covered = float(load[flags[:, chosen].any(axis=1)].sum() / load.sum())
    return Fewest(places=tuple(str(places[one]) for one in chosen), share=covered, most=most, is_possible=True)


def held_out_reach(
    edges: pd.DataFrame,
    clusters: Mapping[Hashable, Hashable],
    *,
    places: int,
    folds: int = 10,
    seed: int = 1,
) -> float:
    """Return the share of people reached by places that were chosen without them.

    Places are chosen for those asked, so their reach flatters. Clusters (households) are dealt into folds; for each,
    the ``places`` best by the greedy rule on the others are held against it.

    Args:
        edges: person and place.
        clusters: the cluster of each person to be reached, those who go nowhere included.
        places: how many to choose.
        folds: parts to hold out in turn.
        seed: of the dealing.
    """
    import pandas as pd

    flags, _, load = _incidence(edges, pd.Series(1.0, index=list(clusters)))
    names, own = np.unique(np.array([str(name) for name in clusters.values()]), return_inverse=True)
    fold = np.random.default_rng(seed).permutation(np.arange(len(names)) % folds)[own]
    reached = 0.0
    for number in range(folds):
        out = fold == number
        chosen = _greedy(flags[~out], load[~out])[:places]
        reached += float(load[out][flags[np.ix_(out, chosen)].any(axis=1)].sum())
    return reached / float(load.sum())
