"""What parents and staff said, by theme; and the 'green book', the directory from a need to a local service."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight.stages.outcomes.shares import LIMITS, hide, share_row

NOTHING = "none"
TONES = ("positive", "mixed", "negative")
EVERYWHERE = "all"


@dataclass(frozen=True, kw_only=True)
class Voices:
    """Feedback by kind of person and theme; the directory; needs raised against services listed."""

    feedback: pd.DataFrame
    people: int
    directory: pd.DataFrame
    coverage: pd.DataFrame


def _words(code: object) -> str:
    return str(code).replace("_", " ")


def feedback(rows: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return shares of parents and of staff by tone on each theme (one entry a person and theme)."""
    cells = []
    for (kind, topic), own in () if rows is None else rows.groupby(["kind", "topic"], sort=True):
        cells += [
            {
                "kind": kind,
                "theme": _words(topic),
                "tone": tone,
                **share_row(int((own["sentiment"] == tone).sum()), len(own)),
            }
            for tone in TONES
        ]
    frame = pd.DataFrame(cells, columns=["kind", "theme", "tone", "count", "n", *LIMITS])
    return hide(frame, ["count"], threshold=threshold, also=LIMITS, within=["kind", "theme"])


def directory(entries: pd.DataFrame | None, names: dict[str, str]) -> pd.DataFrame:
    """Return the directory in the order of print: need, then services open to all, then those on referral."""
    columns = ["need", "service", "provider", "kind", "area", "ages", "how_to_reach", "checked"]
    if entries is None:
        return pd.DataFrame(columns=columns)
    ages = entries["from_months"].astype(str) + " to " + entries["to_months"].astype(str) + " months"
    frame = entries.assign(
        need=entries["need"].map(_words),
        area=entries["area"].map(lambda one: "all wards" if one == EVERYWHERE else names.get(one, one)),
        ages=ages,
        checked=pd.to_datetime(entries["checked"]).dt.strftime("%Y-%m-%d"),
    )
    return frame.sort_values(["need", "kind", "service", "area"], ascending=[True, False, True, True])[
        columns
    ].reset_index(drop=True)


def coverage(
    visits: pd.DataFrame, sheets: pd.DataFrame | None, entries: pd.DataFrame | None, *, threshold: int
) -> pd.DataFrame:
    """Return needs raised at visits and on needs sheets with the number of services that the directory lists for each.

    A need without a service is a gap in the directory or in what there is; only a person can tell which.
    """
    columns = ["need", "raised", "services_open_to_all", "services_on_referral", "is_gap"]
    if entries is None:
        return pd.DataFrame(columns=columns)
    raised = visits["themes"].dropna().str.split().explode()
    counts = raised[raised != NOTHING].value_counts()
    if sheets is not None:
        counts = counts.add(sheets["need"].value_counts(), fill_value=0)
    single = entries.drop_duplicates(["need", "service"])
    listed = pd.crosstab(single["need"], single["kind"])
    rows = []
    for need in sorted(set(counts.index) | set(listed.index)):
        found = {kind: int(listed[kind].get(need, 0)) if kind in listed else 0 for kind in ("universal", "specialist")}
        rows.append(
            {
                "need": _words(need),
                "raised": int(counts.get(need, 0)),
                "services_open_to_all": found["universal"],
                "services_on_referral": found["specialist"],
                "is_gap": sum(found.values()) == 0,
            }
        )
    return hide(pd.DataFrame(rows, columns=columns), ["raised"], threshold=threshold)


def describe(
    *,
    said: pd.DataFrame | None,
    entries: pd.DataFrame | None,
    visits: pd.DataFrame,
    sheets: pd.DataFrame | None,
    names: dict[str, str],
    threshold: int,
) -> Voices:
    """Return feedback by theme, the directory, and needs against it."""
    return Voices(
        feedback=feedback(said, threshold=threshold),
        people=0 if said is None else int(said["respondent_id"].nunique()),
        directory=directory(entries, names),
        coverage=coverage(visits, sheets, entries, threshold=threshold),
    )
