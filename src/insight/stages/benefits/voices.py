"""What parents and staff say of visits and joint working, and whom health and children's centres refer to."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from insight.methods.estimate import Estimate
from insight.methods.intervals import newcombe_difference, wilson
from insight.privacy.disclosure import suppress
from insight.stages.benefits.declaration import Params

VOICES = ["kind", "topic", "positive", "asked", "share", "lower", "upper"]
HELPED = ["split", "group", "positive", "asked", "share", "lower", "upper"]
JOINT = ["period", "linked", "referrals", "share", "lower", "upper"]
Parts = dict[str, tuple[Estimate, ...]]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Tables fit to be shown, and the estimates behind the claims."""

    voices: pd.DataFrame
    helped: pd.DataFrame
    parts: Parts


def _shares(frame: pd.DataFrame, count: str, total: str) -> pd.DataFrame:
    estimates = [wilson(int(one), int(n)) for one, n in zip(frame[count], frame[total], strict=True)]
    return frame.assign(
        share=[each.estimate for each in estimates],
        lower=[each.lower for each in estimates],
        upper=[each.upper for each in estimates],
    )


def _shown(
    frame: pd.DataFrame, count: str, total: str, *, threshold: int, within: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Blank a row whose count, or whose rest, is small: either gives single people away."""
    rest = frame[total] - frame[count]
    scarce = frame[count].where((frame[count] <= rest) & (frame[count] > 0) | (rest == 0), rest)
    hidden = suppress(
        frame.assign(scarce=scarce),
        "scarce",
        threshold=threshold,
        also=(count, total, "share", "lower", "upper"),
        within=within,
    )
    return hidden.drop(columns="scarce")


def _share(rows: pd.Series) -> Estimate | None:
    return wilson(int(rows.sum()), len(rows)) if len(rows) else None


def _gap(rows: pd.DataFrame, flag: str, *, wanted: bool) -> Estimate | None:
    one, other = rows[rows[flag] == wanted]["is_helped"], rows[rows[flag] != wanted]["is_helped"]
    if one.empty or other.empty:
        return None
    return newcombe_difference(int(one.sum()), len(one), int(other.sum()), len(other))


def _parents(rows: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return one row a parent asked about the visits or the booklet, helped where every answer is positive."""
    asked = rows[(rows["kind"] == "parent") & rows["topic"].isin(params.help_topics)]
    return (
        asked.groupby("respondent_id", sort=True)
        .agg(
            is_helped=("is_positive", "min"),
            is_first_child=("is_first_child", "first"),
            has_family_support=("has_family_support", "first"),
        )
        .astype(bool)
    )


def _reached(rows: pd.DataFrame, params: Params) -> pd.Series:
    """Return whether parents who find the centre hard to reach are positive about the visits."""
    kept = rows[(rows["topic"] == params.reach_topic) & (rows["sentiment"] == "negative") & (rows["kind"] == "parent")]
    visits = rows[(rows["topic"] == params.visits_topic) & rows["respondent_id"].isin(kept["respondent_id"])]
    return visits["is_positive"]


def _together(*estimates: Estimate | None) -> tuple[Estimate, ...] | None:
    known = tuple(each for each in estimates if each is not None)
    return known if len(known) == len(estimates) else None


def hear(feedback: pd.DataFrame, params: Params, *, threshold: int) -> Heard:
    """Return shares of positive feedback by topic and by parents' circumstances, and the estimates of the claims."""
    rows = feedback.assign(is_positive=feedback["sentiment"] == "positive")

    def topic(kind: str, name: str) -> Estimate | None:
        return _share(rows.loc[(rows["kind"] == kind) & (rows["topic"] == name), "is_positive"])

    counted = rows.groupby(["kind", "topic"], sort=True)["is_positive"].agg(["sum", "size"]).reset_index()
    voices = _shares(counted.rename(columns={"sum": "positive", "size": "asked"}), "positive", "asked")
    parents = _parents(rows, params)
    cells = []
    for flag, split, names in (
        ("is_first_child", "first child", {True: "first child", False: "later child"}),
        ("has_family_support", "relatives' help", {False: "no help from relatives", True: "help from relatives"}),
    ):
        for value, words in names.items():
            own = parents.loc[parents[flag] == value, "is_helped"]
            if len(own):
                cells.append({"split": split, "group": words, "positive": int(own.sum()), "asked": len(own)})
    helped = _shares(pd.DataFrame(cells, columns=HELPED[:4]), "positive", "asked")
    claims = {
        "feedback_positive": _together(topic("parent", params.visits_topic)),
        "visits_help_new_parents": _together(
            _gap(parents, "is_first_child", wanted=True), _gap(parents, "has_family_support", wanted=False)
        ),
        "centre_unreachable_by_transport": _together(_share(_reached(rows, params))),
        "staff_see_value_nursery": _together(topic("staff", params.sharing_topic)),
        "staff_development": _together(*(topic("staff", name) for name in params.development_topics)),
    }
    return Heard(
        voices=_shown(voices, "positive", "asked", threshold=threshold),
        helped=_shown(helped, "positive", "asked", threshold=threshold, within=("split",)),
        parts={name: parts for name, parts in claims.items() if parts is not None},
    )


def joint_working(referrals: pd.DataFrame, params: Params, *, threshold: int) -> tuple[pd.DataFrame, Parts]:
    """Return the share of referrals that run between health and children's centres, before and after the pilot."""
    health, centre = set(params.health_agencies), set(params.centre_agencies)
    near, far = referrals["from_agency"], referrals["to_agency"]
    is_linked = (near.isin(health) & far.isin(centre)) | (near.isin(centre) & far.isin(health))
    is_after = referrals["date"] >= pd.Timestamp(params.pilot_start)
    cells = [
        {"period": words, "linked": int(is_linked[mask].sum()), "referrals": int(mask.sum())}
        for words, mask in (("before the pilot", ~is_after), ("from its start", is_after))
        if mask.any()
    ]
    counted = pd.DataFrame(cells, columns=JOINT[:3])
    parts: Parts = {}
    if len(cells) == 2:  # noqa: PLR2004 - before and after
        before, after = counted.itertuples()
        parts["partnership_stronger"] = (
            newcombe_difference(after.linked, after.referrals, before.linked, before.referrals),
        )
    return _shown(_shares(counted, "linked", "referrals"), "linked", "referrals", threshold=threshold), parts
