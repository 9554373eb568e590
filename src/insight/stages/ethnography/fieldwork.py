"""Records of the sessions: notes, reflections, debriefs and the compilation day, one borough beside the other."""

from __future__ import annotations

import pandas as pd

from insight import paths
from insight.errors import InputError, Problem
from insight.privacy.disclosure import suppress
from insight.privacy.loading import Inputs

FIRST_DATA_ROW = 2
OTHER = "other influences"
FEWEST_POOLED = 2
LAST = "\U0010ffff"
"""Sorts after every label."""
MEASURES = {
    "with_note": "with a typed note",
    "same_day": "typed on the day",
    "joint": "typed by the pair together",
    "with_quote": "with a quote captured",
    "with_reflection": "with a reflection",
}


def check_sessions(inputs: Inputs, themes: list[str]) -> None:
    """Refuse records of interviews that do not exist, dated before their interview, or telling unknown themes.

    Raises:
        InputError: every such record with its row.
    """
    if not inputs.has("session_notes"):
        return
    notes, file = inputs.people("session_notes"), paths.shown(inputs.files["session_notes"])
    dates = inputs.people("interviews").set_index("interview_id")["date"]
    held = notes["interview_id"].notna()
    odd = held & ~notes["interview_id"].isin(dates.index)
    early = held & ~odd & (notes["date"] < notes["interview_id"].map(dates))
    told = (notes["themes"].fillna("") + " " + notes["contrasts"].fillna("")).str.split()
    strange = told.map(lambda codes: sorted(set(codes) - set(themes)))
    problems = [
        Problem(file=file, row=int(row) + FIRST_DATA_ROW, column=column, rule=rule, fix=fix)
        for column, rule, fix, flags in (
            ("interview_id", "the interview must be in the log", "use a code of the interviews file", odd),
            ("date", "no record is older than its interview", "correct one of the two dates", early),
            ("themes, contrasts", "themes must be named in the params", "correct the codes", strange.map(bool)),
        )
        for row in notes.index[flags.astype(bool)]
    ]
    if problems:
        raise InputError(problems)


def sessions_table(notes: pd.DataFrame | None, interviews: pd.DataFrame) -> pd.DataFrame:
    """Return by borough how many interviews have what the method asks for; they are facts about the teams' work."""
    columns = ["borough", "measure", "count", "of", "share"]
    if notes is None:
        return pd.DataFrame(columns=columns)
    log = interviews[["interview_id", "borough", "date"]]
    typed = notes[notes["kind"] == "note"].drop_duplicates("interview_id").set_index("interview_id")
    own = log["interview_id"]
    flags = pd.DataFrame(
        {
            "borough": log["borough"],
            "with_note": own.isin(typed.index),
            "same_day": own.map(typed["date"]) == log["date"],
            "joint": own.map(typed["is_joint"]).fillna(value=False).astype(bool),
            "with_quote": own.map(typed["quotes_captured"]).fillna(0) > 0,
            "with_reflection": own.isin(notes.loc[notes["kind"] == "reflection", "interview_id"]),
        }
    )
    rows = []
    for borough, part in flags.groupby("borough", sort=True):
        rows += [(borough, label, int(part[name].sum()), len(part)) for name, label in MEASURES.items()]
        debriefs = notes[(notes["kind"] == "debrief") & (notes["borough"] == borough)]
        days = log.loc[log["borough"] == borough, "date"]
        rows.append(
            (borough, "days with a debrief", int(days.drop_duplicates().isin(debriefs["date"]).sum()), days.nunique())
        )
    frame = pd.DataFrame(rows, columns=columns[:-1])
    return frame.assign(share=frame["count"] / frame["of"])


def pooled(frame: pd.DataFrame, label: str, count: str, *, within: str, others: str, threshold: int) -> pd.DataFrame:
    """Return counts with the small ones of each group put together, so that a table of few interviews says something.

    The smallest join until together they are two labels or more and no small count; a group that has no small count
    stays as it is.

    Args:
        frame: a row a label, with its group and count.
        label: column of what is counted.
        count: column of counts.
        within: column of the groups.
        others: what to call those put together.
        threshold: counts from 1 to one below it are small.
    """
    made = frame.copy()
    for _, own in frame.groupby(within, sort=False):
        ordered = own.sort_values(count, kind="stable")
        few = int((ordered[count] < threshold).sum())
        while 0 < few < len(ordered) and (few < FEWEST_POOLED or ordered[count].iloc[:few].sum() < threshold):
            few += 1
        made.loc[ordered.index[:few], label] = others
    summed = made.groupby([within, label], sort=True, as_index=False)[count].sum()
    return summed.sort_values([within, label], key=lambda cells: cells.where(cells != others, LAST), ignore_index=True)


def influences_table(notes: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return by borough what the pairs felt bore on the talks, small counts put together."""
    if notes is None:
        return pd.DataFrame(columns=["borough", "influence", "interviews", "status"])
    felt = notes[notes["kind"] == "reflection"].dropna(subset=["influence"])
    counts = felt.groupby(["borough", "influence"], sort=True).size().rename("interviews").reset_index()
    counts = pooled(counts, "influence", "interviews", within="borough", others=OTHER, threshold=threshold)
    return suppress(counts, "interviews", threshold=threshold, within=["borough"])


def told_table(notes: pd.DataFrame | None, themes: dict[str, str], boroughs: list[str]) -> pd.DataFrame:
    """Return by theme on how many days each borough's debrief told it, and what the compilation day said of it."""
    columns = ["label", *(f"days_{name}" for name in boroughs), "compilation"]
    if notes is None:
        return pd.DataFrame(columns=columns)
    debriefs, day = notes[notes["kind"] == "debrief"], notes[notes["kind"] == "compilation"]
    common = {code for cell in day["themes"].dropna() for code in cell.split()}
    contrasting = {code for cell in day["contrasts"].dropna() for code in cell.split()}
    rows = []
    for code, label in themes.items():
        told = debriefs[debriefs["themes"].fillna("").str.split().map(lambda codes, one=code: one in codes)]
        days = [int(told.loc[told["borough"] == name, "date"].nunique()) for name in boroughs]
        said = "common" if code in common else "contrasting" if code in contrasting else ""
        if any(days) or said:
            rows.append((label, *days, said))
    return pd.DataFrame(rows, columns=columns)
