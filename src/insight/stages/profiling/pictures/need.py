"""Wards by deprivation and by need."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.profiling.analysis import Results
from insight.stages.profiling.declaration import Params
from insight.stages.profiling.pictures.common import SOURCE, Shown, nothing, standing, wards_named

NO_SCORE = "no output area has a deprivation score"


def deprivation_picture(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return wards by deprivation score."""
    frame = results.deprivation
    if frame.empty:
        return nothing(inputs, NO_SCORE, "indicators")
    places = frame.set_index("area")["rank"]
    words = ", ".join(
        f"{name} is number {places[ward]}"
        for ward, name in zip(params.focus_wards, wards_named(inputs, params), strict=True)
        if ward in places.index
    )
    title = f"Of {len(frame)} wards by deprivation, {words}"
    return display.Figure(
        display.charts.bars(frame, label="ward", value="score", x_label="Mean score", percent=False),
        name="deprivation",
        title=title,
        alt=f"Bars of the mean deprivation score by ward, highest first. {title}.",
        caption="Mean of output areas, weighted by residents; higher is more deprived. A full count has no interval.",
        source=SOURCE,
        n=int(frame["output_areas"].sum()),
        data=frame,
        standing=standing(inputs, "indicators", "lookup"),
    )


def deprivation_table(inputs: Inputs, results: Results) -> Shown:
    """Return wards by rank of deprivation."""
    if results.deprivation.empty:
        return nothing(inputs, NO_SCORE, "indicators")
    return display.Table(
        results.deprivation.drop(columns="area"),
        name="deprivation-table",
        title="Wards by deprivation, 1 the most deprived",
        caption="Mean score of output areas, weighted by residents.",
        source=SOURCE,
        n=int(results.deprivation["output_areas"].sum()),
        standing=standing(inputs, "indicators", "lookup"),
        formats={"score": "{:.1f}"},
    )


def _needs_shown(results: Results) -> pd.DataFrame:
    """Return the ranking with indicators named as readers know them."""
    names = {code: entry.label for code, entry in results.entries.items()}
    ranks = {f"{code}_rank": f"{name}, rank" for code, name in names.items()}
    return results.needs.drop(columns="area").rename(columns=names | ranks)


def needs_picture(inputs: Inputs, results: Results, params: Params) -> Shown:
    """Return wards by mean rank of need, with limits."""
    frame = results.needs
    if frame.empty:
        return nothing(inputs, "no ward has a value for the indicators of need", "indicators")
    first = frame.head(len(params.focus_wards))
    words = " and ".join(f"{row.ward} in {row.among_first:.0%} of draws" for row in first.itertuples())
    title = f"First {len(first)} of {len(frame)} wards by need: {words}"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="ward",
            estimate="mean_rank",
            lower="mean_rank_lower",
            upper="mean_rank_upper",
            x_label="Mean rank, 1 the greatest need",
            percent=False,
        ),
        name="ranked-need",
        title=title,
        alt=f"Dots with 95 % limits by ward, greatest need first. {title}.",
        caption=f"Mean of ranks on {len(params.need_indicators)} indicators that count alike: "
        + ", ".join(results.entries[name].label for name in params.need_indicators if name in results.entries)
        + f". Limits from {params.draws:,} draws of values within their intervals; full counts stay as they are.",
        source=SOURCE,
        n=len(frame),
        data=frame[["rank", "ward", "mean_rank", "mean_rank_lower", "mean_rank_upper", "among_first"]],
        standing=standing(inputs, "indicators", "lookup", "eyfs_counts"),
    )


def needs_table(inputs: Inputs, results: Results) -> Shown:
    """Return wards ranked by need, with the values behind the ranks."""
    if results.needs.empty:
        return nothing(inputs, "no ward has a value for the indicators of need", "indicators")
    frame = _needs_shown(results)
    shares = {entry.label for entry in results.entries.values()} & set(frame.columns)
    units = results.comparisons.drop_duplicates("label").set_index("label")["unit"]
    forms = {name: "{:.1%}" if units.get(name) == "share" else "{:.1f}" for name in shares}
    return display.Table(
        frame,
        name="ranked-need-table",
        title="Wards ranked by need, 1 the greatest",
        caption="Among first: share of draws in which the ward comes among as many wards as are in focus. Worse: "
        "indicators on which it is worse than the rest of the borough, of those compared; about one in forty would be "
        "by chance alone.",
        source=SOURCE,
        n=len(frame),
        standing=standing(inputs, "indicators", "lookup", "eyfs_counts"),
        formats=forms
        | {"mean_rank": "{:.1f}", "mean_rank_lower": "{:.1f}", "mean_rank_upper": "{:.1f}", "among_first": "{:.0%}"},
    )


def deprivation_rules_table(inputs: Inputs, results: Results) -> Shown:
    """Return ranks of wards by deprivation under several summaries."""
    frame = results.deprivation_rules
    if frame.empty:
        return nothing(inputs, NO_SCORE, "indicators")
    moved = int((frame["best_rank"] != frame["worst_rank"]).sum())
    return display.Table(
        frame.drop(columns="area"),
        name="deprivation-rules",
        title=f"The summary of areas changes the rank of {moved} of {len(frame)} wards",
        caption="Ranks by deprivation, 1 the most deprived, under six ways of bringing areas to wards.",
        source="Deprivation scores of output areas; area look-up",
        n=len(frame),
        standing=standing(inputs, "indicators", "lookup"),
    )
