"""Changes, placebo ranks and associations against independent calculations."""

import numpy as np
import pytest
from scipy import stats

from insight.methods import association, change
from insight.methods.intervals import difference_in_differences


def test_change_is_newcombe_of_after_minus_before():
    found = change.change((48, 80), (56, 70))
    assert (found.estimate, found.lower, found.upper) == pytest.approx((0.2, 0.0524315, 0.3338727), abs=1e-7)


def test_turning_change_is_where_the_difference_just_stands_out():
    before, after, n = (140, 493), (176, 493), 4000
    turn = change.turning_change(before, after, other_n=n)
    at = round(turn * n)
    found = difference_in_differences(before, after, (n // 2, n), (n // 2 + at, n)).mover
    assert found.lower == pytest.approx(0, abs=0.001)


def test_placebo_rank():
    assert change.placebo_rank(0.07, [0.1, 0.0, -0.1]) == (2, 4)
    assert change.placebo_rank(0.07, [0.07]) == (2, 2)


def test_odds_ratio_against_hand_arithmetic():
    found = association.odds_ratio(10, 50, 5, 60)
    ratio = (10.5 * 55.5) / (40.5 * 5.5)
    spread = (1 / 10.5 + 1 / 40.5 + 1 / 5.5 + 1 / 55.5) ** 0.5
    assert found.estimate.estimate == pytest.approx(ratio)
    assert found.estimate.upper == pytest.approx(ratio * np.exp(1.959964 * spread), rel=1e-6)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(np.log(ratio) / spread))


def test_welch_against_scipy():
    rng = np.random.default_rng(2)
    one, two = rng.normal(1, 2, 30), rng.normal(0, 1, 45)
    theirs = stats.ttest_ind(one, two, equal_var=False).confidence_interval()
    ours = association.welch(one, two)
    assert (ours.lower, ours.upper) == pytest.approx((theirs.low, theirs.high))


def test_smallest_of_simultaneous_limits():
    level = association.bonferroni(0.95, 3)
    assert level == pytest.approx(1 - 0.05 / 3)
    ratios = [association.odds_ratio(a, 100, 20, 100, level=level).estimate for a in (25, 40, 60)]
    found = association.smallest(ratios)
    assert found.lower == min(one.lower for one in ratios)
    assert found.upper == min(one.upper for one in ratios)
