"""Appraisal of schemes: what is known of each, its present value of gross benefit with limits, agencies, sensitivity.

Discounting, price base and chain are those of :mod:`insight.methods.appraisal`; the present value is linear in quantity
and unit value, so one factor a scheme carries every limit to the money.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from insight import paths
from insight.errors import ParamsError
from insight.methods import appraisal
from insight.methods.appraisal import Band, Benefit, Uncertain
from insight.published.ledger import Ledger
from insight.stages.benefits.declaration import Params, Scheme

FEASIBLE = 50.0
"""A quantity or price is sought up to so many times its highest plausible value."""
NO_SPLIT = "split not known"
WHOLE = (1.0, 1.0, 1.0)
NONE = (0.0, 0.0, 0.0)
PRINTED = "printed, limits by its rounding"
GRADES = "error by grade of evidence (table not checked)"


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Reference tables that an appraisal rests on."""

    bands: list[Band]
    deflator: Mapping[int, float]
    bias: Mapping[int, float]
    error: Mapping[int, float]
    unit_costs: pd.DataFrame
    """Rows of unit costs, one a code and agency."""
    funding_gbp: float | None = None
    """What the project's own spending lines add to, where they are supplied."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """A number with its limits; ``is_bound`` where the source gives a lower bound only, taken as it stands."""

    central: float
    low: float
    high: float
    is_bound: bool = False
    source: str = ""
    """Where the limits come from; empty for judgement."""


@dataclass(frozen=True, kw_only=True)
class Appraised:
    """One scheme with what is known of it; ``missing`` names what is not, and then there is no value."""

    scheme: Scheme
    quantity: Known | None
    unit_value: Known | None
    missing: tuple[str, ...]
    per_pound: float = 0.0
    """Present value of one outcome of one pound a year in full, before bias and attribution."""
    bias_factor: float = 1.0
    error: float = 0.0
    draws: np.ndarray | None = None

    @property
    def attribution(self) -> Known:
        """Share due to the scheme; the whole where nobody stated it."""
        return _judged(self.scheme.attribution, WHOLE)

    def uncertain(self) -> list[Uncertain]:
        """Return the inputs with their ranges, in the order in which they are drawn."""
        if self.quantity is None or self.unit_value is None:
            raise ValueError(f"{self.scheme.name} has no value. Fix: ask `missing` first")
        error = Known(low=-self.error, central=0.0, high=self.error, source=GRADES)
        parts = {
            "quantity": (self.quantity, (min(1.0, self.quantity.low), self.quantity.high * FEASIBLE)),
            "unit_value": (self.unit_value, (0.0, self.unit_value.high * FEASIBLE)),
            "success": (_judged(self.scheme.success, WHOLE), (0.0, 1.0)),
            "deadweight": (_judged(self.scheme.deadweight, NONE), (0.0, 1.0)),
            "attribution": (self.attribution, (0.0, 1.0)),
            "error": (error, (-1.0, 1.0)),
        }
        return [
            Uncertain(
                name=name,
                low=known.low,
                central=known.central,
                high=known.high,
                shape="uniform" if known.source else "triangular",
                source=known.source,
                feasible=feasible,
            )
            for name, (known, feasible) in parts.items()
        ]

    def gross(self, inputs: Mapping[str, Any]) -> Any:
        """Return the present value of gross benefit for numbers, or arrays, of every input by name."""
        impact = appraisal.net_impact(inputs["success"], inputs["deadweight"], mode=self.scheme.deadweight_mode)
        chain = inputs["quantity"] * inputs["unit_value"] * impact * inputs["attribution"] * (1 + inputs["error"])
        return chain * inputs.get("bias_factor", self.bias_factor) * inputs.get("per_pound", self.per_pound)

    def value(self, **changed: float) -> float:
        """Return the present value in pounds with single assumptions changed.

        Args:
            changed: any of quantity, unit_value, success, deadweight, attribution, error, bias_factor, per_pound.
        """
        return float(self.gross({one.name: one.central for one in self.uncertain()} | changed))


def reference_tables(params: Params, *, funding_gbp: float | None = None) -> Tables:
    """Return discount bands, deflator, grades of evidence and unit costs.

    Raises:
        ParamsError: the schedule is not in the reference table.
    """
    try:
        bands = appraisal.schedule_bands(params.rate_kind, edition=params.schedule)
    except ValueError as error:
        raise ParamsError(str(error)) from None
    grades = pd.read_csv(paths.reference("optimism_bias.csv")).set_index("grade")
    index = pd.read_csv(paths.reference("gdp_deflator.csv"))
    return Tables(
        bands=list(bands),
        deflator=dict(zip(index["year"].astype(int), index["index"], strict=True)),
        bias=grades["optimism_bias"].to_dict(),
        error=grades["error"].to_dict(),
        unit_costs=pd.read_csv(paths.reference("unit_costs.csv")),
        funding_gbp=funding_gbp,
    )


def _judged(given: list[float] | None, otherwise: tuple[float, float, float]) -> Known:
    low, central, high = given or otherwise
    return Known(low=low, central=central, high=high)


def _known(given: list[float] | None, figure: str | None, ledger: Ledger | None, scheme: str) -> Known | None:
    if given is not None:
        return Known(low=given[0], central=given[1], high=given[2])
    if figure is None or ledger is None:
        return None
    if figure not in ledger.figures or not ledger.figures[figure].is_number:
        raise ParamsError(f"scheme `{scheme}`: `{figure}` is no number of the ledger. Fix: correct the id")
    printed, interval = float(ledger.figures[figure].value), ledger.figures[figure].interval
    if math.isinf(interval.upper):
        return Known(central=printed, low=printed, high=printed, is_bound=True, source=PRINTED)
    return Known(central=printed, low=interval.lower, high=interval.upper, source=PRINTED)


def per_pound(scheme: Scheme, params: Params, tables: Tables, *, years: int, price_year: int | None = None) -> float:
    """Return the present value of one pound a year over ``years``, moved to the base year's prices.

    Raises:
        ParamsError: the scheme begins before the base year, or the price index lacks a year.
    """
    from_year = scheme.price_year if price_year is None else price_year
    start = scheme.first_year - params.base_year
    if start < 0:
        raise ParamsError(
            f"scheme `{scheme.name}` begins in {scheme.first_year}, before the base year {params.base_year}. "
            "Fix: an earlier base year"
        )
    try:
        value = appraisal.uprate(1.0, index=tables.deflator, from_year=from_year, to_year=params.base_year)
    except ValueError as error:
        raise ParamsError(f"scheme `{scheme.name}`: {error}") from None
    unit = Benefit(
        name=scheme.name,
        population=1.0,
        impact=1.0,
        unit_value=value,
        price_year=params.base_year,
        agencies={NO_SPLIT: 1.0},
        attribution=1.0,
        start=start,
        duration=years,
        dropoff=scheme.dropoff,
    )
    return appraisal.present_value(unit.yearly(), tables.bands)


def pairs(params: Params) -> dict[tuple[str, str], float]:
    """Return the correlations that the params state, by pair of inputs."""
    return {(one, other): value for one, others in params.correlations.items() for other, value in others.items()}


def _draws(found: Appraised, params: Params) -> np.ndarray:
    """Return simulated present values; each scheme has its own stream, so that their order changes nothing."""
    try:
        return appraisal.monte_carlo(
            found.gross,
            found.uncertain(),
            draws=params.draws,
            seed=[params.seed, zlib.crc32(found.scheme.name.encode())],
            correlations=pairs(params),
        )
    except ValueError as error:
        raise ParamsError(f"correlations: {error}") from None


def bias_factor(scheme: Scheme, params: Params, tables: Tables) -> float:
    """Return the correction for optimism of a scheme's benefits: 1 while the params leave it off."""
    if params.optimism_bias == "off":
        return 1.0
    return appraisal.combined_bias([tables.bias[grade] for grade in scheme.bias_grades], combine=params.bias_combine)


def appraise(params: Params, ledger: Ledger | None, tables: Tables) -> list[Appraised]:
    """Appraise every scheme of the params.

    Raises:
        ParamsError: a figure id, year or schedule that cannot be used.
    """
    found = []
    is_corrected = params.optimism_bias != "off"
    for scheme in params.schemes:
        quantity = _known(scheme.quantity, scheme.quantity_figure, ledger, scheme.name)
        unit = _known(scheme.unit_value_gbp, scheme.unit_value_figure, ledger, scheme.name)
        facts = {"quantity": quantity, "unit value": unit, "horizon": scheme.horizon_years}
        missing = tuple(name for name, value in facts.items() if value is None)
        if missing:
            found.append(Appraised(scheme=scheme, quantity=quantity, unit_value=unit, missing=missing))
            continue
        one = Appraised(
            scheme=scheme,
            quantity=quantity,
            unit_value=unit,
            missing=(),
            per_pound=per_pound(scheme, params, tables, years=scheme.horizon_years or 1),
            bias_factor=bias_factor(scheme, params, tables),
            error=max((tables.error[grade] for grade in scheme.bias_grades), default=0.0) if is_corrected else 0.0,
        )
        found.append(replace(one, draws=_draws(one, params)))
    return found
