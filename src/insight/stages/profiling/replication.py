"""Wards by real deprivation: every common summary of the Index of Multiple Deprivation 2010, where it was fetched."""

from __future__ import annotations

import pandas as pd

from insight import display, paths
from insight.privacy.loading import Inputs
from insight.published.replication.deprivation import SUMMARIES, summaries
from insight.sources.standing import OPEN
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.tables import named, names_of

SOURCE = (
    "Index of Multiple Deprivation 2010 (MHCLG) and census 2011 (Office for National Statistics), Open Government "
    "Licence v3.0"
)
CAPTION = (
    "1 is the most deprived; equal counts share the better rank. The index is on LSOAs of 2001: those that had "
    "changed by 2011 are left out. Which summary is used decides close places, so a rank should name it."
)


def _absent(inputs: Inputs) -> display.Note:
    words = (
        "The Index of Multiple Deprivation 2010 was not fetched, so real wards are not ranked here. Run: insight fetch "
        f"{paths.shown(inputs.council.path)} deprivation_2010 lsoa_2001_2011 lsoa_ward census_2011_persons"
    )
    return display.note(words, OPEN)


def _ranked(inputs: Inputs) -> pd.DataFrame | None:
    """Return wards by name with values and ranks, or ``None`` where the sources were not fetched."""
    wards = summaries(inputs.council.council)
    if wards is None:
        return None
    names = names_of(inputs)
    return wards.assign(name=[named(ward, names) for ward in wards["ward"]])


def _title(wards: pd.DataFrame, params: Params) -> str:
    focus = wards[wards["ward"].isin(params.focus_wards)]
    ranks = focus[[f"rank_{name}" for name in SUMMARIES]]
    parts = [
        f"{row['name']} is number {row['rank_score']:.0f} by mean score, {low:.0f} to {high:.0f} by all summaries"
        for (_, row), low, high in zip(focus.iterrows(), ranks.min(axis=1), ranks.max(axis=1), strict=True)
    ]
    return f"Of {len(wards)} wards by real deprivation, {'; '.join(parts) or 'no focus ward is known by name'}"


def open_deprivation_picture(inputs: Inputs, params: Params) -> display.Figure | display.Note:
    """Return the rank of each ward by each summary as a grid, or a sentence where nothing was fetched."""
    wards = _ranked(inputs)
    if wards is None:
        return _absent(inputs)
    cells = pd.concat(
        [
            pd.DataFrame({"ward": wards["name"], "summary": words, "rank": wards[f"rank_{name}"]})
            for name, words in SUMMARIES.items()
        ]
    )
    title = _title(wards, params)
    return display.Figure(
        display.charts.heatmap(
            cells, row="ward", column="summary", value="rank", value_label="Rank, 1 the most deprived", percent=False
        ),
        name="open-deprivation",
        title=title,
        alt=f"Grid of ranks, wards down and summaries across. {title}.",
        caption=CAPTION,
        source=SOURCE,
        n=int(wards["lsoas_known"].sum()),
        data=cells,
        standing=OPEN,
    )


def open_deprivation_table(inputs: Inputs) -> display.Table | display.Note:
    """Return values and ranks of each ward by each summary, or a sentence where nothing was fetched."""
    wards = _ranked(inputs)
    if wards is None:
        return _absent(inputs)
    columns = {"name": "ward", "lsoas_known": "LSOAs used", "lsoas": "LSOAs"}
    columns |= SUMMARIES
    columns |= {f"rank_{name}": f"rank by {words}" for name, words in SUMMARIES.items()}
    columns |= {"rank_lowest": "best rank whatever changed LSOAs had", "rank_highest": "worst rank"}
    return display.Table(
        wards[list(columns)].rename(columns=columns),
        name="open-deprivation-table",
        title=f"{len(wards)} wards by every summary of deprivation in 2010",
        caption=CAPTION,
        source=SOURCE,
        n=int(wards["lsoas_known"].sum()),
        standing=OPEN,
        formats={SUMMARIES["score"]: "{:.1f}", SUMMARIES["mean_rank"]: "{:,.0f}"},
    )
