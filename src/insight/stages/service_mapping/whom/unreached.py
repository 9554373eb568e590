"""Who is reached under each definition, and who is not: by place and group, never for a group of unknown linkage."""

from __future__ import annotations

import pandas as pd

from insight.methods.intervals import wilson
from insight.privacy import linkage
from insight.privacy.disclosure import log, suppress
from insight.sources.contracts.records import ANY_SERVICE, REACHED
from insight.stages.service_mapping.declaration import Params

ANY = "any of the services"
GROUP, ALL = "ethnic group", "all"
NOT_AVAILABLE = "x"
THRESHOLDS = {"strict": "higher", "lax": "lower"}
DEFINITIONS = ["threshold", "service", "definition", "children", "known", "missed", "share", "lower", "upper"]
PLACED = ["threshold", "service", "definition", "level", "area"]
UNREACHED = [*PLACED, "children", "missed", "share", "lower", "upper", "status"]
KNOWN = "known, of stage profiling"
NUMBERS = ["children", "missed", "share", "lower", "upper"]


def definitions(known: pd.DataFrame) -> pd.DataFrame:
    """Return reach of each service over all young children, as stage 01 published it."""
    if known.empty:
        return pd.DataFrame(columns=[*DEFINITIONS, "status"])
    rows = known[(known["level"] == ALL) & (known["service"] != ANY_SERVICE)]
    made = rows[[*DEFINITIONS, "status"]].assign(status=rows["status"].fillna("")).reset_index(drop=True)
    return log.follow(made, ["known", "missed"], of=KNOWN)


def joined(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return tables of reach by definition as one."""
    kept = [one for one in frames if len(one)]
    columns = [*DEFINITIONS, "status"]
    return log.join(pd.concat(kept, ignore_index=True)[columns], kept) if kept else pd.DataFrame(columns=columns)


def by_any_service(
    found: linkage.Linkage, meetings: pd.DataFrame, lookup: pd.DataFrame, params: Params, *, threshold: int
) -> pd.DataFrame:
    """Return distinct resident children that any service reaches, by definition and at both thresholds.

    A child is sustained when its contacts with all services together are as many as the params ask; a child known to
    several services counts once, which only the linked file can tell. Each missed link makes one child more: a count
    above the residents is not available (status ``x``).
    """
    since = (pd.Timestamp(params.reach_on) - pd.Timedelta(days=params.reach_period_days)).date().isoformat()
    rows, over = [], []
    for method, words in THRESHOLDS.items():
        people = linkage.people(found, method=method, day=params.reach_on, months=params.under_months)
        counts = linkage.reached_by(found, meetings, method=method, since=since, until=params.reach_on)
        counts = counts.reindex(people.index, fill_value=0)
        flags = (counts >= 0, counts >= 1, counts >= params.sustained_contacts)
        children = int(linkage.near(lookup, people["oa"])["children_0_4"].sum())
        for definition, flag in zip(REACHED, flags, strict=True):
            over.append(int(flag.sum()) > children)
            hits = min(int(flag.sum()), children)
            one = wilson(hits, children)
            share = (one.estimate, one.lower, one.upper)
            rows.append((words, ANY, definition, children, hits, children - hits, *share))
    frame = pd.DataFrame(rows, columns=DEFINITIONS)
    also = ("missed", "share", "lower", "upper")
    shown = suppress(frame, "known", threshold=threshold, also=also, base="children")
    too_many = pd.Series(over)
    shown[["known", *also]] = shown[["known", *also]].mask(too_many)
    shown["status"] = shown["status"].mask(too_many, NOT_AVAILABLE)
    return shown


def unreached(known: pd.DataFrame, quality: pd.DataFrame) -> pd.DataFrame:
    """Return the children whom each service does not reach, by definition, place and group, at both thresholds.

    A group whose linkage quality is not known is withheld (status ``x``): its records that found no partner would look
    like children whom nobody reaches.
    """
    if known.empty:
        return pd.DataFrame(columns=UNREACHED)
    rows = known.reset_index(drop=True)
    frame = rows[[*PLACED, "children", "missed"]].assign(
        share=1 - rows["share"], lower=1 - rows["upper"], upper=1 - rows["lower"], status=rows["status"].fillna("")
    )
    withheld = (frame["level"] == GROUP) & ~frame["area"].isin(judged(quality))
    frame[NUMBERS] = frame[NUMBERS].astype("float64").mask(withheld)
    frame.loc[withheld, "status"] = NOT_AVAILABLE
    return log.follow(frame[UNREACHED].copy(), ["missed", "share"], of=KNOWN)


def judged(quality: pd.DataFrame) -> set[str]:
    """Return the groups of which it is known how many true links are missed."""
    if quality.empty:
        return set()
    rows = quality[(quality["measure"] == "recall") & (quality["method"] == "strict")]
    return set(rows.dropna(subset=["lower", "upper"])["ethnic_group"])
