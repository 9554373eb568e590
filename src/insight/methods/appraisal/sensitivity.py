"""What moves a result: switching values, one at a time, and all at once.

Source: HM Treasury, The Green Book (switching values).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

if TYPE_CHECKING:
    import numpy as np

Shape = Literal["uniform", "triangular"]
Net = Callable[[Mapping[str, Any]], Any]
"""From values by name (numbers, or arrays of one length) to the result."""
NO_VALUE = "no feasible value"
PRINT_LIMIT = 0.5
"""Share of variance owed to judgement beyond which no probability is printed."""
QUANTILES = (0.025, 0.975)


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """An input that is not known exactly: its range, the shape of its distribution, and where they come from.

    ``source`` is empty for judgement. ``feasible`` is the widest range that the input can have at all.
    """

    name: str
    low: float
    central: float
    high: float
    shape: Shape = "triangular"
    source: str = ""
    feasible: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Refuse a range out of order."""
        if not self.low <= self.central <= self.high:
            raise ValueError(f"`{self.name}` needs low, central, high in order. Fix: its range")

    @property
    def is_judgement(self) -> bool:
        """Whether nobody but the analyst stands behind the range."""
        return not self.source

    @property
    def is_fixed(self) -> bool:
        """Whether low and high are the same."""
        return self.low == self.high

    def ppf(self, share: Any) -> Any:
        """Return quantiles, as :func:`scipy.stats.sobol_indices` asks for them."""
        import numpy as np

        span, given = self.high - self.low, np.asarray(share, dtype=float)
        if span == 0:
            return np.full_like(given, self.central)
        if self.shape == "uniform":
            return self.low + span * given
        peak = (self.central - self.low) / span
        left = self.low + np.sqrt(given * span * (self.central - self.low))
        right = self.high - np.sqrt((1 - given) * span * (self.high - self.central))
        return np.where(given <= peak, left, right)


def switching_value(net: Callable[[float], float], *, low: float, high: float) -> float | None:
    """Return the value of an input between ``low`` and ``high`` at which ``net(value)`` is 0.

    ``None`` says that no value in that range turns the result. ``net`` is a continuous function of one number.
    """
    from scipy.optimize import brentq

    at_low, at_high = net(low), net(high)
    if at_low == 0:
        return low
    if at_high == 0:
        return high
    if at_low * at_high > 0:
        return None
    return float(brentq(net, low, high, xtol=1e-9))


def _centre(inputs: Sequence[Uncertain]) -> dict[str, float]:
    return {one.name: one.central for one in inputs}


def switching_values(net: Net, inputs: Sequence[Uncertain]) -> pd.DataFrame:
    """Return, for each input, the value at which the result is 0 with the others at their central values.

    Returns:
        Columns input, low, central, high, feasible_low, feasible_high, switching_value (empty where no feasible value
        turns the result), is_plausible (whether it lies within low and high), remark.
    """
    rows = []
    for one in inputs:
        floor, ceiling = one.feasible or (one.low, one.high)

        def moved(value: float, name: str = one.name) -> float:
            return float(net({**_centre(inputs), name: value}))

        found = switching_value(moved, low=floor, high=ceiling)
        inside = found is not None and one.low <= found <= one.high
        words = NO_VALUE if found is None else "within its plausible range" if inside else "outside its plausible range"
        rows.append(
            {
                "input": one.name,
                "low": one.low,
                "central": one.central,
                "high": one.high,
                "feasible_low": floor,
                "feasible_high": ceiling,
                "switching_value": found,
                "is_plausible": inside,
                "remark": words,
            }
        )
    columns = ["input", "low", "central", "high", "feasible_low", "feasible_high"]
    columns += ["switching_value", "is_plausible", "remark"]
    return pd.DataFrame(rows, columns=columns).astype({"switching_value": "float64"})


def tornado(net: Net, inputs: Sequence[Uncertain]) -> pd.DataFrame:
    """Return the result at the low and high end of one input at a time, widest first; inputs that are exact drop out.

    Returns:
        Columns input, low, high, at_low, at_high, central, swing.
    """
    centre = _centre(inputs)
    middle = float(net(centre))
    rows = []
    for one in (each for each in inputs if not each.is_fixed):
        at_low, at_high = float(net({**centre, one.name: one.low})), float(net({**centre, one.name: one.high}))
        rows.append({"input": one.name, "low": one.low, "high": one.high, "at_low": at_low, "at_high": at_high})
    frame = pd.DataFrame(rows, columns=["input", "low", "high", "at_low", "at_high"]).assign(central=middle)
    swing = (frame["at_high"] - frame["at_low"]).abs()
    return frame.assign(swing=swing).sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def monte_carlo(
    net: Net,
    inputs: Sequence[Uncertain],
    *,
    draws: int,
    seed: int | Sequence[int],
    correlations: Mapping[tuple[str, str], float] | None = None,
) -> np.ndarray:
    """Return simulated results, inputs drawn in their declared order.

    Args:
        net: the result of arrays of inputs.
        inputs: distributions.
        draws: number of simulations.
        seed: seed of the generator.
        correlations: rank-like correlations of pairs (a Gaussian copula); pairs not named are independent, which is
            itself an assumption, to be stated.

    Raises:
        ValueError: correlations of unknown inputs, or such as cannot hold together.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    shares = drawn(rng, [one.name for one in inputs], correlations or {}, draws=draws)
    return np.asarray(net({one.name: one.ppf(row) for one, row in zip(inputs, shares, strict=True)}), dtype=float)


def drawn(
    rng: np.random.Generator, names: Sequence[str], given: Mapping[tuple[str, str], float], *, draws: int
) -> np.ndarray:
    """Return quantiles, one row an input: independent, or by a Gaussian copula where correlations are given.

    Raises:
        ValueError: correlations of unknown inputs, or such as cannot hold together.
    """
    if not given:
        return rng.uniform(size=(len(names), draws))
    import numpy as np
    from scipy.stats import norm

    matrix = np.eye(len(names))
    for (one, other), value in given.items():
        if one not in names or other not in names:
            raise ValueError(f"correlation of `{one}` and `{other}`: unknown input. Fix: name declared inputs")
        matrix[names.index(one), names.index(other)] = matrix[names.index(other), names.index(one)] = value
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise ValueError("these correlations cannot hold together. Fix: weaker or fewer of them") from None
    return np.asarray(norm.cdf(root @ rng.standard_normal((len(names), draws))))


def probability_below(draws: np.ndarray, *, limit: float, judgement: float) -> float | None:
    """Return the share of simulated results below ``limit``; ``None`` where judgement drives over half the variance."""
    return None if judgement > PRINT_LIMIT else float((draws < limit).mean())
