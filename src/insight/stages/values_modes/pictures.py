"""Pictures of the values stage."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.values_modes.analysis import Results
from insight.stages.values_modes.declaration import Params
from insight.stages.values_modes.likeness import DECIDES, WEIGHTED
from insight.stages.values_modes.shares import standing_out
from insight.stages.values_modes.words import HIDDEN, NOTHING_ASKED, SOURCE, standing


def modes_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return shares of the twelve modes with simultaneous intervals."""
    frame = results.modes.sort_values("share", ascending=False)
    first = frame.iloc[0]
    title = f"{first['mode']} is the largest mode, {first['share']:.0%}; {results.large_modes} exceed an even share"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="mode",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of respondents",
            reference=1 / len(frame),
        ),
        name="modes",
        title=title,
        alt=f"Dots with intervals for {len(frame)} modes, largest first, and a line at an even share. {title}.",
        caption="Weighted. Intervals hold for all modes together (Bonferroni). Dashed: one in twelve, not a benchmark.",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=standing(inputs),
    )


def statements_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how much more the leading mode agrees than others."""
    if results.statements.empty:
        return display.note(NOTHING_ASKED, standing(inputs))
    frame = results.statements.sort_values("difference", ascending=False)
    more = int((frame["lower"] > 0).sum())
    points = frame.assign(
        statement=frame["statement"].str.capitalize(),
        **{name: 100 * frame[name] for name in ("difference", "lower", "upper")},
    )
    title = f"The leading mode agrees more than others with {more} of {len(frame)} statements"
    return display.Figure(
        display.charts.dot_interval(
            points,
            label="statement",
            estimate="difference",
            lower="lower",
            upper="upper",
            x_label="Percentage points: share of the leading mode that agrees, less that of all others",
            reference=0,
            percent=False,
        ),
        name="statements",
        title=title,
        alt=f"Dots with intervals for {len(frame)} statements against a line at no difference. {title}.",
        caption="Weighted; intervals are for single statements.",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=standing(inputs),
    )


def shares_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return shares of the three groups by ward, neighbourhood, ethnic group, age and language."""
    chosen = results.shares_by[results.shares_by["outcome"] == "three groups"]
    frame = chosen.assign(row=chosen["dimension"] + ": " + chosen["domain"])
    widest = frame.dropna(subset=["share"]).groupby(["dimension", "category"])["share"].agg(lambda s: s.max() - s.min())
    dimension, category = widest.idxmax()
    title = f"{category}s vary most by {dimension.lower()}: {widest.max() * 100:.0f} points between the extremes"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="row",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of respondents in the domain",
            group="category",
        ),
        name="shares-by-domain",
        title=title,
        alt=f"Dots with intervals for three groups of modes in each of {frame['row'].nunique()} domains. {title}.",
        caption="Weighted; design-based intervals for single shares, 95 %. The largest of many gaps is large by chance "
        f"too: the comparisons below decide. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=frame.drop(columns="row"),
        standing=standing(inputs),
    )


def _residual_picture(
    inputs: Inputs, results: Results, frame: pd.DataFrame, *, by: str, name: str, words: str
) -> display.Figure:
    shown = frame.assign(residual=frame["residual"].round(1))
    outlying = int((standing_out(frame) != 0).sum())
    title = f"{outlying} of {len(frame)} cells of {words} by mode stand out after adjustment for their number"
    return display.Figure(
        display.charts.heatmap(
            shown, row="mode", column=by, value="residual", value_label="Adjusted residual", percent=False
        ),
        name=name,
        title=title,
        alt=f"Grid of adjusted residuals, modes down, {words}s across, shaded around zero. {title}.",
        caption="Residuals of unweighted counts over the root of the design factor; p-values Holm-adjusted over all "
        f"cells of the grid, and a cell stands out below .05. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=shown,
        standing=standing(inputs),
    )


def ethnic_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return adjusted residuals of modes by ethnic group."""
    return _residual_picture(
        inputs,
        results,
        results.residuals_by_ethnic_group,
        by="ethnic_group",
        name="modes-by-ethnic-group",
        words="ethnic group",
    )


def neighbourhood_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return adjusted residuals of modes by neighbourhood."""
    return _residual_picture(
        inputs,
        results,
        results.modes_by_neighbourhood,
        by="neighbourhood",
        name="modes-by-neighbourhood",
        words="neighbourhood",
    )


def equivalence_picture(inputs: Inputs, results: Results, params: Params) -> display.Figure:
    """Return both limits that decide sameness, each as a part of its margin."""
    weighted = results.equivalence[results.equivalence["weights"] == WEIGHTED]
    table = weighted.assign(row=weighted["comparison"] + ", " + weighted["outcome"])
    v = table.assign(measure="Cramer's V", estimate=table["v"], lower=table["v_lower"], upper=table["v_upper"])
    gap = table.assign(
        measure="Largest gap", estimate=table["largest_gap"], lower=table["largest_gap"], upper=table["gap_upper"]
    )
    # each in units of its own margin, so that one line at 1 is the bar for both
    scaled = [
        part.assign(**{name: part[name] / margin for name in ("estimate", "lower", "upper")})
        for part, margin in ((v, params.v_margin), (gap, params.gap_margin))
    ]
    frame = pd.concat(scaled)[["row", "measure", "estimate", "lower", "upper", "verdict"]]
    decides = weighted[weighted["outcome"] == DECIDES]
    alike = int((decides["verdict"] == "equivalent").sum())
    title = f"{alike} of {len(decides)} comparisons are shown to be alike by both limits, on the three groups"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="row",
            estimate="estimate",
            lower="lower",
            upper="upper",
            x_label="In units of the margin (left of 1: inside)",
            group="measure",
            reference=1,
            percent=False,
        ),
        name="equivalence",
        title=title,
        alt=f"Two bars a comparison, for V and for the largest gap, against a dashed line at the margin. {title}.",
        caption=f"Alike needs the right ends of both below 1: V below {params.v_margin:g} and every pair's gap below "
        f"{params.gap_margin * 100:g} points. The three groups decide, the twelve modes stand beside. A bar across the "
        "line shows neither sameness nor difference.",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=standing(inputs),
    )
