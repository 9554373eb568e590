"""Family CAF forms beyond the self-assessment: cover, trigger, needs sheets, plans and their owners, and who is lost.

Families are the unit throughout: a need of two children of one family counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pandas as pd

from insight.methods.intervals import XmR, xmr
from insight.stages.outcomes import retention
from insight.stages.outcomes.shares import LEAST, LIMITS, clustered_share, hide, limits, share_row

PEOPLE = {"adult": "adults", "child": "children"}
NOTHING = "none"
LOST_OR_OPEN = "still open, or lost"


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """Tables of the forms, small cells hidden; ``starts`` are CAFs begun by month with the limits of their chart."""

    attrition: pd.DataFrame
    retention: pd.DataFrame
    cover: pd.DataFrame
    needs: pd.DataFrame
    together: pd.DataFrame
    open_needs: pd.DataFrame
    owners: pd.DataFrame
    starts: pd.DataFrame
    limits: XmR | None
    families: int


def _words(code: object) -> str:
    return str(code).replace("_", " ")


def _table(cells: list[dict[str, object]], first: list[str], *, threshold: int) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=[*first, "count", "n", *LIMITS])
    return hide(frame, ["count"], threshold=threshold, of="n", also=LIMITS)


def attrition(assessments: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return families by what became of their second assessment, with their median answer at the start.

    Families that were lost and began lower or higher than the others bend every comparison of those who remain.
    """
    cells: list[dict[str, object]] = []
    if assessments is not None:
        family = assessments.groupby("family_id").agg(
            answered=("after", lambda one: one.notna().any()), closed=("closed", "first"), before=("before", "median")
        )
        away = ~family["answered"] & family["closed"].isna()
        states = {
            "asked again at the close": family["answered"],
            "closed, not asked again": ~family["answered"] & family["closed"].notna(),
        }
        is_lost = retention.families(assessments)["lost"].notna()
        states |= {"lost": away & is_lost, "still open": away & ~is_lost} if is_lost.any() else {LOST_OR_OPEN: away}
        for words, flag in states.items():
            median = float(family.loc[flag, "before"].median()) if flag.any() else None
            cells.append({"state": words, "median_at_start": median, **share_row(int(flag.sum()), len(family))})
    frame = pd.DataFrame(cells, columns=["state", "median_at_start", "count", "n", *LIMITS]).assign(whole="all")
    also = ("median_at_start", *LIMITS)
    return hide(frame, ["count"], threshold=threshold, of="n", also=also, within=["whole"]).drop(columns="whole")


def _held(codes: pd.Series) -> pd.Series:
    return codes.str.split().explode()


def cover(covers: pd.DataFrame | None, *, threshold: int) -> pd.DataFrame:
    """Return what covers say of households: size, services received, trigger; shares of families."""
    cells: list[dict[str, object]] = []
    if covers is not None and len(covers):
        n = len(covers)
        held = _held(covers["services"])
        received = covers["services"].str.split().map(lambda one: len([code for code in one if code != NOTHING]))
        flags = {
            ("household", "one adult"): covers["adults"] == 1,
            ("household", "three children or more"): covers["children"] >= 3,  # noqa: PLR2004 - as in the words
            ("services received", "none"): received == 0,
            ("services received", "three or more"): received >= 3,  # noqa: PLR2004 - as in the words
        }
        for (kind, words), flag in flags.items():
            cells.append({"kind": kind, "label": words, **share_row(int(flag.sum()), n)})
        for kind, counts in (
            ("service", held[held != NOTHING].value_counts()),
            ("trigger", covers["trigger"].value_counts()),
        ):
            cells += [{"kind": kind, "label": _words(code), **share_row(int(k), n)} for code, k in counts.items()]
    return _table(cells, ["kind", "label"], threshold=threshold)


def needs(sheets: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return shares of families whose adults or children have each need."""
    n = sheets["family_id"].nunique()
    counts = sheets.groupby(["person", "need"])["family_id"].nunique().sort_values(ascending=False)
    cells = [
        {"whose": person, "need": _words(need), **share_row(int(count), n)} for (person, need), count in counts.items()
    ]
    frame = _table(cells, ["whose", "need"], threshold=threshold)
    return frame.sort_values("whose", kind="stable", ignore_index=True)


def together(sheets: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return families in which an adult's need and a child's need stand together, by pair of needs."""
    sets = {
        (person, need): set(own["family_id"]) for (person, need), own in sheets.groupby(["person", "need"], sort=True)
    }
    adult, child = ([key for key in sets if key[0] == person] for person in PEOPLE)
    cells = [
        {"adult_need": _words(one[1]), "child_need": _words(other[1]), "families": len(sets[one] & sets[other])}
        for one, other in product(adult, child)
    ]
    return hide(
        pd.DataFrame(cells, columns=["adult_need", "child_need", "families"]), ["families"], threshold=threshold
    )


def open_needs(sheets: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return families with a need still open, and needs resolved, for adults and children."""
    cells: list[dict[str, object]] = []
    parts = {"all": sheets} | {words: sheets[sheets["person"] == person] for person, words in PEOPLE.items()}
    for words, own in parts.items():
        is_open = ~own["is_resolved"].astype(bool)
        unmet = int(is_open.groupby(own["family_id"]).any().sum())
        cells.append(
            {"of": words, "measure": "families with a need open", **share_row(unmet, own["family_id"].nunique())}
        )
        if own["family_id"].nunique() >= LEAST:
            by = own.assign(hit=own["is_resolved"].astype(float)).groupby("family_id")["hit"]
            found = clustered_share(by.sum().to_numpy(), by.count().to_numpy(dtype=float))
            met = int(own["is_resolved"].sum())
            cells.append({"of": words, "measure": "needs resolved", "count": met, "n": len(own), **limits(found)})
    return _table(cells, ["of", "measure"], threshold=threshold)


def owners(plans: pd.DataFrame, *, threshold: int) -> pd.DataFrame:
    """Return actions by owner on each form: their share of all actions, and the share of them that was done."""
    cells: list[dict[str, object]] = []
    for form, own in plans.groupby("form", sort=True):
        for owner, mine in own.groupby("action_owner", sort=True):
            labels = {"form": form, "owner": _words(owner)}
            by = own.assign(hit=(own["action_owner"] == owner).astype(float)).groupby("family_id")["hit"]
            done = mine.assign(hit=mine["is_done"].astype(float)).groupby("family_id")["hit"]
            if min(by.ngroups, done.ngroups) < LEAST:
                continue
            shares = clustered_share(by.sum().to_numpy(), by.count().to_numpy(dtype=float))
            finished = clustered_share(done.sum().to_numpy(), done.count().to_numpy(dtype=float))
            cells.append({**labels, "measure": "share of actions", "count": len(mine), "n": len(own), **limits(shares)})
            count = int(mine["is_done"].sum())
            cells.append({**labels, "measure": "of these done", "count": count, "n": len(mine), **limits(finished)})
    return _table(cells, ["form", "owner", "measure"], threshold=threshold)


def starts(plans: pd.DataFrame, *, threshold: int) -> tuple[pd.DataFrame, XmR | None]:
    """Return plans begun by whole month on either form, with the limits of their chart where there are enough.

    The first and the last month count only when later and earlier months show that they are whole: both are left out.
    """
    begun = plans.groupby("plan_id")["opened"].min().dt.to_period("M")
    months = begun.value_counts().sort_index()
    every = pd.period_range(months.index.min(), months.index.max(), freq="M")[1:-1]
    counts = months.reindex(every, fill_value=0)
    frame = pd.DataFrame({"month": every.astype(str), "plans": counts.to_numpy(dtype=int)})
    found = xmr(frame["plans"].to_numpy()) if len(frame) >= LEAST else None
    signal = found.points["signal"] if found is not None and found.can_chart else ""
    return hide(frame.assign(signal=signal), ["plans"], threshold=threshold), found


def describe(
    *,
    assessments: pd.DataFrame | None,
    covers: pd.DataFrame | None,
    sheets: pd.DataFrame | None,
    plans: pd.DataFrame | None,
    threshold: int,
) -> Sheets:
    """Return the tables of the forms; those whose input was not supplied have no rows."""
    begun, chart = (pd.DataFrame(), None) if plans is None else starts(plans, threshold=threshold)
    given = [part["family_id"] for part in (covers, sheets, plans, assessments) if part is not None]
    return Sheets(
        attrition=attrition(assessments, threshold=threshold),
        retention=retention.retention(assessments, threshold=threshold),
        cover=cover(covers, threshold=threshold),
        needs=pd.DataFrame() if sheets is None else needs(sheets, threshold=threshold),
        together=pd.DataFrame() if sheets is None else together(sheets, threshold=threshold),
        open_needs=pd.DataFrame() if sheets is None else open_needs(sheets, threshold=threshold),
        owners=pd.DataFrame() if plans is None else owners(plans, threshold=threshold),
        starts=begun,
        limits=chart,
        families=int(pd.concat(given).nunique()) if given else 0,
    )
