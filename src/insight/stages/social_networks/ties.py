"""Ties within and beyond: ethnic group against what is at hand, place, kind of work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods import networks
from insight.methods.estimate import Estimate
from insight.stages.social_networks.counted import hide, limits, try_share
from insight.stages.social_networks.declaration import Params

UNKNOWN = "unknown"
NO_QUALIFICATION = "none"
ALL = "all"
BEYOND = {
    "area": "outside the area",
    "ethnic_group": "other ethnic group",
    "occupation": "other kind of work",
}


@dataclass(frozen=True, kw_only=True)
class Ties:
    """Tables and estimates about ties."""

    mixing: pd.DataFrame
    measures: pd.DataFrame
    beyond: pd.DataFrame
    tests: dict[str, tuple[Estimate, ...]]


def marked(egos: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return contacts with respondents' household and group, and for each boundary the ties beyond and all known."""
    own = egos[["respondent_id", "household_id", "ethnic_group"]].rename(columns={"ethnic_group": "own_group"})
    ties = contacts.merge(own, on="respondent_id", how="inner")
    count, known_group = ties["contacts"].astype(float), ties["ethnic_group"] != UNKNOWN
    known_work = ties["occupation"] != UNKNOWN
    return ties.assign(
        area=count * ~ties["lives_in_area"].astype(bool),
        area_known=count,
        ethnic_group_known=count * known_group,
        occupation_known=count * known_work,
        occupation=count * (ties["occupation"] == "other"),
        unknown=count * ~known_group,
        ethnic_group=count * (known_group & (ties["ethnic_group"] != ties["own_group"])),
    )


def _by_ego(egos: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    columns = [*BEYOND, *(f"{name}_known" for name in BEYOND), "unknown", "contacts"]
    sums = ties.groupby("respondent_id")[columns].sum().rename(columns={"ethnic_group": "external"})
    joined = egos.merge(sums, left_on="respondent_id", right_index=True, how="left")
    numbers = [*sums.columns]
    joined[numbers] = joined[numbers].fillna(0.0)
    return joined.assign(internal=joined["ethnic_group_known"] - joined["external"])


def _mixing_rows(egos: pd.DataFrame, found: networks.Mixing | None) -> pd.DataFrame:
    rows = []
    for group, own in egos.groupby("ethnic_group", sort=True):
        external = try_share(
            own["external"].to_numpy(), own["ethnic_group_known"].to_numpy(), own["household_id"].to_numpy()
        )
        share, low, high = limits(external)
        available = found.available[str(group)] if found else np.nan
        rows.append(
            {
                "group": str(group).replace("_", " ").capitalize(),
                "respondents": len(own),
                "contacts": own["ethnic_group_known"].sum(),
                "same_group": 1 - share,
                "same_lower": 1 - high,
                "same_upper": 1 - low,
                "at_hand": available,
                "coleman": networks.coleman(1 - share, available),
                "e_i": 2 * share - 1,
                "e_i_lower": 2 * low - 1,
                "e_i_upper": 2 * high - 1,
                "e_i_by_chance": 1 - 2 * available,
            }
        )
    return pd.DataFrame(rows).sort_values("respondents", ascending=False, ignore_index=True)


def _measure(label: str, estimate: Estimate) -> dict[str, object]:
    value, lower, upper = limits(estimate)
    return {"measure": label, "estimate": value, "lower": lower, "upper": upper, "respondents": estimate.n}


def _measures(
    egos: pd.DataFrame, pooled: Estimate | None, mean: Estimate | None, found: networks.Mixing | None
) -> pd.DataFrame:
    named = int((egos["ethnic_group_known"] > 0).sum())
    rows = []
    if pooled is not None:
        rows.append(_measure("E-I, all ties together", pooled) | {"respondents": named})
        low, high = networks.e_i_bounds(egos["external"].sum(), egos["internal"].sum(), egos["unknown"].sum())
        for words, value in (("within", low), ("beyond", high)):
            label = f"E-I, if all ties of unknown group were {words} the group"
            rows.append({"measure": label, "estimate": value, "respondents": named})
    if mean is not None:
        rows.append(_measure("E-I, mean of respondents", mean))
    if found is not None:
        rows.append(_measure("Same-group share less the share at hand", found.excess))
        rows.append(_measure("Ties beyond the group for each by chance", found.crossing))
    return pd.DataFrame(rows, columns=["measure", "estimate", "lower", "upper", "respondents"])


def _beyond_rows(ties: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    rows = []
    for name, words in BEYOND.items():
        for kind in (ALL, *sorted(ties["kind"].unique())):
            here = ties if kind == ALL else ties[ties["kind"] == kind]
            known = here[f"{name}_known"]
            found = try_share(here[name].to_numpy(), known.to_numpy(), here["household_id"].to_numpy())
            share, lower, upper = limits(found)
            rows.append(
                {
                    "beyond": words,
                    "kind": kind,
                    "respondents": here.loc[known > 0, "respondent_id"].nunique(),
                    "contacts": known.sum(),
                    "share": share,
                    "lower": lower,
                    "upper": upper,
                }
            )
    # Kinds overlap (a respondent has several), so no kind can be had by subtraction from the whole.
    return hide(
        pd.DataFrame(rows),
        ["respondents"],
        threshold=threshold,
        also=["contacts", "share", "lower", "upper"],
        within=["beyond", "kind"],
    )


def _dummies(column: pd.Series) -> pd.DataFrame:
    return pd.get_dummies(column.astype(str), drop_first=True, dtype=float)


def design(egos: pd.DataFrame, first: dict[str, np.ndarray], *, groups: bool) -> tuple[np.ndarray, list[str]]:
    """Return the columns to adjust for one another: those named first, then age and sex (and ethnic group)."""
    parts = [pd.DataFrame(first, index=egos.index), _dummies(egos["age_band"]), _dummies(egos["sex"])]
    if groups:
        parts.append(_dummies(egos["ethnic_group"]))
    table = pd.concat(parts, axis=1)
    return table.to_numpy(dtype=float), [str(name) for name in table.columns]


def work_and_qualification(egos: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the two things that the publication says may drive ties, as 0 and 1."""
    return {
        "in work": egos["in_work"].astype(float).to_numpy(),
        "has qualifications": (egos["qualification"] != NO_QUALIFICATION).astype(float).to_numpy(),
    }


def _drivers(egos: pd.DataFrame) -> tuple[Estimate, ...] | None:
    named = egos[egos["ethnic_group_known"] > 0].reset_index(drop=True)
    wanted = work_and_qualification(named)
    if any(len(np.unique(values)) < 2 for values in wanted.values()):  # noqa: PLR2004 - a difference needs two sides
        return None
    columns, names = design(named, wanted, groups=True)
    found = networks.adjusted_differences(
        named["external"].to_numpy(),
        named["ethnic_group_known"].to_numpy(),
        columns,
        named["household_id"].to_numpy(),
        names=names,
    )
    return tuple(found[name] for name in wanted)


def _mixing_of(egos: pd.DataFrame, params: Params) -> networks.Mixing | None:
    if egos["ethnic_group"].nunique() < 2 or not egos["ethnic_group_known"].sum():  # noqa: PLR2004 - one group cannot mix
        return None
    return networks.mixing(
        egos["ethnic_group"].to_numpy(),
        egos["internal"].to_numpy(),
        egos["external"].to_numpy(),
        egos["household_id"].to_numpy(),
        population=params.population_shares or None,
    )


def ties_of(egos: pd.DataFrame, contacts: pd.DataFrame, params: Params, *, threshold: int) -> Ties:
    """Return what the counts of contacts say: mixing by group, measures, ties beyond three boundaries, and tests."""
    ties = marked(egos, contacts)
    people = _by_ego(egos, ties)
    homes = people["household_id"].to_numpy()
    found = _mixing_of(people, params)
    shares = {
        name: try_share(
            people["external" if name == "ethnic_group" else name].to_numpy(),
            people[f"{name}_known"].to_numpy(),
            homes,
        )
        for name in BEYOND
    }
    external = shares["ethnic_group"]
    pooled = None if external is None else networks.as_e_i(external)
    with_ties = people[people["ethnic_group_known"] > 0]
    own = (with_ties["external"] - with_ties["internal"]) / with_ties["ethnic_group_known"]
    mean = None
    if with_ties["household_id"].nunique() >= networks.FEWEST_CLUSTERS:
        mean = networks.clustered_mean(own.to_numpy(), with_ties["household_id"].to_numpy())
    tests: dict[str, tuple[Estimate, ...]] = {}
    if pooled is not None and found is not None:
        tests["bonding_strong"] = (pooled, found.excess)
        tests["bridging_weak"] = (found.crossing,)
    known = [share for share in shares.values() if share is not None]
    if len(known) == len(BEYOND):
        tests["few_links_outside"] = tuple(known)
    drivers = _drivers(people)
    if drivers is not None:
        tests["worklessness_may_drive"] = drivers
    rows = _mixing_rows(people, found)
    return Ties(
        mixing=hide(rows, ["respondents"], threshold=threshold, also=list(rows.columns[2:])),
        measures=_measures(people, pooled, mean, found),
        beyond=_beyond_rows(ties, threshold=threshold),
        tests=tests,
    )
