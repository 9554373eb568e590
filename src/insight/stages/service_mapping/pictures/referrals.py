"""Pictures and tables of who sent families on, what they came for and whom services reach."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.privacy.loading import Inputs
from insight.stages.service_mapping.analysis import Results
from insight.stages.service_mapping.pictures.wording import LIMITS
from insight.stages.service_mapping.reach import NEEDED


def referrals_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return what became of referrals in the earlier and the later period."""
    first = results.referrals["outcome"].iloc[0]
    shares = results.referrals.loc[results.referrals["outcome"] == first, "share"].tolist()
    has_both = all(not pd.isna(value) for value in shares)
    title = (
        f"Referrals {first}: {shares[0]:.0%} in the earlier period, {shares[1]:.0%} in the later one"
        if has_both
        else "Too few referrals for a comparison of the two periods"
    )
    return display.Figure(
        display.charts.dot_interval(
            results.referrals,
            label="outcome",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of referrals",
            group="period",
        ),
        name="referrals",
        title=title,
        alt="Dots with intervals in two periods for referrals acted on, assessed again for what was known, and seen "
        f"jointly. {title}.",
        caption="Wilson's limits on the cases that clustering in families leaves.",
        source="Referral logs",
        n=int(results.referrals.groupby("period")["referrals"].first().sum()),
        data=results.referrals,
        standing=inputs.standing("referrals"),
    )


def referrals_table(inputs: Inputs, results: Results) -> display.Table:
    """Return the numbers behind the picture of referrals."""
    return display.Table(
        results.referrals,
        name="referrals-table",
        title="Referrals by what became of them, in two periods",
        caption="95 per cent limits.",
        source="Referral logs",
        n=int(results.referrals.groupby("period")["referrals"].first().sum()),
        standing=inputs.standing("referrals"),
        formats=LIMITS,
    )


def referrals_to_table(inputs: Inputs, results: Results) -> display.Table:
    """Return referrals by the agency asked."""
    return display.Table(
        results.referrals_to,
        name="referrals-to",
        title="Referrals by the agency asked, with the share acted on",
        caption="95 per cent limits. Small numbers acted on are not shown.",
        source="Referral logs",
        n=int(results.referrals_to["referrals"].sum()),
        standing=inputs.standing("referrals"),
        formats=LIMITS,
    )


def goals_table(inputs: Inputs, results: Results) -> display.Table | None:
    """Return whose goals stand in CAF plans, by form; nothing where no plans were supplied."""
    if results.goals.empty:
        return None
    return display.Table(
        results.goals,
        name="goals",
        title="Goals of CAF plans that are the parent's own, by form",
        caption="95 per cent limits, allowing for several goals in a plan.",
        source="CAF plans",
        n=int(results.goals["goals"].sum()),
        standing=inputs.standing("caf_plans"),
        formats=LIMITS,
    )


def reach_picture(inputs: Inputs, results: Results) -> display.Figure | None:
    """Return reach of children's centres by need of the area; nothing where rosters were not supplied."""
    frame = results.reach
    if frame.empty:
        return None
    first = frame.iloc[0]
    title = (
        f"Children's centres have {first['share']:.0%} of the children of the {first['areas_by_need']} on their rosters"
        if not pd.isna(first["share"])
        else "Too few children for reach in the neediest areas"
    )
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="areas_by_need",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share of children",
            group="measure",
        ),
        name="reach-by-need",
        title=title,
        alt="Dots with intervals for five fifths of areas by need: children registered at a children's centre, and "
        f"those in touch within the year. {title}.",
        caption="Need is the share of an area's young children in homes on a benefit. Wilson's limits on what "
        "clustering in areas leaves.",
        source="Rosters of children's centres and benefits; look-up of areas",
        n=int(frame.groupby("areas_by_need")["children"].first().sum()),
        data=frame,
        standing=inputs.standing(*NEEDED),
    )


def reach_table(inputs: Inputs, results: Results) -> display.Table | None:
    """Return the numbers behind the picture of reach."""
    if results.reach.empty:
        return None
    return display.Table(
        results.reach,
        name="reach-by-need-table",
        title="Children's centres' reach by need of the area",
        caption="95 per cent limits.",
        source="Rosters of children's centres and benefits; look-up of areas",
        n=int(results.reach.groupby("areas_by_need")["children"].first().sum()),
        standing=inputs.standing(*NEEDED),
        formats=LIMITS,
    )


def problems_table(inputs: Inputs, results: Results) -> display.Table | None:
    """Return interviews that raise a problem with early help; nothing where no codings were supplied."""
    if results.problems.empty:
        return None
    return display.Table(
        results.problems,
        name="problems-with-early-help",
        title="Interviews that raise a problem with help that comes early",
        caption="Raised without prompting, in a negative tone. Wilson's 95 per cent limits.",
        source="Codings of the interviews",
        n=int(results.problems["interviews"].iloc[0]),
        standing=inputs.standing("interviews", "codings"),
        formats=LIMITS,
    )
