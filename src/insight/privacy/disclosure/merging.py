"""Coarser categories where the finer ones cannot be shown: a table tries the steps of a hierarchy, the finest first.

Hierarchies are data (``data/reference/category_hierarchies.csv``): which categories become one at each step. A table
that hides more than half of a group's rows tells nobody anything, and one whose small counts can be told in spite of
all that is hidden must not be shown; both are made again with categories merged, and log and caption say so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from insight import paths
from insight.privacy.disclosure import log
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS

FILE = "category_hierarchies.csv"
AGE_BANDS = "age_band"
OF_PEOPLE = {AGE_BANDS: AGE_BANDS, "ethnic_group": "ethnic_group"}
"""Hierarchies of the characteristics that surveys ask of everyone, by column."""
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
        return categories.map(lambda one: self.to.get(key_of(one), one))

    def named(self, categories: pd.Series) -> pd.Series:
        """Return each category, the merged ones under the name that readers see, if they are more than one."""
        several = self._joined(list(categories.dropna()))
        names = {self.to[key_of(one)]: name for name, those in several.items() for one in those if len(those) > 1}
        return categories.map(lambda one: names.get(self.to.get(key_of(one), ""), one))

    def _joined(self, categories: Sequence[object]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in dict.fromkeys(map(str, categories)):
            if key_of(one) in self.to:
                found.setdefault(self.names[self.to[key_of(one)]], []).append(one)
        return found

    def words(self, categories: Sequence[str]) -> str:
        """Return which of the categories present became one, as captions tell it; empty where none did."""
        joined = self._joined(categories).items()
        parts = [f"{name} ({', '.join(sorted(those))})" for name, those in joined if len(those) > 1]
        return "; ".join(parts).replace("_", " ")


def key_of(category: object) -> str:
    """Return a category as hierarchies name it: small letters, underscores for spaces."""
    return str(category).strip().lower().replace(" ", "_")


def _bands(categories: Sequence[str]) -> tuple[Merge, ...]:
    """Return the steps of age bands, whatever a council's are: neighbours in twos, then in fours, to the whole."""
    known = {str(one): re.match(r"(\d+)(?:\D+(\d+))?", str(one)) for one in categories}
    ages = sorted((int(found[1]), found[2] or "", one) for one, found in known.items() if found)
    made, size = [Merge(hierarchy=AGE_BANDS)], 2
    while size < 2 * len(ages):
        runs = [ages[place : place + size] for place in range(0, len(ages), size)]
        label = {one: f"{run[0][0]}-{run[-1][1]}" if run[-1][1] else f"{run[0][0]}+" for run in runs for *_, one in run}
        to = {key_of(one): name for one, name in label.items()}
        names = {name: name for name in label.values()}
        made.append(Merge(hierarchy=AGE_BANDS, step=len(made), to=to, names=names))
        size *= 2
    return tuple(made)


def steps(hierarchy: str, categories: Sequence[str] = ()) -> tuple[Merge, ...]:
    """Return the steps of a hierarchy, the first without any merging.

    Args:
        hierarchy: its name; those of :data:`AGE_BANDS` follow from the bands themselves.
        categories: the table's categories.

    Raises:
        KeyError: no such hierarchy.
    """
    if hierarchy == AGE_BANDS:
        return _bands(categories)
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
    for step in steps(hierarchy, categories):
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


def merged_apart(
    makers: Mapping[str, Callable[[Merge], pd.DataFrame]],
    *,
    hierarchies: Mapping[str, str],
    categories: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    """Return a table of several characteristics, each at the finest step of its own hierarchy at which it is of use.

    Args:
        makers: by characteristic, what returns its rows at a step, after disclosure control.
        hierarchies: by characteristic; those without one are not merged.
        categories: by characteristic, its categories.
    """
    parts = [
        least_merged(make, hierarchy=hierarchies[name], categories=categories[name])
        if name in hierarchies
        else make(Merge())
        for name, make in makers.items()
    ]
    return log.join(pd.concat(parts, ignore_index=True), parts)


def words(frame: pd.DataFrame) -> str:
    """Return the caption's sentence on what was merged, with a space before it; empty where nothing was."""
    said = frame.attrs.get(log.ATTRIBUTE, {}).get("merged", "")
    return f" Merged, because numbers were too small to show apart: {said}." if said else ""
