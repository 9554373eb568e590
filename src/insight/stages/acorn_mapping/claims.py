"""Estimates behind the claims on segments: one tuple a claim, one estimate a declared part.

Segments are a full count: their claims carry exact values and are held to practical margins. Habits, tenure and
deprivation rest on surveys and models: their limits take postcodes as clusters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni, smallest
from insight.methods.clumping import moran
from insight.methods.estimate import Estimate, exactly
from insight.methods.intervals import z_value
from insight.methods.spatial import Contiguity
from insight.stages.acorn_mapping.clumps import Parts
from insight.stages.acorn_mapping.clusters import Ratio, gap, ratio
from insight.stages.acorn_mapping.declaration import Params
from insight.stages.acorn_mapping.habits import item_ratio, uk_share
from insight.stages.acorn_mapping.homes import ANSWERED, MEDIA, TENURES, Homes
from insight.stages.acorn_mapping.segments import Segments

TAIL = 0.025
FISHER_LOSS = 3
HUNDRED = 100
FULL_COUNT = "a full count, so without sampling error"
BELOW_UK = {"community_groups_lower": "community_group", "online_propensity_lower": "online"}


def strong_in_wards(found: Segments, wards: Sequence[str], keys: Sequence[str]) -> Parts:
    """Return the smallest, over the focus wards, of two: points above the rest of the borough, index against it."""
    named = found.cells["category"].isin(keys)
    gaps, indices = [], []
    for ward in wards:
        here = found.cells["ward"] == ward
        inside, outside = (
            found.cells.loc[named & part, "households"].sum() / found.cells.loc[part, "households"].sum()
            for part in (here, ~here)
        )
        gaps.append(float(inside - outside))
        indices.append(float(HUNDRED * inside / outside) if outside else math.inf)
    n, words = found.households, f"smallest over {len(wards)} wards; {FULL_COUNT}"
    return (exactly(min(gaps), n=n, method=words), exactly(min(indices), n=n, method=words))


def largest_types(found: Segments, keys: Sequence[str]) -> Parts:
    """Return the smallest step down the stated order of types, the last step to the largest type not named."""
    sizes = found.types.groupby(found.codes.types["type_key"].reindex(found.types.index)).sum()
    stated = [int(sizes.get(key, 0)) for key in keys]
    other = int(max(sizes.drop(list(keys), errors="ignore"), default=0))
    steps = np.diff([*stated, other])
    words = f"smallest step in households down the stated order; {FULL_COUNT}"
    return (exactly(float(-steps.max()), n=found.households, method=words),)


def hides_minority(found: Segments) -> Parts:
    """Return the share of output areas with a large minority outside their commonest category."""
    share = float(found.leading["is_large_minority"].mean())
    return (exactly(share, n=len(found.leading), method=f"share of output areas; {FULL_COUNT}"),)


def concentrated(found: Segments, category: str, ward: str) -> Parts:
    """Return the share of a category's households that live in one ward."""
    own = found.cells[found.cells["category"] == category]
    if not own["households"].sum():
        return ()
    share = own.loc[own["ward"] == ward, "households"].sum() / own["households"].sum()
    return (exactly(float(share), n=int(own["households"].sum()), method=f"share; {FULL_COUNT}"),)


def category_order(homes: Homes) -> Parts:
    """Return Spearman's correlation over output areas of mean category and mean dimensions of deprivation."""
    sums = pd.DataFrame(
        {
            "oa": homes.rows["oa"],
            "n": homes.sums("n"),
            "category": homes.sums("acorn_category") * homes.sums("n"),
            "deprivation": homes.sums("deprivation_dimensions"),
        }
    )
    sums = sums.groupby("oa").sum()
    means = sums[["category", "deprivation"]].div(sums["n"], axis=0).rank()
    n, rho = len(means), float(np.corrcoef(means.to_numpy().T)[0, 1])
    half = z_value() * math.sqrt((1 + rho * rho / 2) / (n - FISHER_LOSS))
    limits = (math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half))
    words = "Spearman over output areas, Fisher limits with the variance of Bonett and Wright"
    return (Estimate(estimate=rho, lower=limits[0], upper=limits[1], n=n, method=words),)


def exception(homes: Homes, params: Params) -> Parts:
    """Return two gaps, named groups minus others: dimensions of deprivation, share in one category."""
    n, named = homes.sums("n"), homes.sums("named")
    others = n - named
    if not named.sum() or not others.sum():
        return ()
    poor = homes.sums("named_deprivation")
    here = homes.in_category(params.exception_category).astype(float)
    tops = ((poor, homes.sums("deprivation_dimensions") - poor), (named * here, others * here))
    return tuple(gap(ratio(own, named), ratio(rest, others), homes.posts) for own, rest in tops)


def main_tenure(homes: Homes, params: Params) -> Parts:
    """Return the share of one tenure in a ward minus the share of its nearest rival there."""
    among, main = homes.in_ward(params.tenure_ward), f"tenure_{params.main_tenure}"
    kinds = [f"tenure_{kind}" for kind in TENURES if kind != params.main_tenure]
    if not among.any() or main not in homes.rows:
        return ()
    level = bonferroni(0.95, len(kinds))
    lead = [ratio(homes.sums(main) - homes.sums(kind), homes.sums("n"), among) for kind in kinds]
    return (smallest([gap(one, None, homes.posts, level=level) for one in lead]),)


def answering(homes: Homes, medium: str, among: np.ndarray | None = None) -> Ratio:
    """Return the share that answered a medium in a year, of those who accept it."""
    return homes.having(f"responded_{medium}", among, asked=f"accepts_{medium}")


def press_first(homes: Homes) -> Parts:
    """Return acceptance of press minus its nearest rival's, and response of those who accept: leaflets minus press."""
    press, level = homes.sums("accepts_press"), bonferroni(0.95, len(MEDIA) - 1)
    leads = [ratio(press - homes.sums(f"accepts_{one}"), homes.sums("n")) for one in MEDIA if one != ANSWERED[0]]
    first = smallest([gap(lead, None, homes.posts, level=level) for lead in leads])
    answers = {medium: answering(homes, medium) for medium in ANSWERED}
    if not all(one.n for one in answers.values()):
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
        known, online = np.isfinite(expected), homes.sums("online")
        lack = homes.sums("transacts_online") - np.where(known, expected, 0.0) * online
        found["online_transactions_lower"] = (gap(ratio(lack, online, known), None, homes.posts),)
    return found


def _expected(homes: Homes, indices: pd.DataFrame, item: str) -> np.ndarray | None:
    own = indices[indices["item"] == item].set_index("acorn_type")
    if own.empty:
        return None
    rate = own["index"] * own["uk_pct"] / HUNDRED**2
    return homes.rows["acorn_type"].map(rate).to_numpy(dtype=float)


def uneven(homes: Homes, near: Contiguity, params: Params) -> Parts:
    """Return how unevenly social network users fall: between types, and between neighbouring areas.

    First the variance between types over its median when whole postcodes are shuffled among types; then Moran's I of
    the share by output area, against areas shuffled. Limits from the middle 95 % of the shuffles.
    """
    rng = np.random.default_rng(params.seed)
    return (_between_types(homes, params, rng), _use_by_area(homes, near, params))


def _between_types(homes: Homes, params: Params, rng: np.random.Generator) -> Estimate:
    posts, users = homes.posts.codes, homes.sums("social_network_use")
    size, count = np.bincount(posts, homes.sums("n")), np.bincount(posts, users)
    kinds = pd.factorize(homes.rows["acorn_type"])[0]
    kind = np.zeros(len(size), dtype=int)
    kind[posts] = kinds
    whole = count.sum() / size.sum()

    def between(order: np.ndarray) -> float:
        n = np.bincount(kind, size[order], kinds.max() + 1)
        k = np.bincount(kind, count[order], kinds.max() + 1)
        return float((n * (k / n.clip(1) - whole) ** 2).sum() / n.sum())

    seen = between(np.arange(len(size)))
    shuffled = np.array([between(rng.permutation(len(size))) for _ in range(params.permutations)])
    low, middle, high = np.quantile(shuffled, [TAIL, 0.5, 1 - TAIL])
    words = f"variance between types over that of postcodes shuffled among types ({params.permutations} times)"
    return Estimate(estimate=seen / middle, lower=seen / high, upper=seen / low, n=len(size), method=words)


def _use_by_area(homes: Homes, near: Contiguity, params: Params) -> Estimate:
    sums = homes.rows.groupby("oa")[["social_network_use", "n"]].sum().reindex(list(near.areas))
    found = moran(
        (sums["social_network_use"] / sums["n"]).to_numpy(),
        near.pairs,
        seed=params.seed,
        permutations=params.permutations,
    )
    words = f"Moran's I of the share by output area; limits from areas shuffled {params.permutations} times"
    low, high = found.value - found.usual_high, found.value - found.usual_low
    return Estimate(estimate=found.value, lower=low, upper=high, n=len(sums), method=words)


def on_segments(found: Segments, focus: Sequence[str], params: Params) -> dict[str, Parts]:
    """Return what the full count of ACORN segments says."""
    tests = {
        "largest_types_order": largest_types(found, params.claimed_types),
        "predominant_hides_minority": hides_minority(found),
        "urban_prosperity_in_saddleworth": concentrated(found, params.concentrated_category, params.concentrated_ward),
    }
    if focus:
        tests["mm_hp_strong_in_wards"] = strong_in_wards(found, focus, params.focus_categories)
    return tests


def on_households(homes: Homes, near: Contiguity, indices: pd.DataFrame | None, params: Params) -> Mapping[str, Parts]:
    """Return what the household file says beyond the segments, with the country's shares where they are supplied."""
    return {
        "category_order_is_deprivation_order": category_order(homes),
        "asian_households_exception": exception(homes, params),
        "social_rent_predominant": main_tenure(homes, params),
        "press_ads_most_acceptable": press_first(homes),
        "social_network_users_clustered": uneven(homes, near, params),
        **(against_indices(homes, indices, params) if indices is not None else {}),
    }
