"""Limits of funnels around a common share, and of charts of individual values over time (XmR).

Sources: normal funnel limits as published for public-health profiles in England (one-sided .975 and .999, that is
levels .95 and .998); exact ones and multiplicative overdispersion as in Spiegelhalter (2005). XmR: Wheeler (1993) with
the rules of "Making Data Count" (moving ranges beyond 3.267 times their mean are dropped once; the centre is the mean).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from insight.methods.intervals.shares import z_value

FEWEST_CHARTED = 13
"""Points from which on limits may be drawn; a shorter series is shown as a run of values."""
RANGE_LIMIT, SPREAD = 3.267, 2.66
"""Multiples of the mean moving range: beyond the first it is dropped; the second leads from the centre to a limit."""
NEAR = 2 / 3
RUN, WINDOW, NEEDED = 7, 3, 2
"""Points of a run or trend; near a limit: at least 2 of 3."""
FEWEST = 2


def funnel_limits(
    p: float,
    n: np.ndarray | Sequence[float],
    *,
    level: float = 0.95,
    phi: float = 1.0,
    method: Literal["normal", "exact"] = "normal",
) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper limits (shares, 0 to 1) of a funnel around a common share.

    Args:
        p: the share around which the funnel stands.
        n: cases, one a point of the funnel.
        level: .95 for the inner limits, .998 for the outer ones.
        phi: overdispersion, 1 for none; widens normal limits by its root and forces them, since exact limits have no
            overdispersed form.
        method: ``normal`` limits p +- z sqrt(p (1 - p) / n) cut off at 0 and 1, as published profiles draw them; or
            ``exact`` binomial ones, beyond which an area at the common share lies with no more than the promised chance
            on either side, however few its cases.

    Raises:
        ValueError: a share outside 0 to 1, or no cases.
    """
    cases = np.asarray(n, dtype=float)
    if not 0 <= p <= 1 or (cases <= 0).any():
        raise ValueError("a funnel needs a share from 0 to 1 and cases above 0. Fix: leave areas without cases out")
    if method == "normal" or phi > 1:
        half = z_value(level) * np.sqrt(phi * p * (1 - p) / cases)
        return np.clip(p - half, 0, 1), np.clip(p + half, 0, 1)
    from scipy.stats import binom

    tail = (1 - level) / 2
    return binom.ppf(tail, cases, p) / cases, binom.ppf(1 - tail, cases, p) / cases


@dataclass(frozen=True, kw_only=True)
class XmR:
    """Limits of individual values and the points that stand out.

    ``points`` has one row a value: ``value``, ``is_outside``, ``is_run``, ``is_trend``, ``is_near`` and ``signal`` (the
    first rule that it breaks, empty for none). ``can_chart`` is false under thirteen points: limits from so few move
    too much to be drawn.
    """

    centre: float
    lower: float
    upper: float
    mean_range: float
    ranges_dropped: int
    points: pd.DataFrame
    can_chart: bool


def xmr(series: Sequence[float] | np.ndarray) -> XmR:
    """Return the limits and signals of a chart of individual values, in order of time.

    Signals: beyond a limit; seven on one side of the centre; seven in strict trend; two of three beyond two thirds of
    the way to the same limit.

    Raises:
        ValueError: fewer than two values, or one that is missing.
    """
    values = np.asarray(series, dtype=float)
    if len(values) < FEWEST or np.isnan(values).any():
        raise ValueError("limits over time need two values, none missing. Fix: fill or leave out the period")
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges < RANGE_LIMIT * ranges.mean()] if ranges.mean() > 0 else ranges
    centre, mean_range = float(values.mean()), float(kept.mean())
    reach = SPREAD * mean_range
    points = _signals(values, centre, reach)
    return XmR(
        centre=centre,
        lower=centre - reach,
        upper=centre + reach,
        mean_range=mean_range,
        ranges_dropped=len(ranges) - len(kept),
        points=points,
        can_chart=len(values) >= FEWEST_CHARTED,
    )


def _runs(flag: np.ndarray, length: int) -> np.ndarray:
    """Return which values lie in an unbroken run of at least ``length`` true ones."""
    found = np.zeros(len(flag), dtype=bool)
    for start in range(len(flag) - length + 1):
        if flag[start : start + length].all():
            found[start : start + length] = True
    return found


def _near(flag: np.ndarray) -> np.ndarray:
    """Return which flagged values lie among at least two flagged ones of three in a row."""
    found = np.zeros(len(flag), dtype=bool)
    for start in range(len(flag) - WINDOW + 1):
        if flag[start : start + WINDOW].sum() >= NEEDED:
            found[start : start + WINDOW] |= flag[start : start + WINDOW]
    return found


def _trends(values: np.ndarray) -> np.ndarray:
    """Return which values lie in a strict rise or fall of at least seven."""
    steps = np.sign(np.diff(values))
    found = np.zeros(len(values), dtype=bool)
    for direction in (1, -1):
        inside = _runs(steps == direction, RUN - 1)
        found[:-1] |= inside
        found[1:] |= inside
    return found


def _signals(values: np.ndarray, centre: float, reach: float) -> pd.DataFrame:
    gap = values - centre
    frame = pd.DataFrame(
        {
            "value": values,
            "is_outside": np.abs(gap) > reach,
            "is_run": _runs(gap > 0, RUN) | _runs(gap < 0, RUN),
            "is_trend": _trends(values),
            "is_near": _near(gap > NEAR * reach) | _near(gap < -NEAR * reach),
        }
    )
    words = {"is_outside": "beyond a limit", "is_run": "run", "is_trend": "trend", "is_near": "near a limit"}
    first = pd.Series("", index=frame.index)
    for column in reversed(list(words)):
        first = first.mask(frame[column], words[column])
    return frame.assign(signal=first)
