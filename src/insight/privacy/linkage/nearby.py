"""Pairs that no rule proposes, or that weigh too little to be kept, and that may yet be one person.

A sample of the proposed pairs alone cannot tell how many true links are missed. These pairs agree, or nearly, in two or
more of five particulars (both names, birth date, postcode, property), and in more than they differ in, sex counted with
these; what is missing neither agrees nor differs. A true pair that agrees in no more than it differs in is beyond what
a reviewer could judge, too, and is no part of what is estimated.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from insight.privacy.linkage.linking import Linkage

START = 3
"""Letters of a name that must be alike."""
MOST_PAIRS = 5_000_000
"""Pairs of one key beyond which the key is left out, as its values are too common."""
LEAST_AGREEING = 2
MORE, MOST = 1, 2
"""By how many particulars more a pair agrees than differs: just more, and two or over."""


def _particulars(every: pd.DataFrame) -> dict[str, list[pd.Series]]:
    """Return, by particular, the ways in which two records may agree in it."""
    date = every["birth_date"]
    return {
        "first name": [every["first_name"].str[:START]],
        "surname": [every["surname"].str[:START]],
        "birth date": [date.str[:7], date.str[5:], date.str[:4] + date.str[8:]],
        "postcode": [every["postcode"]],
        "property": [every["uprn"]],
    }


def _meeting(keys: list[pd.Series]) -> pd.DataFrame:
    """Return the pairs of records alike in all keys, left before right; none where that would be too many."""
    nothing = pd.DataFrame({"left": [], "right": []}, dtype=np.int64)
    frame = pd.concat([key.rename(str(number)) for number, key in enumerate(keys)], axis=1).dropna()
    names = list(frame.columns)
    sizes = frame.groupby(names).size().astype(float)
    if float((sizes * (sizes - 1) / 2).sum()) > MOST_PAIRS:
        return nothing
    own = frame.assign(place=frame.index)
    both = own.merge(own, on=names, suffixes=("_l", "_r"))
    both = both[both["place_l"] < both["place_r"]]
    return pd.DataFrame({"left": both["place_l"].to_numpy(), "right": both["place_r"].to_numpy()})


def _compared(keys: list[pd.Series], pairs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return, by pair, whether both records have a particular alike in one way at least, and whether both differ."""
    alike, unknown = np.zeros(len(pairs), dtype=bool), np.zeros(len(pairs), dtype=bool)
    for key in keys:
        values = key.to_numpy(dtype=object)
        left, right = pd.Series(values[pairs["left"]]), pd.Series(values[pairs["right"]])
        missing = (left.isna() | right.isna()).to_numpy()
        alike |= (left.eq(right).fillna(value=False)).to_numpy(dtype=bool) & ~missing
        unknown |= missing
    return alike, ~alike & ~unknown


def near_pairs(linkage: Linkage) -> pd.DataFrame:
    """Return the pairs that were not weighed, or weighed too little to be kept, and agree in more than they differ in.

    Args:
        linkage: as :func:`insight.privacy.linkage.link` gives it.

    Returns:
        left, right (positions, each pair once) and ``excess``: by how many particulars more they agree than differ.
    """
    every = linkage.records
    ways = _particulars(every)
    parts = [
        _meeting([one, other])
        for first, second in combinations(ways, 2)
        for one in ways[first]
        for other in ways[second]
    ]
    pairs = pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)
    known = pd.MultiIndex.from_frame(linkage.pairs[["left", "right"]])
    pairs = pairs[~pd.MultiIndex.from_frame(pairs[["left", "right"]]).isin(known)].reset_index(drop=True)
    compared = [_compared(keys, pairs) for keys in (*ways.values(), [every["sex"]])]
    agreeing = sum((alike.astype(int) for alike, _ in compared[:-1]), np.zeros(len(pairs), dtype=int))
    differing = sum((apart.astype(int) for _, apart in compared), np.zeros(len(pairs), dtype=int))
    found = pairs.assign(excess=agreeing - differing)
    kept = found[(agreeing >= LEAST_AGREEING) & (found["excess"] >= MORE)]
    return kept.sort_values(["left", "right"], ignore_index=True)
