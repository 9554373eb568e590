"""Records of several services in one form: names, dates, postcodes and property numbers brought alike."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from insight.privacy.linkage.model import FIELDS

KEYS = ["source", "record_id"]


def _names(column: pd.Series) -> pd.Series:
    plain = column.astype("string").str.normalize("NFKD").str.replace(r"[\u0300-\u036f]", "", regex=True)
    letters = plain.str.lower().str.replace(r"[^a-z]", "", regex=True)
    return letters.mask(letters == "")


def prepared(records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return all records in one frame: source, record_id, the compared fields in one form, and the rest as it came.

    Args:
        records: rows by source, with the columns of the records' contract.
    """
    parts = [frame.assign(source=source) for source, frame in sorted(records.items())]
    every = pd.concat(parts, ignore_index=True)
    for name in ("first_name", "surname"):
        every[name] = _names(every[name])
    every["birth_date"] = pd.to_datetime(every["birth_date"]).dt.strftime("%Y-%m-%d").astype("string")
    squeezed = every["postcode"].astype("string").str.upper().str.replace(r"\s+", "", regex=True)
    every["postcode"] = squeezed.mask(squeezed == "")
    every["uprn"] = every["uprn"].astype("string").str.replace(r"\D", "", regex=True).str.lstrip("0")
    every["uprn"] = every["uprn"].mask(every["uprn"] == "")
    every["sex"] = every["sex"].astype("string")
    return every


def unlinkable(every: pd.DataFrame) -> pd.Series:
    """Return flags of records that no rule can reach: no birth date, and not both names with a postcode or property."""
    has = every[list(FIELDS)].notna()
    by_date = has["birth_date"] & (has["surname"] | has["first_name"] | has["postcode"])
    by_place = has["first_name"] & has["surname"] & (has["postcode"] | has["uprn"])
    return ~(by_date | by_place)
