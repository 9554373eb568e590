"""Linking: weighted pairs, clusters at two thresholds, and the deterministic baseline beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.errors import InputError, Problem
from insight.privacy.linkage import model
from insight.privacy.linkage.groups import clusters, deterministic
from insight.privacy.linkage.records import KEYS, prepared, unlinkable

LEAST_RECORDS = 50
"""Records below which weights cannot be trained."""
DECIMALS = 6
"""Weights are kept to so many decimals: sums in threads differ in their last digits from run to run."""
METHODS = ("strict", "lax", "deterministic")


@dataclass(frozen=True, kw_only=True)
class Linkage:
    """Linked records, for use inside the package only.

    Args:
        records: every record with its particulars and one column of cluster numbers a method: ``strict`` (the higher
            weight), ``lax`` (the lower) and ``deterministic``.
        pairs: left and right position, match_weight, match_probability, and the rule that proposed the pair.
        baseline: pairs of the deterministic keys.
        weights: the lower and the higher threshold of match weight.
        untrained: comparison levels that the data could not train.
    """

    records: pd.DataFrame
    pairs: pd.DataFrame
    baseline: pd.DataFrame
    weights: tuple[float, float]
    untrained: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Linkage of {len(self.records):,} records, {len(self.pairs):,} weighted pairs"

    def __getstate__(self) -> object:
        raise TypeError("linked records are not written out. Fix: save pseudonyms or an aggregate instead")


def _refuse(rule: str, fix: str) -> InputError:
    return InputError([Problem(file="records to link", rule=rule, fix=fix)])


def _check_budget(tables: dict[str, pd.DataFrame], every: pd.DataFrame) -> None:
    """Refuse a rule whose commonest value would yield too many pairs, before anything runs."""
    columns = (["birth_date"], ["surname", "first_name"], ["postcode", "birth_date"], ["uprn"])
    for names in columns:
        sizes = every.dropna(subset=names).groupby(names).size().astype(float)
        if float((sizes * (sizes - 1) / 2).sum()) > model.MOST_PAIRS:
            common = sizes.nlargest(1)
            raise _refuse(
                f"{' and '.join(names)} of {len(tables)} sources yield over {model.MOST_PAIRS:,} pairs; the commonest "
                f"value stands {int(common.iloc[0]):,} times",
                "empty cells that hold a default such as 1900-01-01, or link a part of the area at a time",
            )


def link(records: Mapping[str, pd.DataFrame], *, weights: tuple[float, float]) -> Linkage:
    """Link the records of several services.

    Args:
        records: rows by source, with the columns of the records' contract.
        weights: lower and higher threshold of match weight (log2 of the odds that a pair is one person).

    Raises:
        InputError: too few records to train weights, or a rule that would yield too many pairs.
        ValueError: thresholds in the wrong order.
    """
    if weights[0] >= weights[1]:
        raise ValueError("the lower threshold of match weight is not below the higher. Fix: put them in order")
    every = prepared(records)
    if len(every) < LEAST_RECORDS or len(records) < 2:  # noqa: PLR2004 - two sources
        raise _refuse(
            f"{len(every)} records of {len(records)} sources", f"supply two sources and {LEAST_RECORDS} records"
        )
    tables = {
        str(source): own[["record_id", *model.FIELDS]].rename(columns={"record_id": "unique_id"}).astype("string")
        for source, own in every.groupby("source", sort=True)
    }
    _check_budget(tables, every)
    linker, untrained = model.trained(tables)
    found = linker.inference.predict(threshold_match_weight=model.LEAST_WEIGHT).as_duckdbpyrelation().df()
    place = pd.Series(np.arange(len(every)), index=pd.MultiIndex.from_frame(every[KEYS].astype(str)))
    sides = [
        place.loc[list(zip(found[f"source_dataset_{side}"], found[f"unique_id_{side}"], strict=True))].to_numpy()
        for side in ("l", "r")
    ]
    pairs = pd.DataFrame(
        {
            "left": np.minimum(*sides),
            "right": np.maximum(*sides),
            "match_weight": found["match_weight"].to_numpy().round(DECIMALS),
            "match_probability": found["match_probability"].to_numpy().round(DECIMALS),
            "rule": [model.RULES[int(key)] for key in found["match_key"]],
        }
    ).sort_values(["left", "right"], ignore_index=True)
    baseline = deterministic(every)
    for method, own in (
        ("lax", pairs[pairs["match_weight"] >= weights[0]]),
        ("strict", pairs[pairs["match_weight"] >= weights[1]]),
        ("deterministic", baseline),
    ):
        every[method] = clusters(len(every), own["left"].to_numpy(), own["right"].to_numpy())
    every["unlinkable"] = unlinkable(every)
    return Linkage(records=every, pairs=pairs, baseline=baseline, weights=weights, untrained=tuple(untrained))


def linked_rows(linkage: Linkage, *, pseudonyms: Mapping[tuple[str, str], str], prefix: str) -> pd.DataFrame:
    """Return the linked file: pseudonyms and clusters, no particulars; for level ``restricted`` only.

    Args:
        linkage: as :func:`link` gives it.
        pseudonyms: pseudonym of each record by source and record_id.
        prefix: names the clusters.

    Returns:
        One row a record: source, pseudonym, cluster at each threshold and by exact keys, the greatest weight and
        probability of its pairs, and the rule that proposed that pair.
    """
    records, pairs = linkage.records, linkage.pairs
    ends = pd.concat([pairs.assign(place=pairs["left"]), pairs.assign(place=pairs["right"])], ignore_index=True)
    order = ends.sort_values(["match_weight", "left", "right"])
    best = order.drop_duplicates("place", keep="last").set_index("place")
    keys = zip(records["source"].astype(str), records["record_id"].astype(str), strict=True)
    frame = pd.DataFrame({"source": records["source"], "pseudonym": [pseudonyms[key] for key in keys]})
    for method in METHODS:
        frame[f"cluster_{method}"] = [f"{prefix}{number:06d}" for number in records[method]]
    for column in ("match_weight", "match_probability", "rule"):
        frame[column] = best[column].reindex(frame.index)
    return frame.sort_values(["source", "pseudonym"], ignore_index=True)
