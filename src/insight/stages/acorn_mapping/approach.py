"""How to approach each segment: what it accepts and answers, what it minds most, and where social media would work.

Care is a column, not a caveat: each reason to be careful with a channel is worked out and written beside the segment.
"""

from __future__ import annotations

import pandas as pd

from insight.methods.association import bonferroni
from insight.methods.estimate import Estimate
from insight.stages.acorn_mapping.claims import answering
from insight.stages.acorn_mapping.clusters import gap, ratio
from insight.stages.acorn_mapping.declaration import Params
from insight.stages.acorn_mapping.habits import ACCEPTED, PER_CENT, item_ratio
from insight.stages.acorn_mapping.homes import ANSWERED, MEDIA, Homes
from insight.stages.acorn_mapping.segments import Segments

FEWEST_POSTCODES = 30
COLUMNS = [
    "category_name",
    "basis",
    "answers_to",
    "answers_share",
    "most_acceptable",
    "most_acceptable_share",
    "least_acceptable",
    "least_acceptable_share",
    "accepts_none_share",
    "online_share",
    "social_media_share",
    "social_media",
    "care",
]
WOULD, WOULD_NOT, OPEN = "would reach more here than elsewhere", "would miss more here than elsewhere", "not told apart"


def _against_rest(homes: Homes, item: str, key: str, *, comparisons: int) -> Estimate | None:
    """Return a category's share of an item minus that of all others, limits for that many comparisons at once."""
    here = homes.in_category(key)
    own, rest = item_ratio(homes, item, here), item_ratio(homes, item, ~here)
    if not own.n or not rest.n:
        return None
    return gap(own, rest, homes.posts, level=bonferroni(0.95, comparisons))


def _told(found: Estimate | None) -> str:
    if found is None or found.lower is None or found.upper is None:
        return OPEN
    return WOULD if found.lower > 0 else WOULD_NOT if found.upper < 0 else OPEN


def _lead_is_open(homes: Homes, key: str, first: str, second: str) -> bool:
    among = homes.in_category(key)
    top = homes.sums(f"accepts_{first}") - homes.sums(f"accepts_{second}")
    found = gap(ratio(top, homes.sums("n"), among), None, homes.posts)
    return found.lower is None or found.lower <= 0


def _care(homes: Homes, key: str, order: list[str], social: str, *, categories: int) -> str:
    reasons = []
    if social == WOULD_NOT:
        reasons.append("fewer use social media than elsewhere")
    if social == OPEN:
        reasons.append("social media use not told apart from elsewhere")
    online = _against_rest(homes, "online", key, comparisons=categories)
    if online is not None and online.upper is not None and online.upper < 0:
        reasons.append("fewer are online than elsewhere")
    none = _against_rest(homes, "no_marketing", key, comparisons=categories)
    if none is not None and none.lower is not None and none.lower > 0:
        reasons.append("more accept no marketing than elsewhere")
    if _lead_is_open(homes, key, order[0], order[1]):
        reasons.append(f"{order[0]} and {order[1]} not told apart")
    if homes.rows.loc[homes.in_category(key), "postcode"].nunique() < FEWEST_POSTCODES:
        reasons.append(f"rests on fewer than {FEWEST_POSTCODES} postcodes")
    return "; ".join(reasons) or "none of the reasons looked for"


def _of_homes(homes: Homes, found: Segments, *, threshold: int) -> pd.DataFrame:
    rows, present = [], [key for key in found.codes.names if homes.in_category(key).any()]
    for key in present:
        among = homes.in_category(key)
        accepts = {medium: item_ratio(homes, f"accepts_{medium}", among) for medium in MEDIA}
        order = sorted(MEDIA, key=lambda medium: -accepts[medium].value)
        answers = {medium: answering(homes, medium, among) for medium in ANSWERED}
        best = max((one for one in ANSWERED if answers[one].n), key=lambda one: answers[one].value, default=None)
        social = _told(_against_rest(homes, "social_network_use", key, comparisons=len(present)))
        shown = [
            best if best is not None and answers[best].count >= threshold else None,
            answers[best].value if best is not None and answers[best].count >= threshold else float("nan"),
            *(order[0], accepts[order[0]].value, order[-1]),
            accepts[order[-1]].value if accepts[order[-1]].count >= threshold else float("nan"),
            *(item_ratio(homes, item, among).value for item in ("no_marketing", "online", "social_network_use")),
        ]
        care = _care(homes, key, order, social, categories=len(present))
        rows.append((found.codes.names[key], "households", *shown, social, care))
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_indices(found: Segments, indices: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return the same from the supplier's indices alone, weighted by households of each type; no limits are known."""
    weight = found.types.rename("households")
    joined = indices.join(weight, on="acorn_type", how="inner")
    joined["expected"] = joined["index"] * joined["uk_pct"] * joined["households"] / PER_CENT**2
    sums = joined.groupby(["acorn_category", "item"])[["expected", "households"]].sum()
    rates = (sums["expected"] / sums["households"]).rename("rate").reset_index()
    table = rates.pivot_table(index="acorn_category", columns="item", values="rate")
    wanted = [*ACCEPTED, *(f"responded_{one}" for one in ANSWERED), "online", "social_network_use"]
    if not set(wanted) <= set(table.columns):
        return pd.DataFrame(columns=COLUMNS)
    everywhere = joined.groupby("item")["expected"].sum() / joined.groupby("item")["households"].sum()
    rows = []
    for category, own in table.iterrows():
        order = sorted(MEDIA, key=lambda medium: -own[f"accepts_{medium}"])
        answers = {medium: own[f"responded_{medium}"] / own[f"accepts_{medium}"] for medium in ANSWERED}
        best = max(answers, key=lambda medium: answers[medium])
        index = PER_CENT * own["social_network_use"] / everywhere["social_network_use"]
        low = PER_CENT**2 / params.index_margin
        social = WOULD if index >= params.index_margin else WOULD_NOT if index <= low else OPEN
        ends = [order[0], own[f"accepts_{order[0]}"], order[-1], own[f"accepts_{order[-1]}"]]
        shares = [own[item] for item in ("no_marketing", "online", "social_network_use")]
        name = found.codes.names[found.codes.keys[int(str(category))]]
        care = "a profile by type, not an answer from local people"
        rows.append((name, "supplier's indices", best, answers[best], *ends, *shares, social, care))
    return pd.DataFrame(rows, columns=COLUMNS)


def approach(found: Segments, indices: pd.DataFrame | None, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return one row a segment: how to approach it, and the reasons for care.

    From the household file where there is one; else from the supplier's indices; empty for the open classification.
    """
    if found.homes is not None:
        return _of_homes(found.homes, found, threshold=threshold)
    if indices is not None and found.is_acorn:
        return _of_indices(found, indices, params)
    return pd.DataFrame(columns=COLUMNS)


def cards(
    found: Segments, shares: pd.DataFrame, wards: pd.DataFrame, types: pd.DataFrame, ways: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a segment for the report: who, how many, where, index with its limits, how to approach.

    Args:
        found: the segmentation.
        shares: as from :func:`tabulate.shares`.
        wards: as from :func:`tabulate.wards`; hidden cells name no ward.
        types: as from :func:`tabulate.types`; hidden types are not named.
        ways: as from :func:`approach`.
    """
    unit = found.codes.reference_unit if len(found.codes.reference) else "households"
    own = shares[(shares["unit"] == "households") & (shares["category"] != "")]
    compared = shares[shares["unit"] == unit].set_index("category")
    rows = []
    for row in own.itertuples():
        here = wards[(wards["category"] == row.category) & wards["households"].notna() & (wards["households"] > 0)]
        most = here.nlargest(2, "households")
        strong = here[here["stands"] == "over"].nlargest(1, "quotient")
        inside = types[(types["category_name"] == row.category_name) & types["households"].notna()]
        against = compared.loc[row.category]
        rows.append(
            {
                "segment": row.category_name,
                "who": "; ".join(inside.head(3)["type_label"]) if len(inside) else "",
                "households": row.count,
                "share": row.share,
                "where_most_live": ", ".join(most["ward_name"]),
                "strongest_in": strong["ward_name"].iloc[0] if len(strong) else "no ward beyond the margin",
                "index": against["index"],
                "index_low": against["index_low"],
                "index_high": against["index_high"],
                "index_unit": unit,
                "stands": against["stands"],
            }
        )
    frame = pd.DataFrame(rows)
    kept = ways[["category_name", "answers_to", "least_acceptable", "social_media", "care"]]
    return frame.merge(kept, left_on="segment", right_on="category_name", how="left").drop(columns="category_name")
