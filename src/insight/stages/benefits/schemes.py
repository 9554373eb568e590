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

FACTS = ["scheme", "quantity", "unit_value_gbp", "horizon_years", "attribution", "standing"]
SCHEMES = [
    *FACTS,
    "present_value_gbp",
    "lower_gbp",
    "upper_gbp",
    "all_attributed_gbp",
    "cost_gbp",
    "net_present_value_gbp",
    "break_even_cost_gbp",
    "remark",
]
IDENTIFIABLE, NOT = "identifiable", "not identifiable"
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


def _draws(found: Appraised, params: Params) -> np.ndarray:
    """Return simulated present values; each scheme has its own stream, so that their order changes nothing."""
    pairs = {(one, other): value for one, others in params.correlations.items() for other, value in others.items()}
    try:
        return appraisal.monte_carlo(
            found.gross,
            found.uncertain(),
            draws=params.draws,
            seed=[params.seed, zlib.crc32(found.scheme.name.encode())],
            correlations=pairs,
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


def limits(draws: np.ndarray | None) -> tuple[float, float]:
    """Return the limits that hold 95 per cent of simulated values."""
    if draws is None:
        raise ValueError("no draws to take limits from. Fix: ask `missing` first")
    low, high = np.quantile(draws, appraisal.QUANTILES)
    return float(low), float(high)


def _remark(one: Appraised, *, has_cost: bool) -> str:
    if one.missing:
        return f"Not known: {', '.join(one.missing)}."
    words = []
    if (one.quantity is not None and one.quantity.is_bound) or (one.unit_value is not None and one.unit_value.is_bound):
        words.append("A part is given as a lower bound and taken as it stands.")
    if one.scheme.attribution is None:
        words.append("Attribution is unstated: an upper bound.")
    if one.scheme.success is None:
        words.append("No rate of success is stated, so all are counted.")
    if not has_cost:
        words.append(
            "The cost is not known: net present value not identifiable; the break-even cost is what the "
            "scheme may cost before it loses."
        )
    return " ".join(words)


def scheme_table(found: list[Appraised], costs: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return one row a scheme; what cannot be identified stays empty, with what is not known.

    Args:
        found: the schemes.
        costs: present value of cost by name of scheme, where it is known.
    """
    known_costs = costs or {}
    rows = []
    for one in found:
        cost = known_costs.get(one.scheme.name)
        row = {
            "scheme": one.scheme.label,
            "quantity": one.quantity.central if one.quantity else None,
            "unit_value_gbp": one.unit_value.central if one.unit_value else None,
            "horizon_years": one.scheme.horizon_years,
            "attribution": one.attribution.central,
            "standing": NOT if one.missing else IDENTIFIABLE,
            "cost_gbp": cost,
            "remark": _remark(one, has_cost=cost is not None),
        }
        if not one.missing:
            low, high = limits(one.draws)
            row |= {
                "present_value_gbp": one.value(),
                "lower_gbp": low,
                "upper_gbp": high,
                "all_attributed_gbp": one.value(attribution=1.0),
                "break_even_cost_gbp": one.value(),
            }
            if cost is not None:
                row["net_present_value_gbp"] = one.value() - cost
        rows.append(row)
    frame = pd.DataFrame(rows, columns=SCHEMES)
    numbers = [column for column in SCHEMES if column.endswith("_gbp") or column in {"quantity", "horizon_years"}]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def agency_table(found: list[Appraised]) -> pd.DataFrame:
    """Return each agency's part of each scheme's benefit; a scheme without a stated split stays whole."""
    rows = []
    for one in (each for each in found if not each.missing):
        low, high = limits(one.draws)
        shares = appraisal.agency_shares(one.scheme.split) if one.scheme.split else {NO_SPLIT: 1.0}
        rows += [
            {
                "scheme": one.scheme.label,
                "agency": agency,
                "share": share,
                "present_value_gbp": share * one.value(),
                "lower_gbp": share * low,
                "upper_gbp": share * high,
            }
            for agency, share in shares.items()
        ]
    columns = ["scheme", "agency", "share", "present_value_gbp", "lower_gbp", "upper_gbp"]
    return pd.DataFrame(rows, columns=columns)


WORDS = {
    "quantity": "Quantity",
    "unit_value": "Unit value",
    "success": "Share for whom it comes",
    "deadweight": "Share for whom it would have come anyway",
    "attribution": "Share due to the scheme",
    "error": "Error of the data, by their grade",
    "per_pound": "Year of the prices, one off",
    "bias_factor": "Correction for optimism, on or off",
}


def _fixed_moves(one: Appraised, params: Params, tables: Tables) -> list[dict[str, Any]]:
    """Return moves of what is chosen and not drawn: year of the prices, and the correction for optimism."""
    near = [year for year in (one.scheme.price_year + 1, one.scheme.price_year - 1) if year in tables.deflator]
    years = one.scheme.horizon_years or 1
    prices = [per_pound(one.scheme, params, tables, years=years, price_year=year) for year in near]
    ends = {"per_pound": (min(prices), max(prices))} if prices else {}
    if one.bias_factor < 1:
        ends["bias_factor"] = (one.bias_factor, 1.0)
    return [
        {
            "input": name,
            "low": low,
            "high": high,
            "at_low": one.value(**{name: low}),
            "at_high": one.value(**{name: high}),
        }
        for name, (low, high) in ends.items()
    ]


def sensitivity_table(found: list[Appraised], params: Params, tables: Tables) -> pd.DataFrame:
    """Return, for each scheme, the value at the low and at the high end of one assumption at a time, widest first."""
    columns = ["scheme", "assumption", "basis", "low", "high", "low_gbp", "high_gbp", "central_gbp", "swing_gbp"]
    rows = []
    for one in (each for each in found if not each.missing):
        basis = {each.name: each.source or "judgement" for each in one.uncertain()}
        moves = appraisal.tornado(one.gross, one.uncertain()).to_dict("records")
        rows += [
            {
                "scheme": one.scheme.label,
                "assumption": WORDS[move["input"]],
                "basis": basis.get(move["input"], "choice of the params file"),
                "low": move["low"],
                "high": move["high"],
                "low_gbp": move["at_low"],
                "high_gbp": move["at_high"],
                "central_gbp": one.value(),
                "swing_gbp": abs(move["at_high"] - move["at_low"]),
            }
            for move in [*moves, *_fixed_moves(one, params, tables)]
        ]
    return pd.DataFrame(rows, columns=columns).sort_values(
        ["central_gbp", "swing_gbp"], ascending=False, kind="stable", ignore_index=True
    )
