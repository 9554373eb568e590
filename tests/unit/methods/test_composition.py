"""Predominant category and location quotient against hand-made cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from insight.methods.composition import location_quotients, margins, predominant, representation


def counts(**areas: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [(area, kind, number, number * 10) for area, kinds in areas.items() for kind, number in kinds.items()],
        columns=["area", "kind", "households", "postcodes"],
    )


def test_the_winner_comes_with_share_runner_up_and_tie():
    frame = counts(x={"a": 5, "b": 3, "c": 2}, y={"a": 2, "b": 4, "c": 4}, z={"a": 0, "b": 7})
    found = predominant(frame, area="area", category="kind", count="households").set_index("area")
    assert found["kind"].to_dict() == {"x": "a", "y": "b", "z": "b"}
    assert found.loc["x", ["share", "runner_up", "runner_up_share", "total"]].tolist() == [0.5, "b", 0.3, 10]
    assert found["is_tied"].tolist() == [False, True, False]
    assert found.loc["z", "runner_up"] is None


def test_ties_are_parted_by_the_second_count_and_stay_flagged():
    frame = counts(y={"a": 4, "b": 4})
    frame["postcodes"] = [30, 50]
    found = predominant(frame, area="area", category="kind", count="households", tiebreak="postcodes")
    assert found[["kind", "is_tied"]].iloc[0].tolist() == ["b", True]


def test_an_empty_area_has_no_winner():
    found = predominant(counts(x={"a": 0, "b": 0}), area="area", category="kind", count="households").iloc[0]
    assert found["kind"] is None
    assert np.isnan(found["share"])
    assert not found["is_tied"]


def test_row_order_does_not_matter():
    frame = counts(x={"a": 5, "b": 3}, y={"a": 2, "b": 4})
    asked = {"area": "area", "category": "kind", "count": "households"}
    shuffled = frame.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(predominant(frame, **asked), predominant(shuffled, **asked))


def test_location_quotient_is_the_ratio_of_shares_with_wilson_limits():
    found = location_quotients({"a": 30, "b": 70}, {"a": 100, "b": 700, "c": 200, "d": 0}).set_index("category")
    limits = binomtest(30, 100).proportion_ci(method="wilson")
    assert found.loc["a", ["lq", "lower", "upper"]].tolist() == pytest.approx([3, limits.low * 10, limits.high * 10])
    assert found.loc["b", "lq"] == pytest.approx(1.0)
    assert found.loc["c", "lq"] == 0
    assert found.loc["c", "upper"] > 0
    assert np.isnan(found.loc["d", "lq"])


def test_a_series_and_a_mapping_give_the_same():
    first = location_quotients({"a": 1, "b": 3}, {"a": 1, "b": 1})
    second = location_quotients(pd.Series({"a": 1, "b": 3}), pd.Series({"a": 0.5, "b": 0.5}))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(("here", "there"), [({"x": 1}, {"a": 1}), ({}, {"a": 1}), ({"a": 0}, {"a": 1})])
def test_quotients_of_nothing_or_of_unknown_categories_are_refused(here, there):
    with pytest.raises(ValueError, match="no quotient"):
        location_quotients(here, there)


def test_margin_and_large_minority_are_told_beside_the_winner():
    frame = counts(x={"a": 5, "b": 3, "c": 2}, y={"a": 9, "b": 1}, z={"a": 0})
    found = predominant(frame, area="area", category="kind", count="households")
    told = margins(found, large=0.2).set_index("area")
    assert told["margin"].iloc[:2].tolist() == pytest.approx([0.2, 0.8])
    assert told["is_large_minority"].tolist() == [True, False, False]


UK = pd.DataFrame(
    {"share": [0.2, 0.3, 0.2, 0.2], "low": [0.1995, 0.295, 0.1995, 0.1995], "high": [0.2005, 0.305, 0.2005, 0.2005]},
    index=list("abcd"),
)


def test_a_full_count_has_limits_of_rounding_only_and_is_never_rescaled():
    found = representation(
        pd.Series({"a": 300, "b": 290, "c": 0, "e": 5}), total=1000, reference=UK, index_margin=110, points_margin=0.01
    )
    assert found["share"].sum() == pytest.approx(0.595)
    assert found.loc["a", ["index_low", "index", "index_high"]].tolist() == pytest.approx(
        [30 / 0.2005, 150, 30 / 0.1995]
    )
    assert found.loc["c", "index"] == 0, "a count of 0 is an index of 0, not a blank"
    assert found["stands"].to_dict() == {
        "a": "over",
        "b": "no practical difference",
        "c": "under",
        "e": "no reference",
    }


@pytest.mark.parametrize(
    ("share", "reference", "stands"),
    [
        (0.219, (0.2, 0.2), "no practical difference"),
        (0.221, (0.2, 0.2), "over"),
        (0.0230, (0.02, 0.02), "no practical difference"),
        (0.0310, (0.02, 0.02), "over"),
        (0.221, (0.195, 0.205), "open within rounding"),
        (0.181, (0.2, 0.2), "under"),
        (0.182, (0.2, 0.2), "no practical difference"),
    ],
    ids=["index 109.5", "index 110.5", "index 115, .3 point", "index 155, 1.1 points", "rounding", "90.5", "91"],
)
def test_a_difference_counts_only_beyond_both_margins(share, reference, stands):
    low, high = reference
    about = pd.DataFrame({"share": [(low + high) / 2], "low": [low], "high": [high]}, index=["a"])
    found = representation(
        pd.Series({"a": share * 10_000}), total=10_000, reference=about, index_margin=110, points_margin=0.01
    )
    assert found.loc["a", "stands"] == stands


def test_more_counted_than_there_is_is_refused():
    with pytest.raises(ValueError, match="count each unit once"):
        representation(pd.Series({"a": 11}), total=10, reference=UK, index_margin=110, points_margin=0.01)
