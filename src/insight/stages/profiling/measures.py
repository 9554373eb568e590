"""Indicators brought to areas: records added up, each estimate with its interval."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.methods.estimate import Estimate, exactly
from insight.methods.intervals import byar, wilson
from insight.privacy.disclosure import suppress
from insight.privacy.loading import Inputs
from insight.stages.profiling.declaration import Params

THOUSAND = 1000
LIMITS = ("_lower", "_upper")
EYFS, BIRTH_RATE, POPULATION = "eyfs_good_level", "birth_rate", "population"
SHOWN = ("estimate", "lower", "upper", "numerator", "denominator")
COLUMNS = [
    *("theme", "indicator", "period", "definition_version", "level", "area", "unit"),
    *("estimate", "lower", "upper", "numerator", "denominator", "n", "records", "method", "source", "route", "status"),
]


KEYS = ["indicator", "period", "definition_version", "to_level", "to"]
NO_VALUE = ("c", "x", "z")
ROUTES = ("own", "ward", "oa")
"""Where a value of an area comes from, the best first: its own records, those of its wards, of its output areas."""


def measured(row: Any, *, level: float = 0.95) -> Estimate:
    """Return the estimate that a row of sums makes: ``unit, numerator, denominator, value`` and what lies behind it.

    Wilson for shares, Byar for rates; a full count (hectares, a sum of counts) is exact; a mean has no interval.
    """
    is_counted = row.is_counted
    if row.unit == "share" and is_counted:
        return wilson(float(row.numerator), float(row.denominator), level=level)
    if row.unit == "per_1000" and is_counted:
        return byar(round(row.numerator), float(row.denominator) / THOUSAND, level=level)
    if row.unit == "area_share" and is_counted:
        return exactly(float(row.numerator / row.denominator), n=row.records, method="share of hectares")
    if row.unit == "count":
        return exactly(float(row.value), n=row.records, method="sum of counts")
    # A borough's, a nation's or a neighbour's own score is one number, and residents of those are not in the look-up.
    is_mean = row.unit == "score" and row.weight > 0
    value = row.weighted / row.weight if is_mean else row.value / row.records
    method = "mean by residents" if is_mean else "as supplied"
    return Estimate(estimate=float(value), lower=None, upper=None, n=int(row.records), method=f"{method}, no interval")


def _with_place(records: pd.DataFrame, lookup: pd.DataFrame, params: Params, *, file: str) -> pd.DataFrame:
    """Return records with level, ward, neighbourhood and residents of their area.

    Raises:
        InputError: an area that neither look-up nor params know.
    """
    areas = lookup.set_index("oa")
    level = dict.fromkeys(areas.index, "oa")
    level |= dict.fromkeys(lookup["neighbourhood"].dropna(), "neighbourhood") | dict.fromkeys(lookup["ward"], "ward")
    level |= dict.fromkeys(lookup["borough"], "borough") | dict.fromkeys(params.neighbours, "neighbour")
    level |= dict.fromkeys([params.region, params.nation], "benchmark")
    found = records.assign(level=records["area"].map(level))
    unknown = found.loc[found["level"].isna(), "area"].unique()
    if len(unknown):
        raise InputError(
            [
                Problem(
                    file=file,
                    column="area",
                    rule="an area of the look-up, the params' region or nation, or a neighbour of the params",
                    found=str(code),
                    fix="correct the code, or add it to `neighbours`",
                )
                for code in unknown[:5]
            ]
        )
    persons = pd.concat([areas["persons"], lookup.groupby("ward")["persons"].sum()])
    ward = {code: code for code in lookup["ward"]} | areas["ward"].to_dict()
    return found.assign(
        ward=found["area"].map(ward),
        neighbourhood=found["area"].map(areas["neighbourhood"].to_dict()),
        weight=found["area"].map(persons.to_dict()),
    )


def added_records(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return EYFS counts by school and births by ward in the shape of the indicators, where supplied."""
    parts = []
    if inputs.has("eyfs_counts"):
        counts = inputs.table("eyfs_counts")
        year = counts[counts["year"] <= params.eyfs_year]
        parts.append(
            pd.DataFrame(
                {
                    "theme": "economic_activity_qualifications",
                    "indicator": EYFS,
                    "area": year["area"],
                    "period": year["year"].astype(str),
                    "value": year["achievers"] / year["cohort"],
                    "numerator": year["achievers"].astype(float),
                    "denominator": year["cohort"].astype(float),
                    "unit": "share",
                    "source": "Early years return",
                    "definition_version": year["definition_version"],
                }
            )
        )
    if inputs.has("births"):
        births = inputs.table("births").groupby("area")["births"].sum()
        persons = inputs.table("lookup").groupby("ward")["persons"].sum().reindex(births.index)
        months = pd.to_datetime(inputs.table("births")["month"])
        years = months.dt.to_period("M").nunique() / 12
        parts.append(
            pd.DataFrame(
                {
                    "theme": "health_care",
                    "indicator": BIRTH_RATE,
                    "area": births.index,
                    "period": str(months.dt.year.max()),
                    "value": THOUSAND * births.to_numpy() / (years * persons.to_numpy()),
                    "numerator": births.to_numpy(dtype=float),
                    "denominator": years * persons.to_numpy(dtype=float),
                    "unit": "per_1000",
                    "source": "Births by area",
                    "definition_version": "1",
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _routes(placed: pd.DataFrame, lookup: pd.DataFrame) -> pd.DataFrame:
    """Return each record once for every area that it could make up: itself, its neighbourhood, ward and borough."""
    borough = str(lookup["borough"].iloc[0])
    small, ward = placed["level"] == "oa", placed["level"] == "ward"
    parts = [
        placed[~small].assign(to_level=placed["level"], to=placed["area"], route="own"),
        placed[small & placed["neighbourhood"].notna()].assign(
            to_level="neighbourhood", to=placed["neighbourhood"], route="oa"
        ),
        placed[small].assign(to_level="ward", to=placed["ward"], route="oa"),
        placed[small].assign(to_level="borough", to=borough, route="oa"),
        placed[ward].assign(to_level="borough", to=borough, route="ward"),
    ]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _summed(long: pd.DataFrame) -> pd.DataFrame:
    known = long["numerator"].notna() & long["denominator"].notna()
    frame = long.assign(
        is_counted=known, weighted=long["value"] * long["weight"], is_hidden=long["status"].isin(NO_VALUE)
    )
    groups = frame.groupby([*KEYS, "route"], sort=False)
    found = groups.agg(
        theme=("theme", "first"),
        unit=("unit", "first"),
        source=("source", "first"),
        value=("value", "sum"),
        weighted=("weighted", "sum"),
        weight=("weight", "sum"),
        records=("area", "size"),
        areas=("area", "nunique"),
        is_counted=("is_counted", "all"),
        is_hidden=("is_hidden", "any"),
        status=("status", "max"),
    )
    sums = groups[["numerator", "denominator"]].sum(min_count=1)
    return found.join(sums).reset_index()


def _whole(sums: pd.DataFrame, lookup: pd.DataFrame) -> pd.DataFrame:
    """Keep, for each area, its own records if there are any, else the sum of its parts if none is missing or hidden."""
    sizes = {("borough", "ward"): {code: part["ward"].nunique() for code, part in lookup.groupby("borough")}}
    for level in ("neighbourhood", "ward", "borough"):
        sizes[level, "oa"] = lookup.groupby(level)["oa"].size().to_dict()
    wanted = [
        sizes.get((level, route), {}).get(area, 0)
        for level, route, area in zip(sums["to_level"], sums["route"], sums["to"], strict=True)
    ]
    is_own = sums["route"] == "own"
    kept = sums[is_own | ((sums["areas"] == wanted) & ~sums["is_hidden"])]
    place = kept["route"].map(ROUTES.index)
    return kept.assign(place=place).sort_values("place", kind="stable").drop_duplicates(KEYS).sort_index()


def estimates(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return one row an indicator, period, version and area: estimate, limits, counts, records behind it.

    A value that its source suppressed or lacks stays empty, with the status that says why, and no sum goes over it.

    Raises:
        InputError: an area that neither look-up nor params know.
    """
    lookup = inputs.table("lookup")
    records = pd.concat([inputs.table("indicators"), added_records(inputs, params)], ignore_index=True)
    records = records.assign(status=records["status"].fillna(""))
    placed = _with_place(records, lookup, params, file=paths.shown(inputs.files["indicators"]))
    is_limit = placed["indicator"].str.endswith(LIMITS)
    limits = placed[is_limit].set_index(["indicator", "area", "period"])["value"].to_dict()
    rows = []
    for row in _whole(_summed(_routes(placed[~is_limit], lookup)), lookup).itertuples(index=False):
        one = {"theme": row.theme, "indicator": row.indicator, "period": row.period, "level": row.to_level}
        one |= {"area": row.to, "unit": row.unit, "n": int(row.records), "records": int(row.records)}
        one |= {"definition_version": row.definition_version, "source": row.source, "route": row.route}
        if row.is_hidden:
            rows.append(one | {"method": "no value from the source", "status": row.status})
            continue
        found = measured(row)
        lower, upper = (limits.get((row.indicator + suffix, row.to, row.period)) for suffix in LIMITS)
        one |= {"estimate": found.estimate, "numerator": row.numerator, "denominator": row.denominator}
        one |= {"lower": found.lower if lower is None else lower, "upper": found.upper if upper is None else upper}
        one |= {"n": found.n, "method": found.method if lower is None else "limits as supplied", "status": ""}
        rows.append(one)
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(SHOWN, "float64"))


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each indicator's last period (of its last version, should two share the period)."""
    when = frame["period"] + " " + frame["definition_version"]
    return frame[when == when.groupby(frame["indicator"]).transform("max")]


def row_of(frame: pd.DataFrame, indicator: str, area: str, period: str | None = None) -> pd.Series | None:
    """Return the row of an indicator and area in one period (the last when none is given).

    ``None`` if absent or without a value.
    """
    rows = frame[(frame["indicator"] == indicator) & (frame["area"] == area) & frame["estimate"].notna()]
    if period is not None:
        rows = rows[rows["period"] == period]
    return None if rows.empty else rows.sort_values(["period", "definition_version"]).iloc[-1]


def as_estimate(row: pd.Series) -> Estimate:
    """Return a row of the estimates as a single estimate."""
    return Estimate(
        estimate=float(row["estimate"]),
        lower=None if pd.isna(row["lower"]) else float(row["lower"]),
        upper=None if pd.isna(row["upper"]) else float(row["upper"]),
        n=int(row["n"]),
        method=str(row["method"]),
    )


def shown(frame: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return the estimates with small counts, and small remainders of shares, blanked.

    A cell that the source suppressed counts as blanked, so that a total does not give away a single one.
    """
    is_people = frame["unit"].isin(["share", "per_1000", "count"])
    rest = (frame["denominator"] - frame["numerator"]).where(frame["unit"] == "share", frame["numerator"])
    smaller = pd.concat([frame["numerator"], rest], axis=1).min(axis=1).where(is_people)
    blanked = suppress(
        frame.assign(smaller=smaller.mask(frame["status"] == "c", 1.0)),
        "smaller",
        threshold=threshold,
        also=SHOWN,
        within=("indicator", "period", "definition_version", "level"),
    )
    is_missing = frame["status"].isin(NO_VALUE)
    return blanked.assign(status=blanked["status"].mask(is_missing, frame["status"])).drop(columns="smaller")


def as_unit(number: float, unit: str) -> str:
    """Return a number as its unit is printed; empty where it is missing."""
    form = {"share": "{:.1%}", "area_share": "{:.1%}", "place": "{:.0%}", "count": "{:,.0f}"}.get(unit, "{:.1f}")
    return "" if pd.isna(number) else form.format(number)


def in_words(row: Mapping[Hashable, Any], *, value: str) -> str:
    """Return value and limits of one row in the unit of its indicator, or the mark of a status."""
    if row["status"]:
        return f"[{row['status']}]"
    text = as_unit(row[value], row["unit"])
    if pd.isna(row["lower"]) or row["lower"] == row["upper"]:
        return text
    return f"{text} ({as_unit(row['lower'], row['unit'])} to {as_unit(row['upper'], row['unit'])})"
