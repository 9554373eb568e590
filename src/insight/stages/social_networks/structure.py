"""Structure around respondents: density, constraint, effective size, where ties among contacts are held."""

from __future__ import annotations

import pandas as pd

from insight.errors import InputError, Problem
from insight.methods import networks
from insight.privacy.disclosure.markers import UNAVAILABLE
from insight.privacy.loading import Inputs
from insight.stages.social_networks.counted import hide, limits

COLUMNS = ["measure", "respondents", "mean", "lower", "upper", "note"]
MEASURES = {
    "Density of ties among contacts": "0 none know one another, 1 all do",
    "Constraint (Burt)": "1 a single contact; low: contacts apart from one another",
    "Effective size (Burt)": "contacts less what they repeat of one another",
}
KEYS = ["respondent_id", "kind", "ethnic_group", "lives_in_area", "occupation"]


def agree(inputs: Inputs, contacts: pd.DataFrame, alters: pd.DataFrame) -> None:
    """Refuse single contacts that do not add up to the counts of contacts.

    Raises:
        InputError: how many counts differ, with the first of them by kind.
    """
    counted = alters.groupby(KEYS).size()
    given = contacts.groupby(KEYS)["contacts"].sum()
    both = pd.concat([counted, given], axis=1).fillna(0)
    differ = both[both.iloc[:, 0] != both.iloc[:, 1]]
    if len(differ):
        first = dict(zip(KEYS[1:], differ.index[0][1:], strict=True))
        raise InputError(
            [
                Problem(
                    file=inputs.files["network_alters"].name,
                    rule="single contacts add up to the counts in network_contacts",
                    found=f"{len(differ)} counts differ, one of them {first}",
                    fix="make both files from one datasheet with `insight intake`",
                )
            ]
        )


def _ego_measures(alters: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Return density, constraint and effective size of each respondent's own network; nobody named is missing."""
    import networkx as nx

    pairs = {code: own[["alter_a", "alter_b"]] for code, own in ties.groupby("respondent_id")}
    ego, rows = "", {}
    for code, own in alters.groupby("respondent_id"):
        among = nx.Graph()
        among.add_nodes_from(own["alter_id"])
        among.add_edges_from(pairs[code].itertuples(index=False, name=None) if code in pairs else [])
        whole = among.copy()
        whole.add_edges_from((ego, alter) for alter in own["alter_id"])
        constraint = networks.constraint(whole, nodes=[ego])
        size = networks.effective_size(whole, nodes=[ego])
        rows[code] = (
            float(networks.density(among)) if len(own) > 1 else float("nan"),
            float(constraint.iloc[0]) if isinstance(constraint, pd.Series) else float("nan"),
            float(size.iloc[0]) if isinstance(size, pd.Series) else float("nan"),
        )
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(MEASURES))


def structure(
    egos: pd.DataFrame, alters: pd.DataFrame | None, ties: pd.DataFrame | None, *, threshold: int
) -> pd.DataFrame:
    """Return means of structure over respondents, or *not identifiable* with the reason where only counts are held."""
    if alters is None or ties is None:
        told = {
            "Density of ties among contacts": networks.density(None),
            "Constraint (Burt)": networks.constraint(None),
            "Effective size (Burt)": networks.effective_size(None),
        }
        rows = [{"measure": name, "respondents": 0, "note": str(one).split(": ", 1)[1]} for name, one in told.items()]
        return pd.DataFrame(rows, columns=COLUMNS).assign(status=UNAVAILABLE)
    found = egos[["respondent_id", "cluster"]].merge(
        _ego_measures(alters, ties), left_on="respondent_id", right_index=True
    )
    rows = []
    for name, words in MEASURES.items():
        known = found[found[name].notna()]
        if known["cluster"].nunique() < networks.FEWEST_CLUSTERS:
            continue
        estimate = networks.clustered_mean(known[name].to_numpy(), known["cluster"].to_numpy())
        mean, lower, upper = limits(estimate)
        numbers = {"respondents": len(known), "mean": mean, "lower": lower, "upper": upper}
        rows.append({"measure": name, **numbers, "note": words})
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return hide(frame, ["respondents"], threshold=threshold, also=["mean", "lower", "upper"], within=["measure"])
