"""Disclosure control of tidy frames: one call hides small counts, what would give them away, and what rests on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.privacy.disclosure import log
from insight.privacy.disclosure.cells import Cells
from insight.privacy.disclosure.magnitude import is_dominated_by
from insight.privacy.disclosure.markers import CONFIDENTIAL, STATUS, UNRELIABLE
from insight.privacy.disclosure.secondary import Choice, choose

if TYPE_CHECKING:
    from insight.privacy.disclosure.policies import Policy

Line = tuple[tuple[int, float], ...]


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Rows whose sums are shown: counts by column, their rests, and what must not be told."""

    counts: np.ndarray
    """Rows by columns; the rest of a base is a column of its own."""
    base: np.ndarray | None
    small: np.ndarray
    is_open: np.ndarray
    has_total: bool
    unit: np.ndarray
    """Number of the cell that each row belongs to: rows of one cell, such as its editions, are hidden together."""
    edition: np.ndarray
    """Which edition and group of the table a row stands in; each has a total of its own."""
    dear: np.ndarray
    """Flags of rows that are hidden only where nothing else protects the small ones."""
    nests: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """Rows that are sums of other rows, as a ward is of its neighbourhoods."""

    def _nested(self) -> list[Line]:
        """Return the sums that rows are of others, where they do add up; rosters of other days may not."""
        columns = self.counts.shape[1]
        return [
            (*((row * columns + column, 1.0) for row in parts), (whole * columns + column, -1.0))
            for whole, parts in self.nests
            for column in range(columns)
            if self.counts[list(parts), column].sum() == self.counts[whole, column]
        ]

    def cells(self, policy: Policy) -> Cells:
        """Return the block's counts with a cell for each total that is shown; small totals are not."""
        rows, columns = self.counts.shape
        values, lines = [*self.counts.ravel()], self._nested()
        unit, is_open = [*np.repeat(self.unit, columns)], [*np.repeat(self.is_open, columns)]
        first = int(self.unit.max()) + 1

        def shown(value: float) -> int:
            values.append(value)
            unit.append(first + len(values) - rows * columns - 1)
            is_open.append(True)
            return len(values) - 1

        for edition in np.unique(self.edition) if self.has_total else ():
            own = np.flatnonzero(self.edition == edition)
            for column in range(columns):
                whole = float(self.counts[own, column].sum())
                if len(own) > 1 and whole >= policy.threshold:
                    total = shown(whole)
                    lines.append((*((row * columns + column, 1.0) for row in own), (total, -1.0)))
        if self.base is not None:
            for row in np.flatnonzero(self.base >= policy.threshold):
                total = shown(float(self.base[row]))
                lines.append((*((row * columns + column, 1.0) for column in range(columns)), (total, -1.0)))
        return Cells(
            values=np.array(values, dtype=float),
            lines=tuple(lines),
            unit=np.array(unit, dtype=int),
            is_open=np.array(is_open, dtype=bool),
        )

    def choose(self, policy: Policy) -> Choice:
        """Return what to hide."""
        cells = self.cells(policy)
        small = np.zeros(len(cells.values), dtype=bool)
        small[: self.small.size] = self.small.ravel()
        lowest = 0.0
        if self.counts.shape[1] == 1 and not policy.zeros_are_disclosive:
            # Zeros are always shown, so everyone knows that a hidden count is 1 or more, and no zero can hide one.
            lowest = 1.0
            own = np.zeros(len(cells.values), dtype=bool)
            own[: self.counts.size] = self.counts.ravel() == 0
            cells = Cells(values=cells.values, lines=cells.lines, unit=cells.unit, is_open=cells.is_open | own)
        dear = np.zeros(len(cells.values), dtype=bool)
        dear[: self.counts.size] = np.repeat(self.dear, self.counts.shape[1])
        return choose(cells, small, protection=policy.protection, lowest=lowest, dear=dear)


def _small(counts: np.ndarray, base: np.ndarray | None, policy: Policy) -> np.ndarray:
    is_small = (counts >= 1) & (counts < policy.threshold)
    if base is not None:
        is_small |= ((base > 0) & (base < policy.least_base))[:, None]
        if policy.zeros_are_disclosive:
            is_small |= (base > 0)[:, None] & ((counts == 0) | (counts == base[:, None]))
    return is_small


def _treated(block: _Block, policy: Policy) -> tuple[np.ndarray, Choice | None]:
    """Return which rows are hidden; without sums the small ones alone."""
    if not block.small.any():
        return np.zeros(len(block.counts), dtype=bool), None
    if not block.has_total and block.base is None:
        hidden = block.small.any(axis=1)
        return np.isin(block.unit, block.unit[hidden]) & ~block.is_open, None
    choice = block.choose(policy)
    rows, columns = block.counts.shape
    return np.asarray(choice.hidden[: rows * columns].reshape(rows, columns).any(axis=1)), choice


def _unprotected(choice: Choice, policy: Policy) -> int:
    """Return how many small counts can be told more closely than they may be.

    Where all is hidden a count need only be as open as the mark itself leaves it: from 1 to below the threshold.
    """
    told = choice.small & choice.hidden
    within = choice.audit.width[told]
    least = policy.protection if choice.is_safe or not choice.is_all else min(policy.protection, policy.threshold - 2)
    return int((within < least).sum())


def _editions(frame: pd.DataFrame, within: Sequence[str], editions: str | None, cell: Sequence[str]) -> np.ndarray:
    """Return, for each row, the number of the cell that it is an edition of."""
    if editions is None:
        return np.arange(len(frame))
    return np.asarray(frame.groupby([*within, *cell], sort=False, dropna=False).ngroup())


def rounded(frame: pd.DataFrame, counts: Sequence[str], also: Sequence[str], base: str | None, step: int) -> None:
    """Round counts, and shares onto the grid that rounded counts give, in place."""
    first = frame[counts[0]].astype(float)
    shares = [name for name in also if pd.api.types.is_numeric_dtype(frame[name])]
    whole = frame[base].astype(float) if base else first / frame[shares[0]].astype(float) if shares else None
    for name in counts:
        frame[name] = (frame[name].astype(float) / step).round() * step
    if whole is not None:
        grid = (step / whole).where(lambda one: np.isfinite(one) & (one > 0))
        for name in shares:
            near = ((frame[name].astype(float) / grid).round() * grid).clip(upper=1.0)
            frame[name] = near.where(grid.notna() & frame[name].between(0, 1), frame[name])


def parts_of(frame: pd.DataFrame, nests: tuple[str, str] | None) -> dict[int, list[int]]:
    """Return, by place of a row, the places of the rows that it is the sum of."""
    if nests is None:
        return {}
    place = {name: number for number, name in enumerate(frame[nests[0]])}
    found: dict[int, list[int]] = {}
    for number, whole in enumerate(frame[nests[1]]):
        if whole in place:
            found.setdefault(place[whole], []).append(number)
    return found


def _systems(group: np.ndarray, parts: Mapping[int, Sequence[int]]) -> list[np.ndarray]:
    """Return the places of the rows of each system: a group, with the groups that its rows are parts of."""
    own = {int(one): int(one) for one in group}

    def root(one: int) -> int:
        while own[one] != one:
            one = own[one]
        return one

    for whole, those in parts.items():
        for one in those:
            own[root(int(group[one]))] = root(int(group[whole]))
    top = np.array([root(int(one)) for one in group], dtype=int)
    return [np.flatnonzero(top == one) for one in dict.fromkeys(top)]


def _flags(frame: pd.DataFrame, column: str | None) -> np.ndarray:
    return np.zeros(len(frame), dtype=bool) if column is None else frame[column].to_numpy(dtype=bool)


def dominates(largest: Sequence[float], total: float, *, threshold: int) -> bool:
    """Whether one or two cases dominate a sum by the policy in force, from its two largest cases and the sum of all."""
    policy = log.policy_for(threshold)
    return is_dominated_by(largest, total, nk_n=policy.nk_n, nk_k=policy.nk_k, pratio_p=policy.pratio_p)


def suppress(
    frame: pd.DataFrame,
    count: str | Sequence[str],
    *,
    threshold: int,
    also: Sequence[str] = (),
    within: Sequence[str] = (),
    base: str | None = None,
    dominated: str | None = None,
    editions: str | None = None,
    cell: Sequence[str] = (),
    nests: tuple[str, str] | None = None,
    forced: str | None = None,
    dear: str | None = None,
) -> pd.DataFrame:
    """Hide small counts, further rows that protect them, and whatever is computed from hidden counts.

    Args:
        frame: one row a cell of the table.
        count: column of unweighted counts of people, or several that stand in one row and are hidden together.
        threshold: the council's; counts from 1 to ``threshold - 1`` are hidden.
        also: columns computed from the counts (shares, limits), hidden with them.
        within: columns that name groups whose total is shown; rows of a group are chosen so that no subtraction tells
            a small count within the policy's protection.
        base: column of the totals that each count is a part of, which stay shown; a small rest is then hidden too.
        dominated: column of flags of rows whose sums one or two cases dominate by the policy in force
            (:func:`dominates`): hidden like small counts. The column itself is dropped.
        editions: column that names editions of one table which count nearly the same people, such as thresholds of
            linkage: they are one system, and a cell hidden in one is hidden in all.
        cell: columns that with ``within`` name a cell across its editions.
        nests: column that names each row, and column with the name of the row that it is a part of (missing where of
            none), as neighbourhoods are of wards: all groups tied so are one system. Both columns are dropped.
        forced: column of flags of rows that would give away a small count of another table, hidden whatever they hold;
            dropped.
        dear: column of flags of rows that readers need most, hidden only where nothing else protects the small ones;
            dropped.

    Returns:
        A copy with hidden cells missing and a ``status`` column: ``c`` for them, ``u`` for few cases.
    """
    counts = [count] if isinstance(count, str) else list(count)
    policy = log.policy_for(threshold)
    shown = frame.copy()
    given = shown[counts].astype(float).to_numpy()
    whole = None if base is None else shown[base].astype(float).to_numpy()
    if whole is not None:
        given = np.column_stack([given, whole - given.sum(axis=1)])
    is_known = ~np.isnan(given).any(axis=1)
    given = np.where(is_known[:, None], given, 0.0)
    is_open = log.already_published(shown)
    few, must = _flags(shown, dominated), _flags(shown, forced)
    own = (_small(given, whole, policy) | few[:, None]) & (is_known & ~is_open)[:, None]
    small = own | (must & is_known & ~is_open)[:, None]
    keep = _flags(shown, dear)
    hidden, choices = np.zeros(len(shown), dtype=bool), []
    unit = _editions(shown, within, editions, cell)
    edition = np.zeros(len(shown), dtype=int) if editions is None else pd.factorize(shown[editions])[0]
    group = shown.groupby(list(within), sort=False, dropna=False).ngroup() if within else pd.Series(0, shown.index)
    total_of = pd.factorize(pd.MultiIndex.from_arrays([group.to_numpy(), edition]))[0] if len(shown) else edition
    parts = parts_of(shown, nests)
    for rows in _systems(group.to_numpy(), parts):
        place = {int(row): number for number, row in enumerate(rows)}
        block = _Block(
            counts=given[rows],
            base=None if whole is None else np.nan_to_num(whole[rows]),
            small=small[rows],
            is_open=is_open[rows] | ~is_known[rows],
            has_total=bool(within),
            unit=pd.factorize(unit[rows])[0],
            edition=total_of[rows],
            dear=keep[rows],
            nests=tuple((place[top], tuple(place[one] for one in own)) for top, own in parts.items() if top in place),
        )
        hidden[rows], choice = _treated(block, policy)
        if choice is not None:
            choices.append(choice)
    hidden &= is_known & ~is_open
    status = np.where(hidden, CONFIDENTIAL, "")
    if base is not None and whole is not None and (hidden & (whole < policy.threshold)).any():
        # A small base tells as much of its few people as the count would.
        shown[base] = shown[base].astype("float64").mask(hidden & (whole < policy.threshold))
    if whole is not None and policy.flag_base:
        status = np.where(~hidden & (whole < policy.flag_base), UNRELIABLE, status)
    shown[STATUS] = status
    if policy.round_base:
        rounded(shown, counts, also, base, policy.round_base)
    for column in (*counts, *also):
        shown[column] = shown[column].astype("float64").mask(hidden)
    shown = shown.drop(columns=[*filter(None, (dominated, forced, dear)), *(nests or ())])
    entry = entry_of(policy, counts, within, own.any(axis=1), hidden, choices, int(is_open.sum()), int(few.sum()))
    log.record(entry)
    shown.attrs[log.ATTRIBUTE] = entry.as_dict()
    return shown


def entry_of(
    policy: Policy,
    counts: Sequence[str],
    within: Sequence[str],
    small: np.ndarray,
    hidden: np.ndarray,
    choices: Sequence[Choice],
    published: int,
    dominated: int = 0,
) -> log.Entry:
    """Return what the log says of one table: never a hidden number."""
    widths = [width for one in choices for width in one.audit.width[one.small & one.hidden]]
    finite = [float(width) for width in widths if np.isfinite(width)]
    return log.Entry(
        columns=tuple(counts),
        within=tuple(within),
        policy=policy.name,
        threshold=policy.threshold,
        cells=len(hidden),
        small=int(small.sum()),
        secondary=int((hidden & ~small).sum()),
        narrowest=min(finite) if finite else None,
        unprotected=sum(_unprotected(one, policy) for one in choices),
        published=published,
        dominated=dominated,
    )
