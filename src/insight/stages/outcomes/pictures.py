"""Pictures and tables of the outcomes stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED
from insight.stages.outcomes.analysis import Results
from insight.stages.outcomes.readiness import ABOVE, ANY, BELOW

if TYPE_CHECKING:
    from insight.display.standard import Note
    from insight.methods.estimate import Estimate

PERCENT = {"estimate": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"}
WIDE = {"share_before": "{:.1%}", "share_after": "{:.1%}", **PERCENT}
SURE = 0.05
CHILDREN_SOURCE = "EYFS records linked with health and social care"


def absent(inputs: Inputs, what: str) -> Note:
    """Return a note that a part is not shown, and what it would take."""
    return display.note(f"Not shown: {what} not supplied, or too few to compare.", inputs.standing())


def points_of(found: Estimate) -> str:
    """Return a difference of shares in points with its limits, in words."""
    if found.lower is None or found.upper is None:
        return f"{100 * found.estimate:+.1f} points"
    return f"{100 * found.estimate:+.1f} points ({100 * found.lower:+.1f} to {100 * found.upper:+.1f})"


def visits_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return visits by engagement point as shares with simultaneous limits."""
    frame = results.visits.by_point
    first = frame.loc[frame["estimate"].astype(float).idxmax()]
    title = f"Most visits fall {first['label']}: {first['estimate']:.0%} of {results.visits.total}"
    return display.Figure(
        display.charts.bars(
            frame, label="label", value="estimate", lower="lower", upper="upper", x_label="Share of all visits"
        ),
        name="visits-by-point",
        title=title,
        alt=f"Bars of the share of visits at each of {len(frame)} engagement points, youngest first. {title}.",
        caption="Seven cross-sections: all ages were enrolled at once, so a lower bar is not a family lost. Limits "
        "hold together (Goodman).",
        source="Checklists of engagement visits",
        n=results.visits.total,
        data=frame[["label", "visits", "estimate", "lower", "upper", "status"]],
        standing=inputs.standing("engagement_visits"),
    )


def visits_table(inputs: Inputs, results: Results) -> display.Table:
    """Return counts and shares of visits by engagement point."""
    return display.Table(
        results.visits.by_point[["label", "visits", "estimate", "lower", "upper", "status"]],
        name="visits",
        title=f"Visits by engagement point; {results.visits.countable.estimate:.0%} of checklists can be counted",
        caption="A checklist can be counted when it gives the point, an age that fits it, and themes.",
        source="Checklists of engagement visits",
        n=results.visits.total,
        standing=inputs.standing("engagement_visits"),
        formats=PERCENT,
    )


def themes_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return themes that families raised, and what keeps them from the centre."""
    frame = results.visits.themes.copy()
    if frame.empty:
        return absent(inputs, "themes of visits")
    first = frame.iloc[0]
    is_barrier = frame["kind"] == "barrier to the centre"
    frame["label"] = is_barrier.map({True: "barrier: ", False: ""}) + frame["label"]
    title = f"{str(first['label']).capitalize()} came up most often"
    if first["estimate"] == first["estimate"]:
        title += f", in {first['estimate']:.0%} of visits"
    return display.Figure(
        display.charts.dot_interval(
            frame, label="label", estimate="estimate", lower="lower", upper="upper", x_label="Share of visits"
        ),
        name="themes",
        title=title,
        alt=f"Dots with 95 % intervals, one row a theme or barrier, most frequent themes first. {title}.",
        caption="Themes: share of visits whose checklist noted themes. Barriers: share of visits to families who do "
        "not go to the centre.",
        source="Checklists of engagement visits",
        n=results.visits.total,
        data=frame,
        standing=inputs.standing("engagement_visits"),
    )


def recorded_table(inputs: Inputs, results: Results) -> display.Table:
    """Return aspirations, attendance and CAFs that followed, by engagement point."""
    return display.Table(
        results.visits.recorded,
        name="recorded",
        title="What the checklists recorded, by engagement point",
        caption="Wilson limits. Small counts, and counts that leave a small rest, are not shown.",
        source="Checklists of engagement visits",
        n=results.visits.total,
        standing=inputs.standing("engagement_visits"),
        formats=PERCENT,
    )


def issues_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return shares of children with each issue, below the level and at or above it."""
    found = results.readiness
    if found is None:
        return absent(inputs, "results of single children")
    title = f"{ANY.capitalize()}: children below the level differ by {points_of(found.any_issue)}"
    return display.Figure(
        display.charts.dot_interval(
            found.issues,
            label="issue",
            estimate="estimate",
            lower="lower",
            upper="upper",
            group="group",
            x_label="Share of children",
        ),
        name="issues",
        title=title,
        alt=f"Pairs of dots with 95 % intervals, one row an issue: children {BELOW} and {ABOVE}. {title}.",
        caption=f"Wilson limits. Adjusted for ward and age group: {points_of(found.any_issue_adjusted)}.",
        source=CHILDREN_SOURCE,
        n=found.children,
        data=found.issues,
        standing=inputs.standing("eyfs_children"),
    )


def issues_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return differences by issue, with p-values after Holm."""
    found = results.readiness
    if found is None:
        return absent(inputs, "results of single children")
    sure = int((found.differences["p_holm"] < SURE).sum())
    return display.Table(
        found.differences,
        name="issue-differences",
        title=f"{sure} of {len(found.differences) - 1} single issues differ after Holm's correction",
        caption=f"estimate: share {BELOW} less share {ABOVE}, Newcombe limits. "
        f"Children without a level: {found.without_level}.",
        source=CHILDREN_SOURCE,
        n=found.children,
        standing=inputs.standing("eyfs_children"),
        formats={**PERCENT, "odds_ratio": "{:.2f}", "p_value": "{:.3f}", "p_holm": "{:.3f}"},
        # any issue of them all is no single test among several
        inapplicable=("p_holm",),
    )


def readiness_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how much a problem at home and a poor setting go with falling below the level."""
    found = results.readiness
    if found is None:
        return absent(inputs, "results of single children")
    title = f"With a problem at home the share below the level differs by {points_of(found.home)}"
    return display.Figure(
        display.charts.dot_interval(
            found.effects,
            label="measure",
            estimate="estimate",
            lower="lower",
            upper="upper",
            reference=0.0,
            x_label="Difference of the share below the level",
        ),
        name="readiness",
        title=title,
        alt=f"Three dots with 95 % intervals: home, setting, and home less setting. {title}.",
        caption="Linear probability model with age group and ward, robust limits. Association, not cause.",
        source=CHILDREN_SOURCE,
        n=int(found.effects["children"].iloc[0]),
        data=found.effects,
        standing=inputs.standing("eyfs_children"),
    )


def readiness_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return effects of home and setting with their limits."""
    found = results.readiness
    if found is None:
        return absent(inputs, "results of single children")
    return display.Table(
        found.effects,
        name="readiness-effects",
        title=f"Home less setting: {points_of(found.home_less_setting)}",
        caption="Children whose setting has no grade are left out.",
        source=CHILDREN_SOURCE,
        n=int(found.effects["children"].iloc[0]),
        standing=inputs.standing("eyfs_children"),
        formats=PERCENT,
    )


def unidentified_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return printed outcomes that nobody can check from the print, with what is missing."""
    if results.unidentified.empty:
        return display.note("No printed outcome of this council lacks what a check needs.", inputs.standing())
    return display.Table(
        results.unidentified,
        name="unidentified",
        title=f"{len(results.unidentified)} printed outcomes are not identifiable from what is printed",
        caption="What the ledger says gives the value that the missing number would need, where a formula exists.",
        source="Ledger of printed figures",
        n=len(results.unidentified),
        standing=PUBLISHED,
    )
