"""Correspondence analysis by singular value decomposition, with bootstrap ellipses and fixed signs.

Sources: Greenacre (2007) for the analysis and for the partial bootstrap, in which resampled profiles are projected onto
the axes of the full table; Rao and Wu (1988) for resampling whole clusters within strata.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST = 2
TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """Axes of a table: principal coordinates of rows and columns, inertia of each axis, and the whole inertia.

    ``rows``: rows by axes; ``columns``: columns by axes; ``inertias``: descending; ``total``: Pearson's chi-square over
    n. Each axis is turned so that its first row that is not at 0 lies on the positive side.
    """

    rows: np.ndarray
    columns: np.ndarray
    inertias: np.ndarray
    total: float
    column_standard: np.ndarray

    def project(self, profiles: np.ndarray) -> np.ndarray:
        """Return principal coordinates of further row profiles (each sums to 1) on these axes."""
        return np.asarray(profiles @ self.column_standard)


def correspondence(table: np.ndarray) -> Correspondence:
    """Return the correspondence analysis of a table of counts or weighted shares.

    Raises:
        ValueError: fewer than two rows or columns, a negative or missing cell, or an empty row or column.
    """
    cells = np.asarray(table, dtype=float)
    if cells.ndim != FEWEST or min(cells.shape) < FEWEST:
        raise ValueError("a correspondence analysis needs two rows and two columns. Fix: leave it out")
    if not np.isfinite(cells).all() or (cells < 0).any():
        raise ValueError("a cell is missing or below 0. Fix: pass counts or shares")
    if (cells.sum(axis=0) == 0).any() or (cells.sum(axis=1) == 0).any():
        raise ValueError("a row or column is empty. Fix: drop it")
    joint = cells / cells.sum()
    down, across = joint.sum(axis=1), joint.sum(axis=0)
    residual = (joint - np.outer(down, across)) / np.sqrt(np.outer(down, across))
    left, singular, right = np.linalg.svd(residual, full_matrices=False)
    axes = min(cells.shape) - 1
    left, singular, right = left[:, :axes], singular[:axes], right[:axes].T
    sign = _signs(left)
    row_standard, column_standard = left * sign / np.sqrt(down)[:, None], right * sign / np.sqrt(across)[:, None]
    return Correspondence(
        rows=row_standard * singular,
        columns=column_standard * singular,
        inertias=singular**2,
        total=float((residual**2).sum()),
        column_standard=column_standard,
    )


def _signs(left: np.ndarray) -> np.ndarray:
    first = np.argmax(np.abs(left) > TINY, axis=0)
    values = left[first, np.arange(left.shape[1])]
    return np.where(values < 0, -1.0, 1.0)


def bootstrap_tables(cells: np.ndarray, strata: np.ndarray, *, replicates: int, seed: int) -> np.ndarray:
    """Return tables from resampling whole clusters within strata, all replicates at once.

    Args:
        cells: weighted counts, clusters by rows by columns.
        strata: stratum of each cluster; in each, one cluster fewer than there are is drawn with replacement and
            weighted up (Rao and Wu), which gives the linearised variance without a correction.
        replicates: how many tables.
        seed: of the random numbers.

    Returns:
        replicates by rows by columns.
    """
    rng = np.random.default_rng(seed)
    clusters = cells.shape[0]
    times = np.zeros((replicates, clusters))
    for one in np.unique(strata):
        here = np.flatnonzero(strata == one)
        count = len(here)
        if count < FEWEST:
            times[:, here] = 1.0
            continue
        drawn = rng.multinomial(count - 1, np.full(count, 1 / count), size=replicates)
        times[:, here] = drawn * (count / (count - 1))
    return (times @ cells.reshape(clusters, -1)).reshape(replicates, *cells.shape[1:])


@dataclass(frozen=True, kw_only=True)
class Ellipse:
    """An ellipse of confidence: centre, half-axes, and the angle of the first in degrees."""

    x: float
    y: float
    width: float
    height: float
    angle: float


def ellipses(found: Correspondence, tables: np.ndarray, *, level: float = 0.95) -> list[Ellipse]:
    """Return an ellipse for each row on the first two axes, from replicates of the table (partial bootstrap).

    Raises:
        ValueError: a table with a single axis.
    """
    from scipy.stats import chi2

    if found.rows.shape[1] < FEWEST:
        raise ValueError("ellipses need two axes. Fix: three rows and three columns at least")
    sums = tables.sum(axis=2, keepdims=True)
    profiles = np.divide(tables, sums, out=np.full(tables.shape, np.nan), where=sums > 0)
    points = found.project(profiles)[..., :2]
    made = []
    for place in range(found.rows.shape[0]):
        own = points[:, place]
        own = own[np.isfinite(own).all(axis=1)]
        values, vectors = np.linalg.eigh(np.cov(own.T))
        half = np.sqrt(np.maximum(values, 0) * chi2.ppf(level, 2))
        made.append(
            Ellipse(
                x=float(found.rows[place, 0]),
                y=float(found.rows[place, 1]),
                width=float(half[1]),
                height=float(half[0]),
                angle=float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))),
            )
        )
    return made
