"""Demonstration children: the printed counts, children that agree with the counts, effects of the planted size."""

from __future__ import annotations

import pandas as pd
import pytest

import worlds
from insight.demo import children
from insight.demo.world import World
from insight.demo.writer import write_world
from insight.methods.intervals import newcombe_difference, wilson
from insight.sources.reading import read_input

VISITS = {"ep1": 51, "ep2": 43, "ep3": 115, "ep4": 79, "ep5": 13, "ep6": 37, "ep7": 9}
WORLDS = 20


def test_visits_are_those_of_the_print_and_others_in_the_null_variant():
    visits = worlds.world().frame("engagement_visits")
    assert visits["point"].value_counts().to_dict() == VISITS
    assert len(visits) == 347
    other = worlds.world(null=True).frame("engagement_visits")["point"].value_counts().to_dict()
    assert all(other[point] != count for point, count in VISITS.items())


def test_children_seen_twice_have_aged_by_the_days_between():
    visits = worlds.world().frame("engagement_visits").assign(date=lambda frame: pd.to_datetime(frame["date"]))
    twice = visits[visits["child_id"].duplicated(keep=False)].sort_values("date")
    assert twice["child_id"].nunique() == children.SEEN_AGAIN
    for _, pair in twice.groupby("child_id"):
        first, last = pair.iloc[0], pair.iloc[1]
        assert (last["date"] - first["date"]).days == last["age_days"] - first["age_days"]


@pytest.mark.parametrize("is_null", [False, True])
def test_single_children_agree_with_the_counts(is_null):
    made = worlds.world(null=is_null)
    counts = made.frame("eyfs_counts")
    base = counts[(counts["year"] == children.BEFORE) & counts["area"].isin(children.FOCUS)].groupby("area")
    singles = made.frame("eyfs_children")
    reached = singles["points"] >= children.THRESHOLD
    assert reached.groupby(singles["ward"]).sum().to_dict() == base["achievers"].sum().to_dict()
    assert singles.groupby("ward").size().to_dict() == base["cohort"].sum().to_dict()


def test_parts_come_out_the_same_alone_and_meet_their_contracts(tmp_path):
    names = ("engagement_visits", "eyfs_counts", "eyfs_children")
    write_world(tmp_path, only=names)
    for name in names:
        read = read_input(name, tmp_path / f"{name}.csv")
        assert len(read) == len(worlds.world().frame(name))


def countable(made: World) -> bool:
    visits = made.frame("engagement_visits")
    spans = {code: (low, high) for code, low, high, *_ in children.POINTS}
    fits = [
        pd.isna(age) or spans[point][0] <= age <= spans[point][1]
        for point, age in visits[["point", "age_days"]].itertuples(index=False)
    ]
    lower = wilson(int((pd.Series(fits) & visits["themes"].notna()).sum()), len(visits)).lower
    return lower is not None and lower > 0.9


def below_has(made: World, flag) -> bool:
    rows = made.frame("eyfs_children")
    below, has = rows["points"] < children.THRESHOLD, flag(rows)
    gap = newcombe_difference(
        int((has & below).sum()), int(below.sum()), int((has & ~below).sum()), int((~below).sum())
    )
    return gap.lower is not None and gap.lower > 0


def has_issue(made: World) -> bool:
    return below_has(made, lambda rows: rows["issues"].notna())


def has_many_problems(made: World) -> bool:
    return below_has(made, lambda rows: rows["home_problems"].fillna("").str.split().map(len) > 1)


@pytest.mark.parametrize("decides", [countable, has_issue, has_many_problems])
def test_planted_effects_are_found_in_most_worlds_and_rarely_where_absent(decides):
    assert 0.6 <= worlds.detection_rate(decides, worlds=WORLDS) <= 1.0
    assert worlds.detection_rate(decides, worlds=WORLDS, null=True) <= 0.15


def test_every_planted_claim_is_false_in_the_null_variant():
    assert all(row.is_true for row in children.plant(worlds.world()))
    assert not any(row.is_true for row in children.plant(worlds.world(null=True)))
