"""What respondents reach and think: four domains of connectedness, places, trust, use of services by peers."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from insight.methods import networks
from insight.methods.estimate import Estimate
from insight.privacy.disclosure import OF_PEOPLE, Merge, merged_apart
from insight.stages.social_networks import drivers
from insight.stages.social_networks.counted import LIMITS, hide, limits, share_row, try_share
from insight.stages.social_networks.declaration import Params

DOMAINS = {
    "places": "People and places",
    "social": "Social contacts",
    "functional": "Functional contacts",
    "skills": "Skills and resources",
}
CHARACTERISTICS = {
    "sex": "Sex",
    "age_band": "Age",
    "ethnic_group": "Ethnic group",
    "work": "Work",
    "qualification": "Qualification",
    "values_group": "Values",
}
NOT_ASKED, NO_ACCESS = "not_asked", "none"
CENTRALITY = ["degree", "betweenness", "closeness"]
PLACE_COLUMNS = ["place", "where", "count", "respondents", *LIMITS, *CENTRALITY]
TRUST_COLUMNS = ["item", "respondents", "mean", "lower", "upper"]


def asked(resources: pd.DataFrame) -> pd.DataFrame:
    """Return the items that were asked, with whether they are within reach; not asked is not the same as none."""
    kept = resources[resources["access"] != NOT_ASKED]
    return kept.assign(has=(kept["access"] != NO_ACCESS).astype(float))


def connected(
    egos: pd.DataFrame,
    contacts: pd.DataFrame,
    places: pd.DataFrame | None,
    resources: pd.DataFrame | None,
    params: Params,
) -> pd.DataFrame:
    """Return, by respondent, whether each domain has at least as many ties as the params want; missing if not asked."""
    codes = egos["respondent_id"]
    count = contacts.groupby("respondent_id")["contacts"].sum().reindex(codes).fillna(0)
    found = {"social": count >= params.least_contacts}
    if places is not None:
        named = places.groupby("respondent_id").size().reindex(codes).fillna(0)
        found["places"] = named >= params.least_places
    if resources is not None:
        reach = asked(resources).groupby(["domain", "respondent_id"])["has"].sum()
        least = {"functional": params.least_functional, "skills": params.least_skills}
        for domain, number in least.items():
            if domain in reach.index.get_level_values("domain"):
                has = reach.loc[domain].reindex(codes)
                found[domain] = (has >= number).where(has.notna())
    flags = pd.DataFrame({name: found[name].to_numpy(dtype=float) for name in DOMAINS if name in found})
    work = egos["in_work"].map({True: "in work", False: "not in work"})
    return pd.concat([egos.reset_index(drop=True), flags], axis=1).assign(work=work.to_numpy(dtype=object))


def _cells(people: pd.DataFrame, characteristic: str) -> list[dict[str, object]]:
    rows = []
    for domain, title in DOMAINS.items():
        if domain not in people:
            continue
        known = people[people[domain].notna()]
        for value, own in known.groupby(characteristic, sort=True):
            about = {
                "characteristic": CHARACTERISTICS[characteristic],
                "value": str(value).replace("_", " ").capitalize(),
            }
            rows.append({**about, "domain": title, **share_row(own[domain], own["cluster"])})
    return rows


def crosstab(people: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return the share connected in each domain by each characteristic, small cells hidden."""

    def made(name: str, merge: Merge) -> pd.DataFrame:
        rows = _cells(people.assign(**{name: merge.named(people[name])}), name)
        sums = ["characteristic", "domain"]
        return hide(pd.DataFrame(rows), ["count", "respondents"], threshold=threshold, also=LIMITS, within=sums)

    return merged_apart(
        {name: partial(made, name) for name in CHARACTERISTICS},
        hierarchies=OF_PEOPLE,
        categories={name: sorted(people[name].dropna().astype(str).unique()) for name in OF_PEOPLE},
    )


def domains(people: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return the share connected in each domain: everybody, in work, and not in work."""
    rows = []
    for domain, title in DOMAINS.items():
        if domain not in people:
            continue
        known = people[people[domain].notna()]
        rows.append({"domain": title, "who": "everybody", **share_row(known[domain], known["cluster"])})
        for value, own in known.groupby("work", sort=True):
            rows.append({"domain": title, "who": value, **share_row(own[domain], own["cluster"])})
    frame = pd.DataFrame(rows)
    parts = [
        hide(part, ["count", "respondents"], threshold=threshold, also=LIMITS, within=["domain"])
        for part in (frame[frame["who"] == "everybody"], frame[frame["who"] != "everybody"])
    ]
    order = {title: place for place, title in enumerate(DOMAINS.values())}
    return pd.concat(parts).sort_values(
        "domain", key=lambda column: column.map(order), kind="stable", ignore_index=True
    )


def _centrality(places: pd.DataFrame) -> pd.DataFrame:
    """Return degree, betweenness and closeness of places among people and places, each over the opposite set."""
    edges = pd.DataFrame({"person": "p:" + places["respondent_id"].astype(str), "place": places["place"].astype(str)})
    found = networks.two_mode_centrality(edges)
    return found.loc[found["mode"] == "place", CENTRALITY]


def places_named(egos: pd.DataFrame, places: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return how many respondents named each place."""
    if places is None or places.empty:
        return pd.DataFrame(columns=[*PLACE_COLUMNS, "status"])
    rows = []
    for (place, is_local), named in places.groupby(["place", "is_local"], sort=True):
        flags = egos["respondent_id"].isin(set(named["respondent_id"]))
        where = "in the area" if is_local else "beyond it"
        rows.append({"place": place, "where": where, **share_row(flags, egos["cluster"])})
    frame = pd.DataFrame(rows).merge(_centrality(places), left_on="place", right_index=True, how="left")
    frame = frame.sort_values(["count", "place"], ascending=[False, True], ignore_index=True)
    return hide(frame, ["count", "respondents"], threshold=threshold, also=[*LIMITS, *CENTRALITY], within=["place"])


def local_share(egos: pd.DataFrame, places: pd.DataFrame | None) -> Estimate | None:
    """Return the share of places named that lie in the area."""
    if places is None or places.empty:
        return None
    sums = places.assign(local=places["is_local"].astype(float)).groupby("respondent_id")["local"]
    found = sums.agg(["sum", "size"]).reindex(egos["respondent_id"]).fillna(0)
    return try_share(found["sum"].to_numpy(), found["size"].to_numpy(), egos["cluster"].to_numpy())


def resources_by_work(egos: pd.DataFrame, resources: pd.DataFrame | None) -> tuple[Estimate, ...] | None:
    """Return the adjusted difference, in work less not, of the share of items within reach."""
    if resources is None or egos["in_work"].nunique() < 2:  # noqa: PLR2004 - a difference needs two sides
        return None
    sums = asked(resources).groupby("respondent_id")["has"].agg(["sum", "size"]).reindex(egos["respondent_id"])
    if not sums["size"].notna().any():
        return None
    columns, names = drivers.design(egos, drivers.work_and_qualification(egos), groups=False)
    found = networks.adjusted_differences(
        sums["sum"].fillna(0).to_numpy(),
        sums["size"].fillna(0).to_numpy(),
        columns,
        egos["cluster"].to_numpy(),
        names=names,
    )
    return (found["in work"],)


def _wide(egos: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    scores = items.pivot_table(index="respondent_id", columns="item", values="score", aggfunc="first")
    joined = egos[["respondent_id", "cluster"]].merge(
        scores.astype(float), left_on="respondent_id", right_index=True, how="left"
    )
    return joined.reset_index(drop=True)


def trust_means(egos: pd.DataFrame, items: pd.DataFrame | None, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return the mean score of each item."""
    if items is None or items.empty:
        return pd.DataFrame(columns=[*TRUST_COLUMNS, "status"])
    wide, rows = _wide(egos, items), []
    for item in (params.own_item, *params.outgroup_items, params.own_use_item, params.peers_use_item):
        known = wide[wide[item].notna()] if item in wide else wide.iloc[:0]
        if known["cluster"].nunique() < networks.FEWEST_CLUSTERS:
            continue
        mean, lower, upper = limits(networks.clustered_mean(known[item].to_numpy(), known["cluster"].to_numpy()))
        words = item.replace("_", " ").capitalize()
        rows.append({"item": words, "respondents": len(known), "mean": mean, "lower": lower, "upper": upper})
    return hide(
        pd.DataFrame(rows, columns=TRUST_COLUMNS),
        ["respondents"],
        threshold=threshold,
        also=["mean", "lower", "upper"],
        within=["item"],
    )


def _pair(wide: pd.DataFrame, first: str, second: str) -> pd.DataFrame | None:
    if first not in wide or second not in wide:
        return None
    known = wide.dropna(subset=[first, second])
    return known if known["cluster"].nunique() >= networks.FEWEST_CLUSTERS else None


def distrust(egos: pd.DataFrame, items: pd.DataFrame | None, params: Params) -> tuple[Estimate, ...] | None:
    """Return the paired differences of trust: own community less the council, and less other providers."""
    if items is None:
        return None
    wide, found = _wide(egos, items), []
    for item in params.outgroup_items:
        known = _pair(wide, params.own_item, item)
        if known is None:
            return None
        gap = (known[params.own_item] - known[item]).to_numpy()
        found.append(networks.clustered_mean(gap, known["cluster"].to_numpy(), what="mean of paired differences"))
    return tuple(found)


def peers(egos: pd.DataFrame, items: pd.DataFrame | None, params: Params) -> tuple[Estimate, ...] | None:
    """Return the correlation of a respondent's use of services with that of those around."""
    known = None if items is None else _pair(_wide(egos, items), params.own_use_item, params.peers_use_item)
    if known is None or min(np.ptp(known[item]) for item in (params.own_use_item, params.peers_use_item)) == 0:
        return None
    return (
        networks.clustered_correlation(
            known[params.own_use_item].to_numpy(),
            known[params.peers_use_item].to_numpy(),
            known["cluster"].to_numpy(),
        ),
    )
