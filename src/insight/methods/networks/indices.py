"""Indices of mixing between groups: E-I, Coleman's homophily, Newman's assortativity, Blau's diversity.

Conventions, the same throughout:

* E-I is (external - internal) / (external + internal), from -1 (all within the group) to +1 (all beyond it); not a
  number where there are no ties. An undirected tie counts once, a directed arc once; weights count only where given.
* A mixing matrix is square: row = group of the one who names, column = group of the one named, cell = ties. The
  diagonal holds the ties within. For undirected ties give either each tie once (in either of its two cells) or every
  tie from both of its ends (diagonal then doubled): shares of ties are the same.
* Contacts of unknown group belong in no cell. They are left out, and :func:`e_i_bounds` says what they could change.

Sources: Krackhardt and Stern (1988); Coleman (1958); Newman (2003), equation 2; Blau (1977).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from insight.methods.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

NOT_IDENTIFIABLE = "not identifiable from these data"


@dataclass(frozen=True, kw_only=True)
class NotIdentifiable:
    """In place of a number that the data cannot give: what was asked for, and why it cannot be had."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what}: {NOT_IDENTIFIABLE} ({self.reason})"

    def __float__(self) -> float:
        """Return not a number, so that no arithmetic can make a result of it."""
        return math.nan


def e_i(external: float, internal: float) -> float:
    """Return the E-I index of a set of ties; not a number where there are none."""
    ties = external + internal
    return (external - internal) / ties if ties else math.nan


def e_i_bounds(external: float, internal: float, unknown: float) -> tuple[float, float]:
    """Return E-I if every tie of unknown group were within the group, and if every one were beyond it."""
    return e_i(external, internal + unknown), e_i(external + unknown, internal)


def as_e_i(external_share: Estimate) -> Estimate:
    """Return E-I with its limits from the share of external ties (E-I is twice the share, less one)."""
    lower, upper = external_share.lower, external_share.upper
    return replace(
        external_share,
        estimate=2 * external_share.estimate - 1,
        lower=None if lower is None else 2 * lower - 1,
        upper=None if upper is None else 2 * upper - 1,
        method=f"E-I from the share of external ties, {external_share.method}",
    )


def mixing_matrix(
    own: Sequence[Hashable] | np.ndarray | pd.Series,
    other: Sequence[Hashable] | np.ndarray | pd.Series,
    ties: Sequence[float] | np.ndarray | pd.Series | None = None,
    *,
    unknown: Hashable = "unknown",
) -> pd.DataFrame:
    """Return ties by group as a square frame: rows the group of the namer, columns that of the named.

    Args:
        own: group of the one who names, one a tie (or a count of ties).
        other: group of the one named.
        ties: how many ties each row stands for; one each when absent.
        unknown: the code of contacts whose group is not known; they are in no cell.

    Returns:
        Square frame over all groups of either side, in sorted order; its total is the number of known ties.
    """
    import pandas as pd

    first, second = np.asarray(own, dtype=object), np.asarray(other, dtype=object)
    weight = np.ones(len(first)) if ties is None else np.asarray(ties, dtype=float)
    held = (first != unknown) & (second != unknown)
    groups = sorted({*first[first != unknown], *second[held]}, key=str)
    place = {name: number for number, name in enumerate(groups)}
    flat = np.array([place[a] * len(groups) + place[b] for a, b in zip(first[held], second[held], strict=True)], int)
    cells = np.bincount(flat, weights=weight[held], minlength=len(groups) ** 2).reshape(len(groups), len(groups))
    return pd.DataFrame(cells, index=pd.Index(groups, name="own_group"), columns=pd.Index(groups, name="other_group"))


def square(matrix: pd.DataFrame | np.ndarray) -> np.ndarray:
    """Return a mixing matrix as numbers.

    Raises:
        ValueError: not square, rows and columns in different order, or a negative count.
    """
    cells = np.asarray(matrix, dtype=float)
    if cells.ndim != 2 or cells.shape[0] != cells.shape[1]:  # noqa: PLR2004 - a matrix has two axes
        raise ValueError(
            f"a mixing matrix is square, not of shape {cells.shape}. Fix: give every group a row and column"
        )
    labels = getattr(matrix, "index", None)
    if labels is not None and list(labels) != list(matrix.columns):  # type: ignore[union-attr]
        raise ValueError("rows and columns name different groups. Fix: reindex both by the same list")
    if (cells < 0).any():
        raise ValueError("a count of ties is negative. Fix: check the table of ties")
    return cells


def _group_index(cells: np.ndarray) -> np.ndarray:
    """Return E-I of the ties that touch each group, from either end; a tie within counts once."""
    internal = np.diag(cells)
    external = cells.sum(axis=0) + cells.sum(axis=1) - 2 * internal
    with np.errstate(invalid="ignore", divide="ignore"):
        return (external - internal) / (external + internal)


def ei_index(
    ties_or_matrix: pd.DataFrame | np.ndarray | Sequence[tuple[Hashable, Hashable]],
    *,
    groups: Mapping[Hashable, Hashable] | None = None,
    by: Literal["network", "group", "individual"] = "network",
) -> float | pd.Series:
    """Return the E-I index of ties, of the ties that touch each group, or of each individual's own.

    Args:
        ties_or_matrix: a square mixing matrix, or pairs of nodes (a tie a pair) with ``groups``.
        groups: the group of each node, for pairs; a tie with a node that has no group is left out.
        by: ``network`` pools all ties (a ratio of sums, not a mean of individuals); ``group`` takes ties touching the
            group, a tie within counted once; ``individual`` takes each node's ties, undirected.

    Returns:
        One number, or a Series by group or node; not a number where there are no ties.

    Raises:
        ValueError: pairs without groups, or individuals asked of a matrix.
    """
    import pandas as pd

    if groups is None:
        if by == "individual":
            raise ValueError("a matrix of groups knows no individuals. Fix: give pairs of nodes and their groups")
        cells = square(np.asarray(ties_or_matrix) if not hasattr(ties_or_matrix, "index") else ties_or_matrix)
        if by == "network":
            return e_i(float(cells.sum() - np.trace(cells)), float(np.trace(cells)))
        return pd.Series(_group_index(cells), index=getattr(ties_or_matrix, "index", None), name="e_i")
    pairs = [(a, b) for a, b in np.asarray(ties_or_matrix, dtype=object).reshape(-1, 2) if {a, b} <= set(groups)]
    if by == "individual":
        ends = pd.DataFrame([(a, groups[a] != groups[b]) for a, b in [*pairs, *((b, a) for a, b in pairs)]])
        sums = ends.groupby(0)[1].agg(["sum", "size"]).reindex(list(groups))
        return ((2 * sums["sum"] - sums["size"]) / sums["size"]).rename("e_i").rename_axis(None)
    matrix = mixing_matrix([groups[a] for a, _ in pairs], [groups[b] for _, b in pairs])
    return ei_index(matrix, by=by)


def expected_same_group(shares: Mapping[Hashable, float], own: Hashable, *, people: float | None = None) -> float:
    """Return the chance that a contact drawn at random from those at hand is of one's own group.

    Args:
        shares: each group's share of residents, or their numbers; they are divided by their sum.
        own: the group of the one who names.
        people: how many residents there are; then oneself is left out, (N_g - 1) / (N - 1). Without it the form for
            large places, N_g / N.

    Raises:
        ValueError: the own group is not among the shares, or nobody is at hand.
    """
    whole = float(sum(shares.values()))
    if own not in shares:
        raise ValueError(f"no share for {own}. Fix: give a share for every group of the respondents")
    if whole <= 0 or (people is not None and people <= 1):
        raise ValueError("nobody else lives there. Fix: check the table of residents")
    share = shares[own] / whole
    if people is None:
        return share
    return max(0.0, (share * people - 1) / (people - 1))


def coleman(same: float, available: float) -> float:
    """Return Coleman's index of inbreeding: 0 at what is at hand, +1 all within the group, -1 none within it."""
    if not 0 < available < 1:
        return math.nan
    gap = same - available
    return gap / (1 - available) if gap >= 0 else gap / available


def coleman_homophily(matrix: pd.DataFrame, sizes: Mapping[Hashable, float], *, exclude_self: bool = True) -> pd.Series:
    """Return Coleman's homophily index of each group of a mixing matrix, and ``all`` of the ties together.

    Args:
        matrix: square frame of ties, rows the group of the namer.
        sizes: people by group among whom the ties could have been made.
        exclude_self: leave oneself out of those at hand; give ``False`` where ``sizes`` are shares.

    Returns:
        Series by group, then ``all``: the ties within less those at random mixing, over the most or least there could
        have been. Not a number for a group without ties, or alone in the place.

    Raises:
        ValueError: a group has no size.
    """
    import pandas as pd

    cells = square(matrix)
    missing = [name for name in matrix.index if name not in sizes]
    if missing:
        raise ValueError(f"no size for {', '.join(map(str, missing))}. Fix: give the people of every group")
    people = float(sum(sizes.values())) if exclude_self else None
    at_hand = np.array([expected_same_group(sizes, name, people=people) for name in matrix.index])
    ties, same = cells.sum(axis=1), np.diag(cells)
    found = {
        name: coleman(same[place] / ties[place], at_hand[place]) if ties[place] else math.nan
        for place, name in enumerate(matrix.index)
    }
    total = ties.sum()
    found["all"] = coleman(same.sum() / total, float((ties * at_hand).sum() / total)) if total else math.nan
    return pd.Series(found, name="coleman")


def assortativity(matrix: pd.DataFrame | np.ndarray, *, is_directed: bool = False) -> float:
    """Return Newman's assortativity coefficient of a mixing matrix: 1 all within, 0 at random, below 0 all beyond.

    Args:
        matrix: square; each tie in one cell.
        is_directed: ``False`` enters each tie from both of its ends before normalising, so rows and columns agree;
            ``True`` keeps namer and named apart. The two differ wherever naming is not mutual.
    """
    cells = square(matrix)
    if not is_directed:
        cells = cells + cells.T
    if not cells.sum():
        return math.nan
    shares = cells / cells.sum()
    by_chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return math.nan if by_chance == 1 else (float(np.trace(shares)) - by_chance) / (1 - by_chance)


def blau(shares: Mapping[Hashable, float] | Sequence[float] | pd.Series) -> float:
    """Return Blau's index of diversity: the chance that two drawn with replacement differ. Numbers serve as shares."""
    values = np.array(list(shares.values()) if isinstance(shares, Mapping) else shares, dtype=float)
    if (values < 0).any():
        raise ValueError("a share is negative. Fix: check the counts")
    return float(1 - ((values / values.sum()) ** 2).sum()) if values.sum() else math.nan


def iqv(shares: Mapping[Hashable, float] | Sequence[float] | pd.Series, *, groups: int | None = None) -> float:
    """Return Blau's index over its most (index of qualitative variation), with ``groups`` from the codebook.

    ``groups`` counts the codebook's groups, not those that happen to be met; the length of ``shares`` when absent.
    """
    count = len(shares) if groups is None else groups
    if count < 2:  # noqa: PLR2004 - one group has no diversity
        return math.nan
    return blau(shares) / (1 - 1 / count)
