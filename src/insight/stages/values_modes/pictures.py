"""Pictures and tables of the values stage."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.sources.standing import Standing
from insight.stages.values_modes.analysis import Results, typology
from insight.stages.values_modes.declaration import Params

SOURCE = "Values survey; modes coded by the method's owner"
HIDDEN = "[c] marks counts too small to show and cells that would give them away."
NOTHING_ASKED = "The survey holds no answers to statements: nothing is said of what the leading mode agrees with."
WORDS = {
    "equivalent": "are shown to be alike",
    "different": "are shown to differ",
    "not shown either way": "are shown neither to be alike nor to differ",
}
"""Verdicts as a reader would say them."""
MODE_SHARES = dict.fromkeys(("share", "lower", "upper"), "{:.1%}")


def _standing(inputs: Inputs) -> Standing:
    return inputs.standing("values_survey")


def _largest(results: Results) -> pd.Series:
    return results.modes.sort_values("share", ascending=False).iloc[0]


def modes_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return shares of the twelve modes with simultaneous intervals."""
    frame = results.modes.sort_values("share", ascending=False)
    first = _largest(results)
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
        standing=_standing(inputs),
    )


def modes_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the modes as a table."""
    return display.Table(
        results.modes,
        name="modes-table",
        title="Modes by group",
        caption=f"Respondents are unweighted; the weights leave an effective n of {results.effective:,.0f}. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats=MODE_SHARES,
    )


def typology_table(inputs: Inputs) -> display.Table:
    """Return what the modes are."""
    frame = typology()[["group", "mode_name", "description", "source", "licence", "verified"]]
    return display.Table(
        frame,
        name="typology",
        title="Twelve modes in three groups",
        caption="Descriptions in our own words. The questionnaire and its scoring belong to the method's owner.",
        source="data/reference/values_modes.csv",
        n=len(frame),
        standing=_standing(inputs),
    )


def groups_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the three groups beside a national benchmark."""
    has_index = "index" in results.groups
    words = (
        "Index 100 is the national share, taken as known without error: its n is not stated, it is from another year, "
        "and it is quoted at second hand. No benchmark for single modes is known, so none is indexed."
        if has_index
        else "No benchmark is known, so that no index is given."
    )
    return display.Table(
        results.groups,
        name="groups",
        title="The three groups, and what is known of them nationally",
        caption=words,
        source=f"{SOURCE}; {typology()['benchmark_source'].iloc[0]}" if has_index else SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats={
            **MODE_SHARES,
            "national_share": "{:.0%}",
            "national_year": "{:.0f}",
            **dict.fromkeys(("index", "index_lower", "index_upper"), "{:.0f}"),
        },
    )


def _verdict(results: Results, label: str) -> str:
    found = results.equivalence.loc[results.equivalence["comparison"] == label, "verdict"]
    return WORDS[found.iloc[0]] if len(found) else "could not be compared"


def ethnic_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return shares of modes by ethnic group."""
    frame = results.modes_by_ethnic_group
    count = frame["ethnic_group"].nunique()
    title = f"The modes of {count} ethnic groups {_verdict(results, 'Ethnic groups')}"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="mode",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of the ethnic group",
            group="ethnic_group",
        ),
        name="modes-by-ethnic-group",
        title=title,
        alt=f"Dots with intervals for each mode, one for each of {count} ethnic groups. By the two limits: {title}.",
        caption=f"Weighted; intervals are for single shares. Overlap proves nothing: the limits below decide. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=_standing(inputs),
    )


def ethnic_table(inputs: Inputs, results: Results) -> display.Table:
    """Return shares of modes by ethnic group as a table."""
    wide = results.modes_by_ethnic_group.pivot_table(
        index="mode", columns="ethnic_group", values="share", sort=False, dropna=False, aggfunc="first"
    ).reset_index()
    return display.Table(
        wide,
        name="modes-by-ethnic-group-table",
        title="Modes by ethnic group",
        caption=f"Weighted shares of each ethnic group. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats=dict.fromkeys(wide.columns[1:], "{:.1%}"),
    )


def neighbourhood_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return adjusted residuals of modes by neighbourhood."""
    frame = results.modes_by_neighbourhood.assign(residual=results.modes_by_neighbourhood["residual"].round(1))
    outlying = int((results.modes_by_neighbourhood["residual"].abs() > 3).sum())  # noqa: PLR2004 - a common mark for a cell worth a look
    title = f"{outlying} of {len(frame)} cells of neighbourhood by mode stand out (residual beyond 3)"
    return display.Figure(
        display.charts.heatmap(
            frame,
            row="mode",
            column="neighbourhood",
            value="residual",
            value_label="Adjusted residual",
            percent=False,
        ),
        name="modes-by-neighbourhood",
        title=title,
        alt=f"Grid of adjusted residuals, modes down, neighbourhoods across, shaded around zero. {title}.",
        caption="Residuals of unweighted counts over the root of the design factor; chance alone keeps most within 2. "
        f"{HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=_standing(inputs),
    )


def neighbourhood_table(inputs: Inputs, results: Results) -> display.Table:
    """Return modes by neighbourhood as a table."""
    return display.Table(
        results.modes_by_neighbourhood,
        name="modes-by-neighbourhood-table",
        title="Modes by neighbourhood",
        caption=f"Unweighted. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats={"share": "{:.1%}", "residual": "{:.1f}", "respondents": "{:.0f}"},
    )


def equivalence_picture(inputs: Inputs, results: Results, params: Params) -> display.Figure:
    """Return both limits that decide sameness, each as a part of its margin."""
    v = results.equivalence.assign(
        measure="Cramer's V", estimate=lambda f: f["v"], lower=lambda f: f["v_lower"], upper=lambda f: f["v_upper"]
    )
    gap = results.equivalence.assign(
        measure="Largest gap",
        estimate=lambda f: f["largest_gap"],
        lower=lambda f: f["largest_gap"],
        upper=lambda f: f["gap_upper"],
    )
    # each in units of its own margin, so that one line at 1 is the bar for both
    scaled = [
        part.assign(**{name: part[name] / margin for name in ("estimate", "lower", "upper")})
        for part, margin in ((v, params.v_margin), (gap, params.gap_margin))
    ]
    frame = pd.concat(scaled)[["comparison", "measure", "estimate", "lower", "upper", "verdict"]]
    alike = int((results.equivalence["verdict"] == "equivalent").sum())
    title = f"{alike} of {len(results.equivalence)} comparisons are shown to be alike by both limits"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="comparison",
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
        caption=f"Alike needs the right ends of both below 1: V below {params.v_margin:g} and every gap below "
        f"{params.gap_margin * 100:g} points. A bar across the line shows neither sameness nor difference.",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=_standing(inputs),
    )


def equivalence_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the comparisons with limits, adjusted tests and verdicts."""
    return display.Table(
        results.equivalence,
        name="equivalence-table",
        title="Likeness by comparison",
        caption="Limits are one-sided 95 %; p is of independence, Holm-adjusted. Gaps between neighbourhoods would "
        f"need about {results.needed_per_neighbourhood:,} respondents in each to be put inside the margin.",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats={
            **dict.fromkeys(("design_factor", "v", "v_lower", "v_upper", "p_adjusted"), "{:.3f}"),
            **dict.fromkeys(("largest_gap", "gap_upper"), "{:.1%}"),
        },
    )


def gaps_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the largest gaps of each comparison."""
    return display.Table(
        results.largest_gaps,
        name="largest-gaps",
        title="The largest gaps, first group less second",
        caption="Limits are for each gap alone at 90 %. The largest of many gaps is large by chance too.",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats=dict.fromkeys(("gap", "lower", "upper"), "{:.1%}"),
    )


def statements_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how much more the leading mode agrees than others."""
    if results.statements.empty:
        return display.note(NOTHING_ASKED, _standing(inputs))
    frame = results.statements.sort_values("difference", ascending=False)
    more = int((frame["lower"] > 0).sum())
    title = f"The leading mode agrees more than others with {more} of {len(frame)} statements"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="statement",
            estimate="difference",
            lower="lower",
            upper="upper",
            x_label="Share agreeing, leading mode less all others",
            reference=0,
        ),
        name="statements",
        title=title,
        alt=f"Dots with intervals for {len(frame)} statements against a line at no difference. {title}.",
        caption="Weighted; intervals are for single statements.",
        source=SOURCE,
        n=results.respondents,
        data=frame,
        standing=_standing(inputs),
    )


def statements_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return agreement by statement."""
    if results.statements.empty:
        return display.note(NOTHING_ASKED, _standing(inputs))
    shares = ("leading_mode", "other_modes", "difference", "lower", "upper", "variance_between_groups")
    return display.Table(
        results.statements,
        name="statements-table",
        title="Agreement of the leading mode and of all others",
        caption="Rank among the twelve modes with simultaneous limits. The last column is the part of the answers' "
        f"variance between the three groups. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats={**dict.fromkeys(shares, "{:.1%}"), **dict.fromkeys(("rank", "rank_lower", "rank_upper"), "{:.0f}")},
    )


def settings_table(inputs: Inputs, results: Results) -> display.Table:
    """Return where interviews took place by neighbourhood."""
    otherwise = int(results.settings["mostly_otherwise"].sum())
    return display.Table(
        results.settings,
        name="settings",
        title=f"In {otherwise} of {len(results.settings)} neighbourhoods most were not met in streets or centres",
        caption=f"Unweighted counts of interviews. {HIDDEN}",
        source=SOURCE,
        n=results.respondents,
        standing=_standing(inputs),
        formats={"share_in_public": "{:.0%}"},
    )
