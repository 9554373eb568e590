"""Estimates behind the claims on segments: one tuple a claim, one estimate a declared part."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni, smallest
from insight.methods.estimate import Estimate, exactly
from insight.methods.intervals import wilson, z_value
from insight.methods.spatial import JoinCount
from insight.stages.acorn_mapping.clusters import gap, ratio
from insight.stages.acorn_mapping.declaration import Params
from insight.stages.acorn_mapping.habits import ANSWERED, MEDIA, item_ratio, uk_share
from insight.stages.acorn_mapping.homes import PER_CENT, Homes

Parts = tuple[Estimate, ...]
TAIL = 0.025
FISHER_LOSS = 3
BELOW_UK = {"community_groups_lower": "community_group", "online_propensity_lower": "online"}


def clumped(found: JoinCount) -> Parts:
    """Return joins over those of shuffled labels; limits from the middle 95 % of the shuffles."""
    words = f"joins of like areas over joins when labels are shuffled ({found.permutations} times)"
    lower, upper = found.joins / found.usual_high, found.joins / max(found.usual_low, 1)
    return (Estimate(estimate=found.ratio, lower=min(lower, found.ratio), upper=upper, n=found.areas, method=words),)


def strong_in_wards(homes: Homes, wards: Sequence[str], keys: Sequence[str]) -> Parts:
    """Return the smallest, over the focus wards, of share in the ward minus share elsewhere; areas are clusters."""
    here, level = homes.in_category(*keys), bonferroni(0.95, len(wards))
    found = []
    for ward in wards:
        inside = homes.in_ward(ward)
        found.append(gap(ratio(here, inside), ratio(here, ~inside), homes.areas, level=level))
    return (smallest(found),)


def largest_types(homes: Homes, keys: Sequence[str]) -> Parts:
    """Return the smallest step down the stated order of types, the last step to the largest type not named."""
    names = homes.codebook.set_index("acorn_type")["type_key"]
    sizes = homes.rows["acorn_type"].map(names).value_counts()
    stated = [int(sizes.get(key, 0)) for key in keys]
    other = int(max(sizes.drop(list(keys), errors="ignore"), default=0))
    steps = np.diff([*stated, other])
    words = "smallest step in households down the stated order; a full count, so without sampling error"
    return (exactly(float(-steps.max()), n=len(homes.rows), method=words),)


def hides_minority(areas: pd.DataFrame, least: float) -> Parts:
    """Return the share of output areas with a large minority outside their commonest category."""
    return (wilson(int((1 - areas["share"] >= least).sum()), len(areas)),)


def concentrated(homes: Homes, category: str, ward: str) -> Parts:
    """Return the share of a category's households that live in one ward."""
    among = homes.in_category(category)
    if not among.any():
        return ()
    return (gap(ratio(homes.in_ward(ward), among), None, homes.posts),)


def category_order(homes: Homes) -> Parts:
    """Return Spearman's correlation over output areas of mean category and mean dimensions of deprivation."""
    means = homes.rows.groupby("oa")[["acorn_category", "deprivation_dimensions"]].mean().rank()
    n, rho = len(means), float(np.corrcoef(means.to_numpy().T)[0, 1])
    half = z_value() * math.sqrt((1 + rho * rho / 2) / (n - FISHER_LOSS))
    limits = (math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half))
    words = "Spearman over output areas, Fisher limits with the variance of Bonett and Wright"
    return (Estimate(estimate=rho, lower=limits[0], upper=limits[1], n=n, method=words),)


def exception(homes: Homes, params: Params) -> Parts:
    """Return two gaps, named groups minus others: dimensions of deprivation, share in one category."""
    named = homes.rows["ethnic_group"].isin(params.exception_groups).to_numpy()
    if not named.any() or named.all():
        return ()
    tops = (homes.rows["deprivation_dimensions"].to_numpy(), homes.in_category(params.exception_category))
    return tuple(gap(ratio(top, named), ratio(top, ~named), homes.posts) for top in tops)


def main_tenure(homes: Homes, params: Params) -> Parts:
    """Return the share of one tenure in a ward minus the share of its nearest rival there."""
    among = homes.in_ward(params.tenure_ward)
    kinds = [kind for kind in homes.rows["tenure"].unique() if kind != params.main_tenure]
    if not among.any() or not kinds:
        return ()
    main = (homes.rows["tenure"] == params.main_tenure).to_numpy().astype(float)
    level = bonferroni(0.95, len(kinds))
    others = [main - (homes.rows["tenure"] == kind).to_numpy() for kind in kinds]
    return (smallest([gap(ratio(other, among), None, homes.posts, level=level) for other in others]),)


def press_first(homes: Homes) -> Parts:
    """Return acceptance of press minus its nearest rival's, and response of those who accept: leaflets minus press."""
    press, level = homes.flags("accepts_press").astype(float), bonferroni(0.95, len(MEDIA) - 1)
    rivals = [press - homes.flags(f"accepts_{medium}") for medium in MEDIA if medium != ANSWERED[0]]
    first = smallest([gap(ratio(rival), None, homes.posts, level=level) for rival in rivals])
    answers = {
        medium: ratio(homes.flags(f"responded_{medium}"), homes.flags(f"accepts_{medium}")) for medium in ANSWERED
    }
    if not all(len(one.rows) for one in answers.values()):
        return ()
    return (first, gap(answers["leaflet"], answers["press"], homes.posts))


def against_indices(homes: Homes, indices: pd.DataFrame, params: Params) -> dict[str, Parts]:
    """Return what needs the country's shares: community groups, online, answers to marketing, and transactions."""
    found: dict[str, Parts] = {}
    for claim, item in BELOW_UK.items():
        uk = uk_share(indices, item)
        if uk is not None:
            found[claim] = (gap(item_ratio(homes, item), None, homes.posts, less=uk),)
    uk = uk_share(indices, "responded_marketing")
    if uk is not None:
        none = gap(item_ratio(homes, "no_marketing"), None, homes.posts, less=params.claimed_no_marketing)
        answer = gap(item_ratio(homes, "responded_marketing"), None, homes.posts, less=uk)
        found["marketing_rejected"] = (none, answer)
    expected = _expected(homes, indices, "transacts_online")
    if expected is not None:
        lack = homes.flags("transacts_online") - expected
        among = homes.flags("online") & np.isfinite(expected)
        found["online_transactions_lower"] = (gap(ratio(lack, among), None, homes.posts),)
    return found


def _expected(homes: Homes, indices: pd.DataFrame, item: str) -> np.ndarray | None:
    own = indices[indices["item"] == item].set_index("acorn_type")
    if own.empty:
        return None
    rate = own["index"] * own["uk_pct"] / PER_CENT**2
    return homes.rows["acorn_type"].map(rate).to_numpy(dtype=float)


def uneven(homes: Homes, pairs: np.ndarray, order: Sequence[str], params: Params) -> Parts:
    """Return how unevenly social network users fall: between types, and between neighbouring areas.

    First the variance between types over its median when whole postcodes are shuffled among types; then Moran's I of
    the share by output area, against areas shuffled. Limits from the middle 95 % of the shuffles.
    """
    rng = np.random.default_rng(params.seed)
    return (_between_types(homes, params, rng), _moran(homes, pairs, order, params, rng))


def _between_types(homes: Homes, params: Params, rng: np.random.Generator) -> Estimate:
    posts, users = homes.posts.codes, homes.flags("social_network_use")
    size = np.bincount(posts).astype(float)
    count = np.bincount(posts, users)
    kinds = pd.factorize(homes.rows["acorn_type"])[0]
    kind = np.zeros(len(size), dtype=int)
    kind[posts] = kinds
    whole = users.mean()

    def between(order: np.ndarray) -> float:
        n = np.bincount(kind, size[order], kinds.max() + 1)
        k = np.bincount(kind, count[order], kinds.max() + 1)
        return float((n * (k / n.clip(1) - whole) ** 2).sum() / n.sum())

    seen = between(np.arange(len(size)))
    shuffled = np.array([between(rng.permutation(len(size))) for _ in range(params.permutations)])
    low, middle, high = np.quantile(shuffled, [TAIL, 0.5, 1 - TAIL])
    words = f"variance between types over that of postcodes shuffled among types ({params.permutations} times)"
    return Estimate(estimate=seen / middle, lower=seen / high, upper=seen / low, n=len(size), method=words)


def _moran(homes: Homes, pairs: np.ndarray, order: Sequence[str], params: Params, rng: np.random.Generator) -> Estimate:
    share = homes.rows.groupby("oa")["social_network_use"].mean().reindex(list(order)).to_numpy(dtype=float)
    z = share - share.mean()
    scale = len(z) / (len(pairs) * float((z**2).sum()))

    def moran(values: np.ndarray) -> float:
        return scale * float((values[pairs[:, 0]] * values[pairs[:, 1]]).sum())

    seen = moran(z)
    shuffled = np.array([moran(rng.permutation(z)) for _ in range(params.permutations)])
    low, high = np.quantile(shuffled, [TAIL, 1 - TAIL])
    words = f"Moran's I of the share by output area; limits from areas shuffled {params.permutations} times"
    return Estimate(estimate=seen, lower=seen - high, upper=seen - low, n=len(z), method=words)


def on_households(homes: Homes, areas: pd.DataFrame, focus: Sequence[str], params: Params) -> Mapping[str, Parts]:
    """Return what households alone can say, without neighbours and without the country's shares."""
    found = {
        "largest_types_order": largest_types(homes, params.claimed_types),
        "predominant_hides_minority": hides_minority(areas, params.large_minority),
        "urban_prosperity_in_saddleworth": concentrated(homes, params.concentrated_category, params.concentrated_ward),
        "category_order_is_deprivation_order": category_order(homes),
        "asian_households_exception": exception(homes, params),
        "social_rent_predominant": main_tenure(homes, params),
        "press_ads_most_acceptable": press_first(homes),
    }
    if focus:
        found["mm_hp_strong_in_wards"] = strong_in_wards(homes, focus, params.focus_categories)
    return found
