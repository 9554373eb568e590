"""Open geography that the project carries: real LSOA outlines, census counts, Output Area Classification counts.

All of it stands as open data (:data:`STANDING`) of one vintage; ``data/reference/geography/README.md`` says where it
comes from, ``record.json`` holds the hashes that every read is held to.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

from insight import paths
from insight.errors import InputError, Problem
from insight.sources.standing import OPEN, file_digest

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

STANDING = OPEN
RECORD, SOURCES = "record.json", "SOURCES.csv"
CODES = {"lsoa": "object", "name": "object", "supergroup": "object", "supergroup_name": "object", "runner_up": "object"}


def folder() -> Path:
    """Return the folder of the carried geography."""
    return paths.reference("geography")


def recorded() -> dict[str, str]:
    """Return the recorded sha256 of each carried file."""
    record = json.loads((folder() / RECORD).read_text(encoding="utf-8"))
    return {name: about["sha256"] for name, about in record["files"].items()}


def carried(name: str) -> Path:
    """Return a carried file, once its bytes are those of the record.

    Raises:
        InputError: the file is absent, or not what the rebuild script made.
    """
    path = folder() / name
    fix = "restore it from version control, or run scripts/rebuild_geography.py"
    if not path.exists():
        raise InputError([Problem(file=paths.shown(path), rule="the project carries this file", fix=fix)])
    if file_digest(path) != recorded()[name]:
        rule = f"its sha256 must be the one in {RECORD}"
        raise InputError([Problem(file=paths.shown(path), rule=rule, found="other content", fix=fix)])
    return path


def attribution(name: str) -> str:
    """Return the words that the licence asks for beside whatever is made from a carried file."""
    with carried(SOURCES).open(encoding="utf-8", newline="") as stream:
        return next(row["attribution"] for row in csv.DictReader(stream) if row["file"] == name)


def _table(name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(carried(name), dtype=CODES, keep_default_na=False)


def lsoa_outlines() -> gpd.GeoDataFrame:
    """Return the LSOA outlines in EPSG:4326: ``lsoa, name, vintage, geometry`` (for maps, not for measuring areas)."""
    import geopandas as gpd

    shapes = gpd.read_file(carried("lsoa_2011.geojson"))
    return shapes.astype({"lsoa": object, "name": object})[["lsoa", "name", "vintage", "geometry"]]


def census_counts() -> pd.DataFrame:
    """Return ``lsoa, name, persons, households, hectares, vintage``, one row an LSOA (hectares as the census gives)."""
    return _table("census_2011.csv")


def oac_counts() -> pd.DataFrame:
    """Return ``lsoa, supergroup, supergroup_name, output_areas, postcodes, vintage``: 8 rows an LSOA, zeros too."""
    return _table("oac_2011.csv")


def oac_predominant() -> pd.DataFrame:
    """Return the commonest supergroup of each LSOA with runner-up, counts and ``is_tied`` (about one in seven are)."""
    return _table("oac_2011_predominant.csv").astype({"is_tied": bool})


def oac_reference() -> pd.DataFrame:
    """Return ``supergroup, supergroup_name, output_areas`` of the whole United Kingdom, for location quotients."""
    return _table("oac_2011_uk.csv")
