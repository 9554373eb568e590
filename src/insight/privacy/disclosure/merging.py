"""Coarser categories where the finer ones cannot be shown: a table tries the steps of a hierarchy, the finest first.

Hierarchies are data (``data/reference/category_hierarchies.csv``): which categories become one at each step. A table
that hides more than half of a group's rows tells nobody anything, and one whose small counts can be told in spite of
all that is hidden must not be shown; both are made again with categories merged, and log and caption say so.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from insight import paths
from insight.privacy.disclosure import log
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS

FILE = "category_hierarchies.csv"
MOST_HIDDEN = 0.5
"""Share of the rows of a group beyond which hiding leaves a table without use."""


@dataclass(frozen=True, kw_only=True)
class Merge:
    """One step of a hierarchy: the merged category of each category, and its name; none merged at the first step."""

    hierarchy: str = ""
    step: int = 0
    to: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, categories: pd.Series) -> pd.Series:
        """Return each category, merged where the step merges it."""
        return categories.map(lambda one: self.to.get(str(one), one))

    def words(self, categories: Sequence[str]) -> str:
        """Return which of the categories present became one, as captions tell it; empty where none did."""
        joined: dict[str, list[str]] = {}
        for one in dict.fromkeys(map(str, categories)):
            if one in self.to:
                joined.setdefault(self.names[self.to[one]], []).append(one)
        parts = [f"{name} ({', '.join(sorted(those))})" for name, those in joined.items() if len(those) > 1]
        return "; ".join(parts).replace("_", " ")


def steps(hierarchy: str) -> tuple[Merge, ...]:
    """Return the steps of a hierarchy, the first without any merging.

    Raises:
        KeyError: no such hierarchy.
    """
    to: dict[int, dict[str, str]] = {}
    names: dict[int, dict[str, str]] = {}
    with paths.reference(FILE).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["hierarchy"] == hierarchy:
                to.setdefault(int(row["step"]), {})[row["category"]] = row["merged"]
                names.setdefault(int(row["step"]), {})[row["merged"]] = row["merged_name"]
    if not to:
        raise KeyError(f"no hierarchy {hierarchy!r}. Fix: add it to data/reference/{FILE}")
    made = [Merge(hierarchy=hierarchy, step=step, to=to[step], names=names[step]) for step in sorted(to)]
    return (Merge(hierarchy=hierarchy), *made)


def is_useful(frame: pd.DataFrame, *, where: tuple[str, str] | None = None) -> bool:
    """Whether a table is protected and no group of it has more than half of its rows hidden.

    Args:
        frame: after disclosure control.
        where: a column and its value, where the categories are those of some rows alone.
    """
    done = frame.attrs[log.ATTRIBUTE]
    if done["unprotected"]:
        return False
    own = frame if where is None else frame[frame[where[0]] == where[1]]
    hidden = own[STATUS].eq(CONFIDENTIAL)
    groups = [name for name in done["within"] if name in own.columns]
    shares = hidden.groupby([own[name] for name in groups], dropna=False).mean() if groups else [hidden.mean()]
    return not any(share > MOST_HIDDEN for share in shares)


def least_merged(
    make: Callable[[Merge], pd.DataFrame],
    *,
    hierarchy: str,
    categories: Sequence[str] = (),
    where: tuple[str, str] | None = None,
) -> pd.DataFrame:
    """Return a table at the finest step of a hierarchy at which it is of use.

    Args:
        make: returns the table at a step, after disclosure control.
        hierarchy: name of the hierarchy.
        categories: the table's categories, for the words of what was merged.
        where: a column and its value, where the categories are those of some rows alone.

    Returns:
        The first useful table; else the coarsest that is protected; else the coarsest, which the stage then refuses to
        save. Its log entry says what was merged (:func:`words`).
    """
    best: pd.DataFrame | None = None
    before = log.mark()
    for step in steps(hierarchy):
        log.forget(before)
        frame = make(step)
        if log.ATTRIBUTE not in frame.attrs:
            return frame
        if is_useful(frame, where=where):
            best, chosen = frame, step
            break
        if best is None or best.attrs[log.ATTRIBUTE]["unprotected"] or not frame.attrs[log.ATTRIBUTE]["unprotected"]:
            best, chosen = frame, step
    assert best is not None  # noqa: S101 - a hierarchy has a step
    entry = {**best.attrs[log.ATTRIBUTE], "merged": chosen.words(categories)}
    log.forget(before)
    log.record(log.Entry(**{**entry, "columns": tuple(entry["columns"]), "within": tuple(entry["within"])}))
    best.attrs[log.ATTRIBUTE] = entry
    return best


def words(frame: pd.DataFrame) -> str:
    """Return the caption's sentence on what was merged, with a space before it; empty where nothing was."""
    said = frame.attrs.get(log.ATTRIBUTE, {}).get("merged", "")
    return f" Merged, because numbers were too small to show apart: {said}." if said else ""
