"""Appraisal of schemes: present value of gross benefit with limits, agencies, sensitivity, and what may be added.

Discounting, price base and chain are those of :mod:`insight.methods.appraisal`; the present value is linear in quantity
and unit value, so one factor a scheme carries every limit to the money.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight import paths
from insight.errors import ParamsError
from insight.methods import appraisal
from insight.methods.appraisal import Band, Benefit
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
NO_SPLIT = "split not known"
QUANTILES = (0.025, 0.975)


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Reference tables that an appraisal rests on."""

    bands: list[Band]
    deflator: Mapping[int, float]
    bias: Mapping[int, float]
    error: Mapping[int, float]


@dataclass(frozen=True, kw_only=True)
class Known:
    """A number with its limits; ``is_bound`` where the source gives a lower bound only, taken as it stands."""

    central: float
    low: float
    high: float
    is_bound: bool = False


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
        given = self.scheme.attribution
        return (
            Known(central=1.0, low=1.0, high=1.0)
            if given is None
            else Known(low=given[0], central=given[1], high=given[2])
        )

    def value(self, **changed: float) -> float:
        """Return the present value in pounds with single assumptions changed.

        Args:
            changed: any of quantity, unit_value, attribution, bias_factor, error, per_pound.
        """
        if self.quantity is None or self.unit_value is None:
            raise ValueError(f"{self.scheme.name} has no value. Fix: ask `missing` first")
        return (
            changed.get("quantity", self.quantity.central)
            * changed.get("unit_value", self.unit_value.central)
            * changed.get("attribution", self.attribution.central)
            * changed.get("bias_factor", self.bias_factor)
            * (1 + changed.get("error", 0.0))
            * changed.get("per_pound", self.per_pound)
        )


def reference_tables(params: Params) -> Tables:
    """Return discount bands, deflator and grades of evidence.

    Raises:
        ParamsError: the schedule is not in the reference table.
    """
    rates = pd.read_csv(paths.reference("discount_rates.csv"))
    own = rates[(rates["schedule"] == params.schedule) & (rates["kind"] == params.rate_kind)]
    if own.empty:
        known = ", ".join(sorted(rates["schedule"].unique()))
        raise ParamsError(f"schedule `{params.schedule}` is not in the discount rates. Fix: one of {known}")
    grades = pd.read_csv(paths.reference("optimism_bias.csv")).set_index("grade")
    index = pd.read_csv(paths.reference("gdp_deflator.csv"))
    return Tables(
        bands=[
            Band(first=int(row.first_year), last=None if pd.isna(row.last_year) else int(row.last_year), rate=row.rate)
            for row in own.itertuples()
        ],
        deflator=dict(zip(index["year"].astype(int), index["index"], strict=True)),
        bias=grades["optimism_bias"].to_dict(),
        error=grades["error"].to_dict(),
    )


def _known(given: list[float] | None, figure: str | None, ledger: Ledger | None, scheme: str) -> Known | None:
    if given is not None:
        return Known(low=given[0], central=given[1], high=given[2])
    if figure is None or ledger is None:
        return None
    if figure not in ledger.figures or not ledger.figures[figure].is_number:
        raise ParamsError(f"scheme `{scheme}`: `{figure}` is no number of the ledger. Fix: correct the id")
    printed, interval = float(ledger.figures[figure].value), ledger.figures[figure].interval
    if math.isinf(interval.upper):
        return Known(central=printed, low=printed, high=printed, is_bound=True)
    return Known(central=printed, low=interval.lower, high=interval.upper)


def _per_pound(scheme: Scheme, params: Params, tables: Tables, *, years: int, price_year: int | None = None) -> float:
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
    rng = np.random.default_rng([params.seed, zlib.crc32(found.scheme.name.encode())])
    quantity, unit = found.quantity, found.unit_value
    if quantity is None or unit is None:
        raise ValueError(f"{found.scheme.name} has no value. Fix: ask `missing` first")

    def spread(known: Known, *, peaked: bool) -> np.ndarray:
        if known.low == known.high:
            return np.full(params.draws, known.central)
        if peaked:
            return rng.triangular(known.low, known.central, known.high, params.draws)
        return rng.uniform(known.low, known.high, params.draws)

    error = rng.uniform(-found.error, found.error, params.draws) if found.error else np.zeros(params.draws)
    return (
        spread(quantity, peaked=found.scheme.quantity is not None)
        * spread(unit, peaked=found.scheme.unit_value_gbp is not None)
        * spread(found.attribution, peaked=True)
        * found.bias_factor
        * (1 + error)
        * found.per_pound
    )


def appraise(params: Params, ledger: Ledger | None, tables: Tables) -> list[Appraised]:
    """Appraise every scheme of the params.

    Raises:
        ParamsError: a figure id, year or schedule that cannot be used.
    """
    found = []
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
            per_pound=_per_pound(scheme, params, tables, years=scheme.horizon_years or 1),
            bias_factor=appraisal.combined_bias(
                [tables.bias[grade] for grade in scheme.bias_grades], combine=params.bias_combine
            ),
            error=max((tables.error[grade] for grade in scheme.bias_grades), default=0.0),
        )
        found.append(
            Appraised(
                **{name: getattr(one, name) for name in one.__dataclass_fields__} | {"draws": _draws(one, params)}
            )
        )
    return found


def _limits(draws: np.ndarray | None) -> tuple[float, float]:
    if draws is None:
        raise ValueError("no draws to take limits from. Fix: ask `missing` first")
    low, high = np.quantile(draws, QUANTILES)
    return float(low), float(high)


def _remark(one: Appraised) -> str:
    if one.missing:
        return f"Not known: {', '.join(one.missing)}."
    words = []
    if (one.quantity is not None and one.quantity.is_bound) or (one.unit_value is not None and one.unit_value.is_bound):
        words.append("A part is given as a lower bound and taken as it stands.")
    if one.scheme.attribution is None:
        words.append("Attribution is unstated: an upper bound.")
    if one.scheme.cost_gbp is None:
        words.append(
            "The cost is not known: net present value not identifiable; the break-even cost is what the "
            "scheme may cost before it loses."
        )
    return " ".join(words)


def scheme_table(found: list[Appraised]) -> pd.DataFrame:
    """Return one row a scheme; what cannot be identified stays empty, with what is not known."""
    rows = []
    for one in found:
        row = {
            "scheme": one.scheme.label,
            "quantity": one.quantity.central if one.quantity else None,
            "unit_value_gbp": one.unit_value.central if one.unit_value else None,
            "horizon_years": one.scheme.horizon_years,
            "attribution": one.attribution.central,
            "standing": NOT if one.missing else IDENTIFIABLE,
            "cost_gbp": one.scheme.cost_gbp,
            "remark": _remark(one),
        }
        if not one.missing:
            low, high = _limits(one.draws)
            row |= {
                "present_value_gbp": one.value(),
                "lower_gbp": low,
                "upper_gbp": high,
                "all_attributed_gbp": one.value(attribution=1.0),
                "break_even_cost_gbp": one.value(),
            }
            if one.scheme.cost_gbp is not None:
                row["net_present_value_gbp"] = one.value() - one.scheme.cost_gbp
        rows.append(row)
    frame = pd.DataFrame(rows, columns=SCHEMES)
    numbers = [column for column in SCHEMES if column.endswith("_gbp") or column in {"quantity", "horizon_years"}]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def agency_table(found: list[Appraised]) -> pd.DataFrame:
    """Return each agency's part of each scheme's benefit; a scheme without a stated split stays whole."""
    rows = []
    for one in (each for each in found if not each.missing):
        low, high = _limits(one.draws)
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


def sensitivity_table(found: list[Appraised], params: Params, tables: Tables) -> pd.DataFrame:
    """Return, for each scheme, the value at the low and at the high end of one assumption at a time."""
    rows = []
    for one in (each for each in found if not each.missing):
        quantity, unit, share = one.quantity, one.unit_value, one.attribution
        if quantity is None or unit is None:
            continue
        years = one.scheme.horizon_years or 1
        near = [year for year in (one.scheme.price_year + 1, one.scheme.price_year - 1) if year in tables.deflator]
        prices = [_per_pound(one.scheme, params, tables, years=years, price_year=year) for year in near]
        moves = [
            ("Share due to the scheme", "attribution", share.low, share.high),
            ("Quantity, by its rounding", "quantity", quantity.low, quantity.high),
            ("Unit value, by its rounding", "unit_value", unit.low, unit.high),
            ("Correction for optimism", "bias_factor", one.bias_factor, 1.0),
            ("Error of the data, by their grade", "error", -one.error, one.error),
        ]
        if prices:
            moves.append(("Year of the prices, one off", "per_pound", min(prices), max(prices)))
        for words, name, low, high in moves:
            if low != high:
                values = {"low_gbp": one.value(**{name: low}), "high_gbp": one.value(**{name: high})}
                rows.append(
                    {"scheme": one.scheme.label, "assumption": words, "low": low, "high": high}
                    | values
                    | {"central_gbp": one.value()}
                )
    columns = ["scheme", "assumption", "low", "high", "low_gbp", "high_gbp", "central_gbp"]
    frame = pd.DataFrame(rows, columns=columns)
    swing = (frame["high_gbp"] - frame["low_gbp"]).abs()
    return frame.assign(swing_gbp=swing).sort_values(
        ["central_gbp", "swing_gbp"], ascending=False, kind="stable", ignore_index=True
    )


def horizon_table(found: list[Appraised], params: Params, tables: Tables) -> pd.DataFrame:
    """Return what each benefit would be worth if it lasted so many years: a question, not a result."""
    rows = []
    for one in (each for each in found if not each.missing):
        for years in params.scenario_years:
            factor = _per_pound(one.scheme, params, tables, years=years)
            ratio = factor / one.per_pound
            low, high = _limits(one.draws)
            rows.append(
                {
                    "scheme": one.scheme.label,
                    "if_it_lasted_years": years,
                    "present_value_gbp": one.value(per_pound=factor),
                    "lower_gbp": low * ratio,
                    "upper_gbp": high * ratio,
                }
            )
    columns = ["scheme", "if_it_lasted_years", "present_value_gbp", "lower_gbp", "upper_gbp"]
    return pd.DataFrame(rows, columns=columns)


def lifetime_table(found: list[Appraised], params: Params, ledger: Ledger | None, tables: Tables) -> pd.DataFrame:
    """Return the years at which a yearly value would add up to a printed lifetime value, and whether it ever does."""
    rows = []
    for one in found:
        if ledger is None or one.unit_value is None:
            continue
        flows = [1.0] * params.lifetime_years
        longest = appraisal.present_value(flows, tables.bands)
        for name in one.scheme.lifetime_figures:
            if name not in ledger.figures:
                raise ParamsError(f"scheme `{one.scheme.name}`: no figure `{name}`. Fix: correct the id")
            figure = ledger.figures[name]
            interval = figure.interval
            rows.append(
                {
                    "scheme": one.scheme.label,
                    "measure": figure.measure,
                    "printed_gbp": float(figure.value),
                    "years_undiscounted": float(figure.value) / one.unit_value.central,
                    "fewest_years": interval.lower / one.unit_value.high,
                    "most_years": interval.upper / one.unit_value.low,
                    "discounted_over_the_longest_life_gbp": longest * one.unit_value.central,
                    "is_ever_reached_discounted": longest * one.unit_value.high >= interval.lower,
                }
            )
    columns = [
        "scheme",
        "measure",
        "printed_gbp",
        "years_undiscounted",
        "fewest_years",
        "most_years",
        "discounted_over_the_longest_life_gbp",
        "is_ever_reached_discounted",
    ]
    return pd.DataFrame(rows, columns=columns)


def _overlaps(found: list[Appraised], params: Params) -> dict[str, dict[str, float]]:
    """Return stated overlaps, with none between schemes of different groups."""
    stated = {name: dict(others) for name, others in params.overlaps.items()}
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            if one.scheme.overlap_group != other.scheme.overlap_group:
                stated.setdefault(one.scheme.name, {}).setdefault(other.scheme.name, 0.0)
    return stated


def totals_table(found: list[Appraised], params: Params) -> pd.DataFrame:
    """Return the sum of all schemes where overlaps are stated (else the refusal), and of a set that cannot overlap."""
    known = [each for each in found if not each.missing]
    columns = ["sum", "schemes", "present_value_gbp", "lower_gbp", "upper_gbp", "reason"]
    if not known:
        return pd.DataFrame(columns=columns)
    stated = _overlaps(known, params)
    whole = appraisal.total_without_overlap({each.scheme.name: each.value() for each in known}, overlaps=stated)
    groups: dict[str, list[Appraised]] = {}
    for one in known:
        groups.setdefault(one.scheme.overlap_group, []).append(one)
    shared = [members for members in groups.values() if len(members) > 1]
    pairs = "; ".join(" and ".join(each.scheme.label for each in members) for members in shared)
    largest = [max(members, key=Appraised.value) for members in groups.values()]
    low, high = _limits(np.sum([each.draws for each in largest if each.draws is not None], axis=0))
    rows = [
        {
            "sum": "all schemes",
            "schemes": ", ".join(each.scheme.label for each in known),
            "present_value_gbp": whole,
            "reason": f"Refused: {pairs} may count the same families, and nobody has stated by how much."
            if whole is None
            else "Overlaps as stated in the params are taken off once.",
        },
        {
            "sum": "schemes that cannot overlap",
            "schemes": ", ".join(each.scheme.label for each in largest),
            "present_value_gbp": sum(each.value() for each in largest),
            "lower_gbp": low,
            "upper_gbp": high,
            "reason": "The largest of each group that may overlap; limits take the schemes as independent. Predicted "
            "and modelled money of different years, not cash in hand.",
        },
    ]
    numbers = ["present_value_gbp", "lower_gbp", "upper_gbp"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, "float64"))
