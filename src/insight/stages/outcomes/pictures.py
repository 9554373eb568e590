"""Pictures and tables of the outcomes stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import PUBLISHED
from insight.stages.outcomes import attainment
from insight.stages.outcomes.analysis import Results
from insight.stages.outcomes.families import SECONDARY
from insight.stages.outcomes.readiness import ABOVE, ANY, BELOW

if TYPE_CHECKING:
    import pandas as pd

    from insight.display.standard import Note
    from insight.methods.estimate import Estimate

PERCENT = {"estimate": "{:.1%}", "lower": "{:.1%}", "upper": "{:.1%}"}
WIDE = {"share_before": "{:.1%}", "share_after": "{:.1%}", **PERCENT}
SURE = 0.05
CHILDREN_SOURCE = "EYFS records linked with health and social care"


def _absent(inputs: Inputs, what: str) -> Note:
    return display.note(f"Not shown: {what} not supplied, or too few to compare.", inputs.standing())


def _points(found: Estimate) -> str:
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
        return _absent(inputs, "themes of visits")
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


def _cohort(results: Results) -> int:
    return results.attainment.pilot_change.n + (
        0 if results.attainment.other_change is None else results.attainment.other_change.n
    )


def change_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the change of attainment by ward, pilot and other wards together, and the benchmark."""
    found = results.attainment
    is_pilot = found.wards["group"] == attainment.PILOT
    frame = found.wards.assign(label=found.wards["label"] + is_pilot.map({True: " (pilot)", False: ""}))
    title = f"Pilot wards changed by {_points(found.pilot_change)}"
    if found.other_change is not None:
        title += f", other wards by {_points(found.other_change)}"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="label",
            estimate="estimate",
            lower="lower",
            upper="upper",
            reference=0.0,
            x_label="Change of the share at or above the expected level",
        ),
        name="attainment-change",
        title=title,
        alt=f"Dots with 95 % intervals of the change in {len(frame)} areas: sums first, then pilot wards, then the "
        f"others. {title}.",
        caption="Each year is another cohort; Newcombe limits. Areas to the right of the dashed line rose.",
        source="EYFS counts by school",
        n=_cohort(results),
        data=frame,
        standing=inputs.standing("eyfs_counts"),
    )


def attainment_table(inputs: Inputs, results: Results) -> display.Table:
    """Return counts and shares before and after, by ward."""
    return display.Table(
        results.attainment.wards,
        name="attainment",
        title="Children at or above the expected level before and after the pilot, by ward of the school",
        caption="estimate is the change of the share with its 95 % limits (Newcombe). Wards are those of schools.",
        source="EYFS counts by school",
        n=_cohort(results),
        standing=inputs.standing("eyfs_counts"),
        formats=WIDE,
    )


def trend_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return shares over the years: pilot wards, other wards, benchmark."""
    frame = results.attainment.trend
    years = sorted(set(frame["year"]))
    earlier = results.attainment.earlier_effect
    if earlier is None:
        title = "No earlier years to compare the wards' paths with"
    else:
        apart = (earlier.lower or 0) > 0 or (earlier.upper or 0) < 0
        title = (
            f"Before the pilot the wards' paths {'parted' if apart else 'are not shown to part'}: {_points(earlier)}"
        )
    return display.Figure(
        display.charts.lines(
            frame,
            x="year",
            y="estimate",
            lower="lower",
            upper="upper",
            group="group",
            x_label="Summer",
            y_label="At or above the expected level",
        ),
        name="attainment-trend",
        title=title,
        alt=f"Lines of the share at or above the level, {years[0]} to {years[-1]}, with bands of 95 %. {title}.",
        caption="Years of one version of the profile only.",
        source="EYFS counts by school",
        n=_cohort(results),
        data=frame,
        standing=inputs.standing("eyfs_counts"),
    )


def pilot_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the pilot's effect, its checks, and what else could explain it."""
    effect = results.attainment.effect
    title = "Other wards were not supplied: change without comparison"
    if effect is not None:
        is_shown = effect.lower is not None and effect.lower > 0
        title = f"Effect beyond other wards {'shown' if is_shown else 'not shown'}: {_points(effect)}"
        if results.attainment.benchmark_effect is not None:
            title += f"; against the benchmark {_points(results.attainment.benchmark_effect)}"
    return display.Table(
        attainment.pilot_rows(results.attainment),
        name="pilot",
        title=title,
        caption="Pilot wards were chosen as the lowest: part of their rise comes back to the mean by itself. Two wards "
        "are too few for limits that allow for wards; the placebo ranks do.",
        source="EYFS counts by school",
        n=_cohort(results),
        standing=inputs.standing("eyfs_counts"),
        formats=PERCENT,
    )


def placebo_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return each ward's change against all others, as if the pilot had run there."""
    frame = results.attainment.placebo
    if frame.empty:
        return _absent(inputs, "counts of other wards")
    ranks = [str(place) for place in frame.loc[frame["is_pilot"], "place"]]
    title = f"Pilot wards rank {' and '.join(ranks)} of {len(frame)} wards by change against the rest"
    shown = frame.assign(
        label=frame["label"] + frame["is_pilot"].map({True: " (pilot)", False: ""}),
    )[["place", "label", "estimate", "lower", "upper"]]
    return display.Figure(
        display.charts.bars(
            shown, label="label", value="estimate", lower="lower", upper="upper", x_label="Change against the rest"
        ),
        name="placebo-rank",
        title=title,
        alt=f"Bars of {len(frame)} wards by their change less that of the other wards, largest first. {title}.",
        caption="Each ward takes its turn as if the pilot had run there; were the pilot without effect, any rank would "
        "be as likely as any other.",
        source="EYFS counts by school",
        n=_cohort(results),
        data=shown,
        standing=inputs.standing("eyfs_counts"),
    )


def placebo_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the placebo ranks, and the rank of the pilot wards together among all sets of as many wards."""
    frame, together = results.attainment.placebo, results.attainment.set_rank
    if frame.empty or together is None:
        return _absent(inputs, "counts of other wards")
    return display.Table(
        frame[["place", "label", "is_pilot", "estimate", "lower", "upper"]],
        name="placebo",
        title=f"Together the pilot wards rank {together[0]} of {together[1]} sets of as many wards "
        f"(p = {together[0] / together[1]:.2f})",
        caption="p is the share of sets whose joint change is at least that of the pilot wards.",
        source="EYFS counts by school",
        n=_cohort(results),
        standing=inputs.standing("eyfs_counts"),
        formats=PERCENT,
    )


def issues_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return shares of children with each issue, below the level and at or above it."""
    found = results.readiness
    if found is None:
        return _absent(inputs, "results of single children")
    title = f"{ANY.capitalize()}: children below the level differ by {_points(found.any_issue)}"
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
        caption=f"Wilson limits. Adjusted for ward and age group: {_points(found.any_issue_adjusted)}.",
        source=CHILDREN_SOURCE,
        n=found.children,
        data=found.issues,
        standing=inputs.standing("eyfs_children"),
    )


def issues_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return differences by issue, with p-values after Holm."""
    found = results.readiness
    if found is None:
        return _absent(inputs, "results of single children")
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
    )


def readiness_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how much a problem at home and a poor setting go with falling below the level."""
    found = results.readiness
    if found is None:
        return _absent(inputs, "results of single children")
    title = f"With a problem at home the share below the level differs by {_points(found.home)}"
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
        return _absent(inputs, "results of single children")
    return display.Table(
        found.effects,
        name="readiness-effects",
        title=f"Home less setting: {_points(found.home_less_setting)}",
        caption="Children whose setting has no grade are left out.",
        source=CHILDREN_SOURCE,
        n=int(found.effects["children"].iloc[0]),
        standing=inputs.standing("eyfs_children"),
        formats=PERCENT,
    )


def caf_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return, by criterion, the share of families who rose less the share who fell."""
    found = results.answers
    if found is None:
        return _absent(inputs, "families' answers before and after")
    frame = found.criteria
    better = int(((frame["p_holm"] < SURE) & (frame["estimate"] > 0)).sum())
    title = f"Families rate themselves higher at the close on {better} of {len(frame)} criteria"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="criterion",
            estimate="estimate",
            lower="lower",
            upper="upper",
            reference=0.0,
            x_label="Share that rose less share that fell",
        ),
        name="caf-change",
        title=title,
        alt=f"Dots with 95 % intervals, one row a criterion, with a dashed line at no change. {title}.",
        caption="Families asked twice only; sign test with Holm's correction. No comparison group: families enter in "
        "crisis, and some rise would come anyway.",
        source="Family CAF forms",
        n=found.paired,
        data=_criteria(frame),
        standing=inputs.standing("caf_assessments"),
    )


def _criteria(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["criterion", "paired", "improved", "same", "worse", "estimate", "lower", "upper", "status"]]


def caf_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return answers by criterion: who was lost, who rose, stayed and fell, medians and tests."""
    found = results.answers
    if found is None:
        return _absent(inputs, "families' answers before and after")
    return display.Table(
        found.criteria.drop(columns=list(SECONDARY)),
        name="caf",
        title=f"{found.paired} of {found.families} families were asked twice",
        caption="The highest point is best. p_sign: exact sign test, ties dropped; p_holm: after Holm's correction.",
        source="Family CAF forms",
        n=found.families,
        standing=inputs.standing("caf_assessments"),
        formats={**PERCENT, "p_sign": "{:.3f}", "p_holm": "{:.3f}"},
    )


def answers_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return all answers at the start by answers at the close."""
    found = results.answers
    if found is None:
        return _absent(inputs, "families' answers before and after")
    wide = found.moves.pivot_table(index="before", columns="after", values="answers", dropna=False, aggfunc="first")
    wide.columns = [f"close_{point}" for point in wide.columns]
    return display.Table(
        wide.reset_index().rename(columns={"before": "start"}),
        name="answers",
        title="Answers at the start by answers at the close, all criteria together",
        caption="Answers, not families: each family answers every criterion. Empty cells are small counts.",
        source="Family CAF forms",
        n=found.paired,
        standing=inputs.standing("caf_assessments"),
    )


def forms_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return the family form against the child form."""
    found = results.forms
    if found is None or found.rows.empty:
        return _absent(inputs, "plans on both forms")
    return display.Table(
        found.rows,
        name="forms",
        title="Goals, actions and needs met on the family form against the former child form",
        caption="Families are clusters: the limits allow for several goals of one family. The forms followed each "
        "other, so whatever else changed between them is part of the difference.",
        source="CAF plans and needs sheets",
        n=int(found.rows["n"].max()),
        standing=inputs.standing("caf_plans"),
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
