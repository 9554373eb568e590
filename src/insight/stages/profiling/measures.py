"""Indicators brought to areas: records added up, each estimate with its interval."""

from __future__ import annotations

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


def _measure(unit: str, rows: pd.DataFrame) -> Estimate:
    """Return the estimate that a group of records makes together."""
    count, cases = rows["numerator"].sum(), rows["denominator"].sum()
    is_counted = rows["numerator"].notna().all() and rows["denominator"].notna().all()
    if unit == "share" and is_counted:
        return wilson(float(count), float(cases))
    if unit == "per_1000" and is_counted:
        return byar(round(count), float(cases) / THOUSAND)
    if unit == "area_share" and is_counted:
        return exactly(float(count / cases), n=len(rows), method="share of hectares")
    if unit == "count":
        return exactly(float(rows["value"].sum()), n=len(rows), method="sum of counts")
    weights = rows["weight"] if unit == "score" else pd.Series(1.0, index=rows.index)
    value = float((rows["value"] * weights).sum() / weights.sum())
    method = "mean by residents" if unit == "score" else "as supplied"
    return Estimate(estimate=value, lower=None, upper=None, n=len(rows), method=f"{method}, no interval")


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
        year = counts[counts["year"] == params.eyfs_year]
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


def _groups(rows: pd.DataFrame, lookup: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """Return (level, area, records) for every area that these records of one indicator and period make up."""
    small, wards = rows[rows["level"] == "oa"], rows[rows["level"].isin(["oa", "ward"])]
    found = [("neighbourhood", str(code), part) for code, part in small.groupby("neighbourhood")]
    found += [
        ("neighbourhood", str(code), part) for code, part in rows[rows["level"] == "neighbourhood"].groupby("area")
    ]
    found += [("ward", str(code), part) for code, part in wards.groupby("ward")]
    whole = rows[rows["level"] == "borough"]
    is_full = (
        set(small["area"]) == set(lookup["oa"]) if len(small) else set(wards["ward"].dropna()) == set(lookup["ward"])
    )
    if len(whole):
        found.append(("borough", str(whole["area"].iloc[0]), whole))
    elif is_full:
        # Without a record of its own the borough is the sum of its parts, and only if none is missing.
        found.append(("borough", str(lookup["borough"].iloc[0]), wards))
    outside = rows[rows["level"].isin(["benchmark", "neighbour"])]
    found += [(str(part["level"].iloc[0]), str(code), part) for code, part in outside.groupby("area")]
    return found


def estimates(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return one row an indicator, period and area: estimate, limits, counts, records behind it.

    Raises:
        InputError: an area that neither look-up nor params know.
    """
    lookup = inputs.table("lookup")
    records = pd.concat([inputs.table("indicators"), added_records(inputs, params)], ignore_index=True)
    placed = _with_place(records, lookup, params, file=paths.shown(inputs.files["indicators"]))
    is_limit = placed["indicator"].str.endswith(LIMITS)
    limits = placed[is_limit].set_index(["indicator", "area", "period"])["value"].to_dict()
    rows = []
    for (indicator, period), group in placed[~is_limit].groupby(["indicator", "period"], sort=False):
        first = group.iloc[0]
        for level, area, part in _groups(group, lookup):
            found = _measure(first["unit"], part)
            lower, upper = (limits.get((indicator + suffix, area, period)) for suffix in LIMITS)
            rows.append(
                {
                    "theme": first["theme"],
                    "indicator": indicator,
                    "period": period,
                    "level": level,
                    "area": area,
                    "unit": first["unit"],
                    "estimate": found.estimate,
                    "lower": found.lower if lower is None else lower,
                    "upper": found.upper if upper is None else upper,
                    "numerator": part["numerator"].sum(min_count=1),
                    "denominator": part["denominator"].sum(min_count=1),
                    "n": found.n,
                    "records": len(part),
                    "method": found.method if lower is None else "limits as supplied",
                    "definition_version": first["definition_version"],
                    "source": first["source"],
                }
            )
    return pd.DataFrame(rows).astype({"lower": "float64", "upper": "float64"})


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each indicator's last period."""
    return frame[frame["period"] == frame.groupby("indicator")["period"].transform("max")]


def row_of(frame: pd.DataFrame, indicator: str, area: str, period: str | None = None) -> pd.Series | None:
    """Return the row of an indicator and area in one period (the last when none is given); ``None`` if absent."""
    rows = frame[(frame["indicator"] == indicator) & (frame["area"] == area)]
    if period is not None:
        rows = rows[rows["period"] == period]
    return None if rows.empty else rows.sort_values("period").iloc[-1]


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
    """Return the estimates with small counts, and small remainders of shares, blanked."""
    is_people = frame["unit"].isin(["share", "per_1000", "count"])
    rest = (frame["denominator"] - frame["numerator"]).where(frame["unit"] == "share", frame["numerator"])
    smaller = pd.concat([frame["numerator"], rest], axis=1).min(axis=1).where(is_people)
    blanked = suppress(
        frame.assign(smaller=smaller),
        "smaller",
        threshold=threshold,
        also=SHOWN,
        within=("indicator", "period", "level"),
    )
    return blanked.drop(columns="smaller")
