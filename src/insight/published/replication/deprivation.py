"""Ward deprivation from the Index of Multiple Deprivation 2010: every common summary, and the rank that each gives.

The index is on LSOAs of 2001 and wards are made of LSOAs of 2011: only LSOAs that did not change are joined, and the
ranks carry what the others could move. Sources: the index's own guidance on summary measures for larger areas (average
score, average rank, share of LSOAs in the worst tenth).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from insight.methods.estimate import Estimate
from insight.params import Council
from insight.published.comparison import Computed, replicated
from insight.published.findings import Tested
from insight.published.ledger import Ledger
from insight.published.replication.setting import PER_CENT, Setting, slug
from insight.sources.open_data import registry, store
from insight.sources.open_data.tables import OpenTables, joined
from insight.sources.standing import OPEN

if TYPE_CHECKING:
    import pandas as pd

WORST = {1: "worst_1", 5: "worst_5", 10: "worst_10"}
"""Shares of England's LSOAs, in per cent, and the columns that count a ward's LSOAs among them."""
SUMMARIES = {
    "score": "mean score weighted by residents",
    "mean_rank": "mean rank weighted by residents",
    "worst_1": "LSOAs among England's worst 1 %",
    "worst_5": "LSOAs among England's worst 5 %",
    "worst_10": "LSOAs among England's worst 10 %",
}
SOURCES = ("deprivation_2010", "lsoa_2001_2011", "lsoa_ward", "census_2011_persons")
WHOLE = 0.99
"""Share of England's LSOAs that must be there before wards are ranked in the country."""
UNCHANGED = "U"


def _on_2011(setting: Setting) -> pd.DataFrame:
    """Return ``lsoa, score, rank`` on LSOAs of 2011, for those that are LSOAs of 2001 unchanged."""
    scores = setting.tables.table("deprivation_2010").rename(columns={"lsoa": "lsoa_2001"})
    changes = setting.tables.table("lsoa_2001_2011")
    same = changes[changes["change"] == UNCHANGED]
    on_2001 = joined(scores, same, on="lsoa_2001", vintage="2001")
    return on_2001.rename(columns={"lsoa_2011": "lsoa"}).drop(columns="lsoa_2001").assign(vintage="2011")


def by_lsoa(setting: Setting) -> pd.DataFrame:
    """Return ``lsoa, ward, persons, score, rank``: all the district's LSOAs of 2011, score and rank where known."""
    people = joined(setting.wards(), setting.tables.table("census_2011_persons"), on="lsoa", vintage="2011")
    return people.merge(_on_2011(setting)[["lsoa", "score", "rank"]], on="lsoa", how="left", validate="one_to_one")


def cut_offs(setting: Setting) -> dict[int, int]:
    """Return the last rank within England's worst 1, 5 and 10 per cent of LSOAs."""
    areas = setting.tables.source("deprivation_2010").areas_in_nation or 0
    return {share: round(areas * share / PER_CENT) for share in WORST}


def by_ward(setting: Setting) -> pd.DataFrame:
    """Return the district's wards, most deprived first, with every summary and the rank that it gives.

    Columns: ``ward, lsoas, lsoas_known, persons``, the summaries, and ``rank_<summary>`` (1 the most deprived; equal
    counts share the better rank), ``rank_lowest`` and ``rank_highest`` of the mean score whatever changed LSOAs had.
    """
    import pandas as pd

    frame = by_lsoa(setting)
    known = frame.dropna(subset=["score"])
    weights = known["persons"]
    sums = {
        "persons": weights,
        "score": known["score"] * weights,
        "mean_rank": known["rank"] * weights,
        **{column: known["rank"] <= cut_offs(setting)[share] for share, column in WORST.items()},
    }
    grouped = pd.DataFrame({**sums, "ward": known["ward"]}).groupby("ward").sum()
    for name in ("score", "mean_rank"):
        grouped[name] /= grouped["persons"]
    counts = pd.DataFrame({"lsoas": frame.groupby("ward").size(), "lsoas_known": known.groupby("ward").size()})
    wards = grouped.join(counts, how="right")
    for name in SUMMARIES:
        wards[f"rank_{name}"] = wards[name].rank(ascending=name == "mean_rank", method="min")
    low, high = (_filled(frame, known["score"].quantile(end)) for end in (0.0, 1.0))
    wards["rank_lowest"] = [1 + int((low.drop(ward) > high[ward]).sum()) for ward in wards.index]
    wards["rank_highest"] = [1 + int((high.drop(ward) > low[ward]).sum()) for ward in wards.index]
    return wards.sort_values("rank_score").reset_index()


def summaries(council: Council) -> pd.DataFrame | None:
    """Return :func:`by_ward` for any council, or ``None`` where its sources were not fetched."""
    place = store.folder(council.slug)
    if not place.is_dir():
        return None
    tables = OpenTables(registry.load(), place)
    if not tables.has(*SOURCES):
        return None
    return by_ward(Setting(tables=tables, council=council, book=Ledger(name=council.slug, figures={}, lists={})))


def _filled(frame: pd.DataFrame, score: float) -> pd.Series:
    """Return mean scores by ward with one score for every LSOA that changed."""
    full = frame["score"].fillna(score) * frame["persons"]
    return full.groupby(frame["ward"]).sum() / frame.groupby("ward")["persons"].sum()


def _row(setting: Setting, ward: str) -> pd.Series:
    return setting.once("wards by deprivation", by_ward).set_index("ward").loc[ward]


def _all_ranks(row: pd.Series) -> str:
    parts = [f"{words}: {row[f'rank_{name}']:.0f}" for name, words in SUMMARIES.items()]
    return "; ".join(parts)


def ward_rank(setting: Setting, ward: str) -> Computed:
    """Return the rank of a ward by its mean score weighted by residents; the note has the ranks by other summaries."""
    row = _row(setting, ward)
    note = (
        f"Index of Multiple Deprivation 2010, mean score {row['score']:.1f} weighted by residents of 2011. Rank by "
        f"{_all_ranks(row)}. {row['lsoas_known']:.0f} of {row['lsoas']:.0f} LSOAs did not change since 2001; "
        f"whatever the changed LSOAs had, the rank lies from {row['rank_lowest']:.0f} to {row['rank_highest']:.0f}."
    )
    limits = float(row["rank_lowest"]), float(row["rank_highest"])
    return replicated(float(row["rank_score"]), records=int(row["lsoas_known"]), note=note, limits=limits)


def is_national(setting: Setting) -> bool:
    """Whether the scores of all of England and the wards of its LSOAs are there."""
    areas = setting.tables.source("deprivation_2010").areas_in_nation or 0
    return len(setting.tables.table("deprivation_2010")) >= WHOLE * areas and _means(setting) is not None


def _means(setting: Setting) -> pd.Series | None:
    return setting.once("wards of England", _wards_of_england)


def _wards_of_england(setting: Setting) -> pd.Series | None:
    """Return mean scores of England's wards by ward code, each LSOA with equal weight, or ``None``."""
    scores = _on_2011(setting)
    wards = setting.tables.table("lsoa_ward")
    both = joined(wards, scores, on="lsoa", vintage="2011")
    if len(both) < WHOLE * len(scores):
        return None
    return both.groupby("ward_code")["score"].mean()


def place_among_wards(setting: Setting, ward: str) -> tuple[float, int]:
    """Return the per cent of England's wards at least as deprived as this one, itself included, and their number.

    Every ward's mean gives each LSOA the same weight, since residents of all of England are not asked for.
    """
    means = _means(setting)
    if means is None:
        raise ValueError("wards of England are not there. Fix: ask is_national first")
    here = setting.of_district("lsoa_ward")
    code = here.loc[here["ward"].map(slug) == ward, "ward_code"].iloc[0]
    return PER_CENT * float((means >= means[code]).mean()), len(means)


def place_among_lsoas(setting: Setting, ward: str) -> float:
    """Return the share (per cent) of England's LSOAs that score higher than the ward's mean, between known LSOAs."""
    scores = setting.tables.table("deprivation_2010").sort_values("score")
    areas = setting.tables.source("deprivation_2010").areas_in_nation or 0
    rank = np.interp(_row(setting, ward)["score"], scores["score"], scores["rank"])
    return PER_CENT * float(rank) / areas


def national_share(setting: Setting, ward: str) -> Computed:
    """Return where a ward stands in the country: among wards where all of England is there, else among LSOAs."""
    row = _row(setting, ward)
    inside = ", ".join(
        f"{row[column]:.0f} of {row['lsoas']:.0f} in the worst {share} %" for share, column in WORST.items()
    )
    if is_national(setting):
        share, wards = place_among_wards(setting, ward)
        note = (
            f"Among the {wards:,} wards of England by mean score of 2010, LSOAs equally weighted. Its LSOAs: {inside}."
        )
        return replicated(share, records=wards, note=note)
    note = (
        "The print counts wards, the scores at hand are not of all England: an LSOA with the ward's mean score would "
        f"stand at this per cent of England's LSOAs. Its own LSOAs: {inside}. Wards vary less than LSOAs, so the "
        "ward's place among wards is further up; all of England's scores would tell."
    )
    share = place_among_lsoas(setting, ward)
    return replicated(share, records=int(row["lsoas_known"]), note=note, is_comparable=False)


def wards_most_deprived(setting: Setting, wards: str) -> Tested:
    """Return rank and national place of the wards named, as the claim's parts."""
    named = wards.split()
    rows = setting.once("wards by deprivation", by_ward).set_index("ward").loc[named]
    words = "rank of the mean score of 2010 weighted by residents, limits over the LSOAs that changed since 2001"
    ranks = [
        Estimate(
            estimate=float(row["rank_score"]),
            lower=float(row["rank_lowest"]),
            upper=float(row["rank_highest"]),
            n=int(row["lsoas_known"]),
            method=words,
        )
        for _, row in rows.iterrows()
    ]
    note = " ".join(f"{ward}: rank by {_all_ranks(row)}." for ward, row in rows.iterrows())
    return Tested(parts=(*ranks, *(_national(setting, ward) for ward in named)), standing=OPEN, note=note)


def _national(setting: Setting, ward: str) -> Estimate:
    if is_national(setting):
        share, wards = place_among_wards(setting, ward)
        words = "per cent of England's wards with at least this mean score"
        return Estimate(estimate=share, lower=share, upper=share, n=wards, method=words)
    words = "place among England's LSOAs; without limits, since wards of the country are not there"
    lsoas = int(_row(setting, ward)["lsoas_known"])
    return Estimate(estimate=place_among_lsoas(setting, ward), lower=None, upper=None, n=lsoas, method=words)
