"""Counts of respondents with clustered limits, and the hiding of small ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.methods import networks
from insight.methods.estimate import Estimate
from insight.privacy.disclosure import log, suppress

LIMITS = ["share", "lower", "upper"]
ONE_TABLE = "of_one_table"
SMALLEST = "smallest"


def try_share(successes: np.ndarray, cases: np.ndarray, clusters: np.ndarray) -> Estimate | None:
    """Return a clustered share, or nothing where fewer than two households have cases."""
    held = np.asarray(cases, dtype=float) > 0
    if len(np.unique(np.asarray(clusters, dtype=str)[held])) < networks.FEWEST_CLUSTERS:
        return None
    return networks.clustered_share(successes, cases, clusters)


def limits(estimate: Estimate | None) -> tuple[float, float, float]:
    """Return estimate, lower and upper limit as numbers; missing where there is no estimate."""
    if estimate is None:
        return np.nan, np.nan, np.nan
    lower = np.nan if estimate.lower is None else estimate.lower
    upper = np.nan if estimate.upper is None else estimate.upper
    return estimate.estimate, lower, upper


def share_row(flags: pd.Series, clusters: pd.Series) -> dict[str, float]:
    """Return respondents, how many of them the flag holds for, and the share with its limits."""
    hits = flags.to_numpy(dtype=float)
    share, lower, upper = limits(try_share(hits, np.ones(len(hits)), clusters.to_numpy()))
    return {"count": int(hits.sum()), "respondents": len(hits), "share": share, "lower": lower, "upper": upper}


def hide(
    frame: pd.DataFrame, counts: Sequence[str], *, threshold: int, also: Sequence[str] = (), within: Sequence[str] = ()
) -> pd.DataFrame:
    """Hide rows in which a count of people, or of the rest of them, is small.

    Args:
        frame: one row a cell.
        counts: columns of counts; two columns are taken as part and whole, so the rest is looked at too.
        threshold: the council's.
        also: columns computed from the counts.
        within: columns that name groups whose total is shown; all rows are one group when empty.
    """
    if frame.empty:
        return frame.assign(status="")
    looked = [frame[name].astype(float) for name in counts]
    if len(looked) > 1:
        looked.append(looked[1] - looked[0])
    each = pd.concat(looked, axis=1).where(lambda cell: cell > 0)
    made = frame.assign(**{SMALLEST: each.min(axis=1).fillna(0), ONE_TABLE: 1})
    shown = suppress(made, SMALLEST, threshold=threshold, also=[*counts, *also], within=list(within) or [ONE_TABLE])
    return log.join(shown.drop(columns=[SMALLEST, ONE_TABLE]), [shown], columns=counts)
