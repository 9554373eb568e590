"""Changes, paired answers and associations against independent calculations."""

import numpy as np
import pytest
from scipy import stats

from insight.methods import association, change


def test_change_is_newcombe_of_after_minus_before():
    found = change.change((48, 80), (56, 70))
    assert (found.estimate, found.lower, found.upper) == pytest.approx((0.2, 0.0524315, 0.3338727), abs=1e-7)


def test_difference_in_differences_and_its_wald_check():
    sets = ((140, 493), (176, 493), (1500, 3000), (1480, 3000))
    mover, wald = change.difference_in_differences(*sets), change.difference_in_differences_wald(*sets)
    assert mover.estimate == pytest.approx(wald.estimate) == pytest.approx(36 / 493 + 20 / 3000)
    assert mover.lower == pytest.approx(wald.lower, abs=0.002)
    assert mover.upper == pytest.approx(wald.upper, abs=0.002)
    errors = sum(p * (1 - p) / n for p, n in ((140 / 493, 493), (176 / 493, 493), (0.5, 3000), (1480 / 3000, 3000)))
    assert wald.upper - wald.estimate == pytest.approx(1.959964 * errors**0.5, rel=1e-6)


def test_turning_change_is_where_the_difference_just_stands_out():
    before, after, n = (140, 493), (176, 493), 4000
    turn = change.turning_change(before, after, other_n=n)
    at = round(turn * n)
    found = change.difference_in_differences(before, after, (n // 2, n), (n // 2 + at, n))
    assert found.lower == pytest.approx(0, abs=0.001)


def test_placebo_rank():
    assert change.placebo_rank(0.07, [0.1, 0.0, -0.1]) == (2, 4)
    assert change.placebo_rank(0.07, [0.07]) == (2, 2)


@pytest.mark.parametrize(("improved", "worse"), [(12, 3), (5, 5), (0, 7), (40, 25)])
def test_sign_test_is_the_exact_binomial(improved, worse):
    assert change.sign_test(improved, worse) == pytest.approx(stats.binomtest(improved, improved + worse).pvalue)


def test_paired_answers():
    before, after = np.array([1, 2, 3, 3, 4, 5]), np.array([2, 3, 3, 2, 5, 5])
    found = change.paired_answers(before, after)
    assert (found.improved, found.same, found.worse) == (3, 2, 1)
    assert found.net.estimate == pytest.approx(2 / 6)
    assert found.p_value == pytest.approx(0.625)
    table = change.transitions(before, after, points=5)
    assert table.loc[3, 2] == 1
    assert table.to_numpy().sum() == 6
    with pytest.raises(ValueError, match="same people twice"):
        change.paired_answers(before, after[:3])


def test_net_share_covers_at_its_level():
    rng = np.random.default_rng(1)
    up, down, n, inside = 0.35, 0.2, 150, 0
    for _ in range(800):
        step = rng.choice([1, 0, -1], size=n, p=[up, 1 - up - down, down])
        found = change.paired_answers(np.full(n, 3), 3 + step).net
        inside += found.lower <= up - down <= found.upper
    assert 0.93 < inside / 800 < 0.97


def test_odds_ratio_against_hand_arithmetic():
    found = association.odds_ratio(10, 50, 5, 60)
    ratio = (10.5 * 55.5) / (40.5 * 5.5)
    spread = (1 / 10.5 + 1 / 40.5 + 1 / 5.5 + 1 / 55.5) ** 0.5
    assert found.estimate.estimate == pytest.approx(ratio)
    assert found.estimate.upper == pytest.approx(ratio * np.exp(1.959964 * spread), rel=1e-6)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(np.log(ratio) / spread))


def test_goodman_against_statsmodels():
    from statsmodels.stats.proportion import multinomial_proportions_confint

    counts = [51, 43, 115, 79, 13, 37, 9]
    ours = association.goodman(counts)
    theirs = multinomial_proportions_confint(counts, alpha=0.05, method="goodman")
    assert np.array([[one.lower, one.upper] for one in ours]) == pytest.approx(np.asarray(theirs), abs=1e-9)


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
