"""How well a survey was taken, shown alike wherever people were met: quotas, and likeness within sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from insight.display import charts
from insight.display.figure import Figure
from insight.display.standard import Note, note
from insight.display.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from insight.sources.standing import Standing

NO_QUOTAS = "No quotas of this survey were supplied: what was achieved cannot be set against what was planned."
NO_SESSIONS = "Sessions are too few, or hold too few interviews, for a correlation within them."
UNWEIGHTED = "Unweighted counts of interviews. [c] marks counts too small to show and cells that would give them away."


def _title(frame: pd.DataFrame) -> str:
    known = frame[frame["met"].notna()]
    if known.empty:
        return "No quota can be shown beside what was achieved"
    near = int(known["is_met"].astype(bool).sum())
    worst = known.loc[(known["met"] - 1).abs().idxmax()]
    return (
        f"{near} of {len(known)} quotas ended within a tenth of their target; farthest off: "
        f"{worst['variable'].lower()}, {worst['level']}, at {worst['met']:.0%}"
    )


def quotas_picture(frame: pd.DataFrame, *, source: str, n: int, standing: Standing) -> Figure | Note:
    """Return target and achieved side by side, quota by quota.

    Args:
        frame: as from :func:`insight.methods.quotas.against_targets`, small counts hidden.
        source: of targets and achievements.
        n: respondents.
        standing: of the data.
    """
    if frame.empty:
        return note(NO_QUOTAS, standing)
    title = _title(frame)
    long = frame.assign(row=frame["variable"] + ": " + frame["level"]).melt(
        id_vars="row", value_vars=["target", "achieved"], var_name="of", value_name="interviews"
    )
    return Figure(
        charts.bars(long, label="row", value="interviews", x_label="Interviews", group="of", percent=False),
        name="quotas",
        title=title,
        alt=f"Bars of interviews planned and achieved for {len(frame)} quotas. {title}.",
        caption=f"{UNWEIGHTED} A quota that is met says that the plan was kept, not that those met are like the rest.",
        source=source,
        n=n,
        data=frame,
        standing=standing,
    )


def quotas_table(frame: pd.DataFrame, *, source: str, n: int, standing: Standing) -> Table | Note:
    """Return target, achieved, the ratio and the gap, quota by quota."""
    if frame.empty:
        return note(NO_QUOTAS, standing)
    said = [None if one is None or one != one else ("yes" if one else "no") for one in frame["is_met"]]  # noqa: PLR0124
    return Table(
        frame.assign(is_met=said),
        name="quotas-table",
        title=_title(frame),
        caption=f"{UNWEIGHTED} Met: achieved over target; within a tenth counts as met.",
        source=source,
        n=n,
        standing=standing,
        formats={"target": "{:,.0f}", "achieved": "{:,.0f}", "met": "{:.0%}", "gap": "{:+.0f}"},
    )


def intraclass_table(frame: pd.DataFrame, *, source: str, n: int, standing: Standing) -> Table | Note:
    """Return correlations within interviewers' sessions, with limits and what they do to a mean.

    Args:
        frame: ``what, correlation, lower, upper, sessions, mean_size, design_effect``.
        source: of the data.
        n: respondents.
        standing: of the data.
    """
    if frame.empty:
        return note(NO_SESSIONS, standing)
    most = frame.loc[frame["correlation"].idxmax()]
    return Table(
        frame,
        name="intraclass",
        title=f"Within a session, likeness is largest in one thing: {most['what']}, {most['correlation']:.3f} "
        f"({most['lower']:.3f} to {most['upper']:.3f})",
        caption="Intraclass correlation by interviewer's session (analysis of variance; differences between strata "
        "are taken out where the survey has them; 95 % limits from leaving out one session at a time). About 0: a "
        "session adds no likeness of its own. Likeness within a session is of people met together as well as of who "
        "asked them: the two cannot be told apart here. Design effect: what these sessions do to the variance of a "
        "mean.",
        source=source,
        n=n,
        standing=standing,
        formats={
            **dict.fromkeys(("correlation", "lower", "upper"), "{:.3f}"),
            "mean_size": "{:.1f}",
            "design_effect": "{:.2f}",
        },
    )
