"""Rows of demonstration indicators: whole counts that add up, levels whose mean is given, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.demo import divisions
from insight.demo.indicator_shares import SCATTER, Share

if TYPE_CHECKING:
    from insight.demo.world import World

COLUMNS = [
    "theme",
    "indicator",
    "area",
    "period",
    "value",
    "numerator",
    "denominator",
    "unit",
    "source",
    "definition_version",
    "status",
]


def parts(total: int, weights: np.ndarray) -> np.ndarray:
    """Return whole numbers in proportion to weights that add up to the total (largest remainder)."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return whole


def levels_about(share: float, sizes: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Return shares by ward, shifted in log odds, whose mean by size is ``share``."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float((sizes / (1 + np.exp(-(middle + shifts)))).sum() / sizes.sum())
        low, high = (middle, high) if mean < share else (low, middle)
    return 1 / (1 + np.exp(-(low + shifts)))


def wards_of(world: World) -> tuple[list[str], np.ndarray]:
    """Return codes of the wards and their residents."""
    persons = world.frame("lookup").groupby("ward", sort=True)["persons"].sum()
    return list(persons.index), persons.to_numpy(dtype=float)


def rows_of(wards: list[str], counts: np.ndarray, cases: np.ndarray, *, per: float = 1.0) -> pd.DataFrame:
    """Return rows with value, numerator and denominator."""
    return pd.DataFrame(
        {"area": wards, "value": (per * counts / cases).round(6), "numerator": counts, "denominator": cases}
    )


def share_rows(world: World, spec: Share) -> pd.DataFrame:
    """Return the rows of one share: wards, and the benchmarks that it names."""
    rng = world.rng(f"indicator {spec.indicator} {spec.period}")
    wards, persons = wards_of(world)
    cases = parts(spec.cases, persons)
    own = spec.share
    if world.is_null:
        own = spec.null if spec.null is not None else (spec.england or spec.share)
    shifts = rng.normal(0, SCATTER, len(wards))
    for ward, tilt in zip(divisions.FOCUS_WARDS, spec.tilt, strict=True):
        shifts[wards.index(ward)] = tilt
    levels = levels_about(own, cases, shifts)
    if spec.fixed and not world.is_null:
        counts = np.minimum(parts(round(own * spec.cases), levels * cases), cases)
    else:
        counts = rng.binomial(cases, levels)
    rows = [rows_of(wards, counts, cases)]
    for area, share in (("england", spec.england), ("north_west", spec.north_west)):
        if share is not None:
            known = own if world.is_null and area == "north_west" else share
            reached = np.array([round(known * spec.benchmark_cases)])
            rows.append(rows_of([area], reached, np.array([spec.benchmark_cases])))
    return labelled(pd.concat(rows), spec.theme, spec.indicator, "share", spec.source, spec.period, spec.version)


def labelled(
    frame: pd.DataFrame, theme: str, indicator: str, unit: str, source: str, period: str, version: str = "1"
) -> pd.DataFrame:
    """Return rows with what the indicator is; a value that is missing was suppressed by its source."""
    return frame.assign(
        theme=theme,
        indicator=indicator,
        unit=unit,
        source=source,
        period=period,
        definition_version=version,
        status=np.where(frame["value"].isna(), "c", ""),
    )
