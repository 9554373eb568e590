"""How good the links are: precision and recall by group, from truth keys or from a stratified clerical sample.

Names are shared and spelt in several ways in some communities, so error differs between groups; a sentence about who
is reached must not be made without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson_effective
from insight.privacy.linkage.linking import METHODS, Linkage

ALL = "all"
UNKNOWN = "not recorded"
LEAST_LABELS = 30
"""Labelled pairs of a group below which nothing is estimated."""


def groups_of(linkage: Linkage) -> pd.Series:
    """Return each record's ethnic group as its service wrote it."""
    return linkage.records["ethnic_group"].astype("string").fillna(UNKNOWN)


def linked_pairs(linkage: Linkage, method: str) -> pd.DataFrame:
    """Return the pairs of records that a method puts into one cluster."""
    label = linkage.records[method]
    own = pd.DataFrame({"cluster": label, "place": np.arange(len(label))})
    sizes = own.groupby("cluster")["place"].transform("size")
    own = own[sizes > 1]
    both = own.merge(own, on="cluster", suffixes=("_l", "_r"))
    both = both[both["place_l"] < both["place_r"]]
    return pd.DataFrame({"left": both["place_l"].to_numpy(), "right": both["place_r"].to_numpy()})


def _clustered(hits: np.ndarray, persons: np.ndarray) -> Estimate | None:
    """Return a share of pairs; pairs of one person count together (linearised design effect, Wilson's limits)."""
    n = len(hits)
    if n == 0:
        return None
    share = float(hits.mean())
    sums = pd.Series(hits - share).groupby(persons).sum()
    count = len(sums)
    variance = float((sums**2).sum()) / n**2 * (count / (count - 1) if count > 1 else 1.0)
    effective = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else float(count)
    return wilson_effective(share, n, min(float(n), effective))


def _row(method: str, group: str, measure: str, found: Estimate | None) -> dict[str, object]:
    value = (None, None, None) if found is None else (found.estimate, found.lower, found.upper)
    row = {"method": method, "ethnic_group": group, "measure": measure, "pairs": 0 if found is None else found.n}
    return row | dict(zip(("estimate", "lower", "upper"), value, strict=True))


def from_truth(linkage: Linkage, person: pd.Series) -> pd.DataFrame:
    """Return pairwise precision and recall by method and group where it is known who stands behind each record.

    Args:
        linkage: as :func:`insight.privacy.linkage.link` gives it.
        person: code of the person behind each record, in the records' order.

    Returns:
        method, ethnic_group, measure (``precision``, ``recall``), pairs, estimate, lower, upper.
    """
    codes, group = pd.factorize(person)[0], groups_of(linkage).to_numpy()
    truth = linked_pairs_of(codes)
    rows = []
    for method in METHODS:
        made = linked_pairs(linkage, method)
        right = codes[made["left"]] == codes[made["right"]]
        label = linkage.records[method].to_numpy()
        found = label[truth["left"]] == label[truth["right"]]
        for name in (ALL, *sorted(set(group))):
            mine = slice(None) if name == ALL else group[made["left"]] == name
            own = slice(None) if name == ALL else group[truth["left"]] == name
            precision = _clustered(right[mine].astype(float), label[made["left"]][mine])
            recall = _clustered(found[own].astype(float), codes[truth["left"]][own])
            rows += [_row(method, name, "precision", precision), _row(method, name, "recall", recall)]
    return pd.DataFrame(rows)


def linked_pairs_of(codes: np.ndarray) -> pd.DataFrame:
    """Return every pair of positions that hold the same code, left before right."""
    own = pd.DataFrame({"code": codes, "place": np.arange(len(codes))})
    both = own.merge(own, on="code", suffixes=("_l", "_r"))
    both = both[both["place_l"] < both["place_r"]]
    return pd.DataFrame({"left": both["place_l"].to_numpy(), "right": both["place_r"].to_numpy()})


EDGES = (-math.inf, 0.0, 3.0, 6.0, 10.0, math.inf)
"""Bands of match weight within which the clerical sample is drawn."""


def bands(weight: pd.Series) -> pd.Series:
    """Return the band of match weight of each pair, 0 the lowest."""
    return pd.Series(np.digitize(weight, EDGES[1:-1]), index=weight.index)


def strata(linkage: Linkage) -> pd.DataFrame:
    """Return the weighted pairs with group and band: what the review sample is drawn from and raised to."""
    pairs = linkage.pairs.copy()
    pairs["ethnic_group"] = groups_of(linkage).to_numpy()[pairs["left"]]
    pairs["band"] = bands(pairs["match_weight"])
    return pairs


def from_labels(linkage: Linkage, labels: pd.DataFrame) -> pd.DataFrame:
    """Return precision and recall by group as a stratified clerical sample estimates them.

    Each stratum (group by band of match weight) is raised to its pairs. Recall is among the pairs that the rules
    propose: true pairs that no rule proposes are not seen by any sample of them.

    Args:
        linkage: as :func:`insight.privacy.linkage.link` gives it.
        labels: left and right position, ``is_match``.

    Returns:
        As :func:`from_truth`, for the two thresholds; no estimate for a group with fewer than 30 labels.
    """
    pairs = strata(linkage)
    known = labels.dropna(subset=["is_match"]).drop_duplicates(["left", "right"])
    judged = pairs.merge(known, on=["left", "right"], how="inner")
    size = pairs.groupby(["ethnic_group", "band"]).size()
    drawn = judged.groupby(["ethnic_group", "band"]).size()
    index = pd.MultiIndex.from_frame(judged[["ethnic_group", "band"]])
    judged["raise"] = size.reindex(index).to_numpy() / drawn.reindex(index).to_numpy()
    tests: dict[str, Callable[[pd.DataFrame], tuple[pd.Series, pd.Series]]] = {
        "precision": lambda own: (own["linked"], own["is_match"].astype(bool)),
        "recall": lambda own: (own["is_match"].astype(bool), own["linked"]),
    }
    rows = []
    for method, least in (("strict", linkage.weights[1]), ("lax", linkage.weights[0])):
        judged["linked"] = judged["match_weight"] >= least
        for name in (ALL, *sorted(set(pairs["ethnic_group"]))):
            own = judged if name == ALL else judged[judged["ethnic_group"] == name]
            for measure, parts in tests.items():
                among, hits = parts(own)
                rows.append(_row(method, name, measure, _raised(own[among], hits[among])))
    return pd.DataFrame(rows)


def _raised(own: pd.DataFrame, hits: pd.Series) -> Estimate | None:
    n = len(own)
    if n < LEAST_LABELS:
        return None
    weight = own["raise"].to_numpy(dtype=float)
    share = float((weight * hits.to_numpy(dtype=float)).sum() / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    return wilson_effective(share, n, effective)
