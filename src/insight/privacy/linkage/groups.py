"""Pairs into people: records that links tie together, directly or through others."""

from __future__ import annotations

import numpy as np
import pandas as pd


def clusters(size: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the number of the cluster of each record, counted in order of first records.

    Args:
        size: number of records.
        left: position of one record of each pair.
        right: position of the other.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ties = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
    _, label = connected_components(ties, directed=False)
    return pd.factorize(label)[0]


def deterministic(every: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of the baseline: exact keys only.

    Keys: property and birth date with first name's first letter; both names and birth date; surname, birth date and
    postcode with first name's first letter.

    Args:
        every: as :func:`insight.privacy.linkage.records.prepared` gives it.

    Returns:
        Columns left, right: positions of the records, each pair once, left before right.
    """
    initial = every["first_name"].str[:1]
    keys = {
        "property": every[["uprn", "birth_date"]].assign(initial=initial),
        "names": every[["first_name", "surname", "birth_date"]],
        "postcode": every[["surname", "birth_date", "postcode"]].assign(initial=initial),
    }
    parts = []
    for frame in keys.values():
        known = frame.dropna().assign(place=lambda own: own.index)
        both = known.merge(known, on=list(frame.columns), suffixes=("_l", "_r"))
        parts.append(both.loc[both["place_l"] < both["place_r"], ["place_l", "place_r"]])
    pairs = pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)
    return pairs.rename(columns={"place_l": "left", "place_r": "right"})
