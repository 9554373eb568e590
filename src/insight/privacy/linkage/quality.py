"""How good the links are: precision and recall by group, from truth keys or from a stratified clerical sample.

Names are shared and spelt in several ways in some communities, so error differs between groups; a sentence about who
is reached must not be made without it.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson_effective
from insight.privacy.linkage.linking import METHODS, Linkage
from insight.privacy.linkage.nearby import MOST, near_pairs

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


NEAR, NEAREST = -2, -1
"""Bands of pairs that the rules did not propose: agreeing in just more than they differ in, and in two more or over."""
PROPOSED_ONLY = "recall among proposed pairs"


def strata(linkage: Linkage) -> pd.DataFrame:
    """Return the pairs with group and band: what the review sample is drawn from and raised to.

    Besides the weighted pairs these are pairs that no rule proposed (:mod:`insight.privacy.linkage.nearby`); they have
    no weight, so no threshold links them.
    """
    pairs = linkage.pairs[["left", "right", "match_weight"]].copy()
    pairs["band"] = bands(pairs["match_weight"])
    near = near_pairs(linkage)
    near["band"] = np.where(near["excess"] >= MOST, NEAREST, NEAR)
    every = pd.concat([pairs, near.drop(columns="excess").assign(match_weight=-np.inf)], ignore_index=True)
    every["ethnic_group"] = groups_of(linkage).to_numpy()[every["left"]]
    return every


def from_labels(linkage: Linkage, labels: pd.DataFrame) -> pd.DataFrame:
    """Return precision and recall by group as a stratified clerical sample estimates them.

    Each stratum (group by band) is raised to its pairs, the ratio's error linearised within strata; a stratum whose
    labels are all alike still counts as uncertain. Recall is over the proposed pairs and those near ones that no rule
    proposed. Where a sheet holds too few of the latter it is ``recall among proposed pairs``, which is higher than
    recall and is no ground for a sentence on who is reached.

    Args:
        linkage: as :func:`insight.privacy.linkage.link` gives it.
        labels: left and right position, ``is_match``.

    Returns:
        As :func:`from_truth`, for the two thresholds; no estimate for a group with fewer than 30 labels.
    """
    pairs = strata(linkage)
    known = labels.dropna(subset=["is_match"]).drop_duplicates(["left", "right"])
    judged = pairs.merge(known, on=["left", "right"], how="inner")
    judged["is_match"] = judged["is_match"].astype(bool)
    keys = ["ethnic_group", "band"]
    judged["of"] = pd.MultiIndex.from_frame(judged[keys]).map(pairs.groupby(keys).size()).astype(float)
    rows = []
    for method, least in (("strict", linkage.weights[1]), ("lax", linkage.weights[0])):
        judged["linked"] = judged["match_weight"] >= least
        for name in (ALL, *sorted(set(pairs["ethnic_group"]))):
            own = judged if name == ALL else judged[judged["ethnic_group"] == name]
            proposed = own[own["band"] >= 0]
            rows.append(_row(method, name, "precision", _raised(proposed, proposed["linked"], proposed["is_match"])))
            is_whole = _covers(pairs if name == ALL else pairs[pairs["ethnic_group"] == name], own)
            among, words = (own, "recall") if is_whole else (proposed, PROPOSED_ONLY)
            rows.append(_row(method, name, words, _raised(among, among["is_match"], among["linked"])))
    return pd.DataFrame(rows)


def _covers(pairs: pd.DataFrame, judged: pd.DataFrame) -> bool:
    """Whether each stratum of pairs that no rule proposed has labels: 30, or all its pairs where it has fewer."""
    keys = ["ethnic_group", "band"]
    size = pairs[pairs["band"] < 0].groupby(keys).size()
    drawn = judged[judged["band"] < 0].groupby(keys).size().reindex(size.index, fill_value=0)
    return bool((drawn >= size.clip(upper=LEAST_LABELS)).all())


def _raised(own: pd.DataFrame, among: pd.Series, hits: pd.Series) -> Estimate | None:
    """Return a ratio of totals over strata: pairs that are both, of those that are ``among`` (Cochran 1977, 6.11)."""
    n = int(among.sum())
    if n < LEAST_LABELS:
        return None
    strata_of = own.groupby(["ethnic_group", "band"], sort=False)
    drawn = strata_of["of"].transform("size")
    weight = own["of"] / drawn
    whole = float((weight * among).sum())
    share = float((weight * (among & hits)).sum()) / whole
    rest = (among & hits).astype(float) - share * among
    variance = 0.0
    for _, part in own.assign(rest=rest).groupby(["ethnic_group", "band"], sort=False):
        size, count = float(part["of"].iloc[0]), len(part)
        spread = float(part["rest"].var(ddof=1)) if count > 1 else 0.0
        if spread <= 0:
            # All alike: as uncertain as Jeffreys' prior leaves a share of none (0.5 of n + 1).
            one = 0.5 / (count + 1)
            spread = one * (1 - one) * max(share, 1 - share) ** 2
        variance += size**2 * (1 - count / size) * spread / count
    variance /= whole**2
    effective = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else float(n)
    return wilson_effective(share, n, min(float(n), effective))
