"""Pictures and tables of the family CAF's forms: who is lost, cover, needs sheets, owners of actions, CAFs by month."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.outcomes.analysis import Results
from insight.stages.outcomes.pictures import PERCENT, absent

FORMS = "Family CAF forms"


def _share(inputs: Inputs, frame: pd.DataFrame, *, name: str, title: str, caption: str, source: str) -> display.Table:
    return display.Table(
        frame,
        name=name,
        title=title,
        caption=caption,
        source=FORMS,
        n=int(frame["n"].max()) if frame["n"].notna().any() else 0,
        standing=inputs.standing(source),
        formats=PERCENT,
    )


def attrition_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return who was asked twice and who was not, before anything is said of change."""
    frame = results.sheets.attrition
    if frame.empty:
        return absent(inputs, "families' answers before and after")
    first = frame.iloc[0]
    title = (
        "Few families were asked again"
        if pd.isna(first["estimate"])
        else f"{first['estimate']:.0%} of {first['n']:.0f} families were asked again at the close"
    )
    return _share(
        inputs,
        frame,
        name="attrition",
        title=title,
        caption="median_at_start: where those who were lost began elsewhere on the scale than those asked again, the "
        "change of the latter is no change of all. Wilson limits.",
        source="caf_assessments",
    )


def retention_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share of families not yet lost by days since the start."""
    frame = results.sheets.retention
    if frame.empty:
        return absent(
            inputs,
            "the day on which each family that never came to a close was lost (column `lost`): without it retention "
            "is not identifiable; the table above tells who was asked again",
        )
    final = frame.iloc[-1]
    title = f"{final['estimate']:.0%} of families were not lost in the first {final['days']:.0f} days"
    return display.Figure(
        display.charts.lines(
            frame,
            x="days",
            y="estimate",
            lower="lower",
            upper="upper",
            x_label="Days since the start of the CAF",
            y_label="Families not lost",
            is_step=True,
        ),
        name="retention",
        title=title,
        alt=f"A falling line with a band of 95 % limits over {len(frame)} marks a month apart. {title}.",
        caption="Kaplan-Meier with Greenwood limits on the log(-log) scale, point by point. Families that closed leave "
        "the count on that day: closing is no loss. The line says who would stay if every CAF ran on. Drawn at marks a "
        "month apart, and only where no mark points at a few families.",
        source=FORMS,
        n=int(frame["still_watched"].iloc[0]),
        data=frame,
        standing=inputs.standing("caf_assessments"),
    )


def effects_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return sizes of the move and secondary tests, by criterion."""
    found = results.answers
    if found is None:
        return absent(inputs, "families' answers before and after")
    columns = ["criterion", "p_improvement", "rank_biserial", "shift_points", "shift_lower", "shift_upper"]
    tests = ["p_signed_rank", "p_mcnemar", "p_bowker", "p_stuart_maxwell"]
    both = [column for column in (*columns, *tests, "status") if column in found.criteria]
    return display.Table(
        found.criteria[both],
        name="answer-effects",
        title=f"How far {found.paired} families moved on the scale, by criterion",
        caption=f"p_improvement: share that rose plus half the share that stayed. Shift: Hodges-Lehmann. Signed rank: "
        f"{found.signed_rank_method}. McNemar: exact, for reaching point {found.met_point}. No control group; the "
        "same worker may rate twice, parents may come to see the scale otherwise, and families enter in crisis, so "
        "that part of a rise comes by itself.",
        source=FORMS,
        n=found.paired,
        standing=inputs.standing("caf_assessments"),
        formats=dict.fromkeys(tests, "{:.3f}") | dict.fromkeys(columns[1:], "{:.2f}"),
    )


def cover_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return what covers say of households, services received and triggers."""
    frame = results.sheets.cover
    if frame.empty:
        return absent(inputs, "covers of family CAFs")
    triggers = frame[frame["kind"] == "trigger"].dropna(subset=["estimate"])
    title = "What set CAFs off, and who lives in the house"
    if len(triggers):
        most = triggers.iloc[0]
        title = f"Most CAFs were set off by: {most['label']} ({most['estimate']:.0%})"
    caption = "Shares of families, Wilson limits. A family can have several services, but one trigger."
    return _share(inputs, frame, name="cover", title=title, caption=caption, source="caf_covers")


def needs_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return shares of families with each need of adults and of children."""
    frame = results.sheets.needs
    if frame.empty:
        return absent(inputs, "needs sheets")
    shown = frame.assign(label=frame["whose"] + ": " + frame["need"])
    known = shown.dropna(subset=["estimate"])
    title = "Too few families with any one need"
    if len(known):
        most = known.loc[known["estimate"].idxmax()]
        title = f"Most families had {most['need']} ({most['whose']}) on a needs sheet: {most['estimate']:.0%}"
    return display.Figure(
        display.charts.dot_interval(
            shown,
            label="label",
            estimate="estimate",
            lower="lower",
            upper="upper",
            group="whose",
            x_label="Share of families",
        ),
        name="needs",
        title=title,
        alt=f"Dots with 95 % intervals, one row a need, adults' needs first. {title}.",
        caption="A family counts once a need. Sheets record what was asked and said: silence is not absence. Wilson "
        "limits.",
        source=FORMS,
        n=int(frame["n"].max()) if frame["n"].notna().any() else 0,
        data=frame,
        standing=inputs.standing("caf_needs"),
    )


def together_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return families in which an adult's and a child's need stand together."""
    frame = results.sheets.together
    if frame.empty or frame["families"].isna().all():
        return absent(inputs, "needs sheets of adults and children")
    most = frame.loc[frame["families"].astype("float64").idxmax()]
    pair = f"{most['adult_need'].capitalize()} and {most['child_need']}"
    title = f"{pair} stand together most: {most['families']:.0f} families"
    return display.Figure(
        display.charts.heatmap(
            frame,
            row="adult_need",
            column="child_need",
            value="families",
            value_label="Families with both needs",
            percent=False,
        ),
        name="needs-together",
        title=title,
        alt=f"A grid of adults' needs by children's needs, each cell the number of families with both. {title}.",
        caption="Counts of families with both needs, not how much more than by chance. Small counts are hidden.",
        source=FORMS,
        n=results.sheets.families,
        data=frame,
        standing=inputs.standing("caf_needs"),
    )


def open_needs_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return families with a need open and needs resolved."""
    frame = results.sheets.open_needs
    if frame.empty:
        return absent(inputs, "needs sheets")
    first = frame.iloc[0]
    title = (
        "Needs open and resolved"
        if pd.isna(first["estimate"])
        else f"{first['estimate']:.0%} of families had a need open at the close of record"
    )
    caption = "Needs of one family hang together: families are the clusters behind the limits of resolved needs."
    return _share(inputs, frame, name="open-needs", title=title, caption=caption, source="caf_needs")


def owners_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return who owns the actions of plans, and how much of each was done."""
    frame = results.sheets.owners
    if frame.empty:
        return absent(inputs, "plans")
    return _share(
        inputs,
        frame,
        name="owners",
        title="Actions of plans by owner on each form, and how many of each were done",
        caption="Families are the clusters behind the limits.",
        source="caf_plans",
    )


def starts_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return CAFs begun by month: with limits from thirteen months on, else as a plain run."""
    frame, found = results.sheets.starts, results.sheets.limits
    if found is None or frame.empty:
        return absent(inputs, "plans of several months")
    odd = int((frame["signal"] != "").sum())
    if found.can_chart:
        title = (
            f"CAFs begun were no steady run: {odd} of {len(frame)} months break a rule"
            if odd
            else "CAFs begun ran steady"
        )
        rule = (
            "Limits: mean and 2.66 times the mean moving range (XmR). Signals: beyond a limit, seven on one side, "
            "seven in trend, two of three near a limit. A new form or a new year of a programme shows as a signal too."
        )
    else:
        title = f"{len(frame)} months are too few for limits: a run of CAFs begun, around a mean of {found.centre:.0f}"
        rule = "Thirteen months are needed for limits."
    return display.Figure(
        display.time_charts.run_chart(
            frame,
            time="month",
            value="plans",
            y_label="CAFs begun",
            centre=found.centre,
            lower=found.lower if found.can_chart else None,
            upper=found.upper if found.can_chart else None,
            signal="signal",
        ),
        name="caf-starts",
        title=title,
        alt=f"A line of CAFs begun in each of {len(frame)} months with its mean. {title}.",
        caption=f"{rule} Attainment once a year is never charted so: a plain trend would read as a signal.",
        source="CAF plans of both forms",
        n=int(frame["plans"].astype("float64").sum()),
        data=frame,
        standing=inputs.standing("caf_plans"),
    )
