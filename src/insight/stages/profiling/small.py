"""Small areas: raw shares and rates beside shrunk ones, and the funnels around what all areas have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import funnel_limits
from insight.methods.smallarea import FEWEST_AREAS, overdispersion, shrink
from insight.methods.smallrates import rate_funnel_limits, rate_overdispersion, shrink_rates
from insight.privacy.disclosure import log
from insight.stages.profiling import measures
from insight.stages.profiling.catalogue import Entry
from insight.stages.profiling.compare import LEVEL, STRICT_LEVEL

LEVELS = ("ward", "neighbourhood")
COLUMNS = [
    *("indicator", "label", "level", "area", "name", "period", "unit", "cases", "raw", "raw_lower", "raw_upper"),
    *("shrunk", "lower", "upper", "prior_cases", "common", "phi", "is_outside_95", "is_outside_998"),
    *("is_outside_overdispersed", "status"),
]
HIDDEN = ("cases", "raw", "raw_lower", "raw_upper", "shrunk", "lower", "upper")
FLAGS = ("is_outside_95", "is_outside_998", "is_outside_overdispersed")
POINTS = 60
ROUNDING = 1e-9
"""Values and limits are counts over cases, each rounded on its own way."""


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """One funnel: points, limits, and how much areas differ beyond chance."""

    points: pd.DataFrame
    limits: pd.DataFrame
    common: float
    phi: float
    unit: str


SHARE, RATE = "share", "per_1000"
UNIT_OF = {"Wilson": SHARE, "Byar": RATE}
"""Units that are drawn together, by the interval that says their counts are known."""


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """Values drawn together, in the unit of the indicator."""

    estimates: tuple[Estimate, ...]
    prior_cases: float
    common: float
    phi: float


def limits_at(
    unit: str, common: float, cases: np.ndarray, *, level: float, phi: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of a funnel: exact binomial for shares, exact Poisson for rates a thousand."""
    if unit == SHARE:
        return funnel_limits(common, cases, level=level, phi=phi, method="exact")
    lower, upper = rate_funnel_limits(common / measures.THOUSAND, cases, level=level, phi=phi)
    return lower * measures.THOUSAND, upper * measures.THOUSAND


def _scaled(one: Estimate) -> Estimate:
    """Return a rate a resident as one a thousand."""
    lower, upper = ((end or 0.0) * measures.THOUSAND for end in (one.lower, one.upper))
    return replace(one, estimate=one.estimate * measures.THOUSAND, lower=lower, upper=upper)


def _drawn(counts: np.ndarray, cases: np.ndarray, unit: str) -> _Drawn:
    common = float(counts.sum() / cases.sum())
    if unit == RATE:
        rates = shrink_rates(counts, cases)
        return _Drawn(
            estimates=tuple(map(_scaled, rates.estimates)),
            prior_cases=rates.prior_time,
            common=common * measures.THOUSAND,
            phi=rate_overdispersion(counts, cases).phi,
        )
    shares = shrink(counts, cases)
    phi = overdispersion(counts, cases).phi if 0 < common < 1 else 1.0
    return _Drawn(estimates=shares.estimates, prior_cases=shares.prior_cases, common=common, phi=phi)


def _is_outside(
    group: pd.DataFrame, cases: np.ndarray, unit: str, drawn: _Drawn, *, level: float, phi: float = 1.0
) -> np.ndarray:
    lower, upper = limits_at(unit, drawn.common, cases, level=level, phi=phi)
    values = group["estimate"].to_numpy(dtype=float)
    return (values < lower - ROUNDING * drawn.common) | (values > upper + ROUNDING * drawn.common)


def _one(group: pd.DataFrame, entry: Entry, names: Mapping[str, str]) -> pd.DataFrame:
    counts, cases = (group[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
    unit = UNIT_OF[str(group["method"].iloc[0])]
    drawn = _drawn(counts, cases, unit)
    frame = pd.DataFrame(
        {
            "indicator": entry.indicator,
            "label": entry.label,
            "level": group["level"].to_numpy(),
            "area": group["area"].to_numpy(),
            "name": [names.get(code, code) for code in group["area"]],
            "period": group["period"].to_numpy(),
            "unit": unit,
            "cases": cases,
            "raw": group["estimate"].to_numpy(),
            "raw_lower": group["lower"].to_numpy(),
            "raw_upper": group["upper"].to_numpy(),
            "shrunk": [one.estimate for one in drawn.estimates],
            "lower": [one.lower for one in drawn.estimates],
            "upper": [one.upper for one in drawn.estimates],
            "prior_cases": drawn.prior_cases,
            "common": drawn.common,
            "phi": drawn.phi,
            "is_outside_95": _is_outside(group, cases, unit, drawn, level=LEVEL),
            "is_outside_998": _is_outside(group, cases, unit, drawn, level=STRICT_LEVEL),
            "is_outside_overdispersed": _is_outside(group, cases, unit, drawn, level=STRICT_LEVEL, phi=drawn.phi),
            "status": group["cell"].to_numpy(),
        }
    )
    is_hidden = frame["status"] != ""
    frame[list(FLAGS)] = frame[list(FLAGS)].astype(object).where(~is_hidden, None)
    frame[list(HIDDEN)] = frame[list(HIDDEN)].astype(float).mask(is_hidden)
    return frame


def shrunk(
    found: pd.DataFrame, shown: pd.DataFrame, entries: Mapping[str, Entry], names: Mapping[str, str]
) -> pd.DataFrame:
    """Return, for every share and rate of wards or neighbourhoods, raw and shrunk values, and who leaves the funnel.

    All areas of one level shape the common distribution; cells blanked by disclosure control stay blank.
    """
    frame = measures.latest(found.assign(cell=shown["status"]))
    frame = frame[frame["level"].isin(LEVELS) & frame["method"].isin(UNIT_OF)]
    parts = [
        _one(group, entries[str(indicator)], names)
        for (indicator, _), group in frame.groupby(["indicator", "level"], sort=False)
        if len(group) >= FEWEST_AREAS and group["numerator"].sum() > 0
    ]
    made = pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)
    return log.follow(made, ["cases", "raw", "shrunk"], of="indicators")


def funnel(areas: pd.DataFrame, indicator: str, level: str) -> Funnel | None:
    """Return the funnel of one indicator and level from the table of small areas; ``None`` where nothing is shown."""
    rows = areas[(areas["indicator"] == indicator) & (areas["level"] == level) & (areas["status"] == "")]
    if rows.empty:
        return None
    common, phi, unit = float(rows["common"].iloc[0]), float(rows["phi"].iloc[0]), str(rows["unit"].iloc[0])
    cases = np.unique(np.linspace(0.9 * rows["cases"].min(), 1.1 * rows["cases"].max(), POINTS).round())
    limits: dict[str, Any] = {"cases": cases}
    for name, strictness, spread in (
        ("95 %", LEVEL, 1.0),
        ("99.8 %", STRICT_LEVEL, 1.0),
        ("99.8 %, overdispersed", STRICT_LEVEL, phi),
    ):
        if "over" in name and phi <= 1:
            continue
        limits[f"lower_{name}"], limits[f"upper_{name}"] = limits_at(unit, common, cases, level=strictness, phi=spread)
    points = rows.assign(outside=rows["is_outside_998"].astype(bool))
    return Funnel(points=points, limits=pd.DataFrame(limits), common=common, phi=phi, unit=unit)


def widest_rate(areas: pd.DataFrame, level: str) -> str | None:
    """Return the rate whose areas differ most beyond chance, ``None`` where no rate has counts of its own."""
    rows = areas[(areas["unit"] == RATE) & (areas["level"] == level) & (areas["status"] == "")]
    return None if rows.empty else str(rows.sort_values(["phi", "indicator"])["indicator"].iloc[-1])
