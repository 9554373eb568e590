"""Linking from the command line: a council's records, the clerical review sheet, and what was linked in numbers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from insight import atomic, paths
from insight.errors import InsightError, NotSuppliedError
from insight.params import LoadedParams
from insight.privacy import linkage
from insight.privacy.loading import Inputs, load_inputs
from insight.sources.contracts.records import SOURCES

STAGE, KEY = "profiling", "linkage_weights"
REVIEW = "review/linkage_review.csv"
JUDGED = ("linkage_truth", "linkage_labels")
QUALITY = ["method", "ethnic_group", "measure", "pairs", "estimate", "lower", "upper", "from"]
NOT_JUDGED = "not known: no truth keys and no returned labels; write a sheet with --review"


def load_council(council: LoadedParams) -> Inputs:
    """Load the records that a council supplies to link, and what tells how good the links are.

    Raises:
        NotSuppliedError: fewer than two services supply records.
        InputError: a file that breaks its contract or that the data-sharing register does not allow.
    """
    names = [f"records_{source}" for source in SOURCES if council.input_path(f"records_{source}") is not None]
    if len(names) < 2:  # noqa: PLR2004 - nothing to link to
        raise NotSuppliedError(
            f"{council.council.name}: {len(names)} services supply records to link. Fix: name two of the inputs "
            f"{', '.join(f'records_{source}' for source in SOURCES)} in the params file"
        )
    return load_inputs(council.council.slug, names, optional=JUDGED, loaded=council)


def link_council(council: LoadedParams, inputs: Inputs) -> linkage.Linkage:
    """Link a council's records at the thresholds of its params.

    Raises:
        InputError: too few records to train weights, or a value so common that its pairs cannot be weighed.
    """
    held = {source: inputs.people(f"records_{source}") for source in SOURCES if inputs.has(f"records_{source}")}
    low, high = council.stages[STAGE][KEY]
    return linkage.link(held, weights=(low, high))


def quality(inputs: Inputs, found: linkage.Linkage) -> pd.DataFrame:
    """Return precision and recall by group: from truth keys where all records have one, else from returned labels.

    Returns:
        Columns :data:`QUALITY`; no rows where neither was supplied.

    Raises:
        InputError: a label names a record that no source holds.
    """
    if inputs.has("linkage_truth"):
        truth = inputs.people("linkage_truth").set_index(["source", "record_id"])["person"]
        keys = list(found.records[["source", "record_id"]].itertuples(index=False, name=None))
        person = truth.reindex(pd.MultiIndex.from_tuples(keys)).reset_index(drop=True)
        if person.notna().all():
            return linkage.from_truth(found, person).assign(**{"from": "truth keys"})
    if inputs.has("linkage_labels"):
        file = paths.shown(inputs.files["linkage_labels"])
        labels = linkage.labels_of(found, inputs.people("linkage_labels"), file=file)
        return linkage.from_labels(found, labels).assign(**{"from": "clerical sample"})
    return pd.DataFrame(columns=QUALITY)


def free_place(council: LoadedParams) -> Path:
    """Return where the sheet for the clerical review goes.

    Raises:
        InsightError: a sheet is there already; labels in it would be lost.
    """
    target = paths.build_dir(council.council.slug) / REVIEW
    if target.exists():
        raise InsightError(
            f"{paths.shown(target)}: a sheet is there already, perhaps with labels. Fix: move or delete it first"
        )
    return target


def write_review(target: Path, made: linkage.Linkage) -> int:
    """Write the sheet for the clerical review, readable by its owner alone, and return how many pairs it has."""
    sheet = linkage.sample(made)
    atomic.write_with(target, partial(sheet.to_csv, index=False, lineterminator="\n"))
    target.chmod(0o600)
    return len(sheet)


def summary(made: linkage.Linkage, judged: pd.DataFrame) -> list[dict[str, Any]]:
    """Return records in, linked and unlinkable, people at each threshold, the largest cluster, and how good links are.

    Numbers only: nothing of it points at a person.
    """
    records = made.records
    rows: list[dict[str, Any]] = [
        {"what": f"records of {source.replace('_', ' ')}", "value": int(count)}
        for source, count in records["source"].value_counts().sort_index().items()
    ]
    rows.append({"what": "records that no rule can reach", "value": int(records["unlinkable"].sum())})
    rows.append({"what": "pairs weighed", "value": len(made.pairs)})
    for method in linkage.METHODS:
        sizes = records[method].value_counts()
        rows.append({"what": f"people, {method}", "value": int(sizes.size)})
        rows.append({"what": f"largest cluster, {method}", "value": int(sizes.max())})
    rows.append({"what": "comparison levels without training", "value": ", ".join(made.untrained) or "none"})
    if judged.empty:
        return [*rows, {"what": "precision and recall", "value": NOT_JUDGED}]
    for one in judged.to_dict("records"):
        what = f"{one['measure']}, {one['method']}, {str(one['ethnic_group']).replace('_', ' ')}"
        is_known = pd.notna(one["estimate"])
        text = f"{one['estimate']:.1%} ({one['lower']:.1%} to {one['upper']:.1%})" if is_known else "too few labels"
        rows.append({"what": what, "value": f"{text}, {one['pairs']} pairs, {one['from']}"})
    return rows
