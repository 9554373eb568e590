"""What the codes of a segmentation mean: ACORN's, with the licensee's names where given, or the open classification's.

The two are never translated into each other: they class different units by different variables.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from insight import paths
from insight.errors import InputError, ParamsError, Problem
from insight.privacy.loading import Inputs
from insight.sources import geography
from insight.stages.acorn_mapping.declaration import BENCHMARK, CODEBOOK, OPEN_CODEBOOK

PER_CENT = 100
OPEN_REFERENCE_EDITION = "2011"


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Categories of a segmentation in their order, and for ACORN its types.

    ``keys`` maps the code to the category's key, ``names`` the key to its words; ``types`` has ``acorn_type,
    acorn_category, acorn_group, group_name, type_key, type_label, category_name`` and is empty for the open
    classification. ``reference`` has the country's shares by key, with the limits of their rounding, in the unit
    ``reference_unit``.
    """

    title: str
    keys: Mapping[int, str]
    names: Mapping[str, str]
    types: pd.DataFrame = field(repr=False)
    reference: pd.DataFrame = field(repr=False)
    reference_unit: str


def benchmark() -> pd.DataFrame:
    """Return the United Kingdom's ACORN shares by category key: ``printed, share``, and ``low, high`` by rounding."""
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


def acorn_codes(inputs: Inputs) -> Codes:
    """Return ACORN's codes; names are the licensee's where its list is supplied, else the few that the print gives."""
    book = pd.read_csv(paths.reference(CODEBOOK))
    if inputs.has("segment_codes"):
        own = inputs.table("segment_codes")
        keys = book.drop_duplicates("acorn_category").set_index("acorn_category")["category_key"]
        known = book.set_index("acorn_type")["type_key"]
        neutral = "type_" + own["acorn_type"].astype(str).str.zfill(2)
        book = own.rename(columns={"type_name": "type_label"}).assign(
            category_key=own["acorn_category"].map(keys), type_key=own["acorn_type"].map(known).fillna(neutral)
        )
    first = book.sort_values("acorn_category").drop_duplicates("acorn_category")
    book = book.assign(group_name=book.get("group_name"))
    columns = ["acorn_type", "acorn_category", "acorn_group", "group_name", "type_key", "type_label", "category_name"]
    return Codes(
        title="ACORN",
        keys=dict(zip(first["acorn_category"], first["category_key"], strict=True)),
        names=dict(zip(first["category_key"], first["category_name"], strict=True)),
        types=book[columns].set_index("acorn_type", drop=False),
        reference=benchmark(),
        reference_unit="households",
    )


def open_codes(edition: str) -> Codes:
    """Return the supergroups of an edition of the Output Area Classification, and their shares of UK output areas."""
    book = pd.read_csv(paths.reference(OPEN_CODEBOOK), dtype={"edition": str})
    own = book[book["edition"] == edition]
    keys = dict(zip(own["supergroup"], own["category_key"], strict=True))
    reference = pd.DataFrame(columns=["printed", "share", "low", "high"], dtype=float)
    if edition == OPEN_REFERENCE_EDITION:
        counts = geography.oac_reference().astype({"supergroup": int}).set_index("supergroup")["output_areas"]
        share = (counts / counts.sum()).rename(index=keys)
        reference = pd.DataFrame({"printed": PER_CENT * share, "share": share, "low": share, "high": share})
    return Codes(
        title=f"Output Area Classification {edition}",
        keys=keys,
        names=dict(zip(own["category_key"], own["category_name"], strict=True)),
        types=pd.DataFrame(),
        reference=reference,
        reference_unit="output areas",
    )


def require_agreement(found: pd.DataFrame, codes: Codes, file: str) -> None:
    """Refuse types that the code list lacks or holds in another category.

    Args:
        found: ``acorn_type, acorn_category`` as a file pairs them.
        codes: ACORN's codes.
        file: where the pairs are from.

    Raises:
        InputError: with the first odd pairs.
    """
    pairs = found[["acorn_type", "acorn_category"]].drop_duplicates()
    odd = pairs[pairs["acorn_type"].map(codes.types["acorn_category"]) != pairs["acorn_category"]]
    if odd.empty:
        return
    said = ", ".join(f"type {row.acorn_type} in category {row.acorn_category}" for row in odd.head(5).itertuples())
    rule = f"types and categories must be those of segment_codes, or without it of data/reference/{CODEBOOK}"
    fix = "supply the licensee's code list of that edition as segment_codes"
    raise InputError([Problem(file=file, column="acorn_type", rule=rule, found=said, fix=fix)])


def require_known(codes: Codes, *, categories: Sequence[str], types: Sequence[str]) -> None:
    """Refuse params that name a category or type which the code list lacks.

    Raises:
        ParamsError: each unknown key with the nearest known one.
    """
    problems = []
    for given, known in ((categories, list(codes.names)), (types, codes.types["type_key"].tolist())):
        for key in given:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0)
                problems.append(f"stages.acorn_mapping: `{key}` is not in the codes. Fix: did you mean `{near[0]}`?")
    if problems:
        raise ParamsError("\n".join(problems))
