"""Checks of a design before any library sees it, and the frame with internal column names that it then gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from insight.methods.survey import adapter
from insight.methods.survey.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd

STAGES = 2
SHOWN = 3


def names(given: str | Sequence[str] | None) -> list[str]:
    """Return column names as a list."""
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


def design(
    data: pd.DataFrame, *, weights: str | None, strata: list[str], psu: list[str], fpc: list[str], nest: bool
) -> None:
    """Refuse a design that cannot be; the message names column and fix."""
    asked = [*names(weights), *strata, *psu, *fpc]
    missing = [name for name in asked if name not in data]
    if missing:
        raise SurveyError(f"no column {', '.join(missing)} in the data. Fix: name columns of the frame")
    if not len(data):
        raise SurveyError("the data have no rows. Fix: a design needs at least one respondent")
    for name in (*strata, *psu):
        if data[name].isna().any():
            raise SurveyError(f"`{name}` is missing for {int(data[name].isna().sum())} rows. Fix: fill or drop them")
    if weights is not None:
        _weights(data, weights)
    if len(psu) > STAGES or len(fpc) > max(1, len(psu)):
        raise SurveyError("at most two stages of clusters, and one population size a stage. Fix: drop the inner ones")
    if psu and strata and not nest:
        _nested(data, strata, psu[0])
    if fpc:
        _population(data, strata, psu, fpc)


def _weights(data: pd.DataFrame, name: str) -> None:
    values = data[name].to_numpy(dtype=float, na_value=np.nan)
    bad = int((~np.isfinite(values) | (values < 0)).sum())
    if bad:
        raise SurveyError(f"`{name}`: {bad} weights are missing or below 0. Fix: weights are 0 or more")
    if not (values > 0).any():
        raise SurveyError(f"`{name}`: every weight is 0. Fix: give at least one respondent a weight")


def _nested(data: pd.DataFrame, strata: list[str], psu: str) -> None:
    pairs = data[[*strata, psu]].drop_duplicates()
    twice = pairs.loc[pairs[psu].duplicated(keep=False), psu].astype(str).unique()
    if len(twice):
        shown = ", ".join(twice[:SHOWN])
        raise SurveyError(f"`{psu}`: {shown} lies in more than one stratum. Fix: make codes unique, or pass nest=True")


def _population(data: pd.DataFrame, strata: list[str], psu: list[str], fpc: list[str]) -> None:
    first = data[fpc[0]].to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(first).all() or (first < 1).any():
        raise SurveyError(f"`{fpc[0]}` holds sizes below 1 or none. Fix: give the clusters that each stratum has")
    group = codes(data, strata) if strata else np.zeros(len(data), dtype=int)
    units = codes(data, psu[:1]) if psu else np.arange(len(data))
    for one in np.unique(group):
        drawn, size = len(np.unique(units[group == one])), first[group == one]
        if len(set(size)) > 1 or drawn > size[0]:
            raise SurveyError(
                f"`{fpc[0]}`: {drawn} units drawn where the population is {size.min():g} to {size.max():g}. "
                "Fix: one size a stratum, no smaller than its sample"
            )


def codes(data: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Return a number a row for the combination of columns."""
    place = np.zeros(len(data), dtype=int)
    for name in columns:
        # plain objects: grouping by the text type of pandas 3 costs several times as much
        _, own = np.unique(data[name].to_numpy(dtype=object), return_inverse=True)
        place = np.unique(place * (int(own.max()) + 1) + own, return_inverse=True)[1]
    return place


def lone_strata(data: pd.DataFrame, strata: list[str], psu: list[str]) -> tuple[str, ...]:
    """Return names of strata with a single cluster (or row)."""
    if not strata:
        return ()
    grouped = data.groupby(strata, observed=True)
    counts = grouped[psu[0]].nunique() if psu else grouped.size()
    return tuple(
        str(name[0] if isinstance(name, tuple) and len(name) == 1 else name) for name in counts.index[counts < STAGES]
    )


def prepared(
    data: pd.DataFrame, *, weights: str | None, strata: list[str], psu: list[str], fpc: list[str]
) -> tuple[pd.DataFrame, adapter.Roles]:
    """Return the frame that the library gets, its design columns under internal names, and their roles."""
    import pandas as pd

    clusters = [*psu]
    columns: dict[str, np.ndarray] = {}
    # raking starts from weights: without any, all start alike
    columns[adapter.WEIGHT] = np.ones(len(data)) if weights is None else data[weights].to_numpy(dtype=float)
    if strata:
        columns[adapter.STRATUM] = codes(data, strata)
    if clusters:
        columns[adapter.PSU] = codes(data, [*strata, clusters[0]])
    if len(clusters) == STAGES:
        columns[adapter.SSU] = codes(data, [*strata, *clusters])
    for name, source in zip((adapter.POP, adapter.POP_SSU), fpc, strict=False):
        columns[name] = data[source].to_numpy(dtype=float)
    roles = adapter.Roles(
        stratum=bool(strata),
        psu=bool(clusters),
        ssu=len(clusters) == STAGES,
        population=len(fpc),
    )
    # what is estimated is added as a helper column when asked for, so that nothing else is carried along
    return pd.DataFrame({"_row": np.arange(len(data)), **columns}), roles
