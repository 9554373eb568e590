"""How many themes a number of interviews would have brought up: did the last ones still add any?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.stages.ethnography.coding import Coded


def _missed(n: int, raised: np.ndarray, size: int) -> np.ndarray:
    """Return for each theme the chance that ``size`` of ``n`` interviews hold none of those that raised it."""
    steps = np.arange(size)
    factors = (n - raised[:, None] - steps[None, :]) / (n - steps[None, :])
    return np.asarray(np.clip(factors, 0, None).prod(axis=1))


def saturation_table(grid: Coded, *, threshold: int) -> pd.DataFrame:
    """Return by number of interviews how many themes they raise: expected over all orders, and in the order held.

    The expected curve is exact (hypergeometric rarefaction, Hurlbert 1971): no order is drawn at random. Numbers of
    interviews below the threshold are left out.
    """
    ordered = grid.log.assign(place=np.arange(grid.n)).sort_values(["date", "interview_id"])["place"].to_numpy()
    flags = grid.raised(list(grid.status.columns)).to_numpy(bool)
    raised = flags.sum(axis=0)
    seen = np.maximum.accumulate(flags[ordered], axis=0).sum(axis=1) if grid.n else np.array([])
    sizes = [size for size in range(1, grid.n + 1) if size >= threshold]
    expected = [float((1 - _missed(grid.n, raised, size)).sum()) for size in sizes]
    return pd.DataFrame(
        {"interviews": sizes, "expected": expected, "in_order": [float(seen[size - 1]) for size in sizes]}
    )


def enough(table: pd.DataFrame, *, share: float) -> int | None:
    """Return the fewest interviews whose expected number of themes reaches a share of all that were raised."""
    if table.empty:
        return None
    reached = table.loc[table["expected"] >= share * table["expected"].iloc[-1], "interviews"]
    return int(reached.iloc[0])
