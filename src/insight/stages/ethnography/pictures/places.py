"""Pictures of the fieldwork: settings, what was raised in which, and the records of the sessions."""

from __future__ import annotations

import pandas as pd

from insight import display
from insight.display.standard import Note
from insight.privacy.loading import Inputs
from insight.stages.ethnography.analysis import Results
from insight.stages.ethnography.fieldwork import OTHER
from insight.stages.ethnography.pictures.shared import CODINGS, COUNTED, INTERVIEWS, MARKED, words

NOTES = "Records of the sessions"
WIDE_GAP = 0.1


def _settings(results: Results) -> pd.DataFrame:
    frame = results.settings
    return frame.assign(borough=frame["borough"].map(words), setting=frame["setting"].map(words))


def settings_picture(inputs: Inputs, results: Results) -> display.Figure:
    """Return interviews by setting and borough."""
    frame = _settings(results)
    totals = frame.groupby("setting")["interviews"].sum()
    title = f"Most interviews took place in one kind of setting: {totals.idxmax().lower()}"
    if totals.max() <= totals.sum() / 2:
        title = f"No setting holds most interviews; the commonest is {totals.idxmax().lower()}"
    return display.Figure(
        display.charts.bars(
            frame, label="setting", value="interviews", group="borough", x_label="Interviews", percent=False
        ),
        name="interviews-by-setting",
        title=title,
        alt=f"Bars of interviews by setting, boroughs side by side. {title}.",
        caption=f"{MARKED} Setting bears on what is said; few interviews in a setting join its kind.",
        source=INTERVIEWS,
        n=results.log.interviews,
        data=frame,
        standing=inputs.standing("interviews"),
    )


def settings_table(inputs: Inputs, results: Results) -> display.Table:
    """Return interviews by borough and setting."""
    return display.Table(
        _settings(results),
        name="interviews-by-setting-table",
        title=f"{results.log.interviews} interviews by borough and setting",
        caption=f"Findings rest on {results.analysed} of the council's own {results.log.own_interviews} interviews; "
        f"{results.without_consent} left out for want of consent to analysis.",
        source=INTERVIEWS,
        n=results.log.interviews,
        standing=inputs.standing("interviews"),
        formats={"interviews": "{:.0f}"},
    )


def by_setting_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return the share of interviews that raised each need, by kind of setting."""
    frame = results.by_setting
    standing = inputs.standing("interviews", "codings")
    wide = frame.pivot_table(index="label", columns="setting", values="share", aggfunc="first")
    if wide.dropna().empty or wide.shape[1] < 2:  # noqa: PLR2004 - a comparison takes two
        return display.note("Counts by setting are too small to be shown.", standing)
    spread = (wide.max(axis=1) - wide.min(axis=1)).dropna()
    title = f"Setting matters most for one need: {str(spread.idxmax()).lower()}"
    if spread.max() < WIDE_GAP:
        title = "Needs were raised about equally often in each kind of setting"
    order = frame.groupby("label")["share"].max().sort_values(ascending=False, na_position="last").index
    # a need hidden in every setting would be an empty line of the grid
    told = [label for label in order if frame.loc[frame["label"] == label, "share"].notna().any()]
    shown = frame.set_index("label").loc[told].reset_index()
    hidden = len(order) - len(told)
    return display.Figure(
        display.charts.heatmap(shown, row="label", column="setting", value="share", value_label="Share that raised it"),
        name="raised-by-setting",
        title=title,
        alt=f"Grid of {len(told)} needs by kind of setting, shaded by the share that raised each. {title}.",
        caption=f"{COUNTED} {MARKED} {hidden} needs are left out: their counts are too small in every kind of setting.",
        source=CODINGS,
        n=results.analysed,
        data=shown,
        standing=standing,
    )


def sessions_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return how fully the sessions were recorded, one borough beside the other."""
    frame = results.sessions
    if frame.empty:
        return display.note("No records of the sessions were supplied.", inputs.standing())
    frame = frame.assign(borough=frame["borough"].map(words))
    least = frame.loc[frame["share"].idxmin()]
    title = f"Records are thinnest on one point: {least['measure']}, {least['borough']}, {least['share']:.0%}"
    if least["share"] == 1:
        title = "Every session has every record that the method asks for"
    return display.Figure(
        display.charts.bars(
            frame, label="measure", value="share", group="borough", x_label="Share of interviews or days"
        ),
        name="session-records",
        title=title,
        alt=f"Bars by kind of record, boroughs side by side. {title}.",
        caption="Facts about the teams' work, from their own records. The last bar counts days of fieldwork.",
        source=NOTES,
        n=results.log.interviews,
        data=frame,
        standing=inputs.standing("interviews", "session_notes"),
    )


def influences_picture(inputs: Inputs, results: Results) -> display.Figure | Note:
    """Return what the pairs felt bore on the talks."""
    frame = results.influences
    if frame.empty or frame["interviews"].isna().all():
        return display.note("No reflections were supplied, or counts too small to be shown.", inputs.standing())
    frame = frame.assign(borough=frame["borough"].map(words), influence=frame["influence"].map(words))
    single = frame[frame["influence"] != words(OTHER)]
    most = (frame if single.empty else single).groupby("influence")["interviews"].sum().idxmax()
    title = f"What the pairs felt most often: {str(most).lower()}"
    return display.Figure(
        display.charts.bars(
            frame, label="influence", value="interviews", group="borough", x_label="Interviews", percent=False
        ),
        name="influences",
        title=title,
        alt=f"Bars of interviews by what the pairs felt bore on them, boroughs side by side. {title}.",
        caption=f"One influence a reflection, as the pair put it; those seldom felt are put together. {MARKED}",
        source=NOTES,
        n=results.log.interviews,
        data=frame,
        standing=inputs.standing("session_notes"),
    )


def told_table(inputs: Inputs, results: Results) -> display.Table | Note:
    """Return what debriefs and the compilation day told."""
    if results.told.empty:
        return display.note("No debriefs were supplied.", inputs.standing())
    names = [column for column in results.told if str(column).startswith("days_")]
    return display.Table(
        results.told.rename(columns={name: f"debrief days, {words(name[5:])}" for name in names}),
        name="debriefs",
        title=f"{len(results.told)} themes were told in debriefs or on the compilation day",
        caption="Days on which the borough's debrief told the theme; and whether both teams, when they compiled, found "
        "it common or contrasting. Impressions of the day, beside which the codings stand.",
        source=NOTES,
        n=sum(results.log.days),
        standing=inputs.standing("session_notes"),
    )
