"""The linked file that stage 01 leaves, read by another stage: pseudonyms are made anew, so that clusters meet records.

Restricted: the file names nobody, and only whoever has both the records and the project's key can use it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.privacy.linkage import METHODS, Linkage
from insight.privacy.linkage.records import KEYS, prepared
from insight.privacy.loading import Inputs
from insight.privacy.pseudonyms import pseudonymiser
from insight.sources.contracts.records import SOURCES

STAGE, TABLE, PURPOSE = "profiling", "linked", "linkage"
LEAST_SOURCES = 2


def supplied_records(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """Return the records of each service that supplied any, by source."""
    return {source: inputs.people(f"records_{source}") for source in SOURCES if inputs.has(f"records_{source}")}


def pseudonyms(inputs: Inputs, every: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the pseudonym of each record by source and record_id.

    Raises:
        PseudonymKeyError: no key to make them with.
    """
    names = [f"records_{source}" for source in SOURCES if inputs.has(f"records_{source}")]
    giver = pseudonymiser(inputs.council, purpose=PURPOSE, standing=inputs.standing(*names))
    keys = [(str(a), str(b)) for a, b in every[KEYS].itertuples(index=False, name=None)]
    return {key: giver.of(f"{key[0]} {key[1]}") for key in keys}


def table_of_stage(inputs: Inputs, table: str) -> pd.DataFrame:
    """Return a table that stage 01 left, or an empty frame where it left none."""
    file = paths.stage_dir(inputs.council.council.slug, STAGE) / "tables" / f"{table}.csv"
    return pd.read_csv(file) if file.exists() else pd.DataFrame()


def handed_on(inputs: Inputs) -> Linkage | None:
    """Return the records with the clusters that stage 01 found; nothing where it linked none.

    Raises:
        InputError: the linked file is of other records, or was made with another key.
        PseudonymKeyError: no key to make the pseudonyms with.
    """
    records = supplied_records(inputs)
    rows = table_of_stage(inputs, TABLE)
    if len(records) < LEAST_SOURCES or rows.empty:
        return None
    every = prepared(records)
    known = pseudonyms(inputs, every)
    own = [known[str(a), str(b)] for a, b in every[KEYS].itertuples(index=False, name=None)]
    by_name = rows.set_index("pseudonym")
    if set(own) != set(by_name.index):
        file = Path(STAGE) / "tables" / f"{TABLE}.csv"
        rule = "the linked file is of the same records and key as this run"
        raise InputError([Problem(file=str(file), rule=rule, fix=f"run the stage {STAGE} again")])
    for method in METHODS:
        every[method] = pd.factorize(by_name.loc[own, f"cluster_{method}"])[0]
    nothing = pd.DataFrame({"left": [], "right": []}, dtype=int)
    return Linkage(records=every, pairs=nothing, baseline=nothing, weights=(float("nan"),) * 2, untrained=())
