"""Pictures and tables of what parents and staff say, and of joint working."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight import display
from insight.privacy.loading import Inputs
from insight.sources.standing import SUPPLIED
from insight.stages.benefits.analysis import Results

if TYPE_CHECKING:
    from insight.display.standard import Note

    Shown = display.Figure | Note
    Listed = display.Table | Note


def feedback_picture(inputs: Inputs, results: Results) -> Shown:
    """Return shares of positive feedback by topic."""
    if results.voices.empty:
        return display.note("No feedback was supplied.", SUPPLIED)
    frame = results.voices.assign(
        label=results.voices["kind"].map({"parent": "Parents", "staff": "Staff"})
        + ": "
        + results.voices["topic"].str.replace("_", " ")
    )
    above = int((frame["lower"] > 1 / 2).sum())
    title = f"More than half are positive on {above} of {len(frame)} topics, beyond chance"
    return display.Figure(
        display.charts.dot_interval(
            frame,
            label="label",
            estimate="share",
            lower="lower",
            upper="upper",
            x_label="Share positive",
            reference=1 / 2,
        ),
        name="feedback",
        title=title,
        alt=f"Dots with intervals of the share positive, against a line at one half: {'; '.join(frame['label'])}.",
        caption="Wilson intervals of 95 per cent; [c] marks small numbers. Not everybody who was visited answered.",
        source="Feedback of parents and staff",
        n=int(frame["asked"].sum()),
        data=frame[["label", "positive", "asked", "share", "lower", "upper", "status"]],
        standing=inputs.standing("feedback"),
    )


def helped_table(inputs: Inputs, results: Results) -> Listed:
    """Return parents helped by their circumstances."""
    if results.helped.empty:
        return display.note("No feedback of parents was supplied.", SUPPLIED)
    return display.Table(
        results.helped,
        name="helped",
        title="Parents positive on every topic about help, by their circumstances",
        caption="Wilson intervals of 95 per cent. The two splits cut the same parents.",
        source="Feedback of parents",
        n=int(results.helped["asked"].sum()),
        standing=inputs.standing("feedback"),
        formats=dict.fromkeys(("share", "lower", "upper"), "{:.0%}"),
    )


def joint_working_table(inputs: Inputs, results: Results) -> Listed:
    """Return the share of referrals between health and children's centres, before and after."""
    if results.joint_working.empty:
        return display.note("No referrals were supplied.", SUPPLIED)
    return display.Table(
        results.joint_working,
        name="joint-working",
        title="Referrals that run between health and children's centres",
        caption="Wilson intervals of 95 per cent. A change after the start is not yet an effect of the pilot.",
        source="Referrals between agencies",
        n=int(results.joint_working["referrals"].sum()),
        standing=inputs.standing("referrals"),
        formats=dict.fromkeys(("share", "lower", "upper"), "{:.0%}"),
    )
