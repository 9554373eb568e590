"""Shares of modes and groups of modes: of all, by who and where, and against the nation."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from insight.methods.association import bonferroni
from insight.methods.intervals import holm, index_design, wilson_effective
from insight.privacy.disclosure import log, suppress
from insight.stages.values_modes.hiding import hide
from insight.stages.values_modes.sample import Sample, limits

DIMENSIONS = {
    "ward": "Ward",
    "neighbourhood": "Neighbourhood",
    "ethnic_group": "Ethnic group",
    "age_band": "Age",
    "language": "Language of interview",
}
"""Columns by which shares are shown, and how they are called."""
SURE = 0.05
"""Adjusted p-value below which a cell stands out."""
NUMBERS = ("share", "se", "lower", "upper", "n_eff", "unweighted")


def mode_shares(sample: Sample, kinds: pd.DataFrame, threshold: int) -> tuple[pd.DataFrame, int]:
    """Return shares of the modes with simultaneous limits, and how many are surely larger than an even share."""
    level = bonferroni(0.95, len(kinds))
    rows = []
    for kind in kinds.itertuples():
        holds = sample.rows["mode"] == kind.mode
        together = sample.share(holds).interval(level)
        rows.append(
            {
                "group": kind.group,
                "mode": kind.mode_name,
                "respondents": int(holds.sum()),
                "share": together.estimate,
                **limits(together),
                "unweighted": float(holds.mean()),
                "is_large": together.lower is not None and together.lower > 1 / len(kinds),
            }
        )
    frame = pd.DataFrame(rows)
    large = int(frame["is_large"].sum())
    also = ("share", "lower", "upper", "unweighted")
    return suppress(frame, "respondents", threshold=threshold, also=also), large


def group_shares(sample: Sample, kinds: pd.DataFrame) -> pd.DataFrame:
    """Return shares of the three groups with an index against the nation, where a benchmark is known.

    No benchmark, no index. Where the benchmark's n is unpublished the interval carries the survey's own error only.
    """
    found = sample.survey.proportion("group").set_index("group")
    rows = []
    for group, own in kinds.groupby("group", sort=False):
        if group not in found.index:
            continue
        share = found.loc[group]
        row = {"group": group, **share[["estimate", "se", "lower", "upper", "n", "n_eff", "deff", "unweighted"]]}
        benchmark = own["group_benchmark_share"].iloc[0]
        if pd.notna(benchmark):
            size = own["group_benchmark_n"].iloc[0] if "group_benchmark_n" in own else float("nan")
            index = index_design(
                float(share["estimate"]),
                float(share["se"]),
                df=int(share["df"]),
                n=int(share["n"]),
                n_eff=float(share["n_eff"]),
                reference=float(benchmark),
                reference_se=math.sqrt(benchmark * (1 - benchmark) / size) if pd.notna(size) else None,
            )
            row |= {
                "national_share": float(benchmark),
                "national_year": int(own["benchmark_year"].iloc[0]),
                "index": index.estimate,
                "index_lower": index.lower,
                "index_upper": index.upper,
                "index_error": "; ".join(index.caveats) or "both surveys' errors",
            }
        rows.append(row)
    return pd.DataFrame(rows).rename(columns={"estimate": "share", "n": "respondents"})


def by_domain(
    sample: Sample, kinds: pd.DataFrame, names: Mapping[str, str], *, ethnic_groups: list[str], threshold: int
) -> pd.DataFrame:
    """Return shares of the groups and the modes by ward, neighbourhood, ethnic group, age and language.

    Small cells are hidden so that neither a mode's total, nor its group's, nor its ward's gives one away; counts are
    left out. Of ethnic groups only those compared are shown, and weighted shares alone: unweighted ones would give away
    the few of the others by subtraction.
    """
    rows = []
    for column, words in DIMENSIONS.items():
        if sample.rows[column].notna().sum() == 0:
            continue
        is_ethnic = column == "ethnic_group"
        modes = _counted(sample, column, "mode").merge(kinds[["mode", "group"]], on="mode")
        groups = _counted(sample, column, "group")
        if is_ethnic:
            modes, groups = (
                frame[frame[column].isin(ethnic_groups)].assign(unweighted=np.nan) for frame in (modes, groups)
            )
        blocks = sample.rows.drop_duplicates("neighbourhood").set_index("neighbourhood")["ward"]
        block = blocks.reindex(modes[column]).to_numpy() if column == "neighbourhood" else "all"
        modes = modes.assign(block=block)
        titles = dict(zip(kinds["mode"], kinds["mode_name"], strict=True))
        shown = _hidden_together(
            groups.rename(columns={column: "domain"}), modes.rename(columns={column: "domain"}), threshold=threshold
        )
        rows.append(
            shown.assign(
                dimension=words,
                domain=[_named(str(one), column, names) for one in shown["domain"]],
                category=[titles.get(one, str(one).capitalize()) for one in shown["category"]],
            )
        )
    found = log.join(pd.concat(rows, ignore_index=True), rows)
    return found[["dimension", "domain", "outcome", "category", *NUMBERS, "status"]]


def _hidden_together(groups: pd.DataFrame, modes: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return the three groups and the twelve modes with small cells hidden as one system.

    A domain's groups add to its people, a group's modes to the group, and each category over domains to its total.
    """
    three = groups.assign(category=groups["group"], block="all", outcome="three groups", whole=groups["domain"])
    twelve = modes.assign(category=modes["mode"], outcome="twelve modes", whole=None)
    both = pd.concat([three, twelve], ignore_index=True)
    at = both["domain"].astype(str)
    own = both.assign(cell=at + " " + both["category"], part_of=(at + " " + both["group"]).where(both["whole"].isna()))
    keep = ["domain", "category", "block", "outcome", "whole"]
    return hide(
        own[[*keep, "cell", "part_of", "respondents", *NUMBERS]],
        count="respondents",
        sums=[["whole"], ["outcome", "category", "block"]],
        keep=keep,
        threshold=threshold,
        nests=("cell", "part_of"),
    )


def _named(domain: str, column: str, names: Mapping[str, str]) -> str:
    """Return a domain as a reader would write it; surveys write languages in lower case."""
    return names.get(domain, domain.capitalize() if column == "language" else domain)


def _counted(sample: Sample, by: str, column: str) -> pd.DataFrame:
    shares = sample.survey.proportion(column, by=by).rename(columns={"estimate": "share"})
    counts = sample.rows.groupby([by, column], observed=True).size().rename("respondents").reset_index()
    found = shares.merge(counts, on=[by, column], how="left")
    return found.assign(respondents=found["respondents"].fillna(0).astype(int))


def residuals(
    sample: Sample, kinds: pd.DataFrame, names: Mapping[str, str], *, by: str, factor: float, threshold: int
) -> pd.DataFrame:
    """Return unweighted counts, shares with limits, and adjusted residuals with p Holm-adjusted over the whole table.

    Limits are Wilson's on the cases that the design factor leaves; residuals stand over its root.
    """
    counts = pd.crosstab(sample.rows[by], sample.rows["mode"]).reindex(columns=kinds["mode"], fill_value=0)
    table = counts.to_numpy(float)
    found = adjusted_residuals(table, factor=factor)
    p = 2 * _normal_tail(np.abs(found))
    adjusted = np.array(holm(p.ravel().tolist())).reshape(p.shape)
    titles = dict(zip(kinds["mode"], kinds["mode_name"], strict=True))
    group_of = dict(zip(kinds["mode"], kinds["group"], strict=True))
    wards = sample.rows.drop_duplicates("neighbourhood").set_index("neighbourhood")["ward"]
    asked = table.sum(axis=1)
    estimates = [
        [wilson_effective(count / of, round(of), of / factor) for count in row]
        for row, of in zip(table, asked, strict=True)
    ]
    rows = [
        {
            by: names.get(str(place), str(place)),
            "mode": titles[mode],
            "group": group_of[mode],
            "block": wards.get(place, "all") if by == "neighbourhood" else "all",
            "respondents": table[i, j],
            "share": estimates[i][j].estimate,
            "lower": estimates[i][j].lower,
            "upper": estimates[i][j].upper,
            "residual": found[i, j],
            "p_adjusted": adjusted[i, j],
        }
        for i, place in enumerate(counts.index)
        for j, mode in enumerate(counts.columns)
    ]
    shown = hide(
        pd.DataFrame(rows),
        count="respondents",
        sums=[[by, "group"], ["mode", "block"]],
        keep=[by, "mode", "group", "block"],
        threshold=threshold,
    )
    return shown.drop(columns=["group", "block"])


def standing_out(frame: pd.DataFrame) -> np.ndarray:
    """Return 1 where a cell of :func:`residuals` has more than elsewhere, -1 fewer, 0 where neither is clear."""
    is_clear = frame["p_adjusted"].lt(SURE).to_numpy(dtype=bool)
    return np.where(is_clear, np.sign(frame["residual"].fillna(0).to_numpy(dtype=float)), 0).astype(int)


def adjusted_residuals(table: np.ndarray, *, factor: float = 1.0) -> np.ndarray:
    """Return adjusted residuals (Haberman 1973) of a table of counts, over the root of a design factor."""
    total = table.sum()
    down, across = table.sum(axis=1, keepdims=True) / total, table.sum(axis=0, keepdims=True) / total
    spread = np.sqrt(total * down * across * (1 - down) * (1 - across) * factor)
    return np.divide(table - total * down * across, spread, out=np.zeros_like(table), where=spread > 0)


def _normal_tail(values: np.ndarray) -> np.ndarray:
    from scipy.stats import norm

    return np.asarray(norm.sf(values), dtype=float)
