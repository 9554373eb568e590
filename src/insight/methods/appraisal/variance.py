"""Shares of the variance of a result by its inputs, alone and with others.

Sources: Saltelli and others (2010) for Sobol indices, as scipy has them; Jansen (1999) for the share of a group;
Jacques, Lavergne and Devictor (2006) for correlated inputs. The indices share out variance among independent inputs
alone. Correlated ones cannot be told apart by them, so those that hang together take one index as a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from insight.methods.appraisal.sensitivity import Net, Uncertain, drawn

Pairs = Mapping[tuple[str, str], float]
"""Correlations of pairs of inputs."""
TOGETHER = " with "
"""Between the names of inputs that share one index."""
COLUMNS = ["input", "first_order", "total", "is_judgement"]


def hanging_together(inputs: Sequence[Uncertain], correlations: Pairs) -> list[tuple[str, ...]]:
    """Return the names of inputs that vary, those tied by a chain of correlations as one group, in declared order."""
    groups = {one.name: {one.name} for one in inputs if not one.is_fixed}
    for (one, other), value in correlations.items():
        if value and one in groups and other in groups and groups[one] is not groups[other]:
            groups[one] |= groups[other]
            for name in groups[other]:
                groups[name] = groups[one]
    order = [one.name for one in inputs]
    distinct = {min(map(order.index, group)): group for group in groups.values()}
    return [tuple(sorted(distinct[first], key=order.index)) for first in sorted(distinct)]


def sobol(
    net: Net, inputs: Sequence[Uncertain], *, n: int, seed: int, correlations: Pairs | None = None
) -> pd.DataFrame:
    """Return first-order and total shares of variance of each input that is not exact, or group of correlated ones.

    Args:
        net: the result of arrays of inputs.
        inputs: distributions.
        n: points, a power of 2.
        seed: seed of the generator.
        correlations: of pairs of inputs, as :func:`monte_carlo` takes them; others are independent.

    Returns:
        Columns input (names of a group joined), first_order, total, is_judgement (of a group: of any in it); empty
        where the result does not vary.
    """
    groups = hanging_together(inputs, correlations or {})
    guessed = {one.name for one in inputs if one.is_judgement}
    if not groups:
        return pd.DataFrame(columns=COLUMNS)
    if len(groups) == 1:  # alone, an input or group owns all of the variance
        indices = [(1.0, 1.0)]
    elif all(len(group) == 1 for group in groups):
        indices = _independent(net, inputs, n=n, seed=seed)
    else:
        indices = [_of_group(net, inputs, set(group), correlations or {}, n=n, seed=seed) for group in groups]
    rows = [
        (TOGETHER.join(group), first, total, bool(guessed & set(group)))
        for group, (first, total) in zip(groups, indices, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _independent(net: Net, inputs: Sequence[Uncertain], *, n: int, seed: int) -> list[tuple[float, float]]:
    import numpy as np
    from scipy.stats import sobol_indices

    loose = [one for one in inputs if not one.is_fixed]
    exact = {one.name: one.central for one in inputs if one.is_fixed}

    def run(points: Any) -> Any:
        return np.atleast_2d(net({**exact, **{one.name: row for one, row in zip(loose, points, strict=True)}}))

    found = sobol_indices(func=run, n=n, dists=loose, rng=np.random.default_rng(seed))
    first, total = np.ravel(found.first_order), np.ravel(found.total_order)
    return [(float(one), float(other)) for one, other in zip(first, total, strict=True)]


def _of_group(
    net: Net, inputs: Sequence[Uncertain], group: set[str], correlations: Pairs, *, n: int, seed: int
) -> tuple[float, float]:
    """Return first-order and total share of a group that no correlation ties to the rest (Saltelli, Jansen)."""
    import numpy as np

    rng = np.random.default_rng(seed)
    names = [one.name for one in inputs]
    first, second = (drawn(rng, names, correlations, draws=n) for _ in range(2))
    moved = np.array([b if name in group else a for name, a, b in zip(names, first, second, strict=True)])

    def run(shares: Any) -> Any:
        return np.asarray(net({one.name: one.ppf(row) for one, row in zip(inputs, shares, strict=True)}), dtype=float)

    whole, other, apart = run(first), run(second), run(moved)
    variance = float(np.var(np.concatenate([whole, other])))
    if variance == 0:
        return 0.0, 0.0
    alone = float(np.mean((other - other.mean()) * (apart - whole))) / variance
    return alone, min(1.0, float(np.mean((whole - apart) ** 2)) / 2 / variance)


def group_share(
    net: Net, inputs: Sequence[Uncertain], *, group: Iterable[str], n: int, seed: int, correlations: Pairs | None = None
) -> float:
    """Return the share of variance in which any input of ``group`` has a part, alone or with others (Jansen).

    What is correlated with an input of the group cannot be told from it and counts with it, so that the share is then
    the most that the group can have.
    """
    ties = correlations or {}
    wanted = set(group)
    whole = {name for one in hanging_together(inputs, ties) if wanted & set(one) for name in one}
    return _of_group(net, inputs, whole, ties, n=n, seed=seed)[1] if whole else 0.0


def judgement_share(
    net: Net, inputs: Sequence[Uncertain], *, n: int, seed: int, correlations: Pairs | None = None
) -> float:
    """Return the share of variance in which judgement has a part; beyond a half, no probability should be printed."""
    names = {one.name for one in inputs if one.is_judgement and not one.is_fixed}
    return group_share(net, inputs, group=names, n=n, seed=seed, correlations=correlations)
