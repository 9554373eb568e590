"""Linking from the command line: a council's records, the clerical review sheet, and what was linked in numbers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from insight import atomic, paths
from insight.errors import InsightError, NotSuppliedError
from insight.params import LoadedParams
from insight.privacy import linkage
from insight.privacy.loading import load_inputs

SOURCES = ("childrens_centre", "library", "benefits", "health_visiting")
STAGE, KEY = "profiling", "linkage_weights"
REVIEW = "review/linkage_review.csv"


def link_council(council: LoadedParams) -> linkage.Linkage:
    """Link the records that a council supplies, at the thresholds of its params.

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
    inputs = load_inputs(council.council.slug, names, loaded=council)
    low, high = council.stages[STAGE][KEY]
    return linkage.link({name.removeprefix("records_"): inputs.people(name) for name in names}, weights=(low, high))


def write_review(council: LoadedParams, made: linkage.Linkage) -> tuple[Path, int]:
    """Write the sheet for the clerical review and return where it lies and how many pairs it has.

    Raises:
        InsightError: a sheet is there already; labels in it would be lost.
    """
    target = paths.build_dir(council.council.slug) / REVIEW
    if target.exists():
        raise InsightError(
            f"{paths.shown(target)}: a sheet is there already, perhaps with labels. Fix: move or delete it first"
        )
    sheet = linkage.sample(made)
    atomic.write_with(target, partial(sheet.to_csv, index=False, lineterminator="\n"))
    target.chmod(0o600)
    return target, len(sheet)


def summary(made: linkage.Linkage) -> list[dict[str, Any]]:
    """Return records in, linked and unlinkable, people at each threshold, and the largest cluster, in numbers only."""
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
    return rows
