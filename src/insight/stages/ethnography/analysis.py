"""What the ethnography computes: where families were met, what they raised, and what may be quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import wilson
from insight.privacy.disclosure import CONFIDENTIAL, STATUS, refuse_people, suppress
from insight.privacy.loading import Inputs, load_inputs
from insight.stages import base
from insight.stages.ethnography import claims
from insight.stages.ethnography.coding import (
    NOT_COVERED,
    PROMPTED,
    RAISED,
    Coded,
    agreed,
    check_codes,
    coded,
)
from insight.stages.ethnography.declaration import DECLARATION, Params

PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b|\b(?:\d[\s-]?){9,11}\b|\b[A-Z]{2}\s?(?:\d\s?){6}[A-D]\b",
    re.IGNORECASE,
)
"""E-mail, postcode, telephone or NHS number, National Insurance number: a quote with one of these is withheld."""


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


@dataclass(frozen=True, kw_only=True)
class Results:
    """Tables of the stage, small counts blanked; ``estimates`` by claim."""

    log: Log
    analysed: int
    without_consent: int
    settings: pd.DataFrame
    themes: pd.DataFrame
    coverage: pd.DataFrame
    statements: pd.DataFrame
    together: pd.DataFrame
    staff_and_families: pd.DataFrame
    consent: pd.DataFrame
    quotes: pd.DataFrame
    quotes_withheld: int
    estimates: Mapping[str, tuple[Estimate, ...]]


def load(council: str, params: Params) -> Inputs:
    """Load the stage's inputs and refuse codes that do not fit together."""
    inputs = load_inputs(council, DECLARATION.inputs, optional=DECLARATION.optional)
    check_codes(inputs, list(params.themes))
    return inputs


def _log(interviews: pd.DataFrame, borough: str) -> Log:
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
    """Return interviews by borough and setting, small counts blanked within each borough."""
    counts = interviews.groupby(["borough", "setting"], sort=True).size().rename("interviews").reset_index()
    return suppress(counts, "interviews", threshold=threshold, within=["borough"])


def themes_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return by theme how many interviews raised it, were prompted, or left it out, most raised first.

    Where the count raised is small, a second count of the row is blanked too; where another count is small, the third
    is, so that the number of interviews does not give it away.
    """
    group = dict.fromkeys(params.early_years, "early years") | dict.fromkeys(params.other_needs, "other need")
    rows = []
    for theme, label in params.themes.items():
        counts = grid.status[theme].value_counts()
        raised, prompted = int(counts.get(RAISED, 0)), int(counts.get(PROMPTED, 0))
        row: dict[str, object] = {"theme": theme, "label": label, "group": group.get(theme, "topic")}
        row |= _blanked({RAISED: raised, PROMPTED: prompted, NOT_COVERED: grid.n - raised - prompted}, threshold)
        share = _safe_share(raised, grid.n, threshold=threshold)
        is_shown = row[RAISED] is not None
        row |= {"of_all": share[0], "lower": share[1], "upper": share[2]} if is_shown else _no_share("of_all")
        is_open = is_shown and row[PROMPTED] is not None and raised + prompted > 0
        row["of_covered"] = raised / (raised + prompted) if is_open else None
        row[STATUS] = "" if is_shown else CONFIDENTIAL
        rows.append(row)
    frame = pd.DataFrame(rows)
    numbers = [RAISED, PROMPTED, NOT_COVERED, "of_all", "lower", "upper", "of_covered"]
    frame[numbers] = frame[numbers].astype("float64")
    return frame.sort_values([RAISED, "theme"], ascending=[False, True], na_position="last", ignore_index=True)


def _blanked(counts: dict[str, int], threshold: int) -> dict[str, int | None]:
    small = {name for name, count in counts.items() if 0 < count < threshold}
    if 0 < counts[PROMPTED] + counts[NOT_COVERED] < threshold:
        # all but a few raised it: the rest together are a small count
        small.add(RAISED)
    if len(small) == 1:
        # the count raised is what readers and stage 09 need: blank another one beside the small one
        rest = [name for name in (PROMPTED, NOT_COVERED, RAISED) if name not in small and counts[name] > 0]
        small |= {min(rest, key=lambda name: (name == RAISED, counts[name]))} if rest else set()
    return {name: None if name in small else count for name, count in counts.items()}


def _no_share(name: str) -> dict[str, None]:
    return dict.fromkeys((name, "lower", "upper"))


def _safe_share(said: int, of: int, *, threshold: int) -> tuple[float | None, float | None, float | None]:
    """Return share and limits, or blanks where either side of the share is a small count."""
    if of == 0 or any(0 < count < threshold for count in (said, of - said)):
        return None, None, None
    found = wilson(said, of)
    return found.estimate, found.lower, found.upper


def coverage_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return by topic of the framework how many interviews covered it, with the share and its limits."""
    left = claims.open_topics(grid, params)
    rows = []
    for topic in left.columns:
        covered = int((~left[topic]).sum())
        share = _safe_share(covered, grid.n, threshold=threshold)
        is_hidden = share[0] is None
        rows.append(
            {
                "topic": topic,
                "covered": None if is_hidden else covered,
                "share": share[0],
                "lower": share[1],
                "upper": share[2],
                STATUS: CONFIDENTIAL if is_hidden else "",
            }
        )
    frame = pd.DataFrame(rows)
    numbers = ["covered", "share", "lower", "upper"]
    frame[numbers] = frame[numbers].astype("float64")
    return frame.sort_values("share", ascending=False, ignore_index=True)


def statements_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return the shares of interviews that say what the claims say, blanked where a side or the rest is small."""
    rows = []
    for one in claims.statements(grid, params):
        share, lower, upper = _safe_share(one.said, one.of, threshold=threshold)
        rests = (grid.n - one.of, one.of - one.raised)
        if one.base != claims.ALL and any(0 < abs(rest) < threshold for rest in rests):
            # beside the table of themes the base would give away a small count of prompted or uncovered interviews
            share = lower = upper = None
        is_hidden = share is None
        said, of = (None, None) if is_hidden else (one.said, one.of)
        rows.append((one.label, said, of, one.base, share, lower, upper, CONFIDENTIAL if is_hidden else ""))
    frame = pd.DataFrame(rows, columns=["statement", "said", "of", "base", "share", "lower", "upper", STATUS])
    numbers = ["said", "of", "share", "lower", "upper"]
    frame[numbers] = frame[numbers].astype("float64")
    return frame


def together_table(grid: Coded, params: Params, *, threshold: int) -> pd.DataFrame:
    """Return for pairs of needs how many interviews raised both, with Jaccard's index; a small cell blanks the pair.

    Any of the four cells of a pair's cross table counts, because row and column sums are shown elsewhere.
    """
    raised = grid.raised(params.needs)
    flags = raised.loc[:, raised.sum().sort_values(ascending=False, kind="stable").index]
    rows = []
    for place, one in enumerate(flags.columns):
        for other in flags.columns[place + 1 :]:
            cross = np.array([[(flags[one] == a) & (flags[other] == b) for b in (True, False)] for a in (True, False)])
            counts = cross.sum(axis=2).ravel()
            both, either = int(counts[0]), int(counts[:3].sum())
            is_small = bool(((counts > 0) & (counts < threshold)).any())
            rows.append(
                {
                    "first": params.themes[one],
                    "second": params.themes[other],
                    "both": None if is_small else both,
                    "jaccard": None if is_small or not either else both / either,
                    STATUS: CONFIDENTIAL if is_small else "",
                }
            )
    frame = pd.DataFrame(rows, columns=["first", "second", "both", "jaccard", STATUS])
    return frame.astype({"both": "float64", "jaccard": "float64"})


def staff_table(themes: pd.DataFrame, issues: pd.DataFrame | None) -> pd.DataFrame:
    """Return staff's ranks beside families' ranks; families' rank is blank where the count is."""
    columns = ["theme", "label", "staff_rank", "families_rank", RAISED, "of_all", "lower", "upper"]
    if issues is None or issues.empty:
        return pd.DataFrame(columns=columns)
    joined = issues.rename(columns={"rank": "staff_rank"}).merge(themes, on="theme", how="left")
    joined["families_rank"] = joined[RAISED].rank(ascending=False, method="min")
    return joined.astype({"staff_rank": int})[columns]


def consent_flags(grid: Coded, inputs: Inputs) -> pd.DataFrame | None:
    """Return for each analysed interview whether it was asked on the day, and whether its words may be shared."""
    asked = agreed(inputs, "analysis")
    if asked is None:
        return None
    found = [agreed(inputs, scope) for scope in ("quote_internal", "quote_public")]
    codes = grid.log["interview_id"]
    return pd.DataFrame(
        {
            "at_outset": asked.reindex(codes).to_numpy() <= grid.log["date"].to_numpy(),
            "shared": codes.isin({code for part in found if part is not None for code in part.index}).to_numpy(),
        }
    )


def consent_table(flags: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return interviews by when consent was asked and whether words may be shared."""
    if flags is None:
        return pd.DataFrame(columns=["asked", "interviews", "may_be_shared", "share", "lower", "upper", STATUS])
    rows = []
    for label, is_outset in (("at the outset", True), ("later", False)):
        part = flags.loc[flags["at_outset"] == is_outset, "shared"]
        share, lower, upper = _safe_share(int(part.sum()), len(part), threshold=threshold)
        hidden = share is None and len(part) > 0
        rows.append(
            {
                "asked": label,
                "interviews": None if 0 < len(part) < threshold else len(part),
                "may_be_shared": None if hidden else int(part.sum()),
                "share": share,
                "lower": lower,
                "upper": upper,
                STATUS: CONFIDENTIAL if hidden else "",
            }
        )
    frame = pd.DataFrame(rows)
    numbers = ["interviews", "may_be_shared", "share", "lower", "upper"]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def public_quotes(inputs: Inputs, grid: Coded, params: Params) -> tuple[pd.DataFrame, int]:
    """Return theme and words of quotes that may be public, and how many were withheld.

    A quote is withheld unless its interview is analysed here and consent to public quoting stands; where no consent
    register is supplied every quote is. Words that look like an address or a number of a person are withheld too.
    """
    columns = ["theme", "words"]
    if not inputs.has("quotes"):
        return pd.DataFrame(columns=columns), 0
    quotes = inputs.people("quotes")
    public = agreed(inputs, "quote_public")
    allowed = set() if public is None else set(public.index) & set(grid.log["interview_id"])
    is_shown = quotes["interview_id"].isin(allowed) & ~quotes["text"].str.contains(PERSONAL)
    shown = quotes[is_shown].sort_values(["theme", "text"], ignore_index=True)
    frame = pd.DataFrame({"theme": shown["theme"].map(dict(params.themes)), "words": shown["text"]})
    return frame[columns], int((~is_shown).sum())


def analyse(inputs: Inputs, params: Params) -> Results:
    """Count, estimate and blank.

    Args:
        inputs: as from :func:`load`.
        params: the stage's parameters.
    """
    threshold = inputs.council.disclosure.threshold
    interviews = inputs.people("interviews")
    grid = coded(inputs, themes=list(params.themes), borough=params.borough)
    issues = None
    if inputs.has("workshop_actions"):
        issues = claims.staff_issues(inputs.table("workshop_actions"), list(params.themes))
    log = _log(interviews, params.borough)
    flags = consent_flags(grid, inputs)
    themes = themes_table(grid, params, threshold=threshold)
    quotes, withheld = public_quotes(inputs, grid, params)
    return Results(
        log=log,
        analysed=grid.n,
        without_consent=log.own_interviews - grid.n,
        settings=settings_table(interviews, threshold=threshold),
        themes=themes,
        coverage=coverage_table(grid, params, threshold=threshold),
        statements=statements_table(grid, params, threshold=threshold),
        together=together_table(grid, params, threshold=threshold),
        staff_and_families=staff_table(themes, issues),
        consent=consent_table(flags, threshold=threshold),
        quotes=quotes,
        quotes_withheld=withheld,
        estimates=claims.estimates(grid, params, issues=issues, consent=flags),
    )


def save(inputs: Inputs, results: Results) -> None:
    """Write the stage's tables, none of which points at a person."""
    tables = {name: getattr(results, name) for name in DECLARATION.tables}
    for name, frame in tables.items():
        refuse_people(frame, what=name)
    base.save_tables(DECLARATION, inputs.council.council.slug, tables)
