"""Intervals against published oracles (Newcombe 1998; exact limits)."""

import numpy as np
import pytest
from scipy.stats import t

from insight.methods.estimate import Estimate
from insight.methods.intervals import byar, clopper_pearson, holm, index_design, newcombe_difference, wilson


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"),
    [
        (81, 263, 0.2552885, 0.3662096),
        (15, 148, 0.0623864, 0.1604872),
        (0, 20, 0.0, 0.1611252),
        (1, 29, 0.0061132, 0.1717552),
    ],
)
def test_wilson(successes, n, lower, upper):
    estimate = wilson(successes, n)
    assert (estimate.lower, estimate.upper) == pytest.approx((lower, upper), abs=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524315, 0.3338727),
        ((9, 10), (3, 10), 0.1705227, 0.8090180),
        ((5, 56), (0, 29), -0.0381371, 0.1925600),
    ],
)
def test_newcombe(first, second, lower, upper):
    estimate = newcombe_difference(*first, *second)
    assert (estimate.lower, estimate.upper) == pytest.approx((lower, upper), abs=1e-6)


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"), [(4, 6, 0.223, 0.957), (6, 6, 0.541, 1.0), (23, 46, 0.349, 0.651)]
)
def test_clopper_pearson(successes, n, lower, upper):
    estimate = clopper_pearson(successes, n)
    assert (estimate.lower, estimate.upper) == pytest.approx((lower, upper), abs=6e-4)


def test_byar_is_close_to_the_exact_poisson_limits():
    from scipy.stats import chi2

    estimate = byar(25, 1000)
    exact = (chi2.ppf(0.025, 50) / 2 / 1000, chi2.ppf(0.975, 52) / 2 / 1000)
    assert (estimate.lower, estimate.upper) == pytest.approx(exact, rel=2e-3)
    assert byar(0, 10).lower == 0


def test_index_has_log_limits_from_both_errors():
    own = index_design(0.3, 0.02, df=60, n=500, n_eff=480, reference=0.15)
    both = index_design(0.3, 0.02, df=60, n=500, n_eff=480, reference=0.15, reference_se=0.015)
    assert own.estimate == both.estimate == pytest.approx(200)
    half = t.ppf(0.975, 60) * 0.02 / 0.3
    assert (own.lower, own.upper) == pytest.approx((200 * np.exp(-half), 200 * np.exp(half)))
    wider = t.ppf(0.975, 60) * np.hypot(0.02 / 0.3, 0.015 / 0.15)
    assert both.upper == pytest.approx(200 * np.exp(wider))
    assert "unpublished" in own.caveats[0]
    assert both.caveats == ()


def test_index_of_nobody_has_an_upper_limit_only():
    none = index_design(0.0, 0.0, df=60, n=500, n_eff=300, reference=0.15)
    assert (none.estimate, none.lower) == (0, 0)
    assert none.upper == pytest.approx(100 * clopper_pearson(0, 300).upper / 0.15)
    with pytest.raises(ValueError, match="reference"):
        index_design(0.1, 0.01, df=9, n=9, n_eff=9, reference=0)


def test_holm_matches_hand_calculation():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@pytest.mark.parametrize("bad", [(1, 0), (5, 4), (-1, 4)])
def test_impossible_counts_are_refused(bad):
    with pytest.raises(ValueError, match="Fix:"):
        wilson(*bad)


def test_a_backward_interval_is_refused():
    with pytest.raises(ValueError, match="backwards"):
        Estimate(estimate=1, lower=2, upper=1, n=3, method="x")
