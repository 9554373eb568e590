"""Households made ready: ward and category beside each, postcodes and output areas as clusters, codebook checked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight import paths
from insight.errors import InputError, ParamsError, Problem
from insight.privacy.loading import Inputs
from insight.stages.acorn_mapping.clusters import Clusters
from insight.stages.acorn_mapping.declaration import BENCHMARK, CODEBOOK

PER_CENT = 100


@dataclass(frozen=True, kw_only=True)
class Homes:
    """Rows of households (inside the package only) with what every table needs."""

    rows: pd.DataFrame
    posts: Clusters
    areas: Clusters
    names: Mapping[str, str]
    """Category key to words, in the codebook's order."""
    codebook: pd.DataFrame

    def flags(self, column: str) -> np.ndarray:
        """Return a flag column as an array."""
        return self.rows[column].to_numpy(dtype=bool)

    def in_category(self, *keys: str) -> np.ndarray:
        """Return which households are of these categories."""
        return self.rows["category"].isin(keys).to_numpy()

    def in_ward(self, ward: str) -> np.ndarray:
        """Return which households live in a ward."""
        return (self.rows["ward"] == ward).to_numpy()


def _checked(households: pd.DataFrame, codebook: pd.DataFrame, file: str) -> None:
    of_type = codebook.set_index("acorn_type")["acorn_category"]
    pairs = households[["acorn_type", "acorn_category"]].drop_duplicates()
    odd = pairs[pairs["acorn_type"].map(of_type) != pairs["acorn_category"]]
    if len(odd):
        found = ", ".join(f"type {row.acorn_type} in category {row.acorn_category}" for row in odd.head(5).itertuples())
        raise InputError(
            [
                Problem(
                    file=file,
                    column="acorn_type",
                    rule=f"types and categories must be those of data/reference/{CODEBOOK}",
                    found=found,
                    fix="replace the codebook by the licensed one of that edition",
                )
            ]
        )


def prepared(inputs: Inputs) -> Homes:
    """Return households with ward and category key.

    Raises:
        InputError: a type that the codebook lacks or holds in another category.
    """
    codebook = pd.read_csv(paths.reference(CODEBOOK))
    rows, lookup = inputs.people("households"), inputs.table("lookup")
    _checked(rows, codebook, paths.shown(inputs.files["households"]))
    keys = codebook.drop_duplicates("acorn_category").set_index("acorn_category")
    rows["category"] = pd.Categorical(
        rows["acorn_category"].map(keys["category_key"]), categories=list(keys["category_key"])
    )
    for name in ("ward", "ward_name"):
        rows[name] = pd.Categorical(rows["oa"].map(lookup.set_index("oa")[name]))
    return Homes(
        rows=rows,
        posts=Clusters(codes=pd.factorize(rows["postcode"])[0], unit="postcodes"),
        areas=Clusters(codes=pd.factorize(rows["oa"])[0], unit="output areas"),
        names=dict(zip(keys["category_key"], keys["category_name"], strict=True)),
        codebook=codebook,
    )


def require_known(homes: Homes, *, categories: Sequence[str], types: Sequence[str]) -> None:
    """Refuse params that name a category or type which the codebook lacks.

    Raises:
        ParamsError: each unknown key with the nearest known one.
    """
    problems = []
    for given, known in ((categories, list(homes.names)), (types, homes.codebook["type_key"].tolist())):
        for key in given:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0)
                problems.append(f"stages.acorn_mapping: `{key}` is not in {CODEBOOK}. Fix: did you mean `{near[0]}`?")
    if problems:
        raise ParamsError("\n".join(problems))


def benchmark() -> pd.DataFrame:
    """Return the United Kingdom's shares by category key: ``share``, and ``low`` and ``high`` by their rounding."""
    found = pd.read_csv(paths.reference(BENCHMARK)).set_index("category_key")
    half = 0.5 * 10.0 ** -found["decimals"]
    return pd.DataFrame(
        {
            "printed": found["uk_pct"],
            "share": found["uk_pct"] / PER_CENT,
            "low": (found["uk_pct"] - half) / PER_CENT,
            "high": (found["uk_pct"] + half) / PER_CENT,
        }
    )
