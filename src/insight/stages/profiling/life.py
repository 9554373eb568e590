"""Life expectancy, standardised mortality and their gradient by deprivation, computed from deaths and residents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from insight import paths
from insight.methods.estimate import Estimate
from insight.methods.inequality import slope_index
from insight.methods.life_expectancy import chiang
from insight.methods.rates import directly_standardised
from insight.privacy.disclosure import CONFIDENTIAL, STATUS, suppress
from insight.privacy.loading import Inputs
from insight.stages.profiling.directions import years_of

STANDARD = "european_standard_population_2013.csv"
PREMATURE_AGE, PER = 75, 100_000.0
BOTH = "both"
PYRAMID_COLUMNS = ["age_from", "sex", "share", "nation", "persons", "age", "year"]
AREAS = ["area", "name", "level"]
LIFE_COLUMNS = [*AREAS, "sex", "period", "deaths", "person_years", "years", "lower", "upper", "status", "note"]
MORTALITY_COLUMNS = [*AREAS, "measure", "period", "deaths", "rate", "lower", "upper", "status", "note"]
SLOPE_COLUMNS = ["measure", "sex", "slope", "lower", "upper", "wards", "note"]


def _person_years(population: pd.DataFrame, period: str) -> pd.DataFrame:
    first, last = years_of(period)
    rows = population[population["year"].between(first, last)]
    full = rows.groupby("area")["year"].transform("nunique") == last - first + 1
    return rows[full].groupby(["area", "sex", "age_from"], as_index=False)["persons"].sum()


def joined(inputs: Inputs) -> pd.DataFrame:
    """Return deaths and person-years by area, sex and band in the last period, wards added up to the borough.

    Areas without residents for every year of the period are left out; an empty count of deaths stays empty.
    """
    deaths, lookup = inputs.table("deaths"), inputs.table("lookup")
    rows = deaths[deaths["period"] == deaths["period"].max()]
    frame = rows.merge(
        _person_years(inputs.table("population"), rows["period"].iloc[0]), on=["area", "sex", "age_from"], how="inner"
    )
    borough, wards = str(lookup["borough"].iloc[0]), set(lookup["ward"])
    if borough in set(frame["area"]) or not wards <= set(frame["area"]):
        return frame
    # The sum of an empty cell is empty: no borough is made of wards of which one is suppressed.
    whole = (
        frame[frame["area"].isin(wards)]
        .groupby(["period", "sex", "age_from"], as_index=False)
        .agg(deaths=("deaths", lambda cells: cells.sum(skipna=False)), persons=("persons", "sum"))
    )
    return pd.concat([frame, whole.assign(area=borough)], ignore_index=True)


def _level(area: str, lookup: pd.DataFrame) -> str:
    if area in set(lookup["ward"]):
        return "ward"
    return "borough" if area in set(lookup["borough"]) else "benchmark"


def _tried(made: Callable[[], Estimate], deaths: pd.Series) -> tuple[Estimate | None, str, str]:
    """Return an estimate, or status and reason why there is none."""
    if deaths.isna().any():
        return None, CONFIDENTIAL, "deaths suppressed by the source"
    try:
        return made(), "", ""
    except ValueError as error:
        return None, "x", str(error)


def _shown(frame: pd.DataFrame, borough: str, *, by: str, numbers: Sequence[str], threshold: int) -> pd.DataFrame:
    """Hide rows of few deaths, and those that would give them away: the deaths of the borough are those of its wards.

    Args:
        frame: one row an area and value of ``by``; what the source suppressed or nobody could compute keeps its status.
        borough: its code.
        by: what else names a row.
        numbers: columns that rest on the deaths.
        threshold: the council's.
    """
    own = frame[by].astype(str)
    part_of = (borough + " " + own).where(frame["level"].eq("ward"))
    cells = frame.assign(cell=frame["area"].astype(str) + " " + own, part_of=part_of)
    nests = ("cell", "part_of")
    shown = suppress(cells, "deaths", threshold=threshold, also=numbers, within=[by, "level"], nests=nests)
    hidden = shown[STATUS].eq(CONFIDENTIAL)
    return shown.assign(
        status=frame["status"].mask(hidden, CONFIDENTIAL),
        note=frame["note"].mask(hidden, "few deaths, or as many as would tell few elsewhere"),
    )


def _expectancy(bands: pd.DataFrame) -> Estimate:
    return chiang(bands["deaths"].to_numpy(), persons=bands["persons"].to_numpy(), starts=bands["age_from"].to_numpy())


def expectancies(
    frame: pd.DataFrame, lookup: pd.DataFrame, names: Mapping[str, str], *, threshold: int
) -> pd.DataFrame:
    """Return life expectancy at birth by area and sex (Chiang II, Silcocks), or why it cannot be computed."""
    rows = []
    for (area, sex), group in frame.groupby(["area", "sex"], sort=True):
        bands = group.sort_values("age_from")
        found, status, note = _tried(partial(_expectancy, bands), bands["deaths"])
        one = {"area": area, "name": names.get(str(area), str(area)), "level": _level(str(area), lookup), "sex": sex}
        one |= {"period": bands["period"].iloc[0], "person_years": int(bands["persons"].sum())}
        one |= {"deaths": bands["deaths"].sum(skipna=False)}
        if found is not None:
            one |= {"years": found.estimate, "lower": found.lower, "upper": found.upper}
        rows.append(one | {"status": status, "note": note})
    made, borough = pd.DataFrame(rows, columns=LIFE_COLUMNS), str(lookup["borough"].iloc[0])
    return _shown(made, borough, by="sex", numbers=("years", "lower", "upper"), threshold=threshold)


def standard_weights(starts: np.ndarray) -> np.ndarray:
    """Return the European Standard Population 2013 for age bands that start at ``starts``; the last is open."""
    table = pd.read_csv(paths.reference(STANDARD))
    place = np.searchsorted(starts, table["age_from"].to_numpy(), side="right") - 1
    return np.bincount(place, weights=table["persons"].to_numpy(dtype=float), minlength=len(starts))


def _rate(bands: pd.DataFrame, weights: np.ndarray) -> Estimate:
    counts, persons = bands["deaths"].to_numpy(), bands["persons"].to_numpy()
    return directly_standardised(counts, persons=persons, standard=weights, per=PER)


def mortality(frame: pd.DataFrame, lookup: pd.DataFrame, names: Mapping[str, str], *, threshold: int) -> pd.DataFrame:
    """Return mortality of all ages and below 75, directly standardised, a hundred thousand person-years, both sexes."""
    rows = []
    both = frame.groupby(["area", "period", "age_from"], as_index=False).agg(
        deaths=("deaths", lambda cells: cells.sum(skipna=False)), persons=("persons", "sum")
    )
    for area, group in both.groupby("area", sort=True):
        bands = group.sort_values("age_from")
        weights = standard_weights(bands["age_from"].to_numpy())
        for measure, oldest in (("all ages", np.inf), (f"under {PREMATURE_AGE}", PREMATURE_AGE)):
            is_used = (bands["age_from"] < oldest).to_numpy()
            part = bands[is_used]
            found, status, note = _tried(partial(_rate, part, weights[is_used]), part["deaths"])
            one = {"area": area, "name": names.get(str(area), str(area)), "level": _level(str(area), lookup)}
            one |= {"measure": measure, "period": part["period"].iloc[0], "status": status, "note": note}
            one |= {"deaths": part["deaths"].sum(skipna=False)}
            if found is not None:
                one |= {"rate": found.estimate, "lower": found.lower, "upper": found.upper}
            rows.append(one)
    made, borough = pd.DataFrame(rows, columns=MORTALITY_COLUMNS), str(lookup["borough"].iloc[0])
    return _shown(made, borough, by="measure", numbers=("rate", "lower", "upper"), threshold=threshold)


def slopes(expected: pd.DataFrame, deprivation: pd.DataFrame) -> pd.DataFrame:
    """Return the slope index of inequality in life expectancy over wards, by sex.

    Above 0 the less deprived live longer.

    Args:
        expected: as from :func:`expectancies`.
        deprivation: wards with ``area`` and ``score``; higher scores are more deprived.
    """
    scores = deprivation.set_index("area")["score"]
    rows = []
    for sex, group in expected[expected["level"] == "ward"].groupby("sex", sort=True):
        known = group[(group["status"] == "") & group["area"].isin(scores.index)]
        known = known.assign(score=known["area"].map(scores)).sort_values("score", ascending=False)
        one: dict[str, Any] = {"measure": "life expectancy at birth, years", "sex": sex, "wards": len(known)}
        try:
            found = slope_index(
                [
                    Estimate(estimate=row.years, lower=row.lower, upper=row.upper, n=row.deaths, method="Chiang II")
                    for row in known.itertuples()
                ],
                persons=known["person_years"].to_list(),
            )
            one |= {"slope": found.estimate, "lower": found.lower, "upper": found.upper, "note": found.caveats[0]}
        except ValueError as error:
            one |= {"note": str(error)}
        rows.append(one)
    return pd.DataFrame(rows, columns=SLOPE_COLUMNS)


def pyramid(inputs: Inputs, nation: str) -> pd.DataFrame:
    """Return shares of residents by age band and sex in the last year, borough and nation."""
    table, lookup = inputs.table("population"), inputs.table("lookup")
    last = table[table["year"] == table["year"].max()]
    if {0, 1, 5} <= set(last["age_from"]):
        last = last.assign(age_from=last["age_from"].replace(1, 0))
    borough, wards = str(lookup["borough"].iloc[0]), set(lookup["ward"])
    own = last[last["area"] == borough]
    if own.empty and wards <= set(last["area"]):
        own = last[last["area"].isin(wards)]
    sums = [part.groupby(["age_from", "sex"])["persons"].sum() for part in (own, last[last["area"] == nation])]
    if any(part.empty for part in sums):
        return pd.DataFrame(columns=PYRAMID_COLUMNS)
    frame = pd.DataFrame({"share": sums[0] / sums[0].sum(), "nation": sums[1] / sums[1].sum(), "persons": sums[0]})
    starts = sorted(last["age_from"].unique())
    ends = {first: f"{first}-{then - 1}" if then > first + 1 else str(first) for first, then in pairwise(starts)}
    return frame.reset_index().assign(
        age=lambda rows: rows["age_from"].map(lambda first: ends.get(first, f"{first}+")), year=int(last["year"].max())
    )
