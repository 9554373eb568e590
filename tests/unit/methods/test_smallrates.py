"""Rates of small areas: fit against scipy's negative binomial, error and coverage by simulation, exact limits."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import gamma, nbinom, poisson

from insight.methods.smallrates import fit_gamma, rate_funnel_limits, rate_overdispersion, shrink_rates


def areas(rng, count=80, shape=6.0, mean=0.02):
    time = rng.integers(150, 900, count).astype(float)
    truth = rng.gamma(shape, mean / shape, count)
    return truth, rng.poisson(truth * time), time


def test_fit_equals_a_second_fit_on_the_library_s_distribution():
    _, events, time = areas(np.random.default_rng(1))
    shape, rate = fit_gamma(events, time)

    def loss(point):
        size, per = np.exp(point)
        return -nbinom.logpmf(events, size, per / (per + time)).sum()

    second = minimize(loss, [1, 5], method="Nelder-Mead")
    assert loss(np.log([shape, rate])) <= second.fun + 1e-4
    assert shape / rate == pytest.approx(0.02, rel=0.15)


def test_the_estimate_is_the_closed_form_and_lies_between_raw_and_common():
    _, events, time = areas(np.random.default_rng(3), count=20)
    found = shrink_rates(events, time)
    points = np.array([one.estimate for one in found.estimates])
    assert points == pytest.approx((events + found.shape) / (time + found.rate))
    raw, common = events / time, found.shape / found.rate
    assert ((points - raw) * (points - common) <= 1e-12).all()
    plugged = gamma.ppf(0.975, events + found.shape, scale=1 / (time + found.rate))
    upper = np.array([one.upper for one in found.estimates])
    assert upper.mean() > plugged.mean(), "the parameters are not known, so limits are wider than with them plugged in"


def test_shrinkage_beats_raw_rates_and_its_limits_cover():
    """The second oracle is the Bayes estimator that knows both parameters."""
    rng = np.random.default_rng(2)
    raw, shrunk, known, covered = [], [], [], []
    for _ in range(8):
        truth, events, time = areas(rng)
        found = shrink_rates(events, time)
        points = np.array([one.estimate for one in found.estimates])
        limits = np.array([(one.lower, one.upper) for one in found.estimates])
        raw.append(((events / time - truth) ** 2).mean())
        shrunk.append(((points - truth) ** 2).mean())
        known.append((((events + 6) / (time + 6 / 0.02) - truth) ** 2).mean())
        covered.append(((limits[:, 0] <= truth) & (truth <= limits[:, 1])).mean())
    assert np.mean(shrunk) < 0.8 * np.mean(raw)
    assert np.mean(shrunk) < 1.05 * np.mean(known)
    assert 0.93 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_exact_funnel_lets_through_what_it_promises(level):
    time = np.array([100.0, 400.0, 2500.0])
    lower, upper = rate_funnel_limits(0.03, time, level=level)
    tail = (1 - level) / 2
    for exposed, low, high in zip(time, lower, upper, strict=True):
        assert poisson.cdf(round(low * exposed) - 1, 0.03 * exposed) <= tail
        assert poisson.sf(round(high * exposed), 0.03 * exposed) <= tail
        assert poisson.cdf(round(low * exposed), 0.03 * exposed) >= tail, "no wider than it must be"


def test_overdispersion_is_seen_where_it_is_and_widens_the_funnel():
    rng = np.random.default_rng(6)
    time = rng.integers(2000, 6000, 40).astype(float)
    pure = rate_overdispersion(rng.poisson(0.02 * time), time)
    assert (pure.phi, pure.is_present) == (1.0, False)
    spread = rate_overdispersion(rng.poisson(rng.gamma(10, 0.002, 40) * time), time)
    assert spread.is_present
    assert spread.phi > 2
    narrow, wide = (rate_funnel_limits(0.02, np.array([3000.0]), phi=phi) for phi in (1.0, spread.phi))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(
    ("events", "time", "said"),
    [([1, 2], [5, 5], "5 areas"), ([1] * 5, [5, 5, 5, 5, 0], "above 0"), ([0] * 5, [5] * 5, "some events")],
)
def test_rates_are_refused(events, time, said):
    with pytest.raises(ValueError, match=said):
        shrink_rates(np.array(events), np.array(time))
    with pytest.raises(ValueError, match="above 0"):
        rate_funnel_limits(0.0, np.array([5.0]))
