"""Tables whose rows and columns both have totals that are shown elsewhere, such as places by category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from insight.privacy.disclosure import log
from insight.privacy.disclosure.cells import Cells
from insight.privacy.disclosure.frames import entry_of, parts_of, rounded
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS
from insight.privacy.disclosure.secondary import choose

Line = tuple[tuple[int, float], ...]


def _system(
    frame: pd.DataFrame,
    count: str,
    keys: Sequence[str | Sequence[str]],
    is_open: np.ndarray,
    *,
    threshold: int,
    parts: Mapping[int, Sequence[int]],
) -> Cells:
    """Return the table's cells with every total of ``threshold`` or more, which are open, and rows that are sums."""
    values = frame[count].astype(float).to_numpy()
    totals: list[float] = []
    lines: list[Line] = [
        (*((part, 1.0) for part in own), (whole, -1.0))
        for whole, own in parts.items()
        if values[list(own)].sum() == values[whole]
    ]
    for key in keys:
        names = [key] if isinstance(key, str) else list(key)
        for places in frame.groupby(names, sort=False, observed=True).indices.values():
            whole = float(values[places].sum())
            if len(places) > 1 and whole >= threshold:
                lines.append((*((int(place), 1.0) for place in places), (len(values) + len(totals), -1.0)))
                totals.append(whole)
    return Cells(
        values=np.array([*values, *totals]),
        lines=tuple(lines),
        unit=np.arange(len(values) + len(totals)),
        is_open=np.array([*is_open, *(True for _ in totals)], dtype=bool),
    )


def suppress_both_ways(
    frame: pd.DataFrame,
    count: str,
    *,
    keys: Sequence[str | Sequence[str]],
    threshold: int,
    also: Sequence[str] = (),
    forced: pd.Series | None = None,
    nests: tuple[str, str] | None = None,
) -> pd.DataFrame:
    """Hide small counts of a two-way table and further cells, so that neither kind of total tells one.

    Args:
        frame: one row a cell; its index is not used.
        count: column of unweighted counts of people.
        keys: columns, or sets of columns, each naming groups whose total is shown; rows without a name in one of a
            set's columns are in no group of it.
        threshold: the council's; counts from 1 to ``threshold - 1`` are hidden.
        also: columns computed from the counts, hidden with them.
        forced: flags of cells that are hidden whatever they hold, because another table hides them.
        nests: column that names each row, and column with the name of the row that it is a part of (missing where of
            none), as kinds are of a group. Both columns are dropped.

    Returns:
        A copy with hidden cells missing and a ``status`` column; the log entry stands in its ``attrs``.
    """
    policy = log.policy_for(threshold)
    shown = frame.reset_index(drop=True)
    counts = shown[count].astype(float).to_numpy()
    printed = log.already_published(shown)
    small = (counts >= 1) & (counts < policy.threshold) & ~printed
    must = small if forced is None else small | (forced.to_numpy(dtype=bool) & ~printed)
    is_zero = counts == 0
    if policy.zeros_are_disclosive:
        must = must | (is_zero & ~printed)
    # Where zeros stay shown, everyone knows that a hidden count is one or more, and no zero can hide one.
    is_open = printed if policy.zeros_are_disclosive else printed | (is_zero & ~must)
    hidden, choices = np.zeros(len(shown), dtype=bool), []
    if must.any():
        parts = parts_of(shown, nests)
        cells = _system(shown, count, keys, is_open, threshold=policy.threshold, parts=parts)
        flags = np.zeros(len(cells.values), dtype=bool)
        flags[: len(counts)] = must
        lowest = 0.0 if policy.zeros_are_disclosive else 1.0
        choices = [choose(cells, flags, protection=policy.protection, lowest=lowest)]
        hidden = choices[0].hidden[: len(counts)]
    shown[STATUS] = np.where(hidden, CONFIDENTIAL, "")
    if policy.round_base:
        rounded(shown, [count], also, None, policy.round_base)
    for column in (count, *also):
        shown[column] = shown[column].astype("float64").mask(hidden)
    shown = shown.drop(columns=list(nests or ()))
    names = list(dict.fromkeys(one for key in keys for one in ([key] if isinstance(key, str) else key)))
    entry = entry_of(policy, [count], names, must, hidden, choices, int(printed.sum()))
    log.record(entry)
    shown.attrs[log.ATTRIBUTE] = entry.as_dict()
    return shown
