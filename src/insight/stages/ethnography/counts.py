"""Counts of interviews: where they took place, how each theme came up, by setting, and themes raised together.

Counts and shares of these interviews alone: they were chosen, not drawn, so no interval and no test stands beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.privacy.disclosure import CONFIDENTIAL, STATUS, Merge, least_merged, log, suppress
from insight.privacy.disclosure.markers import INAPPLICABLE
from insight.stages.ethnography import claims
from insight.stages.ethnography.coding import NOT_COVERED, PROMPTED, RAISED, Coded
from insight.stages.ethnography.declaration import Params


@dataclass(frozen=True, kw_only=True)
class Log:
    """Facts of the fieldwork, over every interview of the file."""

    interviews: int
    own_interviews: int
    at_home: int
    days: tuple[int, ...]
    minutes: tuple[int, int]
    interviewers: float
    note_takers: float
    oldest_months: float


def log_of(interviews: pd.DataFrame, borough: str) -> Log:
    """Return the facts of the fieldwork."""
    days = interviews.groupby("borough", sort=True)["date"].nunique()
    return Log(
        interviews=len(interviews),
        own_interviews=int((interviews["borough"] == borough).sum()),
        at_home=int((interviews["setting"] == "home").sum()),
        days=tuple(int(count) for count in days),
        minutes=(int(interviews["minutes"].min()), int(interviews["minutes"].max())),
        interviewers=float(interviews["interviewers"].mean()),
        note_takers=float(interviews["note_takers"].mean()),
        oldest_months=float(interviews["child_age_months"].max()),
    )


def settings_table(interviews: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return interviews by borough and setting, small counts blanked within each borough.

    Settings are merged by their hierarchy where more than half of a borough's would be hidden.
    """

    def made(merge: Merge) -> pd.DataFrame:
        where = merge.of(interviews["setting"])
        counts = interviews.assign(setting=where).groupby(["borough", "setting"], sort=True).size()
        return suppress(
            counts.rename("interviews").reset_index(), "interviews", threshold=threshold, within=["borough"]
        )

    return least_merged(made, hierarchy="setting", categories=sorted(interviews["setting"].dropna().unique()))


def matrix(grid: Coded) -> pd.DataFrame:
    """Return the tri-state matrix, one row an interview and one column a theme; for restricted use."""
    return grid.status.rename_axis("interview_id").reset_index()


def themes_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return by theme how many interviews raised it, were prompted, or left it out, most raised first.

    Two fractions stand beside the counts: raised of all, and raised of those in which the theme came up. Where the
    count raised is small, a second count of the row is blanked too; where another count is small, the third is, so
    that the number of interviews does not give it away.
    """
    group = dict.fromkeys(params.early_years, "early years") | dict.fromkeys(params.other_needs, "other need")
    states = _states(grid, params, threshold=threshold)
    counts = states.pivot_table(index="theme", columns="state", values="interviews", aggfunc="first", dropna=False)
    frame = counts.reindex(index=list(params.themes), columns=[RAISED, PROMPTED, NOT_COVERED])
    frame = frame.rename_axis(columns=None).reset_index()
    frame.insert(1, "label", frame["theme"].map(dict(params.themes)))
    frame.insert(2, "group", [group.get(theme, "topic") for theme in frame["theme"]])
    frame["of_all"] = frame[RAISED] / grid.n if grid.n else np.nan
    covered = frame[RAISED] + frame[PROMPTED]
    frame["of_covered"] = (frame[RAISED] / covered).where(covered > 0)
    frame[STATUS] = np.where(frame[RAISED].isna(), CONFIDENTIAL, "")
    for name in (PROMPTED, NOT_COVERED, "of_covered"):
        # Where the count raised stays, its neighbours may be hidden alone. A share of none that covered it cannot be.
        is_none = (frame[NOT_COVERED] == grid.n) if name == "of_covered" else False
        why = np.where(frame[name].notna(), "", np.where(is_none, INAPPLICABLE, CONFIDENTIAL))
        frame[f"{name}_{STATUS}"] = why
    ordered = frame.sort_values([RAISED, "theme"], ascending=[False, True], na_position="last", ignore_index=True)
    return log.join(ordered, [states], columns=[RAISED, "of_all"])


def _states(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return interviews by theme and how it came up, small counts hidden with what would give them away.

    The three counts of a theme add to the interviews. The count raised is what readers and stage 09 need, so the others
    are hidden before it; it goes too where all but a few raised a theme, as those who did not are a small count.
    """
    rows = []
    for theme in params.themes:
        counts = grid.status[theme].value_counts()
        raised, prompted = int(counts.get(RAISED, 0)), int(counts.get(PROMPTED, 0))
        is_told = 0 < grid.n - raised < log.policy_for(threshold).threshold
        rows += [
            (theme, RAISED, raised, is_told, True),
            (theme, PROMPTED, prompted, False, False),
            (theme, NOT_COVERED, grid.n - raised - prompted, False, False),
        ]
    frame = pd.DataFrame(rows, columns=["theme", "state", "interviews", "is_told", "is_needed"])
    return suppress(frame, "interviews", threshold=threshold, within=["theme"], forced="is_told", dear="is_needed")


def by_setting_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return by need and kind of setting how many interviews raised it.

    Setting bears on what a family raises, so an overall count hides where it was said. A need is blanked in all
    settings where one of its counts, or of the interviews that did not raise it, is small.
    """
    kind = {setting: name for name, settings in params.setting_groups.items() for setting in settings}
    where = grid.log["setting"].map(kind).fillna("elsewhere").to_numpy(dtype=object)
    flags = grid.raised(params.needs)
    counts = flags.groupby(where).sum().rename_axis("setting").melt(ignore_index=False, var_name="theme")
    frame = counts.rename(columns={"value": "raised"}).reset_index()
    frame["interviews"] = frame["setting"].map(pd.Series(where).value_counts())
    frame["label"] = frame["theme"].map(dict(params.themes))
    frame["share"] = frame["raised"] / frame["interviews"]
    frame = frame[["label", "setting", "raised", "interviews", "share"]]
    return suppress(
        frame, "raised", threshold=threshold, also=["share"], within=["label"], base="interviews"
    ).sort_values(["label", "setting"], ignore_index=True)


def is_told(grid: Coded, themes: Sequence[str], *, threshold: int) -> bool:
    """Whether a count of interviews that covered any of the themes would give a small group of them away.

    Beside the table of themes: of one theme the count raised is shown, so coverage tells how many were prompted; of
    several themes coverage tells how many covered one and not the others.
    """
    states = grid.status[list(themes)]
    groups = states if len(themes) == 1 else states != NOT_COVERED
    return bool(groups.value_counts().between(1, log.policy_for(threshold).threshold - 1).any()) or not grid.n


def coverage_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return by topic of the framework how many interviews covered it."""
    left = claims.open_topics(grid, params)
    rows = []
    for topic, themes in params.framework.items():
        covered = int((~left[topic]).sum())
        share = covered / grid.n if grid.n else np.nan
        rows.append((topic, covered, grid.n, share, is_told(grid, themes, threshold=threshold)))
    frame = pd.DataFrame(rows, columns=["topic", "covered", "of", "share", "is_told"])
    shown = suppress(frame, "covered", threshold=threshold, also=["share"], base="of", forced="is_told")
    return shown.sort_values("share", ascending=False, ignore_index=True)


def statements_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return the shares of interviews that say what the claims say, blanked where a side or the rest is small."""
    least, rows = log.policy_for(threshold).threshold, []
    for one in claims.statements(grid, params):
        # beside the table of themes the base would give away a small count of prompted or uncovered interviews
        rests = (grid.n - one.of, one.of - one.raised) if one.base != claims.ALL else ()
        is_told = not one.of or any(0 < abs(rest) < least for rest in rests)
        rows.append((one.label, one.said, one.of, one.base, one.said / one.of if one.of else np.nan, is_told))
    frame = pd.DataFrame(rows, columns=["statement", "said", "of", "base", "share", "is_told"])
    return suppress(frame, "said", threshold=threshold, also=["of", "share"], base="of", forced="is_told")


def together_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return for pairs of needs how many interviews raised both, with Jaccard's index and lift.

    Pairs that fewer than ``least_support`` interviews raise together are left out as too thin to speak of. Any of the
    four cells of a pair's cross table blanks it when small, because row and column sums are shown elsewhere.
    """
    raised, least = grid.raised(params.needs), log.policy_for(threshold).threshold
    flags = raised.loc[:, raised.sum().sort_values(ascending=False, kind="stable").index]
    rows = []
    for place, one in enumerate(flags.columns):
        for other in flags.columns[place + 1 :]:
            cross = np.array([[(flags[one] == a) & (flags[other] == b) for b in (True, False)] for a in (True, False)])
            counts = cross.sum(axis=2).ravel()
            both, either = int(counts[0]), int(counts[:3].sum())
            if both < params.least_support:
                continue
            expected = float(flags[one].sum()) * float(flags[other].sum()) / grid.n
            rows.append(
                {
                    "first": params.themes[one],
                    "second": params.themes[other],
                    "both": both,
                    "jaccard": both / either,
                    "lift": both / expected,
                    "is_told": bool(((counts > 0) & (counts < least)).any()),
                }
            )
    frame = pd.DataFrame(rows, columns=["first", "second", "both", "jaccard", "lift", "is_told"])
    return suppress(frame, "both", threshold=threshold, also=["jaccard", "lift"], forced="is_told")
