"""Predominant category and location quotient against hand-made cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from insight.methods.composition import location_quotients, predominant


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
