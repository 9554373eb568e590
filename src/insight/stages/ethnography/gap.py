"""What families raised beside what practitioners expected them to raise: the gap, theme by theme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.privacy.disclosure import STATUS, log
from insight.privacy.disclosure.markers import INAPPLICABLE, UNAVAILABLE, status_of
from insight.stages.ethnography.coding import RAISED
from insight.stages.ethnography.declaration import Params

EXPECTED, SURPRISE, SILENT, NEITHER, HIDDEN = (
    "expected and often raised",
    "often raised, not expected",
    "expected, seldom raised",
    "neither",
    "not shown",
)
KINDS = (SURPRISE, EXPECTED, SILENT, NEITHER, HIDDEN)
COLUMNS = (
    "theme",
    "label",
    "group",
    "kind",
    "staff_rank",
    "families_rank",
    "raised",
    "of_all",
    "staff_rank_status",
    STATUS,
)
"""Practitioners gave no rank to needs that they did not name; families' numbers are hidden where the themes' are."""


def _kind(rank: float, share: float, params: Params) -> str:
    if pd.isna(share):
        return HIDDEN
    is_expected = pd.notna(rank) and rank <= params.staff_first
    if share >= params.often_share:
        return EXPECTED if is_expected else SURPRISE
    return SILENT if is_expected else NEITHER


def gap_table(themes: pd.DataFrame, issues: pd.DataFrame | None, params: Params) -> pd.DataFrame:
    """Return every need with practitioners' rank, families' rank and what kind of gap that is, surprises first.

    Args:
        themes: the table of themes, small counts already blanked.
        issues: practitioners' issues with ranks from the workshop records.
        params: ``staff_first`` ranks count as expected; a theme raised by ``often_share`` of the interviews as often
            raised.
    """
    if issues is None or issues.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    needs = themes[themes["group"] != "topic"]
    joined = needs.merge(issues.rename(columns={"rank": "staff_rank"}), on="theme", how="left")
    joined["families_rank"] = joined[RAISED].rank(ascending=False, method="min")
    joined["kind"] = [
        _kind(rank, share, params) for rank, share in zip(joined["staff_rank"], joined["of_all"], strict=True)
    ]
    order = joined["kind"].map({name: place for place, name in enumerate(KINDS)})
    frame = joined.assign(order=order).sort_values(["order", RAISED], ascending=[True, False], na_position="last")
    frame[status_of("staff_rank")] = np.where(frame["staff_rank"].isna(), INAPPLICABLE, "")
    shown = frame[list(COLUMNS)].reset_index(drop=True)
    return log.follow(shown, ["families_rank", RAISED, "of_all"], of="themes")


def staff_table(themes: pd.DataFrame, issues: pd.DataFrame | None) -> pd.DataFrame:
    """Return staff's ranks beside families' ranks of the same issues; families' rank is blank where the count is."""
    columns = ["theme", "label", "staff_rank", "families_rank", RAISED, "of_all", STATUS]
    if issues is None or issues.empty:
        return pd.DataFrame(columns=columns)
    joined = issues.rename(columns={"rank": "staff_rank"}).merge(themes, on="theme", how="left")
    joined["families_rank"] = joined[RAISED].rank(ascending=False, method="min")
    # an issue that the interviews' code frame lacks was never asked about
    joined[STATUS] = joined[STATUS].fillna(UNAVAILABLE)
    shown = joined.astype({"staff_rank": int})[columns]
    return log.follow(shown, ["families_rank", RAISED, "of_all"], of="themes")
