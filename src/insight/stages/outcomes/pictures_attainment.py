"""Pictures and tables of attainment: change, the pilot against other wards, placebo wards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import display
from insight.privacy.loading import Inputs
from insight.stages import base
from insight.stages.outcomes import attainment
from insight.stages.outcomes.analysis import Results
from insight.stages.outcomes.declaration import DECLARATION
from insight.stages.outcomes.pictures import PERCENT, WIDE, absent, points_of

if TYPE_CHECKING:
    from insight.display.standard import Note


def _cohort(results: Results) -> int:
    return results.attainment.pilot_change.n + (
        0 if results.attainment.other_change is None else results.attainment.other_change.n
    )


def change_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return the change of attainment by ward, pilot and other wards together, and the benchmark."""
    found = results.attainment
    is_pilot = found.wards["group"] == attainment.PILOT
    frame = found.wards.assign(label=found.wards["label"] + is_pilot.map({True: " (pilot)", False: ""}))
    title = f"Pilot wards changed by {points_of(found.pilot_change)}"
    if found.other_change is not None:
        title += f", other wards by {points_of(found.other_change)}"
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
            f"Before the pilot the wards' paths {'parted' if apart else 'are not shown to part'}: {points_of(earlier)}"
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
        title = f"Effect beyond other wards {'shown' if is_shown else 'not shown'}: {points_of(effect)}"
        if results.attainment.benchmark_effect is not None:
            title += f"; against the benchmark {points_of(results.attainment.benchmark_effect)}"
    return display.Table(
        base.told(DECLARATION, "pilot", attainment.pilot_rows(results.attainment)),
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
        return absent(inputs, "counts of other wards")
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
        return absent(inputs, "counts of other wards")
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
