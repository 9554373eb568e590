"""Bonding and bridging against random mixing, by relation, strength and scale; mixing by group; indices of all ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods import networks
from insight.methods.estimate import Estimate
from insight.stages.social_networks.at_hand import Scale
from insight.stages.social_networks.counted import hide, limits, try_share
from insight.stages.social_networks.declaration import Params
from insight.stages.social_networks.ties import ALL, HEADLINE, STRENGTHS, UNKNOWN, by_respondent, relations

LEAST_GROUPS = 2


@dataclass(frozen=True, kw_only=True)
class Bonding:
    """Tables about mixing."""

    table: pd.DataFrame
    by_group: pd.DataFrame
    matrix: pd.DataFrame
    measures: pd.DataFrame


def _mixing(ties: pd.DataFrame, scale: Scale) -> networks.Mixing | None:
    held = ties[ties["known"] > 0]
    if ties["ethnic_group"].nunique() < LEAST_GROUPS or held["cluster"].nunique() < networks.FEWEST_CLUSTERS:
        return None
    return networks.mixing(
        ties["ethnic_group"].to_numpy(),
        ties["internal"].to_numpy(),
        ties["external"].to_numpy(),
        ties["cluster"].to_numpy(),
        population=scale.chance,
    )


def _with_limits(name: str, estimate: Estimate | None) -> dict[str, float]:
    value, lower, upper = limits(estimate)
    return {name: value, f"{name}_lower": lower, f"{name}_upper": upper}


def _drawn(ties: pd.DataFrame, found: networks.Mixing) -> dict[str, float]:
    chance = ties["ethnic_group"].map(dict(found.available)).to_numpy(dtype=float)
    made = networks.availability_test(
        ties["internal"].to_numpy(), ties["known"].to_numpy(), chance, clusters=ties["cluster"].to_numpy()
    )
    ties_known = ties["known"].sum()
    return {
        "drawn_lower": made.lower / ties_known,
        "drawn_upper": made.upper / ties_known,
        "p": made.p,
        "overdispersion": made.overdispersion,
        "clustering": made.clustering,
    }


def _bounds(ties: pd.DataFrame, found: networks.Mixing) -> dict[str, float]:
    """Return E-I and observed over expected if all contacts of unknown group were within the group, or beyond it."""
    internal, external, unknown = (float(ties[name].sum()) for name in ("internal", "external", "unknown"))
    low, high = networks.e_i_bounds(external, internal, unknown)
    chance = ties["ethnic_group"].map(dict(found.available)).to_numpy(dtype=float)
    expected = float(((ties["known"] + ties["unknown"]).to_numpy() * chance).sum())
    return {
        "e_i_if_within": low,
        "e_i_if_beyond": high,
        "ratio_if_within": (internal + unknown) / expected,
        "ratio_if_beyond": internal / expected,
    }


def _row(ties: pd.DataFrame, scale: Scale) -> dict[str, object] | None:
    found = _mixing(ties, scale)
    if found is None:
        return None
    share = try_share(ties["external"].to_numpy(), ties["known"].to_numpy(), ties["cluster"].to_numpy())
    return {
        "respondents": int((ties["known"] > 0).sum()),
        "contacts": ties["known"].sum(),
        "unknown": ties["unknown"].sum(),
        "same_share": ties["internal"].sum() / ties["known"].sum(),
        "expected_share": ties["internal"].sum() / ties["known"].sum() - found.excess.estimate,
        **_with_limits("ratio", found.ratio),
        **_with_limits("crossing", found.crossing),
        **_with_limits("coleman", found.homophily),
        **_with_limits("e_i", None if share is None else networks.as_e_i(share)),
        **_bounds(ties, found),
        **_drawn(ties, found),
    }


def _table(
    egos: pd.DataFrame, contacts: pd.DataFrame, at: list[Scale], params: Params, *, threshold: int
) -> pd.DataFrame:
    rows = []
    for relation, kinds in relations(contacts, params).items():
        for strength in STRENGTHS:
            ties = by_respondent(egos, contacts, kinds, strength)
            for scale in at:
                made = _row(ties, scale)
                if made is not None:
                    rows.append({"relation": relation, "strength": strength, "scale": scale.name, **made})
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame.assign(relation=[], strength=[], scale=[], status=[])
    names = ["relation", "strength", "scale"]
    # Relations and strengths share respondents, so none can be had by subtraction from another.
    return hide(
        frame,
        ["respondents"],
        threshold=threshold,
        also=[name for name in frame.columns if name not in {*names, "respondents"}],
        within=names,
    )


def _by_group(ties: pd.DataFrame, at: list[Scale], *, threshold: int) -> pd.DataFrame:
    found = {scale.name: _mixing(ties, scale) for scale in at}
    near = found[at[0].name]
    rows = []
    for group, own in ties.groupby("ethnic_group", sort=True):
        external = try_share(own["external"].to_numpy(), own["known"].to_numpy(), own["cluster"].to_numpy())
        share, low, high = limits(external)
        available = near.available[str(group)] if near else np.nan
        rows.append(
            {
                "group": str(group).replace("_", " ").capitalize(),
                "respondents": len(own),
                "contacts": own["known"].sum(),
                "same_group": 1 - share,
                "same_lower": 1 - high,
                "same_upper": 1 - low,
                "at_hand": available,
                **{
                    f"at_hand_{name}": one.available[str(group)] if one else np.nan
                    for name, one in list(found.items())[1:]
                },
                "coleman": networks.coleman(1 - share, available),
                "e_i": 2 * share - 1,
                "e_i_lower": 2 * low - 1,
                "e_i_upper": 2 * high - 1,
                "e_i_by_chance": 1 - 2 * available,
            }
        )
    frame = pd.DataFrame(rows).sort_values("respondents", ascending=False, ignore_index=True)
    return hide(frame, ["respondents"], threshold=threshold, also=list(frame.columns[2:]))


def _matrix(egos: pd.DataFrame, contacts: pd.DataFrame, kinds: list[str], *, threshold: int) -> pd.DataFrame:
    """Return the mixing matrix in long form: ties of each group with each, and the share of the row."""
    own = egos.set_index("respondent_id")["ethnic_group"]
    rows = contacts[contacts["kind"].isin(kinds)]
    namer = rows["respondent_id"].map(own)
    matrix = networks.mixing_matrix(namer, rows["ethnic_group"], rows["contacts"], unknown=UNKNOWN)
    people = rows.groupby([namer.to_numpy(dtype=object), rows["ethnic_group"].to_numpy(dtype=object)])["respondent_id"]
    named_by = people.nunique().to_dict()
    cells = [
        {
            "own_group": one,
            "other_group": other,
            "respondents": named_by.get((one, other), 0),
            "contacts": matrix.loc[one, other],
            "share": matrix.loc[one, other] / matrix.loc[one].sum() if matrix.loc[one].sum() else np.nan,
        }
        for one in matrix.index
        for other in matrix.columns
    ]
    # A row's shares add up to one, so a hidden cell takes a second one of its row with it.
    return hide(
        pd.DataFrame(cells), ["respondents"], threshold=threshold, also=["contacts", "share"], within=["own_group"]
    )


def _of_matrix(egos: pd.DataFrame, contacts: pd.DataFrame, kinds: list[str]) -> list[tuple[str, Estimate]]:
    """Return Newman's assortativity and Blau's diversity of contacts, limits from leaving out one cluster at a time."""
    own = egos.set_index("respondent_id")[["ethnic_group", "cluster"]]
    rows = contacts[contacts["kind"].isin(kinds) & (contacts["ethnic_group"] != UNKNOWN)]
    joined = rows.merge(own, left_on="respondent_id", right_index=True, suffixes=("", "_own"))
    groups = sorted({*joined["ethnic_group"], *joined["ethnic_group_own"]})
    if len(groups) < LEAST_GROUPS or joined["cluster"].nunique() < networks.FEWEST_CLUSTERS:
        return []
    k, place = len(groups), {name: number for number, name in enumerate(groups)}
    cell = joined["ethnic_group_own"].map(place).to_numpy() * k + joined["ethnic_group"].map(place).to_numpy()
    ties = np.zeros((len(joined), k * k))
    ties[np.arange(len(joined)), cell] = joined["contacts"].to_numpy(dtype=float)
    totals = networks.cluster_totals(ties, joined["cluster"].to_numpy())

    def newman(sums: np.ndarray) -> np.ndarray:
        return np.array([networks.assortativity(one.reshape(k, k), is_directed=True) for one in sums])

    def diversity(sums: np.ndarray) -> np.ndarray:
        return np.array([networks.blau(one.reshape(k, k).sum(axis=0)) for one in sums])

    n = int(joined["respondent_id"].nunique())
    return [
        ("Assortativity (Newman), ties from respondent to contact", networks.jackknife(totals, newman, n=n, what="r")),
        ("Diversity of contacts (Blau)", networks.jackknife(totals, diversity, n=n, what="Blau's index")),
    ]


def _measures(egos: pd.DataFrame, contacts: pd.DataFrame, of: dict[str, list[str]]) -> pd.DataFrame:
    rows: list[dict[str, object]] = []

    def add(label: str, estimate: Estimate | None, respondents: int) -> None:
        if estimate is not None:
            value, lower, upper = limits(estimate)
            numbers = {"estimate": value, "lower": lower, "upper": upper, "respondents": respondents}
            rows.append({"measure": label, **numbers})

    for relation in (HEADLINE, ALL):
        ties = by_respondent(egos, contacts, of[relation])
        named, words = ties[ties["known"] > 0], "all ties" if relation == ALL else relation
        share = try_share(ties["external"].to_numpy(), ties["known"].to_numpy(), ties["cluster"].to_numpy())
        add(f"E-I, {words}, pooled", None if share is None else networks.as_e_i(share), len(named))
        low, high = networks.e_i_bounds(ties["external"].sum(), ties["internal"].sum(), ties["unknown"].sum())
        for where, value in (("within", low), ("beyond", high)):
            label = f"E-I, {words}, if all of unknown group were {where} the group"
            rows.append({"measure": label, "estimate": value, "respondents": len(named)})
        if named["cluster"].nunique() >= networks.FEWEST_CLUSTERS:
            own = ((named["external"] - named["internal"]) / named["known"]).to_numpy()
            mean = networks.clustered_mean(own, named["cluster"].to_numpy())
            add(f"E-I, {words}, mean of respondents", mean, len(named))
    for label, estimate in _of_matrix(egos, contacts, of[HEADLINE]):
        add(f"{label}, {HEADLINE}", estimate, estimate.n)
    return pd.DataFrame(rows, columns=["measure", "estimate", "lower", "upper", "respondents"])


def tests_of(headline: pd.DataFrame, near: Scale) -> dict[str, tuple[Estimate, ...]]:
    """Return what decides the claims: E-I and excess of ties within, and ties beyond over those by chance."""
    found = _mixing(headline, near)
    share = try_share(headline["external"].to_numpy(), headline["known"].to_numpy(), headline["cluster"].to_numpy())
    if found is None or share is None:
        return {}
    return {"bonding_strong": (networks.as_e_i(share), found.excess), "bridging_weak": (found.crossing,)}


def bonding_of(
    egos: pd.DataFrame, contacts: pd.DataFrame, at: list[Scale], params: Params, *, threshold: int
) -> Bonding:
    """Return mixing by relation, strength and scale, by group, as a matrix, and in indices.

    The headline leaves household and kin out, whose group is one's own almost by definition.
    """
    of = relations(contacts, params)
    headline = by_respondent(egos, contacts, of[HEADLINE])
    return Bonding(
        table=_table(egos, contacts, at, params, threshold=threshold),
        by_group=_by_group(headline, at, threshold=threshold),
        matrix=_matrix(egos, contacts, of[HEADLINE], threshold=threshold),
        measures=_measures(egos, contacts, of),
    )
