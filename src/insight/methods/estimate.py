"""The shape of every single estimate: value, interval, n, method, caveats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One estimate with its interval.

    ``lower`` and ``upper`` are the limits at ``level`` (0.95 unless said); ``None`` where no interval exists, in which
    case ``method`` says why. Shares run from 0 to 1.
    """

    estimate: float
    lower: float | None
    upper: float | None
    n: int
    method: str
    caveats: tuple[str, ...] = ()
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"interval from {self.lower} to {self.upper} runs backwards. Fix: swap the limits")


def exactly(value: float, *, n: int = 1, method: str = "exact") -> Estimate:
    """Return an estimate known without error, such as a count of printed items or a sum of pounds."""
    return Estimate(estimate=value, lower=value, upper=value, n=n, method=method)
