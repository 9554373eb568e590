"""Contacts with children's centres by area: how they follow deprivation, and how many a child in the focus wards."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.reach import FEWEST_AREAS, bands, concentration_index, rate_over_areas
from insight.privacy.disclosure import CONFIDENTIAL, dominates, log, suppress, top_two
from insight.privacy.disclosure.markers import status_of
from insight.privacy.loading import Inputs
from insight.stages.service_mapping.declaration import Params
from insight.stages.service_mapping.whom.unreached import NOT_AVAILABLE

ROSTER, SCORES = "roster_childrens_centre", "indicators"
SCORE = "deprivation_score"
NEEDED = (ROSTER, SCORES, "lookup")
TENTHS = 10
AREAS = ["oa", "is_focus", "children", "in_touch", "contacts", "largest", "second", "score"]
CURVE = ["tenth", "areas", "children", "in_touch", "contacts", "children_up_to", "contacts_up_to"]
RATES = ["place", "areas", "children", "in_touch", "contacts", "per_child", "lower", "upper", "status"]
FOCUS, REST, WHOLE, UK = "focus wards", "rest of the borough", "borough", "United Kingdom"


def by_area(inputs: Inputs, params: Params) -> pd.DataFrame:
    """Return areas with young children, their contacts in the year, children in touch, and deprivation score.

    ``largest`` and ``second`` are the contacts of the two children who had most, for the rule of dominance.

    Areas without a score have none; the frame is empty where roster or look-up were not supplied.
    """
    if not (inputs.has(ROSTER) and inputs.has("lookup")):
        return pd.DataFrame(columns=AREAS).astype({"is_focus": bool})
    roster, lookup = inputs.people(ROSTER), inputs.table("lookup")
    day = pd.Timestamp(params.reach_on)
    born = pd.to_datetime(roster["birth_month"])
    young = roster[(born > day - pd.DateOffset(months=params.under_months)) & (born <= day)]
    frame = lookup[lookup["children_0_4"] > 0]
    found = pd.DataFrame({"oa": frame["oa"], "is_focus": frame["neighbourhood"].notna()})
    found["children"] = frame["children_0_4"].astype(int)
    for name, counts in {
        "in_touch": young[young["contacts"] > 0].groupby("oa").size(),
        "contacts": young.groupby("oa")["contacts"].sum(),
    }.items():
        found[name] = found["oa"].map(counts).fillna(0).astype(int)
    most = top_two(young["contacts"], young["oa"]).reindex(found["oa"]).fillna(0.0)
    found[["largest", "second"]] = most.to_numpy()
    found["score"] = found["oa"].map(_scores(inputs))
    return found[AREAS].reset_index(drop=True)


def _scores(inputs: Inputs) -> pd.Series:
    if not inputs.has(SCORES):
        return pd.Series(dtype=float)
    table = inputs.table(SCORES)
    rows = table[table["indicator"] == SCORE].sort_values("period").drop_duplicates("area", keep="last")
    return rows.set_index("area")["value"]


def _is_dominated(own: pd.DataFrame, *, threshold: int) -> bool:
    """Whether one or two children make up nearly all contacts of some areas."""
    most = np.sort(own[["largest", "second"]].to_numpy(float).ravel())[::-1][:2]
    return dominates(list(most), float(own["contacts"].sum()), threshold=threshold)


def rate(areas: pd.DataFrame) -> Estimate | None:
    """Return contacts a resident child, with limits from the spread between areas; nothing for fewer than three."""
    if len(areas) < FEWEST_AREAS:
        return None
    return rate_over_areas(areas["contacts"].to_numpy(float), areas["children"].to_numpy(float))


def index(areas: pd.DataFrame) -> Estimate | None:
    """Return the concentration index of contacts against deprivation; nothing without scores or contacts."""
    scored = areas.dropna(subset=["score"])
    if len(scored) < FEWEST_AREAS or not scored["contacts"].sum():
        return None
    numbers = [scored[name].to_numpy(float) for name in ("contacts", "children", "score")]
    return concentration_index(*numbers)


def curve(areas: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return the concentration curve at tenths of the areas, the most deprived first: shares up to each tenth."""
    scored = areas.dropna(subset=["score"])
    if len(scored) < TENTHS or not scored["contacts"].sum():
        return pd.DataFrame(columns=CURVE)
    tenth = bands(scored["score"], TENTHS).astype(int).rename("tenth")
    by = scored.groupby(tenth, sort=True)
    frame = by[["children", "in_touch", "contacts"]].sum()
    frame.insert(0, "areas", by.size())
    for name in ("children", "contacts"):
        frame[f"{name}_up_to"] = frame[name].cumsum() / frame[name].sum()
    few = [_is_dominated(own, threshold=threshold) for _, own in by]
    frame = frame.reset_index()[CURVE].assign(few=few, whole="borough")
    # A share up to a tenth rests on all before it, so one hidden tenth hides the shares of those after it.
    shown = suppress(
        frame,
        "in_touch",
        threshold=threshold,
        also=("contacts", "contacts_up_to"),
        base="children",
        dominated="few",
        within=["whole"],
    ).drop(columns="whole")
    hidden = shown["in_touch"].isna().cummax()
    shown["contacts_up_to"] = shown["contacts_up_to"].mask(hidden)
    # tenths after a hidden one lack this number alone
    shown[status_of("contacts_up_to")] = np.where(hidden, CONFIDENTIAL, "")
    return shown


def engagements(areas: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return contacts a resident child in the focus wards, elsewhere and in the borough; the UK's is not available."""
    if areas.empty:
        return pd.DataFrame(columns=RATES)
    parts = {FOCUS: areas[areas["is_focus"]], REST: areas[~areas["is_focus"]], WHOLE: areas}
    rows, few = [], []
    for place, own in parts.items():
        few.append(_is_dominated(own, threshold=threshold))
        one = rate(own)
        limits = (np.nan,) * 3 if one is None else (one.estimate, one.lower, one.upper)
        sums = own[["children", "in_touch", "contacts"]].sum().astype(int)
        rows.append((place, len(own), *sums, *limits))
    frame = pd.DataFrame(rows, columns=RATES[:-1]).assign(few=few)
    also = ("contacts", "per_child", "lower", "upper")

    def hidden(*, told: bool) -> pd.DataFrame:
        own = frame.assign(told=told)
        return suppress(
            own, "in_touch", threshold=threshold, also=also, base="children", dominated="few", forced="told"
        )

    kept = log.mark()
    shown = hidden(told=False)
    if (shown["status"] == CONFIDENTIAL).any():
        # Two of the three give the third.
        log.forget(kept)
        shown = hidden(told=True)
    shown.loc[len(shown), ["place", "status"]] = [UK, NOT_AVAILABLE]
    return shown
